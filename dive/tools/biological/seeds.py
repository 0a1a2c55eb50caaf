"""Seeds of the biological domain: compounds, elements, nuclides, enzymes, sites, peptides and the like, well-known
ones first.

All come from the tables that the tools consult. Every seed is checked by calling a tool that takes its semantic type;
what fails is left out.
"""

import re
from collections.abc import Iterator
from itertools import chain

from dive.tools.biological import seeds_compounds
from dive.tools.pool import domain_tools
from dive.tools.seeding import answered
from dive.types import Json, Seed

NUCLIDES, STABLE, ENZYMES, LONGEST_PEPTIDE = 400, 100, 600, 24
ACCEPTS: dict[str, tuple[str, str, dict[str, Json]]] = {
    "chem.name": ("compound_by_name", "name", {}),
    "chem.cas": ("compound_by_cas", "cas", {}),
    "chem.smiles": ("molecule_identifiers", "smiles", {}),
    "chem.formula": ("formula_masses", "formula", {}),
    "chem.mixture": ("mixture_components", "mixture", {}),
    "chem.element": ("element_properties", "symbol", {}),
    "chem.element_name": ("element_by_name", "name", {}),
    "chem.nuclide": ("nuclide_properties", "nuclide", {}),
    "bio.enzyme": ("restriction_enzyme", "enzyme", {}),
    "bio.site": ("site_statistics", "site", {}),
    "bio.supplier": ("supplier_catalogue", "supplier", {}),
    "bio.amino_acid": ("amino_acid_by_name", "name", {}),
    "bio.residue": ("amino_acid_properties", "residue", {}),
    "bio.genetic_code": ("genetic_code", "code", {}),
    "bio.codon": ("codon_meaning", "codon", {"code": "1"}),
    "bio.organism": ("codon_usage", "organism", {"residue": "L"}),
    "bio.peptide": ("peptide_sequence", "peptide", {}),
    "bio.primer": ("primer_sequence", "primer", {}),
    "bio.protein": ("protein_properties", "protein", {}),
    "bio.dna": ("dna_composition", "dna", {}),
    "bio.protease": ("protease_digest", "protease", {"protein": "MKWVTFISLLFLFSSAYSRGVFRRDAHK"}),
}
"""For each semantic type a tool, its parameter and its other arguments, by which seeds are checked."""
READABLE = (6 * 3600, 1e17)
"""Half-lives in seconds: between six hours and three billion years; longer ones are numbers that nobody reads."""


def _seed(semantic: str, value: str, source: str) -> Seed:
    return Seed(domain="biological", semantic=semantic, value=value, source=source)


def _chemistry() -> Iterator[Seed]:
    yield from (_seed(semantic, value, seeds_compounds.SOURCE) for semantic, value in seeds_compounds.compounds())


def _mixtures() -> Iterator[Seed]:
    import chemicals.identifiers as identifiers

    identifiers.mixture_from_any("R410A")
    names = sorted({str(found.name).strip() for found in vars(identifiers)["common_mixtures"].values()})
    blends = (name for name in names if re.fullmatch(r"R\d{3}[A-Z]?", name))
    yield from (_seed("chem.mixture", name, "REFPROP") for name in blends)


def _elements() -> Iterator[Seed]:
    from dive.tools.biological.elements import table

    rows = [row for row in table("elements") if row["atomic_number"] <= 103]
    yield from (_seed("chem.element", row["symbol"], "mendeleev") for row in rows if row["atomic_number"] <= 94)
    yield from (_seed("chem.element_name", row["name"].lower(), "mendeleev") for row in rows)


def _nuclides() -> Iterator[Seed]:
    """Radioactive nuclides with a readable half-life, the long-lived first, then the most abundant stable ones."""
    from dive.tools.biological.elements import table
    from dive.tools.biological.nuclides import _seconds

    names = {row["atomic_number"]: row["name"].lower() for row in table("elements") if row["atomic_number"] <= 103}
    known = [row for row in table("isotopes") if row["atomic_number"] in names]
    lasting = [row for row in known if READABLE[0] < (_seconds(row) or 0) < READABLE[1]]
    lasting.sort(key=lambda row: (-(min(_seconds(row) or 0, 1e9)), row["atomic_number"], row["mass_number"]))
    stable = [row for row in known if row["abundance"] and not row["is_radioactive"]]
    stable.sort(key=lambda row: (-row["abundance"], row["atomic_number"], row["mass_number"]))
    for row in (*lasting[:NUCLIDES], *stable[:STABLE]):
        yield _seed("chem.nuclide", f"{names[row['atomic_number']]}-{row['mass_number']}", "NUBASE in mendeleev")


def _restriction() -> Iterator[Seed]:
    from dive.tools.biological.restriction import enzymes

    sold = [(name, found) for name, found in enzymes().items() if found.is_comm() and not found.is_unknown()]
    sold.sort(key=lambda item: (-len(item[1].supplier_list()), item[0]))
    yield from (_seed("bio.enzyme", name, "REBASE") for name, _ in sold[:ENZYMES])
    sites = dict.fromkeys(str(found.site) for _, found in sold)
    telling = (s for s in sites if re.fullmatch("[ACGTRYSWKMBDHVN]{4,13}", s) and len(s.replace("N", "")) >= 4)
    yield from (_seed("bio.site", site, "REBASE") for site in telling)
    suppliers = sorted({company for _, found in sold for company in found.supplier_list()})
    yield from (_seed("bio.supplier", company, "REBASE") for company in suppliers)


def _codes() -> Iterator[Seed]:
    from Bio.Data.CodonTable import unambiguous_dna_by_id

    from dive.tools.biological.codes import NAMES as AMINO_ACIDS
    from dive.tools.biological.codon_usage import TABLES

    codons = sorted(unambiguous_dna_by_id[1].forward_table)
    yield from (_seed("bio.amino_acid", name, "IUPAC") for name in sorted(AMINO_ACIDS.values()))
    yield from (_seed("bio.residue", residue, "IUPAC") for residue in AMINO_ACIDS)
    yield from (_seed("bio.genetic_code", str(code), "NCBI genetic codes") for code in sorted(unambiguous_dna_by_id))
    yield from (_seed("bio.codon", codon, "NCBI genetic codes") for codon in codons)
    yield from (_seed("bio.organism", organism, "Kazusa") for organism in TABLES)


def _sequences() -> Iterator[Seed]:
    from dive.tools.biological.proteomics import RULES
    from dive.tools.biological.sequences import PEPTIDES, PRIMERS

    yield from (_seed("bio.peptide", name, "own table of peptides") for name in PEPTIDES)
    yield from (_seed("bio.primer", name, "own table of primers") for name in PRIMERS)
    short = (sequence for sequence in PEPTIDES.values() if len(sequence) <= LONGEST_PEPTIDE)
    yield from (_seed("bio.protein", sequence, "own table of peptides") for sequence in short)
    yield from (_seed("bio.dna", sequence, "own table of primers") for sequence in PRIMERS.values())
    yield from (_seed("bio.protease", name, "ExPASy PeptideCutter") for name in RULES)


def build() -> Iterator[Seed]:
    """All seeds, in a fixed order, without repetition."""
    tools = {tool.name: tool for tool in domain_tools("biological")}
    made = chain(_chemistry(), _mixtures(), _elements(), _nuclides(), _restriction(), _codes(), _sequences())
    for seed in dict.fromkeys(made):
        name, parameter, others = ACCEPTS[seed.semantic]
        if answered(tools[name], {parameter: seed.value, **others}) is not None:
            yield seed
