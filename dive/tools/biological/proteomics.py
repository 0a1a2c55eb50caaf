"""Mass spectrometry of peptides by pyteomics: proteases and digests, m/z of peptides and fragment ions, composition."""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.inputs import Protein
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "pyteomics (masses of NIST, protease rules of ExPASy PeptideCutter); https://pyteomics.readthedocs.io/"
RULES = {
    "trypsin": "trypsin", "Arg-C": "arg-c", "Asp-N": "asp-n", "Lys-C": "lysc", "cyanogen bromide": "cnbr",
    "clostripain": "clostripain",
    "chymotrypsin (high specificity)": "chymotrypsin high specificity",
    "chymotrypsin (low specificity)": "chymotrypsin low specificity",
    "formic acid": "formic acid", "glutamyl endopeptidase": "glutamyl endopeptidase", "hydroxylamine": "hydroxylamine",
    "iodosobenzoic acid": "iodosobenzoic acid", "BNPS-skatole": "bnps-skatole", "NTCB": "ntcb",
    "pepsin at pH 1.3": "pepsin ph1.3",
    "pepsin at pH 2": "pepsin ph2.0", "proline endopeptidase": "proline endopeptidase", "proteinase K": "proteinase k",
    "staphylococcal peptidase I": "staphylococcal peptidase i", "thermolysin": "thermolysin", "thrombin": "thrombin",
    "factor Xa": "factor xa", "enterokinase": "enterokinase", "granzyme B": "granzyme b", "caspase-1": "caspase 1",
    "caspase-3": "caspase 3", "caspase-7": "caspase 7",
}  # fmt: skip
"""The name that a person uses, and that of the rule in pyteomics."""

Protease = Annotated[
    str, Semantic("bio.protease"),
    Among(("trypsin", "Lys-C", "Arg-C", "Asp-N", "cyanogen bromide", "glutamyl endopeptidase", "chymotrypsin (high specificity)",
           "thermolysin", "proteinase K")),
    Field(description="Protease or cleavage reagent, such as trypsin", min_length=3, max_length=40),
]  # fmt: skip
Charge = Annotated[int, Among((1, 2, 3)), Field(description="Number of protons taken up", ge=1, le=6)]


class Specificity(TypedDict):
    after: Annotated[
        list[Annotated[str, Semantic("bio.residue")]],
        Says(
            "residue after which {protease} cuts between glycines", plural="residues after which {protease} cuts between glycines"
        ),
    ]
    before: Annotated[
        list[Annotated[str, Semantic("bio.residue")]],
        Says(
            "residue before which {protease} cuts between glycines",
            plural="residues before which {protease} cuts between glycines",
        ),
    ]


class Peptide(TypedDict):
    sequence: Annotated[str, Semantic("bio.protein"), Says("sequence", names=True)]
    length: Annotated[int, Says("length", unit="residues", high="longest", low="shortest")]
    mass: Annotated[float, Says("monoisotopic mass", unit="u", digits=4, high="largest", low="smallest")]


class Digest(TypedDict):
    peptides: Annotated[
        list[Peptide],
        Says(
            "peptide from the complete digestion of {protein} with {protease}",
            plural="peptides from the complete digestion of {protein} with {protease}",
        ),
    ]
    cuts: Annotated[int, Says("number of bonds in {protein} that {protease} cuts")]


class Ion(TypedDict):
    mz: Annotated[float, Says("monoisotopic m/z of {protein} with {charge} added protons", digits=4)]


class Fragment(TypedDict):
    ion: Annotated[str, Says("name", names=True)]
    mz: Annotated[float, Says("m/z", digits=4)]


class Fragments(TypedDict):
    ions: Annotated[
        list[Fragment], Says("singly charged {series} ion of {protein}", plural="singly charged {series} ions of {protein}")
    ]


class Elements(TypedDict):
    formula: Annotated[str, Semantic("chem.formula"), Says("molecular formula")]
    carbons: Annotated[int, Says("number of carbon atoms")]
    sulfurs: Annotated[int, Says("number of sulfur atoms")]


class Retention(TypedDict):
    minutes: Annotated[
        float, Says("predicted reversed-phase retention time (Guo 1986 coefficients at pH 2)", unit="min", digits=1)
    ]


def _rule(protease: str) -> Any:
    from pyteomics import parser

    wanted = next((rule for name, rule in RULES.items() if name.lower() == protease.lower()), None)
    if wanted is None:
        raise not_found("protease", protease)
    return parser.expasy_rules[wanted]


def _cut(protein: str, protease: str) -> list[str]:
    from pyteomics import parser

    pieces = parser.icleave(protein, _rule(protease), missed_cleavages=0, regex=True)
    return [peptide for _, peptide in sorted(pieces) if peptide]


