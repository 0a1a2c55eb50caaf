"""Skins on rows, calls and results: consistent within a sample, undone letter by letter, never confusable."""

import json
import keyword
import re
from typing import Any

import pytest
from pydantic import ValidationError

from dive.dataset.rows import Row
from dive.dataset.skins import Skin, SkinOptions, apply_skin, make_skin, original_call, skinned, skinned_outcome, skins, unskinned
from dive.errors import DiveError
from dive.types import Answer

RESERVED = ("verify", "seed_session", "aggregate_metrics", "mcp", "reset", "step", "state", "close")


def tool(name: str, description: str = "", **properties: Any) -> Any:
    parameters = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


TEXT = {"type": "string", "description": "Date as YYYY-MM-DD"}
TOOLS = (
    tool("date_span", "Days from one date to a later one; see date_after for the reverse.", start=TEXT, end=TEXT),
    tool("date_after", "The date a number of days after another one.", start=TEXT, last_day={"type": "integer"}),
    tool("run_sql", "Rows of one SELECT statement over the tables that list_tables names.", query={"type": "string"}),
    tool("list_tables", "The tables of the database by name."),
)


def call(number: int, name: str, arguments: str) -> Any:
    return {"id": f"c{number}", "type": "function", "function": {"name": name, "arguments": arguments}}


def answered(number: int, content: str) -> Any:
    return {"role": "tool", "content": content, "tool_call_id": f"c{number}"}


def row(*messages: Any, tools: tuple[Any, ...] = TOOLS, **fields: Any) -> Row:
    asked = {"role": "user", "content": "How long is it from the start to the end? Use date_span."}
    given = {
        "id": "k1", "task": "t1", "purpose": "sft", "messages": ({"role": "system", "content": "Use tools."}, asked, *messages),
        "tools": tools, "query": asked["content"], "answer": Answer(type="integer", value=3), "domain": "general",
        "variant": "expert", "shape": "lookup", "seed": "date:x", "used": ("date_span",),
    }  # fmt: skip
    return Row(**{**given, **fields})


def worn(given: Row, seed: str = "s", **options: Any) -> tuple[Row, Skin]:
    skin = make_skin(given.tools, seed, SkinOptions(**options))
    return apply_skin(given, skin), skin


# What goes wrong -----------------------------------------------------------------------------------------------------


def test_a_skin_for_other_tools_is_refused() -> None:
    skin = make_skin(TOOLS[:2], 0)
    with pytest.raises(DiveError, match="made for other tools than those of row 'k1'"):
        apply_skin(row(), skin)


def test_a_skin_is_not_put_on_twice_nor_taken_off_twice() -> None:
    dressed, skin = worn(row())
    with pytest.raises(DiveError, match="has renamed tools already"):
        apply_skin(dressed, skin)
    with pytest.raises(DiveError, match="does not wear this skin"):
        unskinned(row(), skin)
    with pytest.raises(DiveError, match="does not wear this skin"):
        unskinned(dressed, make_skin(TOOLS, "another"))


def test_two_tools_of_one_name_are_refused() -> None:
    with pytest.raises(DiveError, match="two tools of one sample are named 'date_span'"):
        make_skin((TOOLS[0], TOOLS[0]), 0)


def test_what_is_no_definition_is_refused() -> None:
    with pytest.raises(DiveError, match="is no tool definition"):
        make_skin(({"type": "function"},), 0)


def test_a_mix_without_weight_and_an_unknown_style_are_refused() -> None:
    with pytest.raises(DiveError, match="no weight above 0"):
        make_skin(TOOLS, 0, SkinOptions(mix={"snake": 0}))
    with pytest.raises(ValidationError):
        SkinOptions(mix={"kebab": 1})  # type: ignore[dict-item]


# One sample ----------------------------------------------------------------------------------------------------------

CONVERSATION = (
    {
        "role": "assistant",
        "content": "I call date_span with `start`. The start is known.",
        "reasoning_content": 'date_span(start="2020-01-01", end=...) then last_day, "start": 1',
        "tool_calls": [
            call(1, "date_span", '{"start": "2020-01-01",  "end":"end"}'),
            call(2, "date_after", '{"start": "x", last'),
        ],
    },
    answered(1, '{"start": "2020-01-01", "days": 3}'),
    answered(2, '{"error": {"code": "bad_arguments", "message": "start: not a date; last_day: Field required (date_after)"}}'),
    {"role": "assistant", "content": "It is three days by date_span.\nFinal answer: date_span start"},
)


