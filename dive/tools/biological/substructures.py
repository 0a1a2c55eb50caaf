"""Parts of molecules and comparisons of two, computed by RDKit: functional groups, scaffolds, alerts, fragments,
similarity.
"""

from functools import cache
from typing import Annotated, Any, Literal

from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.inputs import Smiles
from dive.tools.biological.molecules import SOURCE, chemistry, molecule
from dive.tools.tool import Says, Semantic, tool

GROUPS = {
    "aldehyde": "fr_aldehyde", "aliphatic hydroxyl": "fr_Al_OH", "alkyl halide": "fr_alkyl_halide", "amide": "fr_amide",
    "amidine": "fr_amidine", "aniline nitrogen": "fr_aniline", "azide": "fr_azide", "azo": "fr_azo",
    "benzene ring": "fr_benzene",
    "beta-lactam": "fr_lactam", "carboxylic acid": "fr_COO", "epoxide": "fr_epoxide", "ester": "fr_ester", "ether": "fr_ether",
    "furan ring": "fr_furan", "guanidine": "fr_guanido", "halogen": "fr_halogen", "hydrazine": "fr_hdrzine",
    "imidazole ring": "fr_imidazole", "imide": "fr_imide", "imine": "fr_Imine", "isocyanate": "fr_isocyan",
    "isothiocyanate": "fr_isothiocyan", "ketone": "fr_ketone", "lactone": "fr_lactone", "methoxy": "fr_methoxy",
    "morpholine ring": "fr_morpholine", "nitrile": "fr_nitrile", "nitro": "fr_nitro", "nitroso": "fr_nitroso",
    "oxazole ring": "fr_oxazole", "oxime": "fr_oxime", "phenol": "fr_phenol", "phosphoric acid": "fr_phos_acid",
    "phosphoric ester": "fr_phos_ester", "piperazine ring": "fr_piperzine", "piperidine ring": "fr_piperdine",
    "pyridine ring": "fr_pyridine", "quaternary nitrogen": "fr_quatN", "sulfonamide": "fr_sulfonamd", "sulfone": "fr_sulfone",
    "terminal alkyne": "fr_term_acetylene", "tetrazole ring": "fr_tetrazole", "thiazole ring": "fr_thiazole",
    "thioether": "fr_sulfide", "thiol": "fr_SH", "thiophene ring": "fr_thiophene", "urea": "fr_urea",
}  # fmt: skip
Catalogue = Literal["Brenk", "NIH", "PAINS"]


class Group(TypedDict):
    name: Annotated[str, Says("name", names=True)]
    count: Annotated[int, Says("number of occurrences")]


class FunctionalGroups(TypedDict):
    groups: Annotated[list[Group], Says("kind of functional group in {smiles}", plural="kinds of functional groups in {smiles}")]


class Scaffold(TypedDict):
    scaffold: Annotated[str, Semantic("chem.smiles"), Says("Bemis-Murcko scaffold of {smiles}")]
    atoms: Annotated[int, Says("number of atoms in the Bemis-Murcko scaffold of {smiles}")]


class Alerts(TypedDict):
    alerts: Annotated[
        list[str], Says("{catalogue} structural alert in {smiles}", plural="{catalogue} structural alerts in {smiles}")
    ]
    total: Annotated[int, Says("number of {catalogue} structural alerts in {smiles}")]


class Fragment(TypedDict):
    smiles: Annotated[str, Says("BRICS fragment", names=True)]
    weight: Annotated[float, Says("molecular weight", unit="g/mol", digits=1)]


class Fragments(TypedDict):
    fragments: Annotated[
        list[Fragment], Says("distinct BRICS fragment of {smiles}", plural="distinct BRICS fragments of {smiles}")
    ]


class Similarity(TypedDict):
    tanimoto: Annotated[
        float, Says("Tanimoto similarity of the Morgan fingerprints (radius 2, 2048 bits) of {a} and {b}", digits=3)
    ]
    dice: Annotated[float, Says("Dice similarity of the Morgan fingerprints (radius 2, 2048 bits) of {a} and {b}", digits=3)]


