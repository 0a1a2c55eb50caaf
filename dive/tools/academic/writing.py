"""Scholarly writing: LaTeX symbols and text, BibTeX entries and the readability of English text.

Syllables are counted by a stated rule (groups of vowels, a final silent e left out), which approximates a dictionary;
scores
are therefore comparable among each other rather than with other programs.
"""

import re
from functools import cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

LATEX = "pylatexenc macro tables; https://pylatexenc.readthedocs.io"

Passage = Annotated[
    str,
    Among((
        "The quick brown fox jumps over the lazy dog. It was a sunny day in the village.",
        "We hold these truths to be self-evident, that all men are created equal.",
        "Nothing in life is to be feared, it is only to be understood. Now is the time to understand more.",
        "The mitochondrion is an organelle in the cells of most eukaryotes. It generates most of the chemical energy "
        "of the cell.",
        "Statistical significance does not measure the size of an effect. It depends on the sample as well.",
    )),
    Says("text"), Field(description="English text of at least one sentence", min_length=10, max_length=5000),
]  # fmt: skip
Entry = Annotated[
    str,
    Among((
        "@article{einstein1905, author={Einstein, Albert}, title={Zur Elektrodynamik bewegter K{\\\"o}rper}, "
        "journal={Annalen der Physik}, volume={322}, pages={891--921}, year={1905}, doi={10.1002/andp.19053221004}}",
        "@article{watson1953, author={Watson, James D. and Crick, Francis H. C.}, title={Molecular Structure of "
        "Nucleic Acids}, journal={Nature}, volume={171}, pages={737--738}, year={1953}, doi={10.1038/171737a0}}",
        "@article{hirsch2005, author={Hirsch, Jorge E.}, title={An index to quantify an individual's scientific "
        "research output}, journal={PNAS}, volume={102}, pages={16569--16572}, year={2005}, "
        "doi={10.1073/pnas.0507655102}}",
        "@article{abbott2016, author={Abbott, B. P. and Abbott, R. and Abbott, T. D.}, title={Observation of "
        "Gravitational Waves from a Binary Black Hole Merger}, journal={Physical Review Letters}, volume={116}, "
        "year={2016}, doi={10.1103/PhysRevLett.116.061102}}",
    )),
    Says("BibTeX entry"), Field(description="One BibTeX entry", min_length=10, max_length=4000),
]  # fmt: skip


class Symbol(TypedDict):
    character: Annotated[str, Says("character produced by {macro}")]
    name: Annotated[str, Says("Unicode name")]
    point: Annotated[int, Says("Unicode code point, as a decimal number,")]
    category: Annotated[str, Says("two-letter Unicode category")]


class Readable(TypedDict):
    ease: Annotated[float, Says("Flesch reading ease", digits=2)]
    grade: Annotated[float, Says("Flesch-Kincaid grade level", digits=2)]
    liau: Annotated[float, Says("Coleman-Liau index", digits=2)]
    words: Annotated[int, Says("number of words")]


class Lexicon(TypedDict):
    types: Annotated[int, Says("number of different words, case ignored, in the text “{text}”")]
    ratio: Annotated[float, Says("type-token ratio", digits=4)]
    once: Annotated[int, Says("number of words that occur exactly once in the text “{text}”")]
    longest: Annotated[str, Says("longest word (the first in the alphabet if tied) in the text “{text}”")]
    yule: Annotated[float, Says("Yule characteristic K", digits=2)]


class Reference(TypedDict):
    year: Annotated[int | None, Semantic("time.year"), Says("publication year", high="latest", low="earliest")]
    doi: Annotated[str | None, Semantic("aca.doi"), Says("DOI")]
    title: Annotated[str | None, Says("title, in Unicode,")]
    journal: Annotated[str | None, Says("journal")]
    authors: Annotated[list[str], Says("author family name")]
    pages: Annotated[int | None, Says("number of pages")]


@cache
def macros_known() -> dict[str, str]:
    """LaTeX commands that stand for one character, in the order of the alphabet."""
    from pylatexenc.latex2text import get_default_latex_context_db

    found: dict[str, str] = {}
    for spec in get_default_latex_context_db().iter_macro_specs():
        text = spec.simplify_repl
        if isinstance(text, str) and len(text) == 1 and ord(text) > 127 and re.fullmatch(r"[A-Za-z]{2,}", spec.macroname):
            found.setdefault(spec.macroname, text)
    return dict(sorted(found.items()))


