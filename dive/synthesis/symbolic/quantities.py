"""Quantities: how the numbers of a plan are rounded, what their units are, and what a column of them is called."""

import math
import random
import re
from collections.abc import Iterable

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.plan import Found, Node, Picked, Tally
from dive.tools.fields import ResultField, Scale
from dive.tools.semantics import SEMANTICS
from dive.types import AnswerType


def between(values: list[float], rng: random.Random) -> float | int | None:
    """A round number with some values above and some below it, none near enough to be in doubt; whole among whole numbers."""
    ordered = sorted(set(values))
    gaps = [(low, high) for low, high in zip(ordered, ordered[1:], strict=False) if high - low > 1e-6 * max(abs(high), 1.0)]
    rng.shuffle(gaps)
    whole = all(isinstance(value, int) for value in ordered)
    for low, high in gaps:
        for digits in (1, 2, 3):
            middle = nice((low + high) / 2, digits)
            if low < middle < high and (isinstance(middle, int) or not whole):
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
    if size < 0.01:
        return 2 - math.floor(math.log10(size)) if size else 4
    return 1 if size >= 1000 else 2 if size >= 1 else 3 if size >= 0.1 else 4


def field_of(node: Node) -> ResultField | None:
    """The result field behind a number."""
    if isinstance(node, Found):
        return node.field
    return node.exit if isinstance(node, Picked) else node.over if isinstance(node, Tally) else None


def scale_of(node: Node) -> Scale:
    """What may be done with a number and others of its column; how many there are of something is a ratio."""
    spec = field_of(node)
    return spec.scale if spec is not None else "ratio"


def subtracts(nodes: Iterable[Node]) -> bool:
    """Whether differences and averages of the numbers mean something."""
    return all(scale_of(node) in ("interval", "ratio") for node in nodes)


def divides(nodes: Iterable[Node]) -> bool:
    """Whether ratios and sums of the numbers mean something."""
    return all(scale_of(node) == "ratio" for node in nodes)


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
        small = spec.says.digits > 0 and 0 < abs(node.value) < 10.0 ** (1 - spec.says.digits)
        return digits_for(node.value) if small else max(0, spec.says.digits)
    return digits_for(node.value)


def key_of(node: Node) -> str:
    """What a value is called in a record answer."""
    spec = field_of(node)
    noun = spec.says.noun if spec and spec.says else ""
    if isinstance(node, Tally) and node.op == "count" and node.items.field.says:
        noun = f"number of {node.items.field.says.plural or words.plural(node.items.field.says.noun)}"
    return heading(noun) or (SEMANTICS[node.semantic].noun if node.semantic else "value")


_FUNCTION_WORDS = frozenset(
    (
        "of in on from to for at with by the a an is and between after before beside below above under that which "
        "as than whose given into per associated directly up until when released within"
    ).split()
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


def distinct(headings: list[str]) -> bool:
    """Whether each heading says which value is meant: none is vague or part of another."""
    return not any(
        one in _VAGUE or (n != m and one in other) for n, one in enumerate(headings) for m, other in enumerate(headings)
    )


_VAGUE = ("code", "value", "number", "amount", "share", "title", "date")


def rounded(expression: str, digits: int | None) -> str:
    """The expression rounded to a number of decimals, if one is given."""
    if digits is None:
        return expression
    return f"round({expression}, {digits})" if digits > 0 else f"round({expression})"


def number_type(node: Node, digits: int | None) -> AnswerType:
    """Whether a number is asked as an integer."""
    return "integer" if not digits and (digits == 0 or isinstance(node.value, int)) else "number"
