"""The configuration of `dive dataset`: what is kept, how it is divided, and in which forms it is written."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from dive.dataset.rows import Purpose
from dive.tools.snapshot import Mode
from dive.types import Json, Record

_BAND = re.compile(r"(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Band:
    """Which pass rates are kept, both ends included: counts of correct samples, or shares of the scored ones."""

    low: float
    high: float
    shares: bool

    def holds(self, passes: int, samples: int) -> bool:
        """Whether a task with so many correct of so many scored samples is within."""
        return self.low <= (passes / samples if self.shares else passes) <= self.high


class DatasetConfig(Record):
    """What a data set is a function of, beside the runs that it is made from."""

    out: Path = Path("datasets/dive")
    """The folder to write; it is written whole or not at all."""
    purpose: Literal["sft", "rl", "both"] = "sft"
    """Conversations for supervised training (`sft`), questions with gold answers for reinforcement learning (`rl`), or `both`."""
    format: tuple[str, ...] = ("jsonl",)
    """Forms to write, repeatable."""
    size: int | None = Field(default=None, ge=1)
    """How many training tasks to choose for each purpose; all that pass when none is given."""
    select: Literal["coverage", "random", "first"] = "coverage"
    """How `size` tasks are chosen: for the most even coverage of call graphs, tools and domains, at random, or the first ones."""
    seed: int = 0
    """Seed of all that is drawn."""
    per_task: int = Field(default=1, ge=1)
    """Most conversations of one task (sft); those with the fewest turns, then the fewest tokens, are kept."""
    gold: Literal["none", "fill", "all"] = "none"
    """Gold conversations (sft): never, where no other solver was right (`fill`), or for each task beside the others (`all`)."""
    teacher: tuple[str, ...] = ()
    """Solvers whose conversations are kept (sft), repeatable; all when none is named."""
    solver: str = ""
    """Solver whose pass rate counts (rl); must be named where several have verdicts."""
    band: str = "1:5"
    """Pass rates to keep (rl), ends included: counts of correct samples (1:5), shares of scored ones (0.125:0.625), or all."""
    scored: int | None = Field(default=None, ge=1)
    """Fewest scored samples of a task (rl); by default one more than the upper end of a band in counts, 4 for one in shares."""
    closed_book: Literal["drop", "keep"] = "drop"
    """What becomes of tasks that a model solved without calling a tool."""
    closed_book_least: int = Field(default=1, ge=1)
    """How many correct solutions without a call make a task one of those."""
    against: tuple[Path, ...] = ()
    """Files or folders of benchmarks, repeatable; tasks that share 8 words in a row with one are dropped."""
    seeds_alike: Literal["note", "drop"] = "note"
    """What becomes of tasks whose seed, shorter than 8 words, is a whole text of a benchmark, such as the name of a city."""
    eval: float = Field(default=0, ge=0)
    """Tasks to set aside for evaluation: a number of tasks, or below 1 a share of those chosen."""
    eval_per_variant: int = Field(default=0, ge=0)
    """Tasks to set aside for evaluation in each variant of each domain; in place of `eval`."""
    eval_from: Literal["selected", "all"] = "selected"
    """Whether tasks for evaluation pass the same filters as those for training, or are drawn whatever their solutions are."""
    skins: int = Field(default=0, ge=0)
    """How many renamed variants of each training row to add."""
    distractors: int = Field(default=0, ge=0)
    """How many tools that the task does not need are added to each of these variants."""
    replay: Mode = "strict"
    """How formats with live tools (trl, verl, nemo_gym, verifiers) answer calls: from the runs' snapshots alone, from these and
    by tools where they have no result (`widen`), or by tools (`live`).
    """
    package: str = "dive_tasks"
    """Name of the Python package that the format verifiers writes."""
    license: str = "other"
    """Licence of the data set, as Hugging Face names it; which sources it depends on is in the card."""
    title: str = "Tasks made with DIVE"
    """Title of the card."""
    force: bool = False
    """Replace the folder where it holds another selection."""

    @field_validator("format", "teacher", "against")
    @classmethod
    def _once(cls, given: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(dict.fromkeys(given))

    @field_validator("band")
    @classmethod
    def _readable(cls, text: str) -> str:
        _band_of(text)
        return text

    @model_validator(mode="after")
    def _consistent(self) -> "DatasetConfig":
        if self.eval and self.eval_per_variant:
            raise ValueError("give eval or eval_per_variant, not both")
        if self.eval >= 1 and self.eval != int(self.eval):
            raise ValueError(f"eval is {self.eval}: give a share below 1 or a whole number of tasks")
        if self.eval_from == "all" and not (self.eval or self.eval_per_variant):
            raise ValueError("eval_from needs eval or eval_per_variant")
        if self.eval_from == "all" and self.purpose == "sft":
            raise ValueError("eval_from all needs purpose rl or both: a task that no solver got right has no conversation")
        band = _band_of(self.band)
        if band and not band.shares and self.scored is not None and self.scored < band.high:
            raise ValueError(
                f"band {self.band} counts up to {band.high:g} correct samples, but scored asks for {self.scored} only"
            )
        return self

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """What rows are made for."""
        return ("sft", "rl") if self.purpose == "both" else (self.purpose,)

    @property
    def pass_rates(self) -> Band | None:
        """The band; None where all pass rates are kept."""
        return _band_of(self.band)

    @property
    def least_scored(self) -> int:
        """Fewest scored samples of a task for reinforcement learning."""
        band = self.pass_rates
        if self.scored is not None or band is None:
            return self.scored or 0
        return 4 if band.shares else int(band.high) + 1

    @property
    def evaluates(self) -> bool:
        """Whether tasks are set aside for evaluation."""
        return bool(self.eval or self.eval_per_variant)

    @property
    def identity(self) -> dict[str, Json]:
        """What the rows depend on; files of benchmarks by name, since what they hold is counted apart."""
        values = self.model_dump(mode="json", exclude={"out", "force"})
        return values | {"against": [path.name for path in self.against]}


def _band_of(text: str) -> Band | None:
    if text == "all":
        return None
    found = _BAND.fullmatch(text)
    if not found:
        raise ValueError(f"band {text!r} is none: write 1:5 (counts of correct samples), 0.125:0.625 (shares) or all")
    low, high, shares = float(found[1]), float(found[2]), "." in text
    if low > high:
        raise ValueError(f"band {text}: {low:g} is above {high:g}")
    if shares and high > 1:
        raise ValueError(f"band {text}: a share is at most 1; for counts of samples write whole numbers")
    return Band(low, high, shares)
