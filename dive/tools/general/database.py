"""Typed queries over the tables of the database (DuckDB): what they hold, and statistics of a column.

A column is written with its table, `states.murder`, so that one argument says all. The queries are built from the
names in `tables`, never from text of the caller. Rows are told apart by the table's label column and grouped by its
category column; `describe_table` names both.
"""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.general.tables import LIBRARIES, SOURCE, Table, connection, table_named, tables
from dive.tools.tool import Among, Says, Semantic, tool

TableName = Annotated[
    str, Semantic("db.table"), Field(description="Table of the database, such as states; list_tables names them", max_length=60)
]
Column = Annotated[
    str,
    Semantic("db.column"),
    Field(description="Column of numbers with its table, such as states.murder", max_length=120),
]
Category = Annotated[
    str,
    Semantic("db.category"),
    Field(description="Column of texts with its table, such as airports.country", max_length=120),
]


class TableItem(TypedDict):
    name: Annotated[str, Semantic("db.table"), Says("table", names=True)]
    rows: Annotated[int, Says("number of rows", high="largest", low="smallest")]
    columns: Annotated[int, Says("number of columns", high="largest", low="smallest")]


class ColumnItem(TypedDict):
    name: Annotated[str, Semantic("db.column"), Says("column", names=True)]
    distinct: Annotated[int, Says("number of different values", high="largest", low="smallest")]
    missing: Annotated[int, Says("number of missing values", high="largest", low="smallest")]


class TableFacts(TypedDict):
    rows: Annotated[int, Says("number of rows", unit="rows", high="largest", low="smallest")]
    numeric: Annotated[list[ColumnItem], Says("column of numbers in {table}", plural="columns of numbers in {table}")]
    texts: Annotated[list[str], Semantic("db.category"), Says("column of texts in {table}", plural="columns of texts in {table}")]
    label: Annotated[str | None, Says("column by which rows are told apart", ask=False)]
    category: Annotated[str | None, Says("column by which rows are grouped", ask=False)]


class ColumnFacts(TypedDict):
    count: Annotated[int, Says("number of values that are not missing", high="largest", low="smallest")]
    distinct: Annotated[int, Says("number of different values", high="largest", low="smallest")]
    minimum: Annotated[float, Says("smallest value", scale="nominal")]
    maximum: Annotated[float, Says("largest value", scale="nominal")]
    mean: Annotated[float, Says("mean", scale="nominal")]
    median: Annotated[float, Says("median", scale="nominal")]
    deviation: Annotated[float | None, Says("sample standard deviation", scale="nominal")]
    total: Annotated[float, Says("sum of all values in {column}", scale="nominal")]


class Spread(TypedDict):
    above_mean: Annotated[int, Says("number of rows in which {column} is above its mean", unit="rows")]
    quartile_range: Annotated[float, Says("interquartile range (linear interpolation) of {column}", scale="nominal")]
    outliers: Annotated[
        int, Says("number of rows in which {column} is more than 1.5 interquartile ranges outside of its quartiles", unit="rows")
    ]
    skewness: Annotated[float | None, Says("sample skewness of {column} (bias-corrected)", digits=3)]


class Quantile(TypedDict):
    value: Annotated[float, Says("{percent}% quantile of {column} (linear interpolation)", scale="nominal")]
    above: Annotated[int, Says("number of rows in which {column} is above its {percent}% quantile", unit="rows")]


class RankedRow(TypedDict):
    row: Annotated[str, Says("row", names=True)]
    value: Annotated[float, Says("value")]


class RankedRows(TypedDict):
    rows: Annotated[
        list[RankedRow],
        Says("row among the ten with the largest values in {column}", plural="ten rows with the largest values in {column}"),
    ]
    share: Annotated[float | None, Says("share of the ten largest values in the sum of {column}", unit="%", digits=1)]


class Value(TypedDict):
    value: Annotated[str, Says("value", names=True)]
    rows: Annotated[int, Says("number of rows", high="largest", low="smallest")]


class Values(TypedDict):
    values: Annotated[
        list[Value],
        Says("value among the fifteen most frequent in {column}", plural="most frequent values (fifteen at most) in {column}"),
    ]
    distinct: Annotated[int, Says("number of different values", high="largest", low="smallest")]
    single: Annotated[int, Says("number of values that occur only once in {column}")]


class Group(TypedDict):
    group: Annotated[str, Says("category", names=True)]
    rows: Annotated[int, Says("number of rows", high="largest", low="smallest")]
    mean: Annotated[float, Says("mean of {column}")]
    maximum: Annotated[float, Says("largest value of {column}")]


class Groups(TypedDict):
    groups: Annotated[
        list[Group],
        Says(
            "category (with three or more rows each) of the table that {column} is in",
            plural="categories (with three or more rows each) of the table that {column} is in",
        ),
    ]


