"""Estimates from counts: intervals of shares, agreement beyond chance, and pass@k."""

from collections.abc import Iterable
from math import comb, sqrt

Z = 1.959963984540054
"""Standard deviations of a 95 % interval."""


def wilson(hits: int, total: int) -> tuple[float, float] | None:
    """The 95 % interval of a share after Wilson (1927); None without observations."""
    if total == 0:
        return None
    share, spread = hits / total, Z * Z / total
    centre = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def kappa(both: int, first: int, second: int, neither: int) -> float | None:
    """Cohen's kappa of two who say yes or no: `both`, the first alone, the second alone, or neither said yes.

    None where it is undefined: nothing was judged, or each gave one and the same ruling throughout.
    """
    total = both + first + second + neither
    if total == 0:
        return None
    chance = ((both + first) * (both + second) + (second + neither) * (first + neither)) / total**2
    return None if chance == 1 else ((both + neither) / total - chance) / (1 - chance)


def pass_at(k: int, tasks: Iterable[tuple[int, int]]) -> tuple[float, int] | None:
    """The mean chance that one of `k` samples is right, and over how many tasks.

    `tasks` are (scored samples, correct ones). The unbiased estimator of each task is 1 - C(n - c, k) / C(n, k); tasks
    with fewer than `k` samples are left out; None where that leaves none.
    """
    chances = [1 - comb(scored - passed, k) / comb(scored, k) for scored, passed in tasks if scored >= k]
    return (sum(chances) / len(chances), len(chances)) if chances else None
