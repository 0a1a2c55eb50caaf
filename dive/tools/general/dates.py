"""Calendar arithmetic on ISO dates (standard library, dateutil for Easter, pyluach for the Hebrew calendar)."""

from calendar import isleap
from datetime import date as Day
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.general.parameters import Date, Year, read_date
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "proleptic Gregorian calendar and ISO 8601, Python datetime"

Weekday = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Birth = Annotated[
    str,
    Semantic("time.date"),
    Among(("1948-11-30", "1957-02-14", "1963-08-28", "1979-06-05", "1991-12-17", "2004-02-29")),
    Field(description="Date of birth as YYYY-MM-DD", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]


class Span(TypedDict):
    days: Annotated[int, Says("number of days from {start} to {end}", unit="days", high="longest", low="shortest")]
    weekdays: Annotated[int, Says("number of Mondays to Fridays after {start} up to and including {end}")]


class DateFacts(TypedDict):
    weekday: Annotated[str, Says("weekday")]
    iso_week: Annotated[int, Says("ISO 8601 week number")]
    day_of_year: Annotated[int, Says("day-of-year number (1 January is 1)")]
    days_left: Annotated[int, Says("number of days left in the year after {date}", unit="days")]
    julian_day: Annotated[int, Says("Julian day number that begins at noon UTC on {date}")]
    year: Annotated[int, Semantic("time.year"), Says("calendar year", ask=False)]


class YearFacts(TypedDict):
    leap: Annotated[bool, Says("a leap year")]
    easter: Annotated[str, Semantic("time.date"), Says("date of Western Easter Sunday in {year}", high="latest", low="earliest")]
    orthodox_easter: Annotated[
        str,
        Semantic("time.date"),
        Says("Gregorian date of Orthodox Easter Sunday in {year}", high="latest", low="earliest"),
    ]
    first_weekday: Annotated[str, Says("weekday of 1 January {year}")]
    iso_weeks: Annotated[int, Says("number of ISO 8601 weeks in {year}", unit="weeks")]


class Age(TypedDict):
    years: Annotated[int, Says("age in completed years on {date} of a person born on {birth}", unit="years")]
    days_to_birthday: Annotated[
        int, Says("number of days from {date} to the next birthday after it of a person born on {birth}", unit="days")
    ]


class HebrewDate(TypedDict):
    year: Annotated[int, Says("Hebrew calendar year into which {date} falls")]
    month: Annotated[str, Says("Hebrew calendar month into which {date} falls")]
    day: Annotated[int, Says("day of the Hebrew month on {date}")]


class Friday13(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True, high="latest", low="earliest")]
    month: Annotated[str, Says("month")]


class Fridays13(TypedDict):
    fridays: Annotated[list[Friday13], Says("Friday the 13th in {year}", plural="Fridays the 13th in {year}")]


def _shift(start: Day, days: int) -> str:
    try:
        return (start + timedelta(days=days)).isoformat()
    except OverflowError:
        raise bad_arguments("the result lies outside of the years 1 to 9999") from None


@tool(
    domain="general",
    kind="processing",
    provider="datetime",
    source=SOURCE,
    about="the period from {start} to {end}",
    examples=({"start": "2025-01-01", "end": "2025-12-24"},),
)
def date_span(start: Date, end: Date) -> Span:
    """Days and weekdays from one date to a later one, the first day not counted."""
    first, last = read_date(start), read_date(end)
    if last < first:
        raise bad_arguments(f"end {end} is before start {start}; exchange them")
    days = (last - first).days
    weeks, rest = divmod(days, 7)
    extra = sum((first.weekday() + n) % 7 < 5 for n in range(1, rest + 1))
    return {"days": days, "weekdays": weeks * 5 + extra}


@tool(
    domain="general",
    kind="processing",
    provider="datetime",
    source=SOURCE,
    about="{start}",
    examples=({"start": "2025-01-01", "days": 90},),
)
def date_after(
    start: Date,
    days: Annotated[
        int,
        Says("period", unit="days"),
        Among((14, 28, 30, 45, 60, 90, 100, 180, 280)),
        Field(description="Days to add", ge=1, le=36525),
    ],
) -> Annotated[str, Semantic("time.date"), Says("date {days} after {start}", high="latest", low="earliest")]:
    """The date a number of days after another one."""
    return _shift(read_date(start), days)


@tool(
    domain="general",
    kind="processing",
    provider="datetime",
    source=SOURCE,
    about="{start}",
    examples=({"start": "2025-04-18", "days": 10},),
)
def business_day_after(
    start: Date,
    days: Annotated[
        int,
        Says("period", unit="business days"),
        Among((2, 3, 5, 10, 15, 20, 30)),
        Field(description="Business days to add", ge=1, le=2600),
    ],
) -> Annotated[
    str,
    Semantic("time.date"),
    Says("date {days} (Monday to Friday, ignoring holidays) after {start}", high="latest", low="earliest"),
]:
    """The date a number of Mondays to Fridays after another one; holidays are not regarded."""
    day = read_date(start)
    weeks, rest = divmod(days, 5)
    found = Day.fromisoformat(_shift(day, weeks * 7 - max(0, day.weekday() - 4)))
    while rest:
        found += timedelta(days=1)
        rest -= found.weekday() < 5
    return found.isoformat()


