"""Keys of JSON texts, sound and malformed, and names in schemas: what is a name is renamed, what is data stays."""

from typing import Any

import pytest

from dive.dataset.renaming import Pairs, Restating, exchanged, restated
from dive.dataset.schemas import reading

SCHEMA: Any = {
    "type": "object",
    "properties": {
        "date": {"type": "string"},
        "where": {"$ref": "#/$defs/point"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "parts": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/point"}, {"type": "null"}]}},
        "größe": {"$ref": "#/properties/date"},
    },
    "required": ["date", "where"],
    "$defs": {
        "point": {"type": "object", "properties": {"lat": {"type": "number"}, "date": {}}, "default": {"lat": 1, "x": {"lat": 2}}}
    },
}
NEW = {"date": "day", "where": "site", "labels": "tags", "parts": "pieces", "größe": "size", "lat": "phi"}
PAIRS = Pairs.of(NEW)
PLACE = reading(SCHEMA).place


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"date": "date", "labels": {"date": "lat"}}', '{"day": "date", "tags": {"date": "lat"}}'),
        ('{ "where" :{"lat":1e2,"lon":2},"date":[1]}', '{ "site" :{"phi":1e2,"lon":2},"day":[1]}'),
        ('{"parts": [{"lat": 1, "date": {"lat": 3}}, null, {"lat": 2}], "lat": 5}',
         '{"pieces": [{"phi": 1, "day": {"lat": 3}}, null, {"phi": 2}], "lat": 5}'),
        ('{"day": 1, "date": 2, "date": 3}', '{"date": 1, "day": 2, "day": 3}'),
        ('{"gr\\u00f6\\u00dfe": 1, "größe": 2}', '{"\\u0073ize": 1, "size": 2}'),
        ('{"\\u0064ate": 1}', '{"\\u0064ate": 1}'),
        ('{"date": "a \\"date\\": 1", "x": 2', '{"day": "a \\"date\\": 1", "x": 2'),
        ('{"date": "2020', '{"day": "2020'),
        ("{'date': '2020', where: {lat: 1}}", "{'day': '2020', site: {phi: 1}}"),
        ('```json\n{"date": 1}\n```', '```json\n{"day": 1}\n```'),
        ('[{"date": 1}]', '[{"date": 1}]'),
        ('"{\\"date\\": 1}"', '"{\\"date\\": 1}"'),
        ("", ""),
        ('}}]{"date":', '}}]{"day":'),
    ],
)  # fmt: skip
def test_keys_are_exchanged_where_the_schema_declares_them(text: str, told: str) -> None:
    assert exchanged(text, PLACE, PAIRS) == told
    assert exchanged(told, PLACE, PAIRS, back=True) == text


def test_a_schema_is_restated_wherever_names_stand() -> None:
    told = restated(SCHEMA, PLACE, Restating(NEW, lambda text, name: text))
    assert told == {
        "type": "object",
        "properties": {
            "day": {"type": "string"},
            "site": {"$ref": "#/$defs/point"},
            "tags": {"type": "object", "additionalProperties": {"type": "string"}},
            "pieces": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/point"}, {"type": "null"}]}},
            "size": {"$ref": "#/properties/day"},
        },
        "required": ["day", "site"],
        "$defs": {
            "point": {
                "type": "object",
                "properties": {"phi": {"type": "number"}, "day": {}},
                "default": {"phi": 1, "x": {"lat": 2}},
            }
        },
    }
    assert list(told["properties"]) == ["day", "site", "tags", "pieces", "size"]


def test_enumerated_values_and_titles_that_say_more_stay() -> None:
    schema = {
        "properties": {"date": {"enum": ["date", "where"], "title": "Date"}, "where": {"title": "Where it is", "const": "date"}}
    }
    told = restated(schema, reading(schema).place, Restating(NEW, lambda text, name: text))
    assert told["properties"]["day"] == {"enum": ["date", "where"], "title": "day"}
    assert told["properties"]["site"] == {"title": "Where it is", "const": "date"}


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"date": {}}, "patternProperties": {"^x_": {}}},
        {"properties": {"date": {}}, "propertyNames": {"pattern": "^d"}},
        {"properties": {"date": {}}, "allOf": [{"patternProperties": {"^x_": {}}}]},
        {"properties": {"date": {"$ref": "elsewhere.json"}}},
        {"properties": {"date": {"$ref": "#/$defs/missing"}}},
        {"properties": {"date": {"$dynamicRef": "#node"}}},
    ],
)
def test_names_stay_where_a_rule_holds_for_them_or_a_reference_leads_out(schema: Any) -> None:
    assert reading(schema).kept == {"date"}


def test_names_that_are_only_required_count_as_declared() -> None:
    read = reading({"anyOf": [{"required": ["date"]}, {"required": ["where"]}], "properties": {"date": {}, "where": {}}})
    assert (set(read.names), set(read.kept)) == ({"date", "where"}, set())
    assert set(reading({"properties": {"x": {"properties": {"y": {"items": {"properties": {"z": {}}}}}}}}).names) == {
        "x",
        "y",
        "z",
    }


def test_a_schema_that_contains_itself_is_read() -> None:
    tree = {"properties": {"name": {}, "children": {"type": "array", "items": {"$ref": "#"}}}}
    assert set(reading(tree).names) == {"name", "children"}
    pairs = Pairs.of({"name": "label", "children": "below"})
    text = '{"name": 1, "children": [{"name": 2, "children": [{"name": 3}]}]}'
    told = '{"label": 1, "below": [{"label": 2, "below": [{"label": 3}]}]}'
    assert exchanged(text, reading(tree).place, pairs) == told
