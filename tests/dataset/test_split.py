"""Training and evaluation share no seed and no toolset, whatever hangs together."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dive.dataset.split import groups_of, quotas_of, split
from dive.errors import DiveError


@dataclass(frozen=True)
class Item:
    """What a split looks at."""

    number: int
    seed: str
    toolset: tuple[str, ...]
    stratum: str


def items(spec):
    return [Item(n, f"s{seed}", (f"t{tools}",), f"d{stratum}") for n, (seed, tools, stratum) in enumerate(spec)]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 3)), min_size=1, max_size=60),
    st.integers(1, 30),
    st.integers(0, 5),
)
def test_no_seed_and_no_toolset_is_on_both_sides(spec, total, seed):
    tasks = items(spec)
    quotas = quotas_of(tasks, total)
    try:
        made = split(tasks, quotas, seed)
    except DiveError:
        return
    held = [task for task in tasks if task.number in made.eval]
    train = [task for task in tasks if task.number not in made.eval | made.withheld]
    assert train and not made.eval & made.withheld
    assert not {t.seed for t in held} & {t.seed for t in train}
    assert not {t.toolset for t in held} & {t.toolset for t in train}
    per = Counter(task.stratum for task in held)
    assert all(per[name] <= quota for name, quota in quotas.items())
    assert dict(made.lacking) == {name: quota - per[name] for name, quota in quotas.items() if quota > per[name]}
    assert split(tasks, quotas, seed) == made
    alone = {task.number for group in groups_of(tasks) if len(group) == 1 for task in group}
    assert not made.withheld & alone


@given(st.lists(st.integers(0, 4), max_size=50), st.integers(0, 60))
def test_quotas_add_up_and_are_in_proportion(strata, total):
    tasks = items([(n, n, stratum) for n, stratum in enumerate(strata)])
    quotas = quotas_of(tasks, total)
    sizes = Counter(task.stratum for task in tasks)
    assert sum(quotas.values()) == min(total, len(tasks))
    assert all(abs(quotas[name] - min(total, len(tasks)) * size / len(tasks)) < 1 for name, size in sizes.items())


def test_loose_tasks_fill_the_quota_exactly_and_nothing_is_withheld():
    tasks = items([(n, n, n % 4) for n in range(400)])
    made = split(tasks, {f"d{n}": 10 for n in range(4)}, 0)
    assert Counter(tasks[n].stratum for n in made.eval) == {f"d{n}": 10 for n in range(4)}
    assert made.withheld == frozenset() and made.lacking == ()
    assert made.eval != split(tasks, {f"d{n}": 10 for n in range(4)}, 1).eval


def test_what_hangs_together_over_others_is_one_group():
    tasks = items([(1, 1, 0), (2, 2, 0), (1, 2, 0), (3, 3, 0)])
    assert [[task.number for task in group] for group in groups_of(tasks)] == [[0, 1, 2], [3]]


def test_large_groups_are_drawn_last():
    tasks = items([(0, n, 0) for n in range(50)] + [(n, n, 0) for n in range(50, 60)])
    made = split(tasks, {"d0": 5}, 0)
    assert all(tasks[n].seed != "s0" for n in made.eval) and not made.withheld


def test_tasks_that_all_hang_together_cannot_be_split():
    with pytest.raises(DiveError, match=r"leaves none for training: their seeds and toolsets hang together in 1 group\."):
        split(items([(n, 0, 0) for n in range(20)]), {"d0": 2}, 0)


def test_what_cannot_be_had_is_said():
    tasks = items([(n, n, 0) for n in range(10)] + [(20, 20, 1)])
    assert split(tasks, {"d0": 3, "d1": 5}, 0).lacking == (("d1", 4),)
