"""Run directories: what is on disk after any interruption is a prefix of the run, and nothing is mixed, lost or done twice."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.runs import Run, read_config_of, read_json, read_snapshot, read_tasks
from dive.types import Answer, Derivation, Evidence, Rejection, Seed, Step, Task

SEED = Seed(domain="toys", semantic="toy.name", value="Träumer", source="this test")
TOOLS = [{"name": "size_of", "version": "1"}, {"name": "colour_of", "version": "1 lib==2"}]


def task(index: int, padding: int = 0) -> Task:
    query = f"What is the size of toy {index}?\u2028“{'é' * padding}”"
    derivation = Derivation(steps=(Step(id="e1", tool="size_of", arguments={"toy": str(index)}),), answer="e1.value")
    evidence = (
        Evidence(id="e1", tool="size_of", version="1", arguments={"toy": index}, result={"value": index * 10}),
        Evidence(id="e2", tool="colour_of", version="1 lib==2", arguments={"toy": index % 2}, result=f"red\n{index % 2}"),
    )
    return Task(
        key=f"k{index}", index=index, query=query, answer=Answer(type="integer", value=index * 10), derivation=derivation,
        evidence=evidence, toolset=("size_of",), domain="toys", variant="expert", shape="lookup", seed=SEED, exemplars=(),
        rounds=(),
    )  # fmt: skip


def rejection(index: int) -> Rejection:
    return Rejection(index=index, gate="novel", reason="“old”", domain="toys", seed=SEED, toolset=("size_of",), query="Hm?")


def record(index: int, kept: bool) -> Task | Rejection:
    return task(index) if kept else rejection(index)


def config(**values) -> SynthConfig:
    return SynthConfig.model_validate({"domain": ("toys",), "seed": 3, **values})


def opened(path: Path, observe=lambda record: None, **values) -> Run:
    return Run(path, config(out=path, **values), TOOLS, observe)


def made(path: Path, kinds: list[bool]) -> dict[str, bytes]:
    """A run with an item for each kind (kept or not), and the bytes of its records."""
    with opened(path) as run:
        for index, kept in enumerate(kinds):
            run.commit(record(index, kept))
    return records_of(path)


def records_of(path: Path) -> dict[str, bytes]:
    files = (path / name for name in ("tasks.jsonl", "rejected.jsonl"))
    return {file.name: file.read_bytes() for file in files if file.exists()}


# Another run ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"seed": 4}, "seed was 3, now 4"),
        ({"rounds": 2}, "rounds was 3, now 2"),
        ({"domain": ("toys", "games")}, "domain was ['toys'], now ['toys', 'games']"),
        ({"toolset_min": 5}, "toolset_min was 15, now 5"),
        ({"toolset_max": 51}, "toolset_max was 50, now 51"),
        ({"sampling": "uniform"}, "sampling was 'coverage', now 'uniform'"),
        ({"benchmarks": ("a.jsonl",)}, "benchmarks was [], now ['a.jsonl']"),
        ({"allow_boolean": True}, "allow_boolean was False, now True"),
        ({"seed": 4, "rounds": 1}, "rounds was 3, now 1, seed was 3, now 4"),
    ],
)
def test_another_configuration_is_refused_with_the_difference(tmp_path, changed, said):
    before = made(tmp_path, [True, False])
    with pytest.raises(DiveError) as caught:
        opened(tmp_path, **changed)
    assert str(caught.value) == f"{tmp_path} belongs to another configuration ({said}); choose another --out"
    assert records_of(tmp_path) == before
    opened(tmp_path).close()  # the refused one, whose traceback is still alive, holds no lock


def test_every_field_of_the_configuration_is_identity_or_named_as_none():
    identity = set(config().identity)
    free = {"tasks", "workers", "out", "tools", "in_flight", "max_cost", "max_tokens", "prompts"}
    assert identity | free == set(SynthConfig.model_fields)
    assert not identity & {"tasks", "workers", "out", "tools"}


def test_tasks_workers_and_out_may_differ(tmp_path):
    made(tmp_path / "a", [True, False])
    (tmp_path / "a").rename(tmp_path / "b")
    with opened(tmp_path / "b", tasks=999, workers=7) as run:
        assert (run.done, run.kept) == (2, 1)
    assert read_config_of(tmp_path / "b").tasks == 999


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        (
            [TOOLS[0], {"name": "colour_of", "version": "1 lib==3"}],
            "was begun with colour_of 1 lib==2, but 1 lib==3 is installed",
        ),
        (TOOLS[:1], "was begun with 2 tools, now there are 1 (colour_of is gone)"),
        ([*TOOLS, {"name": "age_of", "version": "1"}], "was begun with 2 tools, now there are 3 (age_of is new)"),
    ],
)
def test_other_tools_are_refused(tmp_path, tools, said):
    made(tmp_path, [True])
    with pytest.raises(DiveError, match=re.escape(said)):
        Run(tmp_path, config(), tools, lambda record: None)
    opened(tmp_path).close()


@pytest.mark.parametrize(
    "text", ["", "tasks: [", "tasks: 0\n", "colour: red\n", "- a\n- b\n", "\x00", b"\xff\xfe\xff"], ids=range(7)
)
def test_a_damaged_configuration_is_named(tmp_path, text):
    made(tmp_path, [True])
    (tmp_path / "config.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    for reading in (lambda: opened(tmp_path), lambda: read_config_of(tmp_path), lambda: read_tasks(tmp_path)):
        with pytest.raises(DiveError, match=r"config\.yaml is damaged: .+") as caught:
            reading()
        assert "\n" not in str(caught.value)


def test_what_is_no_run_directory_is_said_to_be_none(tmp_path):
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(DiveError, match="is not a run directory"):
            read_tasks(path)
        with pytest.raises(DiveError, match=r"snapshot\.sqlite is gone"):
            read_snapshot(path)


def test_a_second_writer_is_refused_while_the_first_is_open(tmp_path):
    program = (
        "import sys; from dive.config import SynthConfig; from dive.runs import Run\n"
        "Run(__import__('pathlib').Path(sys.argv[1]), SynthConfig(), [], print)"
    )
    with opened(tmp_path) as run:
        run.commit(task(0))
        with pytest.raises(DiveError, match=f"another process is writing to {tmp_path}"):
            opened(tmp_path)
        ended = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, env=environment(), check=False
        )
        assert ended.returncode != 0
        assert f"another process is writing to {tmp_path}" in ended.stderr
        run.commit(task(1))
        assert [t.index for t in read_tasks(tmp_path)] == [0, 1]  # readers need no lock
    with opened(tmp_path) as run:
        assert run.done == 2


# Damage ---------------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=6), st.integers(0, 10**6))
def test_a_line_torn_anywhere_is_cut_and_redone(kinds, place):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        whole = made(path, kinds)
        name = "tasks.jsonl" if kinds[-1] else "rejected.jsonl"
        last = whole[name].splitlines(keepends=True)[-1]
        kept = whole[name].removesuffix(last) + last[: place % len(last)]
        (path / name).write_bytes(kept)
        seen = []
        with opened(path, seen.append) as run:
            assert run.done == len(kinds) - 1
            assert run.kept == sum(kinds[:-1])
            assert [r.index for r in seen] == list(range(len(kinds) - 1))
            run.commit(record(run.done, kinds[-1]))
            assert [r.index for r in seen] == list(range(len(kinds)))
        assert records_of(path) == whole
        assert len(read_snapshot(path)) == sum(kinds) + len({n % 2 for n, kept in enumerate(kinds) if kept})


def test_a_torn_line_longer_than_the_buffer_is_cut(tmp_path):
    made(tmp_path, [True])
    before = records_of(tmp_path)
    with opened(tmp_path) as run:
        run.commit(task(1, padding=200_000))
    whole = records_of(tmp_path)
    (tmp_path / "tasks.jsonl").write_bytes(whole["tasks.jsonl"][:-10])
    with opened(tmp_path) as run:
        assert run.done == 1
        assert records_of(tmp_path) == before
        run.commit(task(1, padding=200_000))
    assert records_of(tmp_path) == whole


def test_readers_say_that_the_last_line_is_torn_and_leave_it(tmp_path):
    made(tmp_path, [True, True])
    torn = (tmp_path / "tasks.jsonl").read_bytes()[:-5]
    (tmp_path / "tasks.jsonl").write_bytes(torn)
    with pytest.raises(DiveError, match=r"tasks\.jsonl:2 is torn.*goes on"):
        list(read_tasks(tmp_path))
    assert (tmp_path / "tasks.jsonl").read_bytes() == torn


@pytest.mark.parametrize("name", ["tasks.jsonl", "rejected.jsonl"])
@pytest.mark.parametrize("line", [1, 2, 3])
@pytest.mark.parametrize("damage", [b"{}\n", b"\n", b'{"key": "cut\n', b"\xff\xfe\n", b"null\n"])
def test_a_damaged_line_is_named_with_its_file_and_number(tmp_path, name, line, damage):
    made(tmp_path, [True, False] * 3)
    lines = (tmp_path / name).read_bytes().splitlines(keepends=True)
    lines[line - 1] = damage
    (tmp_path / name).write_bytes(b"".join(lines))
    with pytest.raises(DiveError, match=rf"{name}:{line} is damaged: .+") as caught:
        opened(tmp_path)
    assert "\n" not in str(caught.value)
    assert (tmp_path / name).read_bytes() == b"".join(lines)
    if name == "tasks.jsonl":
        with pytest.raises(DiveError, match=rf"{name}:{line} is damaged"):
            list(read_tasks(tmp_path))


@pytest.mark.parametrize("name", ["tasks.jsonl", "rejected.jsonl"])
@pytest.mark.parametrize("change", ["missing", "twice", "swapped"])
def test_lines_changed_by_hand_are_refused(tmp_path, name, change):
    made(tmp_path, [True, False] * 3)
    first, second, third = (tmp_path / name).read_bytes().splitlines(keepends=True)
    lines = {"missing": [first, third], "twice": [first, second, second, third], "swapped": [first, third, second]}[change]
    (tmp_path / name).write_bytes(b"".join(lines))
    with pytest.raises(DiveError, match=r"item \d is missing or twice in tasks\.jsonl and rejected\.jsonl"):
        opened(tmp_path)
    assert (tmp_path / name).read_bytes() == b"".join(lines)


def test_a_file_of_records_that_is_gone_is_refused(tmp_path):
    made(tmp_path, [True, False, True])
    (tmp_path / "rejected.jsonl").unlink()
    with pytest.raises(DiveError, match="item 1 is missing"):
        opened(tmp_path)


@pytest.mark.parametrize("index", [0, 2])
def test_an_item_out_of_turn_is_not_written(tmp_path, index):
    with opened(tmp_path) as run:
        run.commit(task(0))
        before = records_of(tmp_path)
        with pytest.raises(DiveError, match="item 1 is missing or twice"):
            run.commit(task(index))
        assert records_of(tmp_path) == before
        run.commit(rejection(1))
    assert made(tmp_path / "again", [True, False]) == records_of(tmp_path)


# The snapshot ---------------------------------------------------------------------------------------------------------


def test_a_deleted_snapshot_is_rebuilt_from_the_tasks(tmp_path):
    made(tmp_path, [True, False, True, True])
    (tmp_path / "snapshot.sqlite").unlink()
    with pytest.raises(DiveError, match="gone"):
        read_snapshot(tmp_path)
    (tmp_path / "snapshot.sqlite-wal").write_bytes(b"left over")
    opened(tmp_path).close()
    snapshot = read_snapshot(tmp_path)
    assert len(snapshot) == 3 + 2
    assert snapshot.get("size_of", "1", {"toy": 2}) == {"value": 20}
    assert snapshot.get("colour_of", "1 lib==2", {"toy": 1}) == "red\n1"
    assert snapshot.get("size_of", "1", {"toy": 1}) is None
    snapshot.close()


def test_a_damaged_snapshot_is_named(tmp_path):
    made(tmp_path, [True])
    (tmp_path / "snapshot.sqlite").write_bytes(b"this is no database" * 100)
    with pytest.raises(DiveError, match=r"snapshot\.sqlite cannot be opened as a snapshot"):
        opened(tmp_path)


def test_a_result_is_on_disk_before_its_line(tmp_path):
    with opened(tmp_path) as run:
        run.commit(task(0))
        other = read_snapshot(tmp_path)
        assert other.get("size_of", "1", {"toy": 0}) == {"value": 0}
        other.close()


# Disks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "why"), [("file/run", "Not a directory"), ("file", "File exists"), ("/proc/run", "No such file")]
)
def test_an_unwritable_directory_is_named(tmp_path, place, why):
    (tmp_path / "file").write_text("x")
    with pytest.raises(DiveError, match=f"cannot write to .*{place}: {why}"):
        opened(tmp_path / place)


FILLING = """
import resource, sys
from pathlib import Path
from test_runs import opened, task
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
with opened(Path(sys.argv[1])) as run:
    while run.done < 12:
        run.commit(task(run.done, padding=int(sys.argv[3])))
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}


