"""Skins on rows, calls and results, and their undoing.

`apply_skin` and `unskinned` are each other's inverse, letter by letter. What a model wrote and saw about tools is told in the new
names: definitions, calls, argument keys, errors, and names that its own texts mention. Question, system prompt, results and
the final answer stay. An environment runs the real tool under its new name with `original_call` and `skinned_outcome`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from dive.dataset.mentions import Mentions, complaint_retold, retold
from dive.dataset.renaming import Pairs, exchanged, texts_in
from dive.dataset.rows import Row
from dive.dataset.schemas import Place, reading
from dive.dataset.skin import Skin, SkinOptions, make_skin
from dive.errors import DiveError
from dive.solving.conversation import MARK
from dive.types import Json

__all__ = ["Skin", "SkinOptions", "apply_skin", "make_skin", "original_call", "skinned", "skinned_outcome", "skins", "unskinned"]

# Rows ---------------------------------------------------------------------------------------------------------------


def apply_skin(row: Row, skin: Skin) -> Row:
    """The row in its skin. Raises `DiveError` where the row wears one already, or the skin was made for other tools."""
    if row.tool_names is not None:
        raise DiveError(f"row {row.id!r} has renamed tools already; skins are put on original rows")
    if json.dumps(row.tools) != json.dumps(skin.originals):
        raise DiveError(f"the skin was made for other tools than those of row {row.id!r}; make one for them")
    return row.model_copy(
        update={
            "id": f"{row.id}{_suffix(skin)}",
            "messages": _messages(row.messages, _Worn(skin), back=False),
            "tools": skin.tools,
            "tool_names": {new: old for old, new in skin.names.items()},
        }
    )


def unskinned(row: Row, skin: Skin) -> Row:
    """The row as it was before. Raises `DiveError` where it does not wear this skin."""
    if row.tool_names is None or json.dumps(row.tools) != json.dumps(skin.tools) or not row.id.endswith(_suffix(skin)):
        raise DiveError(f"row {row.id!r} does not wear this skin")
    return row.model_copy(
        update={
            "id": row.id.removesuffix(_suffix(skin)),
            "messages": _messages(row.messages, _Worn(skin), back=True),
            "tools": skin.originals,
            "tool_names": None,
        }
    )


def skins(row: Row, count: int, seed: int, options: SkinOptions | None = None, pool: Sequence[Json] = ()) -> Iterator[Skin]:
    """The first `count` skins of a row, each a function of seed, row and number alone."""
    for number in range(1, count + 1):
        yield make_skin(row.tools, f"{seed}/{row.id}/{number}", options, pool, row.used, f"s{number}")


def skinned(
    rows: Iterable[Row], count: int, seed: int, options: SkinOptions | None = None, pool: Sequence[Json] = ()
) -> Iterator[Row]:
    """Each row in `count` skins, after the row itself where the options keep it; `#s1` and so on is added to its id."""
    options = options or SkinOptions()
    for row in rows:
        if options.original:
            yield row
        for skin in skins(row, count, seed, options, pool):
            yield apply_skin(row, skin)


def _suffix(skin: Skin) -> str:
    return f"#{skin.label}" if skin.label else ""


# Environments -------------------------------------------------------------------------------------------------------


def original_call(skin: Skin, name: str, arguments: Mapping[str, Json]) -> tuple[str, dict[str, Json]]:
    """What a call under new names asks of the real tools. An old name is no name here: it becomes one that no tool has, and an
    old key becomes one that the tool does not take, so that remembering them does not help.
    """
    worn = _Worn(skin)
    old = worn.tools.get(name, name)
    return old, json.loads(exchanged(json.dumps(dict(arguments)), worn.takes(old), worn.pairs, back=True))


def skinned_outcome(skin: Skin, text: str, tool: str = "", arguments: str = "") -> str:
    """What a real tool answered, as JSON text or the text of an error, told in the new names. `tool` is the old name of the
    tool that was called: the names of its parameters are told in errors, or those of all tools where none is given. `arguments`
    is the JSON text of the call, by which a value that is quoted in the error is told from a name.
    """
    return _Worn(skin).outcome(text, tool, texts_in(arguments), back=False)


# How it is done -----------------------------------------------------------------------------------------------------

NOWHERE = Place((), {})
ERROR = re.compile(r"\s*error\w*:?\s*", re.IGNORECASE)
MESSAGE = re.compile(r'"message"\s*:\s*"((?:[^"\\]|\\.)*)"')
PLAIN_ERROR = re.compile(r'"error"\s*:\s*"((?:[^"\\]|\\.)*)"')
"""Where an error begins in a text that is no JSON, and where its message stands in one that is."""


@dataclass
class _Worn:
    """A skin, prepared for use."""

    skin: Skin

    def __post_init__(self) -> None:
        skin = self.skin
        renamed = {old: new for old, new in skin.names.items() if old != new}
        self.renamed = renamed
        self.tools = {**renamed, **{new: old for old, new in renamed.items()}}
        self.pairs = Pairs.of(skin.fields)
        self.prose = Mentions.of(renamed, skin.fields)
        self.definitions = {tool["function"]["name"]: tool["function"] for tool in (*skin.originals, *skin.added)}
        self._complaints: dict[str, Mentions] = {}

    def takes(self, old: str) -> Place:
        """The place of a tool's arguments."""
        tool = self.definitions.get(old)
        return reading(tool.get("parameters") or {}).place if tool else NOWHERE

    def complaints(self, old: str) -> Mentions:
        """What errors of a tool may mention."""
        if old not in self._complaints:
            tool = self.definitions.get(old)
            names = reading(tool.get("parameters") or {}).names if tool else tuple(self.skin.fields)
            own = {name: self.skin.fields[name] for name in names if name in self.skin.fields}
            self._complaints[old] = Mentions.of(own, self.renamed)
        return self._complaints[old]

    def outcome(self, text: str, old: str, given: frozenset[str], back: bool) -> str:
        """The answer of a tool: errors are told in the other names, and keys where fields of results are renamed."""
        head, inner, tail = _complaint(text)
        if inner:
            return head + complaint_retold(inner, self.complaints(old), given) + tail
        schema = self.skin.results.get(old)
        return exchanged(text, reading(schema).place, self.pairs, back) if schema else text


