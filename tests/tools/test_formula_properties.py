"""Laws that results of formulas keep whatever the arguments: monotony, scale, inverses, sums, units."""

import datetime as dt
from typing import Any

import pytest
from formula_proofs import call, computed, holds
from hypothesis import assume, given, settings
from hypothesis import strategies as st

law = settings(max_examples=60, deadline=None, derandomize=True, database=None)


def numbers(low: float, high: float, digits: int = 2) -> st.SearchStrategy[float]:
    return st.integers(round(low * 10**digits), round(high * 10**digits)).map(lambda n: n / 10**digits)


AGE, SEX, CREATININE = st.integers(18, 105), st.sampled_from(["female", "male"]), numbers(0.3, 9)
KG, CM = numbers(45, 150, 1), numbers(140, 210, 1)
BILIRUBIN, INR, SODIUM, ALBUMIN = numbers(0.2, 30), numbers(0.8, 8), numbers(110, 160, 1), numbers(1, 5)


def value(name: str, /, **arguments: Any) -> float:
    return float(call(name, **arguments)["value"])


# Medicine -------------------------------------------------------------------------------------------------------------
@holds("falls with age and with the marker", "egfr_ckd_epi", "egfr_cystatin", "creatinine_clearance")
@law
@given(AGE, SEX, CREATININE, KG, numbers(0.05, 3))
def test_filtration_falls_with_age_and_marker(age: int, sex: str, marker: float, weight: float, more: float) -> None:
    for name, given_ in (
        ("egfr_ckd_epi", {"creatinine": marker}),
        ("egfr_cystatin", {"cystatin": marker}),
        ("creatinine_clearance", {"creatinine": marker, "weight": weight}),
    ):
        now = value(name, age=age, sex=sex, **given_)
        assert value(name, age=age + 1, sex=sex, **given_) < now
        first = next(iter(given_))
        assert value(name, age=age, sex=sex, **{**given_, first: round(marker + more, 2)}) < now


@holds("the branches of the sexes differ by the published factor", "egfr_cystatin", "creatinine_clearance")
@law
@given(AGE, CREATININE, KG)
def test_factor_of_the_sexes(age: int, marker: float, weight: float) -> None:
    women, men = (value("egfr_cystatin", age=age, sex=sex, cystatin=marker) for sex in ("female", "male"))
    assert women == pytest.approx(0.932 * men, abs=1e-4)
    women, men = (value("creatinine_clearance", age=age, sex=s, weight=weight, creatinine=marker) for s in ("female", "male"))
    assert women == pytest.approx(0.85 * men, abs=1e-4)


@holds("rises with albuminuria, falls with GFR and age, and with time only grows", "kidney_failure_risk")
@law
@given(st.integers(18, 100), SEX, numbers(8, 55, 1), numbers(5, 2000, 1))
def test_kidney_failure_risk(age: int, sex: str, egfr: float, acr: float) -> None:
    base = {"age": age, "sex": sex, "egfr": egfr, "acr": acr}
    risk = call("kidney_failure_risk", **base)
    assert 0 < risk["two_years"] < risk["five_years"] <= 100
    assert call("kidney_failure_risk", **{**base, "acr": acr * 2})["two_years"] > risk["two_years"]
    assert call("kidney_failure_risk", **{**base, "egfr": egfr + 4})["two_years"] < risk["two_years"]
    assert call("kidney_failure_risk", **{**base, "age": age + 10})["two_years"] < risk["two_years"]


@holds("category follows the estimate", "kdigo_gfr_category", "egfr_ckd_epi")
@law
@given(AGE, SEX, CREATININE)
def test_category_follows_the_estimate(age: int, sex: str, creatinine: float) -> None:
    egfr = value("egfr_ckd_epi", age=age, sex=sex, creatinine=creatinine)
    category = call("kdigo_gfr_category", egfr=egfr)["category"]
    low, high = {"G1": (90, 999), "G2": (60, 90), "G3a": (45, 60), "G3b": (30, 45), "G4": (15, 30), "G5": (0, 15)}[category]
    assert low <= egfr < high


