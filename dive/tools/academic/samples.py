"""Statistics of short samples: tests, intervals, correlations and sample sizes, by scipy and by textbook formulas.

Samples are lists of numbers in the order given; where a formula has variants the docstring says which one is meant.
All tests
are two-sided.
"""

from math import sqrt
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

SCIPY = "scipy.stats; https://docs.scipy.org/doc/scipy/reference/stats.html"
ALTMAN = "Altman, Machin, Bryant & Gardner, Statistics with Confidence, 2nd ed. (2000)"
FLEISS = "Fleiss, Levin & Paik, Statistical Methods for Rates and Proportions, 3rd ed. (2003)"

Sample = Annotated[
    list[float], Semantic("math.series"), Says("sample"),
    Among((
        [4.2, 5.1, 3.8, 4.9, 5.6, 4.4], [12.0, 15.0, 11.0, 18.0, 14.0, 16.0], [98.6, 99.1, 98.2, 97.9, 98.8, 98.4],
        [0.82, 0.91, 0.77, 0.85, 0.94, 0.88], [23.0, 29.0, 20.0, 32.0, 27.0, 25.0],
        [61.0, 58.0, 72.0, 66.0, 69.0, 75.0],
    )),
    Field(description="Numbers of the sample", min_length=3, max_length=60),
]  # fmt: skip
Other = Annotated[
    list[float], Semantic("math.series"), Says("sample"),
    Among((
        [5.9, 6.3, 5.2, 6.8, 5.5, 6.1], [17.0, 19.0, 15.0, 21.0, 20.0, 22.0], [97.1, 98.0, 97.5, 96.8, 98.3, 97.7],
        [0.71, 0.69, 0.80, 0.74, 0.66, 0.78], [31.0, 35.0, 28.0, 40.0, 33.0, 30.0],
        [55.0, 63.0, 60.0, 52.0, 68.0, 64.0],
    )),
    Field(description="Numbers of the second sample", min_length=3, max_length=60),
]  # fmt: skip
Count = Annotated[int, Field(description="Number of cases", ge=0, le=100000)]


class Description(TypedDict):
    mean: Annotated[float, Says("arithmetic mean", digits=3)]
    median: Annotated[float, Says("median", digits=3)]
    deviation: Annotated[float, Says("sample standard deviation", digits=3)]
    standard_error: Annotated[float, Says("standard error of the mean", digits=4)]
    geometric: Annotated[float | None, Says("geometric mean", digits=3)]
    variation: Annotated[float | None, Says("coefficient of variation", unit="%", digits=2)]


class Interval(TypedDict):
    lower: Annotated[float, Says("lower limit of the 95% confidence interval of the mean", digits=3)]
    upper: Annotated[float, Says("upper limit of the 95% confidence interval of the mean", digits=3)]
    margin: Annotated[float, Says("half-width of the 95% confidence interval of the mean", digits=3)]


class WelchTest(TypedDict):
    t: Annotated[float, Says("t statistic of Welch's test of {first} against {second}", digits=3)]
    freedom: Annotated[float, Says("degrees of freedom of Welch's test of {first} against {second}", digits=2)]
    p: Annotated[float, Semantic("aca.p_value"), Says("two-sided p-value of Welch's test of {first} against {second}", digits=4)]
    difference: Annotated[float, Says("difference in mean between {first} and {second}", digits=3)]
    cohens_d: Annotated[
        float,
        Semantic("aca.effect_size"),
        Says("standardised mean difference (Cohen's d) between {first} and {second}, first minus second,", digits=3),
    ]


class OneSample(TypedDict):
    t: Annotated[float, Says("t statistic of the one-sample test of {values} against a mean of {mean}", digits=3)]
    p: Annotated[
        float,
        Semantic("aca.p_value"),
        Says("two-sided p-value of the one-sample t-test of {values} against a mean of {mean}", digits=4),
    ]


class RankTest(TypedDict):
    u: Annotated[float, Says("Mann-Whitney U statistic of {first} against {second}", digits=1)]
    p: Annotated[
        float,
        Semantic("aca.p_value"),
        Says("two-sided exact p-value of the Mann-Whitney test of {first} against {second}", digits=4),
    ]
    superiority: Annotated[
        float, Says("probability that a value of {first} exceeds one of {second}, ties counted as half,", digits=3)
    ]