def _complaint(text: str) -> tuple[str, str, str]:
    """The message in the text of an error, with what stands before and after it; empty where the text is a result."""
    if not text.lstrip().startswith(("{", '"', "[")):
        marked = ERROR.match(text)
        return (marked[0], text[marked.end() :], "") if marked else ("", "", "")
    try:
        value = json.loads(text)
    except ValueError:
        return "", "", ""
    if not isinstance(value, dict) or set(value) != {"error"}:
        return "", "", ""
    told = (MESSAGE if isinstance(value["error"], dict) else PLAIN_ERROR).search(text)
    return (text[: told.start(1)], told[1], text[told.end(1) :]) if told else ("", "", "")


def _messages(messages: Sequence[Json], worn: _Worn, back: bool) -> tuple[Json, ...]:
    called: dict[str, tuple[str, frozenset[str]]] = {}
    told = []
    for message in messages:
        role = message.get("role")
        if role == "assistant":
            called.update(_called(message, worn, back))
            told.append(_assistant(message, worn, back))
        elif role == "tool" and isinstance(message.get("content"), str):
            old, given = called.get(message.get("tool_call_id", ""), ("", frozenset()))
            changed = {"content": worn.outcome(message["content"], old, given, back)}
            if isinstance(message.get("name"), str):
                changed["name"] = worn.tools.get(message["name"], message["name"])
            told.append({**message, **changed})
        else:
            told.append(message)
    return tuple(told)


def _called(message: Json, worn: _Worn, back: bool) -> dict[str, tuple[str, frozenset[str]]]:
    """Of each call of a message, by its id: the old name of the tool, and the texts that were given to it."""
    calls = [(call.get("id", ""), call["function"]) for call in message.get("tool_calls") or ()]
    return {key: (_old(f["name"], worn, back), texts_in(f["arguments"])) for key, f in calls}


def _old(name: str, worn: _Worn, back: bool) -> str:
    return worn.tools.get(name, name) if back else name


def _assistant(message: Json, worn: _Worn, back: bool) -> Json:
    changed: dict[str, Json] = {}
    for key in ("content", "reasoning_content"):
        if isinstance(message.get(key), str):
            changed[key] = _said(message[key], worn.prose)
    if message.get("tool_calls"):
        changed["tool_calls"] = [_call(call, worn, back) for call in message["tool_calls"]]
    return {**message, **changed}


def _said(text: str, mentions: Mentions) -> str:
    """What a model says: names are told anew up to the line with its final answer."""
    end = text.rfind("\n", 0, text.rfind(MARK)) + 1 if MARK in text else len(text)
    return retold(text[:end], mentions) + text[end:]


def _call(call: Json, worn: _Worn, back: bool) -> Json:
    function = call["function"]
    place = worn.takes(_old(function["name"], worn, back))
    arguments = exchanged(function["arguments"], place, worn.pairs, back)
    name = worn.tools.get(function["name"], function["name"])
    return {**call, "function": {**function, "name": name, "arguments": arguments}}
