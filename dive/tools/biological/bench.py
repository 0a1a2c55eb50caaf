"""Bench calculations that take the results of other tools: weighing in, dilution, concentration by absorbance, gases,
bonds.

Own formulas from textbooks; constants are those of CODATA 2018.

"""

from math import exp
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.biological.inputs import GasMass, MolarMass
from dive.tools.tool import Among, Says, Semantic, tool

GAS_CONSTANT = 8.314462618  # J/(mol·K), CODATA 2018
ATMOSPHERE = 101325.0  # Pa

Millilitres = Annotated[
    float, Says("volume", unit="mL"), Among((5, 10, 25, 50, 100, 250, 500, 1000)), Field(description="Volume in mL", gt=0, le=1e6)
]
Millimolar = Annotated[
    float,
    Says("concentration", unit="mM"),
    Among((0.5, 1, 2, 5, 10, 20, 50, 100)),
    Field(description="Concentration in mmol/L", gt=0, le=1e5),
]
Kelvin = Annotated[
    float,
    Semantic("phys.kelvin"),
    Says("temperature", unit="K"),
    Among((273.15, 298.15, 310, 350, 500)),
    Field(description="Temperature in K", gt=1, le=10_000),
]
Electronegativity = Annotated[
    float, Semantic("chem.electronegativity"), Field(description="Pauling electronegativity", ge=0.5, le=4.1)
]


class Portion(TypedDict):
    milligrams: Annotated[
        float,
        Semantic("chem.milligrams"),
        Says(
            "mass needed to make {millilitres} of solution at {millimolar} from a substance whose molar mass equals {molar_mass}",
            unit="mg",
            digits=2,
        ),
    ]


class Amount(TypedDict):
    millimoles: Annotated[
        float,
        Semantic("chem.millimoles"),
        Says("amount of substance in {milligrams} of a substance whose molar mass equals {molar_mass}", unit="mmol", digits=4),
    ]


class Molarity(TypedDict):
    millimolar: Annotated[
        float, Says("concentration when {millimoles} of a substance is dissolved to {millilitres}", unit="mM", digits=3)
    ]


class Effusion(TypedDict):
    ratio: Annotated[
        float,
        Says(
            "ratio of the effusion rate of a gas whose molar mass equals {a} to that of a gas whose molar mass equals {b}",
            digits=3,
        ),
    ]


class GasDensity(TypedDict):
    density: Annotated[
        float,
        Says(
            "density at 1 atm of an ideal gas whose molar mass equals {molar_mass} and whose temperature equals {temperature}",
            unit="kg/m³",
            digits=3,
        ),
    ]


class Speed(TypedDict):
    speed: Annotated[
        float,
        Says(
            "root-mean-square speed of molecules of a gas "
            "whose molar mass equals {molar_mass} and whose temperature equals {temperature}",
            unit="m/s",
            digits=1,
        ),
    ]


class Bond(TypedDict):
    difference: Annotated[float, Says("difference between the electronegativities {a} and {b}", digits=2, ask=False)]
    ionic: Annotated[
        float,
        Says(
            "ionic character (Pauling) of a bond between elements whose electronegativities equal {a} and {b}", unit="%", digits=1
        ),
    ]


class ProteinConcentration(TypedDict):
    micromolar: Annotated[
        float,
        Semantic("bio.micromolar"),
        Says(
            "concentration of a protein whose molar extinction coefficient equals {extinction} "
            "at absorbance {absorbance} in a 1 cm cuvette",
            unit="µM",
            digits=2,
        ),
    ]


class MassConcentration(TypedDict):
    milligrams: Annotated[
        float,
        Says(
            "mass concentration of a solution whose molar concentration equals {micromolar} "
            "and whose solute has a molar mass equal to {molar_mass}",
            unit="mg/mL",
            digits=3,
        ),
    ]


@tool(
    domain="biological", kind="processing", provider="own", source="m = c V M",
    about="{millilitres} of solution at {millimolar} from a substance whose molar mass equals {molar_mass}",
    examples=({"molar_mass": 58.44, "millimolar": 150.0, "millilitres": 500.0},),
)  # fmt: skip
def mass_for_solution(molar_mass: MolarMass, millimolar: Millimolar, millilitres: Millilitres) -> Portion:
    """The mass of a substance to weigh in for a volume of solution of a given molar concentration."""
    return {"milligrams": molar_mass * millimolar * millilitres / 1000}


@tool(
    domain="biological", kind="processing", provider="own", source="n = m / M",
    about="{milligrams} of a substance with molar mass {molar_mass}", examples=({"milligrams": 100.0, "molar_mass": 180.16},),
)  # fmt: skip
def amount_of_substance(
    milligrams: Annotated[
        float, Semantic("chem.milligrams"), Says("mass", unit="mg"), Among((5, 10, 25, 50, 100, 200, 250, 500)),
        Field(description="Mass in mg", gt=0, le=1e9),
    ],
    molar_mass: MolarMass,
) -> Amount:  # fmt: skip
    """The amount of substance in a mass, in mmol."""
    return {"millimoles": milligrams / molar_mass}


