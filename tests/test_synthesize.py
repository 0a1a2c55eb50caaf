"""`synthesize` as a library: tools, seeds and a domain of one's own, and tools that are not as they should be."""

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytest
from typing_extensions import TypedDict

from dive import (
    Among,
    DiveError,
    Says,
    Seed,
    Semantic,
    SynthConfig,
    ToolError,
    ToolPool,
    read_tasks,
    semantic_type,
    synthesize,
    tool,
)
from dive.synthesis.check import check_run
from dive.types import Rejection

pytestmark = pytest.mark.slow

semantic_type("orrery.planet", noun="planet")
semantic_type("orrery.star", noun="star")
semantic_type("orrery.radius", noun="radius", entity=False)
semantic_type("orrery.distance", noun="distance", entity=False)

STARS = ("Achird", "Biham", "Copernicus", "Dziban", "Electra", "Fafnir", "Gienah", "Homam")
PLANETS = [f"{first}{last}" for first in ("Ar", "Bel", "Cor", "Dag", "Em", "Fol") for last in ("ion", "uma", "eth", "oss", "ira")]

Planet = Annotated[str, Semantic("orrery.planet")]
Star = Annotated[str, Semantic("orrery.star")]


def place(name: str, names) -> int:
    if name not in names:
        raise ToolError("not_found", f"no entry for {name!r}")
    return names.index(name)


class PlanetFacts(TypedDict):
    star: Annotated[str, Semantic("orrery.star"), Says("host star")]
    radius: Annotated[float, Semantic("orrery.radius"), Says("radius", unit="km", digits=0)]
    year: Annotated[float, Says("orbital period", unit="days", digits=1, high="longest", low="shortest")]


class StarFacts(TypedDict):
    distance: Annotated[float, Semantic("orrery.distance"), Says("distance", unit="light-years", digits=2)]
    temperature: Annotated[int, Says("surface temperature", unit="K")]
    discovered: Annotated[str, Semantic("time.date"), Says("day of discovery")]


class Moon(TypedDict):
    name: Annotated[str, Says("name", names=True)]
    diameter: Annotated[float, Says("diameter", unit="km", digits=1)]


@tool(domain="orrery", kind="retrieval", about="{planet}", source="this orrery")
def planet_facts(planet: Planet) -> PlanetFacts:
    """Host star, radius and orbital period of a planet of the orrery."""
    n = place(planet, PLANETS)
    return {"star": STARS[n % 8], "radius": 900.5 + 371.25 * ((n * 7) % 31), "year": 11.3 * ((n * 13) % 29 + 3)}


@tool(domain="orrery", kind="retrieval", about="{star}", source="this orrery")
def star_facts(star: Star) -> StarFacts:
    """Distance, temperature and day of discovery of a star of the orrery."""
    n = place(star, STARS)
    return {"distance": 4.27 + 3.19 * ((n * 5) % 8), "temperature": 3100 + 410 * n, "discovered": f"19{40 + n}-0{1 + n}-1{n}"}


@tool(domain="orrery", kind="retrieval", about="{planet}", source="this orrery")
def planet_moons(planet: Planet) -> Annotated[list[Moon], Says("moon")]:
    """The moons of a planet of the orrery with their diameters."""
    n = place(planet, PLANETS)
    return [{"name": f"{planet} {'abcdefgh'[k]}", "diameter": 40.5 + (k * 97 + n * 11) % 260} for k in range(3 + n % 5)]


@tool(domain="orrery", kind="processing", about="a sphere of radius {radius}", source="geometry")
def sphere_volume(
    radius: Annotated[float, Semantic("orrery.radius"), Says("radius", unit="km")],
) -> Annotated[float, Says("volume", unit="km³", digits=0)]:
    """Volume of a sphere of the given radius."""
    return round(4.18879 * radius**3, 6)


@tool(domain="orrery", kind="processing", about="a journey of {distance} at {speed}", source="kinematics")
def travel_years(
    distance: Annotated[float, Semantic("orrery.distance"), Says("distance", unit="light-years")],
    speed: Annotated[float, Says("speed", unit="% of the speed of light"), Among((1, 5, 20))],
) -> Annotated[float, Says("travel time", unit="years", digits=1)]:
    """Years that a journey takes at a part of the speed of light."""
    return round(100 * distance / speed, 6)


