"""Composing: an ask becomes the sentences of a query, in the manner of an exemplar.

One function a form; each returns the question and, apart from it, how the answer is to be given (unit, rounding, order).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.ask import Ask, digits_of, key_of, unit_of
from dive.synthesis.symbolic.openers import opener
from dive.synthesis.symbolic.plan import Found, Known, Node, Tally, upstream
from dive.synthesis.symbolic.tell import Ambiguous, Phrase, Teller, superlative
from dive.synthesis.symbolic.world import entity_of, is_entity, is_number
from dive.tools.fields import ResultField
from dive.tools.semantics import SEMANTICS


__all__ = ["Ambiguous", "compose"]


@dataclass(frozen=True)
class Question:
    """The asking sentence and how the answer is to be given."""

    text: str
    form: str = ""


def compose(ask: Ask, manner: str, domain: str, rng: random.Random) -> str:
    """The whole query. Raises `Ambiguous` where its words would have two readings."""
    teller = Teller(rng)
    if len(ask.focus.branches) == 1:
        teller.prepare(*ask.focus.branches[0].nodes)
    question = FORMS[ask.form](teller, ask)
    sentences = [*teller.sentences, question.text, question.form]
    lead = opener(manner, domain, ask.shape, rng)
    query = " ".join(sentence for sentence in (lead, *sentences) if sentence)
    return query[0].upper() + query[1:]


# --- one branch -------------------------------------------------------------------------------------------------------


def _value(teller: Teller, ask: Ask) -> Question:
    node = ask.focus.branches[0].nodes[0]
    if isinstance(node, Tally) and node.op == "count":
        return Question(_how_many(teller, teller.collection(node.items), teller.condition(node.where, node.items)))
    described = teller.the(node)
    if ask.type in ("number", "integer"):
        return _number_question(teller, f"What is {described}", ask)
    if node.semantic and is_entity(node):
        semantic = SEMANTICS[node.semantic]
        if semantic.label.split()[-1] in described or semantic.label == semantic.noun:
            return Question(f"What is {described}?")
        by = "" if semantic.label == "name" else f"Give its {semantic.label}."
        return Question(f"{teller.rng.choice(('Identify', 'Find', 'Name'))} {described}.", by)
    return Question(f"What is {described}?")


def _number_question(teller: Teller, start: str, ask: Ask) -> Question:
    unit, digits = ask.unit, ask.digits
    if digits is None:
        return Question(f"{start}{f', in {unit}' if unit else ''}?")
    rounding = words.decimals(digits)
    inline = f"{start}{f', in {unit}' if unit else ''}, {rounding}?"
    if teller.rng.random() < 0.4:
        return Question(inline)
    return Question(f"{start}?", _give(teller, unit, digits))


def _give(teller: Teller, unit: str, digits: int | None) -> str:
    if digits is None:
        return f"Answer in {unit}." if unit else ""
    rounding = words.decimals(digits)
    if not unit:
        return teller.rng.choice((f"Round {rounding}.", f"Give the result rounded {rounding}."))
    return teller.rng.choice(
        (f"Give the answer in {unit}, rounded {rounding}.", f"Answer in {unit}, {rounding}.", f"Use {unit} and round {rounding}.")
    )


def _how_many(teller: Teller, items: Phrase, condition: str = "") -> str:
    """How many items a list has, or how many of them hold a condition."""
    whole = teller.joined(items)
    if condition.startswith(" whose "):
        return f"Of the {whole}, for how many is the {condition.removeprefix(' whose ').replace(' is ', ' ', 1)}?"
    if condition:
        return f"How many of the {whole}{_predicate(condition)}?"
    if items.of is not None and teller.rng.random() < 0.7:
        return f"How many {items.core} does {teller.refer(items.of)} have{items.tail}?"
    return f"How many {whole} are there?"


def _predicate(condition: str) -> str:
    """A relative clause as a predicate: " that are radioactive" as " are radioactive"."""
    return condition.replace(" that are ", " are ").replace(" with a ", " have a ").replace(" with an ", " have an ")


def _whole(teller: Teller, ask: Ask) -> tuple[Found, str]:
    node = ask.focus.branches[0].nodes[0]
    assert isinstance(node, Found)
    phrase = teller.collection(node)
    return node, teller.joined(phrase)


def _count(teller: Teller, ask: Ask) -> Question:
    node = ask.focus.branches[0].nodes[0]
    return Question(_how_many(teller, teller.collection(node) if isinstance(node, Found) else teller.phrase(node)))


def _count_where(teller: Teller, ask: Ask) -> Question:
    node = ask.focus.branches[0].nodes[0]
    assert isinstance(node, Found)
    return Question(_how_many(teller, teller.collection(node), teller.condition(ask.conditions[0], node)))


def _all(teller: Teller, ask: Ask) -> Question:
    _, whole = _whole(teller, ask)
    return Question(teller.rng.choice((f"List all the {whole}.", f"What are the {whole}? Name every one of them.")))


def _names_where(teller: Teller, ask: Ask) -> Question:
    node, whole = _whole(teller, ask)
    condition = teller.condition(ask.conditions[0], node)
    by_name = _by_name(ask, "List every one by its {}.")
    if condition.startswith(" whose "):
        return Question(f"For which of the {whole} is the {condition.removeprefix(' whose ').replace(' is ', ' ', 1)}?", by_name)
    return Question(f"Which of the {whole}{_predicate(condition)}?", by_name)


def _by_name(ask: Ask, text: str) -> str:
    node = ask.focus.branches[0].nodes[0]
    spec = ask.field
    if isinstance(node, Found) and spec is None or spec is None:
        return ""
    if spec.semantic and SEMANTICS[spec.semantic].entity:
        return text.format(SEMANTICS[spec.semantic].label)
    return text.format(spec.says.noun) if spec.says else ""


def _named(ask: Ask) -> ResultField | None:
    node = ask.focus.branches[0].nodes[0]
    if isinstance(node, Found):
        return next((f for f in node.field.fields if f.says and f.says.names), None)
    return None


def _item_name(ask: Ask) -> str:
    spec = _named(ask)
    if spec is None:
        return "name"
    return SEMANTICS[spec.semantic].label if spec.semantic and SEMANTICS[spec.semantic].entity else spec.says.noun if spec.says else "name"


def _best_item(teller: Teller, ask: Ask) -> Question:
    node, whole = _whole(teller, ask)
    assert ask.field is not None
    noun = teller.item_noun(ask.field, node)
    best = superlative(ask.field, ask.how == "high")
    condition = teller.condition(ask.conditions[0], node) if ask.conditions else ""
    group = f"the {whole}" if not condition else f"those {whole}{condition}" if not condition.startswith(" whose") else f"the {whole}{condition}"
    question = teller.rng.choice(
        (f"Which of {group} has the {best} {noun}?", f"Among {group}, which one has the {best} {noun}?")
    )
    return Question(question, f"Give its {_item_name(ask)}.")


def _top_items(teller: Teller, ask: Ask) -> Question:
    node, whole = _whole(teller, ask)
    assert ask.field is not None
    noun = teller.item_noun(ask.field, node)
    best = superlative(ask.field, ask.how == "high")
    text = f"Name the three of the {whole} with the {best} {noun}, the {best} first."
    return Question(text, f"Give each by its {_item_name(ask)}." if _item_name(ask) != "name" else "")


def _mean_of(teller: Teller, ask: Ask) -> Question:
    node, whole = _whole(teller, ask)
    assert ask.field is not None
    noun = teller.item_noun(ask.field, node)
    return _number_question(teller, f"What is the average {noun} of the {whole}", ask)


def _record(teller: Teller, ask: Ask) -> Question:
    parts = [f"{_said(teller, ask, node)}{_how_given(node)}" for node in ask.focus.branches[0].nodes]
    start = teller.rng.choice(("Give", "Report", "State", "I need"))
    labels = [f'"{key_of(node)}"' for node in ask.focus.branches[0].nodes]
    label = teller.rng.choice(("Label the values {}.", "Use the labels {}.", "Answer under the headings {}."))
    return Question(f"{start} {words.series(parts)}.", label.format(words.series(labels)))


def _said(teller: Teller, ask: Ask, node: Node) -> str:
    """A description, after which the query's one entity may be called by a pronoun."""
    told = teller.the(node)
    stated = [n for branch in ask.focus.branches for part in branch.nodes for n in upstream(part) if isinstance(n, Known) and is_entity(n)]
    root = entity_of(ask.focus.branches[0].root)
    if len({n.expression for n in stated if teller.noun(n) == teller.noun(root)}) == 1:
        teller.said(root, told)
    return told


