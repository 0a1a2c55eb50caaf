"""A host answers whatever its tools do: hang, crash, print, close pipes, take all memory, lose their caller."""

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import DiveError, ToolError, not_found
from dive.tools.host import Outcome, ToolHost
from dive.tools.pool import ToolPool
from dive.tools.tool import Tool, tool
from dive.types import Failure, Json

toy = tool(domain="general", kind="processing", deadline=20.0)
hasty = tool(domain="general", kind="processing", deadline=0.4)


class Split(TypedDict):
    words: list[str]
    longest: str | None


@toy
def split_text(text: Annotated[str, Field(max_length=6_000_000)], limit: int = 5) -> Split:
    """The first words of a text."""
    words = text.split()
    if words == ["nothing"]:
        raise not_found("words", text)
    return {"words": [word[:50] for word in words[:limit]], "longest": max(words, key=len, default="")[:50] or None}


@toy
def process_number() -> int:
    """The process that answers."""
    return os.getpid()


@toy
def hash_of_text(text: str) -> int:
    """Differs with the hash seed."""
    return hash(text)


@hasty
def sleep_on(seconds: float) -> float:
    """Waits."""
    time.sleep(seconds)
    return seconds


@hasty
def backtrack(length: int) -> bool:
    """Hangs within C, where no signal handler of Python runs."""
    return bool(re.match(r"(a+)+$", "a" * length + "b"))


@toy
def nap(seconds: float) -> float:
    """Waits."""
    time.sleep(seconds)
    return seconds


@toy
def exit_now(status: int) -> int:
    """Ends its process without a word."""
    os._exit(status)


@toy
def crash_now() -> int:
    """Reads address zero."""
    return len(ctypes.string_at(0))


@toy
def crash_later() -> int:
    """Answers, and ends its process afterwards."""
    threading.Timer(0.05, os._exit, (9,)).start()
    return 1


@hasty
def close_pipes(seconds: float) -> int:
    """Closes the pipe to its caller and lives on."""
    os.closerange(3, 64)
    time.sleep(seconds)
    return 1


@toy
def chatter(line: str) -> str:
    """Prints, writes to the descriptors, reads standard input."""
    print(line, flush=True)
    print(line, file=sys.stderr, flush=True)
    for descriptor in (1, 2):
        os.write(descriptor, b"\x00\x00\x00\x05hello" + line.encode())
    subprocess.run(["echo", line], check=True)
    return sys.stdin.read() + os.read(0, 10).decode() + subprocess.run(["cat"], capture_output=True, text=True).stdout


@toy
def allocate(chunk: int) -> int:
    """Takes memory until there is none."""
    taken: list[bytes] = []
    while True:
        taken.append(bytes(chunk))


@toy
def repeat(count: int) -> str:
    """A text as long as one likes."""
    return "x" * count


@tool(domain="general", kind="processing", deadline=1.0)
def spawn_sleeper(note: str) -> int:
    """Waits for a process of its own."""
    sleeper = subprocess.Popen(["sleep", "300"])
    Path(note).write_text(f"{sleeper.pid}\n")
    return sleeper.wait()


@tool(domain="general", kind="processing", requires=("no-such-distribution",))
def needs_library() -> int:
    """Needs what is not installed."""
    import no_such_distribution

    return int(no_such_distribution.ONE)


POOL = ToolPool([value for value in list(globals().values()) if isinstance(value, Tool)])


@pytest.fixture(scope="module")
def host() -> Iterator[ToolHost]:
    with ToolHost(POOL) as one:
        yield one


def in_process(name: str, arguments: Any) -> tuple[Json, Failure | None]:
    try:
        return POOL[name].call(arguments), None
    except ToolError as error:
        return None, Failure(code=error.code, message=error.message)


def code(outcome: Outcome) -> str:
    assert outcome.failure is not None, outcome
    assert outcome.result is None
    return outcome.failure.code


def works(host: ToolHost) -> bool:
    return host.call("split_text", {"text": "still here"}).result == {"words": ["still", "here"], "longest": "still"}


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def ends(pid: int, within: float) -> bool:
    until = time.monotonic() + within
    while running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not running(pid)


