"""The symbolic policy behind the wire: a small client with real tools comes to proven drafts and to solutions."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from fake_clients import message, post, request

from dive.answers import answers_match
from dive.fake import FakeServer, fake_server
from dive.fake.symbolic.policy import read_answer
from dive.fake.symbolic.wording import decimals, originals, reworded, spoken, wrong
from dive.solving.conversation import definition
from dive.synthesis.gates import first_failure
from dive.synthesis.item import rules_of
from dive.synthesis.modelled.draft import DRAFT, read_draft, round_of
from dive.tools.pool import ToolPool
from dive.tools.session import Session
from dive.types import Answer, Evidence, Round, canonical

pytestmark = pytest.mark.slow

CELLAR = Path(__file__).parent.parent / "toys" / "cellar.py"
POOL = ToolPool.of_files([CELLAR], only=True)
TOOLS = [definition({"name": t.name, "description": t.description, "parameters": t.schema}) for t in POOL]
EXPLORE = "Explore a topic.\n\nTopic: {topic}\nSeed type: cellar.wine\nDomain: cellar\nRound {round} of 2."


@pytest.fixture(scope="module")
def server():
    with fake_server(policy="symbolic", tools=[str(CELLAR)], only=True, skill=0.5) as server:
        yield server


@pytest.fixture(scope="module")
def session():
    with Session(POOL, hash_seed=1) as session:
        yield session


def work(server: FakeServer, session: Session, messages: list[dict[str, Any]], evidence: list[Evidence], **more: Any) -> str:
    """Go on with a conversation, with real tools, until a message comes without a call."""
    for _ in range(30):
        said = message(server.port, {"model": "fake", "messages": messages, "tools": TOOLS, **more})
        messages.append(said)
        if not said.get("tool_calls"):
            return said["content"]
        for call in said["tool_calls"]:
            name, arguments = call["function"]["name"], json.loads(call["function"]["arguments"])
            outcome = session.call(name, arguments)
            evidence.append(Evidence(
                id=f"e{len(evidence) + 1}", tool=name, version="1", arguments=arguments, result=outcome.result,
                failure=outcome.failure,
            ))  # fmt: skip
            shown = outcome.result if outcome.failure is None else {"error": outcome.failure.model_dump()}
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": json.dumps(shown)})
    raise AssertionError("it never came to an end")


def explored(server: FakeServer, session: Session, topic: str) -> list[Round]:
    """Two rounds on a topic, each with its draft, in one conversation."""
    messages: list[dict[str, Any]] = [{"role": "system", "content": "You use tools."}]
    evidence: list[Evidence] = []
    rounds = []
    for number in (1, 2):
        messages.append({"role": "user", "content": EXPLORE.format(topic=topic, round=number)})
        work(server, session, messages, evidence)
        good = [call for call in evidence if call.failure is None]
        calls = "\n".join(f"{call.id} = {call.tool}({canonical(call.arguments)})" for call in good)
        messages.append({"role": "user", "content": f"Write the question of round {number} of 2.\n\nThe calls:\n{calls}\n"})
        schema = {"name": "draft", "strict": True, "schema": DRAFT.definition}
        body = {"tools": TOOLS, "tool_choice": "none", "response_format": {"type": "json_schema", "json_schema": schema}}
        messages.append(message(server.port, {"model": "fake", "messages": messages, **body}))
        rules = rules_of(POOL)
        made = round_of(read_draft(messages[-1]["content"]), evidence, rules.defaults)
        assert first_failure(rules.draft(made.query, made.answer, made.derivation, tuple(evidence), frozenset())) is None
        rounds.append(made)
    return rounds


@pytest.fixture(scope="module")
def rounds(server, session):
    return explored(server, session, "Amarone")


def test_a_conversation_comes_to_drafts_that_are_proven(rounds):
    first, second = rounds
    assert {step.id for step in first.derivation.steps} < {step.id for step in second.derivation.steps}
    assert first.query != second.query
    assert "Amarone" in second.query


def test_the_same_topic_gives_the_same_drafts_after_a_restart(rounds, session):
    with fake_server(policy="symbolic", tools=[str(CELLAR)], only=True) as other:
        assert explored(other, session, "Amarone") == rounds


def solutions(server: FakeServer, session: Session, query: str, count: int, **more: Any) -> list[str]:
    asked = f'{query}\n\nWhen you know the answer, write "Final answer:".'
    return [work(server, session, [{"role": "user", "content": asked}], [], **more) for _ in range(count)]


@pytest.mark.parametrize(("skill", "right"), [(1.0, 6), (0.0, 0)])
def test_solutions_are_as_right_as_the_skill_says(server, session, rounds, skill, right):
    server.set(skill=skill)
    last = rounds[-1]
    for query in (last.query, reworded(last.query, random.Random(3))):
        said = solutions(server, session, query, 6)
        assert all("Final answer: " in text for text in said)
        assert sum(answers_match(last.answer, text) for text in said) == right


def test_skill_in_between_gives_both_and_the_same_again(server, session, rounds):
    server.set(skill=0.5, seed=0)
    right = []
    for seed in range(6):
        server.set(skill=0.5, seed=seed)
        said = solutions(server, session, rounds[-1].query, 6)
        server.set(skill=0.5, seed=seed)
        assert solutions(server, session, rounds[-1].query, 6) == said
        right.append(sum(answers_match(rounds[-1].answer, text) for text in said))
    server.set(seed=0)
    assert 0 < sum(right) < 36 and len(set(right)) > 2, right


def test_a_solver_that_may_not_call_answers_at_once(server, session, rounds):
    server.set(skill=1.0)
    assert answers_match(rounds[-1].answer, solutions(server, session, rounds[-1].query, 1, tool_choice="none")[0])


def test_a_topic_and_a_question_that_are_unknown_are_answered_like_the_script(server):
    topic = EXPLORE.format(topic="Riesling", round=1)
    assert post(server.port, request(topic, tools=TOOLS))[0] == 200
    assert "Final answer: " in message(server.port, request("How many wines are there?"))["content"]


def test_the_judge_compares_and_the_rewriter_keeps_the_values(server):
    judge = "Right answer: {}\nGiven answer: {}"
    for right, given, correct in (
        ('"12.5 km"', '"12500 m"', True), ("Geneva", "geneva", True), ('"Geneva"', '"Bern"', False), ("[1, 2]", "2, 1", False),
    ):  # fmt: skip
        said = json.loads(message(server.port, request(judge.format(right, given)))["content"])
        assert (said["correct"], bool(said["reason"])) == (correct, True)
    query = "What is the alcohol content of Rioja, to one decimal place?"
    other = json.loads(message(server.port, request(f"Write it anew.\n\nQuestion: {query}\n\nKeep it."))["content"])["query"]
    assert other != query and query in other and query in originals(other)


ANSWERS = [
    Answer(type="number", value=12.25, unit="km", tolerance=0.005), Answer(type="number", value=45.0, unit="%"),
    Answer(type="integer", value=459347246, unit="people", tolerance=0.5), Answer(type="text", value="Geneva"),
    Answer(type="date", value="2024-02-29"), Answer(type="sequence", value="ACGTTA"), Answer(type="list", value=["a b", "c"]),
    Answer(type="set", value=["Washington, D.C.", "Bern"]), Answer(type="set", value=["x"]), Answer(type="text", value="1, 2"),
    Answer(type="record", value={"capital": "Bern", "population": 3.5}, tolerance=0.05), Answer(type="list", value=[1, 2, 2]),
    Answer(type="text", value='{"a": 1}'), Answer(type="number", value=1.5e-9, unit="mol"),
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: canonical(answer.value)[:20])
def test_what_is_said_right_is_right_and_what_is_said_wrong_is_wrong(answer):
    assert answers_match(answer, f"I looked it up.\n\nFinal answer: {spoken(answer)}")
    for seed in range(20):
        said = wrong(answer, ["Bern", "Geneva", "x", "y"], random.Random(seed))
        assert not answers_match(answer, f"Final answer: {said}"), said


def test_decimals_are_those_of_the_tolerance():
    assert [decimals(answer) for answer in ANSWERS[:5]] == [2, 1, 0, None, None]
    assert decimals(Answer(type="number", value=0.0854, tolerance=0.5e-4 * (1 + 1e-6))) == 4


def test_answers_to_compare_are_read_by_their_looks():
    assert [read_answer(text).type for text in ('"4.5 kg"', "4", "2024-02-29", "[1]", '{"a": 1}', "'s-Hertogenbosch")] == [
        "number", "number", "text", "list", "record", "text",
    ]  # fmt: skip
