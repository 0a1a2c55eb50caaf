"""The rollout loop: endings, faults of calls, order, views, and what the record holds."""

import asyncio
import json

import pytest

from dive.chat import INFRASTRUCTURE, Message, ModelError, Request, Usage
from dive.models.scripted import ScriptedModel, called, said
from dive.rollout import CALLS_PER_TURN, Limits, Tools, read_arguments, rollout
from dive.tools.host import Outcome
from dive.types import Failure

START = (Message(role="system", content="Use tools."), Message(role="user", content="What is 2 + 3?"))


def definition(name: str):
    return {
        "type": "function",
        "function": {"name": name, "description": name, "parameters": {"type": "object", "properties": {}}},
    }


class World:
    """Two tools, and the order in which calls began and ended."""

    def __init__(self, delays=None) -> None:
        self.log: list[str] = []
        self.delays = delays or {}

    async def __call__(self, tool, arguments):
        self.log.append(f"{tool} begins {arguments}")
        await asyncio.sleep(self.delays.get(arguments.get("a"), 0))
        self.log.append(f"{tool} ends {arguments}")
        if tool == "broken":
            return Outcome(failure=Failure(code="bug", message="ZeroDivisionError"))
        return Outcome(result={"value": arguments.get("a", 0), "text": "x" * arguments.get("long", 0)})


def run(replies, *, world=None, names=("add", "broken"), stateful=(), limits=None, **options):
    tools = Tools(tuple(map(definition, names)), world or World(), dict.fromkeys(names, "1"), stateful)
    model = ScriptedModel(replies, keep=50)
    return asyncio.run(rollout(model, START, tools, limits or Limits(), **options)), model


def test_a_model_calls_and_answers():
    trace, model = run([called(("add", {"a": 2}), ("add", {"a": 3}), text="Looking."), said("Final answer: 5")], first=4, round=2)
    assert (trace.ending, trace.final, trace.turns) == ("answered", "Final answer: 5", 2)
    assert [m.role for m in trace.messages] == ["system", "user", "assistant", "tool", "tool", "assistant"]
    assert [(c.id, c.tool, c.version, c.arguments, c.round) for c in trace.calls] == [
        ("e4", "add", "1", {"a": 2}, 2), ("e5", "add", "1", {"a": 3}, 2),
    ]  # fmt: skip
    asked = trace.messages[2].tool_calls
    assert [m.tool_call_id for m in trace.messages[3:5]] == [call.id for call in asked]
    assert model.seen[1].messages == trace.messages[:-1]  # every request is the last one and more
    assert all(request.tools == model.seen[0].tools for request in model.seen)


def test_calls_of_one_turn_run_side_by_side_but_stateful_ones_in_order():
    world = World({1: 0.05, 2: 0.0})
    run([called(("add", {"a": 1}), ("add", {"a": 2})), said("done")], world=world)
    assert [line.split()[1] for line in world.log] == ["begins", "begins", "ends", "ends"]
    world = World({1: 0.05, 2: 0.0})
    trace, _ = run([called(("add", {"a": 1}), ("add", {"a": 2})), said("done")], world=world, stateful={"add"})
    assert [line.split()[1] for line in world.log] == ["begins", "ends", "begins", "ends"]
    assert [c.arguments for c in trace.calls] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("call", "code", "says"),
    [
        (("ad", {"a": 1}), "not_found", "did you mean add"),
        (("no such tool!", {"a": 1}), "not_found", "the tools are add, broken"),
        (("add", '{"a": 1'), "bad_arguments", 'not valid JSON'),
        (("add", "[1]"), "bad_arguments", "must be a JSON object"),
        (("add", '{"a": NaN}'), "bad_arguments", "NaN is not JSON"),
        (("add", '{"a": "\\ud800"}'), "bad_arguments", "not valid JSON"),
        (("broken", {}), "bug", "ZeroDivisionError"),
    ],
)  # fmt: skip
def test_every_fault_of_a_call_goes_back_to_the_model(call, code, says):
    trace, model = run([called(call), said("I could not.")])
    told = json.loads(model.seen[1].messages[-1].content)["error"]
    assert told["code"] == code
    assert says in told["message"]
    assert (trace.ending, trace.calls[0].failure.code) == ("answered", code)
    sent = model.seen[1].messages[2].tool_calls[0]
    assert isinstance(json.loads(sent.arguments), dict)  # what goes back to a server is an object, whatever was written
    assert sent.name.replace("_", "").replace("-", "").isalnum()
    trace.model_dump_json()


def test_arguments_that_were_encoded_twice_are_read_all_the_same():
    assert read_arguments(json.dumps(json.dumps({"a": 1}))) == ({"a": 1}, None)
    assert read_arguments("  ") == ({}, None)
    trace, _ = run([called(("add", json.dumps('{"a": 7}'))), said("7")])
    assert trace.calls[0].result["value"] == 7


def test_too_many_calls_in_a_turn_are_refused_each_with_an_error():
    trace, _ = run([called(*[("add", {"a": n}) for n in range(CALLS_PER_TURN + 2)]), said("done")])
    assert [c.failure.code for c in trace.calls if c.failure] == ["denied", "denied"]
    assert len([m for m in trace.messages if m.role == "tool"]) == CALLS_PER_TURN + 2


def test_a_long_result_is_recorded_whole_and_seen_cut():
    trace, model = run([called(("add", {"a": 1, "long": 9_000})), said("ok")], limits=Limits(result_chars=500))
    seen = model.seen[1].messages[-1].content
    assert len(seen) <= 500
    assert "more characters" in seen
    assert len(trace.calls[0].result["text"]) == 9_000


def long_talk(request: Request):
    return called(("add", {"a": len(request.messages)})).model_copy(update={"usage": Usage(prompt=10, completion=7)})


@pytest.mark.parametrize(
    ("replies", "limits", "ending"),
    [
        (long_talk, Limits(turns=3), "turns"),
        (long_talk, Limits(tokens=20), "tokens"),
        ([said("I will not.", finish="refusal")], Limits(), "refused"),
        ([said("   ")], Limits(), "empty"),
        ([said("The answer is", finish="length")], Limits(), "tokens"),
        ([ModelError("unavailable", "gone")], Limits(), "model_error"),
        ([ModelError("too_long", "9,000 tokens")], Limits(), "tokens"),
        (lambda _: asyncio.sleep(30), Limits(seconds=0.05), "time"),
    ],
)
def test_endings(replies, limits, ending):
    trace, _ = run(replies, limits=limits)
    assert trace.ending == ending
    assert trace.final == ""
    assert trace.note or ending == "answered"
    assert (ending in INFRASTRUCTURE) is (ending in ("model_error", "time"))


@pytest.mark.parametrize("code", ["budget", "denied"])
def test_what_no_rollout_can_help_is_raised(code):
    with pytest.raises(ModelError, match=code):
        run([ModelError(code, "stop")])


def test_usage_is_summed_up():
    trace, _ = run(long_talk, limits=Limits(turns=4))
    assert (trace.usage.prompt, trace.usage.completion, trace.turns) == (40, 28, 4)
