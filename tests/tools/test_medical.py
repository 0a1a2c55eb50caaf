"""Tools of the medical domain against values worked by hand from the formulas and well-known identifiers and codes."""

from typing import Any

import pytest

from dive.errors import ToolError
from dive.tools.pool import domain_tools

TOOLS = {tool.name: tool for tool in domain_tools("medical")}


def call(name: str, /, **arguments: Any) -> Any:
    return TOOLS[name].call(arguments)


def code_of(name: str, /, **arguments: Any) -> str:
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        # worked by hand: 142 · (1/0.9)^-1.2 · 0.9938^50, and 142 · 2^-1.2 · 0.9938^62 · 1.012
        ("egfr_ckd_epi", {"age": 50, "sex": "male", "creatinine": 1.0}, 91.7),
        ("egfr_ckd_epi", {"age": 62, "sex": "female", "creatinine": 1.4}, 42.5),
        ("creatinine_clearance", {"age": 60, "sex": "male", "weight": 72, "creatinine": 1}, 80.0),
        ("egfr_schwartz", {"height": 120, "creatinine": 0.5}, 99.1),
        ("body_mass_index", {"weight": 70, "height": 175}, 22.9),
        ("body_surface_area", {"weight": 70, "height": 175, "method": "Mosteller"}, 1.84),
        ("body_surface_area", {"weight": 70, "height": 175, "method": "Du Bois"}, 1.85),
        ("ideal_body_weight", {"sex": "male", "height": 180.34}, 75.3),  # 71 inches
        (
            "resting_energy",
            {"age": 40, "sex": "male", "weight": 70, "height": 175, "equation": "Mifflin-St Jeor"},
            1598.75,
        ),
        (
            "fractional_excretion_sodium",
            {"urine_sodium": 40, "serum_sodium": 140, "urine_creatinine": 80, "creatinine": 1.5},
            0.5357,
        ),
        ("meld_score", {"bilirubin": 1, "inr": 1, "creatinine": 1}, 6),
        ("meld_score", {"bilirubin": 4, "inr": 1.8, "creatinine": 1.9}, 24),
        ("meld_na_score", {"meld": 20, "sodium": 125}, 28),  # 20 + 15.84 - 7.92
        ("meld_na_score", {"meld": 10, "sodium": 125}, 10),
        ("fib4_index", {"age": 60, "ast": 80, "alt": 64, "platelets": 150}, 4.0),
        ("apri_index", {"ast": 80, "limit": 40, "platelets": 100}, 2.0),
        ("ldl_cholesterol", {"cholesterol": 200, "hdl": 50, "triglycerides": 150, "method": "Friedewald"}, 120),
        ("corrected_calcium", {"calcium": 8, "albumin": 2.5}, 9.2),
        ("anion_gap", {"sodium": 140, "chloride": 100, "bicarbonate": 14}, 26),
        ("expected_pco2", {"bicarbonate": 14}, 29),
        ("blood_ph", {"bicarbonate": 24, "pco2": 40}, 7.40),
        ("calculated_osmolality", {"sodium": 140, "glucose": 90, "urea": 14}, 290),
        ("free_water_deficit", {"sex": "male", "weight": 70, "sodium": 154}, 4.2),
        ("estimated_average_glucose", {"hba1c": 7}, 154),  # table of the ADA: 6, 7, 8 % are 126, 154, 183 mg/dL
        ("estimated_average_glucose", {"hba1c": 8}, 183),
        ("homa_ir", {"glucose": 81, "insulin": 5}, 1.0),
        ("mean_arterial_pressure", {"systolic": 120, "diastolic": 80}, 93.3),
        ("corrected_qt", {"qt": 400, "rate": 75, "method": "Bazett"}, 447),
        ("corrected_qt", {"qt": 400, "rate": 60, "method": "Fridericia"}, 400),
        ("alveolar_arterial_gradient", {"fio2": 21, "paco2": 40, "pao2": 90}, 9.7),
        ("elimination_half_life", {"clearance": 5, "volume": 35}, 4.85),
        ("vancomycin_clearance", {"gfr": 100}, 4.35),  # 72.6 mL/min
        ("carboplatin_dose", {"gfr": 75, "auc": 5}, 500),
        ("remaining_amount", {"dose": 400, "half_life": 8, "hours": 24}, 50),
        ("parkland_volume", {"weight": 70, "burned": 20}, 5600),
        ("maintenance_fluid", {"weight": 22}, 1540),
        ("post_test_probability", {"pretest": 20, "ratio": 4.5}, 52.9),
        ("critical_coverage", {"number": 4, "effectiveness": 100}, 75),
    ],
)
def test_formula(name: str, arguments: dict[str, Any], expected: float) -> None:
    assert call(name, **arguments)["value"] == pytest.approx(expected, rel=0.006)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        # by hand from the coefficients that other programs and reviews give for the paper in each tool's source
        ("ldl_cholesterol", {"cholesterol": 200, "hdl": 50, "triglycerides": 150, "method": "Sampson"}, 123.3973),
        ("body_surface_area", {"weight": 50, "height": 150, "method": "Haycock"}, 1.4497),
        ("lean_body_mass", {"sex": "male", "weight": 80, "height": 180}, 61.42),
        ("lean_body_mass", {"sex": "female", "weight": 60, "height": 165}, 44.865),
        ("body_fat", {"age": 30, "sex": "male", "bmi": 25}, 20.7),
        ("body_fat", {"age": 30, "sex": "female", "bmi": 25}, 31.5),
        ("adjusted_body_weight", {"actual": 118, "ideal": 70.5}, 89.5),
        (
            "resting_energy",
            {"age": 30, "sex": "male", "weight": 80, "height": 180, "equation": "revised Harris-Benedict"},
            1853.632,
        ),
        (
            "resting_energy",
            {"age": 40, "sex": "female", "weight": 60, "height": 165, "equation": "revised Harris-Benedict"},
            1340.383,
        ),
        ("egfr_cystatin", {"age": 60, "sex": "female", "cystatin": 1.2}, 56.8825),
        (
            "transtubular_potassium_gradient",
            {"urine_potassium": 40, "serum_potassium": 4, "urine_osmolality": 600, "serum_osmolality": 300},
            5,
        ),
        ("discriminant_function", {"prothrombin": 20, "control": 12, "bilirubin": 10}, 46.8),
        ("corrected_anion_gap", {"gap": 16, "albumin": 2.1}, 20.75),
        ("delta_ratio", {"gap": 26, "bicarbonate": 14}, 1.4),
        ("corrected_sodium", {"sodium": 130, "glucose": 600, "factor": "Katz"}, 138),
        ("corrected_sodium", {"sodium": 130, "glucose": 600, "factor": "Hillier"}, 142),
        ("free_water_deficit", {"sex": "female", "weight": 60, "sodium": 166}, 5.5714),  # example of Yun 2023: 5.6 L
        ("quicki_index", {"glucose": 100, "insulin": 10}, 1 / 3),
        ("corrected_qt", {"qt": 400, "rate": 75, "method": "Framingham"}, 430.8),
        ("corrected_qt", {"qt": 400, "rate": 75, "method": "Fridericia"}, 430.887),
        ("oxygen_content", {"haemoglobin": 15, "saturation": 100, "pao2": 100}, 20.4),
        ("systemic_vascular_resistance", {"pressure": 80, "venous": 8, "output": 5}, 1152),
        (
            "corrected_phenytoin",
            {"phenytoin": 8, "albumin": 2.5, "kidney": "creatinine clearance above 20 mL/min"},
            13.3333,
        ),
        (
            "corrected_phenytoin",
            {"phenytoin": 8, "albumin": 2.5, "kidney": "creatinine clearance below 10 mL/min"},
            22.8571,
        ),
        ("time_to_steady_state", {"half_life": 6, "percent": 90}, 19.9316),
        ("accumulation_ratio", {"half_life": 6, "interval": 8}, 1.65796),
    ],
)
def test_formula_of_the_literature(name: str, arguments: dict[str, Any], expected: float) -> None:
    assert call(name, **arguments)["value"] == pytest.approx(expected, rel=5e-5)


