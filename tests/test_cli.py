"""The command line: what it prints, what it exits with, and one line for each mistake."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dive import cli
from dive.config import SynthConfig
from dive.exemplars import SHAPES, ExemplarPool
from dive.runs import read_config_of, read_tasks
from dive.seeds import SeedPool
from dive.tools.pool import DOMAINS, ToolPool

pytestmark = pytest.mark.slow

OPTIONS = ["--tasks", "3", "--domain", "general", "--toolset-min", "8", "--toolset-max", "12", "--workers", "1"]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment(), check=False)


@pytest.fixture
def dive(monkeypatch, capsys):
    """Run a command in this process: its exit status and what it printed."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dive", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def refused(dive):
    """The one line with which a command is refused; nothing may be on standard output."""

    def call(*arguments: object) -> str:
        status, out, err = dive(*arguments)
        assert status != 0
        assert out == ""
        lines = [line for line in err.splitlines() if not line.startswith(("Usage: ", "Try '")) and line]
        assert len(lines) == 1 and "Traceback" not in err, err
        return lines[0]

    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A small run, made in a process of its own that is not at a terminal."""
    path = tmp_path_factory.mktemp("cli") / "deep" / "run"
    return path, run_python("-m", "dive.cli", "synth", *OPTIONS, "--out", str(path))


# Starting -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_modules_in_the_working_directory_are_no_libraries(tmp_path):
    for name in ("types", "random", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    program = shutil.which("dive", path=str(Path(sys.executable).parent))
    assert program is not None, "the tests run in an environment in which DIVE is installed"
    options = ["--domain", "general", "--toolset-min", "15", "--workers", "2", "--out", "run", "--tasks", "2"]
    for arguments in (["tools", "call", "roman_value", "numeral=MCMLXXXIV"], ["synth", *options]):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    assert len((tmp_path / "run" / "tasks.jsonl").read_text().splitlines()) == 2


def test_where_children_look_is_left_as_it_was(dive, tmp_path, monkeypatch):
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    assert dive("tools", "show", "no_such_tool")[0] == 1
    assert "PYTHONSAFEPATH" not in os.environ


def test_help_is_there_at_once():
    def seconds() -> float:
        start = time.perf_counter()
        ended = run_python("-m", "dive.cli", "--help")
        assert ended.returncode == 0 and all(f"  {name} " in ended.stdout for name in cli.COMMANDS)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.4


HEAVY = ("pydantic", "yaml", "numpy", "scipy", "rdkit", "torch", "astropy", "sympy", "loky", "rich", "inflect", "inspect_ai")


@pytest.mark.parametrize(
    ("program", "ours"),
    [
        ("import dive", {"dive"}),
        ("import dive.cli", {"dive", "dive.cli", "dive.errors"}),
        ("from dive.cli import cli; cli(['--help'], standalone_mode=False)", {"dive", "dive.cli", "dive.errors"}),
    ],
)
def test_importing_and_helping_load_next_to_nothing(program, ours):
    ended = run_python("-c", f"{program}\nimport sys; print('\\n' + ' '.join(sys.modules))")
    loaded = set(ended.stdout.splitlines()[-1].split())
    assert {name for name in loaded if name.partition(".")[0] == "dive"} == ours
    assert {name for name in loaded if name.partition(".")[0] in HEAVY} == set()


def test_listing_tools_loads_no_library_of_a_tool():
    ended = run_python("-c", "from dive.tools.pool import ToolPool; ToolPool.default()\nimport sys; print(' '.join(sys.modules))")
    heavy = {
        "numpy",
        "scipy",
        "rdkit",
        "torch",
        "astropy",
        "sympy",
        "QuantLib",
        "statsmodels",
        "sklearn",
        "pandas",
        "networkx",
        "Bio",
    }
    assert {name for name in ended.stdout.split() if name.partition(".")[0] in heavy} == set()


def test_public_names_are_there_and_others_are_not():
    import dive as package

    assert all(getattr(package, name) is not None for name in package.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'synthesise'"):
        package.synthesise  # noqa: B018


def test_every_command_has_help_and_every_option_of_a_run_is_explained(dive):
    for command in cli.COMMANDS:
        status, out, err = dive(command, "--help")
        assert (status, err) == (0, "") and out.startswith("Usage: ") and f" {command} " in out
    text = " ".join(dive("synth", "--help")[1].split())
    for name, field in SynthConfig.model_fields.items():
        assert f"--{name.replace('_', '-')}" in text
        assert field.description and field.description.replace("`", "")[:30] in text.replace("`", "")


# Mistakes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--domain", "chemistry"], "dive: unknown domain 'chemistry'; known are " + ", ".join(DOMAINS)),
        (
            ["--domain", "general", "--toolset-min", "400", "--toolset-max", "500"],
            "dive: toolset_min is 400, but the pool of general has",
        ),
        (["--toolset-min", "9", "--toolset-max", "8"], "dive: toolset_min is 9 but toolset_max is 8"),
        (["--rounds", "0"], "dive: rounds: Input should be greater than or equal to 1"),
        (["--rounds", "9"], "dive: rounds: Input should be less than or equal to 8"),
        (["--tasks", "0"], "dive: tasks: Input should be greater than or equal to 1"),
        (["--workers", "0"], "dive: workers: Input should be greater than or equal to 1"),
        (["--tasks", "0", "--rounds", "0"], "dive: tasks: Input should be greater than or equal to 1; rounds: Input should"),
        (["--tasks", "many"], "Error: Invalid value for '--tasks'"),
        (["--sampling", "random"], "Error: Invalid value for '--sampling'"),
        (["--colour", "red"], "Error: No such option"),
        (["--benchmarks", "/nowhere/q.jsonl"], "dive: benchmark file /nowhere/q.jsonl cannot be read"),
        (["--config", "/nowhere/run.yaml"], "Error: Invalid value for '--config'"),
    ],
)
def test_a_bad_option_of_synth_is_one_line(refused, tmp_path, options, said):
    assert refused("synth", "--out", tmp_path / "run", *options).startswith(said)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour: red\n", "unknown option 'colour'; known are tasks, domain, rounds"),
        ("tasks: [\n", "cannot be read as YAML"),
        ("a: b: c\n", "cannot be read as YAML"),
        ("- tasks\n- 5\n", "must hold `name: value` lines, not a list"),
        ("tasks: many\n", "tasks: Input should be a valid integer"),
        ("domain: 5\n", "domain: Input should be a valid tuple"),
        ("toolset_min: 60\n", "toolset_min is 60 but toolset_max is 50"),
        (b"tasks: \xff\xfe\n", "cannot be read"),
    ],
)
def test_a_bad_configuration_file_is_one_line(refused, tmp_path, text, said):
    (tmp_path / "run.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    line = refused("synth", "--config", tmp_path / "run.yaml", "--out", tmp_path / "run")
    assert line.startswith("dive: ") and said in line
    assert not (tmp_path / "run").exists()


def test_an_unwritable_directory_is_one_line(refused, tmp_path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file" / "run", tmp_path / "file", Path("/proc/run")):
        assert refused("synth", *OPTIONS, "--out", place).startswith(f"dive: cannot write to {place}: ")


def test_a_directory_of_another_run_is_one_line(refused, made):
    line = refused("synth", *OPTIONS, "--out", made[0], "--seed", 5, "--sampling", "uniform")
    assert line == (
        f"dive: {made[0]} belongs to another configuration (seed was 0, now 5, sampling was 'coverage', now 'uniform'); "
        "choose another --out"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tools", "show", "molecular_wieght"], "dive: unknown tool 'molecular_wieght' (did you mean molecular_"),
        (["tools", "show", "zzzzzzzz"], "dive: unknown tool 'zzzzzzzz'; `dive tools list` shows all"),
        (["tools", "call", "roman_numerals", "year=5"], "dive: unknown tool 'roman_numerals' (did you mean roman_numeral"),
        (["tools", "call", "roman_numeral", "year"], "dive: 'year' is not NAME=VALUE; roman_numeral takes year"),
        (["tools", "call", "roman_numeral", "=5"], "dive: roman_numeral has no parameter ''; it takes year"),
        (["tools", "call", "roman_numeral", "years=5"], "dive: roman_numeral has no parameter 'years'; it takes year"),
        (["tools", "call", "roman_numeral", "year=five"], "dive: year='five' is not JSON, and roman_numeral takes integer"),
        (["tools", "call", "roman_numeral", "year=NaN"], "dive: roman_numeral: bad_arguments: "),
        (["tools", "call", "roman_numeral", "year=99999999"], "dive: roman_numeral: bad_arguments: year: "),
        (["tools", "call", "roman_numeral"], "dive: roman_numeral: bad_arguments: year: Field required"),
        (["tools", "call", "country_by_name", "name=Atlantis"], "dive: country_by_name: not_found: "),
        (["tools", "list", "--domain", "chemistry"], "dive: unknown domain 'chemistry'; known are general, academic"),
        (["tools", "list", "--kind", "magic"], "Error: Invalid value for '--kind'"),
        (["seeds", "list", "--domain", "chemistry"], "dive: unknown domain 'chemistry'; known are "),
        (["seeds", "list", "--semantic", "chem.nam"], "dive: no seeds of type 'chem.nam'; there are "),
        (["seeds", "build", "--domain", "chemistry"], "dive: domain 'chemistry' has no seed builder"),
        (["exemplars", "list", "--shape", "round"], "dive: unknown shape 'round'; known are lookup, chain"),
        (["exemplars", "list", "--domain", "chemistry"], "dive: no exemplars of domain 'chemistry'; known are "),
        (["exemplars", "list", "--limit", "-1"], "Error: Invalid value for '--limit'"),
        (["seeds", "list", "--limit", "-1"], "Error: Invalid value for '--limit'"),
        (["show", "/nowhere"], "dive: /nowhere is not a run directory: it has no config.yaml"),
        (["check", "/nowhere"], "dive: /nowhere is not a run directory"),
        (["check", "/nowhere", "--workers", "0"], "Error: Invalid value for '--workers'"),
        (["shw"], "Error: No such command 'shw'"),
        (["show"], "Error: Missing argument 'RUN'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(refused, arguments, said):
    assert refused(*arguments).startswith(said)


def test_an_unknown_task_is_one_line(refused, made):
    assert refused("show", made[0], "--task", "zz") == (
        f"dive: no task of {made[0]} has the key 'zz'; `dive show {made[0]}` prints keys"
    )


def test_a_run_whose_snapshot_is_gone_is_one_line(refused, tmp_path):
    (tmp_path / "config.yaml").write_text("tasks: 3\n")
    assert refused("check", tmp_path).startswith(f"dive: {tmp_path}/snapshot.sqlite is gone; `dive synth`")


def test_the_module_exits_with_the_same_line():
    ended = run_python("-m", "dive.cli", "show", "/nowhere")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "dive: /nowhere is not a run directory: it has no config.yaml\n"


# Runs -----------------------------------------------------------------------------------------------------------------


def test_synth_makes_a_run_and_prints_its_funnel_and_nothing_else(made):
    path, ended = made
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "kept" in ended.stdout and "diversity" in ended.stdout
    assert "\x1b[" not in ended.stdout
    assert " ".join(ended.stdout.split()).endswith(f"`dive show {path}` prints them")
    assert len(list(read_tasks(path))) == 3


def test_a_finished_run_is_summed_up_again_as_json(dive, made):
    path, before = made[0], (made[0] / "tasks.jsonl").read_bytes()
    status, out, err = dive("synth", *OPTIONS, "--out", path, "--json")
    summary = json.loads(out)
    assert (status, err) == (0, "")
    assert (summary["tasks"], summary["domains"], summary["path"]) == (3, {"general": 3}, str(path))
    assert (path / "tasks.jsonl").read_bytes() == before


def test_flags_win_over_the_configuration_file(dive, made, tmp_path):
    text = "tasks: 50\ndomain: [general]\ntoolset_min: 8\ntoolset_max: 12\nworkers: 7\nseed: 0\n"
    (tmp_path / "run.yaml").write_text(text + f"out: {tmp_path / 'elsewhere'}\n")
    status, out, _ = dive("synth", "--config", tmp_path / "run.yaml", "--tasks", 2, "--workers", 1, "--out", made[0], "--json")
    assert (status, json.loads(out)["tasks"]) == (0, 3)
    config = read_config_of(made[0])
    assert (config.tasks, config.workers, config.toolset_max, config.domain) == (2, 1, 12, ("general",))
    assert not (tmp_path / "elsewhere").exists()


def test_show_prints_tasks_and_one_task_in_full(dive, made):
    tasks = list(read_tasks(made[0]))
    status, out, err = dive("show", made[0])
    assert (status, err) == (0, "")
    assert all(task.key in out and task.query in out for task in tasks)
    assert tasks[0].derivation.answer not in out
    _, one, _ = dive("show", made[0], "--task", tasks[1].key[:10])
    assert tasks[1].query in one and tasks[0].query not in one
    assert f"answer = {tasks[1].derivation.answer}" in one
    assert all(f"{step.id} = {step.tool}(" in one for step in tasks[1].derivation.steps)
    assert dive("show", made[0], "--limit", 0)[:2] == (0, "")


def test_show_as_json_is_the_records(dive, made):
    status, out, _ = dive("show", made[0], "--json", "--limit", 2)
    assert status == 0
    assert json.loads(out) == [task.model_dump(mode="json") for task in list(read_tasks(made[0]))[:2]]


@pytest.mark.parametrize("options", [[], ["--workers", 1], ["--live", "--workers", 1]])
def test_check_proves_a_run(dive, made, options):
    status, out, err = dive("check", made[0], *options)
    how = "by running the tools again" if "--live" in options else "by strict replay of the snapshot"
    assert (status, out, err) == (0, f"3 of 3 tasks proven {how}\n", "")


def test_check_names_task_and_gate_of_a_fault_and_exits_with_one(dive, made, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in made[0].iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    tasks = list(read_tasks(copy))
    changed = tasks[1].model_copy(update={"answer": tasks[1].answer.model_copy(update={"value": "42 or so"})})
    lines = [task.model_dump_json() for task in (tasks[0], changed, tasks[2])]
    (copy / "tasks.jsonl").write_text("".join(line + "\n" for line in lines))
    status, out, _ = dive("check", copy, "--workers", 1)
    assert status == 1
    assert out.splitlines()[0].startswith(f"{tasks[1].key}: fails entailed: the expression gives ")
    assert out.splitlines()[-1] == "2 of 3 tasks proven by strict replay of the snapshot"
    status, out, _ = dive("check", copy, "--workers", 1, "--json")
    report = json.loads(out)
    assert (status, report["tasks"], [(f["task"], f["gate"]) for f in report["faults"]]) == (1, 3, [(tasks[1].key, "entailed")])


# Pools ----------------------------------------------------------------------------------------------------------------


def test_tools_list_counts_what_it_lists(dive):
    pool = ToolPool.default()
    status, out, err = dive("tools", "list", "--json")
    listed = json.loads(out)
    assert (status, err) == (0, "")
    assert [entry["name"] for entry in listed] == [made.name for made in pool]
    assert all(entry["description"] and entry["source"] and entry["kind"] in ("retrieval", "processing") for entry in listed)
    chosen = json.loads(dive("tools", "list", "--json", "--domain", "general", "--kind", "processing")[1])
    assert {(entry["domain"], entry["kind"]) for entry in chosen} == {("general", "processing")}
    _, table, _ = dive("tools", "list", "--domain", "general", "--kind", "processing")
    assert f"general: 0 retrieval, {len(chosen)} processing" in table
    assert table.rstrip().endswith(f"{len(chosen)} tools, {len(chosen)} of them can run here")


def test_tools_show_describes_and_its_example_can_be_called(dive):
    status, out, _ = dive("tools", "show", "roman_numeral")
    assert status == 0
    assert "roman_numeral  (general, processing, " in out and "year: integer" in out
    shown = json.loads(dive("tools", "show", "roman_numeral", "--json")[1])
    assert shown["parameters"]["properties"]["year"]["type"] == "integer"
    assert shown["result"]["properties"]["value"]["type"] == "string"
    example = out.rpartition("example: dive ")[2].split()
    status, out, err = dive(*example)
    assert (status, err) == (0, "")
    assert json.loads(out)["value"]
    starts = ["may start other programs" in dive("tools", "show", name)[1] for name in ("roman_numeral", "run_python")]
    assert starts == [False, True]


def test_tools_call_takes_json_and_text(dive):
    assert json.loads(dive("tools", "call", "roman_numeral", "year=1994")[1]) == {"value": "MCMXCIV"}
    assert json.loads(dive("tools", "call", "country_by_name", "name=côte d'ivoire")[1])["code"] == "CI"
    assert json.loads(dive("tools", "call", "word_likeness", "word=a=b", "other=a")[1])["edits"] == 2


def test_seeds_list(dive):
    pool = SeedPool.default()
    status, out, _ = dive("seeds", "list", "--semantic", "geo.icao", "--limit", 3)
    lines = out.splitlines()
    assert status == 0 and len(lines) == 3 + len(pool.by_domain)
    assert all(line.split()[:2] == ["general", "geo.icao"] for line in lines[:3])
    found = json.loads(dive("seeds", "list", "--semantic", "geo.icao", "--limit", 3, "--json")[1])
    assert found == [seed.model_dump() for seed in pool.by_semantic["geo.icao"][:3]]
    counts = dive("seeds", "list", "--domain", "medical", "--limit", 0)[1]
    assert counts.startswith(f"medical: {sum(map(len, pool.by_domain['medical'].values()))} seeds (")
    assert json.loads(dive("seeds", "list", "--limit", 0, "--json")[1]) == []


def test_exemplars_list(dive):
    pool = list(ExemplarPool.default())
    status, out, _ = dive("exemplars", "list", "--shape", "ranking", "--limit", 2)
    ranking = [exemplar for exemplar in pool if exemplar.shape == "ranking"]
    assert status == 0
    assert [line.rpartition("] ")[2] for line in out.splitlines()[:2]] == [exemplar.query for exemplar in ranking[:2]]
    assert f"shape: ranking {len(ranking)}\n" in out
    found = json.loads(dive("exemplars", "list", "--limit", 10_000, "--json")[1])
    assert len(found) == len(pool) and {entry["shape"] for entry in found} == set(SHAPES)
