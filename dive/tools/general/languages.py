"""Languages by name and code: speakers, own name, script and family ties (langcodes with language_data, from CLDR
and IANA)."""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.general.parameters import LanguageCode
from dive.tools.tool import Says, Semantic, tool

SOURCE = "Unicode CLDR supplemental data and IANA subtag registry as packaged in language_data (MIT)"

LanguageName = Annotated[
    str,
    Semantic("lang.name"),
    Field(description="English name of a language, such as Swahili", min_length=2, max_length=60),
]


class LanguageCodes(TypedDict):
    code: Annotated[str, Semantic("lang.code"), Says("ISO 639 language code", same_as="name")]
    iso3: Annotated[str, Says("three-letter ISO 639 code")]
    speakers: Annotated[
        int | None,
        Semantic("geo.population"),
        Says("number of speakers of {name} estimated by Unicode CLDR", unit="people"),
    ]


class LanguageFacts(TypedDict):
    name: Annotated[str, Semantic("lang.name"), Says("English name", same_as="code")]
    own_name: Annotated[str, Says("native name")]
    speakers: Annotated[
        int | None,
        Semantic("geo.population"),
        Says("number of speakers of the language with code {code} estimated by Unicode CLDR", unit="people"),
    ]
    writers: Annotated[
        int | None,
        Semantic("geo.population"),
        Says("number of people who can write the language with code {code}, as estimated by Unicode CLDR", unit="people"),
    ]
    script: Annotated[str | None, Says("script in which the language with code {code} is mostly written")]
    country: Annotated[
        str | None,
        Semantic("geo.country"),
        Says("country most associated with the language with code {code} in Unicode CLDR"),
    ]


class Closeness(TypedDict):
    distance: Annotated[
        int,
        Says(
            "CLDR matching distance between speaking the language with code {code} and reading the "
            "language with code {other} (0 to 134)"
        ),
    ]


@cache
def _language(code: str) -> Any:
    from langcodes import Language

    language = Language.get(code.lower())
    if not language.is_valid() or language.language is None:
        raise not_found("language", code)
    return language


def language_code(name: str) -> str:
    """The code of a language by its English name, or `not_found`."""
    from langcodes import find

    try:
        found = find(name, language="en").language
    except LookupError:
        raise not_found("language", name) from None
    if not found:
        raise not_found("language", name)
    return str(found)


@tool(
    domain="general",
    kind="retrieval",
    provider="langcodes",
    source=SOURCE,
    about="{name}",
    requires=("langcodes", "language_data"),
    examples=({"name": "Swahili"}, {"name": "Portuguese"}),
)
def language_by_name(name: LanguageName) -> LanguageCodes:
    """ISO 639 codes of a language by its English name, and its number of speakers as Unicode CLDR estimates it."""
    language = _language(language_code(name))
    return {
        "code": str(language.language),
        "iso3": language.to_alpha3(),
        "speakers": language.speaking_population() or None,
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="langcodes",
    source=SOURCE,
    about="the language with code {code}",
    requires=("langcodes", "language_data"),
    examples=({"code": "sw"}, {"code": "uk"}),
)
def language_facts(code: LanguageCode) -> LanguageFacts:
    """English and own name, speakers, writers, script and main country of a language by its ISO 639 code."""
    language = _language(code)
    likely = language.maximize()
    return {
        "name": language.display_name("en"),
        "own_name": language.autonym(),
        "speakers": language.speaking_population() or None,
        "writers": language.writing_population() or None,
        "script": likely.script_name("en") if likely.script else None,
        "country": likely.territory if likely.territory and len(likely.territory) == 2 else None,
    }


@tool(
    domain="general",
    kind="processing",
    provider="langcodes",
    source="Unicode CLDR language matching data as packaged in langcodes",
    about="the pair",
    requires=("langcodes", "language_data"),
    examples=({"code": "no", "other": "da"}, {"code": "ta", "other": "en"}),
)
def language_distance(code: LanguageCode, other: LanguageCode) -> Closeness:
    """How badly a text in one language serves a reader of another: 0 is the same, 134 no relation (CLDR language
    matching)."""
    from langcodes import tag_distance

    return {"distance": tag_distance(_language(code).language, _language(other).language)}
