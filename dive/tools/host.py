"""A process that runs tools, and the handle by which the pipeline talks to it.

A tool may hang inside a C library, leak or crash; only ending its process stops it for certain. So tools run in a
*host*: a child process that answers one call at a time over a pipe. Its handle, `ToolHost`, enforces the deadline by
killing the child, and starts another when the next call comes. A host has its own hash seed, so that two of them tell
whether a result depends on it. Libraries are loaded in the child when a tool first runs, never in the caller.
"""

import contextlib
import ctypes
import gc
import io
import json
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

from dive.errors import ToolError
from dive.tools.pool import ToolPool, addresses, found, why_missing
from dive.tools.tool import Tool
from dive.tools.watch import Watch
from dive.types import Failure, Json

MEMORY_LIMIT = 6 << 30
"""Bytes of address space that a host may take before its allocations fail."""
STARTUP_SECONDS = 60.0
SLOW_SECONDS = 0.4
"""A call that takes longer has most likely loaded a library."""
SCRATCH = "/dive-scratch"
"""What arguments and results call the folder of a state, whose own name is another in every process."""
GRACE_SECONDS = 5.0
"""Past its deadline by this much, a host whose caller is gone ends itself."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a result or a failure, and the seconds that it took."""

    result: Json = None
    failure: Failure | None = None
    seconds: float = 0.0
    deeds: tuple[str, ...] = ()
    """What a watched tool did beside computing: files, network, programs."""


class ToolHost:
    """A child process that runs the tools of a pool, one call at a time.

    Where tools are stateful, the state lives in the child and begins anew with `fresh`. A state that was lost with the
    child is never replaced unnoticed by another: until `fresh` is called, stateful tools are `unavailable`.
    """

    def __init__(self, pool: ToolPool, hash_seed: int = 0, watch: bool = False) -> None:
        self.pool = pool
        self._hash_seed, self._watch = hash_seed, watch
        self._turn = threading.Lock()
        self._used = False
        """Whether a stateful tool was called since the state began."""
        self._scratch = ""
        """The folder that stateful tools keep their state in."""
        self._child: subprocess.Popen[bytes] | None = None
        self._end: Callable[[], object] = lambda: None
        """Ends the child; called at the latest when the handle is gone or Python exits."""

    def __enter__(self) -> "ToolHost":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, name: str, arguments: Mapping[str, Json]) -> Outcome:
        """Run a tool; every fault is a coded failure. A call that hangs or kills its process is tried once more, where
        that is safe.
        """
        if name not in self.pool:
            return Outcome(failure=Failure(code="not_found", message=f"no tool is named {name!r}"))
        with self._turn:  # threads that call at once are answered one after the other
            return self._call(self.pool[name], arguments)

    def _call(self, tool: Tool, arguments: Mapping[str, Json]) -> Outcome:
        name = tool.name
        if tool.stateful and self._used and (self._child is None or self._child.poll() is not None):
            lost = f"the state of {name} was lost with the process that held it; it takes a fresh start"
            return Outcome(failure=Failure(code="unavailable", message=lost))
        self._used = self._used or tool.stateful
        first = self._call_once(name, arguments, tool.deadline)
        if first.failure is None or first.failure.code not in ("timeout", "unavailable") or not tool.repeat:
            return first
        return self._call_once(name, arguments, tool.deadline)

    def fresh(self) -> None:
        """Begin a task: stateful tools forget what was done before. Costs nothing where none was called."""
        if self._used:
            self.close()

    def close(self) -> None:
        """End the child, and with it the state of stateful tools."""
        self._stop()
        self._used = False

    def _stop(self) -> None:
        if self._child is not None:
            self._end()
            self._child = None

    def _call_once(self, name: str, arguments: Mapping[str, Json], deadline: float) -> Outcome:
        start = time.perf_counter()
        try:
            child = self._running()
            given = _renamed(dict(arguments), SCRATCH, self._scratch) if self._scratch else dict(arguments)
            _send(_pipe(child.stdin), {"tool": name, "arguments": given, "deadline": deadline})
            answer = _receive(_pipe(child.stdout), time.monotonic() + deadline)
            answer = _renamed(answer, self._scratch, SCRATCH) if self._scratch else answer
        except TimeoutError:
            self._stop()
            failure = Failure(code="timeout", message=f"{name} gave no answer within {deadline:g} s and was stopped")
            return Outcome(failure=failure, seconds=time.perf_counter() - start)
        except (EOFError, ConnectionError) as error:
            failure = Failure(code="unavailable", message=f"the process of {name} {self._fate(error)}")
            self._stop()
            return Outcome(failure=failure, seconds=time.perf_counter() - start)
        except (TypeError, ValueError, RecursionError) as error:
            return Outcome(failure=Failure(code="bad_arguments", message=f"arguments are not JSON: {error}"))
        seconds = time.perf_counter() - start
        if "failure" in answer:
            failure = Failure(**answer["failure"])
            if failure.code == "bug" and (lacking := why_missing(self.pool[name])):
                failure = Failure(code="unavailable", message=f"{name} {lacking}")
            return Outcome(failure=failure, seconds=seconds, deeds=tuple(answer.get("deeds", ())))
        return Outcome(result=answer["result"], seconds=seconds, deeds=tuple(answer.get("deeds", ())))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            hello = {"path": sys.path, "tools": addresses(self.pool), "watch": self._watch}
            environment = {**os.environ, "PYTHONHASHSEED": str(self._hash_seed), "OMP_NUM_THREADS": "1"}
            holds_state = any(tool.stateful for tool in self.pool)
            self._scratch = os.path.realpath(tempfile.mkdtemp(prefix="dive-")) if holds_state else ""
            if self._scratch:
                environment["DIVE_SCRATCH"] = self._scratch
            self._child = subprocess.Popen(
                [sys.executable, "-m", "dive.tools.host"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                env=environment, start_new_session=True,
            )  # fmt: skip
            self._end = weakref.finalize(self, _ended, self._child, self._scratch)
            _send(_pipe(self._child.stdin), hello)
            try:
                ready = _receive(_pipe(self._child.stdout), time.monotonic() + STARTUP_SECONDS)
            except TimeoutError:
                raise ConnectionError(f"did not start within {STARTUP_SECONDS:g} s") from None
            if "failed" in ready:
                raise ConnectionError(f"cannot load its tools: {ready['failed']}")
        return self._child

    def _fate(self, error: Exception) -> str:
        """What became of a child that does not answer. It may have closed its pipe and live on, so nothing waits for
        it.
        """
        if type(error) is ConnectionError:
            return str(error)
        try:
            return f"ended with status {self._child.wait(1.0) if self._child else None}"
        except subprocess.TimeoutExpired:
            return "closed its pipe"


def _ended(child: subprocess.Popen[bytes], scratch: str) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)  # its session, so that what a tool has started ends as well
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    if scratch:
        shutil.rmtree(scratch, ignore_errors=True)


