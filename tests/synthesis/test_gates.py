"""Each gate on drafts made by hand: what it lets through, and what it stops for each of its reasons."""

import math
import time
from dataclasses import replace

import pytest

from dive.synthesis.gates import (
    Draft,
    Novelty,
    closed,
    derivation_key,
    entailed,
    executed,
    first_failure,
    necessary,
    ngrams,
    no_leak,
    well_formed,
)
from dive.tools.host import Outcome
from dive.types import Answer, Derivation, Evidence, Failure, Step

MASSES = {"caffeine": 194.19, "theobromine": 180.16, "water": 18.02}
QUERY = "By how much does the molar mass of caffeine exceed that of theobromine? Round to two decimal places."


def mass_of(tool, arguments):
    """The tool of these tests, as a caller."""
    if tool != "molar_mass" or arguments.get("name") not in MASSES:
        return Outcome(failure=Failure(code="not_found", message=f"no mass for {arguments}"))
    return Outcome(result={"value": MASSES[arguments["name"]]})


def steps(*given: tuple[str, str, dict[str, str]]) -> tuple[Step, ...]:
    return tuple(Step(id=i, tool=tool, arguments=arguments) for i, tool, arguments in given)


def made(query, answer, expression, calls, **more) -> Draft:
    """A draft of (id, tool, argument expressions, recorded arguments, result) calls."""
    evidence = tuple(Evidence(id=i, tool=t, version="1", arguments=a, result=r) for i, t, _, a, r in calls)
    derivation = Derivation(steps=steps(*((i, t, e) for i, t, e, _, _ in calls)), answer=expression)
    return Draft(query, answer, derivation, evidence, more.pop("defaults", {}), **more)


def looked_up(step: str, name: str):
    return (step, "molar_mass", {"name": repr(name)}, {"name": name}, {"value": MASSES[name]})


CAFFEINE, THEOBROMINE = looked_up("e1", "caffeine"), looked_up("e2", "theobromine")
GOOD = made(QUERY, Answer(type="number", value=14.03), "round(e1.value - e2.value, 2)", [CAFFEINE, THEOBROMINE])


def with_answer(draft: Draft, expression: str, value, kind="number") -> Draft:
    answer = Answer(type=kind, value=value)
    return replace(draft, answer=answer, derivation=Derivation(steps=draft.derivation.steps, answer=expression))


def with_evidence(draft: Draft, place: int, **changes) -> Draft:
    evidence = list(draft.evidence)
    evidence[place] = evidence[place].model_copy(update=changes)
    return replace(draft, evidence=tuple(evidence))


def with_step(draft: Draft, place: int, **changes) -> Draft:
    changed = list(draft.derivation.steps)
    changed[place] = changed[place].model_copy(update=changes)
    return replace(draft, derivation=Derivation(steps=tuple(changed), answer=draft.derivation.answer))


def asking(draft: Draft, query: str) -> Draft:
    return replace(draft, query=query)


def test_the_good_draft_passes_every_gate():
    assert first_failure(GOOD, mass_of) is None
    assert Novelty().novel(GOOD) is None


def test_the_first_failure_is_named_with_its_gate():
    draft = with_answer(GOOD, "round(e1.value - e2.value, 2)", 15)
    worse = asking(draft, QUERY.replace("?", " e1?").replace("caffeine", "theine"))
    assert first_failure(worse, mass_of)[0] == "entailed"
    worse = asking(GOOD, worse.query)
    assert first_failure(worse, mass_of)[0] == "closed"
    assert first_failure(asking(GOOD, QUERY.replace("?", " e1?")), mass_of)[0] == "well_formed"


def test_without_something_that_runs_calls_again_executed_is_left_to_others():
    changed = with_evidence(GOOD, 0, version="2")
    assert first_failure(changed) is None
    assert first_failure(changed, lambda tool, arguments: Outcome(result={}))[0] == "executed"


