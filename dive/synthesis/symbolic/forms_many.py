"""Forms of questions about several entities, told together where the value is their own, and through one that stands
for all where it is not.
"""

from collections.abc import Callable

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.asked import Ask
from dive.synthesis.symbolic.describe import Phrase
from dive.synthesis.symbolic.forms_one import Question, give, how_given, number_question, said
from dive.synthesis.symbolic.plan import Found, Known, Node, Tally
from dive.synthesis.symbolic.quantities import key_of, unit_of
from dive.synthesis.symbolic.tell import Teller
from dive.synthesis.symbolic.world import entity_of, is_case


def difference(teller: Teller, ask: Ask) -> Question:
    """By how much one value exceeds another."""
    return _pair(teller, ask, "difference")


def ratio(teller: Teller, ask: Ask) -> Question:
    """How many times one value is another."""
    return _pair(teller, ask, "ratio")


def _pair(teller: Teller, ask: Ask, form: str) -> Question:
    if len(ask.focus.branches) == 2:
        return two_entities(teller, ask, form)
    a, b = ask.focus.branches[0].nodes if ask.how == "high" else reversed(ask.focus.branches[0].nodes)
    first = said(teller, ask, a)
    second = teller.the(b)
    if form == "difference":
        return Question(f"By how much does {first} exceed {second}?", give(teller, ask.unit, ask.digits))
    return Question(f"What is the ratio of {first} to {second}?", give(teller, "", ask.digits))


def two_entities(teller: Teller, ask: Ask, form: str) -> Question:
    """The values of two entities against each other, the larger first."""
    first, second = (ask.focus.branches[0], ask.focus.branches[1])
    ra, rb = (first.root, second.root) if ask.how == "high" else (second.root, first.root)
    phrase = direct(teller, ask, 0)
    how = give(teller, ask.unit if form == "difference" else "", ask.digits)
    if phrase is not None:
        one, two = teller.refer(ra), teller.refer(rb)
        if form == "difference":
            text = teller.rng.choice(
                (
                    f"By how much does the {phrase.core} of {one} exceed that of {two}{phrase.tail}?",
                    f"How much {higher(ask.focus.column()[0])} is the {phrase.core} of {one} than that of {two}{phrase.tail}?",
                )
            )
            return Question(text, how)
        return Question(f"What is the ratio of the {phrase.core} of {one} to that of {two}{phrase.tail}?", how)
    if is_case(ra):
        return Question(what_if(teller, ask, rb, form), how)
    told, value = told_for_each(teller, ask)
    one, two = stated(ra), stated(rb)
    if form == "difference":
        return Question(f"{told} By how much does {value} for {one} exceed {value} for {two}?".strip(), how)
    return Question(f"{told} What is the ratio of {value} for {one} to {value} for {two}?".strip(), how)


def what_if(teller: Teller, ask: Ask, other: Node, form: str) -> str:
    """What a circumstance changes: the larger value against what it would be with the other one."""
    a, b = ask.focus.column() if ask.how == "high" else reversed(ask.focus.column())
    says = other.says if isinstance(other, Known) else None
    if says is None or not says.noun:
        teller.prepare(a, b)
        return f"{'By how much' if form == 'difference' else 'By what factor'} does {teller.the(a)} exceed {teller.the(b)}?"
    teller.prepare(a)
    more = f"How much {higher(a)}" if form == "difference" else f"By what factor {higher(a)}"
    return f"{more} is {teller.the(a)} than it would be with {words.article(says.noun)} of {stated(other)} instead?"


def stated(root: Node) -> str:
    """A branch's entity by its value; a circumstance by its value with the unit."""
    return words.value(root.value, root.says.unit if isinstance(root, Known) and root.says else "")


def higher(node: Node) -> str:
    """The comparative that fits a quantity."""
    if isinstance(node, Found) and node.field.says:
        pairs = {
            "highest": "higher",
            "largest": "larger",
            "longest": "longer",
            "latest": "later",
            "heaviest": "heavier",
            "greatest": "greater",
        }
        return pairs.get(node.field.says.high, "greater")
    return "higher"


