"""Clinical epidemiology: diagnostic accuracy, post-test probability, comparison of two groups, transmission."""

import math
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.medical.quantities import Percent, formula
from dive.tools.tool import Among, Says, Semantic

TEXT = "Straus et al., Evidence-Based Medicine, 5th ed. (2018)"
GROUPS = "a trial with events in {treated_events} of {treated} treated and {control_events} of {control} control patients"

Sensitivity = Annotated[
    float,
    Says("sensitivity", unit="%"),
    Among((62, 71, 80, 85, 90, 94, 97)),
    Field(description="Sensitivity in percent", gt=0, lt=100),
]
Specificity = Annotated[
    float,
    Says("specificity", unit="%"),
    Among((68, 76, 84, 90, 93, 96, 98)),
    Field(description="Specificity in percent", gt=0, lt=100),
]
Events = Annotated[
    int,
    Among((12, 18, 24, 31, 39, 46)),
    Field(description="Patients with the event in the treated group", ge=1, le=1_000_000),
]
Size = Annotated[int, Among((250, 300, 340, 410, 500)), Field(description="Size of the treated group", ge=2, le=1_000_000)]
ControlEvents = Annotated[
    int,
    Among((52, 58, 63, 70, 84)),
    Field(description="Patients with the event in the control group", ge=1, le=1_000_000),
]
ControlSize = Annotated[int, Among((255, 305, 350, 420, 505)), Field(description="Size of the control group", ge=2, le=1_000_000)]


class Accuracy(TypedDict):
    sensitivity: Annotated[float, Says("sensitivity", unit="%", digits=1)]
    specificity: Annotated[float, Says("specificity", unit="%", digits=1)]
    positive_predictive: Annotated[float, Says("positive predictive value in this sample", unit="%", digits=1)]
    negative_predictive: Annotated[float, Says("negative predictive value in this sample", unit="%", digits=1)]
    positive_ratio: Annotated[float | None, Semantic("med.likelihood_ratio"), Says("positive likelihood ratio", digits=2)]
    negative_ratio: Annotated[float | None, Semantic("med.likelihood_ratio"), Says("negative likelihood ratio", digits=2)]
    youden: Annotated[float, Says("Youden index", digits=3)]


class Ratios(TypedDict):
    positive: Annotated[float, Semantic("med.likelihood_ratio"), Says("positive likelihood ratio", digits=2)]
    negative: Annotated[float, Semantic("med.likelihood_ratio"), Says("negative likelihood ratio", digits=3)]
    odds_ratio: Annotated[float, Says("diagnostic odds ratio", digits=1)]


class Predictive(TypedDict):
    positive: Annotated[float, Semantic("med.percent"), Says("positive predictive value", unit="%", digits=1)]
    negative: Annotated[float, Says("negative predictive value", unit="%", digits=1)]


class Effect(TypedDict):
    relative_risk: Annotated[float, Says(f"relative risk in {GROUPS}", digits=2)]
    odds_ratio: Annotated[float, Says(f"odds ratio in {GROUPS}", digits=2)]
    reduction: Annotated[float, Says(f"absolute risk reduction in {GROUPS}", unit="percentage points", digits=1)]
    needed: Annotated[float | None, Says(f"number needed to treat in {GROUPS}", digits=1)]


class Interval(TypedDict):
    low: Annotated[
        float,
        Says(f"lower limit of the 95% confidence interval of the relative risk (log method) in {GROUPS}", digits=2),
    ]
    high: Annotated[
        float,
        Says(f"upper limit of the 95% confidence interval of the relative risk (log method) in {GROUPS}", digits=2),
    ]


@formula(
    source=TEXT,
    about="a test with {tp} true positives, {fp} false positives, {fn} false negatives and {tn} true negatives",
    examples=({"tp": 90, "fp": 20, "fn": 10, "tn": 80},),
)
def diagnostic_accuracy(
    tp: Annotated[int, Among((45, 62, 78, 90, 120)), Field(description="True positives", ge=1, le=1_000_000)],
    fp: Annotated[int, Among((5, 12, 20, 33, 41)), Field(description="False positives", ge=0, le=1_000_000)],
    fn: Annotated[int, Among((3, 8, 10, 15, 22)), Field(description="False negatives", ge=0, le=1_000_000)],
    tn: Annotated[int, Among((80, 140, 210, 305)), Field(description="True negatives", ge=1, le=1_000_000)],
) -> Accuracy:  # fmt: skip
    """Sensitivity, specificity, predictive values, likelihood ratios and Youden index of a two-by-two table."""
    sensitivity, specificity = tp / (tp + fn), tn / (tn + fp)
    return {
        "sensitivity": round(100 * sensitivity, 4), "specificity": round(100 * specificity, 4),
        "positive_predictive": round(100 * tp / (tp + fp), 4), "negative_predictive": round(100 * tn / (tn + fn), 4),
        "positive_ratio": round(sensitivity / (1 - specificity), 4) if fp else None,
        "negative_ratio": round((1 - sensitivity) / specificity, 4) if fn else None,
        "youden": round(sensitivity + specificity - 1, 4),
    }  # fmt: skip


