"""Structured output: how a reply is held to a JSON Schema, and how the object in it is read.

There are three ways, from the strictest to the most portable: the server enforces the schema (`schema`), the server
enforces JSON and the schema is told in words (`object`), or words alone (`prompt`). Words are appended to the last user
message, so that the prefix which a server may have cached stays. The check of what was read looks at the top level only;
what stands deeper is for the code that uses it.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

from dive.chat import Format, Message
from dive.types import Json, canonical

Way = Literal["schema", "object", "prompt"]
WAYS: tuple[Way, ...] = ("schema", "object", "prompt")

LONGEST = 1_000_000
"""Characters of a reply that are searched for an object."""
MOST_STARTS = 2000
"""Opening braces that are tried."""
_REFUSED = re.compile(r"response_?format|json_?schema|json_?object|structured|guided|grammar|xgrammar|outlines", re.IGNORECASE)
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,), "array": (list,), "object": (dict,),
    "null": (type(None),),
}  # fmt: skip


def response_format(wanted: Format, way: Way) -> Json:
    """The field `response_format` of a request's body; None where words must do."""
    if way == "schema":
        return {"type": "json_schema", "json_schema": {"name": wanted.name, "strict": True, "schema": wanted.definition}}
    return {"type": "json_object"} if way == "object" else None


def in_words(messages: tuple[Message, ...], wanted: Format) -> tuple[Message, ...]:
    """The conversation with the schema told at the end of its last user message, or in a new one where there is none."""
    told = Template(_words()).substitute(schema=canonical(wanted.definition)).strip()
    for place in range(len(messages) - 1, -1, -1):
        if messages[place].role == "user":
            said = messages[place].model_copy(update={"content": f"{messages[place].content}\n\n{told}".strip()})
            return (*messages[:place], said, *messages[place + 1 :])
    return (*messages, Message(role="user", content=told))


@cache
def _words() -> str:
    return (files("dive.models") / "prompts" / "schema.md").read_text(encoding="utf-8")


def is_about_format(complaint: str) -> bool:
    """Whether a server's complaint is that it does not take a `response_format`, or not this one."""
    return _REFUSED.search(complaint) is not None


def read_structured(text: str, definition: Json = None) -> dict[str, Json]:
    """The JSON object in a reply, the longest one where there are several; prose and code fences around it are passed over.
    Raises `ValueError` where there is none, or where it breaks the schema at its top level.
    """
    found = max(_objects(text[:LONGEST]), key=lambda pair: pair[0], default=None)
    if found is None:
        raise ValueError("the reply has no JSON object")
    if isinstance(definition, dict):
        check(found[1], definition)
    return found[1]


def check(value: dict[str, Json], definition: dict[str, Json]) -> None:
    """Raise `ValueError` where the object lacks a required key, has a strange one, or a value of the wrong type or outside of
    its enumeration.
    """
    properties = definition.get("properties", {})
    if missing := [key for key in definition.get("required", ()) if key not in value]:
        raise ValueError(f"the reply's object lacks {', '.join(map(repr, missing))}")
    if definition.get("additionalProperties") is False and (strange := [key for key in value if key not in properties]):
        raise ValueError(f"the reply's object has {', '.join(map(repr, strange))}, which the schema does not know")
    for key, wanted in properties.items():
        if key in value and isinstance(wanted, dict):
            _check_value(key, value[key], wanted)


def _check_value(key: str, value: Json, wanted: dict[str, Json]) -> None:
    types = wanted.get("type", ())
    names = [types] if isinstance(types, str) else list(types)
    if names and not any(_is_of(value, name) for name in names):
        raise ValueError(f"{key!r} must be of type {' or '.join(names)}, not {_shown(value)}")
    if "enum" in wanted and value not in wanted["enum"]:
        raise ValueError(f"{key!r} must be one of {', '.join(map(repr, wanted['enum']))}, not {_shown(value)}")


def _is_of(value: Json, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES.get(name, (object,))) or (
        name == "integer" and isinstance(value, float) and value.is_integer()
    )


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _objects(text: str) -> Iterator[tuple[int, dict[str, Json]]]:
    """Objects in a text that do not stand in one another, each with its length."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    place = -1
    for _ in range(MOST_STARTS):
        place = text.find("{", place + 1)
        if place < 0:
            return
        try:
            value, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            continue
        yield end - place, value
        place = end - 1


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")
