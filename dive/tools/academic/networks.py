"""Classic social networks and named graphs, as bundled with networkx.

A member's name says which network it belongs to: names are unique over the four networks (the karate club's numbered
members
are called "karate club member 1" to "karate club member 34", after Zachary's own numbering; Davis's events "Davis
event E1").
Paths and centralities count links, not their weights.
"""

from functools import cache
from math import log
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Says, Semantic, tool

SOURCE = (
    "networkx bundled graphs: Zachary 1977; Knuth 1993 (Les Miserables); Breiger & Pattison 1986 (Florentine "
    "families); "
    "Davis, Gardner & Gardner 1941"
)
NETWORKS = {
    "Les Misérables co-appearance network": "les_miserables_graph",
    "Florentine families marriage network": "florentine_families_graph",
    "Zachary karate club network": "karate_club_graph",
    "Davis Southern women network": "davis_southern_women_graph",
}
NAMED = {
    "Petersen graph": "petersen_graph", "Heawood graph": "heawood_graph", "Pappus graph": "pappus_graph",
    "Desargues graph": "desargues_graph", "dodecahedral graph": "dodecahedral_graph",
    "icosahedral graph": "icosahedral_graph",
    "octahedral graph": "octahedral_graph", "cubical graph": "cubical_graph", "tetrahedral graph": "tetrahedral_graph",
    "Tutte graph": "tutte_graph", "Frucht graph": "frucht_graph", "Chvátal graph": "chvatal_graph",
    "bull graph": "bull_graph",
    "diamond graph": "diamond_graph", "house graph": "house_graph", "Möbius-Kantor graph": "moebius_kantor_graph",
    "Sedgewick maze graph": "sedgewick_maze_graph", "truncated cube graph": "truncated_cube_graph",
    "truncated tetrahedron graph": "truncated_tetrahedron_graph", "Hoffman-Singleton graph": "hoffman_singleton_graph",
    "Krackhardt kite graph": "krackhardt_kite_graph",
}  # fmt: skip

Node = Annotated[
    str,
    Semantic("aca.node"),
    Field(description="Member of a classic social network, such as Valjean", min_length=2, max_length=40),
]
Network = Annotated[
    str, Semantic("aca.network"), Field(description="Name of a classic social network", min_length=4, max_length=60)
]
Measure = Literal["degree", "betweenness", "closeness"]


class NodeRecord(TypedDict):
    network: Annotated[str, Semantic("aca.network"), Says("social network to which {node} belongs")]
    degree: Annotated[int, Says("number of direct connections of {node} in the social network")]
    betweenness: Annotated[float, Says("normalised betweenness centrality of {node} in the social network", digits=4)]
    closeness: Annotated[float, Says("closeness centrality of {node} in the social network", digits=4)]
    clustering: Annotated[float, Says("local clustering coefficient of {node} in the social network", digits=4)]
    farthest: Annotated[int, Says("largest number of links between {node} and any other member of the social network")]


class Neighbour(TypedDict):
    member: Annotated[str, Semantic("aca.node"), Says("member", names=True)]
    weight: Annotated[int | None, Says("weight of the link", high="largest", low="smallest")]
    degree: Annotated[int, Says("number of direct connections", high="largest", low="smallest")]


class Neighbours(TypedDict):
    neighbours: Annotated[list[Neighbour], Says("member linked to {node}", plural="members linked to {node}")]


class Path(TypedDict):
    length: Annotated[int, Says("number of links on the shortest path between {first} and {second}")]
    paths: Annotated[int, Says("number of different shortest paths between {first} and {second}")]


class Common(TypedDict):
    shared: Annotated[
        list[Annotated[str, Semantic("aca.node")]],
        Says("member linked to both {first} and {second}", plural="members linked to both {first} and {second}"),
    ]
    jaccard: Annotated[float, Says("Jaccard similarity of the neighbourhoods of {first} and {second}", digits=4)]
    adamic_adar: Annotated[float, Says("Adamic-Adar index of {first} and {second}", digits=4)]


class NetworkRecord(TypedDict):
    members: Annotated[int, Says("number of members")]
    links: Annotated[int, Says("number of links")]
    density: Annotated[float, Says("density", digits=4)]
    diameter: Annotated[int, Says("diameter")]
    transitivity: Annotated[float, Says("transitivity", digits=4)]
    mean_distance: Annotated[float, Says("average shortest path length", digits=4)]


