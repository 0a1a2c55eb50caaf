"""JSON values as the derivation language sees them: which operations they take, and how large they may be.

A truth value is no number, 1 and 1.0 are one value, and only numbers with numbers or texts with texts have an order.
Every check raises `ExpressionError` with what was expected and what came.
"""

import math

from dive.errors import ExpressionError
from dive.types import Json

MAX_INT = 10**30
MAX_TEXT = 20_000
MAX_ITEMS = 10_000


def kind(value: Json) -> str:
    """What a value is, in the words of an error message."""
    names = {bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list", dict: "a record"}
    return "None" if value is None else names.get(type(value), f"no JSON value ({type(value).__name__})")


def shown(value: object) -> str:
    """A value in an error message, cut to 60 characters."""
    text = repr(value[:60]) if isinstance(value, str) else kind(value) if isinstance(value, list | dict) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def number(value: Json) -> int | float:
    """The value, if it is a finite number of bounded size; a truth value is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ExpressionError(f"expected a number, got {kind(value)}")
    if isinstance(value, int):
        if abs(value) > MAX_INT:
            raise ExpressionError("an integer beyond 10**30")
    elif not math.isfinite(value):
        raise ExpressionError("a number that is not finite")
    return value


def text(value: Json) -> str:
    if not isinstance(value, str):
        raise ExpressionError(f"expected a text, got {kind(value)}")
    return value


def items(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise ExpressionError(f"expected a list, got {kind(value)}")
    if len(value) > MAX_ITEMS:
        raise ExpressionError(f"a list of more than {MAX_ITEMS} items")
    return value


def scalar_key(value: Json) -> tuple[bool, Json]:
    """A hashable key under which 1 and 1.0 are one value, and 1 and True are two."""
    if isinstance(value, list | dict):
        raise ExpressionError(f"expected texts or numbers, got {kind(value)}")
    return isinstance(value, bool), value


def comparable(left: Json, right: Json) -> bool:
    """Whether two values have an order: two numbers, or two texts."""
    if isinstance(left, str) and isinstance(right, str):
        return True
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in (left, right))


def ordered(left: Json, operator: str, right: Json) -> bool:
    """`left operator right` for `<`, `<=`, `>`, `>=`."""
    if not comparable(left, right):
        raise ExpressionError(f"{kind(left)} {operator} {kind(right)} has no meaning: compare numbers, or texts")
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    return bool(left > right) if operator == ">" else bool(left >= right)


def sortable(values: Json) -> list[Json]:
    """The list, if all its items are numbers or all are texts."""
    found = items(values)
    if found and not all(comparable(found[0], value) for value in found):
        raise ExpressionError("a list that is ordered must hold only numbers, or only texts")
    return found


def tied(left: Json, right: Json) -> bool:
    """Equal, or floats that differ by no more than the noise of computing them."""
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12)
    return bool(left == right)
