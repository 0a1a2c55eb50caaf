"""How diverse a set of tasks or traces is, by the calls that they use: the paper's table, and what it misses.

"Unique toolsets" and "unique call sequences" grow with every task and soon say nothing, so the same set is also
measured by effective numbers (Hill), by what a larger sample would still bring (Good-Turing), by distances and by how
evenly tools are used. Time and memory are linear in the tasks. Words of queries are not looked at.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import exp, fsum, log
from statistics import fmean

from dive.analysis.graph import CallGraph, canonical_form, depth_and_width, graph_of, relabel, topology
from dive.types import Derivation, Record

_PAIRS = 20_000
"""Pairs of tasks that distances are averaged over, where there are more."""


class Spectrum(Record):
    """How many classes there are, counted in three ways, and how much is not seen yet."""

    hill_0: int = 0
    """Number of classes."""
    hill_1: float = 0.0
    """Effective number of classes: the exponential of the Shannon entropy."""
    hill_2: float = 0.0
    """Effective number of frequent classes: one over the probability that two draws agree."""
    unseen: float = 0.0
    """Estimated probability that the next task is of a class not seen before."""


class Diversity(Record):
    """The diversity of a set of tasks or traces; shares and distances are between 0 and 1."""

    tasks: int
    """Tasks measured."""
    without_calls: int
    """Tasks left out of everything else, since they call no tool."""
    tools_offered: int
    """Distinct tools in the toolsets or called."""
    tools_covered: int
    """Distinct tools called."""
    unique_toolsets: int
    """Distinct sets of offered tools."""
    unique_call_sequences: int
    """Distinct lists of called tools, in the order of the calls."""
    call_graph_classes: int
    """Isomorphism classes of call graphs, nodes labelled with tools."""
    provider_graph_classes: int
    """The same, nodes labelled with providers."""
    rp_graph_classes: int
    """The same, nodes labelled R (retrieval) or P (processing)."""
    topology_classes: int
    """Classes of composition, shape, depth and width, such as `R+P/dag/d3/w4`."""
    tool_types_per_task: float
    """Mean number of distinct tools called."""
    calls_per_task: float
    """Mean number of calls."""
    call_graphs: Spectrum
    """Spectrum of the call graph classes."""
    provider_graphs: Spectrum
    """Spectrum of the provider graph classes."""
    rp_graphs: Spectrum
    """Spectrum of the R/P graph classes."""
    tool_gini: float
    """Gini coefficient of calls per offered tool; 0 where all are called equally often."""
    tool_tail_share: float
    """Share of the calls that go to the less called half of the offered tools; about 0.5 where all are called equally
    often.
    """
    used_offered_ratio: float
    """Mean share of a task's offered tools that it calls."""
    toolset_distance: float
    """Mean Jaccard distance between the toolsets of two tasks."""
    used_tools_distance: float
    """Mean Jaccard distance between the called tools of two tasks."""
    mean_depth: float
    """Mean number of calls on the longest dependency path."""
    mean_width: float
    """Mean number of calls on the largest level."""


def measure(
    records: Iterable[tuple[Derivation | CallGraph, Collection[str]]],
    kind_of: Mapping[str, str],
    provider_of: Mapping[str, str],
) -> Diversity:
    """The diversity of tasks, each given as its derivation (or the call graph of a trace) and its toolset.

    Tasks without calls are counted and left out. A tool that is called counts as offered. Figures do not depend on
    the order of the tasks, but for the two distances where more than 20,000 pairs make them a sample.

    Args:
    kind_of: 'R' or 'P' for every tool that is called.
    provider_of: the provider of every tool that is called.

    Raises:
    DiveError: a called tool has no kind or provider, a kind is neither 'R' nor 'P', or a derivation is malformed.

    """
    graphs: list[CallGraph] = []
    toolsets: list[frozenset[str]] = []
    without_calls = 0
    for calls, offered in records:
        graph = calls if isinstance(calls, CallGraph) else graph_of(calls)
        if graph.labels:
            graphs.append(graph)
            toolsets.append(frozenset(offered))
        else:
            without_calls += 1
    return _measured(graphs, toolsets, without_calls, kind_of, provider_of)


