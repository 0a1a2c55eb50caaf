"""Two hundred proven tasks, each spoilt in every way that the gates promise to notice; no spoilt task may survive."""

import datetime
import json
import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.expressions import evaluate, leaves_in, literals_in, names_in
from dive.runs import read_json, read_snapshot, read_tasks
from dive.synthesis.check import check_run
from dive.synthesis.gates import Draft, first_failure
from dive.synthesis.item import key_of
from dive.synthesis.mentions import mentions
from dive.synthesis.synthesize import synthesize
from dive.tools.snapshot import Caller, Snapshot, replaying
from dive.types import Derivation, Evidence, Failure, Step, Task, canonical

pytestmark = pytest.mark.slow
TASKS = 200


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("mutations") / "run"
    config = SynthConfig(
        tasks=TASKS, domain=("general", "academic"), toolset_min=12, toolset_max=30, workers=2, out=path, seed=11
    )
    summary = synthesize(config=config)
    assert summary.tasks == TASKS
    return path


@pytest.fixture(scope="module")
def tasks(run) -> list[Task]:
    return list(read_tasks(run))


@pytest.fixture(scope="module")
def snapshot(run) -> Snapshot:
    return read_snapshot(run)


@pytest.fixture(scope="module")
def again(run, snapshot) -> Caller:
    """Strict replay of the run's snapshot."""
    return replaying(snapshot, {tool["name"]: tool["version"] for tool in read_json(run / "tools.json")}, "strict")


@pytest.fixture(scope="module")
def defaults(run) -> dict:
    schemas = {tool["name"]: tool["parameters"]["properties"] for tool in read_json(run / "tools.json")}
    return {name: {p: s["default"] for p, s in schema.items() if "default" in s} for name, schema in schemas.items()}


def draft_of(task: Task, defaults) -> Draft:
    return Draft(task.query, task.answer, task.derivation, task.evidence, defaults)


def gate_of(task: Task, again: Caller, defaults) -> str:
    failure = first_failure(draft_of(task, defaults), again)
    return failure[0] if failure else "survived"


def rng_of(task: Task) -> random.Random:
    return random.Random(task.key)


def with_steps(task: Task, steps: list[Step], evidence: list[Evidence] | None = None) -> Task:
    derivation = Derivation(steps=tuple(steps), answer=task.derivation.answer)
    return task.model_copy(update={"derivation": derivation, "evidence": tuple(evidence or task.evidence)})


def with_call(task: Task, step: str, **changes) -> Task:
    evidence = tuple(e.model_copy(update=changes) if e.id == step else e for e in task.evidence)
    return task.model_copy(update={"evidence": evidence})


def call_of(task: Task, step: str) -> Evidence:
    return next(e for e in task.evidence if e.id == step)


def other(value, rng: random.Random):
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return rng.choice([value + 1, value - 1, value * 2 + 3, -value - 1])
    if isinstance(value, str):
        try:
            return (datetime.date.fromisoformat(value) + datetime.timedelta(days=1)).isoformat()
        except ValueError:
            return rng.choice([value + "x", value[1:] + "y", value.swapcase() + "z"])
    if isinstance(value, list):
        spoilt = list(value)
        if not spoilt or rng.random() < 0.3:
            return [*spoilt, "more"]
        place = rng.randrange(len(spoilt))
        if rng.random() < 0.5:
            del spoilt[place]
        else:
            spoilt[place] = other(spoilt[place], rng)
        return spoilt
    if isinstance(value, dict) and value:
        key = rng.choice(list(value))
        return {**value, key: other(value[key], rng)}
    return "other"


# What is spoilt -------------------------------------------------------------------------------------------------------


def answer_changed(task: Task, rng: random.Random, _: list[Task]) -> Task:
    return task.model_copy(update={"answer": task.answer.model_copy(update={"value": other(task.answer.value, rng)})})


