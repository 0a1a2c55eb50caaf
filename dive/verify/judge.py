"""A judge for names in other words: a model that says whether a given answer names what the right one names.

It sees the question, the right answer and the one statement that the reply commits itself to, never the reply itself, each as
a JSON string on a line of its own, bounded in length. A judge that fails, refuses or says something else decides nothing.
"""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from dive.chat import STOPPING, Format, Message, Model, ModelError, Request
from dive.prompts import Prompts
from dive.types import Answer, Json, digest

MAX_QUESTION, MAX_ANSWER = 4_000, 2_000
"""Characters that are shown of a question and of an answer."""
VERDICT = Format(
    name="verdict",
    definition={
        "type": "object",
        "properties": {"correct": {"type": "boolean"}, "reason": {"type": "string"}},
        "required": ["correct", "reason"],
        "additionalProperties": False,
    },
)
_ESCAPED = re.compile(
    "[<>`\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge says; None where it does not say."""

    correct: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A judge to be: known by name before it is opened, and closed by whoever opened it."""

    name: str
    identity: Json
    opened: Callable[[], AbstractAsyncContextManager[Model]]

    @classmethod
    def of(cls, model: Model) -> "Seat":
        """The seat of a model that is there already; it is closed when judging ends."""
        return cls(model.name, model.identity, lambda: _closing(model))

    def id(self, prompts: Prompts) -> str:
        """What verdicts call the judge: the model's name, and the digest of its sampling and prompt."""
        return f"{self.name} {digest([prompts.digest('judge'), self.identity])}"


@asynccontextmanager
async def _closing(model: Model) -> AsyncIterator[Model]:
    try:
        yield model
    finally:
        await model.close()


@dataclass(frozen=True, slots=True)
class Judge:
    """A model with the prompt that makes it a judge."""

    model: Model
    prompts: Prompts

    async def opinion(self, question: str, right: Answer, given: str) -> Opinion:
        """Whether a given answer is right. Raises `ModelError` only where all must stop: a spent budget, a refused key."""
        text = self.prompts.fill(
            "judge",
            {
                "question": quoted(question, MAX_QUESTION),
                "right": quoted(right_text(right), MAX_ANSWER),
                "given": quoted(given, MAX_ANSWER),
            },
        )
        try:
            reply = await self.model.complete(Request(messages=(Message(role="user", content=text),), format=VERDICT))
        except ModelError as error:
            if error.code in STOPPING:
                raise
            return Opinion(None, f"the judge was lost: {error}"[:300])
        if reply.finish == "refusal":
            return Opinion(None, "the judge refused")
        return read_opinion(reply.message.content)


def judge_prompts() -> Prompts:
    """The prompts of this package as they stand."""
    return Prompts("dive.verify")


def quoted(text: str, limit: int) -> str:
    """A text as a JSON string on one line, without signs that could end it or that nobody sees; cut at `limit` characters."""
    cut = text if len(text) <= limit else f"{text[:limit]}... ({len(text) - limit:,} more characters)"
    return _ESCAPED.sub(
        lambda match: json.dumps(match[0])[1:-1] if ord(match[0]) > 126 else f"\\u{ord(match[0]):04x}", dumped(cut)
    )


def dumped(text: str) -> str:
    """A JSON string; letters stay as they are."""
    return json.dumps(text, ensure_ascii=False)


def right_text(answer: Answer) -> str:
    """The right answer as a judge reads it."""
    return answer.value if isinstance(answer.value, str) else json.dumps(answer.value, ensure_ascii=False)


def read_opinion(text: str) -> Opinion:
    """What a judge's reply says: one JSON object with a boolean `correct`, in a block of code or not, and nothing beside it."""
    block = re.fullmatch(r"\s*```(?:json)?\s*(\{.*\})\s*```\s*", text, re.DOTALL) if len(text) <= 20_000 else None
    try:
        said: Json = json.loads(block[1] if block else text)
    except (ValueError, RecursionError):
        return Opinion(None, f"the judge said {text[:60]!r}")
    if not isinstance(said, dict) or not isinstance(said.get("correct"), bool):
        return Opinion(None, f"the judge said {text[:60]!r}")
    return Opinion(said["correct"], str(said.get("reason", ""))[:300])
