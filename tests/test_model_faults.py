"""The whole pipeline against a server that fails in every way: what comes out is right, listed, and paid for once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import get_args

import pytest

from dive.chat import Solution
from dive.config import SynthConfig
from dive.fake.process import FakeServer, fake_server
from dive.fake.settings import FaultName
from dive.runs import read_lines, read_tasks
from dive.solving.solve import SolveConfig, solve
from dive.synthesis.check import check_run
from dive.synthesis.synthesize import synthesize
from dive.types import Rejection
from dive.verify import grade

CELLAR = Path(__file__).parent / "toys" / "cellar.py"
RATE = 0.3
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with fake_server(policy="symbolic", tools=(CELLAR,), only=True, retry_after=0.2, skill=0.7) as running:
        yield running


def model(server: FakeServer) -> str:
    return f"openai:fake@{server.url}?timeout=2&attempts=12"


def config(server: FakeServer, out: Path, **values) -> SynthConfig:
    fixed = {"tasks": 4, "domain": ("cellar",), "toolset_min": 1, "tools": (CELLAR,), "only": True, "workers": 1, "in_flight": 8}
    return SynthConfig.model_validate({**fixed, "collector": model(server), "deriver": model(server), "out": out, **values})


def rejections(run: Path) -> list[Rejection]:
    path = run / "rejected.jsonl"
    return list(read_lines(path, Rejection)) if path.exists() else []


@pytest.mark.parametrize("fault", get_args(FaultName))
def test_under_every_fault_the_run_ends_with_proven_tasks_and_scored_solutions(server, tmp_path, fault):
    server.set(faults={fault: RATE})
    out = tmp_path / "run"
    synthesize(config=config(server, out))
    tasks = {task.key: task for task in read_tasks(out)}
    assert len(tasks) == 4
    assert check_run(out, workers=1).faults == ()
    assert all(rejection.reason for rejection in rejections(out))
    assert not any("sorry" in task.query.lower() or "derive" in task.query.lower() for task in tasks.values())
    solve(out, SolveConfig.model_validate({"model": model(server), "samples": 2, "replay": "strict", "in_flight": 8}))
    found = list(read_lines(out / "solutions.jsonl", Solution))
    assert len(found) == 8
    for solution in found:
        assert solution.trace.ending in ("answered", "empty", "refused", "model_error")
        if solution.trace.ending == "answered":
            assert grade(tasks[solution.task].answer, solution.trace.final).ruling in ("correct", "wrong")
    assert fault in server.totals().by_fault


def command(config: SynthConfig) -> list[str]:
    text = config.model_dump(mode="json")
    roles = [f"--{role}=openai:fake@{text[role]['base_url']}" for role in ("collector", "deriver")]
    sizes = [f"--tasks={config.tasks}", f"--in-flight={config.in_flight}", "--toolset-min=1", "--domain=cellar", "--workers=1"]
    return [sys.executable, "-m", "dive.cli", "synth", *roles, *sizes, f"--tools={CELLAR}", "--only", f"--out={config.out}"]


def test_a_killed_run_goes_on_and_pays_for_nothing_twice(server, tmp_path):
    server.set(faults={}, latency=0.05, sigma=0.5)
    whole = config(server, tmp_path / "whole", tasks=8)
    synthesize(config=whole)
    server.set(faults={"server_error": 0.1, "disconnect": 0.1}, latency=0.05, sigma=0.5)
    stopped = config(server, tmp_path / "stopped", tasks=8)
    begin, killed = time.time(), []
    for enough in (2, 5):
        running = subprocess.Popen(command(stopped), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        while running.poll() is None and lines_in(stopped.out) < enough:
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        killed.append(time.time())
    subprocess.run(command(stopped), check=True, stdout=subprocess.DEVNULL)
    for name in ("tasks.jsonl", "rejected.jsonl"):
        assert (stopped.out / name).read_bytes() == (whole.out / name).read_bytes()
    answered = [entry for entry in server.log() if entry.answered and entry.t0 >= begin]
    times: dict[str, list[float]] = {}
    for entry in answered:
        times.setdefault(entry.key, []).append(entry.t1)
    # a reply that left the server in the instant of a kill may not have reached the disk of the client
    again = [moments[:-1] for moments in times.values() if len(moments) > 1]
    assert all(min(abs(moment - kill) for kill in killed) < 0.2 for moments in again for moment in moments)
    assert len(again) <= 2


def lines_in(run: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in (run / "tasks.jsonl", run / "rejected.jsonl") if path.exists())
