"""Heart, vessels and gas exchange: pressures, flows, QT correction, stroke risk, oxygenation."""

import math
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.medical.quantities import Age, Bsa, HeartRate, Sex, formula
from dive.tools.tool import Among, Says, Semantic

MeanPressure = Annotated[
    float, Semantic("med.map"), Says("mean arterial pressure", unit="mmHg"), Among((58, 65, 72, 80, 88, 97)),
    Field(description="Mean arterial pressure in mmHg", ge=20, le=250),
]  # fmt: skip
Output = Annotated[
    float, Semantic("med.cardiac_output"), Says("cardiac output", unit="L/min"), Among((2.8, 3.6, 4.2, 5.0, 5.8, 6.9)),
    Field(description="Cardiac output in L/min", ge=0.3, le=30),
]  # fmt: skip
Fio2 = Annotated[
    float,
    Says("inspired oxygen fraction", unit="%"),
    Among((21, 28, 35, 40, 50, 60, 80)),
    Field(description="Inspired oxygen in percent", ge=15, le=100),
]
Pao2 = Annotated[
    float,
    Says("PaO2", unit="mmHg"),
    Among((52, 58, 64, 71, 80, 92, 105)),
    Field(description="PaO2 in mmHg", ge=10, le=700),
]


class StrokeScore(TypedDict):
    score: Annotated[int, Semantic("med.cha2ds2_vasc"), Says("CHA2DS2-VASc score", unit="points")]


class Ards(TypedDict):
    severity: Annotated[str, Says("Berlin severity of ARDS")]


@formula(
    source="Klabunde, Cardiovascular Physiology Concepts, 2nd ed. (2012): diastolic plus a third of the pulse pressure",
    about="a patient with blood pressure {systolic}/{diastolic}", examples=({"systolic": 120, "diastolic": 80},),
)  # fmt: skip
def mean_arterial_pressure(
    systolic: Annotated[
        int,
        Among((92, 104, 118, 127, 138, 146, 158, 172)),
        Field(description="Systolic pressure in mmHg", ge=40, le=300),
    ],
    diastolic: Annotated[
        int,
        Says("diastolic pressure", unit="mmHg"),
        Among((48, 56, 64, 72, 79, 86)),
        Field(description="Diastolic pressure in mmHg", ge=20, le=200),
    ],
) -> Annotated[float, Semantic("med.map"), Says("mean arterial pressure", unit="mmHg", digits=0)]:
    """Mean arterial pressure: diastolic pressure plus a third of the pulse pressure."""
    if diastolic >= systolic:
        raise bad_arguments("diastolic pressure must be below systolic pressure")
    return round((systolic + 2 * diastolic) / 3, 4)


@formula(
    source="Rosner et al., J Neurosurg 1995;83:949",
    about="a patient with mean arterial pressure {pressure} and intracranial pressure {intracranial}",
    examples=({"pressure": 88, "intracranial": 18},),
    revision=2,
)
def cerebral_perfusion_pressure(
    pressure: MeanPressure,
    intracranial: Annotated[
        float,
        Says("intracranial pressure", unit="mmHg"),
        Among((8, 12, 16, 20, 25, 30)),
        Field(description="Intracranial pressure in mmHg", ge=0, le=100),
    ],
) -> Annotated[float, Says("cerebral perfusion pressure", unit="mmHg", digits=0)]:
    """Cerebral perfusion pressure: mean arterial pressure minus intracranial pressure."""
    if intracranial >= pressure:
        raise bad_arguments("intracranial pressure must be below mean arterial pressure")
    return round(pressure - intracranial, 4)


@formula(
    source="Klabunde, Cardiovascular Physiology Concepts, 2nd ed. (2012)",
    about="a heart with heart rate {rate} and stroke volume {stroke}",
    examples=({"rate": 72, "stroke": 70},),
)
def cardiac_output(
    rate: HeartRate,
    stroke: Annotated[
        float,
        Says("stroke volume", unit="mL"),
        Among((42, 50, 58, 66, 74, 85)),
        Field(description="Stroke volume in mL", ge=5, le=250),
    ],
) -> Annotated[float, Semantic("med.cardiac_output"), Says("cardiac output", unit="L/min", digits=2)]:
    """Cardiac output: heart rate times stroke volume."""
    return round(rate * stroke / 1000, 4)


@formula(
    source="Klabunde, Cardiovascular Physiology Concepts, 2nd ed. (2012)",
    about="a patient with cardiac output {output} and body surface area {bsa}",
    examples=({"output": 5.0, "bsa": 1.86},),
)  # fmt: skip
def cardiac_index(output: Output, bsa: Bsa) -> Annotated[float, Says("cardiac index", unit="L/min/m²", digits=2)]:
    """Cardiac index: cardiac output over body surface area."""
    return round(output / bsa, 4)


