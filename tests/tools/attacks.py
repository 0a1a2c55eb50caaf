# ruff: noqa: E501
"""Attacks on the sandbox: code, and what must be true of its result. `$NAME` stands for a target of `test_sandbox_attacks`."""

import secrets
from collections.abc import Callable

from dive.tools.sandbox import Limits, Result

MIB = 1 << 20
LIMITS = Limits(
    seconds=4.0, cpu_seconds=60.0, memory=300 * MIB, processes=24, open_files=64, file_bytes=8 * MIB, disk_bytes=16 * MIB,
    files=2_000, output_chars=5_000,
)  # fmt: skip
MARK = f"7{secrets.randbelow(10**9):09}"
"""Seconds that processes of attacks sleep, by which they are found on the host."""

Holds = Callable[[Result], bool]


def refused(result: Result) -> bool:
    """The system refused it to the code."""
    names = {"OSError", "PermissionError", "FileNotFoundError", "NotADirectoryError", "ProcessLookupError", "BlockingIOError",
             "ConnectionRefusedError", "gaierror", "URLError", "TimeoutError"}  # fmt: skip
    return result.error is not None and result.error.type in names


def fails(*names: str) -> Holds:
    return lambda result: result.error is not None and result.error.type in names


def ends(*reasons: str) -> Holds:
    return lambda result: result.ended in reasons


def gives(value: object) -> Holds:
    return lambda result: result.error is None and result.value == value


def at_most(most: int) -> Holds:
    return lambda result: result.error is None and isinstance(result.value, int) and result.value <= most


def harmless(result: Result) -> bool:
    """The result does not matter; what stands outside is checked after every attack."""
    return True


def either(*several: Holds) -> Holds:
    return lambda result: any(holds(result) for holds in several)


def syscall(*numbers_and_arguments: str) -> str:
    """Code that makes system calls and gives the names of those that were let through."""
    calls = "; ".join(
        f"done += [{call!r}] if libc.syscall({call}) >= 0 else []" for call in numbers_and_arguments
    )  # fmt: skip
    return f"import ctypes; libc = ctypes.CDLL(None, use_errno=True); done = []; {calls}\ndone"


