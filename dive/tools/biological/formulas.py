"""Molecular formulas: masses, composition, isotope pattern and ions by molmass; unsaturation and combustion balance."""

from functools import lru_cache
from typing import Annotated, Any, Literal

from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.biological.inputs import Formula
from dive.tools.tool import Says, Semantic, tool

SOURCE = "molmass (atomic masses of AME 2012, isotopic composition of IUPAC); https://pypi.org/project/molmass/"
ELECTRON = 0.000548579909065  # u, CODATA 2018
ADDED = {
    "protonated": ("H", 1, 1), "doubly protonated": ("H2", 1, 2), "sodiated": ("Na", 1, 1), "potassiated": ("K", 1, 1),
    "ammoniated": ("NH4", 1, 1), "lithiated": ("Li", 1, 1), "deprotonated": ("H", -1, -1),
}  # fmt: skip
"""What is added to the molecule, its sign, and the charge that results."""


class Masses(TypedDict):
    average: Annotated[float, Semantic("chem.molar_mass"), Says("average molar mass", unit="g/mol", digits=2)]
    monoisotopic: Annotated[float, Says("monoisotopic mass", unit="u", digits=4)]
    nominal: Annotated[int, Says("nominal mass", unit="u")]
    atoms: Annotated[int, Says("number of atoms")]
    empirical: Annotated[str, Semantic("chem.formula"), Says("empirical formula", ask=False)]


class ElementShare(TypedDict):
    element: Annotated[str, Semantic("chem.element"), Says("element", names=True)]
    atoms: Annotated[int, Says("number of atoms")]
    percent: Annotated[float, Says("mass fraction", unit="%", digits=2)]


class Composition(TypedDict):
    elements: Annotated[list[ElementShare], Says("element in {formula}", plural="elements in {formula}")]


class Peak(TypedDict):
    mass_number: Annotated[int, Says("mass number", names=True)]
    mass: Annotated[float, Says("mass", unit="u", digits=4, high="largest", low="smallest")]
    abundance: Annotated[float, Says("relative abundance", unit="%", digits=2)]


class Pattern(TypedDict):
    peaks: Annotated[
        list[Peak],
        Says(
            "isotope peak of {formula} with at least 0.01% of all molecules",
            plural="isotope peaks of {formula} with at least 0.01% of all molecules",
        ),
    ]


class Ion(TypedDict):
    mz: Annotated[float, Says("monoisotopic m/z of the {ion} ion of {formula}", digits=4)]


class Unsaturation(TypedDict):
    degree: Annotated[int, Says("degree of unsaturation")]


class Combustion(TypedDict):
    oxygen: Annotated[float, Says("amount of oxygen needed to burn one mole of {formula} completely", unit="mol", digits=2)]
    carbon_dioxide: Annotated[
        float,
        Says(
            "mass of carbon dioxide released when one gram of a compound with the formula {formula} burns completely",
            unit="g",
            digits=2,
        ),
    ]
    water: Annotated[float, Says("amount of water formed when one mole of {formula} burns completely", unit="mol", digits=2)]


@lru_cache(maxsize=512)
def parsed(formula: str) -> Any:
    """The formula as molmass reads it; `bad_arguments` where it cannot."""
    from molmass import Formula as Parser
    from molmass import FormulaError

    try:
        found = Parser(formula, allow_empty=False)
        if found.atoms > 1000:
            raise bad_arguments(f"{formula} has {found.atoms} atoms; the bound is 1000")
        return found
    except (FormulaError, ValueError, KeyError) as error:
        raise bad_arguments(f"{formula!r} is not a molecular formula: {str(error).splitlines()[0]}") from None


def atom_counts(formula: str) -> dict[str, int]:
    """The number of atoms of each element, in the Hill order."""
    return {item.symbol: int(item.count) for item in parsed(formula).composition().values()}


@tool(
    domain="biological", kind="processing", provider="molmass", source=SOURCE, about="{formula}",
    requires=("molmass",), examples=({"formula": "C8H10N4O2"}, {"formula": "H2O"}),
)  # fmt: skip
def formula_masses(formula: Formula) -> Masses:
    """Average, monoisotopic and nominal mass, number of atoms and empirical formula of a molecular formula."""
    found = parsed(formula)
    return {
        "average": float(found.mass), "monoisotopic": float(found.monoisotopic_mass), "nominal": int(found.nominal_mass),
        "atoms": int(found.atoms), "empirical": found.empirical,
    }  # fmt: skip


