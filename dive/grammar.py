"""Reading the derivation language: what an expression may consist of, and what it mentions.

Python's own parser does the reading; then every node must be on the list at the end of this module, which names all
there is: literals, names, `[...]`, `{...}`, `.field`, `[index]`, `[1:3]`, `+ - * / // % **`, comparisons, `in`,
`and or not`, `x if y else z`, and calls to `dive.functions.FUNCTIONS` with positional arguments.
"""

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache

from dive.errors import ExpressionError
from dive.functions import FUNCTIONS, positions
from dive.types import Json
from dive.values import number, shown

MAX_SOURCE = 4_000
MAX_NODES = 500
MAX_DEPTH = 40

Leaf = tuple[str, tuple[str | int, ...]]
"""A value in a result: the name, and the fields and positions that lead to it."""

Children = Sequence[ast.expr]

OPERATORS: tuple[type[ast.AST], ...] = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.USub, ast.Not,
)  # fmt: skip
COMPARISONS: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


@lru_cache(maxsize=1024)
def parse(expression: str) -> ast.expr:
    """The checked syntax tree of an expression; it is shared, so leave it as it is."""
    if len(expression) > MAX_SOURCE:
        raise ExpressionError(f"an expression of {len(expression)} characters; at most {MAX_SOURCE} are allowed")
    try:
        root = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        reason = getattr(error, "msg", None) or type(error).__name__
        raise ExpressionError(f"not an expression: {shown(expression)} ({reason})") from None
    for count, (_, depth) in enumerate(_walk(root), 1):
        if count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError(f"too large: at most {MAX_NODES} parts, nested {MAX_DEPTH} deep")
    return root


def names_in(expression: str) -> frozenset[str]:
    """The names of steps that an expression mentions."""
    return frozenset(node.id for node, _ in _walk(parse(expression)) if isinstance(node, ast.Name))


def leaves_in(expression: str) -> tuple[Leaf, ...]:
    """The longest paths rooted at a name, in order and once each: `e1.items[0].cas` is `("e1", ("items", 0, "cas"))`.

    A path ends where an index is computed or a slice begins; what follows is chosen by the expression.
    """
    found: dict[Leaf, None] = {}
    stack = [parse(expression)]
    while stack:
        node = stack.pop()
        path = _path(node)
        if path is not None:
            found[path] = None
        else:
            stack.extend(reversed(_children(node)))
    return tuple(found)


def literals_in(expression: str, keys: Collection[str] = ()) -> list[Json]:
    """The constants that are data: all but those on a path of `leaves_in`, field names, operators, units and flags.

    `keys` are names that a record in the expression may use for its fields, such as those of a tool's schema. Positions in
    what was computed are data (`sorted_by(e1.items, 'mass')[0:3]` has 0 and 3): they choose the answer.
    """
    return list(_literals(parse(expression), keys))


def _literals(node: ast.expr, keys: Collection[str]) -> Iterator[Json]:
    if _path(node) is not None:
        return
    constant = constant_of(node)
    if constant is not None:
        yield constant[0]
        return
    skipped: set[int] = set()
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        skipped = positions(FUNCTIONS[node.func.id].words, len(node.args))
    elif isinstance(node, ast.Dict):
        skipped = {n for n, key in enumerate(node.keys) if isinstance(key, ast.Constant) and key.value in keys}
    elif isinstance(node, ast.Subscript) and isinstance((constant_of(node.slice) or (0,))[0], str):
        skipped = {1}
    for position, child in enumerate(_children(node)):
        words = child.elts if isinstance(child, ast.List) else [child]
        if position not in skipped or not all(constant_of(word) for word in words):
            yield from _literals(child, keys)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        bounds = (node.slice.lower, node.slice.upper, node.slice.step)
        yield from (constant[0] for bound in bounds if bound and (constant := constant_of(bound)))


