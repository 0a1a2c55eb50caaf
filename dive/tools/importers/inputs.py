"""What one operation of an API takes: its parameters and body as arguments of a tool, and the closed schema of them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast, get_args
from urllib.parse import quote

from dive.tools.declared import validator_of
from dive.tools.importers.file import Argument, Place, Style
from dive.tools.importers.naming import argument_name
from dive.tools.importers.overlay import ToolOverlay
from dive.tools.importers.schemas import Schemas, Unusable, followed, look_up
from dive.types import Json, canonical

IGNORED_HEADERS = ("accept", "content-type", "authorization")
"""Header parameters that OpenAPI says to ignore."""
MAX_SCHEMA_CHARS = 20_000
"""Longest input schema; a longer one fills a model's context with one tool."""


class Inputs:
    """Collects the arguments of one operation."""

    def __init__(self, document: Mapping[str, Json], path: str) -> None:
        self.arguments: dict[str, Argument] = {}
        self.body: Literal["", "json", "form"] = ""
        self.fixed: dict[str, Json] = {}
        self.path = path
        self._document = document
        self._schemas = Schemas(document)
        self._parts: dict[str, dict[str, Json]] = {}
        self._required: list[str] = []

    def add_parameters(self, lists: Iterable[Json]) -> None:
        """Add the parameters of the path and of the operation, of which the latter replace the former."""
        named: dict[tuple[str, str], dict[str, Json]] = {}
        for listed in lists:
            if listed is not None and not isinstance(listed, list):
                raise Unusable("its parameters are not a list")
            for entry in listed or ():
                parameter = followed(self._document, entry)
                named[str(parameter.get("name")), str(parameter.get("in"))] = parameter
        for (name, where), parameter in named.items():
            if where == "header" and name.lower() in IGNORED_HEADERS:
                continue
            if where not in ("path", "query", "header", "cookie"):
                raise Unusable(f"its parameter {name!r} is in {where!r}")
            self._add(name, cast(Place, where), parameter)
        for slot in re.findall(r"\{([^{}]*)\}", self.path):
            if (slot, "path") not in named:
                raise Unusable(f"its path has {{{slot}}}, which is no parameter")

    def _add(self, name: str, where: Place, parameter: Mapping[str, Json]) -> None:
        own = argument_name(name, where, self._parts)
        content = parameter.get("content")
        if isinstance(content, Mapping) and content:
            schema, style = followed(self._document, next(iter(content.values()))).get("schema", {}), "json"
        else:
            default = "form" if where in ("query", "cookie") else "simple"
            schema, style = parameter.get("schema", {}), str(parameter.get("style") or default)
        if style not in get_args(Style):
            raise Unusable(f"its parameter {name!r} is written in the style {style!r}")
        self._parts[own] = _described(self._schemas.converted(schema), parameter.get("description"))
        explode = bool(parameter.get("explode", style == "form"))
        self.arguments[own] = Argument(place=where, name=name, style=cast(Style, style), explode=explode)
        if where == "path" or parameter.get("required") is True:
            self._required.append(own)

    def add_body(self, described: Json) -> None:
        """Add the body, as JSON where it may be JSON, else as a form."""
        body = followed(self._document, described)
        content: Any = body.get("content") if isinstance(body.get("content"), Mapping) else {}
        kinds = {str(media).split(";")[0].strip().lower(): media for media in content}
        usable = sorted((k for k in kinds if _form_of(k)), key=lambda k: _form_of(k) != "json")
        if not usable:
            raise Unusable(f"its body is {' or '.join(kinds) or 'not described'}, which is not supported")
        self.body = _form_of(usable[0])
        own = argument_name("body", "json", self._parts)
        schema = followed(self._document, content[kinds[usable[0]]]).get("schema", {})
        self._parts[own] = _described(self._schemas.converted(schema), body.get("description"))
        self.arguments[own] = Argument(place="body", name="body")
        if body.get("required") is True:
            self._required.append(own)

    def apply(self, settings: ToolOverlay) -> None:
        """Put the overlay's defaults, fixed values and semantic types in place."""
        for name in (*settings.defaults, *settings.fixed, *settings.formats):
            if name not in self._parts:
                raise Unusable(f"the overlay names its argument {name!r}; it takes {', '.join(self._parts) or 'none'}")
        for name, value in settings.fixed.items():
            goes = self.arguments.pop(name)
            if goes.place == "path":
                self.path = self.path.replace("{" + goes.name + "}", quote(str(value), safe=","))
            elif goes.place == "query":
                self.fixed[goes.name] = value
            else:
                raise Unusable(f"the overlay fixes {name!r}, which is in the {goes.place}; only path and query can be fixed")
            del self._parts[name]
            self._required = [n for n in self._required if n != name]
        for name, value in settings.defaults.items():
            self._parts[name] = {**self._parts[name], "default": value}
            self._required = [n for n in self._required if n != name]
        for name, semantic in settings.formats.items():
            part = self._parts[name]
            if "items" in part:
                part["items"] = {**part["items"], "format": semantic}
            else:
                self._parts[name] = {**part, "format": semantic}

    def schema(self) -> dict[str, Json]:
        """The closed schema of all arguments."""
        return closed_object(self._parts, self._required, self._schemas.defs)