class PairTest(TypedDict):
    pearson: Annotated[float, Says("Pearson correlation of {first} with {second}, paired in order,", digits=4)]
    spearman: Annotated[float, Says("Spearman rank correlation of {first} with {second}, paired in order,", digits=4)]
    p: Annotated[
        float,
        Semantic("aca.p_value"),
        Says("two-sided p-value of the Pearson correlation of {first} with {second}, paired in order,", digits=4),
    ]


class Line(TypedDict):
    slope: Annotated[
        float, Says("slope of the least-squares line that predicts {second} from {first}, paired in order,", digits=4)
    ]
    intercept: Annotated[
        float,
        Says("intercept of the least-squares line that predicts {second} from {first}, paired in order,", digits=4),
    ]
    determination: Annotated[
        float,
        Says(
            "coefficient of determination of the least-squares line that predicts {second} from {first}, paired in order,",
            digits=4,
        ),
    ]


class TwoByTwo(TypedDict):
    chi_square: Annotated[float, Says("chi-square statistic without continuity correction", digits=3)]
    p: Annotated[float, Semantic("aca.p_value"), Says("p-value of the chi-square test without continuity correction", digits=4)]
    fisher: Annotated[float, Semantic("aca.p_value"), Says("two-sided p-value of Fisher's exact test", digits=4)]
    odds_ratio: Annotated[float | None, Says("odds ratio", digits=3)]
    risk_ratio: Annotated[float | None, Says("risk ratio", digits=3)]
    phi: Annotated[float, Semantic("aca.effect_size"), Says("absolute phi coefficient", digits=3)]


class Proportion(TypedDict):
    share: Annotated[float, Says("observed proportion", unit="%", digits=2)]
    lower: Annotated[float, Says("lower limit of the 95% Wilson interval", unit="%", digits=2)]
    upper: Annotated[float, Says("upper limit of the 95% Wilson interval", unit="%", digits=2)]


def _distinct(values: list[float], what: str) -> list[float]:
    if len(set(values)) < 2:
        raise bad_arguments(f"the {what} has no spread: all its values are equal")
    return values


def _paired(first: list[float], second: list[float]) -> None:
    if len(first) != len(second):
        raise bad_arguments(f"paired samples must be of the same length, not {len(first)} and {len(second)}")
    _distinct(first, "first sample")
    _distinct(second, "second sample")


def _spread(values: list[float]) -> Any:
    import numpy

    return float(numpy.std(values, ddof=1))


@tool(
    domain="academic", kind="processing", provider="scipy", source=SCIPY, about="{values}", requires=("scipy",),
    examples=({"values": [4.2, 5.1, 3.8, 4.9, 5.6, 4.4]},),
)  # fmt: skip
def sample_description(values: Sample) -> Description:
    """Mean, median, standard deviation (n - 1), standard error and geometric mean of a sample."""
    from statistics import fmean, geometric_mean, median

    mean, spread = fmean(values), _spread(values)
    positive = min(values) > 0
    return {
        "mean": mean, "median": median(values), "deviation": spread, "standard_error": spread / sqrt(len(values)),
        "geometric": geometric_mean(values) if positive else None,
        "variation": 100 * spread / mean if positive else None,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="scipy", source=f"{ALTMAN}, ch. 4", about="{values}",
    requires=("scipy",),
    examples=({"values": [12.0, 15.0, 11.0, 18.0, 14.0, 16.0, 13.0]},),
)  # fmt: skip
def mean_confidence_interval(values: Sample) -> Interval:
    """The 95% confidence interval of the mean of a sample, mean ± t(0.975, n - 1) s / sqrt(n)."""
    from statistics import fmean

    from scipy.stats import t

    margin = float(t.ppf(0.975, len(values) - 1)) * _spread(_distinct(values, "sample")) / sqrt(len(values))
    return {"lower": fmean(values) - margin, "upper": fmean(values) + margin, "margin": margin}