def test_meld_3_and_its_bounds() -> None:
    labs = {"bilirubin": 3.5, "inr": 1.5, "creatinine": 1.8, "sodium": 131, "albumin": 2.8}
    assert call("meld_3_score", sex="female", **labs)["value"] == 27  # by hand: 26.93, and 25.60 for a man
    assert call("meld_3_score", sex="male", **labs)["value"] == 26
    bounds = (
        ("creatinine", 4.5, 3), ("creatinine", 0.6, 1), ("sodium", 120, 125), ("sodium", 150, 137),
        ("albumin", 0.5, 1.5), ("albumin", 6, 3.5), ("bilirubin", 0.5, 1), ("inr", 0.7, 1),
    )  # fmt: skip
    for field, beyond, bound in bounds:  # each step would move the score by a point or more
        outside, inside = ({"sex": "male", **labs, "creatinine": 1.0, field: value} for value in (beyond, bound))
        assert call("meld_3_score", **outside) == call("meld_3_score", **inside), field
    assert call("meld_3_score", sex="female", bilirubin=40, inr=9, creatinine=3, sodium=125, albumin=1.5)["value"] == 40


def test_albumin_bilirubin_grades() -> None:
    assert call("albi_score", bilirubin=1.0, albumin=4.0) == {"score": pytest.approx(-2.5862, abs=1e-4), "grade": 2}
    assert call("albi_score", bilirubin=0.9, albumin=4.1)["grade"] == 1
    assert call("albi_score", bilirubin=5.0, albumin=2.5)["grade"] == 3


