"""Graphs of derivations, what makes a call graph, and topology classes."""

import itertools
import random

import pytest

from dive.analysis.graph import CallGraph, depth_and_width, graph_of, levels, relabel, topology
from dive.errors import DiveError, ExpressionError
from dive.types import Derivation, Step

Pairs = list[tuple[int, int]]


def plain(nodes: int, edges: Pairs) -> CallGraph:
    return CallGraph(("R",) * nodes, tuple(edges))


def derivation(*arguments: dict[str, str]) -> Derivation:
    steps = (Step(id=f"e{i}", tool=f"tool_{i}", arguments=each) for i, each in enumerate(arguments, start=1))
    return Derivation(steps=tuple(steps), answer="e1.value")


def test_graph_of_takes_edges_from_names_alone() -> None:
    graph = graph_of(
        derivation(
            {"name": "'e2 of e3'"},
            {"smiles": " e1.smiles"},
            {"values": "[e1.mass, round(max(e2.rows[0]['e1'], e2.x), 2)]", "where": "{'e1': argmax(e2.rows, 'e1')}"},
            {"n": "3"},
        )
    )
    assert graph == CallGraph(("tool_1", "tool_2", "tool_3", "tool_4"), ((0, 1), (0, 2), (1, 2)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([{"x": "e1.y"}], "'e1' uses 'e1'"),
        ([{"x": "e2.y"}, {}], "'e1' uses 'e2'"),
        ([{"x": "e1..y"}], "argument 'x' of step 'e1' is no expression"),
        ([{"x": ""}], "argument 'x' of step 'e1' is no expression"),
        ([{"x": "y = 1"}], "argument 'x' of step 'e1' is no expression"),
    ],
)
def test_graph_of_refuses_malformed_steps(arguments: list[dict[str, str]], message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        graph_of(derivation(*arguments))


def test_graph_of_refuses_an_id_used_twice() -> None:
    twice = Derivation(steps=(Step(id="e1", tool="a", arguments={}), Step(id="e1", tool="b", arguments={})), answer="1")
    with pytest.raises(ExpressionError, match="share an id"):
        graph_of(twice)


def test_edges_are_sorted_and_unique() -> None:
    assert CallGraph(("a", "b", "c"), ((1, 2), (0, 1), (1, 2))).edges == ((0, 1), (1, 2))


@pytest.mark.parametrize(
    ("edges", "message"),
    [([(0, 2)], "outside"), ([(-1, 0)], "outside"), ([(0, 0)], "cycle"), ([(0, 1), (1, 0)], "cycle")],
)
def test_call_graph_refuses_what_is_no_dag(edges: Pairs, message: str) -> None:
    with pytest.raises(DiveError, match=message):
        plain(2, edges)


def test_relabel_keeps_edges_and_names_what_is_missing() -> None:
    graph = CallGraph(("mass", "lookup"), ((1, 0),))
    assert relabel(graph, {"mass": "P", "lookup": "R"}) == CallGraph(("P", "R"), ((1, 0),))
    with pytest.raises(DiveError, match="'lookup'"):
        relabel(graph, {"mass": "P"})


@pytest.mark.parametrize(
    ("labels", "edges", "expected"),
    [
        ("R", [], "R/single/d1/w1"),
        ("P", [], "P/single/d1/w1"),
        ("RP", [(0, 1)], "R+P/chain/d2/w1"),
        ("RR", [], "R/parallel/d1/w2"),
        ("RPRPR", [(0, 1), (2, 3)], "R+P/parallel/d2/w3"),
        ("RRP", [(0, 2), (1, 2)], "R+P/fan_in/d2/w2"),
        ("RRPR", [(0, 2), (1, 2)], "R+P/fan_in/d2/w3"),
        ("RRRP", [(0, 1), (0, 2), (2, 3)], "R+P/fan_out/d3/w2"),
        ("RRRP", [(0, 1), (0, 2), (1, 3), (2, 3)], "R+P/dag/d3/w2"),
        ("PPPPPP", [(0, 1), (0, 2), (3, 5), (4, 5)], "P/dag/d2/w3"),
        ("RRR", [(0, 1), (1, 2), (0, 2)], "R/dag/d3/w1"),
        ("R" * 6, [(i, i + 1) for i in range(5)], "R/chain/d6/w1"),
        ("R" * 7, [(i, i + 1) for i in range(6)], "R/chain/d7+/w1"),
        ("R" * 9, [(i, i + 1) for i in range(8)], "R/chain/d7+/w1"),
        ("R" + "P" * 30, [(0, i) for i in range(1, 31)], "R+P/fan_out/d2/w7+"),
    ],
)
def test_topology(labels: str, edges: Pairs, expected: str) -> None:
    assert str(topology(CallGraph(tuple(labels), tuple(edges)))) == expected


def test_topology_does_not_depend_on_names() -> None:
    rng, labels = random.Random(5), "RPRRP"
    for _ in range(300):
        edges = [pair for pair in itertools.combinations(range(5), 2) if rng.random() < 0.3]
        place = rng.sample(range(5), 5)
        moved = CallGraph(tuple(labels[place.index(i)] for i in range(5)), tuple((place[a], place[b]) for a, b in edges))
        assert topology(moved) == topology(CallGraph(tuple(labels), tuple(edges)))


@pytest.mark.parametrize("labels", [(), ("R", "tool")])
def test_topology_needs_kinds(labels: tuple[str, ...]) -> None:
    with pytest.raises(DiveError, match="relabel"):
        topology(CallGraph(labels))


def test_levels_follow_the_longest_path() -> None:
    graph = plain(5, [(3, 2), (2, 1), (3, 1), (4, 1)])
    assert levels(graph) == (0, 2, 1, 0, 0)
    assert depth_and_width(graph) == (3, 3)
    assert depth_and_width(plain(0, [])) == (0, 0)
