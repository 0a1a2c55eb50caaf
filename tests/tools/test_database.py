"""The database: values checked by hand or by other means, and attacks on what may only be read."""

import csv
import statistics
from importlib.metadata import distribution

import pytest

from dive.errors import ToolError
from dive.tools.general.tables import connection, tables
from dive.tools.pool import domain_tools

TOOLS = {tool.name: tool for tool in domain_tools("general")}


def call(name, /, **arguments):
    return TOOLS[name].call(arguments)


def code(name, /, **arguments):
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    return caught.value.code


def states():
    path = distribution("statsmodels").locate_file("statsmodels/datasets/statecrime/statecrime.csv")
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# --- DuckDB: what is refused ------------------------------------------------------------------------------------------
DENIED = [
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM glob('/*')", "SELECT * FROM read_blob('/etc/passwd')", "SELECT * FROM iris, read_json('/x.json')",
    "SELECT * FROM iris WHERE species = (SELECT content FROM read_text('/etc/hostname'))",
    "ATTACH '/tmp/x.db'", "COPY iris TO '/tmp/x.csv'", "EXPORT DATABASE '/tmp/x'", "INSTALL httpfs", "LOAD httpfs",
    "SET enable_external_access = true", "RESET lock_configuration", "PRAGMA database_list", "CALL pragma_version()",
    "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE iris", "DROP TABLE iris", "INSERT INTO iris SELECT * FROM iris",
    "CREATE TABLE x AS SELECT 1", "CREATE MACRO f() AS 1", "UPDATE iris SET species = 'a'", "DELETE FROM iris",
    "WITH x AS (DELETE FROM iris RETURNING *) SELECT * FROM x",
    "WITH x AS (INSERT INTO iris SELECT * FROM iris RETURNING *) SELECT * FROM x",
    "WITH x AS (UPDATE iris SET species = 'a' RETURNING *) SELECT * FROM x",
    "SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_secrets()", "SELECT * FROM information_schema.tables",
    "SELECT * FROM sqlite_master", "SELECT * FROM pg_catalog.pg_class", "SELECT * FROM main.iris", "DESCRIBE iris",
    "SELECT * FROM query('SELECT random()')", "SELECT * FROM query_table('iris')", "SELECT * FROM (SHOW TABLES)",
    "SELECT getenv('HOME')", "SELECT current_setting('threads')", "SELECT getvariable('x')", "SELECT sleep_ms(1000)",
    "SELECT write_log('x')", "SELECT json_execute_serialized_sql('x')", "SELECT pg_typeof(1)", "SELECT version()",
    "SELECT random()", "SELECT (SELECT max(random()) FROM iris)", "SELECT uuid()", "SELECT nextval('s')",
    "SELECT * FROM iris USING SAMPLE 5", "SELECT * FROM iris TABLESAMPLE 10%",
    "SELECT reservoir_quantile(area, 0.5) FROM countries",
    "SELECT now()", "SELECT today()", "SELECT current_date", "SELECT CURRENT_TIMESTAMP", "SELECT localtime",
    "SELECT age('2020-01-01'::TIMESTAMP)", "SELECT current_user", "SELECT session_user",
]  # fmt: skip


@pytest.mark.parametrize("query", DENIED)
def test_duckdb_only_reads_its_own_tables(query):
    assert code("run_sql", query=query) in ("denied", "bad_arguments")
    assert call("run_sql", query="SELECT count(*) AS n FROM iris")["rows"] == [{"n": 150}]


def test_refusals_are_denials():
    assert code("run_sql", query=DENIED[0]) == "denied"
    assert code("run_sql", query="WITH x AS (DELETE FROM iris RETURNING *) SELECT * FROM x") == "denied"
    assert code("run_sql", query="SELECT nope FROM iris") == "bad_arguments"
    assert code("run_sql", query="SELECT 'now'::DATE") == "bad_arguments"


def test_the_connection_itself_is_locked():
    import duckdb

    for statement in ("SELECT * FROM read_text('/etc/hostname')", "ATTACH '/tmp/x.db'", "SET enable_external_access = true"):
        with pytest.raises(duckdb.Error):
            connection().execute(statement)
    leaked = [1, 2, 3]
    with pytest.raises(duckdb.Error):
        connection().execute("SELECT * FROM leaked")
    assert leaked


