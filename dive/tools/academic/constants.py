"""Physical constants: the CODATA 2022 values of scipy.constants.

Only constants of the current adjustment are served: scipy also keeps names of older adjustments, whose values are
superseded.
"""

from functools import cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "CODATA 2022 recommended values (NIST SRD 121) as in scipy.constants; https://physics.nist.gov/cuu/Constants/"
LIMIT = 40

Constant = Annotated[
    str, Semantic("aca.constant"), Field(description="CODATA name, such as electron mass", min_length=3, max_length=80)
]


class ConstantRecord(TypedDict):
    value: Annotated[
        float, Semantic("math.number"), Says("CODATA 2022 value, in the unit in which CODATA lists it,", scale="nominal")
    ]
    unit: Annotated[str | None, Semantic("aca.unit"), Says("unit in which CODATA lists {constant}", ask=False)]
    uncertainty: Annotated[float, Says("standard uncertainty, in the unit in which CODATA lists it,", scale="nominal")]
    relative: Annotated[float | None, Says("relative standard uncertainty", unit="parts per billion", digits=4)]
    exact: Annotated[bool, Says("exact by definition")]


class Item(TypedDict):
    constant: Annotated[str, Semantic("aca.constant"), Says("constant", names=True)]
    value: Annotated[float, Says("value", high="largest", low="smallest")]
    unit: Annotated[str, Says("unit", groups=True)]
    relative: Annotated[float | None, Says("relative standard uncertainty", unit="parts per billion", digits=4)]
    exact: Annotated[bool, Says("exact by definition")]


class Found(TypedDict):
    constants: Annotated[
        list[Item],
        Says("CODATA constant whose name contains {term}", plural="CODATA constants whose names contain {term}"),
    ]


class InUnit(TypedDict):
    constants: Annotated[list[Item], Says("CODATA constant listed in {unit}", plural="CODATA constants listed in {unit}")]


class Ratio(TypedDict):
    ratio: Annotated[float, Semantic("math.number"), Says("ratio of {numerator} to {denominator}")]
    orders: Annotated[
        float | None,
        Says("base-10 logarithm of the ratio of {numerator} to {denominator}", digits=3),
    ]


@cache
def _names() -> dict[str, str]:
    from scipy.constants import find

    return {name.casefold(): name for name in find()}


def _entry(constant: str) -> tuple[str, float, str, float]:
    from scipy.constants import physical_constants

    name = _names().get(constant.strip().casefold().removeprefix("the "))
    if name is None:
        raise not_found("CODATA 2022 constant", constant)
    value, unit, uncertainty = physical_constants[name]
    return name, float(value), str(unit), float(uncertainty)


def _relative(value: float, uncertainty: float) -> float | None:
    return abs(uncertainty / value) * 1e9 if value else None


def _items(names: list[str]) -> list[Item]:
    rows: list[Item] = []
    for name in sorted(names):
        _, value, unit, uncertainty = _entry(name)
        rows.append(
            {
                "constant": name, "value": value, "unit": unit or "dimensionless",
                "relative": _relative(value, uncertainty), "exact": uncertainty == 0,
            }
        )  # fmt: skip
    return rows


@tool(
    domain="academic", kind="retrieval", provider="scipy", source=SOURCE, about="{constant}", requires=("scipy",),
    examples=({"constant": "Planck constant"}, {"constant": "electron mass"}),
)  # fmt: skip
def constant_value(constant: Constant) -> ConstantRecord:
    """The CODATA 2022 value, unit and uncertainty of a physical constant by its CODATA name."""
    _, value, unit, uncertainty = _entry(constant)
    return {
        "value": value, "unit": unit or None, "uncertainty": uncertainty,
        "relative": _relative(value, uncertainty), "exact": uncertainty == 0,
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="scipy", source=SOURCE, requires=("scipy",),
    examples=({"term": "muon"}, {"term": "radius"}),
)  # fmt: skip
def constants_search(
    term: Annotated[
        str,
        Among(("muon", "neutron", "deuteron", "helion", "Bohr", "Planck", "Boltzmann", "radius", "wavelength",
            "triton", "tau")),
        Says("search word"), Field(description="Part of a CODATA name", min_length=2, max_length=60),
    ],
) -> Found:  # fmt: skip
    """The CODATA 2022 constants whose name contains a word, by name; too wide a word is refused."""
    from scipy.constants import find

    names = find(term)
    if not names:
        raise not_found("CODATA 2022 constant containing", term)
    if len(names) > LIMIT:
        raise bad_arguments(f"{len(names)} constants contain {term!r}; use a longer word so that at most {LIMIT} do")
    return {"constants": _items(names)}


@tool(
    domain="academic", kind="retrieval", provider="scipy", source=SOURCE, requires=("scipy",),
    examples=({"unit": "J s"}, {"unit": "kg"}),
)  # fmt: skip
def constants_by_unit(
    unit: Annotated[
        str,
        Semantic("aca.unit"),
        Field(description="Unit as CODATA writes it, such as m s^-1", min_length=1, max_length=30),
    ],
) -> InUnit:
    """The CODATA 2022 constants that are listed in a unit, by name."""
    wanted = unit.strip()
    names = [name for name in _names().values() if wanted and _entry(name)[2] == wanted]
    if not names:
        raise not_found("CODATA 2022 constant in the unit", unit)
    return {"constants": _items(names)}


@tool(
    domain="academic", kind="retrieval", provider="scipy", source=SOURCE, requires=("scipy",),
    examples=({"numerator": "proton mass", "denominator": "electron mass"},),
)  # fmt: skip
def constants_ratio(numerator: Constant, denominator: Constant) -> Ratio:
    """The ratio of two CODATA 2022 constants that are listed in the same unit."""
    from math import log10

    (one, a, unit, _), (two, b, other, _) = _entry(numerator), _entry(denominator)
    if unit != other:
        raise bad_arguments(f"{one} is in {unit or 'no unit'} but {two} in {other or 'no unit'}; a ratio needs the same unit")
    if one == two or b == 0:
        raise bad_arguments(f"the ratio of {one} to {two} says nothing")
    return {"ratio": a / b, "orders": log10(abs(a / b)) if a else None}
