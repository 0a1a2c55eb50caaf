"""Which part of a pipeline a request belongs to, and which task it is about, by regular expressions.

The table knows the prompts of DIVE; a settings file with `phases` replaces it, so that the prompts of another system are
answered by the same script.
"""

import re
from functools import cache
from typing import Literal

from pydantic import field_validator

from dive.fake.asked import Asked
from dive.types import Record

Phase = Literal["collect", "derive", "rewrite", "solve", "judge", "other"]
Place = Literal["format", "system", "user", "last_user", "any"]


class Pattern(Record):
    """A phase, and what it is told by."""

    phase: Phase
    where: Place
    """`format`: name of the JSON Schema asked for; `system`, `user`: texts of these speakers; `last_user`: the last text of
    the user; `any`: all texts.
    """
    pattern: str
    """Regular expression that is searched for; `^` and `$` stand at lines."""

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern, re.MULTILINE)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return pattern


PHASES = (
    Pattern(phase="derive", where="format", pattern="^draft$"),
    Pattern(phase="rewrite", where="format", pattern="^rewrite$"),
    Pattern(phase="judge", where="format", pattern="^verdict$"),
    Pattern(phase="derive", where="last_user", pattern=r"^Write the question of round \d+ of \d+\."),
    Pattern(phase="derive", where="last_user", pattern="^The draft cannot be used"),
    Pattern(phase="collect", where="last_user", pattern="^Topic: "),
    Pattern(phase="judge", where="last_user", pattern="^Right answer:"),
    Pattern(phase="rewrite", where="last_user", pattern="^Question: "),
    Pattern(phase="rewrite", where="last_user", pattern="^The new wording cannot be used"),
    Pattern(phase="solve", where="last_user", pattern="."),
)
"""DIVE's own prompts."""


@cache
def _compiled(pattern: str) -> tuple[str, re.Pattern[str]]:
    """What a text must hold for the pattern to be found in it, and the pattern. Looking for a text is a hundred times faster."""
    plain = re.match(r"\^([A-Za-z ]+)(?![?*{|])", pattern)
    return plain[1][:-1] if plain and "|" not in pattern else "", re.compile(pattern, re.MULTILINE)


def found(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text."""
    plain, compiled = _compiled(pattern)
    return plain in text and compiled.search(text) is not None


def phase_of(asked: Asked, patterns: tuple[Pattern, ...]) -> Phase:
    """The phase of the first pattern that is found; `other` where none is."""
    for pattern in patterns:
        if any(found(pattern.pattern, text) for text in asked.texts(pattern.where)):
            return pattern.phase
    return "other"
