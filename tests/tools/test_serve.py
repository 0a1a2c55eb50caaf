"""The pool and the toolset of a task as an MCP server, used by the real client of the SDK."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from dive.config import SynthConfig
from dive.runs import read_tasks
from dive.synthesis.synthesize import synthesize
from dive.tools.host import ToolHost
from dive.tools.importers.file import Key, Server
from dive.tools.importers.load import tools_of
from dive.tools.importers.mcp import import_mcp
from dive.tools.importers.overlay import Overlay
from dive.tools.pool import ToolPool
from dive.types import Task, canonical

pytestmark = pytest.mark.slow

DIVE = [sys.executable, "-m", "dive.cli", "tools", "serve"]


def over_stdio(*arguments: str) -> StdioServerParameters:
    return StdioServerParameters(command=DIVE[0], args=[*DIVE[1:], *arguments], env={**os.environ}, cwd=str(Path.cwd()))


def asked(server: Any, ask: Callable[[Client], Awaitable[Any]]) -> Any:
    async def session() -> Any:
        async with Client(server, read_timeout_seconds=60) as client:
            return await ask(client)

    return asyncio.run(asyncio.wait_for(session(), 120))


async def names(client: Client) -> list[str]:
    found, cursor = [], None
    while True:
        page = await client.list_tools(cursor=cursor)
        found.extend(tool.name for tool in page.tools)
        cursor = page.next_cursor
        if cursor is None:
            return found


async def several(client: Client) -> list[Any]:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("reverse_complement", {"dna": "ATGC"}),
        ("reverse_complement", {"dna": "ATGC", "more": 1}),
        ("reverse_complement", {"dna": 3}),
        ("no_such_tool", {}),
        ("factor_integer", {"number": 12}),
    ]
    return [await client.call_tool(name, arguments) for name, arguments in calls]


def check_answers(answers: list[Any]) -> None:
    first, extra, wrong, unknown, factors = answers
    with ToolHost(ToolPool.default().where(domain="biological")) as host:
        expected = host.call("reverse_complement", {"dna": "ATGC"}).result
    assert expected and not first.is_error
    assert first.structured_content == expected == json.loads(first.content[0].text)
    assert extra.is_error and extra.content[0].text.startswith("bad_arguments: more")
    assert wrong.is_error and wrong.content[0].text.startswith("bad_arguments: dna")
    assert unknown.is_error and unknown.content[0].text.startswith("not_found")
    assert not factors.is_error


def test_the_pool_over_standard_input_and_output():
    found, answers = asked(over_stdio(), lambda client: asyncio.gather(names(client), several(client)))
    assert found == [tool.name for tool in ToolPool.default().runnable()]
    check_answers(answers)


def test_the_schemas_are_those_of_the_tools():
    listed = asked(over_stdio(), lambda client: client.list_tools())
    offered = {tool.name: tool for tool in listed.tools}
    for tool in ToolPool.default().runnable():
        assert offered[tool.name].input_schema == tool.schema
        assert offered[tool.name].description == tool.description


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("served") / "run"
    synthesize(config=SynthConfig(tasks=3, workers=1, out=out))  # type: ignore[call-arg]
    return out


@pytest.mark.parametrize("replay", ["live", "strict"])
def test_the_toolset_of_one_task_solves_it(run, replay):
    task: Task = next(iter(read_tasks(run)))

    async def solve(client: Client) -> Any:
        steps = {step.id for step in task.derivation.steps}
        evidence = [e for e in task.evidence if e.id in steps]
        return await names(client), [(e, await client.call_tool(e.tool, dict(e.arguments))) for e in evidence]

    found, answers = asked(over_stdio(str(run), "--task", task.key, "--replay", replay), solve)
    assert found == list(task.toolset)
    assert answers
    for evidence, answer in answers:
        assert canonical(answer.structured_content) == canonical(evidence.result)


def test_strict_replay_answers_only_what_was_recorded(run):
    task: Task = next(iter(read_tasks(run)))
    name = task.evidence[0].tool
    server = over_stdio(str(run), "--task", task.key[:12], "--replay", "strict")
    answer = asked(server, lambda client: client.call_tool(name, {"never": "recorded"}))
    assert answer.is_error and answer.content[0].text.startswith("not_found")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--task", "abc"], "--task and --replay need the run"),
        (["--only"], "--only needs --tools"),
        (["--tools", "gone.yaml"], "gone.yaml"),
        (["nowhere", "--task", "abc"], "nowhere"),
    ],
)
def test_options_that_do_not_fit(arguments, reason):
    done = subprocess.run([*DIVE, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert reason in done.stderr and done.stdout == ""


def test_an_unknown_task(run):
    done = subprocess.run([*DIVE, str(run), "--task", "nope"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 1 and "no tasks of" in done.stderr


async def filed(client: Client) -> list[Any]:
    return [(await client.call_tool("file_note", {"topic": "river maps"})).structured_content["page"] for _ in range(2)]


def test_a_server_of_its_own_has_a_state_of_its_own():
    desk = str(Path(__file__).parent.parent / "toys" / "desk.py")
    assert [asked(over_stdio("--tools", desk, "--only"), filed) for _ in range(2)] == [[43, 46], [43, 46]]


# --- HTTP -------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([*DIVE, "--http", str(port)], stdin=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/mcp"
    server.terminate()
    server.wait(10)


def test_the_pool_over_http(url):
    found, answers = asked(url, lambda client: asyncio.gather(names(client), several(client)))
    assert len(found) == len(ToolPool.default().runnable())
    check_answers(answers)


def test_a_request_in_the_name_of_another_host_is_refused(url):
    import httpx

    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    answer = httpx.post(url, json=message, headers={"host": "evil.test", "accept": "application/json, text/event-stream"})
    assert answer.status_code in (403, 421)
    answer = httpx.post(
        url, json=message, headers={"origin": "http://evil.test", "accept": "application/json, text/event-stream"}
    )
    assert answer.status_code == 403


def test_a_served_pool_can_be_imported_again(url, monkeypatch):
    monkeypatch.setenv("TOY_KEY", "s3cr3t")
    made = import_mcp(Server(url=url, keys=(Key(variable="TOY_KEY", prefix="Bearer "),)), Overlay(), prefix="far")
    pool = ToolPool(tools_of(made.file))
    assert len(pool) + len(made.skipped) == len(ToolPool.default().runnable())
    with ToolHost(ToolPool([pool["far_reverse_complement"]])) as host, ToolHost(ToolPool.default()) as near:
        far = host.call("far_reverse_complement", {"dna": "ATGC"})
        assert far.result == near.call("reverse_complement", {"dna": "ATGC"}).result
        assert far.failure is None
        outcome = host.call("far_reverse_complement", {"dna": "XYZ!"})
        assert outcome.failure is not None and outcome.failure.code == "bad_arguments"


def test_a_url_where_nothing_listens():
    from dive.errors import DiveError

    with pytest.raises(DiveError, match="does not list its tools"):
        import_mcp(Server(url="http://127.0.0.1:9/mcp"), Overlay())
