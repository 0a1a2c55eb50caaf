"""Gold conversations: the derivation of a task, replayed as a model would work it out. No tool and no model runs.

Calls go out by level of the derivation's graph, side by side where they do not rest on each other; results are those that
were recorded, shown as a rollout shows them; the answer is explained from them and stated in a form that the grader accepts.
Wrong turns with their recovery can be put in (`dive.gold.wrong_turns`). A task whose derivation rests on something that
the view of a result cuts off has no gold conversation, since no reader of it could go on as it does.
"""

import json
import logging
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from dive.analysis.graph import graph_of, levels
from dive.answers import answers_match
from dive.chat import Message, Solution, ToolCall, Trace
from dive.errors import ExpressionError
from dive.expressions import evaluate
from dive.gold.explain import explain
from dive.gold.phrasing import final_line
from dive.gold.speech import before_calls
from dive.gold.story import Story, digits_of
from dive.gold.wrong_turns import Making, Spot, WrongKind, WrongTurn, wrong_turn
from dive.prompts import Prompts
from dive.rollout import CALLS_PER_TURN
from dive.runs import read_json, read_tasks, steps_of
from dive.solving.conversation import opening, solver_prompts
from dive.tools.snapshot import Caller
from dive.tools.tool import Tool
from dive.types import Evidence, Record, Task, canonical, digest
from dive.views import failure_view, view

SOLVER = "gold"
"""The name of this solver in solutions."""
_REVISION = 1
"""Counts changes of the conversations that the same task, options and seed give."""
_TRIES = 6
"""Draws for a sample that is not like an earlier one."""
log = logging.getLogger(__name__)


class GoldOptions(Record):
    """How gold conversations vary."""

    max_parallel: int = Field(8, ge=1, le=CALLS_PER_TURN)
    """Most calls of one turn."""
    sequential: float = Field(0.2, ge=0, le=1)
    """Probability that a conversation makes one call a turn, in the order of the derivation."""
    shuffled: float = Field(0.3, ge=0, le=1)
    """Probability that the calls of a level are made in another order than that of the derivation."""
    spoken: float = Field(0.5, ge=0, le=1)
    """Probability that something is said beside the calls of a turn."""
    result_chars: int = Field(4_000, ge=60)
    """Most characters of one tool result that the conversation shows, as in `dive.rollout.Limits`."""
    wrong_turns: float = Field(0.0, ge=0, le=1)
    """Probability that a call is got wrong first."""
    most_wrong_turns: int = Field(2, ge=0)
    """Most wrong turns of one conversation."""
    kinds: tuple[WrongKind, ...] = ("parameter", "value", "name", "entity", "detour")
    """Wrong turns to draw from: a parameter that is missing or misnamed, a value of a wrong type, a tool's name
    misremembered, an entity misspelled, a related tool called in vain, and (not by default, since conversations cannot
    keep them) arguments that are not JSON. The entity and the detour need a caller, the first two the tool at hand.
    """


def gold_trace(task: Task, making: Making, prompts: Prompts, options: GoldOptions, rng: random.Random) -> Trace:
    """A conversation that works the task out. Raises `ValueError` where `hidden` has a reason against it."""
    if reason := hidden(task, options.result_chars):
        raise ValueError(f"task {task.key}: {reason}")
    story = Story(task.derivation, {call.id: call for call in steps_of(task)}, making.vocabulary)
    talk = _Talk(list(opening(task.query, prompts)), options.result_chars, task.key)
    for number, turn in enumerate(turns_of(task, making.stateful, options, rng)):
        text = before_calls(story, turn, number == 0, rng) if rng.random() < options.spoken else ""
        _take(turn, text, talk, _Errors(task, making, options, rng))
    line = final_line(task.answer, digits_of(task.derivation.answer), rng)
    reason = explain(story, task.answer.unit, rng)
    final = f"{reason}\n\n{line}"
    talk.messages.append(Message(role="assistant", content=final if answers_match(task.answer, final) else line))
    spoken = sum(message.role == "assistant" for message in talk.messages)
    return Trace(messages=tuple(talk.messages), calls=tuple(talk.calls), ending="answered", turns=spoken)


