"""Asks: what may be asked of a focus, each with its answer as an expression.

An ask is a form (how it will be told), a shape (its structure, in the words of the exemplars) and an expression whose value, computed
over the recorded results, is the answer. Asks that would be ambiguous (a tie), trivial or guessable are not made.
"""

import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dive.answers import tolerance_for
from dive.errors import ExpressionError
from dive.expressions import evaluate
from dive.synthesis.symbolic import words
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
    calls_of,
    depth_of,
    filtered,
    literal,
    mapping,
    upstream,
)
from dive.synthesis.symbolic.world import (
    askable,
    countable,
    extreme,
    is_alias,
    is_entity,
    is_number,
    matching,
    name_field,
    numeric_fields,
    scalars,
)
from dive.tools.fields import ResultField
from dive.tools.semantics import SEMANTICS
from dive.types import Answer, AnswerType, Json

SEQUENCES = ("bio.dna", "bio.rna", "bio.protein", "chem.smiles")


@dataclass(frozen=True)
class Ask:
    """One question that a focus can answer."""

    form: str
    shape: str
    focus: Focus
    expression: str
    type: AnswerType
    unit: str = ""
    digits: int | None = None
    """Decimals of a rounded answer; None where nothing is rounded."""
    how: How = "high"
    conditions: tuple[Condition, ...] = ()
    field: ResultField | None = None
    threshold: Json = None

    def answer(self) -> Answer | None:
        """The answer over the recorded results; None where the expression has no value."""
        try:
            value = evaluate(self.expression, {call.id: call.result for call in self.focus.calls})
        except ExpressionError:
            return None
        tolerance = tolerance_for(self.digits) if self.digits is not None else 0.0
        return Answer(type=self.type, value=value, unit=self.unit, tolerance=tolerance)


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
        made.extend(_of_branches(focus, rng))
    return made


def _of_value(focus: Focus, node: Node) -> Iterator[Ask]:
    """The value itself."""
    if not askable(node):
        return
    unit, digits = unit_of(node), digits_of(node)
    if isinstance(node, Winner):
        return
    shape = single_shape(node)
    if is_number(node) and not is_entity(node):
        yield Ask("value", shape, focus, rounded(node.expression, digits), number_type(node, digits), unit, digits)
    elif isinstance(node.value, str):
        kind: AnswerType = "date" if node.semantic == "time.date" else "sequence" if node.semantic in SEQUENCES else "text"
        yield Ask("value", shape, focus, node.expression, kind)


def single_shape(node: Node) -> str:
    """The structure of a question for one value."""
    above = list(upstream(node))
    if any(isinstance(n, Winner | Picked) for n in above):
        return "superlative"
    if any(isinstance(n, Tally) and n.where is not None for n in above):
        return "filter"
    if any(isinstance(n, Tally) for n in above):
        return "aggregate"
    if _joins(node):
        return "join"
    real = [n for n in above if isinstance(n, Found) and not is_alias(n)]
    return "chain" if len(real) > 1 else "lookup"


def _joins(node: Node) -> bool:
    """Whether some call takes values of two different sources."""
    for above in upstream(node):
        if isinstance(above, Found):
            sources = {id(r) for a in arguments_of(above.call) for r in upstream(a) if isinstance(r, Known) and r.semantic}
            entities = [a for a in arguments_of(above.call) if is_entity(a)]
            if len(entities) >= 2 and len(sources) >= 2:
                return True
    return False


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
        if None not in values and over.kind == "number":
            digits = over.says.digits if over.says and over.says.digits is not None else digits_for(sum(values) / count)
            unit = over.says.unit if over.says else ""
            expression = f"round(mean(pluck({items.expression}, {literal(over.name)})), {digits})"
            yield Ask("mean_of", "aggregate", focus, expression, "number", unit, digits, field=over)


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
        elif spec.says and spec.says.groups and isinstance(values[0] if values else None, str) and 2 <= len(set(values)):
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
        pairs = ", ".join(f"{literal(key_of(n))}: {rounded(n.expression, digits_of(n)) if is_number(n) else n.expression}" for n in nodes)
        if len({key_of(n) for n in nodes}) == len(nodes):
            shape = "lookup" if max(map(depth_of, nodes)) <= 2 else "table"
            yield Ask("record", shape, focus, "{" + pairs + "}", "record")
    if len(nodes) == 2 and all(is_number(n) and not is_entity(n) for n in nodes):
        yield from _of_pair(focus, nodes[0], nodes[1])
        yield from _conditional(focus, nodes[0], nodes[1], rng)


