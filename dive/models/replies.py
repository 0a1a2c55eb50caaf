"""A chat completion as servers really send it, read into a `Reply`.

Servers differ: arguments as an object, calls without ids, reasoning under two names or inline, content in parts, usage
left out. What can be read is read; what has not even a message is `malformed`. The text of arguments is passed on as it
came, right or wrong: a rollout answers the model about it.
"""

import json
import re
from collections.abc import Iterable

from dive.chat import Finish, Message, ModelError, Reply, ToolCall, Usage
from dive.models.faults import complaint, error_inside, without
from dive.types import Json

HALF = rb"\ud"
"""Begins half of a surrogate pair; one without the other half is no text and becomes a question mark."""
_THOUGHT = re.compile(r"\s*<think>(?P<thought>.*?)(?:</think>|\Z)(?P<rest>.*)\Z", re.DOTALL)
_THOUGHT_BEGUN = re.compile(r"(?P<thought>.*?)</think>(?P<rest>.*)\Z", re.DOTALL)


def read_reply(body: bytes, key: str = "") -> Reply:
    """The reply in an answer's body. Raises `ModelError`: `malformed` where it is no chat completion, or the error that it
    tells of.
    """
    try:
        answer = json.loads(body)
        if HALF in body.lower():
            answer = json.loads(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise ModelError("malformed", f"the answer is not JSON: {_start(body, key)}") from None
    if error := error_inside(answer):
        raise error
    try:
        choice = answer["choices"][0]
        said = choice["message"]
        message, refusal = _message(said), _text(said.get("refusal"))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise ModelError("malformed", f"the answer is no chat completion: {_start(body, key)}") from None
    reason = choice.get("finish_reason")
    if reason in ("error", "abort"):
        raise ModelError("unavailable", f"the server broke the reply off (finish_reason {reason!r})")
    finish = _finish(reason, message, bool(refusal))
    if finish == "refusal" and refusal and not message.content:
        message = message.model_copy(update={"content": refusal})
    model = answer.get("model")
    return Reply(message=message, finish=finish, usage=_usage(answer.get("usage")), model=model if isinstance(model, str) else "")


def _start(body: bytes, key: str) -> str:
    return repr(without(key, complaint(body))[:120])


def _finish(reason: Json, message: Message, refused: bool) -> Finish:
    if refused or reason == "content_filter":
        return "refusal"
    if reason == "length":
        return "length"
    return "tool_calls" if message.tool_calls else "stop"


def _message(said: dict[str, Json]) -> Message:
    content = _text(said.get("content"))
    reasoning = _text(said.get("reasoning_content")) or _text(said.get("reasoning"))
    if thought := _THOUGHT.match(content) or ("</think>" in content and _THOUGHT_BEGUN.match(content)) or None:
        reasoning = "\n\n".join(part for part in (reasoning, thought["thought"].strip()) if part)
        content = thought["rest"].lstrip()
    return Message(role="assistant", content=content, reasoning=reasoning, tool_calls=tuple(_calls(said.get("tool_calls"))))


def _text(content: Json) -> str:
    """Text that may come in parts; None is no text. Raises `TypeError` for anything else."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    raise TypeError(content)


def _calls(given: Json) -> Iterable[ToolCall]:
    """The calls, each with an id of its own: where a server gives none, or one twice, `call_` and the call's number."""
    taken = {call["id"] for call in given or () if isinstance(call.get("id"), str)}
    used: set[str] = set()
    for number, call in enumerate(given or ()):
        function = call["function"]
        own = call.get("id")
        if not isinstance(own, str) or not own or own in used:
            own = next(name for name in _names(number) if name not in taken)
        used.add(own)
        taken.add(own)
        name = function["name"]
        yield ToolCall(
            id=own, name=name if isinstance(name, str) else json.dumps(name), arguments=_arguments(function.get("arguments"))
        )


def _names(number: int) -> Iterable[str]:
    yield f"call_{number}"
    suffix = 1
    while True:
        yield f"call_{number}_{suffix}"
        suffix += 1


def _arguments(given: Json) -> str:
    if isinstance(given, str):
        return given or "{}"
    return "{}" if given is None else json.dumps(given, ensure_ascii=False)


def _usage(given: Json) -> Usage:
    if not isinstance(given, dict):
        return Usage()
    return Usage(
        prompt=_count(given.get("prompt_tokens")),
        cached=_count(_inner(given, "prompt_tokens_details", "cached_tokens")) or _count(given.get("prompt_cache_hit_tokens")),
        completion=_count(given.get("completion_tokens")),
        reasoning=_count(_inner(given, "completion_tokens_details", "reasoning_tokens")),
    )


def _inner(given: dict[str, Json], details: str, name: str) -> Json:
    inner = given.get(details)
    return inner.get(name) if isinstance(inner, dict) else None


def _count(given: Json) -> int:
    return int(given) if isinstance(given, int | float) and given > 0 else 0
