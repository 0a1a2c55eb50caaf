"""Persistent identifiers of scholarship: detection, normal forms and check digits of DOI, ORCID, ISBN, ISSN and arXiv.

Whether an identifier has been assigned is not known here; only its form and its check digit are judged.
"""

import re
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

IDUTILS = "idutils (Invenio); https://idutils.readthedocs.io"

Doi = Annotated[
    str, Semantic("aca.doi"),
    Among(("10.1038/nature12373", "10.1000/182", "10.1126/science.169.3946.635", "10.1093/nar/gkv1031")),
    Field(description="DOI, with or without https://doi.org/", min_length=7, max_length=150),
]  # fmt: skip
Orcid = Annotated[
    str, Semantic("aca.orcid"), Among(("0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X")),
    Field(description="ORCID of 16 characters with hyphens", min_length=16, max_length=45),
]  # fmt: skip
Isbn = Annotated[
    str, Semantic("aca.isbn"),
    Among((
        "0-306-40615-2", "978-3-16-148410-0", "0-19-852663-6", "978-0-262-04630-5", "0-521-83084-2", "99921-58-10-7",
        "978-2-07-036002-4", "4-87311-336-9", "85-359-0277-5", "80-902734-1-6", "960-425-059-0", "0-9752298-0-X",
    )),
    Field(description="ISBN-10 or ISBN-13, with or without hyphens", min_length=10, max_length=20),
]  # fmt: skip
Issn = Annotated[
    str, Semantic("aca.issn"),
    Among(("0028-0836", "0036-8075", "0378-5955", "1476-4687", "0031-9007", "2434-561X", "0027-8424", "0140-6736")),
    Field(description="ISSN of eight characters", min_length=8, max_length=9),
]  # fmt: skip
Preprint = Annotated[
    str, Semantic("aca.arxiv"),
    Among(("1706.03762", "hep-th/9711200", "1207.7214", "1602.03837", "math/0211159", "2005.14165", "0706.0001",
        "astro-ph/9905116")),
    Field(description="arXiv identifier, such as 1706.03762", min_length=8, max_length=40),
]  # fmt: skip


class Detected(TypedDict):
    schemes: Annotated[
        list[str],
        Says("identifier scheme whose form {identifier} has", plural="identifier schemes whose form {identifier} has"),
    ]
    url: Annotated[str | None, Semantic("web.url"), Says("web address", passed_on=False)]


class DoiParts(TypedDict):
    normalised: Annotated[str, Semantic("aca.identifier"), Says("normalised DOI", same_as="doi")]
    registrant: Annotated[str, Says("DOI prefix of the registrant of {doi}")]
    suffix_length: Annotated[int, Says("number of characters in the DOI suffix", ask=False)]
    url: Annotated[str, Semantic("web.url"), Says("resolver address", passed_on=False)]


class OrcidParts(TypedDict):
    check: Annotated[str, Says("check character")]
    url: Annotated[str, Semantic("web.url"), Says("record address", passed_on=False)]
    remainder: Annotated[int, Says("ISO 7064 MOD 11-2 remainder of the first 15 digits", ask=False)]


class IsbnParts(TypedDict):
    isbn13: Annotated[str, Says("ISBN-13, without hyphens,")]
    isbn10: Annotated[str | None, Says("ISBN-10, without hyphens,")]
    hyphenated: Annotated[str | None, Says("hyphenated ISBN-13")]
    check: Annotated[int, Says("check digit of the 13-digit form")]
    group: Annotated[str | None, Says("registration group (language area or country)")]


class IssnParts(TypedDict):
    check: Annotated[str, Says("check character")]
    weighted_sum: Annotated[int, Says("weighted sum (weights 8 down to 2) of the first seven digits")]
    ean: Annotated[str, Says("EAN-13 with variant 00")]
    url: Annotated[str, Semantic("web.url"), Says("ISSN Portal address")]


class PreprintParts(TypedDict):
    year: Annotated[
        int,
        Semantic("time.year"),
        Says("year in which {preprint} received its identifier", high="latest", low="earliest"),
    ]
    month: Annotated[int, Says("month in which {preprint} received its identifier, as a number,")]
    number: Annotated[int, Says("running number within the month")]
    url: Annotated[str, Semantic("web.url"), Says("abstract page address")]
    doi: Annotated[str, Semantic("aca.doi"), Says("DataCite DOI that arXiv assigns to {preprint}")]


