"""Runs with tools that keep a state: proven tasks, the same for any number of workers, and what rests on an earlier call."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from dive.commands.imports import _replayed
from dive.config import SynthConfig
from dive.runs import done_before, read_tasks, stateful_of, steps_of
from dive.synthesis.check import check_run
from dive.synthesis.item import Remembering, key_of
from dive.synthesis.synthesize import synthesize
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool
from dive.tools.session import Session
from dive.tools.snapshot import Snapshot
from dive.types import Answer, Derivation, Evidence, Rejection, Step

DESK = Path(__file__).parent / "toys" / "desk.py"


def made(out: Path, **values) -> Path:
    fixed = {"tasks": 6, "domain": ("desk",), "toolset_min": 3, "tools": (DESK,), "only": True, "workers": 1, "out": out}
    synthesize(config=SynthConfig.model_validate({**fixed, **values}))
    return out


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    return made(tmp_path_factory.mktemp("desk"))


pytestmark = pytest.mark.slow


def test_tasks_rest_on_tools_that_keep_a_state(run):
    tasks = list(read_tasks(run))
    assert len(tasks) == 6
    used = [{step.tool for step in task.derivation.steps} for task in tasks]
    assert all("file_note" in tools for tools in used) and any("drawer_load" in tools for tools in used)
    assert all(task.volatile == () for task in tasks)
    assert {t["name"] for t in json.loads((run / "tools.json").read_text()) if t.get("stateful")} == {"file_note", "drawer_load"}


def test_what_rests_on_a_call_that_is_left_out_is_rejected(run):
    rejections = [Rejection.model_validate_json(line) for line in (run / "rejected.jsonl").read_text().splitlines()]
    caught = [r for r in rejections if r.gate == "executed"]
    assert caught
    assert all("gives another result when run again" in r.reason or "order" in r.reason for r in caught)


def test_two_workers_give_the_same_bytes(run, tmp_path):
    made(tmp_path, workers=2)
    for name in ("tasks.jsonl", "rejected.jsonl"):
        assert (tmp_path / name).read_bytes() == (run / name).read_bytes()


def test_every_task_is_proven_again_from_the_snapshot_and_by_running_the_tools(run):
    strict = check_run(run, workers=1)
    live = check_run(run, live=True, workers=2, tools=ToolPool.load(DESK))
    assert (strict.tasks, strict.faults, live.tasks, live.faults) == (6, (), 6, ())


def test_the_snapshot_knows_what_was_called_before(run):
    stateful = stateful_of(json.loads((run / "tools.json").read_text()))
    snapshot, later = Snapshot(run / "snapshot.sqlite"), 0
    for task in read_tasks(run):
        before = done_before(task, stateful)
        later += any(before.values())
        for call in task.evidence:
            if call.id in before:
                assert snapshot.get(call.tool, call.version, call.arguments, before[call.id]) == call.result
    snapshot.close()
    assert later
    with sqlite3.connect(run / "snapshot.sqlite") as db:
        assert db.execute("SELECT count(*) FROM results WHERE tool IN ('file_note', 'drawer_load')").fetchone() == (0,)
    db.close()


def test_a_served_task_is_answered_in_the_order_of_its_derivation(run):
    task = next(t for t in read_tasks(run) if len({s.tool for s in t.derivation.steps} & {"file_note", "drawer_load"}) == 2)
    steps = steps_of(task)
    call = _replayed(run, "strict", lambda tool, arguments: Outcome())
    assert [call(step.tool, step.arguments).result for step in steps] == [step.result for step in steps]
    call = _replayed(run, "strict", lambda tool, arguments: Outcome())
    answers = [call(step.tool, step.arguments) for step in reversed(steps)]
    assert {answer.failure.code for answer in answers if answer.failure} == {"not_found"}, "that order was not recorded"


def test_a_deleted_snapshot_is_rebuilt_with_its_states(run, tmp_path):
    copy = Path(shutil.copytree(run, tmp_path / "copy"))
    for file in copy.glob("snapshot.sqlite*"):
        file.unlink()
    made(copy)
    assert check_run(copy, workers=1).faults == ()


def test_a_task_that_rests_on_a_write_which_it_does_not_show_fails_both_checks(run, tmp_path):
    """A note was filed before the drawer was weighed, and the derivation does not say so."""
    copy = Path(shutil.copytree(run, tmp_path / "copy"))
    pool = ToolPool.load(DESK)
    with Session(pool, hash_seed=1) as session:
        drawer = session.call("file_note", {"topic": "river maps"}).result["drawer"]
        result = session.call("drawer_load", {"drawer": drawer}).result
    call = Evidence(id="e2", tool="drawer_load", version=pool["drawer_load"].version, arguments={"drawer": drawer}, result=result)
    step = Step(id="e2", tool="drawer_load", arguments={"drawer": repr(drawer)})
    query = f"What is the weight of the {drawer} drawer? Answer in g, to one decimal place."
    derivation = Derivation(steps=(step,), answer="round(e2.weight, 1)")
    task = next(read_tasks(copy)).model_copy(
        update={
            "query": query, "derivation": derivation, "key": key_of(query, derivation), "evidence": (call,), "rounds": (),
            "answer": Answer(type="number", value=round(result["weight"], 1), unit="g", tolerance=0.05),
        }
    )  # fmt: skip
    (copy / "tasks.jsonl").write_text(task.model_dump_json() + "\n")
    reasons = {"strict": "fails when run again", "live": "gives another result when run again"}
    for how, reason in reasons.items():
        (fault,) = check_run(copy, live=how == "live", workers=1, tools=pool if how == "live" else None).faults
        assert fault.gate == "executed" and reason in fault.reason


def test_answers_of_stateful_tools_are_not_remembered():
    calls = []

    def call(tool, arguments):
        calls.append(tool)
        return Outcome(result={"value": len(calls)}, seconds=0.5)

    caller = Remembering(call, {"count": "counter"})
    assert [caller(tool, {}).result["value"] for tool in ("count", "count", "other", "other", "count")] == [1, 2, 3, 3, 4]
    assert (calls, caller.seconds) == (["count", "count", "other", "count"], 2.0)


def test_every_item_begins_with_a_fresh_state():
    with Session(ToolPool.load(DESK), hash_seed=1) as session:
        pages = []
        for _ in range(2):
            session.fresh()
            pages.append([session.call("file_note", {"topic": "river maps"}).result["page"] for _ in range(2)])
        assert pages == [[43, 46], [43, 46]]