def _form_of(media: str) -> Literal["", "json", "form"]:
    if media == "application/json" or media.endswith("+json") or media == "*/*":
        return "json"
    return "form" if media == "application/x-www-form-urlencoded" else ""


def closed_object(parts: Mapping[str, Json], required: Iterable[str], defs: Mapping[str, Json]) -> dict[str, Json]:
    """A closed object of the given parts. Defaults that break their own schema go; unused `$defs` go. Raises `Unusable`
    where no valid schema of bearable size comes out.
    """
    wanted = list(required)
    made: dict[str, Json] = {"type": "object", "properties": dict(parts)}
    if wanted:
        made["required"] = wanted
    made["additionalProperties"] = False
    used = _reachable(made, defs)
    if used:
        made["$defs"] = used
    check_schema(made)
    for name, part in made["properties"].items():
        if isinstance(part, dict) and "default" in part and (name in wanted or not _valid(part, used)):
            made["properties"][name] = {key: value for key, value in part.items() if key != "default"}
    return made


def check_schema(schema: Mapping[str, Json]) -> None:
    """Raise `Unusable` where arguments cannot be checked by a schema."""
    from jsonschema import Draft202012Validator, SchemaError

    size = len(canonical(dict(schema)))
    if size > MAX_SCHEMA_CHARS:
        raise Unusable(f"its input schema has {size:,} characters; the bound is {MAX_SCHEMA_CHARS:,}")
    try:
        Draft202012Validator.check_schema(dict(schema))
        _check_references(schema, schema)
        for _ in validator_of(schema).iter_errors({}):
            pass
    except Unusable:
        raise
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path))
        raise Unusable(f"its input schema is malformed at {place}: {error.message[:120]}") from None
    except Exception as error:  # a reference that leads nowhere, a pattern that is none: whatever the library raises
        raise Unusable(f"its input schema is malformed: {type(error).__name__}: {str(error)[:120]}") from None


def _check_references(part: Json, whole: Mapping[str, Json]) -> None:
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str) and reference != "#":
            look_up(whole, reference)
        for key, item in part.items():
            if key not in ("enum", "const", "default", "examples"):
                _check_references(item, whole)
    elif isinstance(part, list):
        for item in part:
            _check_references(item, whole)


def _valid(part: Mapping[str, Json], defs: Mapping[str, Json]) -> bool:
    try:
        return bool(validator_of({**part, "$defs": dict(defs)}).is_valid(part["default"]))
    except Exception:  # as above
        return False


def _reachable(schema: Json, defs: Mapping[str, Json]) -> dict[str, Json]:
    names: list[str] = []

    def visit(part: Json) -> None:
        if isinstance(part, dict):
            reference = part.get("$ref")
            name = reference.removeprefix("#/$defs/") if isinstance(reference, str) else ""
            if name in defs and name not in names:
                names.append(name)
                visit(defs[name])
            for key, item in part.items():
                if key not in ("enum", "const", "default", "examples"):
                    visit(item)
        elif isinstance(part, list):
            for item in part:
                visit(item)

    visit(schema)
    return {name: defs[name] for name in sorted(names)}


def _described(schema: dict[str, Json], description: Json) -> dict[str, Json]:
    if isinstance(description, str) and description.strip() and "$ref" not in schema:
        return {**schema, "description": " ".join(description.split())[:400]}
    return schema
