"""Canonical forms: against VF2, against counts from the literature, against their own rules, and pinned for ever."""

import hashlib
import itertools
import random
import time
import warnings
from collections import Counter

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dive.analysis.graph import CallGraph, canonical_form, graph_key, levels

Pairs = list[tuple[int, int]]


def plain(nodes: int, edges: Pairs, label: str = "R") -> CallGraph:
    return CallGraph((label,) * nodes, tuple(edges))


def random_dag(rng: random.Random, nodes: int, density: float, labels: str) -> CallGraph:
    edges = [pair for pair in itertools.combinations(range(nodes), 2) if rng.random() < density]
    return CallGraph(tuple(rng.choice(labels) for _ in range(nodes)), tuple(edges))


def renamed(graph: CallGraph, rng: random.Random) -> CallGraph:
    """The same graph with its nodes shuffled."""
    place = list(range(len(graph.labels)))
    rng.shuffle(place)
    labels = [""] * len(place)
    for node, label in enumerate(graph.labels):
        labels[place[node]] = label
    return CallGraph(tuple(labels), tuple((place[a], place[b]) for a, b in graph.edges))


def digraph(graph: CallGraph) -> "nx.DiGraph[int]":
    result: nx.DiGraph[int] = nx.DiGraph()
    result.add_nodes_from((node, {"label": label}) for node, label in enumerate(graph.labels))
    result.add_edges_from(graph.edges)
    return result


def isomorphic(first: CallGraph, second: CallGraph) -> bool:
    """The oracle: VF2 of networkx."""
    same_label = nx.algorithms.isomorphism.categorical_node_match("label", "")
    return bool(nx.is_isomorphic(digraph(first), digraph(second), same_label))


def incidence(nodes: int, edges: Pairs) -> CallGraph:
    """An undirected graph as a DAG: each edge is a call that joins its two ends."""
    return plain(nodes + len(edges), [(node, nodes + i) for i, edge in enumerate(edges) for node in edge])


def cycles(*lengths: int) -> CallGraph:
    starts = itertools.accumulate(lengths, initial=0)
    edges = [(s + i, s + (i + 1) % n) for s, n in zip(starts, lengths, strict=False) for i in range(n)]
    return incidence(sum(lengths), edges)


def doubled(adjacent: list[list[bool]]) -> CallGraph:
    """An undirected graph as a DAG: every node as source and as sink with a node between, neighbours joined directly."""
    n = len(adjacent)
    tied = [(i, n + i) for i in range(n)] + [(n + i, 2 * n + i) for i in range(n)]
    return plain(3 * n, tied + [(i, 2 * n + j) for i in range(n) for j in range(n) if adjacent[i][j]])


