"""What solutions and verdicts say of each task: how many samples were scored and correct, and which conversations may be kept.

A verdict counts for its solution once; where a solution has several, the last one stands. Unscored ones do not count.
Conversations are not held in memory, only the places of those that may be kept.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from dive.chat import Ending, Ruling, Usage
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
    settings: str
    sample: int
    trace: _Course


class _Ruled(_Part):
    """A verdict without its reason."""

    solution: str
    task: str
    solver: str
    ruling: Ruling


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
    settings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The settings, as their digests, that the solutions of each solver were made with."""

    def of(self, number: int) -> Tally:
        return self.by_task.get(number) or Tally()


def read_passes(sources: Sequence[Source], candidates: Sequence[Candidate], config: DatasetConfig) -> Passes:
    """Count verdicts and find the conversations to keep. Raises `DiveError` where a run is not solved or not verified."""
    numbers: list[dict[str, int]] = [{} for _ in sources]
    for task in candidates:
        numbers[task.source][task.key] = task.number
    found = _Found(config)
    for source, own in zip(sources, numbers, strict=True):
        found.add_solutions(source, own, found.add_verdicts(source, own))
    solvers: Counter[str] = Counter()
    for tally in found.tallies.values():
        tally.takes.sort()
        for solver, (samples, _) in tally.rates.items():
            if solver != GOLD:
                solvers[solver] += samples
    settings = {solver: tuple(sorted(digests)) for solver, digests in sorted(found.settings.items())}
    return Passes(found.tallies, dict(sorted(found.counts.items())), dict(sorted(solvers.items())), settings)


@dataclass
class _Found:
    """What was read so far."""

    config: DatasetConfig
    tallies: dict[int, Tally] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    settings: dict[str, set[str]] = field(default_factory=dict)

    def tally(self, number: int) -> Tally:
        return self.tallies.setdefault(number, Tally())

    def add_verdicts(self, source: Source, own: Mapping[str, int]) -> dict[str, Ruling]:
        """The ruling of each solution, by its key; scored and correct samples are counted."""
        path = source.path / "verdicts.jsonl"
        if not path.exists():
            if not (source.path / "solutions.jsonl").exists():
                first = f"say `dive solve {source.path}` and then `dive verify {source.path}`"
                raise DiveError(f"{source.path} has no solutions: {first}")
            raise DiveError(f"{source.path} has no verdicts: say `dive verify {source.path}` first")
        rulings: dict[str, Ruling] = {}
        whose: dict[str, tuple[int | None, str]] = {}
        for _, _, verdict in placed_lines(path, _Ruled, noting(source, "verdicts.jsonl")):
            rulings[verdict.solution] = verdict.ruling
            whose[verdict.solution] = (own.get(verdict.task), intern(verdict.solver))
        for key, (number, solver) in whose.items():
            self.counts[f"verdicts: {rulings[key]}"] += 1
            if number is None:
                self.counts["verdicts: of a task that the run does not have"] += 1
            elif rulings[key] != "unscored":
                rate = self.tally(number).rates.setdefault(solver, [0, 0])
                rate[0] += 1
                rate[1] += rulings[key] == "correct"
        return rulings

    def add_solutions(self, source: Source, own: Mapping[str, int], rulings: Mapping[str, Ruling]) -> None:
        """Find the conversations that may be kept."""
        path = source.path / "solutions.jsonl"
        if not path.exists():
            raise DiveError(f"{source.path} has verdicts but no solutions.jsonl; was it moved away?")
        seen = 0
        for start, length, solution in placed_lines(path, Glance, noting(source, "solutions.jsonl")):
            self.counts["solutions"] += 1
            self.settings.setdefault(solution.solver, set()).add(solution.settings)
            ruling = rulings.get(solution.key)
            seen += ruling is not None
            if solution.task not in own:
                self.counts["solutions: of a task that the run does not have"] += 1
            elif ruling is None:
                self.counts["solutions: without a verdict"] += 1
            elif ruling == "correct":
                _weigh(self.tally(own[solution.task]), solution, start, length, self.config)
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
