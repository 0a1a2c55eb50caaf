"""`Sandbox`: an interpreter for one episode, isolated from everything, whose variables live on from call to call.

The interpreter is started before the first call needs it, so a call costs milliseconds. With `standby` another one
waits, for callers that take a new interpreter for every call. Where no backend works the sandbox is refused; there is
no fallback to this process.
"""

import threading
from dataclasses import replace
from functools import cache
from types import TracebackType

from dive.errors import DiveError
from dive.tools.sandbox.backends import BACKENDS, Backend
from dive.tools.sandbox.limits import Limits, Result
from dive.tools.sandbox.session import Session

PROBE = """
import os, socket
found = []
if 0 in (os.getuid(), os.geteuid(), os.getgid()): found.append("it runs as root")
try:
    socket.create_connection(("127.0.0.1", 9), 1)
    found.append("it has a network")
except ConnectionRefusedError: found.append("it has a network")
except OSError: pass
for folder in ("/", "/usr", "/etc", "/var/tmp", os.path.dirname(os.__file__)):
    try:
        with open(os.path.join(folder, ".dive-probe"), "w"): pass
        os.remove(os.path.join(folder, ".dive-probe"))
        found.append(f"it can write to {folder}")
    except OSError: pass
try:
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    if any(int(status[name], 16) for name in ("CapEff", "CapPrm", "CapAmb")): found.append("it has capabilities")
except OSError: pass
"; ".join(found)
"""
"""What a backend has to hold off before it is used, whatever it promises."""


class Sandbox:
    """An isolated interpreter: `with Sandbox() as sandbox: sandbox.run("1 + 1").value`.

    Raises `DiveError` if the named backend, or every one, is lacking. Calls from several threads take turns.
    """

    def __init__(self, limits: Limits | None = None, backend: str = "", standby: bool = False) -> None:
        self.limits = limits or Limits()
        self.backend = chosen(backend)
        self._standby = standby
        self._lock = threading.Lock()
        self._lost = False
        self._session: Session | None = self._started()
        self._next: Session | None = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def run(self, code: str, seconds: float | None = None) -> Result:
        """Run code after all that was run before; at most `seconds`, or those of the limits."""
        with self._lock:
            return self._run(code, seconds)

    def run_alone(self, code: str, seconds: float | None = None) -> Result:
        """Run code in an interpreter that nothing was run in, and end it."""
        with self._lock:
            result = self._run(code, seconds)
            self._leave()
            self._lost = False
            return replace(result, fresh=True)

    def close(self) -> None:
        """End the interpreter, its files and its processes; a later call starts anew."""
        with self._lock:
            for session in (self._session, self._next):
                if session is not None:
                    session.close()
            self._session = self._next = None

    def _run(self, code: str, seconds: float | None) -> Result:
        if self._session is None or not self._session.alive:
            self._lost = self._lost or self._session is not None
            self._leave()
            if self._session is None:
                self._session = self._started()
        fresh, self._lost = self._lost, False
        result = self._session.run(code, self.limits.seconds if seconds is None else seconds)
        if self._standby and self._next is None:
            self._next = self._started()
        self._lost = bool(result.ended)
        return replace(result, fresh=fresh)

    def _leave(self) -> None:
        """End the interpreter; the one that stands by takes its place."""
        if self._session is not None:
            self._session.leave()
        self._session, self._next = self._next, None

    def _started(self) -> Session:
        return Session(self.backend, self.limits)


def available() -> dict[str, str]:
    """By backend, in the order of preference: why it does not work here, or an empty string if it does. Each is tried."""
    return {name: why_not(name) for name in BACKENDS}


@cache
def why_not(name: str) -> str:
    """Why a backend does not work here; empty if it does. It is started and probed, once in this process."""
    backend = BACKENDS[name]
    if lacking := backend.lacking():
        return lacking
    try:
        session = Session(backend, Limits())
    except DiveError as error:
        return str(error.args[0]).removeprefix(f"{name}: ")
    try:
        result = session.run(PROBE, 10.0)
    except DiveError as error:
        return str(error.args[0]).removeprefix(f"{name}: ")
    finally:
        session.close()
    if result.ended or result.error:
        return f"the probe failed: {result.ended or result.error}"
    return f"it does not isolate: {result.value}" if result.value else ""


def chosen(name: str = "") -> Backend:
    """The named backend, or the first that works. Raises `DiveError` with the reasons of all that do not."""
    if name and name not in BACKENDS:
        raise DiveError(f"unknown backend {name!r}; known are {', '.join(BACKENDS)}")
    reasons = {}
    for candidate in [name] if name else BACKENDS:
        reason = why_not(candidate)
        if not reason:
            return BACKENDS[candidate]
        reasons[candidate] = reason
    told = "; ".join(f"{candidate}: {reason}" for candidate, reason in reasons.items())
    raise DiveError(f"no sandbox works here, and untrusted code runs in nothing less ({told})")


def lacking_sandbox() -> str:
    """Why untrusted code cannot be run here; empty if it can."""
    try:
        chosen()
    except DiveError as error:
        return str(error)
    return ""
