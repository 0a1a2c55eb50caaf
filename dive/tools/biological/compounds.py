"""Compounds by name, CAS number or InChIKey, and their tabulated constants: the databases of the `chemicals` library.

Only measured or critically evaluated values are answered. The estimates that `chemicals` falls back to (Joback and
other group contributions, the Yaws collection, quantum chemistry) and the unreviewed Wikidata are left out: a missing
value is better than a guess. Hansen parameters are compilations that do not say which of their values were estimated.
"""

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.inputs import Cas
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "chemicals, tables of evaluated constants (CRC Handbook, IUPAC, NIST, ATcT); https://chemicals.readthedocs.io/"
IDENTIFIERS = "chemicals, identifier database (PubChem, CAS); https://chemicals.readthedocs.io/chemicals.identifiers.html"
ESTIMATED = {
    "JOBACK", "WILSON_JASPERSON", "FEDORS", "YAWS", "WIKIDATA", "PSI4_2022A", "ACENTRIC_DEFINITION", "MELTING", "LEE_KESLER",
}  # fmt: skip
PREFERRED = ("CRC_ORG", "CRC_INORG", "IUPAC", "CRC", "ATCT_G", "ATCT_L", "HEOS")
Kelvin = Semantic("phys.kelvin")


class Compound(TypedDict):
    cas: Annotated[str, Semantic("chem.cas"), Says("CAS number", same_as="name")]
    smiles: Annotated[str, Semantic("chem.smiles"), Says("SMILES string", same_as="name")]
    inchikey: Annotated[str, Semantic("chem.inchikey"), Says("InChIKey", same_as="name")]
    formula: Annotated[str, Semantic("chem.formula"), Says("molecular formula")]
    molar_mass: Annotated[float, Semantic("chem.molar_mass"), Says("molar mass", unit="g/mol", digits=2)]
    pubchem_cid: Annotated[int | None, Says("PubChem compound number", ask=False)]


class NamedCompound(TypedDict):
    name: Annotated[str, Semantic("chem.name"), Says("common name", same_as="cas")]
    smiles: Annotated[str, Semantic("chem.smiles"), Says("SMILES string", same_as="cas")]
    formula: Annotated[str, Semantic("chem.formula"), Says("molecular formula")]
    molar_mass: Annotated[float, Semantic("chem.molar_mass"), Says("molar mass", unit="g/mol", digits=2)]


class KeyedCompound(TypedDict):
    name: Annotated[str, Semantic("chem.name"), Says("common name", same_as="inchikey")]
    cas: Annotated[str, Semantic("chem.cas"), Says("CAS number", same_as="inchikey")]


class PhaseChanges(TypedDict):
    boiling_point: Annotated[float | None, Kelvin, Says("normal boiling point", unit="K", digits=1)]
    melting_point: Annotated[float | None, Kelvin, Says("melting point", unit="K", digits=1)]
    fusion_heat: Annotated[float | None, Says("enthalpy of fusion", unit="kJ/mol", digits=2)]


class CriticalPoint(TypedDict):
    temperature: Annotated[float, Kelvin, Says("critical temperature", unit="K", digits=1)]
    pressure: Annotated[float | None, Says("critical pressure", unit="bar", digits=1)]
    volume: Annotated[float | None, Says("critical molar volume", unit="cm³/mol", digits=0, high="largest", low="smallest")]
    acentric_factor: Annotated[float | None, Says("acentric factor", digits=3)]


class Thermochemistry(TypedDict):
    gas: Annotated[float | None, Says("standard enthalpy of formation of {cas} as a gas", unit="kJ/mol", digits=1)]
    liquid: Annotated[float | None, Says("standard enthalpy of formation of {cas} as a liquid", unit="kJ/mol", digits=1)]
    solid: Annotated[float | None, Says("standard enthalpy of formation of {cas} as a solid", unit="kJ/mol", digits=1)]
    entropy: Annotated[float | None, Says("standard molar entropy of {cas} as a gas", unit="J/(mol·K)", digits=1)]


class PhysicalConstants(TypedDict):
    logp: Annotated[float | None, Says("experimental octanol-water logP", digits=2)]
    refractive_index: Annotated[float | None, Says("refractive index at 20 °C", digits=4)]
    dipole_moment: Annotated[float | None, Says("dipole moment", unit="D", digits=2, high="largest", low="smallest")]


class Solubility(TypedDict):
    dispersion: Annotated[float, Says("dispersion component of the Hansen solubility parameter", unit="MPa^0.5", digits=1)]
    polar: Annotated[float, Says("polar component of the Hansen solubility parameter", unit="MPa^0.5", digits=1)]
    hydrogen_bonding: Annotated[
        float, Says("hydrogen-bonding component of the Hansen solubility parameter", unit="MPa^0.5", digits=1)
    ]


