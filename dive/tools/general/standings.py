"""Where one thing stands among all of its kind: a family of queries over the database, one row of `KINDS` each.

Each tool finds a row by its name and ranks it by a measure: its place, the share of rows below it, and the rows next
to it. The rows are those of one table of `tables`, so a question names that table.
"""

from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.general.parameters import City, CountryName, Iata
from dive.tools.general.tables import LIBRARIES, SOURCE, connection
from dive.tools.tool import Says, Semantic, Tool, tool

ElementName = Annotated[
    str, Semantic("chem.element_name"), Field(description="English name of an element, such as iron", max_length=40)
]
StateName = Annotated[str, Semantic("aca.us_state"), Field(description="State of the United States, such as Ohio", max_length=60)]
Hint: TypeAlias = Any
"""A type as a value: the annotations of these tools are put together."""


class Kind(NamedTuple):
    """A kind of thing: its table, how its rows are called, and the measures by which they are ranked."""

    noun: str
    plural: str
    table: str
    key: Hint
    measures: dict[str, str]
    """The words for a measure, and its column."""
    example: tuple[str, str]


KINDS = (
    Kind(
        "country", "countries", "countries", CountryName,
        {"area": "area", "population": "population", "population density": "density"}, ("Chile", "area"),
    ),
    Kind(
        "city", "cities", "cities", City,
        {"population": "population"}, ("Lagos", "population"),
    ),
    Kind(
        "airport", "airports", "airports", Iata,
        {"elevation": "elevation"}, ("DEN", "elevation"),
    ),
    Kind(
        "element", "elements", "elements", ElementName,
        {
            "density": "density", "Pauling electronegativity": "electronegativity", "specific heat capacity": "heat_capacity",
            "thermal conductivity": "thermal_conductivity", "abundance in the Earth's crust": "abundance",
        },
        ("iron", "density"),
    ),
    Kind(
        "state", "US states", "states", StateName,
        {
            "murder rate": "murder", "rate of violent crime": "violent", "poverty rate": "poverty",
            "share of high-school graduates": "graduates", "share of urban population": "urban",
        },
        ("Ohio", "murder rate"),
    ),
)  # fmt: skip


def _record(kind: Kind) -> Hint:
    """The result of a kind: its phrases name the kind and its table."""
    those = f"the {kind.plural} in the table {kind.table}"
    noun = kind.plural.removesuffix("ies") + "y" if kind.plural.endswith("ies") else kind.plural.removesuffix("s")
    fields: dict[str, Hint] = {
        "rank": Annotated[int, Says(f"rank of {{name}} by {{measure}} among {those} (1 is the largest)", scale="ordinal")],
        "among": Annotated[
            int, Says(f"number of {kind.plural} in the table {kind.table} with a value for {{measure}}", ask=False)
        ],
        "below": Annotated[
            float, Says(f"percentage of {those} that have a smaller {{measure}} than {{name}}", unit="%", digits=1)
        ],
        "to_median": Annotated[
            float | None,
            Says(f"ratio of the {{measure}} of {{name}} to the median {{measure}} of {those}", digits=2, scale="ratio"),
        ],
        "next_larger": Annotated[
            str | None, Says(f"{noun} with the next larger {{measure}} after {{name}} in the table {kind.table}")
        ],
        "next_smaller": Annotated[
            str | None, Says(f"{noun} with the next smaller {{measure}} after {{name}} in the table {kind.table}")
        ],
    }
    return TypedDict(f"{kind.noun.title()}Standing", fields)  # type: ignore[operator]


def _standing(kind: Kind, name: str, measure: str) -> dict[str, Any]:
    column, label = f'"{kind.measures[measure]}"', f'"{"iata" if kind.table == "airports" else kind.noun}"'
    base = connection()
    rows = f'(SELECT {label} AS name, {column} AS value FROM "{kind.table}" WHERE {column} IS NOT NULL)'
    own = base.execute(f"SELECT value FROM {rows} WHERE lower(name) = lower(?)", [name]).fetchone()
    if own is None:
        raise not_found(f"{kind.noun} with a {measure} in the table {kind.table}", name)
    value = own[0]
    larger, smaller, among, median = base.execute(
        "SELECT count(*) FILTER (value > $v), count(*) FILTER (value < $v), count(*), median(value) "
        f"FROM {rows}", {"v": value},
    ).fetchone()  # fmt: skip
    above = base.execute(f"SELECT name FROM {rows} WHERE value > ? ORDER BY value, name LIMIT 1", [value]).fetchone()
    below = base.execute(f"SELECT name FROM {rows} WHERE value < ? ORDER BY value DESC, name LIMIT 1", [value]).fetchone()
    return {
        "rank": larger + 1,
        "among": among,
        "below": round(100 * smaller / among, 6),
        "to_median": float(f"{value / median:.10g}") if median > 0 and value >= 0 else None,
        "next_larger": above[0] if above else None,
        "next_smaller": below[0] if below else None,
    }


def _made(kind: Kind) -> Tool:
    def standing(name, measure):  # type: ignore[no-untyped-def]
        return _standing(kind, name, measure)

    standing.__name__ = f"{kind.noun}_standing"
    standing.__doc__ = (
        f"Rank of one of the {kind.plural} in the table {kind.table} by a measure, how many have a value, the percentage below, "
        "the ratio to the median, and the rows with the next larger and smaller values."
    )
    measures = Literal[tuple(kind.measures)]  # type: ignore[valid-type]
    standing.__annotations__ = {
        "name": kind.key,
        "measure": Annotated[measures, Field(description="What the rows are ranked by")],
        "return": _record(kind),
    }
    name, measure = kind.example
    return tool(
        domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{name}", requires=LIBRARIES,
        examples=({"name": name, "measure": measure},),
    )(standing)  # fmt: skip


country_standing, city_standing, airport_standing, element_standing, state_standing = map(_made, KINDS)