class KeySimilarity(TypedDict):
    tanimoto: Annotated[float, Says("Tanimoto similarity of the MACCS keys of {a} and {b}", digits=3)]
    shared: Annotated[int, Says("number of MACCS keys that {a} and {b} have in common")]


class CommonPart(TypedDict):
    atoms: Annotated[int, Says("number of atoms in the largest common substructure of {a} and {b}")]
    bonds: Annotated[int, Says("number of bonds in the largest common substructure of {a} and {b}")]


class Parent(TypedDict):
    smiles_parent: Annotated[str, Semantic("chem.smiles"), Says("neutral parent structure of {smiles}", ask=False)]
    components: Annotated[int, Says("number of separate components in the structure of {smiles}")]


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE + " (rdkit.Chem.Fragments)", about="{smiles}",
    requires=("rdkit",), examples=({"smiles": "CC(=O)Oc1ccccc1C(=O)O"},),
)  # fmt: skip
def functional_groups(smiles: Smiles) -> FunctionalGroups:
    """The functional groups of a structure with the number of occurrences, by name."""
    from rdkit.Chem import Fragments as patterns

    mol = molecule(smiles)
    counts = {name: int(getattr(patterns, pattern)(mol)) for name, pattern in sorted(GROUPS.items())}
    groups: list[Group] = [{"name": name, "count": count} for name, count in counts.items() if count]
    if not groups:
        raise not_found("functional group", smiles)
    return {"groups": groups}


@tool(
    domain="biological", kind="processing", provider="rdkit", source="Bemis & Murcko 1996, doi:10.1021/jm9602928; RDKit",
    about="{smiles}", requires=("rdkit",), examples=({"smiles": "CC(=O)Oc1ccccc1C(=O)O"},),
)  # fmt: skip
def murcko_scaffold(smiles: Smiles) -> Scaffold:
    """The Bemis-Murcko scaffold of a structure: its rings and the linkers between them."""
    from rdkit.Chem.Scaffolds.MurckoScaffold import GetScaffoldForMol

    scaffold = GetScaffoldForMol(molecule(smiles))
    if scaffold.GetNumAtoms() == 0:
        raise not_found("ring scaffold", smiles)
    return {"scaffold": chemistry().MolToSmiles(scaffold), "atoms": scaffold.GetNumAtoms()}


@cache
def _catalogue(name: Catalogue) -> Any:
    from rdkit.Chem import FilterCatalog

    chosen: Any = FilterCatalog.FilterCatalogParams()
    chosen.AddCatalog(getattr(chosen.FilterCatalogs, name.upper()))
    return FilterCatalog.FilterCatalog(chosen)


@tool(
    domain="biological", kind="retrieval", provider="rdkit", about="{smiles}", requires=("rdkit",),
    source="Brenk 2008, doi:10.1002/cmdc.200700139; Baell & Holloway 2010, doi:10.1021/jm901137j; NIH; RDKit FilterCatalog",
    examples=({"smiles": "CC(=O)Oc1ccccc1C(=O)O", "catalogue": "Brenk"},),
)  # fmt: skip
def structural_alerts(smiles: Smiles, catalogue: Catalogue) -> Alerts:
    """The structural alerts of a catalogue (Brenk, NIH or PAINS) that a structure matches, by name."""
    found = sorted({match.GetDescription() for match in _catalogue(catalogue).GetMatches(molecule(smiles))})
    return {"alerts": [name.replace("_", " ") for name in found], "total": len(found)}


