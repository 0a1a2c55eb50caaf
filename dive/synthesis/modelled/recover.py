"""From recorded calls and an answer expression to a whole derivation.

A model that derives says only what the answer is. Where each argument came from is found here: it is the declared default, a
value that the query states, or a value of an earlier result, looked for in this order, and for lists and objects in their
parts. Of equal values the one is taken that needs no further call, then the latest call, then the shortest path; calls whose
own arguments come from nowhere are no sources. What was chosen by a comparison looks like a value of the query all the same, so
a draft may state an argument's expression itself (`choices`), which must have the value that was passed.
"""

import keyword
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dive.errors import ExpressionError
from dive.expressions import evaluate, names_in
from dive.synthesis.mentions import mentions
from dive.types import Derivation, Evidence, Json, Step, canonical

MAX_LEAVES = 4_000
"""Leaves of one result that are looked at."""
ROUNDINGS = range(7)
"""Decimal places to which a model may have rounded what it passed on."""
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Unfounded(Exception):
    """An argument that comes from nowhere: the message says which one."""


@dataclass(frozen=True)
class _Leaf:
    """A value in a recorded result, and the expression that leads to it."""

    value: Json
    expression: str
    call: int
    """Position of the call among the evidence."""


@dataclass
class _Search:
    """The recorded calls of an item, with what is already needed of them."""

    evidence: Sequence[Evidence]
    query: str
    defaults: Mapping[str, Mapping[str, Json]]
    needed: set[str]
    choices: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Expressions that the draft states itself, by call and argument."""
    leaves: list[_Leaf] = field(default_factory=list)
    _founded: dict[int, bool] = field(default_factory=dict)

    def arguments(self, position: int) -> dict[str, str]:
        """The arguments of a call as expressions over earlier calls."""
        call = self.evidence[position]
        defaults = self.defaults.get(call.tool, {})
        found = {}
        for name, value in call.arguments.items():
            if (call.id, name) in self.choices:
                found[name] = self.chosen(position, name)
                continue
            if name in defaults and canonical(defaults[name]) == canonical(value):
                found[name] = repr(value)
                continue
            expression = self.expression(value, position)
            if expression is None:
                shown = canonical(value)
                raise Unfounded(
                    f"the argument {name}={shown if len(shown) <= 120 else shown[:120] + '...'} of {call.id} ({call.tool}) is "
                    "neither stated in the query nor found in an earlier result"
                )
            found[name] = expression
        return found

    def chosen(self, position: int, name: str) -> str:
        """The expression that the draft states for an argument. Raises `Unfounded` where it is not what was passed."""
        call = self.evidence[position]
        stated = self.choices[call.id, name]
        earlier = {e.id: e.result for e in self.evidence[:position] if e.failure is None}
        try:
            value = evaluate(stated, earlier)
        except ExpressionError as error:
            raise Unfounded(f"the choice {stated!r} for {name} of {call.id} has no value: {error}") from None
        if canonical(value) != canonical(call.arguments[name]):
            raise Unfounded(f"the choice {stated!r} for {name} of {call.id} gives {canonical(value)[:80]}, which was not passed")
        return stated

    def is_founded(self, position: int) -> bool:
        """Whether each argument of a call comes from somewhere."""
        if position not in self._founded:
            try:
                self.arguments(position)
                self._founded[position] = True
            except Unfounded:
                self._founded[position] = False
        return self._founded[position]

    def expression(self, value: Json, before: int) -> str | None:
        """How a value comes about that was passed to the call at this position."""
        if not isinstance(value, list | dict) and mentions(self.query, value):
            return repr(value)
        equal = sorted((leaf for leaf in self.leaves if leaf.call < before and _equal(leaf.value, value)), key=self._cost)
        best = next((leaf for leaf in equal if self.is_founded(leaf.call)), None)
        if best is not None:
            return best.expression
        if isinstance(value, list):
            parts = [self.expression(part, before) for part in value]
            return None if None in parts else f"[{', '.join(map(str, parts))}]"
        if isinstance(value, dict):
            fields = {key: self.expression(part, before) for key, part in value.items()}
            return None if None in fields.values() else "{" + ", ".join(f"{key!r}: {part}" for key, part in fields.items()) + "}"
        return self._computed(value, before) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def _computed(self, value: int | float, before: int) -> str | None:
        """A number that a model rounded, or wrote as a whole one, on its way to the call."""
        numbers = [
            leaf for leaf in self.leaves
            if leaf.call < before and isinstance(leaf.value, int | float) and not isinstance(leaf.value, bool)
            and math.isclose(leaf.value, value, rel_tol=0.2, abs_tol=1)
        ]  # fmt: skip
        for leaf in filter(lambda leaf: self.is_founded(leaf.call), sorted(numbers, key=self._cost)):
            if isinstance(value, int) and round(leaf.value) == value:
                return f"round({leaf.expression})"
            if isinstance(value, float) and leaf.value == value:
                return f"{leaf.expression} + 0.0"
            for digits in ROUNDINGS:
                if isinstance(value, float) and isinstance(leaf.value, float) and round(leaf.value, digits) == value:
                    return f"round({leaf.expression}, {digits})"
        return None

    def _cost(self, leaf: _Leaf) -> tuple[bool, int, int, str]:
        return self.evidence[leaf.call].id not in self.needed, -leaf.call, len(leaf.expression), leaf.expression


def derivation_of(
    answer: str,
    evidence: Sequence[Evidence],
    query: str,
    defaults: Mapping[str, Mapping[str, Json]],
    choices: Mapping[tuple[str, str], str] | None = None,
) -> Derivation:
    """The derivation whose answer is this expression: the calls that it rests on, in the order in which they were made.

    Raises `Unfounded` where a name is no successful call, or an argument comes from nowhere; `ExpressionError` where the
    expression cannot be read.
    """
    positions = {call.id: n for n, call in enumerate(evidence) if call.failure is None}
    needed = set(names_in(answer))
    if strange := sorted(needed - positions.keys()):
        raise Unfounded(f"the expression uses {', '.join(strange)}, which is no call that succeeded")
    search = _Search(evidence, query, defaults, needed, choices or {}, list(_all_leaves(evidence)))
    found: dict[str, Step] = {}
    for position in reversed(range(len(evidence))):  # what a call cites is earlier, and so comes to its turn
        call = evidence[position]
        if call.id in needed and call.failure is None:
            arguments = search.arguments(position)
            found[call.id] = Step(id=call.id, tool=call.tool, arguments=arguments)
            needed.update(name for expression in arguments.values() for name in names_in(expression))
    return Derivation(steps=tuple(found[call.id] for call in evidence if call.id in found), answer=answer)


def _equal(left: Json, right: Json) -> bool:
    """The same JSON text; a number is no truth value, and 1 is not 1.0."""
    return type(left) is type(right) and left == right


def _all_leaves(evidence: Sequence[Evidence]) -> Iterator[_Leaf]:
    for position, call in enumerate(evidence):
        if call.failure is None:
            for count, leaf in enumerate(_leaves(call.result, call.id, position)):
                if count == MAX_LEAVES:
                    break
                yield leaf


def _leaves(value: Json, expression: str, call: int) -> Iterator[_Leaf]:
    """The values in a result, lists and the columns of lists of records included."""
    if isinstance(value, dict):
        for key, part in value.items():
            step = f".{key}" if _PLAIN.fullmatch(key) and not keyword.iskeyword(key) else f"[{key!r}]"
            yield from _leaves(part, expression + step, call)
    elif isinstance(value, list):
        yield _Leaf(value, expression, call)
        for number, part in enumerate(value):
            yield from _leaves(part, f"{expression}[{number}]", call)
        yield from _columns(value, expression, call)
    elif value is not None and not isinstance(value, bool):
        yield _Leaf(value, expression, call)


def _columns(rows: list[Json], expression: str, call: int) -> Iterator[_Leaf]:
    if len(rows) > 1 and all(isinstance(row, dict) for row in rows):
        for key in rows[0]:
            if all(row.get(key) is not None for row in rows):
                yield _Leaf([row[key] for row in rows], f"pluck({expression}, {key!r})", call)
