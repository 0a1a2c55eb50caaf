"""Watching: what a tool does beside computing, as Python's audit events tell it.

A host that watches tells with each answer which files outside of the installed packages were opened, what was written,
and whether the network or another program was used. Compiled code that opens files by itself is not seen.
"""

import os
import sys
import sysconfig
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

MOST = 20
"""Deeds that are told of one call."""
NETWORK = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request")
PROGRAM = "starts a program"
PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "pty.spawn")
CHANGES = (
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.link",
    "os.symlink",
    "shutil.rmtree",
)
TEMPORARY = ("tempfile.mkdtemp", "tempfile.mkstemp")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SYSTEM = (
    "/dev/null",
    "/dev/urandom",
    "/dev/random",
    "/proc/",
    "/sys/",
    "/lib",
    "/usr/lib",
    "/etc/ld.so",
    "/etc/localtime",
    "/usr/share/zoneinfo",
)
"""What the interpreter and compiled libraries read on any system: no data of a tool."""


class Watch:
    """Collects deeds from the time it is made on; an audit hook cannot be removed."""

    def __init__(self) -> None:
        self._deeds: dict[str, None] = {}
        self._temporary: set[str] = set()
        """Temporary files and folders that were made; what is done to them is nobody's business."""
        tempfile.gettempdir()  # which is found by writing, once
        sys.addaudithook(self._seen)

    def taken(self) -> list[str]:
        """The deeds since the last time, such as `writes /tmp/x`, each once."""
        deeds, self._deeds = list(self._deeds), {}
        return deeds[:MOST]

    def _seen(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in TEMPORARY:
            self._temporary.add(os.path.abspath(os.fsdecode(arguments[0])))
            return
        if event == "open":
            deed = _opened(*arguments)
        elif event in NETWORK:
            deed = f"uses the network ({event})"
        elif event in PROGRAMS:
            deed = f"{PROGRAM} ({event})"
        elif event in CHANGES and changes(event, *arguments):
            deed = f"changes files ({event} {arguments[0]!r})"
        else:
            return
        if deed and len(self._deeds) < MOST and not self._is_temporary(event, arguments):
            self._deeds[deed] = None

    def _is_temporary(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event not in ("open", *CHANGES) or not isinstance(arguments[0], str | bytes | os.PathLike):
            return False
        place = os.path.abspath(os.fsdecode(arguments[0]))
        return any(place == own or place.startswith(own + os.sep) for own in self._temporary)


def changes(event: str, path: Any, *others: Any) -> bool:
    """Whether something is changed: a folder that is there already is not made, and what lies in a folder that is removed
    is not told file by file.
    """
    if event == "os.mkdir":
        return not os.path.isdir(path)
    return event not in ("os.remove", "os.rmdir") or others in ((), (-1,))


def _opened(path: Any, mode: Any, flags: Any) -> str:
    if isinstance(path, int):
        return ""
    place = os.path.abspath(os.fsdecode(path)) if isinstance(path, str | bytes | os.PathLike) else str(path)
    writes = (
        any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool(isinstance(flags, int) and flags & WRITING)
    )
    if place in ("/dev/null", "/dev/tty"):
        return ""
    if writes:
        return "" if "__pycache__" in place else f"writes {place}"
    if place != str(path) and not os.path.lexists(place):
        return ""  # relative to another folder than this one, or no file at all
    return "" if place.startswith((*SYSTEM, *_installed())) or "__editable__" in place else f"reads {place}"


@cache
def _installed() -> tuple[str, ...]:
    """Where the interpreter and its packages are, links followed as well."""
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values(), str(Path(__file__).parents[1])]
    return tuple({p for place in places if place for p in (place, os.path.realpath(place))})
