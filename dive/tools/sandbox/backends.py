"""The ways to isolate an interpreter, in the order in which they are tried: bubblewrap, sandlock, docker.

A backend says whether it is installed and makes the command line; it starts nothing. None of them runs code in this
process, and there is no backend that does.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from dive.tools.sandbox.limits import MEBIBYTE, Limits
from dive.tools.sandbox.seccomp import program, refused

NOBODY = 65534
"""The user that code runs as when root starts the sandbox; inside of bubblewrap and docker always."""
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "TZ": "UTC",
    "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1",
}  # fmt: skip
"""All that is in the environment of the code. Threads count as processes, so libraries are told to compute with one."""
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives")
"""What the loader of shared libraries reads."""
SHARED_MEMORY_BYTES = 16 * MEBIBYTE
IMAGE = "python:3.11-slim"
"""The image of the docker backend, if no other is named."""
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Launch:
    """How to start one isolated interpreter."""

    command: list[str]
    given: bytes = b""
    """What the command reads from the descriptor that replaces `{fd}` in it."""
    folder: str = ""
    """A folder made for this interpreter, to be removed after it."""
    end: list[str] = field(default_factory=list)
    """A command that ends the interpreter, where ending the started process does not."""


class Backend(Protocol):
    """A way to isolate an interpreter."""

    name: str

    def lacking(self) -> str:
        """What is not installed, with what to do about it; empty if nothing is."""

    def launch(self, limits: Limits, folder: Callable[[], str], token: str) -> Launch:
        """The command for one interpreter. `folder` makes a new folder that the code's user owns; `token` is a name that no
        other interpreter has."""


class Bubblewrap:
    """Namespaces of its own for everything, a read-only system, a file system in memory, and a filter of system calls."""

    name = "bubblewrap"

    def lacking(self) -> str:
        if sys.platform != "linux":
            return "needs Linux"
        if not shutil.which("bwrap"):
            return "not installed: apt-get install bubblewrap"
        return "" if program() else f"no filter of system calls for {os.uname().machine}"

    def launch(self, limits: Limits, folder: Callable[[], str], token: str) -> Launch:
        shown = [option for path in _interpreter() for option in ("--ro-bind", path, path)]
        environment = [option for name, value in ENVIRONMENT.items() for option in ("--setenv", name, value)]
        command = [
            shutil.which("bwrap") or "bwrap", "--unshare-all", "--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY),
            "--hostname", "sandbox", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv", *environment,
            *_system(), "--proc", "/proc", "--dev", "/dev",
            "--size", str(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm", "--remount-ro", "/dev",
            "--size", str(limits.disk_bytes), "--tmpfs", "/tmp", *shown, "--chdir", "/tmp", "--remount-ro", "/",
            "--seccomp", "{fd}", "--", sys.executable, *_program(limits, processes=limits.processes),
        ]  # fmt: skip
        return Launch(_as_nobody(command, [*_interpreter(), sys.executable]), given=program())


class Sandlock:
    """Landlock rules for files and sockets, and system calls that a supervisor decides on; needs no namespaces."""

    name = "sandlock"

    def lacking(self) -> str:
        if sys.platform != "linux":
            return "needs Linux"
        return "" if find_spec("sandlock") else "not installed: pip install sandlock"

    def launch(self, limits: Limits, folder: Callable[[], str], token: str) -> Launch:
        work = folder()
        settings = {
            "folder": work, "disk_bytes": limits.disk_bytes, "processes": limits.processes, "environment": ENVIRONMENT,
            "refused": refused(),
            "readable": [p for p in (*SYSTEM, *SETTINGS, *_interpreter(), "/dev/null", "/dev/urandom") if os.path.exists(p)],
        }  # fmt: skip
        # It counts processes, not threads, and a count of the kernel's would be of all processes of the user.
        inside = [sys.executable, *_program(limits, processes=0)]
        command = [sys.executable, "-s", "-P", str(HERE / "confine.py"), json.dumps(settings), *inside]
        return Launch(_as_nobody(command, [*_interpreter(), str(HERE)]), folder=work)


class Docker:
    """A container of an engine that runs here, from an image that is present; nothing is pulled."""

    name = "docker"

    def __init__(self, image: str = IMAGE) -> None:
        self.image = image

    def lacking(self) -> str:
        if not shutil.which("docker"):
            return "not installed"
        try:
            done = subprocess.run(["docker", "image", "inspect", self.image], capture_output=True, text=True, timeout=20)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"the engine does not answer ({type(error).__name__})"
        if done.returncode == 0:
            return ""
        if "no such image" in done.stderr.lower():
            return f"the image is not here: docker pull {self.image}"
        return f"the engine does not answer: {' '.join(done.stderr.split())[:200]}"

    def launch(self, limits: Limits, folder: Callable[[], str], token: str) -> Launch:
        name = f"dive-sandbox-{token}"
        environment = [option for pair in ENVIRONMENT.items() for option in ("--env", "=".join(pair))]
        command = [
            shutil.which("docker") or "docker", "run", "--rm", "--interactive", "--init", "--pull", "never", "--name", name,
            "--network", "none", "--ipc", "none", "--read-only", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges", "--user", f"{NOBODY}:{NOBODY}", "--hostname", "sandbox",
            "--memory", str(limits.memory), "--memory-swap", str(limits.memory), "--pids-limit", str(limits.processes),
            "--cpus", "1", "--log-driver", "none", "--workdir", "/tmp",
            "--tmpfs", f"/tmp:rw,nosuid,nodev,size={limits.disk_bytes},mode=1777", *environment,
            "--entrypoint", "python3", self.image, *_program(limits, processes=0),
        ]  # fmt: skip
        return Launch(command, end=["docker", "rm", "--force", name])


BACKENDS: Mapping[str, Backend] = {backend.name: backend for backend in (Bubblewrap(), Sandlock(), Docker())}
"""By name, in the order of preference."""


def _program(limits: Limits, processes: int) -> list[str]:
    """The arguments of the interpreter: the program inside as text, and the limits that it puts on itself."""
    own = {name: int(value) for name, value in asdict(limits).items()} | {"processes": processes}
    return ["-s", "-P", "-B", "-c", (HERE / "repl.py").read_text(encoding="utf-8"), json.dumps(own)]


@cache
def _interpreter() -> tuple[str, ...]:
    """The folders that hold this interpreter and its libraries, as far as they are not part of the system."""
    link, folders = Path(sys.executable), [Path(sys.prefix), Path(sys.base_prefix)]
    while link.is_symlink():  # each link of a chain is looked up on the way
        link = link.parent / os.readlink(link)
        folders.append(link.parent.parent)
    folders += [folder.resolve() for folder in folders]
    new = dict.fromkeys(str(folder) for folder in folders if not str(folder).startswith("/usr/") and str(folder) != "/usr")
    return tuple(path for path in new if not any(path != other and path.startswith(f"{other}/") for other in new))


def _system() -> list[str]:
    """Options that show the system's programs and libraries, links as links."""
    options = []
    for path in SYSTEM:
        if os.path.islink(path):
            options += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            options += ["--ro-bind", path, path]
    for path in SETTINGS:
        options += ["--ro-bind-try", path, path]
    return options


def _as_nobody(command: list[str], reached: list[str]) -> list[str]:
    """The command, by way of a program that gives up root where this process has it."""
    if os.geteuid() != 0:
        return command
    folders = list(dict.fromkeys(path if os.path.isdir(path) else os.path.dirname(path) for path in reached))
    return [os.path.realpath(sys.executable), "-I", "-S", str(HERE / "become.py"), str(NOBODY), json.dumps(folders), *command]
