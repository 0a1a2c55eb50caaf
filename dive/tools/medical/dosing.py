"""Pharmacokinetics and dosing: linear one-compartment relations and published dosing formulas.

Clearance, volume of distribution, half-life and dose carry semantic types, so that one result is the argument of the
next.
"""

import math
from typing import Annotated, Literal

from pydantic import Field

from dive.tools.medical.quantities import Albumin, Bsa, Clearance, Dose, Gfr, HalfLife, Volume, Weight, formula
from dive.tools.tool import Among, Says, Semantic

TEXT = "Rowland and Tozer, Clinical Pharmacokinetics and Pharmacodynamics, 4th ed. (2011)"

Concentration = Annotated[
    float,
    Says("target concentration", unit="mg/L"),
    Among((5, 8, 10, 15, 20, 25)),
    Field(description="Target concentration in mg/L", gt=0, le=1000),
]
Bioavailability = Annotated[
    float,
    Says("bioavailability", unit="%"),
    Among((40, 55, 70, 80, 90, 100)),
    Field(description="Bioavailability in percent", gt=0, le=100),
]
Interval = Annotated[
    float,
    Says("dosing interval", unit="h"),
    Among((4, 6, 8, 12, 24)),
    Field(description="Dosing interval in h", gt=0, le=720),
]
Hours = Annotated[
    float,
    Says("time", unit="h"),
    Among((2, 4, 6, 10, 12, 18, 24, 36)),
    Field(description="Time in hours", gt=0, le=10_000),
]


@formula(
    source=TEXT,
    about="a drug with clearance {clearance} and volume of distribution {volume}",
    examples=({"clearance": 5, "volume": 35},),
)
def elimination_half_life(
    clearance: Clearance, volume: Volume
) -> Annotated[float, Semantic("med.half_life"), Says("elimination half-life", unit="h", digits=1)]:
    """Elimination half-life from clearance and volume of distribution: ln 2 · V / CL."""
    return round(math.log(2) * volume / clearance, 4)


@formula(
    source="Matzke et al., Antimicrob Agents Chemother 1984;25:433",
    about="a patient with creatinine clearance {gfr}",
    examples=({"gfr": 60},),
)
def vancomycin_clearance(
    gfr: Gfr,
) -> Annotated[float, Semantic("med.clearance"), Says("expected vancomycin clearance (Matzke)", unit="L/h", digits=2)]:
    """Vancomycin clearance from creatinine clearance by Matzke: 0.689 · CrCl + 3.66 in mL/min, given in L/h."""
    return round((0.689 * gfr + 3.66) * 0.06, 4)


@formula(
    source="Anderson and Holford, Annu Rev Pharmacol Toxicol 2008;48:303",
    about="a patient with body weight {weight}",
    given="for a drug with an adult clearance of {clearance}",
    examples=({"clearance": 6.5, "weight": 20},),
)
def allometric_clearance(
    clearance: Clearance, weight: Weight
) -> Annotated[
    float,
    Semantic("med.clearance"),
    Says("allometrically scaled clearance (exponent 0.75, 70 kg)", unit="L/h", digits=2),
]:
    """Clearance scaled from a 70-kg adult by body weight to the power of 0.75."""
    return round(clearance * (weight / 70) ** 0.75, 4)


@formula(
    source=TEXT, about="a patient with body weight {weight}",
    given="for a drug that distributes into {specific}",
    examples=({"specific": 0.7, "weight": 74},),
)  # fmt: skip
def distribution_volume(
    specific: Annotated[
        float,
        Says("specific volume of distribution", unit="L/kg"),
        Among((0.25, 0.5, 0.6, 0.7, 1.2, 4.0)),
        Field(description="Volume of distribution in L/kg", gt=0, le=200),
    ],
    weight: Weight,
) -> Annotated[float, Semantic("med.volume"), Says("volume of distribution", unit="L", digits=1)]:
    """Volume of distribution of a patient from the volume per kg of body weight."""
    return round(specific * weight, 4)


@formula(
    source=TEXT,
    about="a drug with volume of distribution {volume} and bioavailability {bioavailability}",
    given="for a target concentration of {target}",
    examples=({"target": 15, "volume": 35, "bioavailability": 100},),
)
def loading_dose(
    target: Concentration, volume: Volume, bioavailability: Bioavailability
) -> Annotated[float, Semantic("med.dose"), Says("loading dose", unit="mg", digits=0)]:
    """Loading dose for a target concentration: concentration · volume / bioavailability."""
    return round(target * volume / (bioavailability / 100), 4)


