"""The derivation language: a small, closed subset of Python over JSON values, evaluated without Python's `eval`.

Where an expression has a value, the value is the one that Python gives, with two exceptions: `e1.smiles` looks up a
key, and a truth value never equals a number. Where Python would guess (the truth of a list, `1 + True`) or repeat a
sequence, it is an error. Bounds on source, nodes, depth, numbers, texts, lists and steps keep hostile input cheap.
What may be written is in `dive.grammar`, the functions in `dive.functions`.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from itertools import islice

from dive.errors import ExpressionError
from dive.functions import FUNCTIONS
from dive.grammar import COMPARISONS, MAX_DEPTH, Leaf, constant_of, leaves_in, literals_in, names_in, parse
from dive.types import Json
from dive.values import MAX_ITEMS, MAX_TEXT, items, kind, number, ordered, scalar_key, shown, text

__all__ = ["FUNCTIONS", "Leaf", "evaluate", "leaves_in", "literals_in", "names_in", "parse"]

MAX_STEPS = 20_000
"""A step is one node, five items of a list, or a thousand characters of a text."""
MAX_VALUES = 100_000
"""Numbers, texts, lists and records in a result, at all depths together."""


def evaluate(expression: str, names: Mapping[str, Json]) -> Json:
    """The value of an expression over named results: JSON of bounded size, never NaN.

    Raises:
        ExpressionError: the expression is malformed, too costly, or has no value over these names.
    """
    try:
        return _bounded(_Evaluation(names).value(parse(expression)))
    except (ArithmeticError, ValueError, RecursionError) as error:
        raise ExpressionError(f"{shown(expression)} has no value: {error}") from None


class _Evaluation:
    """One walk over one expression; it counts what it spends."""

    def __init__(self, names: Mapping[str, Json]) -> None:
        self.names = names
        self.steps = 0

    def spend(self, *values: Json) -> None:
        """Pay one step and the sizes of the values about to be looked through."""
        self.steps += 1
        for value in values:
            if isinstance(value, list | dict):
                self.steps += len(value) // 5
            elif isinstance(value, str):
                self.steps += len(value) // 1000
        if self.steps > MAX_STEPS:
            raise ExpressionError(f"too costly: more than {MAX_STEPS} steps")

    def value(self, node: ast.expr) -> Json:
        self.spend()
        return _METHODS[type(node)](self, node)

    def name(self, node: ast.Name) -> Json:
        if node.id not in self.names:
            raise ExpressionError(f"unknown name {shown(node.id)}; known: {', '.join(islice(self.names, 50))}")
        return self.names[node.id]

    def attribute(self, node: ast.Attribute) -> Json:
        record = self.value(node.value)
        if not isinstance(record, dict):
            raise ExpressionError(f".{node.attr} of {kind(record)}: only records have fields")
        return _field(record, node.attr)

    def subscript(self, node: ast.Subscript) -> Json:
        whole = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            return self.part(whole, node.slice)
        key = self.value(node.slice)
        if isinstance(whole, dict):
            return _field(whole, key)
        if not isinstance(whole, list | str) or isinstance(key, bool) or not isinstance(key, int):
            raise ExpressionError(f"{kind(whole)} has no item at {kind(key)}")
        if not -len(whole) <= key < len(whole):
            raise ExpressionError(f"no item {shown(key)} in {kind(whole)} of length {len(whole)}")
        return whole[key]

    def part(self, whole: Json, bounds: ast.Slice) -> Json:
        if not isinstance(whole, list | str):
            raise ExpressionError(f"{kind(whole)} has no slices")
        parts = [(constant_of(b) or (None,))[0] if b else None for b in (bounds.lower, bounds.upper, bounds.step)]
        self.spend(whole)
        return _checked(whole[slice(*parts)])

    def binary(self, node: ast.BinOp) -> Json:
        left, right = self.value(node.left), self.value(node.right)
        self.spend(left, right)
        return _checked(_BINARY[type(node.op)](left, right))

    def unary(self, node: ast.UnaryOp) -> Json:
        if isinstance(node.op, ast.Not):
            return not self.truth(node.operand)
        return _checked(-number(self.value(node.operand)))

    def truth(self, node: ast.expr) -> bool:
        value = self.value(node)
        if not isinstance(value, bool):
            raise ExpressionError(f"{kind(value)} is neither true nor false: compare it with something")
        return value

    def logic(self, node: ast.BoolOp) -> bool:
        stop = isinstance(node.op, ast.Or)
        return any(map(self.truth, node.values)) if stop else all(map(self.truth, node.values))

    def choice(self, node: ast.IfExp) -> Json:
        return self.value(node.body if self.truth(node.test) else node.orelse)

    def compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.value(comparator)
            if not self.holds(left, COMPARISONS[type(op)], right):
                return False
            left = right
        return True

    def holds(self, left: Json, symbol: str, right: Json) -> bool:
        if symbol in ("==", "!="):
            return self.same(left, right) is (symbol == "==")
        if symbol in ("in", "not in"):
            return self.within(left, right) is (symbol == "in")
        self.spend(left)
        return ordered(left, symbol, right)

    def same(self, left: Json, right: Json) -> bool:
        """Equality of JSON values, paid for by their size."""
        self.spend(left)
        if isinstance(left, list) and isinstance(right, list):
            return len(left) == len(right) and all(map(self.same, left, right))
        if isinstance(left, dict) and isinstance(right, dict):
            return left.keys() == right.keys() and all(self.same(left[key], right[key]) for key in left)
        return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)

    def within(self, member: Json, whole: Json) -> bool:
        self.spend(whole)
        if isinstance(whole, str | dict):
            if not isinstance(member, str):
                raise ExpressionError(f"{kind(member)} in {kind(whole)} has no meaning")
            return member in whole
        key = scalar_key(member)
        return any(not isinstance(item, list | dict) and scalar_key(item) == key for item in items(whole))

    def listing(self, node: ast.List) -> list[Json]:
        return [self.value(element) for element in node.elts]

    def record(self, node: ast.Dict) -> dict[str, Json]:
        made: dict[str, Json] = {}
        for key_node, value_node in zip(node.keys, node.values, strict=True):
            key = self.value(key_node) if key_node else None
            if not isinstance(key, str) or key in made:
                raise ExpressionError(f"key {shown(key)} of a record must be a text, and occur once")
            made[key] = self.value(value_node)
        return made

    def call(self, node: ast.Call) -> Json:
        arguments = [self.value(argument) for argument in node.args]
        self.spend(*arguments)
        return _checked(FUNCTIONS[getattr(node.func, "id", "")].call(*arguments))


_METHODS: dict[type[ast.AST], Callable[..., Json]] = {
    ast.Constant: lambda _, node: node.value,
    ast.Name: _Evaluation.name,
    ast.Attribute: _Evaluation.attribute,
    ast.Subscript: _Evaluation.subscript,
    ast.BinOp: _Evaluation.binary,
    ast.UnaryOp: _Evaluation.unary,
    ast.Compare: _Evaluation.compare,
    ast.BoolOp: _Evaluation.logic,
    ast.IfExp: _Evaluation.choice,
    ast.List: _Evaluation.listing,
    ast.Dict: _Evaluation.record,
    ast.Call: _Evaluation.call,
}


def _field(record: dict[str, Json], key: Json) -> Json:
    if not isinstance(key, str) or key not in record:
        raise ExpressionError(f"no field {shown(key)}; known: {', '.join(map(str, islice(record, 20)))}")
    return record[key]


def _add(left: Json, right: Json) -> Json:
    """Numbers are added; texts and lists are joined."""
    if isinstance(left, str):
        return left + text(right)
    if isinstance(left, list):
        return left + items(right)
    return number(left) + number(right)


def _power(left: Json, right: Json) -> Json:
    base, exponent = number(left), number(right)
    if isinstance(base, int) and isinstance(exponent, int) and exponent * (abs(base).bit_length() - 1) > 100:
        raise ExpressionError("a power beyond 10**30")
    return base**exponent


def _arithmetic(call: Callable[[int | float, int | float], Json]) -> Callable[[Json, Json], Json]:
    return lambda left, right: call(number(left), number(right))


_BINARY: dict[type[ast.AST], Callable[..., Json]] = {
    ast.Add: _add,
    ast.Sub: _arithmetic(operator.sub),
    ast.Mult: _arithmetic(operator.mul),
    ast.Div: _arithmetic(operator.truediv),
    ast.FloorDiv: _arithmetic(operator.floordiv),
    ast.Mod: _arithmetic(operator.mod),
    ast.Pow: _power,
}


def _checked(value: Json) -> Json:
    """What an operator or function made, within bounds; minus zero becomes zero."""
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise ExpressionError(f"a text of more than {MAX_TEXT} characters")
    if isinstance(value, list) and len(value) > MAX_ITEMS:
        raise ExpressionError(f"a list of more than {MAX_ITEMS} items")
    if isinstance(value, int | float | complex) and not isinstance(value, bool):
        return number(value) + 0
    return value


def _bounded(value: Json) -> Json:
    """The value, if it is JSON within bounds at every depth."""
    stack, seen = [(value, 0)], 0
    while stack:
        part, depth = stack.pop()
        seen += 1
        if len(stack) + seen > MAX_VALUES or depth > MAX_DEPTH:
            raise ExpressionError(f"a result of more than {MAX_VALUES} values, or nested more than {MAX_DEPTH} deep")
        if isinstance(part, dict):
            if not all(isinstance(key, str) for key in part):
                raise ExpressionError("a record with a key that is no text")
            stack.extend((inner, depth + 1) for inner in part.values())
        elif isinstance(part, list):
            stack.extend((inner, depth + 1) for inner in items(part))
        elif isinstance(part, str):
            _checked(part)
        elif part is not None and not isinstance(part, bool):
            number(part)
    return value