def direct(teller: Teller, ask: Ask, attribute: int) -> Phrase | None:
    """The phrase of an attribute that belongs to the branch's entity itself, told without that entity."""
    root = ask.focus.branches[0].root
    node = ask.focus.branches[0].nodes[attribute]
    about = owner(node)
    if about is None or entity_of(about) is not entity_of(root):
        return None
    phrase = teller.phrase(node)
    return phrase if phrase.of is not None and not teller.sentences else None


def owner(node: Node) -> Node | None:
    """The entity that a value is an attribute of, if the value is told as such."""
    if isinstance(node, Tally) and node.over is None:
        node = node.items
    if isinstance(node, Found):
        says = node.field.says
        about = node.call.tool.about.strip()
        if says and "{" not in says.noun and "{" not in (says.plural or "") and about.startswith("{") and about.endswith("}"):
            argument = node.call.arguments.get(about[1:-1])
            return None if isinstance(argument, tuple) else argument
    return None


def group_of(teller: Teller, ask: Ask) -> str:
    """What the branches are called together."""
    text = teller.begin_group(ask.focus)
    teller.end_group(ask.focus.branches[0].root)
    return text


def told_for_each(teller: Teller, ask: Ask, attributes: int = 1) -> tuple[str, str]:
    """Tell the branches together; returns the last sentence and what the first value is called after it."""
    root, nodes = ask.focus.branches[0].root, ask.focus.branches[0].nodes[:attributes]
    node = nodes[0]
    group = teller.begin_group(ask.focus)
    for each in nodes:
        teller.prepare(each)
    described = " and ".join(teller.the(each) for each in nodes)
    noun = teller.says(node).noun
    value = "that value" if len(noun.split()) > 3 or "{" in noun or isinstance(node, Tally) else f"that {noun}"
    opened = teller.opened
    teller.end_group(root)
    verb = teller.rng.choice(("look up", "work out", "find", "determine"))
    if opened:
        return f"Then {verb} {described} in each case.", value
    return f"For each of {group}, {verb} {described}.", value


def best_of(teller: Teller, ask: Ask) -> Question:
    """Which entity has the highest or lowest value."""
    best = superlative_of(teller, ask, ask.how == "high")
    phrase = direct(teller, ask, 0)
    if phrase is not None:
        group = group_of(teller, ask)
        text = teller.rng.choice(
            (
                f"Which of {group} has the {best} {phrase.core}{phrase.tail}?",
                f"Of {group}, which has the {best} {phrase.core}{phrase.tail}?",
            )
        )
        return Question(text)
    told, value = told_for_each(teller, ask)
    noun = teller.noun(ask.focus.branches[0].root)
    return Question(f"{told} For which {noun} is {value} the {best}?")


def rank_by(teller: Teller, ask: Ask) -> Question:
    """All entities in the order of a value."""
    first, last = (superlative_of(teller, ask, high) for high in (ask.how == "high", ask.how != "high"))
    phrase = direct(teller, ask, 0)
    if phrase is not None:
        group = group_of(teller, ask)
        return Question(
            f"{teller.rng.choice(('Rank', 'Order', 'Sort'))} {group} by {phrase.core}{phrase.tail}, from {first} to {last}."
        )
    told, value = told_for_each(teller, ask)
    nouns = words.plural(teller.noun(ask.focus.branches[0].root))
    return Question(f"{told} Order the {nouns} by {value}, from {first} to {last}.".replace("by that ", "by this "))


def reduction(word: str) -> Callable[[Teller, Ask], Question]:
    """The average, sum or range of the values."""

    def tell(teller: Teller, ask: Ask) -> Question:
        phrase = direct(teller, ask, 0)
        how = give(teller, ask.unit, ask.digits)
        ends = f"the {superlative_of(teller, ask, True)} and the {superlative_of(teller, ask, False)}"
        if phrase is not None:
            start = {
                "mean": f"What is the average {phrase.core} of",
                "sum": f"What is the combined {phrase.core} of",
                "range": f"How far apart are {ends} {phrase.core} among",
            }[word]
            return Question(f"{start} {group_of(teller, ask)}{phrase.tail}?", how)
        sentence, _ = told_for_each(teller, ask)
        end = {
            "mean": "What is the average of the values found?",
            "sum": "What do they add up to?",
            "range": f"What is the difference between {ends} of them?",
        }[word]
        return Question(f"{sentence} {end}", how)

    return tell


