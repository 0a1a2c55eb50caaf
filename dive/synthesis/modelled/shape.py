"""The shape of a derivation that no plan prescribed, read off its answer expression and its steps."""

import ast

from dive.expressions import names_in, parse
from dive.types import Derivation

_BY_FUNCTION = (
    ("ranking", {"sorted_by", "rank", "sorted", "top"}),
    ("superlative", {"argmax", "argmin", "max", "min"}),
    ("filter", {"where"}),
    ("aggregate", {"mean", "median", "sum", "count", "len", "unique", "union", "intersection", "difference", "set_of"}),
)


def shape_of(derivation: Derivation) -> str:
    """One of `dive.exemplars.SHAPES`: what decides the answer, or where nothing is decided, how the calls hang together."""
    nodes = list(ast.walk(parse(derivation.answer)))
    called = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    for shape, functions in _BY_FUNCTION:
        if called & functions:
            return shape
    if any(isinstance(node, ast.IfExp | ast.Compare | ast.BoolOp) for node in nodes):
        return "conditional"
    if any(isinstance(node, ast.BinOp) for node in nodes):
        return "arithmetic" if len(names_in(derivation.answer)) < 2 else "compare"
    if any(isinstance(node, ast.Dict) for node in nodes):
        return "table"
    citations = [{name for expression in step.arguments.values() for name in names_in(expression)} for step in derivation.steps]
    if any(len(cited) > 1 for cited in citations):
        return "join"
    return "chain" if any(citations) else "lookup"
