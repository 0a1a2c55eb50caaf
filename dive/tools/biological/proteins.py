"""Protein sequences: mass, charge, hydropathy, composition and alignment, by Biopython's ProtParam and pairwise
aligner.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.biological.codes import Matrix, matrix_of
from dive.tools.biological.inputs import Protein
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "Biopython ProtParam (after ExPASy ProtParam); https://biopython.org/wiki/ProtParam"


class Physical(TypedDict):
    length: Annotated[int, Says("number of residues")]
    weight: Annotated[float, Semantic("chem.molar_mass"), Says("molecular weight", unit="g/mol", digits=1)]
    isoelectric_point: Annotated[float, Says("isoelectric point (Bjellqvist pK values)", digits=2)]
    extinction: Annotated[
        float,
        Semantic("bio.extinction"),
        Says("molar extinction coefficient of {protein} with reduced cysteines at 280 nm", unit="M⁻¹ cm⁻¹", digits=0),
    ]


class Indices(TypedDict):
    gravy: Annotated[float, Says("grand average of hydropathy (Kyte-Doolittle)", digits=3)]
    aromaticity: Annotated[float, Says("fraction of aromatic residues", digits=3)]
    instability: Annotated[float, Says("Guruprasad instability index", digits=1)]
    aliphatic: Annotated[float, Says("Ikai aliphatic index", digits=1)]


class Charge(TypedDict):
    charge: Annotated[float, Says("net charge (Bjellqvist pK values)", digits=2)]


class Count(TypedDict):
    residue: Annotated[str, Semantic("bio.residue"), Says("one-letter code", names=True)]
    count: Annotated[int, Says("number of occurrences")]
    percent: Annotated[float, Says("share of all residues", unit="%", digits=1)]


class Composition(TypedDict):
    residues: Annotated[list[Count], Says("kind of residue in {protein}", plural="kinds of residues in {protein}")]


class Stretch(TypedDict):
    stretch: Annotated[str, Semantic("bio.protein"), Says("most hydrophobic stretch of {window} in {protein} (Kyte-Doolittle)")]
    start: Annotated[int, Says("first position of the most hydrophobic stretch of {window} in {protein} (Kyte-Doolittle)")]
    mean: Annotated[
        float, Says("mean hydropathy of the most hydrophobic stretch of {window} in {protein} (Kyte-Doolittle)", digits=2)
    ]


class Alignment(TypedDict):
    score: Annotated[
        float, Says("{mode} {matrix} alignment score of {a} and {b} (first gap residue -11, each further one -1)", digits=0)
    ]


class Mutations(TypedDict):
    distance: Annotated[int, Says("number of positions at which {a} and {b} differ")]
    identity: Annotated[float, Says("share of identical positions of {a} and {b}", unit="%", digits=1)]


@cache
def _analysis(protein: str) -> Any:
    from Bio.SeqUtils.ProtParam import ProteinAnalysis

    return ProteinAnalysis(protein)


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE, about="{protein}",
    requires=("biopython",), examples=({"protein": "HSQGTFTSDYSKYLDSRRAQDFVQWLMNT"},),
)  # fmt: skip
def protein_properties(protein: Protein) -> Physical:
    """Length, molecular weight, isoelectric point and molar extinction coefficient (reduced cysteines) of a protein."""
    found = _analysis(protein.upper())
    return {
        "length": len(protein), "weight": float(found.molecular_weight()),
        "isoelectric_point": float(found.isoelectric_point()),
        "extinction": float(found.molar_extinction_coefficient()[0]),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="biopython", about="{protein}", requires=("biopython",),
    source="Kyte & Doolittle 1982, doi:10.1016/0022-2836(82)90515-0; Guruprasad 1990, doi:10.1093/protein/4.2.155; "
    "Ikai, J. Biochem. 88 (1980) 1895; Biopython ProtParam",
    examples=({"protein": "HSQGTFTSDYSKYLDSRRAQDFVQWLMNT"},),
)  # fmt: skip
def protein_indices(protein: Protein) -> Indices:
    """Hydropathy (GRAVY), aromaticity, instability index and aliphatic index of a protein."""
    text = protein.upper()
    found = _analysis(text)
    share = {letter: 100 * text.count(letter) / len(text) for letter in "AVIL"}
    return {
        "gravy": float(found.gravy()), "aromaticity": float(found.aromaticity()),
        "instability": float(found.instability_index()),
        "aliphatic": share["A"] + 2.9 * share["V"] + 3.9 * (share["I"] + share["L"]),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE, about="{protein}", given="at pH {ph}",
    requires=("biopython",), examples=({"protein": "HSQGTFTSDYSKYLDSRRAQDFVQWLMNT", "ph": 7.4},),
)  # fmt: skip
def protein_charge(
    protein: Protein,
    ph: Annotated[float, Among((2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 7.4, 8.0, 9.0)), Field(description="pH", ge=0, le=14)],
) -> Charge:
    """The net charge of a protein at a pH."""
    return {"charge": float(_analysis(protein.upper()).charge_at_pH(ph))}


@tool(
    domain="biological", kind="processing", provider="biopython", source=SOURCE, about="{protein}",
    requires=("biopython",), examples=({"protein": "MKWVTFISLLFLFSSAYSRG"},),
)  # fmt: skip
def protein_composition(protein: Protein) -> Composition:
    """The kinds of residues in a protein with their number and share, by falling number, then letter."""
    text = protein.upper()
    counts = sorted(((letter, text.count(letter)) for letter in sorted(set(text))), key=lambda item: (-item[1], item[0]))
    return {"residues": [{"residue": letter, "count": n, "percent": float(f"{100 * n / len(text):.8g}")} for letter, n in counts]}


@tool(
    domain="biological", kind="processing", provider="biopython",
    source="Kyte & Doolittle 1982, doi:10.1016/0022-2836(82)90515-0",
    about="{protein}", requires=("biopython",), examples=({"protein": "MKWVTFISLLFLFSSAYSRG", "window": 7},),
)  # fmt: skip
def hydrophobic_stretch(
    protein: Protein,
    window: Annotated[
        int, Says("length", unit="residues"), Among((5, 7, 9, 11)), Field(description="Length of the stretch", ge=3, le=25)
    ],
) -> Stretch:
    """The stretch of a length with the highest mean Kyte-Doolittle hydropathy in a protein; of equal ones, the first."""
    from Bio.SeqUtils.ProtParamData import kd

    text = protein.upper()
    if window > len(text):
        raise bad_arguments(f"the protein has {len(text)} residues, fewer than the {window} of the stretch")
    tenths = [round(10 * kd[letter]) for letter in text]
    sums = [sum(tenths[i : i + window]) for i in range(len(text) - window + 1)]
    best = sums.index(max(sums))
    return {"stretch": text[best : best + window], "start": best + 1, "mean": sums[best] / 10 / window}


@tool(
    domain="biological", kind="processing", provider="biopython", source="Gotoh 1982, affine gaps; Bio.Align.PairwiseAligner",
    about="{a} and {b}", requires=("biopython",),
    examples=({"a": "GIVEQCCTSICSLYQLENYCN", "b": "GIVEQCCASVCSLYQLENYCN", "matrix": "BLOSUM62", "mode": "global"},),
)  # fmt: skip
def align_proteins(a: Protein, b: Protein, matrix: Matrix, mode: Literal["global", "local"]) -> Alignment:
    """The best score of aligning two proteins globally or locally; a gap costs 11 for its first residue, 1 for each
    further.
    """
    from Bio.Align import PairwiseAligner

    aligner = PairwiseAligner()
    aligner.mode = mode
    aligner.substitution_matrix = matrix_of(matrix)
    aligner.open_gap_score, aligner.extend_gap_score = -11, -1
    return {"score": float(aligner.score(a.upper(), b.upper()))}


@tool(
    domain="biological", kind="processing", provider="own", about="{a} and {b}",
    source="Hamming, Bell Syst. Tech. J. 29 (1950) 147",
    examples=({"a": "GIVEQCCTSICSLYQLENYCN", "b": "GIVEQCCASVCSLYQLENYCN"}, {"a": "CYIQNCPLG", "b": "CYFQNCPRG"}),
)  # fmt: skip
def count_substitutions(a: Protein, b: Protein) -> Mutations:
    """The number of positions at which two proteins of equal length differ, and the share of identical positions."""
    if len(a) != len(b):
        raise bad_arguments(f"the proteins have {len(a)} and {len(b)} residues; positions are compared at equal length")
    same = sum(x == y for x, y in zip(a.upper(), b.upper(), strict=True))
    return {"distance": len(a) - same, "identity": 100 * same / len(a)}
