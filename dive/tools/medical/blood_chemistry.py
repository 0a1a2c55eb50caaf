"""Serum lipids, electrolytes, acid-base and glucose: corrections, gaps and estimates with published coefficients."""

import math
from typing import Annotated, Literal

from pydantic import Field

from dive.errors import bad_arguments
from dive.tools.medical.quantities import (
    Albumin,
    Bicarbonate,
    Chloride,
    Glucose,
    HighGlucose,
    Sex,
    Sodium,
    Urea,
    Weight,
    formula,
)  # fmt: skip
from dive.tools.tool import Among, Says, Semantic

Cholesterol = Annotated[
    float,
    Says("total cholesterol", unit="mg/dL"),
    Among((168, 185, 202, 224, 246, 271)),
    Field(description="Total cholesterol in mg/dL", ge=50, le=700),
]
Hdl = Annotated[
    float,
    Says("HDL cholesterol", unit="mg/dL"),
    Among((34, 39, 44, 50, 58, 66)),
    Field(description="HDL cholesterol in mg/dL", ge=5, le=150),
]
Triglycerides = Annotated[
    float,
    Says("triglycerides", unit="mg/dL"),
    Among((82, 110, 145, 180, 235, 310)),
    Field(description="Triglycerides in mg/dL", ge=10, le=800),
]
Insulin = Annotated[
    float,
    Says("fasting insulin", unit="µU/mL"),
    Among((4, 7, 10, 14, 19, 26)),
    Field(description="Fasting insulin in µU/mL", gt=0.1, le=500),
]
FastingGlucose = Annotated[
    float,
    Says("fasting glucose", unit="mg/dL"),
    Among((82, 91, 99, 108, 117, 131)),
    Field(description="Fasting glucose in mg/dL", ge=20, le=500),
]
LIPIDS = "a patient with total cholesterol {cholesterol}, HDL cholesterol {hdl} and triglycerides {triglycerides}"


@formula(
    source="Friedewald et al., Clin Chem 1972;18:499; Sampson et al., JAMA Cardiol 2020;5:540", about=LIPIDS,
    examples=({"cholesterol": 200, "hdl": 50, "triglycerides": 150, "method": "Friedewald"},
              {"cholesterol": 200, "hdl": 50, "triglycerides": 150, "method": "Sampson"}), revision=2,
)  # fmt: skip
def ldl_cholesterol(
    cholesterol: Cholesterol,
    hdl: Hdl,
    triglycerides: Triglycerides,
    method: Annotated[Literal["Friedewald", "Sampson"], Field(description="Equation")],
) -> Annotated[
    float,
    Says(
        "LDL cholesterol by the {method} equation of a patient with total cholesterol {cholesterol}, HDL "
        "cholesterol {hdl} and triglycerides {triglycerides}",
        unit="mg/dL",
        digits=0,
    ),
]:
    """LDL cholesterol by the Friedewald equation (triglycerides up to 400 mg/dL) or the Sampson-NIH equation.

    TC - HDL - TG/5; TC/0.948 - HDL/0.971 - (TG/8.56 + TG·nonHDL/2140 - TG²/16100) - 9.44.
    """
    if cholesterol <= hdl:
        raise bad_arguments("total cholesterol must exceed HDL cholesterol")
    if method == "Friedewald":
        if triglycerides > 400:
            raise bad_arguments("the Friedewald equation holds up to 400 mg/dL of triglycerides")
        return _positive(cholesterol - hdl - triglycerides / 5, method)
    correction = triglycerides / 8.56 + triglycerides * (cholesterol - hdl) / 2140 - triglycerides**2 / 16100
    return _positive(cholesterol / 0.948 - hdl / 0.971 - correction - 9.44, method)


def _positive(estimate: float, method: str) -> float:
    if estimate <= 0:
        raise bad_arguments(f"the {method} equation does not hold for these values: it gives no LDL cholesterol")
    return round(estimate, 4)


