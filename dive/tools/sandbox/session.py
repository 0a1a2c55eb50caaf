"""One isolated interpreter: the process, the pipes to it, and the watch over what it uses.

What comes out of the pipes is written by untrusted code: it is read in bounded amounts, by a deadline, and taken as
text or as JSON of a known form; anything else ends the interpreter. Each session has a thread that starts its process,
watches it and reaps it. The thread has to live as long as the process: the kernel ends the process when the *thread*
that started it ends, and this is how the sandbox ends with the program whatever becomes of the program.
"""

import contextlib
import json
import os
import secrets
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import time
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dive.errors import DiveError
from dive.tools.sandbox.backends import ENVIRONMENT, NOBODY, Backend, Launch
from dive.tools.sandbox.limits import MEBIBYTE, End, Fault, Limits, Result
from dive.types import Json, canonical

START_SECONDS = 20.0
BUSY_SECONDS, IDLE_SECONDS = 0.05, 0.5
"""How often the use of memory and processor is looked at, during a call and between calls."""
FLOOD_BYTES = 64 * MEBIBYTE
"""Output of one call that ends the interpreter, though all but a part of it has been dropped."""
EXTRA_BYTES = 16_384
"""What an answer may be long beyond its value."""
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class _Process:
    """What the watching thread and the calling one share."""

    started: threading.Event = field(default_factory=threading.Event)
    child: subprocess.Popen[bytes] | None = None
    fault: OSError | None = None
    busy: bool = False
    fate: End = ""
    over: bool = False

    def kill(self) -> None:
        self.started.wait()
        if self.child is not None and self.child.returncode is None:
            _end_below(self.child.pid)
            with contextlib.suppress(ProcessLookupError):
                self.child.kill()


