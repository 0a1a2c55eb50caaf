"""Epidemiological weeks: the calendars of the US CDC (MMWR weeks, from Sunday) and of ISO 8601 (from Monday), by
epiweeks."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "epiweeks: MMWR week fact sheet (CDC/NNDSS) and ISO 8601"

System = Annotated[Literal["CDC", "ISO"], Field(description="CDC (weeks from Sunday) or ISO (weeks from Monday)")]
Day = Annotated[
    str, Semantic("time.date"),
    Among(("2019-12-31", "2020-03-11", "2021-01-02", "2022-08-14", "2023-05-05", "2024-12-29", "2025-02-16")),
    Field(description="Date as YYYY-MM-DD", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]  # fmt: skip
Year = Annotated[
    int,
    Semantic("time.year"),
    Among((2008, 2009, 2014, 2015, 2019, 2020, 2023, 2025, 2026)),
    Field(description="Year", ge=1900, le=2100),
]


class Week(TypedDict):
    week: Annotated[int, Says("number of the {system} epidemiological week that contains {day}")]
    year: Annotated[
        int, Semantic("time.year"), Says("year that the {system} epidemiological week containing {day} is counted in")
    ]
    first_day: Annotated[str, Semantic("time.date"), Says("first day of the {system} epidemiological week that contains {day}")]
    last_day: Annotated[str, Semantic("time.date"), Says("last day of the {system} epidemiological week that contains {day}")]


class WeekDays(TypedDict):
    first_day: Annotated[str, Semantic("time.date"), Says("first day of {system} epidemiological week {week} of {year}")]
    last_day: Annotated[str, Semantic("time.date"), Says("last day of {system} epidemiological week {week} of {year}")]


class EpiYear(TypedDict):
    weeks: Annotated[int, Says("number of {system} epidemiological weeks in {year}")]
    first_day: Annotated[str, Semantic("time.date"), Says("first day of the {system} epidemiological year {year}")]
    last_day: Annotated[str, Semantic("time.date"), Says("last day of the {system} epidemiological year {year}")]


def day_of(text: str) -> date:
    """A date of the calendar, or `bad_arguments`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_arguments(f"{text} is not a date") from None


def _year(year: int, system: str) -> Any:
    from epiweeks import Year

    return Year(year, system.lower())


@tool(
    domain="medical", kind="processing", provider="epiweeks", source=SOURCE, requires=("epiweeks",),
    examples=({"day": "2024-12-29", "system": "CDC"}, {"day": "2024-12-29", "system": "ISO"}),
)  # fmt: skip
def epidemiological_week(day: Day, system: System) -> Week:
    """The epidemiological week that contains a date, its year, and its first and last day."""
    from epiweeks import Week

    found: Any = Week.fromdate(day_of(day), system.lower())
    return {
        "week": found.week, "year": found.year, "first_day": found.startdate().isoformat(),
        "last_day": found.enddate().isoformat(),
    }  # fmt: skip


@tool(
    domain="medical", kind="processing", provider="epiweeks", source=SOURCE, requires=("epiweeks",),
    examples=({"year": 2025, "week": 10, "system": "CDC"},),
)  # fmt: skip
def epidemiological_week_days(
    year: Year,
    week: Annotated[int, Among((1, 5, 10, 20, 26, 33, 40, 47, 51)), Field(description="Number of the week", ge=1, le=53)],
    system: System,
) -> WeekDays:
    """The first and the last day of an epidemiological week."""
    from epiweeks import Week

    if week > _year(year, system).totalweeks():
        raise bad_arguments(f"{year} has no {system} week {week}")
    found: Any = Week(year, week, system.lower())
    return {"first_day": found.startdate().isoformat(), "last_day": found.enddate().isoformat()}


@tool(
    domain="medical", kind="processing", provider="epiweeks", source=SOURCE, requires=("epiweeks",),
    examples=({"year": 2020, "system": "CDC"}, {"year": 2025, "system": "CDC"}),
)  # fmt: skip
def epidemiological_year(year: Year, system: System) -> EpiYear:
    """How many epidemiological weeks a year has, and its first and last day in that calendar."""
    found = _year(year, system)
    return {
        "weeks": found.totalweeks(),
        "first_day": found.startdate().isoformat(),
        "last_day": found.enddate().isoformat(),
    }
