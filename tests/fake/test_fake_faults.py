"""Every fault and every limit, as a client meets it; and that chance depends on bodies, not on their order."""

import http.client
import json
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from fake_clients import SCHEMA, STRUCTURED, TOOL, message, post, request

from dive.fake import fake_server
from dive.fake.draws import delay
from dive.fake.settings import FaultName

COLLECT = "Topic: tin\nRound 1 of 3."


@pytest.fixture(scope="module")
def server():
    with fake_server() as server:
        yield server


@pytest.fixture
def port(server):
    server.set(faults={}, max_in_flight=0, requests_per_minute=0, retry_after=0, latency=0, sigma=0, api_key="", context=0)
    return server.port


def always(server, name: str) -> None:
    server.set(faults={name: 1.0})


@pytest.mark.parametrize(
    ("fault", "status", "kind", "after"),
    [
        ("rate_limited", 429, "application/json", None),
        ("rate_limited_after", 429, "application/json", "1"),
        ("server_error", 500, "application/json", None),
        ("html_502", 502, "text/html", None),
    ],
)
def test_faults_in_place_of_a_reply(server, port, fault, status, kind, after):
    always(server, fault)
    got, answer, headers = post(port, request("Hello"))
    assert (got, headers["content-type"], headers.get("retry-after")) == (status, kind, after)
    assert ("<html>" in answer) if kind == "text/html" else answer["error"]["message"]
    assert server.log()[-1].fault == fault and server.log()[-1].status == status and not server.log()[-1].answered


def test_a_reply_that_never_comes(server, port):
    always(server, "hang")
    with pytest.raises(TimeoutError):
        post(port, request("Hello"), timeout=0.3)


def test_a_connection_that_is_cut_within_the_body(server, port):
    always(server, "disconnect")
    with pytest.raises(http.client.IncompleteRead):
        post(port, request("Hello"))
    assert server.log()[-1].fault == "disconnect" and not server.log()[-1].written


def test_json_that_is_cut_with_the_right_length(server, port):
    always(server, "truncated")
    with pytest.raises(json.JSONDecodeError):
        post(port, request("Hello"))
    entry = server.log()[-1]
    assert (entry.fault, entry.status, entry.written, entry.answered) == ("truncated", 200, True, False)


def test_calls_that_are_spoiled(server, port):
    asked = request(COLLECT, tools=[TOOL])
    whole = message(port, asked)["tool_calls"][0]["function"]
    assert (whole["name"], json.loads(whole["arguments"])) == ("weigh", {"thing": "cat", "unit": "kg"})
    always(server, "bad_tool")
    assert not re.fullmatch("[a-zA-Z0-9_-]{1,64}", message(port, asked)["tool_calls"][0]["function"]["name"])
    always(server, "bad_arguments")
    with pytest.raises(json.JSONDecodeError):
        json.loads(message(port, asked)["tool_calls"][0]["function"]["arguments"])
    always(server, "double_encoded")
    once = json.loads(message(port, asked)["tool_calls"][0]["function"]["arguments"])
    assert isinstance(once, str) and json.loads(once) == {"thing": "cat", "unit": "kg"}


def test_what_is_said_is_spoiled(server, port):
    always(server, "refusal")
    assert "sorry" in message(port, request("Hello"))["content"]
    assert "sorry" in message(port, request("Hello", response_format=STRUCTURED))["refusal"]
    always(server, "empty")
    assert message(port, request(COLLECT, tools=[TOOL])) == {"role": "assistant", "content": ""}
    always(server, "no_usage")
    assert "usage" not in post(port, request("Hello"))[1]
    always(server, "fenced")
    assert re.fullmatch(r"Here it is:\n```json\n{.*}\n```\n", message(port, request("Hi", response_format=STRUCTURED))["content"])
    assert server.log()[-1].fault == "fenced"
    message(port, request("Hello"))
    assert server.log()[-1].fault == "", "there was no JSON to put into a fence"


def test_a_server_without_structured_output(server, port):
    always(server, "no_structured")
    status, answer, _ = post(port, request("Hi", response_format=STRUCTURED))
    assert (status, "response_format" in answer["error"]["message"]) == (400, True)
    assert post(port, request("Hi, in JSON", response_format={"type": "json_object"}))[0] == 200


def test_faults_combine_and_are_all_named(server, port):
    server.set(faults={"no_usage": 1.0, "fenced": 1.0})
    answer = post(port, request("Hi", response_format=STRUCTURED))[1]
    assert "usage" not in answer and "```" in answer["choices"][0]["message"]["content"]
    assert server.log()[-1].fault == "fenced+no_usage"


def test_the_cap_on_requests_in_flight(server, port):
    server.set(max_in_flight=4, latency=0.5)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: post(port, request(f"Hello {n}")), range(12)))
    assert Counter(status for status, _, _ in answers) == {200: 4, 429: 8}
    assert all("retry-after" not in headers for _, _, headers in answers)
    server.set(retry_after=2.5)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda n: post(port, request(f"Hello again {n}")), range(12)))
    assert {headers.get("retry-after") for status, _, headers in answers if status == 429} == {"2.5"}
    assert max(entry.in_flight for entry in server.log() if entry.status == 200) <= 4


