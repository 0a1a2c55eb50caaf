"""Statistics of one list of numbers and of two (standard library): summary, percentiles, inequality, trend,
correlation."""

from math import exp, log
from statistics import StatisticsError, correlation, linear_regression, mean, median, quantiles, stdev
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

Numbers = Annotated[
    list[float],
    Semantic("math.series"),
    Among(
        (
            [12.1, 15.4, 9.8, 22.0, 17.3],
            [3, 7, 7, 19, 24, 26],
            [101.2, 99.8, 100.4, 98.7, 102.9, 100.0],
            [1.5, 2.25, 4.0, 8.1, 15.9],
            [72, 68, 75, 80, 66, 71, 77],
            [0.42, 0.39, 0.51, 0.47, 0.44],
        )
    ),
    Field(description="Numbers, at least two", min_length=2, max_length=1000),
]


class Summary(TypedDict):
    count: Annotated[int, Says("number of values in {numbers}", ask=False)]
    mean: Annotated[float, Semantic("math.number"), Says("arithmetic mean")]
    median: Annotated[float, Semantic("math.number"), Says("median")]
    standard_deviation: Annotated[float, Semantic("math.number"), Says("sample standard deviation (n − 1)")]
    range: Annotated[float, Semantic("math.number"), Says("difference between the largest and the smallest value of {numbers}")]
    variation: Annotated[
        float | None,
        Says("coefficient of variation (sample standard deviation divided by the mean)", unit="%", digits=2),
    ]
    geometric_mean: Annotated[float | None, Says("geometric mean")]


class Trend(TypedDict):
    slope: Annotated[float, Says("least-squares slope per step of {numbers}, taken in order at equal steps")]
    total_change: Annotated[
        float | None, Says("percentage change from the first to the last value of {numbers}", unit="%", digits=2)
    ]


class Inequality(TypedDict):
    gini: Annotated[float, Says("Gini coefficient", digits=3)]
    largest_share: Annotated[float, Says("share of the largest value in the sum of {numbers}", unit="%", digits=1)]
    herfindahl: Annotated[float, Says("Herfindahl index (sum of squared shares, 0 to 1)", digits=4)]


def _short(value: float) -> float:
    return float(f"{value:.10g}")


@tool(
    domain="general",
    kind="processing",
    provider="statistics",
    source="s = (Σ(x − mean)² / (n − 1))^½ and s / mean; Python statistics",
    about="{numbers}",
    examples=({"numbers": [2, 4, 4, 4, 5, 5, 7, 9]},),
)
def summarise_series(numbers: Numbers) -> Summary:
    """Mean, median, sample standard deviation, range, coefficient of variation and geometric mean of a list of
    numbers."""
    spread, centre = stdev(numbers), mean(numbers)
    return {
        "count": len(numbers),
        "mean": _short(centre),
        "median": _short(median(numbers)),
        "standard_deviation": _short(spread),
        "range": _short(max(numbers) - min(numbers)),
        "variation": _short(100 * spread / centre) if centre > 0 else None,
        "geometric_mean": _short(exp(mean(map(log, numbers)))) if min(numbers) > 0 else None,
    }


@tool(
    domain="general",
    kind="processing",
    provider="statistics",
    source="Hyndman & Fan (1996) type 7 quantiles",
    about="{numbers}",
    examples=({"numbers": [3, 7, 7, 19, 24, 26], "percent": 25},),
)
def series_percentile(
    numbers: Numbers,
    percent: Annotated[
        int,
        Among((10, 25, 75, 90, 95)),
        Says("percent", unit="%"),
        Field(description="Percent of values below", ge=1, le=99),
    ],
) -> Annotated[
    float,
    Semantic("math.number"),
    Says("value below which {percent} of {numbers} lie (linear interpolation between ranks)"),
]:
    """A percentile of a list of numbers, by linear interpolation between closest ranks (type 7, the default of
    numpy and R)."""
    return _short(quantiles(numbers, n=100, method="inclusive")[percent - 1])


@tool(
    domain="general",
    kind="processing",
    provider="statistics",
    source="least squares, slope = Σ(t − t̄)(x − x̄) / Σ(t − t̄)²; Python statistics",
    about="{numbers}",
    examples=({"numbers": [1.5, 2.25, 4.0, 8.1, 15.9]},),
)
def series_trend(numbers: Numbers) -> Trend:
    """Least-squares slope per step and total percentage change of numbers in order."""
    slope = linear_regression(range(len(numbers)), numbers).slope
    first, last = numbers[0], numbers[-1]
    return {"slope": _short(slope), "total_change": _short(100 * (last - first) / first) if first > 0 else None}


@tool(
    domain="general",
    kind="processing",
    provider="own",
    source="Gini coefficient of a population, mean difference / (2 · mean); Herfindahl-Hirschman index, sum of squared shares",
    about="{numbers}",
    examples=({"numbers": [1, 2, 3, 4]},),
)
def series_inequality(numbers: Numbers) -> Inequality:
    """Gini coefficient, Herfindahl index and largest share of a list of numbers that are not negative."""
    total, count = sum(numbers), len(numbers)
    if min(numbers) < 0 or total <= 0:
        raise bad_arguments("shares need numbers that are not negative and not all zero")
    ranked = sum(rank * value for rank, value in enumerate(sorted(numbers), 1))
    return {
        "gini": _short(2 * ranked / (count * total) - (count + 1) / count),
        "largest_share": _short(100 * max(numbers) / total),
        "herfindahl": _short(sum((value / total) ** 2 for value in numbers)),
    }


@tool(
    domain="general",
    kind="processing",
    provider="statistics",
    source="Pearson, r = Σ(x − x̄)(y − ȳ) / (Σ(x − x̄)² Σ(y − ȳ)²)^½; Python statistics",
    about="{numbers} and {other}",
    examples=({"numbers": [1, 2, 3, 4, 5], "other": [2, 1, 4, 3, 5]},),
)
def series_correlation(
    numbers: Numbers, other: Numbers
) -> Annotated[float, Says("Pearson correlation coefficient between {numbers} and {other}, paired in order", digits=3)]:
    """Pearson's correlation coefficient of two lists of numbers of the same length, paired in order."""
    if len(numbers) != len(other):
        raise bad_arguments(f"the lists have {len(numbers)} and {len(other)} numbers; they must have as many")
    try:
        return _short(correlation(numbers, other))
    except StatisticsError:
        raise bad_arguments("the numbers of a list are all the same, which has no correlation") from None
    except ValueError as error:  # from sums that leave the floating-point numbers
        raise bad_arguments(f"the numbers are too large: {error}") from None
