"""Moon, seasons and planets by date (ephem, the XEphem library: VSOP87 and ELP theories); all times are UTC."""

from datetime import datetime
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.general.parameters import Date, Year, read_date
from dive.tools.tool import Says, Semantic, tool

SOURCE = "XEphem libastro (VSOP87 planets, Moshier lunar theory) as packaged in ephem; https://rhodesmill.org/pyephem/"
UA_KM = 149_597_870.7
"""Kilometres in an astronomical unit, IAU 2012 resolution B2."""

Planet = Annotated[
    Literal["Mercury", "Venus", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"],
    Field(description="Planet seen from Earth"),
]


class Moon(TypedDict):
    illuminated: Annotated[float, Says("illuminated fraction of the moon's disc at 00:00 UTC on {date}", unit="%", digits=1)]
    next_full: Annotated[
        str,
        Semantic("time.date"),
        Says("date (UTC) of the first full moon after 00:00 UTC on {date}", high="latest", low="earliest"),
    ]
    next_new: Annotated[
        str,
        Semantic("time.date"),
        Says("date (UTC) of the first new moon after 00:00 UTC on {date}", high="latest", low="earliest"),
    ]


class Seasons(TypedDict):
    march_equinox: Annotated[str, Semantic("time.date"), Says("date (UTC) of the March equinox of {year}")]
    june_solstice: Annotated[str, Semantic("time.date"), Says("date (UTC) of the June solstice of {year}")]
    september_equinox: Annotated[str, Semantic("time.date"), Says("date (UTC) of the September equinox of {year}")]
    december_solstice: Annotated[str, Semantic("time.date"), Says("date (UTC) of the December solstice of {year}")]


class PlanetView(TypedDict):
    constellation: Annotated[str, Says("constellation in which {planet} stands at 00:00 UTC on {date}")]
    distance: Annotated[float, Says("distance between Earth and {planet} at 00:00 UTC on {date}", unit="million km", digits=1)]
    magnitude: Annotated[float, Says("apparent magnitude of {planet} at 00:00 UTC on {date}", digits=1)]


class FullMoon(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True, high="latest", low="earliest")]
    weekday: Annotated[str, Says("weekday", groups=True)]
    distance: Annotated[
        float, Says("distance of the moon from Earth's centre", unit="km", digits=0, high="largest", low="smallest")
    ]


class FullMoons(TypedDict):
    moons: Annotated[list[FullMoon], Says("full moon of {year} (UTC)", plural="full moons of {year} (UTC)")]


@cache
def _ephem() -> Any:
    import ephem

    return ephem


def _day(moment: Any) -> str:
    try:
        found: datetime = moment.datetime()
    except ValueError:
        raise bad_arguments("it falls outside of the years 1 to 9999") from None
    return found.date().isoformat()


@tool(
    domain="general",
    kind="processing",
    provider="ephem",
    source=SOURCE,
    about="the moon",
    given="on {date}",
    requires=("ephem",),
    examples=({"date": "2025-01-01"},),
)
def moon_phase(date: Date) -> Moon:
    """How much of the moon is lit at the start of a day, and the dates of the next full and new moon."""
    ephem, start = _ephem(), read_date(date).strftime("%Y/%m/%d")
    return {
        "illuminated": round(float(ephem.Moon(start).phase), 3),
        "next_full": _day(ephem.next_full_moon(start)),
        "next_new": _day(ephem.next_new_moon(start)),
    }


@tool(
    domain="general",
    kind="processing",
    provider="ephem",
    source=SOURCE,
    about="{year}",
    requires=("ephem",),
    examples=({"year": 2025},),
)
def year_seasons(year: Year) -> Seasons:
    """The dates of the equinoxes and solstices of a year, in UTC."""
    ephem, start = _ephem(), f"{year}/1/1"
    return {
        "march_equinox": _day(ephem.next_vernal_equinox(start)),
        "june_solstice": _day(ephem.next_summer_solstice(start)),
        "september_equinox": _day(ephem.next_autumn_equinox(start)),
        "december_solstice": _day(ephem.next_winter_solstice(start)),
    }


@tool(
    domain="general",
    kind="processing",
    provider="ephem",
    source=SOURCE,
    about="{planet}",
    given="at 00:00 UTC on {date}",
    requires=("ephem",),
    examples=({"planet": "Jupiter", "date": "2025-01-01"},),
)
def planet_in_sky(planet: Planet, date: Date) -> PlanetView:
    """Constellation, distance from Earth and apparent magnitude of a planet at the start of a day (UTC)."""
    ephem = _ephem()
    body = getattr(ephem, planet)(read_date(date).strftime("%Y/%m/%d"))
    return {
        "constellation": ephem.constellation(body)[1],
        "distance": round(body.earth_distance * UA_KM / 1e6, 4),
        "magnitude": round(float(body.mag), 2),
    }


@tool(
    domain="general",
    kind="processing",
    provider="ephem",
    source=SOURCE,
    about="{year}",
    requires=("ephem",),
    examples=({"year": 2025},),
)
def full_moons(year: Year) -> FullMoons:
    """The full moons of a year in UTC with weekday and the moon's distance, in order of date."""
    ephem, found = _ephem(), list[FullMoon]()
    moment = ephem.next_full_moon(f"{year}/1/1")
    while moment.datetime().year == year:
        distance = round(ephem.Moon(moment).earth_distance * UA_KM)
        found.append({"date": _day(moment), "weekday": moment.datetime().strftime("%A"), "distance": distance})
        moment = ephem.next_full_moon(moment)
    return {"moons": found}
