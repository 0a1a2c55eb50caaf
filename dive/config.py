"""One frozen configuration per command. The text under a field is its help on the command line and its documentation."""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from dive.errors import DiveError
from dive.types import Record

Sampling = Literal["coverage", "uniform"]
NOT_IDENTITY = frozenset({"tasks", "workers", "out", "tools"})
"""Fields that do not change what an item becomes: a run may be resumed with other values of these. What files of tools hold
counts, not where they lie; a run knows its tools, seeds and exemplars apart.
"""


class SynthConfig(Record):
    """Everything that a run is a function of."""

    tasks: int = Field(200, ge=1)
    """How many proven tasks to keep."""
    domain: tuple[str, ...] = ()
    """Domains to draw from, repeatable; all when none is named."""
    rounds: int = Field(3, ge=1, le=8)
    """Rounds of collection and derivation per task (K)."""
    toolset_min: int = Field(15, ge=1)
    """Fewest tools given to a task."""
    toolset_max: int = Field(50, ge=1)
    """Most tools given to a task."""
    seed: int = 0
    """Seed of all randomness: the same configuration gives the same bytes."""
    sampling: Sampling = "coverage"
    """`uniform` draws seeds, toolsets and exemplars evenly (the paper's way); `coverage` steers to what is
    under-used.
    """
    workers: int = Field(2, ge=1)
    """Worker processes. They change the time, not the tasks."""
    out: Path = Path("runs/synth")
    """The run directory; an interrupted run is resumed by the same command."""
    benchmarks: tuple[Path, ...] = ()
    """Files with benchmark questions (JSONL, JSON, CSV or text), repeatable; tasks that share 8 words in a row are
    rejected.
    """
    validation: Path | None = None
    """A report.json of `dive tools validate`; tools that it quarantines are not sampled."""
    allow_boolean: bool = False
    """Also keep tasks whose answer is one of a few guessable values."""
    tools: tuple[Path, ...] = ()
    """Python files (cellar.py) or files of `dive tools import` (library.yaml), repeatable; their tools, types and seeds join
    the built-in ones.
    """
    only: bool = False
    """Sample from the tools of `tools` alone, without those that are built in or installed as plug-ins."""

    @model_validator(mode="after")
    def _consistent(self) -> "SynthConfig":
        if self.toolset_min > self.toolset_max:
            raise ValueError(f"toolset_min is {self.toolset_min} but toolset_max is {self.toolset_max}")
        if self.only and not self.tools:
            raise ValueError("only needs tools: name the files that hold them")
        return self

    @property
    def identity(self) -> dict[str, Any]:
        """The part that a run directory is bound to."""
        return self.model_dump(mode="json", exclude=set(NOT_IDENTITY))


def read_config(path: Path | None, flags: dict[str, Any]) -> SynthConfig:
    """The configuration of a YAML file with the given flags put over it. Raises `DiveError` with one line per fault."""
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise DiveError(f"{path} cannot be read as YAML: {' '.join(str(error).split())}") from None
        if not isinstance(values, dict):
            raise DiveError(f"{path} must hold `name: value` lines, not a {type(values).__name__}")
    return made_config({**values, **flags})


def made_config(values: dict[str, Any]) -> SynthConfig:
    """A checked configuration; every fault is named with its option."""
    try:
        return SynthConfig.model_validate(values)
    except ValidationError as error:
        known = ", ".join(SynthConfig.model_fields)
        lines = []
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"])
            if fault["type"] == "extra_forbidden":
                lines.append(f"unknown option {name!r}; known are {known}")
            else:
                lines.append(f"{name + ': ' if name else ''}{fault['msg'].removeprefix('Value error, ')}")
        raise DiveError("; ".join(lines)) from None