def answer_expression_changed(task: Task, rng: random.Random, _: list[Task]) -> Task:
    names = sorted(names_in(task.derivation.answer))
    spoilt = rng.choice([f"[{task.derivation.answer}]", task.derivation.answer.replace(rng.choice(names), "e99"), "1"])
    return task.model_copy(update={"derivation": Derivation(steps=task.derivation.steps, answer=spoilt)})


def argument_expression_changed(task: Task, rng: random.Random, _: list[Task]) -> Task | None:
    places = [(n, name) for n, step in enumerate(task.derivation.steps) for name in step.arguments]
    if not places:
        return None
    place, name = rng.choice(places)
    steps = list(task.derivation.steps)
    expression = steps[place].arguments[name]
    recorded = call_of(task, steps[place].id).arguments[name]
    spoilt = rng.choice([repr(other(recorded, rng)), f"[{expression}]", "e99.value", f"len([{expression}]) + 100"])
    steps[place] = steps[place].model_copy(update={"arguments": {**steps[place].arguments, name: spoilt}})
    return with_steps(task, steps)


def argument_hidden(task: Task, rng: random.Random, _: list[Task]) -> Task | None:
    """A reference to an earlier result is replaced by the value itself, which the query does not state."""
    places = [
        (n, name)
        for n, step in enumerate(task.derivation.steps)
        for name, expression in step.arguments.items()
        if names_in(expression) and not mentions(task.query, call_of(task, step.id).arguments[name])
    ]
    if not places:
        return None
    place, name = rng.choice(places)
    steps = list(task.derivation.steps)
    value = call_of(task, steps[place].id).arguments[name]
    steps[place] = steps[place].model_copy(update={"arguments": {**steps[place].arguments, name: repr(value)}})
    return with_steps(task, steps)


def recorded_argument_changed(task: Task, rng: random.Random, _: list[Task]) -> Task:
    call = call_of(task, rng.choice(task.derivation.steps).id)
    if not call.arguments or rng.random() < 0.2:
        return with_call(task, call.id, arguments={**call.arguments, "more": 1})
    name = rng.choice(sorted(call.arguments))
    return with_call(task, call.id, arguments={**call.arguments, name: other(call.arguments[name], rng)})


def recorded_result_changed(task: Task, rng: random.Random, _: list[Task]) -> Task:
    call = call_of(task, rng.choice(task.derivation.steps).id)
    return with_call(task, call.id, result=other(call.result, rng))


def recorded_failure(task: Task, rng: random.Random, _: list[Task]) -> Task:
    step = rng.choice(task.derivation.steps).id
    return with_call(task, step, failure=Failure(code="timeout", message="too slow"), result=None)


def cited_leaf_changed(task: Task, rng: random.Random, _: list[Task]) -> Task:
    expressions = [task.derivation.answer, *(e for step in task.derivation.steps for e in step.arguments.values())]
    step, path = rng.choice([leaf for expression in expressions for leaf in leaves_in(expression)])
    result = json.loads(json.dumps(call_of(task, step).result))
    if not path:
        return with_call(task, step, result=other(result, rng))
    parent = result
    for part in path[:-1]:
        parent = parent[part]
    if isinstance(parent, str):
        return with_call(task, step, result=other(result, rng))
    parent[path[-1]] = other(parent[path[-1]], rng)
    return with_call(task, step, result=result)


def step_dropped(task: Task, rng: random.Random, _: list[Task]) -> Task:
    steps = list(task.derivation.steps)
    dropped = steps.pop(rng.randrange(len(steps)))
    evidence = [e for e in task.evidence if e.id != dropped.id] if rng.random() < 0.5 else None
    return with_steps(task, steps, evidence)


def evidence_dropped(task: Task, rng: random.Random, _: list[Task]) -> Task:
    step = rng.choice(task.derivation.steps).id
    return task.model_copy(update={"evidence": tuple(e for e in task.evidence if e.id != step)})