class Session:
    """An interpreter in a sandbox. Starting does not wait for it; the first call does."""

    def __init__(self, backend: Backend, limits: Limits) -> None:
        self.limits = limits
        self._name = backend.name
        self._ready = False
        self._process = _Process()
        self._printed = bytearray()
        self._dropped = 0
        launch = backend.launch(limits, _folder, secrets.token_hex(6))
        self._watcher = threading.Thread(target=_live, args=(self._process, launch, limits), name="sandbox", daemon=True)
        self._watcher.start()
        self._end = weakref.finalize(self, _finish, self._process, self._watcher)

    @property
    def alive(self) -> bool:
        """Whether the interpreter runs."""
        return not self._process.over and not self._process.fate

    def close(self) -> None:
        """End the interpreter and everything that it has started."""
        self._end()

    def leave(self) -> None:
        """End the interpreter without waiting for it to be gone."""
        self._end.detach()
        self._process.fate = self._process.fate or "died"
        self._process.kill()

    def wait_until_ready(self) -> None:
        """Wait for the interpreter to start. Raises `DiveError` with what the backend says."""
        if self._ready:
            return
        self._process.started.wait()
        if self._process.child is None:
            raise DiveError(f"{self._name}: the sandbox cannot be started: {self._process.fault}")
        try:
            answer = self._receive(time.monotonic() + START_SECONDS)
            self._ready = answer == {"ready": True}
        except (EOFError, TimeoutError, ValueError):
            pass
        if not self._ready:
            said = " ".join(self._output().split())[-300:] or "no answer"
            self.close()
            raise DiveError(f"{self._name}: the sandbox does not start: {said}")
        self._take()

    def run(self, code: str, seconds: float) -> Result:
        """Run code, at most for the given time. A call that exceeds a limit ends the interpreter."""
        self.wait_until_ready()
        start = time.monotonic()
        answer: Json = {}
        self._process.busy = True
        try:
            child = self._child()
            body = code.encode("utf-8", "surrogatepass")
            self._send(struct.pack(">I", len(body)) + body, start + seconds)
            answer = self._receive(start + seconds)
            self._drain(child.stderr)
            result = _result(answer, self.limits)
        except TimeoutError:
            result = self._ended("deadline")
        except OverflowError:
            result = self._ended("output")
        except (EOFError, ConnectionError):
            result = self._ended("died")
        except (ValueError, TypeError, KeyError, RecursionError):
            result = self._ended("protocol")
        self._process.busy = False
        text, cut = self._take()
        took = time.monotonic() - start
        return Result(
            text, result.value, result.type, result.error, result.truncated or cut, result.ended, seconds=took
        )  # fmt: skip

    def _ended(self, why: End) -> Result:
        """End the interpreter; a limit that the watch has found exceeded is the reason before any other."""
        if why == "died":
            self._watcher.join(2 * IDLE_SECONDS)
        why = self._process.fate or why
        self._process.fate = why
        with contextlib.suppress(EOFError, OverflowError, ValueError):
            self._drain(self._child().stderr)
        self.close()
        return Result(ended=why)

    def _child(self) -> subprocess.Popen[bytes]:
        assert self._process.child is not None
        return self._process.child

    def _send(self, message: bytes, until: float) -> None:
        """Write a message, however slowly it is taken."""
        pipe = self._child().stdin
        assert pipe is not None
        os.set_blocking(pipe.fileno(), False)
        rest = memoryview(message)
        while rest:
            _, writable, _ = select.select([], [pipe], [], max(0.0, until - time.monotonic()))
            if not writable:
                raise TimeoutError
            rest = rest[os.write(pipe.fileno(), rest[: 1 << 16]) :]

    def _receive(self, until: float) -> Json:
        """Read one message and, meanwhile, what is printed."""
        (length,) = struct.unpack(">I", self._exactly(4, until))
        if length > 4 * self.limits.output_chars + EXTRA_BYTES:
            raise ValueError(f"an answer of {length} bytes")
        return json.loads(self._exactly(length, until), parse_constant=_refuse)

    def _exactly(self, length: int, until: float) -> bytes:
        answers, printed = self._child().stdout, self._child().stderr
        assert answers is not None and printed is not None
        got = bytearray()
        sources: list[IO[bytes]] = [answers, printed]
        while len(got) < length:
            readable, _, _ = select.select(sources, [], [], max(0.0, until - time.monotonic()))
            if not readable:
                raise TimeoutError
            if printed in readable and not self._keep(printed):
                sources.remove(printed)
            if answers in readable:
                chunk = os.read(answers.fileno(), min(length - len(got), 1 << 16))
                if not chunk:
                    raise EOFError
                got += chunk
        return bytes(got)

    def _keep(self, printed: IO[bytes]) -> bool:
        """Take what is ready of the output and keep it up to the limit; whether there may be more."""
        chunk = os.read(printed.fileno(), 1 << 16)
        room = 4 * self.limits.output_chars - len(self._printed)
        self._printed += chunk[: max(0, room)]
        self._dropped += max(0, len(chunk) - max(0, room))
        if self._dropped > FLOOD_BYTES:
            raise OverflowError
        return bool(chunk)

    def _drain(self, printed: IO[bytes] | None) -> None:
        """Take the output that is there, without waiting for more; other processes of the code may go on printing."""
        assert printed is not None
        for _ in range(64):
            if not select.select([printed], [], [], 0)[0] or not self._keep(printed):
                return

    def _output(self) -> str:
        self._watcher.join(IDLE_SECONDS)
        with contextlib.suppress(OverflowError, ValueError):
            self._drain(self._child().stderr)
        return self._take()[0]

    def _take(self) -> tuple[str, bool]:
        """The output so far, as text, and whether some of it was left out; then begin anew."""
        text, dropped = self._printed.decode("utf-8", "replace"), self._dropped
        self._printed, self._dropped = bytearray(), 0
        most = self.limits.output_chars
        return text[:most], dropped > 0 or len(text) > most