def _schemes(identifier: str) -> list[str]:
    import idutils

    return [str(scheme) for scheme in idutils.detect_identifier_schemes(identifier.strip())]


@tool(
    domain="academic", kind="processing", provider="idutils", source=IDUTILS, about="{identifier}",
    requires=("idutils",),
    examples=({"identifier": "PMC3531190"}, {"identifier": "0000-0002-1825-0097"}),
)  # fmt: skip
def identifier_detect(
    identifier: Annotated[
        str, Semantic("aca.identifier"),
        Among(("10.1038/nature12373", "PMC3531190", "Q42", "GSE12345", "P12345", "05dxps055", "2023Natur.613..120S",
            "ENSG00000139618")),
        Field(description="Identifier of any scheme", min_length=2, max_length=150),
    ],
) -> Detected:  # fmt: skip
    """The identifier schemes whose form a string has, likeliest first, and its web address in the likeliest."""
    import idutils

    schemes = _schemes(identifier)
    if not schemes:
        raise not_found("identifier scheme", identifier)
    return {"schemes": schemes, "url": idutils.to_url(identifier.strip(), schemes[0], "https") or None}


@tool(
    domain="academic", kind="processing", provider="idutils", source=f"{IDUTILS}; DOI Handbook, doi:10.1000/182",
    about="{doi}",
    requires=("idutils",), examples=({"doi": "https://doi.org/10.1038/nature12373"},),
)  # fmt: skip
def doi_parts(doi: Doi) -> DoiParts:
    """Normalised form, registrant prefix and resolver address of a DOI."""
    import idutils

    if not idutils.is_doi(doi.strip()):
        raise bad_arguments(f"{doi!r} is not a DOI")
    normal = str(idutils.normalize_doi(doi.strip()))
    prefix, _, suffix = normal.partition("/")
    return {
        "normalised": normal,
        "registrant": prefix,
        "suffix_length": len(suffix),
        "url": f"https://doi.org/{normal}",
    }


@tool(
    domain="academic", kind="processing", provider="own", about="{orcid}",
    source="ISO/IEC 7064:2003 MOD 11-2; https://support.orcid.org/hc/en-us/articles/360006897674",
    examples=({"orcid": "0000-0002-1825-0097"},),
)  # fmt: skip
def orcid_check(orcid: Orcid) -> OrcidParts:
    """Check character and record address of an ORCID; a wrong check character is refused.

    r = (r + digit) * 2 over 15 digits, check = (12 - r mod 11) mod 11, 10 written X.
    """
    bare = re.sub(r"^https?://orcid\.org/", "", orcid.strip()).replace("-", "").upper()
    if not re.fullmatch(r"\d{15}[\dX]", bare):
        raise bad_arguments(f"{orcid!r} is not of the form of an ORCID")
    running = 0
    for digit in bare[:15]:
        running = (running + int(digit)) * 2
    check = "0123456789X"[(12 - running % 11) % 11]
    if check != bare[15]:
        raise bad_arguments(f"the check character of {orcid!r} should be {check}")
    dashed = "-".join(bare[i : i + 4] for i in range(0, 16, 4))
    return {"check": check, "url": f"https://orcid.org/{dashed}", "remainder": running % 11}