@pytest.mark.parametrize(
    ("limit", "padding", "file"),
    [(1_000_001, 60_000, "tasks.jsonl"), (50_000, 10, "snapshot.sqlite"), (100, 10, "tools.json"), (0, 0, "tools.json")],
)
def test_a_disk_that_is_full_loses_nothing(tmp_path, limit, padding, file):
    program = [sys.executable, "-c", FILLING, str(tmp_path / "a"), str(limit), str(padding)]
    ended = subprocess.run(program, capture_output=True, text=True, env=environment(), check=False)
    assert ended.returncode == 1
    assert re.search(rf"dive.errors.DiveError: .*{re.escape(file)}", ended.stderr)
    with opened(tmp_path / "b") as run:
        for index in range(12):
            run.commit(task(index, padding))
    whole = records_of(tmp_path / "b")["tasks.jsonl"]
    written = records_of(tmp_path / "a").get("tasks.jsonl", b"")
    assert whole.startswith(written) and written[-1:] in (b"", b"\n") and len(written) < len(whole)
    with opened(tmp_path / "a") as run:
        assert run.done == written.count(b"\n")
        while run.done < 12:
            run.commit(task(run.done, padding))
    assert records_of(tmp_path / "a") == records_of(tmp_path / "b")


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1100k", "tmpfs", str(disk)], capture_output=True, check=False
    ).returncode:
        pytest.skip("a file system cannot be mounted here; the limit on file sizes above stands in")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def synth(out: Path) -> subprocess.CompletedProcess[str]:
    options = "--tasks 24 --domain general --toolset-min 10 --toolset-max 14 --workers 1".split()
    program = [sys.executable, "-m", "dive.cli", "synth", *options, "--out", str(out)]
    return subprocess.run(program, capture_output=True, text=True, env=environment(), check=False)


