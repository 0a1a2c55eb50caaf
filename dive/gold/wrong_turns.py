"""Wrong turns: calls as models get them wrong, each with the error that it really comes back with, and how it is mended.

Faults of arguments are told by the tool's own check, unknown tools and malformed JSON by the words of the rollout. What only
a running tool can say (that there is no such entity, what a related tool returns) needs a caller; stateful tools are never
called for this.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from dive.errors import ToolError
from dive.gold.vocabulary import Vocabulary, told
from dive.rollout import read_arguments, unknown_tool
from dive.tools.snapshot import Caller
from dive.tools.tool import Tool
from dive.types import Evidence, Failure, Json

WrongKind = Literal["parameter", "value", "name", "entity", "detour", "json"]


@dataclass(frozen=True)
class Making:
    """What gold conversations are made with beside the task."""

    described: Mapping[str, Json]
    """The tools of a run as `tools.json` tells them, by name."""
    tools: Mapping[str, Tool] = field(default_factory=dict)
    """Those of them that are at hand: they say how results are put, and check arguments."""
    caller: Caller | None = None
    """Runs tools, for wrong turns that only a running tool can answer."""

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words for results."""
        return Vocabulary(dict(self.tools))

    @property
    def stateful(self) -> dict[str, str]:
        """The stateful tools, with their providers."""
        return {name: tool["provider"] for name, tool in self.described.items() if tool.get("stateful")}

    def parameters(self, name: str) -> dict[str, Json]:
        """The JSON Schema of each parameter of a tool."""
        return dict(self.described[name]["parameters"].get("properties", {}))

    def required(self, name: str) -> list[str]:
        """The parameters that a call must give."""
        return list(self.described[name]["parameters"].get("required", ()))


@dataclass(frozen=True)
class WrongTurn:
    """A call that does not lead on."""

    made: Evidence
    """The call as it is recorded, with its failure, or with the result of a detour."""
    remark: str
    """What the assistant says of it when it goes on."""

    @property
    def detour(self) -> bool:
        """Whether the call succeeds and is of no use."""
        return self.made.failure is None


@dataclass(frozen=True)
class Spot:
    """Where a conversation goes wrong."""

    call: Evidence
    """The call that would be right."""
    toolset: tuple[str, ...]
    """The tools that are offered."""
    used: frozenset[str]
    """Those of them that the task needs."""


def wrong_turn(spot: Spot, making: Making, kinds: tuple[WrongKind, ...], rng: random.Random) -> WrongTurn | None:
    """A wrong turn on the way to a call, of the first of the shuffled kinds that fits; None where none does."""
    for kind in rng.sample(kinds, len(kinds)):
        for turn in _MAKERS[kind](spot, making, rng):
            return turn
    return None


Maker = Callable[[Spot, Making, random.Random], Iterator[WrongTurn]]


def _failed(call: Evidence, arguments: Mapping[str, Json], failure: Failure) -> Evidence:
    return call.model_copy(update={"arguments": dict(arguments), "result": None, "failure": failure})


def _refused(call: Evidence, arguments: Mapping[str, Json], making: Making) -> Evidence | None:
    """The call with these arguments and what the tool's check says of them; None where it takes them."""
    if call.tool not in making.tools:
        return None
    try:
        making.tools[call.tool].validate(arguments)
    except ToolError as error:
        return _failed(call, arguments, Failure(code=error.code, message=error.message))
    return None


# Faults of arguments ------------------------------------------------------------------------------------------------


def _wrong_parameter(spot: Spot, making: Making, rng: random.Random) -> Iterator[WrongTurn]:
    """A required parameter is left out, or a parameter is given under another name."""
    call = spot.call
    stated = list(call.arguments)
    if not stated:
        return
    name = rng.choice(stated)
    renamed = [other for other in _other_names(name) if other not in making.parameters(call.tool)]
    faults: list[tuple[dict[str, Json], str]] = []
    if renamed:
        other = rng.choice(renamed)
        arguments = {other if key == name else key: value for key, value in call.arguments.items()}
        faults.append((arguments, f"The parameter is called `{name}`, not `{other}`."))
    if name in making.required(call.tool) and len(stated) > 1:
        arguments = {key: value for key, value in call.arguments.items() if key != name}
        faults.append((arguments, rng.choice((f"I left out `{name}`.", f"The call needs `{name}` as well."))))
    rng.shuffle(faults)
    for arguments, remark in faults:
        if made := _refused(call, arguments, making):
            yield WrongTurn(made, remark)


def _other_names(name: str) -> list[str]:
    """Names by which a parameter might be misremembered."""
    parts = name.split("_")
    camel = parts[0] + "".join(part.capitalize() for part in parts[1:])
    plural = name[:-1] if name.endswith("s") else f"{name}s"
    suffixed = [] if name.endswith(("name", "value")) else [f"{name}_name", f"{name}_value"]
    return [other for other in (*suffixed, plural, camel, parts[-1], f"input_{name}") if other != name]


