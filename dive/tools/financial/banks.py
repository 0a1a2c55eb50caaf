"""Banks, BICs and IBANs: the national bank registries and the SWIFT IBAN registry, as shipped with schwifty.

Coverage differs by country; a BIC that no shipped registry lists is `not_found`, even where the bank exists. An
8-character BIC and the same with XXX mean the head office and are treated alike.
"""

import warnings
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.financial.currencies import country_code, country_name
from dive.tools.financial.terms import Country, CountryName
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "national bank registries and the SWIFT IBAN registry in schwifty; https://github.com/mdomke/schwifty"
REQUIRES = ("schwifty", "babel")
MOST = 40
SMALL = ("HR", "IE", "GR", "LV", "EE", "BA", "RS", "BG", "SI", "SK", "SE", "CZ", "GE", "ME", "MD")
LARGE = ("DE", "FR", "GB", "IT", "ES", "CH", "AT", "PL", "NL", "BE", "LU", "NO", "PT", "SA", "AE")
"""Countries whose registries list at most, and more than, `MOST` BICs."""

SmallCountry = Annotated[Country, Among(SMALL)]
LargeCountry = Annotated[Country, Among(LARGE)]

Bic = Annotated[
    str,
    Semantic("fin.bic"),
    Field(description="BIC of 8 or 11 characters, such as COBADEFFXXX", min_length=8, max_length=11),
]
Iban = Annotated[
    str,
    Semantic("fin.iban"),
    Field(description="IBAN without spaces, such as DE89370400440532013000", min_length=15, max_length=34),
]


class BankFacts(TypedDict):
    name: Annotated[str, Says("registered name", same_as="bic")]
    country: Annotated[str, Semantic("geo.country"), Says("country in which {bic} is registered", ask=False)]
    country_name: Annotated[str, Semantic("geo.country_name"), Says("country in which {bic} is registered")]
    bank_codes: Annotated[int, Says("number of national bank codes registered for {bic}")]
    sepa: Annotated[bool, Says("in a country of the Single Euro Payments Area")]


class AccountBank(TypedDict):
    bank: Annotated[str, Says("name of the bank that holds {iban}")]
    bic: Annotated[str, Semantic("fin.bic"), Says("bank that holds {iban}")]
    country: Annotated[str, Semantic("geo.country"), Says("country in which {iban} is held", ask=False)]
    country_name: Annotated[str, Semantic("geo.country_name"), Says("country in which {iban} is held")]


class IbanParts(TypedDict):
    check_digits: Annotated[str, Says("pair of check digits")]
    bank_code: Annotated[str, Says("national bank code")]
    branch_code: Annotated[str | None, Says("national branch code")]
    account_number: Annotated[str, Says("national account number")]


class IbanCheck(TypedDict):
    remainder: Annotated[int, Says("remainder modulo 97 in the ISO 7064 check of {typed}")]
    check_digits: Annotated[str, Says("pair of check digits that would make {typed} a valid IBAN")]
    valid: Annotated[bool, Says("valid by its check digits")]


class MadeIban(TypedDict):
    iban: Annotated[str, Semantic("fin.iban"), Says("IBAN of the account with number {account} at {bic}")]


class IbanFormat(TypedDict):
    code: Annotated[str, Semantic("geo.country"), Says("ISO country code", same_as="country", ask=False)]
    length: Annotated[
        int, Says("length of an IBAN of {country}", unit="characters", high="longest", low="shortest", scale="nominal")
    ]
    bank_code_length: Annotated[
        int | None,
        Says(
            "length of the bank code within an IBAN of {country}",
            unit="characters",
            high="longest",
            low="shortest",
            scale="nominal",
        ),
    ]
    account_length: Annotated[
        int | None,
        Says(
            "length of the account number within an IBAN of {country}",
            unit="characters",
            high="longest",
            low="shortest",
            scale="nominal",
        ),
    ]
    sepa: Annotated[bool, Says("in the Single Euro Payments Area")]


class Bank(TypedDict):
    name: Annotated[str, Says("name", names=True)]
    bic: Annotated[str, Semantic("fin.bic"), Says("BIC")]


class Banks(TypedDict):
    total: Annotated[int, Says("number of BICs in the bank registry of {country}")]
    banks: Annotated[list[Bank], Says("bank in the bank registry of {country}", plural="banks in the bank registry of {country}")]


class NamedBanks(TypedDict):
    banks: Annotated[
        list[Bank],
        Says(
            'bank in the registry of {country} whose name contains the word "{word}"',
            plural='banks in the registry of {country} whose name contains the word "{word}"',
        ),
    ]


