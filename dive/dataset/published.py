"""The columns of the paper's data sets: `trace_id`, `query`, `answer`, `tools`, `metadata.domain`; read and written.

An answer is text there. Some published rows are generations that failed, with a placeholder for the query or the answer; reading
skips, logs and counts them. Tools may be a list or JSON text, and metadata nested, JSON text or a column with a dot.
"""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from dive.dataset.export.writing import Build, Splits, compact
from dive.dataset.rows import Row
from dive.errors import DiveError
from dive.types import Answer, Json, Record

PLACEHOLDER = re.compile(r"\s*failed to (derive|evolve|generate|explore|synthesi[sz]e)\b", re.IGNORECASE)
"""How the text of a failed generation begins."""
_LOG = logging.getLogger("dive.published")


class Published(Record):
    """A row of a published data set."""

    trace_id: str
    query: str
    answer: str
    tools: tuple[Json, ...]
    """`{"type": "function", "function": {"name", "description", "parameters"}}`."""
    domain: str
    """Such as `medical`, or `medical_general` where general tools are offered too."""


def read_published(path: Path, skipped: Counter[str] | None = None) -> Iterator[Published]:
    """The rows of a JSONL file, or of a JSON file with one list. Placeholders are skipped, and counted in `skipped` by reason.

    Raises `DiveError` with the number of a row that lacks a column or is no JSON.
    """
    for number, values in _records(path):
        try:
            row = _published(values)
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            what = f"column {error} is missing" if isinstance(error, KeyError) else str(error).splitlines()[0]
            raise DiveError(f"{path}:{number} is no row of a published data set: {what}") from None
        if reason := _failed(row):
            _LOG.warning("%s:%d is skipped: %s", path, number, reason)
            if skipped is not None:
                skipped[reason] += 1
        else:
            yield row


def write_published(splits: Splits, build: Build) -> None:
    """Write a file for each split, with one row for each task."""
    for split, rows in splits.items():
        seen = set[str]()
        with build.lines(f"{split}.jsonl") as add:
            for row in build.whole(rows):
                if row.task in seen:
                    build.dropped["another row of the same task"] += 1
                    continue
                seen.add(row.task)
                add(columns(row))
                build.rows[split] += 1


def columns(row: Row) -> dict[str, Json]:
    """A row as it is written."""
    domain = f"{row.domain}_general" if row.variant == "expert_general" else row.domain
    return {
        "trace_id": row.task, "query": row.query, "answer": stated(row.answer), "tools": list(row.tools),
        "metadata": {"domain": domain},
    }  # fmt: skip


def stated(answer: Answer) -> str:
    """An answer as text: texts and dates as they are, others as JSON, with the unit after a number."""
    text = answer.value if isinstance(answer.value, str) else compact(answer.value)
    return f"{text} {answer.unit}" if answer.unit and answer.type in ("number", "integer") else text


def _records(path: Path) -> Iterator[tuple[int, Json]]:
    """The values of a file, with their numbers from 1."""
    try:
        with path.open("rb") as file:
            first = file.read(64).lstrip()[:1]
            file.seek(0)
            if first == b"[":
                yield from enumerate(json.load(file), 1)
                return
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield number, json.loads(line)
                    except ValueError as error:
                        raise DiveError(f"{path}:{number} is no JSON: {error}") from None
    except OSError as error:
        raise DiveError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise DiveError(f"{path} is no JSON: {error}") from None


def _published(values: dict[str, Json]) -> Published:
    metadata = _parsed(values["metadata"]) if "metadata" in values else {"domain": values["metadata.domain"]}
    return Published(
        trace_id=str(values["trace_id"]), query=values["query"] or "", answer=_text(values["answer"]),
        tools=tuple(_parsed(values["tools"]) or ()), domain=metadata["domain"],
    )  # fmt: skip


def _parsed(value: Json) -> Json:
    return json.loads(value) if isinstance(value, str) else value


def _text(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else compact(value)


def _failed(row: Published) -> str:
    """Why a row is no task, or nothing."""
    for name, text in (("query", row.query), ("answer", row.answer)):
        if not text.strip():
            return f"empty {name}"
        if PLACEHOLDER.match(text):
            return f"placeholder for the {name}"
    return ""
