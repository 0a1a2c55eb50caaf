"""Proving a run again: every gate over every task, in processes that had no part in making it."""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.parallel import Workers
from dive.runs import read_config_of, read_json, read_snapshot, read_tasks, stateful_of
from dive.synthesis.benchmarks import benchmark_grams
from dive.synthesis.collect import extends
from dive.synthesis.draft import Rules, words_in
from dive.synthesis.gates import Novelty, clean, first_failure
from dive.synthesis.item import key_of
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool, addresses, found
from dive.tools.session import History, Session
from dive.tools.snapshot import Caller, replaying
from dive.types import Failure, Json, Record, Task


class Fault(Record):
    """A gate that a task fails."""

    task: str
    gate: str
    reason: str


class CheckReport(Record):
    """What proving a run again came to."""

    tasks: int
    live: bool
    faults: tuple[Fault, ...]


def check_run(path: Path, live: bool = False, workers: int = 2, tools: ToolPool | None = None) -> CheckReport:
    """Apply every gate to every task of a run, by strict replay of its snapshot or by running the tools.

    `tools` is needed for --live on runs with tools of one's own; it defaults to the built-in pool and what plug-ins bring.
    Code that a run directory names is not loaded unasked. Raises `DiveError` where the run cannot be read.
    """
    config = read_config_of(path)
    if live and tools is None and config.tools:
        named = " ".join(f"--tools {file}" for file in config.tools)
        raise DiveError(f"{path} was made with tools of one's own; to run them again, give them again: {named}")
    described = read_json(path / "tools.json")
    addressed = addresses(tools if tools is not None else ToolPool.default()) if live else []
    if not live:
        read_snapshot(path).close()
    if not described:
        raise DiveError(f"{path}/tools.json is gone or damaged; `dive synth` with the same options writes it again")
    benchmarks = benchmark_grams(config.benchmarks)
    rules = _rules(described, config.allow_boolean)
    faults: list[Fault] = []
    novelty, count = Novelty(), 0

    def setup() -> Callable[[Task], tuple[Task, list[Fault]]]:
        return _checker(path, config, described, addressed)

    with Workers(setup, workers) as pool:
        for task, found_faults in pool.map(read_tasks(path), ahead=32):
            count += 1
            faults.extend(found_faults)
            draft = rules.draft_of(task)
            for gate, reason in (("novel", novelty.novel(draft)), ("clean", clean(draft, benchmarks))):
                if reason:
                    faults.append(Fault(task=task.key, gate=gate, reason=reason))
            novelty.add(task.query, task.derivation)
    return CheckReport(tasks=count, live=live, faults=tuple(faults))


def _checker(
    path: Path, config: SynthConfig, described: list[Json], addressed: list[dict[str, str]]
) -> Callable[[Task], tuple[Task, list[Fault]]]:
    versions = {tool["name"]: tool["version"] for tool in described}
    rules = _rules(described, config.allow_boolean)
    tools = found(addressed)
    volatile = frozenset(tool.name for tool in tools if tool.replayed)
    history = History(rules.stateful)
    session = Session(tools, hash_seed=3) if addressed else None
    again = session.call if session else replaying(read_snapshot(path), versions, "strict", history=history)

    def checked(task: Task) -> tuple[Task, list[Fault]]:
        draft = rules.draft(task.query, task.answer, task.derivation, task.evidence, volatile)
        history.clear()
        failure = first_failure(draft, _reported(again), session.fresh if session else None)
        faults = [Fault(task=task.key, gate=failure[0], reason=failure[1])] if failure else []
        if key_of(task.query, task.derivation) != task.key:
            faults.append(Fault(task=task.key, gate="entailed", reason="the key is not that of its query and derivation"))
        if tools and {s.id for s in task.derivation.steps if s.tool in volatile} != set(task.volatile):
            faults.append(Fault(task=task.key, gate="executed", reason="the task does not say rightly which steps are volatile"))
        if any(not extends(task.rounds[:n], later) for n, later in enumerate(task.rounds)):
            faults.append(Fault(task=task.key, gate="necessary", reason="a round does not extend the one before it"))
        return task, faults

    return checked


def _reported(call: Caller) -> Caller:
    """The same caller, with damage to what it reads reported as a failure of the call."""

    def guarded(tool: str, arguments: Mapping[str, Json]) -> Outcome:
        try:
            return call(tool, arguments)
        except (ValueError, sqlite3.Error) as error:
            return Outcome(failure=Failure(code="unavailable", message=f"the snapshot is damaged: {error}"))

    return guarded


def _rules(described: list[Json], allow_boolean: bool) -> Rules:
    """What gates know of the tools of a run, from its own description of them."""
    schemas = {tool["name"]: tool["parameters"] for tool in described}
    defaults = {
        tool: {name: part["default"] for name, part in schema.get("properties", {}).items() if "default" in part}
        for tool, schema in schemas.items()
    }
    return Rules(defaults, {tool: words_in(s) for tool, s in schemas.items()}, stateful_of(described), allow_boolean)
