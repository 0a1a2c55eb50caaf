"""Solving a run: attempts, resumption, replay modes, and what each line of solutions.jsonl holds."""

import json
from pathlib import Path

import pytest

from dive.chat import ModelError, Solution
from dive.config import SynthConfig
from dive.errors import DiveError
from dive.runs import read_lines, read_tasks
from dive.solving.solve import SOLUTIONS, SolveConfig, solve
from dive.synthesis.synthesize import synthesize
from dive.tools.pool import ToolPool

CELLAR = Path(__file__).parent.parent / "toys" / "cellar.py"
SOLVER = '''
import json
from dive.chat import ModelError
from dive.models.scripted import called, said
from dive.runs import read_tasks
from dive.types import canonical

TASKS = list(read_tasks({run!r}))
LOG = {log!r}

def task_of(request):
    asked = request.messages[1].content
    return next(t for t in TASKS if asked.startswith(t.query))

def right(request):
    """Makes the calls of the derivation in one turn, and states the answer; the third sample is wrong."""
    with open(LOG, "a") as log:
        log.write(f"{{len(request.messages)}} {{request.sample}}\\n")
    task = task_of(request)
    recorded = {{e.id: e for e in task.evidence}}
    if request.messages[-1].role == "user":
        return called(*[(s.tool, recorded[s.id].arguments) for s in task.derivation.steps])
    value = "nothing" if request.sample == 2 else canonical(task.answer.value)
    return said(f"Final answer: {{value}}")

def elsewhere(request):
    """Calls the tool of the cellar for a wine that no task is about."""
    if request.messages[-1].role == "user":
        return called(("wine_label", {{"wine": "Saperavi"}}))
    return said("Final answer: " + request.messages[-1].content)

def bare(request):
    return said("Final answer: 1" if not request.tools else "Final answer: 2")

def spent(request):
    if len(open(LOG).read().splitlines()) > 6:
        return ModelError("budget", "max_cost is 1")
    return right(request)
'''


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("cellar") / "run"
    config = SynthConfig.model_validate(
        {"tasks": 5, "domain": ("cellar",), "toolset_min": 1, "workers": 1, "tools": (CELLAR,), "only": True, "out": out}
    )
    synthesize(config=config)
    return out


@pytest.fixture
def run(made, tmp_path) -> Path:
    import shutil

    path = tmp_path / "run"
    shutil.copytree(made, path)
    (tmp_path / "solver.py").write_text(SOLVER.format(run=str(path), log=str(tmp_path / "log")))
    (tmp_path / "log").touch()
    return path


def config(run: Path, function="right", **values) -> SolveConfig:
    model = f"scripted:{run.parent / 'solver.py'}:{function}"
    return SolveConfig.model_validate({"model": model, "samples": 3, "replay": "strict", "in_flight": 4, **values})


def solutions(run: Path) -> list[Solution]:
    return list(read_lines(run / SOLUTIONS, Solution))


def log(run: Path) -> list[str]:
    return (run.parent / "log").read_text().splitlines()


pytestmark = pytest.mark.slow


def test_every_task_is_tried_in_order_and_every_attempt_is_a_whole_line(run):
    report = solve(run, config(run))
    tasks, found = list(read_tasks(run)), solutions(run)
    assert (report.tasks, report.solutions, report.endings) == (5, 15, {"answered": 15})
    assert [(s.task, s.sample) for s in found] == [(t.key, n) for t in tasks for n in range(3)]
    for solution in found:
        task = next(t for t in tasks if t.key == solution.task)
        assert solution.trace.messages[1].content.startswith(task.query)
        assert "Final answer:" in solution.trace.messages[1].content
        assert all(call.failure is None for call in solution.trace.calls)
        recorded = {e.id: e for e in task.evidence}
        assert [c.result for c in solution.trace.calls] == [recorded[s.id].result for s in task.derivation.steps]
    assert len({s.key for s in found}) == 15


def test_a_second_command_does_nothing_and_another_model_adds_its_own(run):
    solve(run, config(run))
    before, asked = (run / SOLUTIONS).read_bytes(), len(log(run))
    assert solve(run, config(run)).solutions == 15
    assert (run / SOLUTIONS).read_bytes() == before
    assert len(log(run)) == asked
    assert solve(run, config(run, "bare", samples=1)).solutions == 5
    assert len(solutions(run)) == 20


def test_what_was_interrupted_goes_on_and_nothing_is_asked_twice(run):
    whole = run.parent / "whole"
    import shutil

    shutil.copytree(run, whole)
    solve(whole, config(run))
    first = len(log(run))
    lines = (whole / SOLUTIONS).read_bytes().splitlines(keepends=True)
    (run / SOLUTIONS).write_bytes(b"".join(lines[:6]) + lines[6][:100])  # a torn line, as a kill leaves it
    shutil.copy(whole / "responses.sqlite", run / "responses.sqlite")
    solve(run, config(run))
    assert (run / SOLUTIONS).read_bytes() == (whole / SOLUTIONS).read_bytes()
    assert len(log(run)) == first


def test_a_spent_budget_stops_the_command_and_keeps_what_is_done(run):
    with pytest.raises(ModelError, match="budget"):
        solve(run, config(run, "spent", in_flight=1))
    assert 0 < len(solutions(run)) < 15
    assert not any(s.trace.ending == "model_error" for s in solutions(run))


def test_strict_replay_knows_only_the_snapshot_and_widening_runs_the_tool_once(run):
    pool = ToolPool.of_files([CELLAR], only=True)
    offered = {task.key for task in read_tasks(run) if "wine_label" in task.toolset}
    assert offered
    solve(run, config(run, "elsewhere", samples=1))
    missed = [s.trace.calls[0].failure for s in solutions(run)]
    known = any(e.arguments == {"wine": "Saperavi"} for t in read_tasks(run) for e in t.evidence)
    assert known or all(failure.code == "not_found" for failure in missed)
    solve(run, config(run, "elsewhere", samples=1, replay="widen"), tools=pool)
    wider = [s for s in solutions(run)[-5:] if s.task in offered]
    assert all(s.trace.calls[0].result == {"country": "Georgia", "alcohol": 12.0} for s in wider)
    (run / SOLUTIONS).unlink()
    solve(run, config(run, "elsewhere", samples=1))
    assert all(s.trace.calls[0].failure is None for s in solutions(run) if s.task in offered)  # it is in the snapshot now


def test_widening_needs_the_tools_of_the_run(run):
    with pytest.raises(DiveError, match="--tools"):
        solve(run, config(run, replay="widen"))
    described = json.loads((run / "tools.json").read_text())
    described[0]["version"] = "0 older"
    (run / "tools.json").write_text(json.dumps(described))
    with pytest.raises(DiveError, match="0 older"):
        solve(run, config(run, replay="widen"), tools=ToolPool.of_files([CELLAR], only=True))


def test_without_tools_none_is_offered(run):
    solve(run, config(run, "bare", samples=1, no_tools=True))
    assert {s.trace.final for s in solutions(run)} == {"Final answer: 1"}


def test_an_empty_run_and_a_bad_model_are_refused(run, tmp_path):
    with pytest.raises(DiveError):
        solve(tmp_path / "nowhere", config(run))
    with pytest.raises(DiveError, match="no function"):
        solve(run, config(run, "nobody"))
