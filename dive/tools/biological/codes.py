"""Genetic codes, amino acids and substitution matrices: the tables of NCBI, IUPAC, BLOSUM and PAM in Biopython."""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.inputs import GeneticCode, Residue
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "NCBI genetic codes and IUPAC tables in Biopython (Bio.Data); https://www.ncbi.nlm.nih.gov/Taxonomy/Utils/wprintgc.cgi"
NAMES = {
    "A": "alanine", "C": "cysteine", "D": "aspartic acid", "E": "glutamic acid", "F": "phenylalanine", "G": "glycine",
    "H": "histidine", "I": "isoleucine", "K": "lysine", "L": "leucine", "M": "methionine", "N": "asparagine", "P": "proline",
    "Q": "glutamine", "R": "arginine", "S": "serine", "T": "threonine", "V": "valine", "W": "tryptophan", "Y": "tyrosine",
}  # fmt: skip
Matrix = Literal["BLOSUM45", "BLOSUM62", "BLOSUM80", "PAM30", "PAM70", "PAM250"]
Codon = Annotated[
    str, Semantic("bio.codon"), Among(("ATG", "ATA", "TGA", "AGA", "AGG", "CTG", "TAA", "TAG", "GTG", "AAA", "CTA")),
    Field(description="Codon as DNA, such as ATG", pattern="^[ACGT]{3}$"),
]  # fmt: skip


class Code(TypedDict):
    name: Annotated[str, Says("name", same_as="code")]
    starts: Annotated[list[Annotated[str, Semantic("bio.codon")]], Says("start codon")]
    stops: Annotated[list[Annotated[str, Semantic("bio.codon")]], Says("stop codon")]


class Reassignment(TypedDict):
    codon: Annotated[str, Semantic("bio.codon"), Says("codon", names=True)]
    meaning: Annotated[str, Says("meaning", groups=True)]
    standard: Annotated[str, Says("meaning in the standard code")]


class Reassignments(TypedDict):
    codons: Annotated[
        list[Reassignment],
        Says(
            "codon with another meaning in {code} than in the standard code",
            plural="codons with another meaning in {code} than in the standard code",
        ),
    ]


class Meaning(TypedDict):
    amino_acid: Annotated[str, Semantic("bio.amino_acid"), Says("amino acid that {codon} encodes in {code}")]
    synonymous: Annotated[int, Says("number of codons that encode the same amino acid as {codon} in {code}")]


class Codons(TypedDict):
    codons: Annotated[
        list[Annotated[str, Semantic("bio.codon")]],
        Says("codon for {residue} in {code}", plural="codons for {residue} in {code}"),
    ]


class AminoAcidOfName(TypedDict):
    residue: Annotated[str, Semantic("bio.residue"), Says("one-letter code", same_as="name")]
    three: Annotated[str, Says("three-letter code", same_as="name")]


class AminoAcid(TypedDict):
    name: Annotated[str, Semantic("bio.amino_acid"), Says("name", same_as="residue")]
    molar_mass: Annotated[float, Semantic("chem.molar_mass"), Says("molar mass", unit="g/mol", digits=2)]
    residue_mass: Annotated[float, Says("monoisotopic residue mass", unit="u", digits=4)]
    hydropathy: Annotated[float, Says("Kyte-Doolittle hydropathy", digits=1)]
    charged: Annotated[bool, Says("charged at neutral pH", ask=False)]


class Score(TypedDict):
    score: Annotated[int, Says("{matrix} score for aligning {a} with {b}")]


class Substitute(TypedDict):
    amino_acid: Annotated[str, Semantic("bio.amino_acid"), Says("name", names=True)]
    score: Annotated[int, Says("score")]


class Substitutes(TypedDict):
    substitutes: Annotated[
        list[Substitute],
        Says(
            "other standard amino acid scored against {residue} in {matrix}",
            plural="other standard amino acids scored against {residue} in {matrix}",
            counted=False,
        ),
    ]


def table(code: str) -> Any:
    """The unambiguous DNA table of an NCBI genetic code."""
    from Bio.Data.CodonTable import unambiguous_dna_by_id

    if int(code) not in unambiguous_dna_by_id:
        raise not_found("genetic code", code)
    return unambiguous_dna_by_id[int(code)]


