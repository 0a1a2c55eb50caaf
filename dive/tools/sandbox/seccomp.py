"""A filter of system calls, as the program that the kernel runs at each of them (Linux `seccomp`, classic BPF).

The list is of what is refused: calls by which kernels have been attacked, that reach into other processes, that make or
enter namespaces, or that take memory which no limit counts. Computing with Python and its libraries needs none of them.
Assembled here so that neither libseccomp nor its binding is needed. Numbers are those of the kernel's table for x86-64
and of its generic 64-bit table, which AArch64 uses.
"""

import errno
import platform
import struct
import sys

NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET."""
UNIX = 1
"""Address family of sockets between processes of one machine; every other is refused."""

_SHARED = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "pidfd_getfd": 438, "process_madvise": 440,
    "mount_setattr": 442, "quotactl_fd": 443, "memfd_secret": 447,
}  # fmt: skip
_X86_64 = {
    "shmget": 29, "shmat": 30, "shmctl": 31, "semget": 64, "semop": 65, "semctl": 66, "shmdt": 67, "msgget": 68,
    "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "ptrace": 101, "syslog": 103, "personality": 135, "vhangup": 153,
    "modify_ldt": 154, "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163, "settimeofday": 164, "mount": 165,
    "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170, "setdomainname": 171, "iopl": 172,
    "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179, "nfsservctl": 180, "lookup_dcookie": 212,
    "clock_settime": 227, "mbind": 237, "set_mempolicy": 238, "mq_open": 240, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "migrate_pages": 256, "unshare": 272, "vmsplice": 278, "move_pages": 279,
    "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304,
    "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312,
    "finit_module": 313, "memfd_create": 319, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
}  # fmt: skip
_AARCH64 = {
    "lookup_dcookie": 18, "umount2": 39, "mount": 40, "pivot_root": 41, "nfsservctl": 42, "chroot": 51, "vhangup": 58,
    "quotactl": 60, "vmsplice": 75, "acct": 89, "personality": 92, "unshare": 97, "kexec_load": 104, "init_module": 105,
    "delete_module": 106, "clock_settime": 112, "syslog": 116, "ptrace": 117, "reboot": 142, "sethostname": 161,
    "setdomainname": 162, "settimeofday": 170, "adjtimex": 171, "mq_open": 180, "msgget": 186, "msgctl": 187,
    "msgrcv": 188, "msgsnd": 189, "semget": 190, "semctl": 191, "semtimedop": 192, "semop": 193, "shmget": 194,
    "shmctl": 195, "shmat": 196, "shmdt": 197, "add_key": 217, "request_key": 218, "keyctl": 219, "swapon": 224,
    "swapoff": 225, "mbind": 235, "set_mempolicy": 237, "migrate_pages": 238, "move_pages": 239, "perf_event_open": 241,
    "fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268,
    "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "finit_module": 273, "memfd_create": 279,
    "bpf": 280, "userfaultfd": 282, "kexec_file_load": 294,
}  # fmt: skip
_MACHINES = {
    "x86_64": (0xC000003E, {**_X86_64, **_SHARED}, {"socket": 41, "clone": 56, "clone3": 435}),
    "aarch64": (0xC00000B7, {**_AARCH64, **_SHARED}, {"socket": 198, "clone": 220, "clone3": 435}),
}
"""By machine: the kernel's number of the architecture, what is refused always, what is refused by its argument."""

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def program() -> bytes:
    """The filter for this machine; empty on an architecture whose numbers are not listed."""
    if platform.machine() not in _MACHINES or sys.maxsize < 2**32:
        return b""
    architecture, always, by_argument = _MACHINES[platform.machine()]
    lines = [
        (_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, 0x40000000), _refuse(errno.ENOSYS),  # the x32 numbers, by which a list is walked round
        (_EQUAL, 0, 1, by_argument["clone3"]), _refuse(errno.ENOSYS),  # its flags are out of sight; libc takes clone
        (_EQUAL, 0, 4, by_argument["clone"]), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_ANY_BIT, 0, 1, NAMESPACES),
        _refuse(errno.EPERM), (_RETURN, 0, 0, _ALLOW),
        (_EQUAL, 0, 4, by_argument["socket"]), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_EQUAL, 1, 0, UNIX),
        _refuse(errno.EPERM), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    for number in sorted(always.values()):
        lines += [(_EQUAL, 0, 1, number), _refuse(errno.EPERM)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def refused() -> list[str]:
    """The names of the calls that are refused whatever their arguments."""
    return sorted(_MACHINES[platform.machine()][1]) if platform.machine() in _MACHINES else []


def _refuse(number: int) -> tuple[int, int, int, int]:
    return (_RETURN, 0, 0, _ERRNO | number)
