"""Laws of finance, physics and statistics that the tools' results keep; see `test_formula_properties.py`."""

from math import exp

import pytest
from formula_proofs import call, computed, holds
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_formula_properties import numbers, value

law = settings(max_examples=60, deadline=None, derandomize=True, database=None)
few = settings(max_examples=25, deadline=None, derandomize=True, database=None)
RATE, SPOT, DAYS = numbers(0.1, 15), numbers(20, 300), st.integers(20, 1500)
SHORT, VOLATILITY = numbers(-2, 12), numbers(5, 80)
SAMPLE = st.lists(numbers(1, 90), min_size=4, max_size=12)


@holds("repayments add up to the principal, and the balance ends at nothing", "loan_schedule", "loan_payment", "loan_balance")
@law
@given(numbers(500, 5e5), RATE, st.integers(2, 30))
def test_loan_is_repaid(principal: float, rate: float, term: int) -> None:
    years = call("loan_schedule", principal=principal, rate=rate, term=term)["years"]
    paid = call("loan_payment", principal=principal, rate=rate, years=term)
    assert sum(year["principal"] for year in years) == pytest.approx(principal)
    assert years[-1]["balance"] == pytest.approx(0, abs=1e-4)
    assert sum(year["interest"] for year in years) == pytest.approx(paid["interest"])
    half = call("loan_balance", principal=principal, rate=rate, years=term, paid=12)["balance"]
    assert half == pytest.approx(years[0]["balance"], abs=1e-4)


@holds("the rate found is the rate paid", "implied_loan_rate", "loan_payment")
@holds("what grows is discounted back", "future_value", "present_value")
@law
@given(numbers(1000, 5e5, 0), RATE, st.integers(1, 30))
def test_rates_are_found_again(principal: float, rate: float, years: int) -> None:
    payment = call("loan_payment", principal=principal, rate=rate, years=years)["payment"]
    assert call("implied_loan_rate", principal=principal, payment=payment, years=years)["rate"] == pytest.approx(rate, abs=1e-5)
    grown = call("future_value", amount=principal, rate=rate, years=years)["value"]
    assert call("present_value", amount=grown, rate=rate, years=years)["value"] == pytest.approx(principal)


@holds("as many months as the plan takes", "months_to_goal", "savings_plan")
@law
@given(numbers(50, 2000, 0), RATE, st.integers(1, 30))
def test_goal_is_reached(payment: float, rate: float, years: int) -> None:
    saved = call("savings_plan", payment=payment, rate=rate, years=years)["value"]
    assert call("months_to_goal", goal=saved, payment=payment, rate=rate)["months"] == pytest.approx(12 * years)


@holds("nothing is left at the internal rate", "net_present_value", "internal_rate_of_return", "modified_internal_rate")
@law
@given(numbers(500, 5000, 0), st.lists(numbers(200, 2000, 0), min_size=2, max_size=10))
def test_internal_rate(paid: float, received: list[float]) -> None:
    flows = [-paid, *received]
    rate = call("internal_rate_of_return", flows=flows)["rate"]
    assume(-90 < rate <= 100)
    assert call("net_present_value", flows=flows, rate=rate)["value"] == pytest.approx(0, abs=1e-4 * paid)
    assert call("modified_internal_rate", flows=flows, finance=rate, reinvest=rate)["rate"] == pytest.approx(rate, abs=1e-5)


@holds("the return found discounts to the price", "dated_return", "dated_present_value")
@law
@given(numbers(500, 9000, 0), numbers(500, 20000, 0), st.integers(2010, 2015), st.integers(2016, 2025))
def test_dated_return(paid: float, received: float, first: int, last: int) -> None:
    dates = {"start": f"{first}-03-14", "end": f"{last}-11-02"}
    rate = call("dated_return", paid=paid, received=received, **dates)["rate"]
    assume(-20 <= rate <= 100)
    assert call("dated_present_value", amount=received, rate=rate, **dates)["value"] == pytest.approx(paid, rel=1e-6)


@holds("actual days add up", "year_fraction")
@law
@given(st.dates(), st.integers(1, 3000), st.integers(1, 3000))
def test_actual_days_add_up(start, first: int, second: int) -> None:
    import datetime as dt

    start = start.replace(year=1980 + start.year % 60, day=min(start.day, 28))
    middle, end = start + dt.timedelta(days=first), start + dt.timedelta(days=first + second)
    for convention in ("actual/365", "actual/360", "actual/actual ISDA"):
        parts = [
            call("year_fraction", start=a.isoformat(), end=b.isoformat(), convention=convention)
            for a, b in ((start, middle), (middle, end), (start, end))
        ]
        assert parts[0]["years"] + parts[1]["years"] == pytest.approx(parts[2]["years"])
        assert parts[2]["days"] == first + second


