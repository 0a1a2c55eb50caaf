"""Airports: the airportsdata table (those with an IATA code), and airports around a point."""

import json
from functools import cache
from sys import intern
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, not_found
from dive.tools.general.gazetteer import great_circle
from dive.tools.general.parameters import Country, Iata, Latitude, Longitude
from dive.tools.packed import Packed
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "airportsdata (MIT), https://github.com/mborsetti/airportsdata"
FOOT = 0.3048
"""Metres in an international foot, exact by definition."""

Icao = Annotated[
    str,
    Semantic("geo.icao"),
    Field(description="Four-letter ICAO airport code, such as EGLL", pattern=r"^[A-Za-z0-9]{4}$"),
]
Metres = Annotated[
    float, Semantic("phys.metre"), Says("elevation above sea level", unit="m", digits=0, high="highest", low="lowest")
]


class AirportFacts(TypedDict):
    name: Annotated[str, Says("full name")]
    icao: Annotated[str | None, Semantic("geo.icao"), Says("ICAO code", same_as="iata")]
    city: Annotated[str, Says("city that {iata} airport serves")]
    country: Annotated[str, Semantic("geo.country"), Says("country in which {iata} airport lies")]
    latitude: Annotated[float, Semantic("geo.latitude"), Says("latitude", unit="°", digits=2)]
    longitude: Annotated[float, Semantic("geo.longitude"), Says("longitude", unit="°", digits=2)]
    elevation: Metres
    timezone: Annotated[str, Semantic("geo.timezone"), Says("time zone of {iata} airport")]


class IcaoAirport(TypedDict):
    iata: Annotated[str | None, Semantic("geo.iata"), Says("IATA code", same_as="icao")]
    name: Annotated[str, Says("name", same_as="icao")]
    country: Annotated[str, Semantic("geo.country"), Says("country in which the airport with ICAO code {icao} lies")]
    elevation: Metres
    timezone: Annotated[str, Semantic("geo.timezone"), Says("time zone of the airport with ICAO code {icao}")]


class AirportItem(TypedDict):
    iata: Annotated[str, Semantic("geo.iata"), Says("IATA code", names=True)]
    city: Annotated[str, Says("city", groups=True)]
    elevation: Metres
    latitude: Annotated[
        float, Semantic("geo.latitude"), Says("latitude", unit="°", digits=2, high="northernmost", low="southernmost")
    ]


class CountryAirports(TypedDict):
    airports: Annotated[
        list[AirportItem],
        Says("airport with an IATA code in {country}", plural="airports with an IATA code in {country}"),
    ]


class AirportExtremes(TypedDict):
    total: Annotated[int, Says("number of airports with an IATA code in {country}")]
    highest: Annotated[str, Semantic("geo.iata"), Says("highest-lying airport with an IATA code in {country}")]
    northernmost: Annotated[str, Semantic("geo.iata"), Says("northernmost airport with an IATA code in {country}")]
    southernmost: Annotated[str, Semantic("geo.iata"), Says("southernmost airport with an IATA code in {country}")]
    highest_elevation: Annotated[
        float,
        Semantic("phys.metre"),
        Says("elevation of the highest-lying airport with an IATA code in {country}", unit="m", digits=0),
    ]


class NearAirport(TypedDict):
    iata: Annotated[str, Semantic("geo.iata"), Says("IATA code", names=True)]
    distance: Annotated[
        float,
        Semantic("phys.km"),
        Says("great-circle distance from that point", unit="km", digits=1, high="largest", low="smallest"),
    ]
    elevation: Metres
    country: Annotated[str, Semantic("geo.country"), Says("country", groups=True)]


class NearAirports(TypedDict):
    airports: Annotated[
        list[NearAirport],
        Says(
            "airport with an IATA code within {radius} of latitude {latitude} and longitude {longitude}",
            plural="airports with an IATA code within {radius} of latitude {latitude} and longitude {longitude}",
        ),
    ]
    nearest: Annotated[
        str,
        Semantic("geo.iata"),
        Says("airport with an IATA code nearest to latitude {latitude} and longitude {longitude}"),
    ]


@cache
def airports() -> dict[str, dict[str, Any]]:
    """Airports by IATA code, in the order of codes."""
    from airportsdata import load

    return {
        code: {**row, "country": intern(row["country"]), "tz": intern(row["tz"])} for code, row in sorted(load("IATA").items())
    }


@cache
def _by_icao() -> Packed:
    """Airports by ICAO code, as JSON; they are too many for dicts."""
    from airportsdata import load

    return Packed(
        {
            code: json.dumps([row["iata"], row["name"], row["country"], row["elevation"], row["tz"]])
            for code, row in load("ICAO").items()
        }
    )


