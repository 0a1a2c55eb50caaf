"""The sandbox in use: what a call gives back, how long things live, and when it is refused."""

import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dive.errors import DiveError, ToolError
from dive.tools.general.code import run_python
from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool, why_missing
from dive.tools.sandbox import Limits, Sandbox, available, backends, become, episode, seccomp
from dive.tools.sandbox.backends import BACKENDS, Docker

pytestmark = pytest.mark.slow

LIMITS = Limits(seconds=20.0, output_chars=2_000)


def tried(name: str) -> None:
    """Skip, and in continuous integration fail, where a backend does not work."""
    if reason := episode.why_not(name):
        told = f"{name} NOT TRIED: {reason}"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)


@pytest.fixture(scope="module", params=["bubblewrap", "sandlock"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    tried(request.param)
    with Sandbox(LIMITS, backend=request.param, standby=True) as sandbox:
        yield sandbox


# --- what a call gives back -------------------------------------------------------------------------------------------
def test_variables_and_files_live_on(sandbox):
    sandbox.run("x = 20\ndef double(n): return 2 * n\nopen('note.txt', 'w').write('kept')")
    assert sandbox.run("double(x) + 2").value == 42
    assert sandbox.run("open('note.txt').read()").value == "kept"
    assert sandbox.run("x").fresh is False


def test_alone_nothing_is_kept(sandbox):
    listing = "import os; os.listdir('.')"
    sandbox.run("secret = 1; open('left.txt', 'w').close()")
    sandbox.run_alone("other = 2")
    root = sys.prefix.split("/")[2] if sys.prefix.startswith("/tmp/") else ""  # where an interpreter below /tmp is seen
    for name in ("secret", "other"):
        assert sandbox.run_alone(name).error.type == "NameError"
    assert set(sandbox.run_alone(listing).value) <= {root}


@pytest.mark.parametrize(
    ("code", "value", "kind"),
    [
        ("1 + 1", 2, "int"),
        ("0.1 + 0.2", 0.30000000000000004, "float"),
        ("'naïve 東京 🧪'", "naïve 東京 🧪", "str"),
        ("{'a': (1, [None, True])}", {"a": [1, [None, True]]}, "dict"),
        ("{3, 1, 2}", [1, 2, 3], "set"),
        ("{1: 'x', (1, 2): 'y'}", {"1": "x", "[1, 2]": "y"}, "dict"),
        ("import datetime; datetime.date(2024, 2, 29)", "2024-02-29", "date"),
        ("from fractions import Fraction; Fraction(1, 3)", "1/3", "Fraction"),
        ("from decimal import Decimal; Decimal('1.10')", "1.10", "Decimal"),
        ("import numpy; numpy.arange(4).reshape(2, 2) @ numpy.ones((2, 2))", [[1.0, 1.0], [5.0, 5.0]], "ndarray"),
        ("x = 5", None, ""),
        ("", None, ""),
        ("float('nan')", None, "float"),
        ("object()", None, "object"),
        ("lambda: 1", None, "function"),
        ("10 ** 10_000", None, "int"),
    ],
)
def test_the_value_of_the_last_expression(sandbox, code, value, kind):
    result = sandbox.run(code)
    assert (result.value, result.type, result.error, result.ended) == (value, kind, None, "")


def test_output_of_all_streams_in_order(sandbox):
    code = "import os, sys; print('one'); print('two ü', file=sys.stderr); os.write(1, b'three\\n'); os.system('echo four')"
    assert sandbox.run(code).stdout.split() == ["one", "two", "ü", "three", "four"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("a = 1\n1 / 0", ("ZeroDivisionError", "division by zero", 2)),
        ("def f():\n    raise KeyError('k')\nf()", ("KeyError", "'k'", 2)),
        ("if:", ("SyntaxError", "invalid syntax", 1)),
        ("import no_such_module", ("ModuleNotFoundError", "No module named 'no_such_module'", 1)),
        ("raise SystemExit(2)", ("SystemExit", "2", 1)),
        ("raise KeyboardInterrupt", ("KeyboardInterrupt", "", 1)),
    ],
)
def test_errors_come_back_and_the_interpreter_lives_on(sandbox, code, error):
    sandbox.run("before = 'here'; print('not yet')")
    result = sandbox.run("print('so far');" + code if "\n" not in code and ":" not in code else code)
    assert (result.error.type, result.error.message, result.error.line) == error
    assert result.ended == ""
    assert sandbox.run("before").value == "here"


def test_long_output_and_values_are_cut(sandbox):
    result = sandbox.run("print('x' * 1_000_000); 'y' * 10")
    assert (result.truncated, len(result.stdout), result.value) == (True, LIMITS.output_chars, "y" * 10)
    result = sandbox.run("list(range(100_000))")
    assert (result.truncated, result.value, result.type) == (True, None, "list")
    assert sandbox.run("print('ü' * 2_000, end='')").truncated is False


def test_threads_and_processes_work_within_bounds(sandbox):
    code = """
    import subprocess, sys, threading
    made = []
    threads = [threading.Thread(target=made.append, args=(n,)) for n in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    done = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True)
    sorted(made), done.stdout
    """
    assert sandbox.run(textwrap.dedent(code)).value == [[0, 1, 2, 3], "42\n"]


def test_calls_from_several_threads_take_turns(sandbox):
    sandbox.run("n = 0")
    threads = [threading.Thread(target=sandbox.run, args=("m = n; import time; time.sleep(0.01); n = m + 1",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sandbox.run("n").value == 8


# --- what ends an interpreter -----------------------------------------------------------------------------------------
def test_past_its_deadline_a_call_ends_and_the_next_says_so(sandbox):
    sandbox.run("x = 1")
    start = time.monotonic()
    result = sandbox.run("print('begun')\nwhile True: pass", seconds=0.5)
    assert time.monotonic() - start < 5
    assert (result.ended, result.stdout, result.fresh) == ("deadline", "begun\n", False)
    after = sandbox.run("x")
    assert (after.fresh, after.error.type) == (True, "NameError")
    assert sandbox.run("1").fresh is False


def test_processor_time_counts_between_calls_and_in_all_processes():
    tried("bubblewrap")
    with Sandbox(Limits(cpu_seconds=1.0, seconds=30), backend="bubblewrap") as sandbox:
        started = sandbox.run("import os\nfor _ in range(2):\n    if not os.fork():\n        while True: pass")
        assert started.ended == ""
        assert sandbox.run("import time; time.sleep(25)").ended == "cpu"
        assert sandbox.run("1").fresh is True


def test_memory_of_all_processes_counts_together():
    tried("bubblewrap")
    with Sandbox(Limits(memory=400 << 20), backend="bubblewrap") as sandbox:
        code = "import os, time\nfor _ in range(4):\n    if not os.fork(): x = b'x' * (150 << 20); time.sleep(60)\ntime.sleep(60)"
        assert sandbox.run(code).ended == "memory"


def test_it_ends_with_the_program_that_started_it(tmp_path):
    tried("bubblewrap")
    mark = f"6{secrets.randbelow(10**9):09}"
    program = f"""
    import os, signal, threading
    from dive.tools.sandbox import Sandbox
    sandbox = Sandbox(backend="bubblewrap")
    code = "import os, signal; signal.signal(2, signal.SIG_IGN); os.spawnlp(os.P_NOWAIT, 'sleep', 'sleep', '{mark}'); 1"
    other = threading.Thread(target=lambda: print(sandbox.run(code).value, flush=True))
    other.start(); other.join()
    print(sandbox.run("40 + 2").value, flush=True)  # the thread that made the first call is gone
    os.kill(os.getpid(), signal.SIGKILL)
    """
    root = str(Path(__file__).parent.parent.parent)
    environment = {**os.environ, "PYTHONPATH": root}
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, env=environment)
    assert done.stdout.split() == ["1", "42"], done.stderr
    until = time.monotonic() + 5
    while (left := _running(mark)) and time.monotonic() < until:
        time.sleep(0.05)
    assert left == []


def _running(mark: str) -> list[str]:
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    return [line.decode(errors="replace") for line in lines if f"sleep\0{mark}".encode() in line]


def test_no_folder_is_left_behind(tmp_path, monkeypatch):
    tried("sandlock")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o755)
    with Sandbox(backend="sandlock") as sandbox:
        assert sandbox.run("open('x', 'w').write('y'); open('x').read()").value == "y"
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_warm_call_takes_milliseconds(sandbox, capsys):
    sandbox.run("1")
    took = []
    for _ in range(100):
        start = time.perf_counter()
        assert sandbox.run("1 + 1").value == 2
        took.append(1000 * (time.perf_counter() - start))
    alone = []
    for _ in range(5):
        sandbox.run_alone("1")
        time.sleep(0.5)
        start = time.perf_counter()
        assert sandbox.run_alone("1 + 1").value == 2
        alone.append(1000 * (time.perf_counter() - start))
    with capsys.disabled():
        told = (
            f"{statistics.median(took):.2f} ms in an episode, {statistics.median(alone):.1f} ms in an interpreter that stood by"
        )
        print(f"\n{sandbox.backend.name}: a call takes {told}")


# --- backends ---------------------------------------------------------------------------------------------------------
def test_backends_are_tried_in_order_of_preference(monkeypatch):
    assert list(available()) == ["bubblewrap", "sandlock", "docker"]
    for working in (["bubblewrap", "docker"], ["sandlock", "docker"], ["docker"]):
        monkeypatch.setattr(episode, "why_not", lambda name, working=working: "" if name in working else "not here")
        assert episode.chosen().name == working[0]


def test_without_a_backend_it_is_refused_with_every_reason(monkeypatch):
    monkeypatch.setattr(episode, "why_not", lambda name: f"{name} is broken")
    with pytest.raises(DiveError) as caught:
        Sandbox()
    message = str(caught.value)
    assert "\n" not in message
    assert all(f"{name}: {name} is broken" in message for name in BACKENDS)
    with pytest.raises(DiveError, match=r"sandlock is broken\)"):
        Sandbox(backend="sandlock")
    with pytest.raises(DiveError, match="known are bubblewrap, sandlock, docker"):
        Sandbox(backend="podman")


def test_no_backend_runs_code_in_this_process():
    """Every backend that could be chosen starts another program."""
    for backend in BACKENDS.values():
        launch = backend.launch(Limits(), lambda: "/nowhere", "token")
        assert os.path.basename(launch.command[0]) in ("bwrap", "docker") or "python" in os.path.basename(launch.command[0])


def test_a_backend_that_is_not_installed_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(backends, "find_spec", lambda name: None)
    assert "install bubblewrap" in BACKENDS["bubblewrap"].lacking()
    assert "install sandlock" in BACKENDS["sandlock"].lacking()
    assert BACKENDS["docker"].lacking() == "not installed"


class Broken:
    """A backend whose program does something else."""

    name = "broken"

    def __init__(self, *command: str) -> None:
        self.command = list(command)

    def lacking(self) -> str:
        return ""

    def launch(self, limits, folder, token):
        return backends.Launch([part.replace("PROGRAM", "".join(backends._program(limits, 0)[4:5])) for part in self.command])


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("/no/such/program",), "cannot be started"),
        (("/bin/sh", "-c", "echo no user namespaces here >&2; exit 1"), "no user namespaces here"),
        (("/bin/sh", "-c", "echo '{}'"), "does not start"),
    ],
)
def test_a_backend_that_does_not_start_is_refused(monkeypatch, command, reason):
    monkeypatch.setitem(BACKENDS, "broken", Broken(*command))
    assert reason in episode.why_not.__wrapped__("broken")


