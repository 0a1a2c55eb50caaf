"""Values that follow a JSON Schema: what it offers by itself first, else something plain that it allows."""

import math
import re

from dive.fake.draws import share
from dive.types import Json

WORDS = ("caffeine", "Geneva", "2024-03-01", "CH", "aspirin", "USD", "Lisbon", "water")

_EXAMPLE = re.compile(r"\b(?:such as|e\.g\.|for example) [\"'`]?([\w./:+-]*\w)")


def filled(schema: Json, salt: str, root: Json = None, depth: int = 0) -> Json:
    """A value for a schema, drawn by `salt` alone: a constant, the first of an enumeration, a default or an example (the
    description may name one), else a plain value of its type. Patterns are not followed.
    """
    if not isinstance(schema, dict) or depth > 12:
        return None
    root = schema if root is None else root
    if isinstance(schema.get("$ref"), str):
        return filled(_target(root, schema["$ref"]), salt, root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    if schema.get("examples"):
        return schema["examples"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return filled(schema[key][0], salt, root, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = next((each for each in kind if each != "null"), "null") if isinstance(kind, list) else kind
    return _of_type(kind, schema, salt, root, depth)


def _of_type(kind: str, schema: dict[str, Json], salt: str, root: Json, depth: int) -> Json:
    if kind == "object":
        properties, required = schema.get("properties", {}), schema.get("required", ())
        return {name: filled(part, f"{salt}/{name}", root, depth + 1) for name, part in properties.items() if name in required}
    if kind == "array":
        count = max(1, schema.get("minItems", 1))
        return [filled(schema.get("items", {}), f"{salt}/{n}", root, depth + 1) for n in range(min(count, 20))]
    if kind in ("integer", "number"):
        return _number(kind, schema, share("fill", salt))
    if kind == "string":
        example = _EXAMPLE.search(str(schema.get("description", "")))
        word = example[1] if example else WORDS[int(share("fill", salt) * len(WORDS))]
        return (word + "x" * max(0, schema.get("minLength", 0) - len(word)))[: schema.get("maxLength")]
    return {"boolean": True}.get(kind)


def _number(kind: str, schema: dict[str, Json], drawn: float) -> float:
    """A number within the bounds: a whole one where there is one, from 1 to 100 if that may be."""
    least = max(schema.get("minimum", -math.inf), _next(schema.get("exclusiveMinimum"), 1))
    most = min(schema.get("maximum", math.inf), _next(schema.get("exclusiveMaximum"), -1))
    low: float
    high: float
    low, high = (least if least > -math.inf else min(1, most)), (most if most < math.inf else max(100, least))
    if math.ceil(low) <= math.floor(high):
        return math.ceil(low) + int(drawn * (math.floor(high) - math.ceil(low) + 1))
    low, high = schema.get("exclusiveMinimum", low), schema.get("exclusiveMaximum", high)
    return math.ceil(low) if kind == "integer" else low + (high - low) * (0.25 + drawn / 2)


def _next(bound: float | None, step: int) -> float:
    """The first whole number beyond an exclusive bound."""
    if bound is None:
        return -step * math.inf
    return math.floor(bound) + 1 if step > 0 else math.ceil(bound) - 1


def _target(root: Json, reference: str) -> Json:
    """What a local reference such as `#/$defs/Row` points at; None where there is nothing."""
    for part in reference.removeprefix("#/").split("/"):
        root = root.get(part) if isinstance(root, dict) else None
    return root