def _renamed(value: Json, old: str, new: str) -> Json:
    """A JSON value with a folder named otherwise in its texts."""
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, Mapping):
        return {_renamed(key, old, new): _renamed(part, old, new) for key, part in value.items()}
    return [_renamed(part, old, new) for part in value] if isinstance(value, list | tuple) else value


def answer_call(tools: Mapping[str, Tool], name: str, arguments: Mapping[str, Json]) -> dict[str, Json]:
    """One call inside the host: `{"result": ...}` or `{"failure": {"code", "message"}}`."""
    try:
        return {"result": tools[name].call(arguments)}
    except ToolError as error:
        return {"failure": {"code": error.code, "message": error.message}}


def serve() -> None:
    """Answer calls until standard input ends. What tools print goes to nowhere, not into the answers."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    _limit_memory()
    gc.set_threshold(50_000, 20, 100)  # libraries load tables of a million objects, none of which is garbage
    hello = _read(requests)
    sys.path[:] = [*hello["path"], *(entry for entry in sys.path if entry not in hello["path"])]
    try:
        tools = {tool.name: tool for tool in found(hello["tools"])}
    except Exception as error:  # the caller says it; this process has nowhere to say it
        return _send(answers, {"failed": f"{type(error).__name__}: {error}"})
    watch = Watch() if hello.get("watch") else None
    _send(answers, {"ready": len(tools)})
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    while True:
        try:
            request = _read(requests)
        except EOFError:
            return _end_group()
        signal.setitimer(signal.ITIMER_REAL, request["deadline"] + GRACE_SECONDS)
        start = time.perf_counter()
        answer = answer_call(tools, request["tool"], request["arguments"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(answers, answer if watch is None else {**answer, "deeds": watch.taken()})
        if time.perf_counter() - start > SLOW_SECONDS:
            _return_memory()


def _end_group() -> None:
    """The caller is gone: end, and with it what tools have started and what may hang."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)


def _return_memory() -> None:
    """Give back what loading a library left behind, and spare later collections what stays; without this a host keeps
    the first for good, and walks over the second each time."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL("libc.so.6").malloc_trim(0)


def _limit_memory() -> None:
    import warnings

    warnings.simplefilter("ignore")
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, resource.RLIM_INFINITY))


def _send(pipe: IO[bytes], message: Mapping[str, Any]) -> None:
    body = json.dumps(message, allow_nan=False).encode()
    pipe.write(struct.pack(">I", len(body)) + body)
    pipe.flush()


def _read(pipe: IO[bytes]) -> Any:
    head = pipe.read(4)
    if len(head) < 4:
        raise EOFError
    (length,) = struct.unpack(">I", head)
    return json.loads(pipe.read(length))


def _receive(pipe: IO[bytes], until: float) -> Any:
    """Read one message, at the latest by the monotonic time `until`. Raises `TimeoutError` and `EOFError`."""
    body = _exactly(pipe, struct.unpack(">I", _exactly(pipe, 4, until))[0], until)
    return json.loads(body)


def _exactly(pipe: IO[bytes], length: int, until: float) -> bytes:
    got = io.BytesIO()
    while (missing := length - got.tell()) > 0:
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise TimeoutError
        chunk = os.read(pipe.fileno(), min(missing, 1 << 16))
        if not chunk:
            raise EOFError
        got.write(chunk)
    return got.getvalue()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


if __name__ == "__main__":
    serve()