@tool(
    domain="biological", kind="processing", provider="rdkit", source="Degen 2008, doi:10.1002/cmdc.200800178; RDKit BRICS",
    about="{smiles}", requires=("rdkit",), examples=({"smiles": "CC(=O)Oc1ccccc1C(=O)O"},),
)  # fmt: skip
def brics_fragments(smiles: Smiles) -> Fragments:
    """The distinct fragments into which the BRICS rules cut a structure, with their molecular weight."""
    from rdkit.Chem import BRICS
    from rdkit.Chem.Descriptors import MolWt  # type: ignore[attr-defined]

    if molecule(smiles).GetNumHeavyAtoms() > 60:
        raise bad_arguments("BRICS fragments are found for molecules of up to 60 heavy atoms")
    pieces = sorted(BRICS.BRICSDecompose(molecule(smiles)))
    fragments: list[Fragment] = [{"smiles": piece, "weight": MolWt(molecule(piece))} for piece in pieces[:40]]
    return {"fragments": fragments}


@cache
def _morgan() -> Any:
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)


@tool(
    domain="biological", kind="processing", provider="rdkit", source="Rogers & Hahn 2010, doi:10.1021/ci100050t; RDKit",
    about="{a} and {b}", requires=("rdkit",), examples=({"a": "CC(=O)Oc1ccccc1C(=O)O", "b": "OC(=O)c1ccccc1O"},),
)  # fmt: skip
def fingerprint_similarity(a: Smiles, b: Smiles) -> Similarity:
    """Tanimoto and Dice similarity of two structures by Morgan fingerprints of radius 2 with 2048 bits."""
    from rdkit import DataStructs

    first, second = (_morgan().GetFingerprint(molecule(smiles)) for smiles in (a, b))
    return {
        "tanimoto": DataStructs.TanimotoSimilarity(first, second), "dice": DataStructs.DiceSimilarity(first, second),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="rdkit", source="Durant 2002, doi:10.1021/ci010132r; RDKit MACCS keys",
    about="{a} and {b}", requires=("rdkit",), examples=({"a": "CCO", "b": "CCN"},),
)  # fmt: skip
def maccs_similarity(a: Smiles, b: Smiles) -> KeySimilarity:
    """Tanimoto similarity of two structures by the 166 public MACCS keys, and the number of shared keys."""
    from rdkit import DataStructs
    from rdkit.Chem import MACCSkeys

    first, second = (MACCSkeys.GenMACCSKeys(molecule(smiles)) for smiles in (a, b))  # type: ignore[attr-defined]
    return {"tanimoto": DataStructs.TanimotoSimilarity(first, second), "shared": (first & second).GetNumOnBits()}


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE + " (FMCS)", about="{a} and {b}",
    requires=("rdkit",), examples=({"a": "CC(=O)Oc1ccccc1C(=O)O", "b": "OC(=O)c1ccccc1O"},),
)  # fmt: skip
def common_substructure(a: Smiles, b: Smiles) -> CommonPart:
    """The number of atoms and bonds in the largest connected substructure that two structures share.

    Atoms match by element and bonds by order; aromatic bonds match aromatic ones.
    """
    from rdkit.Chem import rdFMCS

    first, second = molecule(a), molecule(b)
    if max(first.GetNumHeavyAtoms(), second.GetNumHeavyAtoms()) > 45:
        raise bad_arguments("common substructures are searched in molecules of up to 45 heavy atoms")
    found = rdFMCS.FindMCS([first, second], timeout=15)
    if found.canceled:
        raise bad_arguments("the search for a common substructure of these molecules takes too long")
    return {"atoms": found.numAtoms, "bonds": found.numBonds}


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE + " (rdMolStandardize)", about="{smiles}",
    requires=("rdkit",), examples=({"smiles": "CC(=O)[O-].[Na+]"}, {"smiles": "CCN.Cl"}),
)  # fmt: skip
def neutral_parent(smiles: Smiles) -> Parent:
    """The largest organic component of a salt with its charges neutralised, and the number of components."""
    from rdkit.Chem.MolStandardize import rdMolStandardize

    mol = molecule(smiles)
    largest = rdMolStandardize.LargestFragmentChooser(preferOrganic=True).choose(mol)
    parent = rdMolStandardize.Uncharger().uncharge(largest)
    return {"smiles_parent": chemistry().MolToSmiles(parent), "components": len(chemistry().GetMolFrags(mol))}
