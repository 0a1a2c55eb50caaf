"""A program that root starts the sandbox through: it gives up root for good, then becomes the given command.

Limits on processes do not hold for root, and nothing that untrusted code can reach should belong to root. Where the
interpreter lies in a folder that is closed to others (`/root`), it is first shown at its own path in a mount namespace
of this process alone, with nothing else of that folder. Run as a file, so that it imports nothing but the standard
library. Arguments: user id, paths that the command must reach as JSON, command.
"""

import ctypes
import json
import os
import stat
import sys

NEW_MOUNTS, PRIVATE, RECURSIVE, BIND = 0x20000, 1 << 18, 1 << 14, 1 << 12


def closed_ancestor(path: str) -> str:
    """The topmost folder on the way to a path that others cannot enter; empty if there is none."""
    parts = path.strip("/").split("/")
    ways = ("/" + "/".join(parts[:n]) for n in range(1, len(parts) + 1))
    return next((way for way in ways if not os.stat(way).st_mode & stat.S_IXOTH), "")


def show(paths: list[str]) -> None:
    """Make paths reachable for everyone, in this process and its children only."""
    hidden = {path: folder for path in paths if (folder := closed_ancestor(path))}
    if not hidden:
        return
    libc = ctypes.CDLL(None, use_errno=True)

    def mount(source: str, target: str, kind: bytes | None, flags: int, options: bytes | None = None) -> None:
        if libc.mount(source.encode(), target.encode(), kind, ctypes.c_ulong(flags), options):
            raise OSError(ctypes.get_errno(), f"cannot show {target} to others: {os.strerror(ctypes.get_errno())}")

    if libc.unshare(NEW_MOUNTS):
        reason = os.strerror(ctypes.get_errno())
        raise OSError(ctypes.get_errno(), f"{', '.join(hidden)}: closed to other users, and cannot be shown ({reason})")
    mount("none", "/", None, PRIVATE | RECURSIVE)
    opened = {path: os.open(path, os.O_PATH) for path in hidden}
    for folder in dict.fromkeys(hidden.values()):
        mount("none", folder, b"tmpfs", 0, b"mode=755,size=64k")
    for path, descriptor in opened.items():
        os.makedirs(path, exist_ok=True)
        mount(f"/proc/self/fd/{descriptor}", path, None, BIND | RECURSIVE)
        os.close(descriptor)


def main() -> None:
    user, paths, command = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    os.umask(0o022)
    try:
        show(paths)
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        os.execv(command[0], command)
    except OSError as error:
        sys.exit(error.strerror or str(error))


if __name__ == "__main__":
    main()
