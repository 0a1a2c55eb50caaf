"""Tables and trees in files: CSV, JSON, YAML and XML, and JMESPath queries over them (jmespath, PyYAML).

XML is read without declared entities, so that a small file cannot expand to a large one; YAML is read without objects
and aliases.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments
from dive.tools.general.shelf import LIBRARIES, SOURCE, csv_rows, shelf_file, shelf_text
from dive.tools.tool import Among, Says, Semantic, tool

MAX_DEPTH = 60

CsvFile = Annotated[
    str, Semantic("file.table"), Field(description="CSV file of the shelf, such as tables/nile.csv", max_length=200)
]
DataFile = Annotated[
    str, Semantic("file.data"), Field(description="JSON file of the shelf, such as data/continents.json", max_length=200)
]
XmlFile = Annotated[
    str, Semantic("file.xml"), Field(description="XML file of the shelf, such as data/language-matching.xml", max_length=200)
]


class CsvColumn(TypedDict):
    name: Annotated[str, Says("column name", names=True)]
    distinct: Annotated[int, Says("number of different values", high="largest", low="smallest")]
    empty: Annotated[int, Says("number of empty cells", high="largest", low="smallest")]
    numeric: Annotated[bool, Says("numeric")]


class CsvFacts(TypedDict):
    rows: Annotated[int, Says("number of data rows", unit="rows", high="largest", low="smallest")]
    cells: Annotated[int, Says("number of data cells", unit="cells", high="largest", low="smallest")]
    columns: Annotated[list[CsvColumn], Says("column")]


class TreeFacts(TypedDict):
    depth: Annotated[int, Says("nesting depth (a flat list or object has depth 1)", scale="ordinal")]
    objects: Annotated[int, Says("number of objects", high="largest", low="smallest")]
    arrays: Annotated[int, Says("number of arrays", high="largest", low="smallest")]
    numbers: Annotated[int, Says("number of numeric values", high="largest", low="smallest")]
    texts: Annotated[int, Says("number of text values", high="largest", low="smallest")]
    keys: Annotated[int, Says("number of different keys at any depth", high="largest", low="smallest")]
    entries: Annotated[int, Says("number of entries at the top level", high="largest", low="smallest")]


class QueryResult(TypedDict):
    kind: Annotated[str, Says("JSON type of the result", ask=False)]
    count: Annotated[int | None, Says('number of items that the JMESPath query "{query}" finds in {file}')]
    json: Annotated[str, Says("result as JSON", ask=False)]


class TagCount(TypedDict):
    tag: Annotated[str, Says("element name", names=True)]
    count: Annotated[int, Says("number of occurrences", high="largest", low="smallest")]


class XmlFacts(TypedDict):
    root: Annotated[str, Says("name of the root element")]
    elements: Annotated[int, Says("number of elements", high="largest", low="smallest")]
    attributes: Annotated[int, Says("number of attributes", high="largest", low="smallest")]
    depth: Annotated[int, Says("nesting depth (the root element has depth 1)", scale="ordinal")]
    tags: Annotated[
        list[TagCount],
        Says("element name among the ten most frequent in {file}", plural="ten most frequent element names in {file}"),
    ]


@tool(
    domain="general",
    kind="retrieval",
    provider="shelf",
    source=SOURCE,
    about="{file}",
    requires=LIBRARIES,
    examples=({"file": "tables/nile.csv"}, {"file": "tables/grunfeld.csv"}),
)
def csv_facts(file: CsvFile) -> CsvFacts:
    """Numbers of rows and cells of a CSV file with a heading line, and each column's different values and empty cells."""
    shelf_file(file, "tables", ".csv")
    head, *rows = csv_rows(shelf_text(file))
    columns: list[CsvColumn] = []
    for n, name in enumerate(head[:60]):
        values = [row[n].strip() if n < len(row) else "" for row in rows]
        filled = [value for value in values if value]
        columns.append(
            {
                "name": name,
                "distinct": len(set(filled)),
                "empty": len(values) - len(filled),
                "numeric": bool(filled) and all(map(_is_number, filled)),
            }
        )
    return {"rows": len(rows), "cells": sum(map(len, rows)), "columns": columns}


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _tree(file: str) -> Any:
    import yaml

    shelf_file(file, "data", ".json", ".yaml")
    text = shelf_text(file)
    try:
        return json.loads(text) if file.endswith(".json") else yaml.load(text, Loader=_plain_loader())
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise bad_arguments(f"{file!r} cannot be read: {type(error).__name__}") from None


