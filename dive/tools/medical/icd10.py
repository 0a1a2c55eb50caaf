"""ICD-10-CM as tabulated by the CDC: titles, hierarchy, notes and search by words, through simple-icd-10-cm.

The library reads the whole tabular list when it is imported, in some seconds; `tabular_list` keeps what the tools need.
Codes are written with the dot. Titles of chapters and blocks are given without the range of codes that the tabular list
adds.
"""

import re
import sys
from collections import Counter
from functools import cache, lru_cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.medical.tabular_list import TabularList
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "ICD-10-CM tabular list, release of April 2026 (CDC/NCHS); https://www.cdc.gov/nchs/icd/icd-10-cm/files.html"
LONGEST_LIST = 40

Code = Annotated[
    str,
    Semantic("med.icd10cm"),
    Field(description="ICD-10-CM category or code, such as E11 or E11.9", pattern=r"^[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?$"),
]
Endocrine = Annotated[Code, Among(("E10.9", "E11.9", "E11.65", "E66.9", "E78.5", "E03.9", "E05.00", "E13.9", "E78.00"))]
Word = Annotated[
    str,
    Says("word"),
    Among(
        (
            "asthma",
            "gout",
            "malaria",
            "hepatitis",
            "anemia",
            "migraine",
            "pneumonia",
            "epilepsy",
            "glaucoma",
            "dementia",
            "meningitis",
            "leukemia",
            "psoriasis",
            "arthritis",
            "sepsis",
        )
    ),
    Field(description="Word or words that a title must contain, such as gout", min_length=3, max_length=60),
]


class Record(TypedDict):
    title: Annotated[str, Semantic("med.diagnosis"), Says("ICD-10-CM title", same_as="code")]
    billable: Annotated[bool, Says("billable as it stands")]
    below: Annotated[int, Says("number of more specific codes below {code}")]
    block: Annotated[str, Semantic("med.icd10_block"), Says("block that {code} belongs to")]
    chapter: Annotated[str, Semantic("med.icd10_chapter"), Says("chapter that {code} belongs to")]
    chapter_title: Annotated[str, Says("title of the chapter that {code} belongs to")]


class CodeOf(TypedDict):
    code: Annotated[str, Semantic("med.icd10cm"), Says("ICD-10-CM code", same_as="title")]
    billable: Annotated[bool, Says("billable as it stands", ask=False)]


class Subcode(TypedDict):
    title: Annotated[str, Semantic("med.diagnosis"), Says("title", names=True)]
    code: Annotated[str, Semantic("med.icd10cm"), Says("code", ask=False)]
    billable: Annotated[bool, Says("billable as it stands")]
    below: Annotated[int, Says("number of codes below it")]


class Subcodes(TypedDict):
    subcodes: Annotated[
        list[Subcode],
        Says("direct subdivision of {code}", plural="direct subdivisions of {code}"),
    ]


class Parent(TypedDict):
    parent: Annotated[str, Semantic("med.icd10cm"), Says("code directly above {code}")]
    title: Annotated[str, Says("title of the code directly above {code}")]
    siblings: Annotated[int, Says("number of other codes beside {code} under the same parent")]


class Notes(TypedDict):
    included: Annotated[
        list[str], Says("condition listed as included under {code}",
                        plural="conditions listed as included under {code}"),
    ]  # fmt: skip
    excludes1: Annotated[list[str], Says("Excludes1 note at {code}", plural="Excludes1 notes at {code}")]
    excludes2: Annotated[list[str], Says("Excludes2 note at {code}", plural="Excludes2 notes at {code}")]


class CommonAncestor(TypedDict):
    ancestor: Annotated[str, Says("code of the nearest common ancestor of {first} and {second}")]
    title: Annotated[str, Says("title of the nearest common ancestor of {first} and {second}")]
    below: Annotated[int, Says("number of codes below the nearest common ancestor of {first} and {second}", ask=False)]


class Category(TypedDict):
    title: Annotated[str, Semantic("med.diagnosis"), Says("title", names=True)]
    code: Annotated[str, Semantic("med.icd10cm"), Says("code")]
    below: Annotated[int, Says("number of codes below it")]


class Block(TypedDict):
    title: Annotated[str, Says("title of {block}")]
    categories: Annotated[
        list[Category], Says("three-character category of {block}", plural="three-character categories of {block}")
    ]


class BlockRow(TypedDict):
    title: Annotated[str, Says("title", names=True)]
    block: Annotated[str, Semantic("med.icd10_block"), Says("range of codes")]
    categories: Annotated[int, Says("number of three-character categories", high="largest", low="smallest")]


class Chapter(TypedDict):
    title: Annotated[str, Says("title of {chapter}")]
    blocks: Annotated[list[BlockRow], Says("block of {chapter}", plural="blocks of {chapter}")]


