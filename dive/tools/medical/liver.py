"""Liver scores: MELD in its three versions, fibrosis indices, Child-Pugh, ALBI and the discriminant function."""

import math
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.tools.medical.quantities import Age, Albumin, Ast, Bilirubin, Creatinine, Inr, Platelets, Sex, Sodium, formula
from dive.tools.tool import Among, Says, Semantic

Alt = Annotated[
    float, Says("ALT", unit="U/L"), Among((22, 34, 46, 58, 80, 125)), Field(description="ALT in U/L", ge=1, le=10_000)
]


class ChildPugh(TypedDict):
    points: Annotated[int, Says("Child-Pugh score", unit="points")]
    grade: Annotated[str, Says("Child-Pugh class")]


class Albi(TypedDict):
    score: Annotated[float, Says("ALBI score", digits=2)]
    grade: Annotated[int, Says("ALBI grade")]


@formula(
    source="Kamath et al., Hepatology 2001;33:464; OPTN policy 9.1 (2016)",
    about="a patient with total bilirubin {bilirubin}, INR {inr} and serum creatinine {creatinine}",
    examples=({"bilirubin": 4.0, "inr": 1.8, "creatinine": 1.9},),
)  # fmt: skip
def meld_score(
    bilirubin: Bilirubin,
    inr: Inr,
    creatinine: Creatinine,
) -> Annotated[float, Semantic("med.meld"), Says("initial MELD score", unit="points", digits=0)]:
    """Initial MELD score, MELD(i), without sodium and without dialysis, from bilirubin, INR and creatinine (OPTN 2016).

    9.57 ln(creatinine) + 3.78 ln(bilirubin) + 11.20 ln(INR) + 6.43; each value at least 1, creatinine at most 4;
    rounded to a whole number.
    """
    bilirubin, inr, creatinine = max(bilirubin, 1), max(inr, 1), min(max(creatinine, 1), 4)
    raw = 0.957 * math.log(creatinine) + 0.378 * math.log(bilirubin) + 1.120 * math.log(inr) + 0.643
    return float(math.floor(raw * 10 + 0.5))


@formula(
    source="Kim et al., NEJM 2008;359:1018; OPTN policy 9.1 (2016)",
    about="a patient with initial MELD score {meld} and serum sodium {sodium}", examples=({"meld": 24, "sodium": 128},),
)  # fmt: skip
def meld_na_score(
    meld: Annotated[
        float,
        Semantic("med.meld"),
        Says("initial MELD score"),
        Among((9, 13, 17, 20, 24, 28, 33)),
        Field(description="Initial MELD score", ge=6, le=70),
    ],
    sodium: Sodium,
) -> Annotated[float, Says("MELD-Na score", unit="points", digits=0)]:
    """MELD-Na score (OPTN 2016): MELD + 1.32 (137 - Na) - 0.033 MELD (137 - Na) above 11, sodium bounded to 125-137,
    at most 40."""
    gap = 137 - min(max(sodium, 125), 137)
    score = meld + 1.32 * gap - 0.033 * meld * gap if meld > 11 else meld
    return float(min(math.floor(score + 0.5), 40))


@formula(
    source="Kim et al., Gastroenterology 2021;161:1887; OPTN policy 9.1 (2023)",
    about="a {sex} adult with bilirubin {bilirubin}, sodium {sodium}, INR {inr}, creatinine {creatinine} and albumin {albumin}",
    examples=({"sex": "female", "bilirubin": 4.0, "sodium": 128, "inr": 1.8, "creatinine": 1.9, "albumin": 2.8},),
)
def meld_3_score(
    sex: Sex,
    bilirubin: Bilirubin,
    sodium: Sodium,
    inr: Inr,
    creatinine: Creatinine,
    albumin: Albumin,
) -> Annotated[float, Says("MELD 3.0 score", unit="points", digits=0)]:
    """MELD 3.0 score from sex, bilirubin, sodium, INR, creatinine and albumin.

    1.33 (women) + 4.56 ln B + 0.82 (137 - Na) - 0.24 (137 - Na) ln B + 9.09 ln INR + 11.14 ln C + 1.85 (3.5 - A) -
    1.83 (3.5 - A) ln C + 6; B, INR and C at least 1, C at most 3, Na bounded to 125-137, A to 1.5-3.5; at most 40.
    """
    b, i, c = math.log(max(bilirubin, 1)), math.log(max(inr, 1)), math.log(min(max(creatinine, 1), 3))
    gap, lack = 137 - min(max(sodium, 125), 137), 3.5 - min(max(albumin, 1.5), 3.5)
    score = 4.56 * b + 0.82 * gap - 0.24 * gap * b + 9.09 * i + 11.14 * c + 1.85 * lack - 1.83 * lack * c + 6
    return float(min(math.floor(score + (1.33 if sex == "female" else 0) + 0.5), 40))