def test_a_sample_is_told_in_the_new_names_throughout() -> None:
    dressed, skin = worn(row(*CONVERSATION), mix={"opaque": 1})
    new, field = skin.names, skin.fields
    system, user, first, result, error, last = dressed.messages
    assert (system, user) == row().messages
    assert first["content"] == f"I call {new['date_span']} with `{field['start']}`. The start is known."
    thought = (
        f'{new["date_span"]}({field["start"]}="2020-01-01", {field["end"]}=...) then {field["last_day"]}, "{field["start"]}": 1'
    )
    assert first["reasoning_content"] == thought
    one, two = (made["function"] for made in first["tool_calls"])
    assert one == {"name": new["date_span"], "arguments": f'{{"{field["start"]}": "2020-01-01",  "{field["end"]}":"end"}}'}
    assert two == {"name": new["date_after"], "arguments": f'{{"{field["start"]}": "x", last'}
    assert result == CONVERSATION[1]
    said = f"{field['start']}: not a date; {field['last_day']}: Field required ({new['date_after']})"
    assert json.loads(error["content"]) == {"error": {"code": "bad_arguments", "message": said}}
    assert last["content"] == f"It is three days by {new['date_span']}.\nFinal answer: date_span start"
    assert dressed.tool_names == {name: old for old, name in new.items()}
    assert dressed.used == ("date_span",)
    shown = {made["function"]["name"]: made["function"] for made in dressed.tools}
    assert f"see {new['date_after']} for" in shown[new["date_span"]]["description"]
    assert new["list_tables"] in shown[new["run_sql"]]["description"]
    assert list(shown[new["date_span"]]["parameters"]["properties"]) == [field["start"], field["end"]]
    assert shown[new["date_span"]]["parameters"]["required"] == [field["start"], field["end"]]


def test_the_sample_comes_back_letter_by_letter() -> None:
    given = row(*CONVERSATION)
    for seed in range(50):
        dressed, skin = worn(given, str(seed))
        read = Row.model_validate_json(dressed.model_dump_json())
        back = unskinned(read, Skin.model_validate_json(skin.model_dump_json()))
        assert back.model_dump_json() == given.model_dump_json()


def test_nothing_but_the_order_changes_where_nothing_is_to() -> None:
    dressed, skin = worn(row(*CONVERSATION), tools=False, parameters=False, descriptions=False, shuffle=False)
    assert dressed.messages == row(*CONVERSATION).messages
    assert dressed.tools == TOOLS
    assert skin.fields == {}


def test_a_name_of_no_meaning_leaves_its_meaning_in_the_description() -> None:
    for seed in range(20):
        dressed, skin = worn(row(), str(seed), mix={"opaque": 1})
        shown = {made["function"]["name"]: made["function"]["parameters"]["properties"] for made in dressed.tools}
        span = shown[skin.names["date_span"]]
        assert "start" in span[skin.fields["start"]]["description"].lower()
        assert "end" in span[skin.fields["end"]]["description"].lower()
        after = shown[skin.names["date_after"]]
        assert "last day" in after[skin.fields["last_day"]]["description"].lower()


def test_symbols_that_a_description_uses_stay() -> None:
    gases = tool("effusion_ratio", "How fast a gas with molar mass a effuses to one with molar mass b.", a={}, b={})
    scores = tool("substitution_score", "The score of a pair of amino acids.", a={}, b={})
    assert make_skin((gases,), 0).fields == {}
    assert set(make_skin((scores,), 0).fields) == {"a", "b"}


# Names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["snake", "camel", "verb_noun", "vendor", "terse", "opaque"])
def test_names_are_well_formed_and_never_confusable(style: str) -> None:
    tools = tuple(
        tool(name, "It helps.", **{key: {} for key in ("from", "class", "größe", "x-api-key", "", "step", "day", "date")})
        for name in ("date", "day", "get_day", "verify", "close", "mcp", "getDay", "größe", "q" * 64)
    )
    for seed in range(60):
        skin = make_skin(tools, seed, SkinOptions(mix={style: 1}))  # type: ignore[dict-item]
        new = [*skin.names.values(), *skin.fields.values()]
        assert len(skin.fields) == 8
        assert all(re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]{0,63}", name) for name in new)
        assert not any(keyword.iskeyword(name) or name.startswith("__") or name in RESERVED for name in new)
        assert len({name.replace("_", "").lower() for name in new}) == len(new)
        assert set(new).isdisjoint({*skin.names, *skin.fields})


def test_no_tool_gets_the_name_of_a_tool_of_the_pool() -> None:
    pool = [made["function"] for made in TOOLS]
    shown = {make_skin(TOOLS[:1], seed, None, pool).names["date_span"] for seed in range(300)}
    assert len(shown) > 100
    assert shown.isdisjoint(made["name"] for made in pool)


# Environments --------------------------------------------------------------------------------------------------------


