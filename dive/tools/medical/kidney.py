"""Kidney function: estimated and absolute GFR, KDIGO categories, risk of kidney failure, urinary indices."""

import math
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.medical.quantities import Age, Bsa, Creatinine, Egfr, Sex, Weight, formula
from dive.tools.tool import Among, Says, Semantic


class GfrCategory(TypedDict):
    category: Annotated[str, Says("KDIGO GFR category")]
    meaning: Annotated[str, Says("KDIGO description of the GFR category")]


class FailureRisk(TypedDict):
    two_years: Annotated[
        float,
        Semantic("med.percent"),
        Says("2-year risk of kidney failure (4-variable KFRE, non-North American)", unit="%", digits=1),
    ]
    five_years: Annotated[
        float,
        Semantic("med.percent"),
        Says("5-year risk of kidney failure (4-variable KFRE, non-North American)", unit="%", digits=1),
    ]


CATEGORIES = (
    (90, "G1", "normal or high"), (60, "G2", "mildly decreased"), (45, "G3a", "mildly to moderately decreased"),
    (30, "G3b", "moderately to severely decreased"), (15, "G4", "severely decreased"), (0, "G5", "kidney failure"),
)  # fmt: skip


@formula(
    source="Inker et al., NEJM 2021;385:1737",
    about="a {age}-year-old {sex} patient with serum creatinine {creatinine}",
    examples=({"age": 50, "sex": "male", "creatinine": 1.0}, {"age": 62, "sex": "female", "creatinine": 1.4}),
)
def egfr_ckd_epi(
    age: Age,
    sex: Sex,
    creatinine: Creatinine,
) -> Annotated[float, Semantic("med.egfr"), Says("estimated GFR (CKD-EPI 2021)", unit="mL/min/1.73 m²", digits=1)]:
    """Estimated GFR from serum creatinine, age and sex by the race-free CKD-EPI 2021 equation.

    142 · min(Scr/κ, 1)^α · max(Scr/κ, 1)^-1.200 · 0.9938^age · 1.012 for women; κ 0.7 and α -0.241 (women), 0.9 and
    -0.302 (men).
    """
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = creatinine / kappa
    return round(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.200 * 0.9938**age * factor, 4)


@formula(
    source="Inker et al., NEJM 2012;367:20", about="a {age}-year-old {sex} patient with serum cystatin C {cystatin}",
    examples=({"age": 60, "sex": "female", "cystatin": 1.2},),
)  # fmt: skip
def egfr_cystatin(
    age: Age,
    sex: Sex,
    cystatin: Annotated[
        float,
        Says("serum cystatin C", unit="mg/L"),
        Among((0.7, 0.9, 1.1, 1.3, 1.6, 2.1)),
        Field(description="Cystatin C in mg/L", gt=0.05, le=20),
    ],
) -> Annotated[float, Semantic("med.egfr"), Says("estimated GFR (CKD-EPI cystatin C 2012)", unit="mL/min/1.73 m²", digits=1)]:
    """Estimated GFR from serum cystatin C by CKD-EPI 2012: 133 · min(S/0.8, 1)^-0.499 · max(S/0.8, 1)^-1.328 ·
    0.996^age · 0.932 for women."""
    ratio = cystatin / 0.8
    return round(133 * min(ratio, 1) ** -0.499 * max(ratio, 1) ** -1.328 * 0.996**age * (0.932 if sex == "female" else 1), 4)


@formula(
    source="Schwartz et al., J Am Soc Nephrol 2009;20:629",
    about="a child with height {height} and serum creatinine {creatinine}",
    examples=({"height": 120, "creatinine": 0.5},),
)
def egfr_schwartz(
    height: Annotated[
        float,
        Says("height", unit="cm"),
        Among((92, 104, 115, 121, 133, 142, 150)),
        Field(description="Height in cm", ge=45, le=190),
    ],
    creatinine: Annotated[
        float,
        Says("serum creatinine", unit="mg/dL"),
        Among((0.4, 0.5, 0.6, 0.8, 1.1, 1.5)),
        Field(description="Serum creatinine in mg/dL", gt=0.05, le=30),
    ],
) -> Annotated[float, Semantic("med.egfr"), Says("estimated GFR (bedside Schwartz)", unit="mL/min/1.73 m²", digits=1)]:
    """Estimated GFR of a child by the bedside Schwartz equation: 0.413 times height in cm over serum creatinine in
    mg/dL."""
    return round(0.413 * height / creatinine, 4)


