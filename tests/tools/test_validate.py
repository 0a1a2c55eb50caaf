"""Validation finds the fault of each rotten tool, and passes what is sound."""

import importlib
import json
import math
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest
from click.testing import CliRunner
from pydantic import Field
from typing_extensions import TypedDict

from dive.cli import cli
from dive.commands.table import BEGIN, END
from dive.errors import DiveError, ToolError, need_extra, not_found
from dive.tools.fields import Semantic
from dive.tools.host import ToolHost
from dive.tools.inputs import KnownValues, likely, same_in_every_process, typed_values
from dive.tools.pool import ToolPool
from dive.tools.report import CHECKS, Report, ToolReport, percentiles, pool_table, read_report
from dive.tools.tool import Says, Tool, tool
from dive.tools.validate import PASSES, closed, objects_in, validate

pytestmark = pytest.mark.slow

compute = tool(domain="general", kind="processing", provider="own", examples=({"number": 3},), deadline=5.0)
look_up = tool(domain="general", kind="retrieval", provider="own", examples=({"number": 3},), deadline=5.0)


Number = Annotated[int, Semantic("math.number")]


class Square(TypedDict):
    square: Annotated[int, Says("square")]


@compute
def sound_square(number: Annotated[int, Semantic("math.number"), Field(ge=-1000, le=1000)]) -> Square:
    """Number times itself."""
    return {"square": number * number}


@look_up
def sound_table(number: Annotated[int, Semantic("math.number"), Field(ge=0, le=60)]) -> str:
    """One answer for each number."""
    return f"row {number % 50}"


@compute
def salted(number: int) -> int:
    """Differs with the hash seed."""
    return hash(str(number))


COUNT = [0]


@compute
def counting(number: Number) -> int:
    """Remembers how often it was called."""
    COUNT[0] += 1
    return number + COUNT[0] // 30


TIMES = [0]


@compute
def moody(number: int) -> int:
    """Fails once."""
    TIMES[0] += 1
    if TIMES[0] == 10:
        raise ValueError("not now")
    return number


@compute
def misdeclared(number: int) -> Square:
    """Gives another field beside the declared one."""
    return {"square": number * number, "cube": number**3}  # type: ignore[typeddict-unknown-key]


@compute
def fragile(number: int) -> float:
    """Does not think of negative numbers."""
    return math.sqrt(number)


@tool(domain="general", kind="processing", provider="own", examples=({"number": 3},), deadline=0.3)
def stalling(number: int) -> int:
    """Takes for ever over some numbers."""
    while number > 7:
        time.sleep(0.01)
    return number


@compute
def writing(number: int) -> int:
    """Leaves a note."""
    Path("/tmp/dive_validate_note").write_text(str(number))
    return number


@compute
def prying(number: int) -> int:
    """Reads a file of the machine."""
    return number + len(Path("/etc/hostname").read_bytes()) * 0


