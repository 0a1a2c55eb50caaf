"""`Ask`: one question that a focus can answer.

It is a form (how it will be told), a shape (its structure, in the words of the exemplars) and an expression whose
value, computed over the recorded results, is the answer.
"""

from dataclasses import dataclass

from dive.answers import tolerance_for
from dive.errors import ExpressionError
from dive.expressions import evaluate
from dive.synthesis.symbolic.plan import Condition, Focus, How
from dive.tools.fields import ResultField
from dive.types import Answer, AnswerType, Json


@dataclass(frozen=True)
class Ask:
    """One question that a focus can answer."""

    form: str
    shape: str
    focus: Focus
    expression: str
    type: AnswerType
    unit: str = ""
    digits: int | None = None
    """Decimals of a rounded answer; None where nothing is rounded."""
    how: How = "high"
    conditions: tuple[Condition, ...] = ()
    field: ResultField | None = None
    threshold: Json = None

    def answer(self) -> Answer | None:
        """The answer over the recorded results; None where the expression has no value."""
        try:
            value = evaluate(self.expression, {call.id: call.result for call in self.focus.calls})
        except ExpressionError:
            return None
        tolerance = tolerance_for(self.digits) if self.digits is not None else 0.0
        return Answer(type=self.type, value=value, unit=self.unit, tolerance=tolerance)
