"""The program inside of the sandbox: reads code, runs it, answers what came of it. Variables live on between calls.

It is passed to the interpreter as text, so it uses the standard library only and is found nowhere in the sandbox. It
bounds itself before it reads the first code. What it runs can reach all of it; so nothing that must hold rests on this
program beyond that point, and whoever reads its answers takes them for hostile.

Descriptor 0 brings requests, 1 takes answers, 2 takes what the code prints.
"""

import ast
import contextlib
import datetime
import decimal
import fractions
import json
import os
import resource
import struct
import sys
import types
from typing import IO, Any

FILENAME = "<code>"
MESSAGE_CHARS = 1_000


def bound(limits: dict[str, int]) -> None:
    """Lower the limits of this process and all that it will start, for good."""
    wanted = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_FSIZE: limits["file_bytes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if limits["processes"]:
        wanted[resource.RLIMIT_NPROC] = limits["processes"]
    for name, most in wanted.items():
        hard = resource.getrlimit(name)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(name, (value, value))


def serve() -> None:
    """Answer requests until they end."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    limits = json.loads(sys.argv[1])
    del sys.argv[1:]
    bound(limits)
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    owner = os.getpid()
    send(answers, {"ready": True})
    while head := requests.read(4):
        code = requests.read(struct.unpack(">I", head)[0]).decode()
        answer = run(code, module.__dict__, limits["output_chars"])
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        if os.getpid() != owner:
            os._exit(0)  # a child that the code forked; only the first process answers
        send(answers, answer)


def run(code: str, names: dict[str, Any], most: int) -> dict[str, Any]:
    """Run code among the given names; the value of a last expression is answered as JSON text of at most `most`."""
    try:
        tree = ast.parse(code, FILENAME)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, FILENAME, "exec"), names)
        if not isinstance(last, ast.Expr):
            return {}
        return shown(eval(compile(ast.Expression(last.value), FILENAME, "eval"), names), most)
    except BaseException as error:
        return {"error": described(error)}


def shown(value: Any, most: int) -> dict[str, Any]:
    """The name of a value's type, and its JSON text where it has one that is not too long."""
    answer: dict[str, Any] = {"type": type(value).__name__[:100]}
    try:
        text = json.dumps(plain(value), ensure_ascii=False, allow_nan=False)
        text.encode()
    except (TypeError, ValueError, RecursionError):
        return answer
    return {**answer, "truncated": True} if len(text) > most else {**answer, "value": text}


def plain(value: Any) -> Any:
    """A value as JSON data: dates, exact numbers, sets and arrays become text, numbers and lists; others raise."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {key if isinstance(key, str) else json.dumps(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item) for item in value), key=lambda item: json.dumps(item, sort_keys=True))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, decimal.Decimal | fractions.Fraction):
        return str(value)
    if hasattr(value, "tolist") and not isinstance(value, type):
        return plain(value.tolist())  # arrays and scalars of numpy, series of pandas
    raise TypeError(type(value).__name__)


def described(error: BaseException) -> dict[str, Any]:
    """Type, message and line of an exception."""
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILENAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == FILENAME:
        line, message = error.lineno, error.msg
    else:
        try:
            message = str(error)
        except Exception:
            message = ""
    return {"type": type(error).__name__[:100], "message": message[:MESSAGE_CHARS], "line": line}


def send(pipe: IO[bytes], message: dict[str, Any]) -> None:
    """Write one message, its length before it."""
    body = json.dumps(message).encode()
    pipe.write(struct.pack(">I", len(body)) + body)
    pipe.flush()


if __name__ == "__main__":
    serve()
