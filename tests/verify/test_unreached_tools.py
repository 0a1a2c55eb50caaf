"""Attempts that met a tool which could not be reached: never held against the solver."""

import pytest

from dive.chat import Message, Solution, Trace
from dive.types import Answer, Evidence, Failure
from dive.verify.run import decided

GOLD = Answer(type="integer", value=42)


def attempt(final: str, code: str | None, ending: str = "answered") -> Solution:
    failure = None if code is None else Failure(code=code, message="no answer")
    call = Evidence(id="e1", tool="lookup", version="1", arguments={}, result=None if failure else {"v": 1}, failure=failure)
    trace = Trace(messages=(Message(role="assistant", content=final),), calls=(call,), ending=ending)
    return Solution(key="s", task="t", solver="m", settings="x", sample=0, trace=trace)


@pytest.mark.parametrize(
    ("final", "code", "ending", "ruling"),
    [
        ("Final answer: 41", "unavailable", "answered", "unscored"),
        ("Final answer: 42", "unavailable", "answered", "correct"),
        ("", "unavailable", "turns", "unscored"),
        ("Final answer: 41", "not_found", "answered", "wrong"),
        ("Final answer: 41", "bad_arguments", "answered", "wrong"),
        ("Final answer: 41", "timeout", "answered", "wrong"),
        ("Final answer: 41", None, "answered", "wrong"),
        ("", None, "turns", "wrong"),
    ],
)
def test_only_an_unreached_tool_excuses(final, code, ending, ruling):
    verdict = decided(GOLD, attempt(final, code, ending))
    assert verdict.ruling == ruling
    assert (verdict.ruling != "unscored") or "lookup was unavailable" in verdict.reason
