"""The funnel: what every step of a selection was given, kept and dropped, and why. Nothing is dropped without a line here."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from dive.dataset.read import Candidate
from dive.types import Record


class Stage(Record):
    """One step; `given` is `kept`, `aside` and what was dropped together."""

    step: str
    purpose: str = ""
    """`sft` or `rl`; empty for the steps before both."""
    given: int
    kept: int
    aside: int = 0
    """Tasks that were set aside for evaluation."""
    dropped: dict[str, int] = Field(default_factory=dict)
    """How many were dropped, by reason."""


class Dropped(Record):
    """A task that a step dropped."""

    task: str
    run: str
    step: str
    purpose: str = ""
    reason: str
    twin: str = ""
    """Key of the task that it duplicates."""
    file: str = ""
    """The benchmark file that it overlaps with."""
    words: str = ""
    """The words that both hold."""


class Funnel(Record):
    """From the items of the runs to the tasks of a data set."""

    items: int | None = None
    """Items that the runs worked on; None where one has no summary."""
    gates: dict[str, int] = Field(default_factory=dict)
    """Items by fate, over all runs: `kept`, or the gate that rejected them."""
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class Why:
    """Why a task is dropped."""

    reason: str
    twin: str = ""
    file: str = ""
    words: str = ""


@dataclass
class Ledger:
    """Keeps the books while tasks are selected."""

    names: Sequence[str]
    """Names of the runs."""
    stages: list[Stage] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def drop(self, step: str, given: Sequence[Candidate], why: Mapping[int, Why], purpose: str = "", aside: int = 0) -> None:
        """Enter a step that dropped the tasks with the numbers of `why`, and set some aside."""
        counts = Counter(each.reason for each in why.values())
        self.stages.append(
            Stage(
                step=step, purpose=purpose, given=len(given), kept=len(given) - len(why) - aside, aside=aside,
                dropped=dict(sorted(counts.items())),
            )
        )  # fmt: skip
        for task in given:
            if each := why.get(task.number):
                self.dropped.append(
                    Dropped(
                        task=task.key, run=self.names[task.source], step=step, purpose=purpose,
                        reason=each.reason, twin=each.twin, file=each.file, words=each.words,
                    )
                )  # fmt: skip
