"""Restriction enzymes: recognition sites, cuts, relatives and suppliers, from the REBASE tables in Biopython.

The tables hold the commercially relevant part of REBASE (some 1,100 enzymes). Where a list says "commercially
available", an enzyme counts if REBASE names at least one supplier for it.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Says, Semantic, tool

SOURCE = "REBASE (Roberts et al.), in Bio.Restriction of Biopython; http://rebase.neb.com/"

Enzyme = Annotated[
    str, Semantic("bio.enzyme"), Field(description="Restriction enzyme, such as EcoRI", min_length=3, max_length=20)
]
Site = Annotated[
    str, Semantic("bio.site"),
    Field(description="Recognition sequence, such as GAATTC", min_length=3, max_length=20, pattern="^[ACGTRYSWKMBDHVN]+$"),
]  # fmt: skip


class EnzymeFacts(TypedDict):
    site: Annotated[str, Semantic("bio.site"), Says("recognition sequence")]
    length: Annotated[int, Says("length of the recognition sequence", unit="base pairs", high="longest", low="shortest")]
    cut: Annotated[str, Says("cleavage pattern (^ top strand, _ bottom strand)", ask=False)]
    overhang: Annotated[str | None, Says("type of end that {enzyme} leaves")]
    overhang_length: Annotated[
        int | None, Says("length of the overhang that {enzyme} leaves", unit="nucleotides", high="longest", low="shortest")
    ]
    palindromic: Annotated[bool, Says("an enzyme with a palindromic recognition sequence")]


class Handling(TypedDict):
    temperature: Annotated[int | None, Says("optimal reaction temperature", unit="°C")]
    inactivation: Annotated[int | None, Says("heat-inactivation temperature", unit="°C")]
    suppliers: Annotated[int, Says("number of commercial suppliers")]
    substitutes: Annotated[int, Says("number of commercially available isoschizomers")]


class Relative(TypedDict):
    name: Annotated[str, Semantic("bio.enzyme"), Says("name", names=True)]
    cut: Annotated[str, Says("cleavage pattern", groups=True)]
    same_cut: Annotated[bool, Says("an enzyme that cuts at the same position")]
    suppliers: Annotated[int, Says("number of commercial suppliers")]


class Relatives(TypedDict):
    enzymes: Annotated[
        list[Relative],
        Says("commercially available isoschizomer of {enzyme}", plural="commercially available isoschizomers of {enzyme}"),
    ]


class Partner(TypedDict):
    name: Annotated[str, Semantic("bio.enzyme"), Says("name", names=True)]
    site: Annotated[str, Semantic("bio.site"), Says("recognition sequence", groups=True)]
    length: Annotated[int, Says("length of the recognition sequence", unit="base pairs", high="longest", low="shortest")]


class Partners(TypedDict):
    overhang: Annotated[str, Says("sequence of the overhang that {enzyme} leaves")]
    enzymes: Annotated[
        list[Partner],
        Says(
            "commercially available palindromic enzyme whose ends fit those of {enzyme}",
            plural="commercially available palindromic enzymes whose ends fit those of {enzyme}",
        ),
    ]


class Cutter(TypedDict):
    name: Annotated[str, Semantic("bio.enzyme"), Says("name", names=True)]
    overhang: Annotated[str | None, Says("type of end", groups=True)]
    suppliers: Annotated[int, Says("number of commercial suppliers")]


class Cutters(TypedDict):
    enzymes: Annotated[
        list[Cutter],
        Says("REBASE enzyme with the recognition sequence {site}", plural="REBASE enzymes with the recognition sequence {site}"),
    ]


class SiteFacts(TypedDict):
    spacing: Annotated[
        float,
        Says(
            "average spacing of the site {site} in random DNA of equal base composition",
            unit="base pairs",
            digits=0,
            high="longest",
            low="shortest",
        ),
    ]
    palindromic: Annotated[bool, Says("palindromic")]
    variants: Annotated[int, Says("number of distinct DNA sequences that match the site {site}")]
    gc: Annotated[float | None, Says("GC content of the site {site}", unit="%", digits=1)]


class Suppliers(TypedDict):
    suppliers: Annotated[
        list[Annotated[str, Semantic("bio.supplier")]],
        Says("commercial supplier of {enzyme}", plural="commercial suppliers of {enzyme}"),
    ]


class Catalogue(TypedDict):
    enzymes: Annotated[int, Says("number of restriction enzymes sold by {supplier}")]
    blunt: Annotated[int, Says("number of blunt-cutting restriction enzymes sold by {supplier}")]
    eight: Annotated[int, Says("number of eight-base cutters sold by {supplier}")]


End = Literal["blunt", "5' overhang", "3' overhang"]


@cache
def enzymes() -> dict[str, Any]:
    """All enzymes of the tables by name, sorted."""
    import Bio.Restriction as rebase

    everything: Any = vars(rebase)["AllEnzymes"]
    return {str(found): found for found in sorted(everything, key=str)}


def enzyme_of(name: str) -> Any:
    """The enzyme of a name, or `not_found`."""
    if name not in enzymes():
        raise not_found("restriction enzyme", name)
    return enzymes()[name]


def end_of(found: Any) -> End | None:
    """The kind of end an enzyme leaves; None where it is unknown or the enzyme cuts on both sides of its site."""
    if found.is_unknown() or found.cut_twice():
        return None
    return "blunt" if found.is_blunt() else "5' overhang" if found.is_5overhang() else "3' overhang"


def _sold(found: Any) -> int:
    return len(set(found.supplier_list()))


def _on_sale_beside(enzyme: str) -> list[Any]:
    """The other commercially available enzymes with the same recognition sequence, by name."""
    site = enzymes()[enzyme].site
    return [other for name, other in enzymes().items() if other.site == site and name != enzyme and other.is_comm()]


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{enzyme}",
    requires=("biopython",), examples=({"enzyme": "EcoRI"}, {"enzyme": "SmaI"}),
)  # fmt: skip
def restriction_enzyme(enzyme: Enzyme) -> EnzymeFacts:
    """The recognition sequence and the cut of a restriction enzyme."""
    found = enzyme_of(enzyme)
    end = end_of(found)
    return {
        "site": str(found.site), "length": len(found.site), "cut": found.elucidate(), "overhang": end,
        "overhang_length": abs(int(found.ovhg)) if end and end != "blunt" else None,
        "palindromic": bool(found.is_palindromic()),
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{enzyme}",
    requires=("biopython",), examples=({"enzyme": "EcoRI"}, {"enzyme": "TaqI"}),
)  # fmt: skip
def restriction_enzyme_handling(enzyme: Enzyme) -> Handling:
    """The reaction and heat-inactivation temperature of a restriction enzyme, how many companies sell it, and how many
    other enzymes on sale have the same recognition sequence.
    """
    found = enzyme_of(enzyme)

    def whole(value: Any) -> int | None:
        return int(value) if isinstance(value, int | float) and value > 0 else None

    return {
        "temperature": whole(found.opt_temp), "inactivation": whole(found.inact_temp), "suppliers": _sold(found),
        "substitutes": len(_on_sale_beside(enzyme)),
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{enzyme}",
    requires=("biopython",), examples=({"enzyme": "SmaI"}, {"enzyme": "XhoI"}),
)  # fmt: skip
def isoschizomers(enzyme: Enzyme) -> Relatives:
    """The commercially available enzymes with the same recognition sequence as an enzyme, by name."""
    found = enzyme_of(enzyme)
    same = _on_sale_beside(enzyme)
    if not same:
        raise not_found("commercially available isoschizomer", enzyme)
    relatives: list[Relative] = [
        {
            "name": str(other), "cut": other.elucidate(), "same_cut": other.elucidate() == found.elucidate(),
            "suppliers": _sold(other),
        }
        for other in same
    ]  # fmt: skip
    return {"enzymes": relatives}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{enzyme}",
    requires=("biopython",), examples=({"enzyme": "BamHI"}, {"enzyme": "XhoI"}),
)  # fmt: skip
def compatible_enzymes(enzyme: Enzyme) -> Partners:
    """The commercially available enzymes with palindromic sites that leave the same overhang as an enzyme, by name."""
    found = enzyme_of(enzyme)
    end = end_of(found)
    overhang = str(found.ovhgseq or "")
    if end not in ("5' overhang", "3' overhang") or not overhang or set(overhang) - set("ACGT"):
        raise bad_arguments(f"{enzyme} leaves no overhang of one definite sequence")
    partners: list[Partner] = [
        {"name": name, "site": str(other.site), "length": len(other.site)}
        for name, other in enzymes().items()
        if name != enzyme and other.is_comm() and other.is_palindromic() and end_of(other) == end
        and str(other.ovhgseq) == overhang
    ]  # fmt: skip
    if not partners:
        raise not_found("enzyme with ends that fit those of", enzyme)
    return {"overhang": overhang, "enzymes": partners}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{site}",
    requires=("biopython",), examples=({"site": "GGATCC"}, {"site": "CCCGGG"}),
)  # fmt: skip
def enzymes_for_site(site: Site) -> Cutters:
    """The restriction enzymes in REBASE's table that recognise exactly a sequence, by name."""
    same = [other for other in enzymes().values() if other.site == site]
    if not same:
        raise not_found("restriction enzyme with recognition sequence", site)
    cutters: list[Cutter] = [{"name": str(e), "overhang": end_of(e), "suppliers": _sold(e)} for e in same]
    return {"enzymes": cutters}


