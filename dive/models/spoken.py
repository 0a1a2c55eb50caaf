"""From the text that weights produce to a message: reasoning, words and tool calls.

For servers this is done by the server; for weights on this machine it is done here, in the notation of Hermes and Qwen:
`<think>...</think>` and `<tool_call>{"name": ..., "arguments": ...}</tool_call>`. A call that is broken stays a call, with what
was written as its arguments, so that whoever runs tools can say what is wrong with it.
"""

import json
import re
from collections.abc import Mapping, Sequence

from dive.chat import Message, ToolCall
from dive.types import Json

THINK, THOUGHT = "<think>", "</think>"
CALL = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)", re.DOTALL)
NAMED = re.compile(r'"name"\s*:\s*"([^"\\]+)"')


def heard(text: str, *, key: str, may_call: bool, thinking: bool) -> Message:
    """The message in a text. `key` makes the ids of its calls; `thinking` says that the prompt ends within the reasoning."""
    reasoning, words = parted(text, thinking)
    if not may_call:
        return Message(role="assistant", content=words, reasoning=reasoning)
    calls = tuple(read_call(found[1], f"call_{key}_{place}") for place, found in enumerate(CALL.finditer(words)))
    return Message(role="assistant", content=CALL.sub("", words).strip(), reasoning=reasoning, tool_calls=calls)


def parted(text: str, thinking: bool) -> tuple[str, str]:
    """Reasoning and words. Reasoning that was cut off has no words after it."""
    before, ended, after = text.partition(THOUGHT)
    if ended:
        return before.replace(THINK, "", 1).strip(), after.strip()
    if thinking or text.lstrip().startswith(THINK):
        return text.replace(THINK, "", 1).strip(), ""
    return "", text.strip()


def read_call(text: str, id: str) -> ToolCall:
    """A call, from what stands between its tags. Where that is no JSON, the name is looked for and the whole text kept; the
    name is empty where there is none.
    """
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, Mapping) and isinstance(value.get("name"), str):
        return ToolCall(id=id, name=value["name"], arguments=as_text(value.get("arguments", {})))
    named = NAMED.search(text)
    return ToolCall(id=id, name=named[1] if named else "", arguments=text.strip())


def as_text(arguments: Json) -> str:
    """Arguments as JSON text; those that are text already stay as they are."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def of_template(parsed: Mapping[str, Json], key: str) -> Message:
    """The message in what a tokenizer's own response template found."""
    calls: Sequence[Json] = parsed.get("tool_calls") or ()
    functions = [call.get("function", call) for call in calls]
    return Message(
        role="assistant",
        content=(parsed.get("content") or "").strip(),
        reasoning=next((parsed[name] for name in ("reasoning_content", "reasoning", "thinking") if parsed.get(name)), "").strip(),
        tool_calls=tuple(
            ToolCall(id=f"call_{key}_{place}", name=function["name"], arguments=as_text(function.get("arguments", {})))
            for place, function in enumerate(functions)
        ),
    )


def for_template(messages: Sequence[Message]) -> list[dict[str, Json]]:
    """A conversation as chat templates take it: arguments as objects where they can be read, results with their tool's name."""
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    rows = []
    for message in messages:
        row: dict[str, Json] = {"role": message.role, "content": message.content}
        if message.reasoning:
            row["reasoning_content"] = message.reasoning
        if message.tool_calls:
            row["tool_calls"] = [
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": read_arguments(call.arguments)}}
                for call in message.tool_calls
            ]
        if message.tool_call_id:
            row |= {"tool_call_id": message.tool_call_id, "name": names.get(message.tool_call_id, "")}
        rows.append(row)
    return rows


def read_arguments(text: str) -> Json:
    """The object in a call's arguments, or the text where there is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, dict) else text
