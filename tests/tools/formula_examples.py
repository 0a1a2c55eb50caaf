"""Worked examples of formulas: what a tool is given, what it must answer, and where the expected value comes from.

The expected value stands as arithmetic, written from the publication and not from the tool's code, or as the value that a
publication prints. The examples of clinical formulas are here, those of the other domains in `formula_examples_other.py`.
"""

from dataclasses import dataclass
from math import exp, log, log2, log10, sqrt
from typing import Any

BY_HAND = "by hand, from the equation in the source"
BOUND = "limit of a category in the source"


@dataclass(frozen=True)
class Example:
    """One worked example; `within` is the absolute tolerance of numbers, by default half of a fourth decimal."""

    tool: str
    arguments: dict[str, Any]
    expected: dict[str, Any]
    within: float
    origin: str


def row(tool: str, expected: Any, origin: str = BY_HAND, /, *, within: float = 6e-5, **arguments: Any) -> Example:
    """An example of a tool; `expected` is its fields, or the bare value."""
    return Example(tool, arguments, expected if isinstance(expected, dict) else {"value": expected}, within, origin)


WELL = {
    "failure": "no heart failure", "hypertension": "no hypertension", "diabetes": "no diabetes",
    "stroke": "no earlier stroke or TIA", "vascular": "no vascular disease",
}  # fmt: skip
MILD = {"ascites": "no ascites", "encephalopathy": "no encephalopathy"}
ABOVE, BELOW = "creatinine clearance above 20 mL/min", "creatinine clearance below 10 mL/min"

KIDNEY = (
    row("egfr_ckd_epi", 142 * (0.9 / 0.9) ** -0.302 * 0.9938**40, age=40, sex="male", creatinine=0.9),
    row("egfr_ckd_epi", 142 * (0.6 / 0.7) ** -0.241 * 0.9938**30 * 1.012, age=30, sex="female", creatinine=0.6),
    row("egfr_ckd_epi", 142 * (2.1 / 0.7) ** -1.2 * 0.9938**70 * 1.012, age=70, sex="female", creatinine=2.1),
    row("egfr_ckd_epi", 142 * (1.8 / 0.9) ** -1.2 * 0.9938**65, age=65, sex="male", creatinine=1.8),
    row("egfr_cystatin", 133 * (0.6 / 0.8) ** -0.499 * 0.996**50, age=50, sex="male", cystatin=0.6),
    row("egfr_cystatin", 133 * (1.6 / 0.8) ** -1.328 * 0.996**60 * 0.932, age=60, sex="female", cystatin=1.6),
    row("egfr_schwartz", 0.413 * 120 / 0.6, height=120, creatinine=0.6),
    row("creatinine_clearance", (140 - 60) * 72 / (72 * 1.6), age=60, sex="male", weight=72, creatinine=1.6),
    row("creatinine_clearance", (140 - 80) * 54 / (72 * 0.9) * 0.85, age=80, sex="female", weight=54, creatinine=0.9),
    row("absolute_gfr", 60 * 2.076 / 1.73, egfr=60, bsa=2.076),
    *(
        row("kdigo_gfr_category", {"category": category}, BOUND, egfr=egfr)
        for egfr, category in (
            (90, "G1"), (89.99, "G2"), (60, "G2"), (59.99, "G3a"), (45, "G3a"), (44.99, "G3b"),
            (30, "G3b"), (29.99, "G4"), (15, "G4"), (14.99, "G5"),
        )
    ),
    row(
        "kidney_failure_risk",
        {
            "two_years": 100 * (1 - 0.9832 ** exp(-0.2201 * (6 - 7.036) + 0.2467 * 0.4358 - 0.5567 * (6 - 7.222)
                                                 + 0.4510 * (log(300) - 5.137))),
            "five_years": 100 * (1 - 0.9365 ** exp(-0.2201 * (6 - 7.036) + 0.2467 * 0.4358 - 0.5567 * (6 - 7.222)
                                                  + 0.4510 * (log(300) - 5.137))),
        },
        age=60, sex="male", egfr=30, acr=300,
    ),
    row(
        "kidney_failure_risk",
        {"five_years": 100 * (1 - 0.9365 ** exp(-0.2201 * (7.5 - 7.036) - 0.2467 * 0.5642 - 0.5567 * (4 - 7.222)
                                               + 0.4510 * (log(1000) - 5.137)))},
        age=75, sex="female", egfr=20, acr=1000,
    ),
    row("fractional_excretion_sodium", 100 * (40 * 1.5) / (140 * 80), urine_sodium=40, serum_sodium=140, urine_creatinine=80,
        creatinine=1.5),
    row("transtubular_potassium_gradient", (40 / 4) / (600 / 300), urine_potassium=40, serum_potassium=4, urine_osmolality=600,
        serum_osmolality=300),
    *(
        row("aki_stage", stage, BOUND, baseline=baseline, current=current, days=days)
        for baseline, current, days, stage in (
            (1.0, 1.49, "7 days", "no acute kidney injury"), (1.0, 1.5, "7 days", "stage 1"), (1.0, 1.3, "48 hours", "stage 1"),
            (1.0, 1.3, "7 days", "no acute kidney injury"), (1.0, 1.99, "7 days", "stage 1"), (1.0, 2.0, "7 days", "stage 2"),
            (1.0, 2.99, "7 days", "stage 2"), (1.0, 3.0, "7 days", "stage 3"), (2.5, 4.0, "7 days", "stage 3"),
            (3.8, 4.1, "48 hours", "stage 3"), (3.8, 4.1, "7 days", "no acute kidney injury"),
        )
    ),
)  # fmt: skip