def test_stroke_rates_of_the_swedish_cohort() -> None:
    """Friberg 2012, table 3: the rate of score 8 is below that of score 7."""
    rates = [call("stroke_rate", score=score)["value"] for score in range(10)]
    assert rates == [0.2, 0.6, 2.2, 3.2, 4.8, 7.2, 9.7, 11.2, 10.8, 12.2]


def test_kidney_failure_risk_of_a_patient() -> None:
    risk = call("kidney_failure_risk", age=60, sex="male", egfr=30, acr=300)  # by hand from Tangri 2016
    assert (risk["two_years"], risk["five_years"]) == (pytest.approx(5.8629, abs=1e-3), pytest.approx(20.8599, abs=1e-3))


def test_kidney_failure_risk_of_the_mean_patient_is_the_baseline() -> None:
    """At the centring values the risk is one minus the baseline survival; men lie a little above it."""
    risk = call("kidney_failure_risk", age=70, sex="male", egfr=36.11, acr=170.2)
    assert risk["five_years"] == pytest.approx(7.1, abs=0.15)
    assert risk["two_years"] < risk["five_years"]


@pytest.mark.parametrize(
    ("egfr", "category"), [(90, "G1"), (89.9, "G2"), (59, "G3a"), (45, "G3a"), (44.9, "G3b"), (29, "G4"), (14, "G5")]
)
def test_kdigo_bounds(egfr: float, category: str) -> None:
    assert call("kdigo_gfr_category", egfr=egfr)["category"] == category


def test_scores_of_points() -> None:
    none = {"failure": "no heart failure", "hypertension": "no hypertension", "diabetes": "no diabetes",
            "stroke": "no earlier stroke or TIA", "vascular": "no vascular disease"}  # fmt: skip
    assert call("cha2ds2_vasc", age=60, sex="male", **none)["score"] == 0
    assert call("cha2ds2_vasc", age=75, sex="female", **{**none, "stroke": "an earlier stroke or TIA"})["score"] == 5
    worst = call(
        "child_pugh",
        bilirubin=4,
        albumin=2,
        inr=3,
        ascites="moderate to severe ascites",
        encephalopathy="grade 3 to 4 encephalopathy",
    )
    assert worst == {"points": 15, "grade": "C"}
    assert call("aki_stage", baseline=0.8, current=1.2, days="7 days")["value"] == "stage 1"
    assert call("ards_severity", ratio=100)["severity"] == "severe"


