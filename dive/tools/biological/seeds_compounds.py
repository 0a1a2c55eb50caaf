"""Compounds as seeds of the biological domain: names, CAS numbers, structures and formulas from the identifier database
of `chemicals`.

A compound is taken where its structure and its name agree: RDKit makes the InChIKey of the record from the SMILES of the
record, and the name leads to the CAS number and the CAS number to the name. The well known come first, then those with
the most measured constants and synonyms, both signs that people ask for them. Names, CAS numbers and structures are of
different compounds. What no one would type is left out: trade numbers, inverted index names, salts and ions.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from dive.errors import ToolError

SOURCE = "chemicals identifiers"
NAMES, CASES, STRUCTURES, FORMULAS = 1950, 700, 300, 450
FAMILIAR = """
    caffeine; aspirin; ibuprofen; acetaminophen; ethanol; benzene; acetone; methanol; glucose; sucrose; cholesterol;
    testosterone; morphine; dopamine; serotonin; melatonin; vanillin; menthol; camphor; quinine; diazepam; fluoxetine;
    lidocaine; ketamine; propofol; naproxen; diclofenac; loratadine; citric acid; ascorbic acid; riboflavin; folic acid;
    biotin; retinol; glycine; adenosine; tamoxifen; methotrexate; theobromine; theophylline; mescaline; psilocybin;
    warfarin; metformin; toluene; aniline; phenol; styrene; naphthalene; chloroform; formaldehyde; acetic acid; formic
    acid; ammonia; methane; propane; butane; ethylene; acetylene; hydrazine; nitromethane; nitroglycerin; urea; thiourea;
    glycerol; ethylene glycol; pyridine; imidazole; indole; furan; thiophene; cyclohexane; hexane; heptane; octane;
    acetonitrile; tetrahydrofuran; dimethyl sulfoxide; limonene; linalool; eugenol; thymol; capsaicin; curcumin; coumarin;
    adrenaline; histamine; salicylic acid; benzoic acid; cinnamaldehyde; benzaldehyde; lactic acid; oxalic acid; malic
    acid; penicillin g; amoxicillin; ampicillin; tetracycline; doxycycline; chloramphenicol; sulfamethoxazole;
    trimethoprim; isoniazid; metronidazole; ketoconazole; acyclovir; omeprazole; cimetidine; ranitidine; furosemide;
    hydrochlorothiazide; captopril; propranolol; atenolol; metoprolol; verapamil; diltiazem; nifedipine; amlodipine;
    lovastatin; carbamazepine; phenytoin; valproic acid; phenobarbital; haloperidol; chlorpromazine; clozapine;
    olanzapine; imipramine; amitriptyline; paroxetine; citalopram; venlafaxine; midazolam; alprazolam; lorazepam;
    zolpidem; methadone; fentanyl; tramadol; naloxone; heroin; amphetamine; methylphenidate; indomethacin; ketoprofen;
    piroxicam; phenylbutazone; allopurinol; colchicine; prednisone; dexamethasone; hydrocortisone; progesterone;
    estradiol; estrone; finasteride; tolbutamide; glibenclamide; cyclophosphamide; chlorambucil; fluorouracil;
    mercaptopurine; salbutamol; terbutaline; diphenhydramine; promethazine; chlorpheniramine; niacin; nicotinamide;
    pyridoxine; pantothenic acid; alpha-tocopherol; beta-carotene; lycopene; resveratrol; quercetin; catechin; genistein;
    ellagic acid; gallic acid; caffeic acid; ferulic acid; strychnine; reserpine; papaverine; ephedrine; synephrine;
    tyramine; tryptamine; phenethylamine; guanine; adenine; cytosine; thymine; uracil; xanthine; hypoxanthine; uric acid;
    creatinine; creatine; taurine; allantoin; squalene; nerol; citronellal; carvone; pulegone; borneol; anethole;
    estragole; safrole; piperine; saccharin; sucralose; aspartame; xylitol; sorbitol; mannitol; fructose; galactose;
    maltose; ribose; atrazine; glyphosate; malathion; parathion; carbaryl; lindane; aldrin; dieldrin; rotenone;
    permethrin; bisphenol a; triclosan; picric acid; azobenzene; fluorescein; phenolphthalein; methyl salicylate;
    acetanilide; tartaric acid; palmitic acid; oleic acid; stearic acid; carbon dioxide; nitrous oxide; ozone; sulfur
    dioxide; ticlopidine; nabumetone; mefenamic acid; baclofen; cyclobenzaprine; carisoprodol; oxycodone; hydrocodone;
    hydromorphone; buprenorphine; naltrexone; pethidine; norfloxacin; ofloxacin; nitrofurantoin; cephalexin; cefuroxime;
    ceftriaxone; ethambutol; pyrazinamide; dapsone; chloroquine; hydroxychloroquine; mefloquine; primaquine; artemisinin;
    albendazole; mebendazole; praziquantel; griseofulvin; clotrimazole; miconazole; ganciclovir; favipiravir; gemcitabine;
    cytarabine; busulfan; melphalan; dacarbazine; procarbazine; hydroxyurea; exemestane; flutamide; raloxifene;
    mifepristone; betamethasone; triamcinolone; spironolactone; bumetanide; triamterene; indapamide; chlorthalidone;
    labetalol; nadolol; timolol; pindolol; clonidine; methyldopa; hydralazine; minoxidil; prazosin; gemfibrozil;
    ondansetron; domperidone; bisacodyl; mesalamine; sulfasalazine; salmeterol; hydroxyzine; cyproheptadine; ethosuximide;
    quetiapine; aripiprazole; fluphenazine; trazodone; mirtazapine; fluvoxamine; nortriptyline; desipramine; doxepin;
    clomipramine; buspirone; galantamine; levodopa; carbidopa; sumatriptan; temazepam; oxazepam; clonazepam; nitrazepam;
    chlordiazepoxide; camptothecin; podophyllotoxin; emodin; kaempferol; luteolin; apigenin; naringenin; hesperidin;
    zingerone; thujone; carvacrol; myrcene; alpha-pinene; beta-pinene; caryophyllene; geosmin; beta-ionone; glutathione;
    pyruvic acid; succinic acid; fumaric acid; maleic acid; malonic acid; adipic acid; glutaric acid; cyanuric acid;
    melamine; imidacloprid; chlorpyrifos; diazinon; dicamba; metolachlor; carbendazim; tebuconazole; azoxystrobin;
    cypermethrin; scopolamine; inositol; lactose; xylose; arabinose; sclareol; artemether; lapachol;
    juglone; alizarin; indigo; anthracene; phenanthrene; pyrene; biphenyl; adamantane; cubane; azulene; carbazole;
    acridine; quinoline; isoquinoline; pyrrole; pyrimidine; pyrazine; purine; oxazole; thiazole; morpholine; piperidine;
    piperazine