@tool(domain="orrery", kind="retrieval", about="{planet}", source="this orrery", volatile=True)
def planet_weather(planet: Planet) -> Annotated[float, Says("temperature at the equator right now", unit="K", digits=3)]:
    """Temperature at the equator of a planet at this moment."""
    return place(planet, PLANETS) + 200 + (time.time_ns() % 10**9) / 1e9


@tool(domain="moods", kind="retrieval", about="{planet}", source="nowhere")
def planet_mood(planet: Planet) -> Annotated[int, Says("mood index")]:
    """An index that depends on the hash seed of the process."""
    return 10_000 + hash(planet) % 10**6


@tool(domain="orrery", kind="retrieval", about="{planet}", source="nowhere")
def mood_of(planet: Planet) -> Annotated[int, Says("mood index")]:
    """Another index that depends on the hash seed of the process."""
    return 10_000 + hash(planet) % 10**6


@tool(domain="orrery", kind="retrieval", about="{planet}", source="this orrery")
def planet_age(planet: Planet) -> Annotated[float, Says("age", unit="million years", digits=1)]:
    """Age of a planet, where it is known: for half of them."""
    n = place(planet, PLANETS)
    if n % 4 == 1:
        raise ToolError("not_found", f"the age of {planet} is unknown")
    if n % 4 == 3:
        raise LookupError
    return 100.5 + 13.0 * n


SOUND = [planet_facts, star_facts, planet_moons, sphere_volume, travel_years]


def seeds(domain="orrery") -> list[Seed]:
    return [Seed(domain=domain, semantic="orrery.planet", value=planet, source="this orrery") for planet in PLANETS]


def config(out: Path, **values) -> SynthConfig:
    defaults = {"tasks": 8, "domain": ("orrery",), "toolset_min": 1, "workers": 1, "out": out}
    return SynthConfig.model_validate({**defaults, **values})


def run(out: Path, tools, **values):
    return synthesize(ToolPool(tools), config(out, **values), seeds=seeds(*values.get("domain", ())))


def rejections(path: Path) -> list[Rejection]:
    return [Rejection.model_validate_json(line) for line in (path / "rejected.jsonl").read_bytes().splitlines()]


def files_of(path: Path) -> dict[str, bytes]:
    return {name: (path / name).read_bytes() for name in ("tasks.jsonl", "rejected.jsonl") if (path / name).exists()}


def tools_of(task) -> set[str]:
    return {step.tool for step in task.derivation.steps}


