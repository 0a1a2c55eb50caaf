"""A client for the fake server, of the standard library alone."""

import http.client
import json
from typing import Any

TOOL = {
    "type": "function",
    "function": {
        "name": "weigh",
        "description": "Weight of a thing.",
        "parameters": {
            "type": "object",
            "properties": {"thing": {"type": "string", "enum": ["cat", "dog"]}, "unit": {"type": "string", "default": "kg"}},
            "required": ["thing", "unit"],
        },
    },
}
SCHEMA = {
    "type": "object", "properties": {"correct": {"type": "boolean"}}, "required": ["correct"], "additionalProperties": False,
}  # fmt: skip
STRUCTURED = {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA}}


def request(text: str, *messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The body of a request that begins with a text of the user."""
    return {"model": "fake", "messages": [{"role": "user", "content": text}, *messages], **more}


def post(port: int, body: Any, headers: dict[str, str] | None = None, timeout: float = 120) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON (or text) and headers of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request("POST", "/v1/chat/completions", text, {"content-type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        said = answer.read().decode()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, json.loads(said) if "json" in named["content-type"] else said, named
    finally:
        connection.close()


def message(port: int, body: dict[str, Any]) -> dict[str, Any]:
    """The message of a reply that must be one."""
    status, answer, _ = post(port, body)
    assert status == 200, answer
    said: dict[str, Any] = answer["choices"][0]["message"]
    return said