def test_two_groups_and_two_by_two_table() -> None:
    effect = call("treatment_effect", treated_events=15, treated=100, control_events=20, control=100)
    assert (effect["relative_risk"], effect["needed"]) == (0.75, 20.0)
    table = call("diagnostic_accuracy", tp=90, fp=20, fn=10, tn=80)
    assert (table["sensitivity"], table["specificity"], table["positive_ratio"]) == (90.0, 80.0, 4.5)


def test_pregnancy_and_epidemiological_weeks() -> None:
    assert call("due_date", last_period="2025-01-01")["value"] == "2025-10-08"  # one year, minus three months, plus seven days
    assert call("gestational_age", last_period="2025-01-01", day="2025-04-09")["weeks"] == 14
    assert call("epidemiological_week", day="2024-12-29", system="CDC") == {
        "week": 1, "year": 2025, "first_day": "2024-12-29", "last_day": "2025-01-04"
    }  # fmt: skip
    assert call("epidemiological_year", year=2020, system="CDC")["weeks"] == 53
    assert call("epidemiological_year", year=2021, system="ISO")["weeks"] == 52


def test_known_identifiers_of_the_ontology() -> None:
    assert call("phenotype_record", phenotype="ectopia lentis")["hpo_id"] == "HP:0001083"
    assert call("phenotype_by_id", hpo_id="HP:0001250")["phenotype"] == "Seizure"
    assert call("disease_record", disease="Marfan syndrome")["omim"] == "154700"
    assert call("rare_disease_by_orpha", orpha="558")["disease"] == "Marfan syndrome"
    assert call("gene_record", gene="FBN1")["ncbi_id"] == "2200"
    assert call("disease_inheritance", disease="Cystic fibrosis")["modes"] == ["Autosomal recessive inheritance"]
    assert call("disease_inheritance", disease="Huntington disease")["modes"] == ["Autosomal dominant inheritance"]


def test_ontology_lists_are_sorted_and_complete() -> None:
    genes = call("genes_for_phenotype", phenotype="Dural ectasia")["genes"]
    assert "FBN1" in [gene["gene"] for gene in genes]
    assert genes == sorted(genes, key=lambda gene: (-gene["phenotypes"], gene["gene"].lower()))
    assert len(genes) == call("phenotype_record", phenotype="Dural ectasia")["genes"]
    names = [
        row["phenotype"]
        for row in call("disease_phenotypes_in_category", disease="Marfan syndrome", category="eye")["phenotypes"]
    ]
    assert "Ectopia lentis" in names
    assert names == sorted(names, key=str.lower)
    shared = call("shared_phenotypes", first="Marfan syndrome", second="Loeys-Dietz syndrome 1")["phenotypes"]
    assert len(shared) == call("disease_similarity", first="Marfan syndrome", second="Loeys-Dietz syndrome 1")["shared"]


def test_similarity_is_symmetric_and_an_ancestor_is_shared() -> None:
    one = call("phenotype_similarity", first="Seizure", second="Ataxia", measure="Lin")
    assert one == call("phenotype_similarity", first="Ataxia", second="Seizure", measure="Lin")
    found = call("phenotype_common_ancestor", first="Ectopia lentis", second="Cataract")
    assert (found["ancestor"], found["steps"]) == ("Abnormal lens morphology", 2)


