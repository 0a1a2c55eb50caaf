"""A server on loopback that sends exact bytes, right or wrong, so that faults of the wire can be tried."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

HANG = b"hang"
DROP = b""


class Cut(bytes):
    """An answer after which, before its last bytes, the connection is closed."""

    short = 200


class RawServer:
    """Answers each request with what `answer(number, body)` gives: bytes to send, `DROP` to close, `HANG` to say nothing."""

    def __init__(self, answer: Callable[[int, Any], bytes]) -> None:
        self.answer = answer
        self.bodies: list[Any] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                self.paths.append(head[0])
                self.headers.append(headers)
                self.bodies.append(body)
                answer = self.answer(len(self.bodies), body)
                if isinstance(answer, Cut):
                    writer.write(answer[: -answer.short])
                    return
                if answer == HANG:
                    await asyncio.sleep(30)
                writer.write(answer)
                await writer.drain()
                if not answer:
                    return
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer: Callable[[int, Any], bytes]) -> AsyncIterator[RawServer]:
    server = RawServer(answer)
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def http(status: int, body: Any, *headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Told", "content-type: application/json", f"content-length: {len(content)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def completion(message: dict[str, Any], finish: str | None = "stop", **more: Any) -> bytes:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", **message}}
    return http(200, {"object": "chat.completion", "model": "toy-1", "choices": [choice], **more})