@formula(
    source=TEXT,
    about="a drug with clearance {clearance} and bioavailability {bioavailability}",
    given="given every {interval} for an average steady-state concentration of {target}",
    examples=({"target": 10, "clearance": 5, "interval": 12, "bioavailability": 80},),
)
def maintenance_dose(
    target: Concentration,
    clearance: Clearance,
    interval: Annotated[
        float,
        Says("dosing interval", unit="hours"),
        Among((4, 6, 8, 12, 24)),
        Field(description="Dosing interval in h", gt=0, le=720),
    ],
    bioavailability: Bioavailability,
) -> Annotated[float, Semantic("med.dose"), Says("maintenance dose", unit="mg", digits=0)]:
    """Maintenance dose for an average steady-state concentration: concentration · clearance · interval /
    bioavailability."""
    return round(target * clearance * interval / (bioavailability / 100), 4)


@formula(
    source=TEXT,
    examples=({"dose": 500, "volume": 35, "half_life": 4.5, "hours": 6},),
)
def bolus_concentration(
    dose: Dose, volume: Volume, half_life: HalfLife, hours: Hours
) -> Annotated[
    float,
    Says(
        "plasma concentration {hours} after an intravenous bolus of {dose} of a drug with "
        "volume of distribution {volume} and half-life {half_life}",
        unit="mg/L",
        digits=2,
    ),
]:
    """Plasma concentration after an intravenous bolus in a one-compartment model: dose/V · 2^(-t/t½)."""
    return round(dose / volume * 2 ** (-hours / half_life), 4)


@formula(
    source=TEXT, about="a dose of {dose} of a drug with half-life {half_life}", given="after {hours}",
    examples=({"dose": 400, "half_life": 8, "hours": 24},),
)  # fmt: skip
def remaining_amount(
    dose: Dose, half_life: HalfLife, hours: Hours
) -> Annotated[
    float,
    Says(
        "amount left in the body {hours} after a dose of {dose} of a drug with half-life {half_life}",
        unit="mg",
        digits=1,
    ),
]:
    """Amount of a dose left in the body after some hours of first-order elimination."""
    return round(dose * 2 ** (-hours / half_life), 4)


@formula(
    source=TEXT,
    about="a drug with half-life {half_life} given every {interval}",
    examples=({"half_life": 6, "interval": 8},),
)
def accumulation_ratio(
    half_life: HalfLife,
    interval: Annotated[
        float,
        Says("dosing interval", unit="hours"),
        Among((4, 6, 8, 12, 24)),
        Field(description="Dosing interval in h", gt=0, le=720),
    ],
) -> Annotated[float, Says("accumulation ratio at steady state", digits=2)]:
    """Accumulation ratio of repeated bolus doses at steady state: 1 / (1 - 2^(-τ/t½))."""
    return round(1 / (1 - 2 ** (-interval / half_life)), 4)


@formula(
    source=TEXT, about="a drug with half-life {half_life}", examples=({"half_life": 6, "percent": 90},)
)  # fmt: skip
def time_to_steady_state(
    half_life: HalfLife,
    percent: Annotated[
        float,
        Says("share of the steady state", unit="%"),
        Among((75, 90, 95, 99)),
        Field(description="Share of the steady state in percent", gt=0, lt=100),
    ],
) -> Annotated[
    float,
    Says("time needed to reach {percent} of the steady state with a drug of half-life {half_life}", unit="h", digits=1),
]:
    """Time until a share of the steady-state concentration is reached: -t½ · log2(1 - share)."""
    return round(-half_life * math.log2(1 - percent / 100), 4)


@formula(
    source="Calvert et al., J Clin Oncol 1989;7:1748", about="a patient with GFR {gfr}",
    given="for a target AUC of {auc}",
    examples=({"gfr": 75, "auc": 5},),
)  # fmt: skip
def carboplatin_dose(
    gfr: Gfr,
    auc: Annotated[
        float,
        Says("target AUC", unit="mg/mL·min"),
        Among((2, 4, 5, 6, 7)),
        Field(description="Target AUC in mg/mL·min", ge=1, le=10),
    ],
) -> Annotated[float, Semantic("med.dose"), Says("carboplatin dose by the Calvert formula", unit="mg", digits=0)]:
    """Carboplatin dose by the Calvert formula: target AUC · (GFR + 25)."""
    return round(auc * (gfr + 25), 4)


@formula(
    source="dosing by body surface area (Pinkel, Cancer Res 1958;18:853)",
    examples=({"bsa": 1.86, "per_area": 75},),
)
def dose_by_surface(
    bsa: Bsa,
    per_area: Annotated[
        float,
        Says("dose level", unit="mg/m²"),
        Among((25, 50, 60, 75, 100, 130, 175)),
        Field(description="Dose per body surface area in mg/m²", gt=0, le=20_000),
    ],
) -> Annotated[
    float,
    Semantic("med.dose"),
    Says("dose at {per_area} for a patient with body surface area {bsa}", unit="mg", digits=0),
]:
    """Dose in mg from a dose per square metre and the body surface area."""
    return round(bsa * per_area, 4)