class Ranked(TypedDict):
    member: Annotated[str, Semantic("aca.node"), Says("member", names=True)]
    score: Annotated[float, Says("{measure} centrality", digits=4, scale="nominal")]


class Ranking(TypedDict):
    members: Annotated[
        list[Ranked],
        Says(
            "member among the ten with the highest {measure} centrality in {network}",
            plural="ten members with the highest {measure} centrality in {network}",
        ),
    ]


class GraphRecord(TypedDict):
    vertices: Annotated[int, Says("number of vertices")]
    edges: Annotated[int, Says("number of edges")]
    diameter: Annotated[int, Says("diameter")]
    radius: Annotated[int, Says("radius")]
    girth: Annotated[int | None, Says("girth")]
    spanning_trees: Annotated[int | None, Says("number of spanning trees")]
    regular: Annotated[bool, Says("regular")]
    planar: Annotated[bool, Says("planar")]
    bipartite: Annotated[bool, Says("bipartite")]


@cache
def _graph(network: str) -> Any:
    """A network with its members under the names that people use here."""
    import networkx

    graph = getattr(networkx, NETWORKS[network])()
    if "karate" in network:
        return networkx.relabel_nodes(graph, {node: f"karate club member {node + 1}" for node in graph})
    if "Davis" in network:
        return networkx.relabel_nodes(graph, {node: f"Davis event {node}" for node, kind in graph.nodes("bipartite") if kind})
    return graph


@cache
def nodes_known() -> dict[str, str]:
    """The members of all networks with the network of each, in a fixed order."""
    return {node: network for network in NETWORKS for node in sorted(_graph(network))}


@cache
def _spelling() -> dict[str, str]:
    return {node.casefold(): node for node in nodes_known()}


def _member(node: str) -> tuple[str, str, Any]:
    known = _spelling().get(node.strip().casefold())
    if known is None:
        raise not_found("member of a classic social network", node)
    return known, nodes_known()[known], _graph(nodes_known()[known])


def _pair(first: str, second: str) -> tuple[str, str, Any]:
    (one, left, graph), (two, right, _) = _member(first), _member(second)
    if left != right:
        raise bad_arguments(f"{one} belongs to the {left}, {two} to the {right}")
    if one == two:
        raise bad_arguments(f"{first} and {second} are the same member")
    return one, two, graph


def _network(name: str) -> str:
    for known in NETWORKS:
        if known.casefold() == name.strip().casefold():
            return known
    raise not_found("classic social network", name)


@cache
def _centrality(network: str, measure: str) -> dict[str, float]:
    import networkx

    found = getattr(networkx, f"{measure}_centrality")(_graph(network))
    return {node: round(float(value), 12) for node, value in found.items()}


@tool(
    domain="academic", kind="retrieval", provider="networkx", source=SOURCE, requires=("networkx",),
    examples=({"node": "Valjean"}, {"node": "Medici"}),
)  # fmt: skip
def network_member(node: Node) -> NodeRecord:
    """Network, degree and centralities of a member of a classic social network."""
    import networkx

    name, network, graph = _member(node)
    return {
        "network": network, "degree": int(graph.degree(name)), "betweenness": _centrality(network, "betweenness")[name],
        "closeness": _centrality(network, "closeness")[name], "clustering": float(networkx.clustering(graph, name)),
        "farthest": max(networkx.single_source_shortest_path_length(graph, name).values()),
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="networkx", source=SOURCE, requires=("networkx",),
    examples=({"node": "Medici"}, {"node": "karate club member 1"}),
)  # fmt: skip
def network_neighbours(node: Node) -> Neighbours:
    """The members linked to a member of a classic social network, with the weight of the link, by name."""
    name, _, graph = _member(node)
    rows: list[Neighbour] = [
        {"member": other, "weight": graph[name][other].get("weight"), "degree": int(graph.degree(other))}
        for other in sorted(graph[name])
    ]
    return {"neighbours": rows}


