"""Real MCP servers from the registries are imported, called and given a fresh state; `make mcp-servers` installs them."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dive.tools.host import Outcome, ToolHost
from dive.tools.importers.file import Server, write_tool_file
from dive.tools.importers.mcp import import_mcp
from dive.tools.importers.overlay import Overlay
from dive.tools.pool import ToolPool

SERVERS = Path(os.environ.get("DIVE_MCP_SERVERS") or Path(__file__).parents[3] / ".mcp-servers")
Start = Callable[..., Any]


def executable(name: str) -> str:
    """Where a server is installed; without it the test is skipped, on CI it fails."""
    for folder in ("node_modules/.bin", "python/bin", "python-mcp1/bin"):
        if (SERVERS / folder / name).exists():
            return str(SERVERS / folder / name)
    reason = f"{name} is not installed in {SERVERS}: run `make mcp-servers` (needs npm, pip and their registries)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Import a server through a tool file, and a host that runs its tools."""

    @contextmanager
    def started(*command: str, overlay: Overlay | None = None, **more: Any) -> Iterator[ToolHost]:
        made = import_mcp(Server(command=(executable(command[0]), *command[1:]), **more), overlay or Overlay())
        assert made.skipped == {}
        write_tool_file(tmp_path / "tools.yaml", made.file)
        with ToolHost(ToolPool.load(tmp_path / "tools.yaml")) as host:
            yield host

    return started


def failure(outcome: Outcome) -> str:
    assert outcome.failure is not None, outcome
    return outcome.failure.code


def test_filesystem(start, tmp_path):
    template = tmp_path / "template"
    template.mkdir()
    (template / "note.txt").write_text("buy milk\ncall Ada\n")
    with start("mcp-server-filesystem", "{state}", template=str(template)) as host:
        assert len(host.pool) == 14
        assert all(tool.stateful for tool in host.pool)
        allowed = host.call("list_allowed_directories", {}).result["content"]
        folder = allowed.splitlines()[-1]
        assert host.call("read_text_file", {"path": f"{folder}/note.txt"}).result == {"content": "buy milk\ncall Ada\n"}
        assert host.call("read_text_file", {"path": f"{folder}/note.txt", "head": 1}).result == {"content": "buy milk"}
        assert failure(host.call("read_text_file", {"path": "/etc/passwd"})) == "denied"
        assert failure(host.call("read_text_file", {"path": f"{folder}/gone.txt"})) == "not_found"
        assert failure(host.call("read_text_file", {"path": f"{folder}/note.txt", "encoding": "x"})) == "bad_arguments"
        assert host.call("write_file", {"path": f"{folder}/note.txt", "content": "x" * 20_000}).failure is None
        assert failure(host.call("read_text_file", {"path": f"{folder}/note.txt"})) == "too_large"
        host.fresh()
        folder = host.call("list_allowed_directories", {}).result["content"].splitlines()[-1]
        assert host.call("read_text_file", {"path": f"{folder}/note.txt"}).result == {"content": "buy milk\ncall Ada\n"}
    assert (template / "note.txt").read_text() == "buy milk\ncall Ada\n"


def test_memory(start):
    with start("mcp-server-memory", environment={"MEMORY_FILE_PATH": "{state}/memory.jsonl"}) as host:
        ada = {"name": "Ada", "entityType": "person", "observations": ["wrote programs"]}
        assert host.call("create_entities", {"entities": [ada]}).failure is None
        assert host.call("search_nodes", {"query": "programs"}).result["entities"] == [ada]
        assert failure(host.call("create_entities", {"entities": [{"name": "Bob"}]})) == "bad_arguments"
        host.fresh()
        assert host.call("read_graph", {}).result == {"entities": [], "relations": []}


def test_everything(start):
    with start("mcp-server-everything") as host:
        assert host.call("echo", {"message": "hi"}).result == {"text": "Echo: hi"}
        assert host.call("get-sum".replace("-", "_"), {"a": 2, "b": 3}).result == {"text": "The sum of 2 and 3 is 5."}
        picture = host.call("get_tiny_image", {})
        assert picture.failure is None, picture
        assert picture.result["attachments"][0]["mime_type"] == "image/png"
        weather = host.call("get_structured_content", {"location": "New York"})
        assert set(weather.result) == {"temperature", "conditions", "humidity"}
        assert failure(host.call("get_sum", {"a": "two", "b": 3})) == "bad_arguments"


def test_time(start):
    with start("mcp-server-time") as host:
        assert not any(tool.stateful for tool in host.pool), "its tools are read-only"
        arguments = {"source_timezone": "Europe/Rome", "time": "12:00", "target_timezone": "Asia/Tokyo"}
        text = json.dumps(host.call("convert_time", arguments).result)
        assert ("Asia/Tokyo" in text and "+0900" in text) or "+09:00" in text
        assert host.call("convert_time", {**arguments, "target_timezone": "Mars/Base"}).failure is not None


def test_git(start, tmp_path):
    template = tmp_path / "repository"
    for command in (
        ["init", "-q", "-b", "main", str(template)],
        [
            "-C",
            str(template),
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "First light",
        ],
    ):
        subprocess.run(["git", *command], check=True)
    with start("mcp-server-git", "--repository", "{state}", template=str(template)) as host:
        answer = host.call("git_log", {"repo_path": "."})
        assert "First light" in json.dumps(answer.result), answer
        assert failure(host.call("git_log", {})) == "bad_arguments"
        assert host.call("git_create_branch", {"repo_path": ".", "branch_name": "side"}).failure is None
        assert "side" in json.dumps(host.call("git_branch", {"repo_path": ".", "branch_type": "local"}).result)
        host.fresh()
        assert "side" not in json.dumps(host.call("git_branch", {"repo_path": ".", "branch_type": "local"}).result)


def test_sqlite(start):
    with start("mcp-server-sqlite", "--db-path", "{state}/toys.db") as host:
        assert host.call("create_table", {"query": "CREATE TABLE toys (name TEXT)"}).failure is None
        assert host.call("write_query", {"query": "INSERT INTO toys VALUES ('bear')"}).failure is None
        assert "bear" in json.dumps(host.call("read_query", {"query": "SELECT * FROM toys"}).result)
        host.fresh()
        assert "bear" not in json.dumps(host.call("read_query", {"query": "SELECT name FROM sqlite_master"}).result)
