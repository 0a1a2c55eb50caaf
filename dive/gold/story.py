"""`Story`: a derivation with the results that its steps had, and what to call the parts of its expressions."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dive.expressions import evaluate, names_in, parse
from dive.gold.vocabulary import Path, Vocabulary, is_short
from dive.grammar import constant_of
from dive.synthesis.symbolic import words
from dive.types import Derivation, Evidence, Json

LARGEST = {"max": True, "min": False, "argmax": True, "argmin": False}
"""Functions that take an end of something, and whether it is the upper one."""


@dataclass(frozen=True)
class Story:
    """A derivation, the calls of its steps by id, and the words for their results."""

    derivation: Derivation
    calls: Mapping[str, Evidence]
    vocabulary: Vocabulary

    def value(self, node: ast.expr) -> Json:
        """The value of an expression over the recorded results. Raises `ExpressionError` where it has none."""
        return evaluate(source(node), {name: call.result for name, call in self.calls.items()})

    def leaf(self, node: ast.expr) -> tuple[Evidence, Path] | None:
        """The call and path of a plain value, or None."""
        parts: list[str | int] = []
        while not isinstance(node, ast.Name):
            key = constant_of(node.slice) if isinstance(node, ast.Subscript) else None
            if isinstance(node, ast.Attribute):
                parts.append(node.attr)
            elif isinstance(node, ast.Subscript) and key is not None and isinstance(key[0], str | int):
                parts.append(key[0])
            else:
                return None
            node = node.value
        return (self.calls[node.id], tuple(reversed(parts))) if node.id in self.calls else None

    def tools(self, node: ast.expr) -> list[str]:
        """The tools whose results an expression uses, in the order of their steps."""
        named = names_in(source(node))
        return [self.calls[step.id].tool for step in self.derivation.steps if step.id in named]

    def phrase(self, node: ast.expr) -> str:
        """A noun phrase without article for an expression; empty where it has none."""
        node, _ = without_rounding(node)
        if (leaf := self.leaf(node)) is not None:
            return self.vocabulary.noun(*leaf)
        if (count := called(node, "len")) and (listed := self.leaf(count.args[0])):
            return f"number of {self.vocabulary.plural(*listed)}"
        end = called(node, "max", "min")
        plucked = called(end.args[0], "pluck") if end and len(end.args) == 1 else None
        if end is None or plucked is None or (listed := self.leaf(plucked.args[0])) is None:
            return ""
        field = (*listed[1], word(plucked.args[1]))
        best = self.vocabulary.superlative(listed[0], field, LARGEST[function(end)])
        return f"{best} {self.vocabulary.noun(listed[0], field)} among the {self.vocabulary.plural(*listed)}"

    def shared_phrase(self, nodes: Sequence[ast.expr]) -> str:
        """What several expressions have in common: their phrase, or that without what its slots add; empty otherwise."""
        phrases = {self.phrase(node) for node in nodes}
        if len(phrases) == 1:
            return phrases.pop()
        return briefs.pop() if len(briefs := {self._brief(node) for node in nodes}) == 1 else ""

    def _brief(self, node: ast.expr) -> str:
        node, _ = without_rounding(node)
        if (leaf := self.leaf(node)) is not None:
            return self.vocabulary.brief(*leaf)
        if (count := called(node, "len")) and (listed := self.leaf(count.args[0])):
            noun = self.vocabulary.brief(*listed)
            return f"number of {noun if noun.startswith('`') else words.plural(noun)}"
        return ""

    def unit(self, node: ast.expr) -> str:
        """The unit that a tool states for a plain value; empty for anything computed."""
        leaf = self.leaf(without_rounding(node)[0])
        return self.vocabulary.unit(*leaf) if leaf is not None else ""

    def labels(self, nodes: Sequence[ast.expr]) -> list[str] | None:
        """What tells expressions apart: one short literal each that no other rests on, or None."""
        stated = [[text for name in sorted(names_in(source(node))) for text in self._stated(name)] for node in nodes]
        shared = [text for text in stated[0] if all(text in other for other in stated[1:])]
        own = [list(dict.fromkeys(text for text in texts if text not in shared)) for texts in stated]
        if any(len(texts) != 1 for texts in own) or len({texts[0] for texts in own}) < len(nodes):
            return None
        return [texts[0] for texts in own]

    def _stated(self, name: str) -> list[str]:
        """The short literals in the arguments of a step and of the steps that it rests on, as they are told."""
        steps = {step.id: step for step in self.derivation.steps}
        waiting, seen = [name], set[str]()
        while waiting:
            one = waiting.pop()
            if one in steps and one not in seen:
                seen.add(one)
                waiting.extend(other for text in steps[one].arguments.values() for other in names_in(text))
        found: list[str] = []
        for step in self.derivation.steps:
            for parameter, text in step.arguments.items() if step.id in seen else ():
                constant = constant_of(parse(text))
                if constant is not None and is_short(constant[0]):
                    found.append(self.vocabulary.argument(step.tool, parameter, constant[0]))
        return found


def source(node: ast.expr) -> str:
    """The text of an expression."""
    return ast.unparse(node)


def called(node: ast.expr, *functions: str) -> ast.Call | None:
    """The expression, if it is a call of one of these functions."""
    return node if isinstance(node, ast.Call) and function(node) in functions else None


def function(node: ast.Call) -> str:
    """The name of the function that is called."""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def word(node: ast.expr) -> str:
    """A literal of the language, such as a field or an operator; empty for anything else."""
    return str(node.value) if isinstance(node, ast.Constant) else ""


def without_rounding(node: ast.expr) -> tuple[ast.expr, int | None]:
    """What an expression rounds, and to how many decimals; None where it does not round."""
    rounding = called(node, "round")
    if rounding is None:
        return node, None
    digits = constant_of(rounding.args[1]) if len(rounding.args) > 1 else (0,)
    return rounding.args[0], digits[0] if digits and isinstance(digits[0], int) else None


def digits_of(expression: str) -> dict[str, int]:
    """To how many decimals an answer is rounded: under "" the answer, under its keys those of a record."""
    root = parse(expression)
    parts: dict[str, ast.expr] = {"": root}
    if isinstance(root, ast.Dict):
        pairs = zip(root.keys, root.values, strict=True)
        parts = {word(key): value for key, value in pairs if key is not None}
    rounded = {key: without_rounding(part)[1] for key, part in parts.items()}
    return {key: digits for key, digits in rounded.items() if digits is not None}