# --- tools that misbehave ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "arguments"), [("sleep_on", {"seconds": 60}), ("backtrack", {"length": 60})])
def test_a_tool_that_hangs_is_stopped_at_its_deadline(host, name, arguments):
    before = host.call("process_number", {}).result["value"]
    start = time.monotonic()
    outcome = host.call(name, arguments)
    assert code(outcome) == "timeout"
    assert f"{name} gave no answer within 0.4 s" in outcome.failure.message
    assert time.monotonic() - start < 15, "two attempts of 0.4 s and a start between them"
    assert ends(before, 1)
    assert works(host)


def test_a_process_that_a_hanging_tool_started_is_stopped_too(host, tmp_path):
    note = tmp_path / "pid"
    assert code(host.call("spawn_sleeper", {"note": str(note)})) == "timeout"
    assert ends(int(note.read_text()), 5)


@pytest.mark.parametrize(
    ("name", "arguments", "status"),
    [("exit_now", {"status": 0}, "0"), ("exit_now", {"status": 3}, "3"), ("crash_now", {}, f"-{int(signal.SIGSEGV)}")],
)
def test_a_tool_that_ends_its_process_is_unavailable(host, name, arguments, status):
    outcome = host.call(name, arguments)
    assert code(outcome) == "unavailable"
    assert outcome.failure.message == f"the process of {name} ended with status {status}"
    assert works(host)


def test_a_process_that_ends_between_calls_is_replaced(host):
    assert host.call("crash_later", {}).result == {"value": 1}
    assert ends(host._child.pid, 5)
    assert works(host)


def test_a_tool_that_closes_its_pipe_and_lives_on_does_not_stall_its_caller(host):
    start = time.monotonic()
    assert code(host.call("close_pipes", {"seconds": 600})) == "unavailable"
    assert time.monotonic() - start < 15
    assert works(host)


def test_what_tools_print_and_read_does_not_reach_the_protocol(host, capfd):
    for line in ("hello", '{"result": 1}', "x" * 5000):
        assert host.call("chatter", {"line": line}).result == {"value": ""}
    assert works(host)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_tool_that_allocates_without_bound(host):
    before = host.call("process_number", {}).result
    outcome = host.call("allocate", {"chunk": 1 << 28})
    assert code(outcome) == "too_large"
    assert "out of memory" in outcome.failure.message
    assert code(host.call("allocate", {"chunk": 1 << 50})) == "too_large"
    assert works(host)
    assert host.call("process_number", {}).result == before, "the process survives"


def test_a_result_that_is_too_large(host):
    assert code(host.call("repeat", {"count": 16_001})) == "too_large"
    assert code(host.call("repeat", {"count": 50_000_000})) == "too_large"
    assert len(host.call("repeat", {"count": 15_000}).result["value"]) == 15_000


def test_a_missing_library_is_unavailable_with_what_to_install(host):
    outcome = host.call("needs_library", {})
    assert code(outcome) == "unavailable"
    assert "pip install no-such-distribution" in outcome.failure.message


# --- calls that make no sense -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "arguments",
    [
        {"text": float("nan")}, {"text": b"bytes"}, {"text": {1, 2}}, {"text": object()}, {"text": "\ud800"}, {"text": 3}, {},
        {"text": "a", "more": 1}, {"text": "a", "limit": "many"}, 3, None, [1], "text", {1: "text"},
    ],
    ids=repr,
)  # fmt: skip
def test_bad_arguments(host, arguments):
    before = host.call("process_number", {}).result
    outcome = host.call("split_text", arguments)
    assert code(outcome) == "bad_arguments"
    assert host.call("process_number", {}).result == before, "nothing is restarted"


def test_an_unknown_tool(host):
    outcome = host.call("split_texts", {"text": "a"})
    assert code(outcome) == "not_found"
    assert "'split_texts'" in outcome.failure.message


def test_arguments_nested_too_deeply(host):
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    assert code(host.call("split_text", {"text": deep})) == "bad_arguments"


