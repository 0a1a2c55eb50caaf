"""What solutions and verdicts say of each task: how many samples were scored and correct, and which conversations may be kept.

Samples of one solver under one settings make a pass rate. Settings under which no solution ever called a tool are taken for
those of `dive solve --no-tools`: they tell which tasks a model knows by heart, and nothing else. A verdict counts for its
solution once; where a solution has several, the last one stands. Unscored ones do not count. Conversations are not held in
memory, only the places of those that may be kept.
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
from dive.types import Record

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


class Group(Record):
    """The solutions of one solver under one settings, over all runs."""

    name: str
    """The solver's name; with `#` and the settings where it tried tasks under several."""
    solver: str
    settings: str
    """Digest of all that its solutions depend on beside the tasks."""
    solutions: int
    scored: int
    correct: int
    by_heart: bool
    """Whether none of them called a tool, so that they say nothing of tool use."""


@dataclass
class Tally:
    """What is known of one task's solutions."""

    rates: dict[str, list[int]] = field(default_factory=dict)
    """By name of group: scored samples, and the correct ones among them."""
    by_heart: int = 0
    """Correct solutions that called no tool."""
    cut_off: int = 0
    """Correct solutions whose conversation was cut off; they are never kept."""
    takes: dict[str, list[Take]] = field(default_factory=dict)
    """By name of group: the conversations to keep, the shortest first."""

    def rate(self, group: str) -> tuple[int, int]:
        """Scored samples of a group, and the correct ones among them."""
        samples, passes = self.rates.get(group, (0, 0))
        return samples, passes


@dataclass(frozen=True)
class Passes:
    """What is known of all solutions."""

    by_task: dict[int, Tally]
    """By the number of the task. Groups that know tasks by heart have no part in rates and takes."""
    counts: dict[str, int]
    """Solutions and verdicts, by what became of them."""
    groups: tuple[Group, ...] = ()

    def of(self, number: int) -> Tally:
        """What is known of a task."""
        return self.by_task.get(number) or Tally()

    @property
    def scored(self) -> dict[str, int]:
        """Scored samples of each group that has a pass rate."""
        return {each.name: each.scored for each in self.groups if each.scored and not each.by_heart and each.solver != GOLD}


def read_passes(sources: Sequence[Source], candidates: Sequence[Candidate], config: DatasetConfig) -> Passes:
    """Count verdicts and find the conversations to keep. Raises `DiveError` where a run is not solved or not verified."""
    numbers: list[dict[str, int]] = [{} for _ in sources]
    for task in candidates:
        numbers[task.source][task.key] = task.number
    found = _Found(config)
    for source, own in zip(sources, numbers, strict=True):
        found.read(source, own, _rulings(source, found.counts))
    return found.passes()


def _rulings(source: Source, counts: Counter[str]) -> dict[str, Ruling]:
    """The ruling of each solution of a run, by its key."""
    path = source.path / "verdicts.jsonl"
    if not path.exists():
        if not (source.path / "solutions.jsonl").exists():
            first = f"say `dive solve {source.path}` and then `dive verify {source.path}`"
            raise DiveError(f"{source.path} has no solutions: {first}")
        raise DiveError(f"{source.path} has no verdicts: say `dive verify {source.path}` first")
    if not (source.path / "solutions.jsonl").exists():
        raise DiveError(f"{source.path} has verdicts but no solutions.jsonl; was it moved away?")
    rulings = {ruled.solution: ruled.ruling for _, _, ruled in placed_lines(path, _Ruled, noting(source, "verdicts.jsonl"))}
    counts.update(f"verdicts: {ruling}" for ruling in rulings.values())
    return rulings


@dataclass
class _Count:
    """What is counted of a group."""

    solutions: int = 0
    scored: int = 0
    correct: int = 0
    used_tools: bool = False