def _result(answer: Json, limits: Limits) -> Result:
    """Read an answer; raises where it is not of the form that the program inside gives."""
    if not isinstance(answer, dict) or not answer.keys() <= {"type", "value", "truncated", "error"}:
        raise ValueError("not an answer")
    text, fault, kind = answer.get("value"), answer.get("error"), answer.get("type", "")
    if text is not None and len(text) > limits.output_chars:
        raise ValueError("a value of forbidden length")
    value = None if text is None else json.loads(text, parse_constant=_refuse)
    error = None
    if fault is not None:
        line = fault["line"]
        error = Fault(_text(fault["type"], 100), _text(fault["message"], 1000), line if isinstance(line, int) else None)
    canonical(value).encode()  # raises for what JSON cannot hold
    return Result(value=value, type=_text(kind, 100), error=error, truncated=answer.get("truncated") is True)


def _text(value: Json, most: int) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value[:most].encode("utf-8", "replace").decode()


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is not a number")


def _folder() -> str:
    """A new folder for the user that the code runs as."""
    made = tempfile.mkdtemp(prefix="dive-sandbox-")
    if os.geteuid() == 0:
        os.chown(made, NOBODY, NOBODY)
    return made


def _live(process: _Process, launch: Launch, limits: Limits) -> None:
    """Start an interpreter, watch over it, and clear up after it."""
    try:
        process.child = _start(launch)
    except OSError as error:
        process.fault, process.over = error, True
        return
    finally:
        process.started.set()
    descriptor = os.pidfd_open(process.child.pid)
    ended = select.poll()
    ended.register(descriptor, select.POLLIN)
    while not ended.poll(1000 * (BUSY_SECONDS if process.busy else IDLE_SECONDS)):
        if exceeded := _exceeded(process.child.pid, limits):
            process.fate = process.fate or exceeded
            process.kill()
    os.close(descriptor)
    process.child.wait()
    process.over = True
    if launch.end:
        subprocess.run(launch.end, capture_output=True, check=False, timeout=60)
    if launch.folder:
        shutil.rmtree(launch.folder, ignore_errors=True)


def _start(launch: Launch) -> subprocess.Popen[bytes]:
    reading = -1
    try:
        if launch.given:
            reading, writing = os.pipe()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(launch.given)
        return subprocess.Popen(
            [part.replace("{fd}", str(reading)) if part == "{fd}" else part for part in launch.command],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, cwd="/", env=ENVIRONMENT,
            pass_fds=(reading,) if launch.given else (), start_new_session=True,
        )  # fmt: skip
    finally:
        if reading >= 0:
            os.close(reading)


def _end_below(pid: int) -> None:
    """End all processes below one that are not ended with it: first they are stopped, so that none starts another."""
    stopped: set[int] = set()
    for _ in range(20):
        new = set(_tree(pid)[1:]) - stopped
        if not new:
            break
        for member in new:
            with contextlib.suppress(OSError):
                os.kill(member, signal.SIGSTOP)
        stopped |= new
    for member in stopped:
        with contextlib.suppress(OSError):
            os.kill(member, signal.SIGKILL)


def _tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for member in found:
        with contextlib.suppress(OSError, ValueError):
            for task in Path(f"/proc/{member}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _exceeded(pid: int, limits: Limits) -> End:
    """Which limit a process and all below it have exceeded together; processor time includes those that have ended."""
    memory, ticks, found = 0, 0, _tree(pid)
    for member in found:
        with contextlib.suppress(OSError, ValueError, IndexError):
            folder = Path(f"/proc/{member}")
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            memory += int(fields[21]) * PAGE
            ticks += sum(map(int, fields[11:15]))
    if memory > limits.memory:
        return "memory"
    if ticks / TICKS > limits.cpu_seconds:
        return "cpu"
    return "disk" if _files(found[-1], limits.disk_bytes) > limits.files else ""


def _files(pid: int, size: int) -> int:
    """How many files are in the working folder of a process, where that is a file system in memory of the given size."""
    try:
        found = os.statvfs(Path("/proc", str(pid), "root", "tmp"))
    except OSError:
        return 0
    return found.f_files - found.f_ffree if found.f_blocks * found.f_frsize == size else 0


def _finish(process: _Process, watcher: threading.Thread) -> None:
    process.kill()
    watcher.join(10.0)
    if process.child is not None:
        for pipe in (process.child.stdin, process.child.stdout, process.child.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
