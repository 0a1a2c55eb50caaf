"""What results are called: nouns, units and superlatives of the fields that tools return.

A tool at hand says how its fields are put (`Says`); of another the names of its fields must do. Slots in a noun are
filled with the arguments of the call, so that "exchange rate from {base} to {quote}" names both currencies.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.quantities import heading
from dive.tools.fields import ResultField
from dive.tools.semantics import SEMANTICS
from dive.tools.tool import Tool
from dive.types import Evidence, Json

Path = tuple[str | int, ...]
"""Fields and positions that lead to a value in a result."""
_SLOT = re.compile(r"\{(\w+)\}")
_LONGEST = 40
"""Characters of a value that is named in running text."""
_LONGEST_NOUN = 100
"""Characters of a noun phrase."""
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
        if said is None or said.says is None or said.kind == "boolean":
            return _spelled(call.tool, path)
        return self._filled(said.says.noun, call) or heading(said.says.noun) or _spelled(call.tool, path)

    def brief(self, call: Evidence, path: Path) -> str:
        """The noun without what its slots add, the same for every call of the tool."""
        said = self.field(call.tool, path)
        return (heading(said.says.noun) if said is not None and said.says is not None else "") or _spelled(call.tool, path)

    def plural(self, call: Evidence, path: Path) -> str:
        """The plural of the noun of a list's items."""
        said = self.field(call.tool, path)
        if said is not None and said.says is not None and said.says.plural:
            return self._filled(said.says.plural, call) or heading(said.says.plural) or _spelled(call.tool, path)
        noun = self.noun(call, path)
        return noun if noun.startswith("`") else words.plural(noun)

    def name_of(self, call: Evidence, path: Path) -> str:
        """The field by which the items of a list are told apart, such as a country's name; empty where none is marked."""
        said = self.field(call.tool, path)
        fields = said.fields if said is not None else ()
        return next((field.name for field in fields if field.says and field.says.names), "")

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

    def argument(self, tool: str, name: str, value: Json) -> str:
        """An argument in running text: a number with its unit, a bare number that stands for something with its kind."""
        parameter = self.tools[tool].parameters.get(name) if tool in self.tools else None
        unit = parameter.says.unit if parameter is not None and parameter.says is not None else ""
        semantic = SEMANTICS.get(parameter.semantic) if parameter is not None else None
        if isinstance(value, str) and value.replace(".", "").isdigit() and semantic is not None and semantic.entity:
            return semantic.literal.format(value).removeprefix("the ")
        return with_unit(told(value), unit) if not isinstance(value, str) else words.date(value)

    def naming(self, call: Evidence) -> list[str]:
        """The arguments that may name what a call is about: not choices from a few values, those of the signature first."""
        known = self.tools[call.tool].parameters if call.tool in self.tools else {}
        order = [name for name in known if name in call.arguments] or list(call.arguments)
        return [name for name in order if name not in known or (known[name].semantic and "enum" not in known[name].schema)]

    def _filled(self, noun: str, call: Evidence) -> str:
        """The noun with its slots filled; empty where an argument is not stated or all becomes too long."""
        for slot in _SLOT.findall(noun):
            value = call.arguments.get(slot)
            if not is_short(value):
                return ""
            noun = noun.replace(f"{{{slot}}}", self.argument(call.tool, slot, value))
        return noun if len(noun) <= _LONGEST_NOUN else ""


def _spelled(tool: str, path: Path) -> str:
    """The name of a field as it stands, or of the tool where its result is one bare value."""
    names = [part for part in path if isinstance(part, str)]
    return f"`{names[-1]}`" if names and names[-1] != "value" else tool.replace("_", " ")


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
    whole, point, rest = text.partition(".")
    if "e" in text:
        return text
    if abs(value) >= 10_000:
        whole = f"{int(value):,}"
    zeros = len(rest) - len(rest.lstrip("0")) if whole in ("0", "-0") else 0
    room = zeros + max(_DIGITS - len(whole.lstrip("-0").replace(",", "")), 2)
    return f"{whole}{point}{rest}" if len(rest) <= room else f"{whole}{point}{rest[: room - 2]}..."


def with_unit(text: str, unit: str) -> str:
    """A number and its unit as they are written."""
    if not unit:
        return text
    return f"{text}{'' if unit in ('%', '°') else ' '}{unit}"


def ended(sentence: str) -> str:
    """The sentence with a capital and its full stop; dots at its end are enough."""
    return f"{sentence[:1].upper()}{sentence[1:]}{'' if sentence.endswith('...') else '.'}"