def test_calls_are_made_again_only_when_all_else_holds():
    called = []

    def counting(tool, arguments):
        called.append(tool)
        return mass_of(tool, arguments)

    assert first_failure(asking(GOOD, "the query of " + QUERY), counting)[0] == "well_formed"
    assert called == []
    assert first_failure(GOOD, counting) is None
    assert called == ["molar_mass"] * 2


# executed -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "again", "reason"),
    [
        (with_evidence(GOOD, 1, id="e3"), mass_of, "step e2 (molar_mass) was not recorded"),
        (with_evidence(GOOD, 1, tool="boiling_point"), mass_of, "was not recorded"),
        (with_evidence(GOOD, 0, failure=Failure(code="timeout", message="too slow")), mass_of, "failed: too slow"),
        (with_evidence(GOOD, 0, arguments={"name": "lead"}), mass_of, "fails when run again: no mass"),
        (with_evidence(GOOD, 0, result={"value": 194.2}), mass_of, "another result"),
        (with_evidence(GOOD, 0, result={"value": 194.19, "note": None}), mass_of, "another result"),
        (with_evidence(GOOD, 0, result={"value": math.nan}), mass_of, "another result"),
        (GOOD, lambda tool, arguments: Outcome(result={"value": math.nan}), "another result"),
        (GOOD, lambda tool, arguments: Outcome(result=None), "another result"),
    ],
)
def test_executed_stops(draft, again, reason):
    assert reason in executed(draft, again)


def test_executed_lets_the_order_of_keys_differ():
    draft = with_evidence(GOOD, 0, result={"a": 1, "value": 2})
    again = [{"value": 2, "a": 1}, {"value": 180.16}]
    assert executed(draft, lambda tool, arguments: Outcome(result=again.pop(0))) is None


def test_executed_leaves_volatile_tools_alone_but_wants_them_recorded():
    draft = replace(GOOD, volatile=frozenset({"molar_mass"}))
    assert executed(draft, lambda tool, arguments: Outcome(result="new")) is None
    assert "was not recorded" in executed(with_evidence(draft, 0, id="e9"), mass_of)
    assert "failed" in executed(with_evidence(draft, 0, failure=Failure(code="bug", message="x")), mass_of)


# entailed -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (with_answer(GOOD, "round(e1.value - e2.value, 2)", 14.04), "the answer is 14.04"),
        (with_answer(GOOD, "round(e1.value - e2.value, 2)", "14.03", "text"), "the answer is 14.03"),
        (with_answer(GOOD, "round(e1.value - e2.value, 2)", math.nan), "the answer is nan"),
        (with_answer(GOOD, "round(e1.value - e2.value, 3)", 14.03 + 1e-9), "the answer is"),
        (with_answer(GOOD, "e1.weight", 1), "weight"),
        (with_answer(GOOD, "e3.value", 1), "e3"),
        (with_answer(GOOD, "e1.value / 0", 1), "zero"),
        (with_answer(GOOD, "open('x')", 1), "open"),
        (with_answer(GOOD, "e1.value -", 1), "not an expression"),
        (with_evidence(GOOD, 0, failure=Failure(code="bug", message="x")), "step e1 has no recorded result"),
        (replace(GOOD, evidence=GOOD.evidence[:1]), "step e2 has no recorded result"),
        (with_evidence(GOOD, 0, arguments={"name": "Caffeine"}), "not the recorded arguments"),
        (with_evidence(GOOD, 0, arguments={"name": "caffeine", "unit": "g"}), "not the recorded arguments"),
        (with_evidence(GOOD, 0, arguments={"name": math.nan}), "not the recorded arguments"),
        (with_step(GOOD, 0, arguments={"name": "e2.name"}), "e2"),
        (with_step(GOOD, 0, arguments={}), "not the recorded arguments"),
        (with_step(GOOD, 1, id="e1", arguments={"name": "'caffeine'"}), "two steps are named e1"),
    ],
)
def test_entailed_stops(draft, reason):
    assert reason in entailed(draft)


