"""Tasks for training and tasks for evaluation that share neither a seed nor a toolset.

Tasks that share a seed or an exact toolset hang together, directly or through others. Whole such groups go to one side: what a
group that evaluation draws from has more than is needed there is withheld from both. Small groups are drawn first, so little is
withheld.
"""

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dive.dataset.read import Candidate
from dive.errors import DiveError


@dataclass(frozen=True)
class Split:
    """Numbers of tasks; all others are for training."""

    eval: frozenset[int] = frozenset()
    withheld: frozenset[int] = frozenset()
    lacking: tuple[tuple[str, int], ...] = ()
    """Strata that have fewer tasks for evaluation than were asked for, and how many they lack."""


def groups_of(tasks: Sequence[Candidate]) -> list[list[Candidate]]:
    """The tasks that hang together by seeds and toolsets, in the order of their first."""
    parent = list(range(len(tasks)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[object, int] = {}
    for place, task in enumerate(tasks):
        for link in (("seed", task.seed), task.toolset):
            a, b = sorted((root(first.setdefault(link, place)), root(place)))
            parent[b] = a
    groups: dict[int, list[Candidate]] = {}
    for place, task in enumerate(tasks):
        groups.setdefault(root(place), []).append(task)
    return list(groups.values())


def split(tasks: Sequence[Candidate], quotas: Mapping[str, int], seed: int, eligible: Collection[int] | None = None) -> Split:
    """Set tasks aside for evaluation, so many of each stratum (`domain/variant`), of all tasks or of those with eligible numbers.

    Raises:
        DiveError: nothing would be left for training.
    """
    groups = groups_of(tasks)
    rng = random.Random(f"{seed}/split")
    most = max(1, sum(quotas.values()) // 50)
    order = sorted(groups, key=lambda group: (len(group) if len(group) > most else 0, rng.random()))
    left = Counter(quotas)
    chosen: set[int] = set()
    withheld: set[int] = set()
    for group in order:
        taken = []
        for task in group:
            if left[task.stratum] > 0 and (eligible is None or task.number in eligible):
                left[task.stratum] -= 1
                taken.append(task.number)
        if taken:
            chosen.update(taken)
            withheld.update(task.number for task in group if task.number not in taken)
    if chosen and len(chosen) + len(withheld) == len(tasks):
        groups_are = f"{len(groups)} group{'s' if len(groups) > 1 else ''}"
        raise DiveError(
            f"setting {len(chosen)} of {len(tasks)} tasks aside for evaluation leaves none for training: their seeds and "
            f"toolsets hang together in {groups_are}. Ask for fewer, or evaluate on a run of its own"
        )
    return Split(frozenset(chosen), frozenset(withheld), tuple(sorted((name, lack) for name, lack in left.items() if lack > 0)))


def quotas_of(tasks: Sequence[Candidate], total: int) -> dict[str, int]:
    """`total` tasks divided among the strata in proportion to their sizes, by largest remainders."""
    if not tasks:
        return {}
    sizes = Counter(task.stratum for task in tasks)
    total = min(total, len(tasks))
    exact = {name: total * size / len(tasks) for name, size in sizes.items()}
    quotas = {name: int(share) for name, share in exact.items()}
    rest = sorted(sizes, key=lambda name: (quotas[name] - exact[name], name))
    for name in rest[: total - sum(quotas.values())]:
        quotas[name] += 1
    return quotas
