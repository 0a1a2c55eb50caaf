"""Fixed-rate bonds and business days, with QuantLib.

QuantLib keeps an evaluation date for the whole process. Every bond call sets it to the settlement date under a lock
and passes the settlement date itself as well, so no call depends on an earlier one. Bonds have face value 100,
unadjusted coupon dates counted back from maturity, and the actual/actual (ICMA) day count; yields compound as often
as coupons are paid.
"""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.financial.terms import QUANTLIB, day, ordered
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "QuantLib; ICMA Rule 251 (actual/actual), https://www.quantlib.org"
REQUIRES = ("QuantLib",)

Coupon = Annotated[
    float, Says("coupon rate", unit="%"), Among((1.25, 2, 2.5, 3, 3.75, 4, 4.5, 5, 6)),
    Field(description="Coupon rate a year, percent of face value", ge=0, le=30),
]  # fmt: skip
Frequency = Annotated[Literal["annual", "semiannual", "quarterly"], Field(description="How often the coupon is paid")]
Settlement = Annotated[
    str, Semantic("time.date"), Among(("2020-03-16", "2021-11-10", "2022-09-28", "2023-07-03", "2024-02-29",
    "2025-04-09")),
    Field(description="Settlement date, YYYY-MM-DD", min_length=10, max_length=10),
]  # fmt: skip
Maturity = Annotated[
    str, Among(("2027-05-15", "2028-02-15", "2029-08-15", "2030-11-15", "2032-06-15", "2035-01-15", "2040-07-01")),
    Field(description="Maturity date, YYYY-MM-DD", min_length=10, max_length=10),
]  # fmt: skip
Yield = Annotated[
    float, Semantic("fin.yield"), Says("yield to maturity", unit="%"), Among((1.5, 2.75, 3.4, 4.2, 5.1, 6.3)),
    Field(description="Yield to maturity a year, percent", gt=-20, le=100),
]  # fmt: skip
CleanPrice = Annotated[
    float, Semantic("fin.bond_price"), Says("clean price"), Among((88.5, 93.25, 97.4, 99.1, 101.6, 104.75)),
    Field(description="Clean price for 100 of face value", gt=1, le=1000),
]  # fmt: skip
CalendarName = Literal[
    "the euro area",
    "the United Kingdom",
    "Germany",
    "Japan",
    "Canada",
    "Switzerland",
    "Brazil",
    "Sweden",
    "Australia",
    "Poland",
]
BusinessCalendar = Annotated[
    CalendarName, Field(description="Whose bank holidays count; the euro area means the TARGET calendar")
]
BOND = "a bond with {frequency} coupons of {coupon} maturing on {maturity}"


class Priced(TypedDict):
    clean: Annotated[
        float,
        Semantic("fin.bond_price"),
        Says(
            "clean price, for a face value of 100 and settlement on {settlement}, of " + BOND + " at a yield of {rate}",
            digits=3,
        ),
    ]
    dirty: Annotated[
        float,
        Says(
            "dirty price, for a face value of 100 and settlement on {settlement}, of " + BOND + " at a yield of {rate}",
            digits=3,
        ),
    ]


class Yielded(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.yield"),
        Says(
            "yield to maturity of " + BOND + " bought at a clean price of {price} for settlement on {settlement}",
            unit="%",
            digits=3,
        ),
    ]


class Sensitivity(TypedDict):
    modified: Annotated[
        float,
        Says(
            "modified duration of " + BOND + " at a yield of {rate} for settlement on {settlement}",
            unit="years",
            digits=3,
            high="longest",
            low="shortest",
        ),
    ]
    macaulay: Annotated[
        float,
        Says(
            "Macaulay duration of " + BOND + " at a yield of {rate} for settlement on {settlement}",
            unit="years",
            digits=3,
            high="longest",
            low="shortest",
        ),
    ]
    convexity: Annotated[float, Says("convexity of " + BOND + " at a yield of {rate} for settlement on {settlement}", digits=2)]


class Accrued(TypedDict):
    accrued: Annotated[float, Says("accrued interest, for a face value of 100 on {settlement}, of " + BOND, digits=4)]
    days: Annotated[int, Says("number of days of accrued interest on {settlement} of " + BOND, high="largest", low="smallest")]
    next_coupon: Annotated[
        str,
        Semantic("time.date"),
        Says("first coupon date after {settlement} of " + BOND, high="latest", low="earliest"),
    ]


class Flow(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True)]
    amount: Annotated[float, Says("amount for a face value of 100", digits=3, high="largest", low="smallest")]
    type: Annotated[str, Says("type", groups=True)]


class Flows(TypedDict):
    flows: Annotated[
        list[Flow],
        Says("payment due after {settlement} of " + BOND, plural="payments due after {settlement} of " + BOND),
    ]


