"""Texts of models become messages: whole and broken calls, reasoning that was cut off, and conversations for templates."""

import json

import pytest

from dive.chat import Message, ToolCall
from dive.models.spoken import for_template, heard, of_template


def hear(text: str, may_call: bool = True, thinking: bool = False) -> Message:
    return heard(text, key="k", may_call=may_call, thinking=thinking)


# --- broken calls -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ('{"name": "add", "arguments": {"a": 1,}}', "add", '{"name": "add", "arguments": {"a": 1,}}'),
        ('{"name": "add", "arguments": ', "add", '{"name": "add", "arguments":'),
        ('{"arguments": {"a": 1}}', "", '{"arguments": {"a": 1}}'),
        ('{"name": 3, "arguments": {}}', "", '{"name": 3, "arguments": {}}'),
        ('["add"]', "", '["add"]'),
        ("add(1, 2)", "", "add(1, 2)"),
        ("", "", ""),
        ('{"name": "add"}', "add", "{}"),
        ('{"name": "add", "arguments": "{\\"a\\": 1}"}', "add", '{"a": 1}'),
        ('{"name": "add", "arguments": [1]}', "add", "[1]"),
        ('{"name": "add", "arguments": null}', "add", "null"),
    ],
)
def test_a_broken_call_stays_a_call(text, name, arguments):
    message = hear(f"Let me see. <tool_call>\n{text}\n</tool_call>")
    assert message.content == "Let me see."
    assert message.tool_calls == (ToolCall(id="call_k_0", name=name, arguments=arguments),)


def test_one_broken_call_does_not_take_the_others_along():
    good = '<tool_call>{"name": "add", "arguments": {"a": 1}}</tool_call>'
    message = hear(f"{good}\n<tool_call>nonsense</tool_call>\n{good}<tool_call>" + '{"name": "cut')
    assert [call.name for call in message.tool_calls] == ["add", "", "add", ""]
    assert len({call.id for call in message.tool_calls}) == 4
    assert message.content == ""


def test_words_around_calls_are_kept():
    message = hear('before <tool_call>{"name": "add", "arguments": {"s": "ü"}}</tool_call> after')
    assert message.content == "before  after"
    assert message.tool_calls[0].arguments == '{"s": "ü"}'


def test_who_may_not_call_has_only_spoken():
    text = '<tool_call>{"name": "add", "arguments": {}}</tool_call>'
    assert hear(text, may_call=False) == Message(role="assistant", content=text)


# --- reasoning --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "thinking", "reasoning", "words"),
    [
        ("<think>\nhm\n</think>\n\nyes", False, "hm", "yes"),
        ("hm\n</think>\n\nyes", True, "hm", "yes"),
        ("hm\n</think>\n\nyes", False, "hm", "yes"),
        ("<think>\nhm, and so", False, "hm, and so", ""),
        ("hm, and so", True, "hm, and so", ""),
        ("<think>\n\n</think>\n\nyes", False, "", "yes"),
        ("yes </think> no </think>", False, "yes", "no </think>"),
        ("I <think> so", False, "", "I <think> so"),
        ("", False, "", ""),
    ],
)
def test_reasoning(text, thinking, reasoning, words):
    message = hear(text, thinking=thinking)
    assert (message.reasoning, message.content) == (reasoning, words)


def test_a_call_that_is_only_thought_of_is_none():
    message = hear('<think>I could say <tool_call>{"name": "add", "arguments": {}}</tool_call></think>no')
    assert message.tool_calls == () and message.content == "no"


# --- templates --------------------------------------------------------------------------------------------------------
def test_what_a_tokenizers_template_found():
    parsed = {
        "role": "assistant",
        "thinking": " hm ",
        "tool_calls": [{"type": "function", "function": {"name": "add", "arguments": {"a": 1}}}],
    }
    message = of_template(parsed, "k")
    assert message == Message(
        role="assistant", reasoning="hm", tool_calls=(ToolCall(id="call_k_0", name="add", arguments='{"a": 1}'),)
    )


def test_a_conversation_as_templates_take_it():
    calls = (ToolCall(id="c1", name="add", arguments='{"a": 1}'), ToolCall(id="c2", name="add", arguments='{"a": '))
    rows = for_template([
        Message(role="user", content="x"),
        Message(role="assistant", reasoning="hm", tool_calls=calls),
        Message(role="tool", content="1", tool_call_id="c1"),
    ])  # fmt: skip
    assert rows[0] == {"role": "user", "content": "x"}
    assert [call["function"]["arguments"] for call in rows[1]["tool_calls"]] == [{"a": 1}, '{"a": ']
    assert rows[1]["reasoning_content"] == "hm"
    assert rows[2] == {"role": "tool", "content": "1", "tool_call_id": "c1", "name": "add"}
    json.dumps(rows)
