"""The sky: coordinates and Julian dates by astropy, bright stars and planets by ephem.

Positions are ICRS/J2000 in degrees unless a tool says otherwise. No service is asked and no table is downloaded, so
dates
are in UTC and kept to 1900-2100, where the built-in series hold.
"""

from functools import cache
from math import degrees
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

ASTROPY = "astropy.coordinates and astropy.time (ERFA/SOFA); https://docs.astropy.org"
EPHEM = "ephem (libastro; Hipparcos positions of 108 named stars, VSOP87 planets); https://rhodesmill.org/pyephem/"
SECOND_NAMES = {
    "Adara": "Adhara", "Agena": "Hadar", "Albereo": "Albireo", "Alcaid": "Alkaid", "Sirrah": "Alpheratz",
    "Etamin": "Eltanin", "Formalhaut": "Fomalhaut", "Gienah Corvi": "Gienah",
}  # fmt: skip
"""Stars that ephem lists twice, by the name that the IAU did not choose."""
ROMAN = "Roman 1987, PASP 99, 695 (constellation boundaries), doi:10.1086/132034"

RightAscension = Annotated[
    float, Semantic("aca.right_ascension"),
    Among((10.685, 83.822, 114.826, 152.093, 187.706, 201.365, 266.417, 279.235)),
    Says("right ascension", unit="°"), Field(description="ICRS right ascension in degrees", ge=0, lt=360),
]  # fmt: skip
Declination = Annotated[
    float, Semantic("aca.declination"), Among((-43.019, -29.008, -5.391, 5.225, 12.391, 28.026, 38.784, 41.269)),
    Says("declination", unit="°"), Field(description="ICRS declination in degrees", ge=-90, le=90),
]  # fmt: skip
Day = Annotated[
    str, Semantic("time.date"),
    Among(("1969-07-20", "1986-02-09", "2000-01-01", "2012-06-06", "2024-04-08", "2025-03-20")),
    Field(description="Date, ISO 8601, 1900 to 2100", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]  # fmt: skip
Star = Annotated[
    str, Semantic("aca.star"), Field(description="Name of a bright star, such as Sirius", min_length=3, max_length=30)
]
Planet = Annotated[
    str, Semantic("aca.planet"), Among(("Mercury", "Venus", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune")),
    Field(description="Name of a planet other than the Earth", min_length=4, max_length=10),
]  # fmt: skip


class StarRecord(TypedDict):
    constellation: Annotated[str, Semantic("aca.constellation"), Says("constellation in which {star} lies")]
    right_ascension: Annotated[float, Semantic("aca.right_ascension"), Says("right ascension (J2000)", unit="°", digits=3)]
    declination: Annotated[float, Semantic("aca.declination"), Says("declination (J2000)", unit="°", digits=3)]
    magnitude: Annotated[float, Semantic("aca.magnitude"), Says("apparent visual magnitude", digits=2)]
    spectral: Annotated[str, Says("spectral class")]


class StarItem(TypedDict):
    star: Annotated[str, Semantic("aca.star"), Says("star", names=True)]
    magnitude: Annotated[
        float, Semantic("aca.magnitude"), Says("apparent visual magnitude", digits=2, high="faintest", low="brightest")
    ]
    spectral: Annotated[str, Says("spectral class", groups=True)]


class Stars(TypedDict):
    stars: Annotated[
        list[StarItem],
        Says(
            "star among 108 named bright stars that lies in {constellation}",
            plural="stars among 108 named bright stars that lie in {constellation}",
        ),
    ]


class Separation(TypedDict):
    degrees: Annotated[float, Says("angular separation of {first} and {second} (J2000)", unit="°", digits=2)]
    magnitudes: Annotated[float, Says("difference in apparent magnitude between {first} and {second}", digits=2)]
    ratio: Annotated[float, Says("factor by which the brighter of {first} and {second} outshines the other", digits=2)]


class PlanetRecord(TypedDict):
    constellation: Annotated[
        str, Semantic("aca.constellation"), Says("constellation in which {planet} stands at 0h UTC on {date}")
    ]
    distance: Annotated[float, Says("distance from the Earth", unit="au", digits=3)]
    magnitude: Annotated[float, Semantic("aca.magnitude"), Says("apparent magnitude", digits=1)]
    phase: Annotated[float, Says("illuminated fraction", unit="%", digits=1)]
    diameter: Annotated[float, Says("apparent diameter", unit="arcsec", digits=1)]
    elongation: Annotated[float, Says("elongation from the Sun", unit="°", digits=1)]


class Moon(TypedDict):
    phase: Annotated[float, Says("illuminated fraction of the Moon at 0h UTC on {date}", unit="%", digits=1)]
    next_full: Annotated[str, Semantic("time.date"), Says("date (UTC) of the first full moon after 0h UTC on {date}")]
    next_new: Annotated[str, Semantic("time.date"), Says("date (UTC) of the first new moon after 0h UTC on {date}")]
    distance: Annotated[float, Says("distance of the Moon from the Earth's centre at 0h UTC on {date}", unit="km", digits=-3)]


class Julian(TypedDict):
    julian: Annotated[float, Semantic("aca.julian_date"), Says("Julian date at 0h UTC on {date}", digits=1)]
    modified: Annotated[int, Says("modified Julian date at 0h UTC on {date}")]
    day_of_year: Annotated[int, Says("day of the year on which {date} falls")]
    epoch: Annotated[float, Says("Julian epoch at 0h on {date}", digits=3)]


class Galactic(TypedDict):
    longitude: Annotated[float, Says("galactic longitude", unit="°", digits=3)]
    latitude: Annotated[float, Says("galactic latitude", unit="°", digits=3)]
    ecliptic_latitude: Annotated[float, Says("ecliptic latitude (J2000)", unit="°", digits=3)]


@cache
def _stars() -> dict[str, str]:
    from ephem.stars import db

    names = [line.split(",")[0] for line in db.strip().splitlines()]
    return {name.casefold(): SECOND_NAMES.get(name, name) for name in names}


def stars_known() -> list[str]:
    """The names of the bright stars, one name a star, in the order of the alphabet."""
    return sorted(set(_stars().values()))


@cache
def _star(name: str) -> tuple[str, Any]:
    import ephem

    known = _stars().get(name.strip().casefold())
    if known is None:
        raise not_found("bright star", name)
    body = ephem.star(known)
    body.compute("2000/1/1 12:00", epoch="2000")
    return known, body


def _date(text: str) -> str:
    from datetime import date

    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise bad_arguments(f"{text!r} is not a date") from None
    if not 1900 <= day.year <= 2100:
        raise bad_arguments(f"{text} is outside of 1900 to 2100")
    return day.strftime("%Y/%m/%d")


def _spectral(body: Any) -> str:
    return str(body._spect).strip()


@tool(
    domain="academic", kind="retrieval", provider="ephem", source=EPHEM, about="{star}", requires=("ephem",),
    examples=({"star": "Sirius"}, {"star": "Betelgeuse"}),
)  # fmt: skip
def star_record(star: Star) -> StarRecord:
    """Constellation, position, magnitude and spectral class of a named bright star."""
    import ephem

    _, body = _star(star)
    return {
        "constellation": ephem.constellation(body)[1], "right_ascension": degrees(float(body.a_ra)),
        "declination": degrees(float(body.a_dec)), "magnitude": float(body.mag), "spectral": _spectral(body),
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="ephem", source=EPHEM, requires=("ephem",),
    examples=({"constellation": "Orion"},),
)  # fmt: skip
def constellation_stars(
    constellation: Annotated[
        str,
        Semantic("aca.constellation"),
        Field(description="Latin name of a constellation, such as Orion", min_length=3, max_length=20),
    ],
) -> Stars:
    """The named bright stars that lie in a constellation, brightest first."""
    import ephem

    wanted, found = constellation.strip().casefold(), []
    for name in dict.fromkeys(_stars().values()):
        body = _star(name)[1]
        if ephem.constellation(body)[1].casefold() == wanted:
            found.append((float(body.mag), name, _spectral(body)))
    if not found:
        raise not_found("named bright star in the constellation", constellation)
    return {"stars": [{"star": name, "magnitude": mag, "spectral": kind} for mag, name, kind in sorted(found)]}


@tool(
    domain="academic", kind="retrieval", provider="ephem", source=EPHEM, requires=("ephem",),
    examples=({"first": "Vega", "second": "Altair"},),
)  # fmt: skip
def star_separation(first: Star, second: Star) -> Separation:
    """Angular separation and brightness ratio of two named bright stars; ratio by Pogson's law, 10^(0.4 Δm)."""
    import ephem

    (one, a), (two, b) = _star(first), _star(second)
    if one == two:
        raise bad_arguments(f"{first} and {second} are the same star")
    difference = abs(float(a.mag) - float(b.mag))
    places = ((a.a_ra, a.a_dec), (b.a_ra, b.a_dec))
    return {
        "degrees": degrees(float(ephem.separation(*places))), "magnitudes": difference,
        "ratio": 10 ** (0.4 * difference)
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="ephem", source=EPHEM,
    about="{planet} as seen from the Earth's centre",
    given="at 0h UTC on {date}", requires=("ephem",), examples=({"planet": "Mars", "date": "2020-10-06"},),
)  # fmt: skip
def planet_on_date(planet: Planet, date: Day) -> PlanetRecord:
    """Constellation, distance, magnitude and phase of a planet at 0h UTC on a date, seen from the Earth's centre."""
    import ephem

    name = planet.strip().capitalize()
    if name not in ("Mercury", "Venus", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune"):
        raise not_found("planet", planet)
    body = getattr(ephem, name)(_date(date))
    return {
        "constellation": ephem.constellation(body)[1], "distance": float(body.earth_distance),
        "magnitude": float(body.mag),
        "phase": float(body.phase), "diameter": float(body.size), "elongation": abs(degrees(float(body.elong))),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="ephem", source=EPHEM, requires=("ephem",),
    examples=({"date": "2024-04-08"},),
)  # fmt: skip
def moon_on_date(date: Day) -> Moon:
    """Illumination and distance of the Moon at 0h UTC on a date, and the dates of the next full and new moon."""
    import ephem

    day = _date(date)
    moon = ephem.Moon(day)
    full, new = ephem.next_full_moon(day).datetime(), ephem.next_new_moon(day).datetime()
    return {
        "phase": float(moon.phase), "next_full": full.date().isoformat(), "next_new": new.date().isoformat(),
        "distance": float(moon.earth_distance) * ephem.meters_per_au / 1000,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="astropy", source=ASTROPY, about="{date}", requires=("astropy",),
    examples=({"date": "2000-01-01"},),
)  # fmt: skip
def julian_date(date: Day) -> Julian:
    """Julian date, modified Julian date and day of the year of a calendar date, at 0h UTC."""
    from astropy.time import Time

    _date(date)
    # The calendar arithmetic is the same on every scale; TT needs no table of leap seconds.
    moment = Time(f"{date}T00:00:00", scale="tt")
    return {
        "julian": float(moment.jd), "modified": round(float(moment.mjd)), "day_of_year": int(moment.yday.split(":")[1]),
        "epoch": float(moment.jyear),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="astropy", source=ASTROPY, about="{julian}", requires=("astropy",),
    examples=({"julian": 2451545.0},),
)  # fmt: skip
def calendar_date_of_julian(
    julian: Annotated[
        float, Semantic("aca.julian_date"), Among((2440587.5, 2446470.5, 2451545.0, 2455000.0, 2460000.5)),
        Field(description="Julian date in UTC, between the years 1900 and 2100", ge=2415021, le=2488434),
    ],
) -> Annotated[str, Semantic("time.date"), Says("calendar date (Gregorian, UTC)")]:  # fmt: skip
    """The Gregorian calendar date in UTC on which a Julian date falls."""
    from astropy.time import Time

    return str(Time(julian, format="jd", scale="tt").strftime("%Y-%m-%d"))


@tool(
    domain="academic", kind="retrieval", provider="astropy", source=ROMAN, requires=("astropy",),
    examples=({"right_ascension": 10.685, "declination": 41.269},),
)  # fmt: skip
def constellation_at(right_ascension: RightAscension, declination: Declination) -> Annotated[
    str, Semantic("aca.constellation"),
    Says("constellation in which the point at right ascension {right_ascension} and declination {declination} (ICRS) "
    "lies"),
]:  # fmt: skip
    """The constellation at a position of the sky, from the boundary table of Roman (1987)."""
    from astropy.coordinates import SkyCoord, get_constellation

    return str(get_constellation(SkyCoord(right_ascension, declination, unit="deg")))


@tool(
    domain="academic", kind="processing", provider="astropy", source=ASTROPY, requires=("astropy",),
    about="the point at right ascension {right_ascension} and declination {declination} (ICRS)",
    examples=({"right_ascension": 266.417, "declination": -29.008},),
)  # fmt: skip
def galactic_coordinates(right_ascension: RightAscension, declination: Declination) -> Galactic:
    """Galactic longitude and latitude, and ecliptic latitude, of an ICRS position."""
    from astropy.coordinates import SkyCoord

    place = SkyCoord(right_ascension, declination, unit="deg")
    return {
        "longitude": float(place.galactic.l.deg), "latitude": float(place.galactic.b.deg),
        "ecliptic_latitude": float(place.barycentricmeanecliptic.lat.deg),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="own", requires=(),
    source="X = sec z; Carroll & Ostlie, An Introduction to Modern Astrophysics, 2nd ed. (2007), ch. 9",
    about="a source {altitude} above the horizon", examples=({"altitude": 30.0},),
)  # fmt: skip
def airmass(
    altitude: Annotated[
        float, Among((20.0, 30.0, 41.8, 45.0, 60.0, 75.0)), Says("altitude", unit="°"),
        Field(description="Altitude above the horizon in degrees", ge=15, le=90),
    ],
) -> Annotated[float, Says("plane-parallel airmass", digits=3)]:  # fmt: skip
    """The airmass of a source by its altitude in a plane-parallel atmosphere, X = 1 / sin(h); from 15 degrees up."""
    from math import radians, sin

    return 1 / sin(radians(altitude))
