"""The settings of a fake server: one frozen record, from flags, a JSON or YAML file, or a request while it runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from dive.config import values_in
from dive.errors import DiveError
from dive.fake.phases import PHASES, Pattern
from dive.types import Json, Record

PolicyName = Literal["script", "symbolic"]
FaultName = Literal[
    "rate_limited", "rate_limited_after", "no_structured", "html_502", "server_error", "hang", "disconnect", "truncated",
    "refusal", "empty", "bad_tool", "bad_arguments", "double_encoded", "fenced", "no_usage",
]  # fmt: skip
FIXED = frozenset({"port", "port_file", "log", "policy", "tools", "only", "answers", "max_body"})
"""Settings that a running server keeps."""


class FakeConfig(Record):
    """How a fake server answers."""

    port: int = Field(0, ge=0, le=65535)
    """Port on loopback; 0 takes a free one."""
    port_file: Path | None = None
    """A file that the port is written to when the server answers."""
    log: Path | None = None
    """A file of JSON lines, one a request."""
    policy: PolicyName = "script"
    """`script` answers by a fixed script, `symbolic` by DIVE's symbolic policy and by known tasks."""
    seed: int = 0
    """Seed of faults, latencies and replies: the same body gets the same reply."""
    model: str = "fake"
    """The model's name in /v1/models and in replies."""
    api_key: str = ""
    """Requests without this key get 401; none is asked for where it is empty."""
    latency: float = Field(0.0, ge=0)
    """Seconds that a reply takes; the median where there is a sigma."""
    sigma: float = Field(0.0, ge=0)
    """Standard deviation of the latency's logarithm; 0 makes every reply take the same time."""
    max_in_flight: int = Field(0, ge=0)
    """Requests that are worked on at once; more get 429. 0 for no limit."""
    requests_per_minute: int = Field(0, ge=0)
    """Requests that are taken in any 60 seconds; more get 429. 0 for no limit."""
    retry_after: float = Field(0.0, ge=0)
    """Seconds named in Retry-After with the 429 of a limit; 0 leaves the header out."""
    context: int = Field(0, ge=0)
    """Longest prompt, in tokens of four characters; longer ones get 400. 0 for no limit."""
    max_body: int = Field(32 * 2**20, ge=1)
    """Longest body in bytes; longer ones get 413."""
    strict: bool = True
    """Whether conversations and schemas that hosted APIs refuse get 400."""
    cached_tokens: bool = False
    """Whether usage tells the tokens of the reusable prefix. They depend on what was asked before, unlike all else in a reply."""
    faults: dict[FaultName, float] = Field(default_factory=dict)
    """How often each fault occurs, from 0 to 1, as NAME=RATE; repeatable."""
    phases: tuple[Pattern, ...] = PHASES
    """By what the phase of a request is told; the first pattern that is found counts."""
    calls: int = Field(1, ge=1, le=64)
    """Policy `script`: calls in a turn of collection."""
    collect_turns: int = Field(4, ge=0)
    """Policy `script`: turns with calls before collection ends."""
    solve_turns: int = Field(6, ge=0)
    """Policy `script`: turns with calls before the final answer."""
    strays: int = Field(1, ge=0)
    """Policy `symbolic`: calls in a round that no answer rests on, where the plan has such."""
    skill: float = Field(0.6, ge=0, le=1)
    """Policy `symbolic`: mean share of right solutions; tasks differ."""
    tools: tuple[Path, ...] = ()
    """Policy `symbolic`: files of tools beside those that are built in; repeatable."""
    only: bool = False
    """Policy `symbolic`: without the tools that are built in."""
    answers: tuple[Path, ...] = ()
    """Policy `symbolic`: run directories whose tasks it can solve; repeatable."""

    @field_validator("faults")
    @classmethod
    def _rates(cls, faults: dict[FaultName, float]) -> dict[FaultName, float]:
        for name, rate in faults.items():
            if not 0 <= rate <= 1:
                raise ValueError(f"the rate of {name} is {rate}; it lies between 0 and 1")
        return faults


def read_settings(path: Path | None, flags: Mapping[str, Any]) -> FakeConfig:
    """The settings of a JSON or YAML file with flags put over them. Raises `DiveError`."""
    return made({**values_in(path), **flags})


def changed(settings: FakeConfig, values: Mapping[str, Json]) -> FakeConfig:
    """Settings with some of them changed while the server runs. Raises `DiveError`."""
    if fixed := sorted(FIXED.intersection(values)):
        raise DiveError(f"{', '.join(fixed)} cannot be changed while the server runs")
    return made({**settings.model_dump(), **values})


def made(values: Mapping[str, Any]) -> FakeConfig:
    """Checked settings; every fault is named."""
    try:
        return FakeConfig.model_validate(values)
    except ValidationError as error:
        known = ", ".join(FakeConfig.model_fields)
        lines = [
            f"unknown setting {fault['loc'][0]!r}; known are {known}"
            if fault["type"] == "extra_forbidden"
            else f"{place_of(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise DiveError("; ".join(lines)) from None


def place_of(place: tuple[int | str, ...]) -> str:
    """Where in the settings a fault is."""
    return ".".join(str(part) for part in place if part != "[key]")