def test_entailed_lets_steps_build_on_steps():
    calls = [
        ("e1", "registry", {"cas": "'58-08-2'"}, {"cas": "58-08-2"}, {"name": "caffeine"}),
        ("e2", "molar_mass", {"name": "e1.name"}, {"name": "caffeine"}, {"value": 194.19}),
    ]
    draft = made("What is the molar mass of the compound 58-08-2?", Answer(type="number", value=194.19), "e2.value", calls)
    assert entailed(draft) is None
    backwards = made(draft.query, draft.answer, "e2.value", calls[::-1])
    assert "e1" in entailed(backwards)


# closed ---------------------------------------------------------------------------------------------------------------


def scaled(expression: str, query="How heavy are 3 molecules of caffeine?", default=None) -> Draft:
    defaults = {} if default is None else {"scaled_mass": {"factor": default}}
    call = ("e1", "scaled_mass", {"name": "'caffeine'", "factor": expression}, {}, {"value": 5})
    return made(query, Answer(type="number", value=5), "e1.value", [call], defaults=defaults)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (scaled("4"), "factor=4 is neither in the query nor a default"),
        (scaled("4", default=5), "factor=4"),
        (scaled("3 * 5", default=5), "factor=5"),
        (scaled("True"), "factor=True"),
        (scaled("True", default=1), "factor=True"),
        (scaled("None"), "factor=None"),
        (scaled("'theine'"), "factor='theine'"),
        (scaled("[3, 4]"), "factor=4"),
        (scaled("e1.value"), "not an earlier step"),
        (scaled("e0.value"), "not an earlier step"),
        (asking(GOOD, QUERY.replace("caffeine", "caffeines")), "name='caffeine'"),
        (asking(GOOD, QUERY.replace("two", "some")), "rests on 2"),
        (with_answer(GOOD, "e3.value", 1), "not a step"),
        (with_answer(GOOD, "e1.value * 1000", 194190.0), "rests on 1000"),
        (with_answer(GOOD, "'theobromine' if e1.value > 300 else 'caffeine'", "caffeine", "text"), "rests on 300"),
        (with_answer(GOOD, "{'weight': e1.value}['weight']", 194.19), "rests on 'weight'"),
        (with_answer(GOOD, "[e1.value, e2.value][1]", 180.16), "rests on 1"),
    ],
)
def test_closed_stops(draft, reason):
    assert reason in closed(draft)


@pytest.mark.parametrize(
    "draft",
    [
        scaled("3"),
        scaled("3.0"),
        scaled("[3, 3]"),
        scaled("3", "How heavy are three molecules of caffeine?"),
        scaled("4", default=4),
        scaled("4", default=4.0),
        scaled("[4, 7]", default=[4, 7]),
        scaled("True", default=True),
        scaled("'g'", default="g"),
        with_answer(GOOD, "{'caffeine': e1.value, 'theobromine': e2.value}", {"caffeine": 1, "theobromine": 2}, "record"),
        with_answer(GOOD, "{'mass': e1.value}", {"mass": 194.19}, "record"),
        with_answer(GOOD, "sorted([e1.value, e2.value], True)[0]", 194.19),
        with_answer(GOOD, "e1.value > 0", True),
    ],
)
def test_closed_lets_pass(draft):
    assert closed(draft) is None


# necessary ------------------------------------------------------------------------------------------------------------

FLAGS = [
    ("e1", "flags", {"name": "'caffeine'"}, {"name": "caffeine"}, {"natural": True, "legal": True, "name": "caffeine"}),
    ("e2", "flags", {"name": "'theobromine'"}, {"name": "theobromine"}, {"natural": True, "legal": True, "name": "x"}),
    ("e3", "molar_mass", {"name": "'water'"}, {"name": "water"}, {"value": 18.02, "digits": "18"}),
]