def _how_given(node: Node) -> str:
    if not is_number(node) or is_entity(node):
        return ""
    unit, digits = unit_of(node), digits_of(node)
    parts = [f"in {unit}"] if unit else []
    if digits is not None:
        parts.append(words.decimals(digits))
    return f" ({', '.join(parts)})" if parts else ""


def _pair(teller: Teller, ask: Ask, form: str) -> Question:
    a, b = ask.focus.branches[0].nodes if len(ask.focus.branches) == 1 else tuple(ask.focus.column())
    if ask.how == "low":
        a, b = b, a
    if len(ask.focus.branches) == 2:
        return _two_entities(teller, ask, a, b, form)
    first = _said(teller, ask, a)
    second = teller.the(b)
    if form == "difference":
        return Question(f"By how much does {first} exceed {second}?", _give(teller, ask.unit, ask.digits))
    return Question(f"What is the ratio of {first} to {second}?", _give(teller, "", ask.digits))


def _total(teller: Teller, ask: Ask) -> Question:
    a, b = ask.focus.branches[0].nodes
    return Question(f"What do {_said(teller, ask, a)} and {teller.the(b)} add up to?")


def _two_entities(teller: Teller, ask: Ask, a: Node, b: Node, form: str) -> Question:
    first, second = (ask.focus.branches[0], ask.focus.branches[1])
    ra, rb = (first.root, second.root) if ask.how == "high" else (second.root, first.root)
    phrase = _direct(teller, ask, 0)
    give = _give(teller, ask.unit if form == "difference" else "", ask.digits)
    if phrase is not None:
        one, two = teller.refer(ra), teller.refer(rb)
        if form == "difference":
            text = teller.rng.choice(
                (
                    f"By how much does the {phrase.core} of {one} exceed that of {two}{phrase.tail}?",
                    f"How much {_higher(a)} is the {phrase.core} of {one} than that of {two}{phrase.tail}?",
                )
            )
            return Question(text, give)
        return Question(f"What is the ratio of the {phrase.core} of {one} to that of {two}{phrase.tail}?", give)
    told, value = _told_for_each(teller, ask)
    one, two = words.value(ra.value), words.value(rb.value)
    if form == "difference":
        return Question(f"{told} By how much does {value} for {one} exceed {value} for {two}?".strip(), give)
    return Question(f"{told} What is the ratio of {value} for {one} to {value} for {two}?".strip(), give)


