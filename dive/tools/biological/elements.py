"""Chemical elements: the tables of mendeleev (properties, ionisation energies, ionic radii, oxidation states).

mendeleev keeps its data in SQLite behind an ORM, at some 200 ms an element; its whole tables are read once each,
without the ORM.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.inputs import Symbol
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "mendeleev element tables (CRC Handbook, IUPAC); https://mendeleev.readthedocs.io/en/stable/data.html"

Kelvin = Semantic("phys.kelvin")
Row = dict[str, Any]
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV")


class Element(TypedDict):
    name: Annotated[str, Semantic("chem.element_name"), Says("name", same_as="symbol")]
    atomic_number: Annotated[int, Says("atomic number")]
    period: Annotated[int, Says("period in the periodic table", ask=False)]
    group: Annotated[int | None, Says("group number in the periodic table", ask=False)]
    block: Annotated[str, Says("block of the periodic table", ask=False)]
    atomic_weight: Annotated[float, Semantic("chem.molar_mass"), Says("standard atomic weight", unit="u", digits=3)]
    electronegativity: Annotated[float | None, Semantic("chem.electronegativity"), Says("Pauling electronegativity", digits=2)]
    covalent_radius: Annotated[
        float | None, Says("covalent radius (Cordero)", unit="pm", digits=0, high="largest", low="smallest")
    ]
    electron_affinity: Annotated[float | None, Says("electron affinity", unit="eV", digits=3)]
    discovery_year: Annotated[int | None, Says("year of discovery", high="latest", low="earliest")]
    cas: Annotated[str | None, Semantic("chem.cas"), Says("CAS number", same_as="symbol")]


class BulkProperties(TypedDict):
    density: Annotated[float | None, Says("density at room temperature", unit="g/cm³", digits=3)]
    melting_point: Annotated[float | None, Kelvin, Says("melting point", unit="K", digits=1)]
    boiling_point: Annotated[float | None, Kelvin, Says("boiling point", unit="K", digits=1)]
    fusion_heat: Annotated[float | None, Says("enthalpy of fusion", unit="kJ/mol", digits=2)]
    thermal_conductivity: Annotated[float | None, Says("thermal conductivity", unit="W/(m·K)", digits=2)]
    specific_heat: Annotated[float | None, Says("specific heat capacity", unit="J/(g·K)", digits=3)]
    crust_abundance: Annotated[float | None, Says("abundance in the Earth's crust", unit="mg/kg", digits=3)]


class ElementOfName(TypedDict):
    symbol: Annotated[str, Semantic("chem.element"), Says("symbol", same_as="name")]
    atomic_number: Annotated[int, Says("atomic number")]
    series: Annotated[str, Says("series of the periodic table")]


class Ionisation(TypedDict):
    order: Annotated[int, Says("number of the ionisation step", names=True)]
    energy: Annotated[float, Says("ionisation energy", unit="eV", digits=2)]


class Ionisations(TypedDict):
    first: Annotated[float, Says("first ionisation energy", unit="eV", digits=3)]
    second: Annotated[float | None, Says("second ionisation energy", unit="eV", digits=3)]
    third: Annotated[float | None, Says("third ionisation energy", unit="eV", digits=3)]
    total: Annotated[int, Says("number of successive ionisation energies", ask=False)]


class IonicRadius(TypedDict):
    label: Annotated[str, Says("ion and coordination", names=True)]
    charge: Annotated[int, Says("charge")]
    coordination: Annotated[str, Says("coordination", groups=True)]
    ionic_radius: Annotated[float, Says("effective ionic radius", unit="pm", digits=1, high="largest", low="smallest")]
    crystal_radius: Annotated[float, Says("crystal radius", unit="pm", digits=1, high="largest", low="smallest")]


class IonicRadii(TypedDict):
    radii: Annotated[list[IonicRadius], Says("ion listed by Shannon for {symbol}", plural="ions listed by Shannon for {symbol}")]


class OxidationStates(TypedDict):
    main: Annotated[list[int], Says("main oxidation state")]
    highest: Annotated[int, Says("highest main oxidation state")]
    lowest: Annotated[int, Says("lowest main oxidation state")]


class Configuration(TypedDict):
    configuration: Annotated[str, Says("ground-state electron configuration")]
    valence: Annotated[int | None, Says("number of valence electrons")]
    unpaired: Annotated[int, Says("number of unpaired electrons in the ground state")]


class Member(TypedDict):
    name: Annotated[str, Semantic("chem.element_name"), Says("name", names=True)]
    symbol: Annotated[str, Semantic("chem.element"), Says("symbol", ask=False)]
    atomic_weight: Annotated[float, Says("standard atomic weight", unit="u", digits=3)]
    electronegativity: Annotated[float | None, Says("Pauling electronegativity", digits=2)]
    density: Annotated[float | None, Says("density at room temperature", unit="g/cm³", digits=3)]


class Members(TypedDict):
    elements: Annotated[
        list[Member],
        Says("element in group {group} of the periodic table", plural="elements in group {group} of the periodic table"),
    ]


@cache
def table(name: str) -> tuple[Row, ...]:
    """A table of mendeleev as plain rows, NaN as None, in the order of its primary key."""
    from mendeleev.fetch import fetch_table

    frame = fetch_table(name)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return tuple({str(k): v for k, v in row.items()} for row in rows)


@cache
def _by_symbol() -> dict[str, Row]:
    return {row["symbol"]: row for row in table("elements")}


def element(symbol: str) -> Row:
    """The row of an element, or `not_found`."""
    if symbol not in _by_symbol():
        raise not_found("element", symbol)
    return _by_symbol()[symbol]


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _transition(atomic_number: int) -> Row:
    """The phase transition of an element; empty where it depends on the allotrope or the element sublimes."""
    rows = [row for row in table("phasetransitions") if row["atomic_number"] == atomic_number]
    return rows[0] if len(rows) == 1 and not rows[0]["is_sublimation_point"] else {}


def _density(row: Row) -> float | None:
    """The measured density; those of astatine, francium and the elements from fermium on are only predicted."""
    number = row["atomic_number"]
    return None if number >= 100 or number in (85, 87) else row["density"]


def _coordination(code: str) -> str:
    """Shannon's Roman numeral in words: VI is 6-coordinate, IVSQ square-planar 4-coordinate."""
    shapes = {"SQ": "square-planar ", "PY": "pyramidal "}
    shape = code[-2:] if code[-2:] in shapes else ""
    numeral = code.removesuffix(shape)
    return f"{shapes.get(shape, '')}{ROMAN.index(numeral) + 1}-coordinate" if numeral in ROMAN else code


