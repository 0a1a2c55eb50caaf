"""Time value of money: loans, savings and cash flows at regular intervals, with numpy-financial.

Rates are nominal percent a year and compound monthly where payments are monthly; payments fall at the end of a month.
Amounts are US dollars so that results of one calculation can enter another.
"""

import math
from itertools import pairwise
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.financial.terms import Dollars, Percent, Years
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "numpy-financial after the OpenDocument formula specification; https://numpy.org/numpy-financial/latest/"
REQUIRES = ("numpy-financial",)

Monthly = Annotated[
    float,
    Semantic("fin.usd"),
    Says("monthly payment", unit="US dollars"),
    Among((150, 250, 400, 600, 850, 1200, 1800)),
    Field(description="Payment at the end of each month, US dollars", gt=0, le=1e9),
]
Flows = Annotated[
    list[float],
    Says("yearly cash flows", unit="US dollars"),
    Among(
        (
            [-1000, 300, 420, 680],
            [-5000, 1200, 1500, 1800, 2100],
            [-20000, 6000, 6500, 7000, 7500],
            [-8000, -2000, 4000, 5000, 6000],
            [-150000, 40000, 45000, 50000, 55000, 60000],
            [-3500, 900, 900, 900, 900, 900],
        )
    ),
    Field(
        description="Cash flows at the ends of years 0, 1, 2 ...; money paid out is negative",
        min_length=2,
        max_length=30,
    ),
]
Rate = Annotated[
    float,
    Semantic("fin.discount"),
    Says("discount rate", unit="%"),
    Among((3, 4.5, 6, 7, 8, 9.5, 11, 12)),
    Field(description="Discount rate a year, percent", gt=-90, le=100),
]
LOAN = "a loan of {principal} at {rate} a year over {years} with equal monthly payments"


class Payment(TypedDict):
    payment: Annotated[float, Semantic("fin.usd"), Says("monthly payment", unit="US dollars", digits=2)]
    interest: Annotated[float, Semantic("fin.usd"), Says("total interest", unit="US dollars", digits=2)]


class LoanYear(TypedDict):
    year: Annotated[int, Says("year of the loan", names=True)]
    interest: Annotated[float, Says("interest paid", unit="US dollars", digits=2)]
    principal: Annotated[float, Says("principal repaid", unit="US dollars", digits=2, high="largest", low="smallest")]
    balance: Annotated[float, Says("balance at its end", unit="US dollars", digits=2)]


class LoanYears(TypedDict):
    years: Annotated[
        list[LoanYear],
        Says("year of " + LOAN.replace("{years}", "{term}"), plural="years of " + LOAN.replace("{years}", "{term}")),
    ]


class Balance(TypedDict):
    balance: Annotated[
        float,
        Semantic("fin.usd"),
        Says("remaining balance after {paid} monthly payments on " + LOAN, unit="US dollars", digits=2),
    ]


class Borrowed(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.interest"),
        Says(
            "nominal yearly interest rate of a loan of {principal} that is repaid over {years} by monthly payments of {payment}",
            unit="%",
            digits=3,
        ),
    ]


class Saved(TypedDict):
    value: Annotated[
        float,
        Semantic("fin.usd"),
        Says("value after {years} of {amount} invested at {rate} a year, compounded yearly", unit="US dollars", digits=2),
    ]


class Plan(TypedDict):
    value: Annotated[
        float,
        Semantic("fin.usd"),
        Says(
            "value after {years} of saving {payment} at the end of every month at {rate} a year, compounded monthly",
            unit="US dollars",
            digits=2,
        ),
    ]


class Discounted(TypedDict):
    value: Annotated[
        float,
        Semantic("fin.usd"),
        Says("present value of {amount} due in {years} at a discount rate of {rate} a year", unit="US dollars", digits=2),
    ]


class Time(TypedDict):
    months: Annotated[
        float,
        Says(
            "time needed at {rate} a year, compounded monthly, to save {goal} by {payment} at the end of every month",
            unit="months",
            digits=1,
            high="longest",
            low="shortest",
        ),
    ]


class Npv(TypedDict):
    value: Annotated[
        float,
        Says(
            "net present value of the yearly cash flows {flows} (the first one now) at a discount rate of {rate}",
            unit="US dollars",
            digits=2,
        ),
    ]


class Irr(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.return"),
        Says("internal rate of return of the yearly cash flows {flows} (the first one now)", unit="%", digits=2),
    ]


class Mirr(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.return"),
        Says(
            "modified internal rate of return of the yearly cash flows {flows} (the first one now) at a finance "
            "rate of {finance} and a reinvestment rate of {reinvest}",
            unit="%",
            digits=2,
        ),
    ]


def _payment(principal: float, rate: float, years: int) -> float:
    import numpy_financial as npf

    return float(-npf.pmt(rate / 1200, years * 12, principal))


