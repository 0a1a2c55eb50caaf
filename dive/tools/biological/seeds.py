"""Seeds of the biological domain: compounds, elements, nuclides, enzymes, sites, peptides and the like, well-known
ones first.

All come from the tables that the tools consult; a seed is kept only where the tools that take it find it again.

"""

import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import Any

from dive.errors import ToolError
from dive.types import Seed

NAMES, CASES, FORMULAS, NUCLIDES, ENZYMES, SITES = 1350, 420, 220, 260, 520, 190
FAMILIAR = (
    "caffeine", "aspirin", "ibuprofen", "acetaminophen", "ethanol", "water", "benzene", "acetone", "methanol", "glucose",
    "sucrose", "cholesterol", "testosterone", "morphine", "codeine", "dopamine", "serotonin", "melatonin", "vanillin",
    "menthol", "camphor", "quinine", "diazepam", "fluoxetine", "lidocaine", "ketamine", "propofol", "naproxen", "diclofenac",
    "loratadine", "citric acid", "ascorbic acid", "riboflavin", "folic acid", "biotin", "retinol", "glycine", "adenosine",
    "tamoxifen", "methotrexate", "theobromine", "theophylline", "mescaline", "psilocybin", "warfarin", "metformin", "toluene",
    "aniline", "phenol", "styrene", "naphthalene", "chloroform", "formaldehyde", "acetic acid", "formic acid", "ammonia",
    "methane", "propane", "butane", "ethylene", "acetylene", "hydrazine", "nitromethane", "nitroglycerin", "urea", "thiourea",
    "glycerol", "ethylene glycol", "pyridine", "imidazole", "indole", "furan", "thiophene", "cyclohexane", "hexane",
    "heptane", "octane", "acetonitrile", "tetrahydrofuran", "dimethyl sulfoxide", "limonene", "linalool", "geraniol",
    "eugenol", "thymol", "capsaicin", "curcumin", "coumarin", "adrenaline", "histamine", "salicylic acid", "benzoic acid",
    "cinnamaldehyde", "benzaldehyde", "lactic acid", "oxalic acid", "malic acid", "penicillin g", "amoxicillin", "ampicillin",
    "tetracycline", "doxycycline", "erythromycin", "chloramphenicol", "sulfamethoxazole", "trimethoprim", "isoniazid",
    "metronidazole", "fluconazole", "ketoconazole", "acyclovir", "zidovudine", "omeprazole", "cimetidine", "ranitidine",
    "famotidine", "furosemide", "hydrochlorothiazide", "captopril", "enalapril", "lisinopril", "propranolol", "atenolol",
    "metoprolol", "verapamil", "diltiazem", "nifedipine", "amlodipine", "digoxin", "simvastatin", "lovastatin",
    "carbamazepine", "phenytoin", "valproic acid", "gabapentin", "phenobarbital", "haloperidol", "chlorpromazine",
    "clozapine", "olanzapine", "risperidone", "imipramine", "amitriptyline", "sertraline", "paroxetine", "citalopram",
    "bupropion", "venlafaxine", "midazolam", "alprazolam", "lorazepam", "zolpidem", "methadone", "fentanyl", "tramadol",
    "naloxone", "heroin", "amphetamine", "methylphenidate", "indomethacin", "ketoprofen", "piroxicam", "meloxicam",
    "phenylbutazone", "allopurinol", "colchicine", "prednisone", "prednisolone", "dexamethasone", "hydrocortisone",
    "progesterone", "estradiol", "estrone", "levonorgestrel", "finasteride", "tolbutamide", "glibenclamide",
    "cyclophosphamide", "chlorambucil", "fluorouracil", "mercaptopurine", "paclitaxel", "letrozole", "salbutamol",
    "terbutaline", "diphenhydramine", "promethazine", "chlorpheniramine", "fexofenadine", "niacin", "nicotinamide",
    "pyridoxine", "thiamine", "pantothenic acid", "ergocalciferol", "alpha-tocopherol", "beta-carotene", "lycopene",
    "resveratrol", "quercetin", "catechin", "genistein", "ellagic acid", "gallic acid", "caffeic acid", "ferulic acid",
    "strychnine", "brucine", "reserpine", "papaverine", "berberine", "ephedrine", "synephrine", "tyramine", "tryptamine",
    "phenethylamine", "guanine", "adenine", "cytosine", "thymine", "uracil", "xanthine", "hypoxanthine", "uric acid",
    "creatinine", "creatine", "taurine", "carnosine", "allantoin", "squalene", "farnesol", "nerol", "citral", "citronellal",
    "carvone", "pulegone", "borneol", "anethole", "estragole", "safrole", "piperine", "saccharin", "sucralose", "aspartame",
    "xylitol", "sorbitol", "mannitol", "fructose", "galactose", "maltose", "ribose", "atrazine", "glyphosate", "malathion",
    "parathion", "carbaryl", "lindane", "aldrin", "dieldrin", "rotenone", "permethrin", "bisphenol a", "triclosan",
    "picric acid", "azobenzene", "fluorescein", "phenolphthalein", "methyl salicylate", "acetanilide", "tartaric acid",
    "palmitic acid", "oleic acid", "stearic acid", "carbon dioxide", "nitrous oxide", "ozone", "sulfur dioxide",
)  # fmt: skip
EQUIVOCAL = {"allococaine", "water", "xylene", "cresol", "butanol", "hexane, mixture"}
"""Names that the database gives to a mixture of isomers or to a wrong stereoisomer, and water, of which the tables
say little.
"""
CONSTANTS = ("Tb", "Tm", "Tc", "Hfus", "Hfg", "Hfl", "logP", "dipole_moment")


