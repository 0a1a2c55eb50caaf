"""What untrusted code must not be able to do, tried on every backend that works here.

An attack is code and what must be true of its result. Around each, the things outside that it aims at are checked: a
file, a secret in the environment, a process, and listeners on TCP, UDP and a local socket. Afterwards the sandbox must
work as before, and when it is closed nothing of it may be left.
"""

import contextlib
import os
import platform
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from attacks import ATTACKS, LIMITS, MARK, PROCESSES, REPL, RESOURCES

from dive.tools.sandbox import Sandbox
from dive.tools.sandbox.backends import NOBODY
from dive.tools.sandbox.episode import why_not

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")]


@dataclass
class World:
    """What the attacks aim at, outside of the sandbox."""

    folder: Path
    victim: subprocess.Popen[bytes]
    secret: str = field(default_factory=lambda: f"canary-{secrets.token_hex(8)}")
    listeners: dict[str, socket.socket] = field(default_factory=dict)

    @property
    def canary(self) -> Path:
        return self.folder / "canary.txt"

    def filled(self, code: str) -> str:
        """The code with its targets put in."""
        targets = {
            "CANARY": repr(str(self.canary)), "FOLDER": repr(str(self.folder)), "VICTIM": str(self.victim.pid), "MARK": MARK,
            "TCP": str(self.listeners["tcp"].getsockname()[1]), "UDP": str(self.listeners["udp"].getsockname()[1]),
            "LOCAL": repr(str(self.folder / "local.sock")), "ABSTRACT": repr(self.listeners["abstract"].getsockname()),
        }  # fmt: skip
        for name, value in targets.items():
            code = code.replace(f"${name}", value)
        return code

    def check(self) -> None:
        """Nothing outside has been touched or reached."""
        assert self.canary.read_text() == self.secret
        assert sorted(path.name for path in self.folder.iterdir()) == ["canary.txt", "local.sock"]
        assert self.victim.poll() is None, "a process outside was ended"
        assert Path(f"/proc/{self.victim.pid}/stat").read_text().rpartition(")")[2].split()[0] in "SR", "or was stopped"
        for name, listener in self.listeners.items():
            with pytest.raises(BlockingIOError):
                listener.recv(1) if name == "udp" else listener.accept()


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    folder = Path("/var/tmp") / f"dive-attacks-{secrets.token_hex(6)}"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)  # only the sandbox stands between the code and the file, not its permissions
    user = NOBODY if os.geteuid() == 0 else None
    victim = subprocess.Popen(["sleep", "3600"], user=user, start_new_session=True)
    world = World(folder, victim)
    world.canary.write_text(world.secret)
    world.canary.chmod(0o666)
    os.environ["DIVE_TEST_SECRET"] = world.secret
    world.listeners = {
        "tcp": socket.create_server(("127.0.0.1", 0)), "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "local": socket.socket(socket.AF_UNIX), "abstract": socket.socket(socket.AF_UNIX),
    }  # fmt: skip
    world.listeners["udp"].bind(("127.0.0.1", 0))
    world.listeners["local"].bind(str(folder / "local.sock"))
    (folder / "local.sock").chmod(0o777)
    world.listeners["abstract"].bind(f"\0dive-{secrets.token_hex(6)}")
    for name, listener in world.listeners.items():
        listener.setblocking(False)
        if name in ("local", "abstract"):
            listener.listen()
    yield world
    del os.environ["DIVE_TEST_SECRET"]
    victim.kill()
    victim.wait()
    for listener in world.listeners.values():
        listener.close()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@pytest.fixture(scope="module", params=["bubblewrap", "sandlock"])
def sandbox(request: pytest.FixtureRequest, world: World) -> Iterator[Sandbox]:
    if reason := why_not(request.param):
        told = f"ATTACKS NOT TRIED on {request.param}: {reason}"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)
    with Sandbox(LIMITS, backend=request.param, standby=True) as sandbox:
        yield sandbox
    assert gone_soon()


def gone_soon() -> bool:
    """Whether no process of an attack is left on this machine within a few seconds."""
    until = time.monotonic() + 5
    while (left := left_over()) and time.monotonic() < until:
        time.sleep(0.1)
    return not left


def left_over() -> list[str]:
    """Command lines of processes on this machine that attacks have started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if MARK in line and "pytest" not in line:
                found.append(line[:80])
    return found


EACH = [pytest.param(name, marks=pytest.mark.slow if name in {**PROCESSES, **RESOURCES, **REPL} else ()) for name in ATTACKS]


@pytest.mark.parametrize("name", EACH)
def test_attack_fails(sandbox: Sandbox, world: World, name: str) -> None:
    code, holds = ATTACKS[name]
    if "libc.syscall" in code and platform.machine() != "x86_64":
        pytest.skip("the numbers of system calls are those of x86-64")
    start = time.monotonic()
    result = sandbox.run(world.filled(code))
    took = time.monotonic() - start
    assert holds(result), result
    assert took < LIMITS.seconds + 3
    assert len(result.stdout) <= LIMITS.output_chars
    assert world.secret not in f"{result.value}{result.stdout}{result.error}"
    world.check()
    again = sandbox.run("6 * 7")
    if again.ended:  # what the attack left behind has ended the next call
        again = sandbox.run("6 * 7")
    assert (again.value, again.error, again.ended) == (42, None, "")
    sandbox.run_alone("0")  # the next attack finds a new interpreter
    if name == "daemon":
        assert gone_soon()


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 40