def _ion(symbol: str, row: Row) -> str:
    spin = {"HS": "high-spin ", "LS": "low-spin "}.get(row["spin"], "")
    charge = abs(int(row["charge"]))
    sign = "+" if row["charge"] > 0 else "-"
    return f"{spin}{_coordination(str(row['coordination']))} {symbol}{charge if charge > 1 else ''}{sign}"


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{symbol}",
    requires=("mendeleev",), examples=({"symbol": "Fe"}, {"symbol": "Au"}),
)  # fmt: skip
def element_properties(symbol: Symbol) -> Element:
    """Atomic number and weight, place in the periodic table, electronegativity, radius and discovery of a chemical
    element.
    """
    row = element(symbol)
    return {
        "name": row["name"].lower(), "atomic_number": row["atomic_number"], "period": row["period"],
        "group": _whole(row["group_id"]), "block": row["block"], "atomic_weight": row["atomic_weight"],
        "electronegativity": row["en_pauling"], "covalent_radius": row["covalent_radius_cordero"],
        "electron_affinity": row["electron_affinity"], "discovery_year": _whole(row["discovery_year"]), "cas": row["cas"],
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{symbol}",
    requires=("mendeleev",), examples=({"symbol": "Cu"}, {"symbol": "Hg"}),
)  # fmt: skip
def element_bulk_properties(symbol: Symbol) -> BulkProperties:
    """Density, melting and boiling point, and thermal properties of a chemical element in its standard state.

    Melting and boiling points of elements with several allotropes (C, P, S, Sn) are left out.
    """
    row = element(symbol)
    change = _transition(row["atomic_number"])
    return {
        "density": _density(row), "melting_point": change.get("melting_point"), "boiling_point": change.get("boiling_point"),
        "fusion_heat": row["fusion_heat"], "thermal_conductivity": row["thermal_conductivity"],
        "specific_heat": row["specific_heat_capacity"], "crust_abundance": row["abundance_crust"],
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{name}",
    requires=("mendeleev",), examples=({"name": "tungsten"}, {"name": "iron"}),
)  # fmt: skip
def element_by_name(
    name: Annotated[
        str, Semantic("chem.element_name"), Field(description="English name of the element", min_length=3, max_length=20)
    ],
) -> ElementOfName:
    """The symbol, atomic number and series of the chemical element with an English name."""
    row = next((row for row in table("elements") if row["name"].lower() == name.lower()), None)
    if row is None:
        raise not_found("element", name)
    series = next(s["name"] for s in table("series") if s["id"] == row["series_id"])
    return {"symbol": row["symbol"], "atomic_number": row["atomic_number"], "series": series.lower()}


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source="NIST ASD ionisation energies in mendeleev",
    about="{symbol}",
    requires=("mendeleev",), examples=({"symbol": "Na"}, {"symbol": "C"}),
)  # fmt: skip
def element_ionisation_energies(symbol: Symbol) -> Ionisations:
    """The first three ionisation energies of a chemical element in eV."""
    number = element(symbol)["atomic_number"]
    found = {
        row["ion_charge"]: row["ionization_energy"]
        for row in table("ionizationenergies") if row["atomic_number"] == number and row["ionization_energy"]
    }  # fmt: skip
    if 0 not in found:
        raise not_found("ionisation energy", symbol)
    return {"first": found[0], "second": found.get(1), "third": found.get(2), "total": len(found)}


