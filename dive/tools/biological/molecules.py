"""Properties of a molecule from its SMILES, computed by RDKit: identifiers, descriptors, drug-likeness,
stereochemistry, rings.

Each is a pure function of the structure. A string that RDKit cannot parse or sanitise is `bad_arguments`.

"""

from functools import cache, lru_cache
from typing import Annotated, Any

from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.biological.inputs import Smiles
from dive.tools.tool import Says, Semantic, tool

SOURCE = "RDKit; https://www.rdkit.org/docs/"


class Identifiers(TypedDict):
    canonical: Annotated[str, Semantic("chem.smiles"), Says("canonical SMILES string", same_as="smiles", ask=False)]
    inchikey: Annotated[str, Semantic("chem.inchikey"), Says("InChIKey", same_as="smiles")]
    formula: Annotated[str, Semantic("chem.formula"), Says("molecular formula")]


class Descriptors(TypedDict):
    molecular_weight: Annotated[float, Semantic("chem.molar_mass"), Says("molecular weight", unit="g/mol", digits=2)]
    logp: Annotated[float, Says("Crippen logP", digits=2)]
    polar_surface: Annotated[float, Says("topological polar surface area", unit="Å²", digits=1, high="largest", low="smallest")]
    refractivity: Annotated[float, Says("Crippen molar refractivity", unit="cm³/mol", digits=1)]
    rotatable_bonds: Annotated[int, Says("number of rotatable bonds")]
    heavy_atoms: Annotated[int, Says("number of heavy atoms")]
    sp3_fraction: Annotated[float, Says("fraction of sp³ carbons", digits=2)]


class Lipinski(TypedDict):
    donors: Annotated[int, Says("number of hydrogen-bond donors (Lipinski)")]
    acceptors: Annotated[int, Says("number of hydrogen-bond acceptors (Lipinski)")]
    violations: Annotated[int, Says("number of Lipinski rule-of-five violations")]
    veber: Annotated[bool, Says("within Veber's limits for oral bioavailability")]
    qed: Annotated[float, Says("QED drug-likeness score", digits=3)]


class Stereochemistry(TypedDict):
    centres: Annotated[int, Says("number of tetrahedral stereocentres")]
    unassigned: Annotated[int, Says("number of stereocentres without assigned configuration")]
    r_centres: Annotated[int, Says("number of R stereocentres")]
    s_centres: Annotated[int, Says("number of S stereocentres")]
    double_bonds: Annotated[int, Says("number of stereogenic double bonds")]


class Rings(TypedDict):
    rings: Annotated[int, Says("number of rings")]
    aromatic: Annotated[int, Says("number of aromatic rings")]
    heterocycles: Annotated[int, Says("number of heterocyclic rings")]
    largest: Annotated[int | None, Says("size of the largest ring", unit="atoms")]
    spiro: Annotated[int, Says("number of spiro atoms")]
    bridgeheads: Annotated[int, Says("number of bridgehead atoms")]


class Bonds(TypedDict):
    single: Annotated[int, Says("number of single bonds between heavy atoms")]
    double: Annotated[int, Says("number of double bonds (Kekulé structure)")]
    triple: Annotated[int, Says("number of triple bonds")]
    aromatic_atoms: Annotated[int, Says("number of aromatic atoms")]
    hydrogens: Annotated[int, Says("number of hydrogen atoms")]
    charge: Annotated[int, Says("net formal charge", ask=False)]


class Topology(TypedDict):
    wiener: Annotated[int, Says("Wiener index", high="largest", low="smallest")]
    diameter: Annotated[int, Says("longest shortest path between two heavy atoms", unit="bonds", high="longest", low="shortest")]
    balaban: Annotated[float, Says("Balaban J index", digits=3)]
    bertz: Annotated[float, Says("Bertz complexity index", digits=1)]


@cache
def chemistry() -> Any:
    """`rdkit.Chem`, with its messages on stderr switched off."""
    from rdkit import Chem, RDLogger

    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    return Chem