def _of_pair(focus: Focus, a: Node, b: Node) -> Iterator[Ask]:
    digits = max(digits_of(a) or 0, digits_of(b) or 0)
    if a.value == b.value or key_of(a) == key_of(b):
        return
    big, small = (a, b) if a.value > b.value else (b, a)
    if unit_of(a) == unit_of(b) and unit_of(a):
        expression = rounded(f"{big.expression} - {small.expression}", digits)
        flipped = Focus((focus.branches[0],), focus.spread)
        how: How = "high" if big is a else "low"
        yield Ask("difference", "arithmetic", flipped, expression, "number" if digits else "integer", unit_of(a), digits, how)
    counts = all(key_of(n).startswith("number of") and isinstance(n.value, int) for n in (a, b))
    if counts:
        yield Ask("total", "arithmetic", focus, f"{a.expression} + {b.expression}", "integer")
    if small.value > 0 and big.value / small.value < 1e6:
        ratio = 2 if big.value / small.value < 1000 else 1
        how = "high" if big is a else "low"
        expression = rounded(f"{big.expression} / {small.expression}", ratio)
        if unit_of(a) == unit_of(b) and (unit_of(a) or counts):
            yield Ask("ratio", "arithmetic", focus, expression, "number", "", ratio, how)


def _conditional(focus: Focus, test: Node, then: Node, rng: random.Random) -> Iterator[Ask]:
    """One field or another of the second call, depending on the first value."""
    if not isinstance(then, Found) or not is_number(test):
        return
    threshold = nice(test.value * rng.choice((0.5, 0.7, 0.9, 1.1, 1.4, 2.0)))
    others = [
        other for other in scalars(then.call)
        if askable(other) and is_number(other) and not is_entity(other) and unit_of(other) == unit_of(then)
        and other.value != then.value and key_of(other) not in (key_of(then), key_of(test))
    ]  # fmt: skip
    if threshold in (test.value, 0) or not others or key_of(test) == key_of(then):
        return
    other = rng.choice(others)
    digits = max(digits_of(then) or 0, digits_of(other) or 0)
    chosen = f"{then.expression} if {test.expression} > {literal(threshold)} else {other.expression}"
    whole = Focus((Branch(focus.branches[0].root, (test, then, other)),))
    kind: AnswerType = "number" if digits else "integer"
    yield Ask(
        "conditional", "conditional", whole, f"round({chosen}, {digits})" if digits else chosen, kind,
        unit_of(then), digits or None, threshold=threshold,
    )  # fmt: skip


def _of_branches(focus: Focus, rng: random.Random) -> Iterator[Ask]:
    roots = [branch.root for branch in focus.branches]
    if len({str(root.value) for root in roots}) < len(roots):
        return
    column = focus.column()
    numeric = all(is_number(n) and not is_entity(n) for n in column)
    if focus.attributes == 1 and numeric:
        yield from _of_numbers(focus, roots, column, rng)
        yield from _of_two_fields(focus, roots, column, rng)
    if focus.attributes == 2 and numeric:
        yield from _of_two_columns(focus, roots, rng)
    every = [n for branch in focus.branches for n in branch.nodes]
    plain = all(isinstance(n.value, str | int | float) and not isinstance(n.value, bool) and askable(n) for n in every)
    varied = len({str(node.value) for node in column}) >= max(2, len(column) - 1)
    if plain and varied and focus.attributes == 1 and 2 <= len(roots) <= 6:
        exprs = [rounded(n.expression, digits_of(column[0])) if numeric else n.expression for n in column]
        pairs = ", ".join(f"{root.expression}: {expression}" for root, expression in zip(roots, exprs, strict=True))
        digits = digits_of(column[0]) if numeric else None
        yield Ask("table", "table", focus, "{" + pairs + "}", "record", unit_of(column[0]) if numeric else "", digits)


