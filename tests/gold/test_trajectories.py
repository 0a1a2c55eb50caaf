"""Gold conversations replay their derivation, end in what the grader accepts, differ, and hold real errors where asked."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from toyworld import CHAIN, FAN, making, task_of

from dive.answers import answers_match
from dive.config import SynthConfig
from dive.gold.trajectories import (
    GoldOptions,
    faulty_turns,
    gold_solutions,
    gold_trace,
    hidden,
    making_of,
    replays,
    turns_by_call,
    turns_of,
)  # fmt: skip
from dive.gold.vocabulary import told
from dive.runs import read_tasks, steps_of
from dive.solving.conversation import opening, solver_prompts
from dive.synthesis.synthesize import synthesize
from dive.tools.pool import ToolPool
from dive.types import Task

pytestmark = pytest.mark.slow

LIMIT = 4_000
PLAIN = GoldOptions(sequential=0, shuffled=0, spoken=0)
DESK = Path(__file__).parent.parent / "toys" / "desk.py"


def trace_of(task: Task, options: GoldOptions = PLAIN, seed: int = 0, **made_with: object):
    return gold_trace(task, making(**made_with), solver_prompts(), options, random.Random(seed))  # type: ignore[arg-type]


def test_what_no_reader_of_the_views_could_follow_has_no_conversation():
    assert hidden(CHAIN, LIMIT) == ""
    assert hidden(CHAIN, 60) == "e3 rests on a result that 60 characters do not show"
    with pytest.raises(ValueError, match="e3 rests on a result"):
        trace_of(CHAIN, GoldOptions(result_chars=60))


def test_a_result_that_is_cut_where_nothing_is_used_is_no_hindrance():
    task = task_of({"e1": ("harbour_boats", {"harbour": "'7'"})}, "e1.boats[0].name", type="text")
    assert hidden(task, 95) == ""
    assert "more item" in trace_of(task, GoldOptions(result_chars=95)).messages[3].content
    assert replays(task, trace_of(task, GoldOptions(result_chars=95)), 95) is None


@pytest.mark.parametrize("change", ["argument", "order", "end", "shown", "lost"])
def test_a_changed_trace_does_not_replay(change):
    trace = trace_of(CHAIN)
    messages, calls = list(trace.messages), list(trace.calls)
    if change == "argument":
        calls[0] = calls[0].model_copy(update={"arguments": {"island": "Bute"}})
    elif change == "order":
        calls[0], calls[1] = calls[1], calls[0]
        messages[2], messages[4] = messages[4], messages[2]
        messages[3], messages[5] = messages[5], messages[3]
    elif change == "end":
        messages[-1] = messages[-1].model_copy(update={"content": "Final answer: 3 pounds"})
    elif change == "shown":
        messages[3] = messages[3].model_copy(update={"content": "{}"})
    else:
        del messages[2:4], calls[0]
    changed = trace.model_copy(update={"messages": tuple(messages), "calls": tuple(calls)})
    assert replays(CHAIN, trace, LIMIT) is None
    assert replays(CHAIN, changed, LIMIT) is not None


def test_the_conversation_of_a_chain():
    trace = trace_of(CHAIN)
    assert trace.messages[:2] == opening(CHAIN.query, solver_prompts())
    assert [m.role for m in trace.messages[2:]] == ["assistant", "tool"] * 3 + ["assistant"]
    assert json.loads(trace.messages[6].tool_calls[0].arguments) == {"length": 30.1, "quality": "waxed"}
    assert [json.loads(m.content) for m in trace.messages if m.role == "tool"] == [call.result for call in steps_of(CHAIN)]
    assert (trace.turns, trace.ending, len(trace.calls)) == (4, "answered", 3)
    assert [call.id for call in trace.calls] == ["e1", "e2", "e3"]
    assert "75.25 pounds" in trace.final
    assert trace.final.splitlines()[-1] in ("Final answer: 75.2 pounds",)


def test_calls_of_a_level_go_out_together_and_equal_ones_once():
    turns = turns_of(FAN, {}, PLAIN, random.Random(0))
    assert [[call.id for call in turn] for turn in turns] == [["e1", "e3"], ["e2", "e4"]]
    assert [len(turn) for turn in turns_of(FAN, {}, PLAIN.model_copy(update={"max_parallel": 1}), random.Random(0))] == [1] * 4
    assert turns_by_call(trace_of(FAN)) == [0, 0, 1, 1]
    assert replays(FAN, trace_of(FAN), LIMIT) is None


def test_stateful_calls_keep_their_order_one_by_one_and_are_made_again():
    options = PLAIN.model_copy(update={"shuffled": 1.0})
    turns = turns_of(FAN, {"island_facts": "toy"}, options, random.Random(1))
    assert [[call.id for call in turn] for turn in turns] == [["e1"], ["e2"], ["e3"], ["e4"], ["e5"]]
    assert replays(FAN, trace_of(FAN, options, stateful=("island_facts",)), LIMIT, {"island_facts": "toy"}) is None
    assert "e5" in str(replays(FAN, trace_of(FAN), LIMIT, {"island_facts": "toy"}))


def test_the_generator_alone_decides():
    options = GoldOptions(wrong_turns=0.5)
    assert trace_of(CHAIN, options, 3) == trace_of(CHAIN, options, 3)
    assert len({trace_of(CHAIN, options, seed).model_dump_json() for seed in range(20)}) > 10


def test_what_is_said_beside_the_calls():
    trace = trace_of(CHAIN, GoldOptions(spoken=1), 5)
    said = [message.content for message in trace.messages if message.tool_calls]
    assert "`island_facts` for Arran" in said[0]
    assert said[1].startswith("The number of the main harbour is 7.") and "`harbour_boats` for harbour number 7" in said[1]
    assert "`rope_cost`" in said[2]


def test_sentences_end_once_and_numbers_are_cut_but_never_rounded():
    third = task_of({"e1": ("rope_cost", {"length": "2 / 3"})}, "round(e1.value / 3, 2)", type="number", tolerance=0.005)
    assert all("...." not in trace_of(third, seed=seed).final for seed in range(10))
    assert [told(value) for value in (2 / 3, -12345.678912, 0.00001234567891, 1e-9, 459347245.75)] == [
        "0.6666666...", "-12,345.67...", "1.234567891e-05", "1e-9", "459,347,245.75",
    ]  # fmt: skip


def test_without_tools_at_hand_fields_are_named_as_they_are():
    task = task_of({"e1": ("harbour_boats", {"harbour": "'7'"})}, "argmax(e1.boats, 'length').name", type="text")
    assert "longest length" in trace_of(task).final and "Briar" in trace_of(task).final
    assert "the highest `length` (30.1)" in trace_of(task, at_hand=False).final


def test_wrong_turns_are_bounded_and_leave_a_right_conversation():
    options = GoldOptions(wrong_turns=1, most_wrong_turns=2)
    for seed in range(40):
        trace = trace_of(FAN, options, seed)
        assert replays(FAN, trace, LIMIT) is None
        wrong = [n for n, call in enumerate(trace.calls) if call.failure is not None or call.tool == "island_weather"]
        assert len(wrong) == 2
        for n in faulty_turns(trace):
            answers = [m for m in trace.messages if m.tool_call_id in {call.id for call in trace.messages[n].tool_calls}]
            assert all("error" in json.loads(answer.content) for answer in answers)
    assert trace_of(FAN, GoldOptions(wrong_turns=1, most_wrong_turns=0)).turns <= 6


# Whole runs ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run")
    synthesize(config=SynthConfig(tasks=12, domain=("general", "financial"), workers=1, seed=11, out=out))
    return out


@pytest.mark.slow
def test_every_task_of_a_run_has_conversations_that_replay_and_differ(run):
    tasks = {task.key: task for task in read_tasks(run)}
    made = making_of(run, ToolPool.default())
    solutions = list(gold_solutions(run, 4, GoldOptions(wrong_turns=0.2), 0, made))
    assert Counter(solution.task for solution in solutions) == dict.fromkeys(tasks, 4)
    assert len({solution.key for solution in solutions}) == len(solutions)
    assert len({solution.trace.model_dump_json() for solution in solutions}) == len(solutions)
    assert any(call.failure for solution in solutions for call in solution.trace.calls)
    for solution in solutions:
        task = tasks[solution.task]
        assert replays(task, solution.trace, LIMIT, made.stateful) is None
        assert answers_match(task.answer, solution.trace.final.splitlines()[-1])
        assert len(solution.trace.final) < 2_000 and "  " not in solution.trace.final
    assert list(gold_solutions(run, 4, GoldOptions(wrong_turns=0.2), 0, made)) == solutions


@pytest.mark.slow
def test_tasks_whose_results_are_cut_are_left_out_with_a_warning(run, caplog):
    made = {solution.task for solution in gold_solutions(run, 1, GoldOptions(result_chars=300), 0)}
    left_out = [task.key for task in read_tasks(run) if hidden(task, 300)]
    assert left_out and made == {task.key for task in read_tasks(run)} - set(left_out)
    assert [record.args[0] for record in caplog.records] == left_out


@pytest.mark.slow
def test_a_run_with_tools_that_keep_a_state(tmp_path):
    synthesize(config=SynthConfig(tasks=4, domain=("desk",), toolset_min=3, tools=(DESK,), only=True, workers=1, out=tmp_path))
    made = making_of(tmp_path, ToolPool.load(DESK))
    assert set(made.stateful) == {"file_note", "drawer_load"}
    tasks = {task.key: task for task in read_tasks(tmp_path)}
    for solution in gold_solutions(tmp_path, 3, GoldOptions(shuffled=1, wrong_turns=0.5), 0, made):
        assert replays(tasks[solution.task], solution.trace, LIMIT, made.stateful) is None
        assert all(len(message.tool_calls) <= 1 for message in solution.trace.messages)
