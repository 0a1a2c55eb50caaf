"""Estimates against values from other sources and against brute force."""

from itertools import combinations
from math import isclose

import pytest

from dive.verify.estimates import kappa, pass_at, wilson


def test_nothing_gives_nothing() -> None:
    assert wilson(0, 0) is None
    assert kappa(0, 0, 0, 0) is None
    assert pass_at(1, []) is None
    assert pass_at(4, [(3, 3), (0, 0)]) is None


def test_wilson_against_published_values() -> None:
    low, high = wilson(0, 10) or (1, 1)
    assert low == 0
    assert isclose(high, 0.2775, abs_tol=5e-5)
    low, high = wilson(81, 263) or (1, 1)
    assert isclose(low, 0.2553, abs_tol=5e-5)  # Newcombe (1998), method 3
    assert isclose(high, 0.3662, abs_tol=5e-5)
    low, high = wilson(10, 10) or (1, 0)
    assert isclose(low, 0.7225, abs_tol=5e-5)
    assert isclose(high, 1)


def test_kappa_against_a_textbook_example() -> None:
    found = kappa(20, 5, 10, 15)
    assert found is not None
    assert isclose(found, 0.4)
    assert kappa(5, 0, 0, 5) == 1
    assert kappa(0, 5, 5, 0) == -1
    assert kappa(7, 0, 0, 0) is None  # one ruling throughout


@pytest.mark.parametrize(("scored", "passed", "k"), [(n, c, k) for n in (1, 2, 5, 8) for c in range(n + 1) for k in (1, 2, 4, 8)])
def test_pass_at_k_is_the_chance_that_one_of_k_drawn_is_right(scored: int, passed: int, k: int) -> None:
    found = pass_at(k, [(scored, passed)])
    if k > scored:
        assert found is None
        return
    draws = list(combinations(range(scored), k))
    assert found is not None
    assert isclose(found[0], sum(min(draw) < passed for draw in draws) / len(draws), abs_tol=1e-12)


def test_pass_at_k_is_a_mean_over_tasks_with_enough_samples() -> None:
    assert pass_at(2, [(2, 1), (2, 0), (1, 1)]) == (0.5, 2)
