"""Asks: what may be asked of a focus, each with its answer as an expression.

An ask is a form (how it will be told), a shape (its structure, in the words of the exemplars) and an expression whose
value, computed over the recorded results, is the answer. Asks that would be ambiguous (a tie), trivial or guessable
are not made.
"""

import random
from collections.abc import Iterator

from dive.synthesis.symbolic.ask_many import of_branches
from dive.synthesis.symbolic.asked import Ask
from dive.synthesis.symbolic.listing import countable, extreme, matching, name_field, numeric_fields
from dive.synthesis.symbolic.plan import (
    Branch,
    Condition,
    Focus,
    Found,
    How,
    Known,
    Node,
    Picked,
    Tally,
    Winner,
    arguments_of,
    depth_of,
    filtered,
    literal,
    nearest,
    parents,
    upstream,
)  # fmt: skip
from dive.synthesis.symbolic.quantities import (
    between,
    digits_for,
    digits_of,
    distinct,
    divides,
    key_of,
    nice,
    number_type,
    rounded,
    subtracts,
    unit_of,
)
from dive.synthesis.symbolic.world import askable, is_alias, is_entity, is_number, is_quantity, is_ranked, scalars
from dive.tools.fields import ResultField
from dive.types import AnswerType

SEQUENCES = ("bio.dna", "bio.rna", "bio.protein", "chem.smiles")


def asks(focus: Focus, rng: random.Random) -> list[Ask]:
    """Everything that may be asked of a focus."""
    made: list[Ask] = []
    if len(focus.branches) == 1:
        nodes = focus.branches[0].nodes
        if len(nodes) == 1:
            node = nodes[0]
            listed = isinstance(node, Found) and node.field.kind == "list"
            made.extend(_of_list(focus, node, rng) if listed and isinstance(node, Found) else _of_value(focus, node))
        else:
            made.extend(_of_attributes(focus, nodes, rng))
    else:
        made.extend(of_branches(focus, rng))
    return made


def _of_value(focus: Focus, node: Node) -> Iterator[Ask]:
    """The value itself."""
    if not askable(node):
        return
    unit, digits = unit_of(node), digits_of(node)
    if isinstance(node, Winner):
        return
    shape = single_shape(node)
    if is_quantity(node):
        yield Ask("value", shape, focus, rounded(node.expression, digits), number_type(node, digits), unit, digits)
    elif isinstance(node.value, str):
        kind: AnswerType = "date" if node.semantic == "time.date" else "sequence" if node.semantic in SEQUENCES else "text"
        yield Ask("value", shape, focus, node.expression, kind)


def single_shape(node: Node) -> str:
    """The structure of a question for one value."""
    last = [node, *(arguments_of(node.call) if isinstance(node, Found) else parents(node))]
    if isinstance(node, Found) and _joins(node):
        return "join"
    if any(isinstance(n, Winner | Picked) for n in last):
        return "superlative"
    if any(isinstance(n, Tally) for n in last):
        return "aggregate"
    if any(isinstance(n, Found) and is_quantity(n) for n in last[1:]):
        return "arithmetic"
    above = list(upstream(node))
    real = [n for n in above if isinstance(n, Found) and not is_alias(n)]
    return "chain" if len(real) > 1 else "lookup"


def _joins(found: Found) -> bool:
    """Whether its call takes entities of two different sources."""
    sources = {id(r) for a in arguments_of(found.call) for r in upstream(a) if isinstance(r, Known) and r.semantic}
    return len(sources) >= 2 and sum(map(is_entity, arguments_of(found.call))) >= 2


def _of_list(focus: Focus, items: Found, rng: random.Random) -> Iterator[Ask]:
    count = len(items.value)
    if items.field.item is not None:
        if 3 <= count <= 8 and isinstance(items.value[0], str):
            yield Ask("all", "filter", focus, f"set_of({items.expression})", "set")
        if count >= 4 and countable(items):
            yield Ask("count", "aggregate", focus, f"len({items.expression})", "integer")
        return
    if count >= 4 and countable(items):
        yield Ask("count", "aggregate", focus, f"len({items.expression})", "integer")
    name = name_field(items)
    for where in conditions(items, rng):
        chosen = matching(items, where)
        if 3 <= len(chosen) < count:
            yield Ask("count_where", "filter", focus, f"len({filtered(items, where)})", "integer", conditions=(where,))
        if name and 2 <= len(chosen) <= 8 and len(chosen) < count and isinstance(chosen[0][name.name], str):
            expression = f"set_of(pluck({filtered(items, where)}, {literal(name.name)}))"
            yield Ask("names_where", "filter", focus, expression, "set", conditions=(where,), field=name)
    if name is not None:
        yield from _of_named_items(focus, items, name, rng)
    for over in numeric_fields(items):
        values = [item.get(over.name) for item in items.value]
        if None not in values and over.kind == "number" and over.scale in ("interval", "ratio"):
            digits = over.says.digits if over.says and over.says.digits is not None else digits_for(sum(values) / count)
            unit = over.says.unit if over.says else ""
            digits = max(digits, 0)
            expression = rounded(f"mean(pluck({items.expression}, {literal(over.name)}))", digits)
            kind: AnswerType = "number" if digits else "integer"
            yield Ask("mean_of", "aggregate", focus, expression, kind, unit, digits, field=over)


