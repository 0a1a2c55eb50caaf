"""The script, turn by turn; values for schemas; and prompts of another system by a file of phases."""

import json
from typing import Any

import jsonschema
import pytest
import yaml
from fake_clients import STRUCTURED, TOOL, request

from dive.errors import DiveError
from dive.fake.asked import Asked
from dive.fake.fill import filled
from dive.fake.phases import PHASES, Pattern, found, phase_of
from dive.fake.scripted import scripted
from dive.fake.settings import FakeConfig, read_settings
from dive.tools.pool import ToolPool


def asked(text: str, *more: dict[str, Any], **fields: Any) -> Asked:
    return Asked(request(text, *more, **fields), "0123456789abcdef")


def turn(number: int) -> list[dict[str, Any]]:
    call = {"id": f"c{number}", "type": "function", "function": {"name": "weigh", "arguments": "{}"}}
    return [{"role": "assistant", "tool_calls": [call]}, {"role": "tool", "tool_call_id": f"c{number}", "content": "4"}]


def test_turns_of_collection_are_counted_from_the_last_prompt():
    settings = FakeConfig(collect_turns=2, calls=3)
    first = turn(1) + turn(2)
    assert len(scripted(asked("Topic: tin", *turn(1), tools=[TOOL]), "collect", settings).calls) == 3
    assert scripted(asked("Topic: tin", *first, tools=[TOOL]), "collect", settings).calls == ()
    later = [*first, {"role": "assistant", "content": "Enough."}, {"role": "user", "content": "Topic: tin"}]
    assert len(scripted(asked("Topic: tin", *later, tools=[TOOL]), "collect", settings).calls) == 3
    assert scripted(asked("Topic: tin", tools=[TOOL], tool_choice="none"), "collect", settings).calls == ()


def test_a_solution_ends_with_a_final_answer_and_a_schema_is_followed():
    settings = FakeConfig(solve_turns=1)
    assert len(scripted(asked("How heavy?", tools=[TOOL]), "solve", settings).calls) == 1
    assert "Final answer: " in scripted(asked("How heavy?", *turn(1), tools=[TOOL]), "solve", settings).text
    assert json.loads(scripted(asked("Judge it", response_format=STRUCTURED), "judge", settings).text) == {"correct": True}


def test_arguments_follow_the_schema_of_every_tool():
    pool = ToolPool.default()
    patterns = 0
    for tool in pool:
        faults = list(jsonschema.Draft202012Validator(tool.schema).iter_errors(filled(tool.schema, tool.name)))
        assert {fault.validator for fault in faults} <= {"pattern"}, (tool.name, faults)
        patterns += bool(faults)
    assert patterns < len(pool) / 10, "descriptions name examples"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"enum": ["b", "a"]}, "b"), ({"type": "integer", "default": 7}, 7), ({"type": "string", "examples": ["Rioja"]}, "Rioja"),
        ({"const": None}, None), ({"type": ["null", "boolean"]}, True), ({"anyOf": [{"const": 1}, {"const": 2}]}, 1),
        ({"type": "integer", "minimum": 5, "maximum": 5}, 5), ({"$ref": "#/$defs/A", "$defs": {"A": {"const": 3}}}, 3),
        ({"type": "array", "items": {"const": 1}, "minItems": 2}, [1, 1]), ({"$ref": "#/$defs/none"}, None), (True, None),
        ({"type": "object", "properties": {"a": {"const": 1}, "b": {}}, "required": ["a"]}, {"a": 1}),
    ],
)  # fmt: skip
def test_values_for_schemas(schema, value):
    assert filled(schema, "salt") == value


def test_a_schema_that_holds_itself_comes_to_an_end():
    schema = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
    assert str(filled(schema, "salt")).count("next") < 20


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("Explore.\n\nTopic: tin\nRound 1 of 3.", "collect"), ("Write the question of round 2 of 3.\n\nTopic", "derive"),
        ("The draft cannot be used. It fails", "derive"), ("Judge.\nQuestion: a\nRight answer: 1\nGiven answer: 2", "judge"),
        ("Write it anew.\n\nQuestion: How many?", "rewrite"), ("How is the topic: tin?", "solve"),
    ],
)  # fmt: skip
def test_phases_of_the_prompts_of_dive(text, phase):
    assert phase_of(asked(text), PHASES) == phase
    before = [{"role": "assistant", "content": "ok"}, {"role": "user", "content": text}]
    assert phase_of(asked("Topic: tin", *before), PHASES) == phase


def test_a_text_that_a_pattern_needs_is_not_more_than_it_needs():
    for pattern, text in (("^Topics?: a", "Topic: a"), ("^a|b", "xb"), ("^ab*c", "ac"), ("^ab{0}c", "ac"), ("^Up (x)?", "Up ")):
        assert found(pattern, text), pattern
    assert not found("^Topic: ", "the Topic: tin")


def test_a_file_of_settings_with_phases_of_another_system(tmp_path):
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump({"phases": [{"phase": "judge", "where": "system", "pattern": "^You grade"}], "seed": 3}))
    settings = read_settings(path, {"seed": 4})
    assert (settings.seed, settings.phases) == (4, (Pattern(phase="judge", where="system", pattern="^You grade"),))
    other = Asked({"messages": [{"role": "developer", "content": "You grade"}, {"role": "user", "content": "Topic: a"}]}, "k")
    assert phase_of(other, settings.phases) == "judge"
    assert phase_of(asked("Topic: a"), settings.phases) == "other"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("phases: [{phase: judge, where: user, pattern: '('}]", "is no regular expression"), ("- a", "`name: value` lines"),
        ("latency: -1", "latency: "), ("{", "cannot be read as YAML"), ("faults: {hang: often}", "faults.hang: "),
    ],
)  # fmt: skip
def test_files_of_settings_that_are_wrong(tmp_path, text, reason):
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(DiveError, match=reason):
        read_settings(path, {})
