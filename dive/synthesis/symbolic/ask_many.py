"""Asks over several branches: comparing, ordering, singling out and tabulating what was found for each entity."""

import random
from collections.abc import Iterator

from dive.synthesis.symbolic.asked import Ask
from dive.synthesis.symbolic.plan import Branch, Focus, Found, How, Node, calls_of, literal, mapping
from dive.synthesis.symbolic.quantities import between, digits_of, distinct, divides, key_of, rounded, subtracts, unit_of
from dive.synthesis.symbolic.world import askable, is_case, is_conversion, is_quantity, is_ranked, scalars
from dive.tools.semantics import TIMES
from dive.types import AnswerType


def of_branches(focus: Focus, rng: random.Random) -> Iterator[Ask]:
    roots = [branch.root for branch in focus.branches]
    if len({str(root.value) for root in roots}) < len(roots):
        return
    column = focus.column()
    numeric = all(is_ranked(n) for n in column)
    if focus.attributes == 1 and numeric:
        yield from _of_numbers(focus, roots, column, rng)
    if is_case(roots[0]):
        return  # what differs is a circumstance, by which nobody asks to be answered
    if focus.attributes == 1 and numeric:
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
    kind: AnswerType = "number" if digits else "integer"
    if len(values) == 2 and values[0] != values[1] and subtracts(column):
        big, small = (0, 1) if values[0] > values[1] else (1, 0)
        how: How = "high" if big == 0 else "low"
        minus = f"{column[big].expression} - {column[small].expression}"
        yield Ask("difference", "compare", focus, rounded(minus, digits), kind, unit, digits, how)
        if values[small] > 0 and divides(column) and 1.05 < values[big] / values[small] < 1e6:
            over = rounded(f"{column[big].expression} / {column[small].expression}", 2)
            yield Ask("ratio", "compare", focus, over, "number", "", 2, how)
    if len(set(values)) < len(values):
        return
    high = rng.random() < 0.6
    how, best = ("high", "argmax") if high else ("low", "argmin")
    ordered = not any(map(is_conversion, column)) and not is_case(roots[0])
    if len(values) >= 4:
        if ordered:
            yield Ask("best", "superlative", focus, f"{best}({record})", "text", how=how)
        threshold = None if is_case(roots[0]) else between(values, rng)
        if threshold is not None:
            above = sum(value > threshold for value in values)
            if 2 <= above < len(values):
                where = f"where({record}, '>', {literal(threshold)})"
                yield Ask("names_above", "filter", focus, f"set_of({where})", "set", threshold=threshold)
    if len(values) >= 3:
        if ordered:
            yield Ask("rank", "ranking", focus, f"rank({record}, {high})", "list", how=how)
        listed = "[" + ", ".join(node.expression for node in column) + "]"
        places = digits if digits is not None else int(max(map(abs, values)) < 1000)
        mean: AnswerType = "number" if places else "integer"
        summed = not is_case(roots[0]) and roots[0].semantic not in TIMES
        if subtracts(column) and roots[0].semantic not in TIMES:
            yield Ask("mean", "aggregate", focus, rounded(f"mean({listed})", places), mean, unit, places)
        if subtracts(column):
            yield Ask("range", "aggregate", focus, rounded(f"max({listed}) - min({listed})", digits), kind, unit, digits)
        if divides(column) and summed and key_of(column[0]).startswith(("number of", "population", "area", "total")):
            yield Ask("sum", "aggregate", focus, rounded(f"sum({listed})", digits), kind, unit, digits)


def _of_two_fields(focus: Focus, roots: list[Node], column: list[Node], rng: random.Random) -> Iterator[Ask]:
    """Two conditions on two fields of the same call."""
    found = [node for node in column if isinstance(node, Found)]
    if len(found) < len(column):
        return
    for spec in found[0].call.tool.results:
        others = [next((n for n in scalars(node.call) if n.field == spec), None) for node in found]
        second: list[Node] = [n for n in others if n is not None and askable(n) and is_ranked(n)]
        if spec == found[0].field or len(second) < len(found):
            continue
        made = list(_of_two_conditions(focus, roots, column, second, rng))
        if made:
            yield from made
            return


def _of_two_conditions(
    focus: Focus, roots: list[Node], first: list[Node], second: list[Node], rng: random.Random
) -> Iterator[Ask]:
    """The one entity, or all, with a first value above one threshold and a second value below another: each condition
    alone leaves more of them, and none fails both, so that no call is idle.
    """
    a, b = [node.value for node in first], [node.value for node in second]
    low, high = between(a, rng), between(b, rng)
    if len(roots) < 4 or low is None or high is None or not distinct([key_of(first[0]), key_of(second[0])]):
        return
    both = sum(x > low and y < high for x, y in zip(a, b, strict=True))
    near = all(x > low or y < high for x, y in zip(a, b, strict=True))
    if not near or both == 0 or sum(x > low for x in a) <= both or sum(y < high for y in b) <= both:
        return
    above, below = (
        f"where({mapping(roots, first)}, '>', {literal(low)})",
        f"where({mapping(roots, second)}, '<', {literal(high)})",
    )
    pairs = (Branch(r, (x, y)) for r, x, y in zip(roots, first, second, strict=True))
    whole, meet = Focus(tuple(pairs), focus.spread), f"intersection({above}, {below})"
    if both == 1:
        yield Ask("both", "constraints", whole, f"only({meet})", "text", threshold=[low, high])
    else:
        yield Ask("names_both", "constraints", whole, f"set_of({meet})", "set", threshold=[low, high])


def _of_two_columns(focus: Focus, roots: list[Node], rng: random.Random) -> Iterator[Ask]:
    """The second value of the entity with the best first."""
    first, second = focus.column(0), focus.column(1)
    if not all(is_quantity(n) for n in second) or key_of(first[0]) == key_of(second[0]):
        return
    a = [n.value for n in first]
    own = all({c.id for c in calls_of([y])} <= {c.id for c in calls_of([x])} for x, y in zip(first, second, strict=True))
    if len(set(a)) == len(a) and len(roots) >= 3 and own:
        top = rng.random() < 0.6
        best = "argmax" if top else "argmin"
        digits = digits_of(second[0])
        expression = f"{mapping(roots, second)}[{best}({mapping(roots, first)})]"
        kind: AnswerType = "number" if digits else "integer"
        yield Ask(
            "of_best",
            "conditional",
            focus,
            rounded(expression, digits),
            kind,
            unit_of(second[0]),
            digits,
            "high" if top else "low",
        )
