"""Patients in numbers: the parameters that clinical formulas share, with units, plausible values and bounds.

Quantities that one formula yields and another takes carry a semantic type; the others are simply stated. `formula` is
the
decorator of all tools that calculate from published coefficients. This module holds no tools.
"""

from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from dive.tools.tool import Among, Says, Semantic, tool

formula = partial(tool, domain="medical", kind="processing", provider="clinical formulas")
"""A tool that evaluates a published formula; `source` names the paper."""

Sex = Annotated[Literal["female", "male"], Field(description="Sex")]
Age = Annotated[int, Among((24, 31, 38, 45, 52, 58, 63, 67, 72, 79, 84)), Field(description="Age in years", ge=18, le=110)]
Weight = Annotated[
    float, Semantic("med.weight"), Says("body weight", unit="kg"), Among((48, 55, 61, 68, 74, 79, 86, 93, 104, 118)),
    Field(description="Body weight in kg", gt=1, le=400),
]  # fmt: skip
Height = Annotated[
    float, Says("height", unit="cm"), Among((154, 158, 163, 167, 172, 176, 181, 188)),
    Field(description="Height in cm", ge=120, le=230),
]  # fmt: skip
Bsa = Annotated[
    float, Semantic("med.bsa"), Says("body surface area", unit="m²"), Among((1.42, 1.55, 1.68, 1.79, 1.86, 1.95, 2.1)),
    Field(description="Body surface area in m²", gt=0.1, le=4),
]  # fmt: skip
Bmi = Annotated[
    float,
    Semantic("med.bmi"),
    Says("body mass index", unit="kg/m²"),
    Among((17.4, 21.3, 23.8, 26.5, 29.1, 32.7, 36.4, 41.2)),
    Field(description="Body mass index in kg/m²", gt=5, le=120),
]
Creatinine = Annotated[
    float, Says("serum creatinine", unit="mg/dL"), Among((0.6, 0.8, 0.9, 1.1, 1.3, 1.6, 1.9, 2.4, 3.2, 4.5)),
    Field(description="Serum creatinine in mg/dL", gt=0.05, le=30),
]  # fmt: skip
Egfr = Annotated[
    float,
    Semantic("med.egfr"),
    Says("estimated GFR", unit="mL/min/1.73 m²"),
    Among((12, 22, 28, 37, 41, 52, 58, 68, 81, 96)),
    Field(description="Estimated GFR in mL/min/1.73 m²", ge=0.5, le=300),
]
Gfr = Annotated[
    float, Semantic("med.gfr"), Says("glomerular filtration rate", unit="mL/min"), Among((25, 38, 47, 60, 75, 90, 110)),
    Field(description="Creatinine clearance or GFR in mL/min, not indexed to body surface", ge=0.5, le=400),
]  # fmt: skip
Sodium = Annotated[
    float,
    Semantic("med.sodium"),
    Says("serum sodium", unit="mmol/L"),
    Among((121, 126, 129, 133, 136, 139, 142, 147, 152, 158)),
    Field(description="Serum sodium in mmol/L", ge=90, le=200),
]
Chloride = Annotated[
    float, Says("serum chloride", unit="mmol/L"), Among((94, 97, 99, 101, 103, 106, 110)),
    Field(description="Serum chloride in mmol/L", ge=50, le=160),
]  # fmt: skip
Bicarbonate = Annotated[
    float, Says("serum bicarbonate", unit="mmol/L"), Among((8, 11, 13, 16, 18, 20, 22)),
    Field(description="Serum bicarbonate in mmol/L", ge=1, le=60),
]  # fmt: skip
Glucose = Annotated[
    float, Semantic("med.glucose"), Says("glucose", unit="mg/dL"), Among((84, 92, 105, 118, 134, 168, 205)),
    Field(description="Glucose in mg/dL", ge=20, le=2000),
]  # fmt: skip
HighGlucose = Annotated[
    float, Says("serum glucose", unit="mg/dL"), Among((280, 360, 450, 520, 640, 780, 900)),
    Field(description="Serum glucose in mg/dL", ge=20, le=2500),
]  # fmt: skip
Urea = Annotated[
    float, Says("blood urea nitrogen", unit="mg/dL"), Among((8, 11, 14, 18, 25, 38, 56, 84)),
    Field(description="Blood urea nitrogen in mg/dL", ge=1, le=300),
]  # fmt: skip
Albumin = Annotated[
    float, Says("serum albumin", unit="g/dL"), Among((1.8, 2.1, 2.4, 2.7, 3.0, 3.3, 3.6)),
    Field(description="Serum albumin in g/dL", ge=0.5, le=6),
]  # fmt: skip
Bilirubin = Annotated[
    float, Says("total bilirubin", unit="mg/dL"), Among((0.8, 1.4, 1.9, 2.6, 3.8, 5.2, 8.5, 14.0)),
    Field(description="Total bilirubin in mg/dL", ge=0.1, le=60),
]  # fmt: skip
Inr = Annotated[float, Says("INR"), Among((1.1, 1.3, 1.5, 1.8, 2.1, 2.6)), Field(description="INR", ge=0.7, le=15)]
Ast = Annotated[
    float,
    Says("AST", unit="U/L"),
    Among((28, 36, 48, 64, 85, 110, 160)),
    Field(description="AST in U/L", ge=1, le=10_000),
]
Platelets = Annotated[
    float, Says("platelet count", unit="× 10⁹/L"), Among((62, 88, 110, 135, 160, 210, 260)),
    Field(description="Platelets in 10⁹/L", ge=1, le=2000),
]  # fmt: skip
HeartRate = Annotated[
    int, Says("heart rate", unit="beats per minute"), Among((48, 56, 64, 72, 80, 88, 96, 110)),
    Field(description="Heart rate per minute", ge=20, le=300),
]  # fmt: skip
Percent = Annotated[
    float, Semantic("med.percent"), Says("probability", unit="%"), Among((1, 2, 5, 10, 15, 20, 30, 40, 60)),
    Field(description="Probability in percent", gt=0, lt=100),
]  # fmt: skip
HalfLife = Annotated[
    float, Semantic("med.half_life"), Says("half-life", unit="h"), Among((1.5, 3, 4.5, 6, 8, 12, 18, 24, 36)),
    Field(description="Half-life in hours", gt=0.01, le=5000),
]  # fmt: skip
Clearance = Annotated[
    float, Semantic("med.clearance"), Says("clearance", unit="L/h"), Among((0.8, 1.5, 2.4, 3.6, 4.8, 6.5, 9.2, 14)),
    Field(description="Clearance in L/h", gt=0.001, le=2000),
]  # fmt: skip
Volume = Annotated[
    float, Semantic("med.volume"), Says("volume of distribution", unit="L"), Among((12, 18, 25, 34, 42, 50, 75, 140)),
    Field(description="Volume of distribution in L", gt=0.01, le=50_000),
]  # fmt: skip
Dose = Annotated[
    float, Semantic("med.dose"), Says("dose", unit="mg"), Among((50, 80, 120, 250, 400, 500, 750, 1000)),
    Field(description="Dose in mg", gt=0, le=100_000),
]  # fmt: skip
