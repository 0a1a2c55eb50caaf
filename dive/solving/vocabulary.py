"""What results are called: nouns, units and superlatives of the fields that tools return.

A tool at hand says how its fields are put (`Says`); of another the names of its fields must do. Slots in a noun are
filled with the arguments of the call, so that "exchange rate from {base} to {quote}" names both currencies.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dive.synthesis.symbolic import words
from dive.tools.fields import ResultField
from dive.tools.tool import Tool
from dive.types import Evidence, Json

Path = tuple[str | int, ...]
"""Fields and positions that lead to a value in a result."""
_SLOT = re.compile(r"\{(\w+)\}")
_LONGEST = 40
"""Characters of a value that is named in running text."""
_DIGITS = 9
"""Significant digits of a number that is shown whole."""


@dataclass(frozen=True)
class Vocabulary:
    """The words for results of tools by name; tools that are not at hand are spoken of by the names of their fields."""

    tools: dict[str, Tool]

    @classmethod
    def of(cls, tools: Iterable[Tool]) -> "Vocabulary":
        """The words of these tools."""
        return cls({tool.name: tool for tool in tools})

    def field(self, tool: str, path: Path) -> ResultField | None:
        """The description of the field at a path, positions in lists left out; None where the tool says nothing of it."""
        fields: Sequence[ResultField] = self.tools[tool].results if tool in self.tools else ()
        found: ResultField | None = None
        for part in path:
            if isinstance(part, int):
                continue
            found = next((field for field in fields if field.name == part), None)
            if found is None:
                return None
            fields = found.fields
        return found

    def noun(self, call: Evidence, path: Path) -> str:
        """A noun phrase without article for the value at a path, of a list for one of its items."""
        said = self.field(call.tool, path)
        if said is not None and said.says is not None and said.kind != "boolean":
            noun = _filled(said.says.noun, call)
            if noun:
                return noun
        return _spelled(call.tool, path)

    def plural(self, call: Evidence, path: Path) -> str:
        """The plural of the noun of a list's items."""
        said = self.field(call.tool, path)
        if said is not None and said.says is not None and said.says.plural:
            return _filled(said.says.plural, call) or words.plural(_spelled(call.tool, path))
        return words.plural(self.noun(call, path))

    def superlative(self, call: Evidence, path: Path, largest: bool) -> str:
        """What the greatest or least value of a field is called: highest, earliest."""
        said = self.field(call.tool, path)
        if said is None or said.says is None:
            return "highest" if largest else "lowest"
        return said.says.high if largest else said.says.low

    def unit(self, call: Evidence, path: Path) -> str:
        """The unit of a number, where the tool states one."""
        said = self.field(call.tool, path)
        return said.says.unit if said is not None and said.says is not None else ""


def _filled(noun: str, call: Evidence) -> str:
    """The noun with its slots filled; empty where an argument is not stated or cannot be named in a few words."""
    for slot in set(_SLOT.findall(noun)):
        value = call.arguments.get(slot)
        if not is_short(value):
            return ""
        noun = noun.replace(f"{{{slot}}}", words.value(value))
    return noun


def _spelled(tool: str, path: Path) -> str:
    names = [part for part in path if isinstance(part, str)]
    name = names[-1] if names and names[-1] != "value" else tool
    return name.replace("_", " ")


def is_short(value: Json) -> bool:
    """Whether a value can be named in running text: a number or a few words."""
    return not isinstance(value, bool | list | dict | None) and 0 < len(str(value)) <= _LONGEST and "\n" not in str(value)


def told(value: Json) -> str:
    """A value in running text. A number of many digits is cut, never rounded, and says so with dots."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return words.value(value) if not isinstance(value, str) else value
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    text = words.number(value)
    digits = text.lstrip("-0.").replace(".", "")
    if len(digits) <= _DIGITS or "e" in text or "." not in text:
        return text
    return text[: len(text) - (len(digits) - 7)].rstrip(".") + "..."


def with_unit(text: str, unit: str) -> str:
    """A number and its unit as they are written."""
    if not unit:
        return text
    return f"{text}{'' if unit in ('%', '°') else ' '}{unit}"