@holds("between 6 and 40, never falls with a worse value", "meld_score", "meld_na_score", "meld_3_score")
@law
@given(SEX, BILIRUBIN, INR, CREATININE, SODIUM, ALBUMIN)
def test_liver_scores_never_fall(
    sex: str, bilirubin: float, inr: float, creatinine: float, sodium: float, albumin: float
) -> None:
    labs = {"bilirubin": bilirubin, "inr": inr, "creatinine": creatinine}
    meld, latest = value("meld_score", **labs), value("meld_3_score", sex=sex, sodium=sodium, albumin=albumin, **labs)
    with_sodium = value("meld_na_score", meld=meld, sodium=sodium)
    assert meld >= 6
    assert 6 <= with_sodium <= 40
    assert 6 <= latest <= 40
    assert with_sodium >= min(meld, 40)
    for name, more in (("bilirubin", 5.0), ("inr", 1.0), ("creatinine", 1.0)):
        worse = {**labs, name: labs[name] + more}
        assert value("meld_score", **worse) >= meld
        if name == "inr":  # the other two are weighed against sodium and albumin in MELD 3.0
            assert value("meld_3_score", sex=sex, sodium=sodium, albumin=albumin, **worse) >= latest
    women, men = (value("meld_3_score", sex=s, sodium=sodium, albumin=albumin, **labs) for s in ("female", "male"))
    assert women - men in (1, 2) or women == 40


@holds("unchanged when both enzyme units scale", "fib4_index", "apri_index")
@law
@given(AGE, numbers(10, 300, 0), numbers(10, 300, 0), numbers(20, 400, 0))
def test_fibrosis_indices_scale(age: int, ast: float, alt: float, platelets: float) -> None:
    one = value("fib4_index", age=age, ast=ast, alt=alt, platelets=platelets)
    assert value("fib4_index", age=age, ast=2 * ast, alt=4 * alt, platelets=platelets) == pytest.approx(one, abs=1e-4)
    ratio = value("apri_index", ast=ast, limit=40, platelets=platelets)
    assert value("apri_index", ast=2 * ast, limit=80, platelets=platelets) == pytest.approx(ratio, abs=1e-4)


@holds("grows with weight and with height", "body_surface_area", "resting_energy")
@law
@given(KG, CM, AGE, SEX)
def test_bodies_grow(weight: float, height: float, age: int, sex: str) -> None:
    for method in ("Mosteller", "Du Bois", "Haycock"):
        here = value("body_surface_area", weight=weight, height=height, method=method)
        assert value("body_surface_area", weight=weight + 5, height=height, method=method) > here
        assert value("body_surface_area", weight=weight, height=height + 5, method=method) > here
    for equation in ("Mifflin-St Jeor", "revised Harris-Benedict"):
        person = {"age": age, "sex": sex, "weight": weight, "height": height, "equation": equation}
        here = value("resting_energy", **person)
        assert value("resting_energy", **{**person, "weight": weight + 5}) > here
        assert value("resting_energy", **{**person, "age": age + 5}) < here


@holds("never more than the whole body", "lean_body_mass", "body_fat", "adjusted_body_weight")
@law
@given(AGE, SEX, numbers(5, 200, 1), numbers(120, 230, 1), numbers(6, 110, 1), numbers(30, 100, 1))
def test_parts_of_a_body(age: int, sex: str, weight: float, height: float, bmi: float, ideal: float) -> None:
    lean = computed("lean_body_mass", sex=sex, weight=weight, height=height)
    fat = computed("body_fat", age=age, sex=sex, bmi=bmi)
    adjusted = computed("adjusted_body_weight", actual=weight, ideal=ideal)
    assert lean is None or 0 < lean["value"] < weight
    assert fat is None or 0 < fat["value"] < 100
    assert (adjusted is None) == (weight < ideal)
    assert adjusted is None or ideal <= adjusted["value"] <= weight


NEUTRAL = (
    ("absolute_gfr", "egfr", {"bsa": 1.73}), ("corrected_calcium", "calcium", {"albumin": 4}),
    ("corrected_anion_gap", "gap", {"albumin": 4}),
    ("corrected_sodium", "sodium", {"glucose": 100, "factor": "Katz"}),
    ("corrected_sodium", "sodium", {"glucose": 100, "factor": "Hillier"}),
    ("corrected_qt", "qt", {"rate": 60, "method": "Bazett"}), ("corrected_qt", "qt", {"rate": 60, "method": "Fridericia"}),
    ("total_energy", "resting", {"activity": 1}), ("allometric_clearance", "clearance", {"weight": 70}),
)  # fmt: skip