def _percent(value: float, what: str) -> float:
    if not math.isfinite(value):
        raise bad_arguments(f"{what} does not exist for these values")
    return value * 100


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    about=LOAN,
    examples=({"principal": 250000, "rate": 4.5, "years": 30},),
)
def loan_payment(principal: Dollars, rate: Percent, years: Years) -> Payment:
    """Monthly payment and total interest of an annuity loan."""
    payment = _payment(principal, rate, years)
    return {"payment": payment, "interest": payment * 12 * years - principal}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"principal": 40000, "rate": 5.25, "term": 5},),
)
def loan_schedule(
    principal: Dollars,
    rate: Percent,
    term: Annotated[int, Says("term", unit="years"), Among((5, 7, 10, 12, 15)), Field(description="Whole years", ge=2, le=30)],
) -> LoanYears:
    """Interest, principal repaid and closing balance of an annuity loan for each year."""
    payment, balance = _payment(principal, rate, term), principal
    years: list[LoanYear] = []
    for year in range(1, term + 1):
        opening, interest = balance, 0.0
        for _ in range(12):
            charge = balance * rate / 1200
            interest += charge
            balance += charge - payment
        years.append({"year": year, "interest": interest, "principal": opening - balance, "balance": round(balance, 6) + 0.0})
    return {"years": years}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"principal": 250000, "rate": 4.5, "years": 30, "paid": 120},),
)
def loan_balance(
    principal: Dollars,
    rate: Percent,
    years: Years,
    paid: Annotated[int, Among((12, 24, 36, 48, 60)), Field(description="Number of monthly payments made", ge=1, le=600)],
) -> Balance:
    """What is still owed on an annuity loan after a number of monthly payments."""
    import numpy_financial as npf

    if paid > years * 12:
        raise bad_arguments(f"the loan has only {years * 12} payments")
    return {"balance": float(-npf.fv(rate / 1200, paid, -_payment(principal, rate, years), principal))}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"principal": 40000, "payment": 850, "years": 5},),
)
def implied_loan_rate(principal: Dollars, payment: Monthly, years: Years) -> Borrowed:
    """The yearly interest rate at which monthly payments repay a loan."""
    import numpy_financial as npf

    if payment * 12 * years <= principal:
        raise bad_arguments("the payments together are not more than the loan")
    rate = float(npf.rate(years * 12, -payment, principal, 0, guess=payment / principal))
    return {"rate": _percent(rate * 12, "an interest rate")}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"amount": 8000, "rate": 4, "years": 12},),
)
def future_value(amount: Dollars, rate: Percent, years: Years) -> Saved:
    """The value of a single investment after some years of yearly compounding."""
    import numpy_financial as npf

    return {"value": float(npf.fv(rate / 100, years, 0, -amount))}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"payment": 250, "rate": 6, "years": 20},),
)
def savings_plan(payment: Monthly, rate: Percent, years: Years) -> Plan:
    """The value of equal monthly savings after some years."""
    import numpy_financial as npf

    return {"value": float(npf.fv(rate / 1200, years * 12, -payment, 0))}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"amount": 125000, "rate": 5.25, "years": 15},),
)
def present_value(amount: Dollars, rate: Rate, years: Years) -> Discounted:
    """The value today of an amount due after some years, discounted yearly."""
    import numpy_financial as npf

    return {"value": float(-npf.pv(rate / 100, years, 0, amount))}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"goal": 125000, "payment": 600, "rate": 6},),
)
def months_to_goal(goal: Dollars, payment: Monthly, rate: Percent) -> Time:
    """How many months of equal savings reach a goal."""
    import numpy_financial as npf

    months = float(npf.nper(rate / 1200, -payment, 0, goal)) if rate else goal / payment
    if not math.isfinite(months):
        raise bad_arguments("the goal is never reached")
    return {"months": months}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"flows": [-1000, 300, 420, 680], "rate": 8},),
)
def net_present_value(flows: Flows, rate: Rate) -> Npv:
    """The net present value of yearly cash flows of which the first falls now."""
    import numpy_financial as npf

    return {"value": float(npf.npv(rate / 100, flows))}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"flows": [-1000, 300, 420, 680]},),
)
def internal_rate_of_return(flows: Flows) -> Irr:
    """The discount rate at which yearly cash flows have no net present value; their sign may change only once."""
    import numpy_financial as npf

    signs = [flow > 0 for flow in flows if flow]
    if sum(a != b for a, b in pairwise(signs)) != 1:
        raise bad_arguments("the cash flows must change sign exactly once for the rate to be unique")
    return {"rate": _percent(float(npf.irr(flows)), "an internal rate of return")}


@tool(
    domain="financial",
    kind="processing",
    provider="numpy-financial",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"flows": [-1000, 300, 420, 680], "finance": 9.5, "reinvest": 12},),
)
def modified_internal_rate(flows: Flows, finance: Rate, reinvest: Rate) -> Mirr:
    """The modified internal rate of return of yearly cash flows with rates of financing and of reinvestment."""
    import numpy_financial as npf

    if not (min(flows) < 0 < max(flows)):
        raise bad_arguments("some cash flows must be negative and some positive")
    return {"rate": _percent(float(npf.mirr(flows, finance / 100, reinvest / 100)), "a modified rate of return")}
