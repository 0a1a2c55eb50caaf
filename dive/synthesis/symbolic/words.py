"""Small English: articles, plurals, lists, numbers and dates as a person writes them."""

import datetime
import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from dive.types import Json

_CARDINALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@cache
def _engine() -> Any:
    import inflect

    return inflect.engine()


@cache
def plural(noun: str) -> str:
    """The plural of a noun phrase whose head comes before its first preposition: "country of birth" -> "countries of
    birth".
    """
    words = noun.split()
    if not words:
        return noun
    end = next((n for n, word in enumerate(words) if n and word in _PREPOSITIONS), len(words))
    head = words[end - 1]
    if head.isupper() or (len(head) > 2 and head[-1].isupper()):
        words[end - 1] = f"{head}s"
    else:
        words[end - 1] = head if _is_plural(head) else _engine().plural_noun(head) or head + "s"
    return " ".join(words)


_PREPOSITIONS = frozenset(
    (
        "of in on for from to with without at by per between under over about that which whose associated "
        "bordering belonging related linked listed known as used reported having mapped"
    ).split()
)


def _is_plural(word: str) -> bool:
    if word.endswith(("sis", "ss", "us")):
        return False
    return word in ("data", "species", "series", "hours", "people") or bool(word.endswith("s") and _engine().singular_noun(word))


@cache
def article(phrase: str) -> str:
    """The phrase with a or an before it."""
    return str(_engine().a(phrase))


def cardinal(number: int) -> str:
    """A small number as a word, a larger one in digits."""
    return _CARDINALS[number] if 0 <= number < len(_CARDINALS) else str(number)


def series(parts: Sequence[str], last: str = "and") -> str:
    """A, B and C."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def number(value: float) -> str:
    """A number as it is typed; every digit is kept, so that the tool call can be made from the text."""
    if isinstance(value, int) or (value == int(value) and abs(value) < 1e15):
        return str(int(value))
    if 1e-4 <= abs(value) < 1e15:
        return repr(value)
    mantissa, exponent = f"{value:e}".split("e")
    exact = repr(value)
    return exact if "e" not in exact else f"{float(mantissa):g}e{int(exponent)}" if math.isclose(
        float(f"{float(mantissa):g}e{int(exponent)}"), value, rel_tol=0.0
    ) else exact  # fmt: skip


def date(text: str) -> str:
    """2021-03-04 as 4 March 2021; other text as it is."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B} {day.year}"


def value(given: Json, unit: str = "") -> str:
    """A literal in running text."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, int | float):
        text = number(given)
        return f"{text}{'' if unit in ('%', '°') else ' '}{unit}" if unit else text
    if isinstance(given, list):
        return series([value(item, unit) for item in given])
    if isinstance(given, dict):
        return series([f"{key} {value(item)}" for key, item in given.items()])
    return date(str(given))


def decimals(digits: int) -> str:
    """How a person asks for rounding."""
    if digits == 0:
        return "to the nearest whole number"
    return f"to {cardinal(digits)} decimal place{'' if digits == 1 else 's'}"