BOND = {"settlement": "2024-05-15", "maturity": "2034-05-15"}


@holds("at par where coupon and yield are equal; price falls with yield", "bond_price", "bond_duration")
@holds("the yield of the price is the yield", "bond_yield")
@few
@given(numbers(0.5, 12), numbers(0.5, 12), st.sampled_from(["annual", "semiannual", "quarterly"]))
def test_bonds(coupon: float, rate: float, frequency: str) -> None:
    bond = {"coupon": coupon, "frequency": frequency, **BOND}
    assert call("bond_price", rate=coupon, **bond)["clean"] == pytest.approx(100)
    price, lower = (call("bond_price", rate=r, **bond)["clean"] for r in (rate, rate + 0.01))
    assert lower < price
    assert call("bond_yield", price=price, **bond)["rate"] == pytest.approx(rate, abs=1e-6)
    modified = call("bond_duration", rate=rate, **bond)["modified"]
    assert (price - lower) / price * 100 / 0.01 == pytest.approx(modified, rel=1e-3)


@holds("the flows are what the price discounts", "bond_cash_flows", "accrued_interest")
@few
@given(numbers(0.5, 12), st.sampled_from(["annual", "semiannual"]), st.integers(1, 27))
def test_flows_of_a_bond(coupon: float, frequency: str, day: int) -> None:
    bond = {"coupon": coupon, "frequency": frequency, "maturity": "2034-05-15", "settlement": f"2024-06-{day:02d}"}
    flows = call("bond_cash_flows", **bond)["flows"]
    assert sum(flow["amount"] for flow in flows) == pytest.approx(100 + 10 * coupon)
    accrued = call("accrued_interest", **bond)
    assert 0 <= accrued["accrued"] < coupon
    assert accrued["next_coupon"] == flows[0]["date"]


@holds("put-call parity", "option_price", "currency_option")
@holds("the volatility of the price is the volatility", "implied_volatility")
@law
@given(SPOT, SPOT, DAYS, VOLATILITY, SHORT, SHORT)
def test_put_call_parity(spot: float, strike: float, days: int, volatility: float, rate: float, foreign: float) -> None:
    terms = {"spot": spot, "strike": strike, "days": days, "rate": rate}
    one, two = (call("option_price", right=right, volatility=volatility, **terms) for right in ("call", "put"))
    years = days / 365
    assert one["value"] - two["value"] == pytest.approx(spot - strike * exp(-rate / 100 * years), abs=1e-7)
    assert one["delta"] - two["delta"] == pytest.approx(1)
    assert one["gamma"] == pytest.approx(two["gamma"])
    found = computed("implied_volatility", right="call", price=one["value"], **terms)
    assert found is None or one["vega"] < 1e-3 or found["volatility"] == pytest.approx(volatility, rel=1e-3)
    terms = {"spot": spot, "moneyness": "at 98%", "days": days, "volatility": volatility, "domestic": rate, "foreign": foreign}
    dear, cheap = (call("currency_option", right=right, **terms)["value"] for right in ("call", "put"))
    forward = spot * exp(-foreign / 100 * years) - 0.98 * spot * exp(-rate / 100 * years)
    assert dear - cheap == pytest.approx(forward, abs=1e-7)


@holds("at least the European put and what exercise gives, at most the strike", "american_put")
@few
@given(SPOT, SPOT, DAYS, numbers(8, 80), numbers(0, 12))
def test_american_put(spot: float, strike: float, days: int, volatility: float, rate: float) -> None:
    terms = {"spot": spot, "strike": strike, "days": days, "volatility": volatility, "rate": rate}
    found = computed("american_put", **terms)
    assume(found is not None)
    european = call("option_price", right="put", **terms)["value"]
    assert max(european, strike - spot) - 1e-6 <= found["value"] <= strike
    if rate == 0:
        assert found["value"] == pytest.approx(european)


