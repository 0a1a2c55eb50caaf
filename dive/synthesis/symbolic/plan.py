"""The plan: values and where each comes from, as a graph over recorded calls.

A node is a value together with its reason: stated in the query (`Known`), found in a result (`Found`), picked out of
a list (`Picked`), counted or summed over one (`Tally`), or the best of several (`Winner`). Each node knows its
expression in the derivation language and the calls that it rests on, so the derivation, the call graph and the
wording all come from one value.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Union

from dive.tools.fields import Parameter, ResultField, Says
from dive.tools.tool import Tool
from dive.types import Json

How = Literal["high", "low"]
Reduction = Literal["count", "sum", "mean", "max", "min"]


@dataclass(frozen=True, eq=False)
class Known:
    """A literal that the query states."""

    value: Json
    semantic: str = ""
    says: Says | None = None
    """How the parameter that it was made for puts it (its unit)."""
    role: str = ""
    """The parameter that it was stated for, where it has no semantic type; see `Parameter.role`."""

    @property
    def expression(self) -> str:
        return literal(self.value)


def stated_for(parameter: Parameter, value: Json) -> Known:
    """A value that the query states for a parameter."""
    return Known(value, parameter.semantic, parameter.says, "" if parameter.semantic else parameter.role)


@dataclass(frozen=True, eq=False)
class Called:
    """A recorded call, its arguments still as nodes. Parameters left at their defaults are absent."""

    id: str
    tool: Tool
    arguments: Mapping[str, Union["Node", tuple["Node", ...]]]
    result: Json


@dataclass(frozen=True)
class Condition:
    """What is asked of the items of a list: a comparison of one field with a stated value."""

    field: ResultField
    op: Literal["<", ">", "=="]
    value: Json

    @property
    def arguments(self) -> str:
        return f"{literal(self.field.name)}, {literal(self.op)}, {literal(self.value)}"


@dataclass(frozen=True, eq=False)
class Found:
    """A value in a result: a scalar field, a whole list, or one item of a list of plain values."""

    call: Called
    path: tuple[str | int, ...]
    field: ResultField
    value: Json

    @property
    def semantic(self) -> str:
        return self.field.semantic

    @property
    def expression(self) -> str:
        return self.call.id + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)


@dataclass(frozen=True, eq=False)
class Picked:
    """One field of the item of a list that has the highest or lowest value of another field."""

    items: Found
    by: ResultField
    how: How
    exit: ResultField
    value: Json

    @property
    def semantic(self) -> str:
        return self.exit.semantic

    @property
    def expression(self) -> str:
        best = "argmax" if self.how == "high" else "argmin"
        return f"{best}({self.items.expression}, {literal(self.by.name)}).{self.exit.name}"


@dataclass(frozen=True, eq=False)
class Tally:
    """A number over the items of a list: how many, or the sum, mean, maximum or minimum of a field."""

    items: Found
    op: Reduction
    value: Json
    over: ResultField | None = None
    semantic: str = ""

    @property
    def expression(self) -> str:
        items = self.items.expression
        return f"len({items})" if self.over is None else f"{self.op}(pluck({items}, {literal(self.over.name)}))"


@dataclass(frozen=True, eq=False)
class Winner:
    """The entity with the highest or lowest value, or another node of that entity's branch."""

    entities: tuple["Node", ...]
    """Their values are different strings."""
    values: tuple["Node", ...]
    how: How
    exits: tuple["Node", ...]
    """What is passed on, one a branch; the entities themselves or something found about them."""
    value: Json

    @property
    def semantic(self) -> str:
        return self.exits[0].semantic

    @property
    def expression(self) -> str:
        best = "argmax" if self.how == "high" else "argmin"
        winner = f"{best}({mapping(self.entities, self.values)})"
        return winner if self.exits == self.entities else f"{mapping(self.entities, self.exits)}[{winner}]"


Node = Known | Found | Picked | Tally | Winner


@dataclass(frozen=True)
class Branch:
    """An entity and what is known of it: the node asked for, or several."""

    root: Node
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Focus:
    """What a round has arrived at: parallel branches with the same attributes."""

    branches: tuple[Branch, ...]
    spread: Found | None = None
    """The list whose items are the roots of the branches, where they are not stated in the query."""

    @property
    def attributes(self) -> int:
        return len(self.branches[0].nodes)

    def column(self, attribute: int = 0) -> list[Node]:
        """One attribute over all branches."""
        return [branch.nodes[attribute] for branch in self.branches]

    @property
    def calls(self) -> list[Called]:
        """Every call that it rests on, producers first."""
        return calls_of(node for branch in self.branches for node in (branch.root, *branch.nodes))


def literal(value: Json) -> str:
    """A JSON value in the derivation language."""
    return repr(value)


def filtered(items: Found, where: Condition | None) -> str:
    """The expression of a list, or of those of its items that hold a condition."""
    return items.expression if where is None else f"where({items.expression}, {where.arguments})"


def mapping(entities: Sequence[Node], values: Sequence[Node]) -> str:
    """The expression of a record from entity to value."""
    pairs = zip(entities, values, strict=True)
    return "{" + ", ".join(f"{entity.expression}: {value.expression}" for entity, value in pairs) + "}"


def parents(node: Node) -> Iterator[Node]:
    """The nodes that a node is made from, one step back."""
    if isinstance(node, Found):
        yield from arguments_of(node.call)
    elif isinstance(node, Picked | Tally):
        yield node.items
    elif isinstance(node, Winner):
        yield from (*node.entities, *node.values, *node.exits)


def arguments_of(call: Called) -> Iterator[Node]:
    """The argument nodes of a call, list arguments item by item."""
    for argument in call.arguments.values():
        if isinstance(argument, tuple):
            yield from argument
        else:
            yield argument


def calls_of(nodes: Iterable[Node]) -> list[Called]:
    """The calls that nodes rest on, in the order in which they were made."""
    seen: dict[str, Called] = {}
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, Found):
            if node.call.id in seen:
                continue
            seen[node.call.id] = node.call
        stack.extend(parents(node))
    return sorted(seen.values(), key=lambda call: int(call.id[1:]))


def depth_of(node: Node) -> int:
    """Calls on the longest way from the query to the node."""
    below = max((depth_of(parent) for parent in parents(node)), default=0)
    return below + 1 if isinstance(node, Found) else below


def upstream(node: Node) -> Iterator[Node]:
    """The node and everything that it is made from."""
    stack: list[Node] = [node]
    seen: set[int] = set()
    while stack:
        current = stack.pop()
        if id(current) not in seen:
            seen.add(id(current))
            yield current
            stack.extend(parents(current))


def nearest(node: Node) -> Found | None:
    """The value of a result that a node is, or is made from."""
    return next((above for above in upstream(node) if isinstance(above, Found)), None)
