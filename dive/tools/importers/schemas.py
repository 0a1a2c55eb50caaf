"""Schemas of OpenAPI documents as closed JSON Schemas (draft 2020-12).

References to components become entries of `$defs`, so that a schema that contains itself stays finite; what is small is
put in place. Objects are closed: an argument that the description does not know is an error. Keywords that say nothing of
what is valid (examples, XML names, discriminators) go; `nullable` and boolean bounds of OpenAPI 3.0 are put as
JSON Schema puts them.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from dive.types import Json, canonical

KEPT = (
    "type", "enum", "const", "default", "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    "multipleOf", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
)  # fmt: skip
NUMBERS = frozenset(name for name in KEPT if name.startswith(("min", "max")))
SMALL = 300
"""Characters up to which a referenced schema is put in place."""
MAX_DESCRIPTION = 400
MAX_NODES = 3_000
"""Parts of one operation's schemas; more is refused."""
MAX_DEPTH = 60


class Unusable(Exception):
    """An operation that cannot become a tool; the message says why."""


def look_up(document: Mapping[str, Json], reference: Json) -> Any:
    """What a local `$ref` points to."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise Unusable(f"$ref {reference!r} leads out of the document")
    found: Any = document
    for token in reference[2:].split("/"):
        key = unquote(token).replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        elif isinstance(found, Mapping) and key in found:
            found = found[key]
        else:
            raise Unusable(f"$ref {reference} leads nowhere")
    return found


def followed(document: Mapping[str, Json], part: Json) -> dict[str, Json]:
    """A part of the document with references at its head followed."""
    seen = set()
    while isinstance(part, Mapping) and "$ref" in part:
        reference = part["$ref"]
        if str(reference) in seen:
            raise Unusable(f"$ref {reference} refers to itself")
        seen.add(str(reference))
        part = look_up(document, reference)
    if not isinstance(part, Mapping):
        raise Unusable(f"{str(part)[:60]!r} stands where an object is expected")
    return dict(part)


class Schemas:
    """Converts the schemas of one operation and collects the `$defs` that they share."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self.defs: dict[str, Json] = {}
        self._document = document
        self._names: dict[str, str] = {}
        self._nodes = 0

    def converted(self, schema: Json, closed: bool = True, depth: int = 0) -> dict[str, Json]:
        """The schema as JSON Schema. `closed` is False for the branches of a composition, which is closed as a whole."""
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:
            raise Unusable("its schema is too large or too deep")
        if schema is True or schema == {}:
            return {}
        if not isinstance(schema, Mapping):
            raise Unusable(f"{str(schema)[:60]!r} stands where a schema is expected")
        if "$ref" in schema:
            return self._referenced(schema["$ref"], closed, depth)
        made = self._plain(schema)
        self._add_items(made, schema, depth)
        composed = any(key in schema for key in ("allOf", "oneOf", "anyOf"))
        self._add_fields(made, schema, closed and not composed, depth)
        if composed:
            self._add_branches(made, schema, closed, depth)
        return _nullable(made) if schema.get("nullable") is True else made

    def _referenced(self, reference: Json, closed: bool, depth: int) -> dict[str, Json]:
        target = look_up(self._document, reference)
        followed(self._document, target)
        if not closed:
            return self.converted(target, closed, depth + 1)
        if reference not in self._names:
            self._names[reference] = name = self._free_name(str(reference))
            self.defs[name] = {}
            self.defs[name] = self.converted(target, closed, depth + 1)
        name = self._names[reference]
        made = self.defs[name]
        small = made and "$ref" not in (text := canonical(made)) and len(text) <= SMALL
        return dict(made) if small else {"$ref": f"#/$defs/{name}"}

    def _free_name(self, reference: str) -> str:
        own = re.sub(r"[^A-Za-z0-9_]+", "_", reference.rsplit("/", 1)[-1]) or "Part"
        name, number = own, 2
        while name in self.defs:
            name, number = f"{own}_{number}", number + 1
        return name

    def _plain(self, schema: Mapping[str, Json]) -> dict[str, Json]:
        made = {key: schema[key] for key in KEPT if key in schema}
        if isinstance(text := schema.get("description"), str) and text.strip():
            made["description"] = _short(text, MAX_DESCRIPTION)
        for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if isinstance(made.get(bound), bool) and made.pop(bound) and limit in made:
                made[bound] = made.pop(limit)
        for key in NUMBERS & made.keys():
            if isinstance(made[key], bool) or not isinstance(made[key], int | float):
                del made[key]
        if "pattern" in made and not _compiles(made["pattern"]):
            del made["pattern"]
        if made.get("type") == "file" or made.get("format") == "binary":
            raise Unusable("it takes a file")
        return made

    def _add_items(self, made: dict[str, Json], schema: Mapping[str, Json], depth: int) -> None:
        if "items" in schema:
            made["items"] = self.converted(schema["items"], depth=depth + 1)

    def _add_fields(self, made: dict[str, Json], schema: Mapping[str, Json], closed: bool, depth: int) -> None:
        fields = schema.get("properties")
        more = schema.get("additionalProperties")
        if isinstance(fields, Mapping):
            usable = {n: f for n, f in fields.items() if not (isinstance(f, Mapping) and f.get("readOnly") is True)}
            made["properties"] = {str(n): self.converted(f, depth=depth + 1) for n, f in usable.items()}
            made.setdefault("type", "object")
            required = [n for n in schema.get("required") or () if n in usable]
        else:
            required = [n for n in schema.get("required") or () if isinstance(n, str)]
        if required:
            made["required"] = required
        if isinstance(more, Mapping) and more:
            made["additionalProperties"] = self.converted(more, depth=depth + 1)
        elif closed and (fields or more is False) and more is not True and more != {}:
            made["additionalProperties"] = False

    def _add_branches(self, made: dict[str, Json], schema: Mapping[str, Json], closed: bool, depth: int) -> None:
        shared = "properties" in made or "allOf" in schema
        for key in ("allOf", "oneOf", "anyOf"):
            branches = schema.get(key)
            if branches is None:
                continue
            if not isinstance(branches, list) or not branches:
                raise Unusable(f"{key} is not a list of schemas")
            made[key] = [self.converted(branch, closed and not shared, depth + 1) for branch in branches]
        if list(made) == ["allOf"] and len(made["allOf"]) == 1:
            alone = self.converted(schema["allOf"][0], closed, depth + 1)
            made.clear()
            made.update(alone)
        elif closed and shared and _is_object(made):
            made["unevaluatedProperties"] = False


def _is_object(made: Mapping[str, Json]) -> bool:
    return "properties" in made or any(_is_object(b) or b.get("type") == "object" for b in made.get("allOf", ()))


def _nullable(made: dict[str, Json]) -> dict[str, Json]:
    if isinstance(made.get("type"), str) and "const" not in made and "$ref" not in made:
        made["type"] = [made["type"], "null"]
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
        return made
    return {"anyOf": [made, {"type": "null"}]} if made else made


def _compiles(pattern: Json) -> bool:
    try:
        re.compile(pattern)
    except (re.error, TypeError, RecursionError, OverflowError):
        return False
    return True


def _short(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
