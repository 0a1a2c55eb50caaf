"""Which tasks are fit for a purpose by what their solutions say: a verified conversation, or a pass rate within the band."""

from collections import Counter
from collections.abc import Iterable

from dive.dataset.config import DatasetConfig
from dive.dataset.passes import GOLD, Passes, Take, Tally
from dive.dataset.read import Candidate
from dive.errors import DiveError


def solver_of(passes: Passes, config: DatasetConfig) -> str:
    """The group of solutions whose pass rate counts; empty where several are counted together, which a band does not allow.

    Raises:
        DiveError: a named solver or teacher has no scored solution, or the band is of nobody's pass rate.
    """
    scored = passes.scored
    known = ", ".join(f"{name} ({count:,} scored)" for name, count in scored.items()) or "none that called tools, but gold"
    if config.solver and config.solver not in scored:
        raise DiveError(f"no scored solution is by the solver {config.solver!r}; there are {known}")
    teachers = {name for each in passes.groups if each.name in scored for name in (each.name, each.solver)}
    if strange := sorted(set(config.teacher) - teachers):
        raise DiveError(f"no scored solution is by the teacher {strange[0]!r}; there are {known}")
    if len(scored) == 1 or config.solver:
        return config.solver or next(iter(scored))
    if "rl" in config.purposes and config.pass_rates:
        if not scored:
            raise DiveError("no model's solution was scored, so there is no pass rate; --band all keeps every task")
        raise DiveError(f"solvers with verdicts: {known}; name the one whose pass rate counts: --solver NAME")
    return ""


def rate_of(tally: Tally, solver: str) -> tuple[int, int]:
    """Scored samples of a group and the correct ones among them; of all groups but gold where none is named."""
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
    taught = sorted(take for name, takes in tally.takes.items() if _teaches(name, config) for take in takes)[: config.per_task]
    wanted = config.gold == "all" or (config.gold == "fill" and not taught)
    return (*taught, *(tally.takes.get(GOLD, ()) if wanted else ()))


def _teaches(name: str, config: DatasetConfig) -> bool:
    """Whether the conversations of a group are kept."""
    return name != GOLD and (not config.teacher or not {name, name.rpartition("#")[0] or name}.isdisjoint(config.teacher))


def group_of(tally: Tally, take: Take) -> str:
    """The name of the group that a conversation belongs to; empty for gold, beside which all others count together."""
    return next((name for name, takes in tally.takes.items() if name != GOLD and take in takes), "")


def unverified(tally: Tally, config: DatasetConfig) -> str:
    """Why a task has no conversation to keep; empty where it has."""
    if takes_of(tally, config):
        return ""
    if tally.cut_off:
        return "correct, but cut off"
    if tally.by_heart:
        return "correct, but without a tool"
    scored = any(_teaches(name, config) for name in tally.rates)
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
