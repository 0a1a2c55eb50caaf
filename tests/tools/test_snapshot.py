"""The frozen world keeps what it was given: keys, first records, failures left out, full disks, foreign files."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dive.errors import DiveError
from dive.tools.host import Outcome
from dive.tools.session import History
from dive.tools.snapshot import Snapshot, replaying
from dive.types import Evidence, Failure, Json


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Snapshot]:
    made = Snapshot(tmp_path / "snapshot.sqlite")
    yield made
    made.close()


def evidence(arguments: dict[str, Json], result: Json, tool: str = "mass", version: str = "1", **more: Any) -> Evidence:
    return Evidence(id="e1", tool=tool, version=version, arguments=arguments, result=result, **more)


class Live:
    """A world that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Json]]] = []

    def __call__(self, tool: str, arguments: Mapping[str, Json]) -> Outcome:
        self.asked.append((tool, dict(arguments)))
        if arguments == {"name": "unobtainium"}:
            return Outcome(failure=Failure(code="not_found", message="no compound for 'unobtainium'"))
        return Outcome(result={"value": len(self.asked)})


# --- what goes wrong --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("content", [b"this is no database\n" * 100, b"\x00" * 4096, b"SQLite format 3\x00" + b"junk" * 2000])
def test_a_file_that_is_no_database(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(DiveError, match=r"notes\.txt cannot be opened as a snapshot"):
        Snapshot(path)
    assert path.read_bytes() == content, "a foreign file is left as it is"


def test_a_database_of_something_else(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE results (run TEXT, score REAL)")
    other.close()
    with pytest.raises(DiveError, match=r"other\.sqlite cannot be opened as a snapshot"):
        Snapshot(path)


@pytest.mark.parametrize("where", ["missing/snapshot.sqlite", "", "file/snapshot.sqlite"])
def test_a_place_where_no_file_can_be(tmp_path, where):
    (tmp_path / "file").write_text("")
    with pytest.raises(DiveError, match="cannot be opened as a snapshot"):
        Snapshot(tmp_path / where)


FILL = """
import sys
from pathlib import Path
from dive.errors import DiveError
from dive.tools.snapshot import Snapshot
from dive.types import Evidence

if sys.argv[2] == "limited":
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

def evidence(index, part, size):
    return Evidence(id="e1", tool="t", version="1", arguments={"i": index, "part": part}, result={"value": "x" * size})

snapshot = Snapshot(Path(sys.argv[1]))
kept = 0
try:
    while kept < 1000:
        snapshot.add([evidence(kept, part, 4000) for part in ("a", "b")])
        kept += 1
except DiveError as error:
    print(kept)
    print(error)
print(len(snapshot), flush=True)
assert snapshot.get("t", "1", {"i": 0, "part": "a"}) == {"value": "x" * 4000}
"""


def check_full(path: Path, how: str) -> None:
    done = subprocess.run([sys.executable, "-c", FILL, str(path), how], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept, message, entries = done.stdout.splitlines()
    assert "snapshot.sqlite cannot be written" in message
    assert "nothing before this is lost" in message
    assert int(entries) == 2 * int(kept) > 0, "the batch that did not fit is left out as a whole"
    copy = path.parent.parent / "copy"
    shutil.copytree(path.parent, copy)
    again = Snapshot(copy / path.name)
    assert len(again) == int(entries), "what was recorded is on disk"
    assert all(again.get("t", "1", {"i": i, "part": p}) == {"value": "x" * 4000} for i in range(int(kept)) for p in "ab")
    again.close()
    assert sqlite3.connect(copy / path.name).execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_disk_that_is_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("cannot mount a small file system here")
    try:
        check_full(disk / "snapshot.sqlite", "small disk")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_file_that_may_not_grow(tmp_path):
    (tmp_path / "disk").mkdir()
    check_full(tmp_path / "disk" / "snapshot.sqlite", "limited")


def test_a_batch_is_recorded_whole_or_not_at_all(snapshot):
    snapshot.add([evidence({"name": "water"}, {"value": 18.0})])
    with pytest.raises(ValueError, match="not JSON compliant"):
        snapshot.add([evidence({"name": "ethanol"}, {"value": 46.1}), evidence({"name": "x"}, {"value": float("nan")})])
    assert len(snapshot) == 1


# --- keys -------------------------------------------------------------------------------------------------------------
def test_what_is_added_is_got_back(snapshot):
    result = {"value": 194.19, "names": ["caffeine", "Koffein ☕"], "none": None, "flag": True, "deep": {"a": [1, 2.0]}}
    snapshot.add([evidence({"name": "caffeine"}, result)])
    got = snapshot.get("mass", "1", {"name": "caffeine"})
    assert got == result
    assert [type(x) for x in got["deep"]["a"]] == [int, float]
    assert len(snapshot) == 1


@pytest.mark.parametrize(
    ("tool", "version", "arguments"),
    [
        ("masses", "1", {"n": 1, "deep": {"b": 2, "a": [1, 2]}}),
        ("mass", "2", {"n": 1, "deep": {"b": 2, "a": [1, 2]}}),
        ("mass", "1", {"n": 1.0, "deep": {"b": 2, "a": [1, 2]}}),
        ("mass", "1", {"n": True, "deep": {"b": 2, "a": [1, 2]}}),
        ("mass", "1", {"n": "1", "deep": {"b": 2, "a": [1, 2]}}),
        ("mass", "1", {"n": 1, "deep": {"b": 2, "a": [2, 1]}}),
        ("mass", "1", {"n": 1, "deep": {"b": 2, "a": [1, 2]}, "more": None}),
        ("mass", "1", {"n": 1}),
        ("mass", "1", {}),
    ],
)
def test_another_call_is_another_key(snapshot, tool, version, arguments):
    snapshot.add([evidence({"n": 1, "deep": {"b": 2, "a": [1, 2]}}, {"value": 1})])
    assert snapshot.get(tool, version, arguments) is None
    snapshot.add([evidence(arguments, {"value": 2}, tool, version)])
    assert (len(snapshot), snapshot.get(tool, version, arguments)) == (2, {"value": 2})


def test_the_order_of_arguments_does_not_matter(snapshot):
    snapshot.add([evidence({"b": 1, "a": {"d": 1, "c": 2}}, {"value": 1})])
    assert snapshot.get("mass", "1", {"a": {"c": 2, "d": 1}, "b": 1}) == {"value": 1}


def test_the_first_record_of_a_call_stays(snapshot):
    snapshot.add([evidence({"n": 1}, {"value": "first"})])
    snapshot.add([evidence({"n": 1}, {"value": "second"}), evidence({"n": 2}, {"value": "new"})])
    assert snapshot.get("mass", "1", {"n": 1}) == {"value": "first"}
    assert snapshot.get("mass", "1", {"n": 2}) == {"value": "new"}


def test_failures_are_not_recorded(snapshot):
    failed = evidence({"n": 1}, None, failure=Failure(code="not_found", message="no compound"))
    snapshot.add([failed, evidence({"n": 2}, {"value": 2})])
    assert (len(snapshot), snapshot.get("mass", "1", {"n": 1})) == (1, None)


def test_records_outlive_their_process_and_have_two_readers(tmp_path):
    path = tmp_path / "snapshot.sqlite"
    writer, reader = Snapshot(path), Snapshot(path)
    assert reader.get("mass", "1", {"n": 1}) is None
    writer.add([evidence({"n": 1}, {"value": 1})])
    assert reader.get("mass", "1", {"n": 1}) == {"value": 1}, "a reader sees what another process has recorded since"
    third = subprocess.run(
        [sys.executable, "-c",
         "import sys; from pathlib import Path; from dive.tools.snapshot import Snapshot\n"
         "s = Snapshot(Path(sys.argv[1])); print(s.get('mass', '1', {'n': 1})); sys.stdout.flush(); import os; os._exit(1)",
         str(path)], capture_output=True, text=True,
    )  # fmt: skip
    assert third.stdout.strip() == "{'value': 1}", third.stderr
    reader.add([evidence({"n": 2}, {"value": 2})])
    assert writer.get("mass", "1", {"n": 2}) == {"value": 2}
    writer.close()
    reader.close()
    assert os.listdir(tmp_path) == ["snapshot.sqlite"], "closed, a snapshot is one file"
    assert len(Snapshot(path)) == 2


# --- replay -----------------------------------------------------------------------------------------------------------
VERSIONS = {"mass": "1 rdkit==2026.9.1"}


@pytest.fixture
def recorded(snapshot: Snapshot) -> Snapshot:
    snapshot.add([evidence({"name": "caffeine"}, {"value": 194.19}, version=VERSIONS["mass"])])
    return snapshot


def test_a_strict_miss_is_not_found_and_asks_nobody(recorded):
    live = Live()
    call = replaying(recorded, VERSIONS, "strict")
    missed = call("mass", {"name": "theobromine"})
    assert missed.failure is not None
    assert missed.failure.code == "not_found"
    assert 'mass {"name":"theobromine"} is not in the snapshot' in missed.failure.message
    assert call("mass", {"name": "caffeine"}).result == {"value": 194.19}
    assert (len(recorded), live.asked) == (1, [])


@pytest.mark.parametrize("versions", [{}, {"mass": "1"}, {"mass": "1 rdkit==2027.1"}])
def test_another_version_is_a_miss(recorded, versions):
    failure = replaying(recorded, versions, "strict")("mass", {"name": "caffeine"}).failure
    assert failure is not None
    assert failure.code == "not_found"


@pytest.mark.parametrize("mode", ["strict", "widen", "live"])
@pytest.mark.parametrize("arguments", [{"name": float("nan")}, {"name": "\ud800"}, {"name": {1}}, {"name": b""}])
def test_arguments_that_are_not_json(recorded, mode, arguments):
    failure = replaying(recorded, VERSIONS, mode, Live())("mass", arguments).failure
    assert failure is not None
    assert failure.code == "bad_arguments"


@pytest.mark.parametrize("mode", ["widen", "live"])
def test_a_mode_that_runs_tools_needs_them(recorded, mode):
    with pytest.raises(DiveError, match=f"replay mode '{mode}' needs tools to run"):
        replaying(recorded, VERSIONS, mode)


def test_widen_runs_what_is_not_recorded_and_records_it(recorded):
    live = Live()
    call = replaying(recorded, VERSIONS, "widen", live)
    assert call("mass", {"name": "caffeine"}).result == {"value": 194.19}
    assert live.asked == []
    for _ in range(2):
        assert call("mass", {"name": "water"}).result == {"value": 1}
    assert live.asked == [("mass", {"name": "water"})]
    assert recorded.get("mass", VERSIONS["mass"], {"name": "water"}) == {"value": 1}
    assert replaying(recorded, VERSIONS, "strict")("mass", {"name": "water"}).result == {"value": 1}


def test_widen_does_not_record_failures(recorded):
    live = Live()
    call = replaying(recorded, VERSIONS, "widen", live)
    for _ in range(2):
        failure = call("mass", {"name": "unobtainium"}).failure
        assert failure is not None
        assert failure.message == "no compound for 'unobtainium'"
    assert (len(live.asked), len(recorded)) == (2, 1)


def test_live_neither_reads_nor_records(recorded):
    live = Live()
    call = replaying(recorded, VERSIONS, "live", live)
    assert [call("mass", {"name": "caffeine"}).result for _ in range(2)] == [{"value": 1}, {"value": 2}]
    assert len(recorded) == 1
    assert recorded.get("mass", VERSIONS["mass"], {"name": "caffeine"}) == {"value": 194.19}


# --- states -----------------------------------------------------------------------------------------------------------
STATEFUL = {"count": "counter", "raise": "counter"}


def counted(number: int) -> Evidence:
    return evidence({}, {"value": number}, tool="count").model_copy(update={"id": f"e{number}"})


def test_results_of_a_stateful_tool_are_told_apart_by_what_was_called_before(snapshot):
    history, before = History(STATEFUL), {}
    for number in (1, 2, 3):
        before[f"e{number}"] = history.before("count")
        history.add("count", {})
    snapshot.add([counted(n) for n in (1, 2, 3)], before)
    assert [snapshot.get("count", "1", {}, done) for done in before.values()] == [{"value": n} for n in (1, 2, 3)]
    assert snapshot.get("count", "1", {}) is None, "a tool without a state is another matter"
    assert snapshot.get("count", "1", {}, "another past") is None
    assert len(snapshot) == 3


def test_strict_replay_follows_the_calls(snapshot):
    snapshot.add([counted(1)], {"e1": ""})
    past = History(STATEFUL)
    past.add("count", {})
    snapshot.add([counted(2)], {"e2": past.before("count")})
    history = History(STATEFUL)
    call = replaying(snapshot, {"count": "1", "raise": "1"}, "strict", history=history)
    assert [call("count", {}).result for _ in range(2)] == [{"value": 1}, {"value": 2}]
    missed = call("count", {}).failure
    assert missed.code == "not_found" and missed.message == "count {} is not in the snapshot after these calls"
    history.clear()
    assert call("count", {}).result == {"value": 1}
    history.clear()
    assert call("raise", {"by": 5}).failure.code == "not_found"
    assert call("count", {}).failure.code == "not_found", "it was called after something else"


def test_to_widen_stateful_tools_always_run(snapshot):
    snapshot.add([counted(1)], {"e1": ""})
    live, history = Live(), History(STATEFUL)
    call = replaying(snapshot, {"count": "1"}, "widen", live, history)
    assert [call("count", {}).result for _ in range(2)] == [{"value": 1}, {"value": 2}]
    assert len(live.asked) == 2, "or the process would be in another state than the record"
    assert len(snapshot) == 2


def test_a_snapshot_from_before_there_were_states_is_read_and_added_to(tmp_path):
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as old:
        old.execute(
            "CREATE TABLE results (tool TEXT, version TEXT, arguments TEXT, result TEXT, "
            "PRIMARY KEY (tool, version, arguments)) WITHOUT ROWID"
        )
        old.execute("""INSERT INTO results VALUES ('mass', '1', '{"name":"water"}', '{"value":18.0}')""")
    old.close()
    snapshot = Snapshot(path)
    assert snapshot.get("mass", "1", {"name": "water"}) == {"value": 18.0}
    snapshot.add([counted(1)], {"e1": ""})
    assert (snapshot.get("count", "1", {}, ""), len(snapshot)) == ({"value": 1}, 2)
    snapshot.close()
