"""The tasks that cover most: more than a random choice, evenly, and the same each time."""

import random
from itertools import combinations
from math import sqrt

from hypothesis import given, settings
from hypothesis import strategies as st

from dive.dataset.coverage import _weights, at_random, choose, compared


def worth(tasks, chosen, size):
    weights = _weights(tasks, size)
    counts: dict = {}
    for number in chosen:
        for feature in tasks[number]:
            counts[feature] = counts.get(feature, 0) + 1
    return sum(weights[family] * sqrt(count) for (family, _), count in counts.items())


def skewed(count: int) -> list:
    rng = random.Random(3)
    graphs = [f"g{n % 90 if rng.random() < 0.3 else 0}" for n in range(count)]
    tools = [f"t{int(60 * rng.random() ** 4)}" for _ in graphs]
    return [(("graph", g), ("domain", rng.choice("aaaaaaabc")), ("tool", t)) for g, t in zip(graphs, tools, strict=True)]


tasks_of = st.lists(
    st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from("abc")), min_size=1, max_size=4, unique=True),
    min_size=1,
    max_size=9,
)


@settings(deadline=None)
@given(tasks_of, st.integers(1, 9))
def test_greedy_is_near_the_best_choice(tasks, size):
    size = min(size, len(tasks))
    best = max(worth(tasks, chosen, size) for chosen in combinations(range(len(tasks)), size))
    assert worth(tasks, choose(tasks, size), size) >= (1 - 1 / 2.718281828) * best - 1e-9


@settings(deadline=None)
@given(tasks_of, st.integers(1, 9))
def test_lazy_evaluation_chooses_what_full_evaluation_would(tasks, size):
    """The worth of the choice is that of a greedy choice that computes every gain at every step."""
    size = min(size, len(tasks))
    chosen: list[int] = []
    for _ in range(size):
        rest = [n for n in range(len(tasks)) if n not in chosen]
        gains = {n: worth(tasks, [*chosen, n], size) for n in rest}
        chosen.append(next(n for n in rest if gains[n] >= max(gains.values()) - 1e-12))
    assert abs(worth(tasks, choose(tasks, size), size) - worth(tasks, chosen, size)) < 0.05 * worth(tasks, chosen, size)


def test_a_choice_covers_more_than_a_random_one_and_balances():
    tasks = skewed(3_000)
    chosen = choose(tasks, 150)
    assert len(set(chosen)) == 150 and chosen == choose(tasks, 150) == sorted(chosen)
    table = {each.family: each for each in compared(tasks, chosen, at_random(3_000, 150, "0"))}
    assert table["graph"].chosen == table["graph"].pool > table["graph"].random
    assert table["tool"].chosen_even > table["tool"].random_even
    assert table["domain"].chosen_even > 2.8 > table["domain"].random_even


def test_all_are_chosen_where_as_many_are_wanted():
    assert choose([(("a", "b"),)] * 3, 3) == choose([(("a", "b"),)] * 3, 5) == [0, 1, 2]


def test_of_equals_the_first_is_chosen():
    assert choose([(("tool", "a"),)] * 4 + [(("tool", "b"),)] * 4, 3) == [0, 1, 4]
