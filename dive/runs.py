"""A run: a directory that can be resumed.

It holds `config.yaml`, `tools.json`, `pools.json`, `tasks.jsonl`, `rejected.jsonl`, `snapshot.sqlite` and, at the end,
`summary.json`. Every item leaves exactly one line, in index order, in `tasks.jsonl` or in `rejected.jsonl`; its
results are in the snapshot before the line is written. So whatever was interrupted, what is on disk is a prefix of
the run, plus at most one torn line, which is cut off and redone. A directory is bound to one configuration and to one
writer at a time, and to the tools, seeds and exemplars that it was begun with.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from heapq import merge
from pathlib import Path
from typing import IO, Any, TypeVar

import yaml
from pydantic import ValidationError

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.tools.session import History
from dive.tools.snapshot import Snapshot
from dive.types import Evidence, Json, Record, Rejection, Task

SOLUTIONS, VERDICTS = "solutions.jsonl", "verdicts.jsonl"
"""What solving and verifying add to a run."""
Line = TypeVar("Line", bound=Record)
Observer = Callable[[Task | Rejection], None]
"""Told every committed item once, in index order, those of an interrupted run included."""


class Run:
    """An open run directory. It counts what is committed and keeps no record in memory."""

    def __init__(
        self, path: Path, config: SynthConfig, tools: list[Json], observe: Observer, pools: Mapping[str, Json] | None = None
    ) -> None:
        self.path = path
        self.config = config
        self.kept = 0
        """Tasks committed so far."""
        self.done = 0
        """Items committed so far; the next index."""
        self._observe = observe
        self._stateful = stateful_of(tools)
        self._lock = locked(path)
        try:
            _bind(path, config, tools, pools or {})
            self._resume()
        except BaseException:
            self._lock.close()
            raise

    def _resume(self) -> None:
        """Open the files, cut torn lines off and count what is committed."""
        self._tasks = Lines(self.path / "tasks.jsonl")
        self._rejected = Lines(self.path / "rejected.jsonl")
        rebuild = not (self.path / "snapshot.sqlite").exists()
        if rebuild:
            for stale in self.path.glob("snapshot.sqlite-*"):
                stale.unlink()
        self.snapshot = Snapshot(self.path / "snapshot.sqlite")
        committed: Iterator[Task | Rejection] = merge(
            self._tasks.read(Task), self._rejected.read(Rejection), key=lambda record: record.index
        )
        for record in committed:
            self._check_next(record.index)
            if rebuild and isinstance(record, Task):
                self._record(record)
            self._count(record)

    def _record(self, task: Task) -> None:
        before = done_before(task, self._stateful)
        self.snapshot.add([e for e in task.evidence if e.tool not in self._stateful or e.id in before], before)

    def commit(self, record: Task | Rejection) -> None:
        """Write an item. Raises `DiveError` where the disk is full; what is committed stays."""
        self._check_next(record.index)
        if isinstance(record, Task):
            self._record(record)
            self._tasks.append(record)
        else:
            self._rejected.append(record)
        self._count(record)

    def write(self, name: str, value: Json) -> None:
        """Write a whole JSON file, all or nothing."""
        write_whole(self.path / name, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close all files and let another writer in."""
        for part in (self._tasks, self._rejected, self.snapshot, self._lock):
            part.close()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _count(self, record: Task | Rejection) -> None:
        self.done += 1
        self.kept += isinstance(record, Task)
        self._observe(record)

    def _check_next(self, index: int) -> None:
        if index != self.done:
            raise DiveError(
                f"{self.path}: item {self.done} is missing or twice in tasks.jsonl and rejected.jsonl; "
                "they were changed by hand, so the run cannot go on. Choose another --out"
            )


def stateful_of(tools: list[Json]) -> dict[str, str]:
    """The stateful tools among those of a run, with their providers."""
    return {tool["name"]: tool["provider"] for tool in tools if tool.get("stateful")}


def steps_of(task: Task) -> list[Evidence]:
    """The recorded calls of a task's derivation, in its order."""
    recorded = {call.id: call for call in task.evidence}
    return [recorded[step.id] for step in task.derivation.steps if step.id in recorded]


def done_before(task: Task, stateful: Mapping[str, str]) -> dict[str, str]:
    """What was called before each stateful step of a task, when its derivation is followed from a fresh state."""
    history, before = History(stateful), dict[str, str]()
    for call in steps_of(task):
        done = history.before(call.tool)
        if done is not None:
            before[call.id] = done
        history.add(call.tool, call.arguments)
    return before