def flagged(expression: str, value=18.02) -> Draft:
    return made(QUERY, Answer(type="number", value=value), expression, FLAGS)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (replace(GOOD, derivation=Derivation(steps=(), answer="1")), "there is no step"),
        (with_answer(GOOD, "e1.value", 194.19), "step e2 (molar_mass) is not used"),
        (with_answer(GOOD, "e1.value + e2.value * 0", 194.19), "step e2 (molar_mass) does not affect the answer"),
        (with_answer(GOOD, "e1.value if e2.value == e2.value else 0", 194.19), "step e2 (molar_mass) does not affect"),
        (with_answer(GOOD, "len([e1.value, e2.value])", 2), "step e1 (molar_mass) does not affect"),
        (with_answer(GOOD, "round(5, 2)", 5), "step e1 (molar_mass) is not used"),
        (flagged("e3.value"), "step e1 (flags) is not used"),
        (flagged("e3.value if e1.natural or e2.natural else 0"), "step e1 (flags) does not affect"),  # only both together
        (flagged("e3.value if e1.natural or e2.natural or e1.legal else 0"), "step e1 (flags) does not affect"),
        (flagged("e3.value + len([e1.legal]) + len([e2.legal])", 20.02), "step e1 (flags) does not affect"),
    ],
)
def test_necessary_stops(draft, reason):
    assert reason in necessary(draft)


@pytest.mark.parametrize(
    "draft",
    [
        GOOD,
        with_answer(GOOD, "max(e1.value, e2.value)", 194.19),
        with_answer(GOOD, "argmax({'caffeine': e1.value, 'theobromine': e2.value})", "caffeine", "text"),
        with_answer(GOOD, "e1.value if e2.value > 100 else 0", 194.19),
        with_answer(GOOD, "e1.value / e2.value > 0.5", True),
        with_answer(GOOD, "len(where([{'v': e1.value}, {'v': e2.value}], 'v', '>', 190))", 1, "integer"),
        flagged("e3.value if e1.natural and e2.natural else 0"),
        flagged("e3.value + len(e1.name) + len(e2.name)", 27.02),
        flagged("e3.digits[0] if e1.natural and e2.name[0] == 'x' else '0'", "1"),
    ],
)
def test_necessary_lets_pass(draft):
    assert necessary(draft) is None


def test_a_step_is_necessary_for_a_later_call_and_a_chain_of_unused_ones_is_found():
    calls = [
        ("e1", "registry", {"cas": "'58-08-2'"}, {"cas": "58-08-2"}, {"name": "caffeine", "rows": [{"id": 1}]}),
        ("e2", "molar_mass", {"name": "e1.name"}, {"name": "caffeine"}, {"value": 194.19}),
        ("e3", "molar_mass", {"name": "'water'"}, {"name": "water"}, {"value": 18.02}),
    ]
    query = "What is the molar mass of the compound 58-08-2 and of water together?"
    assert necessary(made(query, Answer(type="number", value=212.21), "e2.value + e3.value", calls)) is None
    assert "step e1" in necessary(made(query, Answer(type="number", value=18.02), "e3.value", calls))
    ignored = [calls[0], ("e2", "molar_mass", {"name": "'caffeine' if len(e1.name) > 0 else 'lead'"}, *calls[1][3:])]
    assert necessary(made(query, Answer(type="number", value=194.19), "e2.value", ignored)) == (
        "step e1 (registry) does not affect the answer"
    )
    undefined = [calls[0], ("e2", "molar_mass", {"name": "[e1.name][e1.rows[0].id - 1]"}, *calls[1][3:])]
    assert necessary(made(query, Answer(type="number", value=194.19), "e2.value", undefined)) is None


def test_necessary_answers_soon_over_large_results():
    rows = [{"name": f"n{i}", "mass": i} for i in range(500)]
    call = ("e1", "table", {"name": "'caffeine'"}, {"name": "caffeine"}, {"rows": rows})
    start = time.process_time()
    assert "does not affect" in necessary(made(QUERY, Answer(type="integer", value=7), "7 + 0 * len(e1.rows)", [call]))
    draft = made(QUERY, Answer(type="text", value="n499"), "sorted_by(e1.rows, 'mass', True)[0].name", [call])
    assert necessary(draft) is None
    assert time.process_time() - start < 2