def airport_record(iata: str) -> dict[str, Any]:
    """The airport of an IATA code, or `not_found`."""
    found = airports().get(iata.upper())
    if found is None:
        raise not_found("airport", iata)
    return found


def _metres(feet: float) -> float:
    return round(float(feet) * FOOT, 1)


def _in_country(country: str) -> list[dict[str, Any]]:
    rows = [row for row in airports().values() if row["country"] == country.upper()]
    if not rows:
        raise not_found("airport with an IATA code in the country", country)
    return rows


@tool(
    domain="general",
    kind="retrieval",
    provider="airportsdata",
    source=SOURCE,
    about="{iata} airport",
    requires=("airportsdata",),
    examples=({"iata": "CDG"}, {"iata": "LPB"}),
)
def airport_by_iata(iata: Iata) -> AirportFacts:
    """Name, city, country, coordinates, elevation and time zone of an airport by its IATA code."""
    row = airport_record(iata)
    return {
        "name": row["name"],
        "icao": row["icao"] or None,
        "city": row["city"],
        "country": row["country"],
        "latitude": row["lat"],
        "longitude": row["lon"],
        "elevation": _metres(row["elevation"]),
        "timezone": row["tz"],
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="airportsdata",
    source=SOURCE,
    about="the airport with ICAO code {icao}",
    requires=("airportsdata",),
    examples=({"icao": "EGLL"}, {"icao": "RJTT"}),
)
def airport_by_icao(icao: Icao) -> IcaoAirport:
    """IATA code, name, country, elevation and time zone of an airport by its ICAO code."""
    stored = _by_icao().get(icao.upper())
    if stored is None:
        raise not_found("airport", icao)
    iata, name, country, feet, zone = json.loads(stored)
    return {"iata": iata or None, "name": name, "country": country, "elevation": _metres(feet), "timezone": zone}


@tool(
    domain="general",
    kind="retrieval",
    provider="airportsdata",
    source=SOURCE,
    about="{country}",
    requires=("airportsdata",),
    examples=({"country": "IS"}, {"country": "PT"}),
)
def country_airports(country: Country) -> CountryAirports:
    """All airports with an IATA code in a country, by code; for countries with at most 60 of them."""
    rows = _in_country(country)
    if len(rows) > 60:
        raise ToolError("too_large", f"{country.upper()} has {len(rows)} airports, more than 60; ask airport_extremes")
    found: list[AirportItem] = [
        {"iata": row["iata"], "city": row["city"], "elevation": _metres(row["elevation"]), "latitude": row["lat"]} for row in rows
    ]
    return {"airports": found}


@tool(
    domain="general",
    kind="retrieval",
    provider="airportsdata",
    source=SOURCE,
    about="{country}",
    requires=("airportsdata",),
    examples=({"country": "US"}, {"country": "PE"}),
)
def airport_extremes(country: Country) -> AirportExtremes:
    """How many airports with an IATA code a country has, and which of them is highest, northernmost and
    southernmost."""
    rows = _in_country(country)
    highest = max(rows, key=lambda row: row["elevation"])
    return {
        "total": len(rows),
        "highest": highest["iata"],
        "northernmost": max(rows, key=lambda row: row["lat"])["iata"],
        "southernmost": min(rows, key=lambda row: row["lat"])["iata"],
        "highest_elevation": _metres(highest["elevation"]),
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="airportsdata",
    source=SOURCE,
    about="latitude {latitude} and longitude {longitude}",
    requires=("airportsdata",),
    examples=({"latitude": 51.51, "longitude": -0.13, "radius": 60},),
)
def airports_near(
    latitude: Latitude,
    longitude: Longitude,
    radius: Annotated[
        int,
        Says("radius", unit="km"),
        Among((40, 50, 75, 100, 150, 200)),
        Field(description="Radius in km", ge=10, le=300),
    ],
) -> NearAirports:
    """The airports with an IATA code within a radius around a point, nearest first; great-circle distance on the
    mean sphere."""
    pairs = [(great_circle(latitude, longitude, row["lat"], row["lon"]), row) for row in airports().values()]
    near = sorted(((d, row["iata"], row) for d, row in pairs if d <= radius), key=lambda item: item[:2])
    if not near:
        raise not_found("airport around", f"{latitude}, {longitude}")
    if len(near) > 40:
        raise ToolError("too_large", f"{len(near)} airports within {radius} km, more than 40; take a smaller radius")
    found: list[NearAirport] = [
        {"iata": iata, "distance": round(d, 2), "elevation": _metres(row["elevation"]), "country": row["country"]}
        for d, iata, row in near
    ]
    return {"airports": found, "nearest": near[0][1]}
