"""The library of pages: the reference documentation that SciPy and NetworkX carry, a page for each function or class.

A page is read from the object's docstring, which both projects write in the numpydoc form: a summary, then sections
under underlined headings. Its links are the names under "See Also" that have a page themselves. The full-text index is
SQLite's FTS5 in memory, ranked by BM25; pages of equal rank come by title.
"""

import re
import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

LIBRARIES = ("networkx", "scipy")
SOURCE = "docstrings of SciPy and NetworkX (BSD-3-Clause), as installed"
MODULES = (
    "networkx", "scipy.cluster.hierarchy", "scipy.cluster.vq", "scipy.fft", "scipy.integrate", "scipy.interpolate", "scipy.io",
    "scipy.linalg", "scipy.ndimage", "scipy.optimize", "scipy.signal", "scipy.signal.windows", "scipy.sparse",
    "scipy.sparse.csgraph", "scipy.sparse.linalg", "scipy.spatial", "scipy.spatial.distance", "scipy.special", "scipy.stats",
)  # fmt: skip
_DRAWN = re.compile(r"\s*array\(\[[^\]]*\]\)  # may vary")
_BY_POSITION = re.compile(r"(Use of argument\(s\) ``\{)([^}]+)(\}``)")
_UNDERLINE = re.compile(r"[-=]{3,}\s*")


class Page(NamedTuple):
    """A page: its title is the full name of what it documents."""

    title: str
    text: str
    sections: dict[str, str]
    """Text by heading; the part before the first heading is the `Summary`."""


@cache
def pages() -> dict[str, Page]:
    """All pages by title, sorted."""
    found = {title: Page(title, text, sections_of(text)) for title, text in _docstrings()}
    return dict(sorted(found.items()))


def _docstrings() -> Iterator[tuple[str, str]]:
    import inspect
    import warnings

    for name in MODULES:
        module = import_module(name)
        listed = getattr(module, "__all__", None) or [entry for entry in dir(module) if not entry.startswith("_")]
        for entry in sorted(listed):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                thing = getattr(module, entry, None)
            if thing is None or inspect.ismodule(thing) or not callable(thing):
                continue
            thing = getattr(thing, "orig_func", thing)  # without what installed backends add to it
            text = settled((inspect.getdoc(thing) or "").strip())
            if len(text) >= 300 and str(getattr(thing, "__module__", name)).split(".")[0] in (*LIBRARIES, "None"):
                yield f"{name}.{entry}", text


def settled(text: str) -> str:
    """A docstring without what SciPy puts into it anew at each start: the sample that the example of a distribution
    draws, and names in the order of a set, which are sorted.
    """
    kept = [line for line in text.splitlines() if not _DRAWN.fullmatch(line)]
    return _BY_POSITION.sub(lambda m: m[1] + ", ".join(sorted(m[2].split(", "))) + m[3], "\n".join(kept))


def sections_of(text: str) -> dict[str, str]:
    """The sections of a docstring by heading."""
    found: dict[str, list[str]] = {"Summary": []}
    here = "Summary"
    lines = text.splitlines()
    for n, line in enumerate(lines):
        following = lines[n + 1] if n + 1 < len(lines) else ""
        if line.strip() and _UNDERLINE.fullmatch(following) and not line.startswith(" "):
            here = line.strip()
            found.setdefault(here, [])
        elif not (_UNDERLINE.fullmatch(line) and n and lines[n - 1].strip() == here):
            found[here].append(line)
    return {heading: "\n".join(part).strip() for heading, part in found.items()}


def parameters_of(page: Page) -> list[str]:
    """The names under "Parameters": lines without indent, several names parted by commas."""
    lines = page.sections.get("Parameters", "").splitlines()
    heads = [line.partition(":")[0] for line in lines if line and not line.startswith((" ", "\t"))]
    names = [name.strip(" *`") for head in heads for name in head.split(",")]
    return [name for name in names if re.fullmatch(r"\w+", name)]


def references_of(page: Page) -> int:
    """How many entries the section "References" has."""
    return len(re.findall(r"^\s*\.\. \[", page.sections.get("References", ""), re.MULTILINE))


@cache
def links() -> dict[str, tuple[str, ...]]:
    """The pages that each page names under "See Also", in its order."""
    every = pages()
    made = {}
    for page in every.values():
        module, _, own = page.title.rpartition(".")
        lines = [line for line in page.sections.get("See Also", "").splitlines() if line and not line.startswith((" ", "\t"))]
        names = [name.strip(" `") for line in lines for name in line.partition(" :")[0].split(",")]
        targets = [
            next((t for t in (f"{module}.{name}", name, f"scipy.{name}", f"networkx.{name}") if t in every), None)
            for name in (re.sub(r":\w+:`~?|`", "", name) for name in names)
            if name != own
        ]
        made[page.title] = tuple(dict.fromkeys(t for t in targets if t is not None and t != page.title))
    return made


@cache
def back_links() -> dict[str, tuple[str, ...]]:
    """The pages that name each page under "See Also", by title."""
    found: dict[str, list[str]] = {title: [] for title in pages()}
    for title, targets in links().items():
        for target in targets:
            found[target].append(title)
    return {title: tuple(sources) for title, sources in found.items()}


@cache
def _index() -> Any:
    base = sqlite3.connect(":memory:", check_same_thread=False)
    base.execute("CREATE VIRTUAL TABLE pages USING fts5(title, summary, text, tokenize = 'porter unicode61')")
    rows = ((page.title.replace(".", " ").replace("_", " "), page.sections["Summary"], page.text) for page in pages().values())
    base.executemany("INSERT INTO pages VALUES (?, ?, ?)", rows)
    return base


def search(words: list[str]) -> list[str]:
    """Titles of the pages with all of the words or their inflections, best first: BM25, where a word in the title
    counts ten times and one in the summary four times as much as one in the text."""
    quoted = " ".join('"' + word.replace('"', '""') + '"' for word in words)
    rows = _index().execute(
        "SELECT rowid, round(bm25(pages, 10.0, 4.0, 1.0), 6) AS rank FROM pages WHERE pages MATCH ? ORDER BY rank, rowid",
        [quoted],
    )
    titles = list(pages())
    return [titles[number - 1] for number, _ in rows.fetchall()]
