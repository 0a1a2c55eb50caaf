"""Whether a request would be taken: what any server needs, and in strict mode what hosted APIs insist on.

Strict are the pairing of calls and answers, names of functions, arguments as JSON text, and schemas that are closed and whole.
"""

import re
from collections.abc import Iterator

from dive.types import Json

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
ROLES = ("system", "developer", "user", "assistant", "tool")


def fault_in(body: Json, strict: bool) -> str:
    """Why a body is no request for a completion; empty where it is one."""
    if not isinstance(body, dict):
        return "the body must be a JSON object"
    if body.get("stream"):
        return "stream: this server answers in one piece; leave `stream` out"
    if body.get("n") not in (None, 1):
        return "n: one reply per request"
    if not isinstance(body.get("model"), str):
        return "you must provide a model parameter"
    for name in ("max_tokens", "max_completion_tokens", "seed"):
        if not isinstance(body.get(name), int | None):
            return f"{name} must be an integer"
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return "messages must be a list with at least one message"
    faults = (
        _message_faults(messages), _tool_faults(body), _pairing_faults(messages) if strict else (),
        _schema_faults(body, strict),
    )  # fmt: skip
    return next((fault for each in faults for fault in each), "")


def _message_faults(messages: list[Json]) -> Iterator[str]:
    for n, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            yield f"messages[{n}].role must be one of {', '.join(ROLES)}"
            return
        content, calls = message.get("content"), message.get("tool_calls")
        if not (content is None or isinstance(content, str) or (isinstance(content, list) and all(map(_is_part, content)))):
            yield f"messages[{n}].content must be a string or a list of parts"
        if calls is not None and (message["role"] != "assistant" or not isinstance(calls, list) or not all(map(_is_call, calls))):
            yield f"messages[{n}].tool_calls must be a list of calls of an assistant, with arguments as a string"
        if content is None and not (message["role"] == "assistant" and (calls or message.get("refusal"))):
            yield f"messages[{n}].content is missing"
        if message["role"] == "tool" and not isinstance(message.get("tool_call_id"), str):
            yield f"messages[{n}].tool_call_id is missing"


def _is_part(part: Json) -> bool:
    return isinstance(part, dict) and (part.get("type") != "text" or isinstance(part.get("text"), str))


def _is_call(call: Json) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    return (
        isinstance(function, dict) and isinstance(call.get("id"), str) and isinstance(function.get("name"), str)
        and isinstance(function.get("arguments"), str)
    )  # fmt: skip


def _pairing_faults(messages: list[Json]) -> Iterator[str]:
    """Each call is answered once, right after it, and nothing else is."""
    waiting: set[str] = set()
    for n, message in enumerate(messages):
        if message["role"] == "tool":
            if message["tool_call_id"] not in waiting:
                yield f"messages[{n}] answers {message['tool_call_id']!r}, which is no open call of the message before"
            waiting.discard(message["tool_call_id"])
            continue
        if waiting:
            yield f"messages[{n}] comes before the calls {', '.join(sorted(waiting))} are answered"
        calls = message.get("tool_calls") or []
        waiting = {call["id"] for call in calls}
        if len(waiting) < len(calls):
            yield f"messages[{n}].tool_calls: two calls have the same id"
        if bad := next((c["function"]["name"] for c in calls if not NAME.fullmatch(c["function"]["name"])), None):
            yield f"messages[{n}].tool_calls: {bad!r} does not match '^[a-zA-Z0-9_-]{{1,64}}$'"
    if waiting:
        yield f"the calls {', '.join(sorted(waiting))} are not answered"


def _tool_faults(body: dict[str, Json]) -> Iterator[str]:
    tools = body.get("tools")
    if tools is None:
        return
    if not isinstance(tools, list) or not tools:
        yield "tools must be a list with at least one tool"
        return
    names = set()
    for n, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            yield f"tools[{n}] must be a function with a name"
            return
        if not NAME.fullmatch(function["name"]) or function["name"] in names:
            yield f"tools[{n}].function.name: {function['name']!r} is malformed or occurs twice"
        if not isinstance(function.get("parameters", {}), dict):
            yield f"tools[{n}].function.parameters must be a JSON Schema"
        names.add(function["name"])


def _schema_faults(body: dict[str, Json], strict: bool) -> Iterator[str]:
    wanted = body.get("response_format")
    if wanted is None:
        return
    if not isinstance(wanted, dict) or wanted.get("type") not in ("text", "json_object", "json_schema"):
        yield "response_format.type must be text, json_object or json_schema"
    elif wanted["type"] == "json_object":
        if strict and not any("json" in str(message.get("content")).lower() for message in body["messages"]):
            yield "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'"
    elif wanted["type"] == "json_schema":
        given = wanted.get("json_schema")
        if not isinstance(given, dict) or not isinstance(given.get("name"), str) or not isinstance(given.get("schema"), dict):
            yield "response_format.json_schema needs a name and a schema"
        elif strict and given.get("strict"):
            yield from _open_objects(given["schema"], "schema")


def _open_objects(schema: Json, place: str) -> Iterator[str]:
    """Objects that are not closed, or have properties that are not required."""
    if isinstance(schema, list):
        for n, part in enumerate(schema):
            yield from _open_objects(part, f"{place}[{n}]")
    elif isinstance(schema, dict):
        properties = schema.get("properties")
        if schema.get("type") == "object" or isinstance(properties, dict):
            if schema.get("additionalProperties") is not False:
                yield f"{place}: 'additionalProperties' is required to be supplied and to be false"
            if lacking := set(properties or {}).difference(schema.get("required", ())):
                yield f"{place}: 'required' must name every property; {', '.join(sorted(lacking))} are missing"
        for key, part in schema.items():
            if key not in ("enum", "const", "default", "examples", "required"):
                yield from _open_objects(part, f"{place}.{key}")
