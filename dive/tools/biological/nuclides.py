"""Nuclides: masses, abundances, half-lives and decay modes in the isotope tables of mendeleev (AME, NUBASE, IUPAC).

A nuclide is named as people say it, "carbon-14". A half-life is given in years, days, hours or seconds,
whichever is the largest unit
that is not below one, so that exactly one of these fields is filled.
"""

import re
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.biological.elements import Row, element, table
from dive.tools.biological.inputs import Symbol
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "mendeleev isotope tables (NUBASE, AME, IUPAC); https://mendeleev.readthedocs.io/en/stable/data.html"
YEAR = 365.2422 * 86400  # NUBASE's year
SECONDS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0, "second": 1.0, "sec": 1.0, "year": YEAR}
PREFIXES = {
    "y": 1e-24, "z": 1e-21, "a": 1e-18, "f": 1e-15, "p": 1e-12, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6,
    "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18, "Z": 1e21, "Y": 1e24,
}  # fmt: skip
MODES = {
    "B-": "beta-minus decay", "B+": "beta-plus decay or electron capture", "e+": "positron emission", "EC": "electron capture",
    "A": "alpha decay", "SF": "spontaneous fission", "n": "neutron emission", "p": "proton emission",
    "IT": "isomeric transition",
    "2B-": "double beta-minus decay", "2p": "two-proton emission", "2n": "two-neutron emission", "e+ + EC": "beta-plus decay",
    "2B+": "double beta-plus decay", "2EC": "double electron capture",
}  # fmt: skip

Nuclide = Annotated[
    str, Semantic("chem.nuclide"), Field(description="Nuclide as element name and mass number, such as carbon-14", max_length=20)
]


class Isotope(TypedDict):
    nuclide: Annotated[str, Semantic("chem.nuclide"), Says("name", names=True)]
    abundance: Annotated[float, Says("natural abundance", unit="%", digits=2)]
    mass: Annotated[float, Says("atomic mass", unit="u", digits=4, high="largest", low="smallest")]
    radioactive: Annotated[bool, Says("radioactive")]


class Isotopes(TypedDict):
    isotopes: Annotated[
        list[Isotope], Says("naturally occurring isotope of {symbol}", plural="naturally occurring isotopes of {symbol}")
    ]
    known: Annotated[int, Says("number of known isotopes")]


class NuclideFacts(TypedDict):
    element: Annotated[str, Semantic("chem.element"), Says("element of which {nuclide} is an isotope", ask=False)]
    mass: Annotated[float, Semantic("chem.molar_mass"), Says("atomic mass", unit="u", digits=4, passed_on=False)]
    neutrons: Annotated[int, Says("number of neutrons in the nucleus")]
    spin: Annotated[str | None, Says("nuclear spin", ask=False)]
    discovery_year: Annotated[int | None, Says("year of discovery", high="latest", low="earliest")]


class Decay(TypedDict):
    half_life_years: Annotated[float | None, Says("half-life", unit="years", high="longest", low="shortest")]
    half_life_days: Annotated[float | None, Says("half-life", unit="days", high="longest", low="shortest")]
    half_life_hours: Annotated[float | None, Says("half-life", unit="hours", high="longest", low="shortest")]
    half_life_seconds: Annotated[float | None, Says("half-life", unit="seconds", high="longest", low="shortest")]
    mode: Annotated[str | None, Says("main decay mode")]


class Remaining(TypedDict):
    percent: Annotated[float, Says("share of the initial activity of {nuclide} that is left after {days}", unit="%", digits=2)]


def _seconds(row: Row) -> float | None:
    value, unit = row["half_life"], row["half_life_unit"]
    if value is None or unit is None:
        return None
    for name, seconds in SECONDS.items():
        if unit == name:
            return float(value) * seconds
        if unit.endswith(name) and unit[: -len(name)] in PREFIXES:
            return float(value) * PREFIXES[unit[: -len(name)]] * seconds
    return None


