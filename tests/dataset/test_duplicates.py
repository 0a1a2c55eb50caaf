"""The same question and the same derivation, in another dress."""

import pytest
from fake_runs import task

from dive.dataset.duplicates import Seen, derivation_form
from dive.types import Derivation, Step

QUERY = "For the compound caffeine, work out the molar mass and say by how much it exceeds that of theobromine."


def two(first: tuple[str, str, str], second: tuple[str, str, str], answer: str) -> Derivation:
    steps = tuple(Step(id=i, tool=tool, arguments={"x": argument}) for i, tool, argument in (first, second))
    return Derivation(steps=steps, answer=answer)


PLAIN = two(("e1", "mass", "'a'"), ("e2", "mass", "'b'"), "e1.value - e2.value")


def test_names_and_order_of_steps_do_not_matter():
    renamed = two(("e7", "mass", "'a'"), ("e3", "mass", "'b'"), "e7.value - e3.value")
    turned = two(("e1", "mass", "'b'"), ("e2", "mass", "'a'"), "e2.value - e1.value")
    assert derivation_form(PLAIN) == derivation_form(renamed) == derivation_form(turned)


@pytest.mark.parametrize(
    "other",
    [
        two(("e1", "mass", "'a'"), ("e2", "mass", "'b'"), "e2.value - e1.value"),
        two(("e1", "mass", "'a'"), ("e2", "mass", "'c'"), "e1.value - e2.value"),
        two(("e1", "mass", "'a'"), ("e2", "weight", "'b'"), "e1.value - e2.value"),
        two(("e1", "mass", "'a'"), ("e2", "mass", "e1.name"), "e1.value - e2.value"),
    ],
)
def test_another_derivation_has_another_form(other):
    assert derivation_form(PLAIN) != derivation_form(other)


def test_a_name_inside_a_text_is_no_step():
    quoted = two(("e1", "find", "'e2'"), ("e2", "mass", "e1.name"), "e2.value")
    other = two(("e1", "find", "'e9'"), ("e2", "mass", "e1.name"), "e2.value")
    assert derivation_form(quoted) != derivation_form(other)


def test_the_order_of_calls_that_change_a_state_matters():
    turned = two(("e1", "mass", "'b'"), ("e2", "mass", "'a'"), "e2.value - e1.value")
    assert derivation_form(PLAIN, {"mass"}) != derivation_form(turned, {"mass"})
    assert derivation_form(PLAIN, {"other"}) == derivation_form(turned, {"other"})


def seen(query: str = QUERY) -> Seen:
    known = Seen()
    known.add(query, "form", 0)
    return known


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (QUERY.upper().replace(",", " ").replace(".", "?"), "the same question"),
        (QUERY.replace("theobromine", "xanthine"), "nearly the same question"),
        ("I ask for a friend who is a chemist. " + QUERY + " Round to two places.", "nearly the same question"),
        ("For the compound caffeine, work out the molar mass and say by how much", "nearly the same question"),
    ],
)  # fmt: skip
def test_a_question_in_other_dress_is_found(query, reason):
    assert seen().twin(query, "other") == (reason, 0)


def test_other_questions_are_left_alone():
    known = seen()
    assert known.twin("Which is the largest city of the country where the river Volta ends, by population?", "other") is None
    assert known.twin("What is the molar mass of caffeine?", "other") is None
    assert known.twin("What is the molar mass of caffeine?", "form") == ("the same derivation", 0)


def test_a_phrase_that_all_tasks_share_makes_no_duplicates():
    known = Seen()
    phrase = "Give the answer in metres, rounded to the nearest whole number of them."
    for n in range(60):
        one = task(n)
        query = f"{one.query} {phrase}"
        assert known.twin(query, str(n)) is None
        known.add(query, str(n), n)
