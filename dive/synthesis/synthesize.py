"""`synthesize`: the main job. Items are made by workers in any order and committed in index order.

The gates that look at more than one task (`novel`), at files of the user (`clean`) or run calls again (`executed`)
are checked at commit, in one place, the last by a host of another hash seed than the workers'. Sampling is steered by
`Usage` in batches of fixed size: an item of batch b sees what batches up to b-2 used, whatever the number of workers.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dive.analysis.diversity import Diversity, measure
from dive.config import SynthConfig
from dive.errors import DiveError
from dive.exemplars import ExemplarPool
from dive.models.roles import Desk
from dive.parallel import Slots, Workers
from dive.prompts import Prompts
from dive.runs import Run, done_before, read_tasks, steps_of
from dive.seeds import SeedPool
from dive.synthesis.benchmarks import benchmark_grams, without_overlap
from dive.synthesis.draft import Rules
from dive.synthesis.gates import Novelty, clean
from dive.synthesis.item import Job, Made, Remembering, rejected, rules_of, worker
from dive.synthesis.replay import Fresh, first_again
from dive.synthesis.sample import Sampler, Usage
from dive.tools.brought import seeds_of
from dive.tools.pool import ToolPool, addresses, plugin_seeds
from dive.tools.report import read_report
from dive.tools.semantics import SEMANTICS
from dive.tools.session import Session
from dive.tools.snapshot import Caller, Snapshot
from dive.types import Derivation, Exemplar, Json, Record, Rejection, Seed, Task, canonical, digest

PATIENCE = 500
"""Items in a row without a task after which a run is given up."""


class Summary(Record):
    """What a run came to."""

    path: Path
    tasks: int
    items: int
    funnel: dict[str, int]
    """Items by fate: `kept`, or the gate that rejected them; in the order of the gates."""
    shapes: dict[str, int]
    domains: dict[str, int]
    answers: dict[str, int]
    seconds: float
    """Wall time of this invocation."""
    tasks_per_minute: float
    tool_share: float
    """Part of the workers' time that was spent inside tools."""
    diversity: Diversity


@dataclass
class Progress:
    """How far a run is, for whoever shows it."""

    kept: int = 0
    rejected: int = 0
    wanted: int = 0
    spent: str = ""
    """What models have cost so far, in words; empty where none works."""


Report = Callable[[Progress], None]
"""Told after every committed item."""


