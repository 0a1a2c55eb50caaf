"""Items with a language model, here a script: rounds, repair, mixtures, and everything that must not become a task."""

import asyncio
import json
import re

import pytest

from dive.chat import ModelError
from dive.models.scripted import ScriptedModel, called, said
from dive.prompts import Prompts
from dive.rollout import Limits, Tools
from dive.synthesis.collect import Collected
from dive.synthesis.draft import Rules
from dive.synthesis.modelled.policy import Cast, Item, ModelPolicy
from dive.tools.host import Outcome
from dive.types import Answer, Derivation, Evidence, Exemplar, Failure, Round, Seed, Step

MASSES = {"caffeine": 194.1906, "theobromine": 180.164, "theophylline": 180.1636}
SEED = Seed(domain="chemistry", semantic="chem.name", value="caffeine", source="a list")
EXEMPLAR = Exemplar(query="How much heavier is A than B?", domain="chemistry", shape="compare", manner="question")
FIRST = {
    "query": "What is the molar mass of caffeine? Answer in g/mol, to one decimal place.", "expression": "e1.mass",
    "answer": "194.2 g/mol", "type": "number", "unit": "g/mol", "decimals": 1,
}  # fmt: skip
SECOND = {
    "query": "By how much is the molar mass of caffeine above that of theobromine? Answer in g/mol, to two decimal places.",
    "expression": "e1.mass - e2.mass", "answer": "14.03 g/mol", "type": "number", "unit": "g/mol", "decimals": 2,
}  # fmt: skip


async def weigh(tool, arguments):
    if arguments.get("name") not in MASSES:
        return Outcome(failure=Failure(code="not_found", message=f"no compound for {arguments.get('name')!r}"))
    return Outcome(result={"mass": MASSES[arguments["name"]]})


PARAMETERS = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
TOOLS = Tools(
    ({"type": "function", "function": {"name": "molar_mass", "description": "Weighs.", "parameters": PARAMETERS}},), weigh,
    {"molar_mass": "1 toy"},
)  # fmt: skip
ITEM = Item(SEED, "chemistry", (EXEMPLAR,), TOOLS)


def is_drafting(request) -> bool:
    return request.format is not None and request.format.name == "draft"


def script(drafts, calls=(("caffeine",), ("theobromine",))):
    """Explores with the given calls round by round, and gives the drafts one after another."""

    def say(request):
        words = [m.content for m in request.messages if m.role == "user"]
        number = int(re.findall(r"ound (\d) of", "\n".join(words))[-1])
        if is_drafting(request):
            return drafts[sum("Write the question" in w or "cannot be used" in w for w in words) - 1]
        if request.messages[-1].role == "user":
            return called(*[("molar_mass", {"name": name}) for name in calls[number - 1]])
        return said("Enough.")

    return say


def draft(values, **changes):
    return said(json.dumps({**values, **changes}))


def run(cast: Cast, rounds=2, item=ITEM, collected=None):
    policy = ModelPolicy(cast, Prompts("dive.synthesis.modelled"), Rules({}, {}, {}), Limits(turns=6), "Use the tools.")
    return asyncio.run(policy.run(item, rounds, () if collected is None else collected.evidence))


def one(drafts, **options) -> tuple[Collected, ScriptedModel]:
    model = ScriptedModel(script(drafts, **options), keep=50)
    return run(Cast(model, model)), model


def test_rounds_extend_each_other_and_the_derivation_is_recovered():
    collected, _model = one([draft(FIRST), draft(SECOND)])
    assert collected.fault is None
    assert [r.answer.value for r in collected.rounds] == [194.2, 14.03]
    assert collected.rounds[-1].derivation == Derivation(
        steps=(
            Step(id="e1", tool="molar_mass", arguments={"name": "'caffeine'"}),
            Step(id="e2", tool="molar_mass", arguments={"name": "'theobromine'"}),
        ),
        answer="round(e1.mass - e2.mass, 2)",
    )
    assert [(e.id, e.round, e.version) for e in collected.evidence] == [("e1", 1, "1 toy"), ("e2", 2, "1 toy")]


def test_one_model_in_both_roles_reads_nothing_twice():
    _, model = one([draft(FIRST), draft(SECOND)])
    for before, after in zip(model.seen, list(model.seen)[1:], strict=False):
        assert after.messages[: len(before.messages)] == before.messages
        assert after.tools == before.tools
    assert [request.may_call for request in model.seen] == [True, True, False, True, True, False]


def test_two_models_each_get_what_they_need():
    collector, deriver = ScriptedModel(script([]), "a"), ScriptedModel(script([draft(FIRST), draft(SECOND)]), "b", keep=9)
    assert run(Cast(collector, deriver)).fault is None
    shown = deriver.seen[-1].messages[-1].content
    assert 'e2 = molar_mass({"name":"theobromine"})' in shown
    assert 'e2 = {"mass": 180.164}' in shown
    assert deriver.seen[-1].tools == ()


def test_a_failed_gate_is_told_once_and_mended():
    collected, model = one([draft(FIRST, answer="190 g/mol"), draft(FIRST), draft(SECOND)])
    assert collected.fault is None
    told = [m.content for m in model.seen[3].messages if m.role == "user"][-1]
    assert 'fails the check "entailed"' in told
    assert "another one" in told