@holds("charges add up to the loss of value", "depreciation_schedule")
@law
@given(numbers(500, 5e5, 0), st.integers(0, 60), st.integers(2, 30))
def test_depreciation(cost: float, salvage: int, life: int) -> None:
    for method in ("straight-line", "sum-of-the-years'-digits", "double-declining-balance"):
        years = call("depreciation_schedule", cost=cost, salvage=salvage, life=life, method=method)["years"]
        assert cost - sum(year["depreciation"] for year in years) == pytest.approx(years[-1]["book_value"], abs=1e-4)
        assert years[-1]["book_value"] >= cost * salvage / 100 - 1e-4
        if method != "double-declining-balance":
            assert years[-1]["book_value"] == pytest.approx(cost * salvage / 100, abs=1e-4)


@holds("more at a more frequent compounding, less than continuous", "effective_annual_rate")
@holds("nominal, real and inflation multiply", "real_return")
@holds("margin, turnover and leverage multiply to the return", "dupont_analysis")
@holds("no gain by borrowing, changing and lending", "forward_exchange_rate")
@law
@given(RATE, numbers(0.1, 9), st.integers(1, 720), numbers(0.5, 150))
def test_rates(rate: float, other: float, days: int, spot: float) -> None:
    often = [call("effective_annual_rate", rate=rate, compounding=c)["effective"] for c in ("semiannually", "monthly", "daily")]
    assert often == sorted(often)
    assert often[-1] < 100 * (exp(rate / 100) - 1)
    real = call("real_return", nominal=rate, inflation=other)["rate"]
    assert (1 + real / 100) * (1 + other / 100) == pytest.approx(1 + rate / 100)
    parts = call("dupont_analysis", net_income=rate, sales=other, assets=spot, equity=float(days))
    assert parts["roe"] == pytest.approx(parts["margin"] * parts["turnover"] * parts["leverage"])
    forward = call("forward_exchange_rate", spot=spot, days=days, quote_rate=rate, base_rate=other)["rate"]
    assert forward / spot * (1 + other / 100 * days / 360) == pytest.approx(1 + rate / 100 * days / 360)


@holds("no other stake grows faster", "kelly_stake")
@law
@given(numbers(30, 95), numbers(0.5, 5), numbers(-0.05, 0.05, 3))
def test_kelly(probability: float, odds: float, step: float) -> None:
    from math import log

    found = computed("kelly_stake", probability=probability, odds=odds)
    assume(found is not None and 0.06 < found["fraction"] / 100 < 0.94)
    p, stake = probability / 100, found["fraction"] / 100 + step
    assert 100 * (p * log(1 + stake * odds) + (1 - p) * log(1 - stake)) <= found["growth"] + 1e-9


@holds("unchanged by a common shift of returns and rate", "sharpe_ratio", "sortino_ratio")
@holds("at most the arithmetic mean", "compounded_return")
@law
@given(st.lists(numbers(-40, 60), min_size=3, max_size=12), numbers(-5, 10), numbers(-9, 9))
def test_returns(returns: list[float], free: float, shift: float) -> None:
    moved = [value + shift for value in returns]
    for name, parameter in (("sharpe_ratio", "risk_free"), ("sortino_ratio", "target")):
        one, two = (computed(name, returns=r, **{parameter: f}) for r, f in ((returns, free), (moved, free + shift)))
        assert one is None or two is None or one["ratio"] == pytest.approx(two["ratio"], rel=1e-6, abs=1e-6)
    found = call("compounded_return", returns=returns)
    assert found["geometric"] <= sum(returns) / len(returns) + 1e-9
    assert 0 <= found["drawdown"] < 100


@holds("energy and wavelength are inverse", "photon_properties", "photon_wavelength")
@holds("flux rises with the fourth power, the peak moves inversely", "black_body")
@holds("five magnitudes are two powers of ten in distance", "star_brightness")
@law
@given(numbers(10, 5000), numbers(300, 9000), numbers(-2, 20), numbers(1, 900))
def test_light(wavelength: float, kelvin: float, magnitude: float, distance: float) -> None:
    assert value("photon_wavelength", energy=call("photon_properties", wavelength=wavelength)["energy"]) == pytest.approx(
        wavelength
    )
    one, two = (call("black_body", temperature=t) for t in (kelvin, 2 * kelvin))
    assert two["flux"] == pytest.approx(16 * one["flux"])
    assert two["peak"] == pytest.approx(one["peak"] / 2)
    near, far = (call("star_brightness", magnitude=magnitude, distance=d) for d in (distance, 10 * distance))
    assert far["modulus"] == pytest.approx(near["modulus"] + 5)
    assert far["luminosity"] == pytest.approx(100 * near["luminosity"])


