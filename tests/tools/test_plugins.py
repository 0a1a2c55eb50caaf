"""Plug-ins: real distributions, installed by pip into a folder, and the command line that finds them."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dive.runs import read_tasks

pytestmark = pytest.mark.slow

HEAD = "from typing import Annotated\nfrom dive import Says, Seed, Semantic, semantic_type, tool\n"
BODY = '''
semantic_type("hive.bee", noun="bee")
BEES = {"Aurora": 14, "Bellis": 19, "Clover": 23, "Dahlia": 31, "Erica": 47, "Fennel": 52}
Bee = Annotated[str, Semantic("hive.bee")]

@tool(domain="hive", kind="retrieval", about="{bee}", source="our hive", examples=({"bee": "Erica"},))
def bee_flights(bee: Bee) -> Annotated[int, Says("number of flights")]:
    """Flights of a bee of our hive today."""
    return BEES[bee]

@tool(domain="hive", kind="retrieval", about="{bee}", source="our hive", examples=({"bee": "Erica"},))
def bee_load(bee: Bee) -> Annotated[float, Says("load", unit="mg", digits=1)]:
    """Pollen that a bee of our hive carries."""
    return BEES[bee] * 1.5

seeds = [Seed(domain="hive", semantic="hive.bee", value=bee, source="our hive") for bee in BEES]
'''


def wheel(folder: Path, name: str, version: str, files: dict[str, str], points: dict[str, str]) -> Path:
    """A wheel with modules and entry points of the group `dive.tools`."""
    info = f"{name}-{version}.dist-info"
    whole = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: this test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[dive.tools]\n" + "".join(f"{key} = {value}\n" for key, value in points.items()),
    }
    lines = []
    for path, text in whole.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        lines.append(f"{path},sha256={digest},{len(text.encode())}\n")
    made = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in {**whole, f"{info}/RECORD": "".join(lines) + f"{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return made


def installed(folder: Path, *wheels: Path) -> Path:
    site = folder / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(site), *map(str, wheels)], check=True)
    return site


def dive(site: Path, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *sys.path])}
    program = [sys.executable, "-m", "dive.cli", *arguments]
    return subprocess.run(program, capture_output=True, text=True, env=environment, cwd=cwd, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A sound plug-in of a module, one of attributes, and four that are broken in different ways."""
    folder = tmp_path_factory.mktemp("plugins")
    one = BODY.replace("hive.bee", "nest.ant").replace('"hive"', '"nest"').replace("bee_", "ant_").replace("bee", "ant")
    one += "ALL = (ant_load,)\n"
    raising = HEAD + "semantic_type('raising.x', noun='x')\n\n1 / 0\n"
    clash = HEAD + '@tool(domain="a", kind="processing")\ndef roman_numeral(year: int) -> str:\n    """Clash."""\n    return ""\n'
    return installed(
        folder,
        wheel(folder, "hive", "0.3", {"hive/__init__.py": "", "hive/tools.py": HEAD + BODY}, {"hive": "hive.tools"}),
        wheel(folder, "nest", "1.0", {"nest.py": HEAD + one}, {"one": "nest:ant_flights", "more": "nest:ALL"}),
        wheel(folder, "raising", "2.1", {"raising.py": raising}, {"oops": "raising"}),
        wheel(folder, "clashing", "0.1", {"clashing.py": clash}, {"clash": "clashing"}),
        wheel(folder, "lacking", "0.1", {"lacking.py": ""}, {"gone": "lacking:x", "empty": "lacking", "nowhere": "lacking.more"}),
        wheel(folder, "strange", "0.1", {"strange.py": "x = 5\ny = [len]\n"}, {"number": "strange:x", "function": "strange:y"}),
    )  # fmt: skip


BROKEN = {
    "'oops' of raising==2.1": "raising cannot be loaded: line 5 of ",
    "'clash' of clashing==0.1": "its tool 'roman_numeral' has the name of a built-in tool",
    "'gone' of lacking==0.1": "lacking:x cannot be loaded",
    "'empty' of lacking==0.1": "lacking defines no tool",
    "'nowhere' of lacking==0.1": "lacking.more cannot be loaded",
    "'number' of strange==0.1": "strange:x is a int; name a module, a tool, or a list of tools",
    "'function' of strange==0.1": "strange:y gives <built-in function len>, which is not a tool",
}