def _wrong_value(spot: Spot, making: Making, rng: random.Random) -> Iterator[WrongTurn]:
    """A value of a wrong type, or one that a list of allowed values lacks."""
    call = spot.call
    schemas = making.parameters(call.tool)
    for name in rng.sample(list(call.arguments), len(call.arguments)):
        value, schema = call.arguments[name], schemas.get(name, {})
        for other, remark in _other_values(value, schema):
            made = _refused(call, {**call.arguments, name: other}, making)
            if made is not None:
                yield WrongTurn(made, remark.format(name=name, value=told(value) if isinstance(value, str) else ""))


def _other_values(value: Json, schema: Mapping[str, Json]) -> Iterator[tuple[Json, str]]:
    if "enum" in schema and isinstance(value, str):
        yield (
            (value.upper() if value.upper() != value else value.lower()),
            "`{name}` is one of a few fixed values; here it is `{value}`.",
        )
    elif isinstance(value, list):
        yield ", ".join(map(str, value)), "`{name}` has to be a list, not a text."
    elif isinstance(value, bool):
        return
    elif isinstance(value, int | float):
        unit = re.search(r"\bin (%|°|\S+)", str(schema.get("description", "")))
        yield f"{value} {unit[1].rstrip(',.;') if unit else 'units'}", "`{name}` has to be a plain number."
    elif isinstance(value, str):
        yield [value], "`{name}` takes a single text, not a list."


def _misspelled(spot: Spot, making: Making, rng: random.Random) -> Iterator[WrongTurn]:
    """A name with a slip of the pen, for which the running tool has no entry."""
    call = spot.call
    words = [name for name, value in call.arguments.items() if isinstance(value, str) and re.search(r"[A-Za-z]{5}", value)]
    if making.caller is None or not words or call.tool in making.stateful:
        return
    name = rng.choice(words)
    value = str(call.arguments[name])
    place = rng.choice([match.start() for match in re.finditer(r"(?<=[A-Za-z])(?=([a-z])(?!\1)[a-z][a-z])", value)] or [-1])
    if place < 0:
        return
    slip = value[:place] + value[place + 1] + value[place] + value[place + 2 :]
    arguments = {**call.arguments, name: slip}
    outcome = making.caller(call.tool, arguments)
    if outcome.failure is not None and outcome.failure.code in ("not_found", "bad_arguments"):
        yield WrongTurn(_failed(call, arguments, outcome.failure), f"I misspelled {value!r}.")


def _malformed(spot: Spot, making: Making, rng: random.Random) -> Iterator[WrongTurn]:
    """Arguments that are not JSON; the conversation keeps none, as in a rollout."""
    call = spot.call
    text = json.dumps(call.arguments, ensure_ascii=False)
    _, failure = read_arguments(rng.choice((text[:-1], text.replace('"', "'"), text[:-1] + ",}")))
    if failure is not None and call.arguments:
        yield WrongTurn(_failed(call, {}, failure), "The arguments were not valid JSON.")


# Other tools --------------------------------------------------------------------------------------------------------


def _misremembered(spot: Spot, making: Making, rng: random.Random) -> Iterator[WrongTurn]:
    """A tool under a name that it does not have."""
    call = spot.call
    parts = call.tool.split("_")
    others = [f"get_{call.tool}", "_".join(parts[:-1]), "_".join(reversed(parts)), f"{call.tool}_lookup", f"find_{call.tool}"]
    strange = [name for name in others if len(name) > 2 and name not in spot.toolset and name not in making.described]
    if strange:
        name = rng.choice(strange)
        made = _failed(call, call.arguments, unknown_tool(name, spot.toolset))
        yield WrongTurn(made.model_copy(update={"tool": name, "version": ""}), f"The tool is called `{call.tool}`.")


def _detour(spot: Spot, making: Making, rng: random.Random) -> Iterator[WrongTurn]:
    """A related tool that takes what the call takes, and whose result is of no use."""
    call = spot.call
    if making.caller is None:
        return
    for name in rng.sample(spot.toolset, len(spot.toolset)):
        required = making.required(name)
        if name in spot.used or name in making.stateful or not required or not _shared(call, name, required, making):
            continue
        arguments = {parameter: call.arguments[parameter] for parameter in required}
        outcome = making.caller(name, arguments)
        if outcome.failure is None:
            version = str(making.described[name].get("version", ""))
            made = Evidence(id=call.id, tool=name, version=version, arguments=arguments, result=outcome.result)
            yield WrongTurn(made, rng.choice(("That is not what I need here.", "That does not help with the question.")))


def _shared(call: Evidence, name: str, required: list[str], making: Making) -> bool:
    """Whether the call has what another tool requires, under the same names and of the same semantic types."""
    mine, other = making.parameters(call.tool), making.parameters(name)
    return all(
        parameter in call.arguments
        and other[parameter].get("format")
        and mine.get(parameter, {}).get("format") == other[parameter].get("format")
        for parameter in required
    )


_MAKERS: dict[WrongKind, Maker] = {
    "parameter": _wrong_parameter, "value": _wrong_value, "name": _misremembered, "entity": _misspelled, "detour": _detour,
    "json": _malformed,
}  # fmt: skip
