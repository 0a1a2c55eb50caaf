"""Seeds of files, tables and pages: what stands on the shelf, in the database and in the library of pages."""

from collections.abc import Iterator

from dive.types import Seed

PAGES = 420
"""Pages that are linked most; a seed has at least one link and one link to it."""
TOPICS = (
    "shortest path", "spanning tree", "bipartite graph", "maximum flow", "community detection", "graph coloring", "centrality",
    "random graph", "clique", "matching", "isomorphism", "planar graph", "eigenvector", "connected components", "dominating set",
    "Fourier transform", "low pass filter", "window function", "convolution", "spectrogram", "peak", "resampling", "wavelet",
    "hypothesis test", "t test", "analysis of variance", "rank correlation", "confidence interval", "kernel density", "quantile",
    "normality", "goodness of fit", "bootstrap", "permutation test", "skewness", "entropy", "contingency table", "effect size",
    "Bessel function", "gamma function", "Legendre polynomial", "elliptic integral", "error function", "binomial coefficient",
    "matrix exponential", "singular value decomposition", "least squares", "Cholesky", "sparse matrix", "linear programming",
    "root finding", "global optimization", "differential equation", "quadrature", "cubic spline", "interpolation",
    "nearest neighbors", "convex hull", "Voronoi", "hierarchical clustering", "image morphology", "Gaussian filter",
)  # fmt: skip
PLACES = ("day", "year", "quarter", "discovery_year", "latitude", "longitude")
"""Columns whose sums and means nobody asks for."""


def _seed(semantic: str, value: str, source: str) -> Seed:
    return Seed(domain="general", semantic=semantic, value=value, source=source)


def files() -> Iterator[Seed]:
    """The files of each kind, the folders, and some files of each kind as plain files."""
    from dive.tools.general.shelf import shelf_values

    for semantic, paths in shelf_values().items():
        yield from (_seed(semantic, path, "files of libraries") for path in paths)


def database() -> Iterator[Seed]:
    """Tables, their columns of texts and of numbers, and the databases that come as files."""
    from dive.tools.general.database import describe_table
    from dive.tools.general.sql import DATABASES
    from dive.tools.general.tables import tables

    described = {name: describe_table.function(name) for name in tables()}
    yield from (_seed("db.table", name, "database of library tables") for name in described)
    yield from (_seed("db.database", name, "databases of libraries") for name in DATABASES)
    for facts in described.values():
        yield from (_seed("db.category", name, "database of library tables") for name in facts["texts"] if name != facts["label"])
    for facts in described.values():
        for item in facts["numeric"]:
            column = item["name"].rpartition(".")[2]
            if column not in PLACES and column != facts["label"] and item["distinct"] >= 8:
                yield _seed("db.column", item["name"], "database of library tables")


def reference() -> Iterator[Seed]:
    """Topics that have pages, and the pages that are linked most."""
    from dive.tools.general.library import back_links, links, search

    yield from (_seed("doc.topic", topic, "own list") for topic in TOPICS if len(search(topic.split())) >= 4)
    linked = sorted((t for t in links() if links()[t] and back_links()[t]), key=lambda t: (-len(back_links()[t]), t))
    yield from (_seed("doc.page", title, "SciPy and NetworkX reference") for title in sorted(linked[:PAGES]))
