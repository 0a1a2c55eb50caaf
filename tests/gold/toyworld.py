"""A small world for gold conversations: tools that are at hand, and tasks over them whose results are computed here."""

from collections.abc import Mapping
from typing import Annotated, Literal

from typing_extensions import TypedDict

from dive import Says, Semantic, ToolError, semantic_type, tool
from dive.expressions import evaluate
from dive.gold.wrong_turns import Making
from dive.tools.host import Outcome
from dive.types import Answer, Derivation, Evidence, Failure, Json, Seed, Step, Task, digest

semantic_type("gold.island", noun="island")
semantic_type("gold.harbour", noun="harbour", literal="harbour number {}")

ISLANDS = {"Arran": ("7", 432.0), "Bute": ("8", 122.25), "Cumbrae": ("9", 11.7)}
BOATS = {"7": [("Aster", 12.5), ("Briar", 30.1), ("Clover", 8.0)], "8": [("Dahlia", 9.5), ("Elder", 7.25)], "9": [("Fern", 4.0)]}
Island = Annotated[str, Semantic("gold.island")]


class Facts(TypedDict):
    harbour: Annotated[str, Semantic("gold.harbour"), Says("number of the main harbour")]
    area: Annotated[float, Says("area", unit="km²", digits=1, high="largest", low="smallest")]


class Boat(TypedDict):
    name: Annotated[str, Says("name", names=True)]
    length: Annotated[float, Says("length", unit="m", high="longest", low="shortest")]


class Boats(TypedDict):
    boats: Annotated[list[Boat], Says("boat in {harbour}")]


@tool(domain="gold", kind="retrieval", about="{island}", source="a chart")
def island_facts(island: Island) -> Facts:
    """Main harbour and area of an island."""
    if island not in ISLANDS:
        raise ToolError("not_found", f"no island for {island!r}")
    harbour, area = ISLANDS[island]
    return {"harbour": harbour, "area": area}


@tool(domain="gold", kind="retrieval", about="{island}", source="a chart")
def island_weather(island: Island) -> Annotated[str, Says("weather")]:
    """The weather on an island."""
    return "rain" if island_facts.function(island) else ""


@tool(domain="gold", kind="retrieval", about="{harbour}", source="a list")
def harbour_boats(harbour: Annotated[str, Semantic("gold.harbour")]) -> Boats:
    """The boats in a harbour, by name."""
    return {"boats": [{"name": name, "length": length} for name, length in BOATS[harbour]]}


@tool(domain="gold", kind="processing", source="arithmetic")
def rope_cost(
    length: Annotated[float, Says("length", unit="m")], quality: Literal["plain", "waxed"] = "plain"
) -> Annotated[float, Says("cost of rope", unit="pounds", digits=2)]:
    """What rope of a length costs."""
    return length * (1.125 if quality == "plain" else 2.5)


TOOLS = {each.name: each for each in (island_facts, island_weather, harbour_boats, rope_cost)}


def call(name: str, arguments: Mapping[str, Json]) -> Outcome:
    """Runs a tool in this process."""
    try:
        return Outcome(result=TOOLS[name].call(arguments))
    except ToolError as error:
        return Outcome(failure=Failure(code=error.code, message=error.message))


def described(stateful: tuple[str, ...] = ()) -> dict[str, Json]:
    """The tools as `tools.json` tells them."""
    rows = {name: {"name": name, "provider": "toy", "version": "1", "description": each.description, "parameters": each.schema}
            for name, each in TOOLS.items()}  # fmt: skip
    return {name: {**row, "stateful": True} if name in stateful else row for name, row in rows.items()}


def making(live: bool = True, at_hand: bool = True, stateful: tuple[str, ...] = ()) -> Making:
    return Making(described(stateful), TOOLS if at_hand else {}, call if live else None)


def task_of(steps: Mapping[str, tuple[str, dict[str, str]]], answer: str, **typed: Json) -> Task:
    """A task over the toy tools: its results and its answer are computed."""
    results: dict[str, Json] = {}
    evidence = []
    for name, (tool_name, expressions) in steps.items():
        arguments = {parameter: evaluate(text, results) for parameter, text in expressions.items()}
        results[name] = TOOLS[tool_name].call(arguments)
        evidence.append(Evidence(id=name, tool=tool_name, version="1", arguments=arguments, result=results[name]))
    derivation = Derivation(
        steps=tuple(Step(id=name, tool=tool_name, arguments=texts) for name, (tool_name, texts) in steps.items()), answer=answer
    )
    stated = Answer(value=evaluate(answer, results), **typed)
    return Task(
        key=digest([answer, list(steps)]), index=0, query="What is asked?", answer=stated, derivation=derivation,
        evidence=tuple(evidence), toolset=tuple(TOOLS), domain="gold", variant="expert", shape="chain",
        seed=Seed(domain="gold", semantic="gold.island", value="Arran", source="a chart"), exemplars=(), rounds=(),
    )  # fmt: skip


CHAIN = task_of(
    {
        "e1": ("island_facts", {"island": "'Arran'"}),
        "e2": ("harbour_boats", {"harbour": "e1.harbour"}),
        "e3": ("rope_cost", {"length": "argmax(e2.boats, 'length').length", "quality": "'waxed'"}),
    },
    "round(e3.value, 1)", type="number", unit="pounds", tolerance=0.050001,
)  # fmt: skip
FAN = task_of(
    {
        "e1": ("island_facts", {"island": "'Arran'"}),
        "e2": ("harbour_boats", {"harbour": "e1.harbour"}),
        "e3": ("island_facts", {"island": "'Bute'"}),
        "e4": ("harbour_boats", {"harbour": "e3.harbour"}),
        "e5": ("island_facts", {"island": "'Arran'"}),
    },
    "len(e2.boats) - len(e4.boats) + 0 * e5.area", type="number",
)  # fmt: skip