def test_a_backend_that_does_not_isolate_is_refused(monkeypatch):
    """The interpreter itself, without anything around it, is what the probe is there to find."""

    class Nothing(Broken):
        def launch(self, limits, folder, token):
            return backends.Launch([sys.executable, *backends._program(limits, 0)])

    monkeypatch.setitem(BACKENDS, "nothing", Nothing())
    assert "it has a network" in episode.why_not.__wrapped__("nothing")


# --- docker -----------------------------------------------------------------------------------------------------------
def test_the_command_line_of_docker_holds_every_bound():
    limits = Limits(memory=300 << 20, processes=9, disk_bytes=5 << 20)
    launch = Docker(image="python:3.12-slim").launch(limits, lambda: "/nowhere", "abc")
    line = " ".join(launch.command[: launch.command.index("python:3.12-slim")])
    for part in (
        "run --rm --interactive", "--pull never", "--network none", "--read-only", "--cap-drop ALL", "--user 65534:65534",
        "--security-opt no-new-privileges", f"--memory {300 << 20} --memory-swap {300 << 20}", "--pids-limit 9", "--ipc none",
        f"--tmpfs /tmp:rw,nosuid,nodev,size={5 << 20}", "--name dive-sandbox-abc",
    ):  # fmt: skip
        assert part in line
    assert "--volume" not in line and "--mount" not in line and "--privileged" not in line
    assert launch.end == ["docker", "rm", "--force", "dive-sandbox-abc"]
    inside = json.loads(launch.command[-1])
    assert (inside["memory"], inside["file_bytes"]) == (300 << 20, Limits().file_bytes)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'Error: No such image: python:3.11-slim' >&2; exit 1", "docker pull python:3.11-slim"),
        ("echo 'Cannot connect to the Docker daemon' >&2; exit 1", "the engine does not answer: Cannot connect"),
        ("exit 0", ""),
    ],
)
def test_docker_is_refused_without_engine_or_image(tmp_path, monkeypatch, script, reason):
    program = tmp_path / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert reason in Docker().lacking() and bool(reason) == bool(Docker().lacking())