@tool(
    domain="academic", kind="processing", provider="scipy", source=f"{SCIPY}; Welch 1947, doi:10.1093/biomet/34.1-2.28",
    requires=("scipy",), examples=({"first": [4.2, 5.1, 3.8, 4.9], "second": [5.9, 6.3, 5.2, 6.8]},),
)  # fmt: skip
def welch_t_test(first: Sample, second: Other) -> WelchTest:
    """Welch's t-test of two independent samples, with Cohen's d over the pooled standard deviation."""
    from statistics import fmean

    from scipy.stats import ttest_ind

    _distinct(first, "first sample")
    _distinct(second, "second sample")
    found = ttest_ind(first, second, equal_var=False)
    n, m, difference = len(first), len(second), fmean(first) - fmean(second)
    pooled = sqrt(((n - 1) * _spread(first) ** 2 + (m - 1) * _spread(second) ** 2) / (n + m - 2))
    return {
        "t": float(found.statistic), "freedom": float(found.df), "p": float(found.pvalue), "difference": difference,
        "cohens_d": difference / pooled,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="scipy", source=SCIPY, requires=("scipy",),
    examples=({"values": [98.6, 99.1, 98.2, 97.9, 98.8], "mean": 98.0},),
)  # fmt: skip
def one_sample_t_test(
    values: Sample,
    mean: Annotated[
        float, Among((0.8, 5.0, 15.0, 26.0, 65.0, 98.0)), Says("mean"),
        Field(description="Mean under the null hypothesis", ge=-1e12, le=1e12),
    ],
) -> OneSample:  # fmt: skip
    """Student's one-sample t-test of a sample against a stated mean."""
    from scipy.stats import ttest_1samp

    found = ttest_1samp(_distinct(values, "sample"), mean)
    return {"t": float(found.statistic), "p": float(found.pvalue)}


@tool(
    domain="academic", kind="processing", provider="scipy",
    source=f"{SCIPY}; Mann & Whitney 1947, doi:10.1214/aoms/1177730491",
    requires=("scipy",), examples=({"first": [23.0, 29.0, 20.0, 32.0], "second": [31.0, 35.0, 28.0, 40.0]},),
)  # fmt: skip
def mann_whitney_test(first: Sample, second: Other) -> RankTest:
    """The Mann-Whitney U test of two independent samples; the exact null distribution, so ties are refused."""
    from scipy.stats import mannwhitneyu

    if len(set(first) | set(second)) < len(first) + len(second):
        raise bad_arguments("the samples contain ties, for which the exact test is not defined")
    found = mannwhitneyu(first, second, method="exact")
    u = float(found.statistic)
    return {"u": u, "p": float(found.pvalue), "superiority": u / (len(first) * len(second))}


@tool(
    domain="academic", kind="processing", provider="scipy", source=SCIPY, requires=("scipy",),
    examples=({"first": [23.0, 29.0, 20.0, 32.0], "second": [31.0, 35.0, 28.0, 40.0]},),
)  # fmt: skip
def sample_correlation(first: Sample, second: Other) -> PairTest:
    """Pearson and Spearman correlation of two paired samples."""
    from scipy.stats import pearsonr, spearmanr

    _paired(first, second)
    found = pearsonr(first, second)
    return {
        "pearson": float(found.statistic),
        "spearman": float(spearmanr(first, second).statistic),
        "p": float(found.pvalue),
    }


@tool(
    domain="academic", kind="processing", provider="scipy", source=SCIPY, requires=("scipy",),
    examples=({"first": [61.0, 58.0, 72.0, 66.0], "second": [55.0, 63.0, 60.0, 68.0]},),
)  # fmt: skip
def sample_regression(first: Sample, second: Other) -> Line:
    """The least-squares line that predicts the second of two paired samples from the first."""
    from scipy.stats import linregress

    _paired(first, second)
    line = linregress(first, second)
    return {"slope": float(line.slope), "intercept": float(line.intercept), "determination": float(line.rvalue) ** 2}


