"""Descriptions of APIs become tools with all their types, or are refused with the reason; nothing is lost silently."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dive.errors import DiveError, ToolError
from dive.tools.importers.file import Key, read_record, read_tool_file, write_tool_file
from dive.tools.importers.load import tools_of
from dive.tools.importers.naming import argument_name, tool_name
from dive.tools.importers.openapi import Imported, import_openapi
from dive.tools.importers.overlay import Overlay, ToolOverlay
from dive.tools.importers.specs import read_spec
from dive.tools.pool import ToolPool
from dive.tools.tool import NAME, Tool
from dive.types import Json


def spec(paths: Any, **more: Any) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Toy Shop", "version": "7"},
        "servers": [{"url": "https://toys.test/v1"}],
        "paths": paths,
        **more,
    }


def get(*parameters: Json, **more: Any) -> dict[str, Any]:
    return {"get": {"operationId": "find", "parameters": list(parameters), "responses": {}, **more}}


def query(name: str, schema: Json, **more: Any) -> Json:
    return {"name": name, "in": "query", "schema": schema, **more}


def imported(document: Mapping[str, Any], overlay: Overlay | None = None, allow: tuple[str, ...] = ()) -> Imported:
    return import_openapi(document, "toys.json", overlay or Overlay(), allow)


def only_tool(document: Mapping[str, Any], overlay: Overlay | None = None, allow: tuple[str, ...] = ()) -> Tool:
    (made,) = tools_of(imported(document, overlay, allow).file, Path())
    return made


def refusal(tool: Tool, arguments: Any) -> str:
    with pytest.raises(ToolError) as caught:
        tool.validate(arguments)
    assert caught.value.code == "bad_arguments"
    return caught.value.message


def request(tool: Tool, **arguments: Any) -> Any:
    return tool.function.request(tool.validate(arguments), {})


# --- what may be given ------------------------------------------------------------------------------------------------
def test_unknown_arguments_and_wrong_types_are_errors():
    tool = only_tool(
        spec({"/toys": get(query("limit", {"type": "integer", "maximum": 50, "default": 10}), query("q", {"type": "string"}))})
    )
    assert "size" in refusal(tool, {"size": 2})
    assert "limit" in refusal(tool, {"limit": "ten"})
    assert "limit" in refusal(tool, {"limit": 51})
    assert tool.validate({"q": "ball"}) == {"q": "ball", "limit": 10}
    assert {n: (p.kind, p.required, p.default) for n, p in tool.parameters.items()} == {
        "limit": ("integer", False, 10),
        "q": ("text", False, None),
    }


@pytest.mark.parametrize("arguments", [3, None, [1], {1: 2}, {"q": float("nan")}, {"q": b"x"}, {"q": "\ud800"}], ids=repr)
def test_what_is_no_json_is_bad_arguments(arguments):
    tool = only_tool(spec({"/toys": get(query("q", {"type": "string"}))}))
    with pytest.raises((ToolError, TypeError)):
        tool.validate(arguments)


def test_a_nested_body_is_closed_at_every_depth():
    body = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "id": {"type": "integer", "readOnly": True},
            "maker": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    }
    paths = {"/toys": {"post": {"requestBody": {"required": True, "content": {"application/json": {"schema": body}}}}}}
    tool = only_tool(spec(paths), allow=("POST:/toys",))
    assert tool.validate({"body": {"name": "a", "maker": {"city": "Rome"}}})
    for wrong in (
        {},
        {"body": {}},
        {"body": {"name": "a", "price": 1}},
        {"body": {"name": "a", "maker": {"town": "Rome"}}},
        {"body": {"name": "a", "id": 3}},
    ):
        refusal(tool, wrong)
    assert json.loads(request(tool, body={"name": "ä"}).body) == {"name": "ä"}


def test_all_of_is_closed_as_a_whole_and_one_of_by_branch():
    components = {
        "schemas": {
            "Base": {"type": "object", "properties": {"id": {"type": "integer"}}},
            "Toy": {
                "allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "properties": {"name": {"type": "string"}}}]
            },
            "Any": {"oneOf": [{"$ref": "#/components/schemas/Toy"}, {"type": "string"}]},
        }
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Any"}}}
    paths = {"/toys": {"post": {"operationId": "add", "requestBody": {"required": True, "content": content}}}}
    tool = only_tool(spec(paths, components=components), allow=("POST:/toys",))
    assert tool.validate({"body": {"id": 1, "name": "a"}})
    assert tool.validate({"body": "a word"})
    refusal(tool, {"body": {"id": 1, "name": "a", "more": 2}})
    refusal(tool, {"body": 3})


def test_nullable_and_old_bounds_mean_what_they_say():
    schema = {"type": "integer", "nullable": True, "minimum": 0, "exclusiveMinimum": True}
    choice = {"type": "string", "enum": ["a", "b"], "nullable": True}
    tool = only_tool(spec({"/toys": get(query("n", schema), query("c", choice))}))
    for right in ({"n": None}, {"n": 1}, {"c": None}, {"c": "a"}):
        assert tool.validate(right) == right
    for wrong in ({"n": 0}, {"n": "1"}, {"c": "d"}):
        refusal(tool, wrong)
    assert tool.parameters["n"].kind == "integer"
    assert tool.parameters["c"].among == ("a", "b")


def test_a_schema_that_contains_itself_stays_finite():
    node = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}},
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}
    paths = {"/tree": {"post": {"requestBody": {"required": True, "content": content}}}}
    tool = only_tool(spec(paths, components={"schemas": {"Node": node}}), allow=("POST:/tree",))
    assert tool.validate({"body": {"children": [{"name": "a", "children": []}]}})
    assert "wrong" in refusal(tool, {"body": {"children": [{"children": [{"wrong": 1}]}]}})
    assert len(json.dumps(tool.schema)) < 700
    deep: Any = {}
    for _ in range(3_000):
        deep = {"children": [deep]}
    refusal(tool, {"body": deep})


@pytest.mark.parametrize(
    ("schemas", "reason"),
    [
        ({"A": {"$ref": "#/components/schemas/A"}}, "refers to itself"),
        ({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}, "refers to itself"),
        ({"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}}, "too large or too deep"),
        ({"A": {"$ref": "https://elsewhere.test/x.json#/A"}}, "leads out of the document"),
        ({"A": {"$ref": "#/components/schemas/Gone"}}, "leads nowhere"),
        ({"A": {"type": "text"}}, "malformed"),
        ({"A": {"type": "object", "properties": {"b": 7}}}, "stands where a schema is expected"),
        ({"A": {"type": "string", "enum": "abc"}}, "malformed"),
        ({"A": {"type": "string", "format": "binary"}}, "takes a file"),
        ({"A": {"oneOf": {"type": "string"}}}, "not a list"),
    ],
)
def test_a_malformed_schema_leaves_its_operation_out_with_the_reason(schemas, reason):
    paths = {"/bad": get(query("a", {"$ref": "#/components/schemas/A"})), "/good": get(operationId="good")}
    made = imported(spec(paths, components={"schemas": schemas}))
    assert [tool.name for tool in made.file.tools] == ["good"]
    assert reason in made.skipped["GET /bad"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (get({"name": "a", "in": "matrix", "schema": {}}), "is in 'matrix'"),
        (get({"name": "a", "in": "query", "style": "label", "schema": {}}), "style 'label'"),
        ({"get": {"parameters": "all"}}, "not a list"),
        ({"get": {"parameters": [3]}}, "expected"),
        ({"get": []}, "not described by an object"),
        ({"$ref": "other.yaml"}, "leads out of the document"),
        ({"get": {"requestBody": {"required": True, "content": {"text/xml": {}}}}}, "text/xml"),
        (get(query("a", {"type": "string", "enum": ["x" * 30_000]})), "characters"),
        (get(query("a", {"type": "object", "properties": {f"p{n}": {"type": "string"} for n in range(4_000)}})), "too large"),
    ],
)
def test_what_cannot_become_a_tool_is_named_with_the_reason(item, reason):
    made = imported(spec({"/bad": item, "/good": get(operationId="good")}))
    assert [tool.name for tool in made.file.tools] == ["good"]
    assert reason in " ".join(made.skipped.values())


def test_a_slot_without_a_parameter_is_named():
    made = imported(spec({"/toys/{id}": get(), "/good": get(operationId="good")}))
    assert "{id}" in made.skipped["GET /toys/{id}"]


def test_a_pattern_that_python_does_not_know_is_left_out_and_a_wrong_default_too():
    tool = only_tool(
        spec(
            {
                "/toys": get(
                    query("a", {"type": "string", "pattern": r"^\p{L}+$"}), query("b", {"type": "integer", "default": "many"})
                )
            }
        )
    )
    assert tool.validate({"a": "ä"}) == {"a": "ä"}


# --- where arguments go -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("parameter", "value", "ending"),
    [
        (query("a", {"type": "array", "items": {}}), [1, "b c"], "?a=1&a=b+c"),
        (query("a", {"type": "array", "items": {}}, explode=False), [1, "b"], "?a=1%2Cb"),
        (query("a", {"type": "array", "items": {}}, style="pipeDelimited", explode=False), [1, 2], "?a=1%7C2"),
        (query("a", {"type": "array", "items": {}}, style="spaceDelimited", explode=False), [1, 2], "?a=1+2"),
        (query("a", {"type": "object"}), {"b": 1, "c": None}, "?b=1"),
        (query("a", {"type": "object"}, explode=False), {"b": 1, "c": 2}, "?a=b%2C1%2Cc%2C2"),
        (query("a", {"type": "object"}, style="deepObject"), {"b": {"c": [1, 2]}}, "?a%5Bb%5D%5Bc%5D=1&a%5Bb%5D%5Bc%5D=2"),
        (query("a", {"type": "boolean"}), True, "?a=true"),
        (query("a", {"type": "number"}), 1.5, "?a=1.5"),
        (query("a", {"type": "string", "nullable": True}), None, ""),
        (
            {"name": "a", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}},
            {"b": [1]},
            "?a=%7B%22b%22%3A%5B1%5D%7D",
        ),
    ],
)
def test_styles_of_query_parameters(parameter, value, ending):
    assert request(only_tool(spec({"/toys": get(parameter)})), a=value).url == "https://toys.test/v1/toys" + ending


def test_path_header_and_cookie_parameters():
    parameters = [
        {"name": name, "in": where, "required": where == "path", "schema": {}}
        for name, where in (("id", "path"), ("X-Trace", "header"), ("sid", "cookie"), ("Accept", "header"))
    ]
    tool = only_tool(spec({"/toys/{id}": get(*parameters)}))
    assert list(tool.parameters) == ["id", "x_trace", "sid"], "Accept is not for callers to set"
    made = request(tool, id="a/b?c#d é", x_trace="t 1", sid="a;b")
    assert made.url == "https://toys.test/v1/toys/a%2Fb%3Fc%23d%20%C3%A9"
    assert made.headers == {"X-Trace": "t 1", "cookie": "sid=a%3Bb"}
    for name, value in (("id", ".."), ("id", ""), ("id", "."), ("x_trace", "a\r\nb: c"), ("x_trace", "é")):
        with pytest.raises(ToolError) as caught:
            request(tool, **{"id": "a", name: value})
        assert caught.value.code == "bad_arguments"


def test_parameters_of_one_name_in_several_places():
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
        query("id", {"type": "string"}),
        query("filter[size]", {}),
        query("filter.size", {}),
        query("2nd", {}),
        query("body", {}),
    ]
    tool = only_tool(spec({"/toys/{id}": get(*parameters)}))
    assert list(tool.parameters) == ["id", "id_query", "filter_size", "filter_size_query", "query_2nd", "body"]
    assert request(tool, id=3, id_query="x", filter_size=1, query_2nd=2).url.endswith("/3?id=x&filter%5Bsize%5D=1&2nd=2")


def test_an_operation_replaces_parameters_of_its_path():
    item = {"parameters": [query("n", {"type": "string"}), query("m", {})], **get(query("n", {"type": "integer"}))}
    assert only_tool(spec({"/toys": item})).parameters["n"].kind == "integer"


# --- names ------------------------------------------------------------------------------------------------------------
def test_names_are_derived_from_operation_ids_or_paths():
    paths = {
        "/toys/{toyId}/parts": {"get": {}},
        "/a": get(operationId="getHTTPStatus2"),
        "/b": get(operationId="Get a\u00a0thing!"),
        "/c": get(operationId="get_a_thing"),
        "/d": get(operationId="日本"),
        "/e": get(operationId="2fast"),
        "/f": get(operationId="x" * 90),
    }
    document = spec(paths)
    document["paths"]["/toys/{toyId}/parts"]["get"]["parameters"] = [{"name": "toyId", "in": "path", "schema": {}}]
    names = [tool.name for tool in imported(document).file.tools]
    assert names[:3] == ["get_toys_by_toy_id_parts", "get_http_status2", "get_a_thing"]
    assert all(NAME.fullmatch(name) for name in names)
    assert len(set(names)) == 7
    assert names == [tool.name for tool in imported(document).file.tools]


@given(st.lists(st.text(max_size=70), max_size=8), st.text(max_size=60))
def test_any_text_gives_distinct_valid_names(wanted, prefix):
    taken: list[str] = []
    for number, text in enumerate(wanted):
        taken.append(tool_name(text, f"GET /{number}", taken, prefix))
    assert len(set(taken)) == len(taken)
    assert all(NAME.fullmatch(name) for name in taken)


@given(st.lists(st.text(max_size=20), max_size=6))
def test_any_text_gives_distinct_argument_names(wanted):
    taken: list[str] = []
    for text in wanted:
        taken.append(argument_name(text, "query", taken))
    assert len(set(taken)) == len(taken)
    assert all(name.isidentifier() and not name.startswith("_") for name in taken)


# --- documents --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it holds a NoneType"),
        ("[1]", "it holds a list"),
        ("{", "neither JSON nor YAML"),
        ("a: [", "neither JSON nor YAML"),
        ("openapi: 4.0.0\npaths: {}", "openapi 4.0.0"),
        ("swagger: '1.2'\npaths: {}", "swagger 1.2"),
        ("info: {}", "neither"),
        ("openapi: 3.0.0", "no paths"),
        ("openapi: 3.1.0\npaths: []", "no paths"),
        ("a: &a [*a]", "nested too deeply"),
        ("!!python/object/apply:os.system ['true']", "neither JSON nor YAML"),
        (b"\xff\xfe\x00", "neither JSON nor YAML"),
    ],
    ids=repr,
)
def test_what_is_no_description_is_refused(tmp_path, text, reason):
    path = tmp_path / "spec.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DiveError, match=reason):
        read_spec(str(path))


def test_a_description_that_is_not_there(tmp_path):
    with pytest.raises(DiveError, match="No such file"):
        read_spec(str(tmp_path / "gone.yaml"))


def test_yaml_is_read_by_the_rules_of_1_2(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text("""
openapi: 3.0.0
info: {title: Toys, version: 2020-01-01}
servers: [{url: "https://{host}/v1", variables: {host: {default: toys.test}}}]
paths:
  /toys:
    get:
      operationId: find
      parameters:
      - {name: country, in: query, schema: {type: string, enum: [NO, SE, on, 12:30]}}
      responses: {200: {description: yes}}
