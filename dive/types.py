"""The records: what reaches disk, a model or the shell. Frozen, readable without the code that made them, JSON in and
out.

They hold data and content keys, no behaviour; the modules that make and check them stand elsewhere.

"""

import hashlib
import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dive.errors import ErrorCode

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict with str keys."""

Kind = Literal["retrieval", "processing"]
AnswerType = Literal["number", "integer", "date", "text", "sequence", "set", "list", "record"]
Gate = Literal["executed", "entailed", "closed", "necessary", "no_leak", "well_formed", "novel", "clean"]
GATES: tuple[Gate, ...] = ("executed", "entailed", "closed", "necessary", "no_leak", "well_formed", "novel", "clean")


def canonical(value: Json) -> str:
    """The one JSON text of a value: keys sorted, no spaces, NaN refused."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Json) -> str:
    """A 16-digit content key of a JSON value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:16]


class Record(BaseModel):
    """Settings that all records share."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Seed(Record):
    """An entity to explore."""

    domain: str
    semantic: str
    """Semantic type of `value`, such as `chem.name`."""
    value: str
    """What a person would type."""
    source: str
    """The table that it comes from."""

    @property
    def key(self) -> str:
        return f"{self.semantic}:{self.value}"


class Exemplar(Record):
    """A query whose form is imitated; it has no answer."""

    query: str
    domain: str
    shape: str
    """Structure: lookup, chain, compare, superlative, aggregate, filter, conditional, arithmetic, join, ranking,
    table, constraints.
    """
    manner: str
    """Way of speaking: question, request, scenario, constraints, table, follow_up."""

    @property
    def key(self) -> str:
        return digest([self.query])


class Failure(Record):
    """A coded error in place of a result."""

    code: ErrorCode
    message: str


class Evidence(Record):
    """One recorded call: arguments and result, or the failure that came back."""

    id: str
    """Name of the call in expressions, such as `e1`."""
    tool: str
    version: str
    arguments: dict[str, Json]
    result: Json = None
    failure: Failure | None = None
    round: int = 1


class Step(Record):
    """One call of a derivation; each argument is an expression over earlier steps."""

    id: str
    tool: str
    arguments: dict[str, str]


class Derivation(Record):
    """The calls that a task rests on, and the answer as an expression over their results."""

    steps: tuple[Step, ...]
    answer: str


class Answer(Record):
    """A typed answer."""

    type: AnswerType
    value: Json
    unit: str = ""
    """Unit of a number, or of every number of a record; empty for pure numbers."""
    tolerance: float = 0.0
    """Absolute error that is still correct, in `unit`."""


class Round(Record):
    """What one round of collection and derivation left: the query so far, its answer and its derivation."""

    query: str
    answer: Answer
    derivation: Derivation
    shape: str


class Task(Record):
    """A query with its answer, and the proof that the answer follows from recorded results."""

    key: str
    index: int
    query: str
    answer: Answer
    derivation: Derivation
    evidence: tuple[Evidence, ...]
    toolset: tuple[str, ...]
    domain: str
    variant: str
    """How the toolset was drawn: `expert`, `expert_general` or `cross`."""
    shape: str
    seed: Seed
    exemplars: tuple[str, ...]
    """Keys of the exemplars that were offered."""
    rounds: tuple[Round, ...]
    volatile: tuple[str, ...] = ()
    """Steps whose tools change with time; they are replayed from the snapshot."""
    aim: str = ""
    """The tool that the item was planned around, where sampling chose one."""


class Rejection(Record):
    """A draft that is not a task, with the gate that it failed (or `stuck` where no draft came about) and the reason."""

    index: int
    gate: str
    reason: str
    domain: str
    seed: Seed
    toolset: tuple[str, ...]
    query: str = ""
    answer: Answer | None = None
    derivation: Derivation | None = None
    evidence: tuple[Evidence, ...] = ()
    aim: str = ""
