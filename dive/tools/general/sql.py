"""Free SQL, one SELECT at a time, that can only read: over the DuckDB of `tables`, and over SQLite files of libraries.

What a statement may do is decided on what the engine's own parser made of it, not on its text: DuckDB's syntax tree may
name only the tables here and functions whose value depends on their arguments alone; SQLite asks an authorizer before
each action. Time, memory and rows are bounded. Rows without an ORDER BY come sorted, since SQL gives them no order.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache
from threading import Timer
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.general.tables import LIBRARIES, SOURCE, connection, library_file, tables
from dive.tools.tool import Says, Semantic, tool

SECONDS = 10.0
"""Longest time of a DuckDB statement."""
STEPS = 40_000
"""Longest time of a SQLite statement, in thousands of its instructions: the same everywhere, unlike seconds."""
MAX_ROWS = 100
DATABASES = {
    "elements.db": "mendeleev mendeleev/elements.db",
    "cpi.db": "cpi cpi/cpi.db",
    "proj.db": "pyproj pyproj/proj_dir/share/proj/proj.db",
}

Query = Annotated[str, Field(description="One SELECT statement", min_length=6, max_length=4_000)]
Database = Annotated[
    str, Semantic("db.database"), Field(description="SQLite database: elements.db, cpi.db or proj.db", max_length=40)
]


class Rows(TypedDict):
    columns: Annotated[list[str], Says("column", ask=False)]
    rows: Annotated[list[dict[str, str | int | float | None]], Says("row", ask=False)]
    count: Annotated[int, Says('number of rows that "{query}" gives', unit="rows")]


class DatabaseTable(TypedDict):
    name: Annotated[str, Says("table", names=True)]
    rows: Annotated[int, Says("number of rows", high="largest", low="smallest")]
    columns: Annotated[int, Says("number of columns", high="largest", low="smallest")]


class DatabaseTables(TypedDict):
    tables: Annotated[list[DatabaseTable], Says("table of {database}", plural="tables of {database}")]
    rows: Annotated[int, Says("total number of rows in all tables", unit="rows", high="largest", low="smallest")]


@tool(
    domain="general", kind="retrieval", provider="duckdb", source=SOURCE, about='"{query}"', requires=LIBRARIES,
    deadline=30.0, examples=({"query": "SELECT species, count(*) FROM iris GROUP BY species ORDER BY species"},),
)  # fmt: skip
def run_sql(query: Query) -> Rows:
    """Rows of one SELECT statement (DuckDB) over the tables that list_tables names; at most 100 are returned."""
    ordered = _check_select(query)
    base = connection()
    timer = Timer(SECONDS, base.interrupt)
    timer.start()
    import duckdb

    try:
        base.execute("BEGIN TRANSACTION READ ONLY")
        done = base.execute(query)
        names = [column[0] for column in done.description]
        rows = done.fetchmany(20_001)
    except duckdb.InterruptException:
        raise ToolError("timeout", f"the statement took more than {SECONDS:g} s") from None
    except duckdb.OutOfMemoryException:
        raise ToolError("too_large", "the statement needs more memory than there is") from None
    except duckdb.PermissionException as error:
        raise ToolError("denied", str(error)[:300]) from None
    except (duckdb.Error, OverflowError, ValueError) as error:
        raise bad_arguments(str(error).splitlines()[0][:300]) from None
    finally:
        timer.cancel()
        timer.join()
        base.execute("ROLLBACK")
    return _rows(names, rows, ordered)


def _rows(names: Sequence[str], rows: Sequence[Sequence[Any]], ordered: bool) -> Rows:
    if len(set(names)) < len(names):
        raise bad_arguments("two columns have the same name; name them with AS")
    if len(rows) > 20_000:
        raise ToolError("too_large", "the statement gives more than 20,000 rows; count or limit them")
    plain = [[_cell(value) for value in row] for row in rows]
    if not ordered:
        plain.sort(key=lambda row: [(value is not None, isinstance(value, str), value or 0) for value in row])
    return {"columns": list(names), "rows": [dict(zip(names, row, strict=True)) for row in plain[:MAX_ROWS]], "count": len(plain)}


def _cell(value: Any) -> str | float | None:
    """A value as JSON has it: what is neither number nor text nor missing is written out."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, bytes):
        return value[:500].hex()
    if hasattr(value, "is_finite"):
        return float(value)
    return str(value)[:1_000]


