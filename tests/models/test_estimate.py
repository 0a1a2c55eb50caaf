"""An estimate from a few items says how far it may be off, and is right about as often as it claims."""

import random

import pytest

from dive.chat import Usage
from dive.errors import DiveError
from dive.models.estimate import ItemUsage, estimate, extrapolated


def test_nothing_to_go_by():
    with pytest.raises(DiveError, match="no item was finished"):
        estimate([], 100)


def test_more_sampled_than_wanted():
    with pytest.raises(DiveError, match="3 items were sampled for an estimate of 2"):
        estimate([ItemUsage(Usage())] * 3, 2)


def test_one_item_has_no_upper_end():
    made = extrapolated([7.0], 10)
    assert (made.likely, made.low, made.high) == (70.0, 7.0, None)


def test_all_items_are_known():
    made = extrapolated([1.0, 2.0, 6.0], 3)
    assert (made.likely, made.low, made.high) == (9.0, 9.0, 9.0)


def test_a_known_case():
    """Of 2, 4 and 6 the mean is 4 and the deviation 2; t of 2 degrees of freedom is 4.302653 (tables)."""
    made = extrapolated([2.0, 4.0, 6.0], 6)
    off = 4.302653 * 2 * (3 + 9 / 3) ** 0.5
    assert made.likely == 24.0
    assert made.high == pytest.approx(24 + off, rel=1e-6)
    assert made.low == max(12.0, 24 - off)


def test_each_figure_by_itself():
    sample = [ItemUsage(Usage(prompt=100 * n, completion=10 * n), cost=n / 10, seconds=float(n)) for n in (1, 2, 3)]
    made = estimate(sample, 30, at_once=4)
    assert (made.items, made.sampled) == (30, 3)
    assert (made.prompt.likely, made.completion.likely) == (6000, 600)
    assert made.cost.likely == pytest.approx(6.0)
    assert made.seconds.likely == pytest.approx(60 / 4)
    assert made.seconds.high is not None and made.seconds.low < made.seconds.likely < made.seconds.high
    assert estimate(sample, 3, at_once=100).seconds.likely == pytest.approx(2.0), "no more at once than there are items"


def test_the_range_holds_as_often_as_it_says():
    """Also for costs with a tail, as those of rollouts are; 95 in 100 are promised."""
    chance = random.Random(3)
    inside = 0
    for _ in range(1000):
        whole = [chance.gammavariate(4, 1) for _ in range(200)]
        made = extrapolated(whole[:10], 200)
        inside += made.high is not None and made.low <= sum(whole) <= made.high
    assert 915 <= inside <= 985