@formula(
    source="Klabunde, Cardiovascular Physiology Concepts, 2nd ed. (2012); factor 80 from mmHg·min/L to dyn·s/cm⁵",
    about="a patient with mean arterial pressure {pressure}, central venous pressure {venous} and cardiac output {output}",
    examples=({"pressure": 80, "venous": 8, "output": 5.0},),
    revision=2,
)
def systemic_vascular_resistance(
    pressure: MeanPressure,
    venous: Annotated[
        float,
        Says("central venous pressure", unit="mmHg"),
        Among((2, 4, 6, 8, 11, 14)),
        Field(description="Central venous pressure in mmHg", ge=-5, le=40),
    ],
    output: Output,
) -> Annotated[float, Says("systemic vascular resistance", unit="dyn·s/cm⁵", digits=0)]:
    """Systemic vascular resistance: 80 · (mean arterial pressure - central venous pressure) / cardiac output."""
    if venous >= pressure:
        raise bad_arguments("central venous pressure must be below mean arterial pressure")
    return round(80 * (pressure - venous) / output, 4)


@formula(
    source="Bazett, Heart 1920;7:353; Fridericia, Acta Med Scand 1920;53:469; Sagie et al., Am J Cardiol 1992;70:797",
    about="an ECG with QT interval {qt} and heart rate {rate}",
    examples=({"qt": 400, "rate": 75, "method": "Bazett"}, {"qt": 400, "rate": 75, "method": "Fridericia"}),
)  # fmt: skip
def corrected_qt(
    qt: Annotated[
        float,
        Says("QT interval", unit="ms"),
        Among((340, 365, 380, 400, 420, 445, 470)),
        Field(description="QT interval in ms", ge=150, le=800),
    ],
    rate: HeartRate,
    method: Annotated[Literal["Bazett", "Fridericia", "Framingham"], Field(description="Formula")],
) -> Annotated[
    float,
    Says("{method}-corrected QT interval of an ECG with QT interval {qt} and heart rate {rate}", unit="ms", digits=0),
]:
    """Heart-rate corrected QT interval: Bazett QT/√RR, Fridericia QT/∛RR, Framingham QT + 154 (1 - RR), with RR in
    seconds."""
    rr = 60 / rate
    values = {"Bazett": qt / math.sqrt(rr), "Fridericia": qt / rr ** (1 / 3), "Framingham": qt + 154 * (1 - rr)}
    return round(values[method], 4)


@formula(
    source="Lip et al., Chest 2010;137:263",
    about="a {age}-year-old {sex} patient with atrial fibrillation and {failure}, {hypertension}, {diabetes}, "
    "{stroke} and {vascular}",
    examples=(
        {
            "age": 76,
            "sex": "female",
            "failure": "no heart failure",
            "hypertension": "hypertension",
            "diabetes": "no diabetes",
            "stroke": "an earlier stroke or TIA",
            "vascular": "no vascular disease",
        },
    ),
)
def cha2ds2_vasc(
    age: Age,
    sex: Sex,
    failure: Annotated[
        Literal["heart failure", "no heart failure"], Field(description="Congestive heart failure or LV dysfunction")
    ],
    hypertension: Annotated[Literal["hypertension", "no hypertension"], Field(description="Hypertension")],
    diabetes: Annotated[Literal["diabetes", "no diabetes"], Field(description="Diabetes mellitus")],
    stroke: Annotated[
        Literal["an earlier stroke or TIA", "no earlier stroke or TIA"],
        Field(description="Stroke, TIA or thromboembolism"),
    ],
    vascular: Annotated[
        Literal["vascular disease", "no vascular disease"], Field(description="Infarction, PAD or aortic plaque")
    ],
) -> StrokeScore:
    """CHA2DS2-VASc score of stroke risk in atrial fibrillation: 2 for age 75 or stroke, 1 for age 65, female sex and
    each other factor."""
    factors = [failure, hypertension, diabetes, vascular]
    score = sum(not factor.startswith("no ") for factor in factors) + (0 if stroke.startswith("no ") else 2)
    return {"score": score + (2 if age >= 75 else 1 if age >= 65 else 0) + (1 if sex == "female" else 0)}


