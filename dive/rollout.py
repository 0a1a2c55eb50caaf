"""The one rollout loop: a model works with tools until it answers or is cut off, and leaves a trace.

It serves collection, solving, RL rollouts and evaluation. Calls of one turn run side by side, those of stateful tools in the
order in which they were asked for. Every fault of a call goes back to the model, in words and with a code. Results are
recorded whole; the model sees views of bounded size that say what was cut. A request that fails for good ends the rollout as
`model_error`; what concerns every request (`dive.chat.STOPPING`) is raised.
"""

import asyncio
import json
import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from dive.chat import STOPPING, Ending, Message, Model, ModelError, Reply, Request, ToolCall, Trace, Usage
from dive.parallel import gathered
from dive.tools.host import Outcome
from dive.tools.runner import AsyncCaller
from dive.types import Evidence, Failure, Json, Record
from dive.views import failure_view, view

CALLS_PER_TURN = 16
"""More calls than this in one turn are refused, each with an error."""
_NAME = re.compile(r"[^a-zA-Z0-9_-]")


class Limits(Record):
    """Where a rollout is cut off."""

    turns: int = 30
    """Most messages that the model may write."""
    tokens: int = 32_768
    """Most tokens that it may write in all."""
    seconds: float = 1_800
    """Most wall time, waiting for the server included; what is cut off by it says nothing about the model."""
    result_chars: int = 4_000
    """Most characters of one tool result that the model sees."""


@dataclass(frozen=True)
class Tools:
    """What a model may call in a rollout."""

    definitions: tuple[Json, ...]
    """As the API takes them, in an order that stays."""
    call: AsyncCaller
    versions: Mapping[str, str] = field(default_factory=dict)
    """The version of each tool, for the record."""
    stateful: Collection[str] = ()
    """Tools whose calls must be made one after the other."""

    @property
    def names(self) -> list[str]:
        """The names of the tools."""
        return [definition["function"]["name"] for definition in self.definitions]


@dataclass
class _Progress:
    """What a rollout has come to so far."""

    messages: list[Message]
    calls: list["_Kept"]
    usage: Usage = field(default_factory=Usage)
    turns: int = 0

    def trace(self, ending: Ending, note: str = "") -> Trace:
        calls = tuple(kept.evidence() for kept in self.calls)
        return Trace(
            messages=tuple(self.messages), calls=calls, ending=ending, note=note, turns=self.turns, usage=self.usage
        )  # fmt: skip


async def rollout(
    model: Model,
    conversation: Sequence[Message],
    tools: Tools,
    limits: Limits,
    *,
    sample: int = 0,
    first: int = 1,
    round: int = 1,
) -> Trace:
    """Go on with a conversation until the model answers without a call, or a limit is met.

    `sample` tells equal rollouts apart. The calls are recorded as `e{first}`, `e{first + 1}`, ..., in `round`. Raises
    `ModelError` only where the whole run must stop: the budget is spent, the key refused, the server gone.
    """
    progress = _Progress(list(conversation), [])
    try:
        async with asyncio.timeout(limits.seconds):
            return await _loop(model, progress, tools, limits, (sample, first, round))
    except TimeoutError:
        return progress.trace("time", f"no answer within {limits.seconds:g} s")
    except ModelError as error:
        if error.code in STOPPING:
            raise
        if error.code == "too_long":
            return progress.trace("tokens", str(error))
        return progress.trace("model_error", str(error))


async def _loop(model: Model, progress: _Progress, tools: Tools, limits: Limits, numbers: tuple[int, int, int]) -> Trace:
    sample, first, round = numbers
    while progress.turns < limits.turns and progress.usage.completion < limits.tokens:
        reply = await model.complete(Request(messages=tuple(progress.messages), tools=tools.definitions, sample=sample))
        progress.turns += 1
        progress.usage += reply.usage
        asked = reply.message.tool_calls
        if reply.finish == "refusal" or not asked:
            progress.messages.append(reply.message)
            return progress.trace(*_ending(reply))
        made = await _called(asked, tools, limits)
        progress.messages.append(reply.message.model_copy(update={"tool_calls": tuple(one.call for one in made)}))
        for one in made:
            number = first + len(progress.calls)
            progress.calls.append(_Kept(f"e{number}", one, tools.versions.get(one.call.name, ""), round))
            content = (
                view(one.outcome.result, limits.result_chars)
                if one.outcome.failure is None
                else failure_view(one.outcome.failure)
            )
            progress.messages.append(Message(role="tool", content=content, tool_call_id=one.call.id))
    if progress.turns >= limits.turns:
        return progress.trace("turns", f"no answer within {limits.turns} turns")
    return progress.trace("tokens", f"no answer within {limits.tokens:,} tokens")


