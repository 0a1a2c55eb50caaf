"""Drafts as models write them."""

import json

import pytest

from dive.synthesis.modelled.draft import Failing, read_draft, round_of
from dive.types import Evidence

EVIDENCE = [
    Evidence(id="e1", tool="weigh", version="1", arguments={"name": "caffeine"}, result={"mass": 194.1906, "unit": "g/mol"}),
    Evidence(id="e2", tool="weigh", version="1", arguments={"name": "theobromine"}, result={"mass": 180.164, "tags": ["a", "b"]}),
    Evidence(id="e3", tool="found", version="1", arguments={"name": "caffeine"}, result={"day": "1819-01-31", "n": 24}),
]
GOOD = {
    "query": "By how much is caffeine heavier than theobromine? Answer in g/mol, to two decimal places.",
    "expression": "e1.mass - e2.mass", "answer": "14.03 g/mol", "type": "number", "unit": "g/mol", "decimals": 2,
}  # fmt: skip


def made(**changes):
    return round_of(read_draft(json.dumps({**GOOD, **changes})), EVIDENCE, {})


def test_a_draft_becomes_a_round_with_the_value_of_its_expression():
    one = made()
    assert one.derivation.answer == "round(e1.mass - e2.mass, 2)"
    assert (one.answer.type, one.answer.value, one.answer.unit) == ("number", 14.03, "g/mol")
    assert 0.005 <= one.answer.tolerance < 0.0051
    assert one.shape == "compare"
    assert [step.id for step in one.derivation.steps] == ["e1", "e2"]


@pytest.mark.parametrize(
    ("changes", "kind", "value"),
    [
        ({"expression": "e3.day", "answer": "31 January 1819", "type": "date", "decimals": None}, "date", "1819-01-31"),
        ({"expression": "e3.n", "answer": "24", "type": "number", "unit": "", "decimals": 0}, "integer", 24),
        ({"expression": "e2.tags", "answer": "b, a", "type": "set", "decimals": None}, "set", ["a", "b"]),
        ({"expression": "e2.tags", "answer": "a, b", "type": "text", "decimals": None}, "list", ["a", "b"]),
        ({"expression": "upper(e1.unit)", "answer": "G/MOL", "type": "date", "decimals": None}, "text", "G/MOL"),
        ({"expression": "round(e1.mass, 1)", "answer": "194.2", "decimals": 1}, "number", 194.2),
    ],
)
def test_the_type_is_that_of_the_value_and_the_stated_one_only_where_it_fits(changes, kind, value):
    one = made(**{"query": "What of caffeine and theobromine, to one decimal place?", **changes})
    assert (one.answer.type, one.answer.value) == (kind, value)


@pytest.mark.parametrize(
    ("changes", "gate", "says"),
    [
        ({"expression": "e1.weight"}, "entailed", "no field 'weight'"),
        ({"expression": "__import__('os')"}, "entailed", "has no value"),
        ({"expression": "e7.mass"}, "entailed", "e7"),
        ({"answer": "15.03 g/mol"}, "entailed", "the stated answer is another one"),
        ({"answer": "N/A"}, "entailed", "another one"),
        ({"query": "By how much is caffeine heavier than the other one, to two decimal places?"}, "closed", '"theobromine"'),
        ({"decimals": None}, "well_formed", "decimals"),
        ({"decimals": 40}, "well_formed", "decimals"),
        ({"query": "By how much is caffeine heavier than theobromine?"}, "well_formed", "how many decimal places"),
        ({"type": "essay"}, "well_formed", "type"),
        ({"query": None}, "well_formed", "query"),
    ],
)
def test_what_is_wrong_with_a_draft_is_said_by_gate(changes, gate, says):
    with pytest.raises(Failing) as caught:
        made(**changes)
    assert caught.value.gate == gate
    assert says in caught.value.reason


@pytest.mark.parametrize("text", ["", "I cannot help with that.", "Failed to derive question", "[1, 2]", "{", '{"query": "x"}'])
def test_what_is_no_draft_is_no_task(text):
    with pytest.raises(Failing) as caught:
        read_draft(text)
    assert caught.value.gate == "well_formed"


def test_a_fenced_draft_with_prose_and_more_fields_is_read():
    text = f"Here it is:\n```json\n{json.dumps({**GOOD, 'mood': 'fine'})}\n```"
    assert read_draft(text).query == GOOD["query"]