class Counts(TypedDict):
    entries: Annotated[int, Says("number of distinct bank codes in the bank registry of {country}")]
    bics: Annotated[int, Says("number of distinct BICs in the bank registry of {country}")]
    places: Annotated[int, Says("number of distinct SWIFT location codes in the bank registry of {country}")]


def _entries(bic: str) -> list[Any]:
    """Registry entries of a BIC; its head office is meant where the branch is missing or XXX."""
    from schwifty import registry

    wanted = {bic, bic + "XXX"} if len(bic) == 8 else {bic, bic[:8]} if bic.endswith("XXX") else {bic}
    found = [entry for name in sorted(wanted) for entry in registry.get_banks_by_bic(name)]
    if not found:
        raise not_found("bank with BIC", bic)
    return found


def _main_name(entries: list[Any]) -> str:
    """The name of the primary entry; else the shortest, of equals the first by alphabet."""
    primary = [entry.name for entry in entries if entry.primary]
    return str(min(primary or [entry.name for entry in entries], key=lambda name: (len(name), name)))


def _account(iban: str) -> Any:
    """A checked IBAN, or `bad_arguments`."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return IBAN(iban)
    except SchwiftyException as error:
        raise bad_arguments(f"{iban!r} is not a valid IBAN: {error}") from None


def _spec(country: str) -> Any:
    from schwifty import registry
    from schwifty.exceptions import InvalidCountryCode

    try:
        return registry.get_iban_spec(country)
    except InvalidCountryCode:
        raise not_found("IBAN format of country", country) from None


def _by_bic(country: str) -> dict[str, str]:
    """Main name of each BIC of a country."""
    from schwifty import registry

    banks: dict[str, list[Any]] = {}
    for entry in registry.get_banks_by_country(country):
        if entry.bic and entry.name:
            banks.setdefault(entry.bic, []).append(entry)
    if not banks:
        raise not_found("bank registry of country", country)
    return {bic: _main_name(entries) for bic, entries in sorted(banks.items())}


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES, about="{bic}",
    examples=({"bic": "DEUTDEFF"}, {"bic": "BNPAFRPP"}),
)  # fmt: skip
def bank_by_bic(bic: Bic) -> BankFacts:
    """Name and country of the bank with a BIC, and how many national bank codes it has."""
    entries = _entries(bic)
    country = str(entries[0].country_code)
    return {
        "name": _main_name(entries), "country": country, "country_name": country_name(country),
        "bank_codes": len({entry.bank_code for entry in entries if entry.bank_code}),
        "sepa": bool(_spec(country).in_sepa_zone),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES, about="{iban}",
    examples=({"iban": "DE89370400440532013000"}, {"iban": "GB29NWBK60161331926819"}),
)  # fmt: skip
def bank_of_iban(iban: Iban) -> AccountBank:
    """The bank and the country of the account with an IBAN."""
    account = _account(iban)
    if account.bank is None or account.bic is None:
        raise not_found("bank in the registries for IBAN", iban)
    country = account.country_code
    return {
        "bank": str(account.bank_name), "bic": str(account.bic), "country": country,
        "country_name": country_name(country),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES, about="{iban}",
    examples=({"iban": "GB29NWBK60161331926819"},),
)  # fmt: skip
def iban_parts(iban: Iban) -> IbanParts:
    """The parts of an IBAN by the format of its country: check digits, bank code, branch code and account number."""
    account = _account(iban)
    return {
        "check_digits": account.checksum_digits, "bank_code": account.bank_code,
        "branch_code": account.branch_code or None, "account_number": account.account_code,
    }  # fmt: skip


@tool(
    domain="financial", kind="processing", provider="own", source="ISO 13616-1; ISO 7064 MOD 97-10", about="{typed}",
    examples=({"typed": "GB82WEST12345698765432"}, {"typed": "DE11370400440532013000"}),
)  # fmt: skip
def iban_checksum(
    typed: Annotated[
        str,
        Among(
            (
                "DE11370400440532013000",
                "GB92WEST12345698765432",
                "FR4120041010050500013M02606",
                "NL19INGB0000417164",
                "ES1221000418450200051332",
                "CH3900762011623852957",
                "BE86539007547034",
                "AT116119043002345732",
            )
        ),
        Field(description="IBAN to be checked, without spaces", min_length=15, max_length=34),
    ],
) -> IbanCheck:
    """Check the two check digits of an IBAN and compute the correct ones.

    The first four characters are moved to the end, letters become 10 to 35, and the number must leave 1 when divided
    by 97.
    """
    if not (typed.isascii() and typed.isalnum() and typed[:2].isalpha() and typed[2:4].isdigit()):
        raise bad_arguments(f"{typed!r} does not begin with a country code and two digits, or has other signs")

    def remainder(text: str) -> int:
        return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97

    digits = f"{98 - remainder(typed[:2] + '00' + typed[4:]):02d}"
    return {"remainder": remainder(typed), "check_digits": digits, "valid": typed[2:4] == digits}


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES,
    examples=({"bic": "INGBNL2A", "account": "417164"},),
)  # fmt: skip
def iban_for_account(
    bic: Bic,
    account: Annotated[
        str,
        Among(("100200", "234567", "417164", "532013", "700123", "901450")),
        Field(description="Account number at the bank, digits", pattern=r"^[0-9]{1,10}$"),
    ],
) -> MadeIban:
    """The IBAN of an account number at a bank that has one national bank code and a country without branch codes."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    codes = sorted({(entry.country_code, entry.bank_code) for entry in _entries(bic) if entry.bank_code})
    if len(codes) != 1:
        raise bad_arguments(f"{bic} has {len(codes)} national bank codes, so the IBAN is not determined")
    country, bank_code = codes[0]
    lengths = {str(part): position.length for part, position in _spec(country).positions.items() if position.length}
    if lengths.keys() - {"account_code", "bank_code", "national_checksum_digits"}:
        raise bad_arguments(f"an IBAN of {country} needs more than bank code and account number")
    if len(account) > lengths["account_code"]:
        raise bad_arguments(f"account numbers of {country} have fewer digits than {account!r}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = IBAN.generate(country, bank_code=bank_code, account_code=account)
    except SchwiftyException as error:
        raise bad_arguments(f"no IBAN can be made of account {account} at {bic}: {error}") from None
    return {"iban": str(made)}


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES, about="{country}",
    examples=({"country": "Norway"}, {"country": "France"}),
)  # fmt: skip
def iban_format(country: CountryName) -> IbanFormat:
    """How long an IBAN of a country is and how it is built."""
    code = country_code(country)
    spec = _spec(code)
    lengths = {part: spec.positions[part].length or None for part in ("bank_code", "account_code")}
    return {
        "code": code, "length": spec.iban_length, "bank_code_length": lengths["bank_code"],
        "account_length": lengths["account_code"], "sepa": bool(spec.in_sepa_zone),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES, about="{country}",
    examples=({"country": "HR"}, {"country": "IE"}),
)  # fmt: skip
def banks_of_country(country: SmallCountry) -> Banks:
    """All banks with a BIC in a country, by BIC; only for countries with at most 40."""
    banks = _by_bic(country)
    if len(banks) > MOST:
        raise ToolError("too_large", f"{country} has {len(banks)} BICs, more than {MOST}; use banks_by_name")
    return {"total": len(banks), "banks": [{"name": name, "bic": bic} for bic, name in banks.items()]}


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES,
    examples=({"country": "ES", "word": "Santander"}, {"country": "DE", "word": "Citibank"}),
)  # fmt: skip
def banks_by_name(
    country: LargeCountry,
    word: Annotated[
        str,
        Among(
            (
                "Credit",
                "Deutsche",
                "International",
                "Invest",
                "Raiffeisen",
                "Citibank",
                "Santander",
                "Savings",
                "UniCredit",
                "Commerz",
            )
        ),
        Field(description="Word or part of the name, case does not matter", min_length=3, max_length=30),
    ],
) -> NamedBanks:
    """The banks with a BIC in a country whose name contains a word, by BIC; only where there are at most 40."""
    found = {bic: name for bic, name in _by_bic(country).items() if word.casefold() in name.casefold()}
    if not found:
        raise not_found(f"bank of {country} with the name", word)
    if len(found) > MOST:
        raise ToolError("too_large", f"{len(found)} banks match, more than {MOST}; give a rarer word")
    return {"banks": [{"name": name, "bic": bic} for bic, name in found.items()]}


@tool(
    domain="financial", kind="retrieval", provider="schwifty", source=SOURCE, requires=REQUIRES, about="{country}",
    examples=({"country": "DE"},),
)  # fmt: skip
def bank_counts(country: LargeCountry) -> Counts:
    """How many bank codes, BICs and SWIFT locations the bank registry of a country lists."""
    from schwifty import registry

    bics = _by_bic(country)
    codes = {entry.bank_code for entry in registry.get_banks_by_country(country) if entry.bank_code}
    return {"entries": len(codes), "bics": len(bics), "places": len({bic[6:8] for bic in bics})}