@formula(
    source="Friberg et al., Eur Heart J 2012;33:1500, table 3 (ischaemic stroke per 100 patient-years without anticoagulation)",
    about="patients with CHA2DS2-VASc score {score}",
    examples=({"score": 4},),
)
def stroke_rate(
    score: Annotated[
        int,
        Semantic("med.cha2ds2_vasc"),
        Says("CHA2DS2-VASc score"),
        Among((1, 2, 3, 4, 5, 6, 7)),
        Field(description="CHA2DS2-VASc score", ge=0, le=9),
    ],
) -> Annotated[
    float, Says("yearly rate of ischaemic stroke without anticoagulation in the Swedish AF cohort", unit="%", digits=1)
]:
    """Yearly rate of ischaemic stroke without anticoagulation by CHA2DS2-VASc score in the Swedish cohort (Friberg
    2012)."""
    return (0.2, 0.6, 2.2, 3.2, 4.8, 7.2, 9.7, 11.2, 10.8, 12.2)[score]


@formula(
    source="alveolar gas equation, Fenn et al., Am J Physiol 1946;146:637 (760 mmHg, water vapour 47 mmHg, quotient 0.8)",
    about="a patient at sea level with inspired oxygen fraction {fio2}, PaCO2 {paco2} and PaO2 {pao2}",
    examples=({"fio2": 21, "paco2": 40, "pao2": 90},),
)
def alveolar_arterial_gradient(
    fio2: Fio2,
    paco2: Annotated[
        float,
        Says("PaCO2", unit="mmHg"),
        Among((28, 33, 38, 42, 48, 55)),
        Field(description="PaCO2 in mmHg", ge=5, le=150),
    ],
    pao2: Pao2,
) -> Annotated[float, Says("alveolar-arterial oxygen gradient", unit="mmHg", digits=0)]:
    """Alveolar-arterial oxygen gradient at sea level: FiO2 · (760 - 47) - PaCO2/0.8 - PaO2."""
    gradient = fio2 / 100 * 713 - paco2 / 0.8 - pao2
    if gradient < 0:
        raise bad_arguments("these values give a negative gradient, which is impossible")
    return round(gradient, 4)


@formula(
    source="ARDS Definition Task Force, JAMA 2012;307:2526",
    about="a patient with PaO2 {pao2} and inspired oxygen fraction {fio2}",
    examples=({"pao2": 80, "fio2": 50},),
)
def oxygenation_ratio(
    pao2: Pao2, fio2: Fio2
) -> Annotated[float, Semantic("med.pf_ratio"), Says("PaO2/FiO2 ratio", unit="mmHg", digits=0)]:
    """Ratio of arterial oxygen pressure to inspired oxygen fraction (P/F ratio)."""
    return round(100 * pao2 / fio2, 4)


@formula(
    source="ARDS Definition Task Force, JAMA 2012;307:2526",
    about="a patient with ARDS on PEEP of at least 5 cmH2O and PaO2/FiO2 ratio {ratio}", examples=({"ratio": 160},),
)  # fmt: skip
def ards_severity(
    ratio: Annotated[
        float,
        Semantic("med.pf_ratio"),
        Says("PaO2/FiO2 ratio", unit="mmHg"),
        Among((82, 110, 145, 185, 230, 280)),
        Field(description="P/F ratio in mmHg", gt=0, le=700),
    ],
) -> Ards:
    """Severity of ARDS by the Berlin definition: severe up to 100, moderate up to 200, mild up to 300 mmHg."""
    if ratio > 300:
        raise bad_arguments("a ratio above 300 mmHg does not meet the Berlin definition of ARDS")
    return {"severity": "severe" if ratio <= 100 else "moderate" if ratio <= 200 else "mild"}


@formula(
    source="Hüfner, Arch Anat Physiol 1894:130 (1.34 mL/g); dissolved oxygen 0.003 mL/dL/mmHg: West, Respiratory Physiology",
    about="arterial blood with haemoglobin {haemoglobin}, oxygen saturation {saturation} and PaO2 {pao2}",
    examples=({"haemoglobin": 15, "saturation": 98, "pao2": 100},),
)  # fmt: skip
def oxygen_content(
    haemoglobin: Annotated[
        float,
        Says("haemoglobin", unit="g/dL"),
        Among((7.2, 8.6, 10.1, 11.8, 13.4, 15.0)),
        Field(description="Haemoglobin in g/dL", ge=2, le=25),
    ],
    saturation: Annotated[
        float,
        Says("oxygen saturation", unit="%"),
        Among((82, 86, 89, 92, 95, 97)),
        Field(description="Oxygen saturation in percent", ge=30, le=100),
    ],
    pao2: Pao2,
) -> Annotated[float, Says("arterial oxygen content (1.34 mL/g and 0.003 mL/dL/mmHg)", unit="mL/dL", digits=1)]:
    """Arterial oxygen content: 1.34 · haemoglobin · saturation + 0.003 · PaO2."""
    return round(1.34 * haemoglobin * saturation / 100 + 0.003 * pao2, 4)
