"""Result schemas inferred from results that were seen: they hold for all of them, and say what is always there."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dive.tools.declared import validator_of
from dive.tools.fields import nested
from dive.tools.importers.http import Answer, read_body
from dive.tools.importers.infer import inferred

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_every_value_seen_meets_the_schema(values):
    validator = validator_of(inferred(values))
    assert all(validator.is_valid(value) for value in values)


def test_what_is_said_of_fields():
    seen = [{"id": 1, "name": "a", "tags": ["x"], "maker": {"city": "Rome"}}, {"id": 2.5, "name": None, "tags": [], "more": True}]
    schema = inferred(seen)
    assert schema["required"] == ["id", "name", "tags"]
    assert schema["properties"]["id"] == {"type": "number"}
    assert schema["properties"]["name"] == {"type": ["null", "string"]}
    assert schema["properties"]["tags"] == {"type": "array", "items": {"type": "string"}}
    assert not validator_of(schema).is_valid({"id": "one", "name": "a", "tags": []})
    from dive.tools.declared import Declared

    fields = {f.name: f for f in nested(Declared("", {"type": "object"}, schema, "").results)}
    assert {n: (f.kind, f.optional) for n, f in fields.items()} == {
        "id": ("number", False), "name": ("text", True), "tags": ("list", False), "": ("text", False),
        "maker": ("record", True), "city": ("text", False), "more": ("boolean", True),
    }  # fmt: skip


def test_an_object_with_ever_other_keys_is_a_table():
    assert inferred([{str(n): 1 for n in range(500)}]) == {"type": "object"}


RECORDINGS = Path(os.environ.get("DIVE_RECORDINGS", "recordings"))


@pytest.mark.skipif(not (RECORDINGS / "crossref").is_dir(), reason="DIVE_RECORDINGS names no folder with recorded answers")
def test_recorded_answers_are_read_and_described():
    answers: list[Any] = []
    for path in sorted((RECORDINGS / "crossref").rglob("*.y*ml")):
        for exchange in yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)).get("interactions", ()):
            body = exchange["response"]["body"].get("string") or ""
            raw = body.encode() if isinstance(body, str) else body
            kinds = {k.lower(): v for k, v in exchange["response"]["headers"].items()}.get("content-type", [""])
            if raw[:2] != b"\x1f\x8b" and "json" in kinds[0] and exchange["response"]["status"]["code"] == 200:
                answers.append(read_body(Answer(200, {"content-type": kinds[0]}, raw)))
    assert len(answers) > 10
    validator = validator_of(inferred(answers))
    assert all(validator.is_valid(json.loads(json.dumps(answer))) for answer in answers)
