"""Real MCP servers from the registries are imported, called and given a fresh state; `make mcp-servers` installs them."""

import importlib
import json
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dive.config import SynthConfig
from dive.runs import read_tasks
from dive.synthesis import item
from dive.synthesis.check import check_run
from dive.synthesis.collect import Collected
from dive.synthesis.draft import Draft
from dive.synthesis.gates import entailed, necessary
from dive.synthesis.replay import first_again
from dive.synthesis.sample import Setting
from dive.synthesis.synthesize import synthesize
from dive.tools.host import Outcome, ToolHost
from dive.tools.importers.file import Server, write_tool_file
from dive.tools.importers.mcp import import_mcp
from dive.tools.importers.overlay import Overlay, ToolOverlay
from dive.tools.pool import ToolPool
from dive.tools.session import Session
from dive.tools.snapshot import Caller
from dive.types import Answer, Derivation, Evidence, Round, Seed, Step

pytestmark = pytest.mark.slow

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


def test_proofs_over_a_real_state(start):
    """What a derivation leaves out is missed, and every proof begins with an empty memory."""
    with start("mcp-server-memory", environment={"MEMORY_FILE_PATH": "{state}/memory.jsonl"}) as host:
        pool = host.pool
    ada = {"name": "Ada", "entityType": "person", "observations": ["wrote programs"]}
    calls = [("e1", "create_entities", {"entities": [ada]}), ("e2", "search_nodes", {"query": "programs"})]
    with Session(pool, hash_seed=1) as session, Session(pool, hash_seed=2) as twin:
        evidence = tuple(
            Evidence(
                id=name, tool=tool, version=pool[tool].version, arguments=arguments, result=session.call(tool, arguments).result
            )
            for name, tool, arguments in calls
        )
        steps = tuple(
            Step(id=name, tool=tool, arguments={key: repr(value) for key, value in arguments.items()})
            for name, tool, arguments in calls
        )
        whole = Draft(
            "Note that Ada wrote programs. Whom does a search for programs find?", Answer(type="text", value="Ada"),
            Derivation(steps=steps, answer="e2.entities[0].name"), evidence, {}, stateful=session.stateful,
        )  # fmt: skip
        assert not any(pool[tool].replayed for _, tool, _ in calls), "a fresh state must lead to the same, volatile or not"
        for _ in range(2):
            assert (entailed(whole), necessary(whole)) == (None, None)
            assert first_again(whole, twin.call, twin.fresh) is None
        silent = replace(whole, derivation=Derivation(steps=steps[1:], answer="e2.entities[0].name"))
        assert first_again(silent, twin.call, twin.fresh) == (
            "executed",
            "step e2 (search_nodes) gives another result when run again",
        )
        session.fresh()
        assert session.call("read_graph", {}).result == {"entities": [], "relations": []}


class Noting:
    """A scripted policy: it notes some people down and looks how many entries there are."""

    def run(self, setting: Setting, rounds: int, caller: Caller, rng: random.Random) -> Collected:
        people = [{"name": f"{setting.seed.value} {n}", "entityType": "person", "observations": []} for n in "ABCD"]
        calls = [("e1", "create_entities", {"entities": people}), ("e2", "read_graph", {})]
        versions = {tool.name: tool.version for tool in setting.toolset}
        evidence = tuple(
            Evidence(id=name, tool=tool, version=versions[tool], arguments=arguments, result=caller(tool, arguments).result)
            for name, tool, arguments in calls
        )
        steps = (
            Step(id="e1", tool="create_entities", arguments={"entities": repr(people)}),
            Step(id="e2", tool="read_graph", arguments={}),
        )
        names = ", ".join(person["name"] for person in people)
        query = f"Note down the name {names}, with the entityType person and no observations. How many entries are there then?"
        answer = Answer(type="integer", value=len(evidence[1].result["entities"]))
        found = Round(query=query, answer=answer, derivation=Derivation(steps=steps, answer="len(e2.entities)"), shape="lookup")
        return Collected((found,), evidence)


def test_a_run_over_a_real_state(tmp_path, monkeypatch):
    """Every item begins with an empty memory, and so does every proof."""
    skipped = ("create_relations", "add_observations", "delete_entities", "delete_observations", "delete_relations",
               "search_nodes", "open_nodes")  # fmt: skip
    overlay = Overlay(domain="people", tools={name: ToolOverlay(skip=True) for name in skipped})
    server = Server(command=(executable("mcp-server-memory"),), environment={"MEMORY_FILE_PATH": "{state}/memory.jsonl"})
    made = import_mcp(server, overlay).file
    parameters = json.loads(json.dumps(made.tools[0].parameters))
    parameters["properties"]["entities"]["examples"] = [[]]  # something that a planner could state
    tools = (made.tools[0].model_copy(update={"parameters": parameters}), *made.tools[1:])
    write_tool_file(tmp_path / "memory.yaml", made.model_copy(update={"tools": tools}))
    monkeypatch.setattr(importlib.import_module("dive.synthesis.synthesize"), "PATIENCE", 12)
    monkeypatch.setattr(item, "SymbolicPolicy", lambda seeds, allow_boolean: Noting())
    names = ("Ada", "Bela", "Cleo", "Dana", "Edda")
    seeds = [Seed(domain="people", semantic="geo.country", value=name, source="this test") for name in names]
    config = SynthConfig(
        tasks=3,
        domain=("people",),
        toolset_min=2,
        sampling="uniform",
        workers=1,
        tools=(tmp_path / "memory.yaml",),
        only=True,
        out=tmp_path / "run",
    )
    summary = synthesize(config=config, seeds=seeds)
    assert set(summary.funnel) <= {"kept", "novel"}, "no item saw what another had noted down"
    assert [task.answer.value for task in read_tasks(tmp_path / "run")] == [4, 4, 4]
    strict = check_run(tmp_path / "run", workers=1)
    live = check_run(tmp_path / "run", live=True, workers=1, tools=ToolPool.load(tmp_path / "memory.yaml"))
    assert (strict.tasks, strict.faults, live.tasks, live.faults) == (3, (), 3, ())
