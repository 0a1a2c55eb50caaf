"""Forms of questions about one entity or one list; each returns the question and how the answer is to be given."""

from dataclasses import dataclass

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.asked import Ask
from dive.synthesis.symbolic.describe import Phrase
from dive.synthesis.symbolic.phrasing import superlative
from dive.synthesis.symbolic.plan import Found, Known, Node, Tally, upstream
from dive.synthesis.symbolic.quantities import digits_of, key_of, unit_of
from dive.synthesis.symbolic.tell import Teller
from dive.synthesis.symbolic.world import entity_of, is_entity, is_quantity
from dive.tools.fields import ResultField
from dive.tools.semantics import SEMANTICS


@dataclass(frozen=True)
class Question:
    """The asking sentence and how the answer is to be given."""

    text: str
    form: str = ""


def single_value(teller: Teller, ask: Ask) -> Question:
    """The value itself."""
    node = ask.focus.branches[0].nodes[0]
    if isinstance(node, Tally) and node.op == "count":
        return Question(how_many(teller, teller.collection(node.items)))
    described = teller.the(node)
    if ask.type in ("number", "integer"):
        return number_question(teller, f"What is {described}", ask)
    if node.semantic and is_entity(node):
        semantic = SEMANTICS[node.semantic]
        if semantic.label.split()[-1] in described or semantic.label == semantic.noun:
            return Question(f"What is {described}?")
        by = "" if semantic.label.split()[-1] == "name" else f"Give its {semantic.label}."
        return Question(f"{teller.rng.choice(('Identify', 'Find', 'Name'))} {described}.", by)
    return Question(f"What is {described}?")


def number_question(teller: Teller, start: str, ask: Ask) -> Question:
    """A question for a number, with its unit and rounding."""
    unit, digits = "" if f" in {ask.unit}" in start else ask.unit, ask.digits
    if digits is None:
        return Question(f"{start}{f', in {unit}' if unit else ''}?")
    rounding = words.decimals(digits)
    inline = f"{start}{f', in {unit}' if unit else ''}, {rounding}?"
    if teller.rng.random() < 0.4:
        return Question(inline)
    return Question(f"{start}?", give(teller, unit, digits))


def give(teller: Teller, unit: str, digits: int | None) -> str:
    """How a number is to be given."""
    if digits is None:
        return f"Answer in {unit}." if unit else ""
    rounding = words.decimals(digits)
    if not unit:
        return teller.rng.choice((f"Round {rounding}.", f"Give the result rounded {rounding}."))
    return teller.rng.choice(
        (f"Give the answer in {unit}, rounded {rounding}.", f"Answer in {unit}, {rounding}.", f"Use {unit} and round {rounding}.")
    )


def how_many(teller: Teller, items: Phrase, condition: str = "") -> str:
    """How many items a list has, or how many of them hold a condition."""
    whole = teller.joined(items)
    if condition.startswith(" whose "):
        return f"Of the {whole}, for how many is the {condition.removeprefix(' whose ').replace(' is ', ' ', 1)}?"
    if condition:
        return f"How many of the {whole}{predicate(condition)}?"
    if items.of is not None and teller.rng.random() < 0.7:
        return f"How many {items.core} does {teller.refer(items.of)} have{items.tail}?"
    return f"How many {whole} are there?"


def predicate(condition: str) -> str:
    """A relative clause as a predicate: " that are radioactive" as " are radioactive"."""
    return condition.replace(" that are ", " are ").replace(" with a ", " have a ").replace(" with an ", " have an ")


def whole_list(teller: Teller, ask: Ask) -> tuple[Found, str]:
    """A list and what its items are called together."""
    node = ask.focus.branches[0].nodes[0]
    assert isinstance(node, Found)
    phrase = teller.collection(node)
    return node, teller.joined(phrase)


def count_items(teller: Teller, ask: Ask) -> Question:
    """How many items a list has."""
    node = ask.focus.branches[0].nodes[0]
    return Question(how_many(teller, teller.collection(node) if isinstance(node, Found) else teller.phrase(node)))


def count_where(teller: Teller, ask: Ask) -> Question:
    """How many items hold a condition."""
    node = ask.focus.branches[0].nodes[0]
    assert isinstance(node, Found)
    return Question(how_many(teller, teller.collection(node), teller.condition(ask.conditions[0], node)))


def every(teller: Teller, ask: Ask) -> Question:
    """All items of a list."""
    _, whole = whole_list(teller, ask)
    return Question(teller.rng.choice((f"List all the {whole}.", f"What are the {whole}? Name every one of them.")))


def names_where(teller: Teller, ask: Ask) -> Question:
    """The items that hold a condition, by name."""
    node, whole = whole_list(teller, ask)
    condition = teller.condition(ask.conditions[0], node)
    naming = by_name(ask, "List every one by its {}.")
    if condition.startswith(" whose "):
        return Question(f"For which of the {whole} is the {condition.removeprefix(' whose ').replace(' is ', ' ', 1)}?", naming)
    return Question(f"Which of the {whole}{predicate(condition)}?", naming)


