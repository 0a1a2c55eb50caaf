"""Views: a tool's result as a model sees it, JSON text bounded in characters that says what was left out.

A value that fits is shown whole. Of one that does not, the longest parts are cut first: long lists keep their first
items and end with a text that counts the others, long texts end with the number of characters that follow, records keep
their keys as long as there is room to say anything under them. The view is JSON again, and the same for the same value
and limit. Time is linear in the value, but for sorting sizes.
"""

import json
from dataclasses import dataclass
from itertools import takewhile

from dive.types import Failure, Json

MAX_DEPTH = 24
"""Containers nested more deeply are counted instead of shown, where a value must be cut."""
_LEAST = 24
"""Characters below which a cut value says next to nothing."""
_SHORTEST = 5
"""Characters of the shortest view, `"..."`."""


def view(value: Json, limit: int) -> str:
    """The JSON text of a value in at most `limit` characters; valid JSON where `limit` is 5 or more."""
    text = _text(value)
    if len(text) <= limit:
        return text
    if limit < _SHORTEST:
        return text[: max(limit, 0)]
    return _text(_cut(_measured(value, MAX_DEPTH), limit))


def was_cut(value: Json, limit: int) -> bool:
    """Whether the view of a value leaves something out."""
    return len(_text(value)) > limit


def failure_view(failure: Failure) -> str:
    """A failure as a model sees it; messages of tools are bounded, and so is this."""
    return _text({"error": {"code": failure.code, "message": failure.message}})


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


# Sizes --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Node:
    """A value with the length of its JSON text, and its parts likewise."""

    value: Json
    size: int
    parts: tuple["_Node", ...] = ()
    """Items of a list or values of a record; none below the greatest depth."""


def _measured(value: Json, depth: int) -> _Node:
    if depth == 0 or not value or not isinstance(value, list | dict):
        return _Node(value, len(_text(value)))
    parts = tuple(_measured(part, depth - 1) for part in (value.values() if isinstance(value, dict) else value))
    between = 2 * len(parts)  # the brackets, and ", " between parts
    return _Node(value, between + sum(part.size for part in parts) + _key_sizes(value), parts)


def _key_sizes(value: Json) -> int:
    return sum(_key_size(key) for key in value) if isinstance(value, dict) else 0


def _key_size(key: str) -> int:
    return len(_text(key)) + 2


def _level(sizes: list[int], room: int) -> int:
    """The greatest length to which all parts can be cut so that together they fit: the longest are cut first."""
    level, left = 0, room
    for index, size in enumerate(sorted(sizes)):
        level = left // (len(sizes) - index)
        if size > level:
            return level
        left -= size
    return max(sizes, default=level)


# Cutting ------------------------------------------------------------------------------------------------------------


def _cut(node: _Node, room: int) -> Json:
    """The value, cut so that its text fits; `room` is at least that of the shortest view."""
    if node.size <= room:
        return node.value
    cut: Json
    if isinstance(node.value, dict):
        cut = _cut_record(node, room)
    elif isinstance(node.value, list):
        cut = _cut_list(node, room)
    else:
        return _cut_text(node.value if isinstance(node.value, str) else _text(node.value), room)
    return cut if len(_text(cut)) <= room else "..."


def _cut_text(text: str, room: int) -> str:
    note = f"... ({len(text):,} more characters)"
    if room - len(note) - 2 >= 8:
        kept = _beginning(text, room - len(note) - 2)
        return f"{kept}... ({len(text) - len(kept):,} more characters)"
    return _beginning(text, room - _SHORTEST) + "..."


def _beginning(text: str, room: int) -> str:
    """As much of a text as fits when its quotes and control characters are escaped."""
    kept = text[:room]
    while (excess := len(_text(kept)) - 2 - room) > 0:
        kept = kept[: -max(1, excess // 6)]
    return kept


def _cut_list(node: _Node, room: int) -> list[Json]:
    count, sizes = len(node.value), [part.size for part in node.parts]
    if not sizes:
        return [f"... {count:,} items"]
    share = max(room // 4, 2 * _LEAST)
    if _level(sizes, room - 2 * count) >= share:
        return _cut_parts(node.parts, room - 2 * count)
    room -= len(_text([_more(count, count)])) + 2
    kept: list[Json] = []
    for part in node.parts:
        allowed = min(part.size, share) if kept else min(part.size, share, room)
        if allowed > room or allowed < min(part.size, _LEAST):
            break
        kept.append(_cut(part, allowed))
        room -= len(_text(kept[-1])) + 2
    return [*kept, _more(count - len(kept), count)] if kept else [f"... {count:,} items"]


def _more(left: int, count: int) -> str:
    return f"... {left:,} more item{'s' * (left != 1)} ({count:,} in all)"


def _cut_record(node: _Node, room: int) -> dict[str, Json]:
    keys = list(node.value)
    least = [_key_size(key) + 2 + min(part.size, _LEAST) for key, part in zip(keys, node.parts, strict=False)]
    kept = len(least)
    if not least or sum(least) > room:
        room -= len(_text({_other_key(keys): _others(len(keys))})) + 2
        kept = len(list(takewhile(lambda used: used <= room, _sums(least))))
    shown = keys[:kept]
    values = _cut_parts(node.parts[:kept], room - sum(_key_size(key) + 2 for key in shown))
    cut = dict(zip(shown, values, strict=True))
    return cut if kept == len(keys) else {**cut, _other_key(shown): _others(len(keys) - kept)}


def _sums(numbers: list[int]) -> list[int]:
    total, sums = 0, []
    for number in numbers:
        total += number
        sums.append(total)
    return sums


def _others(count: int) -> str:
    return f"{count:,} more key{'s' * (count != 1)}"


def _other_key(keys: list[str]) -> str:
    """The key under which the number of keys left out stands: dots, as many as make it a new one."""
    dots = "..."
    while dots in keys:
        dots += "."
    return dots


def _cut_parts(parts: tuple[_Node, ...], room: int) -> list[Json]:
    """All parts, the longest cut; what one leaves of its share goes to those after it."""
    level = _level([part.size for part in parts], room)
    long = sum(part.size > level for part in parts)
    left = room - sum(part.size for part in parts if part.size <= level)
    values: list[Json] = []
    for part in parts:
        if part.size <= level:
            values.append(part.value)
            continue
        values.append(_cut(part, max(left // long, _SHORTEST)))
        left, long = left - len(_text(values[-1])), long - 1
    return values