SYMBOLS = {"He", "Ne", "Ar", "Kr", "Xe", "Rn"}


def _seed(semantic: str, value: str, source: str) -> Seed:
    return Seed(domain="biological", semantic=semantic, value=value, source=source)


def _answers(call: Callable[[str], object], value: str) -> bool:
    try:
        call(value)
    except ToolError:
        return False
    return True


def _readable(name: str) -> bool:
    """Names in words first of all; positions in digits are fine, lower-case stereo and N- prefixes are not."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9 ,()'-]{2,27}", name) or re.search(
        r"(^|[\W\d])(n|o|s|d|l|dl|r|e|z)[-,]|[a-z], |-$| [(]|[(][ivx]+[)]|[0-9]h-", name
    ):
        return False
    return sum(c.isdigit() for c in name) <= 3 and any(len(word) > 3 for word in re.findall("[a-z]+", name))


def _consistent(record: Any) -> bool:
    """Whether the structure is the compound: RDKit makes the InChIKey of the record from the record's SMILES."""
    from dive.tools.biological.molecules import chemistry, molecule

    if record.charge or record.formula in SYMBOLS or "." in record.smiles or len(record.smiles) > 120 or not record.InChI_key:
        return False
    try:
        return str(chemistry().MolToInchiKey(molecule(record.smiles))) == record.InChI_key
    except ToolError:
        return False


