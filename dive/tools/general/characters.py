"""Characters and encodings: Unicode properties, bytes in UTF-8 and UTF-16, digests, and how two texts differ."""

import hashlib
import unicodedata
import zlib
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.general.texts import Text
from dive.tools.tool import Among, Says, tool

Character = Annotated[
    str,
    Among(("€", "é", "ß", "Ω", "Ж", "π", "½", "→", "∞", "中", "あ", "한", "ﬁ", "Å", "№", "♜")),
    Field(description="One character", min_length=1, max_length=1),
]
Other = Annotated[
    str,
    Among(
        ("Call me Ishmael, please.", "I think, therefore I thought.", "It was the best of times.", "Not all who wander are lost.")
    ),
    Field(description="Text to compare with", min_length=1, max_length=5000),
]


class CharacterFacts(TypedDict):
    code: Annotated[int, Says('Unicode code point of the character "{character}" as a decimal number', scale="nominal")]
    name: Annotated[str, Says('Unicode name of the character "{character}"')]
    category: Annotated[str, Says('two-letter Unicode general category of the character "{character}"')]
    utf8_bytes: Annotated[int, Says('number of bytes of the character "{character}" in UTF-8', unit="bytes")]
    decomposed: Annotated[int, Says('number of code points of the character "{character}" in normal form NFKD')]


class Encoded(TypedDict):
    utf8: Annotated[int, Says('number of bytes of "{text}" in UTF-8', unit="bytes")]
    utf16: Annotated[int, Says('number of bytes of "{text}" in UTF-16 without byte order mark', unit="bytes")]
    code_points: Annotated[int, Says('number of Unicode code points in "{text}"')]
    code_sum: Annotated[int, Says('sum of the Unicode code points of the characters of "{text}"')]


class Digests(TypedDict):
    crc32: Annotated[str, Says('CRC-32 checksum of "{text}" in UTF-8 (eight hexadecimal digits)')]
    md5: Annotated[str, Says('MD5 digest of "{text}" in UTF-8 (32 hexadecimal digits)')]
    sha256: Annotated[str, Says("SHA-256 digest", ask=False)]
    adler32: Annotated[int, Says('Adler-32 checksum of "{text}" in UTF-8 as a decimal number', scale="nominal")]


class Difference(TypedDict):
    kept: Annotated[int, Says('length, in words, of the longest common subsequence of words of "{text}" and "{other}"')]
    edits: Annotated[int, Says('least number of words to insert or delete to turn "{text}" into "{other}"', unit="words")]
    prefix: Annotated[int, Says('number of characters that "{text}" and "{other}" share at the start', unit="characters")]


@tool(
    domain="general", kind="processing", provider="unicodedata", source="Unicode Character Database, as in the Python library",
    about='the character "{character}"', examples=({"character": "€"}, {"character": "ﬁ"}),
)  # fmt: skip
def character_facts(character: Character) -> CharacterFacts:
    """Code point, Unicode name and category of a character, its bytes in UTF-8 and its code points in NFKD."""
    try:
        name, size = unicodedata.name(character), len(character.encode())
    except ValueError:
        raise not_found("named Unicode character", character) from None
    return {
        "code": ord(character),
        "name": name,
        "category": unicodedata.category(character),
        "utf8_bytes": size,
        "decomposed": len(unicodedata.normalize("NFKD", character)),
    }


@tool(
    domain="general", kind="processing", source="RFC 3629 (UTF-8), RFC 2781 (UTF-16)", about='"{text}"',
    examples=({"text": "Call me Ishmael."},),
)  # fmt: skip
def text_encoding(text: Text) -> Encoded:
    """Bytes of a text in UTF-8 and UTF-16, and the number and sum of its Unicode code points."""
    try:
        return {
            "utf8": len(text.encode()),
            "utf16": len(text.encode("utf-16-le")),
            "code_points": len(text),
            "code_sum": sum(map(ord, text)),
        }
    except UnicodeEncodeError:
        raise bad_arguments("the text holds half of a surrogate pair") from None


@tool(
    domain="general", kind="processing", source="RFC 1321 (MD5), FIPS 180-4 (SHA-256), RFC 1950 (Adler-32), ISO 3309 (CRC-32)",
    about='"{text}"', examples=({"text": "Call me Ishmael."},),
)  # fmt: skip
def text_digests(text: Text) -> Digests:
    """CRC-32, Adler-32, MD5 and SHA-256 of a text in UTF-8."""
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise bad_arguments("the text holds half of a surrogate pair") from None
    return {
        "crc32": f"{zlib.crc32(content):08x}",
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "adler32": zlib.adler32(content),
    }


@tool(
    domain="general", kind="processing", provider="rapidfuzz", source="longest common subsequence, rapidfuzz",
    about='"{text}" and "{other}"', requires=("RapidFuzz",),
    examples=({"text": "Call me Ishmael.", "other": "Call me Ishmael, please."},),
)  # fmt: skip
def text_difference(text: Text, other: Other) -> Difference:
    """Words that two texts share in order, words to insert or delete from one to the other, and their common start; words
    are parted by white space, case and punctuation regarded."""
    from rapidfuzz.distance import Indel, LCSseq

    one, two = text.split(), other.split()
    if not one or not two:
        raise bad_arguments("each text needs a word")
    pairs = zip(text, other, strict=False)
    return {
        "kept": LCSseq.similarity(one, two),
        "edits": Indel.distance(one, two),
        "prefix": next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(text), len(other))),
    }