def meaning(codon: str, code: str) -> str:
    """The amino acid of a codon by name, "stop", or both where context decides (genetic codes 27, 28 and 31)."""
    letter = table(code).forward_table.get(codon)
    stop = codon in table(code).stop_codons
    return f"{NAMES[letter]} or stop" if letter and stop else NAMES[letter] if letter else "stop"


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{code}",
    requires=("biopython",), examples=({"code": "2"}, {"code": "1"}),
)  # fmt: skip
def genetic_code(code: GeneticCode) -> Code:
    """The name, start codons and stop codons of an NCBI genetic code."""
    found = table(code)
    names = [name for name in found.names if name and not name.startswith("SGC")]
    return {
        "name": f"{names[0].lower()} code", "starts": sorted(found.start_codons), "stops": sorted(found.stop_codons),
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{code}",
    requires=("biopython",), examples=({"code": "2"}, {"code": "12"}),
)  # fmt: skip
def reassigned_codons(code: GeneticCode) -> Reassignments:
    """The codons whose meaning in an NCBI genetic code differs from the standard code, by codon."""
    codons = sorted({*table("1").forward_table, *table("1").stop_codons})
    changed: list[Reassignment] = [
        {"codon": codon, "meaning": meaning(codon, code), "standard": meaning(codon, "1")}
        for codon in codons if meaning(codon, code) != meaning(codon, "1")
    ]  # fmt: skip
    if not changed:
        raise not_found("codon that differs from the standard code in genetic code", code)
    return {"codons": changed}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{codon} in {code}",
    requires=("biopython",), examples=({"codon": "ATA", "code": "2"}, {"codon": "ATG", "code": "1"}),
)  # fmt: skip
def codon_meaning(codon: Codon, code: GeneticCode) -> Meaning:
    """The amino acid that a codon encodes in an NCBI genetic code."""
    letter = table(code).forward_table.get(codon)
    if letter is None:
        raise not_found(f"amino acid in genetic code {code} (it is a stop)", codon)
    if codon in table(code).stop_codons:
        raise bad_arguments(f"{codon} is both an amino acid and a stop in genetic code {code}")
    return {"amino_acid": NAMES[letter], "synonymous": list(table(code).forward_table.values()).count(letter)}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{residue} in {code}",
    requires=("biopython",), examples=({"residue": "L", "code": "1"}, {"residue": "S", "code": "12"}),
)  # fmt: skip
def codons_of_residue(residue: Residue, code: GeneticCode) -> Codons:
    """The codons that encode an amino acid in an NCBI genetic code, in alphabetical order."""
    return {"codons": sorted(codon for codon, letter in table(code).forward_table.items() if letter == residue)}


@tool(
    domain="biological", kind="retrieval", provider="biopython", source=SOURCE, about="{name}",
    requires=("biopython",), examples=({"name": "tryptophan"}, {"name": "glutamic acid"}),
)  # fmt: skip
def amino_acid_by_name(
    name: Annotated[
        str, Semantic("bio.amino_acid"), Field(description="Name of a standard amino acid", min_length=4, max_length=20)
    ],
) -> AminoAcidOfName:
    """The one-letter and three-letter code of an amino acid with a name."""
    from Bio.Data.IUPACData import protein_letters_1to3

    wanted = name.lower().replace("aspartate", "aspartic acid").replace("glutamate", "glutamic acid")
    letter = next((letter for letter, known in NAMES.items() if known == wanted), None)
    if letter is None:
        raise not_found("standard amino acid", name)
    return {"residue": letter, "three": protein_letters_1to3[letter]}


@tool(
    domain="biological", kind="retrieval", provider="biopython", about="{residue}",
    source="IUPAC masses; Kyte & Doolittle 1982, doi:10.1016/0022-2836(82)90515-0, in Biopython",
    requires=("biopython",), examples=({"residue": "W"}, {"residue": "K"}),
)  # fmt: skip
def amino_acid_properties(residue: Residue) -> AminoAcid:
    """The name, molar mass, residue mass and Kyte-Doolittle hydropathy of an amino acid."""
    from Bio.Data.IUPACData import monoisotopic_protein_weights, protein_weights
    from Bio.SeqUtils.ProtParamData import kd

    return {
        "name": NAMES[residue], "molar_mass": float(protein_weights[residue]),
        "residue_mass": float(f"{monoisotopic_protein_weights[residue] - 18.010565:.6f}"), "hydropathy": float(kd[residue]),
        "charged": residue in "DEKR",
    }  # fmt: skip


@cache
def matrix_of(name: str) -> Any:
    """A substitution matrix of Biopython."""
    from Bio.Align import substitution_matrices

    return substitution_matrices.load(name)


@tool(
    domain="biological", kind="retrieval", provider="biopython", about="{a} and {b}", requires=("biopython",),
    source="Henikoff 1992, doi:10.1073/pnas.89.22.10915; Dayhoff 1978; matrices of NCBI in Biopython",
    examples=({"a": "W", "b": "Y", "matrix": "BLOSUM62"}, {"a": "L", "b": "I", "matrix": "PAM250"}),
)  # fmt: skip
def substitution_score(a: Residue, b: Residue, matrix: Matrix) -> Score:
    """The score of aligning two amino acids in a BLOSUM or PAM matrix."""
    return {"score": int(matrix_of(matrix)[a, b])}


@tool(
    domain="biological", kind="retrieval", provider="biopython", about="{residue} in {matrix}", requires=("biopython",),
    source="Henikoff 1992, doi:10.1073/pnas.89.22.10915; Dayhoff 1978; matrices of NCBI in Biopython",
    examples=({"residue": "W", "matrix": "BLOSUM62"},),
)  # fmt: skip
def substitution_row(residue: Residue, matrix: Matrix) -> Substitutes:
    """The other 19 standard amino acids with their score against one in a BLOSUM or PAM matrix, by falling score,
    then name.
    """
    scores = {NAMES[other]: int(matrix_of(matrix)[residue, other]) for other in NAMES if other != residue}
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ordered:
        raise bad_arguments(f"{residue} is not in {matrix}")
    return {"substitutes": [{"amino_acid": name, "score": score} for name, score in ordered]}
