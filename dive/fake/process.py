"""Running the server: in this process until a signal comes, or as a child that a test or a benchmark talks to.

A child, because a benchmark must not share the interpreter of the client that it measures. The child ends when its parent is
gone, however it died.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dive.errors import DiveError
from dive.fake.log import Entry, read_log
from dive.fake.server import Policy, Server
from dive.fake.settings import FakeConfig, made
from dive.fake.totals import Totals, totals
from dive.types import Json

STARTUP = 30.0
"""Seconds in which the child must answer."""
HOST = "127.0.0.1"


class FakeServer:
    """A fake server in a child process."""

    def __init__(self, url: str, path: Path, process: "subprocess.Popen[bytes]") -> None:
        self.url = url
        """Address of the API, such as http://127.0.0.1:8123/v1."""
        self.path = path
        """The log."""
        self.process = process

    @property
    def model(self) -> str:
        """The server as a model of DIVE is written."""
        return f"openai:fake@{self.url}"

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].partition("/")[0])

    def log(self) -> list[Entry]:
        """What was asked so far; a request in work is not among it."""
        with suppress(OSError), _direct().open(f"http://{HOST}:{self.port}/health", timeout=STARTUP) as answer:
            answer.read()  # what was answered before this is in the log by now
        return list(read_log(self.path))

    def totals(self, warm_up: float = 0.0, samples: int = 1) -> Totals:
        """The figures of the log; see `dive.fake.totals`."""
        return totals(self.log(), warm_up, samples)

    def set(self, **values: Json) -> None:
        """Change settings by name, and forget what was seen. Raises `DiveError` where one cannot be."""
        request = urllib.request.Request(f"http://{HOST}:{self.port}/settings", json.dumps(values).encode(), method="POST")
        try:
            with _direct().open(request, timeout=STARTUP) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            raise DiveError(json.loads(error.read())["error"]["message"]) from None


def _direct() -> urllib.request.OpenerDirector:
    """An opener that asks no proxy."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextmanager
def fake_server(config: FakeConfig | None = None, **values: Any) -> Iterator[FakeServer]:
    """A server in a child process, for as long as the block lasts. Settings come as a record, by name, or both."""
    given = {**(config.model_dump(exclude_unset=True) if config else {}), **values}
    with tempfile.TemporaryDirectory(prefix="dive-fake-") as folder:
        settings = made({"log": Path(folder) / "log.jsonl", **given})
        assert settings.log is not None
        settings.log.parent.mkdir(parents=True, exist_ok=True)
        settings.log.touch()
        (Path(folder) / "settings.json").write_text(settings.model_dump_json(), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "dive.fake.command", "--settings", f"{folder}/settings.json", "--with-parent"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )  # fmt: skip
        try:
            yield FakeServer(_first_line(process), settings.log, process)
        finally:
            _end(process)


def _first_line(process: "subprocess.Popen[bytes]") -> str:
    assert process.stdout is not None
    line = process.stdout.readline().decode().strip()  # ends when the child does
    if not line.startswith("http"):
        raise DiveError(f"the fake server did not start (status {process.wait(STARTUP)}); standard error says why")
    return line


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def serve(settings: FakeConfig, policy: Policy, with_parent: bool = False) -> None:
    """Answer requests until SIGTERM or SIGINT comes, or with `with_parent` until standard input ends."""
    with suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(_serve(settings, policy, with_parent))


async def _serve(settings: FakeConfig, policy: Policy, with_parent: bool) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    server = Server(settings, policy)
    try:
        listening = await loop.create_server(server.connect, HOST, settings.port, backlog=2048)
    except OSError as error:
        raise DiveError(f"port {settings.port} cannot be taken: {error.strerror or error}; --port 0 takes a free one") from None
    port = listening.sockets[0].getsockname()[1]
    if settings.port_file is not None:
        _write_port(settings.port_file, port)
    print(f"http://{HOST}:{port}/v1", flush=True)
    if with_parent:
        await loop.connect_read_pipe(lambda: _Parent(ended), sys.stdin)
    await ended.wait()
    listening.close()
    await server.close()


class _Parent(asyncio.Protocol):
    """Notices that standard input ends, and with it the process that held it."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._ended = ended

    def connection_lost(self, error: Exception | None) -> None:
        self._ended.set()


def _write_port(path: Path, port: int) -> None:
    """All at once, so that a script which waits for the file never reads half of it."""
    try:
        part = path.with_name(f".{path.name}.{os.getpid()}.{time.time_ns()}")
        part.write_text(f"{port}\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise DiveError(f"the port file {path} cannot be written: {error}") from None