class Joined(TypedDict):
    rows: Annotated[int, Says("number of rows in which both {column} and {other} have a value", unit="rows")]
    pearson: Annotated[float, Says("Pearson correlation of {column} and {other}", digits=3)]
    slope: Annotated[float, Says("slope of the least-squares line of {other} on {column}", digits=4)]


def _column(name: str, text: bool = False) -> tuple[Table, str]:
    """The table and the quoted column behind `table.column`."""
    table_name, _, column = name.partition(".")
    table = table_named(table_name)
    if column not in table.columns:
        raise not_found(f"column of {table_name} (it has {', '.join(table.columns)})", column)
    if (column in _texts(table)) is not text:
        raise bad_arguments(f"{name} holds {'numbers' if text else 'texts'}")
    return table, f'"{column}"'


def _texts(table: Table) -> list[str]:
    rows = connection().execute(f'DESCRIBE "{table.name}"').fetchall()
    return [row[0] for row in rows if row[1] == "VARCHAR"]


def _one(query: str, *values: Any) -> tuple[Any, ...]:
    row = connection().execute(query, list(values)).fetchone()
    return tuple(row)


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, requires=LIBRARIES, examples=({},),
)  # fmt: skip
def list_tables() -> Annotated[list[TableItem], Says("table of the database")]:
    """The tables of the database by name, with their numbers of rows and columns."""
    return [
        {"name": name, "rows": _one(f'SELECT count(*) FROM "{name}"')[0], "columns": len(table.columns)}
        for name, table in sorted(tables().items())
    ]


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{table}", requires=LIBRARIES,
    examples=({"table": "states"}, {"table": "iris"}),
)  # fmt: skip
def describe_table(table: TableName) -> TableFacts:
    """Rows of a table, its columns of numbers with different and missing values, its columns of texts, and which of
    them tells rows apart and which groups them."""
    found = table_named(table)
    texts = _texts(found)
    items: list[ColumnItem] = []
    for column in found.columns:
        if column not in texts:
            distinct, missing = _one(f'SELECT count(DISTINCT "{column}"), count(*) - count("{column}") FROM "{table}"')
            items.append({"name": f"{table}.{column}", "distinct": distinct, "missing": missing})
    return {
        "rows": _one(f'SELECT count(*) FROM "{table}"')[0],
        "numeric": items,
        "texts": [f"{table}.{column}" for column in texts],
        "label": found.label or None,
        "category": found.category or None,
    }


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{column}", requires=LIBRARIES,
    examples=({"column": "states.murder"}, {"column": "iris.petal_length"}),
)  # fmt: skip
def column_statistics(column: Column) -> ColumnFacts:
    """Count, different values, extremes, mean, median, sample standard deviation and sum of a column of numbers."""
    table, name = _column(column)
    row = _one(
        f"SELECT count({name}), count(DISTINCT {name}), min({name}), max({name}), avg({name}), median({name}), "
        f'stddev_samp({name}), sum({name}) FROM "{table.name}"'
    )
    keys = ("count", "distinct", "minimum", "maximum", "mean", "median", "deviation", "total")
    return ColumnFacts(**{key: _plain(value) for key, value in zip(keys, row, strict=True)})  # type: ignore[typeddict-item]


