"""Where the arguments of recorded calls came from."""

import pytest

from dive.errors import ExpressionError
from dive.expressions import evaluate
from dive.synthesis.modelled.recover import Unfounded, derivation_of
from dive.types import Evidence, Failure, canonical


def call(n, tool="t", result=None, failure=None, **arguments) -> Evidence:
    return Evidence(id=f"e{n}", tool=tool, version="1", arguments=arguments, result=result, failure=failure)


def recovered(answer, evidence, query="", defaults=None):
    made = derivation_of(answer, evidence, query, defaults or {})
    results = {e.id: e.result for e in evidence}
    for step in made.steps:  # whatever is recovered evaluates to what was passed
        arguments = {name: evaluate(expression, results) for name, expression in step.arguments.items()}
        assert canonical(arguments) == canonical(next(e.arguments for e in evidence if e.id == step.id))
    return {step.id: step.arguments for step in made.steps}


def test_a_value_of_the_query_is_a_literal_and_a_value_of_a_result_a_path():
    evidence = [call(1, name="caffeine", result={"smiles": "CN1C"}), call(2, smiles="CN1C", result={"value": 194.19})]
    assert recovered("round(e2.value, 1)", evidence, "How heavy is caffeine?") == {
        "e1": {"name": "'caffeine'"}, "e2": {"smiles": "e1.smiles"},
    }  # fmt: skip


def test_calls_that_nothing_cites_are_left_out_and_the_order_is_that_of_the_calls():
    evidence = [call(1, a="x", result={"v": 1}), call(2, a="y", result={"v": 2}), call(3, a="z", result={"v": 3})]
    assert list(recovered("e3.v - e1.v", evidence, "x, z")) == ["e1", "e3"]


def test_a_default_is_a_literal_even_where_a_result_has_it():
    evidence = [call(1, q="a", result={"n": 10}), call(2, q="b", limit=10, result={"n": 4})]
    assert recovered("e2.n", evidence, "b", {"t": {"limit": 10}}) == {"e2": {"q": "'b'", "limit": "10"}}


def test_equal_values_need_no_further_call():
    evidence = [
        call(1, q="a", result={"id": "K1"}),
        call(2, q="b", result={"id": "K1"}),
        call(3, id="K1", result={"v": 5}),
    ]
    assert recovered("e3.v + len(e1.id)", evidence, "a b") == {"e1": {"q": "'a'"}, "e3": {"id": "e1.id"}}
    assert recovered("e3.v", evidence, "a b")["e3"] == {"id": "e2.id"}  # nothing is needed yet: the latest


@pytest.mark.parametrize(
    ("given", "result", "expression"),
    [
        (["a", "b"], {"names": ["a", "b"]}, "e1.names"),
        (["a", "b"], {"rows": [{"n": "a"}, {"n": "b"}]}, "pluck(e1.rows, 'n')"),
        (["b"], {"rows": [{"n": "a"}, {"n": "b"}]}, "[e1.rows[1].n]"),
        ({"from": "a", "to": "b"}, {"x": "a", "y": "b"}, "{'from': e1.x, 'to': e1.y}"),
        (194.2, {"mass": 194.19064}, "round(e1.mass, 1)"),
        (194, {"mass": 194.19064}, "round(e1.mass)"),
        (18.0, {"n": 18}, "e1.n + 0.0"),
        ("k", {"odd key": "k"}, "e1['odd key']"),
        ("k", {"class": "k"}, "e1['class']"),
        ("k", {"_private": "k"}, "e1['_private']"),
    ],
)
def test_lists_objects_and_rounded_numbers(given, result, expression):
    evidence = [call(1, q="start", result=result), call(2, given=given, result={"v": 1})]
    assert recovered("e2.v", evidence, "start")["e2"] == {"given": expression}


def test_what_comes_from_nowhere_is_said():
    evidence = [call(1, q="start", result={"v": 1}), call(2, secret="zzz", result={"v": 2})]
    with pytest.raises(Unfounded, match=r'secret="zzz" of e2 \(t\) is neither stated in the query nor found'):
        recovered("e2.v", evidence, "start")
    later = [call(1, q="later", result={"v": 1}), call(2, q="start", result={"v": "later"})]
    with pytest.raises(Unfounded, match="e1"):
        recovered("e1.v + len(e2.v)", later, "start")  # a value of a later result is no source


def test_a_failed_call_and_an_unknown_name_are_no_steps():
    evidence = [call(1, q="a", failure=Failure(code="not_found", message="no a"))]
    with pytest.raises(Unfounded, match="e1, which is no call that succeeded"):
        recovered("e1.v", evidence, "a")
    with pytest.raises(Unfounded, match="e9"):
        recovered("e9", evidence, "a")
    with pytest.raises(ExpressionError):
        recovered("import os", evidence, "a")


def test_a_truth_value_is_never_taken_for_a_number():
    evidence = [call(1, q="a", result={"n": 1}), call(2, flag=True, result={"v": 2})]
    with pytest.raises(Unfounded, match="flag=true"):
        recovered("e2.v", evidence, "a")


def test_huge_results_are_looked_through_in_bounded_time():
    rows = [{"id": n, "name": f"n{n}", "values": list(range(20))} for n in range(400)]
    evidence = [call(n, q="a", result={"rows": rows}) for n in range(1, 20)] + [call(20, id="n7", result={"v": 1})]
    assert recovered("e20.v", evidence, "a")["e20"] == {"id": "e19.rows[7].name"}


def test_a_call_whose_arguments_come_from_nowhere_is_no_source():
    evidence = [
        call(1, q="start", result={"id": "K1"}),
        call(2, q="a stray", result={"id": "K1"}),
        call(3, id="K1", result={"v": 5}),
    ]
    assert recovered("e3.v", evidence, "start")["e3"] == {"id": "e1.id"}
    with pytest.raises(Unfounded, match='id="K1" of e3'):
        recovered("e3.v", evidence[1:], "start")


def test_what_a_comparison_chose_is_stated_by_the_draft():
    evidence = [
        call(1, name="MYR", result={"rate": 4.7}), call(2, name="NOK", result={"rate": 11.2}),
        call(3, code="MYR", result={"v": 5}),
    ]  # fmt: skip
    query = "Of MYR and NOK, take the lower one."
    assert list(recovered("e3.v", evidence, query)) == ["e3"]  # it looks like a value of the query
    choice = "argmin({'MYR': e1.rate, 'NOK': e2.rate})"
    made = derivation_of("e3.v", evidence, query, {}, {("e3", "code"): choice})
    assert [step.id for step in made.steps] == ["e1", "e2", "e3"]
    assert made.steps[2].arguments == {"code": choice}
    with pytest.raises(Unfounded, match='gives "NOK", which was not passed'):
        derivation_of("e3.v", evidence, query, {}, {("e3", "code"): choice.replace("argmin", "argmax")})
    with pytest.raises(Unfounded, match="has no value"):
        derivation_of("e3.v", evidence, query, {}, {("e3", "code"): "argmin({'MYR': e3.v})"})  # a call is no source of its own
