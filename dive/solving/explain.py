"""Why: sentences that say from which results a value follows, made of the expression that computes it.

Every sentence states recorded values and what the expression does with them, nothing else. An expression that fits no
pattern here is explained by naming the calls that it rests on. Used for the end of a gold conversation, and for the
choices on the way (an argument that is the greatest of something).
"""

import ast
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dive.errors import ExpressionError
from dive.expressions import evaluate, names_in, parse
from dive.grammar import constant_of
from dive.solving.vocabulary import Path, Vocabulary, is_short, source, told, with_unit
from dive.synthesis.symbolic import words
from dive.types import Derivation, Evidence, Json

MOST = 8
"""Values that one sentence lists."""
_ENDS = {"max": True, "min": False, "argmax": True, "argmin": False}
_MEANS = {"mean": "average", "sum": "sum", "median": "median", "max": "highest", "min": "lowest"}
_SIDES = {">": "above", "<": "below", ">=": "at least", "<=": "at most", "==": "equal to", "!=": "other than"}


@dataclass(frozen=True)
class Story:
    """A derivation with the results that its steps had."""

    derivation: Derivation
    calls: Mapping[str, Evidence]
    vocabulary: Vocabulary

    def value(self, node: ast.expr) -> Json:
        """The value of an expression over the recorded results."""
        return evaluate(source(node), {name: call.result for name, call in self.calls.items()})

    def leaf(self, node: ast.expr) -> tuple[Evidence, Path] | None:
        """The call and path of a plain value, or None."""
        parts: list[str | int] = []
        while not isinstance(node, ast.Name):
            key = constant_of(node.slice) if isinstance(node, ast.Subscript) else None
            if isinstance(node, ast.Attribute):
                parts.append(node.attr)
            elif isinstance(node, ast.Subscript) and key is not None and isinstance(key[0], str | int):
                parts.append(key[0])
            else:
                return None
            node = node.value
        return (self.calls[node.id], tuple(reversed(parts))) if node.id in self.calls else None

    def stated(self, name: str) -> list[Json]:
        """The literals in the arguments of a step and of the steps that it rests on: what tells it from its siblings."""
        steps = {step.id: step for step in self.derivation.steps}
        waiting, seen = [name], dict[str, None]()
        while waiting:
            one = waiting.pop()
            if one in steps and one not in seen:
                seen[one] = None
                waiting.extend(other for text in steps[one].arguments.values() for other in sorted(names_in(text)))
        expressions = [text for one in self.derivation.steps if one.id in seen for text in one.arguments.values()]
        return [constant[0] for text in expressions if (constant := constant_of(parse(text))) is not None]

    def labels(self, nodes: Sequence[ast.expr]) -> list[str] | None:
        """What tells expressions apart: one short literal each that no other rests on, or None."""
        stated = [[v for name in sorted(names_in(source(node))) for v in self.stated(name) if is_short(v)] for node in nodes]
        shared = [value for value in stated[0] if all(value in other for other in stated[1:])]
        own = [list(dict.fromkeys(v for v in values if v not in shared)) for values in stated]
        if any(len(values) != 1 for values in own) or len({values[0] for values in own}) < len(nodes):
            return None
        return [told(values[0]) for values in own]


def without_rounding(node: ast.expr) -> tuple[ast.expr, int | None]:
    """What an expression rounds, and to how many decimals; None where it does not round."""
    if not _is_call(node, "round"):
        return node, None
    digits = constant_of(node.args[1]) if len(node.args) > 1 else (0,)  # type: ignore[attr-defined]
    return node.args[0], digits[0] if digits and isinstance(digits[0], int) else None  # type: ignore[attr-defined]


def digits_of(expression: str) -> dict[str, int]:
    """To how many decimals an answer is rounded: under "" the answer, under its keys those of a record."""
    root = parse(expression)
    parts: dict[str, ast.expr] = {"": root}
    if isinstance(root, ast.Dict):
        parts = {key.value: value for key, value in zip(root.keys, root.values, strict=True) if isinstance(key, ast.Constant)}
    rounded = {key: without_rounding(part)[1] for key, part in parts.items()}
    return {key: digits for key, digits in rounded.items() if digits is not None}


def explain(story: Story, unit: str, rng: random.Random) -> str:
    """A sentence or two on how the answer follows; never empty."""
    root = parse(story.derivation.answer)
    inner, digits = without_rounding(root)
    for tell in (_tell_one, _tell_count, _tell_best, _tell_keyed, _tell_pair, _tell_many, _tell_choice, _tell_table, _tell_set):
        try:
            sentence = tell(story, inner, unit, rng)
        except ExpressionError:
            continue
        if sentence:
            return f"{_capital(sentence)}{_rounded(story, root, inner, digits, unit, rng)}."
    return _fallback(story, root, rng)