def _of_named_items(focus: Focus, items: Found, name: ResultField, rng: random.Random) -> Iterator[Ask]:
    kind: AnswerType = "text" if isinstance(items.value[0][name.name], str) else "integer"
    for by in numeric_fields(items):
        high = rng.random() < 0.6
        best = "argmax" if high else "argmin"
        how: How = "high" if high else "low"
        if len(items.value) >= 5 and extreme(items, by, high):
            expression = f"{best}({items.expression}, {literal(by.name)}).{name.name}"
            yield Ask("best_item", "superlative", focus, expression, kind, how=how, field=by)
        for where in conditions(items, rng):
            if where.field is not by and len(matching(items, where)) >= 4 and extreme(items, by, high, where):
                expression = f"{best}({filtered(items, where)}, {literal(by.name)}).{name.name}"
                yield Ask("best_item", "constraints", focus, expression, kind, how=how, field=by, conditions=(where,))
        values = [item.get(by.name) for item in items.value]
        if kind == "text" and None not in values and len(set(values)) == len(values) >= 5:
            top = f"top({items.expression}, {literal(by.name)}, 3, {high})"
            yield Ask("top_items", "ranking", focus, f"pluck({top}, {literal(name.name)})", "list", how=how, field=by)


def conditions(items: Found, rng: random.Random) -> list[Condition]:
    """Conditions that hold for some items and not for others."""
    made: list[Condition] = []
    for spec in items.field.fields:
        values = [item[spec.name] for item in items.value if item.get(spec.name) is not None]
        if spec.kind == "boolean" and spec.says and len(set(values)) == 2:
            made.append(Condition(spec, "==", True))
        elif spec.says and spec.says.groups and isinstance(values[0] if values else None, str) and len(set(values)) >= 2:
            common = sorted(set(values), key=lambda v: (-values.count(v), v))
            made.append(Condition(spec, "==", common[0]))
        elif spec in numeric_fields(items) and len(values) >= 4:
            threshold = between(values, rng)
            if threshold is not None:
                made.append(Condition(spec, rng.choice(("<", ">")), threshold))
    return made


def _of_attributes(focus: Focus, nodes: tuple[Node, ...], rng: random.Random) -> Iterator[Ask]:
    """Several values of one entity: a small record, a combination of two, or one that depends on another."""
    if all(askable(n) and not (isinstance(n, Found) and n.field.kind == "list") for n in nodes):
        pairs = ", ".join(
            f"{literal(key_of(n))}: {rounded(n.expression, digits_of(n)) if is_number(n) else n.expression}" for n in nodes
        )
        if distinct([key_of(n) for n in nodes]):
            shape = "lookup" if max(map(depth_of, nodes)) <= 2 else "table"
            yield Ask("record", shape, focus, "{" + pairs + "}", "record")
    if len(nodes) == 2 and all(is_quantity(n) for n in nodes):
        yield from _of_pair(focus, nodes[0], nodes[1])
        yield from _conditional(focus, nodes[0], nodes[1], rng)


def _of_pair(focus: Focus, a: Node, b: Node) -> Iterator[Ask]:
    digits = max(digits_of(a) or 0, digits_of(b) or 0)
    if a.value == b.value or key_of(a) == key_of(b) or unit_of(a) != unit_of(b) or not unit_of(a) or not subtracts((a, b)):
        return
    big, small = (a, b) if a.value > b.value else (b, a)
    how: How = "high" if big is a else "low"
    one, other = nearest(a), nearest(b)
    if one is None or other is None or one.call.tool is not other.call.tool:
        return
    expression = rounded(f"{big.expression} - {small.expression}", digits)
    yield Ask("difference", "arithmetic", focus, expression, "number" if digits else "integer", unit_of(a), digits, how)
    if small.value > 0 and divides((a, b)) and big.value / small.value < 1e6:
        ratio = 2 if big.value / small.value < 1000 else 1
        expression = rounded(f"{big.expression} / {small.expression}", ratio)
        yield Ask("ratio", "arithmetic", focus, expression, "number", "", ratio, how)


def _conditional(focus: Focus, test: Node, then: Node, rng: random.Random) -> Iterator[Ask]:
    """One field or another of the second call, depending on the first value."""
    if not isinstance(then, Found) or not is_ranked(test):
        return
    threshold = nice(test.value * rng.choice((0.7, 0.8, 0.9, 1.1, 1.2, 1.4)))
    threshold = round(threshold) if isinstance(test.value, int) else threshold
    if (unit_of(test) == "%" and not 0 < threshold < 100) or test.semantic == "time.year" or unit_of(then) == "°":
        return
    others = [
        other for other in scalars(then.call)
        if askable(other) and is_quantity(other) and unit_of(other) == unit_of(then)
        and other.value != then.value and key_of(other) not in (key_of(then), key_of(test))
    ]  # fmt: skip
    if threshold in (test.value, 0) or not others or key_of(test) == key_of(then):
        return
    other = rng.choice(others)
    whole_numbers = isinstance(then.value, int) and isinstance(other.value, int)
    digits = None if whole_numbers else max(digits_of(then) or 0, digits_of(other) or 0)
    chosen = f"{then.expression} if {test.expression} > {literal(threshold)} else {other.expression}"
    whole = Focus((Branch(focus.branches[0].root, (test, then, other)),))
    kind: AnswerType = "integer" if whole_numbers else "number"
    expression = rounded(chosen, digits)
    yield Ask("conditional", "conditional", whole, expression, kind, unit_of(then), digits, threshold=threshold)