def _higher(node: Node) -> str:
    if isinstance(node, Found) and node.field.says:
        pairs = {"highest": "higher", "largest": "larger", "longest": "longer", "latest": "later", "heaviest": "heavier", "greatest": "greater"}
        return pairs.get(node.field.says.high, "greater")
    return "higher"


def _conditional(teller: Teller, ask: Ask) -> Question:
    test, then, other = ask.focus.branches[0].nodes
    told = _said(teller, ask, test)
    threshold = words.value(ask.threshold, unit_of(test))
    yes, no = teller.the(then), teller.the(other)
    text = teller.rng.choice(
        (
            f"If {told} is above {threshold}, give {yes}; otherwise give {no}.",
            f"Check whether {told} exceeds {threshold}: if so, what is {yes}, and if not, what is {no}?",
        )
    )
    return Question(text, _give(teller, ask.unit, ask.digits))


# --- several branches -------------------------------------------------------------------------------------------------


def _direct(teller: Teller, ask: Ask, attribute: int) -> Phrase | None:
    """The phrase of an attribute that belongs to the branch's entity itself, told without that entity."""
    root = ask.focus.branches[0].root
    node = ask.focus.branches[0].nodes[attribute]
    about = _owner(node)
    if about is None or entity_of(about) is not entity_of(root):
        return None
    phrase = teller.phrase(node)
    return phrase if phrase.of is not None and not teller.sentences else None


