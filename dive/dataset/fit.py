"""Which tasks are fit for a purpose by what their solutions say: a verified conversation, or a pass rate within the band."""

from collections import Counter
from collections.abc import Iterable

from dive.dataset.config import DatasetConfig
from dive.dataset.passes import GOLD, Passes, Take, Tally
from dive.dataset.read import Candidate
from dive.errors import DiveError


def solver_of(passes: Passes, config: DatasetConfig) -> str:
    """The solver whose pass rate counts; empty where several are counted together, which a band does not allow.

    Raises:
        DiveError: a named solver or teacher has no scored solution, or the band is of nobody's pass rate.
    """
    known = ", ".join(f"{name} ({count:,} scored)" for name, count in passes.solvers.items()) or "none but gold"
    if config.solver and config.solver not in passes.solvers:
        raise DiveError(f"no scored solution is by the solver {config.solver!r}; there are {known}")
    if strange := sorted(set(config.teacher) - passes.solvers.keys()):
        raise DiveError(f"no scored solution is by the teacher {strange[0]!r}; there are {known}")
    if len(passes.solvers) == 1 or config.solver:
        return config.solver or next(iter(passes.solvers))
    if "rl" in config.purposes and config.pass_rates:
        if not passes.solvers:
            raise DiveError("no model's solution was scored, so there is no pass rate; --band all keeps every task")
        raise DiveError(f"solvers with verdicts: {known}; name the one whose pass rate counts: --solver NAME")
    return ""


def rate_of(tally: Tally, solver: str) -> tuple[int, int]:
    """Scored samples of a solver and the correct ones among them; of all solvers but gold where none is named."""
    if solver:
        return tally.rate(solver)
    rates = [tally.rate(name) for name in tally.rates if name != GOLD]
    return sum(samples for samples, _ in rates), sum(passes for _, passes in rates)


def histogram_of(tasks: Iterable[Candidate], passes: Passes, solver: str) -> dict[str, int]:
    """How many tasks have each pass rate, as `correct/scored`, in order."""
    counts = Counter(rate_of(passes.of(task.number), solver) for task in tasks)
    return {
        f"{right}/{samples}" if samples else "not scored": count for (samples, right), count in sorted(counts.items())
    }  # fmt: skip


def takes_of(tally: Tally, config: DatasetConfig) -> tuple[Take, ...]:
    """The conversations of a task to keep."""
    gold = (tally.gold,) if tally.gold and (config.gold == "all" or (config.gold == "fill" and not tally.takes)) else ()
    return (*tally.takes, *gold)


def unverified(tally: Tally, config: DatasetConfig) -> str:
    """Why a task has no conversation to keep; empty where it has."""
    if takes_of(tally, config):
        return ""
    if tally.cut_off:
        return "correct, but cut off"
    scored = any(name != GOLD and (not config.teacher or name in config.teacher) for name in tally.rates)
    return "no correct solution" if scored else "no scored solution"


def outside(rate: tuple[int, int], config: DatasetConfig) -> str:
    """Why a pass rate, given as scored and correct samples, is not kept; empty where it is."""
    samples, right = rate
    if samples < config.least_scored:
        return "too few scored samples"
    band = config.pass_rates
    if band is None:
        return ""
    value = right / samples if band.shares else right
    return "solved too rarely" if value < band.low else "solved too often" if value > band.high else ""