@holds("period squared goes with axis cubed over mass", "kepler_orbit")
@holds("radius and period scale with mass, temperature inversely", "black_hole")
@holds("Lorentz factor is the hyperbolic cosine of rapidity", "special_relativity")
@holds("momentum and energy agree", "electron_wavelength")
@law
@given(numbers(0.5, 50), numbers(0.1, 50), numbers(0.01, 0.99), numbers(1, 1000, 0))
def test_bodies_in_motion(mass: float, axis: float, beta: float, voltage: float) -> None:
    from math import cosh

    one, two = (call("kepler_orbit", mass=m, axis=a) for m, a in ((mass, axis), (4 * mass, 4 * axis)))
    assert two["period"] == pytest.approx(4 * one["period"])
    assert two["speed"] == pytest.approx(one["speed"])
    small, large = (call("black_hole", mass=m) for m in (mass, 3 * mass))
    assert large["radius"] == pytest.approx(3 * small["radius"])
    assert large["isco_period"] == pytest.approx(3 * small["isco_period"])
    assert large["temperature"] == pytest.approx(small["temperature"] / 3)
    moving = call("special_relativity", beta=beta)
    assert moving["lorentz"] == pytest.approx(cosh(moving["rapidity"]))
    speed = call("electron_wavelength", voltage=voltage)["speed"]
    assert call("special_relativity", beta=speed)["lorentz"] == pytest.approx(1 + voltage / 510.99895, rel=1e-6)


@holds("pressure falls with height, and the density is that of the ideal gas", "standard_atmosphere", "gas_density")
@holds("density at one atmosphere", "ideal_gas_density")
@law
@given(numbers(-400, 19_000, 0), numbers(10, 900, 0))
def test_air(height: float, more: float) -> None:
    low, high = (call("standard_atmosphere", height=h) for h in (height, height + more))
    assert high["pressure"] < low["pressure"]
    assert high["temperature"] <= low["temperature"]
    air = {"molar_mass": 28.9644, "temperature": low["temperature"]}
    assert value("gas_density", pressure=low["pressure"], **air) == pytest.approx(low["density"], rel=1e-4)
    here = value("gas_density", pressure=1013.25, **air)
    assert call("ideal_gas_density", **air)["density"] == pytest.approx(here, rel=1e-6)


@holds("the way there is as long as the way back, and ends there", "geodesic_distance", "destination_point")
@holds("the antipode of the antipode is the point", "antipode")
@law
@given(numbers(-80, 80), numbers(-170, 170), numbers(10, 5000, 0), st.sampled_from(["north", "north-east", "south", "west"]))
def test_geodesics(latitude: float, longitude: float, distance: float, direction: str) -> None:
    end = call("destination_point", latitude=latitude, longitude=longitude, direction=direction, distance=distance)
    there = {"latitude": latitude, "longitude": longitude, "to_latitude": end["latitude"], "to_longitude": end["longitude"]}
    back = {"latitude": end["latitude"], "longitude": end["longitude"], "to_latitude": latitude, "to_longitude": longitude}
    assert call("geodesic_distance", **there)["distance"] == pytest.approx(distance, abs=1e-3)
    assert call("geodesic_distance", **back)["distance"] == pytest.approx(distance, abs=1e-3)
    other = call("antipode", latitude=latitude, longitude=longitude)
    assert call("antipode", **other) == {"latitude": latitude, "longitude": pytest.approx(longitude)}


@holds("weighed in, the amount gives the concentration again", "mass_for_solution", "amount_of_substance", "molar_concentration")
@holds("two gases exchanged invert the ratio", "effusion_ratio")
@holds("the same whichever element comes first", "bond_ionic_character")
@law
@given(numbers(10, 400), numbers(0.5, 100), numbers(5, 1000, 0), numbers(0.7, 4), numbers(0.7, 4))
def test_bench(molar_mass: float, millimolar: float, millilitres: float, a: float, b: float) -> None:
    mass = call("mass_for_solution", molar_mass=molar_mass, millimolar=millimolar, millilitres=millilitres)["milligrams"]
    amount = call("amount_of_substance", milligrams=mass, molar_mass=molar_mass)["millimoles"]
    assert call("molar_concentration", millimoles=amount, millilitres=millilitres)["millimolar"] == pytest.approx(millimolar)
    ratio, turned = (call("effusion_ratio", a=x, b=y)["ratio"] for x, y in ((molar_mass, 10 * a), (10 * a, molar_mass)))
    assert ratio * turned == pytest.approx(1)
    assert call("bond_ionic_character", a=a, b=b) == call("bond_ionic_character", a=b, b=a)


