"""How an export reaches the disk: into a folder beside its place, moved there when it is whole, with a report of itself.

Rows are iterators and pass once; what is held in memory does not grow with their number, but for distinct tools. A folder
that holds something else than an export is never touched, one that holds another export only when told to.
"""

import json
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import Field

from dive.dataset.rows import Purpose, Row
from dive.errors import DiveError
from dive.tools.snapshot import Mode
from dive.types import Json, Record

REPORT = "export.json"
"""The file that marks a folder as an export."""
Parallel = Literal["join", "serial", "drop"]
Splits = Mapping[str, Iterable[Row]]


class ExportOptions(Record):
    """What can be chosen about an export. Each format uses what concerns it."""

    overwrite: bool = False
    """Replace another export that lies in the folder."""
    name: str = Field(default="dive_tasks", pattern=r"^[a-z][a-z0-9_]*$")
    """What the data set, its source column and its package are called."""
    runs: tuple[Path, ...] = ()
    """Run directories whose snapshots answer the tool calls of environments (verl, nemo_gym, verifiers)."""
    replay: Mode = "strict"
    """How environments answer calls: `strict` from the snapshot alone, which holds the calls of derivations and no others;
    `widen` runs other calls live and records them; `live` runs all.
    """
    format_weight: float = Field(default=0.1, ge=0)
    """Alpha in `reward = alpha * format + correct`, of environments."""
    lists: bool = False
    """jsonl, trl: tools as lists and call arguments as objects instead of JSON text."""
    parallel: Parallel = "join"
    """llama_factory: results of parallel calls joined in one turn, calls made one after the other, or such rows dropped."""
    rows_per_group: int = Field(default=1_000, ge=1)
    """parquet, verl: rows that are held in memory and written together."""


class Export(Record):
    """What an export wrote, and what it changed or left out."""

    format: str
    folder: str = ""
    """Where it lies; not in the file itself, which is the same wherever that is."""
    rows: dict[str, int]
    """Rows written, by split."""
    files: dict[str, int]
    """Bytes of each file."""
    changed: dict[str, int] = Field(default_factory=dict)
    """What could not stay as it was, with how often."""
    dropped: dict[str, int] = Field(default_factory=dict)
    """Why rows were left out, with how many."""


@dataclass
class Build:
    """An export in the making."""

    place: Path
    """The folder to write to."""
    options: ExportOptions
    rows: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)

    def text(self, name: str, text: str) -> None:
        """Write a whole text file."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")

    def json(self, name: str, value: Json) -> None:
        """Write a whole JSON file."""
        self.text(name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")

    @contextmanager
    def lines(self, name: str) -> Iterator[Callable[[Json], None]]:
        """A JSONL file, given as the function that adds a line."""
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield lambda value: file.writelines((compact(value), "\n"))

    def whole(self, rows: Iterable[Row], purpose: Purpose | None = None) -> Iterator[Row]:
        """The rows that can be written at all, and that serve the purpose; the others are counted."""
        for row in rows:
            reason = f"not for {purpose}" if purpose is not None and row.purpose != purpose else unwritable(row)
            if reason:
                self.dropped[reason] += 1
            else:
                yield row

    def one_purpose(self, rows: Iterable[Row], split: str) -> Iterator[Row]:
        """Rows that all serve one purpose, since their columns differ. Raises `DiveError` otherwise."""
        first: Purpose | None = None
        for row in self.whole(rows):
            first = first or row.purpose
            if row.purpose != first:
                raise DiveError(f"split {split!r} mixes rows for {first} and {row.purpose} (row {row.id}); export them apart")
            yield row


def compact(value: Json) -> str:
    """One line of JSON text with every float as Python writes it. Raises `ValueError` for NaN."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def unwritable(row: Row) -> str:
    """Why a row cannot be written in any format, or nothing: text with half a character, or no conversation."""
    if not row.messages:
        return "no messages"
    try:
        row.model_dump_json().encode()
    except (UnicodeEncodeError, ValueError):
        return "text that is not Unicode"
    return ""


@contextmanager
def building(format: str, folder: Path, options: ExportOptions) -> Iterator[Build]:
    """A build that takes its place in `folder` when the block ends well, with its report in `export.json`."""
    _check_free(folder, options.overwrite)
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    place.chmod(0o755)
    try:
        build = Build(place, options)
        yield build
        (place / REPORT).write_text(report_of(build, format).model_dump_json(indent=1) + "\n", encoding="utf-8")
        _move(place, folder)
    except OSError as error:
        raise DiveError(f"cannot write {folder}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def report_of(build: Build, format: str) -> Export:
    """What a build has written so far."""
    files = sorted(path for path in build.place.rglob("*") if path.is_file() and path.name != REPORT)
    return Export(
        format=format, rows=dict(build.rows), changed=dict(sorted(build.changed.items())),
        dropped=dict(sorted(build.dropped.items())),
        files={str(path.relative_to(build.place)): path.stat().st_size for path in files},
    )  # fmt: skip


def read_report(folder: Path) -> Export:
    """The report that an export left. Raises `DiveError` where there is none."""
    try:
        return Export.model_validate_json((folder / REPORT).read_bytes()).model_copy(update={"folder": str(folder)})
    except (OSError, ValueError):
        raise DiveError(f"{folder} holds no export: its {REPORT} is missing or damaged") from None


def checked_splits(splits: Splits) -> Splits:
    """Splits whose names can be file names."""
    for name in splits:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise DiveError(f"{name!r} cannot name a split; use small letters, digits and _, such as train and eval")
    return splits


def _check_free(folder: Path, overwrite: bool) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / REPORT).is_file():
        raise DiveError(f"{folder} exists and holds no export of dive; choose another folder")
    if not overwrite:
        raise DiveError(f"{folder} holds an export already; choose another folder, or have it overwritten")


def _move(place: Path, folder: Path) -> None:
    if not folder.exists():
        os.replace(place, folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    os.replace(folder, old)
    os.replace(place, folder)
    shutil.rmtree(old, ignore_errors=True)