def meld_3(female: int, bilirubin: float, sodium: float, inr: float, creatinine: float, albumin: float) -> int:
    """The equation of Kim 2021 for values within its bounds."""
    low, gap = 3.5 - albumin, 137 - sodium
    points = 1.33 * female + 4.56 * log(bilirubin) + 0.82 * gap - 0.24 * gap * log(bilirubin) + 9.09 * log(inr)
    return round(points + 11.14 * log(creatinine) + 1.85 * low - 1.83 * low * log(creatinine) + 6)


LIVER = (
    row("meld_score", 6, "least score: every value is raised to 1, and 6.43 is rounded", bilirubin=0.5, inr=0.9, creatinine=0.6),
    row("meld_score", round(9.57 * log(1.9) + 3.78 * log(4) + 11.20 * log(1.8) + 6.43), bilirubin=4, inr=1.8, creatinine=1.9),
    row("meld_score", round(9.57 * log(4) + 3.78 * log(8) + 11.20 * log(2) + 6.43), "creatinine is lowered to 4 (OPTN 2016)",
        bilirubin=8, inr=2, creatinine=9),
    row("meld_score", round(9.57 * log(2.2) + 3.78 * log(2.2) + 11.20 * log(1.5) + 6.43), "by hand, close to half a point",
        bilirubin=2.2, inr=1.5, creatinine=2.2),
    row("meld_na_score", round(20 + 1.32 * (137 - 130) - 0.033 * 20 * (137 - 130)), meld=20, sodium=130),
    row("meld_na_score", round(20 + 1.32 * 12 - 0.033 * 20 * 12), "sodium is raised to 125 (OPTN 2016)", meld=20, sodium=110),
    row("meld_na_score", round(25 + 1.32 - 0.033 * 25), "by hand, close to half a point", meld=25, sodium=136),
    row("meld_na_score", round(30 + (1.32 - 0.033 * 30) * 4.6), "by hand, close to half a point", meld=30, sodium=132.4),
    row("meld_na_score", round(12 + (1.32 - 0.033 * 12) * 7), "corrected from 12 points up (OPTN 2016)", meld=12, sodium=130),
    row("meld_na_score", 24, "sodium is lowered to 137 (OPTN 2016)", meld=24, sodium=148),
    row("meld_na_score", 11, "no correction up to 11 points (OPTN 2016)", meld=11, sodium=125),
    row("meld_na_score", 40, "at most 40 points (OPTN 2016)", meld=45, sodium=137),
    row("meld_3_score", 6, "least score of a man", sex="male", bilirubin=0.4, sodium=140, inr=1, creatinine=0.7, albumin=4.2),
    row(
        "meld_3_score",
        round(1.33 + 4.56 * log(3.5) + 0.82 * 6 - 0.24 * 6 * log(3.5) + 9.09 * log(1.5) + 11.14 * log(1.8)
              + 1.85 * 0.7 - 1.83 * 0.7 * log(1.8) + 6),
        sex="female", bilirubin=3.5, sodium=131, inr=1.5, creatinine=1.8, albumin=2.8,
    ),
    row(
        "meld_3_score",
        round(4.56 * log(2) + 0.82 * 12 - 0.24 * 12 * log(2) + 9.09 * log(1.4) + 11.14 * log(3)
              + 1.85 * 2 - 1.83 * 2 * log(3) + 6),
        "sodium is raised to 125, creatinine lowered to 3, albumin raised to 1.5 (OPTN 2023)",
        sex="male", bilirubin=2, sodium=119, inr=1.4, creatinine=5, albumin=1.1,
    ),
    *(
        row("meld_3_score", meld_3(*labs), "by hand, close to half a point", sex="female" if labs[0] else "male",
            bilirubin=labs[1],
            sodium=labs[2], inr=labs[3], creatinine=labs[4], albumin=labs[5])
        for labs in ((0, 4.6, 127, 2.0, 1.7, 2.6), (0, 11.9, 135, 1.6, 1.9, 1.5), (1, 7.9, 125, 2.5, 2.5, 1.7))
    ),
    row("meld_3_score", round(9.09 * log(2.3) + 6), "albumin is lowered to 3.5 (OPTN 2023)", sex="male", bilirubin=1, sodium=137,
        inr=2.3, creatinine=1, albumin=4.4),
    row("meld_3_score", 40, "at most 40 points (OPTN 2023)", sex="female", bilirubin=40, sodium=125, inr=9, creatinine=3,
        albumin=2),
    row("fib4_index", 60 * 80 / (150 * sqrt(64)), age=60, ast=80, alt=64, platelets=150),
    row("apri_index", 100 * (80 / 40) / 100, ast=80, limit=40, platelets=100),
    row("child_pugh", {"points": 5, "grade": "A"}, BOUND, bilirubin=1.99, albumin=3.51, inr=1.69, **MILD),
    row("child_pugh", {"points": 8, "grade": "B"}, BOUND, bilirubin=2, albumin=3.5, inr=1.7, **MILD),
    row("child_pugh", {"points": 8, "grade": "B"}, BOUND, bilirubin=3, albumin=2.8, inr=2.3, **MILD),
    row("child_pugh", {"points": 11, "grade": "C"}, BOUND, bilirubin=3.01, albumin=2.79, inr=2.31, **MILD),
    row("child_pugh", {"points": 15, "grade": "C"}, BOUND, bilirubin=9, albumin=2, inr=3, ascites="moderate to severe ascites",
        encephalopathy="grade 3 to 4 encephalopathy"),
    row("child_pugh", {"points": 10, "grade": "C"}, BOUND, bilirubin=3.01, albumin=2.79, inr=1.7, **MILD),
    row("child_pugh", {"points": 7, "grade": "B"}, BOUND, bilirubin=1, albumin=4, inr=1, ascites="mild ascites",
        encephalopathy="grade 1 to 2 encephalopathy"),
    row("albi_score", {"score": 0.66 * log10(2 * 17.104) - 0.085 * 30, "grade": 2}, bilirubin=2, albumin=3),
    row("albi_score", {"grade": 1}, BOUND, bilirubin=1, albumin=4.02),
    row("albi_score", {"grade": 2}, BOUND, bilirubin=1, albumin=4.01),
    row("albi_score", {"grade": 2}, BOUND, bilirubin=8, albumin=3.3),
    row("albi_score", {"grade": 3}, BOUND, bilirubin=5, albumin=2.5),
    row("discriminant_function", 4.6 * (20 - 12) + 10, prothrombin=20, control=12, bilirubin=10),
)  # fmt: skip