def test_a_limit_does_not_use_a_body_up(server, port):
    server.set(requests_per_minute=2)
    assert [post(port, request("The same"))[0] for _ in range(4)] == [200, 200, 429, 429]
    entries = server.log()[-4:]
    assert [(entry.seen, entry.fault) for entry in entries] == [(0, ""), (1, "")] + [(0, "requests_per_minute")] * 2


def test_the_key_and_the_context(server, port):
    server.set(api_key="secret", context=50)
    assert post(port, request("Hello"))[0] == 401
    key = {"authorization": "Bearer secret"}
    assert post(port, request("Hello"), key)[0] == 200
    status, answer, _ = post(port, request("word " * 100), key)
    assert (status, answer["error"]["code"]) == (400, "context_length_exceeded")


CALL = {"id": "a", "type": "function", "function": {"name": "weigh", "arguments": "{}"}}
ROUND = [{"role": "assistant", "content": None, "tool_calls": [CALL]}, {"role": "tool", "tool_call_id": "a", "content": "4"}]
OPEN = {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": {**SCHEMA, "required": []}}}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        ([], "JSON object"),
        ({"model": "fake", "messages": []}, "at least one message"),
        ({"messages": [{"role": "user", "content": "Hi"}]}, "model parameter"),
        (request("Hi", stream=True), "stream"),
        (request("Hi", n=2), "one reply"),
        (request("Hi", max_tokens="many"), "max_tokens must be an integer"),
        (request("Hi", {"role": "robot", "content": "Hi"}), "role must be one of"),
        (request("Hi", {"role": "user", "content": None}), "content is missing"),
        (request("Hi", {"role": "user", "content": 4}), "content must be"),
        (request("Hi", {"role": "tool", "tool_call_id": "a", "content": "4"}), "no open call"),
        (request("Hi", ROUND[0]), "are not answered"),
        (request("Hi", ROUND[0], {"role": "user", "content": "And?"}), "before the calls a are answered"),
        (request("Hi", *ROUND, ROUND[1]), "no open call"),
        (request("Hi", tools=[]), "at least one tool"),
        (request("Hi", tools=[TOOL, TOOL]), "occurs twice"),
        (request("Hi", response_format={"type": "xml"}), "response_format.type"),
        (request("Hi", response_format={"type": "json_object"}), "contain the word 'json'"),
        (request("Hi", response_format=OPEN), "must name every property; correct"),
    ],
)  # fmt: skip
def test_what_hosted_apis_refuse(server, port, body, reason):
    status, answer, _ = post(port, body)
    assert status == 400
    assert reason in answer["error"]["message"]


def test_a_lenient_server_takes_what_most_local_ones_take(server, port):
    server.set(strict=False)
    assert post(port, request("Hi", *ROUND, ROUND[1]))[0] == 200
    server.set(strict=True)


# Chance -------------------------------------------------------------------------------------------------------------


def answers(port: int, count: int, workers: int) -> list[str]:
    """What came back for many bodies, each tried until it is answered; by body."""

    def one(n: int) -> str:
        said = []
        for _ in range(20):
            status, answer, _ = post(port, request(f"Topic: number {n}\nRound 1 of 3.", tools=[TOOL]))
            said.append(f"{status} {json.dumps(answer)}")
            if status == 200:
                break
        return "\n".join(said)

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(count)))


def test_faults_and_replies_do_not_depend_on_concurrency(server, port):
    rates: dict[FaultName, float] = {"rate_limited": 0.3, "server_error": 0.2, "bad_arguments": 0.3, "empty": 0.2}
    server.set(faults=rates)
    alone = answers(port, 60, 1)
    server.set(latency=0.02, sigma=1.0)
    assert answers(port, 60, 16) == alone
    statuses = Counter(line.partition(" ")[0] for text in alone for line in text.splitlines())
    tried = sum(statuses.values())
    assert 0.2 < statuses["429"] / tried < 0.4 and 0.05 < statuses["500"] / tried < 0.25
    server.set(seed=1, latency=0, sigma=0)
    assert answers(port, 60, 1) != alone
    server.set(seed=0)


def test_samples_differ_and_a_seed_in_the_body_takes_the_place_of_their_number(server, port):
    server.set()
    same = [message(port, request("What is it?")) for _ in range(6)]
    server.set()
    assert [message(port, request("What is it?")) for _ in range(6)] == same
    assert len({reply["content"] for reply in same}) > 1
    seeded = [message(port, request("What is it?", seed=4)) for _ in range(3)]
    assert seeded[0] == seeded[1] == seeded[2] != message(port, request("What is it?", seed=5))


def test_latencies_are_lognormal_around_the_median():
    drawn = sorted(delay(0.5, 1.0, n) for n in range(4_000))
    assert drawn[2_000] == pytest.approx(0.5, rel=0.1)
    assert drawn[int(4_000 * 0.8413)] / drawn[2_000] == pytest.approx(2.718, rel=0.15)
    assert delay(0.5, 0.0, 1) == 0.5 and delay(0.0, 1.0, 1) == 0.0


def test_a_reply_that_is_too_long_is_cut(server, port):
    answer = post(port, request("Hello", max_tokens=2))[1]
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 2 and len(answer["choices"][0]["message"]["content"]) == 8