def constant_of(node: ast.expr) -> tuple[Json] | None:
    """The value of a literal or a negated number, in a tuple because it may be None."""
    if isinstance(node, ast.Constant):
        return (node.value,)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return None if isinstance(value, bool) or not isinstance(value, int | float) else (-value,)
    return None


def _path(node: ast.expr) -> Leaf | None:
    parts: list[str | int] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
        elif isinstance(node, ast.Subscript):
            key = constant_of(node.slice)
            if key is None or isinstance(key[0], bool) or not isinstance(key[0], str | int):
                return None
            parts.append(key[0])
        else:
            return None
        node = node.value
    return node.id, tuple(reversed(parts))


def _walk(root: ast.expr) -> Iterator[tuple[ast.expr, int]]:
    stack = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        stack.extend((child, depth + 1) for child in reversed(_children(node)))


def _children(node: ast.expr) -> Children:
    """The parts to look at next, or an error where the node is not in the language."""
    rule = _RULES.get(type(node))
    if rule is None:
        raise ExpressionError(f"{type(node).__name__} is not part of the derivation language")
    return rule(node)


def _check_constant(node: ast.Constant) -> Children:
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        number(node.value)
    elif node.value is not None and not isinstance(node.value, bool | str):
        raise ExpressionError(f"a literal of type {type(node.value).__name__} is not JSON")
    return ()


def _check_word(word: str) -> None:
    if word.startswith("_"):
        raise ExpressionError(f"private name {shown(word)}")


def _check_name(node: ast.Name) -> Children:
    _check_word(node.id)
    return ()


def _check_attribute(node: ast.Attribute) -> Children:
    _check_word(node.attr)
    return (node.value,)


def _check_subscript(node: ast.Subscript) -> Children:
    if not isinstance(node.slice, ast.Slice):
        return (node.value, node.slice)
    for bound in (node.slice.lower, node.slice.upper, node.slice.step):
        if bound is not None and type((constant_of(bound) or ("",))[0]) is not int:
            raise ExpressionError("the bounds of a slice must be whole numbers written out")
    return (node.value,)


def _check_operator(node: ast.BinOp | ast.UnaryOp) -> Children:
    if type(node.op) not in OPERATORS:
        raise ExpressionError(f"operator {type(node.op).__name__} is not part of the derivation language")
    return (node.left, node.right) if isinstance(node, ast.BinOp) else (node.operand,)


def _check_compare(node: ast.Compare) -> Children:
    for op in node.ops:
        if type(op) not in COMPARISONS:
            raise ExpressionError(f"comparison {type(op).__name__} is not part of the derivation language")
    return (node.left, *node.comparators)


def _check_dict(node: ast.Dict) -> Children:
    keys = [key for key in node.keys if key is not None]
    if len(keys) < len(node.keys):
        raise ExpressionError("** is not part of the derivation language")
    return (*keys, *node.values)


def _check_call(node: ast.Call) -> Children:
    name = node.func.id if isinstance(node.func, ast.Name) else "a computed value"
    function = FUNCTIONS.get(name)
    if function is None:
        raise ExpressionError(f"cannot call {shown(name)}; known functions: {', '.join(FUNCTIONS)}")
    if node.keywords:
        raise ExpressionError(f"{name} takes no named arguments")
    if not function.least <= len(node.args) <= function.most:
        raise ExpressionError(f"{name} takes {function.least} to {function.most} arguments, got {len(node.args)}")
    return node.args


_RULES: dict[type[ast.AST], Callable[..., Children]] = {
    ast.Constant: _check_constant,
    ast.Name: _check_name,
    ast.Attribute: _check_attribute,
    ast.Subscript: _check_subscript,
    ast.BinOp: _check_operator,
    ast.UnaryOp: _check_operator,
    ast.Compare: _check_compare,
    ast.BoolOp: lambda node: node.values,
    ast.IfExp: lambda node: (node.test, node.body, node.orelse),
    ast.List: lambda node: node.elts,
    ast.Dict: _check_dict,
    ast.Call: _check_call,
}
