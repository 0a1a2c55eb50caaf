"""An HTTP API on loopback that misbehaves: every call answers within its deadline, bounded, coded and without secrets."""

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dive.errors import DiveError
from dive.tools.host import Outcome, ToolHost
from dive.tools.importers.file import Key
from dive.tools.importers.load import tools_of
from dive.tools.importers.openapi import import_openapi
from dive.tools.importers.overlay import Overlay, ToolOverlay
from dive.tools.importers.specs import read_spec
from dive.tools.pool import ToolPool
from dive.types import Json

pytestmark = pytest.mark.slow

SECRET = "k3y/with+odd&chars"
JSON = {"content-type": "application/json"}
SEEN: list[tuple[str, str, dict[str, str], bytes]] = []
FAILS: dict[str, int] = {}
"""How often a path has still to fail."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        SEEN.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        url = urlsplit(self.path)
        CASES[url.path.removeprefix("/api/")](self, {k: v[0] for k, v in parse_qs(url.query).items()})

    do_POST = do_GET

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] = JSON) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def say(self, value: Json) -> None:
        self.answer(200, json.dumps(value).encode())


def flaky(status: int, headers: dict[str, str]) -> Callable[[Handler, dict[str, str]], None]:
    def case(handler: Handler, _: dict[str, str]) -> None:
        left = FAILS[handler.path] = FAILS.get(handler.path, 2) - 1
        handler.answer(status, b"busy", headers) if left >= 0 else handler.say({"ok": True})

    return case


def hang(handler: Handler, _: dict[str, str]) -> None:
    time.sleep(6)


def trickle(handler: Handler, _: dict[str, str]) -> None:
    handler.send_response(200)
    handler.send_header("content-length", "100000")
    handler.end_headers()
    for _number in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


def die(handler: Handler, _: dict[str, str]) -> None:
    handler.send_response(200)
    handler.send_header("content-length", "100")
    handler.end_headers()
    handler.wfile.write(b'{"half":')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def echo(handler: Handler, query: dict[str, str]) -> None:
    url = f"http://127.0.0.1{handler.path}"
    handler.say(
        {"query": query, "url": url, "authorization": handler.headers.get("authorization"), "key": handler.headers.get("x-key")}
    )


def raw(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Callable[[Handler, dict[str, str]], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _: handler.answer(status, body, {"content-type": kind, **named})


CASES: dict[str, Callable[[Handler, dict[str, str]], None]] = {
    "echo": echo,
    "hang": hang,
    "trickle": trickle,
    "die": die,
    "flaky": flaky(503, {"retry-after": "0"}),
    "flaky_date": flaky(429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}),
    "patience": raw(429, b"slow down", "text/plain", retry_after="3600"),
    "change": raw(503, b"busy", "text/plain", retry_after="0"),
    "missing": raw(404, b'{"error": "no such toy"}'),
    "gone": raw(410, b""),
    "wrong": raw(400, b"limit: too high", "text/plain"),
    "unprocessable": raw(422, b"{}"),
    "login": raw(401, b"who?"),
    "forbidden": raw(403, b""),
    "broken": raw(500, b"<h1>Oops</h1>", "text/html"),
    "teapot": raw(418, b"tea"),
    "paid": raw(402, b""),
    "not_modified": raw(304, b""),
    "large": raw(200, json.dumps({"x": "y" * 20_000}).encode()),
    "huge": raw(200, b'{"x": "' + b"y" * 6_000_000 + b'"}'),
    "bomb": raw(200, gzip.compress(b"0" * 30_000_000), content_encoding="gzip"),
    "text": raw(200, "größe".encode("latin-1"), "text/plain; charset=latin-1"),
    "html": raw(200, b"<p>hello</p>", "text/html"),
    "binary": raw(200, b"\x89PNG\xff\xfe\x00", "image/png"),
    "nul": raw(200, b"a\x00b", "text/plain"),
    "not_utf8": raw(200, b'{"a": "\xff"}'),
    "charset": raw(200, b"a", "text/plain; charset=nonsense"),
    "cut": raw(200, b'{"a": 1'),
    "nan": raw(200, b'{"a": NaN}'),
    "digits": raw(200, b'{"a": ' + b"9" * 10_000 + b"}"),
    "deep": raw(200, b"[" * 100_000 + b"]" * 100_000),
    "empty": raw(200, b""),
    "list": raw(200, b"[1, 2]"),
    "scalar": raw(200, b"3"),
    "null": raw(200, b"null"),
    "bom": raw(200, b'\xef\xbb\xbf{"a": 1}'),
    "problem": raw(200, b'{"a": 1}', "application/problem+json"),
    "untyped": raw(200, b'{"a": 1}', ""),
    "bad_gzip": raw(200, b"abc", content_encoding="gzip"),
    "there": raw(302, b"", location="/api/echo?came=1"),
    "away": raw(302, b"", location="http://localhost:1/api/echo"),
    "round": raw(307, b"", location="/api/round"),
    "nowhere": raw(302, b""),
    "post_there": raw(307, b"", location="/api/echo"),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api"
    server.shutdown()


@pytest.fixture(scope="module")
def host(url: str) -> Iterator[ToolHost]:
    parameters = [{"name": "q", "in": "query", "schema": {"type": "string"}}]
    posts = {"change": 1, "post_there": 1, "die": 1}
    paths = {f"/{name}": {"get": {"operationId": f"do_{name}", "parameters": parameters}} for name in CASES}
    for name in posts:
        paths[f"/{name}"] = {
            "post": {"operationId": f"post_{name}"},
            **({"get": {"operationId": f"do_{name}"}} if name == "die" else {}),
        }
    document = {"openapi": "3.1.0", "info": {"title": "Faults"}, "servers": [{"url": url}], "paths": paths}
    tools = {f"GET /{name}": ToolOverlay(deadline=2) for name in CASES if name not in ("change", "post_there")}
    made = import_openapi(document, "faults.json", Overlay(tools=tools), [f"POST:/{name}" for name in posts])
    with ToolHost(ToolPool(tools_of(made.file, None))) as one:  # type: ignore[arg-type]
        one.call("do_echo", {})
        yield one


def failure(outcome: Outcome) -> tuple[str, str]:
    assert outcome.failure is not None, outcome
    return outcome.failure.code, outcome.failure.message


@pytest.mark.parametrize(
    ("case", "code", "words"),
    [
        ("hang", "timeout", "no answer"),
        ("trickle", "timeout", "deadline"),
        ("die", "unavailable", "broke the connection"),
        ("missing", "not_found", "no such toy"),
        ("gone", "not_found", "410"),
        ("wrong", "bad_arguments", "too high"),
        ("unprocessable", "bad_arguments", "422"),
        ("login", "denied", "who?"),
        ("forbidden", "denied", "403"),
        ("paid", "denied", "402"),
        ("broken", "unavailable", "Oops"),
        ("teapot", "bad_arguments", "tea"),
        ("patience", "unavailable", "3600 s, past the deadline"),
        ("not_modified", "unavailable", "304"),
        ("large", "too_large", "16,000"),
        ("huge", "too_large", "bytes"),
        ("bomb", "too_large", "bytes"),
        ("binary", "unavailable", "image/png"),
        ("nul", "unavailable", "binary"),
        ("not_utf8", "unavailable", "neither JSON nor text"),
        ("charset", "unavailable", "neither"),
        ("cut", "unavailable", "broken JSON"),
        ("nan", "unavailable", "NaN"),
        ("digits", "unavailable", "broken JSON"),
        ("deep", "unavailable", "broken JSON"),
        ("bad_gzip", "unavailable", "decoded"),
        ("away", "unavailable", "http://localhost:1"),
        ("round", "unavailable", "redirects"),
        ("nowhere", "unavailable", "nowhere"),
    ],
)
def test_faults_are_coded(host, case, code, words):
    start = time.monotonic()
    outcome = host.call(f"do_{case}", {})
    assert failure(outcome)[0] == code, outcome
    assert words in failure(outcome)[1]
    assert time.monotonic() - start < 2.5, "a fault is answered before the host has to end its process"


@pytest.mark.parametrize(
    ("case", "result"),
    [
        ("text", {"text": "größe"}),
        ("html", {"text": "<p>hello</p>"}),
        ("empty", {}),
        ("list", {"value": [1, 2]}),
        ("scalar", {"value": 3}),
        ("null", {"value": None}),
        ("bom", {"a": 1}),
        ("problem", {"a": 1}),
        ("untyped", {"a": 1}),
        ("flaky", {"ok": True}),
        ("flaky_date", {"ok": True}),
    ],
)
def test_answers_of_all_kinds(host, case, result):
    outcome = host.call(f"do_{case}", {})
    assert outcome.failure is None, outcome
    assert outcome.result == result


def test_a_redirect_within_the_origin_is_followed(host):
    assert host.call("do_there", {}).result["query"] == {"came": "1"}


@pytest.mark.parametrize(("case", "code"), [("change", "unavailable"), ("post_there", "unavailable"), ("die", "unavailable")])
def test_what_changes_something_is_sent_once(host, case, code):
    SEEN.clear()
    assert failure(host.call(f"post_{case}", {}))[0] == code
    assert [(method, path) for method, path, *_ in SEEN] == [("POST", f"/api/{case}")]


def test_a_call_that_is_lost_is_made_again_only_within_the_deadline(host):
    SEEN.clear()
    host.call("do_die", {})
    assert 1 < len(SEEN) <= 3


def test_a_server_that_is_not_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    document = {"openapi": "3.0.0", "info": {}, "servers": [{"url": f"http://127.0.0.1:{port}"}], "paths": {"/a": {"get": {}}}}
    (tool,) = tools_of(import_openapi(document, "a", Overlay(tools={"GET /a": ToolOverlay(deadline=4)})).file)
    with ToolHost(ToolPool([tool])) as host:
        assert failure(host.call(tool.name, {}))[0] == "unavailable"


# --- secrets ----------------------------------------------------------------------------------------------------------
def keyed(url: str, *keys: Key) -> ToolPool:
    paths = {f"/{case}": {"get": {"operationId": f"do_{case}"}} for case in ("echo", "away", "missing")}
    document = {"openapi": "3.0.0", "info": {}, "servers": [{"url": url}], "paths": paths}
    return ToolPool(tools_of(import_openapi(document, "a", Overlay(keys=keys)).file))


@pytest.mark.parametrize(
    "key",
    [
        Key(variable="TOY_KEY", prefix="Bearer "),
        Key(variable="TOY_KEY", prefix="Basic "),
        Key(variable="TOY_KEY", name="x-key"),
        Key(variable="TOY_KEY", place="query", name="apikey"),
    ],
    ids=lambda key: f"{key.place} {key.prefix}",
)
def test_a_secret_is_sent_and_never_comes_back(url, monkeypatch, key):
    monkeypatch.setenv("TOY_KEY", SECRET)
    SEEN.clear()
    with ToolHost(keyed(url, key)) as host:
        outcome = host.call("do_echo", {})
        assert outcome.failure is None, outcome
        assert "[TOY_KEY]" in json.dumps(outcome.result)
        for case in ("do_echo", "do_away", "do_missing"):
            text = repr(host.call(case, {}))
            assert SECRET not in text and "k3y" not in text and "azN5" not in text
    sent = SEEN[0]
    assert any(
        form in json.dumps([sent[1], sent[2]]) for form in (SECRET, "k3y%2Fwith%2Bodd%26chars", "azN5L3dpdGgrb2RkJmNoYXJz")
    )


def test_a_key_that_is_not_set_or_unfit_is_named(url, monkeypatch):
    pool = keyed(url, Key(variable="TOY_KEY"))
    monkeypatch.delenv("TOY_KEY", raising=False)
    with ToolHost(pool) as host:
        assert failure(host.call("do_echo", {})) == ("unavailable", "the environment variable TOY_KEY is not set")
    assert "TOY_KEY" in pool.missing["do_echo"]
    monkeypatch.setenv("TOY_KEY", "a\nb: c")
    with ToolHost(pool) as host:
        assert failure(host.call("do_echo", {}))[0] == "unavailable"


# --- rates ------------------------------------------------------------------------------------------------------------
def test_a_rate_holds_over_processes(url):
    document = {
        "openapi": "3.0.0",
        "info": {},
        "servers": [{"url": url}],
        "paths": {"/echo": {"get": {"operationId": "do_echo"}}},
    }
    made = import_openapi(document, "a", Overlay(rates={"default": 5}, tools={"do_echo": ToolOverlay(deadline=3)}))
    pool = ToolPool(tools_of(made.file))
    with ToolHost(pool) as one, ToolHost(pool) as two:
        for host in (one, two):
            host.call("do_echo", {})
        start = time.monotonic()
        threads = [threading.Thread(target=lambda h=h: [h.call("do_echo", {}) for _ in range(3)]) for h in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert time.monotonic() - start > 0.9, "six calls at five a second"


# --- from the shell ---------------------------------------------------------------------------------------------------
def test_an_api_is_imported_learned_and_called_from_the_shell(url, tmp_path):
    parameters = [{"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}]
    paths = {
        "/echo": {"get": {"operationId": "do_echo", "parameters": parameters}},
        "/list": {"get": {"operationId": "doList"}},
        "/change": {"post": {}},
    }
    (tmp_path / "spec.json").write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "Toys"}, "paths": paths}))
    (tmp_path / "overlay.yaml").write_text("tools: {do_echo: {examples: [{q: a}, {q: b}]}}")
    spec, overlay, out = (str(tmp_path / name) for name in ("spec.json", "overlay.yaml", "toys.yaml"))

    def dive(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "dive.cli", "tools", *arguments], capture_output=True, text=True)

    done = dive("import", "openapi", spec, "--overlay", overlay, "--out", out)
    assert done.returncode == 1 and "--url" in done.stderr
    done = dive("import", "openapi", spec, "--overlay", overlay, "--url", url, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "left out POST /change: not a GET operation" in done.stdout and "2 tools of toys written" in done.stdout
    assert "2 of 2 tools have shown their results" in dive("learn", out).stdout
    echo = ToolPool.load(out)["do_echo"]
    kinds = {field.name: field.kind for field in echo.results}
    assert (kinds["query"], kinds["url"]) == ("record", "text")
    assert json.loads(dive("call", "do_echo", "q=hello", "--tools", out).stdout)["query"] == {"q": "hello"}
    assert "query: record" in dive("show", "do_echo", "--tools", out).stdout
    assert json.loads(dive("list", "--provider", "toys", "--json", "--tools", out).stdout)[0]["name"] == "do_echo"


def test_a_description_is_fetched_by_url_and_faults_are_one_line(url, tmp_path):
    for case, reason in (
        ("missing", "status 404"),
        ("huge", "neither JSON nor|no OpenAPI|is not"),
        ("html", "is not"),
        ("away", "status 302"),
    ):
        with pytest.raises(DiveError, match=reason):
            read_spec(f"{url}/{case}")