def _check_select(query: str) -> bool:
    """Whether a statement is ordered; `denied` where it is more than one SELECT over tables with pure functions."""
    if not query.isprintable() and any(ord(c) < 32 and c not in "\n\t\r" for c in query):
        raise bad_arguments("a statement has no control characters")
    (text,) = connection().execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    parsed = json.loads(text)
    if parsed.get("error"):
        message = str(parsed.get("error_message", ""))[:300]
        raise ToolError("denied" if "SELECT" in message else "bad_arguments", f"only one SELECT statement is answered: {message}")
    if len(parsed["statements"]) != 1:
        raise ToolError("denied", "only one SELECT statement is answered")
    node = parsed["statements"][0]["node"]
    named = {entry["key"].casefold() for part in _nodes(node) for entry in part.get("cte_map", {}).get("map", [])}
    for part in _nodes(node):
        _check_node(part, named | set(tables()))
    return any(modifier["type"] == "ORDER_MODIFIER" for modifier in node.get("modifiers", ()))


def _check_node(part: dict[str, Any], named: set[str]) -> None:
    kind = str(part.get("type"))
    if part.get("sample") or kind in ("SHOW_REF", "COLUMN_DATA", "PIVOT"):
        raise ToolError("denied", f"{'SAMPLE' if part.get('sample') else kind} is not allowed")
    if kind.endswith("_NODE") and kind not in _READING:
        raise ToolError("denied", f"{kind} is not allowed; a statement can only read")
    if kind == "COLUMN_REF" and part.get("column_names", [""])[-1].casefold() in _clock_words():
        raise ToolError("denied", f"{part['column_names'][-1]} is not allowed")
    if kind == "BASE_TABLE":
        path = part.get("qualified_name", {}).get("path") or [part.get("table_name", "")]
        if len(path) != 1 or path[0].casefold() not in named or part.get("schema_name") or part.get("catalog_name"):
            raise ToolError("denied", f"there is no table {'.'.join(path)}; list_tables names them")
    elif kind == "TABLE_FUNCTION" and part["function"].get("function_name", "").casefold() not in _SERIES:
        raise ToolError("denied", f"the table function {part['function'].get('function_name')} is not allowed")
    name = part.get("function_name")
    if isinstance(name, str) and name.casefold() not in _pure_functions():
        raise ToolError("denied", f"the function {name} is not allowed")


_READING = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_SERIES = frozenset({"range", "generate_series", "unnest"})


@cache
def _clock_words() -> frozenset[str]:
    """Names that stand for functions although they are written without parentheses."""
    words = "date time timestamp user role schema catalog database".split()
    return frozenset({*(f"current_{word}" for word in words), "localtime", "localtimestamp", "session_user", "user"})


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    stack = [part]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            yield here
            stack.extend(here.values())
        elif isinstance(here, list):
            stack.extend(here)


_REFUSED = (
    "pg_", "has_", "current_", "duckdb_", "pragma_", "json_execute", "add_", "getenv", "version", "query", "read_", "write_",
    "glob", "age", "ago", "reservoir_quantile", "session_user", "user", "inet_", "get_", "col_description", "obj_description",
    "shobj_description", "in_", "vertex_extract",
)  # fmt: skip
"""How functions begin that look at the engine, the session or the clock although they are declared pure."""


@cache
def _pure_functions() -> frozenset[str]:
    """Functions of DuckDB whose value depends on their arguments alone and that read nothing."""
    rows = connection().execute(
        "SELECT function_name, function_type, bool_and(coalesce(stability, 'CONSISTENT') = 'CONSISTENT') "
        "FROM duckdb_functions() GROUP BY ALL"
    )
    kinds = ("scalar", "aggregate", "macro")
    listed = rows.fetchall()
    impure = {name for name, kind, pure in listed if kind in kinds and not pure}
    pure = {name for name, kind, _ in listed if kind in kinds} - impure
    refused = {name for name in pure if name.startswith(_REFUSED)}
    windows = {
        "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead", "first_value", "last_value",
        "nth_value", "count_star",
    }  # fmt: skip
    return frozenset((pure - refused) | windows | _SERIES)


def open_sqlite(database: str) -> sqlite3.Connection:
    """A SQLite file of a library, read only, behind an authorizer."""
    if database not in DATABASES:
        raise not_found("database", database)
    base = sqlite3.connect(f"file:{library_file(DATABASES[database])}?mode=ro&immutable=1", uri=True)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    base.set_authorizer(_allowed)
    left = [STEPS]

    def tick() -> int:
        left[0] -= 1
        return left[0] < 0

    base.set_progress_handler(tick, 1_000)
    return base


