"""Exits: what of a result may be asked for or passed on, single values, items singled out and numbers over lists."""

from dive.synthesis.symbolic.listing import countable, extreme, name_field, numeric_fields
from dive.synthesis.symbolic.plan import Called, Found, Node, Picked, Reduction, Tally, upstream
from dive.synthesis.symbolic.world import World, askable, is_alias, is_entity, is_quantity, known_texts, lists, scalars
from dive.types import Json

Want = str
"What the next value should be: `entity`, `number`, `list` or `any`."


def count_of(found: Found) -> Tally | None:
    """How many items a list has, if that says something."""
    return Tally(found, "count", len(found.value)) if countable(found) else None


def exits(world: World, call: Called, want: Want, root: Node) -> list[Node]:
    """What of a result may be asked for, or passed on where an entity is wanted."""
    stated = known_texts([*upstream(root), *(a for a in call.arguments.values() if not isinstance(a, tuple))])
    plain = [n for n in scalars(call) if askable(n) and str(n.value).casefold() not in stated]
    entities = [n for n in plain if is_entity(n) and not is_alias(n) and world.takers(n.semantic)]
    numbers: list[Node] = [n for n in plain if is_quantity(n)]
    collections = [found for found in lists(call) if found.field.says and len(found.value) >= 2]
    picked = [node for found in collections for node in picks(world, found)]
    if want == "entity":
        return [*entities, *(p for p in picked if is_entity(p) and world.takers(p.semantic))]
    if want == "list":
        return [*(found for found in collections if len(found.value) >= 3)]
    tallies: list[Node] = [node for found in collections for node in counts(world, found)]
    if want == "number":
        return numbers + (world.rng.sample(tallies, min(1, len(tallies))))
    return [
        *plain,
        *collections,
        *world.rng.sample(picked, min(2, len(picked))),
        *world.rng.sample(tallies, min(2, len(tallies))),
    ]


def picks(world: World, found: Found) -> list[Node]:
    """Items singled out by an extreme value."""
    nodes: list[Node] = []
    name = name_field(found)
    for by in numeric_fields(found):
        high = world.rng.random() < 0.6
        item = extreme(found, by, high)
        for spec in found.field.fields:
            wanted = spec is name or (spec.semantic and spec.says)
            if item is not None and wanted and spec is not by and item.get(spec.name) is not None:
                nodes.append(Picked(found, by, "high" if high else "low", spec, item[spec.name]))
    return nodes


def counts(world: World, found: Found) -> list[Node]:
    """Numbers over a list: how many items, and sums and means of their fields."""
    nodes: list[Node] = [Tally(found, "count", len(found.value))] if len(found.value) >= 3 and countable(found) else []
    for over in numeric_fields(found):
        values = [item.get(over.name) for item in found.value]
        if None not in values:
            op: Reduction = world.rng.choice(("max", "min"))
            nodes.append(Tally(found, op, tally(op, values), over))
    return nodes


def tally(op: Reduction, values: list[Json]) -> float:
    """The number that `op` makes of the values."""
    if op == "count":
        return len(values)
    total: float = sum(values) if op in ("sum", "mean") else max(values) if op == "max" else min(values)
    return total / len(values) if op == "mean" else total
