"""Uber's H3 grid of hexagons on the globe (h3): the cell of a point, its size, and steps between points."""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.general.parameters import Latitude, Longitude
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "H3 hexagonal hierarchical index (Apache-2.0); https://h3geo.org/docs/core-library/restable"

Resolution = Annotated[
    int, Says("resolution"), Among((3, 4, 5, 6, 7)), Field(description="H3 resolution, 0 (coarse) to 15", ge=0, le=15)
]
Cell = Annotated[
    str, Semantic("geo.h3"), Field(description="H3 cell index of 15 hexadecimal digits", pattern=r"^[0-9a-fA-F]{15}$")
]


class CellFacts(TypedDict):
    area: Annotated[float, Says("area", unit="km²", digits=3, high="largest", low="smallest")]
    resolution: Annotated[int, Says("H3 resolution")]
    latitude: Annotated[float, Semantic("geo.latitude"), Says("latitude of the centre of the H3 cell {cell}", unit="°", digits=3)]
    longitude: Annotated[
        float, Semantic("geo.longitude"), Says("longitude of the centre of the H3 cell {cell}", unit="°", digits=3)
    ]
    parent: Annotated[str | None, Semantic("geo.h3"), Says("next coarser cell that contains the H3 cell {cell}")]


@cache
def _h3() -> Any:
    import h3

    return h3


@tool(
    domain="general",
    kind="processing",
    provider="h3",
    source=SOURCE,
    about="latitude {latitude} and longitude {longitude}",
    requires=("h3",),
    examples=({"latitude": 51.51, "longitude": -0.13, "resolution": 5},),
)
def h3_cell_at(
    latitude: Latitude, longitude: Longitude, resolution: Resolution
) -> Annotated[
    str,
    Semantic("geo.h3"),
    Says("H3 cell at resolution {resolution} that contains latitude {latitude} and longitude {longitude}"),
]:
    """The index of the H3 cell of a given resolution that contains a point."""
    return str(_h3().latlng_to_cell(latitude, longitude, resolution))


@tool(
    domain="general",
    kind="processing",
    provider="h3",
    source=SOURCE,
    about="the H3 cell {cell}",
    requires=("h3",),
    examples=({"cell": "85194ad3fffffff"},),
)
def h3_cell_facts(cell: Cell) -> CellFacts:
    """Area, resolution, centre and parent of an H3 cell."""
    h3, index = _h3(), cell.lower()
    if not h3.is_valid_cell(index):
        raise not_found("H3 cell", cell)
    latitude, longitude = h3.cell_to_latlng(index)
    resolution = h3.get_resolution(index)
    return {
        "area": round(h3.cell_area(index, unit="km^2"), 9),
        "resolution": resolution,
        "latitude": round(latitude, 6),
        "longitude": round(longitude, 6),
        "parent": h3.cell_to_parent(index, resolution - 1) if resolution else None,
    }


@tool(
    domain="general",
    kind="processing",
    provider="h3",
    source=SOURCE,
    about="the two cells",
    requires=("h3",),
    examples=({"cell": "85194ad3fffffff", "other": "85194adbfffffff"},),
)
def h3_steps(
    cell: Cell, other: Cell
) -> Annotated[int, Says("number of grid steps between the H3 cells {cell} and {other}", unit="steps")]:
    """The least number of steps from one H3 cell to another of the same resolution through neighbouring cells."""
    h3, pair = _h3(), (cell.lower(), other.lower())
    if not all(map(h3.is_valid_cell, pair)):
        raise not_found("H3 cell", cell if not h3.is_valid_cell(pair[0]) else other)
    try:
        return int(h3.grid_distance(*pair))
    except h3.H3BaseException:
        raise bad_arguments("the cells differ in resolution or lie too far apart to count steps") from None
