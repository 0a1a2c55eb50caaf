"""Finding the object in a reply, and checking it."""

import pytest

from dive.chat import Format, Message
from dive.models.structured import in_words, is_about_format, read_structured, response_format
from dive.types import Json

SCHEMA = {
    "type": "object",
    "properties": {
        "query": {"type": "string"}, "steps": {"type": "integer"}, "weight": {"type": "number"},
        "verdict": {"enum": ["yes", "no"]}, "note": {"type": ["string", "null"]}, "free": {},
    },
    "required": ["query"],
    "additionalProperties": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        '{"query": "a {b} c"}',
        '  \n{"query": "a {b} c"}\n',
        '```json\n{"query": "a {b} c"}\n```',
        'Here it is:\n```\n{"query": "a {b} c"}\n```\nAnything else?',
        'The set {x} of all { is empty. {"query": "a {b} c"} and {} too',
        '{"a": 1} is short, so {"query": "a {b} c"}',
        'Broken: {"query": } then {"query": "a {b} c"}',
    ],
)
def test_the_object_is_found(text: str) -> None:
    assert read_structured(text) == {"query": "a {b} c"}


@pytest.mark.parametrize(
    "text",
    [
        "", "no", "[1, 2]", '"text"', '{"query": "cut', '{"query": 1,}', "{'query': 1}", '{"query": NaN}', '{"query": -Infinity}',
        "{" * 5000, '{"a":' * 3000, "{" * 200_000,
    ],
)  # fmt: skip
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no JSON object"):
        read_structured(text)


def test_the_outer_object_is_the_one() -> None:
    assert read_structured('{"query": {"query": 1}, "more": [{"query": 2}]}')["query"] == {"query": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"steps": 1}', "lacks 'query'"),
        ('{"query": "a", "extra": 1}', "'extra', which the schema does not know"),
        ('{"query": 5}', "'query' must be of type string, not 5"),
        ('{"query": null}', "must be of type string"),
        ('{"query": "a", "steps": 1.5}', "must be of type integer"),
        ('{"query": "a", "steps": true}', "must be of type integer"),
        ('{"query": "a", "weight": "1"}', "must be of type number"),
        ('{"query": "a", "verdict": "maybe"}', "must be one of 'yes', 'no'"),
        ('{"query": "a", "note": 1}', "must be of type string or null"),
    ],
)
def test_a_broken_schema_is_told(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_structured(text, SCHEMA)


def test_what_follows_the_schema_is_read() -> None:
    value = {"query": "a", "steps": 2.0, "weight": 1, "verdict": "no", "note": None, "free": [1]}
    assert read_structured(str(value).replace("'", '"').replace("None", "null"), SCHEMA) == value


def test_words_go_to_the_end_of_the_last_question() -> None:
    form = Format(name="draft", definition={"title": "costs $5"})
    talk = (
        Message(role="system", content="S"), Message(role="user", content="one"), Message(role="assistant", content="two"),
        Message(role="user", content="three"), Message(role="tool", content="four", tool_call_id="c"),
    )  # fmt: skip
    told = in_words(talk, form)
    assert told[:3] == talk[:3]
    assert told[4:] == talk[4:]
    assert told[3].content.startswith("three\n\n")
    assert '{"title":"costs $5"}' in told[3].content
    assert talk[3].content == "three"
    assert in_words(talk[:1], form)[1].role == "user"


def test_each_way_has_its_field() -> None:
    form = Format(name="draft", definition={})
    ways: list[Json] = [response_format(form, "schema"), response_format(form, "object"), response_format(form, "prompt")]
    assert [way and way["type"] for way in ways] == ["json_schema", "json_object", None]


def test_complaints_about_the_format_are_told_from_others() -> None:
    assert is_about_format("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.")
    assert is_about_format("This guided decoding backend does not support the schema")
    assert not is_about_format("The model `toy` does not exist")
    assert not is_about_format("messages: roles must alternate")