def test_large_answers_and_large_needs_are_refused():
    assert code("run_sql", query="SELECT a.iata AS one, b.iata AS two FROM airports a, airports b") == "too_large"
    assert code("run_sql", query="SELECT list(range) FROM range(1000000000)") == "too_large"


@pytest.mark.slow
def test_a_statement_without_end_is_stopped():
    assert (
        code("run_sql", query="SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE a.range % 7 = b.range % 11")
        == "timeout"
    )
    assert call("run_sql", query="SELECT count(*) AS n FROM wine")["rows"] == [{"n": 178}]


def test_free_sql():
    assert call("run_sql", query="SELECT species, count(*) AS n FROM iris GROUP BY species") == {
        "columns": ["species", "n"],
        "rows": [{"species": name, "n": 50} for name in ("setosa", "versicolor", "virginica")],
        "count": 3,
    }
    big = 170141183460469231731687303715884105727
    query = f"SELECT 1 / 0 AS a, [1] AS b, DATE '2024-02-29' AS c, 'a'::BLOB AS d, true AS e, {big} AS f"
    [row] = call("run_sql", query=query)["rows"]
    assert row == {"a": None, "b": "[1]", "c": "2024-02-29", "d": "61", "e": "true", "f": big}
    ranked = call("run_sql", query="SELECT state, rank() OVER (ORDER BY murder DESC) AS r FROM states ORDER BY r LIMIT 2")
    assert [row["state"] for row in ranked["rows"]] == ["District of Columbia", "Louisiana"]
    assert call("run_sql", query="WITH x AS (SELECT 1 AS n) SELECT n FROM x")["rows"] == [{"n": 1}]
    assert code("run_sql", query="SELECT 1 AS a, 2 AS a") == "bad_arguments"


# --- SQLite -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        "ATTACH '/tmp/x.db' AS y", "PRAGMA table_info(elements)", "SELECT * FROM pragma_table_info('elements')",
        "SELECT load_extension('/tmp/x.so')", "SELECT readfile('/etc/passwd')", "SELECT random()", "SELECT date('now')",
        "SELECT CURRENT_TIMESTAMP", "DELETE FROM elements", "CREATE TEMP TABLE x AS SELECT 1", "VACUUM INTO '/tmp/x'",
        "EXPLAIN SELECT 1", "SELECT 1; SELECT 2", "SELECT zeroblob(1000000000)", "BEGIN IMMEDIATE", "DETACH main",
        "SELECT writefile('/tmp/x', 'x')", "SELECT fts3_tokenizer('x')", "REINDEX", "ANALYZE elements",
    ],
)  # fmt: skip
def test_sqlite_only_reads(query):
    assert code("run_sqlite", database="elements.db", query=query) in ("denied", "bad_arguments")


def test_sqlite_denials_and_bounds():
    assert code("run_sqlite", database="elements.db", query="SELECT load_extension('x')") == "denied"
    assert code("run_sqlite", database="elements.db", query="DROP TABLE elements") == "denied"
    assert code("run_sqlite", database="../elements.db", query="SELECT 1") == "not_found"
    assert code("run_sqlite", database="/etc/passwd", query="SELECT 1") == "not_found"
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    assert code("run_sqlite", database="elements.db", query=endless) == "timeout"
    assert code("run_sqlite", database="proj.db", query="SELECT name FROM object_view") == "too_large"


def test_sqlite_answers():
    found = call("run_sqlite", database="elements.db", query="SELECT name FROM elements WHERE symbol = 'W'")
    assert found == {"columns": ["name"], "rows": [{"name": "Tungsten"}], "count": 1}
    facts = call("database_tables", database="elements.db")
    assert {row["name"]: row["rows"] for row in facts["tables"]}["elements"] == 118
    assert code("database_tables", database="nope.db") == "not_found"


