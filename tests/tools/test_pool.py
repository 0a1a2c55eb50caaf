"""Pools: what they refuse, what they answer to wrong names, and how their tools reach another process."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import TypedDict

from dive.errors import DiveError
from dive.tools.pool import DOMAINS, ToolPool, addresses, domain_tools, found, why_missing
from dive.tools.tool import Tool, tool


@tool(domain="general", kind="processing")
def doubled(number: int) -> int:
    """Twice a number."""
    return 2 * number


@tool(domain="biological", kind="retrieval", provider="rdkit", requires=("no-such-distribution", "pydantic"))
def lacking_one(number: int) -> int:
    """Needs a library that nobody has."""
    import no_such_distribution

    return int(no_such_distribution.double(number))


@tool(domain="cooking", kind="retrieval", requires=("no-such-distribution", "nor-this-one"))
def lacking_two(number: int) -> int:
    """Needs two libraries that nobody has."""
    return number


MODULE = '''
from dive.tools.tool import tool

@tool(domain="cooking", kind="processing")
def tripled(number: int) -> int:
    """Three times a number."""
    return 3 * number
'''


@pytest.fixture
def kitchen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A user's module of tools."""
    (tmp_path / "kitchen.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    import kitchen  # type: ignore[import-not-found]

    yield kitchen
    del sys.modules["kitchen"]


def elsewhere(pool: Iterable[Tool], name: str, arguments: dict[str, Any]) -> Any:
    """What a tool answers in a process that knows nothing but the addresses."""
    program = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1])\n"
        "from dive.tools.pool import found\n"
        "name, arguments, addressed = json.loads(sys.stdin.read())\n"
        "print(json.dumps(found(addressed)[name].call(arguments)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(sys.path)],
        input=json.dumps([name, arguments, addresses(ToolPool(pool))]), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


# --- what is refused --------------------------------------------------------------------------------------------------
def test_two_tools_of_one_name_are_refused():
    with pytest.raises(DiveError, match="two tools are named 'doubled'"):
        ToolPool([doubled, replace(doubled, deadline=1.0)])
    with pytest.raises(DiveError, match="two tools are named 'doubled'"):
        ToolPool([doubled]) + ToolPool([doubled])


@pytest.mark.parametrize("thing", [len, "doubled", None, doubled.function])
def test_what_is_no_tool_is_refused(thing):
    with pytest.raises(DiveError, match="is not a tool; put @tool"):
        ToolPool([thing])


def test_an_unknown_tool_is_answered_with_near_names():
    pool = ToolPool([doubled, lacking_one])
    with pytest.raises(DiveError, match=r"unknown tool 'double' \(did you mean doubled\?\).*all 2"):
        pool["double"]
    with pytest.raises(DiveError) as caught:
        pool["weather"]
    assert "did you mean" not in str(caught.value)
    assert "double" not in pool


def test_an_unknown_domain_is_answered_with_the_known_ones():
    with pytest.raises(DiveError, match="unknown domain 'chemistry'; known are general, biological"):
        ToolPool([doubled, lacking_one]).where(domain="chemistry")


def test_a_tool_that_cannot_travel_is_named():
    lock = threading.Lock()

    def locked() -> int:
        """Holds a lock."""
        return int(lock.locked())

    with pytest.raises(DiveError, match=r"'locked' cannot be sent to another process.*lock"):
        addresses(ToolPool([tool(domain="general", kind="processing")(locked)]))


# --- missing libraries ------------------------------------------------------------------------------------------------
def test_missing_libraries_are_reported_with_what_to_install():
    pool = ToolPool([doubled, lacking_one, lacking_two])
    assert pool.missing == {
        "lacking_one": "needs no-such-distribution: pip install no-such-distribution",
        "lacking_two": "needs no-such-distribution and nor-this-one: pip install no-such-distribution nor-this-one",
    }
    assert [one.name for one in pool.runnable()] == ["doubled"]
    assert [one.name for one in pool] == ["doubled", "lacking_one", "lacking_two"], "nothing is hidden"
    assert why_missing(doubled) == ""


