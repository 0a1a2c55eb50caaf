"""A chat completion request as the fake server reads it: its conversation, its tools, the format that it asks for."""

import json
import marshal
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dive.types import Json


@dataclass
class Asked:
    """A request that was understood."""

    body: dict[str, Json]
    key: str
    """Digest of the body's bytes."""
    seen: int = 0
    """How often the same body was taken before; what is refused by a limit does not count."""
    sample: int = 0
    """How often it was answered before; 0 always where the body has a `seed`."""

    @property
    def messages(self) -> list[dict[str, Json]]:
        messages: list[dict[str, Json]] = self.body["messages"]
        return messages

    @property
    def tools(self) -> list[dict[str, Json]]:
        """Definitions of functions: name, description, parameters."""
        return [tool["function"] for tool in self.body.get("tools") or ()]

    @property
    def may_call(self) -> bool:
        return bool(self.body.get("tools")) and self.body.get("tool_choice") != "none"

    @property
    def format(self) -> str:
        """`text`, `json_object` or `json_schema`."""
        return str((self.body.get("response_format") or {}).get("type", "text"))

    @property
    def schema(self) -> Json:
        """The JSON Schema asked for, or None."""
        return (self.body.get("response_format") or {}).get("json_schema", {}).get("schema")

    @property
    def schema_name(self) -> str:
        """Name of the JSON Schema asked for; empty where none is."""
        return str((self.body.get("response_format") or {}).get("json_schema", {}).get("name", ""))

    @cached_property
    def said(self) -> tuple[tuple[str, str], ...]:
        """Speaker and text of every message."""
        return tuple((message["role"], text_of(message.get("content"))) for message in self.messages)

    def texts(self, where: str) -> tuple[str, ...]:
        """Texts of one speaker, of `any`, the last one of the user (`last_user`), or the name of the `format`."""
        if where == "last_user":
            return self.texts("user")[-1:]
        if where == "format":
            return (self.schema_name,) if self.schema_name else ()
        return tuple(
            text for role, text in self.said if text and (where == "any" or role.replace("developer", "system") == where)
        )

    @cached_property
    def calls(self) -> tuple["CallMade", ...]:
        """The calls of the conversation with what came back, in order."""
        answers = {m["tool_call_id"]: text_of(m.get("content")) for m in self.messages if m["role"] == "tool"}
        return tuple(
            CallMade(call["id"], call["function"]["name"], call["function"]["arguments"], answers.get(call["id"], ""))
            for message in self.messages
            for call in message.get("tool_calls") or ()
        )

    @property
    def turn(self) -> int:
        """Turns of the assistant since the last message of the user."""
        count = 0
        for message in reversed(self.messages):
            if message["role"] == "user":
                break
            count += message["role"] == "assistant"
        return count

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """The prompt as a chat template would order it: system and tools, then message by message."""
        messages = self.messages
        system = text_of(messages[0].get("content")) if messages[0]["role"] in ("system", "developer") else ""
        tools = _tools_text(marshal.dumps(self.body["tools"], 2)) if self.body.get("tools") else ""
        rest = messages[1:] if messages[0]["role"] in ("system", "developer") else messages
        return (system + "\n" + tools, *map(_rendered, rest))


@dataclass(frozen=True)
class CallMade:
    """A call in a conversation and the text that answered it."""

    id: str
    name: str
    arguments: str
    answer: str


def text_of(content: Json) -> str:
    """A message's text: as it is, or the texts of its parts."""
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content if part.get("type") == "text") if isinstance(content, list) else ""


@lru_cache(512)
def _tools_text(packed: bytes) -> str:
    """Tools as JSON text. All requests of a task have the same, and packing costs a fifth of writing JSON."""
    return json.dumps(marshal.loads(packed), ensure_ascii=False)


def _rendered(message: dict[str, Json]) -> str:
    calls = message.get("tool_calls")
    said = json.dumps(calls, ensure_ascii=False) if calls else ""
    return f"\n{message['role']}\n{message.get('reasoning_content') or ''}{text_of(message.get('content'))}{said}"