OPENED = """
found = []
for path in PATHS:
    try:
        open(path, MODE).close(); found.append(path)
    except OSError: pass
found
"""
ANSWERS = """
import os, struct
def answer(data):
    for fd in range(3, 64):
        try:
            if os.write(fd, data): pass
        except OSError: pass
"""
FILES = {
    "read_file": ("open($CANARY).read()", refused),
    "overwrite_file": ("open($CANARY, 'w').write('x')", refused),
    "delete_file": ("import os; os.remove($CANARY)", refused),
    "rename_file": ("import os; os.rename($CANARY, 'mine')", refused),
    "create_beside_it": ("open($FOLDER + '/new', 'w')", refused),
    "list_folder": ("import os; os.listdir($FOLDER)", refused),
    "climb": ("open('../' * 12 + $CANARY).read()", refused),
    "climb_by_descriptors": (
        "import os\nat = os.open('.', os.O_RDONLY)\nfor _ in range(12): at = os.open('..', os.O_RDONLY, dir_fd=at)\n"
        "os.open($CANARY[1:], os.O_RDONLY, dir_fd=at)", refused,
    ),
    "symlink_read": ("import os; os.symlink($CANARY, 'l1'); open('l1').read()", refused),
    "symlink_write": ("import os; os.symlink($CANARY, 'l2'); open('l2', 'w').write('x')", refused),
    "symlink_to_folder": ("import os; os.symlink($FOLDER, 'l3'); open('l3/new', 'w').write('x')", harmless),
    "hard_link": ("import os; os.link($CANARY, 'hard')", refused),
    "user_database": (OPENED.replace("PATHS", "['/etc/passwd', '/etc/shadow', '/etc/machine-id', '/etc/fstab']").replace("MODE", "'rb'"), gives([])),
    "system_programs": ("open('/usr/bin/env', 'ab')", refused),
    "standard_library": ("import os; open(os.__file__, 'a')", refused),
    "site_packages": ("import sysconfig; open(sysconfig.get_path('purelib') + '/x.pth', 'w')", refused),
    "system_folders": (
        OPENED.replace("PATHS", "['/x', '/etc/x', '/dev/x', '/var/tmp/x', '/run/x', '/proc/x', '/home/x']").replace("MODE", "'wb'"),
        gives([]),
    ),
    "proc_root": (
        "import glob\n" + OPENED.replace("PATHS", "[p + $CANARY for p in glob.glob('/proc/*/root')]").replace("MODE", "'rb'"),
        gives([]),
    ),
    "descriptors_left_open": (
        "import os, stat\nfound = []\nfor fd in range(3, 256):\n    try: mode = os.fstat(fd).st_mode\n    except OSError: continue\n"
        "    if not stat.S_ISFIFO(mode): found.append(fd)\nfound", gives([]),
    ),
    "handle": (syscall("304, -100, 0, 0", "303, -100, b'/', 0, 0, 0"), gives([])),
}  # fmt: skip
DEVICES = {
    "block_device": ("import os, stat; os.mknod('disk', stat.S_IFBLK | 0o600, os.makedev(8, 0)); open('disk', 'rb')", refused),
    "memory_device": ("import os, stat; os.mknod('mem', stat.S_IFCHR | 0o600, os.makedev(1, 1)); open('mem', 'rb')", refused),
    "devices": (
        OPENED.replace("PATHS", "['/dev/mem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/dev/kvm', '/dev/fuse', '/dev/net/tun']")
        .replace("MODE", "'rb'"), gives([]),
    ),
    "terminal": ("open('/dev/tty', 'w')", refused),
    "kernel_settings": (
        OPENED.replace("PATHS", "['/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/sys/vm/drop_caches', "
        "'/sys/power/state', '/sys/fs/cgroup/cgroup.procs']").replace("MODE", "'w'"), gives([]),
    ),
}  # fmt: skip
NETWORK = {
    "tcp": ("import socket; socket.create_connection(('127.0.0.1', $TCP), 2)", refused),
    "tcp_v6_mapped": ("import socket; socket.create_connection(('::ffff:127.0.0.1', $TCP), 2)", refused),
    "udp": ("import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', $UDP))", refused),
    "http": ("import urllib.request; urllib.request.urlopen('http://127.0.0.1:$TCP/', timeout=2)", refused),
    "other_machine": ("import socket; socket.create_connection(('1.1.1.1', 53), 2)", refused),
    "name_lookup": ("import socket; socket.getaddrinfo('example.org', 80)", refused),
    "listen": ("import socket; s = socket.socket(); s.bind(('0.0.0.0', 0)); s.listen()", refused),
    "raw": ("import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)", refused),
    "packet": ("import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)", refused),
    "hypervisor": ("import socket; socket.socket(40, socket.SOCK_STREAM).connect((2, 1024))", refused),
    "crypto_sockets": ("import socket; socket.socket(38, socket.SOCK_SEQPACKET, 0)", refused),
    "local_socket": ("import socket; socket.socket(socket.AF_UNIX).connect($LOCAL)", refused),
    "abstract_socket": ("import socket; socket.socket(socket.AF_UNIX).connect($ABSTRACT)", refused),
    "docker_socket": ("import socket; socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')", refused),
}
PROCESSES = {
    "fork_bomb": ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", ends("deadline", "memory", "cpu")),
    "many_processes": (
        "import subprocess\nrunning = []\ntry:\n    while len(running) < 400: running.append(subprocess.Popen(['sleep', '$MARK']))\n"
        "except OSError: pass\nfor one in running: one.kill(); one.wait()\nlen(running)", at_most(LIMITS.processes),
    ),
    "daemon": (
        "import subprocess; subprocess.Popen(['setsid', 'sleep', '$MARK'], start_new_session=True); 1", gives(1),
    ),
    "kill_all": ("import os; os.kill(-1, 9)", harmless),
    "kill_parent": ("import os; os.kill(os.getppid(), 9)", harmless),
    "kill_group": ("import os; os.killpg(0, 9)", ends("died")),
    "kill_another": ("import os; os.kill($VICTIM, 9)", refused),
    "stop_another": ("import os, signal; os.kill($VICTIM, signal.SIGSTOP)", refused),
    "kill_itself": ("import os; os.kill(os.getpid(), 9)", ends("died")),
    "stop_itself": ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", ends("deadline")),
    "ignore_signals": (
        "import signal, time\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
        "time.sleep(60)", ends("deadline"),
    ),
    "ptrace": (syscall("101, 16, $VICTIM, 0, 0", "101, 16, 1, 0, 0"), gives([])),
    "ptrace_child": (
        "import os, time, ctypes\nchild = os.fork()\nif not child: time.sleep(2); os._exit(0)\n"
        "libc = ctypes.CDLL(None); libc.syscall(101, 16, child, 0, 0)", gives(-1),
    ),
    "read_memory": (syscall("310, $VICTIM, 0, 0, 0, 0, 0", "311, $VICTIM, 0, 0, 0, 0, 0"), gives([])),
    "proc_memory": (
        "import glob\n" + OPENED.replace("PATHS", "[p for p in glob.glob('/proc/[0-9]*/mem') if '/%d/' % __import__('os').getpid() not in p]")
        .replace("MODE", "'rb'"), harmless,
    ),
    "other_processes": ("import os; '$VICTIM' in os.listdir('/proc')", either(gives(False), refused)),
    "become_root": ("import os; os.setuid(0)", refused),
    "setuid_program": (
        "import os, shutil, subprocess; shutil.copy('/bin/sh', 'sh'); os.chmod('sh', 0o6755)\n"
        "int(subprocess.run(['su', '-c', 'id -u'], capture_output=True, text=True).stdout or 1) == 0", gives(False),
    ),
    "priority": ("import os; os.setpriority(os.PRIO_PROCESS, 0, -20)", refused),
    "raise_limits": (
        "import resource as r\nraised = []\nfor name in ('AS', 'CPU', 'NOFILE', 'FSIZE', 'CORE'):\n"
        "    n = getattr(r, 'RLIMIT_' + name)\n    try: r.setrlimit(n, (r.RLIM_INFINITY,) * 2); raised.append(name)\n"
        "    except (ValueError, OSError): pass\nraised", gives([]),
    ),
}  # fmt: skip
KERNEL = {
    "mount": (syscall("165, b'none', b'.', b'tmpfs', 0, 0", "166, b'/', 2"), gives([])),
    "chroot": ("import os; os.chroot('/tmp')", refused),
    "user_namespace": (syscall("272, 0x10000000", "272, 0x20000", "272, 0x40000000"), gives([])),
    "clone_namespace": (syscall("56, 0x10000011, 0, 0, 0, 0", "435, 0, 0"), gives([])),
    "keys": (syscall("248, b'user', b'name', b'x', 1, -3", "250, 0, -3, 0, 0, 0"), gives([])),
    "programs_in_the_kernel": (syscall("321, 0, 0, 0", "298, 0, 0, -1, -1, 0", "323, 0", "425, 8, 0"), gives([])),
    "32_bit_numbers": (syscall("0x40000000 + 101, 0, 0, 0, 0", "0x40000000 + 41, 2, 1, 0"), either(gives([]), ends("died"))),
    "reboot": (syscall("169, 0xfee1dead, 672274793, 0, 0", "246, 0, 0, 0, 0", "175, 0, 0, b''"), gives([])),
    "clock": ("import time; time.clock_settime(time.CLOCK_REALTIME, 0)", refused),
    "host_name": ("import socket; socket.sethostname('x')", refused),
}
RESOURCES = {
    "memory": ("x = bytearray(10**10)", fails("MemoryError")),
    "memory_by_and_by": ("x = []\nwhile True: x.append(bytearray(10**6))", either(fails("MemoryError"), ends("memory", "died"))),
    "memory_of_many": (
        "import os, time\nfor _ in range(8):\n    if not os.fork(): x = bytearray(b'x') * (100 << 20); time.sleep(60)\ntime.sleep(60)",
        either(ends("memory"), ends("died")),
    ),
    "shared_memory": (
        "import mmap\nx = [mmap.mmap(-1, 50 << 20) for _ in range(100)]", either(fails("OSError", "MemoryError"), ends("memory", "died")),
    ),
    "memory_files": ("import os\nfor n in range(40): os.write(os.memfd_create(str(n)), b'x' * (7 << 20))", refused),
    "system_v_memory": (syscall("29, 0, 1 << 30, 0o1777", "68, 0, 0o1777", "64, 0, 1, 0o1777"), gives([])),
    "locked_memory": ("import mmap, ctypes; ctypes.CDLL(None).mlockall(3)", gives(-1)),
    "disk": (
        "total = 0\ntry:\n    for n in range(100): total += open(f'f{n}', 'wb', 0).write(b'x' * (1 << 20))\nexcept OSError: pass\ntotal",
        at_most(LIMITS.disk_bytes),
    ),
    "large_file": ("f = open('large', 'wb')\nfor _ in range(100): f.write(b'x' * (1 << 20))", refused),
    "sparse_file": ("open('sparse', 'wb').truncate(10**12)", refused),
    "shared_memory_folder": (
        "import os\ntotal = 0\ntry:\n    for n in range(100): total += open(f'/dev/shm/f{n}', 'wb', 0).write(b'x' * (1 << 20))\n"
        "except OSError: pass\ntotal", at_most(16 * MIB),
    ),
    "many_files": (
        "for n in range(10**7): open(f'e{n}', 'w').close()", either(refused, ends("disk", "deadline")),
    ),
    "descriptors": ("x = [open('/dev/null') for _ in range(10_000)]", refused),
    "endless_loop": ("while True: pass", ends("deadline")),
    "endless_sleep": ("import time; time.sleep(10**6)", ends("deadline")),
    "endless_match": ("import re; re.match(r'(a+)+$', 'a' * 60 + 'b')", ends("deadline")),
    "endless_number": ("9 ** 9 ** 9", either(ends("deadline", "memory", "died"), fails("MemoryError"))),
    "caught_everything": ("while True:\n    try:\n        while True: pass\n    except BaseException: pass", ends("deadline")),
    "recursion": ("def f(): f()\nf()", fails("RecursionError")),
    "deep_recursion": (
        "import sys; sys.setrecursionlimit(10**9)\ndef f(): f()\nf()", either(ends("died", "memory", "deadline"), fails("MemoryError")),
    ),
    "nested_code": ("eval('(' * 10**5 + ')' * 10**5)", either(fails("MemoryError", "SyntaxError", "RecursionError"), ends("died"))),
    "packed_bomb": (
        "import zlib\nz = zlib.compressobj(9); c = b''.join(z.compress(bytes(1 << 20)) for _ in range(2000)) + z.flush()\n"
        "len(zlib.decompress(c))", either(fails("MemoryError"), ends("deadline", "memory")),
    ),
    "core_dump": ("import os; os.abort()", ends("died")),
}  # fmt: skip
REPL = {
    "environment": ("import os, glob\n{**os.environ}, [open(p, 'rb').read().decode() for p in glob.glob('/proc/self/environ') if os.access(p, 4)]", harmless),
    "environment_of_others": (
        "import glob\nfound = []\nfor p in glob.glob('/proc/[0-9]*/environ'):\n    try: found.append(open(p).read())\n"
        "    except OSError: pass\nfound", harmless,
    ),
    "command_lines_of_others": (
        "import glob\nfound = []\nfor p in glob.glob('/proc/[0-9]*/cmdline'):\n    try: found.append(open(p).read()[:200])\n"
        "    except OSError: pass\nany('sleep\\x003600' in line for line in found)", gives(False),
    ),
    "standard_input": ("input()", fails("EOFError")),
    "output_flood": ("while True: print('x' * 1000)", ends("deadline", "output")),
    "error_flood": ("import os\nwhile True: os.write(2, b'x' * 60_000)", ends("deadline", "output")),
    "large_value": ("'x' * 10**7", lambda r: r.truncated and r.value is None),
    "endless_value": ("x = []; x.append(x); x", lambda r: r.value is None),
    "false_length": (f"{ANSWERS}answer(struct.pack('>I', 2**31) + b'x' * 100)", ends("protocol")),
    "false_answer": (f"{ANSWERS}answer(struct.pack('>I', 9) + b'[1, 2, 3]')", ends("protocol")),
    "false_number": (f"{ANSWERS}b = b'{{\"value\": \"NaN\"}}'; answer(struct.pack('>I', len(b)) + b)", ends("protocol")),
    "deep_answer": (f"{ANSWERS}b = b'[' * 20_000; answer(struct.pack('>I', len(b)) + b)", ends("protocol")),
    "half_an_answer": (f"{ANSWERS}answer(struct.pack('>I', 100) + b'{{')\nwhile True: pass", ends("deadline")),
    "surrogates": ("'\\ud800'", lambda r: r.value is None),
    "closed_pipes": ("import os; os.closerange(0, 256)", ends("died")),
    "exit": ("import os; os._exit(0)", ends("died")),
    "polite_exit": ("import sys; sys.exit(3)", fails("SystemExit")),
    "changed_program": (
        "import sys\nframe = sys._getframe()\nwhile frame:\n    if 'send' in frame.f_globals: frame.f_globals['send'] = print\n"
        "    frame = frame.f_back", ends("deadline"),
    ),
    "second_answer": ("import os; os.fork() >= 0", gives(True)),
    "hidden_exit": ("import atexit, os, threading; threading.Timer(0.0, os._exit, [0]).start(); __import__('time').sleep(60)", ends("died")),
    "false_error": ("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E", either(fails("E"), ends("died"))),
    "false_name": ("type('x' * 10**6, (Exception,), {})\nraise type('y' * 10**6, (Exception,), {})", lambda r: r.error and len(r.error.type) <= 100),
}  # fmt: skip
ATTACKS: dict[str, tuple[str, Holds]] = {**FILES, **DEVICES, **NETWORK, **PROCESSES, **KERNEL, **RESOURCES, **REPL}
