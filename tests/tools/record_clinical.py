"""Records what other programs answer for clinical formulas, as lines of `clinical_recorded.jsonl` beside this file.

The programs are not dependencies of the project: clincalc is a Rust engine under the AGPL, kfre and medimetry bring their own
libraries. In an environment of its own (`pip install clincalc==0.4.0 kfre==0.1.18 medimetry==0.1.0`) this script is run with
`python tests/tools/record_clinical.py`; it imports nothing of DIVE. `test_formulas.py` compares the tools with the lines.
"""

import json
import random
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

CASES = 14
"""Inputs for each formula."""
RECORDED = Path(__file__).with_name("clinical_recorded.jsonl")
Given = dict[str, Any]


def clincalc(name: str, field: str, digits: int, given: Given) -> tuple[float, float]:
    """A number of the engine's answer or of its working, and half of its last decimal."""
    import clincalc as engine

    answer = engine.calculate(name, given)
    found = {**answer["working"], "result": answer["result"]}
    if isinstance(found["result"], dict):
        found |= found["result"]
    return float(found[field]), 0.5 * 10**-digits


def kfre(years: int, given: Given) -> tuple[float, float]:
    """Risk in per cent by the four-variable equation with the baseline outside of North America."""
    from kfre.main import risk_pred

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return 100 * float(risk_pred(**given, is_north_american=False, years=years, num_vars=4)), 1e-4


def body(name: str, digits: int, given: Given) -> tuple[float, float]:
    import medimetry.anthropometric

    return float(getattr(medimetry.anthropometric, name)(**given)), 0.5 * 10**-digits


def qt(given: Given) -> tuple[float, float]:
    from medimetry.cardiac import qtc_correction
    from medimetry.constants import QtcCorrectionType

    given = {**given, "formula": QtcCorrectionType[given["formula"].upper()]}
    return float(qtc_correction(**given)), 0.05


Row = tuple[str, str, str, Given, Callable[[], tuple[float, float]]]
"""Tool, field, program, arguments of the tool, and what asks the program."""


def kidney(draw: random.Random) -> Iterator[Row]:
    age, sex, cr = draw.randint(18, 95), draw.choice(["female", "male"]), round(draw.uniform(0.4, 6), 2)
    given = {"age": age, "sex": sex, "creatinine": cr, "creatinine_unit": "mg/dL"}
    yield (
        "egfr_ckd_epi",
        "value",
        "clincalc",
        {"age": age, "sex": sex, "creatinine": cr},
        lambda: clincalc("egfr", "egfr_ml_min_1_73m2", 0, given),
    )
    kg = round(draw.uniform(42, 140), 1)
    arguments = {"age": age, "sex": sex, "creatinine": cr, "weight": kg}
    yield (
        "creatinine_clearance",
        "value",
        "clincalc",
        arguments,
        lambda: clincalc("cockcroft_gault", "result", 1, {**given, "weight_kg": kg}),
    )
    una, na, ucr = draw.randint(5, 120), draw.randint(125, 155), draw.randint(20, 250)
    arguments = {"urine_sodium": una, "serum_sodium": na, "urine_creatinine": ucr, "creatinine": cr}
    asked = {"urine_sodium": una, "plasma_sodium": na, "urine_creatinine": ucr, "plasma_creatinine": cr}
    yield "fractional_excretion_sodium", "value", "clincalc", arguments, lambda: clincalc("fena", "result", 2, asked)
    egfr, acr = round(draw.uniform(8, 59), 1), round(draw.uniform(5, 4000), 1)
    risk = {"age": age, "sex": int(sex == "male"), "eGFR": egfr, "uACR": acr}
    for years, field in ((2, "two_years"), (5, "five_years")):
        yield (
            "kidney_failure_risk",
            field,
            "kfre",
            {"age": age, "sex": sex, "egfr": egfr, "acr": acr},
            lambda y=years: kfre(y, risk),
        )


