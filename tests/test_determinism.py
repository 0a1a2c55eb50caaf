"""Same configuration, same bytes: for any number of workers and any hash seed, killed or interrupted however often."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dive.runs import read_tasks
from dive.synthesis.check import check_run

pytestmark = pytest.mark.slow
OPTIONS = "--domain general --domain academic --toolset-min 10 --toolset-max 16 --seed 5".split()
TASKS, KILLS = 40, 20
FILES = ("tasks.jsonl", "rejected.jsonl")


def started(out: Path, tasks: int, workers: int, hash_seed: int) -> subprocess.Popen[str]:
    """`dive synth` in a process group of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": str(hash_seed)}
    options = [*OPTIONS, "--tasks", str(tasks), "--workers", str(workers), "--out", str(out)]
    return subprocess.Popen(
        [sys.executable, "-m", "dive.cli", "synth", *options],
        env=environment, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def finished(out: Path, tasks: int, workers: int, hash_seed: int) -> None:
    process = started(out, tasks, workers, hash_seed)
    _, errors = process.communicate(timeout=600)
    assert (process.returncode, errors) == (0, "")


def bytes_of(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() if (out / name).exists() else b"" for name in FILES}


def whole_lines(out: Path) -> dict[str, bytes]:
    return {name: data[: data.rfind(b"\n") + 1] for name, data in bytes_of(out).items()}


def grown(out: Path, process: subprocess.Popen[str], within: float = 90) -> None:
    """Wait until the process has committed something."""
    before, until = sum(map(len, bytes_of(out).values())), time.monotonic() + within
    while sum(map(len, bytes_of(out).values())) == before and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("reference") / "run"
    finished(out, TASKS, workers=1, hash_seed=0)
    assert len(list(read_tasks(out))) == TASKS
    return out


def test_workers_and_hash_seed_do_not_change_a_byte(reference, tmp_path):
    finished(tmp_path / "run", TASKS, workers=2, hash_seed=1)
    assert bytes_of(tmp_path / "run") == bytes_of(reference)


def test_a_run_that_is_killed_over_and_over_loses_nothing_and_does_nothing_twice(reference, tmp_path):
    rng, out = random.Random("kills"), tmp_path / "run"
    kept, busy = dict.fromkeys(FILES, b""), 0
    for kill in range(KILLS):
        process = started(out, 100_000, workers=1 + kill % 2, hash_seed=rng.randrange(1000))
        if kill % 3:
            time.sleep(rng.uniform(0.5, 4))
        else:
            grown(out, process)
            time.sleep(rng.uniform(0, 2))
        assert process.poll() is None, process.communicate()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close(), process.stderr.close()
        lines = whole_lines(out)
        busy += lines != kept
        assert all(lines[name].startswith(kept[name]) for name in FILES)
        kept = lines
    tasks = kept["tasks.jsonl"].count(b"\n") + 3
    assert busy >= 5
    finished(out, tasks, workers=2, hash_seed=3)
    straight = Path(shutil.copytree(reference, tmp_path / "straight"))
    finished(straight, tasks, workers=1, hash_seed=4)
    fewer = min(tasks, TASKS)
    assert bytes_of(out)["tasks.jsonl"].splitlines()[:fewer] == bytes_of(straight)["tasks.jsonl"].splitlines()[:fewer]
    assert tasks < TASKS or bytes_of(out) == bytes_of(straight)
    indexes = [task.index for task in read_tasks(out)]
    assert indexes == sorted(set(indexes)) and len(indexes) == tasks
    report = check_run(out, workers=1)
    assert (report.tasks, report.faults) == (tasks, ())


def test_ctrl_c_stops_at_once_says_how_to_go_on_and_the_run_goes_on_to_the_same_bytes(reference, tmp_path):
    rng, out = random.Random("interrupts"), tmp_path / "run"
    for stop in range(3):
        process = started(out, TASKS, workers=1 + stop % 2, hash_seed=stop)
        if stop < 2:
            grown(out, process)
            time.sleep(rng.uniform(0, 0.4))
        else:
            until = time.monotonic() + 30
            while not (out / ".lock").exists() and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(rng.uniform(1, 3))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the command and to all that it has started
        told = time.monotonic()
        printed, errors = process.communicate(timeout=60)
        assert (process.returncode, printed, errors) == (130, "", f"\nstopped; the same command goes on with {out}\n")
        assert time.monotonic() - told < 15
    assert 0 < bytes_of(out)["tasks.jsonl"].count(b"\n") < TASKS
    finished(out, TASKS, workers=2, hash_seed=9)
    assert bytes_of(out) == bytes_of(reference)