@tool(
    domain="academic", kind="retrieval", provider="networkx", source=SOURCE, requires=("networkx",),
    examples=({"first": "Napoleon", "second": "Cosette"},),
)  # fmt: skip
def network_path(first: Node, second: Node) -> Path:
    """How many links the shortest path between two members of a social network has, and how many such paths exist."""
    import networkx

    one, two, graph = _pair(first, second)
    paths = list(networkx.all_shortest_paths(graph, one, two))
    return {"length": len(paths[0]) - 1, "paths": len(paths)}


@tool(
    domain="academic", kind="retrieval", provider="networkx", source=SOURCE, requires=("networkx",),
    examples=({"first": "Medici", "second": "Strozzi"},),
)  # fmt: skip
def network_common_neighbours(first: Node, second: Node) -> Common:
    """The members linked to both of two members, with two similarity measures (Adamic & Adar 2003: Σ 1 / ln degree)."""
    one, two, graph = _pair(first, second)
    shared, either = sorted(set(graph[one]) & set(graph[two])), set(graph[one]) | set(graph[two])
    return {
        "shared": shared, "jaccard": len(shared) / len(either),
        "adamic_adar": sum(1 / log(graph.degree(node)) for node in shared),  # networkx sums in the order of a set
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="networkx", source=SOURCE, about="{network}", requires=("networkx",),
    examples=({"network": "Florentine families marriage network"},),
)  # fmt: skip
def network_record(network: Network) -> NetworkRecord:
    """Size, density, diameter and transitivity of a classic social network."""
    import networkx

    graph = _graph(_network(network))
    return {
        "members": graph.number_of_nodes(), "links": graph.number_of_edges(), "density": float(networkx.density(graph)),
        "diameter": int(networkx.diameter(graph)), "transitivity": float(networkx.transitivity(graph)),
        "mean_distance": float(networkx.average_shortest_path_length(graph)),
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="networkx", source=SOURCE, requires=("networkx",),
    examples=({"network": "Les Misérables co-appearance network", "measure": "betweenness"},),
)  # fmt: skip
def network_ranking(
    network: Network, measure: Annotated[Measure, Says("measure"), Field(description="Centrality measure")]
) -> Ranking:
    """The ten most central members of a classic social network; ties are broken by name."""
    known = _network(network)
    ranked = sorted(_centrality(known, measure).items(), key=lambda item: (-item[1], item[0]))
    return {"members": [{"member": node, "score": score} for node, score in ranked[:10]]}


@tool(
    domain="academic", kind="retrieval", provider="networkx",
    source="networkx.generators.small; Bondy & Murty, Graph Theory (2008)",
    about="{graph}", requires=("networkx", "scipy"), examples=({"graph": "Petersen graph"}, {"graph": "Heawood graph"}),
)  # fmt: skip
def named_graph(
    graph: Annotated[
        str,
        Semantic("aca.graph"),
        Field(description="Name of a graph of graph theory, such as Petersen graph", min_length=5, max_length=40),
    ],
) -> GraphRecord:
    """Size, diameter, girth and symmetry class of a named graph; spanning trees by Kirchhoff's theorem, exactly."""
    import networkx

    known = next((name for name in NAMED if name.casefold() == graph.strip().casefold().removeprefix("the ")), None)
    if known is None:
        raise not_found("named graph", graph)
    made = networkx.Graph(getattr(networkx, NAMED[known])())
    girth = networkx.girth(made)
    return {
        "vertices": made.number_of_nodes(), "edges": made.number_of_edges(), "diameter": int(networkx.diameter(made)),
        "radius": int(networkx.radius(made)), "girth": int(girth) if girth != float("inf") else None,
        "spanning_trees": _spanning_trees(made), "regular": bool(networkx.is_regular(made)),
        "planar": bool(networkx.is_planar(made)), "bipartite": bool(networkx.is_bipartite(made)),
    }  # fmt: skip


def _spanning_trees(graph: Any) -> int | None:
    """Determinant of a reduced Laplacian by fraction-free elimination; None where it is too long to be asked for."""
    nodes = sorted(graph)
    if len(nodes) > 24:
        return None
    rows = [[graph.degree(a) if a == b else -int(graph.has_edge(a, b)) for b in nodes[1:]] for a in nodes[1:]]
    previous, size = 1, len(rows)
    for k in range(size - 1):  # Bareiss; pivots of a positive definite matrix are never zero
        for i in range(k + 1, size):
            for j in range(k + 1, size):
                rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) // previous
        previous = rows[k][k]
    return rows[-1][-1]
