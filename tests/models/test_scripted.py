"""The scripted model says what its script says, to each conversation by itself."""

import asyncio
import json
from pathlib import Path

import pytest

from dive.chat import Message, ModelError, Reply, Request, Usage
from dive.errors import DiveError
from dive.models.scripted import ScriptedModel, called, said, scripted
from dive.models.spec import read_model


def asking(text: str, *said_before: Message) -> Request:
    return Request(messages=(Message(role="user", content=text), *said_before))


def ask(model: ScriptedModel, request: Request) -> Reply:
    return asyncio.run(model.complete(request))


# --- what goes wrong --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("scripted:nobody", "names no function; write scripted:MODULE:FUNCTION"),
        ("scripted::answer", "names no function"),
        ("scripted:no_such_module_here:answer", "there is no module 'no_such_module_here'"),
        ("scripted:no_such_package.inside:answer", "there is no module 'no_such_package.inside'"),
        ("scripted:json:answer", "json has no function 'answer'; it has .*dumps.*loads"),
        ("scripted:no/such/file.py:answer", "there is no file no/such/file.py"),
    ],
)
def test_a_name_that_leads_nowhere(name, complaint):
    with pytest.raises(DiveError, match=complaint):
        scripted(read_model(name))


@pytest.mark.parametrize("text", ["1 / 0", "raise SystemExit(3)", "def ("])
def test_a_file_that_fails(tmp_path, text):
    (tmp_path / "mine.py").write_text(text)
    for _ in range(2):
        with pytest.raises(DiveError, match=r"mine\.py cannot be loaded: (ZeroDivisionError|SystemExit|SyntaxError)"):
            scripted(read_model(f"scripted:{tmp_path}/mine.py:answer"))


def test_errors_are_raised_whether_returned_or_raised():
    def raising(request: Request) -> Reply:
        raise ModelError("unavailable", "gone")

    for script in (raising, lambda _: ModelError("unavailable", "gone"), [ModelError("unavailable", "gone")]):
        with pytest.raises(ModelError, match="unavailable: gone"):
            ask(ScriptedModel(script), asking("x"))


def test_a_script_that_gives_something_else_is_a_bug():
    with pytest.raises(TypeError, match="'hello', which is no Reply"):
        ask(ScriptedModel(lambda _: "hello"), asking("x"))  # type: ignore[arg-type, return-value]


def test_a_script_that_is_too_short():
    model = ScriptedModel([said("one")])
    first = ask(model, asking("x"))
    with pytest.raises(ModelError, match="bad_request: the script has 1 turns, and turn 2 is asked for"):
        ask(model, asking("x", first.message, Message(role="user", content="and then?")))


# --- what goes right --------------------------------------------------------------------------------------------------
def test_turns_belong_to_their_conversation():
    model = ScriptedModel([called(("add", {"a": 1, "b": 2})), said("3")])
    call = ask(model, asking("x"))
    assert ask(model, asking("y")) == call, "another conversation begins at the beginning"
    result = Message(role="tool", content="3", tool_call_id=call.message.tool_calls[0].id)
    assert ask(model, asking("x", call.message, result)).message.content == "3"


def test_what_a_call_looks_like():
    reply = called(("add", {"b": 2, "a": 1}), ("add", {"b": 2, "a": 1}), ("add", '{"a": 1'), text="let me see")
    assert reply.finish == "tool_calls" and reply.message.content == "let me see"
    first, second, broken = reply.message.tool_calls
    assert json.loads(first.arguments) == {"a": 1, "b": 2}
    assert broken.arguments == '{"a": 1', "text stays as it was written"
    assert len({first.id, second.id, broken.id}) == 3, "equal calls of one turn are told apart"
    assert reply == called(("add", {"a": 1, "b": 2}), ("add", {"a": 1, "b": 2}), ("add", '{"a": 1'), text="let me see")


def test_a_script_that_waits():
    async def script(request: Request) -> Reply:
        await asyncio.sleep(0)
        return said(request.messages[-1].content.upper(), usage=Usage(prompt=3))

    assert ask(ScriptedModel(script), asking("x")) == said("X", usage=Usage(prompt=3))


def test_what_was_asked_is_kept_as_far_as_wanted():
    model = ScriptedModel(lambda _: said("yes"), keep=2)
    for text in "abc":
        ask(model, asking(text))
    assert model.asked == 3
    assert [request.messages[0].content for request in model.seen] == ["b", "c"]


def test_a_function_of_a_file_and_what_it_is_told_by(tmp_path):
    source = "from dive.models.scripted import said\ndef answer(request):\n    return said('yes')\n"
    models = []
    for folder, text in (("a", source), ("b", source), ("c", source.replace("yes", "no"))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.py").write_text(text)
        models.append(scripted(read_model(f"scripted:{tmp_path / folder}/mine.py:answer")))
    assert [ask(model, asking("x")).message.content for model in models] == ["yes", "yes", "no"]
    assert models[0].identity == models[1].identity, "where the file lies does not count"
    assert models[0].identity != models[2].identity, "what it says does"


def test_a_function_of_a_module(tmp_path, monkeypatch):
    (tmp_path / "dive_test_script.py").write_text("from dive.models.scripted import said\nanswer = lambda request: said('yes')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    model = scripted(read_model("scripted:dive_test_script:answer"))
    assert ask(model, asking("x")).message.content == "yes"
    assert model.name == "dive_test_script:answer"
    assert Path(tmp_path).name not in json.dumps(model.identity)