def own_step_repeated(task: Task, rng: random.Random, _: list[Task]) -> Task:
    """A copy of a step under another name: all that it needs is there, but nothing uses it."""
    steps = list(task.derivation.steps)
    place = rng.randrange(len(steps))
    steps.insert(place + 1, steps[place].model_copy(update={"id": "e0"}))
    return with_steps(task, steps, [*task.evidence, call_of(task, steps[place].id).model_copy(update={"id": "e0"})])


def same_step_twice(task: Task, rng: random.Random, _: list[Task]) -> Task:
    steps = list(task.derivation.steps)
    place = rng.randrange(len(steps))
    return with_steps(task, [*steps[: place + 1], steps[place], *steps[place + 1 :]])


def foreign_step_added(task: Task, rng: random.Random, tasks: list[Task]) -> Task:
    """A step of another task with its evidence; the query is made to state what it needs."""
    while True:
        giver = rng.choice(tasks)
        step = rng.choice(giver.derivation.steps)
        literals = [value for expression in step.arguments.values() for value in literals_in(expression)]
        told = giver.key != task.key and not any(names_in(expression) for expression in step.arguments.values())
        if told and all(mentions(f"{value}", value) for value in literals):
            break
    evidence = [*task.evidence, call_of(giver, step.id).model_copy(update={"id": "e0"})]
    spoilt = with_steps(task, [step.model_copy(update={"id": "e0"}), *task.derivation.steps], evidence)
    return spoilt.model_copy(update={"query": f"Mind {', '.join(map(str, literals))}. {task.query}"})


def tool_renamed(task: Task, rng: random.Random, _: list[Task]) -> Task:
    steps = list(task.derivation.steps)
    place = rng.randrange(len(steps))
    steps[place] = steps[place].model_copy(
        update={"tool": "country_facts" if steps[place].tool != "country_facts" else "city_facts"}
    )
    spoilt = with_steps(task, steps)
    return with_call(spoilt, steps[place].id, tool=steps[place].tool) if rng.random() < 0.5 else spoilt


def literal_untold(task: Task, rng: random.Random, _: list[Task]) -> Task | None:
    """A text that the derivation rests on is taken out of the query."""
    literals = [
        value
        for step in task.derivation.steps
        for expression in step.arguments.values()
        for value in literals_in(expression)
        if isinstance(value, str) and value in task.query
    ]
    if not literals:
        return None
    taken_out = re.sub(re.escape(rng.choice(literals)), "something", task.query, flags=re.IGNORECASE)
    return task.model_copy(update={"query": taken_out})


def answer_told(task: Task, _: random.Random, __: list[Task]) -> Task | None:
    if task.answer.type not in ("number", "integer", "date", "text") or task.shape in ("superlative", "compare", "constraints"):
        return None
    return task.model_copy(update={"query": f"Is it {task.answer.value}? {task.query}"})