def decision(story: Story, expression: str, rng: random.Random) -> str:
    """What an argument rests on, where it is a choice among results; empty where it is a plain value."""
    node = parse(expression)
    for tell in (_tell_best, _tell_keyed):
        sentence = tell(story, node, "", rng)
        if sentence:
            return f"{_capital(sentence)}."
    return ""


def _rounded(
    story: Story, root: ast.expr, inner: ast.expr, digits: int | None, unit: str, rng: random.Random
) -> str:  # noqa: PLR0913
    if digits is None or told(story.value(inner)) == told(story.value(root)):
        return ""
    value = with_unit(f"{story.value(root):,.{max(digits, 0)}f}", unit)
    return rng.choice((f", which rounds to {value}", f", or {value} {words.decimals(digits)}", f", so {value} when rounded"))


def _fallback(story: Story, root: ast.expr, rng: random.Random) -> str:
    tools = list(dict.fromkeys(f"`{story.calls[name].tool}`" for name in sorted(names_in(source(root))) if name in story.calls))
    if not tools:
        return "This follows from the results above."
    return rng.choice(("This follows from what {} returned.", "The result of {} settles it.")).format(words.series(tools))


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _is_call(node: ast.expr, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _word(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


# Noun phrases -------------------------------------------------------------------------------------------------------


def phrase(story: Story, node: ast.expr) -> str:
    """A noun phrase without article for an expression; empty where it has none."""
    node, _ = without_rounding(node)
    leaf = story.leaf(node)
    if leaf is not None:
        return story.vocabulary.noun(*leaf)
    if _is_call(node, "len") and (listed := story.leaf(node.args[0])):  # type: ignore[attr-defined]
        return f"number of {story.vocabulary.plural(*listed)}"
    if _is_call(node, "max", "min") and len(node.args) == 1 and _is_call(node.args[0], "pluck"):  # type: ignore[attr-defined]
        plucked = node.args[0]  # type: ignore[attr-defined]
        listed = story.leaf(plucked.args[0])
        if listed is None:
            return ""
        field = (*listed[1], _word(plucked.args[1]))
        best = story.vocabulary.superlative(listed[0], field, _ENDS[node.func.id])  # type: ignore[attr-defined]
        return f"{best} {story.vocabulary.noun(listed[0], field)} among the {story.vocabulary.plural(*listed)}"
    return ""


def unit_of(story: Story, node: ast.expr) -> str:
    """The unit that a tool states for a plain value."""
    leaf = story.leaf(without_rounding(node)[0])
    return story.vocabulary.unit(*leaf) if leaf is not None else ""


def _shared_phrase(story: Story, nodes: Sequence[ast.expr]) -> str:
    """The phrase of several expressions, where it is the same one."""
    phrases = {phrase(story, node) for node in nodes}
    return phrases.pop() if len(phrases) == 1 else ""


# Sentences ----------------------------------------------------------------------------------------------------------


def _tell_one(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """One value: "the molar mass is 222.12 g/mol"."""
    if _is_call(node, "len"):
        return ""
    noun, value = phrase(story, node), story.value(node)
    if not noun or isinstance(value, bool | list | dict | None):
        return ""
    names = sorted(names_in(source(node)))
    tool = f"`{story.calls[names[0]].tool}`"
    shown = with_unit(told(value), unit or unit_of(story, node))
    if len(shown) > 120:
        return f"{tool} gives the {noun}"
    return rng.choice((f"the {noun} is {shown}", f"{tool} gives {shown} as the {noun}", f"according to {tool}, the {noun} is {shown}"))


def _tell_count(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """How many items a list has, or how many of them meet a condition."""
    if not _is_call(node, "len"):
        return ""
    inner, count = node.args[0], story.value(node)  # type: ignore[attr-defined]
    listed = story.leaf(inner)
    if listed is not None:
        call, path = listed
        items = story.vocabulary.noun(call, path) if count == 1 else story.vocabulary.plural(call, path)
        return rng.choice((f"`{call.tool}` lists {count} {items}", f"the list that `{call.tool}` returned has {count} {items}"))
    if not _is_call(inner, "where") or len(inner.args) != 4 or (listed := story.leaf(inner.args[0])) is None:
        return ""
    call, path = listed
    items = story.vocabulary.plural(call, path)
    return f"of the {len(story.value(inner.args[0]))} {items}, {count} {'has' if count == 1 else 'have'} {_condition(story, inner)}"


def _condition(story: Story, node: ast.expr) -> str:
    """The condition of a `where` over records: "a mass above 5"."""
    rows, field, sign, bound = node.args  # type: ignore[attr-defined]
    listed = story.leaf(rows)
    noun = story.vocabulary.noun(listed[0], (*listed[1], _word(field))) if listed else _word(field)
    side, value = _SIDES.get(_word(sign), ""), told(story.value(bound))
    if not side:
        raise ExpressionError(f"no words for the condition {source(node)}")
    return f"{words.article(noun)} {side} {value}"


def _tell_best(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """The item with the greatest or least value in a list, and what is taken of it."""
    taken = ""
    if isinstance(node, ast.Attribute) and _is_call(node.value, "argmax", "argmin"):
        taken, node = node.attr, node.value
    if not taken or not _is_call(node, "argmax", "argmin") or len(node.args) != 2:  # type: ignore[attr-defined]
        return ""
    listed = story.leaf(node.args[0])  # type: ignore[attr-defined]
    if listed is None:
        return ""
    call, path = listed
    field = _word(node.args[1])  # type: ignore[attr-defined]
    item, rows = story.value(node), story.value(node.args[0])  # type: ignore[attr-defined]
    best = story.vocabulary.superlative(call, (*path, field), _ENDS[node.func.id])  # type: ignore[attr-defined]
    by = story.vocabulary.noun(call, (*path, field))
    shown = with_unit(told(item[field]), story.vocabulary.unit(call, (*path, field)))
    among = f"the {len(rows)} {story.vocabulary.plural(call, path)}"
    if len(rows) == 1:
        return f"the only {story.vocabulary.noun(call, path)} is {told(item[taken])}"
    return rng.choice((
        f"among {among}, {told(item[taken])} has the {best} {by} ({shown})",
        f"of {among}, {told(item[taken])} has the {best} {by}, {shown}",
    ))  # fmt: skip


def _tell_keyed(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A choice among named values: the greatest, the order, or those beyond a bound."""
    if _is_call(node, "set_of"):
        node = node.args[0]  # type: ignore[attr-defined]
    if not _is_call(node, "argmax", "argmin", "rank", "where") or not isinstance(node.args[0], ast.Dict):  # type: ignore[attr-defined]
        return ""
    table: ast.Dict = node.args[0]  # type: ignore[attr-defined]
    values = _told_table(story, table)
    if not values:
        return ""
    if _is_call(node, "argmax", "argmin"):
        best = "highest" if _is_call(node, "argmax") else "lowest"
        return f"{values}, so the {best} is that of {told(story.value(node))}"
    if _is_call(node, "rank"):
        descending = len(node.args) > 1 and _word(node.args[1]) == "True"  # type: ignore[attr-defined]
        return f"{values}; that gives the order from {'highest to lowest' if descending else 'lowest to highest'}"
    return values + _kept(story, node)


def _kept(story: Story, node: ast.expr) -> str:
    kept, side = story.value(node), _SIDES.get(_word(node.args[-2]), "")  # type: ignore[attr-defined]
    names = [told(one) for one in kept]
    if not side or not names:
        return ""
    bound = told(story.value(node.args[-1]))  # type: ignore[attr-defined]
    return f"; {words.series(names)} {'is' if len(names) == 1 else 'are'} {side} {bound}"


def _told_table(story: Story, table: ast.Dict) -> str:
    """The values of a table of expressions: "the number of genes is 3 for A and 5 for B"."""
    made = story.value(table)
    if not 1 < len(made) <= MOST or any(isinstance(value, list | dict) for value in made.values()):
        return ""
    noun = _shared_phrase(story, table.values) or "value"
    unit = unit_of(story, table.values[0])
    return f"the {noun} is " + words.series([f"{with_unit(told(value), unit)} for {key}" for key, value in made.items()])


def _tell_pair(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A difference or a ratio of two values, or that of the highest and lowest of several."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub | ast.Div):
        return ""
    sign = "-" if isinstance(node.op, ast.Sub) else "/"
    first, second = told(story.value(node.left)), told(story.value(node.right))
    sum_ = f"{first} {sign} {second} = {told(story.value(node))}".replace(f"{sign} -", f"{sign} (-", 1)
    if f"{sign} (-" in sum_:
        sum_ = sum_.replace(" = ", ") = ", 1)
    if _is_call(node.left, "max") and _is_call(node.right, "min") and isinstance(node.left.args[0], ast.List):  # type: ignore[attr-defined]
        told_values = _told_values(story, node.left.args[0].elts)  # type: ignore[attr-defined]
        return f"{told_values}; {sum_}" if told_values else sum_
    told_values = _told_values(story, [node.left, node.right])
    if not told_values:
        return f"the difference is {sum_}" if sign == "-" else f"the ratio is {sum_}"
    return rng.choice((f"{told_values}, and {sum_}", f"{told_values}; {sum_}"))


def _told_values(story: Story, nodes: Sequence[ast.expr]) -> str:
    """Several values of one kind, with what tells them apart where that is clear."""
    if not 1 < len(nodes) <= MOST:
        return ""
    noun, labels, unit = _shared_phrase(story, nodes), story.labels(nodes), unit_of(story, nodes[0])
    values = [with_unit(told(story.value(node)), unit) for node in nodes]
    if labels and noun:
        return f"the {noun} is " + words.series([f"{v} for {label}" for v, label in zip(values, labels, strict=True)])
    if labels:
        return "the value is " + words.series([f"{v} for {label}" for v, label in zip(values, labels, strict=True)])
    return f"the values are {words.series(values)}"


def _tell_many(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """An average or a sum of several values."""
    if not _is_call(node, *_MEANS) or len(node.args) != 1 or not isinstance(node.args[0], ast.List):  # type: ignore[attr-defined]
        return ""
    values = _told_values(story, node.args[0].elts)  # type: ignore[attr-defined]
    name = _MEANS[node.func.id]  # type: ignore[attr-defined]
    result = with_unit(told(story.value(node)), unit)
    return f"{values}, so the {name} is {result}" if values else f"the {name} is {result}"


def _tell_choice(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A condition, and the value that it selects."""
    if not isinstance(node, ast.IfExp) or not isinstance(node.test, ast.Compare) or len(node.test.ops) != 1:
        return ""
    noun = phrase(story, node.test.left)
    holds = story.value(node.test)
    chosen = node.body if holds else node.orelse
    asked = phrase(story, chosen)
    side = _SIDES.get({ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<="}.get(type(node.test.ops[0]), ""), "")
    if not noun or not asked or not side or isinstance(story.value(chosen), list | dict):
        return ""
    test, bound = told(story.value(node.test.left)), told(story.value(node.test.comparators[0]))
    result = with_unit(told(story.value(chosen)), unit or unit_of(story, chosen))
    return f"the {noun} is {test}, which is {'' if holds else 'not '}{side} {bound}, so the {asked} is asked for: {result}"


def _tell_table(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A record: which call gives which of its values."""
    if not isinstance(node, ast.Dict) or len(node.values) > MOST:
        return ""
    parts: list[str] = []
    for key, value in zip(node.keys, node.values, strict=True):
        names = sorted(names_in(source(value)), key=lambda name: list(story.calls).index(name))
        inner, digits = without_rounding(value)
        label = told(story.value(key)) if key is not None else ""
        label = label if "," not in label else f'"{label}"'
        exact, final = told(story.value(inner)), told(story.value(value))
        shown = f"the {label}" + (f" ({with_unit(exact, unit_of(story, value))})" if digits is not None and exact != final else "")
        parts.append(f"`{story.calls[names[-1]].tool}` {'gives ' if not parts else ''}{shown}")
    return words.series(parts)


def _tell_set(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A list taken from one result, whole or those of its items that meet a condition."""
    if _is_call(node, "set_of", "unique", "sorted"):
        node = node.args[0]  # type: ignore[attr-defined]
    if _is_call(node, "pluck"):
        node = node.args[0]  # type: ignore[attr-defined]
    if listed := story.leaf(node):
        count = len(story.value(node))
        return f"`{listed[0].tool}` lists {count} {story.vocabulary.plural(*listed) if count != 1 else story.vocabulary.noun(*listed)}"
    if _is_call(node, "where") and len(node.args) == 4 and (listed := story.leaf(node.args[0])):  # type: ignore[attr-defined]
        count, items = len(story.value(node)), story.vocabulary.plural(*listed)
        total = len(story.value(node.args[0]))  # type: ignore[attr-defined]
        return f"of the {total} {items}, {count} {'has' if count == 1 else 'have'} {_condition(story, node)}"
    return ""


TELLERS: tuple[Callable[[Story, ast.expr, str, random.Random], str], ...] = ()
