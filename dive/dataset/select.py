"""Selection: from the tasks of runs to those that become rows, one counted step after the other.

First what holds for every purpose: duplicates, overlap with benchmarks, tasks that need no tools. Then what solutions say: a
verified conversation (`sft`), a pass rate within the band (`rl`). Then evaluation is set aside, for all purposes together, and
at last a number of tasks is chosen from those that are left for training.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dive.dataset.config import DatasetConfig
from dive.dataset.coverage import Covered, at_random, choose, compared
from dive.dataset.decontaminate import Contamination, decontaminate, read_benchmarks
from dive.dataset.duplicates import Seen
from dive.dataset.fit import histogram_of, outside, rate_of, solver_of, takes_of, unverified
from dive.dataset.funnel import Dropped, Funnel, Ledger, Why
from dive.dataset.passes import Passes, Take, read_passes
from dive.dataset.read import Candidate, Source, read_candidates
from dive.dataset.rows import Purpose
from dive.dataset.split import Split, quotas_of, split
from dive.errors import DiveError
from dive.runs import VERDICTS

Where = Literal["train", "eval"]


@dataclass(frozen=True)
class Chosen:
    """A task that becomes rows."""

    task: Candidate
    takes: tuple[Take, ...] = ()
    """The conversations to keep (`sft`)."""


@dataclass(frozen=True)
class Selection:
    """What was selected, and how that came about."""

    parts: dict[Purpose, dict[Where, tuple[Chosen, ...]]]
    funnel: Funnel
    dropped: tuple[Dropped, ...]
    contamination: Contamination
    coverage: dict[Purpose, tuple[Covered, ...]]
    """Where fewer tasks were chosen than there were."""
    lacking: dict[str, int]
    """How many tasks fewer there are than were asked for, by what they are for."""
    passes: Passes
    solver: str
    """Whose pass rate counts; empty where several solvers are counted together."""
    histogram: dict[str, int]
    """Tasks by `correct/scored` samples, before any of them was dropped for its solutions."""


def select(sources: Sequence[Source], config: DatasetConfig) -> Selection:
    """Select tasks of the runs.

    Raises:
        DiveError: a run is not solved or not verified, a benchmark cannot be read, or nothing is left.
    """
    tasks = read_candidates(sources)
    if not tasks:
        raise DiveError(f"{', '.join(str(source.path) for source in sources)} has no tasks; `dive synth` makes them")
    passes = _passes(sources, tasks, config)
    solver = solver_of(passes, config)
    books = Ledger([source.name for source in sources])
    tasks = _without_duplicates(tasks, books)
    contamination = Contamination()
    if config.against:
        why, contamination = decontaminate(tasks, read_benchmarks(config.against), config.seeds_alike == "drop")
        tasks = _left(tasks, why, books, "benchmarks")
    if config.closed_book == "drop":
        tasks = _without_closed_book(tasks, passes, config, books)
    if not tasks:
        raise DiveError(f"no task is left: {_last(books)}")
    histogram = histogram_of(tasks, passes, solver)
    fit = {purpose: _fit(purpose, tasks, passes, solver, config, books) for purpose in config.purposes}
    apart = _apart(tasks, fit, config)
    parts: dict[Purpose, dict[Where, tuple[Chosen, ...]]] = {}
    coverage: dict[Purpose, tuple[Covered, ...]] = {}
    for purpose, fitting in fit.items():
        train, coverage[purpose] = _chosen([chosen.task for chosen in fitting.values()], apart, purpose, config, books)
        evaluated = [task for task in tasks if task.number in apart.eval]
        if purpose == "sft" or config.eval_from == "selected":
            evaluated = [task for task in evaluated if task.number in fitting]
        parts[purpose] = {"train": tuple(fitting[task.number] for task in train)}
        if config.evaluates:
            parts[purpose]["eval"] = tuple(fitting.get(task.number) or Chosen(task) for task in evaluated)
    return Selection(
        parts=parts, funnel=_funnel(sources, books), dropped=tuple(books.dropped), contamination=contamination,
        coverage={purpose: covered for purpose, covered in coverage.items() if covered}, lacking=_lacking(parts, apart, config),
        passes=passes, solver=solver, histogram=histogram,
    )  # fmt: skip


def _passes(sources: Sequence[Source], tasks: Sequence[Candidate], config: DatasetConfig) -> Passes:
    """What solutions say; nothing where nobody asks them and there are none."""
    asked = "sft" in config.purposes or config.pass_rates is not None
    if not asked and not all((source.path / VERDICTS).exists() for source in sources):
        return Passes({}, {})
    return read_passes(sources, tasks, config)


def _lacking(parts: Mapping[Purpose, Mapping[Where, Sequence[Chosen]]], apart: Split, config: DatasetConfig) -> dict[str, int]:
    """What there is less of than was asked for."""
    train = {f"training ({purpose})": (config.size or 0) - len(each["train"]) for purpose, each in parts.items()}
    evaluation = {f"evaluation of {stratum}": count for stratum, count in apart.lacking}
    if config.eval >= 1:
        evaluation = {"evaluation": int(config.eval) - len(apart.eval)}
    return {name: count for name, count in (train | evaluation).items() if count > 0}


def _left(
    tasks: Sequence[Candidate], why: Mapping[int, Why], books: Ledger, step: str, purpose: str = "", aside: int = 0
) -> list[Candidate]:  # fmt: skip
    books.drop(step, tasks, why, purpose, aside)
    return [task for task in tasks if task.number not in why]


def _without_duplicates(tasks: Sequence[Candidate], books: Ledger) -> list[Candidate]:
    seen = Seen()
    keys = {task.number: task.key for task in tasks}
    why: dict[int, Why] = {}
    for task in tasks:
        if twin := seen.twin(task.query, task.form):
            why[task.number] = Why(f"{twin[0]} as an earlier task", twin=keys[twin[1]])
        else:
            seen.add(task.query, task.form, task.number)
    return _left(tasks, why, books, "duplicates")


def _without_closed_book(tasks: Sequence[Candidate], passes: Passes, config: DatasetConfig, books: Ledger) -> list[Candidate]:
    why = {
        task.number: Why("solved without a tool") for task in tasks if passes.of(task.number).by_heart >= config.closed_book_least
    }
    return _left(tasks, why, books, "closed book")


def _fit(
    purpose: Purpose, tasks: Sequence[Candidate], passes: Passes, solver: str, config: DatasetConfig, books: Ledger
) -> dict[int, Chosen]:
    """The tasks whose solutions make them fit for a purpose, by number. Raises `DiveError` where there is none."""
    fitting: dict[int, Chosen] = {}
    why: dict[int, Why] = {}
    for task in tasks:
        tally = passes.of(task.number)
        reason = unverified(tally, config) if purpose == "sft" else outside(rate_of(tally, solver), config)
        if reason:
            why[task.number] = Why(reason)
        else:
            fitting[task.number] = Chosen(task, takes_of(tally, config) if purpose == "sft" else ())
    _left(tasks, why, books, "verified" if purpose == "sft" else "pass rate", purpose)
    if not fitting:
        most = max((rate_of(passes.of(task.number), solver)[0] for task in tasks), default=0)
        few = purpose == "rl" and most < config.least_scored
        hint = f"; the most scored samples of a task are {most}, --scored asks for {config.least_scored}" if few else ""
        raise DiveError(f"no task is left for {purpose}: {_last(books)}{hint}")
    return fitting


def _apart(tasks: Sequence[Candidate], fit: Mapping[Purpose, Mapping[int, Chosen]], config: DatasetConfig) -> Split:
    """Set evaluation aside: the same tasks for all purposes, which are fit for each, or any tasks where that is asked for."""
    if not config.evaluates:
        return Split()
    numbers = {number for fitting in fit.values() for number in fitting}
    concerned = [task for task in tasks if config.eval_from == "all" or task.number in numbers]
    pool = [
        task for task in concerned if config.eval_from == "all" or all(task.number in fitting for fitting in fit.values())
    ]  # fmt: skip
    if not pool:
        raise DiveError("no task is fit for both purposes, so evaluation cannot be shared; make a data set for each purpose")
    if config.eval_per_variant:
        quotas = {task.stratum: config.eval_per_variant for task in concerned}
    elif config.eval >= 1:
        quotas = quotas_of(pool, int(config.eval))
    else:
        quotas = quotas_of(pool, max(1, round(config.eval * min(config.size or len(numbers), len(numbers)))))
    return split(concerned, quotas, config.seed, {task.number for task in pool})


def _chosen(
    fitting: Sequence[Candidate], apart: Split, purpose: Purpose, config: DatasetConfig, books: Ledger
) -> tuple[list[Candidate], tuple[Covered, ...]]:
    """The training tasks of a purpose, and how they cover what there is."""
    pool = [task for task in fitting if task.number not in apart.eval]
    if config.evaluates:
        why = {task.number: Why("shares a seed or toolset with evaluation") for task in pool if task.number in apart.withheld}
        _left(fitting, why, books, "evaluation", purpose, len(fitting) - len(pool))
        pool = [task for task in pool if task.number not in why]
    if not pool:
        raise DiveError(f"no task is left for training ({purpose}): {_last(books)}; set fewer aside")
    if config.size is None or config.size >= len(pool):
        return pool, ()
    size, features = config.size, [task.features for task in pool]
    drawn = at_random(len(pool), size, f"{config.seed}/{purpose}")
    numbers = choose(features, size) if config.select == "coverage" else drawn if config.select == "random" else list(range(size))
    kept = {pool[number].number for number in numbers}
    why = {task.number: Why(f"not among the {size} chosen") for task in pool if task.number not in kept}
    return _left(pool, why, books, "size", purpose), compared(features, numbers, drawn)


def _last(books: Ledger) -> str:
    stage = books.stages[-1]
    return f"the step {stage.step!r} was given {stage.given} and dropped " + (
        ", ".join(f"{count} ({reason})" for reason, count in stage.dropped.items()) or "none"
    )


def _funnel(sources: Sequence[Source], books: Ledger) -> Funnel:
    """The books with the gates of the runs before them."""
    gates: Counter[str] = Counter()
    for source in sources:
        gates.update(source.summary.get("funnel", {}))
    whole = all(source.summary for source in sources)
    items = sum(source.summary.get("items", 0) for source in sources) if whole else None
    return Funnel(items=items, gates=dict(gates), stages=tuple(books.stages))
