"""Tools of one's own from the command line: a run with a file of tools, from the first task to the last check."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.runs import read_config_of, read_tasks
from dive.synthesis.check import check_run
from dive.synthesis.synthesize import synthesize
from dive.tools.brought import seeds_of
from dive.tools.pool import ToolPool
from dive.types import Exemplar, Seed

pytestmark = pytest.mark.slow

TOYS = Path(__file__).parent / "toys"
OPTIONS = ["--tools", "cellar.py", "--only", "--domain", "cellar", "--toolset-min", "1", "--rounds", "2", "--tasks", "3"]


def dive(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-m", "dive.cli", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, env=environment, cwd=folder, check=False)


def copied(folder: Path) -> Path:
    for name in ("cellar.py", "shelf.py"):
        shutil.copy(TOYS / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A user's folder with a file of tools, and a run that was made there with one worker."""
    folder = copied(tmp_path_factory.mktemp("home"))
    ended = dive(folder, "synth", *OPTIONS, "--workers", 1, "--out", "run", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert json.loads(ended.stdout)["tasks"] == 3
    return folder


def test_a_run_with_a_file_of_tools(home):
    tasks = list(read_tasks(home / "run"))
    assert {step.tool for task in tasks for step in task.derivation.steps} <= {"wine_label", "wine_country_code"}
    assert {task.domain for task in tasks} == {task.seed.domain for task in tasks} == {"cellar"}
    assert all(call.version.startswith("1 cellar.py@") for task in tasks for call in task.evidence)
    assert read_config_of(home / "run").tools == (Path("cellar.py"),)
    assert sorted(path.name for path in home.iterdir()) == ["cellar.py", "run", "shelf.py"] or (home / "__pycache__").exists()


@pytest.mark.slow
def test_workers_load_the_file_too_and_a_configuration_file_names_it(home, tmp_path):
    options = {"tools": [str(home / "cellar.py")], "only": True, "domain": ["cellar"], "toolset_min": 1, "rounds": 2, "tasks": 3}
    (tmp_path / "run.yaml").write_text(yaml.safe_dump(options))
    ended = dive(tmp_path, "synth", "--config", "run.yaml", "--workers", 2, "--out", "run", "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "run" / "tasks.jsonl").read_bytes() == (home / "run" / "tasks.jsonl").read_bytes()


def test_check_replays_without_the_tools_and_runs_them_where_they_are_given(home):
    assert dive(home, "check", "run").stdout == "3 of 3 tasks proven by strict replay of the snapshot\n"
    ended = dive(home, "check", "run", "--live", "--tools", "cellar.py")
    assert ended.stdout == "3 of 3 tasks proven by running the tools again\n"
    ended = dive(home, "check", "run", "--live")
    assert ended.returncode == 1
    assert ended.stderr == ("dive: run was made with tools of one's own; to run them again, give them again: --tools cellar.py\n")
    ended = dive(home, "check", "run", "--tools", "cellar.py")
    assert ended.stderr == "dive: --tools needs --live: the snapshot is replayed without tools\n"


def test_a_run_directory_has_no_code_run(home, tmp_path):
    """A run that somebody gave away names files; they are not loaded unasked."""
    shutil.copytree(home / "run", tmp_path / "run")
    (tmp_path / "trap.py").write_text("raise SystemExit('sprung')\n")
    config = (tmp_path / "run" / "config.yaml").read_text().replace("cellar.py", str(tmp_path / "trap.py"))
    (tmp_path / "run" / "config.yaml").write_text(config)
    assert check_run(tmp_path / "run", workers=1).faults == ()
    with pytest.raises(DiveError, match="give them again"):
        check_run(tmp_path / "run", live=True, workers=1)


def test_a_run_goes_on_from_elsewhere_with_the_same_file_and_not_with_another(home, tmp_path):
    copied(tmp_path)
    shutil.copytree(home / "run", tmp_path / "run")
    before = (tmp_path / "run" / "tasks.jsonl").read_bytes()
    ended = dive(tmp_path, "synth", *OPTIONS, "--tools", "cellar.py", "--workers", 1, "--out", "run")
    assert "has the name of one of cellar.py@" in ended.stderr
    ended = dive(tmp_path, "synth", *OPTIONS[:-1], "4", "--workers", 1, "--out", "run")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "run" / "tasks.jsonl").read_bytes().startswith(before)
    text = (tmp_path / "cellar.py").read_text()
    (tmp_path / "cellar.py").write_text(text.replace("13.5", "13.6"))
    ended = dive(tmp_path, "synth", *OPTIONS, "--workers", 1, "--out", "run")
    assert ended.returncode == 1
    assert ended.stderr.startswith("dive: run was begun with wine_label 1 cellar.py@") and ended.stderr.endswith(
        "another --out\n"
    )
    ended = dive(tmp_path, "synth", *(o for o in OPTIONS if o != "--only"), "--workers", 1, "--out", "run")
    assert "only was True, now False" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["synth", "--tools", "gone.py"], "dive: gone.py cannot be read: No such file or directory"),
        (["synth", "--tools", "bad.py"], "dive: bad.py cannot be loaded: line 1 of {folder}/bad.py: ZeroDivisionError"),
        (["synth", "--tools", "notes.txt"], "dive: notes.txt is neither a Python file (.py) nor a tool file"),
        (["synth", "--only"], "dive: only needs tools"),
        (["tools", "list", "--only"], "dive: --only needs --tools"),
        (["tools", "list", "--tools", "clash.py"], "dive: clash.py: its tool 'roman_numeral' has the name of a built-in one"),
        (["tools", "graph", "--tools", "empty.py"], "dive: empty.py defines no tool: put @tool("),
        (["tools", "show", "wine_lable", "--tools", "cellar.py"], "dive: unknown tool 'wine_lable' (did you mean wine_label"),
        (["seeds", "list", "--tools", "bad.py"], "dive: bad.py cannot be loaded"),
        (["check", "nowhere", "--live", "--tools", "cellar.py"], "dive: nowhere is not a run directory"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, arguments, said, monkeypatch, capsys):
    from dive import cli

    copied(tmp_path)
    (tmp_path / "bad.py").write_text("1 / 0\n")
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "notes.txt").write_text("")
    head = "from dive import tool\n@tool(domain='a', kind='processing')\n"
    (tmp_path / "clash.py").write_text(head + "def roman_numeral(n: int) -> int:\n    'Clash.'\n    return n\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["dive", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(said.format(folder=tmp_path))
    assert not (tmp_path / "runs").exists()


def test_the_commands_of_the_pool_take_a_file(home):
    listed = json.loads(dive(home, "tools", "list", "--tools", "cellar.py", "--only", "--json").stdout)
    assert [entry["name"] for entry in listed] == ["wine_label", "wine_country_code"]
    assert json.loads(dive(home, "tools", "call", "wine_country_code", "wine=Rioja", "--tools", "cellar.py").stdout) == {
        "value": "ES-5"
    }
    shown = dive(home, "tools", "show", "wine_label", "--tools", "cellar.py").stdout
    assert "example: dive tools call wine_label wine=Rioja --tools cellar.py" in shown
    graph = json.loads(dive(home, "tools", "graph", "--tools", "cellar.py", "--json").stdout)
    assert {"from": "wine_label", "to": "country_by_name", "semantics": ["geo.country_name"]} in graph["edges"]
    found = json.loads(dive(home, "seeds", "list", "--tools", "cellar.py", "--domain", "cellar", "--json").stdout)
    assert [seed["value"] for seed in found] == [seed.value for seed in seeds_of([TOYS / "cellar.py"])]


def test_own_tools_are_validated_on_their_own_seeds(home):
    ended = dive(home, "tools", "validate", "--tools", "cellar.py", "--domain", "cellar", "--tool", "wine_label", "--json")
    (report,) = json.loads(ended.stdout)["tools"]
    assert report["tool"] == "wine_label" and report["distinct"] == 8
    assert set(report["faults"]) == {"answers"}, "KeyError is no coded error"


# --- what a run is bound to -------------------------------------------------------------------------------------------
def made(out: Path, tasks: int = 1, seeds: list[Seed] | None = None, exemplars: tuple[Exemplar, ...] = ()) -> int:
    pool = ToolPool.load(TOYS / "cellar.py")
    own = seeds_of([TOYS / "cellar.py"]) if seeds is None else seeds
    config = SynthConfig(tasks=tasks, domain=("cellar",), toolset_min=1, rounds=1, workers=1, out=out)
    return synthesize(pool, config, seeds=own, exemplars=exemplars).tasks


def test_a_run_is_bound_to_its_seeds_and_exemplars(tmp_path):
    assert made(tmp_path) == 1
    seeds = seeds_of([TOYS / "cellar.py"])
    count = json.loads((tmp_path / "pools.json").read_text())["seeds"]["count"]
    with pytest.raises(DiveError, match=rf"was begun with other seeds \({count:,}, now there are {count - 1:,}\); give those"):
        made(tmp_path, 2, seeds[:-1])
    with pytest.raises(DiveError, match=rf"was begun with other seeds \(as many, {count:,}, but others\)"):
        made(tmp_path, 2, [*seeds[:-1], seeds[-1].model_copy(update={"source": "hearsay"})])
    more = Exemplar(query="Which of these two wines is stronger?", domain="cellar", shape="compare", manner="question")
    with pytest.raises(DiveError, match=r"was begun with other exemplars \(1,080, now there are 1,081\)"):
        made(tmp_path, 2, exemplars=(more,))
    assert made(tmp_path, 2) == 2


def test_a_run_that_did_not_note_its_seeds_goes_on(tmp_path):
    made(tmp_path)
    (tmp_path / "pools.json").unlink()
    assert made(tmp_path, 2) == 2
    assert "digest" in json.loads((tmp_path / "pools.json").read_text())["seeds"]