@tool(
    domain="biological", kind="processing", provider="biopython", source="IUPAC nucleotide codes; 1 / product of (letters / 4)",
    about="{site}", requires=("biopython",), examples=({"site": "GGATCC"}, {"site": "GTYRAC"}),
)  # fmt: skip
def site_statistics(site: Site) -> SiteFacts:
    """How often a recognition sequence is met in random DNA, how many sequences match it, and whether it is
    palindromic.
    """
    from Bio.Data.IUPACData import ambiguous_dna_values
    from Bio.Seq import reverse_complement

    variants = 1
    for letter in site:
        variants *= len(ambiguous_dna_values[letter])
    certain = not set(site) - set("ACGT")
    return {
        "spacing": 4 ** len(site) / variants, "palindromic": str(reverse_complement(site)) == site, "variants": variants,
        "gc": 100 * sum(letter in "GC" for letter in site) / len(site) if certain else None,
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{enzyme}",
    requires=("biopython",), examples=({"enzyme": "NotI"},),
)  # fmt: skip
def enzyme_suppliers(enzyme: Enzyme) -> Suppliers:
    """The companies that sell a restriction enzyme, by name."""
    found = sorted(set(enzyme_of(enzyme).supplier_list()))
    if not found:
        raise not_found("commercial supplier", enzyme)
    return {"suppliers": found}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{supplier}",
    requires=("biopython",), examples=({"supplier": "New England Biolabs"},),
)  # fmt: skip
def supplier_catalogue(
    supplier: Annotated[
        str, Semantic("bio.supplier"), Field(description="Company that sells restriction enzymes", min_length=3, max_length=60)
    ],
) -> Catalogue:
    """How many restriction enzymes a company sells, how many of them cut blunt and how many recognise eight bases."""
    sold = [other for other in enzymes().values() if supplier in other.supplier_list()]
    if not sold:
        raise not_found("supplier of restriction enzymes", supplier)
    eight = [e for e in sold if len(e.site) == 8 and not set(e.site) - set("ACGT")]
    return {"enzymes": len(sold), "blunt": sum(end_of(e) == "blunt" for e in sold), "eight": len(eight)}