@pytest.mark.slow
def test_a_full_disk_ends_the_command_with_one_line_and_the_run_goes_on_when_there_is_room(small_disk, tmp_path):
    full = synth(small_disk / "run")
    assert full.returncode == 1
    assert re.fullmatch(
        r"dive: \S+ cannot be written \(.*(full|No space left on device).*\); nothing before this is lost\n", full.stderr
    )
    begun = records_of(small_disk / "run")["tasks.jsonl"].count(b"\n")
    assert 0 < begun < 24
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    resumed, straight = synth(small_disk / "run"), synth(tmp_path / "run")
    assert (resumed.returncode, straight.returncode) == (0, 0), resumed.stderr + straight.stderr
    assert records_of(small_disk / "run") == records_of(tmp_path / "run")


# What holds always ----------------------------------------------------------------------------------------------------


def test_whole_files_are_replaced_at_once(tmp_path):
    with opened(tmp_path) as run:
        run.write("summary.json", {"é": 1})
        assert read_json(tmp_path / "summary.json") == {"é": 1}
        run.write("summary.json", [2])
    assert read_json(tmp_path / "summary.json") == [2]
    assert list(tmp_path.glob("*.part")) == []
    assert yaml.safe_load((tmp_path / "config.yaml").read_text())["domain"] == ["toys"]
    assert read_json(tmp_path / "tools.json") == TOOLS


def test_records_come_back_as_they_were_written(tmp_path):
    made(tmp_path, [True, False, True])
    assert list(read_tasks(tmp_path)) == [task(0), task(2)]
    assert list(read_tasks(tmp_path)) != [task(0), task(1)]
