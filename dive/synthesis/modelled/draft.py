"""What a deriving model gives, as structured output, and how it becomes a round: a typed answer and a whole derivation.

The answer is what its expression evaluates to; the answer that the model states must say the same. A draft that cannot be read,
or whose answer has no value, fails the gate that it would fail later, with a reason that the model can act on.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import ConfigDict, ValidationError

from dive.answers import explain_match, tolerance_for
from dive.chat import Format
from dive.errors import ExpressionError
from dive.expressions import evaluate
from dive.models.structured import read_structured
from dive.synthesis.modelled.recover import Unfounded, derivation_of
from dive.synthesis.modelled.shape import shape_of
from dive.types import Answer, AnswerType, Evidence, Gate, Json, Record, Round

_KINDS = list(get_args(AnswerType))
_CHOICE = {
    "type": "object",
    "properties": {"call": {"type": "string"}, "argument": {"type": "string"}, "expression": {"type": "string"}},
    "required": ["call", "argument", "expression"],
    "additionalProperties": False,
}
DRAFT = Format(
    name="draft",
    definition={
        "type": "object",
        "properties": {
            "query": {"type": "string"}, "expression": {"type": "string"}, "answer": {"type": "string"},
            "type": {"type": "string", "enum": _KINDS}, "unit": {"type": "string"},
            "decimals": {"type": ["integer", "null"]}, "choices": {"type": "array", "items": _CHOICE},
        },
        "required": ["query", "expression", "answer", "type", "unit", "decimals", "choices"],
        "additionalProperties": False,
    },
)  # fmt: skip
REWRITE = Format(
    name="rewrite",
    definition={
        "type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"], "additionalProperties": False,
    },
)  # fmt: skip
_PRECISION = re.compile(r"decimal|significant|nearest|round|whole|integer|precision", re.IGNORECASE)
MOST_DECIMALS = 10


class Choice(Record):
    """An argument that was chosen by a comparison, and the comparison."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    call: str
    argument: str
    expression: str


class Drafted(Record):
    """The fields of `DRAFT`; more than these are let pass, since not every server holds a model to the schema."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    query: str
    expression: str
    answer: Any
    type: AnswerType = "text"
    unit: str | None = ""
    decimals: int | None = None
    choices: tuple[Choice, ...] = ()


class Failing(Exception):
    """A draft that fails a gate, with the reason, before it became a round."""

    def __init__(self, gate: Gate, reason: str) -> None:
        super().__init__(f"{gate}: {reason}")
        self.gate, self.reason = gate, reason


def read_draft(text: str) -> Drafted:
    """The draft in a reply. Raises `Failing`."""
    try:
        return Drafted.model_validate(read_structured(text))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5])
        raise Failing("well_formed", f"the draft is not as asked: {faults}") from None
    except (ValueError, RecursionError) as error:
        raise Failing("well_formed", f"the reply holds no JSON object with the draft ({error})") from None


def round_of(drafted: Drafted, evidence: Sequence[Evidence], defaults: Mapping[str, Mapping[str, Json]]) -> Round:
    """The round that a draft stands for. Raises `Failing` where its answer does not follow from the recorded calls."""
    query = " ".join(drafted.query.split())
    results = {call.id: call.result for call in evidence if call.failure is None}
    try:
        value = evaluate(drafted.expression, results)
        expression = rounded(drafted.expression, value, drafted.decimals)
        value = evaluate(expression, results)
        choices = {(choice.call, choice.argument): choice.expression for choice in drafted.choices}
        derivation = derivation_of(expression, evidence, query, defaults, choices)
    except Unfounded as error:
        raise Failing("closed", str(error)) from None
    except ExpressionError as error:
        raise Failing("entailed", f"the expression {drafted.expression!r} has no value: {error}") from None
    answer = typed(value, drafted)
    if isinstance(value, float) and not _PRECISION.search(query):
        raise Failing("well_formed", "the question does not say to how many decimal places the answer is wanted")
    compared = explain_match(answer, drafted.answer)
    if not compared.equal:
        raise Failing("entailed", f"the expression gives {str(value)[:200]}, the stated answer is another one: {compared.reason}")
    return Round(query=query, answer=answer, derivation=derivation, shape=shape_of(derivation))


def rounded(expression: str, value: Json, decimals: int | None) -> str:
    """The expression, rounded as the draft says. Raises `Failing` where a decimal number is asked for without a precision."""
    if not isinstance(value, float):
        return expression
    if decimals is None or not 0 <= decimals <= MOST_DECIMALS:
        raise Failing(
            "well_formed", f"the answer is a decimal number: give `decimals`, from 0 to {MOST_DECIMALS}, and ask for as many"
        )
    return expression if round(value, decimals) == value and "round(" in expression else f"round({expression}, {decimals})"


def typed(value: Json, drafted: Drafted) -> Answer:
    """The value as an answer, of the type that the draft states where that goes with the value."""
    unit = (drafted.unit or "").strip()
    if isinstance(value, bool) or value is None:
        return Answer(type="text", value=value)
    if isinstance(value, int):
        return Answer(type="integer", value=value, unit=unit)
    if isinstance(value, float):
        return Answer(type="number", value=value, unit=unit, tolerance=tolerance_for(drafted.decimals or 0))
    kinds: dict[type, tuple[AnswerType, ...]] = {str: ("text", "date", "sequence"), list: ("list", "set"), dict: ("record",)}
    fitting = kinds[type(value)]
    kind = drafted.type if drafted.type in fitting else fitting[0]
    if kind == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        kind = "text"
    return Answer(type=kind, value=value, unit=unit if isinstance(value, list | dict) else "", tolerance=_slack(value, drafted))


def _slack(value: Json, drafted: Drafted) -> float:
    """The tolerance of the numbers in a list or record, where the draft says how they are rounded."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    decimal = any(isinstance(part, float) for part in parts)
    return tolerance_for(drafted.decimals) if decimal and drafted.decimals is not None else 0.0
