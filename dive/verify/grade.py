"""The one grader: whether a reply states the right answer. The same function is reward, filter and metric.

Pure, deterministic and total: no model, no similarity, no randomness, and an answer for every text in linear time. It reads
what the reply marks as its final answer and compares by type (`dive.answers`). A reply has to commit itself to one answer:
several that differ, a choice, a denial or a second thought are wrong, whatever stands among them.
"""

import logging
import re
from dataclasses import dataclass
from itertools import islice

from dive.answers import explain_match
from dive.chat import Ruling
from dive.statements import invisible, offers, without_doubt
from dive.types import Answer, canonical
from dive.verify.final import MAX_ANSWERS, Final, final_answers

MAX_REPLY = 4_000_000
"""Longer replies are wrong unread."""
MAX_WORDS = 60
"""A longer text states no single number or date."""
_ANSWERS = re.compile(r"\banswers?\**(?: +(?:is|are)\b| *[:=])", re.IGNORECASE)
_LEADING = re.compile(r"\W*(?:(?:so|thus|hence|therefore|the|my|final|correct|right)\W+){0,5}", re.IGNORECASE)
_RETRACTS = re.compile(
    r"\b(?:or|alternatively|however|actually|wait|correction|corrected|instead|but|maybe|perhaps|possibly|could|might|not|wrong"
    r"|sorry|rather|ignore|disregard|candidates?|options?)\b|n[’']t\b",
    re.IGNORECASE,
)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Graded:
    """Whether a reply is right, and why not."""

    ruling: Ruling
    """`unscored` only where the grader itself fails."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """The one answer that a reply commits itself to, or why there is none."""

    text: str = ""
    fault: str = ""


def grade(answer: Answer, reply: str) -> Graded:
    """Whether a reply states the right answer. It never raises."""
    try:
        stated = stated_answer(answer, reply)
        if stated.fault:
            return Graded("wrong", stated.fault)
        comparison = explain_match(answer, stated.text)
        return Graded("correct") if comparison.equal else Graded("wrong", comparison.reason)
    except Exception as error:  # a reward must come back; what is our fault is not the model's
        _LOG.exception("grading failed")
        return Graded("unscored", f"the grader failed: {type(error).__name__}")


def stated_answer(answer: Answer, reply: str) -> Stated:
    """The answer that a reply commits itself to, read for an answer of this type."""
    if len(reply) > MAX_REPLY:
        return Stated(fault=f"{len(reply)} characters are too long for a reply")
    final = final_answers(reply, lines=answer.type in ("set", "list", "record", "sequence"))
    if final.too_many:
        return Stated(fault=f"more than {MAX_ANSWERS} answers are marked")
    said = [text for text in final.statements if text]
    if not said:
        return Stated(fault="no answer is stated")
    right = _text_of(answer)
    if len(said) > 1:
        different = [text for text in said if not explain_match(answer, text).equal]
        if different:
            return Stated(fault=f"{len(said)} answers that differ: {', '.join(repr(text[:40]) for text in said[:3])}")
    return Stated(said[-1], _fault(answer, said[-1], right) or _second_thought(answer, final, right))


def _fault(answer: Answer, text: str, right: str) -> str:
    """Why a statement cannot be the answer, whatever the right one is."""
    if char := invisible(text, right):
        return f"the answer holds the invisible character {char}"
    inner = list(islice(_ANSWERS.finditer(text), 2))
    if inner and "answer" not in right.casefold() and (len(inner) > 1 or not _LEADING.fullmatch(text[: inner[0].start()])):
        return "the answer holds another answer"
    if answer.type in ("number", "integer", "date") and len(text.split()) > MAX_WORDS:
        return "the answer is too long for a number or a date"
    return ""


def _second_thought(answer: Answer, final: Final, right: str) -> str:
    """What a reply says after its answer that takes it back or adds another."""
    after = without_doubt(final.after)
    if not after:
        return ""
    if len(after) > 2_000 or (retracts := _RETRACTS.search(after)) is not None:
        return f"the reply goes on after its answer ({retracts[0] if len(after) <= 2_000 and retracts else 'at length'!r})"
    if any(len(line.split()) < 4 and re.search(r"\w", line) for line in after.splitlines()):
        return "the reply goes on with more answers"
    if answer.type in ("number", "integer", "date") and re.search(r"\d", after) and not explain_match(answer, after).equal:
        return "the reply goes on with other numbers"
    return ""


def may_be_judged(answer: Answer, stated: Stated) -> bool:
    """Whether a statement may be shown to a judge: one answer, neither a choice nor a denial, unless the right one is."""
    if stated.fault or not stated.text.strip():
        return False
    return not offers(stated.text) or bool(offers(_text_of(answer)))


def may_mean_it(answer: Answer, stated: Stated) -> bool:
    """Whether a statement that comparison finds unequal may still say the right answer in other words.

    Only names in words can: a number, a date or a sequence is equal or it is not.
    """
    return _in_words(answer) and may_be_judged(answer, stated)


def _in_words(answer: Answer) -> bool:
    if answer.type == "text":
        return isinstance(answer.value, str)
    if answer.type not in ("set", "list", "record"):
        return False
    parts = list(answer.value.values()) if isinstance(answer.value, dict) else answer.value
    return isinstance(parts, list) and any(isinstance(part, str) for part in parts)


def _text_of(answer: Answer) -> str:
    return answer.value if isinstance(answer.value, str) else canonical(answer.value)