@dataclass
class _Found:
    """What was read so far; groups are known by solver and settings until all is read."""

    config: DatasetConfig
    counts: Counter[str] = field(default_factory=Counter)
    _groups: dict[str, _Count] = field(default_factory=dict)
    _tallies: dict[int, Tally] = field(default_factory=dict)

    def read(self, source: Source, own: Mapping[str, int], rulings: Mapping[str, Ruling]) -> None:
        """The solutions of a run."""
        path, ruled, seen = source.path / "solutions.jsonl", 0, set[str]()
        for start, length, solution in placed_lines(path, Glance, noting(source, "solutions.jsonl")):
            self.counts["solutions"] += 1
            ruling = rulings.get(solution.key)
            ruled += ruling is not None
            if solution.key in seen:
                self.counts["solutions: written twice"] += 1
            elif solution.task not in own:
                self.counts["solutions: of a task that the run does not have"] += 1
            elif ruling is None:
                self.counts["solutions: without a verdict"] += 1
            else:
                self._add(self._tallies.setdefault(own[solution.task], Tally()), solution, ruling, (start, length))
            seen.add(solution.key)
        if not ruled:
            raise DiveError(f"{source.path}: no verdict is about one of its solutions: say `dive verify {source.path}` first")

    def _add(self, tally: Tally, solution: Glance, ruling: Ruling, place: tuple[int, int]) -> None:
        """Count a solution, and keep its place where it may be kept."""
        course, name = solution.trace, intern(f"{solution.solver}#{solution.settings}")
        group = self._groups.setdefault(name, _Count())
        group.solutions += 1
        group.used_tools = group.used_tools or course.used_tools
        if ruling == "unscored":
            return
        rate = tally.rates.setdefault(name, [0, 0])
        rate[0] += 1
        group.scored += 1
        if ruling == "correct":
            rate[1] += 1
            group.correct += 1
            self._weigh(tally, solution, name, place)

    def _weigh(self, tally: Tally, solution: Glance, name: str, place: tuple[int, int]) -> None:
        """Keep the place of a correct solution where it is among the shortest."""
        course, (start, length) = solution.trace, place
        if not course.used_tools and solution.solver != GOLD:
            tally.by_heart += 1
            if self.config.closed_book == "drop":
                return
        if course.ending != "answered":
            tally.cut_off += 1
            return
        takes = tally.takes.setdefault(name, [])
        takes.append(
            Take(course.turns, course.usage.completion, length, intern(solution.solver), solution.sample, solution.key, start)
        )
        takes.sort()
        del takes[1 if solution.solver == GOLD else self.config.per_task :]

    def passes(self) -> Passes:
        """What all of it comes to, with groups under their short names."""
        groups = self._named()
        short = {f"{each.solver}#{each.settings}": each for each in groups}
        for tally in self._tallies.values():
            rates, takes = tally.rates, tally.takes
            tally.rates, tally.takes = {}, {}
            for name, (samples, right) in rates.items():
                if not short[name].by_heart:
                    before = tally.rate(short[name].name)
                    tally.rates[short[name].name] = [before[0] + samples, before[1] + right]
                    tally.takes.setdefault(short[name].name, []).extend(takes.get(name, ()))
            for kept in tally.takes.values():
                kept.sort()
        return Passes(self._tallies, dict(sorted(self.counts.items())), groups)

    def _named(self) -> tuple[Group, ...]:
        """The groups, by their names."""
        parts = {name: name.rpartition("#") for name in self._groups}
        with_tools = Counter(parts[name][0] for name, group in self._groups.items() if group.used_tools)
        groups = []
        for name, group in sorted(self._groups.items()):
            solver, _, settings = parts[name]
            plain = solver == GOLD or (group.used_tools and with_tools[solver] == 1)
            groups.append(
                Group(
                    name=solver if plain else name, solver=solver, settings=settings, solutions=group.solutions,
                    scored=group.scored, correct=group.correct, by_heart=not group.used_tools and solver != GOLD,
                )
            )  # fmt: skip
        return tuple(groups)