class HansenDistance(TypedDict):
    distance: Annotated[
        float, Says("Hansen solubility distance between {a} and {b}", unit="MPa^0.5", digits=1, high="largest", low="smallest")
    ]


class VapourPressure(TypedDict):
    pressure: Annotated[float, Says("vapour pressure (Antoine equation)", unit="kPa", digits=2)]


def _record(found: Any) -> Any:
    if not found.smiles or not found.InChI_key or not found.formula:
        raise not_found("structure", found.CASs)
    return found


@cache
def search(text: str) -> Any:
    """The identifier record of a compound; `not_found` where the database has none."""
    from chemicals.identifiers import get_pubchem_db, search_chemical

    get_pubchem_db().finish_loading()  # else what an ambiguous name finds could depend on earlier searches
    try:
        return _record(search_chemical(text))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise not_found("compound", text) from None


def measured(constant: str, cas: str, module: str = "chemicals") -> float | None:
    """A constant by the library's name for it, from its best source that is not an estimate."""
    from importlib import import_module

    library = import_module(module)
    value: Callable[..., Any] = getattr(library, constant)
    sources = [m for m in getattr(library, f"{constant}_methods")(cas) if m not in ESTIMATED]
    sources.sort(key=lambda m: PREFERRED.index(m) if m in PREFERRED else len(PREFERRED))
    found = value(cas, method=sources[0]) if sources else None
    return None if found is None else float(found)


def scaled(value: float | None, factor: float) -> float | None:
    """The value in another unit, without the noise of binary fractions; None stays None."""
    return None if value is None else float(f"{value * factor:.10g}")


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source=IDENTIFIERS, about="{name}",
    requires=("chemicals",), examples=({"name": "caffeine"}, {"name": "aspirin"}),
)  # fmt: skip
def compound_by_name(
    name: Annotated[str, Semantic("chem.name"), Field(description="Common or systematic name", min_length=2, max_length=80)],
) -> Compound:
    """The CAS number, structure, formula and molar mass of a chemical compound with a common name."""
    found = search(name.strip())
    return {
        "cas": found.CASs, "smiles": found.smiles, "inchikey": found.InChI_key, "formula": found.formula,
        "molar_mass": float(found.MW), "pubchem_cid": found.pubchemid if found.pubchemid and found.pubchemid > 0 else None,
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source=IDENTIFIERS, about="{cas}",
    requires=("chemicals",), examples=({"cas": "58-08-2"}, {"cas": "64-17-5"}),
)  # fmt: skip
def compound_by_cas(cas: Cas) -> NamedCompound:
    """The common name, structure, formula and molar mass of the compound registered under a CAS number."""
    from chemicals.identifiers import check_CAS

    if not check_CAS(cas):
        raise bad_arguments(f"{cas} is not a CAS number: its last digit does not fit the others")
    found = search(cas)
    return {"name": found.common_name, "smiles": found.smiles, "formula": found.formula, "molar_mass": float(found.MW)}


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source=IDENTIFIERS, about="{inchikey}",
    requires=("chemicals",), examples=({"inchikey": "RYYVLZVUVIJVGH-UHFFFAOYSA-N"},),
)  # fmt: skip
def compound_by_inchikey(
    inchikey: Annotated[
        str, Semantic("chem.inchikey"), Field(description="Standard InChIKey", pattern=r"^[A-Z]{14}-[A-Z]{10}-[A-Z]$")
    ],
) -> KeyedCompound:
    """The common name and CAS number of the compound with an InChIKey."""
    found = search(f"InChIKey={inchikey}")
    return {"name": found.common_name, "cas": found.CASs}


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source=SOURCE, about="{cas}",
    requires=("chemicals",), examples=({"cas": "71-43-2"}, {"cas": "64-17-5"}),
)  # fmt: skip
def compound_phase_changes(cas: Cas) -> PhaseChanges:
    """The measured boiling point, melting point and enthalpy of fusion of a compound."""
    boiling, melting, fusion = (measured(name, cas) for name in ("Tb", "Tm", "Hfus"))
    if boiling is None and melting is None:
        raise not_found("measured boiling or melting point", cas)
    return {"boiling_point": boiling, "melting_point": melting, "fusion_heat": scaled(fusion, 1e-3)}


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source=SOURCE, about="{cas}",
    requires=("chemicals",), examples=({"cas": "71-43-2"}, {"cas": "124-38-9"}),
)  # fmt: skip
def compound_critical_point(cas: Cas) -> CriticalPoint:
    """The critical temperature, pressure and molar volume, and the acentric factor of a compound."""
    temperature = measured("Tc", cas)
    if temperature is None:
        raise not_found("measured critical point", cas)
    return {
        "temperature": temperature, "pressure": scaled(measured("Pc", cas), 1e-5),
        "volume": scaled(measured("Vc", cas), 1e6), "acentric_factor": measured("omega", cas),
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source=SOURCE, about="{cas}",
    requires=("chemicals",), examples=({"cas": "64-17-5"}, {"cas": "71-43-2"}),
)  # fmt: skip
def compound_thermochemistry(cas: Cas) -> Thermochemistry:
    """Standard enthalpies of formation (gas, liquid, solid) and gas entropy of a compound at 298.15 K."""
    gas, liquid, solid, entropy = (measured(name, cas) for name in ("Hfg", "Hfl", "Hfs", "S0g"))
    if gas is None and liquid is None and solid is None:
        raise not_found("enthalpy of formation", cas)
    return {"gas": scaled(gas, 1e-3), "liquid": scaled(liquid, 1e-3), "solid": scaled(solid, 1e-3), "entropy": entropy}


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source=SOURCE, about="{cas}",
    requires=("chemicals",), examples=({"cas": "108-88-3"}, {"cas": "67-64-1"}),
)  # fmt: skip
def compound_physical_constants(cas: Cas) -> PhysicalConstants:
    """The experimental octanol-water partition coefficient, refractive index and dipole moment of a compound."""
    from chemicals import RI

    index, kelvin = RI(cas, method="CRC") if "CRC" in _sources("RI", cas) else (None, None)
    found: PhysicalConstants = {
        "logp": measured("logP", cas), "dipole_moment": measured("dipole_moment", cas),
        "refractive_index": index if kelvin is not None and abs(kelvin - 293.15) < 0.01 else None,
    }  # fmt: skip
    if all(value is None for value in found.values()):
        raise not_found("physical constant", cas)
    return found