# Options that do not fit ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tools", "values", "said"),
    [
        (SOUND, {"domain": ("planets",)}, "unknown domain 'planets'; known are orrery"),
        ([*SOUND, planet_mood], {"domain": ("moods",)}, "domain 'moods' has no seeds; give some: Seed(domain='moods'"),
        (SOUND, {"toolset_min": 6}, "toolset_min is 6, but the pool of orrery has 5 tools"),
        ([], {}, "unknown domain 'orrery'"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_written(tmp_path, tools, values, said):
    with pytest.raises(DiveError, match=re.escape(said)):
        synthesize(ToolPool(tools), config(tmp_path / "run", **values), seeds=seeds())
    assert not (tmp_path / "run").exists()


def test_what_is_no_tool_and_what_has_no_types_is_refused():
    with pytest.raises(DiveError, match="is not a tool"):
        ToolPool([len])
    with pytest.raises(DiveError, match="two tools are named 'planet_facts'"):
        ToolPool([planet_facts, planet_facts])
    with pytest.raises(DiveError, match="already registered with another meaning"):
        semantic_type("orrery.planet", noun="asteroid")


# Tools that are not as they should be ---------------------------------------------------------------------------------


def test_a_tool_whose_results_depend_on_the_hash_seed_ends_in_no_task(tmp_path):
    summary = run(tmp_path, [*SOUND, mood_of], tasks=12)
    assert summary.tasks == 12
    assert not any("mood_of" in tools_of(task) for task in read_tasks(tmp_path))
    caught = [r for r in rejections(tmp_path) if r.gate == "executed"]
    assert caught and summary.funnel["executed"] == len(caught)
    assert all(re.fullmatch(r"step e\d+ \(mood_of\) gives another result when run again", r.reason) for r in caught)
    assert check_run(tmp_path, workers=1).faults == ()


@pytest.mark.slow
def test_a_run_that_keeps_nothing_is_given_up_and_names_the_most_common_gate(tmp_path):
    with pytest.raises(DiveError) as caught:
        run(tmp_path, [planet_mood], domain=("moods",))
    gates = Counter(r.gate for r in rejections(tmp_path))
    gate, count = gates.most_common(1)[0]
    assert gate == "executed"
    assert sum(gates.values()) == 500
    assert str(caught.value) == (
        f"no task among the last 500 items (kept 0, most failed at 'executed': {count}); "
        "see rejected.jsonl, and give more tools, seeds or domains"
    )
    assert list(read_tasks(tmp_path)) == []


def test_a_tool_that_errs_half_of_the_time_does_not_stop_the_run(tmp_path):
    run(tmp_path, [*SOUND, planet_age], tasks=90)
    tasks = list(read_tasks(tmp_path))
    assert len(tasks) == 90
    calls = [call for task in tasks for call in task.evidence if call.tool == "planet_age"]
    codes = Counter(call.failure.code if call.failure else "none" for call in calls)
    assert codes["not_found"] and codes["bug"] and codes["none"]
    assert {call.failure.message for call in calls if call.failure and call.failure.code == "bug"} == {"LookupError: "}
    assert any("planet_age" in tools_of(task) for task in tasks)
    assert check_run(tmp_path, workers=1).faults == ()


@pytest.mark.slow
def test_a_volatile_tool_is_replayed_and_the_task_says_so(tmp_path):
    run(tmp_path, [*SOUND, planet_weather], tasks=25, workers=2)
    tasks = list(read_tasks(tmp_path))
    using = [task for task in tasks if "planet_weather" in tools_of(task)]
    assert using
    for task in tasks:
        assert task.volatile == tuple(step.id for step in task.derivation.steps if step.tool == "planet_weather")
    assert all(r.reason.endswith("with another result by an earlier task") for r in rejections(tmp_path) if r.gate == "executed")
    assert check_run(tmp_path).faults == ()
    live = check_run(tmp_path, live=True, tools=ToolPool([*SOUND, planet_weather]))
    assert (live.tasks, live.faults) == (25, ())
    undeclared = ToolPool([*SOUND, replace(planet_weather, volatile=False)])
    faults = check_run(tmp_path, live=True, tools=undeclared).faults
    assert {fault.task for fault in faults} == {task.key for task in using}
    assert {fault.gate for fault in faults} == {"executed"}


# A run with tools of one's own ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """A run of 30 tasks with the tools of this module, made in two goes."""
    path = tmp_path_factory.mktemp("own")
    first = run(path, SOUND, tasks=13)
    second = run(path, SOUND, tasks=30)
    assert (first.tasks, second.tasks) == (13, 30)
    return path


def test_tools_and_seeds_of_a_new_domain_end_in_tasks(own):
    tasks = list(read_tasks(own))
    assert len(tasks) == len({task.key for task in tasks}) == 30
    assert set().union(*map(tools_of, tasks)) == {made.name for made in SOUND}
    assert {task.domain for task in tasks} == {"orrery"}
    assert {task.seed.value for task in tasks} <= set(PLANETS)
    assert all(set(task.toolset) >= tools_of(task) for task in tasks)
    assert all(task.volatile == () for task in tasks)
    rejected = rejections(own)
    assert sorted(record.index for record in [*tasks, *rejected]) == list(range(30 + len(rejected)))


def test_every_task_of_ones_own_tools_is_proven_again(own):
    strict, live = check_run(own, workers=1), check_run(own, live=True, tools=ToolPool(SOUND), workers=1)
    assert (strict.tasks, strict.faults, live.tasks, live.faults) == (30, (), 30, ())
    without = check_run(own, live=True, tools=ToolPool(SOUND[1:]), workers=1)
    needing = {task.key for task in read_tasks(own) if SOUND[0].name in tools_of(task)}
    assert {fault.task for fault in without.faults} == needing


def test_the_summary_counts_what_is_on_disk(own):
    summary = json.loads((own / "summary.json").read_text())
    tasks = list(read_tasks(own))
    assert summary["tasks"] == summary["funnel"]["kept"] == 30
    assert summary["items"] == 30 + len(rejections(own)) == sum(summary["funnel"].values())
    assert summary["shapes"] == dict(Counter(task.shape for task in tasks))
    assert summary["answers"] == dict(Counter(task.answer.type for task in tasks))
    assert summary["diversity"]["tools_covered"] == len(SOUND)
    assert [entry["name"] for entry in json.loads((own / "tools.json").read_text())] == [made.name for made in SOUND]


@pytest.mark.slow
def test_two_workers_give_the_same_bytes_as_one_in_two_goes(own, tmp_path):
    run(tmp_path, SOUND, tasks=30, workers=2)
    assert files_of(tmp_path) == files_of(own)


def test_even_sampling_is_another_run_and_gives_the_same_bytes_twice(own, tmp_path):
    for name, values in {"a": {}, "b": {}, "c": {"seed": 1}}.items():
        run(tmp_path / name, SOUND, tasks=10, sampling="uniform", **values)
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")
    first = (own / "tasks.jsonl").read_bytes().splitlines()[:10]
    assert (tmp_path / "a" / "tasks.jsonl").read_bytes().splitlines() != first
    assert files_of(tmp_path / "a") != files_of(tmp_path / "c")


def test_a_finished_run_is_left_as_it_is_and_fewer_tasks_take_none_away(own):
    before, seen = files_of(own), []
    summary = synthesize(ToolPool(SOUND), config(own, tasks=5), seeds=seeds(), progress=seen.append)
    assert (summary.tasks, seen) == (30, [])
    assert files_of(own) == before


def test_progress_is_told_after_every_item(tmp_path):
    seen = []
    synthesize(ToolPool(SOUND), config(tmp_path, tasks=6), seeds=seeds(), progress=seen.append)
    assert [now.kept + now.rejected for now in seen] == list(range(1, len(seen) + 1))
    assert (seen[-1].kept, seen[-1].wanted) == (6, 6)


def test_tasks_that_share_words_with_a_benchmark_are_rejected_as_unclean(own, tmp_path):
    stolen = [task.query for task in read_tasks(own)][:3]
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps({"question": query}) + "\n" for query in stolen))
    run(tmp_path / "run", SOUND, tasks=8, benchmarks=(str(tmp_path / "questions.jsonl"),))
    unclean = [r for r in rejections(tmp_path / "run") if r.gate == "clean"]
    assert {r.query for r in unclean} & set(stolen)
    assert all(re.fullmatch(r"shares '.+' with a benchmark", r.reason) for r in unclean)
    assert not {task.query for task in read_tasks(tmp_path / "run")} & set(stolen)
    assert check_run(tmp_path / "run", workers=1).faults == ()
    (tmp_path / "questions.jsonl").write_text(json.dumps({"q": next(read_tasks(tmp_path / "run")).query}))
    assert {fault.gate for fault in check_run(tmp_path / "run", workers=1).faults} == {"clean"}


