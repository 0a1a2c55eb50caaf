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
FILES = {"file.text": "texts/", "file.image": "images/", "file.sound": "sounds/", "file.workbook": "workbooks/"}
"""The kinds of files that several tools take; of one tool alone no question in three rounds can be made."""


def _seed(semantic: str, value: str, source: str) -> Seed:
    return Seed(domain="general", semantic=semantic, value=value, source=source)


def files() -> Iterator[Seed]:
    """The files of each kind."""
    from dive.tools.general.shelf import shelf_paths

    for semantic, folder in FILES.items():
        yield from (_seed(semantic, path, "files of libraries") for path in shelf_paths() if path.startswith(folder))


def database() -> Iterator[Seed]:
    """Tables, and their columns of numbers."""
    from dive.tools.general.database import describe_table
    from dive.tools.general.tables import tables

    described = {name: describe_table.function(name) for name in tables()}
    yield from (_seed("db.table", name, "database of library tables") for name in described)
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
