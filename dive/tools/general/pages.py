"""Search and browse: tools over the library of pages (`library`)."""

import re
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.general.library import (
    LIBRARIES,
    SOURCE,
    Page,
    back_links,
    links,
    pages,
    parameters_of,
    references_of,
    search,
)  # fmt: skip
from dive.tools.tool import Among, Says, Semantic, tool

MAX_TEXT = 12_000

Topic = Annotated[
    str, Semantic("doc.topic"), Field(description="Words to search for, such as shortest path", min_length=2, max_length=200)
]
Title = Annotated[
    str, Semantic("doc.page"), Field(description="Title of a page, such as scipy.signal.butter", min_length=3, max_length=120)
]


class Hit(TypedDict):
    title: Annotated[str, Semantic("doc.page"), Says("page", names=True)]
    words: Annotated[int, Says("number of words", unit="words", high="largest", low="smallest")]
    links: Annotated[int, Says("number of pages it links to", high="largest", low="smallest")]


class Hits(TypedDict):
    best: Annotated[str, Semantic("doc.page"), Says("best match for {words} in the SciPy and NetworkX reference")]
    count: Annotated[int, Says("number of pages of the SciPy and NetworkX reference that match {words}", unit="pages")]
    pages: Annotated[
        list[Hit],
        Says(
            "page among the ten best matches for {words} in the SciPy and NetworkX reference",
            plural="ten best matches for {words} in the SciPy and NetworkX reference",
        ),
    ]


class PageFacts(TypedDict):
    words: Annotated[int, Says("number of words", unit="words", high="largest", low="smallest")]
    parameters: Annotated[list[str], Says("parameter documented on {page}", plural="parameters documented on {page}")]
    sections: Annotated[list[str], Says("section of {page}", plural="sections (the summary included) of {page}")]
    references: Annotated[int, Says("number of entries under References", high="largest", low="smallest")]
    examples: Annotated[int, Says("number of lines of code that start with >>>", high="largest", low="smallest")]
    longest_section: Annotated[str, Says("section with the most words")]


class Linked(TypedDict):
    title: Annotated[str, Semantic("doc.page"), Says("page", names=True)]
    words: Annotated[int, Says("number of words", unit="words", high="largest", low="smallest")]
    linked_from: Annotated[int, Says("number of pages that link to it", high="largest", low="smallest")]


class Links(TypedDict):
    links: Annotated[list[Linked], Says("page linked under See Also on {page}", plural="pages linked under See Also on {page}")]
    linked_from: Annotated[
        list[str],
        Semantic("doc.page"),
        Says("page whose See Also links to {page}", plural="pages whose See Also links to {page}"),
    ]


class Text(TypedDict):
    text: Annotated[str, Says("text", ask=False)]
    words: Annotated[int, Says('number of words in the section "{section}" of {page}', unit="words")]
    lines: Annotated[int, Says('number of lines that are not empty in the section "{section}" of {page}', unit="lines")]


class Mentions(TypedDict):
    count: Annotated[int, Says('number of times that the word "{word}" stands on {page} (upper or lower case)')]
    sections: Annotated[
        list[str],
        Says(
            'section of {page} with the word "{word}"', plural='sections (the summary included) of {page} with the word "{word}"'
        ),
    ]
    first: Annotated[str, Says("first line with the word", ask=False)]


def _page(title: str) -> Page:
    if title not in pages():
        raise not_found("page", title)
    return pages()[title]


def _words(text: str) -> int:
    return len(text.split())


@tool(
    domain="general", kind="retrieval", provider="scipy", source=f"BM25 (Robertson et al., TREC-3, 1994) over {SOURCE}",
    about="{words}", requires=LIBRARIES, examples=({"words": "shortest path"}, {"words": "low-pass filter"}),
)  # fmt: skip
def search_pages(words: Topic) -> Hits:
    """Pages of the SciPy and NetworkX reference that have all of some words (inflected forms too): how many there are,
    and the ten best with their words and links, best first."""
    wanted = re.findall(r"\w+", words)
    if not 1 <= len(wanted) <= 12:
        raise bad_arguments("from 1 to 12 words can be searched for")
    found = search(wanted)
    if not found:
        raise not_found("page with all of the words", words)
    hits: list[Hit] = [{"title": t, "words": _words(pages()[t].text), "links": len(links()[t])} for t in found[:10]]
    return {"best": found[0], "count": len(found), "pages": hits}


@tool(
    domain="general", kind="retrieval", provider="scipy", source=SOURCE, about="{page}", requires=LIBRARIES,
    examples=({"page": "scipy.signal.butter"}, {"page": "networkx.pagerank"}),
)  # fmt: skip
def page_facts(page: Title) -> PageFacts:
    """Words, documented parameters, sections, references and lines of example code of a page."""
    found = _page(page)
    counts = {heading: _words(text) for heading, text in found.sections.items()}
    return {
        "words": _words(found.text),
        "parameters": parameters_of(found)[:60],
        "sections": list(found.sections),
        "references": references_of(found),
        "examples": len(re.findall(r"^\s*>>>", found.text, re.MULTILINE)),
        "longest_section": max(counts, key=lambda heading: counts[heading]),
    }


@tool(
    domain="general", kind="retrieval", provider="scipy", source=SOURCE, about="{page}", requires=LIBRARIES,
    examples=({"page": "scipy.signal.butter"},),
)  # fmt: skip
def page_links(page: Title) -> Links:
    """Pages that a page links to under See Also, in its order, with words and links to them, and the pages that link to
    it, by title."""
    _page(page)
    out: list[Linked] = [
        {"title": t, "words": _words(pages()[t].text), "linked_from": len(back_links()[t])} for t in links()[page][:40]
    ]
    return {"links": out, "linked_from": list(back_links()[page][:60])}


@tool(
    domain="general", kind="retrieval", provider="scipy", source=SOURCE, about="{page}", requires=LIBRARIES,
    examples=({"page": "networkx.pagerank", "section": "Notes"},),
)  # fmt: skip
def read_page(
    page: Title,
    section: Annotated[
        str,
        Among(("Parameters", "Returns", "Notes", "Examples")),
        Field(description="Heading of a section; Summary is the text before the first", min_length=3, max_length=60),
    ] = "Summary",
) -> Text:
    """Text of one section of a page, up to 12,000 characters, with its words and lines."""
    found = _page(page)
    if section not in found.sections:
        raise not_found(f"section of {page} (it has {', '.join(found.sections)})", section)
    text = found.sections[section]
    return {"text": text[:MAX_TEXT], "words": _words(text), "lines": sum(bool(line.strip()) for line in text.splitlines())}


@tool(
    domain="general", kind="retrieval", provider="scipy", source=SOURCE, about="{page}", requires=LIBRARIES,
    examples=({"page": "scipy.stats.ttest_ind", "word": "variance"},),
)  # fmt: skip
def find_in_page(
    page: Title,
    word: Annotated[
        str,
        Among(("array", "function", "graph", "default", "number", "axis", "node", "matrix", "method", "sample")),
        Field(description="Whole word, upper or lower case", pattern=r"^\w+$", max_length=60),
    ],
) -> Mentions:
    """How often a word stands on a page, in which of its sections, and the first line with it."""
    found = _page(page)
    pattern = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
    count = len(pattern.findall(found.text))
    if not count:
        raise not_found(f"mention on {page}", word)
    return {
        "count": count,
        "sections": [heading for heading, text in found.sections.items() if pattern.search(text)],
        "first": next(line.strip() for line in found.text.splitlines() if pattern.search(line))[:300],
    }