def _owner(node: Node) -> Node | None:
    if isinstance(node, Tally) and node.over is None:
        node = node.items
    if isinstance(node, Found):
        says = node.field.says
        about = node.call.tool.about.strip()
        if says and "{" not in says.noun and "{" not in (says.plural or "") and about.startswith("{") and about.endswith("}"):
            argument = node.call.arguments.get(about[1:-1])
            return None if isinstance(argument, tuple) else argument
    return None


def _group(teller: Teller, ask: Ask) -> str:
    text = teller.begin_group(ask.focus)
    teller.end_group(ask.focus.branches[0].root)
    return text


def _told_for_each(teller: Teller, ask: Ask, attribute: int = 0) -> tuple[str, str]:
    """Tell the branches together; returns the last sentence and what the value is called after it."""
    root, node = ask.focus.branches[0].root, ask.focus.branches[0].nodes[attribute]
    group = teller.begin_group(ask.focus)
    teller.prepare(node)
    described = teller.the(node)
    noun = teller.says(node).noun
    value = "that value" if len(noun.split()) > 3 or "{" in noun or isinstance(node, Tally) else f"that {noun}"
    opened = teller.opened
    teller.end_group(root)
    verb = teller.rng.choice(("look up", "work out", "find", "determine"))
    if opened:
        return f"Then {verb} {described} in each case.", value
    return f"For each of {group}, {verb} {described}.", value


def _best(teller: Teller, ask: Ask) -> Question:
    says = teller.says(ask.focus.column()[0])
    best = says.high if ask.how == "high" else says.low
    phrase = _direct(teller, ask, 0)
    if phrase is not None:
        group = _group(teller, ask)
        text = teller.rng.choice((f"Which of {group} has the {best} {phrase.core}{phrase.tail}?", f"Of {group}, which has the {best} {phrase.core}{phrase.tail}?"))
        return Question(text)
    told, value = _told_for_each(teller, ask)
    noun = teller.noun(ask.focus.branches[0].root)
    return Question(f"{told} For which {noun} is {value} the {best}?")


def _rank(teller: Teller, ask: Ask) -> Question:
    says = teller.says(ask.focus.column()[0])
    first, last = (says.high, says.low) if ask.how == "high" else (says.low, says.high)
    phrase = _direct(teller, ask, 0)
    if phrase is not None:
        group = _group(teller, ask)
        return Question(f"{teller.rng.choice(('Rank', 'Order', 'Sort'))} {group} by {phrase.core}{phrase.tail}, from {first} to {last}.")
    told, value = _told_for_each(teller, ask)
    nouns = words.plural(teller.noun(ask.focus.branches[0].root))
    return Question(f"{told} Order the {nouns} by {value}, from {first} to {last}.".replace("by that ", "by this "))


def _over(word: str) -> Callable[[Teller, Ask], Question]:
    def tell(teller: Teller, ask: Ask) -> Question:
        phrase = _direct(teller, ask, 0)
        give = _give(teller, ask.unit, ask.digits)
        if phrase is not None:
            group = _group(teller, ask)
            told = {
                "mean": f"What is the average {phrase.core} of {group}{phrase.tail}?",
                "sum": f"What is the combined {phrase.core} of {group}{phrase.tail}?",
                "range": f"How far apart are the {superlative_of(teller, ask, True)} and the {superlative_of(teller, ask, False)} {phrase.core} among {group}{phrase.tail}?",
            }
            return Question(told[word], give)
        sentence, value = _told_for_each(teller, ask)
        ends = {
            "mean": "What is the average of the values found?",
            "sum": "What do they add up to?",
            "range": f"What is the difference between the {superlative_of(teller, ask, True)} and the {superlative_of(teller, ask, False)} of them?",
        }
        return Question(f"{sentence} {ends[word]}" if value else "", give)

    return tell


