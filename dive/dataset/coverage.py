"""Choosing the tasks that cover most: lazy greedy on a sum of square roots.

Every task has features, each a pair of a family (such as `tool`) and a value. A choice is worth, for each family, the sum over
its values of the square root of how many chosen tasks have the value, divided by the largest that this sum could be: so each
family counts the same, and each is best served by evenness. The sum is submodular, so the greedy choice is within 1 - 1/e of
the best (Nemhauser, Wolsey and Fisher, "An analysis of approximations for maximizing submodular set functions", 1978), and a
gain that was computed earlier is an upper bound (Minoux, "Accelerated greedy algorithms", 1978). Nothing is drawn: of equal
gains, the first task wins.
"""

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

from dive.analysis.diversity import spectrum
from dive.types import Record

Features = Sequence[tuple[str, str]]


class Covered(Record):
    """How one family is covered, by all tasks, by those that were chosen, and by as many drawn at random."""

    family: str
    pool: int
    """Values among all tasks."""
    chosen: int
    random: int
    chosen_even: float
    """Effective number of values (the exponential of the entropy) among the chosen."""
    random_even: float


def choose(tasks: Sequence[Features], size: int) -> list[int]:
    """The numbers of `size` tasks, in their order."""
    if size >= len(tasks):
        return list(range(len(tasks)))
    weights = _weights(tasks, size)
    known: dict[tuple[str, str], int] = {}
    numbered = [[known.setdefault(feature, len(known)) for feature in features] for features in tasks]
    weight = [weights[family] for family, _ in known]
    counts = [0] * len(known)
    worth = list(weight)
    """What one more task with the feature brings."""

    def gain(number: int) -> float:
        return sum(map(worth.__getitem__, numbered[number]))

    waiting = [(-gain(number), number) for number in range(len(tasks))]
    heapq.heapify(waiting)
    chosen: list[int] = []
    while len(chosen) < size:
        _, number = heapq.heappop(waiting)
        now = (-gain(number), number)
        if waiting and now > waiting[0]:
            heapq.heappush(waiting, now)
            continue
        chosen.append(number)
        for feature in numbered[number]:
            counts[feature] += 1
            worth[feature] = weight[feature] * (sqrt(counts[feature] + 1) - sqrt(counts[feature]))
    return sorted(chosen)


def _weights(tasks: Sequence[Features], size: int) -> dict[str, float]:
    """One over the largest sum of square roots of each family: all its values equally often."""
    values: dict[str, set[str]] = {}
    uses: Counter[str] = Counter()
    for features in tasks:
        for family, value in features:
            values.setdefault(family, set()).add(value)
            uses[family] += 1
    return {family: 1 / sqrt(len(values[family]) * uses[family] * size / len(tasks)) for family in values}


def at_random(count: int, size: int, seed: str) -> list[int]:
    """`size` numbers below `count`, drawn, in their order."""
    return sorted(random.Random(seed).sample(range(count), min(size, count)))


def compared(tasks: Sequence[Features], chosen: Iterable[int], drawn: Iterable[int]) -> tuple[Covered, ...]:
    """How the chosen tasks cover each family, beside as many drawn ones."""
    pool, ours, others = (_counts(tasks[n] for n in part) for part in (range(len(tasks)), chosen, drawn))
    return tuple(
        Covered(
            family=family, pool=len(pool[family]), chosen=len(ours.get(family, ())), random=len(others.get(family, ())),
            chosen_even=round(spectrum(ours.get(family, Counter()).values()).hill_1, 2),
            random_even=round(spectrum(others.get(family, Counter()).values()).hill_1, 2),
        )
        for family in pool
    )  # fmt: skip


def _counts(tasks: Iterable[Features]) -> Mapping[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for features in tasks:
        for family, value in features:
            counts.setdefault(family, Counter())[value] += 1
    return counts
