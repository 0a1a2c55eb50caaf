"""What solutions and verdicts say of each task: how many samples were scored and correct, and which conversations may be kept.

A verdict counts for its solution once; where a solution has several, the last one stands. Unscored ones do not count.
Conversations are not held in memory, only the places of those that may be kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from dive.chat import Ending, Ruling, Usage, Verdict
from dive.dataset.config import DatasetConfig
from dive.dataset.read import Candidate, Source, noting, placed_lines
from dive.errors import DiveError

GOLD = "gold"
"""The solver that replays derivations."""


class _Part(BaseModel):
    """The fields of a record that are needed; others are passed over without being built."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Nothing(_Part):
    pass


class _Said(_Part):
    tool_calls: tuple[_Nothing, ...] = ()


class _Course(_Part):
    ending: Ending
    turns: int = 0
    usage: Usage = Usage()
    calls: tuple[_Nothing, ...] = ()
    messages: tuple[_Said, ...] = ()

    @property
    def used_tools(self) -> bool:
        return bool(self.calls) or any(message.tool_calls for message in self.messages)


class Glance(_Part):
    """A solution without its conversation."""

    key: str
    task: str
    solver: str
    sample: int
    trace: _Course


class Take(NamedTuple):
    """A conversation that may be kept; the least comes first: fewest turns, then tokens, then bytes."""

    turns: int
    tokens: int
    length: int
    solver: str
    sample: int
    key: str
    start: int


@dataclass
class Tally:
    """What is known of one task's solutions."""

    rates: dict[str, list[int]] = field(default_factory=dict)
    """By solver: scored samples, and the correct ones among them."""
    without_tools: int = 0
    """Correct solutions that called no tool."""
    cut_off: int = 0
    """Correct solutions whose conversation was cut off; they are never kept."""
    takes: list[Take] = field(default_factory=list)
    gold: Take | None = None

    def rate(self, solver: str) -> tuple[int, int]:
        """Scored samples of a solver, and the correct ones among them."""
        samples, passes = self.rates.get(solver, (0, 0))
        return samples, passes


@dataclass
class Passes:
    """What is known of all solutions."""

    by_task: dict[int, Tally]
    """By the number of the task."""
    counts: dict[str, int]
    """Solutions and verdicts, by what became of them."""
    solvers: dict[str, int]
    """Scored samples by solver, the gold one left out."""

    def of(self, number: int) -> Tally:
        return self.by_task.get(number) or Tally()


def read_passes(sources: Sequence[Source], candidates: Sequence[Candidate], config: DatasetConfig) -> Passes:
    """Count verdicts and find the conversations to keep. Raises `DiveError` where a run is not solved or not verified."""
    numbers = {(task.source, task.key): task.number for task in candidates}
    counts: Counter[str] = Counter()
    solvers: Counter[str] = Counter()
    tallies: dict[int, Tally] = {}
    for place, source in enumerate(sources):
        own = {key: number for (run, key), number in numbers.items() if run == place}
        rulings = _rulings(source, own, tallies, counts)
        _solutions(source, own, rulings, tallies, counts, config)
    for tally in tallies.values():
        tally.takes.sort()
        for solver, (samples, _) in tally.rates.items():
            if solver != GOLD:
                solvers[solver] += samples
    return Passes(tallies, dict(sorted(counts.items())), dict(sorted(solvers.items())))


def _rulings(source: Source, own: Mapping[str, int], tallies: dict[int, Tally], counts: Counter[str]) -> dict[str, Ruling]:
    """The ruling of each solution, by its key; scored and correct samples are counted."""
    path = source.path / "verdicts.jsonl"
    if not path.exists():
        if not (source.path / "solutions.jsonl").exists():
            raise DiveError(
                f"{source.path} has no solutions: say `dive solve {source.path}` and then `dive verify {source.path}`"
            )
        raise DiveError(f"{source.path} has no verdicts: say `dive verify {source.path}` first")
    last = {verdict.solution: verdict for _, _, verdict in placed_lines(path, Verdict, noting(source, "verdicts.jsonl"))}
    rulings: dict[str, Ruling] = {}
    for key, verdict in last.items():
        counts[f"verdicts: {verdict.ruling}"] += 1
        rulings[key] = verdict.ruling
        if verdict.task not in own:
            counts["verdicts: of a task that the run does not have"] += 1
        elif verdict.ruling != "unscored":
            rate = tallies.setdefault(own[verdict.task], Tally()).rates.setdefault(verdict.solver, [0, 0])
            rate[0] += 1
            rate[1] += verdict.ruling == "correct"
    return rulings


def _solutions(
    source: Source, own: Mapping[str, int], rulings: Mapping[str, Ruling], tallies: dict[int, Tally],
    counts: Counter[str], config: DatasetConfig,
) -> None:  # fmt: skip
    """Find the conversations that may be kept."""
    path = source.path / "solutions.jsonl"
    if not path.exists():
        raise DiveError(f"{source.path} has verdicts but no solutions.jsonl; was it moved away?")
    seen = 0
    for start, length, solution in placed_lines(path, Glance, noting(source, "solutions.jsonl")):
        counts["solutions"] += 1
        ruling = rulings.get(solution.key)
        seen += ruling is not None
        if solution.task not in own:
            counts["solutions: of a task that the run does not have"] += 1
        elif ruling is None:
            counts["solutions: without a verdict"] += 1
        elif ruling == "correct":
            tally = tallies.setdefault(own[solution.task], Tally())
            _weigh(tally, solution, start, length, config)
    if not seen:
        raise DiveError(f"{source.path}: no verdict is about one of its solutions: say `dive verify {source.path}` first")


def _weigh(tally: Tally, solution: Glance, start: int, length: int, config: DatasetConfig) -> None:
    """Whether a correct solution is kept for now."""
    course = solution.trace
    if not course.used_tools and solution.solver != GOLD:
        tally.without_tools += 1
    if course.ending != "answered":
        tally.cut_off += 1
        return
    take = Take(course.turns, course.usage.completion, length, solution.solver, solution.sample, solution.key, start)
    if solution.solver == GOLD:
        tally.gold = min(take, tally.gold) if tally.gold else take
    elif (not config.teacher or solution.solver in config.teacher) and all(take.key != other.key for other in tally.takes):
        tally.takes.append(take)
        if len(tally.takes) > config.per_task:
            tally.takes.remove(max(tally.takes))