"""
"""Compounds that everybody who works with chemicals or drugs has heard of, separated by semicolons."""
LEFT_OUT = {
    "allococaine", "water", "xylene", "cresol", "butanol", "hexane, mixture", "venelex", "acetal", "urethane", "lime",
    "gibberellin", "diisobutylene", "vinylcyclohexene", "deuterium", "hydrochloric acid", "hydrofluoric acid", "nikotin",
    "pepcid", "arboricid", "tetradioxin", "butoxone", "dioxation", "electrocorundum", "hexitol", "tetra-base",
    "naphthol as-g", "dmapn", "tepa", "ocdd", "trans-deltamethrin", "kayalon fast yellow yl", "pyrodone",
    "brucinum", "oxoniobium", "cyzone", "sarin", "soman", "tabun", "mustard gas",
}  # fmt: skip
"""Names of a mixture, of a class or of two things, trade names and rare abbreviations, chemical weapons, names that the
database gives to a wrong structure, and water, of which the tables say little.
"""
CONSTANTS = ("Tb", "Tm", "Tc", "Hfus", "Hfg", "Hfl", "logP", "dipole_moment")


class Candidate(NamedTuple):
    """A compound whose structure is consistent."""

    record: Any
    known: int
    """The number of measured constants."""
    rank: tuple[int, float, str]


def found(text: str) -> Any:
    """The record of a name or CAS number; None where there is none."""
    from dive.tools.biological.compounds import search

    try:
        return search(text)
    except ToolError:
        return None


def _listed() -> list[str]:
    """CAS numbers of the reference tables of measured constants, hazards and solubility."""
    from chemicals import environment, phase_change, refractivity, safety, solubility
    from chemicals.identifiers import dippr_compounds

    safety.Carcinogen("71-43-2"), safety.T_flash("71-43-2"), solubility.hansen_delta_d("71-43-2")  # these load the tables
    tables = (
        environment.logP_data_CRC, environment.IPCC_2021_GWPs, safety.IARC_data, safety.NTP_data, safety.NFPA_2008_data,
        safety.IEC_2010_data, safety.DIPPR_SERAT_data, solubility.alsheri_hansen_data, solubility.manuel_ruben_2022_data,
        refractivity.RI_data_CRC_organic, phase_change.Hfus_data_CRC, phase_change.Hvap_data_CRC, phase_change.Tm_ON_data,
    )  # fmt: skip
    return sorted({*map(str, dippr_compounds()), *(str(cas) for table in tables for cas in table.index)})


def readable(name: str) -> bool:
    """Names in words first of all; positions in digits are fine, lower-case stereo and N- prefixes are not."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9 ,()'-]{2,27}", name) or re.search(
        r"(^|[\W\d])(n|o|s|d|l|dl|r|e|z)[-,]|[a-z], |-$| [(]|[(][ivx]+[)]|[0-9]h-|[a-z][ -]\d+$", name
    ):
        return False
    return sum(c.isdigit() for c in name) <= 3 and any(len(word) > 3 for word in re.findall("[a-z]+", name))