# --- parts ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_a_well_formed_program(monkeypatch, machine):
    monkeypatch.setattr("platform.machine", lambda: machine)
    text = seccomp.program()
    assert len(text) % 8 == 0 and 100 < len(text) // 8 < 4096
    assert {"ptrace", "mount", "bpf", "unshare", "memfd_create", "io_uring_setup"} <= set(seccomp.refused())


def test_there_is_no_filter_for_an_unknown_machine(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert (seccomp.program(), seccomp.refused()) == (b"", [])


def test_the_closed_folder_on_the_way_is_found(tmp_path):
    inner = tmp_path / "closed" / "open"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    found = become.closed_ancestor(str(inner))
    assert found and str(inner).startswith(found)
    assert become.closed_ancestor("/usr/bin") == ""


# --- the tool ---------------------------------------------------------------------------------------------------------
def test_the_tool_gives_records_and_keeps_nothing():
    tried("bubblewrap")
    assert run_python.call({"code": "x = 6\nprint('hello')\nx * 7"}) == {
        "stdout": "hello\n", "value": "42", "error": None, "truncated": False,
    }  # fmt: skip
    assert run_python.call({"code": "x"})["error"] == {"type": "NameError", "message": "name 'x' is not defined", "line": 1}
    assert run_python.call({"code": "{'b': 1, 'a': [0.5]}"})["value"] == '{"a":[0.5],"b":1}'
    assert run_python.call({"code": "import os; os._exit(0)"})["error"]["type"] == "InterpreterEnded"
    assert len(run_python.call({"code": "print('x' * 10**6)"})["stdout"]) == 5_000


def test_the_tool_fails_without_a_sandbox(monkeypatch):
    monkeypatch.setattr(episode, "why_not", lambda name: "not here")
    monkeypatch.setattr("dive.tools.general.code._sandbox", Sandbox)
    with pytest.raises(ToolError, match="no sandbox works here") as caught:
        run_python.call({"code": "1"})
    assert caught.value.code == "unavailable"
    pool = ToolPool([run_python])
    assert "no sandbox works here" in pool.missing["run_python"] == why_missing(run_python)
    assert len(pool.runnable()) == 0


def test_the_tool_in_its_host():
    tried("bubblewrap")
    with ToolHost(ToolPool([run_python])) as host:
        for hash_seed in range(3):
            outcome = host.call("run_python", {"code": f"sum(range({hash_seed}))"})
            assert outcome.result["value"] == str(sum(range(hash_seed))), outcome
        outcome = host.call("run_python", {"code": "x = bytearray(10**11)"})
        assert outcome.result["error"]["type"] == "MemoryError"


@pytest.mark.slow
def test_a_program_without_end_is_a_timeout():
    tried("bubblewrap")
    with pytest.raises(ToolError, match="ran for 10 s") as caught:
        run_python.call({"code": "while True: pass"})
    assert caught.value.code == "timeout"
