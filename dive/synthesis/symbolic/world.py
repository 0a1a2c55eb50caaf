"""The world as the planner sees it: calls that are made and recorded, tools that take a value, values that a call
leaves.

`World.call` runs a tool with nodes as arguments and records the outcome as evidence; a failing tool is recorded and
answered with None, and the planner goes on. `exits` lists what may be asked of, or passed on from, a result.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dive.synthesis.symbolic.plan import (
    Called,
    Found,
    Known,
    Node,
    Picked,
    Tally,
    arguments_of,
    nearest,
    stated_for,
    upstream,
)
from dive.synthesis.symbolic.quantities import field_of, scale_of
from dive.tools.fields import Parameter, ResultField
from dive.tools.semantics import SEMANTICS, TIMES
from dive.tools.snapshot import Caller
from dive.tools.tool import Tool
from dive.types import Evidence, Json, canonical

Bindings = dict[str, Node | tuple[Node, ...]]
NUMBERS = ("number", "integer")
MONEY = ("fin.usd", "fin.amount")
BUDGET = 40
"""New calls of one attempt."""


@dataclass
class World:
    """The toolset of one task, and the record of what was called."""

    tools: Sequence[Tool]
    caller: Caller
    rng: random.Random
    weights: Mapping[str, float] = field(default_factory=dict)
    """How much each tool is wanted; 1 where it is not named."""
    strangers: Callable[[str], Known | None] = lambda semantic: None
    """Another entity of a semantic type, to be named in the query beside the seed."""
    evidence: list[Evidence] = field(default_factory=list)
    round: int = 1
    last: bool = False
    """Whether this is the last round, after which nothing needs to be passed on."""
    budget: int = BUDGET
    """New calls that may still be made in this attempt."""
    case: dict[str, Known] | None = None
    """Where an attempt starts from a case, what was stated of it so far, by `Parameter.role`: it is one patient, one loan."""
    _used: Counter[str] = field(default_factory=Counter, init=False)
    _made: dict[str, Called | None] = field(default_factory=dict, init=False)
    _takers: dict[str, list[tuple[Tool, Parameter]]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for tool in self.tools:
            for parameter in tool.parameters.values():
                if not parameter.semantic and parameter.among:
                    self._takers.setdefault(parameter.role, []).append((tool, parameter))
                elif parameter.semantic:
                    kind = f"{parameter.semantic}[]" if parameter.kind == "list" else parameter.semantic
                    self._takers.setdefault(kind, []).append((tool, parameter))

    def call(self, tool: Tool, arguments: Bindings) -> Called | None:
        """Run a tool, or reuse the same call; None where it fails, or was made with the same values for other
        reasons.
        """
        plain = {name: plain_value(node) for name, node in arguments.items()}
        key = f"{tool.name} {canonical(plain)}"
        if key not in self._made:
            self._made[key] = self._run(tool, arguments, plain) if self.budget > 0 else None
        made = self._made[key]
        if made is None or not _same_reasons(made.arguments, arguments):
            return None
        if self.case is not None:
            stated = {tool.parameters[name].role: node for name, node in arguments.items() if isinstance(node, Known)}
            self.case = {**stated, **self.case}
        return replace(made, arguments=dict(arguments))

    def _run(self, tool: Tool, arguments: Bindings, plain: dict[str, Json]) -> Called | None:
        self.budget -= 1
        outcome = self.caller(tool.name, plain)
        self._used[tool.name] += 1
        name = f"e{len(self.evidence) + 1}"
        self.evidence.append(
            Evidence(
                id=name, tool=tool.name, version=tool.version, arguments=plain,
                result=outcome.result, failure=outcome.failure, round=self.round,
            )
        )  # fmt: skip
        return None if outcome.failure else Called(name, tool, dict(arguments), outcome.result)

    def weight(self, tool: Tool) -> float:
        """How much a tool is wanted here: its given weight, less what this task has used already."""
        return self.weights.get(tool.name, 1.0) / (1 + 3 * self._used[tool.name])

    def choose(self, tools: Sequence[Tool]) -> Iterator[Tool]:
        """The tools in a random order that favours wanted ones."""
        keyed = [(self.rng.random() ** (1.0 / self.weight(tool)), n) for n, tool in enumerate(tools)]
        return (tools[n] for _, n in sorted(keyed, reverse=True))

    def takers(self, semantic: str) -> list[tuple[Tool, Parameter]]:
        """The tools with a parameter of the semantic type."""
        return self._takers.get(semantic, [])

    def takers_of(self, node: Node) -> list[tuple[Tool, Parameter]]:
        """The tools with a parameter that the node fits: a list, where it is one, or the same circumstance."""
        if isinstance(node, Known) and node.role:
            return self.takers(node.role)
        return self.takers(f"{node.semantic}[]" if is_list(node) else node.semantic)

    def opens(self, tool: Tool) -> bool:
        """Whether another tool takes something that the tool gives."""
        return any(other is not tool for kind in tool.gives.difference(TIMES) for other, _ in self.takers(kind))

    def bind(self, tool: Tool, given: Bindings, near: Node) -> Bindings | None:
        """All arguments of a call: the given ones, values at hand around `near`, or literals that a person would
        state.
        """
        items = [item for node in given.values() for item in (node if isinstance(node, tuple) else (node,))]
        if not all(belongs(item, tool) for item in items):
            return None
        bound = dict(given)
        for name, parameter in tool.parameters.items():
            if name in bound:
                continue
            node = self._at_hand(tool, parameter, near, set(map(id, bound.values()))) or _stated_before(parameter, near)
            if node is None and self.case:
                node = self.case.get(parameter.role)
            if node is None and _alike(parameter, tool, bound):
                return None
            if node is None and parameter.among and (parameter.required or self.rng.random() < 0.3):
                node = stated_for(parameter, self.rng.choice(parameter.among))
                if not parameter.required and node.value == parameter.default:
                    node = None
            if node is None and parameter.required and parameter.kind != "list":
                node = self.strangers(parameter.semantic)
            if node is not None and plain_value(node) not in [plain_value(other) for other in bound.values()]:
                bound[name] = node
            elif parameter.required:
                return None
        return bound if _coordinates_together(tool, bound) and _different(tool, bound) and _told(tool, bound) else None

    def _at_hand(self, tool: Tool, parameter: Parameter, near: Node, taken: set[int]) -> Node | None:
        """A value of the parameter's type found by the same calls as `near`, if it belongs there."""
        if not parameter.semantic or parameter.kind == "list":
            return None
        for node in upstream(near):
            own = node.semantic == parameter.semantic and id(node) not in taken
            if own and not isinstance(node, Tally) and _scalar(node) and belongs(node, tool):
                return node
            if isinstance(node, Found):
                for other in scalars(node.call):
                    if other.semantic == parameter.semantic and other.value != plain_value(near) and belongs(other, tool):
                        return other
        return None