BODY = (
    row("body_mass_index", 70 / 1.75**2, weight=70, height=175),
    *(
        row("weight_class", name, BOUND, bmi=bmi)
        for bmi, name in (
            (18.49, "underweight"), (18.5, "normal range"), (24.99, "normal range"), (25, "pre-obese"), (29.99, "pre-obese"),
            (30, "obese class I"), (35, "obese class II"), (39.99, "obese class II"), (40, "obese class III"),
        )
    ),
    row("body_surface_area", sqrt(70 * 175 / 3600), weight=70, height=175, method="Mosteller"),
    row("body_surface_area", 0.007184 * 70**0.425 * 175**0.725, weight=70, height=175, method="Du Bois"),
    row("body_surface_area", 0.024265 * 50**0.5378 * 150**0.3964, weight=50, height=150, method="Haycock"),
    row("ideal_body_weight", 50 + 2.3 * (72 - 60), "by hand, six feet", sex="male", height=72 * 2.54),
    row("ideal_body_weight", 45.5 + 2.3 * (65 - 60), "by hand, five feet five", sex="female", height=65 * 2.54),
    row("adjusted_body_weight", 70 + 0.4 * (120 - 70), actual=120, ideal=70),
    row("lean_body_mass", 0.407 * 80 + 0.267 * 180 - 19.2, sex="male", weight=80, height=180),
    row("lean_body_mass", 0.252 * 60 + 0.473 * 165 - 48.3, sex="female", weight=60, height=165),
    row("body_fat", 1.20 * 25 + 0.23 * 30 - 10.8 * 1 - 5.4, age=30, sex="male", bmi=25),
    row("body_fat", 1.20 * 25 + 0.23 * 30 - 10.8 * 0 - 5.4, age=30, sex="female", bmi=25),
    row("body_fat", 1.20 * 10 + 0.23 * 20 - 10.8 - 5.4, "by hand, hardly any", age=20, sex="male", bmi=10),
    row("resting_energy", 9.99 * 70 + 6.25 * 175 - 4.92 * 40 + 5, "unrounded coefficients of Mifflin 1990", within=4,
        age=40, sex="male", weight=70, height=175, equation="Mifflin-St Jeor"),
    row("resting_energy", 10 * 62 + 6.25 * 164 - 5 * 55 - 161, age=55, sex="female", weight=62, height=164,
        equation="Mifflin-St Jeor"),
    row("resting_energy", 88.362 + 13.397 * 80 + 4.799 * 180 - 5.677 * 30, age=30, sex="male", weight=80, height=180,
        equation="revised Harris-Benedict"),
    row("resting_energy", 447.593 + 9.247 * 60 + 3.098 * 165 - 4.330 * 40, age=40, sex="female", weight=60, height=165,
        equation="revised Harris-Benedict"),
    row("total_energy", 1500 * 1.7, resting=1500, activity=1.7),
)  # fmt: skip