@tool(
    domain="academic", kind="retrieval", provider="isbnlib2", about="{isbn}", requires=("isbnlib2",),
    source="International ISBN Agency range message, as in isbnlib; ISBN Users' Manual, 7th ed. (2017)",
    examples=({"isbn": "0-306-40615-2"},),
)  # fmt: skip
def isbn_parts(isbn: Isbn) -> IsbnParts:
    """ISBN-13, ISBN-10, hyphenation and registration group of a book; a wrong check digit is refused."""
    import isbnlib

    thirteen = isbnlib.to_isbn13(isbn)
    if not thirteen:
        raise bad_arguments(f"{isbn!r} is not a valid ISBN")
    return {
        "isbn13": thirteen, "isbn10": isbnlib.to_isbn10(thirteen) or None, "hyphenated": isbnlib.mask(thirteen) or None,
        "check": int(thirteen[12]), "group": isbnlib.info(thirteen) or None,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="own", about="{issn}",
    source="ISO 3297:2022; ISSN Manual (2015), section 1",
    examples=({"issn": "0378-5955"},),
)  # fmt: skip
def issn_check(issn: Issn) -> IssnParts:
    """Check character and EAN-13 of a journal's ISSN; weights 8 to 2, modulus 11, EAN prefix 977 with variant 00."""
    bare = issn.strip().replace("-", "").upper()
    if not re.fullmatch(r"\d{7}[\dX]", bare):
        raise bad_arguments(f"{issn!r} is not of the form of an ISSN")
    weighted = sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), bare[:7], strict=True))
    check = "0123456789X"[-weighted % 11]
    if check != bare[7]:
        raise bad_arguments(f"the check character of {issn!r} should be {check}")
    body = f"977{bare[:7]}00"
    ean = body + str(-sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(body)) % 10)
    return {
        "check": check,
        "weighted_sum": weighted,
        "ean": ean,
        "url": f"https://portal.issn.org/resource/ISSN/{bare[:4]}-{bare[4:]}",
    }


@tool(
    domain="academic", kind="processing", provider="own", about="{preprint}",
    source="https://info.arxiv.org/help/arxiv_identifier.html",
    examples=({"preprint": "1706.03762"}, {"preprint": "hep-th/9711200"}),
)  # fmt: skip
def arxiv_parts(preprint: Preprint) -> PreprintParts:
    """Year, month and running number in an arXiv identifier of the scheme before or after April 2007."""
    bare = re.sub(r"^(arxiv:|https?://arxiv\.org/abs/)", "", preprint.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"v\d+$", "", bare)
    new = re.fullmatch(r"(\d{2})(\d{2})\.(\d{4,5})", bare)
    old = re.fullmatch(r"[a-z-]+(?:\.[A-Z]{2})?/(\d{2})(\d{2})(\d{3})", bare)
    found = new or old
    if found is None or not 1 <= int(found[2]) <= 12:
        raise bad_arguments(f"{preprint!r} is not an arXiv identifier")
    short = int(found[1])
    return {
        "year": 1900 + short if old and short >= 91 else 2000 + short, "month": int(found[2]), "number": int(found[3]),
        "url": f"https://arxiv.org/abs/{bare}", "doi": f"10.48550/arXiv.{bare}",
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="own",
    source="ISO 2108:2017 (ISBN), ISO 3297:2022 (ISSN), ISO/IEC 7064:2003 (ORCID)",
    about="{scheme} digits {digits}", examples=({"scheme": "ISBN-13", "digits": "978030640615"},),
)  # fmt: skip
def check_digit_complete(
    scheme: Annotated[Literal["ISBN-10", "ISBN-13", "ISSN", "ORCID"], Says("scheme"),
        Field(description="Scheme of the check digit")],
    digits: Annotated[
        str,
        Among(("978030640615", "030640615", "0378595", "000000021825009", "978316148410", "0028083", "019852663",
            "000000015109370")),
        Says("digits"),
        Field(description="The digits before the check digit", min_length=7, max_length=15, pattern=r"^[0-9]+$"),
    ],
) -> Annotated[str, Says("check character that completes the {scheme} digits {digits}")]:  # fmt: skip
    """The check character for the digits before it: 9 for ISBN-10, 12 for ISBN-13, 7 for ISSN, 15 for ORCID."""
    wanted = {"ISBN-10": 9, "ISBN-13": 12, "ISSN": 7, "ORCID": 15}[scheme]
    if len(digits) != wanted:
        raise bad_arguments(f"{scheme} has {wanted} digits before the check digit, not {len(digits)}")
    numbers = [int(digit) for digit in digits]
    if scheme == "ISBN-13":
        return str(-sum(n * (3 if i % 2 else 1) for i, n in enumerate(numbers)) % 10)
    if scheme == "ORCID":
        running = 0
        for number in numbers:
            running = (running + number) * 2
        return "0123456789X"[(12 - running % 11) % 11]
    weighted = sum(n * weight for n, weight in zip(numbers, range(wanted + 1, 1, -1), strict=True))
    return "0123456789X"[-weighted % 11]
