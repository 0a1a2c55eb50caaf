"""Benchmark questions on the user's disk, as a set of 8-grams that no task, exemplar or seed may share.

The files are read for this check only; nothing of them is stored or sampled.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from dive.errors import DiveError
from dive.synthesis.gates import hash_of, ngrams

Item = TypeVar("Item")


def benchmark_grams(paths: Sequence[Path]) -> frozenset[int]:
    """Hashes of all 8-grams in the texts of the files."""
    return frozenset(hash_of(gram) for path in paths for text in texts_in(path) for gram in ngrams(text) if len(gram) == 8)


def files_in(path: Path) -> list[Path]:
    """The file itself, or the files of a folder and of those below it that may hold questions, in the order of their names."""
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and p.suffix in (".jsonl", ".json", ".csv", ".txt", ".md"))


def texts_in(path: Path) -> Iterator[str]:
    """Every text of a JSONL, JSON, CSV or plain text file; a folder is walked."""
    if path.is_dir():
        for part in files_in(path):
            yield from texts_in(part)
        return
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".jsonl":
            for line in filter(None, map(str.strip, text.split("\n"))):
                yield from _strings(json.loads(line))
        elif path.suffix == ".json":
            yield from _strings(_json(text))
        elif path.suffix == ".csv":
            for row in csv.reader(io.StringIO(text, newline="")):
                yield from row
        else:
            yield text
    except (OSError, ValueError, RecursionError, csv.Error) as error:
        raise DiveError(f"benchmark file {path} cannot be read: {error}") from None


def without_overlap(items: Iterable[Item], grams: frozenset[int], text_of: Callable[[Item], str]) -> list[Item]:
    """The seeds or exemplars that share no 8-gram with a benchmark."""
    if not grams:
        return list(items)
    return [item for item in items if not any(len(g) == 8 and hash_of(g) in grams for g in ngrams(text_of(item)))]


def _json(text: str) -> object:
    """The value of a JSON file, or those of its lines: some benchmarks call their JSON Lines `.json`."""
    try:
        return json.loads(text)
    except ValueError:
        lines = [line for line in map(str.strip, text.split("\n")) if line]
        if len(lines) < 2:
            raise
        return [json.loads(line) for line in lines]


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
