"""What formats must know about a conversation: the turns of a row with calls parsed, and their results beside them."""

import json
from dataclasses import dataclass

from dive.dataset.rows import Row
from dive.types import Json


@dataclass(frozen=True)
class Call:
    """A call of a row's conversation, with its result."""

    name: str
    arguments: dict[str, Json]
    result: str


@dataclass(frozen=True)
class Turn:
    """One message of the user or of the model; results of tools belong to the turn that asked for them."""

    role: str
    content: str
    reasoning: str = ""
    calls: tuple[Call, ...] = ()


class Unfit(Exception):
    """A row that a format cannot hold; the message says why, in words that group such rows."""


def arguments_of(call: Json) -> dict[str, Json]:
    """The arguments of a call in the form of the API. Raises `Unfit` where they are not the text of a JSON object."""
    try:
        arguments = json.loads(call["function"]["arguments"])
    except ValueError:
        raise Unfit("arguments that are not JSON") from None
    if not isinstance(arguments, dict):
        raise Unfit("arguments that are not an object")
    return arguments


def turns_of(row: Row) -> tuple[str, list[Turn]]:
    """The system prompt and the turns of a row, in order. Raises `Unfit` where calls and results do not pair."""
    messages = list(row.messages)
    system = messages.pop(0)["content"] if messages[0]["role"] == "system" else ""
    turns: list[Turn] = []
    while messages:
        message = messages.pop(0)
        asked = message.get("tool_calls") or []
        if message["role"] not in ("user", "assistant"):
            raise Unfit(f"a {message['role']} message out of place")
        answers: dict[str, str] = {}
        while messages and messages[0]["role"] == "tool":
            answer = messages.pop(0)
            answers[answer["tool_call_id"]] = answer["content"]
        if answers.keys() != {call["id"] for call in asked} or len(answers) != len(asked):
            raise Unfit("calls and results that do not pair")
        calls = tuple(Call(call["function"]["name"], arguments_of(call), answers[call["id"]]) for call in asked)
        turns.append(Turn(message["role"], message.get("content") or "", message.get("reasoning_content", ""), calls))
    return system, turns