def liver(draw: random.Random) -> Iterator[Row]:
    bili, inr, cr = round(draw.uniform(0.3, 25), 1), round(draw.uniform(0.8, 5), 1), round(draw.uniform(0.4, 6), 1)
    na, albumin, sex = draw.randint(115, 150), round(draw.uniform(1, 5), 1), draw.choice(["female", "male"])
    units = {"bilirubin_unit": "mg/dL", "creatinine_unit": "mg/dL"}
    given = {"bilirubin": bili, "inr": inr, "creatinine": cr}
    yield (
        "meld_score",
        "value",
        "clincalc",
        given,
        lambda: clincalc("meld", "raw_score", 0, {**given, **units, "dialysis_twice_past_week": False}),
    )
    arguments = {**given, "sodium": na, "albumin": albumin, "sex": sex}
    asked = {
        **given, **units, "registration_age_years": 50, "female_for_adult_meld": sex == "female", "sodium_mmol_l": na,
        "albumin": albumin, "albumin_unit": "g/dL", "qualifying_dialysis_in_prior_7_days": False,
    }  # fmt: skip
    yield "meld_3_score", "value", "clincalc", arguments, lambda: clincalc("meld_3", "result", 0, asked)
    cells = {
        "age": draw.randint(18, 90),
        "ast": draw.randint(12, 300),
        "alt": draw.randint(8, 300),
        "platelets": draw.randint(30, 400),
    }
    yield "fib4_index", "value", "clincalc", cells, lambda: clincalc("fib4", "fib4_index", 2, cells)
    ascites, brain = draw.randrange(3), draw.randrange(3)
    arguments = {
        "bilirubin": bili, "albumin": albumin, "inr": inr,
        "ascites": ["no ascites", "mild ascites", "moderate to severe ascites"][ascites],
        "encephalopathy": f"{['no', 'grade 1 to 2', 'grade 3 to 4'][brain]} encephalopathy",
    }  # fmt: skip
    scored = {
        "bilirubin": bili, "bilirubin_unit": "mg/dL", "albumin": albumin, "albumin_unit": "g/dL", "inr": inr,
        "ascites": ["none", "mild", "moderate-severe"][ascites], "encephalopathy": ["none", "grade1-to2", "grade3-to4"][brain],
    }  # fmt: skip
    yield "child_pugh", "points", "clincalc", arguments, lambda: clincalc("child_pugh", "result", 0, scored)


def blood(draw: random.Random) -> Iterator[Row]:
    total, hdl, tg = draw.randint(150, 320), draw.randint(25, 80), draw.randint(40, 390)
    asked = {"total_cholesterol": total, "hdl_cholesterol": hdl, "triglycerides": tg, "unit": "mg/dL"}
    for method, field in (("Friedewald", "ldl_friedewald"), ("Sampson", "ldl_sampson_nih")):
        arguments = {"cholesterol": total, "hdl": hdl, "triglycerides": tg, "method": method}
        yield "ldl_cholesterol", "value", "clincalc", arguments, lambda f=field: clincalc("ldl_cholesterol", f, 1, asked)
    ca, albumin = round(draw.uniform(6, 13), 1), round(draw.uniform(1.5, 5), 1)
    calcium = {"calcium": ca, "calcium_unit": "mg/dL", "albumin": albumin, "albumin_unit": "g/dL"}
    yield (
        "corrected_calcium",
        "value",
        "clincalc",
        {"calcium": ca, "albumin": albumin},
        lambda: clincalc("corrected_calcium", "result", 2, calcium),
    )
    na, cl, bic = draw.randint(120, 160), draw.randint(80, 125), draw.randint(5, 30)
    ions = {"sodium_mmol_l": na, "chloride_mmol_l": cl, "bicarbonate_mmol_l": bic}
    yield (
        "anion_gap",
        "value",
        "clincalc",
        {"sodium": na, "chloride": cl, "bicarbonate": bic},
        lambda: clincalc("anion_gap", "result", 1, ions),
    )
    glucose, method = draw.randint(110, 1200), draw.choice(["Katz", "Hillier"])
    salt = {"sodium": na, "glucose": glucose, "glucose_unit": "mg/dL", "method": method.lower()}
    yield (
        "corrected_sodium",
        "value",
        "clincalc",
        {"sodium": na, "glucose": glucose, "factor": method},
        lambda: clincalc("corrected_sodium", "result", 1, salt),
    )
    high, kg, sex = draw.randint(146, 175), draw.randint(45, 120), draw.choice(["female", "male"])
    water = {
        "assessment_context": "adult_with_hypernatraemia", "current_sodium_mmol_l": high, "target_sodium_mmol_l": 140,
        "total_body_water_fraction": 0.6 if sex == "male" else 0.5, "weight_kg": kg,
    }  # fmt: skip
    yield (
        "free_water_deficit",
        "value",
        "clincalc",
        {"sex": sex, "weight": kg, "sodium": high},
        lambda: clincalc("free_water_deficit", "result", 1, water),
    )
    fasting, insulin = draw.randint(60, 250), draw.randint(2, 60)
    sugar = {"fasting_glucose": fasting, "glucose_unit": "mg/dL", "fasting_insulin_miu_l": insulin}
    yield (
        "homa_ir",
        "value",
        "clincalc",
        {"glucose": fasting, "insulin": insulin},
        lambda: clincalc("homa_ir", "result", 2, sugar),
    )


