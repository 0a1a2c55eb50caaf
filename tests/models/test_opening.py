"""A role's model is opened with everything around it: what is missing is said at once, and the layers stand in order."""

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dive.chat import Message, ModelError, Reply, Request, Usage
from dive.errors import DiveError
from dive.models.cache import ResponseCache
from dive.models.meter import Meter
from dive.models.opening import is_own, open_model
from dive.models.served import Endpoints
from dive.models.spec import read_model

KEY = "DIVE_TEST_KEY_THAT_IS_NOT_SET"


def asking(text: str, sample: int = 0) -> Request:
    return Request(messages=(Message(role="user", content=text),), sample=sample)


@pytest.fixture
def script(tmp_path: Path) -> str:
    (tmp_path / "mine.py").write_text(
        "from dive.chat import Usage\nfrom dive.models.scripted import said\n"
        "answer = lambda request: said('yes', usage=Usage(prompt=600_000, completion=100_000))\n"
    )
    return f"scripted:{tmp_path}/mine.py:answer"


class Server:
    """A server of the chat completions API on loopback, which fails now and then."""

    def __init__(self, fail_every: int = 0) -> None:
        self.asked: list[Any] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                server.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                fails = fail_every and len(server.asked) % fail_every == 1
                message = {"role": "assistant", "content": server.asked[-1]["messages"][-1]["content"].upper()}
                usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
                reply = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "usage": usage}
                reply["choices"] = [{"index": 0, "finish_reason": "stop", "message": message}]
                body = json.dumps({"error": {"message": "busy"}} if fails else reply).encode()
                self.send_response(503 if fails else 200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(fail_every=3)
    yield made
    made.close()


# --- what goes wrong --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("url", ["", "@https://api.example.com/v1", "@http://93.184.216.34:8000/v1"])
def test_a_key_that_is_not_set(url, monkeypatch):
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(DiveError, match=f"model 'm' at http.* needs a key, and {KEY} is not set"):
        open_model(read_model(f"openai:m{url}?api_key_env={KEY}"), "solver", cache=None, meter=None, endpoints=Endpoints([]))


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://127.0.0.1:8000/v1", True), ("http://localhost:8000", True), ("http://[::1]:8000/v1", True),
        ("http://10.1.2.3/v1", True),
        ("http://gpu-node-3:8000/v1", True), ("http://vllm.internal/v1", True), ("https://api.openai.com/v1", False),
        ("https://api.example.com", False), ("http://8.8.8.8/v1", False), ("https://localhost.example.com/v1", False),
    ],
)  # fmt: skip
def test_whose_server_it_is(url, own):
    assert is_own(url) is own


def test_a_limit_that_could_never_bite(script):
    with pytest.raises(
        DiveError, match=r"max_cost is given, but the solver's model '.*' has no prices: add price_in and price_out"
    ):
        open_model(read_model(script), "solver", cache=None, meter=Meter(max_cost=1), endpoints=Endpoints([]))
    for query in ("price_out=2", "price_in=0&price_out=0"):
        assert open_model(read_model(f"{script}?{query}"), "solver", cache=None, meter=Meter(max_cost=1), endpoints=Endpoints([]))
    assert open_model(read_model(script), "solver", cache=None, meter=Meter(max_tokens=1000), endpoints=Endpoints([]))


def test_a_backend_that_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setattr("dive.errors.find_spec", lambda name: None)
    for text, extra in (("local:somewhere", "local"), ("openai:m@http://127.0.0.1:9/v1", "models")):
        with pytest.raises(DiveError, match=rf"pip install 'dive-synthesis\[{extra}\]'"):
            open_model(read_model(text), "solver", cache=None, meter=None, endpoints=Endpoints([]))


# --- the layers -------------------------------------------------------------------------------------------------------
def test_a_script_with_everything_around_it(tmp_path, script):
    cache = ResponseCache(tmp_path / "responses.sqlite")
    meter = Meter(max_cost=5)
    model = open_model(
        read_model(f"{script}?price_in=1&price_out=10"), "solver", cache=cache, meter=meter, endpoints=Endpoints([])
    )

    async def play() -> list[Reply | BaseException]:
        return [
            outcome
            for sample in (0, 1, 2, 3, 4, 0, 1)
            for outcome in await asyncio.gather(model.complete(asking("x", sample)), return_exceptions=True)
        ]

    outcomes = asyncio.run(play())
    assert [isinstance(outcome, Reply) for outcome in outcomes] == [True, True, True, False, False, True, True]
    assert all(isinstance(outcome, ModelError) and outcome.code == "budget" for outcome in outcomes[3:5])
    (total,) = meter.totals
    assert (total.role, total.requests, total.cost, total.hits, total.saved) == (
        "solver",
        3,
        pytest.approx(4.8),
        2,
        pytest.approx(3.2),
    )
    assert [(t.role, t.cost) for t in cache.totals()] == [("solver", pytest.approx(4.8))]
    cache.close()


@pytest.mark.slow
def test_a_server_with_everything_around_it(tmp_path, server, monkeypatch):
    """One request in three fails at first; the second invocation asks nothing."""
    monkeypatch.delenv(KEY, raising=False)
    config = read_model(f"openai:m@{server.url}?price_in=1&price_out=1&api_key_env={KEY}")
    asked = []
    for _ in range(2):
        cache = ResponseCache(tmp_path / "responses.sqlite")
        meter, endpoints = Meter(paid=cache.totals()), Endpoints([config])

        async def play(cache=cache, meter=meter, endpoints=endpoints) -> list[Reply]:
            solver, judge = (
                open_model(config, role, cache=cache, meter=meter, endpoints=endpoints) for role in ("solver", "judge")
            )
            replies = await asyncio.gather(
                *(solver.complete(asking(text)) for text in "abcdaab"), judge.complete(asking("other"))
            )
            await solver.close()
            await judge.close()
            await endpoints.close()
            return list(replies)

        assert [reply.message.content for reply in asyncio.run(play())] == [*"ABCDAAB", "OTHER"]
        assert len(endpoints.opened) == 1, "roles behind one address share it"
        asked.append(len(server.asked))
        assert [(total.role, total.requests, total.usage.prompt) for total in meter.totals] == [
            ("judge", 1, 100),
            ("solver", 4, 400),
        ]
        cache.close()
    assert asked[0] == asked[1] > 5, "five replies and some tries that failed"
    assert meter.totals[1].hits == 7
    assert meter.totals[1].usage == Usage(prompt=400, completion=40)