@formula(
    source="Sterling et al., Hepatology 2006;43:1317",
    about="a {age}-year-old patient with AST {ast}, ALT {alt} and platelet count {platelets}",
    examples=({"age": 60, "ast": 80, "alt": 64, "platelets": 150},),
)  # fmt: skip
def fib4_index(age: Age, ast: Ast, alt: Alt, platelets: Platelets) -> Annotated[float, Says("FIB-4 index", digits=2)]:
    """FIB-4 index of liver fibrosis: age · AST / (platelets · √ALT)."""
    return round(age * ast / (platelets * math.sqrt(alt)), 4)


@formula(
    source="Wai et al., Hepatology 2003;38:518",
    about="a patient with AST {ast} (upper limit of normal {limit}) and platelet count {platelets}",
    examples=({"ast": 80, "limit": 40, "platelets": 150},),
)  # fmt: skip
def apri_index(
    ast: Ast,
    limit: Annotated[
        float,
        Says("upper limit of normal", unit="U/L"),
        Among((35, 40, 45)),
        Field(description="Upper limit of normal of AST in U/L", ge=10, le=100),
    ],
    platelets: Platelets,
) -> Annotated[float, Says("AST-to-platelet ratio index (APRI)", digits=2)]:
    """AST-to-platelet ratio index of liver fibrosis: 100 · (AST / upper limit) / platelets."""
    return round(100 * ast / limit / platelets, 4)


@formula(
    source="Pugh et al., Br J Surg 1973;60:646 (INR bounds after Lucey 1997)",
    about="a patient with cirrhosis, bilirubin {bilirubin}, albumin {albumin}, INR {inr}, {ascites} and {encephalopathy}",
    examples=(
        {
            "bilirubin": 2.6,
            "albumin": 2.7,
            "inr": 1.5,
            "ascites": "mild ascites",
            "encephalopathy": "no encephalopathy",
        },
    ),
)
def child_pugh(
    bilirubin: Bilirubin,
    albumin: Albumin,
    inr: Inr,
    ascites: Annotated[Literal["no ascites", "mild ascites", "moderate to severe ascites"], Field(description="Ascites")],
    encephalopathy: Annotated[
        Literal["no encephalopathy", "grade 1 to 2 encephalopathy", "grade 3 to 4 encephalopathy"],
        Field(description="Encephalopathy"),
    ],
) -> ChildPugh:
    """Child-Pugh score and class of cirrhosis.

    Bilirubin below 2, 2 to 3, above 3 mg/dL; albumin above 3.5, 2.8 to 3.5, below 2.8 g/dL; INR below 1.7, 1.7 to
    2.3, above 2.3.
    """
    points = (
        (1 if bilirubin < 2 else 2 if bilirubin <= 3 else 3) + (1 if albumin > 3.5 else 2 if albumin >= 2.8 else 3)
        + (1 if inr < 1.7 else 2 if inr <= 2.3 else 3)
        + {"no ascites": 1, "mild ascites": 2, "moderate to severe ascites": 3}[ascites]
        + {"no encephalopathy": 1, "grade 1 to 2 encephalopathy": 2, "grade 3 to 4 encephalopathy": 3}[encephalopathy]
    )  # fmt: skip
    return {"points": points, "grade": "A" if points <= 6 else "B" if points <= 9 else "C"}


@formula(
    source="Johnson et al., J Clin Oncol 2015;33:550",
    about="a patient with total bilirubin {bilirubin} and serum albumin {albumin}",
    examples=({"bilirubin": 1.4, "albumin": 3.3},),
)
def albi_score(bilirubin: Bilirubin, albumin: Albumin) -> Albi:
    """Albumin-bilirubin score and grade: 0.66 log10(bilirubin in µmol/L) - 0.085 (albumin in g/L); grades at -2.60
    and -1.39."""
    score = 0.66 * math.log10(bilirubin * 17.104) - 0.085 * albumin * 10
    return {"score": round(score, 4), "grade": 1 if score <= -2.60 else 2 if score <= -1.39 else 3}


@formula(
    source="Maddrey et al., Gastroenterology 1978;75:193; Carithers et al., Ann Intern Med 1989;110:685",
    about="a patient with prothrombin time {prothrombin} (control {control}) and total bilirubin {bilirubin}",
    examples=({"prothrombin": 20, "control": 12, "bilirubin": 10},),
)  # fmt: skip
def discriminant_function(
    prothrombin: Annotated[
        float,
        Says("prothrombin time", unit="s"),
        Among((14, 16, 18, 21, 24)),
        Field(description="Prothrombin time in s", ge=8, le=100),
    ],
    control: Annotated[
        float, Says("control", unit="s"), Among((11, 12, 13)), Field(description="Control time in s", ge=8, le=20)
    ],
    bilirubin: Bilirubin,
) -> Annotated[float, Says("modified Maddrey discriminant function", digits=1)]:
    """Modified discriminant function of alcoholic hepatitis: 4.6 · (prothrombin time - control) + bilirubin in
    mg/dL."""
    return round(4.6 * (prothrombin - control) + bilirubin, 4)