def test_a_call_reaches_the_real_tool_and_its_error_is_told_in_new_names() -> None:
    skin = make_skin(TOOLS, "env")
    new, field = skin.names, skin.fields
    name, arguments = original_call(skin, new["date_span"], {field["start"]: "2020-01-01", field["end"]: "x"})
    assert (name, arguments) == ("date_span", {"start": "2020-01-01", "end": "x"})
    text = '{"error": {"code": "bad_arguments", "message": "end must not be before start"}}'
    told = json.loads(skinned_outcome(skin, text, name))["error"]
    assert told == {"code": "bad_arguments", "message": f"{field['end']} must not be before {field['start']}"}
    assert skinned_outcome(skin, '{"start": "end"}', name) == '{"start": "end"}'
    assert skinned_outcome(skin, "Error: end: no date", name) == f"Error: {field['end']}: no date"


def test_remembering_old_names_does_not_help() -> None:
    skin = make_skin(TOOLS, "env")
    name, _ = original_call(skin, "date_span", {"start": 1})
    assert name not in {made["function"]["name"] for made in TOOLS}
    assert original_call(skin, skin.names["date_span"], {"start": 1})[1] == {skin.fields["start"]: 1}
    assert original_call(skin, "nobody", {"start": 1}) == ("nobody", {"start": 1})


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("'end' is a required property", "'{end}' is a required property"),
        ("end: Input should be a valid end, not text", "{end}: Input should be a valid end, not text"),
        ("items.0.end: Field required", "items.0.{end}: Field required"),
        ("no end for 'start'", "no end for 'start'"),
        ("the end is near; start and end are the same day", "the end is near; {start} and {end} are the same day"),
        ("end 2020-01-02 is before start 2019-01-03", "{end} 2020-01-02 is before {start} 2019-01-03"),
        ("the last end, a start", "the last end, a start"),
        ("no such tool; there are date_span, run_sql", "no such tool; there are {date_span}, {run_sql}"),
        ("query: is of another tool", "query: is of another tool"),
        ("", ""),
    ],
)  # fmt: skip
def test_words_of_an_error_are_names_only_where_they_stand_as_such(message: str, told: str) -> None:
    skin = make_skin(TOOLS, "env")
    text = json.dumps({"error": {"code": "bad_arguments", "message": message}})
    outcome = skinned_outcome(skin, text, "date_span", '{"start": "start"}')
    assert json.loads(outcome)["error"]["message"] == told.format(**skin.names, **skin.fields)


# Fields of results ---------------------------------------------------------------------------------------------------


def test_fields_of_results_are_renamed_where_asked() -> None:
    result = {"type": "object", "properties": {"days": {"type": "integer"}, "start": {"type": "string"}}}
    pool = [{**TOOLS[0]["function"], "result": result, "provider": "own", "kind": "processing"}]
    given = row(*CONVERSATION)
    for seed in range(20):
        skin = make_skin(given.tools, seed, SkinOptions(results=True), pool)
        dressed = apply_skin(given, skin)
        assert json.loads(dressed.messages[3]["content"]) == {skin.fields["start"]: "2020-01-01", skin.fields["days"]: 3}
        assert (
            skinned_outcome(skin, '{"days": 3, "x": {"days": 1}}', "date_span")
            == f'{{"{skin.fields["days"]}": 3, "x": {{"days": 1}}}}'
        )
        assert unskinned(dressed, skin).model_dump_json() == given.model_dump_json()


def test_fields_of_results_always_tell_what_they_are() -> None:
    result = {"type": "object", "properties": {"total_population": {}, "start": {}}}
    pool = [{**TOOLS[0]["function"], "result": result}]
    for seed in range(40):
        fields = make_skin(TOOLS, seed, SkinOptions(results=True, mix={"opaque": 1}), pool).fields
        assert re.search("population|people|inhabitants", fields["total_population"].lower())
        assert re.search("start|begin", fields["start"].lower())


# Many rows -----------------------------------------------------------------------------------------------------------


def test_rows_in_skins_are_a_function_of_seed_row_and_number() -> None:
    rows = [row(*CONVERSATION, id=f"k{number}") for number in range(3)]
    made = list(skinned(iter(rows), 2, 7, SkinOptions(original=True)))
    assert [each.id for each in made] == [f"k{n}{suffix}" for n in range(3) for suffix in ("", "#s1", "#s2")]
    assert [each for each in made if each.id.startswith("k2")] == list(skinned(rows[2:], 2, 7, SkinOptions(original=True)))
    assert made[1].tools != made[2].tools
    assert next(skinned(rows, 1, 8)).tools != made[1].tools
    for each, skin in zip(skinned(rows[:1], 5, 7), skins(rows[0], 5, 7), strict=True):
        assert unskinned(each, skin) == rows[0]


def test_rows_are_made_one_by_one() -> None:
    def endless() -> Any:
        while True:
            yield row(*CONVERSATION)

    stream = skinned(endless(), 1, 0)
    assert [next(stream).id for _ in range(3)] == ["k1#s1"] * 3
