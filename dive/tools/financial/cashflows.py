"""Cash flows at irregular dates and day counts, with pyxirr.

Dated flows discount over actual days divided by 365, the convention of spreadsheets.
"""

import math
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.financial.terms import Dollars, EarlierDay, LaterDay, Percent, ordered
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "pyxirr; https://anexen.github.io/pyxirr/"
REQUIRES = ("pyxirr",)

Convention = Annotated[
    Literal["actual/365", "actual/360", "actual/actual ISDA", "30/360 ISDA", "30E/360"],
    Field(description="Day count convention"),
]
Part = Annotated[
    float,
    Semantic("fin.usd"),
    Says("amount", unit="US dollars"),
    Among((1000, 2500, 3000, 6000, 9000)),
    Field(description="Amount in US dollars", gt=0, le=1e12),
]


class Yield(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.return"),
        Says(
            "annualised return (XIRR) of {paid} invested on {start} and {received} received on {end}",
            unit="%",
            digits=2,
        ),
    ]


class TwoParts(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.return"),
        Says(
            "annualised return (XIRR) of {paid} invested on {start} with {first} paid back on {middle} and {second} on {end}",
            unit="%",
            digits=2,
        ),
    ]


class Worth(TypedDict):
    value: Annotated[
        float,
        Semantic("fin.usd"),
        Says(
            "value on {start} of {amount} due on {end}, discounted at {rate} a year (actual/365, compounded yearly)",
            unit="US dollars",
            digits=2,
        ),
    ]


class Fraction(TypedDict):
    years: Annotated[
        float,
        Says(
            "year fraction from {start} to {end} by the day count convention {convention}",
            digits=4,
            high="longest",
            low="shortest",
        ),
    ]
    days: Annotated[
        int,
        Says(
            "number of days from {start} to {end} counted by the convention {convention}",
            high="largest",
            low="smallest",
        ),
    ]


class Simple(TypedDict):
    interest: Annotated[
        float,
        Semantic("fin.usd"),
        Says(
            "simple interest on {principal} at {rate} a year from {start} to {end} by the day count convention {convention}",
            unit="US dollars",
            digits=2,
        ),
    ]


def _rate(dates: list[object], flows: list[float]) -> float:
    import pyxirr

    rate = pyxirr.xirr(dates, flows)
    if rate is None or not math.isfinite(float(rate)) or abs(float(rate)) > 1e6:
        raise bad_arguments("no annual rate of return exists for these amounts and dates")
    return float(rate) * 100


@tool(
    domain="financial",
    kind="processing",
    provider="pyxirr",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"paid": 8000, "start": "2018-03-14", "received": 15000, "end": "2023-12-29"},),
)
def dated_return(paid: Dollars, start: EarlierDay, received: Dollars, end: LaterDay) -> Yield:
    """The annualised return of one payment and one receipt on given dates."""
    first, last = ordered(start, end)
    return {"rate": _rate([first, last], [-paid, received])}


@tool(
    domain="financial",
    kind="processing",
    provider="pyxirr",
    source=SOURCE,
    requires=REQUIRES,
    examples=(
        {
            "paid": 8000,
            "start": "2018-03-14",
            "first": 2500,
            "middle": "2020-12-31",
            "second": 9000,
            "end": "2023-12-29",
        },
    ),
)
def staged_return(paid: Dollars, start: EarlierDay, first: Part, middle: LaterDay, second: Part, end: LaterDay) -> TwoParts:
    """The annualised return of an investment that is paid back in two parts on given dates."""
    begin, between = ordered(start, middle)
    _, last = ordered(middle, end)
    return {"rate": _rate([begin, between, last], [-paid, first, second])}


@tool(
    domain="financial",
    kind="processing",
    provider="pyxirr",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"amount": 40000, "start": "2020-03-16", "end": "2025-06-30", "rate": 4.5},),
)
def dated_present_value(amount: Dollars, start: EarlierDay, end: LaterDay, rate: Percent) -> Worth:
    """The value on one date of an amount due on a later date."""
    import pyxirr

    first, last = ordered(start, end)
    value = pyxirr.xnpv(rate / 100, [first, last], [0.0, amount])
    if value is None:
        raise bad_arguments("no present value exists for these values")
    return {"value": float(value)}


@tool(
    domain="financial",
    kind="processing",
    provider="pyxirr",
    source="ISDA 2006 definitions, section 4.16, as in pyxirr",
    requires=REQUIRES,
    examples=({"start": "2020-03-16", "end": "2024-06-28", "convention": "30E/360"},),
)
def year_fraction(start: EarlierDay, end: LaterDay, convention: Convention) -> Fraction:
    """The part of a year between two dates, and the days between them, by a day count convention."""
    import pyxirr

    first, last = ordered(start, end)
    count = getattr(pyxirr.DayCount, _member(convention))
    return {
        "years": float(pyxirr.year_fraction(first, last, count)),
        "days": int(pyxirr.days_between(first, last, count)),
    }


@tool(
    domain="financial",
    kind="processing",
    provider="pyxirr",
    source="ISDA 2006 definitions, section 4.16, as in pyxirr",
    requires=REQUIRES,
    examples=({"principal": 15000, "rate": 6, "start": "2021-11-10", "end": "2022-06-30", "convention": "actual/360"},),
)
def simple_interest(principal: Dollars, rate: Percent, start: EarlierDay, end: LaterDay, convention: Convention) -> Simple:
    """Simple interest between two dates by a day count convention."""
    import pyxirr

    first, last = ordered(start, end)
    count = getattr(pyxirr.DayCount, _member(convention))
    return {"interest": principal * rate / 100 * float(pyxirr.year_fraction(first, last, count))}


def _member(convention: str) -> str:
    """The name of a convention in `pyxirr.DayCount`."""
    return {
        "actual/365": "ACT_365F",
        "actual/360": "ACT_360",
        "actual/actual ISDA": "ACT_ACT_ISDA",
        "30/360 ISDA": "THIRTY_360_ISDA",
        "30E/360": "THIRTY_E_360",
    }[convention]
