"""Seeds of the general domain: places, languages, time zones, currencies, regions and dates, well-known ones first; then
files, tables and pages (`seeds_shelf`).

All come from the tables that the tools consult; a seed is kept only where the tool that takes it finds it again.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from dive.errors import ToolError
from dive.tools.general import seeds_shelf
from dive.types import Seed

CITIES, AIRPORTS, ICAO_AIRPORTS, LANGUAGES, ZONES, DATES = 800, 560, 160, 170, 210, 160
REGION_COUNTRIES = ("US", "CA", "AU", "DE", "CH", "BR", "IN", "AT", "ES", "AR", "CL", "BO", "NZ", "GB")
HOLIDAY_COUNTRIES = ("US", "FR", "DE", "JP", "BR", "ZA", "IN", "AU", "MX", "PL", "KE", "TR")
HISTORIC_DATES = (
    "1945-05-08",
    "1957-10-04",
    "1961-04-12",
    "1963-08-28",
    "1969-07-20",
    "1972-02-29",
    "1986-04-26",
    "1989-11-09",
    "1990-10-03",
    "1991-12-26",
    "1994-04-27",
    "1997-07-01",
    "1999-12-31",
    "2000-01-01",
    "2002-01-01",
    "2004-05-01",
    "2008-09-15",
    "2012-07-27",
    "2015-12-12",
    "2016-06-23",
    "2020-02-29",
    "2020-03-11",
    "2022-02-24",
    "2024-02-29",
    "2024-07-26",
    "2024-11-05",
)


def _seed(semantic: str, value: str, source: str) -> Seed:
    return Seed(domain="general", semantic=semantic, value=value, source=source)


def _plain(name: str) -> bool:
    return len(name) <= 24 and all(c.isalpha() or c in " -'." for c in name)


def _cities() -> Iterator[Seed]:
    """Big cities that their bare name finds, and whose boroughs and suburbs are left out."""
    from dive.tools.general.gazetteer import apart, cities, city_label, leads_back

    big = [row for row in cities() if row["population"] >= 200_000]
    kept = (row for row in apart(big, 25, 10_000) if _plain(row["name"]) and leads_back(row))
    names = (city_label(row) for row in kept)
    yield from (
        _seed("geo.city", name, "GeoNames") for name, _ in zip((n for n in names if "," not in n), range(CITIES), strict=False)
    )


def _countries() -> Iterator[Seed]:
    from dive.tools.general.gazetteer import countries, country_named

    rows = sorted(countries().values(), key=lambda row: (-row["population"], row["iso"]))
    for row in rows:
        if row["population"] >= 1_000 and country_named(row["name"]) is row:
            yield _seed("geo.country_name", row["name"], "GeoNames")
    yield from (_seed("geo.country", row["iso"], "GeoNames") for row in rows if row["population"] >= 50_000)


def _currencies() -> Iterator[Seed]:
    from dive.tools.general.countries import currency_countries
    from dive.tools.general.gazetteer import countries

    codes = sorted({row["currencycode"] for row in countries().values() if row["currencycode"]})
    users = {code: currency_countries.function(code)["total_population"] for code in codes}
    yield from (_seed("fin.currency", code, "GeoNames") for code in sorted(codes, key=lambda code: (-users[code], code)))


def _airports() -> Iterator[Seed]:
    """Airports of the most populous cities first; a city counts where name and country agree."""
    from dive.tools.general.airports import airports
    from dive.tools.general.gazetteer import city_record

    ranked: list[tuple[int, str, str]] = []
    for iata, row in airports().items():
        try:
            city = city_record(row["city"].split("/")[0].strip() or "?")
        except ToolError:
            continue
        if city["countrycode"] == row["country"] and "International" in row["name"] and iata.isalpha():
            ranked.append((-city["population"], iata, row["icao"]))
    ranked.sort()
    yield from (_seed("geo.iata", iata, "airportsdata") for _, iata, _ in ranked[:AIRPORTS])
    yield from (_seed("geo.icao", icao, "airportsdata") for _, _, icao in [row for row in ranked if row[2]][:ICAO_AIRPORTS])


def _languages() -> Iterator[Seed]:
    from babel import Locale
    from langcodes import Language

    from dive.tools.general.languages import language_code

    names = Locale("en").languages
    people = {code: Language.get(code).speaking_population() for code in sorted(names) if code.isalpha() and len(code) <= 3}
    ranked = sorted((code for code in people if people[code]), key=lambda code: (-people[code], code))
    known = [code for code in ranked if _plain(names[code]) and _finds(language_code, names[code], code)][:LANGUAGES]
    yield from (_seed("lang.name", names[code], "Unicode CLDR") for code in known)
    yield from (_seed("lang.code", code, "Unicode CLDR") for code in known if len(code) == 2)


def _finds(lookup: object, name: str, code: str) -> bool:
    try:
        return bool(lookup(name) == code)  # type: ignore[operator]
    except ToolError:
        return False


def _zones() -> Iterator[Seed]:
    from dive.tools.general.gazetteer import apart, cities, leads_back
    from dive.tools.general.zones import zone_names

    places: dict[str, list[dict[str, Any]]] = {}
    for row in cities():
        places.setdefault(row["timezone"], []).append(row)
    known = set(zone_names())
    kept = [zone for zone in places if zone in known and sum(map(leads_back, apart(places[zone], 25, 5))) == 5]
    yield from (_seed("geo.timezone", zone, "IANA time zone database") for zone in kept[:ZONES])


def _regions() -> Iterator[Seed]:
    """Regions of which public holidays are known, but for those that have no code of ISO 3166-2."""
    from holidays import list_supported_countries

    parts = list_supported_countries(include_aliases=False)
    codes = [f"{country}-{part}" for country in REGION_COUNTRIES for part in sorted(parts[country])]
    yield from (_seed("geo.subdivision", code, "ISO 3166-2") for code in codes if re.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}", code))


def _dates() -> Iterator[Seed]:
    """Historic dates, then public holidays of 2024 to 2026, solstices and equinoxes."""
    from dive.tools.general.public_holidays import holidays_of
    from dive.tools.general.sky import year_seasons

    turns = (day for year in (2024, 2025, 2026) for day in year_seasons.function(year).values())
    feasts = (day.isoformat() for year in (2025, 2026, 2024) for code in HOLIDAY_COUNTRIES for day in holidays_of(code, year))
    days = list(dict.fromkeys(chain(HISTORIC_DATES, turns, feasts)))[:DATES]
    yield from (_seed("time.date", day, "calendar") for day in days)


def build() -> Iterator[Seed]:
    """All seeds, type by type."""
    places = (_cities, _countries, _airports, _languages, _currencies, _zones, _regions, _dates)
    for part in (*places, seeds_shelf.files, seeds_shelf.database, seeds_shelf.reference):
        yield from part()