@formula(
    source="dose = dose per kg · body weight",
    examples=({"weight": 74, "per_weight": 15},),
)
def dose_by_weight(
    weight: Weight,
    per_weight: Annotated[
        float,
        Says("dose level", unit="mg/kg"),
        Among((0.5, 1, 2.5, 5, 7.5, 10, 15)),
        Field(description="Dose per body weight in mg/kg", gt=0, le=1000),
    ],
) -> Annotated[
    float,
    Semantic("med.dose"),
    Says("dose at {per_weight} for a patient with body weight {weight}", unit="mg", digits=0),
]:
    """Dose in mg from a dose per kilogram and the body weight."""
    return round(weight * per_weight, 4)


@formula(
    source="volume = dose / strength",
    examples=({"dose": 500, "strength": 10},),
)
def injection_volume(
    dose: Dose,
    strength: Annotated[
        float,
        Says("strength", unit="mg/mL"),
        Among((1, 2, 5, 6, 10, 20, 50)),
        Field(description="Strength in mg/mL", gt=0, le=1000),
    ],
) -> Annotated[float, Says("volume to draw up for a dose of {dose} from a solution of {strength}", unit="mL", digits=1)]:
    """Volume of a solution that holds a dose."""
    return round(dose / strength, 4)


@formula(
    source="mL/h = µg/kg/min · kg · 60 min/h / (µg/mL)",
    examples=({"rate": 5, "weight": 70, "strength": 1600},),
)
def infusion_rate(
    rate: Annotated[
        float,
        Says("infusion rate", unit="µg/kg/min"),
        Among((0.05, 0.1, 0.5, 2, 5, 8, 10)),
        Field(description="Rate in µg/kg/min", gt=0, le=500),
    ],
    weight: Weight,
    strength: Annotated[
        float,
        Says("strength", unit="µg/mL"),
        Among((16, 64, 200, 400, 1600, 3200)),
        Field(description="Strength in µg/mL", gt=0, le=100_000),
    ],
) -> Annotated[
    float,
    Says(
        "pump rate for a continuous infusion of {rate} to a patient with body weight {weight} from a solution of {strength}",
        unit="mL/h",
        digits=1,
    ),
]:
    """Pump rate in mL/h for an infusion in µg/kg/min."""
    return round(rate * weight * 60 / strength, 4)


@formula(
    source="Sheiner and Tozer, in Melmon and Morrelli, Clinical Pharmacology (1978)",
    about="a patient with measured phenytoin concentration {phenytoin}, serum albumin {albumin} and {kidney}",
    examples=({"phenytoin": 8, "albumin": 2.5, "kidney": "creatinine clearance above 20 mL/min"},),
)  # fmt: skip
def corrected_phenytoin(
    phenytoin: Annotated[
        float,
        Says("phenytoin", unit="mg/L"),
        Among((4, 6, 8, 10, 13)),
        Field(description="Total phenytoin in mg/L", gt=0, le=100),
    ],
    albumin: Albumin,
    kidney: Annotated[
        Literal["creatinine clearance above 20 mL/min", "creatinine clearance below 10 mL/min"],
        Field(description="Kidney function"),
    ],
) -> Annotated[float, Says("albumin-corrected phenytoin concentration (Sheiner-Tozer)", unit="mg/L", digits=1)]:
    """Phenytoin concentration corrected for albumin: C / (0.2 · albumin + 0.1), or 0.1 · albumin in end-stage renal
    disease."""
    return round(phenytoin / ((0.2 if "above" in kidney else 0.1) * albumin + 0.1), 4)


@formula(
    source="Baxter and Shires, Ann N Y Acad Sci 1968;150:874",
    examples=({"weight": 70, "burned": 20},),
)
def parkland_volume(
    weight: Weight,
    burned: Annotated[
        float,
        Says("burned body surface", unit="%"),
        Among((15, 20, 25, 30, 40, 55)),
        Field(description="Burned body surface in percent", gt=0, le=100),
    ],
) -> Annotated[
    float,
    Says(
        "24-hour crystalloid volume by the Parkland formula for a patient with body weight "
        "{weight} and burns of {burned} of the body surface",
        unit="mL",
        digits=0,
    ),
]:
    """Crystalloid for the first 24 hours after a burn by the Parkland formula: 4 mL · kg · percent burned; half in
    the first 8 hours."""
    return round(4 * weight * burned, 4)


@formula(
    source="Holliday and Segar, Pediatrics 1957;19:823",
    about="a child with body weight {weight}",
    examples=({"weight": 22},),
)
def maintenance_fluid(
    weight: Annotated[
        float,
        Says("body weight", unit="kg"),
        Among((4, 7, 9, 12, 16, 19, 22, 28, 35)),
        Field(description="Body weight in kg", ge=1, le=80),
    ],
) -> Annotated[float, Says("daily maintenance fluid (Holliday-Segar)", unit="mL/day", digits=0)]:
    """Daily maintenance fluid of a child by Holliday and Segar: 100 mL/kg to 10 kg, 50 mL/kg to 20 kg, 20 mL/kg
    above."""
    return round(100 * min(weight, 10) + 50 * min(max(weight - 10, 0), 10) + 20 * max(weight - 20, 0), 4)
