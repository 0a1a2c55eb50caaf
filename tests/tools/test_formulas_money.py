"""Loans, cash flows, bonds and options against other implementations, over random arguments."""

import datetime as dt
from math import erf, exp, log, sqrt
from random import Random
from typing import Any

from formula_proofs import against, agree

LOANS = ("loan_payment", "loan_balance", "implied_loan_rate", "future_value", "savings_plan", "present_value", "months_to_goal")


def normal(x: float) -> float:
    return 0.5 * (1 + erf(x / sqrt(2)))


def day(random: Random, first: int = 2000, last: int = 2020) -> dt.date:
    return dt.date(random.randint(first, last), random.randint(1, 12), random.randint(1, 28))


@against("pyxirr (the tools use numpy-financial)", *LOANS)
def test_annuities_of_numpy_financial_and_pyxirr() -> None:
    import pyxirr

    def money(random: Random) -> dict[str, Any]:
        return {"rate": round(random.uniform(0.1, 20), 3), "years": random.randint(1, 40)}

    def loan(random: Random) -> dict[str, Any]:
        return {**money(random), "principal": round(random.uniform(500, 5e5), 2)}

    agree(loan, "loan_payment", lambda principal, rate, years: {"payment": -pyxirr.pmt(rate / 1200, years * 12, principal)})
    agree(
        lambda r: {**loan(r), "paid": r.randint(1, 480)},
        "loan_balance",
        lambda principal, rate, years, paid: {
            "balance": -pyxirr.fv(rate / 1200, paid, pyxirr.pmt(rate / 1200, years * 12, principal), principal)
        },
        ab=1e-4,
    )
    agree(
        lambda r: {"principal": 10_000, "payment": round(r.uniform(90, 900), 2), "years": r.randint(1, 30)},
        "implied_loan_rate",
        lambda principal, payment, years: {"rate": 1200 * pyxirr.rate(years * 12, -payment, principal)},
        ab=1e-5,
    )
    amount = lambda r: {**money(r), "amount": round(r.uniform(500, 1e5), 2)}  # noqa: E731
    agree(amount, "future_value", lambda amount, rate, years: {"value": pyxirr.fv(rate / 100, years, 0, -amount)})
    agree(amount, "present_value", lambda amount, rate, years: {"value": -pyxirr.pv(rate / 100, years, 0, amount)})
    saved = lambda r: {**money(r), "payment": round(r.uniform(50, 2000), 2)}  # noqa: E731
    agree(saved, "savings_plan", lambda payment, rate, years: {"value": pyxirr.fv(rate / 1200, years * 12, -payment, 0)})
    agree(
        lambda r: {"goal": r.uniform(5e3, 1e6), "payment": r.uniform(50, 2000), "rate": round(r.uniform(0.1, 12), 2)},
        "months_to_goal",
        lambda goal, payment, rate: {"months": pyxirr.nper(rate / 1200, -payment, 0, goal)},
    )


@against("pyxirr and scipy.optimize.brentq", "net_present_value", "internal_rate_of_return", "modified_internal_rate")
def test_cash_flows_of_numpy_financial_and_pyxirr() -> None:
    import pyxirr
    from scipy.optimize import brentq

    def flows(random: Random) -> list[float]:
        return [-float(random.randint(500, 5000)), *(float(random.randint(100, 2000)) for _ in range(random.randint(2, 10)))]

    agree(
        lambda r: {"flows": flows(r), "rate": round(r.uniform(0.5, 30), 2)},
        "net_present_value",
        lambda flows, rate: {"value": pyxirr.npv(rate / 100, flows)},
    )
    worth = lambda rate, flows: sum(flow / (1 + rate) ** year for year, flow in enumerate(flows))  # noqa: E731
    agree(
        lambda r: {"flows": flows(r)},
        "internal_rate_of_return",
        lambda flows: {"rate": 100 * brentq(worth, -0.95, 50, args=(flows,), xtol=1e-14)},
        rel=1e-7,
        ab=1e-7,
    )
    agree(
        lambda r: {"flows": flows(r), "finance": round(r.uniform(1, 15), 2), "reinvest": round(r.uniform(1, 15), 2)},
        "modified_internal_rate",
        lambda flows, finance, reinvest: {"rate": 100 * pyxirr.mirr(flows, finance / 100, reinvest / 100)},
    )


