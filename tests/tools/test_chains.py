"""Which tool can follow which."""

import json
from typing import Annotated

import pytest
from click.testing import CliRunner

from dive.cli import cli
from dive.errors import DiveError
from dive.tools.chains import Edge, edges, flows, places
from dive.tools.pool import ToolPool
from dive.tools.tool import Semantic, tool

look_up = tool(domain="one", kind="retrieval", provider="own")
Name = Annotated[str, Semantic("chem.name")]
Smiles = Annotated[str, Semantic("chem.smiles")]


@look_up
def first_names(count: int) -> list[Name]:
    """Gives names, of any number."""
    return []


@look_up
def smiles_of(name: Name) -> Smiles:
    """From a name to a structure."""
    return "C"


@tool(domain="two", kind="processing", provider="own")
def weight_of(smiles: Smiles, date: Annotated[str, Semantic("time.date")]) -> float:
    """From a structure to a weight."""
    return 1.0


@look_up
def day_of(number: int) -> Annotated[str, Semantic("time.date")]:
    """Gives a day, which says little of what a task is about."""
    return "2025-01-01"


@look_up
def mirrored(smiles: Smiles) -> Smiles:
    """From a structure to a structure; does not follow itself."""
    return smiles


TOOLS = [first_names, smiles_of, weight_of, day_of, mirrored]


def test_edges_go_by_semantic_types_and_not_by_days():
    told = [(e.giver.name, e.taker.name, e.semantics) for e in edges(TOOLS)]
    assert told == [
        ("first_names", "smiles_of", ("chem.name",)), ("smiles_of", "weight_of", ("chem.smiles",)),
        ("smiles_of", "mirrored", ("chem.smiles",)), ("mirrored", "weight_of", ("chem.smiles",)),
    ]  # fmt: skip


def test_places_in_chains():
    assert places(TOOLS, edges(TOOLS)) == {
        "first_names": "start", "smiles_of": "middle", "weight_of": "end", "day_of": "alone", "mirrored": "middle",
    }  # fmt: skip


def test_flows_between_domains():
    assert flows(edges(TOOLS)) == {("one", "one"): 2, ("one", "two"): 2}
    assert flows([Edge(day_of, weight_of, ())]) == {("one", "two"): 1}


def test_the_pool_is_well_joined():
    pool = ToolPool.default()
    found = edges(pool)
    assert len(found) >= 1_200
    assert sum(e.giver.domain != e.taker.domain for e in found) >= 150
    where = places(pool, found)
    for domain in pool.domains:
        assert {"start", "middle", "end"} <= {where[t.name] for t in pool if t.domain == domain}


def test_the_command_prints_counts_data_and_a_drawing(tmp_path):
    run = CliRunner().invoke(cli, ["tools", "graph", "--domain", "medical"])
    assert run.exit_code == 0 and "140 tools" in run.output and "0 of them between domains" in run.output
    drawing = tmp_path / "tools.svg"
    run = CliRunner().invoke(cli, ["tools", "graph", "--json", "--draw", str(drawing)])
    told = json.loads(run.stdout)
    assert told["between_domains"] >= 150 and {"from", "to", "semantics"} == told["edges"][0].keys()
    text = drawing.read_text()
    assert "<svg" in text and text.count("<path") > 100
    again = tmp_path / "again.svg"
    CliRunner().invoke(cli, ["tools", "graph", "--draw", str(again)])
    assert again.read_text() == text


def test_what_cannot_be_drawn_is_one_line(tmp_path):
    for name in ("tools.txt", "no/such/folder/tools.svg"):
        run = CliRunner().invoke(cli, ["tools", "graph", "--domain", "general", "--draw", str(tmp_path / name)])
        assert isinstance(run.exception, DiveError) and "cannot be drawn" in str(run.exception)


@pytest.mark.parametrize("arguments", [["--domain", "cooking"]])
def test_an_unknown_domain_is_refused(arguments):
    run = CliRunner().invoke(cli, ["tools", "graph", *arguments])
    assert isinstance(run.exception, DiveError) and "known are" in str(run.exception)