@tool(
    domain="academic", kind="retrieval", provider="pylatexenc", source=LATEX, about="the character produced by {macro}",
    requires=("pylatexenc",),
    examples=({"macro": "\\alpha"}, {"macro": "\\rightarrow"}),
)  # fmt: skip
def latex_symbol(
    macro: Annotated[
        str, Semantic("aca.macro"), Field(description="LaTeX command, such as \\alpha", min_length=2, max_length=40)
    ],
) -> Symbol:
    """The character that a LaTeX command stands for, with its Unicode name and code point."""
    import unicodedata

    character = macros_known().get(macro.strip().removeprefix("\\"))
    if character is None:
        raise not_found("character of the LaTeX command", macro)
    return {
        "character": character, "name": unicodedata.name(character, "").lower(), "point": ord(character),
        "category": unicodedata.category(character),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="pylatexenc", source=LATEX, about="{latex}",
    requires=("pylatexenc",),
    examples=({"latex": "Schr\\\"odinger and \\'Emile Borel"},),
)  # fmt: skip
def latex_to_unicode(
    latex: Annotated[
        str,
        Among(("Schr\\\"odinger", "G\\\"odel", "\\'Emile Borel", "Erd\\H{o}s", "Poincar\\'e", "\\AA ngstr\\\"om",
            "\\v{C}ech", "Ha\\v{c}ek")),
        Says("LaTeX source"), Field(description="LaTeX source", min_length=1, max_length=2000),
    ],
) -> Annotated[str, Says("plain Unicode text of the LaTeX source {latex}")]:  # fmt: skip
    """The plain Unicode text of LaTeX source."""
    from pylatexenc.latex2text import LatexNodes2Text

    return str(LatexNodes2Text().latex_to_text(latex)).strip()


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]+(?:['’-][A-Za-z]+)*", text)


def _syllables(word: str) -> int:
    bare = re.sub(r"[^a-z]", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", bare))
    silent = bare.endswith("e") and not bare.endswith(("le", "ee", "ye")) and groups > 1
    return max(1, groups - silent)


@tool(
    domain="academic", kind="processing", provider="own", about="the text “{text}”",
    source="Flesch 1948, doi:10.1037/h0057532; Kincaid et al. 1975, Naval Technical Training, Research Branch Report 8-75; "
        "Coleman & Liau 1975, doi:10.1037/h0076540",
    examples=({"text": "The cat sat on the mat. It was a sunny day."},),
)  # fmt: skip
def text_readability(text: Passage) -> Readable:
    """Flesch reading ease, Flesch-Kincaid grade and Coleman-Liau index of an English text.

    Ease = 206.835 - 1.015 W/S - 84.6 Y/W; grade = 0.39 W/S + 11.8 Y/W - 15.59; CLI = 5.88 L/W - 29.6 S/W - 15.8, where
    W are
    words, S sentences (ended by . ! or ?), L letters and Y syllables (vowel groups without a final silent e).
    """
    words = _words(text)
    sentences = max(1, len(re.findall(r"[.!?]+(?=\s|$)", text)))
    if not words:
        raise bad_arguments("the text has no words")
    n, syllables = len(words), sum(_syllables(word) for word in words)
    letters = sum(character.isalpha() for word in words for character in word)
    return {
        "ease": 206.835 - 1.015 * n / sentences - 84.6 * syllables / n,
        "grade": 0.39 * n / sentences + 11.8 * syllables / n - 15.59,
        "liau": 5.88 * letters / n - 29.6 * sentences / n - 15.8, "words": n,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="own", about="the text “{text}”",
    source="Yule 1944, The Statistical Study of Literary Vocabulary, K = 10⁴ (Σ i²V_i - N) / N²",
    examples=({"text": "The cat sat on the mat. The dog sat too."},),
)  # fmt: skip
def text_vocabulary(text: Passage) -> Lexicon:
    """Vocabulary size, type-token ratio and Yule's K of an English text; case is ignored."""
    words = [word.lower() for word in _words(text)]
    if not words:
        raise bad_arguments("the text has no words")
    counts = {word: words.count(word) for word in sorted(set(words))}
    return {
        "types": len(counts), "ratio": len(counts) / len(words), "once": list(counts.values()).count(1),
        "longest": max(counts, key=len),
        "yule": 1e4 * (sum(c * c for c in counts.values()) - len(words)) / len(words) ** 2,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="bibtexparser",
    source="bibtexparser 2; https://bibtexparser.readthedocs.io",
    about="the reference {entry}", requires=("bibtexparser", "pylatexenc"),
    examples=({"entry": "@article{a, author={Doe, Jane and Roe, Richard}, title={On T}, journal={J}, year={2001}, "
        "pages={1--9}}"},),
)  # fmt: skip
def bibtex_entry(entry: Entry) -> Reference:
    """Year, DOI, title, authors and page count in a BibTeX entry, LaTeX accents resolved."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import SeparateCoAuthors, SplitNameParts

    library = parse_string(entry, append_middleware=[SeparateCoAuthors(), SplitNameParts()])
    if len(library.entries) != 1 or library.failed_blocks:
        raise bad_arguments("the text is not one BibTeX entry")
    fields = {key.lower(): field.value for key, field in library.entries[0].fields_dict.items()}
    names = [_plain(" ".join([*name.von, *name.last])) for name in fields.get("author", [])]
    year, pages = (
        str(fields.get("year", "")),
        re.fullmatch(r"(\d+)\s*[-–]+\s*(\d+)", str(fields.get("pages", "")).strip()),
    )
    return {
        "year": int(year) if year.isdigit() else None, "doi": str(fields["doi"]).lower() if "doi" in fields else None,
        "title": _plain(fields["title"]) if "title" in fields else None,
        "journal": _plain(fields["journal"]) if "journal" in fields else None, "authors": names,
        "pages": int(pages[2]) - int(pages[1]) + 1 if pages and int(pages[2]) >= int(pages[1]) else None,
    }  # fmt: skip


def _plain(text: object) -> str:
    from pylatexenc.latex2text import LatexNodes2Text

    return str(LatexNodes2Text().latex_to_text(str(text))).strip()