SCRIPT = """
import sys
from typing import Annotated
from dive import Says, Seed, Semantic, SynthConfig, ToolPool, read_tasks, semantic_type, synthesize, tool

semantic_type("cellar.wine", noun="wine")
WINES = {"Amarone": 15.0, "Assyrtiko": 13.0, "Chablis": 12.5, "Rioja": 13.5, "Madeira": 19.0, "Tokaji": 11.0, "Saperavi": 12.0}
Wine = Annotated[str, Semantic("cellar.wine")]

@tool(domain="cellar", kind="retrieval", about="{wine}", source="our cellar book")
def alcohol_of(wine: Wine) -> Annotated[float, Says("alcohol content", unit="% by volume", digits=1)]:
    'Alcohol content of a wine in the cellar.'
    return WINES[wine]

seeds = [Seed(domain="cellar", semantic="cellar.wine", value=wine, source="our cellar book") for wine in WINES]
config = SynthConfig(tasks=3, domain=("cellar",), toolset_min=1, workers=int(sys.argv[1]), out=sys.argv[2])
print(synthesize(ToolPool([alcohol_of]), config, seeds=seeds).tasks)
"""


def test_tools_and_types_of_a_script_reach_the_workers(tmp_path):
    (tmp_path / "cellar.py").write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for workers in ("1", "2"):
        program = [sys.executable, "cellar.py", workers, workers]
        ended = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "3\n", "")
    assert files_of(tmp_path / "1") == files_of(tmp_path / "2")
