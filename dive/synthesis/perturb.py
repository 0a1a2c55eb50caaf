"""Perturbation: other results that a step might have had, for the gate `necessary`.

Only the cited part of a result is changed, one leaf at a time: numbers a little and a lot, text into other text,
lists by an item. The generator is lazy; the gate stops at the first change that matters.
"""

import copy
from collections.abc import Iterator, Mapping

from dive.expressions import leaves_in
from dive.types import Derivation, Json

FAR = 10**12
"""Beyond any other value of its kind, so that an order or a comparison is upset."""
MAX_LEAVES = 120
"""Leaves of one cited value that are tried."""


def perturbations(derivation: Derivation, step: str, results: Mapping[str, Json]) -> Iterator[Json]:
    """Variants of a step's recorded result, each with one cited leaf changed."""
    result = results.get(step)
    expressions = [derivation.answer, *(e for s in derivation.steps for e in s.arguments.values())]
    paths = {path[1] for expression in expressions for path in leaves_in(expression) if path[0] == step}
    for path in sorted({_above_text(result, path) for path in paths}, key=repr):
        for leaf in _leaves(result, path):
            for other in _others(_at(result, leaf)):
                yield _with(result, leaf, other)


def _above_text(result: Json, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path, cut where it leads into a text: a letter is changed with its text."""
    for length, part in enumerate(path):
        if isinstance(result, str):
            return path[:length]
        try:
            result = result[part]
        except (KeyError, IndexError, TypeError):
            return path
    return path


def _leaves(result: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """The paths of the leaves under a cited path, and of the lists among them."""
    try:
        stack = [(path, _at(result, path))]
    except (KeyError, IndexError, TypeError):
        return
    count = 0
    while stack and count < MAX_LEAVES:
        place, value = stack.pop()
        count += 1
        if isinstance(value, dict):
            stack.extend(((*place, key), item) for key, item in reversed(value.items()))
        elif isinstance(value, list):
            yield place
            stack.extend(((*place, n), item) for n, item in reversed(list(enumerate(value))))
        else:
            yield place


def _others(value: Json) -> Iterator[Json]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, FAR, -FAR, value * 0.5, value * 3 + 1000)
    elif isinstance(value, str):
        yield from (value + " (other)", "1901-02-03", "(other) " + value)
    elif isinstance(value, list):
        yield from (value[:-1], [], (value * 60)[:600])
    else:
        yield 1


def _at(value: Json, path: tuple[str | int, ...]) -> Json:
    for part in path:
        value = value[part]
    return value


def _with(value: Json, path: tuple[str | int, ...], other: Json) -> Json:
    if not path:
        return other
    changed = copy.copy(value)
    changed[path[0]] = _with(value[path[0]], path[1:], other)
    return changed
