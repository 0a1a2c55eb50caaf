"""Citation indices of researchers and journals, by their published formulas.

Citation counts are stated in the question; no citation data base is asked.
"""

from math import floor, sqrt
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

Citations = Annotated[
    list[Annotated[int, Field(ge=0, le=1000000)]], Semantic("aca.citation_counts"), Says("citation counts"),
    Among((
        [50, 30, 20, 10, 8, 6, 5, 4, 2, 1], [120, 85, 44, 41, 33, 21, 18, 12, 9, 3, 0], [15, 14, 9, 9, 7, 3, 2],
        [310, 45, 40, 12, 11, 10, 8, 8, 5, 5, 4, 1], [25, 24, 22, 19, 17, 12, 10, 9, 7, 6, 2],
        [64, 31, 7, 6, 5, 5, 1, 0, 0],
    )),
    Field(description="Citations of each paper", min_length=1, max_length=200),
]  # fmt: skip


class Indices(TypedDict):
    h: Annotated[int, Semantic("aca.h_index"), Says("h-index")]
    g: Annotated[int, Says("g-index, limited to the number of papers,")]
    i10: Annotated[int, Says("i10-index")]
    e: Annotated[float, Says("e-index", digits=3)]
    total: Annotated[int, Says("total number of citations")]
    uncited: Annotated[int, Says("number of uncited papers")]


class Concentration(TypedDict):
    gini: Annotated[float, Says("Gini coefficient", digits=4)]
    top_share: Annotated[float, Says("share of all citations held by the most cited paper", unit="%", digits=2)]
    herfindahl: Annotated[float, Says("Herfindahl concentration index", digits=4)]


class Factor(TypedDict):
    factor: Annotated[float, Says("two-year impact factor", digits=3)]


@tool(
    domain="academic", kind="processing", provider="own", about="a researcher whose papers have {citations} citations",
    source="Hirsch 2005, doi:10.1073/pnas.0507655102; Egghe 2006, doi:10.1007/s11192-006-0144-7; Zhang 2009, "
        "doi:10.1371/journal.pone.0005429",
    examples=({"citations": [50, 30, 20, 10, 8, 6, 5, 4, 2, 1]},),
)  # fmt: skip
def citation_indices(citations: Citations) -> Indices:
    """h-, g-, i10- and e-index of a researcher by the citations of each paper.

    h: largest h with h papers of at least h citations; g: largest g, up to the number of papers, whose top g papers
    have at least
    g² citations together; e = sqrt(sum of the top h counts - h²).
    """
    ranked = sorted(citations, reverse=True)
    h = sum(count >= rank for rank, count in enumerate(ranked, 1))
    g = sum(sum(ranked[:rank]) >= rank * rank for rank in range(1, len(ranked) + 1))
    return {
        "h": h, "g": g, "i10": sum(count >= 10 for count in ranked), "e": sqrt(sum(ranked[:h]) - h * h),
        "total": sum(ranked), "uncited": ranked.count(0),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="own", about="a publication list with {citations} citations",
    source="Gini 1912, G = Σ(2i - n - 1)x_i / (nΣx); Herfindahl 1950",
    examples=({"citations": [50, 30, 20, 10, 8, 6, 5, 4, 2, 1]},),
)  # fmt: skip
def citation_concentration(citations: Citations) -> Concentration:
    """How unequally citations are spread over papers: Gini (no small-sample correction) and Herfindahl index."""
    total, n = sum(citations), len(citations)
    if total == 0 or n < 2:
        raise bad_arguments("concentration needs at least two papers and one citation")
    ranked = sorted(citations)
    gini = sum((2 * rank - n - 1) * count for rank, count in enumerate(ranked, 1)) / (n * total)
    return {
        "gini": gini,
        "top_share": 100 * ranked[-1] / total,
        "herfindahl": sum((count / total) ** 2 for count in citations),
    }


