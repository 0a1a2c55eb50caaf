"""Values that follow a JSON Schema: what it offers by itself first, else something plain that it allows."""

from dive.fake.draws import share
from dive.types import Json

WORDS = ("caffeine", "Geneva", "2024-03-01", "CH", "aspirin", "USD", "Lisbon", "water")


def filled(schema: Json, salt: str, root: Json = None, depth: int = 0) -> Json:
    """A value for a schema, drawn by `salt` alone: a constant, the first of an enumeration, a default or an example, else a
    plain value of its type.
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
        low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else 1)
        high = schema.get("maximum", max(low, 100))
        value = low + int(share("fill", salt) * (high - low + 1)) if high >= low else low
        return min(value, high) if kind == "number" or isinstance(value, int) else int(value)
    if kind == "string":
        word = WORDS[int(share("fill", salt) * len(WORDS))]
        return (word + "x" * max(0, schema.get("minLength", 0) - len(word)))[: schema.get("maxLength")]
    return {"boolean": True}.get(kind)


def _target(root: Json, reference: str) -> Json:
    """What a local reference such as `#/$defs/Row` points at; None where there is nothing."""
    for part in reference.removeprefix("#/").split("/"):
        root = root.get(part) if isinstance(root, dict) else None
    return root