def rook() -> CallGraph:
    """The strongly regular graph (16, 6, 2, 2) of a rook on a 4x4 board."""
    return doubled([[(i // 4 == j // 4) != (i % 4 == j % 4) for j in range(16)] for i in range(16)])


def shrikhande() -> CallGraph:
    """The other strongly regular graph (16, 6, 2, 2)."""
    near = {(0, 1), (0, 3), (1, 0), (3, 0), (1, 1), (3, 3)}
    return doubled([[((i // 4 - j // 4) % 4, (i - j) % 4) in near for j in range(16)] for i in range(16)])


def cai_fuerer_immerman(nodes: int, edges: Pairs, twisted: bool) -> CallGraph:
    """Two nodes per edge and, per node, one for each even (in a twisted node 0: odd) choice of its edges (CFI 1992)."""
    number: dict[object, int] = {pair: i for i, pair in enumerate(itertools.product(edges, (0, 1)))}
    links: Pairs = []
    for node in range(nodes):
        own = [edge for edge in edges if node in edge]
        for bits in itertools.product((0, 1), repeat=len(own)):
            if sum(bits) % 2 == (twisted and node == 0):
                middle = number.setdefault((node, bits), len(number))
                links += [(middle, number[pair]) for pair in zip(own, bits, strict=True)]
    return plain(len(number), links)


def projective_plane(q: int) -> CallGraph:
    """Points and lines over a prime field, a line joining its q + 1 points."""
    points = [p for p in itertools.product(range(q), repeat=3) if next((x for x in p if x), 0) == 1]
    n = len(points)
    on = [(i, n + j) for i in range(n) for j in range(n) if not sum(map(int.__mul__, points[i], points[j])) % q]
    return plain(2 * n, on)


K4 = list(itertools.combinations(range(4), 2))
K33 = [(i, 3 + j) for i in range(3) for j in range(3)]
PRISM = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (0, 3), (1, 4), (2, 5)]
EIGHT_CYCLE = [(1 + i, 5 + (i + j) % 4) for i in range(4) for j in (0, 1)]
FOUR_CYCLES = [(1 + i, 5 + j) for i, j in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)]]
RINGS = ((0, 0, 1, 1), (0, 1, 0, 1))
ROOT = [(0, i) for i in range(1, 5)]


def test_form_is_invariant_over_10000_random_dags() -> None:
    rng = random.Random(1)
    for _ in range(10_000):
        graph = random_dag(rng, rng.randint(0, 9), rng.choice([0.1, 0.25, 0.5, 0.9]), rng.choice(["R", "RP", "abc"]))
        assert canonical_form(graph) == canonical_form(renamed(graph, rng)), graph


@given(st.data())
@settings(derandomize=True, deadline=None)
def test_form_is_invariant_and_says_the_graph(data: st.DataObject) -> None:
    labels = data.draw(st.lists(st.text(max_size=3), max_size=7))
    possible = list(itertools.combinations(range(len(labels)), 2))
    edges = data.draw(st.lists(st.sampled_from(possible))) if possible else []
    graph = CallGraph(tuple(labels), tuple(edges))
    form = canonical_form(graph)
    assert canonical_form(renamed(graph, data.draw(st.randoms(use_true_random=False)))) == form
    said = [tuple(map(int, edge.split(">"))) for edge in form[form.rindex(";") + 1 :].split(",") if edge]
    assert len(said) == len(graph.edges)
    assert all(a < b for a, b in said)


def test_form_agrees_with_vf2_on_random_pairs() -> None:
    rng, seen = random.Random(2), {True: 0, False: 0}
    for _ in range(3_000):
        nodes, density, labels = rng.randint(2, 7), rng.choice([0.2, 0.4]), rng.choice(["R", "RP"])
        first = random_dag(rng, nodes, density, labels)
        edges = list(first.edges)
        if edges and rng.random() < 0.6:  # a close relative: one edge moved
            edges[rng.randrange(len(edges))] = rng.choice(list(itertools.combinations(range(nodes), 2)))
        second = renamed(CallGraph(first.labels, tuple(edges)), rng)
        same = isomorphic(first, second)
        assert (canonical_form(first) == canonical_form(second)) == same, (first, second)
        seen[same] += 1
    assert min(seen.values()) > 500


@pytest.mark.parametrize(("nodes", "classes"), [(1, 1), (2, 2), (3, 6), (4, 31), (5, 302)])
def test_all_dags_fall_into_the_known_number_of_classes(nodes: int, classes: int) -> None:
    possible = list(itertools.combinations(range(nodes), 2))
    chosen = itertools.product((False, True), repeat=len(possible))
    graphs = (plain(nodes, list(itertools.compress(possible, bits))) for bits in chosen)
    assert len({canonical_form(graph) for graph in graphs}) == classes  # OEIS A003087


def ring(members: list[CallGraph]) -> CallGraph:
    """A hub in front of the six sources of each member, and calls that join each hub with the next."""
    edges, hubs, nodes = [], [], 0
    for member in members:
        hubs.append(nodes)
        edges += [(nodes, nodes + 1 + i) for i in range(6)] + [(nodes + 1 + a, nodes + 1 + b) for a, b in member.edges]
        nodes += 1 + len(member.labels)
    edges += [(hub, nodes + i) for j, hub in enumerate(hubs) for i in (j, (j + 1) % len(hubs))]
    return plain(nodes + len(hubs), edges)


def by_the_rules(graph: CallGraph) -> str:
    """The four rules in the docstring of `canonical_form`, word for word: no symmetries, no short cuts."""

    def ranks(keys: dict[int, object]) -> dict[int, int]:
        known = sorted(set(keys.values()))  # type: ignore[type-var]
        return {node: known.index(key) for node, key in keys.items()}

    def refine(colours: dict[int, int]) -> dict[int, int]:
        keys: dict[int, object] = {}
        for node, own in colours.items():
            producers = tuple(sorted(colours[a] for a, b in graph.edges if b == node and a in colours))
            keys[node] = (own, producers, tuple(sorted(colours[b] for a, b in graph.edges if a == node and b in colours)))
        finer = ranks(keys)
        return finer if len(set(finer.values())) == len(set(colours.values())) else refine(finer)

    def edges(order: list[int]) -> Pairs:
        return sorted((order.index(a), order.index(b)) for a, b in graph.edges if a in order and b in order)

    def arrange(colours: dict[int, int]) -> list[int]:
        inside = [(a, b) for a, b in graph.edges if a in colours and b in colours]
        pairs = Counter((colours[a], colours[b]) for a, b in inside)
        size = Counter(colours.values())
        telling = [(a, b) for a, b in inside if pairs[colours[a], colours[b]] < size[colours[a]] * size[colours[b]]]
        links: nx.Graph[int] = nx.Graph(telling)
        links.add_nodes_from(colours)
        parts = list(nx.connected_components(links))
        if len(parts) != 1:
            orders = [arrange({node: colours[node] for node in part}) for part in parts]
            orders.sort(key=lambda order: ([colours[node] for node in order], edges(order)))
            return sorted(itertools.chain(*orders), key=colours.__getitem__)
        if len(colours) == 1:
            return list(colours)
        cell = max(size, key=lambda colour: (size[colour], -colour))
        found = []
        for chosen in (node for node in colours if colours[node] == cell):
            child = refine(ranks({node: (colour, node != chosen) for node, colour in colours.items()}))
            order = arrange(child)
            found.append((sorted((child[a], child[b]) for a, b in inside), edges(order), order))
        return min(found)[2]

    order = arrange(refine(ranks(dict(enumerate(zip(levels(graph), graph.labels, strict=True))))))
    return f"{len(order)}:{','.join(graph.labels[i] for i in order)};{','.join(f'{a}>{b}' for a, b in edges(order))}"


def test_form_follows_its_rules() -> None:
    rng = random.Random(6)
    graphs = [random_dag(rng, rng.randint(0, 8), rng.choice([0.2, 0.4, 0.7]), rng.choice(["R", "RP"])) for _ in range(500)]
    graphs += [cycles(6), cycles(3, 3), cycles(3, 4), *COLLIDING["one 8-cycle and two 4-cycles behind a root"]]
    for graph in graphs:
        assert canonical_form(graph) == by_the_rules(graph), graph


COLLIDING = {
    "hexagon and two triangles": (cycles(6), cycles(3, 3)),
    "one 8-cycle and two 4-cycles behind a root": (plain(9, ROOT + EIGHT_CYCLE), plain(9, ROOT + FOUR_CYCLES)),
    "K3,3 and the prism": (incidence(6, K33), incidence(6, PRISM)),
    "rook and Shrikhande": (rook(), shrikhande()),
    "rings of K3,3 and prisms": tuple(ring([(incidence(6, K33), incidence(6, PRISM))[i] for i in word]) for word in RINGS),
    "CFI over K4": (cai_fuerer_immerman(4, K4, False), cai_fuerer_immerman(4, K4, True)),
    "CFI over K3,3": (cai_fuerer_immerman(6, K33, False), cai_fuerer_immerman(6, K33, True)),
}


@pytest.mark.parametrize("name", COLLIDING)
def test_form_separates_what_refinement_does_not(name: str) -> None:
    first, second = COLLIDING[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hashes = {nx.weisfeiler_lehman_graph_hash(digraph(graph).to_undirected(), iterations=9) for graph in (first, second)}
    assert len(hashes) == 1
    assert canonical_form(first) != canonical_form(second)
    rng = random.Random(3)
    for graph in (first, second):
        assert len({canonical_form(renamed(graph, rng)) for _ in range(9)} | {canonical_form(graph)}) == 1


def chains(number: int, length: int, sink: bool) -> CallGraph:
    links = [(i * length + j, i * length + j + 1) for i in range(number) for j in range(length - 1)]
    ends = [(i * length + length - 1, number * length) for i in range(number)] if sink else []
    return plain(number * length + sink, links + ends)


LARGE = {
    "60 single calls": plain(60, []),
    "30 leaves": plain(31, [(0, leaf) for leaf in range(1, 31)]),
    "12 chains": chains(12, 5, sink=False),
    "12 chains into a sink": chains(12, 4, sink=True),
    "20 into 20": plain(40, [(i, 20 + j) for i in range(20) for j in range(20)]),
    "all but one": plain(60, [(i, 30 + j) for i in range(30) for j in range(30) if i != j]),
    "ten triangles": cycles(*[3] * 10),
    "cycles of many lengths": cycles(3, 4, 5, 6, 7, 5),
    "projective plane of order 5": projective_plane(5),
    "transitive tournament": plain(60, list(itertools.combinations(range(60), 2))),
}


@pytest.mark.parametrize("name", LARGE)
def test_large_regular_graphs_take_bounded_time(name: str) -> None:
    start = time.perf_counter()
    assert canonical_form(LARGE[name]) == canonical_form(renamed(LARGE[name], random.Random(4)))
    assert time.perf_counter() - start < 10  # 0.6 s for the slowest; without pruning, centuries


PINNED = {
    "0:;": plain(0, []),
    "1:R;": plain(1, []),
    "4:R,R,P,P;0>2,1>3": CallGraph(("P", "R", "P", "R"), ((1, 0), (3, 2))),
    "4:R,P,R,P;0>1,0>2,1>3,2>3": CallGraph(("R", "R", "P", "P"), ((0, 1), (0, 2), (1, 3), (2, 3))),
    r"2:a\,b,c\;d\\;0>1": CallGraph(("a,b", "c;d\\"), ((0, 1),)),
}


@pytest.mark.parametrize("form", PINNED)
def test_forms_never_change(form: str) -> None:
    assert canonical_form(PINNED[form]) == form


KEYS = {
    "60 single calls": ("82cde967ef098f3a",),
    "30 leaves": ("93a242c01792690e",),
    "12 chains": ("509bf1e413cfb7c5",),
    "12 chains into a sink": ("b745f58b0eda19d2",),
    "20 into 20": ("948e33c16fb972d9",),
    "all but one": ("468707bebda8c222",),
    "ten triangles": ("5c797c9c5b5fbe71",),
    "cycles of many lengths": ("e80461a2a0fcf541",),
    "projective plane of order 5": ("946dc27befdf52ef",),
    "transitive tournament": ("a393e638e92da2c9",),
    "hexagon and two triangles": ("701919740c9b2888", "b717c4c6a9d8f740"),
    "one 8-cycle and two 4-cycles behind a root": ("b1b9c3071b4151c1", "629bae5b27cde69e"),
    "K3,3 and the prism": ("d758cb4382d8f328", "56a81348f704ca22"),
    "rook and Shrikhande": ("26b94541c8fa562b", "e9ebda7b365aaab2"),
    "rings of K3,3 and prisms": ("c9cbfec71634f938", "00c8bd7499ddccbd"),
    "CFI over K4": ("aaeda76e9013c744", "06c3a7d8ff18954c"),
    "CFI over K3,3": ("d0a77caa9fb762d7", "34ff804d67ac9094"),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_never_change(name: str) -> None:
    graphs = COLLIDING[name] if name in COLLIDING else (LARGE[name],)
    assert tuple(map(graph_key, graphs)) == KEYS[name]


def test_key_is_the_digest_of_the_form() -> None:
    assert graph_key(plain(1, [])) == hashlib.sha256(b"1:R;").hexdigest()[:16] == "f69aa0ff41571dd5"
