"""Banks and accounts that the financial seeds name: BICs of head offices, and IBANs with a fictitious account number.

Well-known banks come first: those that the registries of many countries list, then those with many entries at home.
Registries call some banks by a letter or in another script, or list one office twice; of such a bank nothing is offered.
IBANs carry the account number 1234567890 (cut or padded to length); no person's account is meant.
"""

import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

BANKS = 100
"""BICs of a country, at most."""
IBANS = 30
"""IBANs of a country, at most."""
OFFICES = 2
"""BICs of one institution (the first four letters) in a country, at most."""


def bics(countries: Iterable[str]) -> Iterator[str]:
    """BICs of head offices, country by country."""
    for country in countries:
        yield from _ranked(country)[:BANKS]


def ibans(countries: Iterable[str]) -> Iterator[str]:
    """IBANs at the best-known banks, country by country."""
    for country in countries:
        yield from islice(_accounts(country), IBANS)


@cache
def _rows(country: str) -> tuple[Any, ...]:
    """The entries of a country with a BIC of its own and a name that a reader of English can read."""
    from schwifty import registry

    return tuple(
        row for row in registry.get_banks_by_country(country) if row.bic and row.bic[4:6] == country and readable(row.name)
    )


def readable(name: str) -> bool:
    """Whether a bank's name is one, in Latin letters."""
    letters = [sign for sign in name if sign.isalpha()]
    return 4 <= len(name) <= 60 and all(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)


@cache
def _spread() -> Counter[str]:
    """In how many countries an institution is registered."""
    from schwifty import registry

    return Counter(bank for country in registry.get_countries() for bank in {row.bic[:4] for row in _rows(country)})


def _ranked(country: str) -> list[str]:
    """The BICs of a country, well-known institutions first and at most `OFFICES` of each."""
    entries = Counter(row.bic for row in _rows(country))
    size = Counter(row.bic[:4] for row in _rows(country))
    order = sorted(entries, key=lambda bic: (-_spread()[bic[:4]], -size[bic[:4]], bic[:4], -entries[bic], bic))
    shown, offices = Counter[str](), dict[str, str]()
    for bic in order:
        if (len(bic) == 8 or bic.endswith("XXX")) and bic[:8] not in offices and shown[bic[:4]] < OFFICES:
            shown[bic[:4]] += 1
            offices[bic[:8]] = bic
    return list(offices.values())


def _accounts(country: str) -> Iterator[str]:
    from schwifty import IBAN, registry
    from schwifty.domain import Component
    from schwifty.exceptions import SchwiftyException

    length = registry.get_iban_spec(country).positions[Component.ACCOUNT_CODE].length
    for bic in _ranked(country):
        code = min(row.bank_code for row in _rows(country) if row.bic == bic)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                iban = IBAN.generate(country, bank_code=code, account_code="1234567890"[:length])
        except (SchwiftyException, ValueError):
            continue
        if iban.bank and iban.bic == bic:
            yield str(iban)