@formula(
    source="the common factor 0.8 in place of the 1.0 of Payne et al., BMJ 1973;4:643",
    about="a patient with total calcium {calcium} and serum albumin {albumin}",
    examples=({"calcium": 8.0, "albumin": 2.5},),
)  # fmt: skip
def corrected_calcium(
    calcium: Annotated[
        float,
        Says("total calcium", unit="mg/dL"),
        Among((7.2, 7.8, 8.4, 9.1, 10.6, 11.8)),
        Field(description="Total calcium in mg/dL", ge=3, le=20),
    ],
    albumin: Albumin,
) -> Annotated[float, Says("albumin-corrected calcium (factor 0.8)", unit="mg/dL", digits=1)]:
    """Calcium corrected for albumin: calcium + 0.8 · (4 - albumin in g/dL), the usual simplification of Payne's
    regression."""
    return round(calcium + 0.8 * (4 - albumin), 4)


@formula(
    source="Emmett and Narins, Medicine 1977;56:38",
    about="a patient with serum sodium {sodium}, chloride {chloride} and bicarbonate {bicarbonate}",
    examples=({"sodium": 140, "chloride": 100, "bicarbonate": 14},),
)  # fmt: skip
def anion_gap(
    sodium: Sodium, chloride: Chloride, bicarbonate: Bicarbonate
) -> Annotated[float, Semantic("med.anion_gap"), Says("anion gap", unit="mmol/L", digits=0)]:
    """Serum anion gap without potassium: sodium - chloride - bicarbonate."""
    return round(sodium - chloride - bicarbonate, 4)


Gap = Annotated[
    float,
    Semantic("med.anion_gap"),
    Says("anion gap", unit="mmol/L"),
    Among((9, 13, 16, 19, 23, 27, 32)),
    Field(description="Anion gap in mmol/L", ge=-20, le=80),
]


@formula(
    source="Figge et al., Crit Care Med 1998;26:1807 (normal albumin taken as 4 g/dL)",
    about="a patient with anion gap {gap} and serum albumin {albumin}",
    examples=({"gap": 16, "albumin": 2.1},),
)
def corrected_anion_gap(
    gap: Gap, albumin: Albumin
) -> Annotated[
    float, Semantic("med.anion_gap"), Says("albumin-corrected anion gap (Figge, normal albumin 4 g/dL)", unit="mmol/L", digits=1)
]:
    """Anion gap corrected for albumin: gap + 2.5 · (4 - albumin in g/dL)."""
    return round(gap + 2.5 * (4 - albumin), 4)


@formula(
    source="Rastegar, J Am Soc Nephrol 2007;18:2429 (normal gap 12, normal bicarbonate 24)",
    about="a patient with anion gap {gap} and bicarbonate {bicarbonate}", examples=({"gap": 26, "bicarbonate": 14},),
)  # fmt: skip
def delta_ratio(
    gap: Gap, bicarbonate: Bicarbonate
) -> Annotated[float, Says("delta ratio (normal gap 12, normal bicarbonate 24)", digits=2)]:
    """Delta ratio of a metabolic acidosis: (gap - 12) / (24 - bicarbonate), for bicarbonate below 24."""
    if bicarbonate >= 24:
        raise bad_arguments("the delta ratio is only defined for bicarbonate below 24 mmol/L")
    return round((gap - 12) / (24 - bicarbonate), 4)


@formula(
    source="Albert, Dell and Winters, Ann Intern Med 1967;66:312 (coefficients rounded, as usual)",
    about="a patient with metabolic acidosis and bicarbonate {bicarbonate}",
    examples=({"bicarbonate": 14},),
    revision=2,
)
def expected_pco2(
    bicarbonate: Bicarbonate,
) -> Annotated[float, Says("expected PaCO2 (Winters' formula)", unit="mmHg", digits=1)]:
    """Expected PaCO2 in metabolic acidosis by Winters' formula: 1.5 · bicarbonate + 8, for bicarbonate below 24."""
    if bicarbonate >= 24:
        raise bad_arguments("Winters' formula is for metabolic acidosis, with bicarbonate below 24 mmol/L")
    return round(1.5 * bicarbonate + 8, 4)


