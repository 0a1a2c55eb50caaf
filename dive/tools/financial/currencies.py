"""Currencies and where they are legal tender: the supplemental data of Unicode CLDR, as shipped with babel.

Only legal tender counts, and only independent ISO 3166 codes and territories that babel names in English. CLDR dates
a change to the day on which the old money ceased to be accepted, so two currencies can be legal tender at once.
"""

import datetime as dt
from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.financial.terms import Country, CountryName, Currency, Day, day
from dive.tools.tool import Says, Semantic, tool

SOURCE = "Unicode CLDR supplemental data in babel; https://cldr.unicode.org"
REQUIRES = ("babel",)
NOT_COUNTRIES = frozenset(
    {
        "EU",
        "EZ",
        "UN",
        "QO",
        "ZZ",
        "XA",
        "XB",
        "AC",
        "CP",
        "CQ",
        "DG",
        "EA",
        "IC",
        "TA",
        "SU",
        "YU",
        "CS",
        "DD",
        "AN",
        "BU",
        "TP",
        "ZR",
    }
)
"""Codes of CLDR that are unions, former countries or parts without an ISO 3166 code of their own."""
OTHER_NAMES = {
    "czech republic": "CZ",
    "turkey": "TR",
    "hong kong": "HK",
    "macao": "MO",
    "macau": "MO",
    "ivory coast": "CI",
    "burma": "MM",
    "myanmar": "MM",
    "swaziland": "SZ",
    "cabo verde": "CV",
    "east timor": "TL",
    "macedonia": "MK",
    "vatican": "VA",
    "palestine": "PS",
    "democratic republic of the congo": "CD",
    "republic of the congo": "CG",
    "the netherlands": "NL",
    "the bahamas": "BS",
}
"""Common English names that CLDR puts otherwise."""

LanguageCode = Annotated[
    str, Semantic("lang.code"), Field(description="Language code, such as de or ja", min_length=2, max_length=3)
]


class CurrencyFacts(TypedDict):
    name: Annotated[str, Says("English name", same_as="currency")]
    symbol: Annotated[str, Says("narrow symbol in English CLDR text", ask=False)]
    decimals: Annotated[int, Says("number of decimal places of the minor unit")]
    countries: Annotated[int, Says("number of countries and territories where {currency} was legal tender on 1 January 2026")]


class Tender(TypedDict):
    currency: Annotated[
        str,
        Semantic("fin.currency"),
        Says("legal tender currency of {country} on {date} (the newer one if there were two)"),
    ]
    name: Annotated[
        str, Says("English name of the legal tender currency of {country} on {date} (the newer one if there were two)")
    ]
    since: Annotated[
        str | None,
        Semantic("time.date"),
        Says(
            "date since which the currency of {country} on {date} has been legal tender there",
            high="latest",
            low="earliest",
            passed_on=False,
        ),
    ]


class Used(TypedDict):
    currency: Annotated[str, Semantic("fin.currency"), Says("code", names=True)]
    name: Annotated[str, Says("English name")]
    since: Annotated[
        str | None, Semantic("time.date"), Says("first day as legal tender", high="latest", low="earliest", passed_on=False)
    ]
    until: Annotated[
        str | None, Semantic("time.date"), Says("last day as legal tender", high="latest", low="earliest", passed_on=False)
    ]


class Currencies(TypedDict):
    code: Annotated[str, Semantic("geo.country"), Says("ISO country code", same_as="country", ask=False)]
    current: Annotated[str | None, Semantic("fin.currency"), Says("legal tender of {country} on 1 January 2026")]
    currencies: Annotated[
        list[Used],
        Says(
            "currency that is or was legal tender in {country}",
            plural="currencies that are or were legal tender in {country}",
        ),
    ]


class Place(TypedDict):
    country: Annotated[str, Semantic("geo.country_name"), Says("name", names=True)]
    code: Annotated[str, Semantic("geo.country"), Says("ISO code", ask=False)]
    since: Annotated[
        str | None,
        Semantic("time.date"),
        Says("date since which {currency} has been legal tender there", high="latest", low="earliest", passed_on=False),
    ]


class Places(TypedDict):
    total: Annotated[int, Says("number of countries and territories where {currency} was legal tender on {date}")]
    countries: Annotated[
        list[Place],
        Says(
            "country or territory where {currency} was legal tender on {date}",
            plural="countries and territories where {currency} was legal tender on {date}",
        ),
    ]


class LocalName(TypedDict):
    name: Annotated[str, Says("name of {currency} in {language}")]


@cache
def _english() -> Any:
    from babel import Locale

    return Locale("en")


@cache
def _tenders(country: str) -> tuple[dict[str, Any], ...]:
    """All legal tenders of a country with their dates, oldest first."""
    from babel.numbers import get_territory_currencies

    rows = get_territory_currencies(country, dt.date(1, 1, 1), dt.date(9999, 12, 31), include_details=True)
    rows = [row for row in rows if row["tender"]]
    return tuple(sorted(rows, key=lambda row: (row["from"] or dt.date.min, row["currency"])))