def _plain(value: Any) -> Any:
    """Whole numbers as they are, others to twelve digits, which the order of adding up does not reach."""
    return value if value is None or isinstance(value, int) else float(f"{float(value):.12g}")


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{column}", requires=LIBRARIES,
    examples=({"column": "states.violent"},),
)  # fmt: skip
def column_spread(column: Column) -> Spread:
    """Rows above the mean, interquartile range, Tukey's outliers and skewness of a column of numbers."""
    table, name = _column(column)
    low, high, mean, skewness = _one(
        f"SELECT quantile_cont({name}, 0.25), quantile_cont({name}, 0.75), avg({name}), "
        f'CASE WHEN stddev_samp({name}) > 0 AND count({name}) > 2 THEN skewness({name}) END FROM "{table.name}"'
    )
    fence = 1.5 * (high - low)
    above, outliers = _one(
        f'SELECT count(*) FILTER ({name} > ?), count(*) FILTER ({name} < ? OR {name} > ?) FROM "{table.name}"',
        mean, low - fence, high + fence,
    )  # fmt: skip
    return {
        "above_mean": above,
        "quartile_range": _plain(float(high - low)),
        "outliers": outliers,
        "skewness": _plain(skewness),
    }


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{column}", requires=LIBRARIES,
    examples=({"column": "countries.area", "percent": 90},),
)  # fmt: skip
def column_quantile(
    column: Column,
    percent: Annotated[int, Among((10, 20, 75, 80, 90, 95)), Field(description="Share below, in percent", ge=1, le=99)],
) -> Quantile:
    """A quantile of a column of numbers by linear interpolation, and the rows above it."""
    table, name = _column(column)
    (value,) = _one(f'SELECT quantile_cont({name}, ?::DOUBLE) FROM "{table.name}"', percent / 100)
    (above,) = _one(f'SELECT count(*) FROM "{table.name}" WHERE {name} > ?', value)
    return {"value": _plain(float(value)), "above": above}


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{column}", requires=LIBRARIES,
    examples=({"column": "countries.area"}, {"column": "states.murder"}),
)  # fmt: skip
def top_rows(column: Column) -> RankedRows:
    """The ten rows with the largest values of a column, largest first, and their share in its sum. The table must have
    a column that tells its rows apart."""
    table, name = _column(column)
    if not table.label or name == f'"{table.label}"':
        raise bad_arguments(f"the rows of {table.name} have no names of their own to be listed by")
    rows = connection().execute(
        f'SELECT "{table.label}", {name} FROM "{table.name}" WHERE {name} IS NOT NULL '
        f'ORDER BY {name} DESC, "{table.label}" LIMIT 10'
    ).fetchall()  # fmt: skip
    total, least = _one(f'SELECT sum({name}), min({name}) FROM "{table.name}"')
    share = 100 * sum(row[1] for row in rows) / total if least >= 0 and total else None
    return {"rows": [{"row": str(row[0]), "value": float(row[1])} for row in rows], "share": _plain(share)}


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{column}", requires=LIBRARIES,
    examples=({"column": "airports.country"}, {"column": "elements.block"}),
)  # fmt: skip
def column_values(column: Category) -> Values:
    """Different values of a column of texts, how many occur once, and the fifteen most frequent with their rows."""
    table, name = _column(column, text=True)
    rows = connection().execute(
        f'SELECT {name}, count(*) AS n FROM "{table.name}" WHERE {name} IS NOT NULL GROUP BY ALL ORDER BY n DESC, {name}'
    ).fetchall()  # fmt: skip
    values: list[Value] = [{"value": value, "rows": count} for value, count in rows[:15]]
    return {"values": values, "distinct": len(rows), "single": sum(count == 1 for _, count in rows)}


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="{column}", requires=LIBRARIES,
    examples=({"column": "iris.petal_length"}, {"column": "countries.area"}),
)  # fmt: skip
def group_statistics(column: Column) -> Groups:
    """Rows, mean and maximum of a column in each category of its table, largest mean first; categories of fewer than
    three rows and, beyond the first forty, the rest are left out."""
    table, name = _column(column)
    if not table.category or name == f'"{table.category}"':
        raise bad_arguments(f"{table.name} has no categories")
    rows = connection().execute(
        f'SELECT "{table.category}", count({name}), avg({name}), max({name}) FROM "{table.name}" GROUP BY ALL '
        f'HAVING count({name}) >= 3 ORDER BY avg({name}) DESC, 1 LIMIT 40'
    ).fetchall()  # fmt: skip
    groups: list[Group] = [
        {"group": str(group), "rows": count, "mean": _plain(float(mean)), "maximum": float(most)}
        for group, count, mean, most in rows
    ]
    return {"groups": groups}


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about="the two columns", requires=LIBRARIES,
    examples=({"column": "states.murder", "other": "states.poverty"}, {"column": "sea.july", "other": "sunspots.spots"}),
)  # fmt: skip
def column_correlation(column: Column, other: Column) -> Joined:
    """Pearson correlation and least-squares slope of two columns of one table, or of two tables whose rows have the same
    kind of names (states, years), which are then joined by them."""
    (first, one), (second, two) = _column(column), _column(other)
    if column == other:
        raise bad_arguments("two different columns are needed")
    if first.name == second.name:
        source = f'SELECT {one} AS x, {two} AS y FROM "{first.name}"'
    elif first.label and first.label == second.label:
        source = f'SELECT a.{one} AS x, b.{two} AS y FROM "{first.name}" a JOIN "{second.name}" b USING ("{first.label}")'
    else:
        raise bad_arguments(f"the rows of {first.name} and {second.name} cannot be matched")
    rows, pearson, slope = _one(
        f"SELECT count(*), corr(x, y), regr_slope(y, x) FROM ({source}) WHERE x IS NOT NULL AND y IS NOT NULL"
    )
    if rows < 3 or pearson is None or pearson != pearson:
        raise bad_arguments("fewer than three rows match, or one column does not vary among them")
    return {"rows": rows, "pearson": _plain(pearson), "slope": _plain(slope)}
