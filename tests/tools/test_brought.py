"""Files of tools: what is taken of them, how their tools reach other processes, and one clear line for each mistake."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dive.errors import DiveError
from dive.tools.brought import brought_by, seeds_of
from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool, addresses, found
from dive.tools.semantics import SEMANTICS

TOYS = Path(__file__).parent.parent / "toys"
HEAD = "from dive import Seed, semantic_type, tool\n"
TOOL = '''
@tool(domain="attic", kind="processing")
def boxes_of(number: int) -> int:
    """Boxes that a number of things takes."""
    return -(-number // 12)
'''


@pytest.fixture
def cellar() -> ToolPool:
    return ToolPool.load(TOYS / "cellar.py")


def elsewhere(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, env=environment, check=False
    )


# --- what is taken ----------------------------------------------------------------------------------------------------
def test_all_tools_of_a_file_are_taken_and_those_of_dive_that_it_imports_are_not(cellar):
    assert [tool.name for tool in cellar] == ["wine_label", "wine_country_code"]
    assert cellar["wine_label"].call({"wine": "Rioja"}) == {"country": "Spain", "alcohol": 13.5}
    assert "cellar.wine" in SEMANTICS
    assert [seed.value for seed in seeds_of([TOYS / "cellar.py"])][:2] == ["Amarone", "Assyrtiko"]
    assert seeds_of([TOYS / "cellar.py"]) == seeds_of([TOYS / ".." / "toys" / "cellar.py"]), "also of a list that is used up"


def test_the_version_holds_a_digest_of_the_file(tmp_path):
    versions = set()
    for number, text in enumerate((HEAD + TOOL, HEAD + TOOL.replace("12", "10"), HEAD + TOOL)):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "attic.py").write_text(text)
        versions.add(ToolPool.load(tmp_path / str(number) / "attic.py")["boxes_of"].version)
    assert len(versions) == 2
    assert all(re.fullmatch(r"1 attic\.py@[0-9a-f]{12}", version) for version in versions)


def test_two_files_of_one_name_do_not_meet(tmp_path):
    for number in ("3", "4"):
        (tmp_path / number).mkdir()
        text = HEAD + f"SIZE = {number}\n" + TOOL.replace("boxes_of", f"boxes_of_{number}").replace("12", "SIZE")
        (tmp_path / number / "attic.py").write_text(text)
    pool = ToolPool().with_files([tmp_path / "3" / "attic.py", tmp_path / "4" / "attic.py"])
    assert [tool.call({"number": 12})["value"] for tool in pool] == [4, 3]


def test_tools_that_a_file_imports_and_makes_are_taken(tmp_path):
    (tmp_path / "attic_parts.py").write_text(HEAD + TOOL)
    (tmp_path / "attic.py").write_text(
        "from attic_parts import *\nfrom attic_parts import boxes_of as again\nimport dataclasses\n"
        "crates = dataclasses.replace(boxes_of, name='crates_of')\n"
    )
    pool = ToolPool.load(tmp_path / "attic.py")
    assert {tool.name for tool in pool} == {"boxes_of", "crates_of"}
    assert found(addresses(pool))["crates_of"].call({"number": 13}) == {"value": 2}


def test_a_file_may_bring_only_seeds_or_only_types(tmp_path):
    (tmp_path / "types.py").write_text(HEAD + "semantic_type('attic.only_type', noun='thing')\n")
    assert len(ToolPool.load(tmp_path / "types.py")) == 0
    (tmp_path / "things.py").write_text(HEAD + "seeds = [Seed(domain='a', semantic='geo.country', value='FR', source='s')]\n")
    assert len(ToolPool.load(tmp_path / "things.py")) == 0
    assert [seed.value for seed in seeds_of([tmp_path / "types.py", tmp_path / "things.py"])] == ["FR"]


# --- to another process -----------------------------------------------------------------------------------------------
def test_tools_of_a_file_travel_by_its_path_and_run_in_a_host(cellar):
    addressed = addresses(cellar)
    assert all(set(address) == {"name", "file", "edition"} for address in addressed)
    assert [a is b for a, b in zip(found(addressed), cellar, strict=True)] == [True, True]
    with ToolHost(cellar) as host:
        assert host.call("wine_label", {"wine": "Tokaji"}).result == {"country": "Hungary", "alcohol": 11.0}
        outcome = host.call("wine_country_code", {"wine": "Tokaji"})
        assert outcome.result == {"value": "HU-6"}, "an import within a function, of what lies beside the file"
        assert host.call("wine_label", {"wine": "water"}).failure.code == "bug"


def test_a_file_that_has_changed_since_is_not_taken_for_the_one_that_was_loaded(tmp_path):
    (tmp_path / "attic.py").write_text(HEAD + TOOL)
    with ToolHost(ToolPool.load(tmp_path / "attic.py")) as host:
        assert host.call("boxes_of", {"number": 13}).result == {"value": 2}
        (tmp_path / "attic.py").write_text(HEAD + TOOL.replace("12", "10"))
        assert host.call("boxes_of", {"number": 13}).result == {"value": 2}
        host.close()
        failure = host.call("boxes_of", {"number": 13}).failure
        assert failure.code == "unavailable" and "attic.py has changed since it was loaded" in failure.message


def test_a_tool_of_a_file_that_was_changed_in_python_travels_as_it_is(cellar):
    shorter = replace(cellar["wine_label"], deadline=2.0)
    (address,) = addresses(ToolPool([shorter]))
    assert "pickle" in address
    program = "import json, sys; from dive.tools.pool import found\nt = found([json.loads(sys.argv[1])])['wine_label']\n"
    ended = elsewhere(program + "print(t.deadline, t.call({'wine': 'Rioja'}))", json.dumps(address))
    assert (ended.stdout, ended.stderr) == ("2.0 {'alcohol': 13.5, 'country': 'Spain'}\n", "")


# --- mistakes ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "defines no tool: put @tool("),
        ("", "defines no tool: put @tool("),
        ("x = 1\ny = 1 / 0\n", "cannot be loaded: line 2 of {file}: ZeroDivisionError: division by zero"),
        ("def f():\n    return {}['key']\n\nf()\n", "cannot be loaded: line 2 of {file}: KeyError: 'key'"),
        ("x = (\n", "cannot be loaded: line 1 of {file}: SyntaxError: '(' was never closed"),
        ("import no_such_module_at_all\n", "line 1 of {file}: ModuleNotFoundError: No module named 'no_such_module_at_all'"),
        ("import sys\nsys.exit('enough')\n", "line 2 of {file}: SystemExit: enough"),
        ("import json\njson.loads('{')\n", "line 2 of {file}: JSONDecodeError: "),
        (HEAD + "@tool(domain='a', kind='processing')\ndef one() -> int:\n    return 1\n", "line 2 of {file}: tool 'one' has "),
        (HEAD + "semantic_type('geo.country', noun='wine')\n", "line 2 of {file}: semantic type 'geo.country' is already reg"),
        (HEAD + TOOL + "seeds = ['Rioja']\n", "{file}: seeds[0] is a str, not a Seed"),
        (HEAD + TOOL + "seeds = 'Rioja'\n", "{file}: `seeds` is a str; give a list of Seed("),
        (HEAD + TOOL + "seeds = None\n", "{file}: `seeds` is a NoneType; give a list of Seed("),
        (
            HEAD + TOOL + "seeds = [Seed(domain='a', semantic='a.thing', value='x', source='s')]\n",
            "{file}: seeds[0] is of the type 'a.thing', which nothing registers: semantic_type('a.thing', noun=...)",
        ),
        (
            HEAD + TOOL + "import dataclasses\nboxes = dataclasses.replace(boxes_of, deadline=1.0)\n",
            "{file} has two tools that are named 'boxes_of': rename one of them",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_one_line_with_its_place(tmp_path, text, said):
    file = tmp_path / "attic.py"
    file.write_text(text)
    before = set(sys.modules)
    for _ in range(2):
        with pytest.raises(DiveError) as caught:
            brought_by(file)
        assert str(caught.value).startswith(str(file)) and said.format(file=file) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert not [name for name in set(sys.modules) - before if name.startswith("dive_file")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gone.py", "gone.py cannot be read: No such file"),
        ("gone.yaml", "gone.yaml cannot be read as YAML"),
        ("folder", "folder is neither a Python file (.py) nor a tool file"),
        ("folder.py", "folder.py cannot be read: Is a directory"),
        ("tools.txt", "tools.txt is neither a Python file (.py) nor a tool file of `dive tools import` (.yaml)"),
        ("binary.py", "binary.py cannot be loaded: "),
    ],
)
def test_what_is_no_file_of_tools(tmp_path, name, said):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "tools.txt").write_text(HEAD + TOOL)
    (tmp_path / "binary.py").write_bytes(b"\x00\xff\xfe")
    with pytest.raises(DiveError, match=re.escape(said)):
        ToolPool.load(tmp_path / name)


def test_a_name_that_is_taken_is_refused_and_only_leaves_the_built_in_ones_out(tmp_path):
    file = tmp_path / "attic.py"
    file.write_text(HEAD + TOOL.replace("boxes_of", "roman_numeral"))
    with pytest.raises(DiveError, match=r"attic\.py: its tool 'roman_numeral' has the name of a built-in one \(.*--only"):
        ToolPool.of_files([file])
    assert [tool.name for tool in ToolPool.of_files([file], only=True)] == ["roman_numeral"]
    with pytest.raises(DiveError, match=r"has the name of one of attic\.py@"):
        ToolPool.of_files([file, file], only=True)