@tool(
    domain="biological", kind="processing", provider="molmass", source=SOURCE, about="{formula}",
    requires=("molmass",), examples=({"formula": "C8H10N4O2"},),
)  # fmt: skip
def formula_composition(formula: Formula) -> Composition:
    """The elements of a molecular formula with number of atoms and mass fraction, by falling mass fraction."""
    rows = sorted(parsed(formula).composition().values(), key=lambda row: (-row.fraction, row.symbol))
    elements: list[ElementShare] = [
        {"element": row.symbol, "atoms": int(row.count), "percent": float(f"{100 * row.fraction:.10g}")} for row in rows
    ]
    return {"elements": elements}


@tool(
    domain="biological", kind="processing", provider="molmass", source=SOURCE, about="{formula}",
    requires=("molmass",), examples=({"formula": "C8H10N4O2"}, {"formula": "CH2Cl2"}),
)  # fmt: skip
def isotope_pattern(formula: Formula) -> Pattern:
    """The isotope pattern of a molecular formula by mass number, of peaks with at least 0.01 % of all molecules."""
    if parsed(formula).atoms > 300:
        raise bad_arguments("isotope patterns are computed for formulas of up to 300 atoms")
    rows = parsed(formula).spectrum(min_fraction=1e-4).values()
    peaks: list[Peak] = [
        {"mass_number": int(row.massnumber), "mass": float(f"{row.mass:.10g}"), "abundance": float(f"{100 * row.fraction:.8g}")}
        for row in sorted(rows, key=lambda row: row.massnumber)
    ]
    return {"peaks": peaks[:40]}


@tool(
    domain="biological", kind="processing", provider="molmass", source=SOURCE + "; electron mass of CODATA 2018",
    about="the {ion} ion of {formula}", requires=("molmass",),
    examples=({"formula": "C8H10N4O2", "ion": "protonated"}, {"formula": "C6H12O6", "ion": "sodiated"}),
)  # fmt: skip
def ion_mass_to_charge(
    formula: Formula,
    ion: Literal[
        "protonated", "doubly protonated", "sodiated", "potassiated", "ammoniated", "lithiated", "deprotonated"
    ],
) -> Ion:  # fmt: skip
    """The monoisotopic m/z of an ion that a molecule forms in electrospray: protonated, sodiated, deprotonated and so
    on.
    """
    added, sign, charge = ADDED[ion]
    if sign < 0 and "H" not in atom_counts(formula):
        raise bad_arguments(f"{formula} has no hydrogen to lose")
    mass = parsed(formula).monoisotopic_mass + sign * parsed(added).monoisotopic_mass - charge * ELECTRON
    return {"mz": float(f"{mass / abs(charge):.10g}")}


@tool(
    domain="biological", kind="processing", provider="molmass",
    source="rings plus pi bonds (index of hydrogen deficiency), (2C + 2 + N − H − X) / 2",
    about="{formula}", requires=("molmass",), examples=({"formula": "C8H10N4O2"}, {"formula": "C6H6"}),
)  # fmt: skip
def degree_of_unsaturation(formula: Formula) -> Unsaturation:
    """The number of rings and pi bonds of an organic molecular formula of C, H, N, O, S and halogens."""
    counts = atom_counts(formula)
    if "C" not in counts or set(counts) - {"C", "H", "N", "O", "S", "F", "Cl", "Br", "I"}:
        raise bad_arguments(f"{formula} is not an organic formula of C, H, N, O, S and halogens")
    single = sum(counts.get(symbol, 0) for symbol in ("H", "F", "Cl", "Br", "I"))
    twice = 2 * counts["C"] + 2 + counts.get("N", 0) - single
    if twice < 0 or twice % 2:
        raise bad_arguments(f"{formula} is not a closed-shell neutral molecule")
    return {"degree": twice // 2}


@tool(
    domain="biological", kind="processing", provider="molmass", about="{formula}", requires=("molmass",),
    source="CcHhOoNnSs + (c + h/4 + s − o/2) O2 -> c CO2 + h/2 H2O + n/2 N2 + s SO2",
    examples=({"formula": "C2H6O"}, {"formula": "C3H8"}),
)  # fmt: skip
def combustion_balance(formula: Formula) -> Combustion:
    """Oxygen needed, and carbon dioxide and water formed, when a compound of C, H, O, N and S burns completely."""
    counts = atom_counts(formula)
    if "C" not in counts or set(counts) - set("CHONS"):
        raise bad_arguments(f"{formula} is not a compound of C, H, O, N and S with carbon")
    c, h, o, s = (counts.get(symbol, 0) for symbol in "CHOS")
    oxygen = c + h / 4 + s - o / 2
    if oxygen <= 0:
        raise bad_arguments(f"{formula} does not burn: it already holds the oxygen for its combustion products")
    return {
        "oxygen": oxygen, "carbon_dioxide": float(c * parsed("CO2").mass / parsed(formula).mass), "water": h / 2,
    }  # fmt: skip