@against("scipy.optimize.brentq over actual/365 (the tools use pyxirr)", "dated_return", "staged_return", "dated_present_value")
def test_dated_flows_of_pyxirr_and_brentq() -> None:
    from scipy.optimize import brentq

    def root(flows: dict[str, float]) -> float:
        first = min(map(dt.date.fromisoformat, flows))
        years = {when: (dt.date.fromisoformat(when) - first).days / 365 for when in flows}
        return float(brentq(lambda rate: sum(a * (1 + rate) ** -years[w] for w, a in flows.items()), -0.9999, 1e4, xtol=1e-14))

    def ends(random: Random) -> dict[str, Any]:
        start = day(random)
        return {"start": start.isoformat(), "end": (start + dt.timedelta(days=random.randint(400, 5000))).isoformat()}

    agree(
        lambda r: {**ends(r), "paid": r.randint(500, 9000), "received": r.randint(500, 20000)},
        "dated_return",
        lambda paid, start, received, end: {"rate": 100 * root({start: -paid, end: received})},
        rel=1e-6,
        ab=1e-6,
    )

    def staged(random: Random) -> dict[str, Any]:
        given = ends(random)
        middle = dt.date.fromisoformat(given["start"]) + dt.timedelta(days=random.randint(30, 390))
        parts = {"first": random.randint(100, 6000), "second": random.randint(100, 9000)}
        return {**given, **parts, "paid": random.randint(2000, 9000), "middle": middle.isoformat()}

    agree(
        staged,
        "staged_return",
        lambda paid, start, first, middle, second, end: {"rate": 100 * root({start: -paid, middle: first, end: second})},
        rel=1e-6,
        ab=1e-6,
    )
    agree(
        lambda r: {**ends(r), "amount": r.randint(500, 90000), "rate": round(r.uniform(-5, 20), 2)},
        "dated_present_value",
        lambda amount, start, end, rate: {
            "value": amount * (1 + rate / 100) ** (-(dt.date.fromisoformat(end) - dt.date.fromisoformat(start)).days / 365)
        },
    )


@against("QuantLib day counters (the tools use pyxirr)", "year_fraction", "simple_interest")
def test_day_counts_of_pyxirr_and_quantlib() -> None:
    import QuantLib as ql

    counters = {
        "actual/365": ql.Actual365Fixed(), "actual/360": ql.Actual360(), "30E/360": ql.Thirty360(ql.Thirty360.European),
        "actual/actual ISDA": ql.ActualActual(ql.ActualActual.ISDA), "30/360 ISDA": ql.Thirty360(ql.Thirty360.BondBasis),
    }  # fmt: skip

    def span(random: Random) -> dict[str, Any]:
        start = dt.date(1999, 12, 31) + dt.timedelta(days=random.randint(0, 7000))
        end = start + dt.timedelta(days=random.randint(1, 4000))
        return {"start": start.isoformat(), "end": end.isoformat(), "convention": random.choice(list(counters))}

    def theirs(start: str, end: str, convention: str) -> dict[str, float]:
        first, last = (ql.Date(text, "%Y-%m-%d") for text in (start, end))
        counter = counters[convention]
        return {"years": counter.yearFraction(first, last), "days": counter.dayCount(first, last)}

    agree(span, "year_fraction", theirs)
    agree(
        lambda r: {**span(r), "principal": r.randint(500, 90000), "rate": round(r.uniform(0.5, 12), 2)},
        "simple_interest",
        lambda principal, rate, **dates: {"interest": principal * rate / 100 * theirs(**dates)["years"]},
    )


def black(right: str, spot: float, strike: float, years: float, sigma: float, rate: float, carry: float = 0.0) -> float:
    """Black-Scholes-Merton in closed form, all rates as fractions."""
    d = (log(spot / strike) + (rate - carry + sigma**2 / 2) * years) / (sigma * sqrt(years))
    sign = 1 if right == "call" else -1
    foreign, domestic = spot * exp(-carry * years), strike * exp(-rate * years)
    return sign * (foreign * normal(sign * d) - domestic * normal(sign * (d - sigma * sqrt(years))))


def option(random: Random) -> dict[str, Any]:
    return {
        "right": random.choice(["call", "put"]), "spot": round(random.uniform(60, 140), 2), "strike": round(random.uniform(60,
        140), 2),
        "days": random.randint(20, 1500), "rate": round(random.uniform(-1, 9), 2),
    }  # fmt: skip


@against("closed form with math.erf (the tools use QuantLib)", "option_price", "currency_option", "implied_volatility")
def test_european_options_of_quantlib_and_the_closed_form() -> None:
    from scipy.optimize import brentq

    def greeks(right: str, spot: float, strike: float, days: int, volatility: float, rate: float) -> dict[str, float]:
        given = (right, spot, strike, days / 365, volatility / 100, rate / 100)
        step, part = 1e-3, 1e-4
        up, down = (black(right, spot + s, *given[2:]) for s in (step, -step))
        more, less = (black(*given[:4], given[4] + s, given[5]) for s in (part, -part))
        return {"value": black(*given), "delta": (up - down) / (2 * step), "vega": (more - less) / (2 * part) / 100}

    agree(lambda r: {**option(r), "volatility": round(r.uniform(5, 80), 2)}, "option_price", greeks, rel=1e-6, ab=1e-6)

    def quoted(random: Random) -> dict[str, Any]:
        given = option(random)
        value = black(
            given["right"], given["spot"], given["strike"], given["days"] / 365, random.uniform(0.1, 0.6), given["rate"] / 100
        )
        return {**given, "price": round(max(value, 0.5), 4)}

    def implied(right: str, price: float, spot: float, strike: float, days: int, rate: float) -> dict[str, float]:
        value = lambda sigma: black(right, spot, strike, days / 365, sigma, rate / 100) - price  # noqa: E731
        return {"volatility": 100 * float(brentq(value, 1e-4, 20, xtol=1e-13))}

    agree(quoted, "implied_volatility", implied, rel=1e-3, ab=1e-3)
    agree(
        lambda r: {
            "right": r.choice(["call", "put"]), "spot": round(r.uniform(0.5, 150), 3), "days": r.randint(20, 900),
            "moneyness": r.choice(["at 95%", "at 98%", "at 100%", "at 102%", "at 105%"]), "volatility": round(r.uniform(5, 30),
            1),
            "domestic": round(r.uniform(0, 9), 2), "foreign": round(r.uniform(0, 9), 2),
        },
        "currency_option",
        lambda right, spot, moneyness, days, volatility, domestic, foreign: {
            "value": black(right, spot, spot * int(moneyness[3:-1]) / 100, days / 365, volatility / 100, domestic / 100,
            foreign / 100)
        },
        rel=1e-8,
    )  # fmt: skip