def _compounds() -> list[Any]:
    """Identifier records of consistent compounds with a readable name and measured constants, the best documented
    first.
    """
    from chemicals import T_flash_methods, TWA_methods, environment, safety, solubility
    from chemicals.identifiers import dippr_compounds

    from dive.tools.biological.compounds import measured, search

    listed = {str(cas) for cas in dippr_compounds()}
    safety.Carcinogen("71-43-2"), safety.T_flash("71-43-2"), solubility.hansen_delta_d("71-43-2")  # these load the tables
    tables = (environment.logP_data_CRC, safety.IARC_data, safety.NFPA_2008_data, safety.IEC_2010_data, safety.DIPPR_SERAT_data)
    listed.update(*(table.index for table in (*tables, solubility.alsheri_hansen_data, solubility.manuel_ruben_2022_data)))
    texts = [*FAMILIAR, *sorted(listed)]
    everything = {search(text).CASs: search(text) for text in texts if _answers(search, text)}
    ranked: list[tuple[int, int, str, Any]] = []
    for record in everything.values():
        name = record.common_name or ""
        if not _readable(name) or name in EQUIVOCAL or not _consistent(record):
            continue
        known = sum(measured(constant, record.CASs) is not None for constant in CONSTANTS)
        known += bool(T_flash_methods(record.CASs)) + bool(TWA_methods(record.CASs))
        rank = FAMILIAR.index(name) if name in FAMILIAR else len(FAMILIAR)
        if known >= 2 or name in FAMILIAR:
            ranked.append((rank, -known + sum(c.isdigit() for c in name) // 2, name, record))
    ranked.sort(key=lambda row: row[:3])
    return [record for *_, record in ranked if _answers(search, record.common_name) and _leads_back(record)]


def _leads_back(record: Any) -> bool:
    from dive.tools.biological.compounds import search

    return bool(search(record.common_name).CASs == record.CASs and search(record.CASs).common_name == record.common_name)


def _chemistry() -> Iterator[Seed]:
    """Names, then CAS numbers of other compounds, then formulas of yet others."""
    from dive.tools.biological.formulas import formula_masses

    records = iter(_compounds())
    for record in islice(records, NAMES):
        yield _seed("chem.name", record.common_name, "chemicals identifiers")
    for record in islice(records, CASES):
        yield _seed("chem.cas", record.CASs, "chemicals identifiers")
    formulas = dict.fromkeys(record.formula for record in _compounds() if re.fullmatch(r"[A-Za-z0-9]+", record.formula))
    usable = (f for f in formulas if f.startswith("C") and _answers(formula_masses.function, f))
    yield from (_seed("chem.formula", formula, "chemicals identifiers") for formula in islice(usable, 40, 40 + FORMULAS))


def _mixtures() -> Iterator[Seed]:
    import chemicals.identifiers as identifiers

    from dive.tools.biological.hazards import mixture_components

    identifiers.mixture_from_any("R410A")
    names = sorted({str(found.name).strip() for found in vars(identifiers)["common_mixtures"].values()})
    blends = [name for name in names if re.fullmatch(r"R\d{3}[A-Z]", name)]
    yield from (_seed("chem.mixture", n, "REFPROP") for n in blends if _answers(mixture_components.function, n))


def _elements() -> Iterator[Seed]:
    from dive.tools.biological.elements import table
    from dive.tools.biological.nuclides import _seconds

    rows = [row for row in table("elements") if row["atomic_number"] <= 103]
    yield from (_seed("chem.element", row["symbol"], "mendeleev") for row in rows if row["atomic_number"] <= 94)
    yield from (_seed("chem.element_name", row["name"].lower(), "mendeleev") for row in rows)
    names = {row["atomic_number"]: row["name"].lower() for row in rows}
    # half-lives between six hours and three billion years; longer ones are numbers that nobody reads
    lasting = [
        row for row in table("isotopes")
        if row["atomic_number"] in names and 6 * 3600 < (_seconds(row) or 0) < 1e17
    ]  # fmt: skip
    lasting.sort(key=lambda row: (-(min(_seconds(row) or 0, 1e9)), row["atomic_number"], row["mass_number"]))
    for row in lasting[:NUCLIDES]:
        yield _seed("chem.nuclide", f"{names[row['atomic_number']]}-{row['mass_number']}", "NUBASE in mendeleev")


def _restriction() -> Iterator[Seed]:
    from dive.tools.biological.restriction import enzymes

    sold = [(name, found) for name, found in enzymes().items() if found.is_comm() and not found.is_unknown()]
    sold.sort(key=lambda item: (-len(item[1].supplier_list()), item[0]))
    yield from (_seed("bio.enzyme", name, "REBASE") for name, _ in sold[:ENZYMES])
    sites = dict.fromkeys(str(found.site) for _, found in sold if re.fullmatch("[ACGTRYSWKM]{4,8}", str(found.site)))
    yield from (_seed("bio.site", site, "REBASE") for site in islice(sites, SITES))
    suppliers = sorted({company for _, found in sold for company in found.supplier_list()})
    yield from (_seed("bio.supplier", company, "REBASE") for company in suppliers)


def _codes() -> Iterator[Seed]:
    from Bio.Data.CodonTable import unambiguous_dna_by_id

    from dive.tools.biological.codes import NAMES as AMINO_ACIDS
    from dive.tools.biological.codon_usage import TABLES

    yield from (_seed("bio.amino_acid", name, "IUPAC") for name in sorted(AMINO_ACIDS.values()))
    yield from (_seed("bio.genetic_code", str(code), "NCBI genetic codes") for code in sorted(unambiguous_dna_by_id))
    yield from (_seed("bio.codon", codon, "NCBI genetic codes") for codon in sorted(unambiguous_dna_by_id[1].forward_table))
    yield from (_seed("bio.organism", organism, "Kazusa") for organism in TABLES)


def _sequences() -> Iterator[Seed]:
    from dive.tools.biological.proteomics import RULES
    from dive.tools.biological.sequences import PEPTIDES, PRIMERS

    yield from (_seed("bio.peptide", name, "own table of peptides") for name in PEPTIDES)
    yield from (_seed("bio.primer", name, "own table of primers") for name in PRIMERS)
    yield from (_seed("bio.protease", name, "ExPASy PeptideCutter") for name in RULES)


def build() -> Iterator[Seed]:
    """All seeds, in a fixed order, without repetition."""
    made = chain(_chemistry(), _mixtures(), _elements(), _restriction(), _codes(), _sequences())
    yield from dict.fromkeys(made)