@tool(
    domain="biological", kind="retrieval", provider="mendeleev",
    source="Shannon 1976, doi:10.1107/S0567739476001551, in mendeleev",
    about="{symbol}", requires=("mendeleev",), examples=({"symbol": "Fe"}, {"symbol": "Na"}),
)  # fmt: skip
def element_ionic_radii(symbol: Symbol) -> IonicRadii:
    """The Shannon ionic radii of an element by charge, coordination number and spin state."""
    number = element(symbol)["atomic_number"]
    rows = [row for row in table("ionicradii") if row["atomic_number"] == number]
    if not rows:
        raise not_found("ionic radius", symbol)
    rows.sort(key=lambda r: (r["charge"], str(r["coordination"]), str(r["spin"] or "")))
    radii: list[IonicRadius] = [
        {
            "label": _ion(symbol, r), "charge": int(r["charge"]), "coordination": _coordination(str(r["coordination"])),
            "ionic_radius": round(r["ionic_radius"], 2), "crystal_radius": round(r["crystal_radius"], 2),
        }
        for r in rows
    ]  # fmt: skip
    return {"radii": radii}


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{symbol}",
    requires=("mendeleev",), examples=({"symbol": "Mn"}, {"symbol": "Cl"}),
)  # fmt: skip
def element_oxidation_states(symbol: Symbol) -> OxidationStates:
    """The main oxidation states of a chemical element, in ascending order."""
    number = element(symbol)["atomic_number"]
    rows = table("oxidationstates")
    main = sorted({int(r["oxidation_state"]) for r in rows if r["atomic_number"] == number and r["category"] == "main"})
    if not main:
        raise not_found("oxidation state", symbol)
    return {"main": main, "highest": main[-1], "lowest": main[0]}


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{symbol}",
    requires=("mendeleev",), examples=({"symbol": "Fe"}, {"symbol": "Cr"}),
)  # fmt: skip
def element_electron_configuration(symbol: Symbol) -> Configuration:
    """The ground-state electron configuration of a neutral atom, with its valence and unpaired electrons."""
    from mendeleev.econf import ElectronicConfiguration

    row = element(symbol)
    text = row["electronic_configuration"]
    valence = None
    if row["block"] in "sp":  # the number is a matter of convention for transition elements
        valence = 2 if symbol == "He" else int(row["group_id"]) % 10
    return {"configuration": text, "valence": valence, "unpaired": int(ElectronicConfiguration(text).unpaired_electrons())}


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="group {group} of the periodic table",
    requires=("mendeleev",), examples=({"group": 17}, {"group": 1}),
)  # fmt: skip
def elements_of_group(
    group: Annotated[
        int, Among((1, 2, 11, 13, 14, 15, 16, 17, 18)), Field(description="Group of the periodic table", ge=1, le=18)
    ],
) -> Members:
    """The chemical elements of a group of the periodic table, by atomic number."""
    rows = [row for row in table("elements") if row["group_id"] == group]
    if not rows:
        raise bad_arguments(f"the periodic table has no group {group}")
    elements: list[Member] = [
        {
            "name": r["name"].lower(), "symbol": r["symbol"], "atomic_weight": r["atomic_weight"],
            "electronegativity": r["en_pauling"], "density": _density(r),
        }
        for r in sorted(rows, key=lambda r: r["atomic_number"])
    ]  # fmt: skip
    return {"elements": elements}