@pytest.mark.slow
def test_diagnosis_codes() -> None:
    record = call("diagnosis_record", code="E119")
    assert (record["title"], record["block"], record["chapter"]) == (
        "Type 2 diabetes mellitus without complications",
        "E08-E13",
        "4",
    )
    assert call("diagnosis_code", title="essential (primary) hypertension")["code"] == "I10"
    assert call("diagnosis_common_ancestor", first="E11.9", second="E10.9")["ancestor"] == "E08-E13"
    assert call("icd10_to_icd9", code="E11.9")["first"] == "250.00"
    assert call("icd9_to_icd10", code="428.0")["first"] == "I50.9"
    assert call("diagnosis_grouping", code="E11.9") == {
        "ccsr": "END002", "body_system": "endocrine, nutritional and metabolic diseases", "chronic": True
    }  # fmt: skip
    codes = [row["code"] for row in call("diagnosis_subcodes", code="G43")["subcodes"]]
    assert codes == sorted(codes)


def test_risk_adjustment() -> None:
    assert call("payment_category", code="E11.9")["hcc"] == "38"
    assert call("payment_factor", hcc="37", segment="community, non-dual, aged")["factor"] == 0.166
    # 0.395 (woman of 70 to 74) + 0.166 (HCC 38) + 0.360 (HCC 226) + 0.112 (diabetes with heart failure)
    assert call("risk_score", first="E11.9", second="I50.9", age=70, sex="female")["score"] == 1.033


def test_dicom() -> None:
    found = call("dicom_attribute", name="Patient's Name")
    assert (found["tag"], found["representation"]) == ("(0010,0010)", "Person Name")
    assert call("dicom_tag", tag="(0018,0050)")["name"] == "Slice Thickness"
    assert call("dicom_uid", name="CT Image Storage")["uid"] == "1.2.840.10008.5.1.4.1.1.2"


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("phenotype_record", {"phenotype": "no such thing"}, "not_found"),
        ("phenotype_by_id", {"hpo_id": "HP:9999999"}, "not_found"),
        ("genes_for_phenotype", {"phenotype": "Seizure"}, "too_large"),
        ("gene_record", {"gene": "--"}, "not_found"),
        ("disease_by_omim", {"omim": "999999"}, "not_found"),
        ("disease_phenotypes_in_category", {"disease": "Marfan syndrome", "category": "nose job"}, "not_found"),
        ("phenotype_similarity", {"first": "Seizure", "second": "seizure", "measure": "Lin"}, "bad_arguments"),
        ("inheritance_among_diseases", {"phenotype": "Seizure", "mode": "Ataxia"}, "bad_arguments"),
        ("diagnosis_record", {"code": "Z00.Z"}, "not_found"),
        ("diagnosis_record", {"code": "e11"}, "bad_arguments"),
        ("diagnosis_code", {"title": "Love at first sight"}, "not_found"),
        ("diagnosis_subcodes", {"code": "I10"}, "not_found"),
        ("diagnosis_parent", {"code": "I10"}, "not_found"),
        ("icd10_to_icd9", {"code": "E11"}, "not_found"),
        ("payment_category", {"code": "I10"}, "not_found"),
        ("payment_factor", {"hcc": "999", "segment": "institutional"}, "not_found"),
        ("dicom_attribute", {"name": "Favourite Colour"}, "not_found"),
        ("epidemiological_week", {"day": "2025-02-30", "system": "CDC"}, "bad_arguments"),
        ("epidemiological_week_days", {"year": 2024, "week": 53, "system": "CDC"}, "bad_arguments"),
        ("gestational_age", {"last_period": "2025-01-01", "day": "2024-12-01"}, "bad_arguments"),
        (
            "ldl_cholesterol",
            {"cholesterol": 250, "hdl": 40, "triglycerides": 500, "method": "Friedewald"},
            "bad_arguments",
        ),
        ("mean_arterial_pressure", {"systolic": 80, "diastolic": 80}, "bad_arguments"),
        ("egfr_ckd_epi", {"age": 50, "sex": "other", "creatinine": 1.0}, "bad_arguments"),
    ],
)
def test_errors_are_coded(name: str, arguments: dict[str, Any], code: str) -> None:
    assert code_of(name, **arguments) == code