@pytest.mark.parametrize(
    ("bad", "gate"),
    [
        (said("I'm sorry, I can't help with that."), "well_formed"),
        (said("I will not.", finish="refusal"), "well_formed"),
        (said(""), "well_formed"),
        (said("Failed to derive question"), "well_formed"),
        (draft(FIRST, query="Failed to derive question", answer="Failed to derive answer"), "closed"),
        (draft(FIRST, query="Use molar_mass for caffeine, to one decimal place?"), "well_formed"),
        (draft(FIRST, query="Is it 194.2 that caffeine weighs, to one decimal place?"), "no_leak"),
        (draft(FIRST, expression="194.1906"), "closed"),
        (draft(FIRST, expression="e1.mass * 0 + 5.5", answer="5.5 g/mol"), "closed"),
        (draft(FIRST, expression="e2.mass", answer="180.2"), "entailed"),
    ],
)
def test_what_fails_twice_is_rejected_with_gate_and_reason(bad, gate):
    collected, _ = one([bad, bad])
    assert collected.fault is not None
    assert collected.fault[0] == gate
    assert collected.fault[1]
    assert len(collected.rounds) == 1  # the draft that failed, for the record


def test_a_later_round_must_rest_on_more():
    collected, _ = one([draft(FIRST), draft(FIRST), draft(FIRST)])
    assert collected.fault == ("necessary", "the question must rest on all calls of the one before, and on at least one more")


def test_failed_calls_go_back_to_the_collector_and_are_no_evidence_to_cite():
    drafts = [draft(FIRST), draft(SECOND), draft(SECOND, expression="e1.mass - e3.mass")]
    collected, model = one(drafts, calls=(("caffeine", "coffein"), ("theobromine",)))
    assert [e.failure.code for e in collected.evidence if e.failure] == ["not_found"]
    assert collected.fault is None  # after it was told that e2 is no call that succeeded
    assert "coffein" not in [m.content for m in model.seen[2].messages if m.role == "user"][-1]


def test_a_collector_that_finds_nothing_ends_the_item():
    collected, _ = one([], calls=(("nothing",), ()))
    assert collected.fault == ("stuck", "the collector made no call that succeeded")


def test_a_model_that_cannot_be_reached_is_no_fault_of_the_draft():
    lost = ScriptedModel([ModelError("unavailable", "connection refused")])
    assert run(Cast(lost, lost)).fault == ("unavailable", "unavailable: connection refused")
    with pytest.raises(ModelError, match="budget"):
        run(Cast(ScriptedModel([ModelError("budget", "spent")]), lost))


SYMBOLIC = Collected(
    (
        Round(
            query="What is the molar mass of caffeine in g/mol, to one decimal place?",
            answer=Answer(type="number", value=194.2, unit="g/mol", tolerance=0.05),
            derivation=Derivation(
                steps=(Step(id="e1", tool="molar_mass", arguments={"name": "'caffeine'"}),), answer="round(e1.mass, 1)"
            ),
            shape="lookup",
        ),
    ),
    (
        Evidence(id="e1", tool="molar_mass", version="1", arguments={"name": "caffeine"}, result={"mass": 194.1906}),
        Evidence(id="e2", tool="molar_mass", version="1", arguments={"name": "theobromine"}, result={"mass": 180.164}, round=2),
    ),
)


def test_a_model_derives_from_what_the_planner_collected():
    collected = run(Cast(None, ScriptedModel(script([draft(FIRST), draft(SECOND)]))), collected=SYMBOLIC)
    assert collected.fault is None
    assert collected.rounds[-1].answer.value == 14.03


def reworded(*replies):
    model = ScriptedModel([said(json.dumps({"query": text})) for text in replies], keep=9)
    policy = ModelPolicy(Cast(None, None, model), Prompts("dive.synthesis.modelled"), Rules({}, {}, {}), Limits(), "Use tools.")
    return asyncio.run(policy.reworded(ITEM, SYMBOLIC)), model


def test_a_rewrite_keeps_answer_and_derivation():
    fluent = "I need the molar mass of caffeine for a buffer. How many g/mol is it, to 1 decimal place?"
    collected, _ = reworded(fluent)
    assert collected.fault is None
    assert collected.rounds[-1] == SYMBOLIC.rounds[-1].model_copy(update={"query": fluent})


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("What is the molar mass of this compound in g/mol, to one decimal place?", "closed"),
        ("The molar mass of caffeine is 194.2 g/mol to one decimal place, is it not?", "no_leak"),
        ("What is the molar mass of caffeine in g/mol?", "closed"),
        ("", "closed"),
    ],
)
def test_a_rewrite_that_loses_or_tells_something_is_told_and_then_rejected(text, gate):
    collected, model = reworded(text, text)
    assert collected.fault is not None
    assert collected.fault[0] == gate
    assert f'"{gate}"' in model.seen[1].messages[-1].content
    good = "How many g/mol does caffeine have as its molar mass, to one decimal place?"
    assert reworded(text, good)[0].rounds[-1].query == good


def test_a_users_prompts_take_the_place_of_the_built_in_ones(tmp_path):
    (tmp_path / "first_task.md").write_text("Ask about $topic!")
    prompts = Prompts("dive.synthesis.modelled", tmp_path)
    assert prompts.fill("first_task", {"topic": "tea"}) == "Ask about tea!"
    assert prompts.digest() != Prompts("dive.synthesis.modelled").digest()
    (tmp_path / "first_task.md").write_text("Ask about $subject!")
    with pytest.raises(Exception, match="subject"):
        Prompts("dive.synthesis.modelled", tmp_path)