class Lines:
    """An append-only JSONL file whose torn last line is cut off on reading."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[bytes] | None = None

    def read(self, kind: type[Line]) -> Iterator[Line]:
        """The whole lines that are there; a torn one is cut off."""
        try:
            self.path.touch()
            _cut_torn_line(self.path)
        except OSError as error:
            raise DiveError(f"{self.path} cannot be written ({error}); nothing before this is lost") from None
        yield from read_lines(self.path, kind)

    def append(self, record: Record) -> None:
        """Write a line, whole or not at all. Raises `DiveError` on a full disk."""
        try:
            if self._file is None:
                self._file = self.path.open("ab", buffering=0)
            start = self._file.tell()
            line = record.model_dump_json().encode() + b"\n"
            written = self._file.write(line)
            if written != len(line):
                self._file.truncate(start)
                raise OSError(28, "No space left on device")
        except OSError as error:
            raise DiveError(f"{self.path} cannot be written ({error}); nothing before this is lost") from None

    def close(self) -> None:
        """Close the file; what was appended is on disk."""
        if self._file is not None:
            self._file.close()

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def count_lines(path: Path) -> int:
    """How many lines a file has, without reading what they say; none where there is no file."""
    try:
        with path.open("rb") as lines:
            return sum(1 for _ in lines)
    except OSError:
        return 0


def read_lines(path: Path, kind: type[Line]) -> Iterator[Line]:
    """The records of a JSONL file. Raises `DiveError` with the line number of one that is damaged."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield kind.model_validate_json(line)
                except ValidationError as error:
                    if not line.endswith(b"\n"):
                        raise DiveError(
                            f"{path}:{number} is torn: the run was stopped there; the command that writes it goes on with it"
                        ) from None
                    raise DiveError(f"{path}:{number} is damaged: {error.errors()[0]['msg']}") from None
    except FileNotFoundError:
        raise DiveError(f"{path} does not exist; is {path.parent} a run directory?") from None


def read_config_of(path: Path) -> SynthConfig:
    """The configuration of a run directory."""
    try:
        return SynthConfig.model_validate(yaml.safe_load((path / "config.yaml").read_text(encoding="utf-8")))
    except OSError:
        raise DiveError(f"{path} is not a run directory: it has no config.yaml") from None
    except (ValueError, yaml.YAMLError) as error:
        raise DiveError(f"{path}/config.yaml is damaged: {' '.join(str(error).split())[:200]}") from None


def read_tasks(path: Path | str) -> Iterator[Task]:
    """The tasks of a run, one at a time."""
    folder = Path(path)
    read_config_of(folder)
    return read_lines(folder / "tasks.jsonl", Task) if (folder / "tasks.jsonl").exists() else iter(())


def read_snapshot(path: Path) -> Snapshot:
    """The snapshot of a run, which must be there."""
    if not (path / "snapshot.sqlite").exists():
        raise DiveError(f"{path}/snapshot.sqlite is gone; `dive synth` with the same options rebuilds it from the tasks")
    return Snapshot(path / "snapshot.sqlite")


def locked(path: Path, name: str = ".lock") -> IO[str]:
    """An open file in a directory that no other process holds open in this way. Raises `DiveError` where one does."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / name).open("w")
    except OSError as error:
        raise DiveError(f"cannot write to {path}: {error.strerror or error}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise DiveError(f"another process is writing to {path}") from None
    return lock


def _bind(path: Path, config: SynthConfig, tools: list[Json], pools: Mapping[str, Json]) -> None:
    """Write the configuration, or refuse a directory that belongs to another one."""
    saved = path / "config.yaml"
    if saved.exists():
        before = read_config_of(path)
        changed = [name for name, value in config.identity.items() if before.identity[name] != value]
        if changed:
            what = ", ".join(f"{n} was {before.identity[n]!r}, now {config.identity[n]!r}" for n in changed)
            raise DiveError(f"{path} belongs to another configuration ({what}); choose another --out")
        _check_tools(path, tools)
        _check_pools(path, pools)
    write_whole(path / "tools.json", json.dumps(tools, indent=1, ensure_ascii=False) + "\n")
    if pools:
        write_whole(path / "pools.json", json.dumps(pools, indent=1) + "\n")
    write_whole(saved, yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False))


def _check_tools(path: Path, tools: list[Json]) -> None:
    """Refuse to go on with tools that would give other tasks than those that the run was begun with."""
    versions = {tool["name"]: tool["version"] for tool in read_json(path / "tools.json")}
    now = {tool["name"]: tool["version"] for tool in tools}
    for name, version in versions.items():
        if now.get(name, version) != version:
            raise DiveError(f"{path} was begun with {name} {version}, but {now[name]} is installed; choose another --out")
    if versions and (other := sorted(versions.keys() ^ now.keys())):
        what = ", ".join(f"{name} is {'new' if name in now else 'gone'}" for name in other[:5])
        raise DiveError(f"{path} was begun with {len(versions)} tools, now there are {len(now)} ({what}); choose another --out")


def _check_pools(path: Path, pools: Mapping[str, Json]) -> None:
    """Refuse to go on with other seeds or exemplars; a run that did not note its own is not refused."""
    for name, before in dict(read_json(path / "pools.json")).items():
        now = pools.get(name, before)
        if now["digest"] != before["digest"]:
            counts = (before["count"], now["count"])
            what = (
                f"{counts[0]:,}, now there are {counts[1]:,}" if counts[0] != counts[1] else f"as many, {counts[1]:,}, but others"
            )
            raise DiveError(f"{path} was begun with other {name} ({what}); give those again, or choose another --out")


def read_json(path: Path) -> Any:
    """A JSON file of a run; an empty list where it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []


def write_whole(path: Path, text: str) -> None:
    """Write a file all or nothing. Raises `DiveError` where that fails."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        raise DiveError(f"cannot write {path}: {error.strerror or error}") from None


def _cut_torn_line(path: Path) -> None:
    with path.open("rb+") as lines:
        lines.seek(0, os.SEEK_END)
        end = position = lines.tell()
        while position > 0:
            step = min(1 << 16, position)
            lines.seek(position - step)
            newline = lines.read(step).rfind(b"\n")
            if newline >= 0:
                position = position - step + newline + 1
                break
            position -= step
        if position < end:
            lines.truncate(position)
