"""Every tool that computes a formula: worked examples, answers of other programs, refusals, the page that lists the proofs."""

import re
from typing import Any

import pytest
from formula_examples import CLINICAL, Example
from formula_page import EXAMPLES, PAGE, RECORDED, page, proven
from formula_proofs import AGAINST, HOLDS, TOOLS, call

from dive.errors import ToolError

NOT_FORMULAS = {
    "character_facts", "text_encoding", "text_digests", "text_counts", "letter_frequencies", "text_difference",
    "roman_numeral", "roman_value", "number_in_base", "number_from_base",
    "orcid_check", "issn_check", "arxiv_parts", "check_digit_complete", "iban_checksum",
}  # fmt: skip
"""Processing tools without a library that transcribe, count or check digits; the tests of their domains have known values."""
OUTSIDE = [
    # beyond the population or the values for which the formula is published
    ("egfr_ckd_epi", {"age": 17, "sex": "male", "creatinine": 1}),
    ("egfr_ckd_epi", {"age": 50, "sex": "male", "creatinine": 0}),
    ("egfr_ckd_epi", {"age": 50, "sex": "male", "creatinine": 88.4}),  # micromol/L
    ("egfr_cystatin", {"age": 12, "sex": "male", "cystatin": 1}),
    ("egfr_schwartz", {"height": 20, "creatinine": 0.5}),
    ("kidney_failure_risk", {"age": 60, "sex": "male", "egfr": 60, "acr": 300}),
    ("kidney_failure_risk", {"age": 60, "sex": "male", "egfr": 30, "acr": 0}),
    ("fractional_excretion_sodium", {"urine_sodium": 200, "serum_sodium": 140, "urine_creatinine": 10, "creatinine": 8}),
    ("fractional_excretion_sodium", {"urine_sodium": 141, "serum_sodium": 140, "urine_creatinine": 9, "creatinine": 9}),
    (
        "transtubular_potassium_gradient",
        {"urine_potassium": 40, "serum_potassium": 4, "urine_osmolality": 250, "serum_osmolality": 290},
    ),
    ("aki_stage", {"baseline": 2, "current": 1, "days": "7 days"}),
    ("meld_na_score", {"meld": 5, "sodium": 130}),
    ("ideal_body_weight", {"sex": "male", "height": 152.4}),
    ("adjusted_body_weight", {"actual": 60, "ideal": 70}),
    ("lean_body_mass", {"sex": "female", "weight": 45, "height": 185}),
    ("body_fat", {"age": 20, "sex": "male", "bmi": 9}),
    ("body_fat", {"age": 60, "sex": "female", "bmi": 76.5}),
    ("mean_arterial_pressure", {"systolic": 80, "diastolic": 80}),
    ("cerebral_perfusion_pressure", {"pressure": 40, "intracranial": 40}),
    ("systemic_vascular_resistance", {"pressure": 20, "venous": 20, "output": 5}),
    ("alveolar_arterial_gradient", {"fio2": 21, "paco2": 40, "pao2": 150}),
    ("ards_severity", {"ratio": 300.1}),
    ("stroke_rate", {"score": 10}),
    ("ldl_cholesterol", {"cholesterol": 250, "hdl": 40, "triglycerides": 401, "method": "Friedewald"}),
    ("ldl_cholesterol", {"cholesterol": 250, "hdl": 40, "triglycerides": 801, "method": "Sampson"}),
    ("ldl_cholesterol", {"cholesterol": 90, "hdl": 60, "triglycerides": 300, "method": "Friedewald"}),
    ("delta_ratio", {"gap": 20, "bicarbonate": 24}),
    ("delta_ratio", {"gap": 20, "bicarbonate": 24.5}),
    ("expected_pco2", {"bicarbonate": 24}),
    ("corrected_sodium", {"sodium": 140, "glucose": 99, "factor": "Katz"}),
    ("free_water_deficit", {"sex": "male", "weight": 70, "sodium": 140}),
    ("maintenance_fluid", {"weight": 0.5}),
    ("parkland_volume", {"weight": 70, "burned": 101}),
    ("treatment_effect", {"treated_events": 10, "treated": 10, "control_events": 1, "control": 10}),
    ("critical_coverage", {"number": 15, "effectiveness": 90}),
    ("critical_coverage", {"number": 1, "effectiveness": 90}),
    ("gestational_age", {"last_period": "2025-01-01", "day": "2025-11-06"}),
    ("gestational_age", {"last_period": "2025-01-01", "day": "2024-12-31"}),
    # arithmetic without an answer
    ("internal_rate_of_return", {"flows": [-100, 250, -150]}),
    ("implied_loan_rate", {"principal": 10_000, "payment": 100, "years": 5}),
    ("implied_volatility", {"right": "call", "price": 1, "spot": 42, "strike": 40, "days": 182, "rate": 10}),
    ("dividend_growth_value", {"dividend": 2, "growth": 8, "required": 8}),
    ("break_even", {"fixed": 100, "price": 5, "variable": 5}),
    ("kelly_stake", {"probability": 50, "odds": 1}),
    ("sharpe_ratio", {"returns": [5, 5, 5], "risk_free": 1}),
    ("compounded_return", {"returns": [10, -100, 5]}),
    ("special_relativity", {"beta": 1}),
    ("airmass", {"altitude": 10}),
    ("standard_atmosphere", {"height": 20_001}),
    ("degree_of_unsaturation", {"formula": "CH5"}),
    ("wallace_melting", {"dna": "A" * 31}),
    ("melting_temperature", {"dna": "ACGTACG", "sodium": 50}),
    ("melting_temperature", {"dna": "A" * 71, "sodium": 50}),
    ("concentration_from_absorbance", {"extinction": 0, "absorbance": 0.5}),
    ("citation_concentration", {"citations": [0, 0]}),
    ("population_share", {"part": 2, "whole": 1}),
]


