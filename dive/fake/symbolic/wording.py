"""Answers as a person writes them, and answers that are wrong."""

import math
import random
from collections.abc import Iterator
from datetime import date, timedelta

from dive.answers import answers_match
from dive.types import Answer, Json, canonical

OPENERS = (
    "",
    "Could you help me with this? ",
    "I am stuck on something. ",
    "Please look this up for me. ",
    "A colleague asked me this. ",
)
CLOSERS = ("", " Thank you.", " I would be grateful for the answer.")


def spoken(answer: Answer) -> str:
    """The answer in words that the rules of `dive.answers` accept; JSON where a person's way of writing it would be misread."""
    unit = answer.unit
    text = _listed(answer.value, unit) if isinstance(answer.value, list | dict) else _with_unit(answer.value, unit)
    return next((each for each in (text, _plain(answer.value)) if answers_match(answer, each)), canonical(answer.value))


def decimals(answer: Answer) -> int | None:
    """To how many decimal places the numbers of an answer are given; None where it has no such numbers."""
    if answer.tolerance > 0:
        return max(0, round(-math.log10(2 * answer.tolerance)))
    if answer.type == "number" and isinstance(answer.value, float):
        return min(10, len(repr(answer.value).partition("e")[0].partition(".")[2]))
    return None


def wrong(answer: Answer, others: list[Json], rng: random.Random) -> str:
    """Something else of the same kind: another number, another of the `others`, parts left out or exchanged."""
    found = [each for each in _wrong(answer.value, answer, others, rng) if not answers_match(answer, _said(each, answer))]
    return _said(rng.choice(found), answer) if found else "I could not find out."


def reworded(query: str, rng: random.Random) -> str:
    """The query with a sentence before or after it; `original` takes them off again."""
    opener, closer = rng.choice([(o, c) for o in OPENERS for c in CLOSERS if o or c])
    return f"{opener}{query}{closer}"


def originals(query: str) -> Iterator[str]:
    """What a query may have been before it was reworded; itself first."""
    for opener in OPENERS:
        for closer in CLOSERS:
            if query.startswith(opener) and query.endswith(closer):
                yield query[len(opener) : len(query) - len(closer)]


def _said(value: Json, answer: Answer) -> str:
    return _listed(value, answer.unit) if isinstance(value, list | dict) else _with_unit(value, answer.unit)


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)


def _with_unit(value: Json, unit: str) -> str:
    text = _plain(value)
    if not unit or isinstance(value, str | bool):
        return text
    return f"{text}%" if unit == "%" else f"{text} {unit}"


def _listed(value: list[Json] | dict[str, Json], unit: str) -> str:
    parts = [_with_unit(part, unit) for part in value] if isinstance(value, list) else [
        f"{name}: {_with_unit(part, unit)}" for name, part in value.items()
    ]  # fmt: skip
    return ("; " if any("," in part for part in parts) else ", ").join(parts)


def _wrong(value: Json, answer: Answer, others: list[Json], rng: random.Random) -> Iterator[Json]:
    if isinstance(value, bool) or value is None:
        yield not value
    elif isinstance(value, int):
        yield from (value + rng.choice((1, 2, 10)), value * 2 + 1)
    elif isinstance(value, float):
        places = decimals(answer)
        yield from (round(value * factor + 1, 2 if places is None else places) for factor in (1.1, 0.5, 10.0))
    elif isinstance(value, str):
        if answer.type == "date":
            yield (date.fromisoformat(value[:10]) + timedelta(days=rng.randint(1, 60))).isoformat()
        yield from ([value[::-1]] if answer.type == "sequence" else [other for other in others if isinstance(other, str)][:20])
        yield "none of them"
    elif isinstance(value, list):
        yield from ([part for part in value if part != value[0]], value[::-1], [*value, "another one"])
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from ({**value, name: other} for other in _wrong(part, answer, others, rng))