def superlative_of(teller: Teller, ask: Ask, high: bool) -> str:
    """The superlative that fits the first attribute."""
    says = teller.says(ask.focus.column()[0])
    return says.high if high else says.low


def _names_above(teller: Teller, ask: Ask) -> Question:
    node = ask.focus.column()[0]
    threshold = words.value(ask.threshold, unit_of(node))
    phrase = _direct(teller, ask, 0)
    if phrase is not None:
        group = _group(teller, ask)
        more = f"more than {threshold} {phrase.core.removeprefix('number of ')}" if phrase.core.startswith("number of ") else ""
        told = more or f"{words.article(phrase.core)} above {threshold}"
        return Question(f"Which of {group} have {told}{phrase.tail}?", "List all that do.")
    told, value = _told_for_each(teller, ask)
    noun = teller.noun(ask.focus.branches[0].root)
    return Question(f"{told} For which {words.plural(noun)} is {value} above {threshold}?", "List all of them.")


def _both(teller: Teller, ask: Ask) -> Question:
    low, high = ask.threshold
    one, two = _direct(teller, ask, 0), _direct(teller, ask, 1)
    if one is None or two is None:
        raise Ambiguous("two conditions on values that are not the entity's own")
    group = _group(teller, ask)
    above = f"{words.article(one.core)} above {words.value(low, unit_of(ask.focus.column(0)[0]))}{one.tail}"
    below = f"{words.article(two.core)} below {words.value(high, unit_of(ask.focus.column(1)[0]))}{two.tail}"
    return Question(
        teller.rng.choice(
            (
                f"Exactly one of {group} has both {above} and {below}. Which one is it?",
                f"Which of {group} is the only one with {above} and {below}?",
            )
        )
    )


def _of_best(teller: Teller, ask: Ask) -> Question:
    best = superlative_of(teller, ask, ask.how == "high")
    root, node = ask.focus.branches[0].root, ask.focus.column(1)[0]
    noun = teller.noun(root)
    one = _direct(teller, ask, 0)
    if one is not None:
        teller.sentences.append(f"Of {_group(teller, ask)}, take the {noun if noun != 'value' else 'one'} with the {best} {one.core}{one.tail}.")
    else:
        told, value = _told_for_each(teller, ask)
        teller.sentences.append(f"{told} Take the {noun} for which {value} is the {best}.")
    teller.forget(ask.focus.branches[0].nodes[0])
    teller.settle(root)
    teller.prepare(node)
    return _number_question(teller, f"What is {teller.the(node)}", ask)


def _table(teller: Teller, ask: Ask) -> Question:
    root, node = ask.focus.branches[0].root, ask.focus.column()[0]
    given = _how_given(node)
    phrase = _direct(teller, ask, 0)
    if phrase is not None:
        group = _group(teller, ask)
        return Question(f"{teller.rng.choice(('Give', 'Tabulate', 'List'))} the {phrase.core}{given} of each of {group}{phrase.tail}.")
    told, _ = _told_for_each(teller, ask)
    noun = teller.noun(root)
    return Question(told, f"Answer with one value per {noun}{given}." if given else f"Answer with one entry per {noun}.")


FORMS: dict[str, Callable[[Teller, Ask], Question]] = {
    "value": _value, "count": _count, "count_where": _count_where, "all": _all, "names_where": _names_where,
    "best_item": _best_item, "top_items": _top_items, "mean_of": _mean_of, "record": _record,
    "difference": lambda t, a: _pair(t, a, "difference"), "ratio": lambda t, a: _pair(t, a, "ratio"),
    "total": _total, "conditional": _conditional, "best": _best, "rank": _rank, "mean": _over("mean"), "sum": _over("sum"),
    "range": _over("range"), "names_above": _names_above, "both": _both, "of_best": _of_best, "table": _table,
}  # fmt: skip