CIRCULATION = (
    row("mean_arterial_pressure", 80 + (120 - 80) / 3, systolic=120, diastolic=80),
    row("cerebral_perfusion_pressure", 90 - 15, pressure=90, intracranial=15),
    row("cardiac_output", 72 * 0.070, rate=72, stroke=70),
    row("cardiac_index", 5.4 / 1.8, output=5.4, bsa=1.8),
    row("systemic_vascular_resistance", (80 - 8) / 5 * 80, pressure=80, venous=8, output=5),
    row("corrected_qt", 400 / sqrt(60 / 75), qt=400, rate=75, method="Bazett"),
    row("corrected_qt", 400 / (60 / 75) ** (1 / 3), qt=400, rate=75, method="Fridericia"),
    row("corrected_qt", 1000 * (0.400 + 0.154 * (1 - 60 / 75)), qt=400, rate=75, method="Framingham"),
    *(
        row("corrected_qt", 410, "at 60 beats a minute nothing is corrected", qt=410, rate=60, method=method)
        for method in ("Bazett", "Fridericia", "Framingham")
    ),
    *(
        row("cha2ds2_vasc", {"score": score}, BOUND, age=age, sex=sex, **WELL)
        for age, sex, score in ((64, "male", 0), (65, "male", 1), (74, "male", 1), (75, "male", 2), (64, "female", 1), (75,
            "female", 3))
    ),
    row("cha2ds2_vasc", {"score": 9}, "all factors, the highest score", age=80, sex="female", failure="heart failure",
        hypertension="hypertension", diabetes="diabetes", stroke="an earlier stroke or TIA", vascular="vascular disease"),
    row("cha2ds2_vasc", {"score": 2}, "stroke alone counts twice", age=50, sex="male",
        **{**WELL, "stroke": "an earlier stroke or TIA"}),
    *(
        row("stroke_rate", rate, "Friberg et al. 2012, table 3", score=score)
        for score, rate in enumerate((0.2, 0.6, 2.2, 3.2, 4.8, 7.2, 9.7, 11.2, 10.8, 12.2))
    ),
    row("alveolar_arterial_gradient", 0.21 * (760 - 47) - 40 / 0.8 - 90, fio2=21, paco2=40, pao2=90),
    row("alveolar_arterial_gradient", 0.21 * 713 - 50 - 99.5, "by hand, hardly any", fio2=21, paco2=40, pao2=99.5),
    row("oxygenation_ratio", 80 / 0.5, pao2=80, fio2=50),
    *(
        row("ards_severity", {"severity": severity}, BOUND, ratio=ratio)
        for ratio, severity in ((100, "severe"), (100.1, "moderate"), (200, "moderate"), (200.1, "mild"), (300, "mild"))
    ),
    row("oxygen_content", 1.34 * 15 * 0.98 + 0.003 * 100, haemoglobin=15, saturation=98, pao2=100),
)  # fmt: skip

