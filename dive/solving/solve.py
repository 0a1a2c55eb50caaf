"""`solve`: a model tries each task of a run several times, with the task's own tools, live or replayed.

Every attempt leaves one whole line in `solutions.jsonl`, in the order of tasks and samples, written once: an interrupted command
goes on where it stopped, and replies that were paid for are in the cache of the run. Another model, or other settings, add their
own lines to the same file.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator

from dive.chat import Model, Solution
from dive.errors import DiveError
from dive.models.estimate import Estimate, estimate
from dive.models.roles import Desk
from dive.models.spec import ModelConfig, read_model
from dive.parallel import Slots
from dive.prompts import Prompts
from dive.rollout import Limits, Tools, rollout
from dive.runs import (
    SOLUTIONS,
    Lines,
    count_lines,
    locked,
    read_config_of,
    read_json,
    read_snapshot,
    read_tasks,
    stateful_of,
    write_whole,
)
from dive.solving.conversation import definitions, opening
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool
from dive.tools.runner import AsyncCaller, ToolRunner, recorded
from dive.tools.session import History
from dive.tools.snapshot import Mode, Snapshot
from dive.types import Failure, Json, Record, Task, canonical, digest

AHEAD = 1_024
"""Attempts beyond those in flight that may be done before the first of them is written."""


class SolveConfig(Record):
    """How tasks are tried."""

    model: ModelConfig
    """The solver, such as openai:NAME@http://HOST:PORT/v1?temperature=1."""
    samples: int = Field(8, ge=1)
    """Attempts at each task."""
    limit: int | None = Field(None, ge=1)
    """Only the first so many tasks."""
    replay: Mode = "widen"
    """`strict` answers calls from the run's snapshot alone, `widen` runs tools where the snapshot has no result and records it,
    `live` runs them all.
    """
    no_tools: bool = False
    """Offer no tools: which tasks does the model know by heart?"""
    turns: int = Field(30, ge=1)
    """Most messages that the model may write in an attempt."""
    tokens: int = Field(32_768, ge=1)
    """Most tokens that it may write in an attempt."""
    seconds: float = Field(1_800, gt=0)
    """Most wall time of an attempt; one that is cut off by it is unscored."""
    result_chars: int = Field(4_000, ge=100)
    """Most characters of a tool's result that the model sees."""
    in_flight: int = Field(64, ge=1)
    """Attempts at the same time."""
    hosts: int = Field(2, ge=1)
    """Processes that run tools."""
    prompts: Path | None = None
    """A folder with prompts of your own: system.md, question.md."""
    max_cost: float | None = Field(None, gt=0)
    """Most money to spend on models, in the unit of their prices, over all invocations for this run."""
    max_tokens: int | None = Field(None, gt=0)
    """Most tokens to read and write, likewise."""

    @field_validator("model", mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        return read_model(given) if isinstance(given, str) else given

    @property
    def limits(self) -> Limits:
        """Where an attempt is cut off."""
        return Limits(turns=self.turns, tokens=self.tokens, seconds=self.seconds, result_chars=self.result_chars)


@dataclass(frozen=True)
class Attempt:
    """One try at a task."""

    task: Task
    sample: int
    key: str


class SolveReport(Record):
    """What solving a run came to."""

    path: Path
    solver: str
    tasks: int
    solutions: int
    """Attempts in the file for this model and these settings, those of earlier invocations included."""
    endings: dict[str, int]
    """How they ended."""
    usage: Json
    """What `usage.json` holds: tokens and money by role."""


@dataclass
class Advance:
    """How far solving is."""

    done: int
    wanted: int
    spent: str
    endings: Mapping[str, int]


def solve(
    path: Path, config: SolveConfig, tools: ToolPool | None = None, progress: Callable[[Advance], None] | None = None
) -> SolveReport:
    """Try every task of a run `config.samples` times, or go on where an earlier call stopped.

    `tools` are those to run; by default the built-in ones and those of plug-ins. Raises `DiveError` where the run cannot be read
    or written, and `ModelError` where the budget is spent or the key refused; what is written stays.
    """
    prompts = Prompts("dive.solving", config.prompts)
    described = read_json(path / "tools.json")
    if config.replay != "live" and not config.no_tools:
        read_snapshot(path).close()
    pool = _runnable(path, config, described, tools)
    settings = settings_of(config, prompts)
    desk = Desk(path, config.max_cost, config.max_tokens)
    tasks = _count(path, config)
    with locked(path, ".solving.lock"), Lines(path / SOLUTIONS) as lines:
        done: dict[str, str] = {s.key: s.trace.ending for s in lines.read(Solution) if s.settings == settings}
        endings = Counter(done.values())
        stage = Stage(path, config, pool, tuple(described), prompts, settings, desk)
        try:
            with Slots(stage.opened, config.in_flight) as slots:
                for solution in slots.map(_attempts(path, config, settings, done.keys()), config.in_flight + AHEAD):
                    lines.append(solution)
                    endings[solution.trace.ending] += 1
                    if progress is not None:
                        progress(Advance(endings.total(), tasks * config.samples, desk.line(), endings))
        finally:
            write_whole(path / "usage.json", json.dumps(desk.report(), indent=2) + "\n")
    return SolveReport(
        path=path, solver=config.model.name, tasks=tasks, solutions=endings.total(), endings=dict(endings), usage=desk.report()
    )  # fmt: skip


def preview_solving(path: Path, config: SolveConfig, attempts: int, tools: ToolPool | None = None) -> Estimate:
    """Make a few attempts one after the other, keep none, and tell what all will take. Their replies are in the run's cache."""
    prompts = Prompts("dive.solving", config.prompts)
    described = read_json(path / "tools.json")
    desk = Desk(path, config.max_cost, config.max_tokens)
    settings = settings_of(config, prompts)
    stage = Stage(path, config, _runnable(path, config, described, tools), tuple(described), prompts, settings, desk)
    total = _count(path, config) * config.samples
    with Slots(stage.opened, 1) as slots:
        some = islice(_attempts(path, config, settings, ()), attempts)
        took = [usage for _, usage in desk.each(slots.map(some, 1))]
    return estimate(took, total, config.in_flight)


def settings_of(config: SolveConfig, prompts: Prompts) -> str:
    """The digest of all that solutions depend on beside their tasks."""
    limits = config.limits.model_dump(mode="json", exclude={"seconds"})
    return digest([config.model.identity, limits, prompts.digest(), config.replay, config.no_tools])


def _count(path: Path, config: SolveConfig) -> int:
    read_config_of(path)
    count = count_lines(path / "tasks.jsonl")
    if count == 0:
        raise DiveError(f"{path} has no tasks to solve")
    return min(count, config.limit or count)


def _tasks(path: Path, config: SolveConfig) -> Iterator[Task]:
    for number, task in enumerate(read_tasks(path)):
        if config.limit is not None and number >= config.limit:
            return
        yield task


def _attempts(path: Path, config: SolveConfig, settings: str, done: Container[str]) -> Iterator[Attempt]:
    """What is still to be tried, sample after sample of a task, so that they share its prompt."""
    for task in _tasks(path, config):
        for sample in range(config.samples):
            key = digest([task.key, config.model.name, settings, sample])
            if key not in done:
                yield Attempt(task, sample, key)


def _runnable(path: Path, config: SolveConfig, described: list[Json], tools: ToolPool | None) -> ToolPool | None:
    """The tools that may have to run; None where none does. Raises `DiveError` where they are not those of the run."""
    if config.replay == "strict" or config.no_tools:
        return None
    given = read_config_of(path).tools
    if tools is None and given:
        named = " ".join(f"--tools {file}" for file in given)
        raise DiveError(f"{path} was made with tools of one's own; to run them, give them again: {named}; or --replay strict")
    pool = (tools if tools is not None else ToolPool.default()).runnable()
    versions = {tool["name"]: tool["version"] for tool in described}
    other = [name for name, version in versions.items() if name in pool and pool[name].version != version]
    if config.replay == "widen" and other:
        what = f"{other[0]} was {versions[other[0]]}, now {pool[other[0]].version}"
        raise DiveError(
            f"the tools of {path} are others ({what}), so its snapshot cannot be widened; use --replay strict or live"
        )
    return ToolPool(pool[name] for name in versions if name in pool)


@dataclass(frozen=True)
class Stage:
    """What the slots of a solving command are set up from."""

    path: Path
    config: SolveConfig
    pool: ToolPool | None
    described: tuple[Json, ...]
    prompts: Prompts
    settings: str
    desk: Desk

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Callable[[Attempt], Awaitable[Solution]]]:
        """The function that makes an attempt, with the model and the tools that are closed after it."""
        async with self.desk.opened({"solver": self.config.model}) as models:
            runner = ToolRunner(self.pool, self.config.hosts) if self.pool is not None else None
            uses_snapshot = self.config.replay != "live" and not self.config.no_tools
            snapshot = Snapshot(self.path / "snapshot.sqlite") if uses_snapshot else None
            try:
                yield self._solver(models["solver"], runner, snapshot)
            finally:
                if runner is not None:
                    await runner.close()
                if snapshot is not None:
                    snapshot.close()

    def _solver(
        self, model: Model, runner: ToolRunner | None, snapshot: Snapshot | None
    ) -> Callable[[Attempt], Awaitable[Solution]]:
        world = World(self.described, self.config.replay, runner, snapshot)

        async def attempt(this: Attempt) -> Solution:
            async with world.tools(() if self.config.no_tools else this.task.toolset) as tools:
                conversation = opening(this.task.query, self.prompts)
                trace = await rollout(model, conversation, tools, self.config.limits, sample=this.sample)
            return Solution(
                key=this.key, task=this.task.key, solver=self.config.model.name, settings=self.settings, sample=this.sample,
                trace=trace,
            )  # fmt: skip

        return attempt