def hidden(task: Task, limit: int) -> str:
    """Why the results of a task, shown in at most `limit` characters each, do not tell all that its derivation uses; empty
    where they do: every argument and the answer have the same value over what is shown.
    """
    recorded = {call.id: call.result for call in steps_of(task)}
    shown = {name: json.loads(view(result, limit)) for name, result in recorded.items()}
    if shown == recorded:
        return ""
    expressions = [(step.id, text) for step in task.derivation.steps for text in step.arguments.values()]
    for name, text in [*expressions, ("the answer", task.derivation.answer)]:
        try:
            if canonical(evaluate(text, shown)) == canonical(evaluate(text, recorded)):
                continue
        except ExpressionError:
            pass
        return f"{name} rests on a result that {limit} characters do not show"
    return ""


def turns_of(task: Task, stateful: Mapping[str, str], options: GoldOptions, rng: random.Random) -> list[list[Evidence]]:
    """The recorded calls of a derivation, turn by turn. A call that several steps make is made once, unless it has a state;
    with stateful tools all calls are made one by one, in the derivation's order.
    """
    one_by_one = rng.random() < options.sequential
    level: dict[str, int] = {}
    first: dict[str, Evidence] = {}
    for call, depth in zip(steps_of(task), levels(graph_of(task.derivation)), strict=True):
        key = call.id if call.tool in stateful else f"{call.tool} {canonical(call.arguments)}"
        call = first.setdefault(key, call)
        level[call.id] = min(level.get(call.id, depth), depth)
    calls = list(first.values())
    if one_by_one or any(call.tool in stateful for call in calls):
        return [[call] for call in calls]
    turns: list[list[Evidence]] = []
    for depth in sorted(set(level.values())):
        side_by_side = [call for call in calls if level[call.id] == depth]
        if rng.random() < options.shuffled:
            rng.shuffle(side_by_side)
        size = options.max_parallel
        turns += [side_by_side[start : start + size] for start in range(0, len(side_by_side), size)]
    return turns


@dataclass
class _Talk:
    """A conversation as it grows."""

    messages: list[Message]
    limit: int
    key: str
    calls: list[Evidence] = field(default_factory=list)
    wrong: int = 0

    def turn(self, text: str, made: list[Evidence]) -> None:
        """The assistant makes calls, and they are answered."""
        asked = [
            ToolCall(
                id=f"call_{digest([self.key, len(self.calls) + n])[:10]}",
                name=call.tool,
                arguments=json.dumps(call.arguments, ensure_ascii=False),
            )
            for n, call in enumerate(made)
        ]
        self.messages.append(Message(role="assistant", content=text, tool_calls=tuple(asked)))
        for call, answered in zip(asked, made, strict=True):
            content = view(answered.result, self.limit) if answered.failure is None else failure_view(answered.failure)
            self.messages.append(Message(role="tool", content=content, tool_call_id=call.id))
            self.calls.append(answered.model_copy(update={"id": f"e{len(self.calls) + 1}", "round": 1}))


@dataclass(frozen=True)
class _Errors:
    """Draws wrong turns."""

    task: Task
    making: Making
    options: GoldOptions
    rng: random.Random

    def draw(self, call: Evidence, talk: _Talk) -> WrongTurn | None:
        if talk.wrong >= self.options.most_wrong_turns or self.rng.random() >= self.options.wrong_turns:
            return None
        used = frozenset(step.tool for step in self.task.derivation.steps)
        wrong = wrong_turn(Spot(call, self.task.toolset, used), self.making, self.options.kinds, self.rng)
        talk.wrong += wrong is not None
        return wrong


def _take(turn: list[Evidence], text: str, talk: _Talk, errors: _Errors) -> None:
    """Make the calls of a turn, those that go wrong first once more."""
    wrong = {call.id: drawn for call in turn if (drawn := errors.draw(call, talk))}
    detours = [drawn for drawn in wrong.values() if drawn.detour]
    for drawn in detours:
        talk.turn("", [drawn.made])
        text = f"{drawn.remark} {text}".strip()
    failed = {name: drawn for name, drawn in wrong.items() if not drawn.detour}
    talk.turn(text, [failed[call.id].made if call.id in failed else call for call in turn])
    if failed:
        remarks = " ".join(dict.fromkeys(drawn.remark for drawn in failed.values()))
        talk.turn(remarks, [call for call in turn if call.id in failed])


# Solutions ----------------------------------------------------------------------------------------------------------