# --- selection --------------------------------------------------------------------------------------------------------
def test_where_and_addition():
    pool = ToolPool([doubled]) + ToolPool([lacking_one]) + [lacking_two]
    assert (len(pool), pool.domains) == (3, ("general", "biological", "cooking"))
    assert [one.name for one in pool.where(kind="retrieval")] == ["lacking_one", "lacking_two"]
    assert [one.name for one in pool.where(domain="biological", kind="retrieval", provider="rdkit")] == ["lacking_one"]
    assert len(pool.where(domain="biological", kind="processing")) == 0
    assert len(pool.where()) == 3
    assert pool["doubled"] is doubled


def test_addition_leaves_both_pools_as_they_are():
    one = ToolPool([doubled])
    assert len(one + ToolPool([lacking_one])) == 2
    assert len(one) == 1


def test_built_in_pool():
    pool = ToolPool.default()
    assert pool.domains == DOMAINS
    assert [one.name for one in pool] == [one.name for one in ToolPool.default()]
    assert all(one.domain == domain for domain in DOMAINS for one in domain_tools(domain))
    assert sum(len(pool.where(domain=domain)) for domain in DOMAINS) == len(pool)
    assert len(pool.where(kind="retrieval")) + len(pool.where(kind="processing")) == len(pool)


# --- to another process and back --------------------------------------------------------------------------------------
def test_built_in_tools_are_found_again():
    pool = ToolPool.default()
    addressed = addresses(pool)
    assert all("pickle" not in address for address in addressed)
    again = found(json.loads(json.dumps(addressed)))
    assert list(again) == list(pool)
    assert all(a is b for a, b in zip(again, pool, strict=True))


def test_a_changed_built_in_tool_is_not_taken_for_the_original():
    original = ToolPool.default()["roman_numeral"]
    changed = replace(original, name="year_in_roman", deadline=1.0)
    again = found(addresses(ToolPool([changed])))
    assert (again["year_in_roman"].deadline, len(again)) == (1.0, 1)
    shorter = found(addresses(ToolPool([replace(original, deadline=1.0)])))["roman_numeral"]
    assert (shorter.deadline, original.deadline) == (1.0, 60.0)
    assert elsewhere([changed], "year_in_roman", {"year": 1994}) == original.call({"year": 1994})


def test_a_tool_of_a_module_is_found_by_its_module(kitchen):
    (address,) = addresses(ToolPool([kitchen.tripled]))
    assert address == {"name": "tripled", "module": "kitchen"}
    assert elsewhere([kitchen.tripled], "tripled", {"number": 4}) == {"value": 12}


def test_local_tools_travel_with_what_they_refer_to():
    class Pair(TypedDict):
        first: int
        second: int

    offset = 40

    def shifted(pair):
        """Add what stands outside."""
        return {"first": pair["first"] + offset, "second": doubled.function(pair["second"])}

    shifted.__annotations__ = {"pair": Pair, "return": Pair}
    local = tool(domain="cooking", kind="processing", about="{pair}", deadline=3.0)(shifted)
    before = local.call({"pair": {"first": 2, "second": 3}})
    assert before == {"first": 42, "second": 6}
    assert elsewhere([doubled, local], "shifted", {"pair": {"first": 2, "second": 3}}) == before, "also after a first call"
    again = found(addresses(ToolPool([local])))["shifted"]
    assert (again.schema, again.deadline, again.domain) == (local.schema, 3.0, "cooking")


def test_tools_of_a_script_or_notebook_travel(tmp_path):
    script = tmp_path / "notebook.py"
    script.write_text(
        MODULE + "from dive.tools.pool import ToolPool, addresses\nimport json; print(json.dumps(addresses(ToolPool([tripled]))))"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    addressed = json.loads(done.stdout)
    assert "module" not in addressed[0]
    assert found(addressed)["tripled"].call({"number": 5}) == {"value": 15}