def _mass(peptide: str, **how: Any) -> float:
    from pyteomics import mass

    return float(f"{mass.fast_mass(peptide, **how):.10g}")


@tool(
    domain="biological", kind="retrieval", provider="pyteomics", source="ExPASy PeptideCutter rules in pyteomics",
    about="{protease}",
    requires=("pyteomics",), examples=({"protease": "trypsin"}, {"protease": "Asp-N"}),
)  # fmt: skip
def protease_specificity(protease: Protease) -> Specificity:
    """The residues after which, and before which, a protease cuts when they stand among glycines."""
    cuts = {letter: [len(p) for p in _cut(f"GGGG{letter}GGGG", protease)] for letter in "ACDEFHIKLMNPQRSTVWY"}
    after = [letter for letter, lengths in cuts.items() if len(lengths) > 1 and lengths[0] == 5]
    before = [letter for letter, lengths in cuts.items() if len(lengths) > 1 and lengths[0] == 4]
    if not after and not before:
        raise not_found("single residue that decides the cut of", protease)
    return {"after": after, "before": before}


@tool(
    domain="biological", kind="retrieval", provider="pyteomics", source=SOURCE, about="{protein}",
    requires=("pyteomics",), examples=({"protein": "MKWVTFISLLFLFSSAYSRGVFRRDAHK", "protease": "trypsin"},),
)  # fmt: skip
def protease_digest(protein: Protein, protease: Protease) -> Digest:
    """The peptides, in order, of a protein after complete digestion with a protease, with length and monoisotopic
    mass.
    """
    pieces = _cut(protein.upper(), protease)
    if len(pieces) > 40:
        raise bad_arguments(f"{protease} cuts this protein into more than 40 peptides")
    peptides: list[Peptide] = [{"sequence": piece, "length": len(piece), "mass": _mass(piece)} for piece in pieces]
    return {"peptides": peptides, "cuts": len(pieces) - 1}


@tool(
    domain="biological", kind="processing", provider="pyteomics", source=SOURCE, about="{protein}",
    given="with {charge} added protons",
    requires=("pyteomics",), examples=({"protein": "PEPTIDE", "charge": 2},),
)  # fmt: skip
def peptide_mass_to_charge(protein: Protein, charge: Charge) -> Ion:
    """The monoisotopic mass-to-charge ratio of a peptide that has taken up some protons."""
    return {"mz": _mass(protein.upper(), charge=charge)}


@tool(
    domain="biological", kind="processing", provider="pyteomics",
    source="Roepstorff & Fohlman 1984, Biemann 1988 nomenclature; pyteomics",
    about="{protein}", requires=("pyteomics",),
    examples=({"protein": "PEPTIDE", "series": "b"}, {"protein": "PEPTIDE", "series": "y"}),
)  # fmt: skip
def fragment_ions(protein: Protein, series: Literal["a", "b", "y"]) -> Fragments:
    """The singly charged fragment ions of one series (a, b or y) of a peptide, by position."""
    text = protein.upper()
    if len(text) > 41:
        raise bad_arguments(f"fragment ions are listed for peptides of up to 41 residues, not {len(text)}")
    parts = [text[-n:] if series == "y" else text[:n] for n in range(1, len(text))]
    ions: list[Fragment] = [{"ion": f"{series}{len(p)}", "mz": _mass(p, ion_type=series, charge=1)} for p in parts]
    return {"ions": ions}


@tool(
    domain="biological", kind="processing", provider="pyteomics", source=SOURCE, about="{protein}",
    requires=("pyteomics",), examples=({"protein": "CYIQNCPLG"},),
)  # fmt: skip
def peptide_formula(protein: Protein) -> Elements:
    """The molecular formula of an unmodified peptide with free termini and reduced cysteines."""
    from pyteomics import mass

    counts = mass.Composition(sequence=protein.upper())
    order = [symbol for symbol in ("C", "H", "N", "O", "S") if counts.get(symbol)]
    formula = "".join(f"{symbol}{counts[symbol] if counts[symbol] > 1 else ''}" for symbol in order)
    return {"formula": formula, "carbons": int(counts["C"]), "sulfurs": int(counts.get("S", 0))}


@tool(
    domain="biological", kind="processing", provider="pyteomics",
    source="Guo 1986, doi:10.1016/0021-9673(86)80102-9; pyteomics.achrom",
    about="{protein}", requires=("pyteomics", "numpy"), examples=({"protein": "PEPTIDE"},),
)  # fmt: skip
def peptide_retention(protein: Protein) -> Retention:
    """The reversed-phase retention time that the additive model of Guo predicts for a short peptide at pH 2."""
    from pyteomics import achrom

    if len(protein) > 30:
        raise bad_arguments("the additive retention model holds for peptides of up to 30 residues")
    return {"minutes": float(achrom.calculate_RT(protein.upper(), achrom.RCs_guo_ph2_0))}