def by_name(ask: Ask, text: str) -> str:
    """What the items are to be named by."""
    node = ask.focus.branches[0].nodes[0]
    spec = ask.field
    if (isinstance(node, Found) and spec is None) or spec is None:
        return ""
    if spec.semantic and SEMANTICS[spec.semantic].entity:
        return text.format(SEMANTICS[spec.semantic].label)
    return text.format(spec.says.noun) if spec.says else ""


def name_field_of(ask: Ask) -> ResultField | None:
    """The field by which a list's items are told apart."""
    node = ask.focus.branches[0].nodes[0]
    if isinstance(node, Found):
        return next((f for f in node.field.fields if f.says and f.says.names), None)
    return None


def item_name(ask: Ask) -> str:
    """What that field is called."""
    spec = name_field_of(ask)
    if spec is None:
        return "name"
    return (
        SEMANTICS[spec.semantic].label
        if spec.semantic and SEMANTICS[spec.semantic].entity
        else spec.says.noun
        if spec.says
        else "name"
    )


def best_item(teller: Teller, ask: Ask) -> Question:
    """The item with the highest or lowest value."""
    node, whole = whole_list(teller, ask)
    assert ask.field is not None
    noun = teller.item_noun(ask.field, node)
    best = superlative(ask.field, ask.how == "high")
    condition = teller.condition(ask.conditions[0], node) if ask.conditions else ""
    group = (
        f"the {whole}"
        if not condition
        else f"those {whole}{condition}"
        if not condition.startswith(" whose")
        else f"the {whole}{condition}"
    )
    question = teller.rng.choice((f"Which of {group} has the {best} {noun}?", f"Among {group}, which one has the {best} {noun}?"))
    return Question(question, f"Give its {item_name(ask)}.")


def top_items(teller: Teller, ask: Ask) -> Question:
    """The three items with the highest or lowest values, in order."""
    node, whole = whole_list(teller, ask)
    assert ask.field is not None
    noun = teller.item_noun(ask.field, node)
    best = superlative(ask.field, ask.how == "high")
    text = f"Name the three of the {whole} with the {best} {noun}, the {best} first."
    return Question(text, f"Give each by its {item_name(ask)}." if item_name(ask) != "name" else "")


def mean_of(teller: Teller, ask: Ask) -> Question:
    """The average of a field over a list."""
    node, whole = whole_list(teller, ask)
    assert ask.field is not None
    noun = teller.item_noun(ask.field, node)
    return number_question(teller, f"What is the average {noun} of the {whole}", ask)


def record_of(teller: Teller, ask: Ask) -> Question:
    """Several values, under their headings."""
    parts = [f"{said(teller, ask, node)}{how_given(node)}" for node in ask.focus.branches[0].nodes]
    start = teller.rng.choice(("Give", "Report", "State", "I need"))
    labels = [f'"{key_of(node)}"' for node in ask.focus.branches[0].nodes]
    label = teller.rng.choice(("Label the values {}.", "Use the labels {}.", "Answer under the headings {}."))
    return Question(f"{start} {words.series(parts)}.", label.format(words.series(labels)))


def said(teller: Teller, ask: Ask, node: Node) -> str:
    """A description, after which the query's one entity may be called by a pronoun."""
    told = teller.the(node)
    if is_entity(node):
        return told  # a thing of its own, which "its" would be taken for
    stated = [
        n
        for branch in ask.focus.branches
        for part in branch.nodes
        for n in upstream(part)
        if isinstance(n, Known) and is_entity(n)
    ]
    root = entity_of(ask.focus.branches[0].root)
    if len({n.expression for n in stated if teller.noun(n) == teller.noun(root)}) == 1:
        teller.said(root, told)
    return told


def how_given(node: Node) -> str:
    """Unit and rounding of a number in a list of values."""
    if not is_quantity(node):
        return ""
    unit, digits = unit_of(node), digits_of(node)
    parts = [f"in {unit}"] if unit else []
    if digits is not None:
        parts.append(words.decimals(digits))
    return f" ({', '.join(parts)})" if parts else ""


def conditional(teller: Teller, ask: Ask) -> Question:
    """One value or another, depending on a third."""
    test, then, other = ask.focus.branches[0].nodes
    told = said(teller, ask, test)
    threshold = words.value(ask.threshold, unit_of(test))
    yes, no = teller.the(then), teller.the(other)
    text = teller.rng.choice(
        (
            f"If {told} is above {threshold}, give {yes}; otherwise give {no}.",
            f"Check whether {told} exceeds {threshold}: if so, what is {yes}, and if not, what is {no}?",
        )
    )
    return Question(text, give(teller, ask.unit, ask.digits))