def gold_solutions(
    run: Path, samples: int, options: GoldOptions, seed: int, making: Making | None = None, prompts: Prompts | None = None
) -> Iterator[Solution]:
    """Gold solutions of the tasks of a run, `samples` of each that differ, fewer where fewer can be told apart.

    A task that has no gold conversation within `options.result_chars` is left out with a warning.
    """
    making = making or making_of(run)
    prompts = prompts or solver_prompts()
    settings = digest(
        [_REVISION, options.model_dump(mode="json"), seed, prompts.digest(), sorted(making.tools), bool(making.caller)]
    )
    for task in read_tasks(run):
        if reason := hidden(task, options.result_chars):
            log.warning("task %s has no gold conversation: %s", task.key, reason)
            continue
        seen: set[str] = set()
        for sample in range(samples):
            trace = _another(task, making, prompts, options, f"{seed}/{task.key}/{sample}", seen)
            if trace is None:
                log.info("task %s has %d gold conversations that differ, not %d", task.key, sample, samples)
                break
            key = digest([task.key, SOLVER, settings, sample])
            yield Solution(key=key, task=task.key, solver=SOLVER, settings=settings, sample=sample, trace=trace)


def making_of(run: Path, tools: Iterable[Tool] = (), caller: Caller | None = None) -> Making:
    """What the gold conversations of a run are made with: its `tools.json`, and the tools that are at hand."""
    described = {tool["name"]: tool for tool in read_json(run / "tools.json")}
    return Making(described, {tool.name: tool for tool in tools if tool.name in described}, caller)


def _another(task: Task, making: Making, prompts: Prompts, options: GoldOptions, seed: str, seen: set[str]) -> Trace | None:
    """A conversation unlike those seen; None where several draws give none."""
    for tried in range(_TRIES):
        trace = gold_trace(task, making, prompts, options, random.Random(f"{seed}/{tried}" if tried else seed))
        key = digest([message.model_dump(mode="json") for message in trace.messages])
        if key not in seen:
            seen.add(key)
            return trace
    return None


# Proof --------------------------------------------------------------------------------------------------------------


def replays(task: Task, trace: Trace, limit: int, stateful: Mapping[str, str] | None = None) -> str | None:
    """Why a trace is no replay of a task's derivation, or None: its calls contain every step with the recorded arguments and
    result, each in a later turn than those that it rests on, stateful ones in the derivation's order; what is shown are
    views of the results; the grader accepts its end.
    """
    if reason := _as_shown(trace, limit):
        return reason
    turn, steps, keeps_state = turns_by_call(trace), steps_of(task), stateful or {}
    place: dict[int, int] = {}
    after = -1
    for number, step in enumerate(steps):
        known = max([turn[place[other]] for other, user in graph_of(task.derivation).edges if user == number], default=-1)
        found = next((n for n, call in enumerate(trace.calls) if turn[n] > known and _same_call(call, step)), None)
        if step.tool in keeps_state:
            found = next((n for n, call in enumerate(trace.calls) if n > after and _same_call(call, step)), None)
            after = found if found is not None else after
        if found is None or turn[found] <= known:
            return f"step {step.id} ({step.tool}) is not among the calls, or not in its place"
        place[number] = found
    return None if answers_match(task.answer, trace.final) else "the grader does not accept its end"


def _same_call(call: Evidence, step: Evidence) -> bool:
    same = call.failure is None and call.tool == step.tool and canonical(call.arguments) == canonical(step.arguments)
    return same and canonical(call.result) == canonical(step.result)


def _as_shown(trace: Trace, limit: int) -> str | None:
    """Why the messages of a trace do not show its calls, or None."""
    asked = [call for message in trace.messages for call in message.tool_calls]
    told = {message.tool_call_id: message.content for message in trace.messages if message.role == "tool"}
    if len(asked) != len(trace.calls) or len(told) != len(asked):
        return f"{len(asked)} calls are asked for, {len(trace.calls)} recorded and {len(told)} answered"
    for call, made in zip(asked, trace.calls, strict=True):
        expected = view(made.result, limit) if made.failure is None else failure_view(made.failure)
        if call.name != made.tool or json.loads(call.arguments) != made.arguments or told.get(call.id) != expected:
            return f"call {call.id} ({call.name}) is not shown as it was recorded ({made.id})"
    return None


def turns_by_call(trace: Trace) -> list[int]:
    """The number of the turn in which each recorded call of a trace was asked for."""
    speaking = (message for message in trace.messages if message.role == "assistant")
    return [number for number, message in enumerate(speaking) for _ in message.tool_calls]


def faulty_turns(trace: Trace) -> list[int]:
    """The positions of messages whose calls all failed: training can leave their tokens out of the loss."""
    results = iter(trace.calls)
    made = [(n, [next(results) for _ in message.tool_calls]) for n, message in enumerate(trace.messages) if message.tool_calls]
    return [n for n, calls in made if all(call.failure is not None for call in calls)]
