"""Advancing: the next value worth asking for, by as few new calls as lead to it."""

from dataclasses import dataclass

from dive.synthesis.symbolic.exits import Want, exits
from dive.synthesis.symbolic.plan import Focus, Found, Node, upstream
from dive.synthesis.symbolic.world import World, belongs, is_alias, is_entity, is_number, scalars
from dive.tools.semantics import TIMES
from dive.tools.tool import Tool


@dataclass(frozen=True)
class Around:
    """What a step is taken beside."""

    focus: Focus | None = None
    """Its calls are not new."""
    domain: str = ""
    """Only tools of this domain are called."""
    near: Node | None = None
    """Where other arguments are looked for, instead of around the start."""


def advance(
    world: World,
    starts: list[Node],
    root: Node,
    want: Want,
    around: Around = Around(),
    hops: int = 3,
) -> Node | None:
    """The next node worth asking for, by as few new calls as lead from one of `starts` to it.

    Before the last round a few tools are tried for a value that can be passed on; a value that cannot is second choice.
    """
    old = {call.id for call in around.focus.calls} if around.focus else set()
    takers = [(t, p, start) for start in starts for t, p in world.takers_of(start) if around.domain in ("", t.domain)]
    order = {tool.name: n for n, tool in enumerate(world.choose([tool for tool, _, _ in takers]))}
    if not world.last or want == "entity":
        order.update({tool.name: order[tool.name] + len(order) for tool, _, _ in takers if not world.opens(tool)})
    aliases: list[Node] = []
    second: list[Node] = []
    for tool, parameter, start in sorted(takers, key=lambda taker: order[taker[0].name]):
        if tool in tools_behind(start):
            continue
        bound = world.bind(tool, {parameter.name: start}, around.near or start)
        call = world.call(tool, bound) if bound else None
        if call is None:
            continue
        ends = [] if call.id in old else [e for e in exits(world, call, want, root) if not _returns(start, e)]
        ends = [e for e in ends if not isinstance(e.value, str) or e.value not in {n.value for n in upstream(start) if _text(n)}]
        good = ends if world.last else [end for end in ends if leads_on(world, end, tool)]
        if good:
            return world.rng.choice(good)
        second.extend(ends)
        if len(second) > 12:
            break
        aliases.extend(n for n in scalars(call) if is_alias(n) and n.semantic and n.semantic != start.semantic)
    fresh = [alias for alias in aliases if all(alias.semantic != start.semantic for start in starts)]
    deeper = advance(world, fresh, root, want, around, hops - 1) if fresh and hops > 1 and not second else None
    numbers = [end for end in second if is_number(end) or (isinstance(end, Found) and end.field.kind == "list")]
    return deeper or (world.rng.choice((not world.last and numbers) or second) if second else None)


def leads_on(world: World, node: Node, by: Tool) -> bool:
    """Whether another tool takes the value, or an item of it."""
    if isinstance(node, Found) and node.field.kind == "list":
        kinds = {f.semantic for f in node.field.fields if f.semantic} or {node.semantic}
        return any(tool is not by for kind in kinds - {*TIMES} for tool, _ in world.takers(kind))
    return any(tool is not by and belongs(node, tool) for tool, _ in world.takers(node.semantic))


def tools_behind(node: Node) -> list[Tool]:
    """The tools on the way to a node; using one of them again would lead in circles."""
    return [above.call.tool for above in upstream(node) if isinstance(above, Found)]


def _returns(start: Node, end: Node) -> bool:
    """Whether a step leads from a date or quantity to another of the same kind, which nobody would ask for."""
    plain = not is_entity(start) or start.semantic == "time.date"
    return bool(start.semantic) and plain and start.semantic == end.semantic


def _text(node: Node) -> bool:
    return isinstance(node.value, str)
