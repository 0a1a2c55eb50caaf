"""The frozen world: recorded results, keyed by (tool, version, canonical arguments), and replay from them.

A snapshot is one SQLite file. Only results that a task uses are recorded; failures are not. Three modes of replay:
`strict` (a miss is an error), `widen` (a miss runs live and is recorded) and `live` (everything runs).
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Literal

from dive.errors import DiveError
from dive.tools.host import Outcome
from dive.types import Evidence, Failure, Json, canonical

Mode = Literal["strict", "widen", "live"]
Caller = Callable[[str, Mapping[str, Json]], Outcome]
"""Whatever answers a tool call: a host, a snapshot, a scripted world."""


class Snapshot:
    """Recorded results in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(path)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS results (tool TEXT, version TEXT, arguments TEXT, result TEXT, "
                "PRIMARY KEY (tool, version, arguments)) WITHOUT ROWID"
            )
            self._db.execute("SELECT tool, version, arguments, result FROM results LIMIT 0")  # a foreign table fails here
        except sqlite3.Error as error:
            raise DiveError(f"{path} cannot be opened as a snapshot: {error}") from None

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM results").fetchone()[0])

    def get(self, tool: str, version: str, arguments: Mapping[str, Json]) -> Json | None:
        """The recorded result, or None."""
        row = self._db.execute(
            "SELECT result FROM results WHERE tool = ? AND version = ? AND arguments = ?",
            (tool, version, canonical(dict(arguments))),
        ).fetchone()
        return None if row is None else json.loads(row[0])

    def add(self, evidence: Iterable[Evidence]) -> None:
        """Record results, all or none; those already there stay as they are. Raises `DiveError` on a full disk."""
        rows = [(e.tool, e.version, canonical(e.arguments), canonical(e.result)) for e in evidence if e.failure is None]
        try:
            with self._db:
                self._db.executemany("INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as error:
            raise DiveError(f"{self.path} cannot be written ({error}); nothing before this is lost") from None

    def close(self) -> None:
        """Close the file; what was added is on disk."""
        self._db.close()


def replaying(snapshot: Snapshot, versions: Mapping[str, str], mode: Mode, live: Caller | None = None) -> Caller:
    """A caller that answers from the snapshot. `versions` gives the recorded version of each tool."""
    if mode != "strict" and live is None:
        raise DiveError(f"replay mode {mode!r} needs tools to run")

    def call(tool: str, arguments: Mapping[str, Json]) -> Outcome:
        try:
            canonical(dict(arguments)).encode()
        except (TypeError, ValueError, RecursionError) as error:
            return Outcome(failure=Failure(code="bad_arguments", message=f"arguments are not JSON: {error}"))
        version = versions.get(tool, "")
        recorded = None if mode == "live" else snapshot.get(tool, version, arguments)
        if recorded is not None:
            return Outcome(result=recorded)
        if live is None:
            missed = f"{tool} {canonical(dict(arguments))} is not in the snapshot"
            return Outcome(failure=Failure(code="not_found", message=missed))
        outcome = live(tool, arguments)
        if mode == "widen" and outcome.failure is None:
            snapshot.add([Evidence(id="e1", tool=tool, version=version, arguments=dict(arguments), result=outcome.result)])
        return outcome

    return call