@tool(
    domain="biological", kind="processing", provider="own", source="c = n / V",
    about="{millimoles} in {millilitres}", examples=({"millimoles": 0.555, "millilitres": 50.0},),
)  # fmt: skip
def molar_concentration(
    millimoles: Annotated[
        float, Semantic("chem.millimoles"), Says("amount", unit="mmol"),
        Field(description="Amount of substance in mmol", gt=0, le=1e9)
    ],
    millilitres: Millilitres,
) -> Molarity:  # fmt: skip
    """The molar concentration of an amount of substance dissolved to a volume."""
    return {"millimolar": 1000 * millimoles / millilitres}


@tool(
    domain="biological", kind="processing", provider="own", source="Graham's law: r1 / r2 = (M2 / M1)^0.5",
    about="gases with molar masses {a} and {b}", examples=({"a": 2.016, "b": 31.998},),
)  # fmt: skip
def effusion_ratio(a: GasMass, b: GasMass) -> Effusion:
    """How many times as fast a gas with molar mass a effuses as a gas with molar mass b (Graham's law)."""
    return {"ratio": (b / a) ** 0.5}


@tool(
    domain="biological", kind="processing", provider="own", source="ideal gas law at 101325 Pa, gas constant of CODATA 2018",
    about="an ideal gas with molar mass {molar_mass} at {temperature}",
    examples=({"molar_mass": 28.0134, "temperature": 298.15},),
)  # fmt: skip
def ideal_gas_density(molar_mass: GasMass, temperature: Kelvin) -> GasDensity:
    """The density of an ideal gas with a molar mass at a temperature and 1 atm (101325 Pa)."""
    return {"density": ATMOSPHERE * molar_mass / 1000 / (GAS_CONSTANT * temperature)}


@tool(
    domain="biological", kind="processing", provider="own", source="(3RT/M)^0.5, gas constant of CODATA 2018",
    about="gas molecules with molar mass {molar_mass} at {temperature}",
    examples=({"molar_mass": 28.0134, "temperature": 300.0},),
)  # fmt: skip
def molecular_speed(molar_mass: GasMass, temperature: Kelvin) -> Speed:
    """The root-mean-square speed of the molecules of a gas with a molar mass at a temperature."""
    return {"speed": (3 * GAS_CONSTANT * temperature / (molar_mass / 1000)) ** 0.5}


@tool(
    domain="biological", kind="processing", provider="own",
    source="Pauling, The Nature of the Chemical Bond, 3rd ed. (1960): 1 − exp(−Δ²/4)",
    about="a bond between elements of electronegativity {a} and {b}", examples=({"a": 0.93, "b": 3.16},),
)  # fmt: skip
def bond_ionic_character(a: Electronegativity, b: Electronegativity) -> Bond:
    """The ionic character of a bond between two elements, from the difference of their Pauling electronegativities."""
    difference = abs(a - b)
    return {"difference": float(f"{difference:.6g}"), "ionic": 100 * (1 - exp(-(difference**2) / 4))}


@tool(
    domain="biological", kind="processing", provider="own", source="Beer-Lambert law, A = ε c d with d = 1 cm",
    about="a protein with extinction coefficient {extinction} at absorbance {absorbance}",
    examples=({"extinction": 43824.0, "absorbance": 0.66},),
)  # fmt: skip
def concentration_from_absorbance(
    extinction: Annotated[
        float, Semantic("bio.extinction"), Says("extinction coefficient", unit="M⁻¹ cm⁻¹"),
        Field(description="Molar extinction coefficient in M⁻¹ cm⁻¹", ge=0, le=1e7),
    ],
    absorbance: Annotated[
        float, Among((0.1, 0.25, 0.4, 0.5, 0.66, 0.75, 1.0, 1.2)), Field(description="Absorbance at 280 nm", gt=0, le=10)
    ],
) -> ProteinConcentration:  # fmt: skip
    """The molar concentration of a protein from its absorbance at 280 nm in a 1 cm cuvette and its extinction
    coefficient.
    """
    if extinction <= 0:
        raise bad_arguments("a protein without tryptophan and tyrosine does not absorb at 280 nm")
    return {"micromolar": 1e6 * absorbance / extinction}


@tool(
    domain="biological", kind="processing", provider="own", source="mass concentration = c M",
    about="a solution at {micromolar}, whose solute has a molar mass equal to {molar_mass}",
    examples=({"micromolar": 15.06, "molar_mass": 66463.0},),
)  # fmt: skip
def mass_concentration(
    micromolar: Annotated[
        float, Semantic("bio.micromolar"), Says("concentration", unit="µM"), Among((2.5, 8, 15, 40, 120)),
        Field(description="Concentration in µmol/L", gt=0, le=1e9)
    ],
    molar_mass: MolarMass,
) -> MassConcentration:  # fmt: skip
    """The mass concentration of a solution of known molar concentration, in mg/mL."""
    return {"milligrams": micromolar * molar_mass * 1e-6}