# no_leak --------------------------------------------------------------------------------------------------------------


def answered(value, kind, expression="e1.value", query=QUERY, **more) -> Draft:
    draft = replace(GOOD, query=query, answer=Answer(type=kind, value=value), **more)
    return replace(draft, derivation=Derivation(steps=draft.derivation.steps, answer=expression))


CHOICE = "Which is heaviest: caffeine, theobromine, water or lead?"
OPTIONS = "argmax({'caffeine': e1.value, 'theobromine': e2.value, 'water': 1, 'lead': 2})"


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (answered(True, "text"), "can be guessed"),
        (answered("Yes", "text"), "can be guessed"),
        (answered("false", "text"), "can be guessed"),
        (answered(0, "integer"), "can be guessed"),
        (answered(-2, "integer"), "can be guessed"),
        (answered(1250.5, "number", query="A mass of 1,250.5 g is given."), "is in the query"),
        (answered(12, "integer", query="Of twelve, which?"), "is in the query"),
        (answered("caffeine", "text"), "is in the query"),
        (answered("CAFFEINE", "text"), "is in the query"),
        (answered("2021-03-04", "date", query="It was on 4 March 2021. When was it?"), "is in the query"),
        (answered("ACGT", "sequence", query="What is the reverse complement of ACGT?"), "is in the query"),
        (answered("caffeine", "text", "argmax({'caffeine': 1, 'theobromine': 2})", CHOICE), "is in the query"),
        (answered("gold", "text", OPTIONS, CHOICE + " Not gold."), "is in the query"),
        (answered(["caffeine", "theobromine"], "list"), "is in the query"),
        (answered(["theobromine"], "set"), "is in the query"),
        (answered({"a": "caffeine", "b": 2}, "record", query=QUERY), "every value"),
    ],
)
def test_no_leak_stops(draft, reason):
    assert reason in no_leak(draft)


@pytest.mark.parametrize(
    "draft",
    [
        GOOD,
        answered(True, "text", allow_boolean=True),
        answered("no", "text", allow_boolean=True),
        answered(1, "integer", allow_boolean=True),
        answered(3, "integer"),
        answered(1.5, "number"),
        answered("theobrom", "text"),
        answered("caffeine", "text", OPTIONS, CHOICE),
        answered(["water", "lead", "caffeine"], "list", OPTIONS, CHOICE),
        answered(["caffeine", "gold"], "set"),
        answered({"caffeine": 194.19, "theobromine": 180.16}, "record"),
        answered("2021-03-04", "date", query="Which day came after 3 March 2021?"),
    ],
)
def test_no_leak_lets_pass(draft):
    assert no_leak(draft) is None


@pytest.mark.parametrize(("kind", "value"), [("set", 5), ("record", [1]), ("list", "x"), ("number", "x"), ("text", {"a": 1})])
def test_an_answer_of_another_type_than_it_says_is_stopped_not_a_crash(kind, value):
    draft = answered(value, kind)
    assert no_leak(draft) is None
    assert f"a {kind} answer cannot be" in well_formed(draft)


