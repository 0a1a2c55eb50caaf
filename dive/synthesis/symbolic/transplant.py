"""Transplanting: the same value for another entity, by making its calls again with the entity exchanged."""

from dive.synthesis.symbolic.exits import tally
from dive.synthesis.symbolic.listing import extreme
from dive.synthesis.symbolic.plan import Found, Node, Picked, Tally
from dive.synthesis.symbolic.world import World
from dive.types import Json


def transplant(world: World, node: Node, swap: dict[int, Node]) -> Node | None:
    """The same node for another root: its calls are made again with the root exchanged. None where one fails."""
    if id(node) in swap:
        return swap[id(node)]
    made: Node | None = node
    if isinstance(node, Found):
        made = _transplant_found(world, node, swap)
    elif isinstance(node, Picked | Tally):
        items = transplant(world, node.items, swap)
        made = _again(node, items) if isinstance(items, Found) else None
    if made is not None:
        swap[id(node)] = made
    return made


def _transplant_found(world: World, node: Found, swap: dict[int, Node]) -> Node | None:
    arguments: dict[str, Node | tuple[Node, ...]] = {}
    for name, argument in node.call.arguments.items():
        moved = [transplant(world, n, swap) for n in (argument if isinstance(argument, tuple) else (argument,))]
        whole = tuple(n for n in moved if n is not None)
        if len(whole) < len(moved):
            return None
        arguments[name] = whole if isinstance(argument, tuple) else whole[0]
    call = world.call(node.call.tool, arguments)
    value = call.result if call else None
    for part in node.path:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return None if call is None or value is None or value == [] else Found(call, node.path, node.field, value)


def _again(node: Picked | Tally, items: Found) -> Node | None:
    if isinstance(node, Picked):
        item = extreme(items, node.by, node.how == "high")
        value = item.get(node.exit.name) if item else None
        return None if value is None else Picked(items, node.by, node.how, node.exit, value)
    values: list[Json] = items.value if node.over is None else [item.get(node.over.name) for item in items.value]
    if not values or None in values:
        return None
    return Tally(items, node.op, tally(node.op, values), node.over)
