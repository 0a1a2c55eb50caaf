"""One frozen configuration per command. The text under a field is its help on the command line and its documentation."""

from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from dive.errors import DiveError
from dive.models.spec import ModelConfig, read_model
from dive.types import Record

Config = TypeVar("Config", bound=Record)
Sampling = Literal["coverage", "uniform"]
SYMBOLIC: Literal["symbolic"] = "symbolic"
"""The embedded policy, in place of a model."""
NOT_IDENTITY = frozenset({"tasks", "workers", "out", "tools", "in_flight", "max_cost", "max_tokens", "prompts"})
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
    collector: ModelConfig | Literal["symbolic"] = SYMBOLIC
    """Who runs tools: `symbolic`, the embedded planner, or a model such as openai:NAME@http://HOST:PORT/v1."""
    deriver: ModelConfig | Literal["symbolic"] = SYMBOLIC
    """Who writes question and answer: `symbolic`, or a model."""
    rewriter: ModelConfig | None = None
    """A model that words each question anew; derivation and answer stay, and every gate looks again."""
    steps: int = Field(6, ge=1)
    """Turns that a collecting model has in each round."""
    in_flight: int = Field(64, ge=1)
    """Items that models work on at the same time."""
    batch: int = Field(64, ge=1)
    """Items between two looks of `coverage` at what was used; no more items than this are begun before the first of them is
    done.
    """
    prompts: Path | None = None
    """A folder with prompts of your own; those that are named as the built-in ones take their place."""
    max_cost: float | None = Field(None, gt=0)
    """Most money to spend on models, in the unit of their prices, over all invocations for this directory."""
    max_tokens: int | None = Field(None, gt=0)
    """Most tokens to read and write, likewise."""

    @field_validator("collector", "deriver", "rewriter", mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        return read_model(given) if isinstance(given, str) and given != SYMBOLIC else given

    @model_validator(mode="after")
    def _consistent(self) -> "SynthConfig":
        if self.toolset_min > self.toolset_max:
            raise ValueError(f"toolset_min is {self.toolset_min} but toolset_max is {self.toolset_max}")
        if self.only and not self.tools:
            raise ValueError("only needs tools: name the files that hold them")
        if self.collector != SYMBOLIC and self.deriver == SYMBOLIC:
            raise ValueError("the symbolic deriver asks about plans of its own collector: give a model as deriver too")
        return self

    @property
    def explores(self) -> bool:
        """Whether a model collects the evidence."""
        return self.collector != SYMBOLIC

    @property
    def models(self) -> dict[str, ModelConfig]:
        """The roles that models fill."""
        roles = {"collector": self.collector, "deriver": self.deriver, "rewriter": self.rewriter}
        return {role: model for role, model in roles.items() if isinstance(model, ModelConfig)}

    @property
    def identity(self) -> dict[str, Any]:
        """The part that a run directory is bound to."""
        plain = self.model_dump(mode="json", exclude=set(NOT_IDENTITY))
        return plain | {role: model.identity for role, model in self.models.items()}


def read_config(path: Path | None, flags: dict[str, Any]) -> SynthConfig:
    """The configuration of a YAML file with the given flags put over it. Raises `DiveError` with one line per fault."""
    return made_config({**values_in(path), **flags})


def values_in(path: Path | None) -> dict[str, Any]:
    """The `name: value` lines of a YAML or JSON file; none where there is no file. Raises `DiveError` where it cannot be read."""
    if path is None:
        return {}
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DiveError(f"{path} cannot be read as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise DiveError(f"{path} must hold `name: value` lines, not a {type(values).__name__}")
    return values


def made_config(values: dict[str, Any]) -> SynthConfig:
    """A checked configuration of a run; every fault is named with its option."""
    return made_of(SynthConfig, values)


def made_of(kind: type[Config], values: dict[str, Any]) -> Config:
    """A checked configuration of a command. Raises `DiveError` that names every fault with its option."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        known = ", ".join(kind.model_fields)
        lines = []
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"][:1])
            if fault["type"] == "extra_forbidden" and len(fault["loc"]) == 1:
                lines.append(f"unknown option {name!r}; known are {known}")
            elif fault["type"] == "missing":
                lines.append(f"{name} is missing: give --{name.replace('_', '-')}")
            else:
                lines.append(f"{name + ': ' if name else ''}{fault['msg'].removeprefix('Value error, ')}")
        raise DiveError("; ".join(dict.fromkeys(lines))) from None