@cache
def _countries() -> dict[str, str]:
    """English name by code of all countries and territories with a currency."""
    from babel.core import get_global

    names = _english().territories
    return {
        code: names[code]
        for code in sorted(get_global("territory_currencies"))
        if len(code) == 2 and code in names and code not in NOT_COUNTRIES
    }


def country_code(country: str) -> str:
    """The ISO code of a country by its English name, in CLDR's or another common form."""
    plain = _plain(country)
    code = OTHER_NAMES.get(plain) or {_plain(name): code for code, name in _countries().items()}.get(plain)
    if not code:
        raise not_found("country", country)
    return code


def country_name(code: str) -> str:
    """The English name of a country by its ISO code."""
    if code not in _countries():
        raise not_found("country", code)
    return _countries()[code]


def _plain(name: str) -> str:
    return name.casefold().replace("\u2019", "'").replace("&", "and").replace("st. ", "saint ")


def _in_use(country: str, when: dt.date) -> list[dict[str, Any]]:
    """Legal tenders on a date, newest first."""
    rows = _tenders(country)
    valid = [row for row in rows if (row["from"] or dt.date.min) <= when <= (row["to"] or dt.date.max)]
    return sorted(valid, key=lambda row: (row["from"] or dt.date.min, row["currency"]), reverse=True)


def _users(currency: str, when: dt.date) -> list[tuple[str, str, str | None]]:
    """Name, code and first day of each country that uses a currency on a date, by name."""
    found = []
    for code, name in _countries().items():
        rows = [row for row in _in_use(code, when) if row["currency"] == currency]
        if rows:
            found.append((name, code, _iso(rows[0]["from"])))
    return sorted(found)


def _iso(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None


def _name(currency: str) -> str:
    if currency not in _english().currencies:
        raise not_found("currency", currency)
    return str(_english().currencies[currency])


@tool(
    domain="financial",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    about="{currency}",
    requires=REQUIRES,
    examples=({"currency": "JPY"}, {"currency": "KWD"}),
)
def currency_facts(currency: Currency) -> CurrencyFacts:
    """English name, symbol and decimal places of a currency, and how many countries use it."""
    from babel.numbers import get_currency_precision, get_currency_symbol

    name = _name(currency)
    return {
        "name": name,
        "symbol": get_currency_symbol(currency, locale="en"),
        "decimals": get_currency_precision(currency),
        "countries": len(_users(currency, dt.date(2026, 1, 1))),
    }


@tool(
    domain="financial",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"country": "HR", "date": "2020-03-16"}, {"country": "DE", "date": "2005-06-15"}),
)
def currency_of_country(country: Country, date: Day) -> Tender:
    """The currency that was legal tender in a country on a date; the most recently introduced one if there were two."""
    country_name(country)  # refuses an unknown code
    rows = _in_use(country, day(date))
    if not rows:
        raise not_found(f"legal tender of {country}", date)
    return {"currency": rows[0]["currency"], "name": _name(rows[0]["currency"]), "since": _iso(rows[0]["from"])}


@tool(
    domain="financial",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    requires=REQUIRES,
    about="{country}",
    examples=({"country": "Croatia"}, {"country": "Brazil"}),
)
def currency_history(country: CountryName) -> Currencies:
    """All currencies that are or were legal tender in a country, oldest first, with their dates."""
    code = country_code(country)
    used: list[Used] = [
        {
            "currency": row["currency"],
            "name": _name(row["currency"]),
            "since": _iso(row["from"]),
            "until": _iso(row["to"]),
        }
        for row in _tenders(code)
    ]
    current = _in_use(code, dt.date(2026, 1, 1))
    return {"code": code, "current": current[0]["currency"] if current else None, "currencies": used[:40]}


@tool(
    domain="financial",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"currency": "XOF", "date": "2024-02-29"}, {"currency": "USD", "date": "2020-03-16"}),
)
def countries_using_currency(currency: Currency, date: Day) -> Places:
    """The countries and territories where a currency was legal tender on a date, by English name."""
    _name(currency)
    users = _users(currency, day(date))
    if not users:
        raise not_found(f"country that used {currency}", date)
    countries: list[Place] = [{"country": name, "code": code, "since": since} for name, code, since in users]
    return {"total": len(users), "countries": countries}


@tool(
    domain="financial",
    kind="retrieval",
    provider="babel",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"currency": "CHF", "language": "fr"},),
)
def currency_name_in_language(currency: Currency, language: LanguageCode) -> LocalName:
    """The name of a currency in another language."""
    from babel import Locale, UnknownLocaleError

    _name(currency)
    try:
        name = Locale(language).currencies.get(currency)
    except (UnknownLocaleError, ValueError, TypeError):
        raise not_found("language", language) from None
    if not name:
        raise not_found(f"name of {currency}", language)
    return {"name": str(name)}
