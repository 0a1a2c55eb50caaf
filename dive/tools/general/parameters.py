"""Parameter types that several general tools share, and the reading of dates.

A date is an ISO string everywhere, so that results of any domain can be passed on; `read_date` turns a date that
does not
exist into `bad_arguments`.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic

DATES = (
    "2024-02-29",
    "2024-03-20",
    "2024-07-04",
    "2024-11-05",
    "2025-01-01",
    "2025-03-01",
    "2025-04-18",
    "2025-06-21",
    "2025-09-15",
    "2025-12-24",
    "2026-05-08",
    "2026-10-12",
)
YEARS = (1999, 2012, 2020, 2023, 2024, 2025, 2026, 2027)
ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"

Country = Annotated[
    str,
    Semantic("geo.country"),
    Field(description="Two-letter ISO 3166-1 country code, such as FR", pattern=r"^[A-Za-z]{2}$"),
]
CountryName = Annotated[
    str,
    Semantic("geo.country_name"),
    Field(description="English name of a country or territory, such as Brazil", min_length=2, max_length=80),
]
City = Annotated[
    str,
    Semantic("geo.city"),
    Field(
        description="City name, such as Lyon: the most populous city of that name; 'London, Canada' for another one",
        min_length=1,
        max_length=120,
    ),
]
Iata = Annotated[
    str,
    Semantic("geo.iata"),
    Field(description="Three-letter IATA airport code, such as CDG", pattern=r"^[A-Za-z0-9]{3}$"),
]
Latitude = Annotated[
    float,
    Semantic("geo.latitude"),
    Says("latitude", unit="°"),
    Among((-33.87, 1.35, 19.43, 35.68, 40.71, 51.51, 64.15)),
    Field(description="Latitude in degrees, north positive", ge=-90, le=90),
]
Longitude = Annotated[
    float,
    Semantic("geo.longitude"),
    Says("longitude", unit="°"),
    Among((-99.13, -74.01, -21.94, -0.13, 103.82, 139.69, 151.21)),
    Field(description="Longitude in degrees, east positive", ge=-180, le=180),
]
Date = Annotated[
    str,
    Semantic("time.date"),
    Among(DATES),
    Field(description="Date as YYYY-MM-DD", pattern=ISO_DATE),
]
Year = Annotated[
    int,
    Semantic("time.year"),
    Among(YEARS),
    Field(description="Year of the Gregorian calendar", ge=1900, le=2100),
]
Zone = Annotated[
    str,
    Semantic("geo.timezone"),
    Field(description="IANA time zone, such as Europe/Paris", min_length=2, max_length=40, pattern=r"^[A-Za-z0-9_+\-/]+$"),
]
LanguageCode = Annotated[
    str,
    Semantic("lang.code"),
    Field(description="ISO 639 language code, such as sw", pattern=r"^[A-Za-z]{2,3}$"),
]


def read_date(text: str) -> date:
    """The date that an ISO string names; `bad_arguments` where there is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_arguments(f"{text!r} is not a date; write an existing day as YYYY-MM-DD") from None