# --- typed queries ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("describe_table", {"table": 'iris"; DROP TABLE iris'}, "not_found"),
        ("column_statistics", {"column": "states"}, "not_found"),
        ("column_statistics", {"column": "states.nope"}, "not_found"),
        ("column_statistics", {"column": 'states.murder") FROM states --'}, "not_found"),
        ("column_statistics", {"column": "states.state"}, "bad_arguments"),
        ("column_values", {"column": "states.murder"}, "bad_arguments"),
        ("top_rows", {"column": "iris.petal_length"}, "bad_arguments"),
        ("top_rows", {"column": "nile.year"}, "bad_arguments"),
        ("group_statistics", {"column": "states.murder"}, "bad_arguments"),
        ("column_correlation", {"column": "iris.petal_length", "other": "wine.hue"}, "bad_arguments"),
        ("column_correlation", {"column": "iris.petal_length", "other": "iris.petal_length"}, "bad_arguments"),
        ("column_quantile", {"column": "states.murder", "percent": 100}, "bad_arguments"),
        ("state_standing", {"name": "Atlantis", "measure": "murder rate"}, "not_found"),
        ("state_standing", {"name": "Ohio", "measure": "beauty"}, "bad_arguments"),
        ("element_standing", {"name": "oganesson", "measure": "Pauling electronegativity"}, "not_found"),
    ],
)
def test_errors(name, arguments, expected):
    assert code(name, **arguments) == expected


def test_statistics_are_those_of_the_file():
    values = [float(row["murder"]) for row in states()]
    facts = call("column_statistics", column="states.murder")
    assert (facts["count"], facts["maximum"], facts["minimum"]) == (51, 24.2, 0.9)
    assert facts["mean"] == pytest.approx(statistics.mean(values), abs=1e-9)
    assert facts["median"] == statistics.median(values)
    assert facts["deviation"] == pytest.approx(statistics.stdev(values), abs=1e-9)
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    spread = call("column_spread", column="states.murder")
    assert spread["quartile_range"] == pytest.approx(high - low, abs=1e-9)
    assert spread["above_mean"] == sum(value > statistics.mean(values) for value in values)
    tenth = statistics.quantiles(values, n=10, method="inclusive")[8]
    assert call("column_quantile", column="states.murder", percent=90)["value"] == pytest.approx(tenth, abs=1e-9)
    poverty = [float(row["poverty"]) for row in states()]
    joined = call("column_correlation", column="states.murder", other="states.poverty")
    assert joined["pearson"] == pytest.approx(statistics.correlation(values, poverty), abs=1e-9)
    assert joined["slope"] == pytest.approx(statistics.linear_regression(values, poverty).slope, abs=1e-9)


def test_tables_are_joined_by_their_labels():
    assert call("column_correlation", column="nile.volume", other="sunspots.spots")["rows"] == 100
    assert call("column_correlation", column="sea.july", other="sunspots.spots")["rows"] == 59  # 1950 to 2008


def test_known_values():
    groups = {row["group"]: row["mean"] for row in call("group_statistics", column="iris.petal_length")["groups"]}
    assert groups == {"virginica": 5.552, "versicolor": 4.26, "setosa": 1.462}  # Fisher 1936
    assert [row["row"] for row in call("top_rows", column="countries.area")["rows"][:3]] == ["Russia", "Canada", "United States"]
    assert call("column_values", column="elements.block")["values"][0] == {"value": "d", "rows": 40}
    assert call("describe_table", table="nile")["rows"] == 100
    assert [row["name"] for row in call("list_tables")["value"]] == sorted(tables())


def test_standings():
    assert call("country_standing", name="canada", measure="area")["rank"] == 2
    iron = call("element_standing", name="fluorine", measure="Pauling electronegativity")
    assert (iron["rank"], iron["next_larger"], iron["next_smaller"]) == (1, None, "oxygen")
    ohio = call("state_standing", name="Ohio", measure="murder rate")
    rates = sorted((float(row["murder"]) for row in states()), reverse=True)
    own = next(float(row["murder"]) for row in states() if row["state"] == "Ohio")
    assert (ohio["rank"], ohio["among"]) == (rates.index(own) + 1, 51)
    assert ohio["to_median"] == pytest.approx(own / statistics.median(rates))
    assert call("city_standing", name="Shanghai", measure="population")["rank"] == 1
    assert call("airport_standing", name="DEN", measure="elevation")["below"] > 95