@compute
def scribbling(number: Number) -> int:
    """Writes into a temporary folder, which goes again."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "inner").mkdir()
        (Path(folder) / "inner" / "note").write_text(str(number))
        return int((Path(folder) / "inner" / "note").read_text())


@compute
def starting(number: int) -> int:
    """Asks another program."""
    return number + subprocess.run(["true"], check=True).returncode


@tool(domain="general", kind="processing", provider="own", examples=({"number": 3},), programs=True)
def announced(number: Number) -> int:
    """Says that it asks another program."""
    return number + subprocess.run(["true"], check=True).returncode


@tool(domain="general", kind="processing", provider="own", examples=({"number": 3},), programs=True)
def announced_and_writing(number: int) -> int:
    """May start a program, and makes a folder, which it removes."""
    Path("/tmp/dive_validate_folder").mkdir()
    Path("/tmp/dive_validate_folder").rmdir()
    return number


LISTED = [f"k{n}" for n in range(15)]


@tool(domain="general", kind="retrieval", provider="own", examples=({"base": "k0", "quote": "k1", "day": 1},))
def picky(base: Annotated[str, Semantic("fin.currency")], quote: Annotated[str, Semantic("fin.currency")], day: Number) -> str:
    """Lists few of many names, and of these every pair."""
    if base not in LISTED or quote not in LISTED or base == quote:
        raise not_found("pair", f"{base} and {quote}")
    return f"{base} to {quote} on {day}"


@compute
def calling(number: int) -> int:
    """Calls out."""
    with socket.socket() as plug:
        plug.settimeout(0.2)
        plug.connect_ex(("127.0.0.1", 9))
    return number


@look_up
def constant(number: Number) -> str:
    """Knows one thing."""
    return "the same"


@look_up
def small_table(number: Number) -> str:
    """Has six entries."""
    if number > 5:
        raise not_found("entry", number)
    return f"entry {number}"


@look_up
def broken_table(number: Number) -> str:
    """Finds nothing but its example."""
    if number != 3:
        raise not_found("entry", number)
    return "entry"


@look_up
def coarse_table(number: Number) -> str:
    """Has an answer to every second number, and few of them."""
    if number % 2 == 0:
        raise not_found("entry", number)
    return f"group {number % 12}"


@tool(domain="general", kind="processing", provider="own")
def without_example(number: int) -> int:
    """Shows nobody how."""
    return number


@tool(domain="general", kind="processing", provider="own", examples=({"number": "three"},))
def bad_example(number: int) -> int:
    """Shows it wrong."""
    return number


@tool(domain="general", kind="retrieval", provider="own", examples=({"number": 3},), volatile=True)
def changing(number: int) -> float:
    """Differs each time."""
    return number + time.time()


@tool(domain="general", kind="retrieval", provider="own", requires=("no-such-distribution",))
def lacking(number: int) -> int:
    """Needs what is not installed."""
    return number


class Deep(TypedDict):
    name: Annotated[str, Semantic("chem.name")]
    parts: list[Square]


@compute
def nested_arguments(number: int, deep: Deep | None = None) -> int:
    """Takes a record."""
    return number


FAULTY = {
    "salted": {"repeatable", "concurrent"}, "counting": {"repeatable", "concurrent"}, "misdeclared": {"conforms"},
    "fragile": {"answers"}, "moody": {"answers"}, "stalling": {"answers"}, "writing": {"pure"},
    "prying": {"pure"}, "calling": {"pure"},
    "starting": {"pure"}, "announced_and_writing": {"pure"}, "constant": {"distinct"}, "broken_table": {"distinct"},
    "coarse_table": {"distinct"},
    "without_example": {"examples"},
    "bad_example": {"examples"},
}  # fmt: skip
OWN: dict[str, list[Any]] = {"math.number": list(range(60)), "fin.currency": [f"k{n}" for n in range(200)]}


@pytest.fixture(scope="module")
def report() -> Iterator[Report]:
    pool = ToolPool(v for v in globals().values() if isinstance(v, Tool))
    yield validate(pool, OWN, workers=1)
    Path("/tmp/dive_validate_note").unlink(missing_ok=True)


def of(report: Report, name: str) -> Any:
    return next(t for t in report.tools if t.tool == name)


@pytest.mark.parametrize("name", FAULTY)
def test_each_fault_is_found(report, name):
    told = of(report, name)
    assert told.status == "quarantined"
    assert told.faults and set(told.faults) <= FAULTY[name]


@pytest.mark.parametrize("name", ["sound_square", "sound_table", "nested_arguments", "announced", "scribbling", "small_table"])
def test_sound_tools_pass(report, name):
    told = of(report, name)
    assert (told.status, told.faults) == ("passed", {})
    assert told.calls >= 60 and told.results and told.codes.keys() <= {"bad_arguments", "not_found"}
    if name != "nested_arguments":
        assert 0 < told.milliseconds.p50 <= told.milliseconds.p95 <= told.milliseconds.max
    assert of(report, "sound_table").distinct >= 20 and of(report, "small_table").distinct == 6


def test_the_smallest_input_that_is_not_answered_is_told(report):
    assert of(report, "fragile").faults["answers"].startswith('{"number":-1}: bug: ValueError')
    assert of(report, "stalling").faults["answers"].startswith('{"number":8}: timeout')


def test_what_is_not_answered_only_once_is_told(report):
    assert (
        of(report, "moody").faults["answers"].startswith("only at times: {")
        and "not now" in of(report, "moody").faults["answers"]
    )


def test_deeds_are_named(report):
    assert "writes /tmp/dive_validate_note" in of(report, "writing").faults["pure"]
    assert "reads /etc/hostname" in of(report, "prying").faults["pure"]
    assert "network" in of(report, "calling").faults["pure"]


def test_programs_are_told_and_only_they_are_excused(report):
    assert "starts a program" in of(report, "starting").faults["pure"]
    assert of(report, "announced_and_writing").faults["pure"].startswith("changes files (os.mkdir")


def test_arguments_that_seldom_go_together_are_found(report):
    told = of(report, "picky")  # 1 of 190 pairs of names is one of those listed
    assert (told.status, told.faults) == ("passed", {})
    assert told.distinct == told.results >= 20 and told.codes["not_found"] > 20


@pytest.mark.slow
def test_a_busy_machine_quarantines_nothing(tmp_path):
    until = tmp_path / "until"
    until.write_text("0")
    place = str(until)

    @tool(domain="general", kind="retrieval", provider="own", examples=({"number": 3},), deadline=0.5)
    def hurried(number: Number) -> int:
        """Stalls for a while."""
        time.sleep(max(0.0, float(Path(place).read_text()) - time.time()))
        return number

    seen: list[int] = []

    def busy(done: int) -> None:
        seen.append(done)
        if done == PASSES - 1:
            until.write_text(str(time.time() + 10))

    told = validate(ToolPool([hurried]), OWN, workers=1, progress=busy).tools[0]
    assert time.time() > float(until.read_text()) > 10 and seen == [1, 2, 3]
    assert (told.status, told.faults, "timeout" in told.codes) == ("passed", {}, False)


def test_what_cannot_be_tried_is_neither_passed_nor_quarantined(report):
    assert (of(report, "changing").status, of(report, "lacking").status) == ("skipped", "missing")
    assert not {"changing", "lacking"} & {*report.passed, *report.quarantined}
    for is_live in (False, True):
        stateful = validate(ToolPool([replace(changing, stateful=True)]), {}, live=is_live, workers=1)
        assert of(stateful, "changing").status == "skipped", "a call of a stateful tool has no one answer"
    live = validate(ToolPool([changing]), {}, live=True, workers=1)
    assert of(live, "changing").calls > 0 and "repeatable" not in of(live, "changing").faults


def test_the_report_is_the_same_again(report):
    again = validate(ToolPool([sound_square, fragile, constant]), OWN, workers=1)
    for told in again.tools:
        before = of(report, told.tool)
        assert (told.status, told.faults, told.calls, told.distinct) == (
            before.status, before.faults, before.calls, before.distinct,
        )  # fmt: skip


def test_the_report_does_not_depend_on_the_number_of_workers():
    def chained(name: str, takes: str, gives: str) -> Tool:
        def follow(value: str) -> str:
            """What comes after a value."""
            return f"{value}+"

        follow.__name__ = f"{name}_chained"
        follow.__annotations__ = {"value": Annotated[str, Semantic(takes)], "return": Annotated[str, Semantic(gives)]}
        return tool(domain="general", kind="processing", provider=name, examples=({"value": name},))(follow)

    types = ("chem.name", "chem.cas", "chem.smiles", "chem.inchikey", "chem.formula")
    pool = ToolPool(chained(f"p{n}", *types[n : n + 2]) for n in range(4))
    reports = [validate(pool, {"chem.name": [f"n{i}" for i in range(12)]}, workers=n).tools for n in (1, 2)]
    counts = [[(t.tool, t.status, t.calls, t.results, t.distinct, t.codes) for t in tools] for tools in reports]
    assert counts[0] == counts[1] and [t.results for t in reports[0]] == [13, 14, 15, 3]  # what two passes find


def test_generated_inputs_do_not_depend_on_the_modules_that_are_loaded(tmp_path, monkeypatch):
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    def drawn() -> list[int]:
        seen: list[int] = []

        @settings(max_examples=200, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(st.integers())
        def see(number: int) -> None:
            seen.append(number)

        with same_in_every_process():
            see()
        return seen

    before = drawn()
    (tmp_path / "local_numbers.py").write_text("NUMBERS = (" + "".join(f"{7919 * n}, " for n in range(1, 60)) + ")")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("local_numbers")
    assert drawn() == before and len(before) > 100


def test_a_host_that_does_not_watch_tells_no_deeds():
    with ToolHost(ToolPool([writing])) as host:
        assert host.call("writing", {"number": 1}).deeds == ()


def test_calls_of_many_threads_are_answered_one_by_one():
    from concurrent.futures import ThreadPoolExecutor

    with ToolHost(ToolPool([sound_square])) as host, ThreadPoolExecutor(32) as executor:
        answers = list(executor.map(lambda n: host.call("sound_square", {"number": n}).result, range(200)))
    assert answers == [{"square": n * n} for n in range(200)]


def test_values_are_found_in_results():
    known = KnownValues({"math.number": [1, 1, None]})
    assert known.values == {"math.number": [1]}

    class Item(TypedDict):
        name: Annotated[str, Semantic("chem.name")]

    @look_up
    def both(number: int) -> list[Item]:
        """Items."""
        return []

    assert list(typed_values(both.results, {"value": [{"name": "a"}, {"name": "b"}]})) == [("chem.name", "a"), ("chem.name", "b")]
    assert list(typed_values(both.results, None)) == []


def test_likely_inputs_begin_with_the_examples_and_are_deterministic():
    import random

    known = KnownValues(OWN)
    made = [list(likely(sound_table, known, 10, random.Random(5))) for _ in range(2)]
    assert made[0] == made[1] and made[0][0] == {"number": 3} and len(made[0]) == 11


def test_every_second_input_varies_one_argument_of_one_that_worked():
    import random

    known, worked = KnownValues(OWN), [{"base": "k150", "quote": "k160", "day": 59}]
    bases = [*picky.examples, *worked]
    drawn = list(likely(picky, known, 400, random.Random(5), worked))
    near = [any(sum(one[name] != other[name] for name in one) == 1 for other in bases) for one in drawn[1:]]
    assert 0.35 < sum(near) / len(near) < 0.6
    assert {"k150", "k160"} & {str(one["base"]) for one in drawn} and any(one["quote"] == "k160" for one in drawn)
    taking = likely(picky, known, 400, random.Random(5), worked)
    next(taking)
    worked.append({"base": "k170", "quote": "k180", "day": 58})
    assert sum(one["quote"] == "k180" for one in taking) > 30


def test_open_objects_are_found_wherever_they_are():
    schema = {"properties": {"a": {"anyOf": [{"type": "null"}, {"properties": {"b": {}}}]}}, "additionalProperties": False}
    assert [where for where, part in objects_in(schema) if part.get("additionalProperties") is not False] == [
        "/properties/a/anyOf"
    ]


def test_closing_a_schema_leaves_open_maps_open():
    schema = {
        "properties": {"a": {"properties": {"b": {}}, "type": "object"}, "m": {"type": "object", "additionalProperties": {}}}
    }
    made = closed(schema)
    assert isinstance(made, dict) and made["additionalProperties"] is False
    assert made["properties"]["a"]["additionalProperties"] is False and made["properties"]["m"]["additionalProperties"] == {}


def test_percentiles_are_by_nearest_rank():
    assert percentiles([]).max == 0.0
    told = percentiles([float(n) for n in range(1, 101)])
    assert (told.p50, told.p95, told.max) == (50.5, 95.0, 100.0)
    assert percentiles([7.0]).p95 == 7.0


def test_missing_libraries_are_told_in_one_line():
    with pytest.raises(DiveError, match=r"needs no_such_module: pip install 'dive-synthesis\[validate\]'"):
        need_extra("validate", "pathlib", "no_such_module")


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_writes_both_reports(tmp_path):
    out = tmp_path / "validation"
    names = ["--tool", "julian_date", "--tool", "cosmology_parameters"]
    run = CliRunner().invoke(cli, ["tools", "validate", *names, "--workers", "1", "--out", str(out)])
    assert run.exit_code == 0, run.output
    assert "2 tools: 2 passed" in run.output
    told = Report.model_validate_json((out / "report.json").read_text())
    assert told.passed == ["julian_date", "cosmology_parameters"] and told.seconds > 0
    page = (out / "report.md").read_text()
    assert "- `cosmology_parameters`: 5 in 5\n" in page
    assert "`julian_date`: " not in page
    assert all(f"| {check} |" in page for check in CHECKS) and "| `julian_date` | academic |" in page


def test_the_command_fails_where_a_tool_does(tmp_path, monkeypatch):
    monkeypatch.setattr(ToolPool, "default", classmethod(lambda cls: cls([fragile, sound_square])))
    run = CliRunner().invoke(cli, ["tools", "validate", "--workers", "1", "--json"])
    assert run.exit_code == 1
    told = {t["tool"]: t["status"] for t in json.loads(run.stdout)["tools"]}
    assert told == {"fragile": "quarantined", "sound_square": "passed"}


def test_what_is_quarantined_is_not_sampled(report, tmp_path):
    from dive import SynthConfig, synthesize

    path = tmp_path / "report.json"
    path.write_text(report.model_dump_json())
    assert {t.name for t in ToolPool([salted, sound_square]).without(read_report(path).quarantined)} == {"sound_square"}
    config = SynthConfig(tasks=1, toolset_min=1, toolset_max=1, validation=path, out=tmp_path / "run", workers=1)
    with pytest.raises(DiveError):
        synthesize(ToolPool([salted]), config)  # nothing is left to sample
    path.write_text("[]")
    with pytest.raises(DiveError, match="is not a report"):
        read_report(path)
    with pytest.raises(DiveError, match="is not a report"):
        read_report(tmp_path / "missing.json")


def told_of(name: str, domain: str, kind: str, provider: str, status: str = "passed") -> ToolReport:
    return ToolReport(tool=name, domain=domain, kind=kind, provider=provider, version="1", status=status)


def test_the_table_counts_what_passed_and_a_page_is_held_to_it(tmp_path):
    tools = [
        told_of("a", "general", "retrieval", "x"), told_of("b", "general", "processing", "x"),
        told_of("c", "medical", "processing", "x"), told_of("d", "medical", "processing", "y", "quarantined"),
    ]  # fmt: skip
    made = Report(tools=tools, edges={"general": {"general": 1200, "medical": 2}, "medical": {"general": 5}})
    (tmp_path / "report.json").write_text(made.model_dump_json())
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    def table(*options: str) -> Any:
        return CliRunner().invoke(cli, ["tools", "table", str(tmp_path / "report.json"), *options])

    printed = table().output
    assert printed.splitlines()[2:] == [
        "| general | 2 | 1 | 1 | 1 | 1,200 | 2 |", "| medical | 1 | 0 | 1 | 1 | 0 | 5 |", "| all | 3 | 1 | 2 | 1 | 1,200 | 7 |",
    ]  # fmt: skip
    stale = table("--check", str(page))
    assert isinstance(stale.exception, DiveError) and "--into" in str(stale.exception)
    assert table("--into", str(page)).exit_code == 0
    assert page.read_text() == f"before\n{BEGIN}\n{printed}{END}\nafter\n"
    assert (table("--check", str(page)).exit_code, table("--check", str(page)).output) == (0, "")
    page.write_text("no place")
    for option in ("--into", "--check"):
        assert "no place for the table" in str(table(option, str(page)).exception)
        assert "cannot be read" in str(table(option, str(tmp_path / "none.md")).exception)
    assert page.read_text() == "no place"
    assert len(pool_table(Report(tools=[])).splitlines()) == 3


def test_edges_are_between_tools_that_passed(report):
    @look_up
    def gives(number: Number) -> Annotated[str, Semantic("fin.currency")]:
        """A name."""
        return f"k{number}"

    made = validate(ToolPool([gives, picky]), OWN, workers=1)
    assert made.passed == ["gives", "picky"] and made.edges == {"general": {"general": 1}}
    assert validate(ToolPool([gives, constant]), OWN, workers=1).edges == {}


def test_an_unknown_tool_or_domain_is_refused():
    for arguments, message in ((["--tool", "julian_dat"], "did you mean julian_date"), (["--domain", "cooking"], "known are")):
        run = CliRunner().invoke(cli, ["tools", "validate", *arguments])
        assert isinstance(run.exception, DiveError) and message in str(run.exception)


def test_sums_beyond_the_floating_point_numbers_are_a_coded_error():
    large = {"numbers": [0.0] * 9 + [1.4e155], "other": [0.0] * 8 + [1.4e155, 0.0]}
    with pytest.raises(ToolError, match="too large") as caught:
        ToolPool.default()["series_correlation"].call(large)
    assert caught.value.code == "bad_arguments"
