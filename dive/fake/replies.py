"""What is said in a reply, and its JSON in the form of the chat completions API."""

import json
from dataclasses import dataclass, replace

from dive.fake.asked import Asked
from dive.types import Json

CREATED = 1_700_000_000
"""The same in every reply, so that equal requests get equal bytes."""
CHARS = 4
"""Characters of a token."""


@dataclass(frozen=True)
class Spoken:
    """A reply before it is put into JSON."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    """Name and arguments, as JSON text, of each call."""
    refusal: str = ""


def tokens(chars: int) -> int:
    """Tokens of so many characters."""
    return -(-chars // CHARS)


def call_id(asked: Asked, number: int) -> str:
    """The id of a call. It tells which sample a conversation belongs to, since servers keep none."""
    return f"{identity(asked)}_{len(asked.calls) + number}"


def identity(asked: Asked) -> str:
    """What tells conversations about the same prompt apart: the sample and the body with which they began."""
    if asked.calls and asked.calls[0].id.startswith("call_s") and asked.calls[0].id.endswith("_0"):
        return asked.calls[0].id[:-2]
    return f"call_s{asked.sample}_{asked.key[:8]}"


def completion(asked: Asked, spoken: Spoken, model: str, cached_chars: int | None) -> dict[str, Json]:
    """The reply as JSON; a text that is longer than the request allows is cut off."""
    limit = asked.body.get("max_completion_tokens") or asked.body.get("max_tokens")
    finish = "tool_calls" if spoken.calls else "stop"
    if limit and tokens(len(spoken.text)) > limit:
        spoken, finish = replace(spoken, text=spoken.text[: limit * CHARS], calls=()), "length"
    message: dict[str, Json] = {"role": "assistant", "content": spoken.text or (None if spoken.calls or spoken.refusal else "")}
    if spoken.refusal:
        message["refusal"] = spoken.refusal
    if spoken.calls:
        message["tool_calls"] = [
            {"id": call_id(asked, n), "type": "function", "function": {"name": name, "arguments": arguments}}
            for n, (name, arguments) in enumerate(spoken.calls)
        ]
    return {
        "id": f"chatcmpl-{asked.key}-{asked.sample}", "object": "chat.completion", "created": CREATED, "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": _usage(asked, message, cached_chars),
    }  # fmt: skip


def _usage(asked: Asked, message: dict[str, Json], cached_chars: int | None) -> dict[str, Json]:
    prompt = tokens(sum(map(len, asked.segments)))
    calls = len(json.dumps(message["tool_calls"])) if "tool_calls" in message else 0
    written = tokens(len(message["content"] or "") + calls)
    usage: dict[str, Json] = {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}
    if cached_chars is not None:
        usage["prompt_tokens_details"] = {"cached_tokens": min(prompt, cached_chars // CHARS)}
    return usage


def error(message: str, kind: str = "invalid_request_error", code: str | None = None) -> bytes:
    """The body of an error, as hosted APIs word it."""
    return json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()