def systematic(name: str) -> bool:
    """A name that may stand in an answer, though not all would type it: at most six digits, not inverted."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ,()'-]{2,39}", name) or re.search(r"[a-z], |-$|[a-z][ -]\d+$| [(]", name):
        return False
    return sum(c.isdigit() for c in name) <= 6 and any(len(word) > 3 for word in re.findall("[A-Za-z]+", name))


def _consistent(record: Any) -> bool:
    """Whether the structure is the compound: RDKit makes the InChIKey of the record from the record's SMILES."""
    from dive.tools.biological.molecules import chemistry, molecule

    if record.charge or re.fullmatch("[A-Z][a-z]?[248]?", record.formula) or "." in record.smiles or len(record.smiles) > 120:
        return False
    try:
        return bool(record.InChI_key) and str(chemistry().MolToInchiKey(molecule(record.smiles))) == record.InChI_key
    except ToolError:
        return False


def _leads_back(record: Any) -> bool:
    there, back = found(record.common_name), found(record.CASs)
    return bool(there and back and there.CASs == record.CASs and back.common_name == record.common_name)


def _constants(cas: str) -> int:
    from chemicals import T_flash_methods, TWA_methods

    from dive.tools.biological.compounds import measured

    return (
        sum(measured(constant, cas) is not None for constant in CONSTANTS) + bool(T_flash_methods(cas)) + bool(TWA_methods(cas))
    )


def candidates() -> list[Candidate]:
    """Compounds with a consistent structure and measured constants, the well known first, then the best documented."""
    familiar = [found(name.strip()) for name in " ".join(FAMILIAR.split()).split(";")]
    places = {record.CASs: place for place, record in reversed([*enumerate(filter(None, familiar))])}
    records = {record.CASs: record for record in (*filter(None, familiar), *filter(None, map(found, _listed())))}
    made: list[Candidate] = []
    for cas, record in records.items():
        name, known = record.common_name or "", _constants(cas)
        if name in LEFT_OUT or not (known >= 2 or cas in places) or not _consistent(record) or not _leads_back(record):
            continue
        fame = known + min(len(record.synonyms), 160) / 20 - sum(c.isdigit() for c in name) // 2
        made.append(Candidate(record, known, (places.get(cas, len(places)), -fame, name)))
    return sorted(made, key=lambda candidate: candidate.rank)


def _structural(smiles: str) -> bool:
    """A short ring structure without stereo marks, as people paste it."""
    return 12 <= len(smiles) <= 36 and not re.search(r"[@/\\.\[]", smiles) and bool(re.search(r"\d", smiles))


def compounds() -> Iterator[tuple[str, str]]:
    """Semantic types and values: names, CAS numbers of other compounds, structures of yet others, and formulas."""
    from dive.tools.biological.formulas import formula_masses

    everything = candidates()
    named = [c.record for c in everything if readable(c.record.common_name)][:NAMES]
    yield from (("chem.name", record.common_name) for record in named)
    taken = {record.CASs for record in named}
    numbered = [c.record for c in everything if c.known >= 3 and c.record.CASs not in taken and systematic(c.record.common_name)]
    yield from (("chem.cas", record.CASs) for record in numbered[:CASES])
    taken.update(record.CASs for record in numbered[:CASES])
    left = (c.record.smiles for c in everything if c.record.CASs not in taken and _structural(c.record.smiles))
    yield from (("chem.smiles", smiles) for smiles in islice(dict.fromkeys(left), STRUCTURES))
    formulas = dict.fromkeys(r.formula for r in named if re.fullmatch(r"C(?![a-z])[A-Za-z0-9]+", r.formula))
    yield from (("chem.formula", formula) for formula in islice(_masses(formulas, formula_masses.function), 40, 40 + FORMULAS))


def _masses(formulas: Iterable[str], masses: Any) -> Iterator[str]:
    """The formulas that have a mass."""
    for formula in formulas:
        try:
            masses(formula)
        except ToolError:
            continue
        yield formula