# well_formed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "0 characters"),
        ("What is it?", "11 characters"),
        ("What is " + "very " * 300 + "heavy?", "characters"),
        ("what is the molar mass of it?", "begin like a sentence"),
        ("What is the molar mass of it", "whole sentences"),
        ("What is the  molar mass of it?", "whole sentences"),
        ("What is the molar mass , of it?", "whole sentences"),
        ("Take the molar mass . What is it?", "whole sentences"),
        ("What is the molar mass of it ?", "whole sentences"),
        ("What is the value of e1 in grams?", "a step id: 'e1'"),
        ("What is e12.value in grams, please?", "a step id: 'e12'"),
        ("What is the molar_mass of it?", "a schema name: 'molar_mass'"),
        ("What is in the file /usr/share/data, please?", "a file path"),
        ('What is in "/usr/share/data", please?', "a file path"),
        (r"What is in the file C:\data\masses, please?", "a file path"),
        ("What is in the file data.d/masses of it?", "a file path"),
        ("What is the molar mass of {name} in grams?", "a placeholder: '{name}'"),
        ("What is the molar mass of {} in grams?", "a placeholder: '{}'"),
        ("What is the molar mass of None in grams?", "a placeholder: 'None'"),
        ("What is the molar mass of NaN in grams?", "a placeholder: 'NaN'"),
        ("What is the molar mass of <compound name>?", "a placeholder: '<compound name>'"),
        ("What is the molar mass of TODO in grams?", "a placeholder"),
    ],
)
def test_well_formed_stops_a_query(query, reason):
    assert reason in well_formed(asking(GOOD, query))


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        "2 g of it are given. What is the amount?",
        "What is the mass of vitamin E1-4 or E12?",
        "What is its rate in km/h, and/or in m/s?",
        "It weighs 1.5 g, or .5 g less. What is it?",
        "Ångström is a unit. What is 1 of it in metres?",
        "What is the vapour pressure (at 25 °C), in kPa?",
    ],
)
def test_well_formed_lets_a_query_pass(query):
    assert well_formed(asking(GOOD, query)) is None


def test_a_stated_argument_may_look_like_a_schema_name_but_hides_nothing_else():
    smiles = with_step(GOOD, 0, arguments={"name": "'F/C=C/F and e1'", "set": "'data_set'", "n": "1", "empty": "''"})
    assert well_formed(asking(smiles, "What is the mass of F/C=C/F and e1 in data_set, times 1?")) is None
    assert "a step id" in well_formed(asking(smiles, "What is the mass of e1 in the data_set, times 1?"))
    assert "a schema name" in well_formed(asking(smiles, "What is the mass in data_sets of e?"))


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("number", True, "cannot be True"),
        ("number", "5", "cannot be '5'"),
        ("integer", 5.0, "cannot be 5.0"),
        ("text", 5, "cannot be 5"),
        ("text", None, "cannot be None"),
        ("list", ("a",), "cannot be"),
        ("number", math.nan, "not finite"),
        ("number", -math.inf, "not finite"),
        ("list", [1.0, math.nan], "not finite"),
        ("record", {"a": math.inf}, "not finite"),
        ("text", "", "empty"),
        ("text", " \n", "empty"),
        ("list", [], "empty"),
        ("record", {}, "empty"),
        ("set", ["a", ""], "empty part"),
        ("list", ["a", None], "empty part"),
        ("list", ["a", []], "empty part"),
        ("record", {"a": 1, "b": None}, "empty part"),
        ("record", {"a": 1, "b": "  "}, "empty part"),
        ("record", {"a": {"b": 1}}, "nested"),
        ("list", [[1]], "nested"),
        ("sequence", "A" * 500, "characters"),
        ("list", [f"item {n}" for n in range(60)], "characters"),
    ],
)
def test_well_formed_stops_an_answer(kind, value, reason):
    assert reason in well_formed(answered(value, kind))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", 0),
        ("integer", -7),
        ("text", "0"),
        ("date", "2021-03-04"),
        ("set", ["a", 0]),
        ("list", [0.0]),
        ("record", {"a": 0}),
    ],
)
def test_well_formed_lets_an_answer_pass(kind, value):
    assert well_formed(answered(value, kind)) is None


# novel ----------------------------------------------------------------------------------------------------------------


def renamed(draft: Draft, query: str, first="e7", second="e31") -> Draft:
    calls = [(first, *CAFFEINE[1:]), (second, *THEOBROMINE[1:])]
    return made(query, draft.answer, f"round({first}.value-{second}.value, 2)", calls)


def test_the_same_derivation_with_other_step_names_is_no_news():
    novelty = Novelty()
    novelty.add(GOOD.query, renamed(GOOD, QUERY, "e1", "e2").derivation)
    other_words = "A completely different sentence which asks for something else, it seems, in other words?"
    for first, second in [("e7", "e31"), ("e2", "e1"), ("a", "b"), ("e", "round_1")]:
        assert novelty.novel(renamed(GOOD, other_words, first, second)) == "the same derivation as an earlier task"


