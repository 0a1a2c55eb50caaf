"""Final answers: every form that is offered is accepted by the grader, stands on one line, and reads as asked."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dive.answers import answers_match
from dive.gold.phrasing import answer_forms, final_line
from dive.types import Answer

SETS = {
    "commas": ["3,3-dimethyl-1-butyne", "Bartter syndrome, type 2"],
    "and": ["Antigua and Barbuda", "Bosnia and Herzegovina", "Trinidad and Tobago"],
    "brackets": ["benign neoplasm of optic nerve (D33.3)", "benign neoplasm of skin of eyelid (D22.1-, D23.1-)"],
    "dates": ["2024-01-01", "2024-02-12", "2024-06-10"],
    "one": ["Vitritis"],
    "numbers": [3, 12.5, 1_000_000],
}
ANSWERS = [
    (Answer(type="integer", value=459347246, unit="people", tolerance=0.5000005), {"": 0}, "459,347,246 people"),
    (Answer(type="integer", value=1, unit="words"), {}, "1 word"),
    (Answer(type="integer", value=1, unit="people"), {}, "1 person"),
    (Answer(type="number", value=2.1, unit="mg", tolerance=0.005000005), {"": 2}, "2.10 mg"),
    (Answer(type="number", value=4.02, unit="%", tolerance=0.005000005), {"": 2}, "4.02%"),
    (Answer(type="number", value=-38.4, unit="mOsm/kg", tolerance=0.05000005), {"": 1}, "-38.4 mOsm/kg"),
    (Answer(type="number", value=5992.92, unit="US dollars", tolerance=0.005000005), {"": 2}, "$5,992.92"),
    (Answer(type="number", value=4.83e-05, tolerance=5e-8), {"": 7}, "0.0000483"),
    (Answer(type="number", value=6.02214076e23, unit="mol"), {}, "6.02214076 × 10^23 mol"),
    (Answer(type="number", value=1430, tolerance=0.005000005), {"": 2}, "1,430"),
    (Answer(type="date", value="1993-11-05"), {}, "5 November 1993"),
    (Answer(type="date", value="1993-11-05"), {}, "November 5, 1993"),
    (Answer(type="text", value="евро"), {}, "евро"),
    (Answer(type="text", value="2021-03-04"), {}, "2021-03-04"),
    (Answer(type="sequence", value="ACGUACGU" * 40), {}, "ACGUACGU" * 40),
    (Answer(type="set", value=SETS["dates"]), {}, "2024-01-01, 2024-02-12 and 2024-06-10"),
    (Answer(type="list", value=["J01.90", "T86.21", "A90"]), {}, "1. J01.90; 2. T86.21; 3. A90"),
    (Answer(type="record", value={"moment skewness": 0.919, "Pearson correlation": -0.16}),
     {"moment skewness": 3, "Pearson correlation": 4}, "moment skewness: 0.919; Pearson correlation: -0.1600"),
    (Answer(type="record", value={"CYFQNCPRG": 0.0239, "RPPGFSPFR": 0.0242}, unit="mmol", tolerance=5.000005e-05),
     {"CYFQNCPRG": 4, "RPPGFSPFR": 4}, "CYFQNCPRG: 0.0239 mmol; RPPGFSPFR: 0.0242 mmol"),
    (Answer(type="record", value={"homepage": "http://data.jrc.ec.europa.eu/", "name": "a, b: c"}), {},
     "homepage: http://data.jrc.ec.europa.eu/; name: a, b: c"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "digits", "form"), ANSWERS)
def test_a_form_that_is_among_those_offered(answer, digits, form):
    assert form in answer_forms(answer, digits)
    lines = {final_line(answer, digits, random.Random(seed)) for seed in range(60)}
    assert f"Final answer: {form}" in lines
    assert all(answers_match(answer, line) and len(line.splitlines()) == 1 for line in lines)


@pytest.mark.parametrize("kind", ["set", "list"])
@pytest.mark.parametrize("items", SETS.values(), ids=SETS)
def test_items_with_commas_and_conjunctions_are_told_apart(items, kind):
    answer = Answer(type=kind, value=items)
    for seed in range(30):
        assert answers_match(answer, f"Because of this.\n\n{final_line(answer, {}, random.Random(seed))}")


def test_asked_decimals_are_kept():
    answer = Answer(type="number", value=3.0, unit="hours", tolerance=0.005000005)
    assert answer_forms(answer, {"": 2}) == ["3.00 hours"]


@given(st.floats(-1e9, 1e9), st.integers(0, 6), st.sampled_from(["", "%", "mg", "US dollars", "people", "kg/m³"]))
@settings(max_examples=300, deadline=None)
def test_any_rounded_number_can_be_stated(value, digits, unit):
    answer = Answer(type="number", value=round(value, digits), unit=unit, tolerance=0.5 * 10.0**-digits)
    assert answers_match(answer, final_line(answer, {"": digits}, random.Random(0)))


@given(
    st.lists(
        st.text("abc ,;:.-()'", min_size=1).filter(lambda text: text.strip(" ,;:.-()'")), min_size=1, max_size=6, unique=True
    )
)
@settings(max_examples=200, deadline=None)
def test_any_list_of_texts_can_be_stated(items):
    answer = Answer(type="list", value=items)
    assert answers_match(answer, final_line(answer, {}, random.Random(1)))