""")
    made = imported(read_spec(str(path)))
    assert made.file.version == "2020-01-01"
    assert made.file.api is not None and made.file.api.url == "https://toys.test/v1"
    assert made.file.tools[0].parameters["properties"]["country"]["enum"] == ["NO", "SE", "on", "12:30"]


@pytest.mark.parametrize("servers", [None, [], [{"url": "/v1"}], [{}], [{"url": "https://{host}/v1"}], "none"])
def test_an_unknown_base_url_must_be_stated(servers):
    document = spec({"/toys": get()})
    document["servers"] = servers
    with pytest.raises(DiveError, match="--url"):
        imported(document)
    assert imported(document, Overlay(url="http://here.test")).file.api.url == "http://here.test"


def test_a_description_without_usable_operations_is_refused():
    with pytest.raises(DiveError, match=r"no operation becomes a tool .*--allow POST:/toys"):
        imported(spec({"/toys": {"post": {}}}))
    with pytest.raises(DiveError, match="describes no operations"):
        imported(spec({}))


def test_only_get_is_taken_unless_allowed():
    paths = {"/toys": {**get(), "post": {"operationId": "add"}, "delete": {"operationId": "drop"}}}
    assert [t.name for t in imported(spec(paths)).file.tools] == ["find"]
    made = imported(spec(paths), allow=("post:/toys",))
    assert [(t.name, t.safe) for t in made.file.tools] == [("find", True), ("add", False)]
    with pytest.raises(DiveError, match=r"no METHOD:PATH.*POST:/toys"):
        imported(spec(paths), allow=("POST:/toy",))


# --- Swagger 2.0 ------------------------------------------------------------------------------------------------------
SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "Old", "version": "1"},
    "host": "old.test",
    "basePath": "/api/",
    "schemes": ["http", "https"],
    "parameters": {"page": {"name": "page", "in": "query", "type": "integer", "minimum": 1}},
    "definitions": {"Toy": {"type": "object", "properties": {"name": {"type": "string"}, "next": {"$ref": "#/definitions/Toy"}}}},
    "paths": {
        "/toys": {
            "get": {
                "operationId": "find",
                "parameters": [
                    {"$ref": "#/parameters/page"},
                    {"name": "limit", "in": "query", "type": "integer", "description": "single"},
                    {"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}, "collectionFormat": "multi"},
                    {"name": "tags", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
                ],
            },
            "post": {
                "operationId": "add",
                "parameters": [{"name": "toy", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Toy"}}],
            },
            "put": {"operationId": "form", "parameters": [{"name": "n", "in": "formData", "type": "integer", "required": True}]},
            "patch": {"operationId": "upload", "parameters": [{"name": "f", "in": "formData", "type": "file"}]},
        }
    },
}


def test_swagger_2_keeps_every_type(tmp_path):
    path = tmp_path / "swagger.json"
    path.write_text(json.dumps(SWAGGER))
    made = imported(read_spec(str(path)), allow=("POST:/toys", "PUT:/toys", "PATCH:/toys"))
    find, form, add = tools_of(made.file, Path())
    assert find.function.api.url == "https://old.test/api"
    assert {n: p.kind for n, p in find.parameters.items()} == {
        "page": "integer",
        "limit": "integer",
        "ids": "list",
        "tags": "list",
    }
    for wrong in ({"limit": "notanint"}, {"page": 0}, {"ids": ["a"]}, {"size": 2}):
        refusal(find, wrong)
    assert request(find, ids=[1, 2], tags=["a", "b"]).url.endswith("?ids=1&ids=2&tags=a%7Cb")
    refusal(add, {"body": {"next": {"nam": "a"}}})
    assert request(form, body={"n": 3}).body == b"n=3"
    assert "multipart" in made.skipped["PATCH /toys"]


@pytest.mark.parametrize("fault", [{"paths": {"/a": {"get": {"parameters": [{"$ref": "#/parameters/gone"}]}}}}, {"paths": 3}])
def test_malformed_swagger_is_refused(tmp_path, fault):
    path = tmp_path / "swagger.json"
    path.write_text(json.dumps({**SWAGGER, **fault}))
    with pytest.raises(DiveError):
        imported(read_spec(str(path)))


# --- overlays and files -----------------------------------------------------------------------------------------------
def test_an_overlay_names_and_settles(tmp_path):
    path = tmp_path / "overlay.yaml"
    path.write_text(
        yaml.safe_dump(
            {
                "provider": "toys",
                "domain": "academic",
                "rates": {"default": 5, "slow": 0.5},
                "headers": {"X-App": "dive"},
                "keys": [{"variable": "TOYS_KEY", "name": "X-Key"}],
                "tools": {
                    "GET /toys": {
                        "name": "toy_by_smiles",
                        "kind": "processing",
                        "description": "Finds a toy.",
                        "rate": "slow",
                        "volatile": False,
                        "deadline": 5,
                        "defaults": {"limit": 3},
                        "fixed": {"format": "json"},
                        "formats": {"smiles": "chem.smiles"},
                        "examples": [{"smiles": "CCO"}],
                    }
                },
            }
        )
    )
    parameters = [
        query(n, {"type": t}, required=True) for n, t in (("limit", "integer"), ("format", "string"), ("smiles", "string"))
    ]
    made = imported(spec({"/toys": get(*parameters)}), read_record(path, Overlay))
    write_tool_file(tmp_path / "toys.yaml", made.file)
    assert read_tool_file(tmp_path / "toys.yaml") == made.file
    (tool,) = ToolPool.load(tmp_path / "toys.yaml")
    assert (tool.name, tool.kind, tool.domain, tool.provider, tool.volatile, tool.deadline) == (
        "toy_by_smiles",
        "processing",
        "academic",
        "toys",
        False,
        5.0,
    )
    assert tool.takes == {"chem.smiles"}
    assert tool.parameters["limit"].default == 3 and "format" not in tool.parameters
    made_request = tool.function.request(tool.validate({"smiles": "C#N"}), {"TOYS_KEY": "s3cret"})
    assert made_request.url == "https://toys.test/v1/toys?format=json&limit=3&smiles=C%23N" or "smiles=C%23N" in made_request.url
    assert made_request.headers == {"X-App": "dive", "X-Key": "s3cret"}
    assert tool.variables == ("TOYS_KEY",)
    assert ToolPool([tool]).missing == {"toy_by_smiles": "needs the environment variable TOYS_KEY"}


@pytest.mark.parametrize(
    ("overlay", "reason"),
    [
        (Overlay(tools={"GET /toy": ToolOverlay()}), "did you mean 'GET /toys'"),
        (Overlay(tools={"find": ToolOverlay(defaults={"size": 1})}), "argument 'size'"),
        (Overlay(tools={"find": ToolOverlay(rate="slow")}), "rate group 'slow'"),
        (Overlay(tools={"find": ToolOverlay(skip=True)}), "leaves it out"),
        (Overlay(stateful=True), "states `stateful`"),
    ],
)
def test_an_overlay_that_does_not_fit_is_an_error(overlay, reason):
    with pytest.raises(DiveError, match=reason):
        imported(spec({"/toys": get(query("limit", {}))}), overlay)


@pytest.mark.parametrize(
    "change",
    [
        {"tools": [{"name": "find"}]},
        {"tools": [{"name": "Find It"}]},
        {"api": None},
        {"more": 1},
        {"dive_tools": 2},
        {"api": {"url": "ftp://toys.test"}},
        {"api": {"url": "https://me:pass@toys.test"}},
        {"api": {"url": "https://a.test", "keys": [{"variable": "A B"}]}},
        {"server": {"command": ["a"], "url": "http://b"}},
    ],
    ids=repr,
)
def test_a_damaged_tool_file_is_refused_on_one_line(tmp_path, change):
    write_tool_file(tmp_path / "toys.yaml", imported(spec({"/toys": get(query("limit", {}))})).file)
    (tmp_path / "bad.yaml").write_text(yaml.safe_dump({**yaml.safe_load((tmp_path / "toys.yaml").read_text()), **change}))
    with pytest.raises(DiveError) as caught:
        ToolPool.load(tmp_path / "bad.yaml")
    assert "\n" not in str(caught.value)


def test_an_edited_tool_file_must_stay_closed_and_whole(tmp_path):
    write_tool_file(tmp_path / "toys.yaml", imported(spec({"/toys": get(query("limit", {}))})).file)
    text = (tmp_path / "toys.yaml").read_text()
    for old, new in (
        ("additionalProperties: false", "additionalProperties: true"),
        ("    properties:\n      limit:", "    properties:\n      size:"),
    ):
        assert old in text
        (tmp_path / "bad.yaml").write_text(text.replace(old, new, 1))
        with pytest.raises(DiveError, match="find"):
            ToolPool.load(tmp_path / "bad.yaml")


def test_the_version_changes_with_the_definition():
    first = only_tool(spec({"/toys": get(query("limit", {}))}))
    assert first.version == only_tool(spec({"/toys": get(query("limit", {}), summary="Other words.")})).version
    assert first.version != only_tool(spec({"/toys": get(query("limit", {"type": "integer"}))})).version
    assert first.version.startswith("1 toy_shop 7 ")


def test_no_key_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("TOYS_KEY", "very-secret-value")
    made = imported(spec({"/toys": get()}), Overlay(keys=(Key(variable="TOYS_KEY"),)))
    write_tool_file(tmp_path / "toys.yaml", made.file)
    assert "very-secret-value" not in (tmp_path / "toys.yaml").read_text()


def test_without_the_extra_one_line_says_what_to_install(tmp_path, monkeypatch):
    write_tool_file(tmp_path / "toys.yaml", imported(spec({"/toys": get()})).file)
    monkeypatch.setattr("dive.errors.find_spec", lambda name: None)
    with pytest.raises(DiveError, match=r"needs jsonschema and httpx: pip install 'dive-synthesis\[import\]'"):
        ToolPool.load(tmp_path / "toys.yaml")
