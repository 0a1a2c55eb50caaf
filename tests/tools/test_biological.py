"""Values of the biological tools against textbooks and published tables, their errors, and the order of their lists."""

from typing import Any

import pytest

from dive.errors import ToolError
from dive.tools.pool import domain_tools

TOOLS = {tool.name: tool for tool in domain_tools("biological")}


def call(tool: str, /, **arguments: Any) -> Any:
    return TOOLS[tool].call(arguments)


def code_of(tool: str, /, **arguments: Any) -> str:
    with pytest.raises(ToolError) as caught:
        call(tool, **arguments)
    return str(caught.value.code)


@pytest.mark.parametrize(
    ("name", "arguments", "field", "value", "tolerance"),
    [
        # CRC Handbook, IUPAC 2021
        ("element_properties", {"symbol": "Fe"}, "atomic_weight", 55.845, 0.001),
        ("element_properties", {"symbol": "F"}, "electronegativity", 3.98, 0.001),
        ("element_bulk_properties", {"symbol": "Cu"}, "melting_point", 1357.77, 0.05),
        ("element_ionisation_energies", {"symbol": "H"}, "first", 13.5984, 0.001),
        ("element_ionisation_energies", {"symbol": "He"}, "second", 54.4178, 0.001),
        ("element_electron_configuration", {"symbol": "Cr"}, "unpaired", 6, 0),
        ("element_electron_configuration", {"symbol": "O"}, "valence", 6, 0),
        ("element_oxidation_states", {"symbol": "Mn"}, "highest", 7, 0),
        # NUBASE 2020
        ("nuclide_decay", {"nuclide": "carbon-14"}, "half_life_years", 5700, 30),
        ("nuclide_decay", {"nuclide": "iodine-131"}, "half_life_days", 8.025, 0.01),
        ("nuclide_decay", {"nuclide": "technetium-99"}, "half_life_years", 211_100, 1200),
        ("nuclide_decay", {"nuclide": "fluorine-18"}, "half_life_hours", 1.8295, 0.002),
        ("nuclide_activity_left", {"nuclide": "iodine-131", "days": 8.0249}, "percent", 50.0, 0.01),
        # CRC Handbook, NIST WebBook
        ("compound_by_name", {"name": "caffeine"}, "molar_mass", 194.19, 0.01),
        ("compound_phase_changes", {"cas": "71-43-2"}, "boiling_point", 353.23, 0.1),
        ("compound_phase_changes", {"cas": "71-43-2"}, "fusion_heat", 9.87, 0.01),
        ("compound_critical_point", {"cas": "124-38-9"}, "temperature", 304.13, 0.05),
        ("compound_critical_point", {"cas": "124-38-9"}, "pressure", 73.77, 0.05),
        ("compound_thermochemistry", {"cas": "64-17-5"}, "liquid", -277.6, 0.5),
        ("compound_physical_constants", {"cas": "71-43-2"}, "logp", 2.13, 0.001),
        ("compound_physical_constants", {"cas": "67-64-1"}, "dipole_moment", 2.88, 0.01),
        ("vapour_pressure", {"cas": "71-43-2", "celsius": 25}, "pressure", 12.7, 0.1),
        ("compound_fire_safety", {"cas": "67-64-1"}, "lower_limit", 2.5, 0.01),
        ("climate_impact", {"cas": "74-82-8"}, "gwp100", 27.9, 0.1),  # IPCC AR6, table 7.SM.7
        ("climate_impact", {"cas": "75-69-4"}, "ozone", 1.0, 0.001),
        # RDKit: published values for aspirin (PubChem 2244) and n-hexane (Wiener 1947)
        ("molecular_descriptors", {"smiles": "CC(=O)Oc1ccccc1C(=O)O"}, "polar_surface", 63.6, 0.1),
        ("drug_likeness", {"smiles": "CC(=O)Oc1ccccc1C(=O)O"}, "qed", 0.550, 0.001),
        ("molecular_topology", {"smiles": "CCCCCC"}, "wiener", 35, 0),
        ("stereochemistry", {"smiles": "C[C@H](N)C(=O)O"}, "s_centres", 1, 0),
        ("ring_counts", {"smiles": "C1CC2CCC1C2"}, "bridgeheads", 2, 0),
        ("bond_counts", {"smiles": "c1ccccc1"}, "double", 3, 0),
        ("common_substructure", {"a": "CC(=O)Oc1ccccc1C(=O)O", "b": "OC(=O)c1ccccc1O"}, "atoms", 10, 0),
        ("fingerprint_similarity", {"a": "CCO", "b": "OCC"}, "tanimoto", 1.0, 0),
        # molmass and mass spectrometry
        ("formula_masses", {"formula": "C6H12O6"}, "monoisotopic", 180.06339, 0.0001),
        ("ion_mass_to_charge", {"formula": "C8H10N4O2", "ion": "protonated"}, "mz", 195.0877, 0.0001),
        ("ion_mass_to_charge", {"formula": "C6H12O6", "ion": "sodiated"}, "mz", 203.0526, 0.0001),
        ("degree_of_unsaturation", {"formula": "C6H6"}, "degree", 4, 0),
        ("combustion_balance", {"formula": "C3H8"}, "oxygen", 5, 0),
        ("peptide_mass_to_charge", {"protein": "PEPTIDE", "charge": 2}, "mz", 400.6873, 0.0001),
        # REBASE, NCBI
        ("restriction_enzyme", {"enzyme": "PstI"}, "overhang_length", 4, 0),
        ("site_statistics", {"site": "GCGGCCGC"}, "spacing", 65536, 0),
        ("codon_meaning", {"codon": "CTG", "code": "1"}, "synonymous", 6, 0),
        ("substitution_score", {"a": "W", "b": "W", "matrix": "BLOSUM62"}, "score", 11, 0),
        ("amino_acid_properties", {"residue": "I"}, "hydropathy", 4.5, 0),
        ("wallace_melting", {"dna": "GTAAAACGACGGCCAGT"}, "wallace", 52, 0),
        # ExPASy ProtParam for glucagon: 3482.8 Da, GRAVY -0.990, extinction 8480
        ("protein_properties", {"protein": "HSQGTFTSDYSKYLDSRRAQDFVQWLMNT"}, "weight", 3482.8, 0.1),
        ("protein_properties", {"protein": "HSQGTFTSDYSKYLDSRRAQDFVQWLMNT"}, "extinction", 8480, 0),
        ("protein_indices", {"protein": "HSQGTFTSDYSKYLDSRRAQDFVQWLMNT"}, "gravy", -0.990, 0.001),
        ("align_proteins", {"a": "WWW", "b": "WWW", "matrix": "BLOSUM62", "mode": "global"}, "score", 33, 0),
        # textbook arithmetic
        ("mass_for_solution", {"molar_mass": 58.44, "millimolar": 150, "millilitres": 1000}, "milligrams", 8766, 0.01),
        ("effusion_ratio", {"a": 2.016, "b": 31.998}, "ratio", 3.984, 0.001),
        ("ideal_gas_density", {"molar_mass": 28.0134, "temperature": 273.15}, "density", 1.2498, 0.001),
        ("molecular_speed", {"molar_mass": 28.0134, "temperature": 300}, "speed", 516.8, 0.1),
        ("bond_ionic_character", {"a": 2.20, "b": 3.98}, "ionic", 54.7, 0.1),
        ("dna_picomoles", {"nanograms": 660, "length": 1000, "strands": "double-stranded"}, "picomoles", 1.0, 1e-9),
    ],
)
def test_value(name: str, arguments: dict[str, Any], field: str, value: float, tolerance: float) -> None:
    assert call(name, **arguments)[field] == pytest.approx(value, abs=tolerance)