class Found(TypedDict):
    categories: Annotated[
        list[Category],
        Says('three-character ICD-10-CM category with the word "{word}" in its title',
             plural='three-character ICD-10-CM categories with the word "{word}" in their titles'),
    ]  # fmt: skip


class ChapterCount(TypedDict):
    title: Annotated[str, Says("title", names=True)]
    chapter: Annotated[str, Semantic("med.icd10_chapter"), Says("number", ask=False)]
    codes: Annotated[int, Says("number of such codes", high="largest", low="smallest")]


class WordCount(TypedDict):
    codes: Annotated[int, Says('number of billable ICD-10-CM codes with the word "{word}" in their titles')]
    chapters: Annotated[
        list[ChapterCount],
        Says('ICD-10-CM chapter with billable codes that have the word "{word}" in their titles',
             plural='ICD-10-CM chapters with billable codes that have the word "{word}" in their titles'),
    ]  # fmt: skip


@cache
def tabular() -> TabularList:
    """The tabular list; the library is let go of once it has been read, for it takes ten times the memory."""
    import simple_icd_10_cm

    read = TabularList(simple_icd_10_cm)
    for name in [name for name in sys.modules if name.partition(".")[0] == "simple_icd_10_cm"]:
        del sys.modules[name]
    return read


def known(code: str) -> str:
    """The code with its dot, or `not_found`."""
    icd = tabular()
    if not icd.is_valid_item(code) or icd.is_chapter(code):
        raise not_found("ICD-10-CM code", code)
    return str(icd.add_dot(code))


def title_of(code: str, block: bool = False) -> str:
    """Title without the range of codes that chapters and blocks carry."""
    return re.sub(r" \([A-Z]\w+(-[A-Z]\w+)?\)$", "", tabular().get_description(code, prioritize_blocks=block))


def items() -> tuple[str, ...]:
    """All categories and codes, without chapters and blocks."""
    return tuple(tabular().codes())


def _below(code: str) -> int:
    return len(set(tabular().get_descendants(code)))


@lru_cache(maxsize=16)
def _containing(word: str, categories: bool = False) -> tuple[str, ...]:
    whole = re.compile(rf"\b{re.escape(word.strip())}\b", re.IGNORECASE)
    return tuple(tabular().codes(whole, categories))