@tool(
    domain="general",
    kind="processing",
    provider="datetime",
    source=SOURCE,
    about="{date}",
    examples=({"date": "2024-02-29"},),
)
def date_facts(date: Date) -> DateFacts:
    """Weekday, ISO week, day of the year, days left in the year and Julian day number of a date."""
    day = read_date(date)
    ordinal = day.timetuple().tm_yday
    return {
        "weekday": WEEKDAYS[day.weekday()],
        "iso_week": day.isocalendar().week,
        "day_of_year": ordinal,
        "days_left": 365 + isleap(day.year) - ordinal,
        "julian_day": day.toordinal() + 1_721_425,
        "year": day.year,
    }


@tool(
    domain="general",
    kind="processing",
    provider="python-dateutil",
    source="Gregorian and Julian computus, python-dateutil",
    about="{year}",
    requires=("python-dateutil",),
    examples=({"year": 2025},),
)
def year_facts(year: Year) -> YearFacts:
    """Whether a year is a leap year, its Western and Orthodox Easter, its first weekday and its number of ISO weeks."""
    from dateutil.easter import EASTER_ORTHODOX, easter

    return {
        "leap": isleap(year),
        "easter": easter(year).isoformat(),
        "orthodox_easter": easter(year, EASTER_ORTHODOX).isoformat(),
        "first_weekday": WEEKDAYS[Day(year, 1, 1).weekday()],
        "iso_weeks": Day(year, 12, 28).isocalendar().week,
    }


@tool(
    domain="general",
    kind="processing",
    provider="datetime",
    source=SOURCE,
    about="a person born on {birth}",
    given="on {date}",
    examples=({"birth": "1979-06-05", "date": "2025-06-21"},),
)
def age_on(birth: Birth, date: Date) -> Age:
    """Age in completed years on a day and days to the next birthday; one born on 29 February has birthday on 1
    March otherwise."""
    born, day = read_date(birth), read_date(date)
    if day < born:
        raise bad_arguments(f"{date} is before the birth on {birth}")

    def birthday(year: int) -> Day:
        return Day(year, 3, 1) if (born.month, born.day) == (2, 29) and not isleap(year) else born.replace(year=year)

    years = day.year - born.year - (day < birthday(day.year))
    coming = next(b for b in (birthday(day.year), birthday(day.year + 1)) if b > day)
    return {"years": years, "days_to_birthday": (coming - day).days}


@tool(
    domain="general",
    kind="processing",
    provider="datetime",
    source=SOURCE,
    about="{year}",
    examples=({"year": 2025, "month": "November", "weekday": "Thursday", "place": "fourth"},),
)
def weekday_of_month(
    year: Year,
    month: Annotated[
        Literal[
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Field(description="Month"),
    ],
    weekday: Annotated[Weekday, Field(description="Weekday")],
    place: Annotated[Literal["first", "second", "third", "fourth", "last"], Field(description="Which of them in the month")],
) -> Annotated[
    str, Semantic("time.date"), Says("date of the {place} {weekday} in {month} {year}", high="latest", low="earliest")
]:
    """The date of the first, second, third, fourth or last weekday of its kind in a month."""
    number = next(n for n in range(1, 13) if Day(2000, n, 1).strftime("%B") == month)
    first = Day(year, number, 1)
    days = [day for n in range(31) if (day := first + timedelta(days=n)).month == number and WEEKDAYS[day.weekday()] == weekday]
    return days[-1 if place == "last" else ("first", "second", "third", "fourth").index(place)].isoformat()


@tool(
    domain="general",
    kind="processing",
    provider="pyluach",
    source="Hebrew calendar arithmetic, pyluach",
    about="{date}",
    requires=("pyluach",),
    examples=({"date": "2025-09-23"},),
)
def hebrew_date(date: Date) -> HebrewDate:
    """Year, month and day of the Hebrew calendar at noon of a Gregorian date."""
    from pyluach.dates import GregorianDate

    day = read_date(date)
    found = GregorianDate(day.year, day.month, day.day).to_heb()
    return {"year": found.year, "month": found.month_name(), "day": found.day}


@tool(
    domain="general",
    kind="processing",
    provider="datetime",
    source=SOURCE,
    about="{year}",
    examples=({"year": 2026},),
)
def fridays_the_13th(year: Year) -> Fridays13:
    """The Fridays of a year that fall on the 13th day of a month."""
    days = [day for month in range(1, 13) if (day := Day(year, month, 13)).weekday() == 4]
    return {"fridays": [{"date": day.isoformat(), "month": day.strftime("%B")} for day in days]}