def test_texts() -> None:
    assert call("compound_by_cas", cas="64-17-5")["name"] == "ethanol"
    assert call("compound_by_inchikey", inchikey="RYYVLZVUVIJVGH-UHFFFAOYSA-N")["cas"] == "58-08-2"
    assert call("carcinogenicity", cas="71-43-2")["iarc_group"] == "group 1"
    assert call("carcinogenicity", cas="71-43-2")["iarc_year"] == 2018  # IARC Monographs 120, Benzene
    assert call("carcinogenicity", cas="50-06-6") == {"iarc_group": "group 2B", "iarc_year": 2001, "ntp_listing": None}
    assert call("murcko_scaffold", smiles="CC(=O)Oc1ccccc1C(=O)O")["scaffold"] == "c1ccccc1"
    assert call("restriction_enzyme", enzyme="EcoRI")["site"] == "GAATTC"
    assert call("restriction_enzyme", enzyme="KpnI")["overhang"] == "3' overhang"
    assert call("reverse_complement", dna="GAATTCA")["dna"] == "TGAATTC"
    assert call("translate_dna", dna="ATGATATGA", code="1")["protein"] == "MI"
    assert call("translate_dna", dna="ATGATATGA", code="2")["protein"] == "MMW"
    assert call("peptide_formula", protein="CYIQNCPLG")["formula"] == "C43H67N11O13S2"
    assert call("molecule_identifiers", smiles="OC(=O)c1ccccc1OC(C)=O")["inchikey"] == "BSYNRYMUTXBXSQ-UHFFFAOYSA-N"
    assert call("neutral_parent", smiles="CC(=O)[O-].[Na+]")["smiles_parent"] == "CC(=O)O"


