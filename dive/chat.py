"""Conversations: what is said to a language model and what comes back, in the terms of the chat completions API.

Records only, frozen and independent of any client library. A model (`dive.models`) turns a `Request` into a `Reply`, or
raises `ModelError`; a rollout (`dive.rollout`) leaves a `Trace`; a solver's trace becomes a `Solution`, and a grader's
opinion of it a `Verdict`.
"""

from typing import Literal, Protocol

from dive.types import Evidence, Json, Record

Speaker = Literal["system", "user", "assistant", "tool"]
Finish = Literal["stop", "tool_calls", "length", "refusal"]
ModelErrorCode = Literal[
    "rate_limited", "timeout", "unavailable", "malformed", "bad_request", "denied", "too_long", "budget", "down"
]
STOPPING: frozenset[ModelErrorCode] = frozenset({"budget", "denied", "down"})
"""The budget is spent, the key refused, or the server gone: whoever asks on gets the same, so a command stops here."""
Ending = Literal["answered", "empty", "refused", "turns", "tokens", "time", "model_error"]
"""How a rollout ended. `turns` and `tokens`: it met a limit that bounds the model; `time`: one that bounds the wall clock, which
depends on servers and their load; `model_error`: a request came to nothing.
"""
INFRASTRUCTURE: frozenset[Ending] = frozenset({"time", "model_error"})
"""Endings that say nothing about the model; what they leave is unscored."""
Ruling = Literal["correct", "wrong", "unscored"]


class ToolCall(Record):
    """A call that a model asks for."""

    id: str
    """What the tool's answer refers to."""
    name: str
    arguments: str
    """JSON text as the model wrote it, which may be malformed."""


class Message(Record):
    """One turn of a conversation."""

    role: Speaker
    content: str = ""
    reasoning: str = ""
    """What a reasoning model thought before it spoke, where its server tells."""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""
    """Of a tool's answer: the call that it answers."""


def as_sent(message: Message, reasoning: bool = True) -> dict[str, Json]:
    """A message in the form of the API; `reasoning_content` only where there is some."""
    sent: dict[str, Json] = {"role": message.role, "content": message.content}
    if message.reasoning and reasoning:
        sent["reasoning_content"] = message.reasoning
    if message.tool_calls:
        sent["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        sent["tool_call_id"] = message.tool_call_id
    return sent


class Usage(Record):
    """Tokens of one request, or of many together."""

    prompt: int = 0
    """Tokens read, cached ones included."""
    cached: int = 0
    """Of those, the ones that the server had in its prefix cache."""
    completion: int = 0
    """Tokens written, reasoning included."""
    reasoning: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt=self.prompt + other.prompt, cached=self.cached + other.cached,
            completion=self.completion + other.completion, reasoning=self.reasoning + other.reasoning,
        )  # fmt: skip


class Format(Record):
    """A JSON Schema that the reply's text must follow."""

    name: str
    """Short name, such as `draft`."""
    definition: Json
    """JSON Schema of an object, closed, with every property required, as strict structured output demands."""


class Request(Record):
    """What a model is asked: the whole conversation, since servers keep none. How to sample is the model's own setting."""

    messages: tuple[Message, ...]
    tools: tuple[Json, ...] = ()
    """Tool definitions as the API takes them: `{"type": "function", "function": {"name", "description", "parameters"}}`."""
    may_call: bool = True
    """Whether it may call tools now; their definitions are sent all the same, so that the prompt's prefix stays."""
    format: Format | None = None
    sample: int = 0
    """Tells equal requests apart of which several replies are wanted."""


class Reply(Record):
    """What came back."""

    message: Message
    finish: Finish
    usage: Usage = Usage()
    model: str = ""
    """What the server calls the model."""


class ModelError(Exception):
    """A request that came to nothing, after all tries. Never the model's fault. The codes of `STOPPING` concern every request."""

    def __init__(self, code: ModelErrorCode, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code: ModelErrorCode = code
        self.message = message
        self.retry_after = retry_after
        """Seconds that the server asks to wait, where it says so."""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Model(Protocol):
    """Anything that continues a conversation."""

    @property
    def name(self) -> str:
        """What records call it."""
        ...

    @property
    def identity(self) -> Json:
        """All that its replies depend on beside the request: backend, name, sampling."""
        ...

    async def complete(self, request: Request) -> Reply:
        """The next message. Raises `ModelError`."""
        ...

    async def close(self) -> None:
        """Let go of connections and weights."""
        ...


class Trace(Record):
    """The record of a model working with tools."""

    messages: tuple[Message, ...]
    """The conversation, the prompt included; results stand in it as the model saw them."""
    calls: tuple[Evidence, ...] = ()
    """The calls that were made, in the order in which they were asked for, with whole results or failures."""
    ending: Ending
    note: str = ""
    """What cut it off."""
    turns: int = 0
    """Messages that the model wrote."""
    usage: Usage = Usage()

    @property
    def final(self) -> str:
        """The text that stands as its answer; empty where it was cut off."""
        return self.messages[-1].content if self.ending == "answered" else ""


class Solution(Record):
    """A trace that answers a task, or was meant to."""

    key: str
    """Content key of task, solver and sample."""
    task: str
    """Key of the task."""
    solver: str
    """The model's name, or `gold` where the derivation was replayed."""
    settings: str
    """Digest of all that the solution depends on beside the task: model, sampling, limits, prompt, replay mode."""
    sample: int
    trace: Trace
    seconds: float | None = None
    """Wall time, where it was measured; not part of what is reproduced."""


class Verdict(Record):
    """Whether a solution is right, and how that was decided."""

    solution: str
    task: str
    solver: str
    sample: int
    ruling: Ruling
    method: Literal["comparison", "judge", "none"]
    """`none` where nothing was decided: the rollout was lost, or the judge did not say."""
    reason: str = ""
    judge: str = ""
    """The judge model, and the digest of its prompt."""
    agrees: bool | None = None
    """Where comparison decided and a judge was asked as well: whether it says the same."""