@formula(
    source="Henderson-Hasselbalch with pK 6.1 and CO2 solubility 0.03 mmol/L/mmHg (Severinghaus et al., J Appl "
    "Physiol 1956;9:197)",
    about="arterial blood with bicarbonate {bicarbonate} and PaCO2 {pco2}",
    examples=({"bicarbonate": 24, "pco2": 40},),
)
def blood_ph(
    bicarbonate: Bicarbonate,
    pco2: Annotated[
        float,
        Says("PaCO2", unit="mmHg"),
        Among((22, 28, 34, 40, 48, 56, 70)),
        Field(description="PaCO2 in mmHg", ge=5, le=150),
    ],
) -> Annotated[float, Says("pH by the Henderson-Hasselbalch equation", digits=2)]:
    """Arterial pH by Henderson-Hasselbalch: 6.1 + log10(bicarbonate / (0.03 · PaCO2))."""
    return round(6.1 + math.log10(bicarbonate / (0.03 * pco2)), 4)


@formula(
    source="Smithline and Gardner, JAMA 1976;236:1594",
    about="a patient with serum sodium {sodium}, serum glucose {glucose} and blood urea nitrogen {urea}",
    examples=({"sodium": 140, "glucose": 90, "urea": 14},),
)  # fmt: skip
def calculated_osmolality(
    sodium: Sodium, glucose: HighGlucose, urea: Urea
) -> Annotated[float, Semantic("med.osmolality"), Says("calculated serum osmolality", unit="mOsm/kg", digits=1)]:
    """Calculated serum osmolality: 2 · sodium + glucose/18 + urea nitrogen/2.8."""
    return round(2 * sodium + glucose / 18 + urea / 2.8, 4)


@formula(
    source="Smithline and Gardner, JAMA 1976;236:1594",
    about="a patient with measured osmolality {measured} and calculated osmolality {calculated}",
    examples=({"measured": 318, "calculated": 290},),
)  # fmt: skip
def osmolal_gap(
    measured: Annotated[
        float,
        Says("measured osmolality", unit="mOsm/kg"),
        Among((305, 318, 326, 340, 355, 371)),
        Field(description="Measured osmolality in mOsm/kg", ge=200, le=600),
    ],
    calculated: Annotated[
        float,
        Semantic("med.osmolality"),
        Says("calculated osmolality", unit="mOsm/kg"),
        Among((281, 287, 292, 298, 304)),
        Field(description="Calculated osmolality in mOsm/kg", ge=200, le=600),
    ],
) -> Annotated[float, Says("osmolal gap", unit="mOsm/kg", digits=1)]:
    """Osmolal gap: measured minus calculated serum osmolality."""
    return round(measured - calculated, 4)


@formula(
    source="Katz, NEJM 1973;289:843; Hillier et al., Am J Med 1999;106:399",
    about="a patient with measured serum sodium {sodium} and serum glucose {glucose}",
    examples=({"sodium": 130, "glucose": 600, "factor": "Hillier"}, {"sodium": 130, "glucose": 600, "factor": "Katz"}),
    revision=2,
)  # fmt: skip
def corrected_sodium(
    sodium: Sodium,
    glucose: HighGlucose,
    factor: Annotated[Literal["Katz", "Hillier"], Field(description="Katz (1.6) or Hillier (2.4)")],
) -> Annotated[
    float,
    Semantic("med.sodium"),
    Says(
        "glucose-corrected sodium ({factor}) of a patient with measured serum sodium {sodium} and serum glucose {glucose}",
        unit="mmol/L",
        digits=1,
    ),
]:
    """Serum sodium corrected for glucose: 1.6 (Katz) or 2.4 (Hillier) mmol/L for each 100 mg/dL above 100."""
    if glucose < 100:
        raise bad_arguments("the correction is for hyperglycaemia, with glucose of at least 100 mg/dL")
    return round(sodium + (1.6 if factor == "Katz" else 2.4) * (glucose - 100) / 100, 4)