def _plain_loader() -> Any:
    """A YAML loader that knows plain values only and refuses aliases, by which a small file becomes a large one."""
    import yaml

    class Plain(yaml.SafeLoader):
        def compose_node(self, parent: Any, index: int) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("aliases are not read")
            return super().compose_node(parent, index)

    return Plain


def _walk(tree: Any, depth: int = 0) -> Iterator[tuple[Any, int]]:
    """Every value with the number of collections around it."""
    if depth > MAX_DEPTH:
        raise ToolError("too_large", f"nested deeper than {MAX_DEPTH}")
    yield tree, depth
    for item in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from _walk(item, depth + 1)


@tool(
    domain="general",
    kind="retrieval",
    provider="shelf",
    source=SOURCE,
    about="{file}",
    requires=(*LIBRARIES, "pyyaml"),
    examples=({"file": "data/continents.json"}, {"file": "data/us-states.json"}),
)
def json_facts(file: DataFile) -> TreeFacts:
    """Depth, objects, arrays, values and keys of a JSON or YAML file."""
    tree = _tree(file)
    values = list(_walk(tree))
    return {
        "depth": max((depth + 1 for value, depth in values if isinstance(value, dict | list)), default=0),
        "objects": sum(isinstance(value, dict) for value, _ in values),
        "arrays": sum(isinstance(value, list) for value, _ in values),
        "numbers": sum(isinstance(value, int | float) and not isinstance(value, bool) for value, _ in values),
        "texts": sum(isinstance(value, str) for value, _ in values),
        "keys": len({key for value, _ in values if isinstance(value, dict) for key in value}),
        "entries": len(tree) if isinstance(tree, dict | list) else 1,
    }


@tool(
    domain="general",
    kind="retrieval",
    provider="jmespath",
    source="JMESPath, https://jmespath.org/specification.html, over " + SOURCE,
    about="{file}",
    requires=(*LIBRARIES, "jmespath", "pyyaml"),
    examples=({"file": "data/us-states.json", "query": "keys(@)"}, {"file": "data/collections.json", "query": "*.name"}),
)
def json_query(
    file: DataFile,
    query: Annotated[
        str,
        Among(("keys(@)", "*.*", "*.name", "*.*.*[]")),
        Field(description="JMESPath query, such as *.name", min_length=1, max_length=300),
    ],
) -> QueryResult:
    """What a JMESPath query finds in a JSON or YAML file: the result as JSON, and how many items it has if it is a list."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        found = jmespath.search(query, _tree(file))
        text = json.dumps(found, ensure_ascii=False, sort_keys=True)
    except (JMESPathError, RecursionError, TypeError, ValueError) as error:
        raise bad_arguments(f"the query cannot be answered: {str(error)[:200]}") from None
    kinds = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    kind = kinds.get(type(found), "null")
    return {"kind": kind, "count": len(found) if isinstance(found, list) else None, "json": text[:4_000]}


@tool(
    domain="general",
    kind="retrieval",
    provider="shelf",
    source=SOURCE,
    about="{file}",
    requires=LIBRARIES,
    examples=({"file": "data/language-matching.xml"},),
)
def xml_facts(file: XmlFile) -> XmlFacts:
    """Root element, numbers of elements and attributes, depth and the ten most frequent element names of an XML file."""
    from collections import Counter

    tags: Counter[str] = Counter()
    names: list[str] = []
    numbers = {"attributes": 0, "depth": 0, "deepest": 0}

    def start(name: str, attributes: dict[str, str]) -> None:
        names.append(name) if not names else None
        tags[name] += 1
        numbers["attributes"] += len(attributes)
        numbers["depth"] += 1
        numbers["deepest"] = max(numbers["deepest"], numbers["depth"])

    def end(name: str) -> None:
        numbers["depth"] -= 1

    parse_xml(shelf_file(file, "data", ".xml"), start, end)
    ranked = sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    return {
        "root": names[0],
        "elements": tags.total(),
        "attributes": numbers["attributes"],
        "depth": numbers["deepest"],
        "tags": [{"tag": tag, "count": count} for tag, count in ranked],
    }


def parse_xml(content: bytes, start: Any, end: Any) -> None:
    """Read XML, calling `start` and `end` for its elements; declared entities are refused, none is fetched."""
    from xml.parsers.expat import ExpatError, ParserCreate

    def refuse(*_: Any) -> None:
        raise ToolError("denied", "the file declares entities")

    parser = ParserCreate()
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(content, True)
    except ExpatError as error:
        raise bad_arguments(f"not XML: {error}") from None
