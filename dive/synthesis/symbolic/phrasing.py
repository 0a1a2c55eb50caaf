"""Phrasing: what two references side by side must not say twice, and how several things are named together."""

import re
from collections.abc import Sequence

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.plan import Known, Node
from dive.synthesis.symbolic.world import is_case
from dive.tools.fields import Parameter, ResultField, Says
from dive.tools.semantics import SEMANTICS, TIMES
from dive.tools.tool import Tool


class Ambiguous(Exception):
    """Two things in a query would have the same name, or one could not be put into words."""


COORDINATES = re.compile(r"(?:latitude|right ascension) \{(\w+)\}(?:,| and) (?:longitude|declination) \{(\w+)\}")
TWICE = re.compile(r"\b([a-z]{4,}) \1s?\b|( (?:in|of|by) [\w .-]{8,60}?)\2\b")
_AFTER = frozenset(("of in on for from to by at and than under between into against with").split())


def without_kind(before: str, text: str, semantic: str) -> str:
    """What stands before a slot, less the kind of thing that the slot's reference says again: "prices for the item "."""
    for kind_of in (text[5:], words.plural(text[5:])):
        if text.startswith("that ") and before.endswith(f"{kind_of} "):
            return re.sub(r"\b(?:the|an?) $", "", before.removesuffix(f"{kind_of} "))
    measure = _MEASURE.search(before)
    if measure and text.startswith("that ") and measure.group(1).split()[-1] in text.split():
        return before[: measure.start()]
    if not semantic or not SEMANTICS[semantic].entity:
        return before
    kind = {*SEMANTICS[semantic].noun.split(), *SEMANTICS[semantic].literal.split()} - {"the", "of", "with", "{}"}
    words_before = before.split(" ")
    last = max((n for n, word in enumerate(words_before) if word in _AFTER), default=-1)
    tail = words_before[last + 1 :]
    direct = _KIND.search(before)
    if direct and kind & set(direct.group(1).split()):
        return before[: direct.start()]
    article, *rest = tail
    again = rest and article in ("the", "a", "an") and kind & set(rest)
    kept = " ".join([*words_before[: last + 1], ""]) if again else before
    by_code = _WITH_CODE.search(kept)
    return kept[: by_code.start()] if by_code and kind & set(by_code.group(1).split()) else kept


def without_measure(before: str, text: str, parameter: Parameter) -> str:
    """What stands before a quantity that is referred to, less what the template calls it: "with GFR " before "that
    clearance".
    """
    if parameter.semantic in TIMES:
        return before
    noun = f"{parameter.says.noun} " if parameter.says else ""
    if noun and before.endswith(noun):
        return before.removesuffix(noun)
    if before.endswith(f"{text[5:]} "):
        whole = re.search(rf"({_BEFORE} )(?:(?:an?|the) )?(?:[\w()/-]+ ){{0,2}}{re.escape(text[5:])} $", before)
        return before[: whole.end(1)] if whole else before
    named = _NAMED.search(before)
    return before[: named.end(1)] if named else before


_BEFORE = r"\b(?:with|and|from|having|of|at)"
_NAMED = re.compile(r"(\b(?:with|and|from|having) )(?:(?:an?|the) )?[\w()/-]+(?: [\w()/-]+){0,3} $")


def kind_again(after: str, text: str, semantic: str) -> str:
    """What stands after a slot and says the kind of thing again that its reference has told: " airport"."""
    if not semantic or not text.startswith(("that ", "the ")):
        return ""
    noun = f" {SEMANTICS[semantic].noun}"
    return noun if re.match(rf"{re.escape(noun)}\b", after) else ""


_MEASURE = re.compile(r"\b(?:an?|the) (\w[\w -]*?)(?: \([^)]*\))? of $")
_KIND = re.compile(r"(?:(?<=\s)|^)(?:the|an?) ((?:\w+ ){1,2})$")
_WITH_CODE = re.compile(r"(?:(?<=\s)|^)(?:the|a|an) (\w+(?: \w+)?) with (?:\S+ ){1,4}$")


def superlative(spec: ResultField, high: bool) -> str:
    """Highest or lowest, in the word that fits the quantity."""
    says = spec.says or Says("")
    return says.high if high else says.low


def list_path(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path of the list that an item's path leads through."""
    return path[: next((n for n, part in enumerate(path) if isinstance(part, int)), len(path))]


def list_field(tool: Tool, path: tuple[str | int, ...]) -> ResultField:
    """The declared field of a list in a tool's results."""
    fields = tool.results
    for part in path[:-1]:
        fields = next(f.fields for f in fields if f.name == part)
    return next(f for f in fields if f.name == path[-1])


def together(roots: Sequence[Node]) -> str:
    """Several stated entities: "the banks with BICs A, B and C"."""
    if isinstance(roots[0], Known) and is_case(roots[0]):
        says = roots[0].says or Says("value")
        return f"the {says.noun} values {words.series([words.value(root.value, says.unit) for root in roots])}"
    texts = [words.value(root.value) for root in roots]
    template = SEMANTICS[roots[0].semantic].literal if roots[0].semantic else "{}"
    noun = SEMANTICS[roots[0].semantic].noun if roots[0].semantic else ""
    if noun and template.startswith(f"the {noun} ") and template.endswith(" {}"):
        head, _, last = template[len(f"the {noun} ") : -len("{}")].strip().rpartition(" ")
        with_ = f"{head} {words.plural(last)} " if head else ""
        return f"the {words.plural(noun)} {with_}{words.series(texts)}"
    if template.startswith("the ") and template.endswith(" {}") and template != "the {}":
        return f"the {words.plural(template[4:-3])} {words.series(texts)}"
    return words.series([template.format(text) for text in texts])