def named(example: Example) -> str:
    return f"{example.tool}-{'-'.join(str(value)[:12] for value in example.arguments.values())}"


def same(found: Any, expected: Any, within: float) -> bool:
    """Whether a value is the expected one; numbers within a tolerance, at any depth."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key], within) for key in expected)
    if isinstance(expected, list):
        return len(found) == len(expected) and all(same(a, b, within) for a, b in zip(found, expected, strict=True))
    if isinstance(expected, bool | str | None):
        return bool(found == expected)
    return bool(found == pytest.approx(expected, rel=1e-9, abs=within))


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_worked_example(example: Example) -> None:
    found = call(example.tool, **example.arguments)
    shown = {field: found[field] for field in example.expected}
    assert same(shown, example.expected, example.within), (shown, example.expected, example.origin)


@pytest.mark.parametrize("tool", sorted({line["tool"] for line in RECORDED}))
def test_answers_of_other_programs(tool: str) -> None:
    lines = [line for line in RECORDED if line["tool"] == tool]
    assert len(lines) >= 14
    for line in lines:
        found = call(tool, **line["arguments"])[line["field"]]
        assert found == pytest.approx(line["expected"], rel=1e-9, abs=line["within"] + 1e-9), line


@pytest.mark.parametrize(("name", "arguments"), OUTSIDE)
def test_outside_of_the_published_range_there_is_no_number(name: str, arguments: dict[str, Any]) -> None:
    assert set(arguments) == set(TOOLS[name].parameters)
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    assert caught.value.code == "bad_arguments"


def test_every_formula_written_out_has_an_example() -> None:
    own = {tool.name for tool in TOOLS.values() if tool.kind == "processing" and tool.provider in ("own", "clinical formulas")}
    assert sorted(own - NOT_FORMULAS - {example.tool for example in EXAMPLES}) == []
    assert sorted(NOT_FORMULAS - set(TOOLS)) == []


def test_enough_is_proven() -> None:
    clinical = {example.tool for example in CLINICAL}
    assert all(TOOLS[name].domain == "medical" for name in clinical)
    assert len(clinical) >= 40
    assert len({example.tool for example in EXAMPLES}) >= 150
    assert len(EXAMPLES) >= 300
    assert len(RECORDED) >= 200


def test_every_formula_names_its_source() -> None:
    """A year, an equation or an address; a library alone does not say which formula it computes."""
    vague = [name for name in proven() if not re.search(r"\b1[89]\d\d\b|\b20\d\d\b|[=/]|law", TOOLS[name].source)]
    assert vague == []


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run .venv/bin/python tests/tools/formula_page.py"
    assert all(f"`{name}`" in PAGE.read_text("utf-8") for name in (*AGAINST, *HOLDS))
