"""Time zones: UTC offsets, daylight saving and clock changes of the IANA database, and the zone at a point.

The database is read from the tzdata distribution, not from the system, so that every machine answers alike.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.general.parameters import Date, Latitude, Longitude, Year, Zone, read_date
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "IANA time zone database (public domain) as packaged in tzdata; https://www.iana.org/time-zones"

Clock = Annotated[
    str,
    Among(("06:30", "09:00", "12:00", "14:45", "18:30", "23:15")),
    Field(description="Local clock time as HH:MM", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
]


class Offset(TypedDict):
    offset: Annotated[float, Says("UTC offset of {zone} at noon on {date}", unit="hours", digits=2)]
    abbreviation: Annotated[str, Says("time zone abbreviation in use in {zone} at noon on {date}")]
    daylight_saving: Annotated[bool, Says("on daylight saving time at noon on {date}")]


class Meeting(TypedDict):
    local_time: Annotated[str, Says("local time in {other} when it is {time} in {zone} on {date}")]
    local_date: Annotated[
        str, Semantic("time.date"), Says("date in {other} when it is {time} in {zone} on {date}", passed_on=False)
    ]


class Change(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True, high="latest", low="earliest")]
    offset_before: Annotated[float, Says("UTC offset before the change", unit="hours", digits=2)]
    offset_after: Annotated[float, Says("UTC offset after the change", unit="hours", digits=2)]


class Changes(TypedDict):
    changes: Annotated[list[Change], Says("clock change in {zone} in {year}", plural="clock changes in {zone} in {year}")]
    first: Annotated[str, Semantic("time.date"), Says("date of the first clock change in {zone} in {year}", passed_on=False)]


@cache
def _zone(name: str) -> ZoneInfo:
    from importlib.resources import files

    folder = files("tzdata") / "zoneinfo"
    known = (files("tzdata") / "zones").read_text().split()
    if name not in known:
        raise not_found("time zone", name)
    with folder.joinpath(*name.split("/")).open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


def zone_names() -> list[str]:
    """All names of the database."""
    from importlib.resources import files

    return sorted((files("tzdata") / "zones").read_text().split())


def _hours(moment: datetime) -> float:
    return (moment.utcoffset() or timedelta()).total_seconds() / 3600


def _noon(zone: str, date: str) -> datetime:
    day = read_date(date)
    return datetime(day.year, day.month, day.day, 12, tzinfo=_zone(zone))


@tool(
    domain="general",
    kind="retrieval",
    provider="zoneinfo",
    source=SOURCE,
    about="{zone}",
    given="on {date}",
    requires=("tzdata",),
    examples=({"zone": "Asia/Kolkata", "date": "2025-01-01"}, {"zone": "America/New_York", "date": "2025-06-21"}),
)
def utc_offset(zone: Zone, date: Date) -> Offset:
    """UTC offset, abbreviation and daylight saving of a time zone at local noon of a day."""
    noon = _noon(zone, date)
    return {"offset": _hours(noon), "abbreviation": str(noon.tzname()), "daylight_saving": bool(noon.dst())}


@tool(
    domain="general",
    kind="retrieval",
    provider="zoneinfo",
    source=SOURCE,
    about="{zone} and {other}",
    requires=("tzdata",),
    examples=({"zone": "Europe/London", "other": "Asia/Tokyo", "date": "2025-06-21"},),
)
def time_difference(
    zone: Zone, other: Zone, date: Date
) -> Annotated[
    float,
    Semantic("time.hours"),
    Says(
        "number of hours by which clocks in {other} are ahead of clocks in {zone} (negative if behind) at 12:00 UTC on {date}",
        unit="hours",
        digits=2,
    ),
]:
    """How many hours the clocks of a second time zone are ahead of those of a first one at 12:00 UTC of a day."""
    day = read_date(date)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return _hours(noon.astimezone(_zone(other))) - _hours(noon.astimezone(_zone(zone)))


@tool(
    domain="general",
    kind="retrieval",
    provider="zoneinfo",
    source=SOURCE,
    about="{other}",
    requires=("tzdata",),
    examples=({"time": "18:30", "zone": "America/Los_Angeles", "other": "Asia/Seoul", "date": "2025-03-01"},),
)
def convert_local_time(time: Clock, zone: Zone, other: Zone, date: Date) -> Meeting:
    """The local time and date in a second time zone when it is a given local time in a first one."""
    hour, minute = map(int, time.split(":"))
    there = _noon(zone, date).replace(hour=hour, minute=minute).astimezone(UTC).astimezone(_zone(other))
    return {"local_time": there.strftime("%H:%M"), "local_date": there.date().isoformat()}


@tool(
    domain="general",
    kind="retrieval",
    provider="zoneinfo",
    source=SOURCE,
    about="{zone}",
    given="in {year}",
    requires=("tzdata",),
    examples=({"zone": "Europe/Paris", "year": 2025}, {"zone": "America/Santiago", "year": 2024}),
)
def clock_changes(zone: Zone, year: Year) -> Changes:
    """The days of a year on which the UTC offset of a time zone changes, with the offsets before and after."""
    place = _zone(zone)
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(-1, 367)]
    changed = [one for one, two in pairwise(days) if _hours(one.astimezone(place)) != _hours(two.astimezone(place))]
    hours = [start + timedelta(hours=n) for start in changed for n in range(25)]
    marks = [(moment, _hours(moment.astimezone(place))) for moment in hours]
    found: list[Change] = [
        {"date": moment.astimezone(place).date().isoformat(), "offset_before": before, "offset_after": after}
        for (_, before), (moment, after) in pairwise(marks)
        if before != after and moment.astimezone(place).year == year
    ]
    if not found:
        raise not_found(f"clock change of {year} in the time zone", zone)
    return {"changes": found, "first": found[0]["date"]}


@cache
def _finder() -> object:
    from timezonefinder import TimezoneFinder

    return TimezoneFinder()


@tool(
    domain="general",
    kind="retrieval",
    provider="timezonefinder",
    source="timezone-boundary-builder (OpenStreetMap, ODbL) as packaged in timezonefinder",
    about="latitude {latitude} and longitude {longitude}",
    requires=("timezonefinder",),
    examples=({"latitude": 27.72, "longitude": 85.32}, {"latitude": -16.5, "longitude": -68.15}),
)
def timezone_at(
    latitude: Latitude, longitude: Longitude
) -> Annotated[str, Semantic("geo.timezone"), Says("time zone at latitude {latitude} and longitude {longitude}")]:
    """The IANA time zone in force at a point."""
    found = _finder().timezone_at(lat=latitude, lng=longitude)  # type: ignore[attr-defined]
    if found is None:
        raise not_found("time zone at", f"{latitude}, {longitude}")
    return str(found)
