"""Reading an OpenAPI description: from a file or a URL, JSON or YAML, 3.x as it is and Swagger 2.0 converted to it.

YAML is read by the rules of YAML 1.2, by which OpenAPI is written: `no` is a word and `2020-01-01` a string.
"""

import json
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from dive.errors import DiveError, ToolError
from dive.types import Json

MAX_SPEC_BYTES = 30_000_000
FETCH_SECONDS = 60.0
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
_COLLECTION = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}


class _Yaml12(yaml.SafeLoader):
    """SafeLoader that knows booleans, null and numbers only."""


_Yaml12.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    _Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def read_spec(source: str) -> dict[str, Json]:
    """An OpenAPI 3.x document. Raises `DiveError` where it cannot be read, is no such document or is another version."""
    document = _parsed(_fetched(source) if re.match(r"https?://", source) else _read(Path(source)), source)
    if not isinstance(document, dict):
        raise DiveError(f"{source} is not an OpenAPI description: it holds a {type(document).__name__}")
    version = str(document.get("openapi", ""))
    if not version and str(document.get("swagger", "")).startswith("2"):
        document = converted_from_2(document, source)
    elif not version.startswith("3."):
        stated = f"openapi {version}" if version else f"swagger {document.get('swagger')}" if "swagger" in document else "neither"
        raise DiveError(f"{source} is not an OpenAPI 3.x or Swagger 2.0 description (it says {stated})")
    if not isinstance(document.get("paths"), dict):
        raise DiveError(f"{source} describes no paths")
    return document


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_SPEC_BYTES:
            raise DiveError(f"{path} has more than {MAX_SPEC_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise DiveError(f"{path} cannot be read: {error.strerror or error}") from None


def _fetched(url: str) -> bytes:
    from dive.tools.importers.http import Request, exchanged

    try:
        answer = exchanged(Request("GET", url), time.monotonic() + FETCH_SECONDS, MAX_SPEC_BYTES)
    except ToolError as error:
        raise DiveError(f"{url} cannot be fetched: {error.message}") from None
    if answer.status != 200:
        raise DiveError(f"{url} cannot be fetched: it answers with status {answer.status}")
    return answer.body


def _parsed(raw: bytes, source: str) -> Any:
    try:
        text = raw.decode("utf-8-sig")
        if text.lstrip()[:1] in ("{", "["):
            return json.loads(text)
        return _text_keys(yaml.load(text, Loader=_Yaml12))
    except (ValueError, yaml.YAMLError, RecursionError, TypeError) as error:
        raise DiveError(f"{source} is neither JSON nor YAML: {' '.join(str(error).split())[:200]}") from None


def _text_keys(value: Any, depth: int = 0) -> Any:
    if depth > 200:
        raise ValueError("it is nested too deeply, or within itself")
    if isinstance(value, dict):
        for key in [key for key in value if not isinstance(key, str)]:
            value[str(key)] = value.pop(key)
        for item in value.values():
            _text_keys(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _text_keys(item, depth + 1)
    return value


def converted_from_2(document: Mapping[str, Json], source: str) -> dict[str, Json]:
    """A Swagger 2.0 document as OpenAPI 3.0: every parameter keeps its type. Raises `DiveError` where it is malformed."""
    try:
        return _Swagger(document).converted()
    except (AttributeError, TypeError, KeyError, RecursionError) as error:
        raise DiveError(f"{source} is a malformed Swagger 2.0 description: {error}; convert it to OpenAPI 3 first") from None


class _Swagger:
    def __init__(self, document: Mapping[str, Json]) -> None:
        self._old: Any = _moved_references(document)

    def converted(self) -> dict[str, Json]:
        old = self._old
        hosts = [f"{scheme}://{old['host']}" for scheme in _https_first(old.get("schemes"))] if old.get("host") else [""]
        return {
            "openapi": "3.0.3",
            "info": old.get("info", {}),
            "servers": [{"url": host + old.get("basePath", "").rstrip("/")} for host in hosts if host or old.get("basePath")],
            "paths": {path: self._item(item) for path, item in (old.get("paths") or {}).items() if isinstance(item, dict)},
            "components": {
                "schemas": old.get("definitions", {}),
                "securitySchemes": {n: _security(s) for n, s in old.get("securityDefinitions", {}).items()},
            },
        }

    def _item(self, item: dict[str, Any]) -> dict[str, Json]:
        shared = [self._parameter(p) for p in item.get("parameters", [])]
        return {
            method: self._operation(item[method], shared) for method in _METHODS if isinstance(item.get(method), dict)
        }  # fmt: skip

    def _parameter(self, parameter: dict[str, Any]) -> dict[str, Any]:
        reference = parameter.get("$ref", "")
        name = reference.removeprefix("#/parameters/")
        return dict(self._old["parameters"][name]) if reference else parameter

    def _operation(self, operation: dict[str, Any], shared: list[dict[str, Any]]) -> dict[str, Json]:
        own = [self._parameter(p) for p in operation.get("parameters", [])]
        named = {(p["name"], p["in"]): p for p in (*shared, *own)}
        kept = {k: v for k, v in operation.items() if k not in ("parameters", "responses", "consumes", "produces")}
        kept["parameters"] = [_parameter_3(p) for p in named.values() if p["in"] not in ("body", "formData")]
        consumes = operation.get("consumes") or self._old.get("consumes") or []
        bodies = [p for p in named.values() if p["in"] == "body"]
        form = [p for p in named.values() if p["in"] == "formData"]
        if bodies:
            content = {"application/json": {"schema": bodies[0].get("schema", {})}}
            kept["requestBody"] = {"required": bodies[0].get("required", False), "content": content}
        elif form:
            is_multipart = any(p.get("type") == "file" for p in form) or consumes == ["multipart/form-data"]
            kind = "multipart/form-data" if is_multipart else "application/x-www-form-urlencoded"
            schema = {
                "type": "object",
                "properties": {p["name"]: _schema_of(p) for p in form},
                "required": [p["name"] for p in form if p.get("required")],
            }
            kept["requestBody"] = {"required": bool(schema["required"]), "content": {kind: {"schema": schema}}}
        return kept


def _schema_of(parameter: dict[str, Any]) -> dict[str, Any]:
    outside = ("name", "in", "required", "collectionFormat", "allowEmptyValue")
    return {key: value for key, value in parameter.items() if key not in outside}


def _parameter_3(parameter: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {key: parameter[key] for key in ("name", "in", "required", "description") if key in parameter}
    made["schema"] = {key: value for key, value in _schema_of(parameter).items() if key != "description"}
    if made["schema"].get("type") == "array":
        collection = parameter.get("collectionFormat", "csv")
        made["explode"] = collection == "multi"
        if parameter["in"] == "query":
            made["style"] = _COLLECTION.get(collection, "form")
    return made


def _security(scheme: dict[str, Any]) -> dict[str, Any]:
    return {"type": "http", "scheme": "basic"} if scheme.get("type") == "basic" else scheme


def _https_first(schemes: Any) -> list[str]:
    return sorted(schemes or ["https"], key=lambda s: s != "https")


def _moved_references(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _moved(item) if key == "$ref" else _moved_references(item) for key, item in value.items()}
    return [_moved_references(item) for item in value] if isinstance(value, list) else value


def _moved(reference: Any) -> Any:
    return reference.replace("#/definitions/", "#/components/schemas/") if isinstance(reference, str) else reference