@against("a binomial tree of 1,000 steps in numpy (the tool uses an integral equation in QuantLib)", "american_put")
def test_american_put_of_quantlib_and_numpy() -> None:
    import numpy as np

    def tree(spot: float, strike: float, days: int, volatility: float, rate: float) -> dict[str, float]:
        steps = 1000
        dt_, sigma, r = days / 365 / steps, volatility / 100, rate / 100
        up = exp(sigma * sqrt(dt_))
        p, discount = (exp(r * dt_) - 1 / up) / (up - 1 / up), exp(-r * dt_)
        prices = spot * up ** (2.0 * np.arange(steps + 1) - steps)
        values = np.maximum(strike - prices, 0)
        for _ in range(steps):
            prices = prices[1:] / up
            values = np.maximum(discount * (p * values[1:] + (1 - p) * values[:-1]), strike - prices)
        return {"value": float(values[0])}

    def put(random: Random) -> dict[str, Any]:
        given = {name: value for name, value in option(random).items() if name != "right"}
        return {**given, "rate": round(random.uniform(0, 9), 2), "volatility": round(random.uniform(10, 60), 2)}

    agree(put, "american_put", tree, rel=3e-4, ab=8e-3)


@against("discounted flows, actual/actual ICMA by hand (the tools use QuantLib)", "bond_price", "bond_yield", "bond_duration")
def test_bonds_of_quantlib_and_discounted_flows() -> None:
    from dateutil.relativedelta import relativedelta
    from scipy.optimize import brentq

    often = {"annual": 1, "semiannual": 2, "quarterly": 4}

    def flows(coupon: float, frequency: str, maturity: str, settlement: str) -> tuple[list[tuple[float, float]], float]:
        """Periods and amounts of the payments due, and accrued interest."""
        last, when, months = dt.date.fromisoformat(maturity), dt.date.fromisoformat(settlement), 12 // often[frequency]
        dates = [last - relativedelta(months=months * n) for n in range(110)]
        due = [d for d in dates if d > when]
        before = max(d for d in dates if d <= when)
        gone = (when - before).days / (min(due) - before).days
        pay = coupon / often[frequency]
        return [(n + 1 - gone, pay + (100 if d == last else 0)) for n, d in enumerate(sorted(due))], pay * gone

    def dirty(rate: float, periods: list[tuple[float, float]], m: int) -> float:
        return sum(amount / (1 + rate / m / 100) ** n for n, amount in periods)

    def bond(random: Random) -> dict[str, Any]:
        start = day(random, 2005, 2024)
        end = start + dt.timedelta(days=random.randint(500, 9000))
        return {
            "coupon": round(random.uniform(0.25, 9), 2), "frequency": random.choice(list(often)),
            "settlement": start.isoformat(), "maturity": end.replace(day=min(end.day, 28)).isoformat(),
        }  # fmt: skip

    def price(rate: float, **given: Any) -> dict[str, float]:
        periods, accrued = flows(**given)
        value = dirty(rate, periods, often[given["frequency"]])
        return {"clean": value - accrued, "dirty": value}

    def durations(rate: float, **given: Any) -> dict[str, float]:
        periods, m = flows(**given)[0], often[given["frequency"]]
        value, step = dirty(rate, periods, m), 1 + rate / m / 100
        macaulay = sum(n / m * amount / step**n for n, amount in periods) / value
        convexity = sum(n * (n + 1) / m**2 * amount / step ** (n + 2) for n, amount in periods) / value
        return {"macaulay": macaulay, "modified": macaulay / step, "convexity": convexity}

    def found(price: float, **given: Any) -> dict[str, float]:
        periods, accrued = flows(**given)
        return {
            "rate": float(brentq(lambda y: dirty(y, periods, often[given["frequency"]]) - accrued - price, -15, 90, xtol=1e-12))
        }

    agree(lambda r: {**bond(r), "rate": round(r.uniform(0.5, 12), 2)}, "bond_price", price)
    agree(lambda r: {**bond(r), "rate": round(r.uniform(0.5, 12), 2)}, "bond_duration", durations)
    agree(lambda r: {**bond(r), "price": round(r.uniform(70, 130), 2)}, "bond_yield", found, rel=1e-7, ab=1e-7)