@tool(
    domain="academic", kind="processing", provider="scipy", source=f"{SCIPY}; {FLEISS}, ch. 3-6", requires=("scipy",),
    about="the 2x2 table with {exposed_cases} cases and {exposed_others} non-cases among the exposed, and "
        "{unexposed_cases} cases "
    "and {unexposed_others} non-cases among the unexposed",
    examples=({"exposed_cases": 20, "exposed_others": 80, "unexposed_cases": 10, "unexposed_others": 90},),
)  # fmt: skip
def two_by_two_table(
    exposed_cases: Annotated[Count, Among((12, 20, 35, 48))],
    exposed_others: Annotated[Count, Among((38, 80, 65, 152))],
    unexposed_cases: Annotated[Count, Among((6, 10, 21, 30))],
    unexposed_others: Annotated[Count, Among((44, 90, 79, 170))],
) -> TwoByTwo:  # fmt: skip
    """Chi-square and Fisher tests, odds ratio and risk ratio of a 2x2 table of exposure against outcome."""
    from scipy.stats import chi2_contingency, fisher_exact

    a, b, c, d = exposed_cases, exposed_others, unexposed_cases, unexposed_others
    if 0 in (a + b, c + d, a + c, b + d):
        raise bad_arguments("a row or a column of the table is empty")
    found = chi2_contingency([[a, b], [c, d]], correction=False)
    return {
        "chi_square": float(found.statistic), "p": float(found.pvalue),
        "fisher": float(fisher_exact([[a, b], [c, d]]).pvalue),
        "odds_ratio": a * d / (b * c) if b * c else None, "risk_ratio": a / (a + b) / (c / (c + d)) if c else None,
        "phi": sqrt(float(found.statistic) / (a + b + c + d)),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="scipy",
    source="Wilson 1927, JASA 22, 209, doi:10.1080/01621459.1927.10502953",
    requires=("scipy",), about="{successes} successes in {trials} trials", examples=({"successes": 30, "trials": 100},),
)  # fmt: skip
def proportion_interval(
    successes: Annotated[int, Among((3, 8, 12, 30, 45)), Field(description="Number of successes", ge=0, le=1000000)],
    trials: Annotated[int, Among((60, 80, 100, 250)), Field(description="Number of trials", ge=1, le=1000000)],
) -> Proportion:
    """An observed proportion with its 95% Wilson score interval."""
    from scipy.stats import binomtest

    if successes > trials:
        raise bad_arguments(f"{successes} successes in {trials} trials")
    interval = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return {"share": 100 * successes / trials, "lower": 100 * float(interval.low), "upper": 100 * float(interval.high)}


@tool(
    domain="academic", kind="processing", provider="statsmodels", requires=("statsmodels",),
    source="Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. (1988), ch. 2; noncentral t",
    about="a two-sided two-sample t-test at the 5% level for an effect size (Cohen's d) of {effect} with {power}",
    examples=({"effect": 0.5, "power": 80},),
)  # fmt: skip
def t_test_sample_size(
    effect: Annotated[
        float, Semantic("aca.effect_size"), Among((0.2, 0.35, 0.5, 0.65, 0.8, 1.2)),
        Field(description="Cohen's d", ge=0.05, le=5)
    ],
    power: Annotated[
        float, Among((70.0, 80.0, 90.0, 95.0)), Says("power", unit="% power"),
        Field(description="Power in per cent", ge=10, le=99)
    ],
) -> Annotated[int, Says("required number of participants per group")]:  # fmt: skip
    """Participants needed per group of a two-sample t-test with equal groups at the two-sided 5% level."""
    from statsmodels.stats.power import TTestIndPower

    test, enough = TTestIndPower(), 2
    while test.power(effect, enough, 0.05) < power / 100:
        enough *= 2
    few = max(2, enough // 2)  # too few, or the least possible; the solver of statsmodels fails for large effects
    while enough - few > 1:
        middle = (few + enough) // 2
        few, enough = (few, middle) if test.power(effect, middle, 0.05) >= power / 100 else (middle, enough)
    return enough


@tool(
    domain="academic", kind="processing", provider="statsmodels", requires=("statsmodels",),
    source="Holm 1979; Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x",
    about="the p-values {values}",
    examples=({"values": [0.001, 0.012, 0.021, 0.04, 0.2]},),
)  # fmt: skip
def multiple_testing(
    values: Annotated[
        list[Annotated[float, Field(ge=0, le=1)]], Says("p-values"),
        Among(([0.001, 0.012, 0.021, 0.04, 0.2], [0.003, 0.009, 0.015, 0.022, 0.041, 0.3], [0.0004, 0.03, 0.047,
            0.06])),
        Field(description="Unadjusted p-values", min_length=2, max_length=40),
    ],
) -> Annotated[
    list[float], Says("Benjamini-Hochberg adjusted p-value", digits=4),
]:  # fmt: skip
    """The Benjamini-Hochberg adjusted p-values of several tests, in the order given."""
    from statsmodels.stats.multitest import multipletests

    return [float(value) for value in multipletests(values, method="fdr_bh")[1]]