@pytest.mark.parametrize(
    "other",
    [
        Derivation(steps=GOOD.derivation.steps, answer="round(e2.value - e1.value, 2)"),
        Derivation(steps=GOOD.derivation.steps, answer="round(e1.value - e2.value, 1)"),
        Derivation(steps=GOOD.derivation.steps[::-1], answer="round(e1.value - e2.value, 2)"),
        with_step(GOOD, 1, arguments={"name": "'water'"}).derivation,
        with_step(GOOD, 1, arguments={"name": "'e1'"}).derivation,
        with_step(GOOD, 1, tool="mass").derivation,
        Derivation(steps=(), answer="1"),
    ],
)
def test_another_derivation_has_another_key(other):
    assert derivation_key(other) != derivation_key(GOOD.derivation)
    novelty = Novelty()
    novelty.add("Something else altogether is asked in this sentence of many words?", GOOD.derivation)
    assert novelty.novel(replace(GOOD, derivation=other)) is None


def test_near_duplicates_are_found_by_containment():
    words = [f"word{n}" for n in range(47)]
    query = " ".join(words)
    novelty = Novelty()
    novelty.add(query, with_step(GOOD, 0, tool="other").derivation)
    assert novelty.novel(asking(GOOD, query.upper() + "!")) == "40 of its 40 8-grams are in one earlier task"
    assert novelty.novel(asking(GOOD, " ".join(words[:20]))) == "13 of its 13 8-grams are in one earlier task"
    one_changed = " ".join([*words[:3], "changed", *words[4:]])
    assert "36 of its 40" in novelty.novel(asking(GOOD, one_changed))
    two_changed = " ".join([*words[:12], "changed", *words[13:30], "changed", *words[31:]])
    assert novelty.novel(asking(GOOD, two_changed)) is None
    assert novelty.novel(asking(GOOD, " ".join(words[::-1]))) is None


def test_shares_of_different_tasks_do_not_add_up():
    novelty = Novelty()
    words = [f"word{n}" for n in range(40)]
    novelty.add(" ".join(words[:20]), with_step(GOOD, 0, tool="other").derivation)
    novelty.add(" ".join(words[20:]), with_step(GOOD, 0, tool="another").derivation)
    assert novelty.novel(asking(GOOD, " ".join(words))) is None


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("?!", 0), ("one", 1), ("a b c d e f g h", 1), ("a b c d e f g h i", 2), ("a " * 99, 1)]
)
def test_ngrams(text, count):
    assert len(ngrams(text)) == count


def test_short_queries_are_compared_whole():
    novelty = Novelty()
    novelty.add("Which is heavier?", with_step(GOOD, 0, tool="other").derivation)
    assert "1 of its 1" in novelty.novel(asking(GOOD, "which is HEAVIER"))
    assert novelty.novel(asking(GOOD, "which is lighter")) is None


def test_boilerplate_that_all_tasks_share_costs_linear_time_and_memory():
    novelty, boilerplate = Novelty(), " ".join(f"word{n}" for n in range(30))

    def seconds(first: int, count: int) -> float:
        start = time.process_time()
        for n in range(first, first + count):
            derivation = Derivation(steps=steps(("e1", "t", {"n": str(n)})), answer="e1.value")
            draft = made(f"{boilerplate} {' '.join(f'x{n}y{k}' for k in range(30))}", GOOD.answer, "e1.value", [])
            assert novelty.novel(replace(draft, derivation=derivation)) is None
            novelty.add(draft.query, derivation)
        return time.process_time() - start

    early = seconds(0, 300)
    seconds(300, 700)
    late = seconds(1000, 300)
    assert late < 4 * early + 0.1
    assert max(map(len, novelty._holders.values())) == Novelty.CAP
