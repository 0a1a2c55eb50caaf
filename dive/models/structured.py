"""Reading a JSON object out of a reply."""

import json

from dive.types import Json


def read_structured(text: str) -> dict[str, Json]:
    """The JSON object in a reply, fenced or with prose around it. Raises `ValueError` where there is none."""
    start, end = text.find("{"), text.rfind("}")
    value = json.loads(text[start : end + 1]) if start >= 0 else None
    if not isinstance(value, dict):
        raise ValueError("no JSON object")
    return value