def bodies(draw: random.Random) -> Iterator[Row]:
    kg, cm = draw.randint(45, 140), draw.randint(145, 200)
    size = {"weight": kg, "height": cm}
    yield "body_mass_index", "value", "clincalc", size, lambda: clincalc("bmi", "result", 1, {"weight_kg": kg, "height_cm": cm})
    metres = {"weight": kg, "height": cm / 100}
    for method, name in (("Mosteller", "bsa_mosteller"), ("Du Bois", "bsa_dubois"), ("Haycock", "bsa_haycock")):
        yield "body_surface_area", "value", "medimetry", {**size, "method": method}, lambda n=name: body(n, 2, metres)
    age, sex = draw.randint(18, 90), draw.choice(["female", "male"])
    for ours, theirs in (("Mifflin-St Jeor", "mifflin_st_jeor"), ("revised Harris-Benedict", "harris_benedict_revised")):
        asked = {"equation": theirs, "age": age, "sex": sex, "weight_kg": kg, "height_cm": cm}
        arguments = {**size, "age": age, "sex": sex, "equation": ours}
        yield "resting_energy", "value", "clincalc", arguments, lambda a=asked: clincalc("energy_requirement", "result", 0, a)
    beats, interval = draw.randint(45, 140), draw.randint(280, 520)
    for method in ("Bazett", "Fridericia", "Framingham"):
        heart = {"qt_interval": interval, "heart_rate": beats, "formula": method}
        arguments = {"qt": interval, "rate": beats, "method": method}
        yield "corrected_qt", "value", "medimetry", arguments, lambda h=heart: qt(h)
    yes = [draw.random() < 0.5 for _ in range(5)]
    names = ("heart failure", "hypertension", "diabetes", "earlier stroke or TIA", "vascular disease")
    said = [name if have else f"no {name}" for name, have in zip(names, yes, strict=True)]
    arguments = dict(zip(("failure", "hypertension", "diabetes", "stroke", "vascular"), said, strict=True))
    arguments["stroke"] = arguments["stroke"].replace("earlier", "an earlier") if yes[3] else arguments["stroke"]
    parts = ("congestive_heart_failure", "hypertension", "diabetes", "stroke_tia_thromboembolism", "vascular_disease")
    asked = {"age": age, "sex": sex, **dict(zip(parts, yes, strict=True))}
    yield (
        "cha2ds2_vasc",
        "score",
        "clincalc",
        {"age": age, "sex": sex, **arguments},
        lambda: clincalc("cha2ds2vasc", "result", 0, asked),
    )


def main() -> None:
    draw = random.Random("clinical formulas")
    versions = {"clincalc": "0.4.0", "kfre": "0.1.18", "medimetry": "0.1.0"}
    lines = []
    for _ in range(CASES):
        for part in (kidney, liver, blood, bodies):
            for tool, field, program, arguments, ask in part(draw):
                expected, within = ask()
                by = f"{program} {versions[program]}"
                lines.append(
                    {"tool": tool, "arguments": arguments, "field": field, "expected": expected, "within": within, "by": by}
                )
    lines.sort(key=lambda line: (line["tool"], line["field"]))
    RECORDED.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