@formula(
    source="Cockcroft and Gault, Nephron 1976;16:31",
    about="a {age}-year-old {sex} patient with body weight {weight} and serum creatinine {creatinine}",
    examples=({"age": 60, "sex": "male", "weight": 72, "creatinine": 1.0},),
)  # fmt: skip
def creatinine_clearance(
    age: Age,
    sex: Sex,
    weight: Weight,
    creatinine: Creatinine,
) -> Annotated[float, Semantic("med.gfr"), Says("Cockcroft-Gault creatinine clearance", unit="mL/min", digits=1)]:
    """Creatinine clearance by Cockcroft and Gault: (140 - age) · weight / (72 · creatinine), times 0.85 for women."""
    return round((140 - age) * weight / (72 * creatinine) * (0.85 if sex == "female" else 1), 4)


@formula(
    source="KDIGO 2024 CKD guideline: drug dosing by non-indexed GFR",
    about="a patient with estimated GFR {egfr} and body surface area {bsa}",
    examples=({"egfr": 60, "bsa": 1.95},),
)
def absolute_gfr(egfr: Egfr, bsa: Bsa) -> Annotated[float, Semantic("med.gfr"), Says("de-indexed GFR", unit="mL/min", digits=1)]:
    """GFR in mL/min, without the indexing to 1.73 m² of body surface area."""
    return round(egfr * bsa / 1.73, 4)


@formula(
    source="KDIGO 2012 and 2024 CKD guidelines, GFR categories",
    about="a patient with estimated GFR {egfr}",
    examples=({"egfr": 52}, {"egfr": 14.9}),
)
def kdigo_gfr_category(egfr: Egfr) -> GfrCategory:
    """The KDIGO GFR category, G1 to G5, of an estimated GFR."""
    _, category, meaning = next(row for row in CATEGORIES if egfr >= row[0])
    return {"category": category, "meaning": meaning}


@formula(
    source="Tangri et al., JAMA 2016;315:164 (non-North American baseline)",
    about="a {age}-year-old {sex} patient with estimated GFR {egfr} and urine albumin-creatinine ratio {acr}",
    examples=({"age": 70, "sex": "male", "egfr": 30, "acr": 300},),
)  # fmt: skip
def kidney_failure_risk(
    age: Age,
    sex: Sex,
    egfr: Annotated[
        float,
        Semantic("med.egfr"),
        Says("estimated GFR", unit="mL/min/1.73 m²"),
        Among((16, 22, 28, 34, 41, 47, 55)),
        Field(description="Estimated GFR in mL/min/1.73 m²", ge=5, lt=60),
    ],
    acr: Annotated[
        float,
        Says("urine albumin-creatinine ratio", unit="mg/g"),
        Among((15, 40, 120, 300, 650, 1400)),
        Field(description="Urine albumin-creatinine ratio in mg/g", ge=1, le=30_000),
    ],
) -> FailureRisk:
    """Risk of kidney failure within two and five years by the 4-variable Kidney Failure Risk Equation, for eGFR below
    60.

    1 - S^exp(-0.2201 (age/10 - 7.036) + 0.2467 (male - 0.5642) - 0.5567 (eGFR/5 - 7.222) + 0.4510 (ln ACR - 5.137));
    S 0.9832, 0.9365.
    """
    male = 1.0 if sex == "male" else 0.0
    sum_ = (
        -0.2201 * (age / 10 - 7.036) + 0.2467 * (male - 0.5642) - 0.5567 * (egfr / 5 - 7.222) + 0.4510 * (math.log(acr) - 5.137)
    )
    return {
        "two_years": round(100 * (1 - 0.9832 ** math.exp(sum_)), 4),
        "five_years": round(100 * (1 - 0.9365 ** math.exp(sum_)), 4),
    }