def _sources(constant: str, cas: str) -> list[str]:
    import chemicals

    return list(getattr(chemicals, f"{constant}_methods")(cas))


def _hansen(cas: str) -> tuple[float, float, float]:
    values = [measured(f"hansen_delta_{part}", cas, "chemicals.solubility") for part in "dph"]
    d, p, h = (scaled(value, 1e-3) for value in values)
    if d is None or p is None or h is None:
        raise not_found("Hansen solubility parameters", cas)
    return d, p, h


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source="Hansen parameter tables in chemicals.solubility",
    about="{cas}", requires=("chemicals",), examples=({"cas": "67-64-1"}, {"cas": "64-17-5"}),
)  # fmt: skip
def hansen_parameters(cas: Cas) -> Solubility:
    """The three Hansen solubility parameters of a solvent."""
    d, p, h = _hansen(cas)
    return {"dispersion": d, "polar": p, "hydrogen_bonding": h}


@tool(
    domain="biological", kind="retrieval", provider="chemicals",
    source="Hansen 1967: Ra² = 4 ΔδD² + ΔδP² + ΔδH²; tables in chemicals",
    about="{a} and {b}", requires=("chemicals",), examples=({"a": "67-64-1", "b": "64-17-5"},),
)  # fmt: skip
def hansen_distance(a: Cas, b: Cas) -> HansenDistance:
    """The Hansen solubility distance Ra between two compounds."""
    if a == b:
        raise bad_arguments("a and b are the same compound; name two")
    (d1, p1, h1), (d2, p2, h2) = _hansen(a), _hansen(b)
    return {"distance": (4 * (d1 - d2) ** 2 + (p1 - p2) ** 2 + (h1 - h2) ** 2) ** 0.5}


@tool(
    domain="biological", kind="retrieval", provider="chemicals", about="{cas}", given="at {celsius}",
    source="Antoine coefficients of Poling, The Properties of Gases and Liquids, in chemicals", requires=("chemicals",),
    examples=({"cas": "71-43-2", "celsius": 25.0}, {"cas": "64-17-5", "celsius": 37.0}),
)  # fmt: skip
def vapour_pressure(
    cas: Cas,
    celsius: Annotated[
        float, Says("temperature", unit="°C"), Among((0, 10, 15, 20, 25, 30, 37, 40, 50, 60, 80)),
        Field(description="Temperature in °C", ge=-200, le=400),
    ],
) -> VapourPressure:  # fmt: skip
    """The vapour pressure of a liquid at a temperature within the range of its Antoine coefficients."""
    from chemicals import vapor_pressure

    rows = vapor_pressure.Psat_data_AntoinePoling
    if cas not in rows.index:
        raise not_found("Antoine coefficients", cas)
    row = rows.loc[cas]
    kelvin = celsius + 273.15
    if not row["Tmin"] <= kelvin <= row["Tmax"]:
        low, high = row["Tmin"] - 273.15, row["Tmax"] - 273.15
        raise bad_arguments(f"the Antoine equation of {cas} holds from {low:.1f} °C to {high:.1f} °C, not at {celsius} °C")
    return {"pressure": float(vapor_pressure.Antoine(kelvin, row["A"], row["B"], row["C"])) / 1000}