@lru_cache(maxsize=512)
def molecule(smiles: str) -> Any:
    """The molecule of a SMILES string; treat it as read-only."""
    found = chemistry().MolFromSmiles(smiles)
    if found is None or found.GetNumAtoms() == 0:
        raise bad_arguments(f"{smiles!r} is not a valid SMILES string")
    return found


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE, about="{smiles}",
    requires=("rdkit",), examples=({"smiles": "CC(=O)Oc1ccccc1C(=O)O"},),
)  # fmt: skip
def molecule_identifiers(smiles: Smiles) -> Identifiers:
    """The canonical SMILES, standard InChIKey and molecular formula of a structure."""
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    mol = molecule(smiles)
    key = chemistry().MolToInchiKey(mol)
    if not key:
        raise bad_arguments(f"{smiles!r} has no InChI")
    return {"canonical": chemistry().MolToSmiles(mol), "inchikey": key, "formula": CalcMolFormula(mol)}


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE, about="{smiles}", requires=("rdkit",),
    examples=({"smiles": "CCO"},),
)  # fmt: skip
def molecular_weight(
    smiles: Smiles,
) -> Annotated[
    float, Semantic("chem.molar_mass"), Says("average molecular weight", unit="g/mol", digits=2, high="largest", low="smallest")
]:
    """Average molecular weight of a structure, from IUPAC standard atomic weights."""
    from rdkit.Chem import Descriptors

    return float(Descriptors.MolWt(molecule(smiles)))  # type: ignore[attr-defined]


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE + " (Wildman & Crippen 1999, Ertl 2000)",
    about="{smiles}", requires=("rdkit",), examples=({"smiles": "CN1C=NC2=C1C(=O)N(C)C(=O)N2C"},),
)  # fmt: skip
def molecular_descriptors(smiles: Smiles) -> Descriptors:
    """Molecular weight, logP, polar surface area, refractivity, rotatable bonds and sp³ fraction of a structure."""
    from rdkit.Chem import Crippen, Descriptors, rdMolDescriptors

    mol = molecule(smiles)
    return {
        "molecular_weight": Descriptors.MolWt(mol), "logp": Crippen.MolLogP(mol),  # type: ignore[attr-defined]
        "polar_surface": rdMolDescriptors.CalcTPSA(mol), "refractivity": Crippen.MolMR(mol),  # type: ignore[attr-defined]
        "rotatable_bonds": rdMolDescriptors.CalcNumRotatableBonds(mol), "heavy_atoms": mol.GetNumHeavyAtoms(),
        "sp3_fraction": rdMolDescriptors.CalcFractionCSP3(mol),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="rdkit",
    source="Lipinski 1997, doi:10.1016/S0169-409X(96)00423-1; Veber 2002, doi:10.1021/jm020017n; Bickerton 2012, QED",
    about="{smiles}", requires=("rdkit",), examples=({"smiles": "CC(=O)Oc1ccccc1C(=O)O"},),
)  # fmt: skip
def drug_likeness(smiles: Smiles) -> Lipinski:
    """Lipinski's hydrogen-bond counts and rule-of-five violations, Veber's rule and the QED score of a structure.

    Violations: weight over 500 g/mol, Crippen logP over 5, more than 5 donors, more than 10 acceptors. Veber: at most
    10 rotatable bonds and at most 140 Å² polar surface.
    """
    from rdkit.Chem import QED, Crippen, Descriptors, rdMolDescriptors

    mol = molecule(smiles)
    donors, acceptors = rdMolDescriptors.CalcNumLipinskiHBD(mol), rdMolDescriptors.CalcNumLipinskiHBA(mol)
    weight, logp = Descriptors.MolWt(mol), Crippen.MolLogP(mol)  # type: ignore[attr-defined]
    oral = rdMolDescriptors.CalcNumRotatableBonds(mol) <= 10 and rdMolDescriptors.CalcTPSA(mol) <= 140
    return {
        "donors": donors, "acceptors": acceptors,
        "violations": sum((weight > 500, logp > 5, donors > 5, acceptors > 10)), "veber": bool(oral), "qed": QED.qed(mol),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE + " (CIP labels)", about="{smiles}",
    requires=("rdkit",), examples=({"smiles": "C[C@H](N)C(=O)O"},),
)  # fmt: skip
def stereochemistry(smiles: Smiles) -> Stereochemistry:
    """The number of tetrahedral stereocentres by CIP label, and of stereogenic double bonds, of a structure."""
    mol = molecule(smiles)
    labels = [label for _, label in chemistry().FindMolChiralCenters(mol, includeUnassigned=True, useLegacyImplementation=False)]
    bonds = [info for info in chemistry().FindPotentialStereo(mol) if info.type == chemistry().StereoType.Bond_Double]
    return {
        "centres": len(labels), "unassigned": labels.count("?"), "r_centres": labels.count("R"),
        "s_centres": labels.count("S"), "double_bonds": len(bonds),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE + " (smallest set of smallest rings)",
    about="{smiles}",
    requires=("rdkit",), examples=({"smiles": "CN1C=NC2=C1C(=O)N(C)C(=O)N2C"},),
)  # fmt: skip
def ring_counts(smiles: Smiles) -> Rings:
    """The rings of a structure: their number, aromatic and heterocyclic ones, the largest, spiro and bridgehead
    atoms.
    """
    from rdkit.Chem import rdMolDescriptors

    mol = molecule(smiles)
    sizes = [len(ring) for ring in mol.GetRingInfo().AtomRings()]
    return {
        "rings": len(sizes), "aromatic": rdMolDescriptors.CalcNumAromaticRings(mol),
        "heterocycles": rdMolDescriptors.CalcNumHeterocycles(mol), "largest": max(sizes, default=None),
        "spiro": rdMolDescriptors.CalcNumSpiroAtoms(mol), "bridgeheads": rdMolDescriptors.CalcNumBridgeheadAtoms(mol),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="rdkit", source=SOURCE, about="{smiles}",
    requires=("rdkit",), examples=({"smiles": "C1=CC=CC=C1C#N"},),
)  # fmt: skip
def bond_counts(smiles: Smiles) -> Bonds:
    """The bonds of a structure by order (in a Kekulé form), its aromatic atoms, hydrogens and net charge."""
    chem, mol = chemistry(), molecule(smiles)
    kekule = chem.Mol(mol)
    chem.Kekulize(kekule, clearAromaticFlags=True)
    orders = [bond.GetBondTypeAsDouble() for bond in kekule.GetBonds()]
    return {
        "single": orders.count(1.0), "double": orders.count(2.0), "triple": orders.count(3.0),
        "aromatic_atoms": sum(atom.GetIsAromatic() for atom in mol.GetAtoms()),
        "hydrogens": sum(atom.GetTotalNumHs() for atom in mol.GetAtoms()) + sum(a.GetAtomicNum() == 1 for a in mol.GetAtoms()),
        "charge": chem.GetFormalCharge(mol),
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="rdkit", about="{smiles}", requires=("rdkit",),
    source="Wiener 1947, doi:10.1021/ja01193a005; Balaban 1982; Bertz 1981; RDKit GraphDescriptors",
    examples=({"smiles": "CCCCCC"},),
)  # fmt: skip
def molecular_topology(smiles: Smiles) -> Topology:
    """Wiener, Balaban and Bertz indices and the diameter of a structure's heavy-atom graph."""
    from rdkit.Chem import GraphDescriptors

    mol = molecule(smiles)
    if "." in smiles or mol.GetNumAtoms() < 2:
        raise bad_arguments("topological indices need one connected molecule with at least two heavy atoms")
    distances = chemistry().GetDistanceMatrix(mol)
    return {
        "wiener": int(distances.sum()) // 2, "diameter": int(distances.max()),
        "balaban": float(GraphDescriptors.BalabanJ(mol)), "bertz": float(GraphDescriptors.BertzCT(mol)),
    }  # fmt: skip