@formula(
    source="Espinel, JAMA 1976;236:579",
    about="a patient with urine sodium {urine_sodium}, serum sodium {serum_sodium}, urine creatinine "
    "{urine_creatinine} and serum creatinine {creatinine}",
    examples=({"urine_sodium": 40, "serum_sodium": 140, "urine_creatinine": 80, "creatinine": 1.5},),
    revision=2,
)
def fractional_excretion_sodium(
    urine_sodium: Annotated[
        float,
        Says("urine sodium", unit="mmol/L"),
        Among((8, 15, 24, 40, 62, 85)),
        Field(description="Urine sodium in mmol/L", gt=0, le=400),
    ],
    serum_sodium: Annotated[
        float,
        Says("serum sodium", unit="mmol/L"),
        Among((132, 136, 138, 141, 144)),
        Field(description="Serum sodium in mmol/L", ge=90, le=200),
    ],
    urine_creatinine: Annotated[
        float,
        Says("urine creatinine", unit="mg/dL"),
        Among((35, 60, 80, 110, 150)),
        Field(description="Urine creatinine in mg/dL", gt=0, le=800),
    ],
    creatinine: Creatinine,
) -> Annotated[float, Says("fractional excretion of sodium", unit="%", digits=2)]:
    """Fractional excretion of sodium from urine and serum sodium and creatinine, in percent (Espinel 1976)."""
    percent = 100 * urine_sodium * creatinine / (serum_sodium * urine_creatinine)
    if percent > 100:
        raise bad_arguments("these values give a fractional excretion above 100 %, which is impossible")
    return round(percent, 4)


@formula(
    source="Ethier et al., Am J Kidney Dis 1990;15:309",
    about="a patient with potassium {urine_potassium} in urine and {serum_potassium} in serum, and osmolality "
    "{urine_osmolality} in urine and {serum_osmolality} in serum",
    examples=({"urine_potassium": 40, "serum_potassium": 4.0, "urine_osmolality": 600, "serum_osmolality": 290},),
)
def transtubular_potassium_gradient(
    urine_potassium: Annotated[
        float,
        Says("urine potassium", unit="mmol/L"),
        Among((15, 25, 40, 60, 80)),
        Field(description="Urine potassium in mmol/L", gt=0, le=300),
    ],
    serum_potassium: Annotated[
        float,
        Says("serum potassium", unit="mmol/L"),
        Among((2.6, 3.1, 4.0, 5.6, 6.3)),
        Field(description="Serum potassium in mmol/L", ge=1, le=12),
    ],
    urine_osmolality: Annotated[
        float,
        Says("urine osmolality", unit="mOsm/kg"),
        Among((340, 420, 500, 600, 750)),
        Field(description="Urine osmolality in mOsm/kg", ge=50, le=1500),
    ],
    serum_osmolality: Annotated[
        float,
        Semantic("med.osmolality"),
        Says("serum osmolality", unit="mOsm/kg"),
        Among((280, 288, 295, 302)),
        Field(description="Serum osmolality in mOsm/kg", ge=200, le=450),
    ],
) -> Annotated[float, Says("transtubular potassium gradient", digits=1)]:
    """Transtubular potassium gradient: (urine K / serum K) / (urine osmolality / serum osmolality), for urine above
    serum osmolality."""
    if urine_osmolality <= serum_osmolality:
        raise bad_arguments("the gradient is only defined where urine osmolality exceeds serum osmolality")
    return round(urine_potassium / serum_potassium / (urine_osmolality / serum_osmolality), 4)


@formula(
    source="KDIGO 2012 AKI guideline, creatinine criteria",
    about="a patient whose serum creatinine rose from {baseline} to {current} within {days}",
    examples=({"baseline": 0.9, "current": 2.0, "days": "7 days"},),
)  # fmt: skip
def aki_stage(
    baseline: Annotated[
        float,
        Says("serum creatinine", unit="mg/dL"),
        Among((0.7, 0.8, 0.9, 1.1, 1.3)),
        Field(description="Baseline creatinine in mg/dL", gt=0.05, le=10),
    ],
    current: Annotated[
        float,
        Says("serum creatinine", unit="mg/dL"),
        Among((1.2, 1.6, 1.9, 2.4, 3.1, 4.2)),
        Field(description="Current creatinine in mg/dL", gt=0.05, le=30),
    ],
    days: Annotated[Literal["48 hours", "7 days"], Field(description="Time over which it rose")],
) -> Annotated[str, Says("KDIGO stage of acute kidney injury by creatinine alone")]:
    """KDIGO stage of acute kidney injury by serum creatinine alone: no AKI, stage 1, stage 2 or stage 3."""
    if current < baseline:
        raise bad_arguments("current creatinine must not be below baseline")
    ratio, rise = round(current / baseline, 6), round(current - baseline, 6)
    if ratio < 1.5 and not (days == "48 hours" and rise >= 0.3):
        return "no acute kidney injury"
    return "stage 3" if ratio >= 3 or current >= 4 else "stage 2" if ratio >= 2 else "stage 1"
