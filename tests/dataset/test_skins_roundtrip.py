"""Over generated tools and conversations: a skin comes off letter by letter, and what was valid stays valid."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing.exceptions import Unresolvable

from dive.dataset.names import Style
from dive.dataset.rows import Row
from dive.dataset.skins import Skin, SkinOptions, apply_skin, make_skin, original_call, skinned_outcome, unskinned
from dive.types import Answer

WORDS = (
    "date",
    "start",
    "end",
    "user_id",
    "labels",
    "value",
    "größe",
    "x-key",
    "a",
    "to",
    "error",
    "path",
    "day",
    "2fa",
    "id",
    "items",
)
STYLES: tuple[Style, ...] = ("snake", "camel", "terse", "opaque")
names = st.sampled_from(WORDS) | st.text("abcß_-.'\"\\ {}:,", max_size=6)
tool_names = st.sampled_from(("date_span", "date", "get_user", "a", "listTables", "x2", "verify", "day_of", "größe", "end"))
literals = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(WORDS) | st.text(max_size=5)
values = st.recursive(literals, lambda v: st.lists(v, max_size=3) | st.dictionaries(names, v, max_size=3), max_leaves=8)


def objects(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def made(properties: dict[str, Any], wanted: list[str], closed: Any, extra: dict[str, Any]) -> Any:
        required = [name for name in properties if name in wanted]
        rest = {} if closed is None else {"additionalProperties": closed}
        return {"type": "object", "properties": properties, "required": required, **rest, **extra}

    extra = st.sampled_from((
        {}, {}, {"patternProperties": {"^x-": {}}}, {"propertyNames": {"maxLength": 40}},
        {"default": {"date": 1, "start": {"date": 2}}},
        {"anyOf": [{"required": ["date"]}, {"required": ["start"]}, {}]}, {"dependentRequired": {"date": ["start"]}},
        {"$defs": {"date": {"properties": {"date": {}}}}}, {"title": "Date", "description": "The `date` of date_span"},
    ))  # fmt: skip
    return st.builds(
        made,
        st.dictionaries(names, parts, max_size=4),
        st.lists(names, max_size=3),
        st.sampled_from((None, True, False)) | parts,
        extra,
    )


leaves = st.sampled_from((
    {}, True, {"type": "string", "description": "Start of it, such as date"}, {"enum": ["date", "start"]}, {"$ref": "#"},
    {"$ref": "#/properties/date"}, {"const": {"date": 1}}, {"type": ["integer", "null"]},
))  # fmt: skip
schemas = st.recursive(
    leaves,
    lambda s: (
        objects(s)
        | st.builds(lambda part: {"type": "array", "items": part}, s)
        | st.builds(lambda parts: {"anyOf": parts}, st.lists(s, min_size=1, max_size=3))
        | st.builds(lambda parts, part: {"prefixItems": parts, "items": part}, st.lists(s, min_size=1, max_size=2), s)
    ),
    max_leaves=8,
)


def definition(name: str, description: str, parameters: Any) -> Any:
    return {"type": "function", "function": {"description": description, "name": name, "parameters": parameters}}


toolsets = st.lists(
    st.builds(definition, tool_names, st.sampled_from(("", "See date_span and `date`.", "Get it; at most 5.")), objects(schemas)),
    min_size=1, max_size=4, unique_by=lambda tool: tool["function"]["name"],
)  # fmt: skip
broken = st.text("{}[]:,\"' \\ndatesr", max_size=30)
texts = st.lists(
    st.sampled_from((*WORDS, "date_span", "`date`", "must", "and", "start=", "(", "'", ";", ":", '"', "\n", "Final answer:", "."))
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    tools = draw(toolsets)
    messages: list[Any] = [{"role": "user", "content": "date_span?"}]
    for number in range(draw(st.integers(0, 3))):
        arguments = draw(values.map(json.dumps) | values.map(lambda v: json.dumps(v, ensure_ascii=False)) | broken)
        arguments = arguments[: draw(st.integers(0, 200))]
        called = {"id": f"c{number}", "type": "function", "function": {"name": draw(tool_names), "arguments": arguments}}
        said = {
            "role": "assistant",
            "content": " ".join(draw(texts)),
            "reasoning_content": "".join(draw(texts)),
            "tool_calls": [called],
        }
        error = json.dumps({"error": {"code": "bad", "message": " ".join(draw(texts))}}, ensure_ascii=draw(st.booleans()))
        content = draw(
            st.sampled_from((error, f"Error: {' '.join(draw(texts))}", json.dumps(draw(values)), '{"date": {"date": 1}}'))
        )
        messages += [said, {"role": "tool", "content": content, "tool_call_id": f"c{number}"}]
    return Row(
        id="r#s1", task="t", purpose="sft", messages=tuple(messages), tools=tuple(tools), query="date_span?",
        answer=Answer(type="integer", value=1), domain="d", variant="v", shape="s", seed="x",
    )  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(rows(), st.integers(0, 999), st.sampled_from(STYLES), st.booleans())
def test_a_skin_comes_off_letter_by_letter(row: Row, seed: int, style: Style, results: bool) -> None:
    pool = [{**tool["function"], "result": tool["function"]["parameters"]} for tool in row.tools]
    skin = make_skin(row.tools, seed, SkinOptions(mix={style: 1}, results=results), pool, label="s1")
    dressed = Row.model_validate_json(apply_skin(row, skin).model_dump_json())
    back = unskinned(dressed, Skin.model_validate_json(skin.model_dump_json()))
    assert back.model_dump_json() == row.model_dump_json()


@settings(max_examples=200, deadline=None)
@given(toolsets, values, st.integers(0, 999))
def test_what_was_valid_stays_valid_and_what_was_not_stays_so(tools: list[Any], value: Any, seed: int) -> None:
    skin = make_skin(tools, seed, SkinOptions(shuffle=False, descriptions=False))
    for old, new in zip(skin.originals, skin.tools, strict=True):
        before, after = old["function"]["parameters"], new["function"]["parameters"]
        Draft202012Validator.check_schema(after)
        told = json.loads(apply_call(skin, old["function"]["name"], json.dumps(value)))
        assert verdict(after, told) == verdict(before, value)
        if isinstance(value, dict):
            assert original_call(skin, new["function"]["name"], told) == (old["function"]["name"], value)


def verdict(schema: Any, value: Any) -> bool | str:
    """Whether a value is valid, or what keeps the validator from saying so."""
    try:
        return bool(Draft202012Validator(schema).is_valid(value))
    except (Unresolvable, RecursionError) as error:
        return type(error).__name__


def apply_call(skin: Skin, name: str, arguments: str) -> str:
    """The arguments of one call in a row, in its skin."""
    call = {"id": "c", "type": "function", "function": {"name": name, "arguments": arguments}}
    row = Row(
        id="r", task="t", purpose="sft", messages=({"role": "assistant", "tool_calls": [call]},),
        tools=skin.originals, query="", answer=Answer(type="integer", value=1), domain="d", variant="v", shape="s", seed="x",
    )  # fmt: skip
    return str(apply_skin(row, skin).messages[0]["tool_calls"][0]["function"]["arguments"])


@given(st.text(max_size=60))
def test_any_outcome_is_told(text: str) -> None:
    skin = make_skin([definition("date_span", "", {"properties": {"date": {}, "start": {}}})], 1)
    assert isinstance(skinned_outcome(skin, text, "date_span", text), str)
