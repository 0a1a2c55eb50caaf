"""Why: sentences that say from which results a value follows, made of the expression that computes it.

Every sentence states recorded values and what the expression does with them, nothing else. An expression that fits no
pattern here is explained by naming the calls that it rests on. Used for the end of a gold conversation, and for the
choices on the way (an argument that is the greatest of something).
"""

import ast
import random
from collections.abc import Callable, Sequence

from dive.errors import ExpressionError
from dive.expressions import parse
from dive.gold.story import LARGEST, Story, called, function, source, without_rounding, word
from dive.gold.vocabulary import ended, is_short, told, with_unit
from dive.synthesis.symbolic import words

MOST = 8
"""Values that one sentence lists."""
_LONG = 120
"""Characters of a value that is not repeated in a sentence."""
_MEANS = {"mean": "average", "sum": "sum", "median": "median", "max": "highest", "min": "lowest"}
_SIDES = {">": "above", "<": "below", ">=": "at least", "<=": "at most"}
_SIGNS: dict[type[ast.AST], str] = {ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<="}
Teller = Callable[[Story, ast.expr, str, random.Random], str]
"""Tells one kind of expression, whose value has the given unit; an empty text where it is of another kind."""


def explain(story: Story, unit: str, rng: random.Random) -> str:
    """A sentence on how the answer follows; never empty. `unit` is that of the answer."""
    root = parse(story.derivation.answer)
    inner, digits = without_rounding(root)
    sentence = _first(_TELLERS, story, inner, unit, rng)
    if not sentence:
        tools = [f"`{tool}`" for tool in dict.fromkeys(story.tools(root))]
        return f"This follows from what {words.series(tools)} returned." if tools else "This follows from the results above."
    if digits is not None and told(story.value(inner)) != told(story.value(root)):
        value = with_unit(f"{story.value(root):,.{max(digits, 0)}f}", unit)
        sentence += rng.choice((f", which rounds to {value}", f", or {value} {words.decimals(digits)}", f"; rounded, {value}"))
    return ended(sentence)


def decision(story: Story, expression: str, rng: random.Random) -> str:
    """What an argument rests on, where it is a choice among results; empty where it is a plain value."""
    sentence = _first((_tell_best, _tell_keyed), story, parse(expression), "", rng)
    return ended(sentence) if sentence else ""


def _first(tellers: Sequence[Teller], story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    for tell in tellers:
        try:
            if sentence := tell(story, node, unit, rng):
                return sentence
        except ExpressionError:
            continue
    return ""


def _unsaid(unit: str, noun: str) -> str:
    """The unit, unless the noun says it: a number of words is 8, not 8 words."""
    return "" if unit and unit in noun else unit


# One result ---------------------------------------------------------------------------------------------------------


def _tell_one(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """One value: "the molar mass is 222.12 g/mol"."""
    noun, value = story.phrase(node), story.value(node)
    if called(node, "len") or not noun or isinstance(value, bool | list | dict | None):
        return ""
    tool, shown = f"`{story.tools(node)[0]}`", with_unit(told(value), _unsaid(unit or story.unit(node), noun))
    if len(shown) > _LONG:
        return f"{tool} gives the {noun}"
    return rng.choice(
        (f"the {noun} is {shown}", f"{tool} gives {shown} as the {noun}", f"according to {tool}, the {noun} is {shown}")
    )


def _tell_count(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """How many items a list has, or how many of them meet a condition."""
    counted = called(node, "len")
    if counted is None:
        return ""
    if listed := story.leaf(counted.args[0]):
        count = _counted(story, counted.args[0])
        return rng.choice((f"`{listed[0].tool}` lists {count}", f"the list that `{listed[0].tool}` returned has {count}"))
    return _tell_kept(story, counted.args[0])


def _tell_set(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A list taken from one result, whole or those of its items that meet a condition."""
    for wrapper in ("set_of", "unique", "sorted", "pluck"):
        wrapped = called(node, wrapper)
        node = wrapped.args[0] if wrapped else node
    if listed := story.leaf(node):
        return f"`{listed[0].tool}` lists {_counted(story, node)}"
    return _tell_kept(story, node)


def _counted(story: Story, node: ast.expr) -> str:
    """The number of items of a list and what they are: "4 direct subtypes"."""
    listed, items = story.leaf(node), story.value(node)
    if listed is None or not isinstance(items, list):
        raise ExpressionError(f"{source(node)} is no list of a result")
    noun = story.vocabulary.noun(*listed) if len(items) == 1 else story.vocabulary.plural(*listed)
    return noun if noun.split()[0] in map(words.cardinal, range(13)) else f"{len(items)} {noun}"


def _tell_kept(story: Story, node: ast.expr) -> str:
    """How many items of a list meet a condition: "of the 21 blocks, 11 have a number of categories below 10"."""
    where = called(node, "where")
    if where is None or len(where.args) != 4 or (listed := story.leaf(where.args[0])) is None:
        return ""
    field, sign = (*listed[1], word(where.args[1])), word(where.args[2])
    count, noun = len(story.value(where)), story.vocabulary.noun(listed[0], field)
    bound = with_unit(told(story.value(where.args[3])), story.vocabulary.unit(listed[0], field))
    start = f"of the {_counted(story, where.args[0])}, {count}"
    if sign in _SIDES:
        return f"{start} {'has' if count == 1 else 'have'} {words.article(noun)} {_SIDES[sign]} {bound}"
    return f'{start} {"has" if count == 1 else "have"} "{bound}" as the {noun}' if sign == "==" else ""


def _tell_best(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """The item with the greatest or least value in a list, and what is taken of it."""
    best = called(node.value, "argmax", "argmin") if isinstance(node, ast.Attribute) else None
    if best is None or not isinstance(node, ast.Attribute) or len(best.args) != 2:
        return ""
    if (listed := story.leaf(best.args[0])) is None:
        return ""
    field = (*listed[1], word(best.args[1]))
    item, rows = story.value(best), story.value(best.args[0])
    if len(rows) == 1:
        return f"the only {story.vocabulary.noun(*listed)} is {told(item[node.attr])}"
    superlative = story.vocabulary.superlative(listed[0], field, LARGEST[function(best)])
    by, among = f"the {superlative} {story.vocabulary.noun(listed[0], field)}", f"the {_counted(story, best.args[0])}"
    shown = with_unit(told(item[field[-1]]), _unsaid(story.vocabulary.unit(listed[0], field), by))
    naming = story.vocabulary.name_of(*listed)
    taken = f"{story.vocabulary.noun(listed[0], (*listed[1], node.attr))} is {told(item[node.attr])}"
    if not item.get(naming):
        return f"among {among}, one has {by} ({shown}); its {taken}"
    then = "" if naming == node.attr else f"; its {taken}"
    name = told(item[naming])
    return rng.choice((f"among {among}, {name} has {by} ({shown}){then}", f"of {among}, {name} has {by}, {shown}{then}"))


# Several results ----------------------------------------------------------------------------------------------------


def _tell_keyed(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A choice among named values: the greatest, the order, or those beyond a bound."""
    wrapped = called(node, "set_of")
    made = called(wrapped.args[0] if wrapped else node, "argmax", "argmin", "rank", "where")
    if made is None or not isinstance(made.args[0], ast.Dict) or not (values := _told_table(story, made.args[0])):
        return ""
    if function(made) in LARGEST:
        return f"{values}, so {told(story.value(made))} has the {'highest' if LARGEST[function(made)] else 'lowest'}"
    if function(made) == "rank":
        descending = len(made.args) > 1 and word(made.args[1]) == "True"
        return f"{values}, and the answer lists them from {'highest to lowest' if descending else 'lowest to highest'}"
    kept, sign = [told(one) for one in story.value(made)], word(made.args[1])
    if sign not in _SIDES or not kept or len(made.args) != 3:
        return ""
    bound = with_unit(told(story.value(made.args[2])), story.unit(made.args[0].values[0]))
    return f"{values}; {words.series(kept)} {'is' if len(kept) == 1 else 'are'} {_SIDES[sign]} {bound}"


def _told_table(story: Story, table: ast.Dict) -> str:
    """The values of a table of expressions: "the number of genes is 3 for A and 5 for B"."""
    made = story.value(table)
    if not 1 < len(made) <= MOST or any(isinstance(value, list | dict) for value in made.values()):
        return ""
    return _valued(story.shared_phrase(table.values), [
        (with_unit(told(value), story.unit(node)), key) for (key, value), node in zip(made.items(), table.values, strict=True)
    ])  # fmt: skip


def _told_values(story: Story, nodes: Sequence[ast.expr]) -> str:
    """Several values of one kind, with what tells them apart where that is clear."""
    if not 1 < len(nodes) <= MOST:
        return ""
    values, labels = [with_unit(told(story.value(node)), story.unit(node)) for node in nodes], story.labels(nodes)
    if labels is None:
        return f"the values are {_listed(values)}"
    return _valued(story.shared_phrase(nodes), list(zip(values, labels, strict=True)))


def _valued(noun: str, pairs: Sequence[tuple[str, str]]) -> str:
    return f"the {noun or 'value'} is {_listed([f'{value} for {label}' for value, label in pairs])}"


def _listed(parts: Sequence[str]) -> str:
    """A, B and C, with semicolons where a part has a comma of its own."""
    return "; ".join(parts) if any(", " in part for part in parts) else words.series(parts)


def _tell_pair(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A difference or a ratio of two values, or of the highest and lowest of several."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Sub | ast.Div):
        return ""
    sign, second = "-" if isinstance(node.op, ast.Sub) else "/", told(story.value(node.right))
    second = f"({second})" if second.startswith("-") else second
    worked = f"{told(story.value(node.left))} {sign} {second} = {with_unit(told(story.value(node)), unit)}"
    highest, lowest = called(node.left, "max"), called(node.right, "min")
    of_many = highest is not None and lowest is not None and isinstance(highest.args[0], ast.List)
    nodes = highest.args[0].elts if of_many and highest and isinstance(highest.args[0], ast.List) else [node.left, node.right]
    return rng.choice((f"{_told_values(story, nodes)}; {worked}", f"{_told_values(story, nodes)}, and {worked}"))


def _tell_many(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """An average or a sum of several values."""
    made = called(node, *_MEANS)
    if made is None or len(made.args) != 1 or not isinstance(made.args[0], ast.List):
        return ""
    values, result = _told_values(story, made.args[0].elts), with_unit(told(story.value(node)), unit)
    start = f"{values}, so " if values else ""
    return f"{start}the {_MEANS[function(made)]} is {result}"


def _tell_choice(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A condition, and the value that it selects."""
    if not isinstance(node, ast.IfExp) or not isinstance(node.test, ast.Compare) or len(node.test.ops) != 1:
        return ""
    holds, test = story.value(node.test), node.test
    chosen, sign = node.body if holds else node.orelse, _SIGNS.get(type(test.ops[0]), "")
    noun, asked, value = story.phrase(test.left), story.phrase(chosen), story.value(chosen)
    if not noun or not asked or not sign or isinstance(value, list | dict):
        return ""
    tested = with_unit(told(story.value(test.left)), story.unit(test.left))
    bound = with_unit(told(story.value(test.comparators[0])), story.unit(test.left))
    result = with_unit(told(value), unit or story.unit(chosen))
    finding = f"the {noun} is {tested}, which is {'' if holds else 'not '}{_SIDES[sign]} {bound}"
    return f"{finding}, so what counts is the {asked}: {result}"


def _tell_table(story: Story, node: ast.expr, unit: str, rng: random.Random) -> str:
    """A record: the values of one kind for each key, or which call gives which value."""
    if not isinstance(node, ast.Dict) or not 1 < len(node.values) <= MOST:
        return ""
    inner = [without_rounding(part)[0] for part in node.values]
    keys = list(story.value(node))
    noun = story.shared_phrase(inner)
    if noun and not any(noun.startswith(key) or key.startswith(noun) for key in keys):
        return _valued(noun, [(_exact(story, part), key) for part, key in zip(inner, keys, strict=True)])
    given: dict[str, list[str]] = {}
    for key, part in zip(keys, inner, strict=True):
        label = key if "," not in key else f'"{key}"'
        shown = _exact(story, part)
        given.setdefault(story.tools(part)[-1], []).append(f"the {label}" + (f" ({shown})" if shown else ""))
    told_ = [f"`{tool}` {'gives ' if not n else ''}{words.series(parts)}" for n, (tool, parts) in enumerate(given.items())]
    return told_[0] if len(told_) == 1 else _series(told_)


def _exact(story: Story, node: ast.expr) -> str:
    """The value of a part before it is rounded, where it can be told in a few words."""
    value = story.value(node)
    return with_unit(told(value), story.unit(node)) if is_short(value) else ""


def _series(parts: Sequence[str]) -> str:
    return words.series(parts) if not any(" and " in part for part in parts) else ", ".join([*parts[:-1], f"and {parts[-1]}"])


_TELLERS: tuple[Teller, ...] = (
    _tell_one, _tell_count, _tell_best, _tell_keyed, _tell_pair, _tell_many, _tell_choice, _tell_table, _tell_set,
)  # fmt: skip