@holds("absorbance of a mass concentration", "concentration_from_absorbance", "mass_concentration")
@holds("a double strand has half the molecules of a single one", "dna_picomoles")
@law
@given(numbers(1000, 200_000, 0), numbers(0.1, 2), numbers(5000, 150_000, 0))
def test_concentrations(extinction: float, absorbance: float, molar_mass: float) -> None:
    molar = call("concentration_from_absorbance", extinction=extinction, absorbance=absorbance)["micromolar"]
    mass = call("mass_concentration", micromolar=molar, molar_mass=molar_mass)["milligrams"]
    assert mass == pytest.approx(absorbance / extinction * molar_mass)
    amounts = [
        call("dna_picomoles", nanograms=absorbance, length=int(extinction), strands=strands)["picomoles"]
        for strands in ("double-stranded", "single-stranded")
    ]
    assert 2 * amounts[0] == pytest.approx(amounts[1])


@holds("h is at most g, and unchanged by the order", "citation_indices")
@holds("unchanged when all counts grow alike", "citation_concentration", "series_inequality")
@law
@given(st.lists(st.integers(0, 200), min_size=2, max_size=30))
def test_citations(citations: list[int]) -> None:
    found = call("citation_indices", citations=citations)
    assert found["h"] <= found["g"] <= len(citations)
    assert found == call("citation_indices", citations=citations[::-1])
    if sum(citations):
        one, two = (call("citation_concentration", citations=c) for c in (citations, [3 * c for c in citations]))
        assert one == pytest.approx(two)
        same = call("series_inequality", numbers=[float(c) for c in citations])
        assert one["gini"] == pytest.approx(same["gini"], abs=1e-8)


@holds("the same whichever sample comes first", "sample_correlation", "welch_t_test", "series_correlation")
@holds("the slopes multiply to the determination", "sample_regression")
@law
@given(st.lists(st.tuples(numbers(1, 90), numbers(1, 90)), min_size=4, max_size=12))
def test_pairs(pairs: list[tuple[float, float]]) -> None:
    first, second = ([pair[i] for pair in pairs] for i in (0, 1))
    assume(max(first) - min(first) > 1 and max(second) - min(second) > 1)
    one, two = (call("sample_correlation", first=a, second=b) for a, b in ((first, second), (second, first)))
    assert one["pearson"] == pytest.approx(two["pearson"])
    assert value("series_correlation", numbers=first, other=second) == pytest.approx(one["pearson"], abs=1e-8)
    tests = [call("welch_t_test", first=a, second=b) for a, b in ((first, second), (second, first))]
    assert tests[0]["t"] == pytest.approx(-tests[1]["t"])
    assert tests[0]["p"] == pytest.approx(tests[1]["p"])
    there, back = (call("sample_regression", first=a, second=b) for a, b in ((first, second), (second, first)))
    assert there["slope"] * back["slope"] == pytest.approx(there["determination"], abs=1e-9)


@holds("never less than the p-value, in its order", "multiple_testing")
@holds("holds the share, and narrows with more trials", "proportion_interval")
@law
@given(st.lists(numbers(0, 1, 4), min_size=2, max_size=20), st.integers(0, 50), st.integers(50, 300))
def test_probabilities(values: list[float], successes: int, trials: int) -> None:
    adjusted = call("multiple_testing", values=values)["value"]
    assert all(p - 1e-12 <= q <= 1 for p, q in zip(values, adjusted, strict=True))
    order = sorted(range(len(values)), key=values.__getitem__)
    assert [adjusted[i] for i in order] == sorted(adjusted)
    narrow, wide = (call("proportion_interval", successes=k * successes, trials=k * trials) for k in (4, 1))
    assert wide["lower"] <= wide["share"] + 1e-9
    assert wide["upper"] >= wide["share"] - 1e-9
    assert narrow["upper"] - narrow["lower"] < wide["upper"] - wide["lower"]


@holds("after as many years at the rate", "compound_growth", "projected_population", "doubling_time", "growth_rate")
@law
@given(st.integers(100_000, 10**8), numbers(0.1, 20), st.integers(1, 40))
def test_growth(people: int, rate: float, years: int) -> None:
    grown = call("projected_population", population=people, rate=rate, years=years)["value"]
    assert value("compound_growth", start=people, end=grown, years=years) == pytest.approx(rate, abs=1e-3)
    found = call("growth_rate", start=people, end=grown, years=years)
    assert found["rate"] == pytest.approx(rate, abs=1e-3)
    assert found["doubling"] == pytest.approx(value("doubling_time", rate=rate), rel=1e-2)
