"""HTTP as clients break it: raw sockets against a real server."""

import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import time

import pytest

from dive.errors import DiveError
from dive.fake import FakeServer, fake_server
from dive.fake.log import read_log

BODY = json.dumps({"model": "fake", "messages": [{"role": "user", "content": "What is 2 + 2?"}]}).encode()


@pytest.fixture(scope="module")
def server():
    with fake_server(max_body=5_000) as server:
        yield server


def connect(server: FakeServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def read_answer(sock: socket.socket) -> tuple[int, bytes]:
    answer = http.client.HTTPResponse(sock)
    answer.begin()
    return answer.status, answer.read()


def post(body: bytes, *headers: bytes, line: bytes = b"POST /v1/chat/completions HTTP/1.1") -> bytes:
    return b"\r\n".join([line, b"host: x", b"content-length: %d" % len(body), *headers, b"", body])


def said(body: bytes) -> str:
    return json.loads(body)["choices"][0]["message"]["content"]


def test_a_connection_is_kept_and_closed_when_asked(server):
    with connect(server) as sock:
        for _ in range(3):
            sock.sendall(post(BODY))
            status, body = read_answer(sock)
            assert (status, said(body)[:20]) == (200, "The results settle i")
        sock.sendall(post(BODY, b"connection: close"))
        assert read_answer(sock)[0] == 200
        assert sock.recv(1) == b""


def test_a_second_request_waits_for_the_first(server):
    with connect(server) as sock:
        sock.sendall(post(BODY) + post(b"{}"))
        file = sock.makefile("rb")
        text = b""
        while text.count(b"HTTP/1.1") < 2 or not text.endswith(b"}"):
            text += file.read1()
        assert text.index(b"HTTP/1.1 200 OK") < text.index(b"HTTP/1.1 400 Bad Request")


def test_a_body_in_chunks_and_in_drops(server):
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    parts = [b"%x;ext=1\r\n%s\r\n" % (len(BODY[n : n + 7]), BODY[n : n + 7]) for n in range(0, len(BODY), 7)]
    with connect(server) as sock:
        for byte in head + b"".join(parts) + b"0\r\nTrailer: 1\r\n\r\n":
            sock.sendall(bytes([byte]))
        status, body = read_answer(sock)
        assert status == 200
        sock.sendall(post(BODY))
        assert said(read_answer(sock)[1])[:21] == said(body)[:21] == "The results settle it"


def test_a_client_that_waits_to_be_told_to_go_on(server):
    head, body = post(BODY, b"Expect: 100-continue").split(b"\r\n\r\n")
    with connect(server) as sock:
        sock.sendall(head + b"\r\n\r\n")
        assert sock.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert read_answer(sock)[0] == 200


@pytest.mark.parametrize("way", ["length", "chunks", "expect"])
def test_a_body_that_is_too_large_is_refused_and_the_client_gets_to_know(server, way):
    big = b"x" * 400_000
    with connect(server) as sock:
        if way == "chunks":
            sock.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n61a80\r\n" + big)
        elif way == "length":
            sock.sendall(post(big))
        else:
            sock.sendall(post(big, b"expect: 100-continue").partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        status, body = read_answer(sock)
        assert status == 413
        assert "at" in json.loads(body)["error"]["message"] or "more than" in json.loads(body)["error"]["message"]
        assert sock.recv(1) == b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
        (b"GET /health\r\n\r\n", 400),
        (b"GET /health HTTP/2.0\r\nhost: x\r\n\r\n", 505),
        (b"GET /health HTTP/1.1\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nhost : x\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd", 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc", 400),
        (b"GET /" + b"a" * 70_000, 431),
    ],
)
def test_what_is_malformed_is_refused_and_the_server_lives_on(server, sent, status):
    with connect(server) as sock:
        sock.sendall(sent)
        assert read_answer(sock)[0] == status
        assert sock.recv(1) == b""
    with connect(server) as sock:
        sock.sendall(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
        assert read_answer(sock) == (200, b'{"status":"ok"}')


def test_paths_and_methods(server):
    http_connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    for method, path, status in (
        ("GET", "/v1/models", 200), ("HEAD", "/health", 200), ("GET", "/nowhere", 404), ("GET", "/v1/chat/completions", 405),
        ("POST", "/v1/models", 405),
    ):  # fmt: skip
        http_connection.request(method, path)
        answer = http_connection.getresponse()
        body = answer.read()
        assert (path, answer.status) == (path, status)
        assert (body == b"") is (method == "HEAD")


def test_a_client_that_hangs_up_leaves_a_line_and_nothing_else(server):
    server.set(latency=30.0)
    try:
        with connect(server) as sock:
            sock.sendall(post(BODY, b"x-mark: gone"))
            time.sleep(0.2)
        deadline = time.monotonic() + 5
        while not any(entry.status == 0 for entry in server.log()) and time.monotonic() < deadline:
            time.sleep(0.02)
        gone = [entry for entry in server.log() if entry.status == 0]
        assert [(entry.written, entry.bytes_out, entry.phase) for entry in gone] == [(False, 0, "solve")]
    finally:
        server.set(latency=0.0)
    with connect(server) as sock:
        sock.sendall(post(BODY))
        assert read_answer(sock)[0] == 200


def test_half_a_request_then_silence_does_not_hold_others_up(server):
    with connect(server) as slow, connect(server) as quick:
        slow.sendall(post(BODY)[:-5])
        quick.sendall(post(BODY))
        assert read_answer(quick)[0] == 200
        slow.sendall(post(BODY)[-5:])
        assert read_answer(slow)[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_line_and_ends_cleanly(tmp_path, number):
    arguments = [sys.executable, "-m", "dive.fake.command", "--port-file", str(tmp_path / "port"), "--latency", "30"]
    arguments += ["--log", str(tmp_path / "log.jsonl")]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        url = process.stdout.readline().decode()
        port = int((tmp_path / "port").read_text())
        assert url == f"http://127.0.0.1:{port}/v1\n"
        with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
            sock.sendall(post(BODY))
            time.sleep(0.1)
            process.send_signal(number)
            assert process.wait(10) == 0
            with contextlib.suppress(ConnectionResetError):
                assert sock.recv(1) == b""
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")
    assert [(entry.status, entry.written) for entry in read_log(tmp_path / "log.jsonl")] == [(0, False)]


def test_it_ends_with_its_parent():
    with fake_server() as server:
        assert server.process.stdin is not None
        server.process.stdin.close()
        assert server.process.wait(10) == 0


def test_a_port_that_is_taken_is_an_error(server):
    arguments = [sys.executable, "-m", "dive.fake.command", "--port", str(server.port)]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert f"port {server.port} cannot be taken" in ended.stderr and "Traceback" not in ended.stderr


def test_settings_that_are_wrong_are_named(server):
    with pytest.raises(DiveError, match=r"faults\.hange: Input should be"):
        server.set(faults={"hange": 1.0})
    with pytest.raises(DiveError, match="the rate of hang is 2"):
        server.set(faults={"hang": 2.0})
    with pytest.raises(DiveError, match="port cannot be changed"):
        server.set(port=1)
    with pytest.raises(DiveError, match="unknown setting 'latancy'; known are port"):
        server.set(latancy=1)
