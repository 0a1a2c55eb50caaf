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
Place = Literal["format", "system", "user", "any"]


class Pattern(Record):
    """A phase, and what it is told by."""

    phase: Phase
    where: Place
    """`format`: name of the JSON Schema asked for; `system`, `user`: texts of these speakers; `any`: all texts."""
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
    Pattern(phase="derive", where="user", pattern=r"^Write the question of round \d+ of \d+\."),
    Pattern(phase="judge", where="user", pattern=r"^Right answer:"),
    Pattern(phase="rewrite", where="user", pattern=r"^Question: "),
    Pattern(phase="collect", where="user", pattern=r"^Topic: "),
    Pattern(phase="solve", where="user", pattern="."),
)
"""DIVE's own prompts."""


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def phase_of(asked: Asked, patterns: tuple[Pattern, ...]) -> Phase:
    """The phase of the first pattern that is found; `other` where none is."""
    for pattern in patterns:
        if any(_compiled(pattern.pattern).search(text) for text in asked.texts(pattern.where)):
            return pattern.phase
    return "other"
