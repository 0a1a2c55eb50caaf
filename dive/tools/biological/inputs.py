"""The parameters that several modules share: what they accept, how long they may be, which literals a person would
state.
"""

from typing import Annotated

from pydantic import Field

from dive.tools.tool import Among, Says, Semantic

Cas = Annotated[
    str, Semantic("chem.cas"), Field(description="CAS registry number, such as 64-17-5", pattern=r"^[0-9]{2,7}-[0-9]{2}-[0-9]$")
]
Smiles = Annotated[str, Semantic("chem.smiles"), Field(description="SMILES string of the compound", min_length=1, max_length=300)]
Formula = Annotated[
    str,
    Semantic("chem.formula"),
    Field(description="Molecular formula, such as C8H10N4O2", min_length=1, max_length=60, pattern=r"^[A-Za-z0-9()]+$"),
]
Symbol = Annotated[str, Semantic("chem.element"), Field(description="Element symbol, such as Fe", min_length=1, max_length=2)]
MolarMass = Annotated[
    float,
    Semantic("chem.molar_mass"),
    Says("molar mass", unit="g/mol"),
    Field(description="Molar mass in g/mol", gt=0.9, le=1_000_000),
]

GasMass = Annotated[
    float, Semantic("chem.molar_mass"), Says("molar mass", unit="g/mol"),
    Field(description="Molar mass of a gas in g/mol", gt=0.9, le=400),
]  # fmt: skip

DNA_LITERALS = (
    "ATGGCGAAAGAATTCCTGGGATCCACCTAAGCTTGCTAA", "ATGAAACTGGCTGAACGTCTGATTACCAAAGCGTAA",
    "GGTACCATGGCTAGCAAAGGAGAAGAACTTTTCACTTAA", "ATGCTGCAGAACTCGAGTTTGCGGCCGCACTAG",
    "CCATGGGCAGCAGCCATCATCATCATCATCACTGA", "ATGTCTAGAGGTTCTGACGTCAAACCCGGGTTTTAA",
    "GATCCTCTAGAGTCGACCTGCAGGCATGCAAGCTTGG", "ATGGATTACAAGGATGACGACGATAAGTAG",
)  # fmt: skip
Dna = Annotated[
    str,
    Semantic("bio.dna"),
    Among(DNA_LITERALS),
    Field(description="DNA sequence, 5' to 3', in A, C, G and T", min_length=3, max_length=400, pattern=r"^[ACGTacgt]+$"),
]
PROTEIN_LITERALS = (
    "MKWVTFISLLFLFSSAYSRG", "MDYKDDDDKGHHHHHH", "GIVEQCCTSICSLYQLENYCN", "ACDEFGHIKLMNPQRSTVWY",
    "MVSKGEELFTGVVPILVELD", "YPYDVPDYAEQKLISEEDL", "KLVFFAEDVGSNKGAIIGLM", "MSKRKAPQETLNGGITDMLR",
)  # fmt: skip
Protein = Annotated[
    str,
    Semantic("bio.protein"),
    Among(PROTEIN_LITERALS),
    Field(
        description="Protein sequence in one-letter codes of the 20 standard amino acids",
        min_length=2, max_length=150, pattern=r"^[ACDEFGHIKLMNPQRSTVWYacdefghiklmnpqrstvwy]+$",
    ),
]  # fmt: skip
GeneticCode = Annotated[
    str,
    Semantic("bio.genetic_code"),
    Among(("1", "2", "3", "4", "5", "6", "9", "11", "12")),
    Field(description="NCBI genetic code number, such as 1 for the standard code", pattern=r"^[0-9]{1,2}$"),
]
Residue = Annotated[
    str,
    Semantic("bio.residue"),
    Among(tuple("ACDEFGHIKLMNPQRSTVWY")),
    Field(description="One-letter code of an amino acid", pattern=r"^[ACDEFGHIKLMNPQRSTVWY]$"),
]
