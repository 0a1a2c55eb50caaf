"""What a run will take, from what a few of its items took.

Each figure is a sum over all items: what the sampled ones took, and the mean for those that remain. Its range is the prediction
interval of Student's t for that sum: nineteen times out of twenty the whole lies in it, if the sampled items are drawn at random
and their mean is roughly normal. One item gives no range. Few items of a long-tailed kind give one that is too narrow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

from dive.chat import Usage
from dive.errors import DiveError
from dive.types import Record

CONFIDENCE = 0.95


@dataclass(frozen=True)
class ItemUsage:
    """What one item took, whoever it was that asked: replies out of the cache count as if they had been paid for."""

    usage: Usage
    cost: float = 0.0
    seconds: float = 0.0
    """Time from its beginning to its end, alone or among others."""


class Range(Record):
    """A figure and how far it may be off."""

    likely: float
    low: float
    high: float | None
    """None where one item alone was sampled, which tells nothing of others."""


class Estimate(Record):
    """What all items are likely to take, the sampled ones included."""

    items: int
    sampled: int
    prompt: Range
    """Tokens read."""
    completion: Range
    """Tokens written."""
    cost: Range
    seconds: Range
    """Wall time."""
    method: str = "95 % prediction interval (Student's t)"


def estimate(sample: Sequence[ItemUsage], items: int, at_once: int = 1) -> Estimate:
    """Extrapolate to this many items, of which `at_once` are worked on at a time. Raises `DiveError` where it cannot."""
    if not sample:
        raise DiveError("no item was finished that an estimate could start from")
    if items < len(sample):
        raise DiveError(f"{len(sample)} items were sampled for an estimate of {items}; sample at most as many")
    seconds = extrapolated([item.seconds for item in sample], items)
    at_once = min(at_once, items)
    return Estimate(
        items=items,
        sampled=len(sample),
        prompt=extrapolated([item.usage.prompt for item in sample], items),
        completion=extrapolated([item.usage.completion for item in sample], items),
        cost=extrapolated([item.cost for item in sample], items),
        seconds=Range(
            likely=seconds.likely / at_once,
            low=seconds.low / at_once,
            high=None if seconds.high is None else seconds.high / at_once,
        ),
    )


def extrapolated(sample: Sequence[float], items: int) -> Range:
    """The sum over all items, given some of them."""
    known, left = float(sum(sample)), items - len(sample)
    likely = known + left * mean(sample)
    if not left:
        return Range(likely=known, low=known, high=known)
    if len(sample) == 1:
        return Range(likely=likely, low=known, high=None)
    from scipy.special import stdtrit

    spread = stdev(sample) * sqrt(left + left**2 / len(sample))
    off = float(stdtrit(len(sample) - 1, (1 + CONFIDENCE) / 2)) * spread
    return Range(likely=likely, low=max(known, likely - off), high=likely + off)