SPOILT: dict[str, tuple[Callable[..., Task | None], set[str], int]] = {
    # what is done, the gates that may notice it first, and how many tasks it must at least be possible for
    "answer": (answer_changed, {"entailed"}, TASKS),
    "answer expression": (answer_expression_changed, {"entailed"}, TASKS),
    "argument expression": (argument_expression_changed, {"entailed", "closed"}, TASKS),
    "hidden argument": (argument_hidden, {"closed"}, TASKS // 3),
    "recorded argument": (recorded_argument_changed, {"entailed"}, TASKS),
    "recorded result": (recorded_result_changed, {"entailed", "necessary", "executed"}, TASKS),
    "recorded failure": (recorded_failure, {"entailed"}, TASKS),
    "cited leaf": (cited_leaf_changed, {"entailed", "necessary", "executed"}, TASKS),
    "dropped step": (step_dropped, {"entailed", "closed", "necessary"}, TASKS),
    "dropped evidence": (evidence_dropped, {"entailed"}, TASKS),
    "repeated step": (own_step_repeated, {"necessary"}, TASKS),
    "same step twice": (same_step_twice, {"entailed"}, TASKS),
    "foreign step": (foreign_step_added, {"necessary"}, TASKS),
    "other tool": (tool_renamed, {"executed"}, TASKS),
    "untold literal": (literal_untold, {"closed"}, TASKS * 3 // 4),
    "told answer": (answer_told, {"no_leak"}, TASKS // 10),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_a_spoilt_task_is_caught_by_a_gate_that_promises_it(kind, tasks, again, defaults):
    spoil, allowed, least = SPOILT[kind]
    gates: Counter[str] = Counter()
    wrong = []
    for task in tasks:
        spoilt = spoil(task, rng_of(task), tasks)
        if spoilt is None or spoilt == task:
            continue
        spoilt = Task.model_validate_json(spoilt.model_dump_json())  # as it would come from disk
        gate = gate_of(spoilt, again, defaults)
        gates[gate] += 1
        if gate not in allowed:
            wrong.append((gate, task.key, task.query, spoilt.derivation, spoilt.answer))
    assert not wrong, (gates, wrong[:3])
    assert gates.total() >= least


# The intact run -------------------------------------------------------------------------------------------------------


def test_the_intact_tasks_pass_every_gate(tasks, again, defaults):
    assert [gate for task in tasks if (gate := gate_of(task, again, defaults)) != "survived"] == []


@pytest.mark.parametrize("live", [False, True])
def test_check_finds_nothing_in_the_intact_run(run, live):
    report = check_run(run, live=live)
    assert (report.tasks, report.live, report.faults) == (TASKS, live, ())


def test_the_tasks_are_not_all_alike(tasks):
    assert len({task.shape for task in tasks}) >= 8
    assert len({task.answer.type for task in tasks}) >= 5
    assert len({step.tool for task in tasks for step in task.derivation.steps}) >= 80
    assert {task.domain for task in tasks} == {"general", "academic"}


def test_every_argument_and_answer_is_what_its_expression_says(tasks):
    for task in tasks:
        results = {e.id: e.result for e in task.evidence}
        assert evaluate(task.derivation.answer, results) == task.answer.value


# The snapshot ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def copy(run, tmp_path) -> Path:
    """A copy of the run that a test may spoil."""
    return Path(shutil.copytree(run, tmp_path / "copy"))


def rows_of(task: Task) -> list[tuple[str, str, str]]:
    steps = {step.id for step in task.derivation.steps}
    return [(e.tool, e.version, canonical(e.arguments)) for e in task.evidence if e.id in steps]


WHERE = "WHERE tool = ? AND version = ? AND arguments = ?"


@pytest.mark.parametrize("how", ["altered", "deleted", "no JSON", "NaN"])
def test_a_spoilt_entry_of_the_snapshot_is_noticed_in_every_task_that_rests_on_it(copy, tasks, again, defaults, how):
    versions = {tool["name"]: tool["version"] for tool in read_json(copy / "tools.json")}
    database = sqlite3.connect(copy / "snapshot.sqlite")
    replayed = replaying(read_snapshot(copy), versions, "strict")
    for task in tasks:
        row = rng_of(task).choice(rows_of(task))
        ((result,),) = database.execute(f"SELECT result FROM results {WHERE}", row).fetchall()
        if how == "deleted":
            database.execute(f"DELETE FROM results {WHERE}", row)
        else:
            text = {"altered": canonical(other(json.loads(result), rng_of(task))), "no JSON": "{", "NaN": '{"value":NaN}'}[how]
            database.execute(f"UPDATE results SET result = ? {WHERE}", (text, *row))
        database.commit()
        if how == "no JSON":
            with pytest.raises(ValueError, match="Expecting"):
                gate_of(task, replayed, defaults)
        else:
            assert gate_of(task, replayed, defaults) == "executed"
        database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", (*row, result))
        database.commit()
    assert gate_of(tasks[0], replayed, defaults) == "survived"
    database.close()


def test_check_names_exactly_the_tasks_that_rest_on_spoilt_entries(copy, tasks):
    rng = random.Random(1)
    spoilt = {rng.choice(rows_of(task)): text for task, text in zip(tasks[::20], ["{", "NaN", "7", "{}", ""] * 2, strict=True)}
    with sqlite3.connect(copy / "snapshot.sqlite") as database:
        for row, text in spoilt.items():
            database.execute(f"UPDATE results SET result = ? {WHERE}", (text, *row))
    database.close()
    faults = check_run(copy).faults
    assert {fault.task for fault in faults} == {task.key for task in tasks if spoilt.keys() & set(rows_of(task))}
    assert {fault.gate for fault in faults} == {"executed"}
    assert check_run(copy, live=False, workers=1).faults == faults


def test_a_snapshot_file_that_is_damaged_inside_is_noticed_and_not_a_crash(copy):
    size = (copy / "snapshot.sqlite").stat().st_size
    with (copy / "snapshot.sqlite").open("rb+") as file:
        for place in range(8192, size, 8192):
            file.seek(place)
            file.write(b"\xa5" * 2048)
    faults = check_run(copy).faults
    assert faults and {fault.gate for fault in faults} == {"executed"}


@pytest.mark.parametrize("damage", [None, "", "[{", "{}"])
def test_a_run_without_its_tools_cannot_be_checked(copy, damage):
    (copy / "tools.json").unlink()
    if damage is not None:
        (copy / "tools.json").write_text(damage)
    with pytest.raises(DiveError, match=r"tools\.json is gone or damaged"):
        check_run(copy)


# Through `check_run`, from disk ---------------------------------------------------------------------------------------


def rewritten(copy: Path, tasks: list[Task]) -> None:
    (copy / "tasks.jsonl").write_text("".join(task.model_dump_json() + "\n" for task in tasks))


def test_check_finds_a_task_given_twice_and_a_key_that_is_not_the_contents(copy, tasks):
    renamed = tasks[5].model_copy(update={"key": "0" * 16})
    rewritten(copy, [*tasks[:5], renamed, *tasks[6:], tasks[7]])
    faults = {(fault.task, fault.gate) for fault in check_run(copy).faults}
    assert faults == {("0" * 16, "entailed"), (tasks[7].key, "novel")}


def test_check_finds_steps_renamed_in_a_copy(copy, tasks):
    steps = tuple(
        step.model_copy(update={"id": f"{step.id}7", "arguments": {k: renumbered(v) for k, v in step.arguments.items()}})
        for step in tasks[3].derivation.steps
    )
    derivation = Derivation(steps=steps, answer=renumbered(tasks[3].derivation.answer))
    query = "By the way, and in quite other words, since somebody asked me that just now. " + tasks[3].query
    evidence = tuple(e.model_copy(update={"id": f"{e.id}7"}) for e in tasks[3].evidence)
    changes = {"derivation": derivation, "evidence": evidence, "query": query, "key": key_of(query, derivation), "rounds": ()}
    rewritten(copy, [*tasks, tasks[3].model_copy(update=changes)])
    assert [(fault.gate, fault.reason) for fault in check_run(copy).faults] == [
        ("novel", "the same derivation as an earlier task")
    ]


def renumbered(expression: str) -> str:
    for name in sorted(names_in(expression), key=len, reverse=True):
        expression = expression.replace(f"{name}.", f"{name}7.").replace(f"{name})", f"{name}7)").replace(f"{name}[", f"{name}7[")
    return expression


def test_check_finds_a_round_that_does_not_extend_the_one_before(copy, tasks):
    place = next(n for n, task in enumerate(tasks) if len(task.rounds) >= 2)
    first, *rest = tasks[place].rounds
    spoilt = tasks[place].model_copy(update={"rounds": (rest[-1], first)})
    rewritten(copy, [*tasks[:place], spoilt, *tasks[place + 1 :]])
    assert [(fault.task, fault.gate) for fault in check_run(copy).faults] == [(spoilt.key, "necessary")]
