"""One try against a server: what is sent, what is understood, and what each fault is called."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from raw_server import DROP, HANG, Cut, completion, http, serving

from dive.chat import Format, Message, ModelError, Reply, Request, ToolCall, Usage
from dive.errors import DiveError
from dive.models import wire
from dive.models.openai import OpenAIModel
from dive.models.spec import ModelConfig

HELLO = Request(messages=(Message(role="system", content="Be short."), Message(role="user", content="Hello")))
TOOL = {"type": "function", "function": {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}}
DRAFT = Format(name="draft", definition={"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]})
SECRET = "sk-very-secret-0123456789"


@pytest.fixture(params=["aiohttp", "sdk"])
def sender(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What sends: aiohttp where it is installed, the SDK where it is not."""
    if request.param == "sdk":
        monkeypatch.setattr(wire, "find_spec", lambda name: None)
    return str(request.param)


def asked(answer: Callable[[int, Any], bytes], *requests: Request, **settings: Any) -> tuple[list[Reply | ModelError], Any]:
    """What comes of the requests, one after another, and the server with what it was sent."""

    async def main() -> tuple[list[Reply | ModelError], Any]:
        async with serving(answer) as server:
            model = OpenAIModel(ModelConfig(name="toy", base_url=server.url, **settings))
            came: list[Reply | ModelError] = []
            for request in requests:
                try:
                    came.append(await model.complete(request))
                except ModelError as error:
                    came.append(error)
            await model.close()
            return came, server

    return asyncio.run(main())


def one(answer: bytes, request: Request = HELLO, **settings: Any) -> Reply:
    (came,), _ = asked(lambda number, body: answer, request, **settings)
    assert isinstance(came, Reply), came
    return came


def fault(answer: bytes, request: Request = HELLO, **settings: Any) -> ModelError:
    (came,), server = asked(lambda number, body: answer, request, **settings)
    assert isinstance(came, ModelError), came
    assert len(server.bodies) == 1, "a fault is not tried again here"
    return came


