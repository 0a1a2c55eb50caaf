"""What the verdicts of a run come to: accuracy with its interval, pass@k, passes per task, and how far a judge agrees.

Everything is counted from the verdicts themselves, so that a report can be made again at any time. Unscored solutions are in
no share; they are counted beside.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from dive.chat import Ending, Verdict
from dive.types import Record, Task
from dive.verify.estimates import kappa, pass_at, wilson

KS = (1, 2, 4, 8)
MAX_LISTED = 200
"""Of more disagreements than this, the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What verdicts are counted by."""

    domain: str
    type: str
    shape: str

    @classmethod
    def of(cls, task: Task) -> "Facets":
        """Those of a task."""
        return cls(task.domain, task.answer.type, task.shape)


class Tally(Record):
    """Verdicts counted."""

    n: int
    correct: int
    wrong: int
    unscored: int
    accuracy: float | None
    """Correct among scored."""
    low: float | None
    """Its 95 % interval after Wilson. Samples of one task are not independent, so it is too narrow where there are several."""
    high: float | None


class PassAt(Record):
    """The unbiased estimate of pass@k."""

    value: float
    tasks: int
    """Tasks with at least k scored samples, over which it is the mean."""


class SolverReport(Record):
    """How one solver does."""

    solver: str
    overall: Tally
    pass_at: dict[int, PassAt]
    passes: dict[str, int]
    """Tasks by correct among scored samples, such as `3/4`; `0/0` where none was scored."""
    by_domain: dict[str, Tally]
    by_type: dict[str, Tally]
    by_shape: dict[str, Tally]
    endings: dict[str, int]
    """What was not compared: rollouts without an answer by how they ended, and what is unscored by its reason."""


class Disagreement(Record):
    """A solution on which comparison and judge say different things."""

    solution: str
    task: str
    solver: str
    ruling: str
    """What comparison says, and what stands."""
    reason: str


class Audit(Record):
    """How far a judge agrees with comparison."""

    judged: int
    silent: int
    """Asked, but the judge did not say."""
    both_correct: int
    only_comparison: int
    """Correct by comparison, wrong by the judge."""
    only_judge: int
    both_wrong: int
    agreement: float | None
    low: float | None
    """95 % interval after Wilson."""
    high: float | None
    kappa: float | None
    """Cohen's kappa."""
    disagreements: tuple[Disagreement, ...]


class VerifyReport(Record):
    """What the verdicts of a run come to."""

    run: str
    judge: str
    """Model and digest; empty without one."""
    overall: Tally
    methods: dict[str, int]
    solvers: tuple[SolverReport, ...]
    audit: Audit | None = None


def reported(run: str, judge: str, verdicts: Iterable[Verdict], tasks: Mapping[str, Facets]) -> VerifyReport:
    """The report of a run's verdicts."""
    kept = list(verdicts)
    by_solver: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in kept:
        by_solver[verdict.solver].append(verdict)
    audited = [verdict for verdict in kept if verdict.method == "comparison" and verdict.judge]
    return VerifyReport(
        run=run,
        judge=judge,
        overall=tallied(kept),
        methods=dict(sorted(Counter(verdict.method for verdict in kept).items())),
        solvers=tuple(_solver(name, own, tasks) for name, own in sorted(by_solver.items())),
        audit=_audit(audited) if audited else None,
    )


def tallied(verdicts: Iterable[Verdict]) -> Tally:
    """Verdicts counted, with the accuracy among the scored."""
    counts = Counter(verdict.ruling for verdict in verdicts)
    scored = counts["correct"] + counts["wrong"]
    low, high = wilson(counts["correct"], scored) or (None, None)
    return Tally(
        n=counts.total(), correct=counts["correct"], wrong=counts["wrong"], unscored=counts["unscored"],
        accuracy=counts["correct"] / scored if scored else None, low=low, high=high,
    )  # fmt: skip


def _solver(name: str, verdicts: list[Verdict], tasks: Mapping[str, Facets]) -> SolverReport:
    passes = passes_of(verdicts)
    estimates = {k: estimate for k in KS if (estimate := pass_at(k, passes.values())) is not None}
    return SolverReport(
        solver=name,
        overall=tallied(verdicts),
        pass_at={k: PassAt(value=value, tasks=count) for k, (value, count) in estimates.items()},
        passes=dict(sorted(Counter(f"{right}/{scored}" for scored, right in passes.values()).items())),
        by_domain=_by(lambda verdict: tasks[verdict.task].domain, verdicts),
        by_type=_by(lambda verdict: tasks[verdict.task].type, verdicts),
        by_shape=_by(lambda verdict: tasks[verdict.task].shape, verdicts),
        endings=dict(sorted(Counter(filter(None, map(_ending, verdicts))).items())),
    )


def passes_of(verdicts: Iterable[Verdict]) -> dict[str, tuple[int, int]]:
    """Scored and correct samples of each task."""
    counts: dict[str, tuple[int, int]] = {}
    for verdict in verdicts:
        scored, right = counts.get(verdict.task, (0, 0))
        counts[verdict.task] = (scored + (verdict.ruling != "unscored"), right + (verdict.ruling == "correct"))
    return counts


def _by(facet: Callable[[Verdict], str], verdicts: list[Verdict]) -> dict[str, Tally]:
    groups: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        groups[facet(verdict)].append(verdict)
    return {name: tallied(own) for name, own in sorted(groups.items())}


def _ending(verdict: Verdict) -> str:
    first = verdict.reason.partition(":")[0]
    return first if verdict.ruling == "unscored" or first in get_args(Ending) else ""


def _audit(verdicts: list[Verdict]) -> Audit:
    said = [verdict for verdict in verdicts if verdict.agrees is not None]
    counts = Counter((verdict.ruling == "correct", bool(verdict.agrees)) for verdict in said)
    both, first, second, neither = counts[True, True], counts[True, False], counts[False, False], counts[False, True]
    low, high = wilson(both + neither, len(said)) or (None, None)
    differing = [verdict for verdict in said if not verdict.agrees]
    return Audit(
        judged=len(said), silent=len(verdicts) - len(said),
        both_correct=both, only_comparison=first, only_judge=second, both_wrong=neither,
        agreement=(both + neither) / len(said) if said else None, low=low, high=high,
        kappa=kappa(both, first, second, neither),
        disagreements=tuple(
            Disagreement(solution=v.solution, task=v.task, solver=v.solver, ruling=v.ruling, reason=v.reason)
            for v in differing[:MAX_LISTED]
        ),
    )  # fmt: skip
