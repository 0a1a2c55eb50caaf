"""Codon usage of organisms (Kazusa tables in python-codon-tables), and what follows from it: back-translation and
rare codons.
"""

from functools import cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.codes import Codon
from dive.tools.biological.inputs import Dna, Protein, Residue
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "Kazusa codon usage database in python-codon-tables; https://github.com/Edinburgh-Genome-Foundry/codon-usage-tables"
TABLES = {
    "Bacillus subtilis": "b_subtilis_1423", "Caenorhabditis elegans": "c_elegans_6239", "chicken": "g_gallus_9031",
    "Drosophila melanogaster": "d_melanogaster_7227", "Escherichia coli": "e_coli_316407", "human": "h_sapiens_9606",
    "mouse": "m_musculus_10090", "Saccharomyces cerevisiae": "s_cerevisiae_4932",
}  # fmt: skip
ALIASES = {
    "homo sapiens": "human", "mus musculus": "mouse", "gallus gallus": "chicken", "e. coli": "Escherichia coli",
    "yeast": "Saccharomyces cerevisiae", "baker's yeast": "Saccharomyces cerevisiae", "fruit fly": "Drosophila melanogaster",
    "b. subtilis": "Bacillus subtilis", "c. elegans": "Caenorhabditis elegans", "s. cerevisiae": "Saccharomyces cerevisiae",
    "d. melanogaster": "Drosophila melanogaster",
}  # fmt: skip

Organism = Annotated[
    str,
    Semantic("bio.organism"),
    Among(tuple(TABLES)),
    Field(description="Organism, such as Escherichia coli", min_length=4, max_length=40),
]


class Usage(TypedDict):
    codon: Annotated[str, Semantic("bio.codon"), Says("codon", names=True)]
    percent: Annotated[float, Says("share", unit="%", digits=0)]


class Usages(TypedDict):
    codons: Annotated[
        list[Usage], Says("codon that {organism} uses for {residue}", plural="codons that {organism} uses for {residue}")
    ]


class Share(TypedDict):
    percent: Annotated[float, Says("share of {codon} among the codons for the same amino acid in {organism}", unit="%", digits=0)]


class Preferred(TypedDict):
    dna: Annotated[
        str, Semantic("bio.dna"), Says("DNA that encodes {protein} with the most frequent codons of {organism}", ask=False)
    ]
    gc: Annotated[
        float,
        Says("GC content of the DNA that encodes {protein} with the most frequent codons of {organism}", unit="%", digits=1),
    ]


class Rarity(TypedDict):
    rare: Annotated[
        int, Says("number of codons in {dna} whose share in {organism} is below 10% of the codons for the same amino acid")
    ]
    mean: Annotated[float, Says("mean share in {organism} of the codons of {dna} among synonymous codons", unit="%", digits=1)]


@cache
def _usage(organism: str) -> dict[str, dict[str, float]]:
    """Relative codon frequencies by one-letter code, `*` for stop."""
    from python_codon_tables import get_codons_table

    wanted = ALIASES.get(organism.lower(), organism)
    name = next((known for known in TABLES if known.lower() == wanted.lower()), None)
    if name is None:
        raise not_found("codon usage table for the organism", organism)
    found: dict[str, dict[str, float]] = get_codons_table(TABLES[name])
    return found


def _share(codon: str, organism: str) -> float:
    return next(shares[codon] for shares in _usage(organism).values() if codon in shares)


@tool(
    domain="biological", kind="retrieval", provider="python-codon-tables", source=SOURCE, about="{residue} in {organism}",
    requires=("python-codon-tables",), examples=({"organism": "Escherichia coli", "residue": "L"},),
)  # fmt: skip
def codon_usage(organism: Organism, residue: Residue) -> Usages:
    """The codons that an organism uses for an amino acid with their share, by falling share, then codon."""
    shares = sorted(_usage(organism)[residue].items(), key=lambda item: (-item[1], item[0]))
    return {"codons": [{"codon": codon, "percent": float(f"{100 * share:.6g}")} for codon, share in shares]}


@tool(
    domain="biological", kind="retrieval", provider="python-codon-tables", source=SOURCE, about="{codon} in {organism}",
    requires=("python-codon-tables",), examples=({"organism": "human", "codon": "CTG"},),
)  # fmt: skip
def codon_share(organism: Organism, codon: Codon) -> Share:
    """The share of a codon among the codons for the same amino acid (or among stop codons) in an organism."""
    return {"percent": float(f"{100 * _share(codon, organism):.6g}")}


@tool(
    domain="biological", kind="retrieval", provider="python-codon-tables", source=SOURCE, about="{protein} in {organism}",
    requires=("python-codon-tables",), examples=({"protein": "MDYKDDDDKG", "organism": "Escherichia coli"},),
)  # fmt: skip
def back_translate(protein: Protein, organism: Organism) -> Preferred:
    """The DNA that encodes a protein with the most frequent codon of an organism for each amino acid, without a stop
    codon.
    """
    usage = _usage(organism)
    best = {letter: min(shares, key=lambda codon: (-shares[codon], codon)) for letter, shares in usage.items()}
    if len(protein) > 130:
        raise bad_arguments("proteins of up to 130 residues are back-translated")
    dna = "".join(best[letter] for letter in protein.upper())
    return {"dna": dna, "gc": 100 * sum(base in "GC" for base in dna) / len(dna)}


@tool(
    domain="biological", kind="retrieval", provider="python-codon-tables", source=SOURCE, about="{dna} in {organism}",
    requires=("python-codon-tables",), examples=({"dna": "ATGGATTACAAGGATGACGACGATAAGTAG", "organism": "Escherichia coli"},),
)  # fmt: skip
def codon_rarity(dna: Dna, organism: Organism) -> Rarity:
    """How many codons of a coding sequence are rare in an organism (share below 10 %), and the mean share of its
    codons.
    """
    if len(dna) % 3:
        raise bad_arguments(f"the length of the sequence, {len(dna)}, is not a multiple of three")
    shares = [_share(dna[i : i + 3].upper(), organism) for i in range(0, len(dna), 3)]
    return {"rare": sum(share < 0.1 for share in shares), "mean": 100 * sum(shares) / len(shares)}