def test_a_plug_in_joins_the_pool_and_what_is_broken_is_listed_with_the_reason(site):
    ended = dive(site, "tools", "list", "--domain", "hive")
    assert ended.returncode == 0
    assert "bee_flights" in ended.stdout
    assert "plug-in 'hive' of hive==0.3: 2 tools, 6 seeds" in ended.stdout
    assert "plug-in 'one' of nest==1.0: 1 tools, 6 seeds" in ended.stdout
    for plugin, reason in BROKEN.items():
        assert f"plug-in {plugin}: left out: {reason}" in ended.stdout
        assert f"plug-in {plugin} is left out: {reason}" in ended.stderr
    assert len(ended.stderr.splitlines()) == len(BROKEN)
    assert "raising.py: ZeroDivisionError: division by zero" in ended.stdout


def test_the_built_in_pool_is_there_all_the_same(site, tmp_path):
    listed = {entry["name"]: entry for entry in json.loads(dive(site, "tools", "list", "--json").stdout)}
    assert {"bee_flights", "bee_load", "ant_flights", "ant_load", "roman_numeral"} <= set(listed)
    assert listed["bee_flights"]["version"] == "1 hive==0.3"
    assert listed["roman_numeral"]["domain"] == "general"
    plain = {entry["name"] for entry in json.loads(dive(tmp_path, "tools", "list", "--json").stdout)}
    assert set(listed) - plain == {"bee_flights", "bee_load", "ant_flights", "ant_load"}
    called = dive(site, "tools", "call", "roman_numeral", "year=1994")
    assert json.loads(called.stdout) == {"value": "MCMXCIV"}


def test_a_tool_of_a_plug_in_runs_in_a_host(site):
    ended = dive(site, "tools", "call", "bee_load", "bee=Erica")
    assert json.loads(ended.stdout) == {"value": 70.5}
    assert json.loads(dive(site, "tools", "call", "ant_load", "ant=Erica").stdout) == {"value": 70.5}


def test_nothing_is_looked_for_before_a_pool_is_asked_for(site):
    for arguments in (["--help"], ["tools", "--help"], ["synth", "--help"]):
        ended = dive(site, *arguments)
        assert (ended.returncode, ended.stderr) == (0, "")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), *sys.path])}
    program = "import dive, dive.cli, sys; print({'raising', 'hive'} & set(sys.modules), 'importlib.metadata' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert ended.stdout.split()[0] == "set()"


def test_only_leaves_plug_ins_out(site, tmp_path):
    (tmp_path / "own.py").write_text(
        HEAD + '@tool(domain="a", kind="processing")\ndef one_more(n: int) -> int:\n    "More."\n    return n + 1\n'
    )
    ended = dive(site, "tools", "list", "--tools", "own.py", "--only", "--json", cwd=tmp_path)
    assert [entry["name"] for entry in json.loads(ended.stdout)] == ["one_more"]
    assert ended.stderr == ""


def test_seeds_of_plug_ins_are_seeds(site):
    found = json.loads(dive(site, "seeds", "list", "--domain", "hive", "--json").stdout)
    assert [seed["value"] for seed in found] == ["Aurora", "Bellis", "Clover", "Dahlia", "Erica", "Fennel"]


@pytest.mark.slow
def test_tasks_are_made_with_a_plug_in_by_any_number_of_workers_and_proven(site, tmp_path):
    options = ["--domain", "hive", "--toolset-min", "1", "--tasks", "4", "--seed", "2"]
    for workers in ("1", "2"):
        ended = dive(site, "synth", *options, "--workers", workers, "--out", workers, cwd=tmp_path)
        assert ended.returncode == 0, ended.stderr
        assert len(ended.stderr.splitlines()) == len(BROKEN), "warned once, not by every worker"
    assert (tmp_path / "1" / "tasks.jsonl").read_bytes() == (tmp_path / "2" / "tasks.jsonl").read_bytes()
    used = {step.tool for task in read_tasks(tmp_path / "1") for step in task.derivation.steps}
    assert used & {"bee_flights", "bee_load"}
    for more in ([], ["--live"]):
        assert dive(site, "check", "1", *more, cwd=tmp_path).stdout.startswith("4 of 4 tasks proven")
    gone = dive(tmp_path / "none", "synth", *options, "--out", "1", cwd=tmp_path)
    assert gone.returncode == 1
    assert "unknown domain 'hive'" in gone.stderr


@pytest.mark.slow
def test_a_run_is_bound_to_its_plug_ins(site, tmp_path):
    options = ["--domain", "general", "--toolset-min", "8", "--toolset-max", "12", "--tasks", "1", "--workers", "1"]
    assert dive(tmp_path, "synth", *options, "--out", "run", cwd=tmp_path).returncode == 0
    ended = dive(site, "synth", *options, "--out", "run", cwd=tmp_path)
    assert ended.returncode == 1
    assert "now there are" in ended.stderr and "is new" in ended.stderr