def superlative_of(teller: Teller, ask: Ask, high: bool) -> str:
    """The superlative that fits the first attribute."""
    says = teller.says(ask.focus.column()[0])
    return says.high if high else says.low


def names_above(teller: Teller, ask: Ask) -> Question:
    """The entities whose value is above a threshold."""
    node = ask.focus.column()[0]
    threshold = words.value(ask.threshold, unit_of(node))
    phrase = direct(teller, ask, 0)
    if phrase is not None:
        group = group_of(teller, ask)
        more = f"more than {threshold} {phrase.core.removeprefix('number of ')}" if phrase.core.startswith("number of ") else ""
        told = more or f"{words.article(phrase.core)} above {threshold}"
        return Question(f"Which of {group} have {told}{phrase.tail}?", "List all that do.")
    told, value = told_for_each(teller, ask)
    noun = teller.noun(ask.focus.branches[0].root)
    return Question(f"{told} For which {words.plural(noun)} is {value} above {threshold}?", "List all of them.")


def both(teller: Teller, ask: Ask) -> Question:
    """The one entity that holds two conditions, or all that do."""
    first, second = (ask.focus.column(attribute)[0] for attribute in (0, 1))
    low, high = (words.value(limit, unit_of(node)) for limit, node in zip(ask.threshold, (first, second), strict=True))
    one, two = direct(teller, ask, 0), direct(teller, ask, 1)
    single = ask.type == "text"
    if one is None or two is None:
        told, _ = told_for_each(teller, ask, attributes=2)
        noun = teller.noun(ask.focus.branches[0].root)
        start = "There is one for which" if single else "Keep those for which"
        end = f"Which {noun} is it?" if single else f"List the {words.plural(noun)} that remain."
        return Question(f"{told} {start} the {key_of(first)} is above {low} and the {key_of(second)} is below {high}.", end)
    group = group_of(teller, ask)
    above = f"{words.article(one.core)} above {low}{one.tail}"
    below = f"{words.article(two.core)} below {high}{two.tail}"
    if not single:
        return Question(f"Which of {group} have both {above} and {below}?", "List all that do.")
    return Question(
        teller.rng.choice(
            (
                f"Exactly one of {group} has both {above} and {below}. Which one is it?",
                f"Which of {group} is the only one with {above} and {below}?",
            )
        )
    )


def of_best(teller: Teller, ask: Ask) -> Question:
    """The second value of the entity with the best first one."""
    best = superlative_of(teller, ask, ask.how == "high")
    root, node = ask.focus.branches[0].root, ask.focus.column(1)[0]
    noun = teller.noun(root)
    one = direct(teller, ask, 0)
    if one is not None:
        teller.sentences.append(
            f"Of {group_of(teller, ask)}, take the {noun if noun != 'value' else 'one'} with the {best} {one.core}{one.tail}."
        )
    else:
        told, value = told_for_each(teller, ask)
        teller.sentences.append(f"{told} Take the {noun} for which {value} is the {best}.")
    teller.forget(ask.focus.branches[0].nodes[0])
    teller.settle(root)
    teller.prepare(node)
    return number_question(teller, f"What is {teller.the(node)}", ask)


def table_of(teller: Teller, ask: Ask) -> Question:
    """One value for each entity."""
    root, node = ask.focus.branches[0].root, ask.focus.column()[0]
    given = how_given(node)
    phrase = direct(teller, ask, 0)
    if phrase is not None:
        group = group_of(teller, ask)
        return Question(
            f"{teller.rng.choice(('Give', 'Tabulate', 'List'))} the {phrase.core}{given} of each of {group}{phrase.tail}."
        )
    told, _ = told_for_each(teller, ask)
    noun = teller.noun(root)
    return Question(told, f"Answer with one value per {noun}{given}." if given else f"Answer with one entry per {noun}.")
