"""What the prompts of DIVE say, read back from a request: the topic, the round, the calls that are listed, answers to compare.

This is the contract between the pipeline's prompts and the symbolic policy; nothing else of a prompt is read.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dive.fake.asked import Asked
from dive.types import canonical

_ROUND = re.compile(r"\b[Rr]ound (\d+) of (\d+)\.")
_LISTED = re.compile(r"^(e\d+) = ([\w-]+)\((\{.*\})\)$", re.MULTILINE)
Key = tuple[str, str]
"""A call: the tool's name and its arguments as canonical JSON."""


@dataclass(frozen=True)
class Topic:
    """What an item is explored from."""

    value: str
    semantic: str
    domain: str
    rounds: int
    tools: tuple[str, ...]


def line_of(asked: Asked, name: str) -> str:
    """What stands behind `NAME: ` in the latest message of the user that has such a line; empty where none has."""
    for text in reversed(asked.texts("user")):
        if found := re.search(rf"^{re.escape(name)}: (.*)$", text, re.MULTILINE):
            return found[1].strip()
    return ""


def topic_of(asked: Asked) -> Topic | None:
    """The topic, if the request names one and has tools."""
    value, semantic, domain = (line_of(asked, name) for name in ("Topic", "Seed type", "Domain"))
    if not value or not asked.tools:
        return None
    return Topic(value, semantic, domain, round_of(asked)[1], tuple(tool["name"] for tool in asked.tools))


def round_of(asked: Asked) -> tuple[int, int]:
    """The round that is worked on, and how many there are."""
    for text in reversed(asked.texts("user")):
        if found := _ROUND.search(text):
            return int(found[1]), int(found[2])
    return 1, 1


def listed(asked: Asked) -> dict[Key, str]:
    """The calls that the latest list names, each with its name there; of equal calls the first."""
    for text in reversed(asked.texts("user")):
        if rows := _LISTED.findall(text):
            found: dict[Key, str] = {}
            for name, tool, arguments in rows:
                if (key := key_of(tool, arguments)) is not None:
                    found.setdefault(key, name)
            return found
    return {}


def made(asked: Asked) -> set[Key]:
    """The calls that the conversation holds."""
    return {key for call in asked.calls if (key := key_of(call.name, call.arguments)) is not None}


def key_of(tool: str, arguments: str) -> Key | None:
    """A call by tool and canonical arguments; None where the arguments are no JSON."""
    try:
        return tool, canonical(json.loads(arguments))
    except ValueError:
        return None


def questions(asked: Asked) -> Iterator[str]:
    """What the question may be at the beginning of the first message of the user: it ends at the end of some line."""
    text = next(iter(asked.texts("user")), "")
    yield text.strip()
    for place, char in enumerate(text):
        if char == "\n" and place:
            yield text[:place].strip()