def _nuclide(nuclide: str) -> tuple[Row, Row]:
    """Element and isotope rows of "carbon-14"."""
    match = re.fullmatch(r"([A-Za-z]+)[- ](\d{1,3})", nuclide.strip())
    if match is None:
        raise bad_arguments(f"{nuclide!r} is not a nuclide: write element name, hyphen and mass number, as in carbon-14")
    name, mass = match[1].lower(), int(match[2])
    of = next((row for row in table("elements") if row["name"].lower() == name or row["symbol"] == match[1]), None)
    if of is None:
        raise not_found("element", match[1])
    for row in table("isotopes"):
        if row["atomic_number"] == of["atomic_number"] and row["mass_number"] == mass:
            return of, row
    raise not_found("nuclide", nuclide)


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{symbol}",
    requires=("mendeleev",), examples=({"symbol": "Fe"}, {"symbol": "Sn"}),
)  # fmt: skip
def element_isotopes(symbol: Symbol) -> Isotopes:
    """The naturally occurring isotopes of an element with abundance and atomic mass, by mass number."""
    of = element(symbol)
    rows = [row for row in table("isotopes") if row["atomic_number"] == of["atomic_number"]]
    natural = sorted((row for row in rows if row["abundance"]), key=lambda row: int(row["mass_number"]))
    if not natural:
        raise not_found("naturally occurring isotope", symbol)
    isotopes: list[Isotope] = [
        {
            "nuclide": f"{of['name'].lower()}-{row['mass_number']}", "abundance": row["abundance"],
            "mass": row["mass"], "radioactive": bool(row["is_radioactive"]),
        }
        for row in natural
    ]  # fmt: skip
    return {"isotopes": isotopes, "known": len(rows)}


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{nuclide}",
    requires=("mendeleev",), examples=({"nuclide": "carbon-14"}, {"nuclide": "uranium-235"}),
)  # fmt: skip
def nuclide_properties(nuclide: Nuclide) -> NuclideFacts:
    """Atomic mass, neutron number, nuclear spin and year of discovery of a nuclide."""
    of, row = _nuclide(nuclide)
    return {
        "element": of["symbol"], "mass": row["mass"], "neutrons": int(row["mass_number"]) - int(of["atomic_number"]),
        "spin": row["spin"], "discovery_year": None if row["discovery_year"] is None else int(row["discovery_year"]),
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE, about="{nuclide}",
    requires=("mendeleev",), examples=({"nuclide": "iodine-131"}, {"nuclide": "carbon-14"}),
)  # fmt: skip
def nuclide_decay(nuclide: Nuclide) -> Decay:
    """Half-life (in the largest fitting unit of years, days, hours and seconds) and main decay mode of a radioactive
    nuclide.
    """
    _, row = _nuclide(nuclide)
    seconds = _seconds(row)
    if seconds is None:
        raise not_found("half-life", nuclide)
    modes = [m for m in table("isotopedecaymodes") if m["isotope_id"] == row["id"] and m["intensity"] is not None]
    modes.sort(key=lambda m: (-m["intensity"], m["id"]))
    units = {"years": YEAR, "days": 86400.0, "hours": 3600.0, "seconds": 1.0}
    unit = next((name for name, size in units.items() if seconds >= size), "seconds")
    values: dict[str, Any] = {name: float(f"{seconds / size:.6g}") if name == unit else None for name, size in units.items()}
    return {
        "half_life_years": values["years"], "half_life_days": values["days"], "half_life_hours": values["hours"],
        "half_life_seconds": values["seconds"], "mode": MODES.get(modes[0]["mode"]) if modes else None,
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="mendeleev", source=SOURCE + "; exponential decay law",
    about="{nuclide}", requires=("mendeleev",),
    examples=({"nuclide": "iodine-131", "days": 24.0}, {"nuclide": "cobalt-60", "days": 365.0}),
)  # fmt: skip
def nuclide_activity_left(
    nuclide: Nuclide,
    days: Annotated[
        float, Says("time", unit="days"), Among((1, 2, 7, 10, 14, 24, 30, 60, 90, 180, 365, 730)),
        Field(description="Time that has passed, in days", gt=0, le=1_000_000),
    ],
) -> Remaining:  # fmt: skip
    """The percentage of a radioactive nuclide's initial activity that is left after some days."""
    _, row = _nuclide(nuclide)
    seconds = _seconds(row)
    if seconds is None:
        raise not_found("half-life", nuclide)
    return {"percent": 100 * 0.5 ** (days * 86400 / seconds)}
