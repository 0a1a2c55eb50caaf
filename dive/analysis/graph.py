"""Call graphs: who feeds whom among the calls of a task, when two of them are the same, and what they look like.

Two graphs are the same when some renaming of the calls carries labels and edges of one to the other. `canonical_form`
decides that exactly, by colour refinement with individualisation (McKay and Piperno, "Practical graph isomorphism, II",
2014), written here so that forms and keys on disk never change with a library. What the tools returned plays no part.
"""

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from dive.errors import DiveError, ExpressionError
from dive.types import Derivation, Step

Composition = Literal["R", "R+P", "P"]
Shape = Literal["single", "chain", "fan_in", "fan_out", "dag", "parallel"]
_BINNED = 7
"""Depths and widths from here on share a bin."""

Colours = dict[int, int]
"""The colour of each vertex under consideration; colours are ordered, and so are the cells of equal colour."""
Edges = list[tuple[int, int]]
Symmetry = dict[int, int]
"""A colour-preserving automorphism, as the vertices that it moves and where to."""


@dataclass(frozen=True)
class CallGraph:
    """Calls as labelled nodes, data dependencies as edges from producer to consumer: a directed acyclic graph.

    Edges may come in any order and with repeats; they are kept sorted, each once.

    Raises:
        DiveError: an edge names a node that does not exist, or the edges form a cycle.
    """

    labels: tuple[str, ...]
    edges: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "labels", tuple(self.labels))
        object.__setattr__(self, "edges", tuple(sorted({(a, b) for a, b in self.edges})))
        nodes = range(len(self.labels))
        for edge in self.edges:
            if edge[0] not in nodes or edge[1] not in nodes:
                raise DiveError(f"edge {edge} names a node outside 0..{len(nodes) - 1}")
        levels(self)


def levels(graph: CallGraph) -> tuple[int, ...]:
    """The level of each node: the number of edges on the longest path that ends there."""
    links = _links(graph)
    waiting = [len(producers) for producers in links.before]
    level = [0] * len(graph.labels)
    ready = [node for node, count in enumerate(waiting) if not count]
    for node in ready:
        for consumer in links.after[node]:
            level[consumer] = max(level[consumer], level[node] + 1)
            waiting[consumer] -= 1
            if not waiting[consumer]:
                ready.append(consumer)
    if len(ready) < len(level):
        stuck = [node for node, count in enumerate(waiting) if count]
        raise DiveError(f"calls {stuck} are in a cycle or behind one; a call can use earlier results only")
    return tuple(level)


def graph_of(derivation: Derivation) -> CallGraph:
    """The call graph of a derivation: steps as nodes, tools as labels, an edge from each step that an argument names.

    Raises:
        ExpressionError: two steps share an id, an argument is not an expression, or it names its own or a later step.
    """
    number = {step.id: index for index, step in enumerate(derivation.steps)}
    if len(number) < len(derivation.steps):
        raise ExpressionError(f"two steps share an id: {[step.id for step in derivation.steps]}")
    edges: set[tuple[int, int]] = set()
    for index, step in enumerate(derivation.steps):
        for name in _names(step):
            producer = number.get(name, -1)
            if producer >= index:
                raise ExpressionError(f"step {step.id!r} uses {name!r}, which does not come before it")
            if producer >= 0:
                edges.add((producer, index))
    return CallGraph(tuple(step.tool for step in derivation.steps), tuple(edges))