@holds("at the reference value nothing is corrected", *{name for name, _, _ in NEUTRAL})
@pytest.mark.parametrize(("name", "parameter", "neutral"), NEUTRAL)
def test_nothing_is_corrected_at_the_reference(name: str, parameter: str, neutral: dict[str, Any]) -> None:
    bounds = {"calcium": (3, 20), "gap": (-20, 80), "sodium": (90, 200), "qt": (150, 800), "resting": (301, 5000)}
    low, high = bounds.get(parameter, (1, 300))
    for step in range(21):
        given_ = round(low + (high - low) * step / 20, 2)
        assert value(name, **{parameter: given_}, **neutral) == pytest.approx(given_, abs=1e-4)


@holds("mg/dL and mmol/L give the same index", "homa_ir", "glucose_mmol")
@law
@given(numbers(30, 480, 0), numbers(1, 300, 1))
def test_units_of_glucose(glucose: float, insulin: float) -> None:
    molar = value("glucose_mmol", glucose=glucose)
    assert value("homa_ir", glucose=glucose, insulin=insulin) == pytest.approx(molar * insulin / 22.5, rel=2e-3, abs=2e-4)


@holds("nothing is left where both sides are equal", "osmolal_gap", "anion_gap")
@law
@given(numbers(120, 160, 0), numbers(60, 600, 0), numbers(5, 80, 0))
def test_gaps(sodium: float, glucose: float, urea: float) -> None:
    made = value("calculated_osmolality", sodium=sodium, glucose=glucose, urea=urea)
    assert value("osmolal_gap", measured=made, calculated=made) == 0
    assert value(
        "anion_gap", sodium=sodium, chloride=round(sodium * 0.75, 4), bicarbonate=round(sodium * 0.25, 4)
    ) == pytest.approx(0, abs=1e-3)


@holds("doubling carbon dioxide and bicarbonate leaves the pH", "blood_ph")
@law
@given(numbers(5, 29, 1), numbers(10, 70, 1))
def test_ph_depends_on_the_ratio(bicarbonate: float, pco2: float) -> None:
    one = value("blood_ph", bicarbonate=bicarbonate, pco2=pco2)
    assert value("blood_ph", bicarbonate=2 * bicarbonate, pco2=2 * pco2) == one
    assert value("blood_ph", bicarbonate=2 * bicarbonate, pco2=pco2) == pytest.approx(one + 0.30103, abs=1e-4)


@holds("above 60 beats Bazett corrects more than Fridericia, below less", "corrected_qt")
@law
@given(st.integers(40, 180), numbers(250, 550, 0))
def test_bazett_and_fridericia(rate: int, qt: float) -> None:
    bazett, fridericia = (value("corrected_qt", qt=qt, rate=rate, method=method) for method in ("Bazett", "Fridericia"))
    assert (bazett > fridericia) == (rate > 60)


@holds("an added factor adds its points", "cha2ds2_vasc")
@law
@given(AGE, SEX, st.tuples(*[st.booleans()] * 5))
def test_points_add_up(age: int, sex: str, has: tuple[bool, ...]) -> None:
    said = {"failure": "heart failure", "hypertension": "hypertension", "diabetes": "diabetes", "vascular": "vascular disease",
            "stroke": "earlier stroke or TIA"}  # fmt: skip
    words = {name: text if have else f"no {text}" for (name, text), have in zip(said.items(), has, strict=True)}
    words["stroke"] = f"an {said['stroke']}" if has[4] else words["stroke"]
    points = sum(has[:4]) + 2 * has[4] + (age >= 65) + (age >= 75) + (sex == "female")
    assert call("cha2ds2_vasc", age=age, sex=sex, **words)["score"] == points


@holds("two waits are one long wait; a half-life halves", "remaining_amount", "bolus_concentration", "elimination_half_life")
@law
@given(numbers(50, 900, 0), numbers(1, 20, 1), numbers(5, 60, 1), numbers(0.5, 24, 1), numbers(0.5, 24, 1))
def test_elimination_composes(dose: float, clearance: float, volume: float, first: float, second: float) -> None:
    half = value("elimination_half_life", clearance=clearance, volume=volume)
    assume(0.1 < half < 100)
    left = value("remaining_amount", dose=dose, half_life=half, hours=first)
    assume(left > 1)
    whole = value("remaining_amount", dose=dose, half_life=half, hours=first + second)
    assert value("remaining_amount", dose=left, half_life=half, hours=second) == pytest.approx(whole, abs=2e-4)
    assert value("remaining_amount", dose=dose, half_life=half, hours=half) == pytest.approx(dose / 2, abs=1e-4)
    now = value("bolus_concentration", dose=dose, volume=volume, half_life=half, hours=first)
    assert now == pytest.approx(left / volume, abs=1e-4)


