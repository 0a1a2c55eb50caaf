"""Chains: which tool can follow which, by the semantic types of results and parameters."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from dive.tools.semantics import TIMES
from dive.tools.tool import Tool

PLACES = ("start", "middle", "end", "alone")


@dataclass(frozen=True)
class Edge:
    """A result of one tool is an argument of another."""

    giver: Tool
    taker: Tool
    semantics: tuple[str, ...]
    """The semantic types that fit, in alphabetical order."""


def edges(tools: Iterable[Tool]) -> list[Edge]:
    """Every ordered pair of different tools that fit, in the order of the pool. Dates and years, which say little of what
    a task is about, do not count.
    """
    every = list(tools)
    takers: dict[str, list[Tool]] = {}
    for tool in every:
        for semantic in sorted(tool.takes.difference(TIMES)):
            takers.setdefault(semantic, []).append(tool)
    found: list[Edge] = []
    for giver in every:
        fits: dict[str, list[str]] = {}
        for semantic in sorted(giver.gives.difference(TIMES)):
            for taker in takers.get(semantic, ()):
                fits.setdefault(taker.name, []).append(semantic)
        found += [Edge(giver, taker, tuple(fits[taker.name])) for taker in every if taker.name in fits and taker is not giver]
    return found


def places(tools: Iterable[Tool], found: Iterable[Edge]) -> dict[str, str]:
    """Where each tool stands in chains: at the `start` it only gives, at the `end` it only takes, in the `middle` both."""
    givers, takers = set(), set()
    for edge in found:
        givers.add(edge.giver.name)
        takers.add(edge.taker.name)
    table = {(True, False): "start", (True, True): "middle", (False, True): "end", (False, False): "alone"}
    return {tool.name: table[tool.name in givers, tool.name in takers] for tool in tools}


def flows(found: Iterable[Edge]) -> Counter[tuple[str, str]]:
    """Edges by the domains of giver and taker."""
    return Counter((edge.giver.domain, edge.taker.domain) for edge in found)


def crossing(found: Iterable[Edge]) -> int:
    """How many edges lead from one domain into another."""
    return sum(count for (giver, taker), count in flows(found).items() if giver != taker)