def _names(step: Step) -> set[str]:
    """All names in the argument expressions of a step; those of functions are among them."""
    names: set[str] = set()
    for parameter, expression in step.arguments.items():
        try:
            tree = ast.parse(expression.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            where = f"argument {parameter!r} of step {step.id!r}"
            raise ExpressionError(f"{where} is no expression: {expression[:200]!r}") from error
        names.update(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return names


def relabel(graph: CallGraph, mapping: Mapping[str, str]) -> CallGraph:
    """The same graph with each label replaced, such as a tool's name by its provider or by 'R' or 'P'."""
    unknown = sorted(set(graph.labels) - mapping.keys())
    if unknown:
        raise DiveError(f"no new label for {unknown}; the mapping has {len(mapping)} others")
    return CallGraph(tuple(mapping[label] for label in graph.labels), graph.edges)


def graph_key(graph: CallGraph) -> str:
    """The first 16 hex digits of the SHA-256 of the canonical form; equal for isomorphic graphs."""
    return hashlib.sha256(canonical_form(graph).encode()).hexdigest()[:16]


def canonical_form(graph: CallGraph) -> str:
    """One text for each isomorphism class of labelled graphs: `4:R,R,P,P;0>2,1>3`.

    It lists the nodes in canonical order, sorted by (level, label), so that every edge points to the right. A comma,
    semicolon or backslash in a label is escaped with a backslash. Texts are equal if and only if graphs are
    isomorphic.

    Trees, fans, twins and repeated chains need no search: about 0.1 ms for a task, 1 ms for 60 nodes. Regular
    structures do; symmetries found on the way cut its branches, and incidence graphs of projective planes, nets,
    cubes and of Cai-Fürer-Immerman pairs of 60 nodes take 10 to 300 ms. An input made against such algorithms can
    take time exponential in its size; the form is exact nevertheless, nothing is cut off.

    Forms are a promise to files on disk. They follow from these rules, of which none may change:

    1. Colours start as the ranks of (level, label). 2. To refine, replace each colour by the rank of (colour, sorted
    colours of producers, sorted colours of consumers), until the number of colours stays. A cell is the set of nodes
    of one colour. 3. Leave out edges between cells that are joined completely. If that splits the graph, order each
    part by rules 3 and 4, then the parts by (colours in order, edges in order); nodes are ordered by (colour, part,
    place in the part). 4. Else take the first of the largest cells. Put each of its nodes, one at a time, in front of
    the others, refine, and order by rule 3. Of these orders the one counts that is least in (pairs of colours along
    edges, edges in order).
    """
    links = _links(graph)
    start = _ranked(dict(enumerate(zip(levels(graph), graph.labels, strict=True))))
    order, _ = _arrange(links, _refine(links, start))
    labels = ",".join(re.sub(r"[\\,;]", r"\\\g<0>", graph.labels[node]) for node in order)
    edges = ",".join(f"{a}>{b}" for a, b in _edges_in(links, order))
    return f"{len(order)}:{labels};{edges}"


class _Links(NamedTuple):
    """The neighbours of each node."""

    before: list[list[int]]
    after: list[list[int]]


def _links(graph: CallGraph) -> _Links:
    links = _Links([[] for _ in graph.labels], [[] for _ in graph.labels])
    for producer, consumer in graph.edges:
        links.before[consumer].append(producer)
        links.after[producer].append(consumer)
    return links


def _ranked(keys: Mapping[int, Any]) -> Colours:
    """Each vertex with the rank of its key, counted from 0 without gaps."""
    rank = {key: index for index, key in enumerate(sorted(set(keys.values())))}
    return {vertex: rank[key] for vertex, key in keys.items()}


def _refine(links: _Links, colours: Colours) -> Colours:
    """Rule 2: the coarsest finer colouring in which vertices of one colour have equally coloured neighbours."""
    known = len(set(colours.values()))
    while True:
        colours = _ranked(
            {
                vertex: (
                    colour,
                    tuple(sorted([colours[other] for other in links.before[vertex] if other in colours])),
                    tuple(sorted([colours[other] for other in links.after[vertex] if other in colours])),
                )
                for vertex, colour in colours.items()
            }
        )
        before, known = known, len(set(colours.values()))
        if known in (before, len(colours)):
            return colours


def _arrange(links: _Links, colours: Colours, hasty: bool = False) -> tuple[list[int], list[Symmetry]]:
    """The canonical order of refined vertices, and symmetries met on the way."""
    parts = _parts(links, colours)
    if len(parts) == 1:
        return _search(links, colours, hasty) if len(colours) > 1 else (list(colours), [])
    symmetries: list[Symmetry] = []
    placed: list[tuple[tuple[list[int], Edges], list[int]]] = []
    for part in parts:
        order, found = _arrange(links, {vertex: colours[vertex] for vertex in part}, hasty)
        symmetries += found
        placed.append((([colours[vertex] for vertex in order], _edges_in(links, order)), order))
    placed.sort(key=itemgetter(0))
    for (form, first), (next_form, second) in pairwise(placed):
        if form == next_form:
            symmetries.append(dict(zip(first, second, strict=True)) | dict(zip(second, first, strict=True)))
    return sorted((vertex for _, order in placed for vertex in order), key=colours.__getitem__), symmetries


def _parts(links: _Links, colours: Colours) -> list[list[int]]:
    """Rule 3: what stays connected without the edges between cells that are joined completely."""
    size = Counter(colours.values())
    edges = [(a, b) for a in colours for b in links.after[a] if b in colours]
    joined = Counter((colours[a], colours[b]) for a, b in edges)
    near: dict[int, list[int]] = {vertex: [] for vertex in colours}
    for a, b in edges:
        if joined[colours[a], colours[b]] < size[colours[a]] * size[colours[b]]:
            near[a].append(b)
            near[b].append(a)
    parts: list[list[int]] = []
    seen: set[int] = set()
    for vertex in colours:
        if vertex not in seen:
            part = [vertex]
            seen.add(vertex)
            for member in part:
                part += (fresh := [other for other in near[member] if other not in seen])
                seen.update(fresh)
            parts.append(part)
    return parts


def _search(links: _Links, colours: Colours, hasty: bool) -> tuple[list[int], list[Symmetry]]:
    """Rule 4, for one of each set of nodes that known symmetries carry to each other.

    A node is first looked at hastily: down one branch only. If that ends in the same edges as for an earlier node,
    the two orders are a symmetry, and the branches below need no visit.
    """
    size = Counter(colours.values())
    target = min((-count, colour) for colour, count in size.items())[1]
    cell = [vertex for vertex, colour in colours.items() if colour == target]
    if hasty:
        return _arrange(links, _individualised(links, colours, cell[0]), hasty)
    orbit = {vertex: vertex for vertex in colours}
    tried: set[int] = set()
    symmetries: list[Symmetry] = []
    glances: dict[tuple[tuple[int, int], ...], list[int]] = {}
    least: tuple[Edges, Edges] | None = None
    best: list[int] = []
    for vertex in cell:
        if orbit[vertex] in {orbit[other] for other in tried}:
            continue
        tried.add(vertex)
        child = _individualised(links, colours, vertex)
        outline = sorted([(child[a], child[b]) for a in child for b in links.after[a] if b in child])
        if least and outline > least[0]:
            continue
        glance, _ = _arrange(links, child, hasty=True)
        twin = glances.setdefault(tuple(_edges_in(links, glance)), glance)
        if twin is not glance:
            found = [dict(zip(twin, glance, strict=True))]
        else:
            order, found = _arrange(links, child)
            form = (outline, _edges_in(links, order))
            if not least or form < least:
                least, best = form, order
        symmetries += found
        for symmetry in found:
            _join(orbit, symmetry)
    return best, symmetries


def _individualised(links: _Links, colours: Colours, vertex: int) -> Colours:
    """The refined colours after `vertex` went in front of its cell."""
    return _refine(links, {other: 2 * colour + (other != vertex) for other, colour in colours.items()})


def _join(orbit: dict[int, int], symmetry: Symmetry) -> None:
    """Give vertices that the symmetry carries to each other one representative."""
    for source, target in symmetry.items():
        kept, lost = orbit[source], orbit[target]
        if kept != lost:
            orbit.update({vertex: kept for vertex, representative in orbit.items() if representative == lost})


def _edges_in(links: _Links, order: Sequence[int]) -> Edges:
    """The edges among the vertices of `order`, as pairs of positions, sorted."""
    position = {vertex: index for index, vertex in enumerate(order)}
    return sorted([(position[a], position[b]) for a in order for b in links.after[a] if b in position])


@dataclass(frozen=True)
class Topology:
    """The coarse class of a graph with labels 'R' and 'P'; prints as `R+P/dag/d3/w4`.

    - composition: `R` or `P` where all calls are of that kind, else `R+P`. - shape: does some call join (use the
    results of several calls), does some call feed several? `dag` both; `fan_in` only joins; `fan_out` only feeds. If
    neither: `single` one call; `chain` connected; `parallel` not connected, that is calls without edges or chains
    side by side. The first three may be disconnected. - depth: nodes on the longest path. Width: nodes on the largest
    level, where the level of a node is the number of edges on the longest path that ends there. Both are binned as 1,
    2, 3, 4, 5, 6 and 7+.

    The paper's Table 3 names the four parts without their rules; these are ours.

    """

    composition: Composition
    shape: Shape
    depth: str
    width: str

    def __str__(self) -> str:
        return f"{self.composition}/{self.shape}/d{self.depth}/w{self.width}"


def topology(graph: CallGraph) -> Topology:
    """The topology class of a graph that has at least one node and no labels but 'R' and 'P' (see `relabel`)."""
    kinds = set(graph.labels)
    if not kinds or kinds - {"R", "P"}:
        raise DiveError(f"a topology needs nodes labelled 'R' or 'P', not {sorted(kinds)}; relabel the graph first")
    composition: Composition = "R+P" if len(kinds) == 2 else "R" if "R" in kinds else "P"
    depth, width = depth_and_width(graph)
    return Topology(composition, _shape(graph), _bin(depth), _bin(width))


def depth_and_width(graph: CallGraph) -> tuple[int, int]:
    """Nodes on the longest path, and nodes on the largest level; both 0 for a graph without nodes."""
    sizes = Counter(levels(graph))
    return len(sizes), max(sizes.values(), default=0)


def _shape(graph: CallGraph) -> Shape:
    joins = max(Counter(consumer for _, consumer in graph.edges).values(), default=0) > 1
    feeds = max(Counter(producer for producer, _ in graph.edges).values(), default=0) > 1
    if joins or feeds:
        return "dag" if joins and feeds else "fan_in" if joins else "fan_out"
    if len(graph.labels) == 1:
        return "single"
    return "chain" if len(graph.edges) == len(graph.labels) - 1 else "parallel"


def _bin(value: int) -> str:
    return str(value) if value < _BINNED else f"{_BINNED}+"