@tool(
    domain="academic", kind="processing", provider="own",
    about="a researcher with an h-index of {h} whose first paper appeared {years}",
    source="Hirsch 2005, PNAS 102, 16569, doi:10.1073/pnas.0507655102", examples=({"h": 24, "years": 16},),
)  # fmt: skip
def m_quotient(
    h: Annotated[int, Semantic("aca.h_index"), Among((6, 9, 12, 18, 24, 41)), Field(description="h-index", ge=0,
        le=400)],
    years: Annotated[
        int, Among((5, 8, 12, 16, 25, 34)), Says("career length", unit="years ago"),
        Field(description="Years since the first paper", ge=1, le=80),
    ],
) -> Annotated[float, Says("m-quotient", digits=3)]:  # fmt: skip
    """Hirsch's m-quotient, the h-index divided by the years since the first paper."""
    return h / years


@tool(
    domain="academic", kind="processing", provider="own",
    source="Garfield 2006, JAMA 295, 90, doi:10.1001/jama.295.1.90",
    about="a journal that published {first_items} citable items in the first and {second_items} in the second of the "
    "two preceding years, which drew {citations} in {year}",
    examples=({"citations": 1200, "first_items": 180, "second_items": 220, "year": 2023},),
)  # fmt: skip
def journal_impact_factor(
    citations: Annotated[
        int, Among((310, 864, 1200, 4520)), Says("citations", unit="citations"),
        Field(description="Citations in the year", ge=0, le=10000000)
    ],
    first_items: Annotated[int, Among((95, 180, 240, 410)), Field(description="Items two years before", ge=1,
        le=100000)],
    second_items: Annotated[int, Among((102, 220, 265, 388)), Field(description="Items one year before", ge=1,
        le=100000)],
    year: Annotated[int, Semantic("time.year"), Among((2019, 2021, 2022, 2023)),
        Field(description="Year of the factor", ge=1965, le=2100)],
) -> Factor:  # fmt: skip
    """The two-year impact factor of a journal: citations to items of the two preceding years, per item."""
    return {"factor": citations / (first_items + second_items)}


@tool(
    domain="academic", kind="processing", provider="own", about="papers with {authors} authors",
    source="Ajiferuke, Burrell & Tague 1988, doi:10.1007/BF02017100", examples=({"authors": [1, 2, 3, 4]},),
)  # fmt: skip
def collaboration_coefficient(
    authors: Annotated[
        list[Annotated[int, Field(ge=1, le=5000)]], Among(([1, 2, 3, 4], [5, 3, 8, 1, 2], [4, 4, 6, 12, 2, 1, 3])),
        Says("author counts"), Field(description="Authors of each paper", min_length=1, max_length=200),
    ],
) -> Annotated[float, Says("collaborative coefficient", digits=4)]:  # fmt: skip
    """The collaborative coefficient of a set of papers, 1 - mean(1 / authors)."""
    return 1 - sum(1 / count for count in authors) / len(authors)


@tool(
    domain="academic", kind="processing", provider="own", about="a field with {authors}",
    source="Lotka 1926, J. Washington Acad. Sci. 16, 317 (inverse-square law)",
    examples=({"authors": 400, "papers": 2},),
)  # fmt: skip
def lotka_authors(
    authors: Annotated[
        int, Among((100, 250, 400, 900, 2500)), Says("size", unit="authors"),
        Field(description="Number of authors", ge=4, le=10000000)
    ],
    papers: Annotated[
        int, Among((2, 3, 4, 5)), Says("number of papers", unit="papers"),
        Field(description="Number of papers", ge=1, le=100)
    ],
) -> Annotated[int,
Says("whole number of authors of exactly {papers} that Lotka's inverse-square law predicts in a field with "
"{authors}")]:  # fmt: skip
    """The authors with a given number of papers under Lotka's law, n = 6/π² N / papers², rounded down."""
    from math import pi

    return floor(authors * 6 / pi**2 / papers**2)
