"""Selection: from the tasks of runs to those that become rows, one counted step after the other.

First what holds for every purpose: duplicates, overlap with benchmarks, tasks that need no tools. Then what solutions say: a verified
conversation (`sft`), a pass rate within the band (`rl`). Then evaluation is set aside, for all purposes together, and at last a
number of tasks is chosen from those that are left for training.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dive.dataset.config import DatasetConfig
from dive.dataset.coverage import Covered, at_random, choose, compared
from dive.dataset.decontaminate import Contamination, decontaminate, read_benchmarks
from dive.dataset.duplicates import Seen
from dive.dataset.funnel import Dropped, Funnel, Ledger, Why
from dive.dataset.passes import GOLD, Passes, Take, Tally, read_passes
from dive.dataset.read import Candidate, Source, read_candidates
from dive.dataset.rows import Purpose
from dive.dataset.split import Split, quotas_of, split
from dive.errors import DiveError

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
    """Evaluation tasks that a domain's variant lacks."""
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
    solver = _solver(passes, config)
    books = Ledger([source.name for source in sources])
    tasks = _without_duplicates(tasks, books)
    contamination = Contamination()
    if config.against:
        why, contamination = decontaminate(tasks, read_benchmarks(config.against), config.seeds_alike == "drop")
        tasks = _left(tasks, why, books, "benchmarks")
    if config.closed_book == "drop":
        tasks = _without_closed_book(tasks, passes, config, books)
    histogram = Counter(_text_of_rate(rate_of(passes.of(task.number), solver)) for task in tasks)
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
        coverage={purpose: covered for purpose, covered in coverage.items() if covered}, lacking=dict(apart.lacking),
        passes=passes, solver=solver, histogram=dict(sorted(histogram.items(), key=_by_rate)),
    )  # fmt: skip


def _passes(sources: Sequence[Source], tasks: Sequence[Candidate], config: DatasetConfig) -> Passes:
    """What solutions say; nothing where nobody asks them and there are none."""
    asked = "sft" in config.purposes or config.pass_rates is not None
    if not asked and not all((source.path / "verdicts.jsonl").exists() for source in sources):
        return Passes({}, {}, {})
    return read_passes(sources, tasks, config)


def _solver(passes: Passes, config: DatasetConfig) -> str:
    """The solver whose pass rate counts."""
    known = ", ".join(f"{name} ({count:,} scored)" for name, count in passes.solvers.items()) or "none but gold"
    if config.solver and config.solver not in passes.solvers:
        raise DiveError(f"no scored solution is by the solver {config.solver!r}; there are {known}")
    if strange := sorted(set(config.teacher) - passes.solvers.keys()):
        raise DiveError(f"no scored solution is by the teacher {strange[0]!r}; there are {known}")
    if "rl" in config.purposes and config.pass_rates and not config.solver and len(passes.solvers) != 1:
        what = (
            "name the one whose pass rate counts: --solver NAME"
            if passes.solvers
            else "there is no pass rate: --band all keeps all"
        )
        raise DiveError(f"solvers with verdicts: {known}; {what}")
    return config.solver or (next(iter(passes.solvers)) if len(passes.solvers) == 1 else "")


def rate_of(tally: Tally, solver: str) -> tuple[int, int]:
    """Scored samples of a solver and the correct ones among them; of all solvers but gold where none is named."""
    if solver:
        return tally.rate(solver)
    rates = [tally.rate(name) for name in tally.rates if name != GOLD]
    return sum(samples for samples, _ in rates), sum(passes for _, passes in rates)


def _text_of_rate(rate: tuple[int, int]) -> str:
    return f"{rate[1]}/{rate[0]}" if rate[0] else "not scored"


def _by_rate(pair: tuple[str, int]) -> tuple[int, int]:
    passes, _, samples = pair[0].partition("/")
    return (int(samples), int(passes)) if samples else (0, 0)


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
        task.number: Why("solved without a tool")
        for task in tasks
        if passes.of(task.number).without_tools >= config.closed_book_least
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
        takes = _takes(tally, config) if purpose == "sft" else ()
        reason = (
            (_unverified(tally, config) if not takes else "") if purpose == "sft" else _outside(rate_of(tally, solver), config)
        )
        if reason:
            why[task.number] = Why(reason)
        else:
            fitting[task.number] = Chosen(task, takes)
    _left(tasks, why, books, "verified" if purpose == "sft" else "pass rate", purpose)
    if not fitting:
        most = max((rate_of(passes.of(task.number), solver)[0] for task in tasks), default=0)
        hint = f"; the most scored samples of a task are {most}, {config.least_scored} are asked for" if purpose == "rl" else ""
        raise DiveError(f"no task is left for {purpose}: {_last(books)}{hint}")
    return fitting


def _takes(tally: Tally, config: DatasetConfig) -> tuple[Take, ...]:
    """The conversations of a task to keep."""
    gold = (tally.gold,) if tally.gold and (config.gold == "all" or (config.gold == "fill" and not tally.takes)) else ()
    return (*tally.takes, *gold)


def _unverified(tally: Tally, config: DatasetConfig) -> str:
    """Why a task has no conversation to keep."""
    names = [name for name in tally.rates if name != GOLD and (not config.teacher or name in config.teacher)]
    if tally.cut_off:
        return "correct, but cut off"
    return "no correct solution" if names else "no scored solution"


def _outside(rate: tuple[int, int], config: DatasetConfig) -> str:
    """Why a pass rate is not kept; empty where it is."""
    band, (samples, passes) = config.pass_rates, rate
    if band is None:
        return "too few scored samples" if samples < config.least_scored else ""
    if not samples or samples < config.least_scored:
        return "too few scored samples"
    if band.holds(passes, samples):
        return ""
    return "solved too often" if not band.holds(passes, samples) and _above(band.high, band.shares, rate) else "solved too rarely"


def _above(high: float, shares: bool, rate: tuple[int, int]) -> bool:
    samples, passes = rate
    return (passes / samples if shares else passes) > high


def _apart(tasks: Sequence[Candidate], fit: Mapping[Purpose, Mapping[int, Chosen]], config: DatasetConfig) -> Split:
    """Set evaluation aside, for all purposes together."""
    if not config.evaluates:
        return Split()
    numbers = {number for fitting in fit.values() for number in fitting}
    eligible = [task for task in tasks if config.eval_from == "all" or task.number in numbers]
    concerned = [task for task in tasks if config.eval_from == "all" or task.number in numbers]
    if config.eval_per_variant:
        quotas = {task.stratum: config.eval_per_variant for task in eligible}
    else:
        chosen = min(config.size or len(numbers), len(numbers))
        quotas = quotas_of(eligible, int(config.eval) if config.eval >= 1 else max(1, round(config.eval * chosen)))
    return split(concerned, {task.number for task in eligible}, quotas, config.seed)


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
    features = [task.features for task in pool]
    drawn = at_random(len(pool), config.size, f"{config.seed}/{purpose}")
    numbers = {
        "coverage": lambda: choose(features, config.size or 0),
        "random": lambda: drawn,
        "first": lambda: list(range(config.size or 0)),
    }[config.select]()
    kept = {pool[number].number for number in numbers}
    why = {task.number: Why(f"not among the {config.size} chosen") for task in pool if task.number not in kept}
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
