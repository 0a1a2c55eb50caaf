"""What can go wrong, each with a class of its own.

A tool error is data: it goes back to whoever called the tool, with one of the codes of `ERROR_CODES`. A
`DiveError` is a mistake of the user (a bad option, a full disk, a foreign run directory) and ends the command with one
clear line. Everything else is a bug and crashes with its traceback.
"""

from importlib.util import find_spec
from typing import Literal, get_args

ErrorCode = Literal["bad_arguments", "not_found", "unavailable", "timeout", "too_large", "denied", "bug"]
ERROR_CODES: tuple[ErrorCode, ...] = get_args(ErrorCode)


class DiveError(Exception):
    """A mistake that the user can mend; its message says which value is wrong and what to do."""


class ExpressionError(DiveError):
    """An expression is malformed, too large, or undefined over the given names."""


class ToolError(Exception):
    """Raised inside a tool to answer with a coded error instead of a result."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message


def not_found(what: str, value: object) -> ToolError:
    """The error of a retrieval tool whose source has no entry for `value`."""
    return ToolError("not_found", f"no {what} for {value!r}")


def bad_arguments(message: str) -> ToolError:
    """The error of a tool whose arguments are of the right types but make no sense together."""
    return ToolError("bad_arguments", message)


def need_extra(extra: str, *modules: str) -> None:
    """Raise `DiveError`, in one line, where a module of an optional extra is not installed."""
    if lacking := [name for name in modules if find_spec(name) is None]:
        raise DiveError(f"this needs {' and '.join(lacking)}: pip install 'dive-synthesis[{extra}]'")