# --- the answers ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("split_text", {"text": "äö ü\x00 \U0001f9ea", "limit": 2}),
        ("split_text", {"text": ""}),
        ("split_text", {"text": "nothing"}),
        ("split_text", {"text": "a b", "limit": "1"}),
        ("split_text", {"text": "word " * 1_000_000}),
        ("split_text", {}),
        ("repeat", {"count": 20_000}),
        ("repeat", {"count": 10**4500}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_host_answers_as_the_tool_does(host, name, arguments):
    outcome = host.call(name, arguments)
    assert (outcome.result, outcome.failure) == in_process(name, arguments)


def test_calls_share_one_process_and_are_timed(host):
    first, second = (host.call("process_number", {}).result["value"] for _ in range(2))
    assert first == second != os.getpid()
    assert 0.2 <= host.call("nap", {"seconds": 0.2}).seconds < 20


def test_two_hosts_have_the_hash_seeds_they_are_given():
    def hashes(seed: int) -> list[int]:
        with ToolHost(POOL, hash_seed=seed) as one:
            return [one.call("hash_of_text", {"text": text}).result["value"] for text in ("a", "caffeine")]

    first = hashes(1)
    assert first == hashes(1)
    assert all(a != b for a, b in zip(first, hashes(2), strict=True))


def test_tools_defined_locally_and_after_a_call():
    offset = 40

    def shifted(number: int) -> int:
        """Add what stands outside."""
        return number + offset

    local = toy(shifted)
    assert local.call({"number": 2}) == {"value": 42}
    with ToolHost(ToolPool([local, replace(local, name="shifted_again")])) as one:
        assert one.call("shifted", {"number": 2}).result == {"value": 42}
        assert one.call("shifted_again", {"number": 3}).result == {"value": 43}
        assert code(one.call("shifted", {"number": "two"})) == "bad_arguments"


def test_a_tool_that_cannot_travel_is_a_clear_error_every_time():
    lock = threading.Lock()

    def locked() -> int:
        """Holds a lock."""
        return int(lock.locked())

    with ToolHost(ToolPool([toy(locked)])) as one:
        for _ in range(2):
            with pytest.raises(DiveError, match="'locked' cannot be sent to another process"):
                one.call("locked", {})


def test_a_host_that_cannot_load_its_tools_says_why(tmp_path, monkeypatch):
    module = tmp_path / "vanishing.py"
    module.write_text(
        "from dive.tools.tool import tool\n"
        "@tool(domain='general', kind='processing')\n"
        "def vanish() -> int:\n    'Doc.'\n    return 1\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import vanishing  # type: ignore[import-not-found]

    pool = ToolPool([vanishing.vanish])
    module.unlink()
    with ToolHost(pool) as one:
        outcome = one.call("vanish", {})
    assert code(outcome) == "unavailable"
    assert "cannot load its tools: ModuleNotFoundError: No module named 'vanishing'" in outcome.failure.message
    del sys.modules["vanishing"]


def test_a_closed_host_has_no_process_and_opens_again():
    one = ToolHost(POOL)
    pid = one.call("process_number", {}).result["value"]
    one.close()
    one.close()
    assert ends(pid, 1)
    assert works(one)
    one.close()


# --- processes of their own -------------------------------------------------------------------------------------------
SCRIPT = '''
import sys, threading, time
from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool
from dive.tools.tool import tool

@tool(domain="general", kind="processing", deadline={deadline})
def sleep_on(seconds: float) -> float:
    """Waits."""
    time.sleep(seconds)
    return seconds

host = ToolHost(ToolPool([sleep_on]))
assert host.call("sleep_on", {{"seconds": 0}}).result == {{"value": 0.0}}
print(host._child.pid, flush=True)
host.call("sleep_on", {{"seconds": {seconds}}})
time.sleep(600)
'''


def orphan(tmp_path: Path, **values: Any) -> int:
    """The process of a host whose caller has been killed."""
    script = tmp_path / "caller.py"
    script.write_text(SCRIPT.format(**values))
    caller = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert caller.stdout is not None
    pid = int(caller.stdout.readline())
    time.sleep(0.3)
    assert running(pid)
    caller.kill()
    caller.wait()
    caller.stdout.close()
    return pid


def test_an_idle_host_ends_when_its_caller_is_killed(tmp_path):
    assert ends(orphan(tmp_path, seconds=0, deadline=20), 3)


@pytest.mark.slow
def test_a_busy_host_ends_soon_after_the_deadline_when_its_caller_is_killed(tmp_path):
    assert ends(orphan(tmp_path, seconds=600, deadline=1), 12)


def test_libraries_are_loaded_in_the_host_and_not_in_the_caller():
    program = """
import json, sys
from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool
pool = ToolPool.default()
with ToolHost(pool) as host:
    for name in ("reverse_complement", "ring_counts", "factor_integer"):
        tool = pool[name]
        outcome = host.call(name, tool.examples[0])
        assert outcome.failure is None, outcome
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert "dive" in loaded
    assert not loaded & {"Bio", "rdkit", "sympy", "mpmath", "numpy"}