BLOOD = (
    row("ldl_cholesterol", 200 - 50 - 150 / 5, cholesterol=200, hdl=50, triglycerides=150, method="Friedewald"),
    row("ldl_cholesterol", 200 / 0.948 - 50 / 0.971 - (150 / 8.56 + 150 * 150 / 2140 - 150**2 / 16100) - 9.44,
        cholesterol=200, hdl=50, triglycerides=150, method="Sampson"),
    row("ldl_cholesterol", 300 / 0.948 - 40 / 0.971 - (800 / 8.56 + 800 * 260 / 2140 - 800**2 / 16100) - 9.44,
        "by hand, at the highest triglycerides of the source", cholesterol=300, hdl=40, triglycerides=800, method="Sampson"),
    row("ldl_cholesterol", 0.5, "by hand, hardly any", cholesterol=100, hdl=69.5, triglycerides=150, method="Friedewald"),
    row("corrected_calcium", 8 + 0.8 * (4 - 2.5), calcium=8, albumin=2.5),
    row("anion_gap", 140 - 100 - 14, sodium=140, chloride=100, bicarbonate=14),
    row("corrected_anion_gap", 16 + 0.25 * (40 - 21), "by hand, 0.25 a g/L", gap=16, albumin=2.1),
    row("delta_ratio", (26 - 12) / (24 - 14), gap=26, bicarbonate=14),
    row("expected_pco2", 1.5 * 14 + 8, bicarbonate=14),
    row("expected_pco2", 1.54 * 14 + 8.36, "unrounded coefficients of Albert 1967", within=1, bicarbonate=14),
    row("blood_ph", 7.40, "textbook values of arterial blood", within=0.005, bicarbonate=24, pco2=40),
    row("blood_ph", 6.1 + log10(12 / (0.03 * 25)), bicarbonate=12, pco2=25),
    row("calculated_osmolality", 2 * 140 + 90 / 18 + 14 / 2.8, sodium=140, glucose=90, urea=14),
    row("osmolal_gap", 318 - 290, measured=318, calculated=290),
    row("corrected_sodium", 130 + 1.6 * 5, sodium=130, glucose=600, factor="Katz"),
    row("corrected_sodium", 130 + 2.4 * 5, sodium=130, glucose=600, factor="Hillier"),
    row("corrected_sodium", 130, "nothing to correct", sodium=130, glucose=100, factor="Katz"),
    row("free_water_deficit", 5.6, "example of Yun, Baek and Kim 2023", within=0.05, sex="female", weight=60, sodium=166),
    row("free_water_deficit", 0.6 * 70 * (154 / 140 - 1), sex="male", weight=70, sodium=154),
    row("homa_ir", (90 / 18) * 10 / 22.5, "by hand, in mmol/L as in the source", glucose=90, insulin=10),
    row("quicki_index", 1 / (log10(10) + log10(100)), glucose=100, insulin=10),
    *(
        row("estimated_average_glucose", glucose, "table of the American Diabetes Association", within=0.5, hba1c=hba1c)
        for hba1c, glucose in ((6, 126), (7, 154), (8, 183), (9, 212), (10, 240), (11, 269), (12, 298))
    ),
    row("glucose_mmol", 100 / 18.0156, glucose=100),
)  # fmt: skip

