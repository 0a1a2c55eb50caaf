"""Ways to write a whole number: Roman numerals, other bases, English words."""

import re
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)
BASES = {"binary": 2, "octal": 8, "hexadecimal": 16, "base 36": 36}
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

Base = Annotated[Literal["binary", "octal", "hexadecimal", "base 36"], Field(description="Number system")]
Number = Annotated[int, Among((255, 1000, 1984, 4096, 65537, 1234567)), Field(description="Whole number", ge=0, le=10**12)]


class Written(TypedDict):
    words: Annotated[str, Says("English number word for {number}")]
    letters: Annotated[
        int,
        Says(
            "number of letters in the English number word for {number} (spaces and hyphens not counted)",
            unit="letters",
            scale="ordinal",
        ),
    ]
    ordinal: Annotated[str, Says("English ordinal number word for {number}")]


@cache
def _inflect() -> Any:
    from inflect import engine

    return engine()


@tool(
    domain="general",
    kind="processing",
    source="standard subtractive Roman notation",
    about="{year}",
    examples=({"year": 2024},),
)
def roman_numeral(
    year: Annotated[
        int,
        Semantic("time.year"),
        Among((1492, 1776, 1889, 1945, 1999, 2024)),
        Field(description="Year or number to write", ge=1, le=3999),
    ],
) -> Annotated[str, Says("Roman numeral for {year}")]:
    """A year or other number from 1 to 3999 as a Roman numeral."""
    written, rest = "", year
    for value, sign in ROMAN:
        written += sign * (rest // value)
        rest %= value
    return written


@tool(
    domain="general",
    kind="processing",
    source="standard subtractive Roman notation",
    about="the Roman numeral {numeral}",
    examples=({"numeral": "MCMXCIV"},),
)
def roman_value(
    numeral: Annotated[
        str,
        Among(("MCMLXXXIV", "MDCCLXXVI", "CDXLIV", "MMXXVI", "DCLXVI", "MCDXCII", "XCIX")),
        Field(description="Roman numeral, such as MCMXCIV", min_length=1, max_length=15),
    ],
) -> Annotated[int, Semantic("time.year"), Says("value of the Roman numeral {numeral}")]:
    """The number that a Roman numeral from I to MMMCMXCIX stands for."""
    text = numeral.upper()
    if not re.fullmatch(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})", text):
        raise bad_arguments(f"{numeral!r} is not a Roman numeral in standard notation")
    value = 0
    for worth, sign in ROMAN:
        while text.startswith(sign):
            value, text = value + worth, text[len(sign) :]
    return value


@tool(
    domain="general",
    kind="processing",
    source="positional notation",
    about="{number}",
    examples=({"number": 1000, "base": "hexadecimal"},),
)
def number_in_base(number: Number, base: Base) -> Annotated[str, Says("{base} representation of the decimal number {number}")]:
    """A whole number in binary, octal, hexadecimal or base 36 notation, with lower-case letters and without prefix."""
    written, rest = "", number
    while rest or not written:
        rest, digit = divmod(rest, BASES[base])
        written = DIGITS[digit] + written
    return written


@tool(
    domain="general",
    kind="processing",
    source="positional notation",
    about="{digits}",
    examples=({"digits": "ff", "base": "hexadecimal"},),
)
def number_from_base(
    digits: Annotated[
        str,
        Among(("1011", "110", "777", "1001", "101101")),
        Field(description="Digits without prefix", pattern=r"^[0-9a-zA-Z]{1,12}$"),
    ],
    base: Base,
) -> Annotated[int, Says("decimal value of the {base} number {digits}")]:
    """The decimal value of a number written in binary, octal, hexadecimal or base 36."""
    try:
        return int(digits, BASES[base])
    except ValueError:
        raise bad_arguments(f"{digits!r} is not a {base} number") from None


@tool(
    domain="general",
    kind="processing",
    provider="inflect",
    source="English number words, inflect",
    about="{number}",
    requires=("inflect",),
    examples=({"number": 1984},),
)
def number_in_words(number: Number) -> Written:
    """A whole number in English words, as cardinal and ordinal, with the number of letters of the cardinal."""
    words = str(_inflect().number_to_words(number))
    return {
        "words": words,
        "letters": sum(map(str.isalpha, words)),
        "ordinal": str(_inflect().number_to_words(_inflect().ordinal(number))),
    }