class Adjusted(TypedDict):
    date: Annotated[
        str,
        Semantic("time.date"),
        Says(
            "date to which {date} moves by the {convention} convention and the bank holidays of {calendar}",
            high="latest",
            low="earliest",
        ),
    ]


class Holiday(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True)]
    weekday: Annotated[str, Says("day of the week", groups=True)]


class Holidays(TypedDict):
    business_days: Annotated[int, Says("number of business days of banks in {calendar} in {year}")]
    holidays: Annotated[
        list[Holiday],
        Says(
            "bank holiday from Monday to Friday in {calendar} in {year}",
            plural="bank holidays from Monday to Friday in {calendar} in {year}",
        ),
    ]


def _date(date: dt.date) -> Any:
    import QuantLib as ql

    return ql.Date(date.day, date.month, date.year)


def _bond(coupon: float, frequency: str, maturity: str, settlement: str) -> tuple[Any, Any, Any, Any]:
    """The bond, its day counter, its frequency and the settlement date; sets the evaluation date, so hold
    `QUANTLIB`."""
    import QuantLib as ql

    first, last = ordered(settlement, maturity)
    if (last.year - first.year) > 60 or first.year < 1950:
        raise bad_arguments("settlement must be after 1950 and at most sixty years before maturity")
    often = {"annual": ql.Annual, "semiannual": ql.Semiannual, "quarterly": ql.Quarterly}[frequency]
    start = _date(last) - ql.Period(last.year - first.year + 1, ql.Years)
    ql.Settings.instance().evaluationDate = _date(first)
    schedule = ql.Schedule(
        start,
        _date(last),
        ql.Period(often),
        ql.NullCalendar(),
        ql.Unadjusted,
        ql.Unadjusted,
        ql.DateGeneration.Backward,
        False,
    )
    counter = ql.ActualActual(ql.ActualActual.ISMA, schedule)
    return ql.FixedRateBond(0, 100.0, schedule, [coupon / 100], counter), counter, often, _date(first)


def _iso(date: Any) -> str:
    return str(date.ISO())


@tool(
    domain="financial", kind="processing", provider="QuantLib", source=SOURCE, requires=REQUIRES,
    examples=({"coupon": 4, "frequency": "semiannual", "maturity": "2030-11-15", "settlement": "2025-04-09",
    "rate": 4.2},),
)  # fmt: skip
def bond_price(coupon: Coupon, frequency: Frequency, maturity: Maturity, settlement: Settlement, rate: Yield) -> Priced:
    """Clean and dirty price of a fixed-rate bond from its yield to maturity."""
    import QuantLib as ql

    with QUANTLIB:
        bond, counter, often, when = _bond(coupon, frequency, maturity, settlement)
        clean = ql.BondFunctions.cleanPrice(bond, ql.InterestRate(rate / 100, counter, ql.Compounded, often), when)
        return {"clean": clean, "dirty": clean + bond.accruedAmount(when)}


@tool(
    domain="financial", kind="processing", provider="QuantLib", source=SOURCE, requires=REQUIRES,
    examples=({"coupon": 4, "frequency": "annual", "maturity": "2032-06-30", "settlement": "2024-02-29",
    "price": 97.4},),
)  # fmt: skip
def bond_yield(coupon: Coupon, frequency: Frequency, maturity: Maturity, settlement: Settlement, price: CleanPrice) -> Yielded:
    """Yield to maturity of a fixed-rate bond from its clean price."""
    import QuantLib as ql

    with QUANTLIB:
        bond, counter, often, when = _bond(coupon, frequency, maturity, settlement)
        try:
            found = bond.bondYield(ql.BondPrice(price, ql.BondPrice.Clean), counter, ql.Compounded, often, when, 1e-12, 200)
        except RuntimeError:
            raise bad_arguments(f"no yield gives the price {price}") from None
    return {"rate": float(found) * 100}


@tool(
    domain="financial", kind="processing", provider="QuantLib", source=SOURCE, requires=REQUIRES,
    examples=({"coupon": 3, "frequency": "annual", "maturity": "2035-01-15", "settlement": "2023-07-03", "rate": 3.4},),
)  # fmt: skip
def bond_duration(coupon: Coupon, frequency: Frequency, maturity: Maturity, settlement: Settlement, rate: Yield) -> Sensitivity:
    """Modified and Macaulay duration and convexity of a fixed-rate bond."""
    import QuantLib as ql

    with QUANTLIB:
        bond, counter, often, when = _bond(coupon, frequency, maturity, settlement)
        level = ql.InterestRate(rate / 100, counter, ql.Compounded, often)
        kinds = (ql.Duration.Modified, ql.Duration.Macaulay)
        modified, macaulay = (float(ql.BondFunctions.duration(bond, level, kind, when)) for kind in kinds)
        return {
            "modified": modified,
            "macaulay": macaulay,
            "convexity": float(ql.BondFunctions.convexity(bond, level, when)),
        }


