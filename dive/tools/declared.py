"""The schema of a tool that has no Python signature: it was imported, and a JSON Schema says what it takes.

`Declared` gives such a tool what type hints give to others: checked arguments with defaults filled in, the parameters
and result fields that the planner and the realiser look at. The schema of the arguments is binding; that of the result
was inferred from answers that were seen, says what to expect, and is never used to refuse an answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dive.errors import bad_arguments
from dive.tools.fields import FieldKind, Parameter, ResultField, Says
from dive.tools.semantics import SEMANTICS
from dive.types import Json

_KINDS: dict[str, FieldKind] = {
    "string": "text", "integer": "integer", "number": "number", "boolean": "boolean", "array": "list", "object": "record",
}  # fmt: skip
MAX_FAULT_CHARS = 200
"""Longest account of one fault of the arguments; a longer one is cut."""
MAX_REFERENCES = 20
"""Longest chain of `$ref`s that is followed."""
MAX_DEPTH = 6
"""Depth to which the fields of a result are listed."""


@dataclass(frozen=True)
class Declared:
    """What an imported tool says of itself."""

    description: str
    schema: Mapping[str, Json]
    """JSON Schema of the arguments: a closed object."""
    result: Mapping[str, Json]
    """JSON Schema of the result as far as answers have shown it; empty where none has been seen."""
    edition: str
    """Version of the source and a digest of the definition; part of the tool's version."""

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, in the order of the schema."""
        required = self.schema.get("required", ())
        return {
            name: _parameter(name, part, self.schema, name in required)
            for name, part in self.schema.get("properties", {}).items()
        }

    @cached_property
    def results(self) -> tuple[ResultField, ...]:
        """The fields that results have shown."""
        return tuple(_fields(self.result))

    def checked(self, arguments: Mapping[str, Json]) -> dict[str, Json]:
        """The arguments with defaults filled in; `bad_arguments` names every fault."""
        try:
            faults = [_fault(error) for error, _ in zip(self._validator.iter_errors(dict(arguments)), range(5), strict=False)]
        except RecursionError:
            raise bad_arguments("arguments are nested too deeply") from None
        if faults:
            raise bad_arguments("; ".join(faults))
        defaults = {name: p.default for name, p in self.parameters.items() if not p.required and p.default is not None}
        return {**defaults, **arguments}

    @cached_property
    def _validator(self) -> Any:
        return validator_of(self.schema)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_validator"}


def validator_of(schema: Mapping[str, Json]) -> Any:
    """A validator that fetches nothing: a reference that leads out of the schema is an error."""
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(dict(schema), registry=Registry())


def resolved(part: Json, whole: Mapping[str, Json]) -> Mapping[str, Json]:
    """A part of a schema with a reference at its head followed."""
    for _ in range(MAX_REFERENCES):
        if not isinstance(part, Mapping):
            return {}
        reference = part.get("$ref")
        if not isinstance(reference, str):
            return part
        part = whole
        for token in reference.removeprefix("#").split("/")[1:]:
            part = part.get(token, {}) if isinstance(part, Mapping) else {}
    return {}


def _fault(error: Any) -> str:
    place = ".".join(map(str, error.absolute_path)) or "arguments"
    return f"{place}: {error.message}"[:MAX_FAULT_CHARS]


def _parameter(name: str, part: Json, whole: Mapping[str, Json], required: bool) -> Parameter:
    seen = resolved(part, whole)
    kind = kind_of(seen, whole)
    meant = resolved(seen.get("items", {}), whole) if kind == "list" else seen
    values = seen.get("enum") or seen.get("examples") or ()
    return Parameter(
        name, kind, dict(part) if isinstance(part, Mapping) else {}, semantic=_semantic(meant),
        among=tuple(v for v in values if v is not None), required=required, default=None if required else seen.get("default"),
    )  # fmt: skip


def kind_of(part: Mapping[str, Json], whole: Mapping[str, Json]) -> FieldKind:
    """What values a schema allows, by its first alternative that is not null; text where it says nothing."""
    for _ in range(MAX_REFERENCES):
        part = resolved(part, whole)
        named = part.get("type")
        for choice in [named] if isinstance(named, str) else named or []:
            if choice in _KINDS:
                return _KINDS[choice]
        values = [v for v in (*part.get("enum", ()), part.get("const")) if v is not None]
        if values:
            return _kind_of_value(values[0])
        branches = [b for key in ("allOf", "oneOf", "anyOf") for b in part.get(key, ()) if b != {"type": "null"}]
        if not branches:
            break
        part = branches[0]
    return "record" if "properties" in part else "text"


def _kind_of_value(value: Json) -> FieldKind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    return "list" if isinstance(value, list) else "record" if isinstance(value, dict) else "text"


def _semantic(part: Mapping[str, Json]) -> str:
    named = part.get("format", "")
    return named if isinstance(named, str) and named in SEMANTICS else ""


def _fields(record: Mapping[str, Json], depth: int = 0) -> Iterator[ResultField]:
    required = record.get("required", ())
    for name, part in record.get("properties", {}).items() if depth < MAX_DEPTH else ():
        yield _field(name, part, name not in required, depth)


def _field(name: str, part: Mapping[str, Json], optional: bool, depth: int) -> ResultField:
    kind = kind_of(part, {})
    items = part.get("items", {}) if kind == "list" else {}
    of_records = kind == "list" and kind_of(items, {}) == "record"
    fields = tuple(_fields(items if of_records else part, depth + 1)) if kind == "record" or of_records else ()
    item = None if kind != "list" or of_records or depth >= MAX_DEPTH else _field("", items, False, depth + 1)
    noun = name.replace("_", " ").strip()
    named = part.get("type")
    nullable = isinstance(named, list) and "null" in named
    return ResultField(
        name, kind, _semantic(part) or (item.semantic if item else ""), Says(noun) if noun else None, fields, item,
        optional or nullable,
    )  # fmt: skip
