"""Reading lists and records in free text: every way in which a text may be split into items, or into pairs of label and value.

The caller compares each reading with the right answer, and one that equals it is enough; no reading adds, drops or changes
what the text says. What the right answer calls an item is never split, so that names with commas in them can be listed with
commas. Tables in Markdown are read as records.
"""

import re
from collections.abc import Iterable, Iterator

from dive.readings import stripped

MAX_PAIRS = 1_000
MAX_KEPT = 100
"""Of more items than this, none is kept whole."""

_BULLET = re.compile(r"^(?:\(?\d{1,3}[.)]|[-*•–·])\s+")
_DIVIDED = re.compile(r"[,;:=&>→\n]| and | is | are |->", re.IGNORECASE)
_PAIR = re.compile(r"[\"'*]{0,3}\s?[:=][\"'*]{0,3}\s?")
_SAID = re.compile(r"[\"'*]{0,3}\s(?:is|are|was|were|→|->|–|—|-)\s[\"'*]{0,3}")
_RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
_HELD = re.compile("\ue000(\\d+)\ue001")


def split_items(text: str, names: Iterable[str] = ()) -> Iterator[list[str]]:
    """The ways in which a text may be a list: by lines, semicolons, arrows, commas, and commas with "and"; `names` stay whole."""
    text, kept = _held(text, names)
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if len(lines) > 1:
        listed = [_item(line.rstrip(";,")) for line in lines]
        yield _released(listed[1:] if lines[0].rstrip("*").endswith(":") else listed, kept)
    line = _BULLET.sub("", " ".join(lines))
    if line[:1] + line[-1:] in ("[]", "()", "{}"):
        line = line[1:-1]
    arrows, conjunctions = re.split(" (?:>|→|->|=>) ", line), re.split(", | and | & ", line, flags=re.IGNORECASE)
    for parts in (line.split(";"), arrows, line.split(", "), conjunctions, line.split(",")):
        yield _released([_item(part) for part in parts if part.strip()], kept)


def read_pairs(text: str, labels: Iterable[str] = (), values: Iterable[str] = ()) -> Iterator[dict[str, str]]:
    """The records that a text may be: `label: value` items, with another sign or `is` between the two, or a table."""
    yield from _tables(text)
    text, kept = _held(text, [*labels, *values])
    for parts in split_items(text):
        for sign in (_PAIR, _SAID):
            pairs = [sign.split(part, maxsplit=1) for part in parts[:MAX_PAIRS]]
            if pairs and all(len(pair) == 2 for pair in pairs) and len({pair[0] for pair in pairs}) == len(pairs):
                yield dict(_released([_clean(key), _clean(value)], kept) for key, value in pairs)


def _tables(text: str) -> Iterator[dict[str, str]]:
    """A table in Markdown, as labels above one row of values, or as rows of a label and a value."""
    lines = [line.strip() for line in text.splitlines() if line.strip()][: MAX_PAIRS + 2]
    if lines and lines[0].endswith(":"):
        lines = lines[1:]
    if len(lines) < 3 or not _RULE.fullmatch(lines[1]) or not all("|" in line for line in lines):
        return
    rows = [[_clean(cell) for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]
    if len(rows) == 2 and len(rows[0]) == len(rows[1]) == len(set(rows[0])):
        yield dict(zip(*rows, strict=True))
    if all(len(row) == 2 for row in rows) and len({row[0] for row in rows}) == len(rows):
        yield dict(row for row in rows[1:])


def _held(text: str, names: Iterable[str]) -> tuple[str, list[str]]:
    """The text with a mark in place of every name that splitting would tear, and what stood there."""
    torn = sorted({name for name in names if _DIVIDED.search(name)}, key=lambda name: (-len(name), name))
    kept: list[str] = []
    if not torn or len(torn) > MAX_KEPT or "\ue000" in text:
        return text, kept

    def hold(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\ue000{len(kept) - 1}\ue001"

    pattern = "|".join(r"\s+".join(map(re.escape, name.split())) for name in torn)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", hold, text, flags=re.IGNORECASE), kept


def _released(items: list[str], kept: list[str]) -> list[str]:
    if not kept:
        return items
    return [_HELD.sub(lambda mark: kept[int(mark[1])] if int(mark[1]) < len(kept) else mark[0], item) for item in items]


def _item(part: str) -> str:
    return stripped(_BULLET.sub("", part.strip(" ,").removeprefix("and ")))


def _clean(text: str) -> str:
    return text.strip().strip("\"'*`").strip()