def _of_numbers(focus: Focus, roots: list[Node], column: list[Node], rng: random.Random) -> Iterator[Ask]:
    values = [node.value for node in column]
    record, digits, unit = mapping(roots, column), digits_of(column[0]), unit_of(column[0])
    kind: AnswerType = "number" if digits is not None else "integer"
    if len(values) == 2 and values[0] != values[1]:
        big, small = (0, 1) if values[0] > values[1] else (1, 0)
        how: How = "high" if big == 0 else "low"
        minus = f"{column[big].expression} - {column[small].expression}"
        yield Ask("difference", "compare", focus, rounded(minus, digits), kind, unit, digits, how)
        if values[small] > 0 and 1.05 < values[big] / values[small] < 1e6:
            over = rounded(f"{column[big].expression} / {column[small].expression}", 2)
            yield Ask("ratio", "compare", focus, over, "number", "", 2, how)
    if len(set(values)) < len(values):
        return
    high = rng.random() < 0.6
    how = "high" if high else "low"
    if len(values) >= 4:
        best = "argmax" if high else "argmin"
        yield Ask("best", "superlative", focus, f"{best}({record})", "text", how=how)
        threshold = between(values, rng)
        if threshold is not None:
            above = sum(value > threshold for value in values)
            if 2 <= above < len(values):
                where = f"where({record}, '>', {literal(threshold)})"
                yield Ask("names_above", "filter", focus, f"set_of({where})", "set", threshold=threshold)
    if len(values) >= 3:
        yield Ask("rank", "ranking", focus, f"rank({record}, {high})", "list", how=how)
        listed = "[" + ", ".join(node.expression for node in column) + "]"
        places = digits if digits is not None else 1
        yield Ask("mean", "aggregate", focus, rounded(f"mean({listed})", places), "number", unit, places)
        yield Ask("range", "aggregate", focus, rounded(f"max({listed}) - min({listed})", digits), kind, unit, digits)
        if key_of(column[0]).startswith(("number of", "population", "area", "total")):
            yield Ask("sum", "aggregate", focus, rounded(f"sum({listed})", digits), kind, unit, digits)


def _of_two_fields(focus: Focus, roots: list[Node], column: list[Node], rng: random.Random) -> Iterator[Ask]:
    """The one entity that holds two conditions, on two fields of the same call."""
    found = [node for node in column if isinstance(node, Found)]
    if len(found) < len(column) or len(found) < 4:
        return
    for spec in found[0].call.tool.results:
        others = [next((n for n in scalars(node.call) if n.field == spec), None) for node in found]
        second: list[Node] = [n for n in others if n is not None and askable(n) and is_number(n) and not is_entity(n)]
        if spec == found[0].field or len(second) < len(found) or key_of(second[0]) == key_of(found[0]):
            continue
        a, b = [n.value for n in found], [n.value for n in second]
        low, high = between(a, rng), between(b, rng)
        if low is None or high is None:
            continue
        both = [n for n in range(len(roots)) if a[n] > low and b[n] < high]
        near = all(a[n] > low or b[n] < high for n in range(len(roots)))
        if len(both) == 1 and near and sum(v > low for v in a) > 1 and sum(v < high for v in b) > 1:
            above = f"where({mapping(roots, found)}, '>', {literal(low)})"
            below = f"where({mapping(roots, second)}, '<', {literal(high)})"
            pairs = (Branch(r, (x, y)) for r, x, y in zip(roots, found, second, strict=True))
            whole = Focus(tuple(pairs), focus.spread)
            yield Ask("both", "constraints", whole, f"only(intersection({above}, {below}))", "text", threshold=[low, high])
            return