def _measured(
    graphs: Sequence[CallGraph],
    toolsets: Sequence[frozenset[str]],
    without_calls: int,
    kind_of: Mapping[str, str],
    provider_of: Mapping[str, str],
) -> Diversity:
    used = [frozenset(graph.labels) for graph in graphs]
    uses = Counter(label for graph in graphs for label in graph.labels)
    offered = uses.keys() | frozenset().union(*set(toolsets))
    counts = [uses[tool] for tool in sorted(offered)]
    pairs = _pairs(len(graphs))
    sizes = [depth_and_width(graph) for graph in graphs]
    distinct = Counter(graphs)
    kinds = _relabelled(distinct, kind_of)
    classes, providers, shapes = map(_classes, (distinct, _relabelled(distinct, provider_of), kinds))
    return Diversity(
        tasks=len(graphs) + without_calls,
        without_calls=without_calls,
        tools_offered=len(offered),
        tools_covered=len(uses),
        unique_toolsets=len(set(toolsets)),
        unique_call_sequences=len({graph.labels for graph in distinct}),
        call_graph_classes=len(classes),
        provider_graph_classes=len(providers),
        rp_graph_classes=len(shapes),
        topology_classes=len({topology(graph) for graph in kinds}),
        tool_types_per_task=_mean([len(tools) for tools in used]),
        calls_per_task=_mean([len(graph.labels) for graph in graphs]),
        call_graphs=spectrum(classes.values()),
        provider_graphs=spectrum(providers.values()),
        rp_graphs=spectrum(shapes.values()),
        tool_gini=gini(counts),
        tool_tail_share=tail_share(counts),
        used_offered_ratio=_mean([len(tools) / len(tools | given) for tools, given in zip(used, toolsets, strict=True)]),
        toolset_distance=_mean([jaccard_distance(toolsets[a], toolsets[b]) for a, b in pairs]),
        used_tools_distance=_mean([jaccard_distance(used[a], used[b]) for a, b in pairs]),
        mean_depth=_mean([depth for depth, _ in sizes]),
        mean_width=_mean([width for _, width in sizes]),
    )


def _relabelled(graphs: Mapping[CallGraph, int], mapping: Mapping[str, str]) -> Counter[CallGraph]:
    relabelled: Counter[CallGraph] = Counter()
    for graph, count in graphs.items():
        relabelled[relabel(graph, mapping)] += count
    return relabelled


def _classes(graphs: Mapping[CallGraph, int]) -> Counter[str]:
    """How many graphs there are of each isomorphism class."""
    classes: Counter[str] = Counter()
    for graph, count in graphs.items():
        classes[canonical_form(graph)] += count
    return classes


def spectrum(counts: Iterable[int]) -> Spectrum:
    """Hill numbers and unseen mass of classes that were seen `counts` times; zeros are ignored.

    With N the sum of the counts and p = count / N: hill_0 = number of counts, hill_1 = exp(-sum p ln p),
    hill_2 = 1 / sum p^2 (Hill, "Diversity and evenness", Ecology 54, 1973), and unseen = (number of counts of 1) / N
    (Good, "The population frequencies of species", Biometrika 40, 1953).
    """
    seen = sorted(count for count in counts if count)
    total = sum(seen)
    if not total:
        return Spectrum()
    shares = [count / total for count in seen]
    return Spectrum(
        hill_0=len(seen),
        hill_1=exp(-fsum(share * log(share) for share in shares)),
        hill_2=1 / fsum(share * share for share in shares),
        unseen=seen.count(1) / total,
    )


def gini(counts: Iterable[int]) -> float:
    """The Gini coefficient, from 0 (all equal) to (n - 1) / n (one has all); 0 where nothing is counted.

    With counts x_1 <= ... <= x_n: sum over i of (2 i - n - 1) x_i, divided by n times their sum, which is the mean
    absolute difference over twice the mean (Gini 1912; Sen, "On Economic Inequality", 1973).
    """
    ranked = sorted(counts)
    n, total = len(ranked), sum(ranked)
    return sum((2 * i - n - 1) * x for i, x in enumerate(ranked, start=1)) / (n * total) if total else 0.0


def tail_share(counts: Iterable[int]) -> float:
    """The share of the sum that the smaller half of the counts holds (of n, the n // 2 smallest); 0 where nothing is
    counted.

    It is one minus the height of the concentration curve at one half (Lorenz 1905), and ours as a measure of tool
    use.
    """
    ranked = sorted(counts)
    total = sum(ranked)
    return sum(ranked[: len(ranked) // 2]) / total if total else 0.0


def jaccard_distance(first: frozenset[str], second: frozenset[str]) -> float:
    """1 - |A and B| / |A or B|, and 0 for two empty sets (Jaccard 1901)."""
    together = len(first | second)
    return 1 - len(first & second) / together if together else 0.0


def _pairs(n: int) -> list[tuple[int, int]]:
    """All pairs of n tasks, or where they are too many the same random ones each time, drawn with replacement."""
    if n * (n - 1) // 2 <= _PAIRS:
        return [(a, b) for b in range(n) for a in range(b)]
    rng = random.Random(0)
    return [(a, b if b < a else b + 1) for a, b in ((rng.randrange(n), rng.randrange(n - 1)) for _ in range(_PAIRS))]


def _mean(values: Sequence[float]) -> float:
    """The mean; 0 where there is nothing."""
    return fmean(values) if values else 0.0