_CHANGING = frozenset(
    "random randomblob load_extension readfile writefile edit changes total_changes last_insert_rowid date time datetime "
    "julianday strftime unixepoch timediff current_date current_time current_timestamp fts3_tokenizer zeroblob "
    "sqlite_version sqlite_source_id sqlite_compileoption_get sqlite_compileoption_used sqlite_log sqlite_offset".split()
)


def _allowed(action: int, first: str | None, second: str | None, base: str | None, inner: str | None) -> int:
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and not str(first).startswith("pragma_"):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and str(second).casefold() not in _CHANGING:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


SQLITE_EXAMPLES = {
    "elements.db": (
        "SELECT symbol FROM elements WHERE period = 2 ORDER BY atomic_number",
        "SELECT name, density FROM elements WHERE density IS NOT NULL ORDER BY density DESC LIMIT 5",
        "SELECT block, count(*) AS elements FROM elements GROUP BY block ORDER BY block",
        "SELECT avg(atomic_weight) AS mean FROM elements WHERE period = 3",
        "SELECT name FROM series ORDER BY name",
        "SELECT count(*) FROM isotopes",
        "SELECT count(DISTINCT period) AS periods FROM elements",
        "SELECT name FROM elements WHERE name LIKE 'T%' ORDER BY name",
    ),
    "cpi.db": (
        "SELECT count(*) FROM items",
        "SELECT name FROM areas ORDER BY name LIMIT 10",
        "SELECT name FROM items WHERE name LIKE '%bread%' ORDER BY name",
        "SELECT count(*) FROM series",
        "SELECT name FROM periods ORDER BY name",
        "SELECT name FROM periodicities ORDER BY name",
    ),
    "proj.db": (
        "SELECT count(*) FROM ellipsoid",
        "SELECT name, longitude FROM prime_meridian ORDER BY longitude LIMIT 5",
        "SELECT name, semi_major_axis FROM ellipsoid WHERE auth_name = 'EPSG' ORDER BY semi_major_axis DESC LIMIT 3",
        "SELECT type, count(*) AS units FROM unit_of_measure GROUP BY type ORDER BY type",
        "SELECT name FROM celestial_body WHERE name LIKE 'M%' ORDER BY name LIMIT 5",
        "SELECT count(*) FROM projected_crs",
        "SELECT count(*) FROM vertical_datum",
        "SELECT name FROM coordinate_operation_method ORDER BY name LIMIT 8",
    ),
}


@tool(
    domain="general", kind="retrieval", provider="sqlite3", source="SQLite databases that mendeleev, cpi and pyproj carry",
    about='"{query}" in {database}', requires=("cpi", "mendeleev", "pyproj"),
    examples=tuple({"database": base, "query": query} for base, queries in SQLITE_EXAMPLES.items() for query in queries),
)  # fmt: skip
def run_sqlite(database: Database, query: Query) -> Rows:
    """Rows of one SELECT statement over a SQLite database; at most 100 are returned. sqlite_master lists the tables."""
    if query.lstrip().casefold().startswith("explain"):
        raise ToolError("denied", "only one SELECT statement is answered")
    base = open_sqlite(database)
    try:
        done = base.execute(query)
        if done.description is None:
            raise ToolError("denied", "only one SELECT statement is answered")
        rows = done.fetchmany(20_001)
        names = [column[0] for column in done.description]
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            raise ToolError("timeout", f"the statement took more than {STEPS * 1_000:,} steps") from None
        raise _sqlite_fault(error) from None
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        raise _sqlite_fault(error) from None
    finally:
        base.close()
    return _rows(names, rows, ordered="order by" in " ".join(query.casefold().split()))


def _sqlite_fault(error: Exception) -> ToolError:
    text = str(error)[:300]
    return ToolError("denied" if "prohibited" in text or "authoriz" in text else "bad_arguments", text)


@tool(
    domain="general", kind="retrieval", provider="sqlite3", source="SQLite databases that mendeleev, cpi and pyproj carry",
    about="{database}", requires=("cpi", "mendeleev", "pyproj"), examples=({"database": "elements.db"},),
)  # fmt: skip
def database_tables(database: Database) -> DatabaseTables:
    """Tables of a SQLite database by name, with numbers of rows and columns, and the rows of all together."""
    base = open_sqlite(database)
    try:
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found: list[DatabaseTable] = []
        for name in names:
            columns = len(base.execute(f'SELECT * FROM "{name}" LIMIT 0').description)
            (count,) = base.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            found.append({"name": name, "rows": count, "columns": columns})
    finally:
        base.close()
    return {"tables": found[:80], "rows": sum(row["rows"] for row in found)}