def belongs(start: Node, tool: Tool) -> bool:
    """Whether a person would take the value there: things go anywhere, quantities stay in their domain, and days, years and
    sums of money with the library that gave them.
    """
    spec = field_of(start)
    if spec is not None and spec.says and not spec.says.passed_on:
        return False
    if isinstance(start, Known) or (is_entity(start) and start.semantic not in TIMES):
        return True
    source = nearest(start)
    if source is None:
        return True
    passed = [n for n in upstream(source) if n.semantic and not is_entity(n) and n is not start and not isinstance(n, Known)]
    of_thing = any(isinstance(n, Known) and is_entity(n) for n in upstream(source))
    if len(passed) > (1 if source.call.tool.provider == tool.provider and not of_thing else 0):
        return False  # quantities are passed on once, twice among the formulas of a case, not along a chain
    near = start.semantic in (*TIMES, *MONEY)
    return source.call.tool.provider == tool.provider if near else source.call.tool.domain == tool.domain


def _stated_before(parameter: Parameter, near: Node) -> Known | None:
    """What the query states already for the same parameter of a call on the way: the same patient, the same bond."""
    for above in upstream(near):
        if isinstance(above, Found) and above.call.tool.parameters.get(parameter.name) == parameter:
            given = above.call.arguments.get(parameter.name)
            if isinstance(given, Known):
                return given
    return None


def _alike(parameter: Parameter, tool: Tool, bound: Bindings) -> bool:
    """Whether the parameter would be a stated quantity beside a found one of its kind."""
    if not parameter.semantic or SEMANTICS[parameter.semantic].entity or parameter.semantic == "time.year":
        return False
    found = [name for name, node in bound.items() if not isinstance(node, Known)]
    return any(tool.parameters[name].semantic == parameter.semantic for name in found)


COORDINATES = (("geo.latitude", "geo.longitude"), ("aca.right_ascension", "aca.declination"))


def _coordinates_together(tool: Tool, bound: Bindings) -> bool:
    """Whether the two coordinates of a place come from one result, or are both stated."""
    for first, second in COORDINATES:
        one, two = (
            [bound[n] for n, p in tool.parameters.items() if p.semantic == kind and n in bound] for kind in (first, second)
        )
        for a, b in zip(one, two, strict=False):
            if _source(a) != _source(b):
                return False
    return True


def _different(tool: Tool, bound: Bindings) -> bool:
    """Whether two parameters of one kind stand for different things, by whichever identifiers."""
    told = [
        (tool.parameters[name].semantic, entity_of(node).expression)
        for name, node in bound.items()
        if tool.parameters[name].semantic and not isinstance(node, tuple)
    ]
    return len(set(told)) == len(told)


def _told(tool: Tool, bound: Bindings) -> bool:
    """Whether many things of one kind are all named: a person says "the genes for A, B and C", not for three riddles."""
    kinds = [tool.parameters[name].semantic for name in bound]
    many = {kind for kind in kinds if kind and SEMANTICS[kind].entity and kinds.count(kind) > 2}
    return all(isinstance(node, Known) for name, node in bound.items() if tool.parameters[name].semantic in many)