def _of_two_columns(focus: Focus, roots: list[Node], rng: random.Random) -> Iterator[Ask]:
    """The second value of the entity with the best first."""
    first, second = focus.column(0), focus.column(1)
    if not all(is_number(n) and not is_entity(n) for n in second) or key_of(first[0]) == key_of(second[0]):
        return
    a = [n.value for n in first]
    own = all({c.id for c in calls_of([y])} <= {c.id for c in calls_of([x])} for x, y in zip(first, second, strict=True))
    if len(set(a)) == len(a) and len(roots) >= 3 and own:
        top = rng.random() < 0.6
        best = "argmax" if top else "argmin"
        digits = digits_of(second[0])
        expression = f"{mapping(roots, second)}[{best}({mapping(roots, first)})]"
        kind: AnswerType = "number" if digits is not None else "integer"
        yield Ask(
            "of_best", "conditional", focus, rounded(expression, digits), kind, unit_of(second[0]), digits, "high" if top else "low"
        )


def between(values: list[float], rng: random.Random) -> float | int | None:
    """A round number with some values above and some below it, none near enough to be in doubt."""
    ordered = sorted(set(values))
    gaps = [(low, high) for low, high in zip(ordered, ordered[1:], strict=False) if high - low > 1e-6 * max(abs(high), 1.0)]
    rng.shuffle(gaps)
    for low, high in gaps:
        for digits in (1, 2, 3):
            middle = nice((low + high) / 2, digits)
            if low < middle < high:
                return middle
    return None


def nice(value: float, digits: int = 2) -> float | int:
    """The value at the given number of significant digits, as an integer where it is one."""
    if value == 0:
        return 0
    rounded_value = round(value, digits - 1 - math.floor(math.log10(abs(value))))
    return int(rounded_value) if rounded_value == int(rounded_value) and abs(rounded_value) < 1e15 else rounded_value


def digits_for(value: float) -> int:
    """Decimals that a person would ask of a number of this size."""
    size = abs(value)
    return 1 if size >= 1000 else 2 if size >= 1 else 3 if size >= 0.1 else 4


def field_of(node: Node) -> ResultField | None:
    """The result field behind a number."""
    if isinstance(node, Found):
        return node.field
    return node.exit if isinstance(node, Picked) else node.over if isinstance(node, Tally) else None


def unit_of(node: Node) -> str:
    """The unit of a number, as written after it."""
    spec = field_of(node)
    return spec.says.unit if spec and spec.says else ""


def digits_of(node: Node) -> int | None:
    """Decimals that a number is asked with; None for integers."""
    if not isinstance(node.value, float) and not (isinstance(node, Tally) and node.op == "mean"):
        return None
    spec = field_of(node)
    if spec and spec.says and spec.says.digits is not None:
        return spec.says.digits
    return digits_for(node.value)


def key_of(node: Node) -> str:
    """What a value is called in a record answer."""
    spec = field_of(node)
    noun = spec.says.noun if spec and spec.says else ""
    if isinstance(node, Tally) and node.op == "count" and node.items.field.says:
        noun = f"number of {node.items.field.says.plural or words.plural(node.items.field.says.noun)}"
    return heading(noun) or (SEMANTICS[node.semantic].noun if node.semantic else "value")


_FUNCTION_WORDS = frozenset(
    "of in on from to for at with by the a an is and between after before beside below above under that which as than "
    "whose given into per associated".split()
)


def heading(noun: str) -> str:
    """A noun phrase as a column heading: "number of days from {start} to {end}" is "number of days"."""
    parts = re.split(r"\{|\(", noun)[0].split()
    if "{" in noun:
        start = 3 if len(parts) > 2 and parts[1] == "of" else 1
        end = next((n for n in range(start, len(parts)) if parts[n] in _FUNCTION_WORDS), len(parts))
        parts = parts[:end]
    while parts and parts[-1].rstrip(",") in _FUNCTION_WORDS:
        parts.pop()
    return " ".join(parts).rstrip(",")


def rounded(expression: str, digits: int | None) -> str:
    """The expression rounded to a number of decimals, if one is given."""
    return expression if digits is None else f"round({expression}, {digits})"


def number_type(node: Node, digits: int | None) -> AnswerType:
    """Whether a number is asked as an integer."""
    return "integer" if digits is None and isinstance(node.value, int) else "number"

