"""The frozen world: recorded results, keyed by (tool, version, canonical arguments), and replay from them.

A snapshot is one SQLite file. Only results that a task uses are recorded; failures are not. What a stateful tool answers
rests on what was called before, so the key of its results has a digest of that too (`dive.tools.session.History`), and
they stand in a table of their own. Three modes of replay: `strict` (a miss is an error), `widen` (a miss runs live and is
recorded) and `live` (everything runs).
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Literal

from dive.errors import DiveError
from dive.tools.host import Outcome
from dive.tools.session import History
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
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS stateful (tool TEXT, version TEXT, arguments TEXT, before TEXT, result TEXT, "
                "PRIMARY KEY (tool, version, arguments, before)) WITHOUT ROWID"
            )
            self._db.execute("SELECT tool, version, arguments, result FROM results LIMIT 0")  # a foreign table fails here
            self._db.execute("SELECT tool, version, arguments, before, result FROM stateful LIMIT 0")
        except sqlite3.Error as error:
            raise DiveError(f"{path} cannot be opened as a snapshot: {error}") from None

    def __len__(self) -> int:
        counts = (self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("results", "stateful"))
        return sum(map(int, counts))

    def get(self, tool: str, version: str, arguments: Mapping[str, Json], before: str | None = None) -> Json | None:
        """The recorded result, or None; of a stateful tool the one after the calls that `before` stands for."""
        key: tuple[str, ...] = (tool, version, canonical(dict(arguments)))
        asked = "SELECT result FROM results WHERE tool = ? AND version = ? AND arguments = ?"
        if before is not None:
            key, asked = (*key, before), asked.replace("results", "stateful") + " AND before = ?"
        row = self._db.execute(asked, key).fetchone()
        return None if row is None else json.loads(row[0])

    def add(self, evidence: Iterable[Evidence], before: Mapping[str, str] | None = None) -> None:
        """Record results, all or none; those already there stay as they are. Raises `DiveError` on a full disk.

        `before` names the calls to stateful tools, by their ids, with what was called before each.
        """
        done = [e for e in evidence if e.failure is None]
        stateful = before or {}
        rows = [(*_key(e), canonical(e.result)) for e in done if e.id not in stateful]
        others = [(*_key(e), stateful[e.id], canonical(e.result)) for e in done if e.id in stateful]
        try:
            with self._db:
                self._db.executemany("INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?)", rows)
                self._db.executemany("INSERT OR IGNORE INTO stateful VALUES (?, ?, ?, ?, ?)", others)
        except sqlite3.Error as error:
            raise DiveError(f"{self.path} cannot be written ({error}); nothing before this is lost") from None

    def close(self) -> None:
        """Close the file; what was added is on disk."""
        self._db.close()


def _key(call: Evidence) -> tuple[str, str, str]:
    return call.tool, call.version, canonical(call.arguments)


class Replay:
    """One conversation's view of a snapshot: what is recorded, what has to run, and what is then added.

    `versions` gives the recorded version of each tool, `history` says which tools are stateful and what was called so far. To
    widen, stateful tools always run, since their state is in the process. Raises `DiveError` where tools would have to run
    (`runs`) that nobody gives.
    """

    def __init__(self, snapshot: Snapshot, versions: Mapping[str, str], mode: Mode, history: History, runs: bool) -> None:
        if mode != "strict" and not runs:
            raise DiveError(f"replay mode {mode!r} needs tools to run")
        self._snapshot, self._versions, self._mode, self._history = snapshot, versions, mode, history

    def known(self, tool: str, arguments: Mapping[str, Json]) -> tuple[Outcome | None, str | None]:
        """What is answered without running the tool, None where it has to run; and what was called before."""
        try:
            canonical(dict(arguments)).encode()
        except (TypeError, ValueError, RecursionError) as error:
            return Outcome(failure=unsendable(error)), None
        before = self._history.before(tool)
        self._history.add(tool, arguments)
        runs = self._mode == "live" or (self._mode == "widen" and before is not None)
        recorded = None if runs else self._snapshot.get(tool, self._versions.get(tool, ""), arguments, before)
        if recorded is not None:
            return Outcome(result=recorded), before
        return (Outcome(failure=missed(tool, arguments, before)) if self._mode == "strict" else None), before

    def ran(self, tool: str, arguments: Mapping[str, Json], before: str | None, outcome: Outcome) -> Outcome:
        """What a tool answered, which is added to the snapshot where that is widened."""
        if self._mode == "widen" and outcome.failure is None:
            version = self._versions.get(tool, "")
            made = Evidence(id="e1", tool=tool, version=version, arguments=dict(arguments), result=outcome.result)
            self._snapshot.add([made], None if before is None else {made.id: before})
        return outcome


def replaying(
    snapshot: Snapshot, versions: Mapping[str, str], mode: Mode, live: Caller | None = None, history: History | None = None
) -> Caller:
    """A caller that answers as `Replay` says, and runs tools with `live`."""
    replay = Replay(snapshot, versions, mode, history if history is not None else History({}), live is not None)

    def call(tool: str, arguments: Mapping[str, Json]) -> Outcome:
        outcome, before = replay.known(tool, arguments)
        if outcome is not None or live is None:
            return outcome or Outcome(failure=missed(tool, arguments, before))
        return replay.ran(tool, arguments, before, live(tool, arguments))

    return call


def unsendable(error: Exception) -> Failure:
    """The failure of arguments that are not JSON."""
    return Failure(code="bad_arguments", message=f"arguments are not JSON: {error}")


def missed(tool: str, arguments: Mapping[str, Json], before: str | None) -> Failure:
    """The failure of a call that strict replay does not know; `before` says what was called before it."""
    after = " after these calls" if before else ""
    return Failure(code="not_found", message=f"{tool} {canonical(dict(arguments))} is not in the snapshot{after}")
