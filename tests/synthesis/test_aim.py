"""Items that are planned around a tool: the ways to it, when it is drawn, what a plan makes of it, and how that is worded."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field
from typing_extensions import TypedDict

from dive.config import SynthConfig
from dive.exemplars import ExemplarPool
from dive.seeds import SeedPool
from dive.synthesis.aim import TRIES, Aim, Aims, Case, Way, is_named, stated, wanted
from dive.synthesis.collect import Collected
from dive.synthesis.item import judged, rules_of
from dive.synthesis.sample import Sampler, Setting, Usage
from dive.synthesis.symbolic.policy import SymbolicPolicy
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool
from dive.tools.semantics import SEMANTICS, semantic_type
from dive.tools.tool import Among, Says, Semantic, Tool, tool
from dive.types import Exemplar, Json, Rejection, Seed, Task


@pytest.fixture(autouse=True, scope="module")
def kinds() -> Iterator[None]:
    before = dict(SEMANTICS)
    semantic_type("kiln.glaze", noun="glaze")
    semantic_type("kiln.cone", noun="cone", entity=False)
    semantic_type("kiln.secret", noun="secret")
    yield
    SEMANTICS.clear()
    SEMANTICS.update(before)


semantic_type("kiln.glaze", noun="glaze")
semantic_type("kiln.cone", noun="cone", entity=False)
semantic_type("kiln.secret", noun="secret")
Width = Annotated[float, Says("width", unit="cm"), Among((20, 30, 45, 60, 75)), Field(gt=0, le=500)]
Height = Annotated[float, Says("height", unit="cm"), Among((25, 35, 50, 80, 95)), Field(gt=0, le=500)]


@tool(domain="kiln", kind="retrieval", provider="own", about="{glaze}", examples=({"glaze": "celadon"},))
def glaze_cone(
    glaze: Annotated[str, Semantic("kiln.glaze")],
) -> Annotated[float, Semantic("kiln.cone"), Says("firing temperature", unit="°C", digits=0)]:
    """The firing temperature of a glaze."""
    return {"celadon": 1260.0, "shino": 1240.5, "majolica": 1040.25, "raku": 985.75}[glaze]


@tool(domain="kiln", kind="processing", provider="own", about="a kiln heated to {temperature} at {rate} °C an hour")
def heating_hours(
    temperature: Annotated[float, Semantic("kiln.cone"), Says("temperature", unit="°C"), Field(gt=0, le=1500)],
    rate: Annotated[int, Among((80, 120, 150)), Field(gt=0, le=500)],
) -> Annotated[float, Says("heating time", unit="hours", digits=2)]:
    """Hours that a kiln needs to reach a temperature."""
    return temperature / rate


@tool(domain="kiln", kind="processing", provider="own", about="a shelf with width {width} and height {height}")
def shelf_area(width: Width, height: Height) -> Annotated[float, Says("area", unit="cm²", digits=0)]:
    """The area of a kiln shelf."""
    return width * height


@tool(domain="kiln", kind="processing", provider="own", about="a shelf with width {width} and height {height}")
def shelf_edge(width: Width, height: Height) -> Annotated[float, Says("length of the edge", unit="cm", digits=0)]:
    """The length around a kiln shelf."""
    return 2 * (width + height)


@tool(domain="kiln", kind="processing", provider="own", about="a {size} kiln with {bricks} bricks")
def kiln_weight(
    size: Literal["small", "large"], bricks: Annotated[int, Among((120, 250, 400)), Field(gt=0, le=5000)]
) -> Annotated[float, Says("weight", unit="kg", digits=1)]:
    """The weight of a kiln."""
    return bricks * (3.2 if size == "small" else 3.6)


@tool(domain="kiln", kind="processing", provider="own", about="{secret}")
def unreachable(secret: Annotated[str, Semantic("kiln.secret")]) -> Annotated[float, Says("value")]:
    """Takes what nothing gives and nobody states."""
    return float(len(secret))


TOOLS = [glaze_cone, heating_hours, shelf_area, shelf_edge, kiln_weight, unreachable]
POOL = ToolPool(TOOLS)
SEEDS = SeedPool(
    Seed(domain="kiln", semantic="kiln.glaze", value=v, source="a potter") for v in ("celadon", "shino", "majolica", "raku")
)


def call(name: str, arguments: Mapping[str, Json]) -> Outcome:
    return Outcome(result=POOL[name].call(dict(arguments)))


def kinds_of(made_: Tool) -> set[tuple[str, tuple[str, ...]]]:
    return {(way.kind, tuple(t.name for t in way.tools)) for way in Aims(TOOLS, SEEDS).ways(made_)}


def test_ways_to_a_tool():
    assert kinds_of(glaze_cone) == {("seed", ("glaze_cone",))}
    assert kinds_of(heating_hours) == {("path", ("glaze_cone", "heating_hours"))}
    assert kinds_of(shelf_area) == {("case", ("shelf_area",))}
    assert kinds_of(unreachable) == set()
    assert Aims(TOOLS, SEEDS).draw(unreachable, 0, random.Random(0)) is None


def test_a_case_starts_from_a_number_that_the_description_names():
    assert [p.name for p in stated(shelf_area)] == ["width", "height"]
    assert [p.name for p in stated(kiln_weight)] == ["bricks"]  # `size` is a choice
    assert is_named(shelf_area, shelf_area.parameters["width"])
    assert not is_named(kiln_weight, kiln_weight.parameters["bricks"])


def test_a_way_is_drawn_with_a_seed_or_a_case():
    aims = Aims(TOOLS, SEEDS)
    by_seed = aims.draw(heating_hours, 0, random.Random(1))
    assert by_seed is not None and by_seed.seed in list(SEEDS) and by_seed.case is None
    by_case = aims.draw(shelf_area, 0, random.Random(1))
    assert by_case is not None and by_case.case is not None and by_case.case.value in by_case.case.parameter.among
    assert by_case.seed.value == str(by_case.case.value) and by_case.seed.source == "stated for shelf_area"


def test_fewer_tools_are_enough_after_tries_in_vain():
    aims = Aims(TOOLS, SEEDS)
    drawn = [aims.draw(heating_hours, tried, random.Random(0)) for tried in (0, 1, 2, 9)]
    assert [aim.least for aim in drawn if aim] == [2, 2, 1, 1]  # on its way there is one, and nothing takes what it gives
    drawn = [aims.draw(shelf_area, tried, random.Random(0)) for tried in (0, 1, 2, 9)]
    assert [aim.least for aim in drawn if aim] == [2, 2, 1, 1]  # another formula asks for the same
    alone = aims.draw(kiln_weight, 0, random.Random(0))
    assert alone is not None and alone.least == 1


def test_aims_are_tools_that_no_task_uses():
    used, tried = Counter({t.name: 1 for t in TOOLS}), Counter[str]()
    assert wanted(TOOLS, used, tried, random.Random(0)) is None
    used["shelf_area"] = 0
    assert wanted(TOOLS, used, tried, random.Random(0)) is shelf_area
    used["kiln_weight"] = 0
    drawn = Counter(t.name for n in range(400) if (t := wanted(TOOLS, used, tried, random.Random(n))))
    assert set(drawn) == {"kiln_weight", "shelf_area"} and min(drawn.values()) > 150
    tried["kiln_weight"] = TRIES - 1
    drawn = Counter(t.name for n in range(400) if (t := wanted(TOOLS, used, tried, random.Random(n))))
    assert drawn["shelf_area"] > 8 * drawn["kiln_weight"] > 0
    tried["kiln_weight"] = TRIES
    assert all(wanted(TOOLS, used, tried, random.Random(n)) is shelf_area for n in range(50))


def sampler(sampling: Any = "coverage") -> Sampler:
    config = SynthConfig(domain=("kiln",), toolset_min=3, toolset_max=4, sampling=sampling)
    exemplar = Exemplar(query="How high is it?", domain="kiln", shape="lookup", manner="question")
    return Sampler(config, POOL, SEEDS, ExemplarPool([exemplar] * 5))


def test_settings_have_the_aim_and_what_leads_to_it_in_the_toolset():
    drawn = [sampler().draw(n, Usage()) for n in range(120)]
    aimed = [s for s in drawn if s.aim is not None]
    assert 15 < len(aimed) < 60
    assert all(tool in s.toolset for s in aimed if s.aim for tool in s.aim.way.tools)
    assert {s.aim.tool.name for s in aimed if s.aim} == {t.name for t in TOOLS} - {"unreachable"}
    again = [sampler().draw(n, Usage()) for n in range(120)]
    assert [(s.seed, [t.name for t in s.toolset]) for s in drawn] == [(s.seed, [t.name for t in s.toolset]) for s in again]


def test_even_sampling_has_no_aims_and_neither_has_a_run_that_used_every_tool():
    assert all(sampler("uniform").draw(n, Usage()).aim is None for n in range(40))
    used = Usage(tools=Counter({t.name: 1 for t in TOOLS}))
    assert all(sampler().draw(n, used).aim is None for n in range(40))


def setting(aim: Aim, shape: str = "compare") -> Setting:
    exemplar = Exemplar(query="How high is it?", domain="kiln", shape=shape, manner="question")
    return Setting(0, "kiln", "expert", aim.seed, tuple(TOOLS[:5]), (exemplar,), {}, aim)


def case_of(made_: Tool, name: str, value: Json, least: int = 1) -> Aim:
    seed = Seed(domain="kiln", semantic="", value=str(value), source=f"stated for {made_.name}")
    return Aim(Way((made_,)), seed, Case(made_, made_.parameters[name], value), least)


def run(what: Setting, n: int, rounds: int = 3) -> tuple[Collected, Task | Rejection]:
    collected = SymbolicPolicy(SEEDS).run(what, rounds, call, random.Random(n))
    return collected, judged(what, collected, rules_of(POOL))


@pytest.mark.slow
def test_a_plan_uses_its_aim_and_every_round_rests_on_it():
    aim = Aims(TOOLS, SEEDS).draw(heating_hours, 5, random.Random(0))
    assert aim is not None
    tasks = [task for n in range(12) if isinstance(task := run(setting(aim), n)[1], Task)]
    assert tasks
    for task in tasks:
        assert task.aim == "heating_hours"
        assert all("heating_hours" in {s.tool for s in r.derivation.steps} for r in task.rounds)


def test_a_circumstance_is_varied_and_told_as_such():
    what = replace(setting(case_of(shelf_area, "width", 30)), toolset=(shelf_area,))
    tasks = [run(what, n, 2)[1] for n in range(12)]
    queries = [task.query for task in tasks if isinstance(task, Task) and task.shape == "compare"]
    assert queries
    assert any("than it would be with a width of" in query and "instead?" in query for query in queries), queries
    assert all(" it " not in q.split("instead")[0].replace("than it would", "") for q in queries)


def test_several_cases_are_told_through_one_circumstance():
    tasks = [run(setting(case_of(shelf_area, "width", 30), "aggregate"), n)[1] for n in range(12)]
    queries = [task.query for task in tasks if isinstance(task, Task) and task.shape == "aggregate"]
    assert any("For each of the width values" in q and "a shelf with that width and height" in q for q in queries), queries


def test_a_circumstance_without_a_name_is_told_in_full():
    tasks = [run(setting(case_of(kiln_weight, "bricks", 250)), n)[1] for n in range(12)]
    queries = [task.query for task in tasks if isinstance(task, Task)]
    assert any(q.count("kiln with") == 2 and "exceed" in q for q in queries), queries
    assert not any("that value" in q or "value values" in q for q in queries)


def test_formulas_for_one_case_share_its_circumstances():
    what = setting(case_of(shelf_area, "width", 30), "lookup")
    both = []
    for n in range(12):
        _, task = run(what, n)
        if isinstance(task, Task):
            steps = {s.tool: s.arguments for s in task.derivation.steps}
            if {"shelf_area", "shelf_edge"} <= set(steps):
                both.append(steps["shelf_area"] == steps["shelf_edge"])
    assert both and all(both)


def test_a_task_with_fewer_tools_than_its_aim_demands_is_not_kept():
    alone = [run(setting(case_of(kiln_weight, "bricks", 250, least=2)), n)[1] for n in range(6)]
    assert all(isinstance(record, Rejection) and record.aim == "kiln_weight" for record in alone)
    assert any(isinstance(run(setting(case_of(kiln_weight, "bricks", 250, least=1)), n)[1], Task) for n in range(6))


def test_no_one_asks_which_circumstance_is_best():
    for n in range(20):
        _, task = run(setting(case_of(shelf_area, "width", 30), "superlative"), n)
        if isinstance(task, Task):
            assert not {"argmax", "argmin", "rank"} & set(task.derivation.answer.replace("(", " ").split())


def test_a_list_is_passed_on_as_a_whole():
    class Firings(TypedDict):
        temperatures: Annotated[list[float], Semantic("kiln.cone"), Says("temperature of {glaze} in the log")]

    @tool(domain="kiln", kind="retrieval", provider="own", about="{glaze}")
    def firing_log(glaze: Annotated[str, Semantic("kiln.glaze")]) -> Firings:
        """Temperatures at which a glaze was fired."""
        return {"temperatures": [900.0 + 7 * len(glaze), 950.5 + len(glaze), 1001.25]}

    @tool(domain="kiln", kind="processing", provider="own", about="{temperatures}")
    def spread_of(
        temperatures: Annotated[list[float], Semantic("kiln.cone"), Field(min_length=2)],
    ) -> Annotated[float, Says("spread", unit="°C", digits=2)]:
        """How far temperatures lie apart."""
        return max(temperatures) - min(temperatures)

    tools = [firing_log, spread_of]
    pool = ToolPool(tools)
    aim = Aims(tools, SEEDS).draw(spread_of, 5, random.Random(0))
    assert aim is not None and [t.name for t in aim.way.tools] == ["firing_log", "spread_of"]
    what = replace(setting(aim, "lookup"), toolset=tuple(tools))
    collected = SymbolicPolicy(SEEDS).run(what, 1, lambda n, a: Outcome(result=pool[n].call(dict(a))), random.Random(0))
    steps = collected.rounds[-1].derivation.steps
    assert steps[1].arguments == {"temperatures": "e1.temperatures"}
