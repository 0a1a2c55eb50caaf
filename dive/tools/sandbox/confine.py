"""The supervisor of the sandlock backend: confines a command, waits for it, and ends it when its own parent ends.

sandlock answers some system calls of the confined processes from the process that started them, so that process has to
stay. Run as a file. Arguments: settings as JSON, command.
"""

import ctypes
import json
import os
import signal
import sys

PARENT_DEATH_SIGNAL, CHILD_SUBREAPER = 1, 36


def main() -> None:
    from sandlock import BranchAction, Sandbox

    parent = os.getppid()
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1)  # daemons stay below, where whoever ends this process finds them
    if os.getppid() != parent:
        sys.exit("the process that started the sandbox is gone")
    settings = json.loads(sys.argv[1])
    work = os.path.join(settings["folder"], "work")
    os.mkdir(work, 0o700)
    os.mkdir(os.path.join(settings["folder"], "changes"), 0o700)
    sandbox = Sandbox(
        fs_readable=settings["readable"],
        fs_writable=[work, "/dev/null"],
        workdir=work,
        cwd=work,
        fs_storage=os.path.join(settings["folder"], "changes"),
        max_disk=settings["disk_bytes"],
        on_exit=BranchAction.ABORT,
        on_error=BranchAction.ABORT,
        max_processes=settings["processes"],
        extra_deny_syscalls=settings["refused"],
        clean_env=True,
        env={**settings["environment"], "HOME": work, "TMPDIR": work},
        no_coredump=True,
    )
    result = sandbox.popen(sys.argv[2:]).wait()
    sys.exit(result.exit_code if 0 <= result.exit_code < 256 else 1)


if __name__ == "__main__":
    main()