@formula(
    source="Yun, Baek and Kim, Korean J Intern Med 2023;38:290; body water 0.6 and 0.5 of weight: Adrogué and Madias, "
    "NEJM 2000;342:1493",
    about="a {sex} adult with body weight {weight} and serum sodium {sodium}",
    examples=({"sex": "male", "weight": 70, "sodium": 155},),
)
def free_water_deficit(
    sex: Sex,
    weight: Weight,
    sodium: Annotated[
        float,
        Semantic("med.sodium"),
        Says("serum sodium", unit="mmol/L"),
        Among((148, 151, 155, 159, 164)),
        Field(description="Serum sodium in mmol/L, above 140", gt=140, le=200),
    ],
) -> Annotated[float, Says("free water deficit (to a sodium of 140 mmol/L)", unit="L", digits=1)]:
    """Free water deficit in hypernatraemia: total body water · (sodium/140 - 1), body water 60 % (men) or 50 %
    (women) of weight."""
    return round((0.6 if sex == "male" else 0.5) * weight * (sodium / 140 - 1), 4)


@formula(
    source="Matthews et al., Diabetologia 1985;28:412",
    about="a patient with fasting glucose {glucose} and fasting insulin {insulin}",
    examples=({"glucose": 100, "insulin": 10},),
)
def homa_ir(glucose: FastingGlucose, insulin: Insulin) -> Annotated[float, Says("HOMA-IR", digits=2)]:
    """Insulin resistance by the homeostasis model: glucose in mg/dL · insulin in µU/mL / 405."""
    return round(glucose * insulin / 405, 4)


@formula(
    source="Katz et al., J Clin Endocrinol Metab 2000;85:2402",
    about="a patient with fasting glucose {glucose} and fasting insulin {insulin}",
    examples=({"glucose": 100, "insulin": 10},),
)
def quicki_index(
    glucose: FastingGlucose, insulin: Insulin
) -> Annotated[float, Says("QUICKI insulin sensitivity index", digits=3)]:
    """Quantitative insulin sensitivity check index: 1 / (log10 insulin + log10 glucose)."""
    return round(1 / (math.log10(insulin) + math.log10(glucose)), 6)


@formula(
    source="Nathan et al., Diabetes Care 2008;31:1473", about="a patient with HbA1c {hba1c}", examples=({"hba1c": 7.0},)
)  # fmt: skip
def estimated_average_glucose(
    hba1c: Annotated[
        float,
        Says("HbA1c", unit="%"),
        Among((5.4, 5.9, 6.3, 6.8, 7.4, 8.1, 9.2, 10.5)),
        Field(description="HbA1c in percent", ge=3, le=20),
    ],
) -> Annotated[float, Semantic("med.glucose"), Says("estimated average glucose (ADAG)", unit="mg/dL", digits=0)]:
    """Estimated average glucose from HbA1c (ADAG study): 28.7 · HbA1c - 46.7."""
    return round(28.7 * hba1c - 46.7, 4)


@formula(
    source="mmol/L = 10 · mg/dL / M, molar mass of glucose 180.156 g/mol (IUPAC atomic weights)",
    about="{glucose}",
    examples=({"glucose": 154.2},),
)
def glucose_mmol(
    glucose: Glucose,
) -> Annotated[float, Says("glucose concentration in mmol/L that equals {glucose}", unit="mmol/L", digits=1)]:
    """Glucose concentration in mmol/L from mg/dL."""
    return round(glucose * 10 / 180.156, 4)
