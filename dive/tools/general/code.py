"""Running a program: Python code in the sandbox of `dive.tools.sandbox`.

Each call has an interpreter of its own, so the result depends on nothing but the code; one stands by, so a call does
not wait for a start. A planner without a language model cannot write code, so no value is offered for the parameter.
"""

from functools import cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import DiveError, ToolError
from dive.tools.sandbox import Limits, Result, Sandbox
from dive.tools.sandbox.episode import lacking_sandbox
from dive.tools.tool import Says, tool
from dive.types import canonical

LIMITS = Limits(output_chars=5_000)
STOPPED = {
    "deadline": f"the code ran for {LIMITS.seconds:g} s and was stopped",
    "cpu": f"the code used {LIMITS.cpu_seconds:g} s of processor time and was stopped",
    "memory": f"the code used more than {LIMITS.memory >> 20:,} MiB of memory and was stopped",
    "output": "the code printed without end and was stopped",
    "disk": "the code made too many files and was stopped",
}

Code = Annotated[
    str,
    Says("Python code"),
    Field(
        description="Python 3 program. What it prints comes back, and the value of its last line if that is an expression. "
        "It has no network and no files but those it makes in its working folder",
        min_length=1,
        max_length=20_000,
    ),
]


class Error(TypedDict):
    type: Annotated[str, Says("type of the error", ask=False)]
    message: Annotated[str, Says("message of the error", ask=False)]
    line: Annotated[int | None, Says("line of the error", ask=False)]


class Ran(TypedDict):
    stdout: Annotated[str, Says("output", ask=False)]
    value: Annotated[str | None, Says("value of the last line, as JSON", ask=False)]
    error: Annotated[Error | None, Says("error", ask=False)]
    truncated: Annotated[bool, Says("cut short", ask=False)]


@tool(
    domain="general",
    kind="processing",
    provider="sandbox",
    source="the interpreter that DIVE runs on, isolated by bubblewrap, sandlock or docker",
    needs=lacking_sandbox,
    programs=True,
    examples=({"code": "total = sum(n * n for n in range(10))\nprint('squares')\ntotal"},),
)
def run_python(code: Code) -> Ran:
    """Run a Python program in isolation: what it prints, the value of its last expression as JSON text, and the
    exception that ended it, if one did. Nothing is kept between calls."""
    try:
        result = _sandbox().run_alone(code)
    except DiveError as error:
        raise ToolError("unavailable", str(error)) from None
    if result.ended in STOPPED:
        raise ToolError("timeout" if result.ended in ("deadline", "cpu") else "too_large", STOPPED[result.ended])
    return {
        "stdout": result.stdout,
        "value": None if result.value is None else canonical(result.value),
        "error": _error(result),
        "truncated": result.truncated,
    }


def _error(result: Result) -> Error | None:
    if result.ended:
        return {"type": "InterpreterEnded", "message": "the code ended its interpreter", "line": None}
    if result.error is None:
        return None
    return {"type": result.error.type, "message": result.error.message, "line": result.error.line}


@cache
def _sandbox() -> Sandbox:
    """The sandbox of this process; it ends with the process."""
    return Sandbox(LIMITS, standby=True)