OVER = {"error": {"message": "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens."}}
FAULTS: dict[str, tuple[bytes, str]] = {
    "429": (http(429, {"error": {"message": "slow down"}}), "rate_limited"),
    "429 of an account without credit": (http(429, {"error": {"message": "no", "code": "insufficient_quota"}}), "denied"),
    "429 of OpenAI": (
        http(429, {"error": {"message": "Limit reached. Add a payment method at https://host/account/billing."}}), "rate_limited",
    ),
    "402": (http(402, {"error": {"message": "pay"}}), "denied"),
    "401": (http(401, {"error": {"message": "bad key"}}), "denied"),
    "403": (http(403, b"no"), "denied"),
    "400": (http(400, {"error": {"message": "unknown model"}}), "bad_request"),
    "404": (http(404, {"detail": "Not Found"}), "bad_request"),
    "422": (http(422, {"detail": [{"loc": ["body"], "msg": "field required"}]}), "bad_request"),
    "307": (http(307, b"", "location: /elsewhere"), "bad_request"),
    "context of vLLM": (http(400, OVER), "too_long"),
    "context by its code": (http(400, {"error": {"message": "no", "code": "context_length_exceeded"}}), "too_long"),
    "context of SGLang": (
        http(400, {"message": "The input (9000 tokens) is longer than the model's context length (4096 tokens)."}), "too_long",
    ),
    "408": (http(408, b""), "timeout"),
    "500": (http(500, b"<html>oops</html>"), "unavailable"),
    "529": (http(529, {"error": {"message": "overloaded"}}), "unavailable"),
    "dropped": (DROP, "unavailable"),
    "broken off in the body": (Cut(http(200, b"x" * 500)), "unavailable"),
    "broken off in the head": (Cut(http(200, b"x" * 100)), "unavailable"),
    "truncated JSON": (http(200, b'{"choices": [{"mess'), "malformed"),
    "not JSON": (http(200, b"<html>welcome</html>"), "malformed"),
    "empty": (http(200, b""), "malformed"),
    "a list": (http(200, []), "malformed"),
    "no choices": (http(200, {"choices": []}), "malformed"),
    "choices of null": (http(200, {"choices": None}), "malformed"),
    "message of null": (http(200, {"choices": [{"message": None}]}), "malformed"),
    "content of a number": (completion({"content": 5}), "malformed"),
    "call without function": (completion({"tool_calls": [{"id": "a"}]}), "malformed"),
    "calls of a number": (completion({"tool_calls": 7}), "malformed"),
    "an error inside 200": (http(200, {"error": {"message": "upstream", "code": 502}}), "unavailable"),
    "a rate limit inside 200": (http(200, {"error": {"message": "upstream", "code": 429}}), "rate_limited"),
    "broken off by the server": (completion({"content": "half a"}, "abort"), "unavailable"),
    "deeply nested": (http(200, b"[" * 100_000), "malformed"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_code(name: str, sender: str) -> None:
    answer, code = FAULTS[name]
    assert fault(answer).code == code


def test_what_is_no_http_can_be_tried_again(sender: str) -> None:
    assert fault(b"NONSENSE " * 50 + b"\r\n\r\n").code == ("malformed" if sender == "aiohttp" else "unavailable")


def test_a_server_that_says_nothing_is_a_timeout(sender: str) -> None:
    error = fault(HANG, timeout=0.2)
    assert error.code == "timeout"
    assert "0.2 s" in error.message


def test_a_server_that_is_not_there_is_unavailable(sender: str) -> None:
    async def main() -> None:
        model = OpenAIModel(ModelConfig(name="toy", base_url="http://127.0.0.1:9/v1"))
        with pytest.raises(ModelError) as told:
            await model.complete(HELLO)
        await model.close()
        assert told.value.code == "unavailable"
        assert "127.0.0.1:9" in told.value.message

    asyncio.run(main())
    with pytest.raises(DiveError, match="begins with http"):
        OpenAIModel(ModelConfig(name="toy", base_url="localhost:8000/v1"))
    with pytest.raises(DiveError, match="holds a user or password") as told:
        OpenAIModel(ModelConfig(name="toy", base_url="http://user:pass@127.0.0.1:9/v1"))
    assert "pass@" not in str(told.value)


def test_the_wait_that_a_server_asks_for(sender: str) -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    for header, least, most in [
        ("retry-after: 2", 2, 2), ("retry-after: 0.5", 0.5, 0.5), ("retry-after-ms: 250", 0.25, 0.25),
        (f"Retry-After: {in_a_minute}", 57, 60), ("retry-after: Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
    ]:  # fmt: skip
        wait = fault(http(429, b"", header)).retry_after
        assert wait is not None
        assert least <= wait <= most
    for header in ("retry-after: soon", "retry-after: -5", "retry-after:", "x: y"):
        assert fault(http(503, b"", header)).retry_after is None


def test_the_key_is_sent_and_never_told(sender: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("TOY_KEY", f" {SECRET}\n")
    caplog.set_level(logging.DEBUG)
    echo = {"error": {"message": f"Incorrect API key provided: {SECRET}. Or {SECRET[:14]}***.", "code": "invalid_api_key"}}
    for answer in (http(401, echo), http(400, SECRET.encode()), http(200, SECRET.encode()), http(200, {"no": SECRET})):
        (came,), server = asked(lambda number, body, answer=answer: answer, HELLO, api_key_env="TOY_KEY")
        assert server.headers[0]["authorization"] == f"Bearer {SECRET}"
        assert isinstance(came, ModelError)
        assert SECRET[:12] not in f"{came} {came!r} {came.__cause__!r} {came.__suppress_context__}"
    assert SECRET[:12] not in caplog.text
    model = OpenAIModel(ModelConfig(name="toy", base_url="http://127.0.0.1:9/v1", api_key_env="TOY_KEY"))
    assert SECRET[:12] not in f"{model.identity} {model._wire!r}"


def test_a_local_server_needs_no_key_but_openai_does(sender: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    assert one(completion({"content": "Hi"})).message.content == "Hi"
    with pytest.raises(DiveError, match="OPENAI_API_KEY is not set"):
        OpenAIModel(ModelConfig(name="toy"))


def test_what_is_sent(sender: str) -> None:
    call = ToolCall(id="c1", name="look", arguments='{"a": 1')
    request = Request(
        messages=(
            *HELLO.messages, Message(role="assistant", reasoning="Hm.", tool_calls=(call,)),
            Message(role="tool", content="5 €, half \ud83d", tool_call_id="c1"),
        ),
        tools=(TOOL,), may_call=False, sample=3,
    )  # fmt: skip
    settings = {"temperature": 0.5, "top_p": 0.9, "max_tokens": 50, "extra": {"top_k": 20}}
    (came,), server = asked(lambda number, body: completion({"content": "Hi"}), request, **settings)
    assert isinstance(came, Reply)
    assert server.paths == ["POST /v1/chat/completions HTTP/1.1"]
    assert server.headers[0]["content-type"] == "application/json"
    body = server.bodies[0]
    assert list(body) == ["model", "temperature", "top_p", "max_tokens", "top_k", "tools", "tool_choice", "messages"]
    assert body["tools"] == [TOOL]
    assert body["tool_choice"] == "none"
    assert body["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Hello"},
        {
            "role": "assistant", "content": "", "reasoning_content": "Hm.",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"a": 1'}}],
        },
        {"role": "tool", "content": "5 €, half ?", "tool_call_id": "c1"},
    ]  # fmt: skip


def test_samples_differ_only_by_a_given_seed() -> None:
    again = HELLO.model_copy(update={"sample": 2})
    _, server = asked(lambda number, body: completion({"content": "Hi"}), HELLO, again)
    assert server.bodies[0] == server.bodies[1] == {"model": "toy", "messages": server.bodies[0]["messages"]}
    _, server = asked(lambda number, body: completion({"content": "Hi"}), HELLO, again, seed=40)
    assert [body["seed"] for body in server.bodies] == [40, 42]


def test_a_growing_conversation_is_the_same_text_at_its_start() -> None:
    raw: list[bytes] = []

    class Recorder:
        key = ""

        async def post(self, body: bytes, timeout: float) -> wire.Answered:
            raw.append(body)
            return wire.Answered(200, {}, b'{"choices": [{"message": {"content": "Yes"}}]}')

        async def close(self) -> None: ...

    async def main() -> None:
        model = OpenAIModel(ModelConfig(name="toy"), Recorder())
        messages = HELLO.messages
        for turn in range(5):
            reply = await model.complete(Request(messages=messages, tools=(dict(TOOL),)))
            messages = (*messages, reply.message, Message(role="user", content=f"And {turn}?"))

    asyncio.run(main())
    for before, after in zip(raw, raw[1:], strict=False):
        assert after.startswith(before.removesuffix(b"]}") + b",")
        assert json.loads(after)["tools"] == [TOOL]


def test_parallel_calls_as_servers_send_them() -> None:
    def called(arguments: Any, **call: Any) -> dict[str, Any]:
        return {"type": "function", "function": {"name": "look", "arguments": arguments}, **call}

    calls = [
        called('{"a": 1}', id="call_1"), called('"{\\"a\\": 1}"', id="call_1"), called({"a": "ü"}, id=""),
        called("{broken", id=None), called(None), called("", id="call_0"),
    ]  # fmt: skip
    reply = one(completion({"content": None, "tool_calls": calls}, "stop"))
    assert reply.finish == "tool_calls"
    assert [call.arguments for call in reply.message.tool_calls] == [
        '{"a": 1}', '"{\\"a\\": 1}"', '{"a": "ü"}', "{broken", "{}", "{}",
    ]  # fmt: skip
    ids = [call.id for call in reply.message.tool_calls]
    assert ids == ["call_1", "call_1_1", "call_2", "call_3", "call_4", "call_0"]


@pytest.mark.parametrize(
    ("message", "reasoning", "content"),
    [
        ({"content": "Hi", "reasoning_content": "Hm."}, "Hm.", "Hi"),
        ({"content": "Hi", "reasoning": "Hm."}, "Hm.", "Hi"),
        ({"content": "\n<think>\nHm.\n</think>\n\nHi"}, "Hm.", "Hi"),
        ({"content": "Hm.\n</think>\n\nHi"}, "Hm.", "Hi"),
        ({"content": "<think>Hm. And"}, "Hm. And", ""),
        ({"content": "<think></think>Hi"}, "", "Hi"),
        ({"content": "Say <think> twice"}, "", "Say <think> twice"),
        ({"content": [{"type": "text", "text": "H"}, {"type": "image_url"}, {"type": "text", "text": "i"}]}, "", "Hi"),
        ({"content": None, "reasoning_content": None}, "", ""),
        ({}, "", ""),
    ],
)
def test_reasoning_is_kept_apart(message: dict[str, Any], reasoning: str, content: str) -> None:
    reply = one(completion(message))
    assert (reply.message.reasoning, reply.message.content) == (reasoning, content)


def test_refusals_and_cut_replies() -> None:
    refused = one(completion({"content": None, "refusal": "I cannot help with that."}))
    assert (refused.finish, refused.message.content) == ("refusal", "I cannot help with that.")
    filtered = one(completion({"content": "Well"}, "content_filter"))
    assert (filtered.finish, filtered.message.content) == ("refusal", "Well")
    assert one(completion({"content": "Wel"}, "length")).finish == "length"
    assert one(completion({"content": "Hi"}, None)).finish == "stop"
    assert one(completion({"content": "Hi"}, "tool_calls")).finish == "stop"


def test_usage_and_the_servers_name() -> None:
    details = {"prompt_tokens_details": {"cached_tokens": 8}, "completion_tokens_details": {"reasoning_tokens": 3}}
    reply = one(completion({"content": "Hi"}, usage={"prompt_tokens": 10, "completion_tokens": 5, **details}))
    assert reply.usage == Usage(prompt=10, cached=8, completion=5, reasoning=3)
    assert reply.model == "toy-1"
    assert one(completion({"content": "Hi"})).usage == Usage()
    odd = {"prompt_tokens": None, "completion_tokens": "5", "prompt_tokens_details": None}
    assert one(completion({"content": "Hi"}, usage=odd)).usage == Usage()


def test_structured_output_steps_down_and_remembers() -> None:
    def answer(number: int, body: Any) -> bytes:
        form = body.get("response_format", {}).get("type")
        if form == "json_schema":
            return http(400, {"error": {"message": "'response_format.type' must be 'json_object'"}})
        return http(422, {"detail": "response_format is unknown"}) if form else completion({"content": '{"a": 1}'})

    request = HELLO.model_copy(update={"format": DRAFT})
    came, server = asked(answer, request, request, HELLO)
    assert all(isinstance(reply, Reply) for reply in came)
    forms = [body.get("response_format", {}).get("type") for body in server.bodies]
    assert forms == ["json_schema", "json_object", None, None, None]
    schema = server.bodies[0]["response_format"]["json_schema"]
    assert schema == {"name": "draft", "strict": True, "schema": DRAFT.definition}
    assert server.bodies[0]["messages"] == server.bodies[4]["messages"]
    for body in server.bodies[1:4]:
        system, user = body["messages"]
        assert system["content"] == "Be short."
        assert user["content"].startswith("Hello\n\n")
        assert '"required":["a"]' in user["content"]


def test_structured_output_that_was_chosen_stays() -> None:
    request = HELLO.model_copy(update={"format": DRAFT})
    refusal = http(400, {"error": {"message": "response_format is unknown"}})
    (came,), server = asked(lambda number, body: refusal, request, structured="schema")
    assert isinstance(came, ModelError)
    assert came.code == "bad_request"
    assert len(server.bodies) == 1
    assert fault(http(400, {"error": {"message": "unknown model"}}), request).code == "bad_request"


def test_fields_that_a_server_does_not_take_are_left_out() -> None:
    def answer(number: int, body: Any) -> bytes:
        if "max_tokens" in body:
            return http(400, {"error": {"message": "Use 'max_completion_tokens' instead.", "param": "max_tokens"}})
        if any("reasoning_content" in message for message in body["messages"]):
            return http(400, {"error": {"message": "Unknown parameter: 'messages[2].reasoning_content'."}})
        return completion({"content": "Hi"})

    thought = Request(messages=(*HELLO.messages, Message(role="assistant", content="Hi", reasoning="Hm."), HELLO.messages[1]))
    came, server = asked(answer, thought, thought, max_tokens=9)
    assert all(isinstance(reply, Reply) for reply in came)
    assert len(server.bodies) == 4
    assert server.bodies[-1]["max_completion_tokens"] == 9


def test_a_cancelled_request_closes_its_connection(sender: str) -> None:
    async def main() -> None:
        async with serving(lambda number, body: HANG if number == 1 else completion({"content": "Hi"})) as server:
            model = OpenAIModel(ModelConfig(name="toy", base_url=server.url, concurrency=1))
            hanging = asyncio.ensure_future(model.complete(HELLO))
            await asyncio.sleep(0.1)
            hanging.cancel()
            with pytest.raises(asyncio.CancelledError):
                await hanging
            assert (await model.complete(HELLO)).message.content == "Hi"
            assert server.connections == 2
            await model.close()

    asyncio.run(main())