@tool(
    domain="financial", kind="processing", provider="QuantLib", source=SOURCE, requires=REQUIRES,
    examples=({"coupon": 5, "frequency": "semiannual", "maturity": "2028-02-15", "settlement": "2025-04-09"},),
)  # fmt: skip
def accrued_interest(coupon: Coupon, frequency: Frequency, maturity: Maturity, settlement: Settlement) -> Accrued:
    """Interest that a fixed-rate bond has accrued on a settlement date, and its next coupon date."""
    import QuantLib as ql

    with QUANTLIB:
        bond, _, _, when = _bond(coupon, frequency, maturity, settlement)
        return {
            "accrued": float(bond.accruedAmount(when)), "days": int(ql.BondFunctions.accruedDays(bond, when)),
            "next_coupon": min(_iso(flow.date()) for flow in bond.cashflows() if flow.date() > when),
        }  # fmt: skip


@tool(
    domain="financial", kind="processing", provider="QuantLib", source=SOURCE, requires=REQUIRES,
    examples=({"coupon": 2.5, "frequency": "annual", "maturity": "2029-08-15", "settlement": "2024-02-29"},),
)  # fmt: skip
def bond_cash_flows(coupon: Coupon, frequency: Frequency, maturity: Maturity, settlement: Settlement) -> Flows:
    """The coupons and the redemption that a fixed-rate bond pays after a settlement date, at most forty."""
    with QUANTLIB:
        bond, _, _, when = _bond(coupon, frequency, maturity, settlement)
        flows = [flow for flow in bond.cashflows() if flow.date() > when]
        if len(flows) > 40:
            raise bad_arguments(f"the bond has {len(flows)} payments left, more than 40")
        last = len(flows) - 1  # QuantLib lists the redemption last
        return {"flows": [
            {"date": _iso(flow.date()), "amount": round(float(flow.amount()), 9),
            "type": "redemption" if n == last else "coupon"}
            for n, flow in enumerate(flows)
        ]}  # fmt: skip


def _calendar(name: str) -> Any:
    import QuantLib as ql

    made = {
        "the euro area": ql.TARGET, "the United Kingdom": ql.UnitedKingdom, "Germany": ql.Germany, "Japan": ql.Japan,
        "Canada": ql.Canada, "Switzerland": ql.Switzerland, "Brazil": ql.Brazil, "Sweden": ql.Sweden,
        "Australia": ql.Australia, "Poland": ql.Poland,
    }  # fmt: skip
    return made[name]()


@tool(
    domain="financial", kind="retrieval", provider="QuantLib", source="holiday rules of QuantLib calendars; "
                                                                      "ISDA 2006 definitions, section 4.12",
    requires=REQUIRES, examples=({"date": "2022-12-31", "calendar": "the euro area",
    "convention": "modified following"},),
)  # fmt: skip
def business_day(
    date: Annotated[
        str,
        Semantic("time.date"),
        Among(("2022-12-31", "2021-05-01", "2023-12-25", "2024-03-31", "2020-05-31", "2025-04-18", "2019-06-30")),
        Field(description="Date, YYYY-MM-DD", min_length=10, max_length=10),
    ],
    calendar: BusinessCalendar,
    convention: Annotated[
        Literal["following", "preceding", "modified following", "modified preceding"], Field(description="Convention")
    ],
) -> Adjusted:
    """The business day to which a date moves by a business day convention."""
    import QuantLib as ql

    when = day(date)
    if not 1980 <= when.year <= 2030:
        raise not_found("business calendar for", date)
    conventions = {
        "following": ql.Following, "preceding": ql.Preceding,
        "modified following": ql.ModifiedFollowing, "modified preceding": ql.ModifiedPreceding,
    }  # fmt: skip
    return {"date": _iso(_calendar(calendar).adjust(_date(when), conventions[convention]))}


@tool(
    domain="financial", kind="retrieval", provider="QuantLib", source="holiday rules of QuantLib calendars",
    requires=REQUIRES, examples=({"calendar": "the United Kingdom", "year": 2022},),
)  # fmt: skip
def bank_holidays(
    calendar: BusinessCalendar,
    year: Annotated[int, Semantic("time.year"), Among(tuple(range(2012, 2027))), Field(description="Year", ge=2000, le=2026)],
) -> Holidays:
    """The bank holidays of a country that fall on weekdays, and the number of its business days, in a year."""
    import QuantLib as ql

    used = _calendar(calendar)
    first, last = ql.Date(1, 1, year), ql.Date(31, 12, year)
    dates = [dt.date.fromisoformat(_iso(found)) for found in used.holidayList(first, last, False)]
    return {
        "business_days": int(used.businessDaysBetween(first, last, True, True)),
        "holidays": [{"date": found.isoformat(), "weekday": found.strftime("%A")} for found in sorted(dates)],
    }