def test_lists_are_ordered_and_complete() -> None:
    tin = call("element_isotopes", symbol="Sn")["isotopes"]
    assert [row["nuclide"] for row in tin][:2] == ["tin-112", "tin-114"]
    assert len(tin) == 10
    assert sum(row["abundance"] for row in tin) == pytest.approx(100, abs=0.1)
    halogens = [row["symbol"] for row in call("elements_of_group", group=17)["elements"]]
    assert halogens == ["F", "Cl", "Br", "I", "At", "Ts"]
    pattern = call("isotope_pattern", formula="CH2Cl2")["peaks"]
    assert [row["mass_number"] for row in pattern] == [84, 85, 86, 87, 88, 89]
    assert pattern[2]["abundance"] / pattern[0]["abundance"] == pytest.approx(0.64, abs=0.01)
    assert [row["element"] for row in call("formula_composition", formula="H2O")["elements"]] == ["O", "H"]
    assert call("codons_of_residue", residue="M", code="2")["codons"] == ["ATA", "ATG"]
    assert [row["codon"] for row in call("reassigned_codons", code="2")["codons"]] == ["AGA", "AGG", "ATA", "TGA"]
    assert [row["name"] for row in call("isoschizomers", enzyme="SmaI")["enzymes"]] == ["Cfr9I", "TspMI", "XmaI"]
    assert {"SalI", "PaeR7I"} <= {row["name"] for row in call("compatible_enzymes", enzyme="XhoI")["enzymes"]}
    assert [row["cas"] for row in call("mixture_components", mixture="R410A")["components"]] == ["354-33-6", "75-10-5"]


def test_digests_give_back_the_sequence() -> None:
    dna = "ATGGCGAAAGAATTCCTGGGATCCACCTAAGCTTGCTAA"
    pieces = call("restriction_digest", dna=dna, enzyme="EcoRI")["fragments"]
    assert [piece["sequence"] for piece in pieces] == ["ATGGCGAAAG", dna[10:]]
    assert [row["enzyme"] for row in call("common_cutters", dna=dna)["cutters"]] == ["BamHI", "EcoRI", "HindIII"]
    protein = "MKWVTFISLLFLFSSAYSRGVFRRDAHK"
    peptides = [row["sequence"] for row in call("protease_digest", protein=protein, protease="trypsin")["peptides"]]
    assert peptides == ["MK", "WVTFISLLFLFSSAYSR", "GVFR", "R", "DAHK"]


def test_fragment_ions_add_up_to_the_peptide() -> None:
    b = {row["ion"]: row["mz"] for row in call("fragment_ions", protein="PEPTIDE", series="b")["ions"]}
    y = {row["ion"]: row["mz"] for row in call("fragment_ions", protein="PEPTIDE", series="y")["ions"]}
    whole = call("peptide_mass_to_charge", protein="PEPTIDE", charge=1)["mz"]
    assert b["b3"] + y["y4"] == pytest.approx(whole + 1.007276, abs=1e-4)
    assert y["y1"] == pytest.approx(148.0604, abs=1e-4)


def test_back_translation_encodes_the_protein() -> None:
    dna = call("back_translate", protein="MDYKDDDDKG", organism="Escherichia coli")["dna"]
    assert call("translate_dna", dna=dna, code="11")["protein"] == "MDYKDDDDKG"
    assert call("codon_rarity", dna=dna, organism="Escherichia coli")["rare"] == 0


def test_estimates_are_left_out() -> None:
    # chemicals itself would answer 640.4 K for caffeine, by Joback's group contributions
    assert call("compound_phase_changes", cas="58-08-2")["boiling_point"] is None
    assert call("element_bulk_properties", symbol="Sn")["melting_point"] is None  # two allotropes


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("element_properties", {"symbol": "Xx"}, "not_found"),
        ("element_isotopes", {"symbol": "Tc"}, "not_found"),
        ("nuclide_decay", {"nuclide": "carbon-12"}, "not_found"),
        ("nuclide_decay", {"nuclide": "carbon fourteen"}, "bad_arguments"),
        ("compound_by_name", {"name": "unobtainium oxide"}, "not_found"),
        ("compound_by_cas", {"cas": "64-17-6"}, "bad_arguments"),
        ("vapour_pressure", {"cas": "71-43-2", "celsius": 300}, "bad_arguments"),
        ("mixture_components", {"mixture": "R999Z"}, "not_found"),
        ("molecular_descriptors", {"smiles": "C1CC"}, "bad_arguments"),
        ("formula_masses", {"formula": "Xy2"}, "bad_arguments"),
        ("degree_of_unsaturation", {"formula": "CH3"}, "bad_arguments"),
        ("combustion_balance", {"formula": "CO2"}, "bad_arguments"),
        ("restriction_enzyme", {"enzyme": "FooI"}, "not_found"),
        ("compatible_enzymes", {"enzyme": "SmaI"}, "bad_arguments"),
        ("translate_dna", {"dna": "ATGTAA", "code": "7"}, "not_found"),
        ("translate_dna", {"dna": "ATGTGA", "code": "27"}, "bad_arguments"),
        ("codon_meaning", {"codon": "TAA", "code": "1"}, "not_found"),
        ("codon_usage", {"organism": "unicorn", "residue": "L"}, "not_found"),
        ("protease_digest", {"protein": "MK", "protease": "scissors"}, "not_found"),
        ("count_substitutions", {"a": "MK", "b": "MKK"}, "bad_arguments"),
        ("peptide_sequence", {"peptide": "unknownin"}, "not_found"),
        ("protein_properties", {"protein": "MKX"}, "bad_arguments"),
    ],
)
def test_error(name: str, arguments: dict[str, Any], code: str) -> None:
    assert code_of(name, **arguments) == code