DOSING = (
    row("elimination_half_life", log(2) * 35 / 5, clearance=5, volume=35),
    row("vancomycin_clearance", (0.689 * 100 + 3.66) * 60 / 1000, gfr=100),
    row("allometric_clearance", 10 * (35 / 70) ** 0.75, clearance=10, weight=35),
    row("allometric_clearance", 10, "a person of 70 kg is the standard", clearance=10, weight=70),
    row("distribution_volume", 0.7 * 70, specific=0.7, weight=70),
    row("loading_dose", 15 * 35 / 0.8, target=15, volume=35, bioavailability=80),
    row("maintenance_dose", 10 * 5 * 12 / 0.8, target=10, clearance=5, interval=12, bioavailability=80),
    row("bolus_concentration", 500 / 25 * exp(-log(2) / 4 * 6), dose=500, volume=25, half_life=4, hours=6),
    row("remaining_amount", 400 / 2 / 2 / 2, "by hand, three half-lives", dose=400, half_life=8, hours=24),
    row("accumulation_ratio", 1 / (1 - exp(-log(2) / 6 * 8)), half_life=6, interval=8),
    row("accumulation_ratio", 2, "dosing once a half-life", half_life=8, interval=8),
    row("time_to_steady_state", 6 * log2(10), half_life=6, percent=90),
    row("time_to_steady_state", 8 * 2, "75 % after two half-lives", half_life=8, percent=75),
    row("carboplatin_dose", 5 * (75 + 25), gfr=75, auc=5),
    row("dose_by_surface", 1.8 * 75, bsa=1.8, per_area=75),
    row("dose_by_weight", 74 * 15, weight=74, per_weight=15),
    row("injection_volume", 500 / 20, dose=500, strength=20),
    row("infusion_rate", 5 * 70 * 60 / 1600, rate=5, weight=70, strength=1600),
    row("corrected_phenytoin", 8 / (0.2 * 2.5 + 0.1), phenytoin=8, albumin=2.5, kidney=ABOVE),
    row("corrected_phenytoin", 8 / (0.1 * 2.5 + 0.1), phenytoin=8, albumin=2.5, kidney=BELOW),
    row("parkland_volume", 4 * 70 * 20, weight=70, burned=20),
    row("maintenance_fluid", 100 * 10, "Holliday and Segar 1957: 100 mL/kg up to 10 kg", weight=10),
    row("maintenance_fluid", 1000 + 50 * 10, "Holliday and Segar 1957: 50 mL/kg from 10 to 20 kg", weight=20),
    row("maintenance_fluid", 1500 + 20 * 5, "Holliday and Segar 1957: 20 mL/kg above 20 kg", weight=25),
)  # fmt: skip