class World:
    """The tools of a run as conversations meet them: run, replayed, or both."""

    def __init__(self, described: Iterable[Json], mode: Mode, runner: ToolRunner | None, snapshot: Snapshot | None) -> None:
        self._described = tuple(described)
        self._versions = {tool["name"]: tool["version"] for tool in self._described}
        self._stateful = stateful_of(list(self._described))
        self._mode, self._runner, self._snapshot = mode, runner, snapshot
        self._here = frozenset(runner.names) if runner is not None else frozenset()

    @asynccontextmanager
    async def tools(self, toolset: tuple[str, ...]) -> AsyncIterator[Tools]:
        """The tools of one task for one conversation."""
        offered = definitions(self._described, toolset)
        stateful = frozenset(name for name in toolset if name in self._stateful)
        if self._runner is None:
            yield Tools(offered, self._caller(None), self._versions, stateful)
            return
        async with self._runner.episode() as live:
            caller = self._caller(live if self._here.issuperset(toolset) else self._only_here(live))
            yield Tools(offered, caller, self._versions, stateful)

    def _only_here(self, live: AsyncCaller) -> AsyncCaller:
        """The caller, to whom tools that cannot run on this machine are unavailable, which is not the model's fault."""

        async def call(tool: str, arguments: Mapping[str, Json]) -> Outcome:
            if tool not in self._here:
                return Outcome(failure=Failure(code="unavailable", message=f"{tool} cannot run here"))
            return await live(tool, arguments)

        return call

    def _caller(self, live: AsyncCaller | None) -> AsyncCaller:
        if self._snapshot is None:
            return live or _nothing
        return recorded(self._snapshot, self._versions, self._mode, live, History(self._stateful))


async def _nothing(tool: str, arguments: Mapping[str, Json]) -> Any:
    raise AssertionError(f"{tool} {canonical(dict(arguments))} was called, but no tools are offered")