@dataclass
class _State:
    """What committed items leave behind: steering, novelty and counts."""

    benchmarks: frozenset[int]
    rules: Rules
    batch: int
    """Items between two looks of the sampler at what was used."""
    usage: Usage = field(default_factory=Usage)
    batches: dict[int, Usage] = field(default_factory=dict)
    novelty: Novelty = field(default_factory=Novelty)
    fates: Counter[str] = field(default_factory=Counter)
    items: int = 0
    barren: int = 0
    """Items since the last task."""

    def add(self, record: Task | Rejection) -> None:
        """Count a committed item."""
        self.usage.add(record)
        self.items += 1
        if isinstance(record, Task):
            self.novelty.add(record.query, record.derivation)
            self.fates["kept"] += 1
            self.barren = 0
        else:
            self.fates[record.gate] += 1
            self.barren += 1
        if self.items % self.batch == 0:
            self.batches[self.items // self.batch] = self.usage.copy()
            self.batches.pop(self.items // self.batch - 3, None)

    def seen_by(self, index: int) -> Usage:
        """The usage that the item's sampling may look at."""
        return self.batches.get(index // self.batch - 1, Usage())

    def judged(self, record: Task | Rejection, snapshot: Snapshot, twin: Caller, fresh: Fresh) -> Task | Rejection:
        """The record, or its rejection by a gate that runs calls again or looks at other tasks."""
        if isinstance(record, Rejection):
            return record
        draft = self.rules.draft_of(record)
        checks: tuple[Callable[[], tuple[str, str] | None], ...] = (
            lambda: _failed("novel", self.novelty.novel(draft)),
            lambda: _failed("clean", clean(draft, self.benchmarks)),
            lambda: first_again(draft, twin, fresh),
            lambda: _failed("executed", _thawed(record, snapshot, self.rules.stateful)),
        )
        failure = next(filter(None, (check() for check in checks)), None)
        return record if failure is None else rejected(record, *failure)


def _failed(gate: str, reason: str | None) -> tuple[str, str] | None:
    return (gate, reason) if reason else None


def _thawed(task: Task, snapshot: Snapshot, stateful: Mapping[str, str]) -> str | None:
    """Why a task cannot be replayed: a call of it is in the snapshot with another result, as may be with volatile tools."""
    before = done_before(task, stateful)
    for call in steps_of(task):
        recorded = snapshot.get(call.tool, call.version, call.arguments, before.get(call.id))
        if recorded is not None and canonical(recorded) != canonical(call.result):
            return f"step {call.id} ({call.tool}) was recorded with another result by an earlier task"
    return None


def synthesize(
    tools: ToolPool | None = None,
    config: SynthConfig | None = None,
    *,
    seeds: Iterable[Seed] = (),
    exemplars: Iterable[Exemplar] = (),
    progress: Report | None = None,
) -> Summary:
    """Make proven tasks into `config.out`, or go on where an earlier call stopped.

    `tools` defaults to the built-in pool and what plug-ins bring; the files of `config.tools` add to it. `seeds` and
    `exemplars` are added to the built-in ones. Raises `DiveError` where the options do not fit together, the directory
    belongs to another run, or nothing can be kept. The same configuration gives the same `tasks.jsonl`, byte for byte.
    """
    start = time.perf_counter()
    config = config or SynthConfig()  # type: ignore[call-arg]
    plan = planned(config, tools, seeds, exemplars)
    desk = Desk(config.out, config.max_cost, config.max_tokens)
    state = _State(plan.grams, rules_of(plan.pool, config.allow_boolean), config.batch)
    tool_seconds = work_seconds = 0.0
    with Run(config.out, config, described(plan.pool), state.add, plan.noted) as run:
        wanted, before = config.tasks, run.kept
        if run.kept < wanted:
            with _usage_kept(run, desk), makers(config, plan, desk) as make, Session(plan.pool, hash_seed=2) as session:
                twin = Remembering(session.call, session.stateful)
                for made in make(_jobs(state, run.done)):
                    run.commit(state.judged(made.record, run.snapshot, twin, session.fresh))
                    tool_seconds += made.tool_seconds
                    work_seconds += made.seconds
                    if progress is not None:
                        progress(Progress(run.kept, run.done - run.kept, wanted, desk.line()))
                    if run.kept >= wanted:
                        break
                    _check_patience(state)
        seconds = time.perf_counter() - start
        share = tool_seconds / work_seconds if work_seconds else 0.0
        summary = summarise(config.out, plan.pool, dict(state.fates), _Effort(seconds, run.kept - before, share))
        run.write("summary.json", summary.model_dump(mode="json"))
    return summary


@contextmanager
def _usage_kept(run: Run, desk: Desk) -> Iterator[None]:
    """What models cost is written down however the work ends: a spent budget is what somebody wants to look into."""
    try:
        yield
    finally:
        if run.config.models:
            run.write("usage.json", desk.report())


@dataclass(frozen=True)
class Plan:
    """What a run draws from."""

    pool: ToolPool
    seeds: list[Seed]
    exemplars: list[Exemplar]
    sampler: Sampler
    """Over these pools."""
    grams: frozenset[int]
    """8-grams of the benchmarks that nothing may share."""
    plain: bool
    """Whether seeds and exemplars are the built-in ones, which a worker process has at hand."""
    noted: dict[str, Json]
    """What the run keeps of them, to know them again."""


def planned(config: SynthConfig, tools: ToolPool | None, seeds: Iterable[Seed] = (), exemplars: Iterable[Exemplar] = ()) -> Plan:
    """The pools of a run, checked before anything is written."""
    pool = ToolPool.of_files(config.tools, config.only) if tools is None else tools.with_files(config.tools)
    if config.validation is not None:
        pool = pool.without(read_report(config.validation).quarantined)
    pool = pool.runnable() if config.explores else pool.plannable()
    _check_states(pool)
    own_seeds, own_exemplars = [*plugin_seeds(), *seeds_of(config.tools), *seeds], list(exemplars)
    all_seeds, all_exemplars = [*SeedPool.built_in(), *own_seeds], [*ExemplarPool.default(), *own_exemplars]
    grams = benchmark_grams(config.benchmarks)
    seed_pool = without_overlap(all_seeds, grams, lambda s: s.value)
    exemplar_pool = without_overlap(all_exemplars, grams, lambda e: e.query)
    sampler = Sampler(config, pool, SeedPool(seed_pool), ExemplarPool(exemplar_pool))  # refuses bad options
    noted = {"seeds": _noted(all_seeds), "exemplars": _noted(all_exemplars)}
    if config.models:
        prompts = Prompts("dive.synthesis.modelled", config.prompts)
        noted["prompts"] = {"count": len(prompts.names), "digest": prompts.digest()}
    plain = not own_seeds and not own_exemplars and not grams
    return Plan(pool, seed_pool, exemplar_pool, sampler, grams, plain, noted)


@contextmanager
def makers(config: SynthConfig, plan: Plan, desk: Desk) -> Iterator[Callable[[Iterable[Job]], Iterator[Made]]]:
    """Who makes the items: worker processes, slots in which models work, or the one after the other. Whoever it is draws no
    more jobs ahead than a batch, and answers in order.
    """
    addressed, semantics = addresses(plan.pool), dict(SEMANTICS)
    seeds, exemplars = (None, None) if plan.plain else (plan.seeds, plan.exemplars)

    def setup() -> Callable[[Job], Made]:
        return worker(config, addressed, seeds, exemplars, semantics)

    if not config.models:
        with Workers(setup, config.workers) as workers:
            yield lambda jobs: workers.map(jobs, config.batch)
        return
    from dive.synthesis.modelled.worker import Stage

    stage = Stage(config, plan.pool, plan.sampler, Prompts("dive.synthesis.modelled", config.prompts), desk)
    if config.explores:
        with Slots(stage.opened, config.in_flight) as slots:
            yield lambda jobs: slots.map(jobs, config.batch)
        return
    half = max(1, config.batch // 2)
    with Workers(setup, config.workers) as workers, Slots(stage.opened, config.in_flight) as slots:
        yield lambda jobs: slots.map(workers.map(jobs, half), half)


def _check_states(pool: ToolPool) -> None:
    """A state that does not begin anew with every item is another for every worker."""
    if lasting := [tool.name for tool in pool if tool.stateful and not tool.resets]:
        raise DiveError(
            f"{', '.join(lasting[:5])} change a state on a server elsewhere, which cannot begin anew with every task; leave them "
            "out, or set `stateful: false` in their tool file if they only read"
        )


def _noted(pool: Sequence[Seed] | Sequence[Exemplar]) -> dict[str, Json]:
    """What a run keeps of a pool, to know it again."""
    text = "\n".join(canonical(list(dict(record).values())) for record in pool)
    return {"count": len(pool), "digest": digest([text])}


def _jobs(state: _State, first: int) -> Iterator[Job]:
    index = first
    while True:
        yield Job(index, state.seen_by(index))
        index += 1


def _check_patience(state: _State) -> None:
    if state.barren >= PATIENCE:
        gate, count = Counter({k: v for k, v in state.fates.items() if k != "kept"}).most_common(1)[0]
        raise DiveError(
            f"no task among the last {PATIENCE} items (kept {state.fates['kept']}, most failed at {gate!r}: {count}); "
            "see rejected.jsonl, and give more tools, seeds or domains"
        )


@dataclass(frozen=True)
class _Effort:
    """What one invocation took: its wall time, the tasks that it added, and the part of the work spent in tools."""

    seconds: float
    made: int
    tool_share: float


def summarise(path: Path, pool: ToolPool, fates: dict[str, int], effort: _Effort) -> Summary:
    """Read a run's tasks once and measure them."""
    shapes: Counter[str] = Counter()
    domains: Counter[str] = Counter()
    answers: Counter[str] = Counter()

    def records() -> Iterator[tuple[Derivation, tuple[str, ...]]]:
        for task in read_tasks(path):
            shapes[task.shape] += 1
            domains[task.domain] += 1
            answers[task.answer.type] += 1
            yield task.derivation, task.toolset

    kinds = {tool.name: "R" if tool.kind == "retrieval" else "P" for tool in pool}
    diversity = measure(records(), kinds, {tool.name: tool.provider for tool in pool})
    kept = sum(shapes.values())
    return Summary(
        path=path, tasks=kept, items=sum(fates.values()), funnel=fates, shapes=dict(shapes.most_common()),
        domains=dict(domains.most_common()), answers=dict(answers.most_common()), seconds=round(effort.seconds, 1),
        tasks_per_minute=round(60 * effort.made / effort.seconds, 1) if effort.seconds else 0.0,
        tool_share=round(effort.tool_share, 3), diversity=diversity,
    )  # fmt: skip


def described(pool: ToolPool) -> list[Json]:
    """The tools of a run as they are saved with it."""
    return [
        {
            "name": tool.name, "domain": tool.domain, "kind": tool.kind, "provider": tool.provider, "version": tool.version,
            "source": tool.source, "description": tool.description, "parameters": tool.schema, "result": tool.result_schema,
            **({"stateful": True} if tool.stateful else {}),
        }
        for tool in pool
    ]  # fmt: skip