EVIDENCE = (
    row(
        "diagnostic_accuracy",
        {
            "sensitivity": 100 * 90 / 100, "specificity": 100 * 160 / 200, "positive_predictive": 100 * 90 / 130,
            "negative_predictive": 100 * 160 / 170, "positive_ratio": 0.9 / 0.2, "negative_ratio": 0.1 / 0.8, "youden": 0.7,
        },
        tp=90, fp=40, fn=10, tn=160,
    ),
    row("likelihood_ratios", {"positive": 0.9 / 0.2, "negative": 0.1 / 0.8, "odds_ratio": 0.9 * 0.8 / (0.1 * 0.2)},
        sensitivity=90, specificity=80),
    row("post_test_probability", 100 * (0.25 * 4) / (0.25 * 4 + 1), "by hand, odds of 1 to 4", pretest=20, ratio=4),
    row("predictive_values", {"positive": 100 * 9 / (9 + 49.5), "negative": 100 * 940.5 / (940.5 + 1)},
        "by hand, among a thousand people", sensitivity=90, specificity=95, prevalence=1),
    row(
        "treatment_effect",
        {"relative_risk": 0.15 / 0.20, "odds_ratio": (15 / 85) / (20 / 80), "reduction": 5, "needed": 20},
        treated_events=15, treated=100, control_events=20, control=100,
    ),
    row(
        "relative_risk_interval", {"low": 1.43, "high": 2.30},
        "Physicians' Health Study, placebo against aspirin, in Agresti, An Introduction to Categorical Data Analysis",
        within=0.01,
        treated_events=189, treated=11034, control_events=104, control=11037,
    ),
    row(
        "relative_risk_interval",
        {"low": exp(log(0.75) - 1.959964 * sqrt(1 / 15 - 1 / 100 + 1 / 20 - 1 / 100)),
         "high": exp(log(0.75) + 1.959964 * sqrt(1 / 15 - 1 / 100 + 1 / 20 - 1 / 100))},
        treated_events=15, treated=100, control_events=20, control=100,
    ),
    row("critical_coverage", 100 * (1 - 1 / 15) / 0.97, number=15, effectiveness=97),
)  # fmt: skip

PREGNANCY = (
    row("due_date", "2025-10-08", "Naegele: a year, less three months, and seven days", last_period="2025-01-01"),
    row("due_date", "2024-10-07", "by hand, across a leap day", last_period="2024-01-01"),
    row("gestational_age", {"days": 0, "weeks": 0, "trimester": 1}, "the first day", last_period="2025-01-01", day="2025-01-01"),
    row("gestational_age", {"days": 308, "weeks": 44, "trimester": 3}, "44 weeks", last_period="2025-01-01", day="2025-11-05"),
    row("gestational_age", {"days": 97, "weeks": 13, "trimester": 1}, BOUND, last_period="2025-01-01", day="2025-04-08"),
    row("gestational_age", {"days": 98, "weeks": 14, "trimester": 2}, BOUND, last_period="2025-01-01", day="2025-04-09"),
    row("gestational_age", {"days": 195, "weeks": 27, "trimester": 2}, BOUND, last_period="2025-01-01", day="2025-07-15"),
    row("gestational_age", {"days": 196, "weeks": 28, "trimester": 3}, BOUND, last_period="2025-01-01", day="2025-07-16"),
)  # fmt: skip

CLINICAL = (*KIDNEY, *LIVER, *BODY, *CIRCULATION, *BLOOD, *DOSING, *EVIDENCE, *PREGNANCY)