def _source(node: Node | tuple[Node, ...]) -> str:
    """The call and the item that a value comes from; nothing for what is stated."""
    if isinstance(node, Found):
        return node.call.id
    return node.expression.rpartition(".")[0] if isinstance(node, Picked | Tally) else ""


def _same_reasons(made: Mapping[str, Node | tuple[Node, ...]], wanted: Bindings) -> bool:
    return {n: _expressions(a) for n, a in made.items()} == {n: _expressions(a) for n, a in wanted.items()}


def _expressions(argument: Node | tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(n.expression for n in argument) if isinstance(argument, tuple) else (argument.expression,)


def plain_value(node: Node | tuple[Node, ...]) -> Json:
    """The value of an argument."""
    return [item.value for item in node] if isinstance(node, tuple) else node.value


def scalars(call: Called) -> list[Found]:
    """The scalar values of a result, nested records included."""
    return [found for found in _found(call, call.tool.results, (), call.result) if found.field.kind not in ("list", "record")]


def lists(call: Called) -> list[Found]:
    """The non-empty lists of a result."""
    return [found for found in _found(call, call.tool.results, (), call.result) if found.field.kind == "list" and found.value]


def _found(call: Called, fields: Sequence[ResultField], path: tuple[str | int, ...], value: Json) -> Iterator[Found]:
    for spec in fields:
        part = value.get(spec.name) if isinstance(value, dict) else None
        if part is None:
            continue
        if spec.kind == "record" and spec.fields:
            yield from _found(call, spec.fields, (*path, spec.name), part)
        else:
            yield Found(call, (*path, spec.name), spec, part)


def items_of(found: Found) -> list[Found]:
    """Each item of a list of entities as a node of its own; of a list of records, the field that identifies the item."""
    if found.field.item is not None:
        return [Found(found.call, (*found.path, n), found.field.item, value) for n, value in enumerate(found.value)]
    key = next((f for f in found.field.fields if f.semantic and SEMANTICS[f.semantic].entity and f.kind == "text"), None)
    if key is None or any(item.get(key.name) is None for item in found.value):
        return []
    return [Found(found.call, (*found.path, n, key.name), key, item[key.name]) for n, item in enumerate(found.value)]


def is_alias(node: Node) -> bool:
    """Whether the node is another identifier of the entity it was asked with."""
    says = node.field.says if isinstance(node, Found) else None
    return isinstance(node, Found) and says is not None and bool(says.same_as) and says.same_as in node.call.arguments


def entity_of(node: Node) -> Node:
    """The entity that a node identifies, whichever of its identifiers the node is."""
    while is_alias(node):
        assert isinstance(node, Found) and node.field.says
        argument = node.call.arguments[node.field.says.same_as]
        assert not isinstance(argument, tuple)
        node = argument
    return node


def is_entity(node: Node) -> bool:
    """Whether the value names a thing rather than a quantity."""
    return bool(node.semantic) and SEMANTICS[node.semantic].entity


def is_list(node: Node) -> bool:
    """Whether the value is a whole list."""
    return isinstance(node.value, list)


def is_case(node: Node) -> bool:
    """Whether the query states it as a circumstance, not as a thing: the weight of a patient."""
    return isinstance(node, Known) and not is_entity(node)


def is_number(node: Node) -> bool:
    """Whether the value is a number (booleans are not)."""
    return isinstance(node.value, int | float) and not isinstance(node.value, bool) and math.isfinite(node.value)


def is_quantity(node: Node) -> bool:
    """Whether the value is a number that measures or counts something, not one that names it."""
    return is_number(node) and not is_entity(node) and not is_alias(node)


def is_ranked(node: Node) -> bool:
    """Whether more and less mean something to a person: not for places on a circle."""
    return is_quantity(node) and scale_of(node) != "nominal"


def is_conversion(node: Node) -> bool:
    """Whether the number says another number in other words, so that both give the same order."""
    if not isinstance(node, Found):
        return False
    found = [n for n in arguments_of(node.call) if not isinstance(n, Known)]
    return len(found) == 1 and is_quantity(found[0])


def askable(node: Node) -> bool:
    """Whether a person would want the value itself as an answer."""
    if isinstance(node, Tally):
        return True
    if isinstance(node, Picked):
        return node.value is not None
    if not isinstance(node, Found) or node.field.says is None or not node.field.says.ask:
        return False
    if node.field.kind == "boolean" or (is_alias(node) and isinstance(node.value, str) and not node.semantic):
        return False
    return not isinstance(node.value, str) or 0 < len(node.value) <= 60


def _scalar(node: Node) -> bool:
    return isinstance(node.value, str | int | float) and not isinstance(node.value, bool)


def known_texts(nodes: Sequence[Node]) -> set[str]:
    """Every literal text that the nodes rest on, in lower case."""
    return {n.value.casefold() for node in nodes for n in upstream(node) if isinstance(n, Known) and isinstance(n.value, str)}