def _ending(reply: Reply) -> tuple[Ending, str]:
    """How a message without calls ends a rollout."""
    if reply.finish == "refusal":
        return "refused", reply.message.content[:200]
    if reply.finish == "length":
        return "tokens", "the last message was cut at its greatest length"
    return ("answered", "") if reply.message.content.strip() else ("empty", "a message without text and calls")


@dataclass(frozen=True)
class _Made:
    """A call, as the conversation keeps it, and what it came to."""

    call: ToolCall
    arguments: dict[str, Json]
    outcome: Outcome


class _Kept:
    """A call for the record. Its result is packed: as objects it takes ten times the room, and thousands of rollouts wait at
    the same time.
    """

    __slots__ = ("_arguments", "_call", "_failure", "_id", "_result", "_round", "_version")

    def __init__(self, name: str, made: _Made, version: str, round: int) -> None:
        self._id, self._call, self._arguments, self._version, self._round = name, made.call.name, made.arguments, version, round
        self._failure, self._result = made.outcome.failure, zlib.compress(json.dumps(made.outcome.result).encode(), 1)

    def evidence(self) -> Evidence:
        return Evidence(
            id=self._id, tool=self._call, version=self._version, arguments=self._arguments,
            result=json.loads(zlib.decompress(self._result)), failure=self._failure, round=self._round,
        )  # fmt: skip


async def _called(asked: Sequence[ToolCall], tools: Tools, limits: Limits) -> list[_Made]:
    """Make the calls of one turn. The conversation keeps names and arguments that every server takes back."""
    names = tools.names
    turn = asyncio.Lock()

    async def one(number: int, call: ToolCall) -> _Made:
        arguments, fault = read_arguments(call.arguments)
        name = _NAME.sub("_", call.name)[:64] or "unnamed"
        kept = ToolCall(id=call.id, name=name, arguments=json.dumps(arguments, ensure_ascii=False))
        if number >= CALLS_PER_TURN:
            fault = Failure(code="denied", message=f"at most {CALLS_PER_TURN} calls are made in one turn; make this one later")
        elif call.name not in names:
            fault = unknown_tool(call.name, names)
        if fault is not None:
            return _Made(kept, arguments, Outcome(failure=fault))
        if call.name not in tools.stateful:
            return _Made(kept, arguments, await tools.call(call.name, arguments))
        async with turn:  # locks are fair, and the coroutines begin in order
            return _Made(kept, arguments, await tools.call(call.name, arguments))

    return await gathered([lambda n=n, call=call: one(n, call) for n, call in enumerate(asked)])  # type: ignore[misc]


def read_arguments(text: str) -> tuple[dict[str, Json], Failure | None]:
    """The arguments of a call, or no arguments and the failure to tell. An object that was encoded twice is one all the same."""
    try:
        value = json.loads(text, parse_constant=_refused) if text.strip() else {}
        if isinstance(value, str):
            value = json.loads(value, parse_constant=_refused)
        json.dumps(value, ensure_ascii=False).encode()  # half of a character pair is no text
    except (ValueError, RecursionError) as error:
        shown = text if len(text) <= 200 else f"{text[:200]}..."
        return {}, Failure(code="bad_arguments", message=f"the arguments are not valid JSON ({error}): {shown}")
    if not isinstance(value, dict):
        return {}, Failure(code="bad_arguments", message=f"the arguments must be a JSON object, not {text[:200]}")
    return value, None


def _refused(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def unknown_tool(name: str, known: Sequence[str]) -> Failure:
    """The failure of a call to a tool that is not offered."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else f"the tools are {', '.join(known)}"
    return Failure(code="not_found", message=f"there is no tool named {name[:64]!r}; {hint}")