def _categories(codes: list[str]) -> list[Category]:
    return [{"title": title_of(code), "code": code, "below": _below(code)} for code in codes]


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE, about="{code}",
    requires=("simple-icd-10-cm",), examples=({"code": "E11.9"}, {"code": "I21"}),
)  # fmt: skip
def diagnosis_record(code: Code) -> Record:
    """Title, block, chapter and number of subdivisions of an ICD-10-CM code, and whether it is billable."""
    code = known(code)
    block, chapter = [a for a in tabular().get_ancestors(code) if tabular().is_chapter_or_block(a)][-2:]
    return {
        "title": title_of(code), "billable": tabular().is_leaf(code), "below": _below(code),
        "block": block, "chapter": chapter, "chapter_title": title_of(chapter),
    }  # fmt: skip


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE, about="{title}",
    requires=("simple-icd-10-cm",), examples=({"title": "Essential (primary) hypertension"},),
)  # fmt: skip
def diagnosis_code(
    title: Annotated[
        str,
        Semantic("med.diagnosis"),
        Field(description="Full ICD-10-CM title of a diagnosis", min_length=3, max_length=250),
    ],
) -> CodeOf:
    """The ICD-10-CM code with exactly this title; where a category and its only code share it, the billable code."""
    codes = tabular().titled(title.strip())
    if not codes:
        raise not_found("ICD-10-CM title", title)
    best = [code for code in codes if tabular().is_leaf(code)] if len(codes) > 1 else codes
    if len(best) != 1:
        raise bad_arguments(f"{len(codes)} codes have this title: {', '.join(codes[:10])}")
    return {"code": best[0], "billable": tabular().is_leaf(best[0])}


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE, about="{code}",
    requires=("simple-icd-10-cm",), examples=({"code": "G43"},),
)  # fmt: skip
def diagnosis_subcodes(code: Code) -> Subcodes:
    """The direct subdivisions of an ICD-10-CM category or code, in the order of the codes."""
    children = sorted(set(tabular().get_children(known(code))))
    if not children:
        raise not_found("subdivision", code)
    subcodes: list[Subcode] = [
        {"title": title_of(c), "code": c, "billable": tabular().is_leaf(c), "below": _below(c)} for c in children
    ]
    return {"subcodes": subcodes}


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE, about="{code}",
    requires=("simple-icd-10-cm",), examples=({"code": "E11.65"},),
)  # fmt: skip
def diagnosis_parent(code: Code) -> Parent:
    """The code directly above a code of ICD-10-CM, and how many siblings it has; categories have none."""
    code = known(code)
    if tabular().is_category(code):
        raise not_found("code above the category", code)
    parent = tabular().get_parent(code)
    return {"parent": parent, "title": title_of(parent), "siblings": len(set(tabular().get_children(parent))) - 1}


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE, about="{code}",
    requires=("simple-icd-10-cm",), examples=({"code": "E11"}, {"code": "I10"}),
)  # fmt: skip
def diagnosis_notes(code: Code) -> Notes:
    """The notes at an ICD-10-CM code: conditions named as included, Excludes1 and Excludes2, as the tabular list
    orders them."""
    code = known(code)
    included, excludes1, excludes2 = tabular().get_notes(code)
    return {"included": included, "excludes1": excludes1, "excludes2": excludes2}


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE,
    requires=("simple-icd-10-cm",), examples=({"first": "E11.9", "second": "E10.9"},),
)  # fmt: skip
def diagnosis_common_ancestor(first: Endocrine, second: Endocrine) -> CommonAncestor:
    """The nearest code, block or chapter of ICD-10-CM that contains both of two codes."""
    one, other = known(first), known(second)
    if one == other:
        raise bad_arguments("first and second are the same code")
    ancestor = tabular().get_nearest_common_ancestor(one, other)
    if not ancestor:
        raise not_found("common ancestor", f"{first} and {second}")
    return {"ancestor": ancestor, "title": title_of(ancestor), "below": _below(ancestor)}


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE, about="{block}",
    requires=("simple-icd-10-cm",), examples=({"block": "E08-E13"},),
)  # fmt: skip
def diagnosis_block(
    block: Annotated[
        str,
        Semantic("med.icd10_block"),
        Field(description="Block as a range of categories, such as E08-E13", min_length=3, max_length=7),
    ],
) -> Block:
    """The title and the three-character categories of a block of ICD-10-CM, in the order of the codes."""
    icd = tabular()
    if not icd.is_valid_item(block) or not icd.is_block(block):
        raise not_found("ICD-10-CM block", block)
    return {
        "title": title_of(block, True),
        "categories": _categories(sorted(set(icd.get_children(block, prioritize_blocks=True)))),
    }


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE, about="{chapter}",
    requires=("simple-icd-10-cm",), examples=({"chapter": "9"},),
)  # fmt: skip
def diagnosis_chapter(
    chapter: Annotated[str, Semantic("med.icd10_chapter"), Field(description="Chapter number, 1 to 22", pattern=r"^[0-9]{1,2}$")],
) -> Chapter:
    """The title and the blocks of a chapter of ICD-10-CM with their numbers of categories, in the order of the
    codes."""
    icd = tabular()
    if not icd.is_valid_item(chapter):
        raise not_found("ICD-10-CM chapter", chapter)
    blocks: list[BlockRow] = [
        {"title": title_of(b, True), "block": b, "categories": len(set(icd.get_children(b, prioritize_blocks=True)))}
        for b in sorted(set(icd.get_children(chapter)))
    ]
    return {"title": title_of(chapter), "blocks": blocks}


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE,
    requires=("simple-icd-10-cm",), examples=({"word": "gout"}, {"word": "migraine"}),
)  # fmt: skip
def categories_with_word(word: Word) -> Found:
    """The three-character ICD-10-CM categories whose title contains a word, in the order of the codes; refused above
    40."""
    codes = list(_containing(word, categories=True))
    if not codes:
        raise not_found("ICD-10-CM category with the word", word)
    if len(codes) > LONGEST_LIST:
        raise ToolError("too_large", f"{len(codes)} categories contain {word!r}; at most {LONGEST_LIST} are listed")
    return {"categories": _categories(codes)}


@tool(
    domain="medical", kind="retrieval", provider="simple-icd-10-cm", source=SOURCE,
    requires=("simple-icd-10-cm",), examples=({"word": "asthma"}, {"word": "sepsis"}),
)  # fmt: skip
def codes_with_word(word: Word) -> WordCount:
    """How many billable ICD-10-CM codes have a word in their titles, in total and by chapter, most first."""
    icd = tabular()
    codes = [code for code in _containing(word) if icd.is_leaf(code)]
    if not codes:
        raise not_found("billable ICD-10-CM code with the word", word)
    counted = Counter(icd.get_ancestors(code)[-1] for code in codes)
    chapters: list[ChapterCount] = [
        {"title": title_of(c), "chapter": c, "codes": n} for c, n in sorted(counted.items(), key=lambda i: (-i[1], int(i[0])))
    ]
    return {"codes": len(codes), "chapters": chapters}