@holds("the maintenance dose of an interval holds the target", "maintenance_dose", "loading_dose", "accumulation_ratio")
@law
@given(numbers(1, 30, 1), numbers(0.5, 15, 1), numbers(5, 100, 0), st.sampled_from([4, 6, 8, 12, 24]))
def test_doses_hold_the_target(target: float, clearance: float, volume: float, interval: int) -> None:
    one = value("maintenance_dose", target=target, clearance=clearance, interval=interval, bioavailability=100)
    assert value("maintenance_dose", target=target, clearance=clearance, interval=interval, bioavailability=50) == pytest.approx(
        2 * one
    )
    assert one / interval == pytest.approx(target * clearance)
    assert value("loading_dose", target=target, volume=volume, bioavailability=100) / volume == pytest.approx(target)
    assert value("accumulation_ratio", half_life=interval, interval=interval) == 2


@holds("proportional to the size", "dose_by_surface", "dose_by_weight", "parkland_volume", "infusion_rate", "injection_volume")
@law
@given(numbers(0.5, 2), numbers(10, 100, 1), numbers(1, 40, 1))
def test_doses_are_proportional(bsa: float, weight: float, level: float) -> None:
    twice = 2 * value("dose_by_surface", bsa=bsa, per_area=level)
    assert value("dose_by_surface", bsa=2 * bsa, per_area=level) == pytest.approx(twice)
    dose = value("dose_by_weight", weight=weight, per_weight=level)
    assert value("dose_by_weight", weight=2 * weight, per_weight=level) == pytest.approx(2 * dose)
    assert value("injection_volume", dose=dose, strength=level) == pytest.approx(weight, rel=1e-4)
    assert value("parkland_volume", weight=2 * weight, burned=level) == pytest.approx(
        2 * value("parkland_volume", weight=weight, burned=level)
    )
    assert value("infusion_rate", rate=level, weight=weight, strength=100) == pytest.approx(level * weight * 0.6, abs=1e-3)


@holds("never falls with weight, and has no jump at 10 and 20 kg", "maintenance_fluid")
@law
@given(numbers(1, 79, 1))
def test_maintenance_fluid(weight: float) -> None:
    here, more = (value("maintenance_fluid", weight=w) for w in (weight, weight + 0.1))
    assert 0 < more - here <= 10 + 1e-6


@holds("a result and its opposite cancel", "post_test_probability")
@holds("post-test probability of the ratio is the predictive value", "predictive_values", "likelihood_ratios")
@law
@given(numbers(2, 98, 0), numbers(50, 98, 0), numbers(50, 98, 0))
def test_bayes(pretest: float, sensitivity: float, specificity: float) -> None:
    ratios = call("likelihood_ratios", sensitivity=sensitivity, specificity=specificity)
    after = value("post_test_probability", pretest=pretest, ratio=ratios["positive"])
    found = call("predictive_values", sensitivity=sensitivity, specificity=specificity, prevalence=pretest)
    assert after == pytest.approx(found["positive"], abs=1e-3)
    assert value("post_test_probability", pretest=after, ratio=1 / ratios["positive"]) == pytest.approx(pretest, abs=0.02)
    assert ratios["positive"] / ratios["negative"] == pytest.approx(ratios["odds_ratio"], rel=1e-3)


@holds("exchanging the groups inverts the risk", "treatment_effect", "relative_risk_interval")
@law
@given(st.integers(1, 50), st.integers(60, 500), st.integers(1, 50), st.integers(60, 500))
def test_groups_exchanged(a: int, n: int, b: int, m: int) -> None:
    one = {"treated_events": a, "treated": n, "control_events": b, "control": m}
    other = {"treated_events": b, "treated": m, "control_events": a, "control": n}
    effect, turned = call("treatment_effect", **one), call("treatment_effect", **other)
    interval = call("relative_risk_interval", **one)
    assert effect["relative_risk"] * turned["relative_risk"] == pytest.approx(1, rel=1e-3)
    assert effect["reduction"] == pytest.approx(-turned["reduction"])
    assert interval["low"] <= effect["relative_risk"] + 1e-4
    assert interval["high"] >= effect["relative_risk"] - 1e-4


@holds("a term is 280 days", "due_date", "gestational_age")
@law
@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1)))
def test_term(last: Any) -> None:
    due = call("due_date", last_period=last.isoformat())["value"]
    assert call("gestational_age", last_period=last.isoformat(), day=due) == {"days": 280, "weeks": 40, "trimester": 3}
