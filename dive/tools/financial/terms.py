"""Parameters that many financial tools share, each declared once, and the reading of dates.

A date is ISO text in every tool; `day` turns it into a date or answers `bad_arguments`. This module defines no tool.
"""

import datetime as dt
from threading import Lock
from typing import Annotated

from pydantic import Field

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic

DAYS = (
    "2005-06-15", "2008-09-15", "2012-07-26", "2015-01-15", "2016-06-24", "2018-03-14",
    "2020-03-16", "2021-11-10", "2022-09-28", "2023-07-03", "2024-02-29", "2025-04-09",
)  # fmt: skip
QUANTLIB = Lock()
"""Held by every call that sets QuantLib's process-wide evaluation date."""
LATER = ("2019-12-31", "2020-12-31", "2022-06-30", "2023-12-29", "2024-06-28", "2025-06-30", "2026-03-31")

Day = Annotated[str, Semantic("time.date"), Among(DAYS), Field(description="Date, YYYY-MM-DD", min_length=10, max_length=10)]
EarlierDay = Annotated[
    str,
    Semantic("time.date"),
    Among(DAYS[:8]),
    Field(description="First date, YYYY-MM-DD", min_length=10, max_length=10),
]
LaterDay = Annotated[
    str, Semantic("time.date"), Among(LATER), Field(description="Last date, YYYY-MM-DD", min_length=10, max_length=10)
]
Currency = Annotated[str, Semantic("fin.currency"), Field(description="ISO 4217 code, such as USD", min_length=3, max_length=3)]
Country = Annotated[
    str, Semantic("geo.country"), Field(description="ISO 3166 two-letter code, such as DE", min_length=2, max_length=2)
]
CountryName = Annotated[
    str, Semantic("geo.country_name"), Field(description="English name of a country", min_length=3, max_length=60)
]
Dollars = Annotated[
    float, Semantic("fin.usd"), Says("amount", unit="US dollars"),
    Among((500, 1200, 2500, 8000, 15000, 40000, 125000, 250000, 320000)),
    Field(description="Amount in US dollars", gt=0, le=1e12),
]  # fmt: skip
Percent = Annotated[
    float, Semantic("fin.interest"), Says("interest rate", unit="%"),
    Among((2.5, 3.25, 4, 4.5, 5.25, 6, 6.75, 7.5, 8)),
    Field(description="Nominal rate a year, in percent", ge=-20, le=100),
]  # fmt: skip
Years = Annotated[
    int,
    Says("term", unit="years"),
    Among((5, 7, 10, 12, 15, 20, 25, 30)),
    Field(description="Whole years", ge=1, le=50),
]
Amount = Annotated[
    float,
    Among((100, 250, 800, 1500, 4200, 12500, 60000, 1000000)),
    Field(description="Amount of money", gt=0, le=1e12),
]


def day(text: str) -> dt.date:
    """The date of an ISO text, or `bad_arguments`."""
    try:
        if len(text) != 10:
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise bad_arguments(f"{text!r} is not a date; write YYYY-MM-DD") from None


def ordered(start: str, end: str) -> tuple[dt.date, dt.date]:
    """Two dates of which the first is earlier, or `bad_arguments`."""
    first, last = day(start), day(end)
    if first >= last:
        raise bad_arguments(f"the first date, {start}, must be before the last, {end}")
    return first, last