@formula(
    source=TEXT,
    about="a test with sensitivity {sensitivity} and specificity {specificity}",
    examples=({"sensitivity": 90, "specificity": 80},),
)
def likelihood_ratios(sensitivity: Sensitivity, specificity: Specificity) -> Ratios:
    """Positive and negative likelihood ratio and diagnostic odds ratio of a test from its sensitivity and
    specificity."""
    positive, negative = sensitivity / (100 - specificity), (100 - sensitivity) / specificity
    return {"positive": round(positive, 6), "negative": round(negative, 6), "odds_ratio": round(positive / negative, 4)}


@formula(
    source="Fagan, NEJM 1975;293:257",
    about="a patient with pre-test probability {pretest} after a test result with likelihood ratio {ratio}",
    examples=({"pretest": 20, "ratio": 4.5},),
)
def post_test_probability(
    pretest: Percent,
    ratio: Annotated[
        float,
        Semantic("med.likelihood_ratio"),
        Says("likelihood ratio"),
        Among((0.1, 0.2, 0.4, 2.5, 4.5, 8, 12)),
        Field(description="Likelihood ratio of the result", gt=0, le=100_000),
    ],
) -> Annotated[float, Semantic("med.percent"), Says("post-test probability", unit="%", digits=1)]:
    """Post-test probability by Bayes' theorem on odds: pre-test odds times likelihood ratio."""
    odds = pretest / (100 - pretest) * ratio
    return round(100 * odds / (1 + odds), 4)


@formula(
    source=TEXT,
    about="a test with sensitivity {sensitivity} and specificity {specificity}",
    given="at a prevalence of {prevalence}",
    examples=({"sensitivity": 90, "specificity": 95, "prevalence": 1},),
)
def predictive_values(sensitivity: Sensitivity, specificity: Specificity, prevalence: Percent) -> Predictive:
    """Positive and negative predictive value of a test at a prevalence."""
    sick, well = prevalence / 100, 1 - prevalence / 100
    hit, clear = sensitivity / 100, specificity / 100
    positive = sick * hit / (sick * hit + well * (1 - clear))
    negative = well * clear / (well * clear + sick * (1 - hit))
    return {"positive": round(100 * positive, 4), "negative": round(100 * negative, 4)}


def _risks(treated_events: int, treated: int, control_events: int, control: int) -> tuple[float, float]:
    if treated_events >= treated or control_events >= control:
        raise bad_arguments("a group must have fewer events than patients")
    return treated_events / treated, control_events / control


@formula(
    source=TEXT, examples=({"treated_events": 18, "treated": 300, "control_events": 30, "control": 300},)
)  # fmt: skip
def treatment_effect(treated_events: Events, treated: Size, control_events: ControlEvents, control: ControlSize) -> Effect:
    """Relative risk, odds ratio, absolute risk reduction and number needed to treat of two groups."""
    risk, base = _risks(treated_events, treated, control_events, control)
    needed = round(1 / (base - risk), 4) if base > risk else None
    return {
        "relative_risk": round(risk / base, 6), "odds_ratio": round(risk / (1 - risk) / (base / (1 - base)), 6),
        "reduction": round(100 * (base - risk), 4), "needed": needed,
    }  # fmt: skip


@formula(
    source="Katz et al., Biometrics 1978;34:469", about=GROUPS,
    examples=({"treated_events": 18, "treated": 300, "control_events": 30, "control": 300},),
)  # fmt: skip
def relative_risk_interval(
    treated_events: Events, treated: Size, control_events: ControlEvents, control: ControlSize
) -> Interval:
    """95 % confidence interval of the relative risk of two groups by the log method of Katz."""
    risk, base = _risks(treated_events, treated, control_events, control)
    error = math.sqrt(1 / treated_events - 1 / treated + 1 / control_events - 1 / control)
    middle = math.log(risk / base)
    return {"low": round(math.exp(middle - 1.959964 * error), 4), "high": round(math.exp(middle + 1.959964 * error), 4)}


@formula(
    source="Fine et al., Clin Infect Dis 2011;52:911",
    examples=({"number": 15, "effectiveness": 97},),
)  # fmt: skip
def critical_coverage(
    number: Annotated[
        float,
        Says("basic reproduction number"),
        Among((1.4, 2.2, 3, 4.5, 6, 8)),
        Field(description="Basic reproduction number", gt=1, le=30),
    ],
    effectiveness: Annotated[
        float,
        Says("vaccine effectiveness", unit="%"),
        Among((85, 90, 93, 95, 97, 99)),
        Field(description="Vaccine effectiveness in percent", gt=0, le=100),
    ],
) -> Annotated[
    float,
    Says(
        "critical vaccination coverage for an infection with basic reproduction number {number} "
        "and a vaccine of {effectiveness} effectiveness",
        unit="%",
        digits=1,
    ),
]:
    """Vaccination coverage above which an infection cannot spread: (1 - 1/R0) / effectiveness."""
    coverage = (1 - 1 / number) / (effectiveness / 100)
    if coverage > 1:
        raise bad_arguments("no coverage suffices with this effectiveness")
    return round(100 * coverage, 4)
