"""MCP servers that misbehave: every import and every call ends, coded, and no process is left behind."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.synthesis.synthesize import synthesize
from dive.tools.host import Outcome, ToolHost
from dive.tools.importers.file import Definition, Server, ToolFile, read_tool_file, write_tool_file
from dive.tools.importers.load import tools_of
from dive.tools.importers.mcp import import_mcp
from dive.tools.importers.overlay import Overlay, ToolOverlay
from dive.tools.pool import ToolPool
from dive.tools.tool import NAME

pytestmark = pytest.mark.slow

SERVER = '''
"""An MCP server without a library, so that it can break the protocol."""
import json, os, subprocess, sys, time

mode, notes = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
PLAIN = {"type": "object", "properties": {"text": {"type": "string"}}}
count = 0


def send(message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()


def answer(id, result):
    send({"jsonrpc": "2.0", "id": id, "result": result})


def tool(name, **more):
    return {"name": name, "description": f"Does {name}.", "inputSchema": PLAIN, **more}


def listed(cursor):
    if mode == "pages":
        page = int(cursor or 0)
        rest = {"nextCursor": str(page + 1)} if page < 6 else {}
        return {"tools": [tool(f"tool{page}-{n}") for n in range(10)], **rest}
    if mode == "endless":
        return {"tools": [tool("same")], "nextCursor": "again"}
    if mode == "odd":
        names = ["ok", "Weird Name!", "weird_name", "x" * 100, "日本", "ok"]
        tools = [tool(name) for name in names] + [
            tool("open", inputSchema={"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": True}),
            tool("badschema", inputSchema={"type": "object", "properties": {"a": {"type": "text"}}}),
            tool("nullschema", inputSchema={"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}}),
            tool("large", inputSchema={"type": "object", "properties": {"a": {"type": "string", "enum": ["x" * 50_000]}}}),
            tool("long", description="word " * 5_000),
        ]
        return {"tools": tools}
    if mode == "array":
        return {"tools": [tool("noobject", inputSchema={"type": "array"})]}
    if mode == "none":
        return {"tools": []}
    names = "echo fail hang die megabytes lie bytes picture rpc_error garbage secret count spawn json nothing".split()
    stated = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    hints = {"annotations": {"readOnlyHint": True}} if mode == "stateless" else {}
    return {"tools": [tool(name, **hints, **({"outputSchema": stated} if name == "lie" else {})) for name in names]}


def text(value, **more):
    return {"content": [{"type": "text", "text": value}], **more}


def called(id, name, arguments):
    global count
    said = arguments.get("text", "")
    if notes:
        open(notes, "a").write(name + "\\n")
    if name == "echo":
        answer(id, text(said))
    elif name == "fail":
        answer(id, text(said, isError=True))
    elif name == "hang":
        time.sleep(600)
    elif name == "die":
        print("a last word", file=sys.stderr, flush=True)
        os._exit(3)
    elif name == "megabytes":
        answer(id, text("x" * int(said)))
    elif name == "lie":
        answer(id, {"content": [], "structuredContent": {"n": "not a number"}})
    elif name == "bytes":
        content = b'[{"type": "text", "text": "a\\xff\\xfe"}]'
        sys.stdout.buffer.write(b'{"jsonrpc": "2.0", "id": %d, "result": {"content": %s}}\\n' % (id, content))
        sys.stdout.flush()
    elif name == "picture":
        answer(id, {"content": [{"type": "text", "text": "a cat"}, {"type": "image", "data": "AAAA", "mimeType": "image/png"},
                                {"type": "resource", "resource": {"uri": "toy://1", "text": "inside"}}]})
    elif name == "rpc_error":
        send({"jsonrpc": "2.0", "id": id, "error": {"code": int(said or -32603), "message": "no luck"}})
    elif name == "garbage":
        answer(id, {"content": "not a list"})
    elif name == "secret":
        answer(id, text(f"token {os.environ.get('TOY_TOKEN')} other {os.environ.get('OTHER_TOKEN')}", isError=said == "fail"))
    elif name == "count":
        count += 1
        answer(id, text(str(count)))
    elif name == "spawn":
        child = subprocess.Popen(["sleep", "300"])
        open(said, "w").write(f"{child.pid} {os.getpid()}")
        time.sleep(600)
    elif name == "json":
        answer(id, text(said))
    else:
        answer(id, {"content": []})


print("starting", file=sys.stderr, flush=True)
if mode == "exit":
    print("ModuleNotFoundError: no module named toys", file=sys.stderr, flush=True)
    sys.exit(1)
if mode == "deaf":
    time.sleep(600)
print("Welcome to the toy server!", flush=True)  # is no message
for line in sys.stdin:
    request = json.loads(line)
    id, method, parameters = request.get("id"), request.get("method"), request.get("params") or {}
    if method == "initialize":
        about = {"name": "Toy Server", "version": "3"}
        answer(id, {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": about})
    elif method == "tools/list" and mode == "rude":
        send({"jsonrpc": "2.0", "id": id, "error": {"code": -32000, "message": "not today"}})
    elif method == "tools/list":
        answer(id, listed(parameters.get("cursor")))
    elif method == "tools/call":
        called(id, parameters["name"], parameters.get("arguments") or {})
    elif id is not None:
        send({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": f"no method {method}"}})
if mode == "deaf_later":
    time.sleep(600)
'''


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp") / "server.py"
    path.write_text(SERVER)
    return path


def server(script: Path, mode: str, *arguments: str, **more: Any) -> Server:
    return Server(command=(sys.executable, str(script), mode, *arguments), **more)


def failure(outcome: Outcome) -> tuple[str, str]:
    assert outcome.failure is not None, outcome
    return outcome.failure.code, outcome.failure.message


def pool_of(script: Path, mode: str, *arguments: str, deadline: float = 2.5, **more: Any) -> ToolPool:
    made = import_mcp(server(script, mode, *arguments, **more), Overlay())
    tools = tuple(tool.model_copy(update={"deadline": deadline}) for tool in made.file.tools)
    return ToolPool(tools_of(made.file.model_copy(update={"tools": tools})))


@pytest.fixture(scope="module")
def stateless(script: Path) -> Iterator[ToolHost]:
    pool = pool_of(script, "stateless")
    assert not any(tool.stateful for tool in pool)
    with ToolHost(pool) as host:
        yield host


# --- importing --------------------------------------------------------------------------------------------------------
def test_all_pages_are_read(script):
    made = import_mcp(server(script, "pages"), Overlay(), prefix="toy")
    assert [tool.name for tool in made.file.tools] == [f"toy_tool{page}_{n}" for page in range(7) for n in range(10)]
    assert (made.file.provider, made.file.version) == ("toy_server", "3")


def test_pages_without_end_are_left(script):
    made = import_mcp(server(script, "endless"), Overlay())
    assert [tool.name for tool in made.file.tools] == ["same"]
    assert "named 'same' as well" in next(iter(made.skipped.values()))


def test_odd_tools_are_named_or_left_out_with_the_reason(script, tmp_path):
    made = import_mcp(server(script, "odd"), Overlay())
    names = [tool.name for tool in made.file.tools]
    assert len(set(names)) == len(names) and all(NAME.fullmatch(name) for name in names)
    assert [tool.remote for tool in made.file.tools] == ["ok", "Weird Name!", "weird_name", "x" * 100, "日本", "open", "long"]
    reasons = " ".join(made.skipped.values())
    assert all(words in reasons for words in ("as well", "malformed", "leads nowhere", "too_large"))
    assert len(made.file.tools[-1].description) <= 1_000
    write_tool_file(tmp_path / "odd.yaml", made.file)
    opened = ToolPool.load(tmp_path / "odd.yaml")["open"]
    with ToolHost(ToolPool([opened])) as host:
        assert failure(host.call("open", {"a": 1, "more": 2}))[0] == "bad_arguments"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("exit", "no module named toys"),
        ("rude", "not today"),
        ("none", "it lists none"),
        ("array", r"inputSchema.type Input should be 'object'"),
    ],
)
def test_a_server_that_does_not_serve_is_named_with_what_it_said(script, mode, reason):
    with pytest.raises(DiveError, match=reason):
        import_mcp(server(script, mode), Overlay())


def test_a_command_that_is_not_there():
    with pytest.raises(DiveError, match="no-such-command"):
        import_mcp(Server(command=("no-such-command",)), Overlay())


def test_a_server_that_never_answers_is_given_up(script, monkeypatch):
    monkeypatch.setattr("dive.tools.importers.mcp.START_SECONDS", 3.0)
    start = time.monotonic()
    with pytest.raises(DiveError, match=r"no answer|stopped"):
        import_mcp(server(script, "deaf"), Overlay())
    assert time.monotonic() - start < 15


def test_a_token_that_is_not_set_is_named(script, monkeypatch):
    monkeypatch.delenv("TOY_TOKEN", raising=False)
    with pytest.raises(DiveError, match="TOY_TOKEN is not set"):
        import_mcp(server(script, "stateful", variables=("TOY_TOKEN",)), Overlay())


def test_an_overlay_settles_tools_of_a_server(script):
    settings = Overlay(
        provider="toys",
        stateful=False,
        tools={
            "echo": ToolOverlay(
                name="say_again", kind="processing", volatile=False, defaults={"text": "hi"}, formats={"text": "chem.name"}
            ),
            "fail": ToolOverlay(skip=True),
        },
    )
    made = import_mcp(server(script, "stateful"), settings)
    echo = ToolPool(tools_of(made.file))["say_again"]
    assert (echo.kind, echo.provider, echo.volatile, echo.stateful, echo.takes) == (
        "processing",
        "toys",
        False,
        False,
        {"chem.name"},
    )
    assert echo.validate({}) == {"text": "hi"}
    assert made.skipped == {"fail": "the overlay leaves it out"}
    with pytest.raises(DiveError, match="did you mean 'echo'"):
        import_mcp(server(script, "stateful"), Overlay(tools={"ecko": ToolOverlay()}))


@pytest.mark.parametrize(
    ("overlay", "name"),
    [
        (Overlay(rates={"default": 1}), "rates"),
        (Overlay(tools={"echo": ToolOverlay(fixed={"text": "a"})}), "fixed"),
        (Overlay(url="http://a"), "url"),
    ],
)
def test_settings_that_a_server_does_not_have_are_errors(script, overlay, name):
    with pytest.raises(DiveError, match=f"states `{name}`"):
        import_mcp(server(script, "stateful"), overlay)


# --- calling ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "said", "code", "words"),
    [
        ("fail", "no such toy: bear", "not_found", "no such toy"),
        ("fail", "Access denied to bear", "denied", "denied"),
        ("fail", "Invalid colour", "bad_arguments", "colour"),
        ("fail", "upstream timed out", "unavailable", "timed out"),
        ("fail", "it broke", "bad_arguments", "it broke"),
        ("fail", "", "bad_arguments", "without saying"),
        ("rpc_error", "-32602", "bad_arguments", "no luck"),
        ("rpc_error", "-32603", "unavailable", "no luck"),
        ("garbage", "", "unavailable", "no result"),
        ("hang", "", "timeout", "no answer"),
        ("die", "", "unavailable", "losed"),
        ("megabytes", "20000", "too_large", "16,000"),
        ("megabytes", "9000000", "too_large", "16,000"),
    ],
)
def test_faults_are_coded_and_the_next_call_works(stateless, name, said, code, words):
    start = time.monotonic()
    outcome = stateless.call(name, {"text": said})
    assert failure(outcome)[0] == code, outcome
    assert words in failure(outcome)[1]
    assert time.monotonic() - start < 3.5
    assert stateless.call("echo", {"text": "still here"}).result == {"text": "still here"}


@pytest.mark.parametrize(
    ("name", "said", "result"),
    [
        ("echo", "a\nb", {"text": "a\nb"}),
        ("echo", "3", {"text": "3"}),
        ("lie", "", {"n": "not a number"}),
        ("bytes", "", {"text": "a\ufffd\ufffd"}),
        ("json", '{"a": [1]}', {"a": [1]}),
        ("json", "[1]", {"value": [1]}),
        ("json", "{a}", {"text": "{a}"}),
        ("json", '{"a": NaN}', {"text": '{"a": NaN}'}),
        ("nothing", "", {"text": ""}),
        ("picture", "", {"text": "a cat\ninside", "attachments": [{"type": "image", "mime_type": "image/png", "bytes": 3}]}),
    ],
)
def test_content_of_all_kinds(stateless, name, said, result):
    outcome = stateless.call(name, {"text": said})
    assert outcome.failure is None, outcome
    assert outcome.result == result


def test_unknown_arguments_do_not_reach_the_server(stateless):
    assert failure(stateless.call("echo", {"text": "a", "more": 1}))[0] == "bad_arguments"
    assert failure(stateless.call("echo", {"text": 3}))[0] == "bad_arguments"


def test_secrets_are_handed_on_by_name_and_never_come_back(script, monkeypatch):
    monkeypatch.setenv("TOY_TOKEN", "s3cr3t-value")
    monkeypatch.setenv("OTHER_TOKEN", "not-for-you")
    pool = pool_of(script, "stateless", variables=("TOY_TOKEN",))
    with ToolHost(pool) as host:
        assert host.call("secret", {}).result == {"text": "token [TOY_TOKEN] other None"}
        assert failure(host.call("secret", {"text": "fail"}))[1] == "token [TOY_TOKEN] other None"


def test_a_changing_call_that_is_lost_is_made_once(script, tmp_path):
    notes = tmp_path / "notes"
    with ToolHost(pool_of(script, "stateful", str(notes))) as host:
        failure(host.call("die", {}))
    assert notes.read_text() == "die\n"


# --- state ------------------------------------------------------------------------------------------------------------
def test_state_lasts_within_a_task_and_begins_anew_with_the_next(script):
    with ToolHost(pool_of(script, "stateful")) as host:
        assert [host.call("count", {}).result for _ in range(3)] == [{"text": "1"}, {"text": "2"}, {"text": "3"}]
        host.fresh()
        assert host.call("count", {}).result == {"text": "1"}


@pytest.mark.parametrize("how", ["die", "hang"])
def test_a_state_that_is_lost_is_not_replaced_unnoticed(script, how):
    with ToolHost(pool_of(script, "stateful")) as host:
        assert host.call("count", {}).result == {"text": "1"}
        failure(host.call(how, {}))
        for _ in range(2):
            assert failure(host.call("count", {}))[0] == "unavailable"
        host.fresh()
        assert host.call("count", {}).result == {"text": "1"}


def test_a_state_lost_with_the_process_of_the_host_is_not_replaced_either(script):
    with ToolHost(pool_of(script, "stateful")) as host:
        host.call("count", {})
        assert host._child is not None
        host._child.kill()
        host._child.wait()
        assert "lost" in failure(host.call("count", {}))[1]
        host.fresh()
        assert host.call("count", {}).result == {"text": "1"}


def test_no_task_is_synthesized_with_a_state_that_lies_elsewhere(tmp_path):
    notes = Definition(name="add_note", description="Adds a note.", remote="add", parameters={
        "type": "object", "properties": {"text": {"type": "string", "format": "geo.country"}}, "additionalProperties": False,
    })  # fmt: skip
    file = ToolFile(provider="notes", server=Server(url="http://127.0.0.1:9/mcp"), tools=(notes,))
    with pytest.raises(DiveError, match="add_note change a state on a server elsewhere"):
        synthesize(tools=ToolPool(tools_of(file)), config=SynthConfig(tasks=1, toolset_min=1, out=tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_every_task_has_a_copy_of_the_template(script, tmp_path):
    template = tmp_path / "template"
    template.mkdir()
    (template / "toy.txt").write_text("bear")
    made = import_mcp(server(script, "stateful", "{state}/notes", template=str(template)), Overlay())
    write_tool_file(tmp_path / "toys.yaml", made.file)
    with ToolHost(ToolPool.load(tmp_path / "toys.yaml")) as host:
        host.call("echo", {"text": "a"})
        host.fresh()
        host.call("echo", {"text": "a"})
    assert [entry.name for entry in template.iterdir()] == ["toy.txt"], "the template itself is not touched"
    assert read_tool_file(tmp_path / "toys.yaml").server.template == str(template)
    (template / "toy.txt").unlink()
    template.rmdir()
    with pytest.raises(DiveError, match="is no folder"):
        ToolPool.load(tmp_path / "toys.yaml")


# --- processes --------------------------------------------------------------------------------------------------------
def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def group_of(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0


def test_a_server_and_what_it_started_end_with_the_host(script, tmp_path):
    note = tmp_path / "pids"
    with ToolHost(pool_of(script, "stateful")) as host:
        assert failure(host.call("spawn", {"text": str(note)}))[0] == "timeout"
    until = time.monotonic() + 5
    pids = [int(pid) for pid in note.read_text().split()]
    while any(map(running, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(running, pids))


CALLER = """
import os, sys, threading, time
from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool

host = ToolHost(ToolPool.load(sys.argv[1]))
print(host.call("echo", {"text": "a"}).result, host._child.pid, flush=True)
time.sleep(600)
"""


def test_a_server_ends_when_the_caller_of_its_host_is_killed(script, tmp_path):
    made = import_mcp(server(script, "deaf_later", str(tmp_path / "notes")), Overlay())
    write_tool_file(tmp_path / "toys.yaml", made.file)
    caller = subprocess.Popen([sys.executable, "-c", CALLER, str(tmp_path / "toys.yaml")], stdout=subprocess.PIPE, text=True)
    assert caller.stdout is not None
    host = int(caller.stdout.readline().split()[-1])
    group = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if running(pid) and group_of(pid) == host]
    assert len(group) == 2, "the host and the server"
    caller.kill()
    caller.wait()
    caller.stdout.close()
    until = time.monotonic() + 5
    while any(map(running, group)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(running, group))


def test_nothing_is_left_in_the_folder_for_temporary_files(script, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)
    with ToolHost(pool_of(script, "stateful", "{state}/notes")) as host:
        host.call("echo", {"text": "a"})
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


def test_tools_of_a_file_run_in_another_process_by_the_command_line(script, tmp_path):
    dive = [sys.executable, "-m", "dive.cli", "tools"]
    out = str(tmp_path / "toys.yaml")
    done = subprocess.run(
        [*dive, "import", "mcp", "--out", out, "--", sys.executable, str(script), "stateless"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    assert "15 tools of toy_server written" in done.stdout
    done = subprocess.run([*dive, "call", "echo", "text=hello", "--tools", out], capture_output=True, text=True)
    assert json.loads(done.stdout) == {"text": "hello"}, done.stderr
    done = subprocess.run([*dive, "call", "echo", "text=hello", "more=1", "--tools", out], capture_output=True, text=True)
    assert done.returncode == 1 and "no parameter 'more'" in done.stderr
    template = tmp_path / "template"
    template.mkdir()
    more = ["--template", str(template), "--prefix", "toy", "--env", "PLACE={state}"]
    done = subprocess.run(
        [*dive, "import", "mcp", *more, "--out", out, "--", sys.executable, str(script), "stateful"], check=True
    )
    assert read_tool_file(Path(out)).server.template == "template"
    assert ToolPool.load(out)["toy_echo"].stateful
    token = ["--env", "MY_TOKEN=abc"]
    done = subprocess.run(
        [*dive, "import", "mcp", *token, "--out", out, "--", "x"], capture_output=True, text=True, env={**os.environ}
    )
    assert done.returncode == 1 and "abc" not in done.stderr and "--env MY_TOKEN" in done.stderr
