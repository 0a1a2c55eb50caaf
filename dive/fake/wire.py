"""HTTP/1.1 as far as clients of a language model use it, over `asyncio.Protocol`: one request at a time on a connection.

Written out here because a general server costs more than the answer that it carries. Known: keep-alive, `Expect:
100-continue`, bodies by length or in chunks, clients that hang up, bodies and heads that are too large, and heads that are
malformed, which get a coded error and a closed connection. Not known: TLS, HTTP/2, upgrades. A second request that arrives
before the first is answered waits.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import cast

MAX_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""
LINGER = 2.0
"""Seconds for which a connection that is refused is still read, so that the client gets to see why."""
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    413: "Content Too Large", 429: "Too Many Requests", 431: "Request Header Fields Too Large", 500: "Internal Server Error",
    501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
}  # fmt: skip
_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class Refused(Exception):
    """A request that cannot be read: the status to answer with, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Incoming:
    """A whole request."""

    method: str
    path: str
    headers: dict[bytes, bytes]
    """By name in lower case."""
    body: bytes
    connection: int
    """Number of the connection, from 1."""
    t0: float
    """When its first byte came, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An answer, and how much of it is sent before the connection is cut."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut: int | None = None
    """Bytes of the body after which the connection is closed; None for all of them, and an open connection."""


@dataclass(slots=True)
class _Head:
    method: str
    path: str
    version: bytes
    headers: dict[bytes, bytes]
    length: int | None
    """Bytes of the body; None where it comes in chunks."""
    body: bytearray = field(default_factory=bytearray)

    @property
    def stays(self) -> bool:
        """Whether the client wants the connection kept."""
        wish = self.headers.get(b"connection", b"").lower()
        return b"close" not in wish and (self.version == b"HTTP/1.1" or b"keep-alive" in wish)


Handler = Callable[[Incoming], Awaitable[Outgoing]]
Written = Callable[[Incoming, Outgoing, int, bool], None]
"""Told of an answer: the bytes of its body that were handed over, and whether all of it left this process. The status is 0
where the client was gone before there was an answer.
"""


class Http(asyncio.Protocol):
    """One connection."""

    def __init__(self, number: int, handle: Handler, written: Written, max_body: int) -> None:
        self.number = number
        self._handle, self._written, self._max_body = handle, written, max_body
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._task: asyncio.Task[None] | None = None
        self._began = 0.0
        self._discarding = False
        self._drained: asyncio.Future[None] | None = None
        self._chunk = _Chunks()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # those of uvloop are none by class
        self._transport.set_write_buffer_limits(0)  # so that resume_writing says that everything has left

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self._drained is not None and not self._drained.done():
            self._drained.set_exception(ConnectionResetError())
        elif self._task is not None:
            self._task.cancel()

    def resume_writing(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._discarding:
            return
        if not self._buffer and self._head is None and self._task is None:
            self._began = time.time()
        self._buffer += data
        if self._task is None:
            self._read()
        elif len(self._buffer) > MAX_HEAD and self._transport is not None:
            self._transport.pause_reading()

    def _read(self) -> None:
        """Go on reading a request; begin to answer it when it is whole."""
        try:
            if self._head is None:
                self._head = self._read_head()
            if self._head is not None and self._read_body(self._head):
                head, self._head = self._head, None
                incoming = Incoming(head.method, head.path, head.headers, bytes(head.body), self.number, self._began)
                self._task = asyncio.get_running_loop().create_task(self._answer(incoming, head.stays))
        except Refused as refused:
            self._refuse(refused)

    def _read_head(self) -> _Head | None:
        while self._buffer[:2] == b"\r\n":
            del self._buffer[:2]  # some clients end a body with an empty line
        end = self._buffer.find(b"\r\n\r\n")
        if max(end, len(self._buffer) if end < 0 else 0) > MAX_HEAD:
            raise Refused(431, f"a head of more than {MAX_HEAD} bytes")
        if end < 0:
            return None
        head = read_head(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        if (head.length or 0) > self._max_body:
            raise Refused(413, f"a body of {head.length} bytes; at most {self._max_body} are read")
        self._chunk = _Chunks()
        if head.headers.get(b"expect", b"").lower() == b"100-continue" and not self._buffer and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return head

    def _read_body(self, head: _Head) -> bool:
        if head.length is None:
            whole = self._chunk.read(self._buffer, head.body)
            if len(head.body) > self._max_body:
                raise Refused(413, f"a body of more than {self._max_body} bytes")
            return whole
        if len(self._buffer) < head.length:
            return False
        head.body = self._buffer[: head.length]
        del self._buffer[: head.length]
        return True

    async def _answer(self, incoming: Incoming, stays: bool) -> None:
        outgoing = Outgoing(0, b"")
        sent, whole = 0, False
        try:
            outgoing = await self._handle(incoming)
            sent, whole = await self._send(outgoing, stays, incoming.method == "HEAD")
        except asyncio.CancelledError:
            pass  # the client has hung up, or the server ends
        finally:
            self._written(incoming, outgoing, sent, whole)
            self._task = None
        if self._transport is not None and stays and whole and not self._transport.is_closing():
            self._began = time.time()
            self._transport.resume_reading()
            if self._buffer:
                self._read()

    async def _send(self, outgoing: Outgoing, stays: bool, head_only: bool = False) -> tuple[int, bool]:
        """Write an answer; the bytes handed over, and whether all of it left this process."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return 0, False
        more = "".join(f"{name}: {value}\r\n" for name, value in outgoing.headers)
        head = (
            f"HTTP/1.1 {outgoing.status} {REASONS.get(outgoing.status, 'Unknown')}\r\ncontent-type: {outgoing.kind}\r\n"
            f"content-length: {len(outgoing.body)}\r\nconnection: {'keep-alive' if stays else 'close'}\r\n{more}\r\n"
        ).encode("latin-1")
        body = b"" if head_only else outgoing.body if outgoing.cut is None else outgoing.body[: outgoing.cut]
        transport.write(head + body)
        if transport.get_write_buffer_size():
            self._drained = asyncio.get_running_loop().create_future()
            try:
                await self._drained
            except ConnectionResetError:
                return len(body), False
            finally:
                self._drained = None
        if outgoing.cut is not None or not stays:
            transport.close()
        return len(body), outgoing.cut is None

    def _refuse(self, refused: Refused) -> None:
        """Answer what cannot be read, and close; what the client still sends is thrown away, or it would miss the answer."""
        assert self._transport is not None
        self._discarding, self._head = True, None
        self._buffer.clear()
        body = b'{"error":{"message":"%s","type":"invalid_request_error"}}' % str(refused).replace('"', "'").encode()
        self._transport.write(
            f"HTTP/1.1 {refused.status} {REASONS[refused.status]}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode()
            + body
        )
        if self._transport.can_write_eof():
            self._transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER, self.close)

    def close(self) -> None:
        """Drop the connection, and the request in work with it."""
        if self._transport is not None:
            self._transport.abort()

    @property
    def work(self) -> "asyncio.Task[None] | None":
        """The request in work."""
        return self._task


class _Chunks:
    """Reads a body in chunks, as its parts arrive."""

    def __init__(self) -> None:
        self._left = 0
        """Bytes of the current chunk that are still to come, its line's end included."""
        self._trailer = False

    def read(self, buffer: bytearray, body: bytearray) -> bool:
        """Move what is there from `buffer` to `body`; whether that was the last of it. Raises `Refused`."""
        while True:
            if self._left:
                if self._left > 2:
                    part = buffer[: self._left - 2]
                    body += part
                    del buffer[: len(part)]
                    self._left -= len(part)
                if self._left > 2 or len(buffer) < 2:
                    return False
                if buffer[:2] != b"\r\n":
                    raise Refused(400, "a chunk is longer than it says")
                del buffer[:2]
                self._left = 0
            end = buffer.find(b"\r\n")
            if end < 0:
                if len(buffer) > 1024:
                    raise Refused(400, "a chunk without a size")
                return False
            line = bytes(buffer[:end])
            del buffer[: end + 2]
            if self._trailer:
                if not line:
                    return True
                continue
            size = line.partition(b";")[0].strip()
            if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", size):
                raise Refused(400, "a chunk without a size")
            self._left = int(size, 16) + 2
            if self._left == 2:
                self._left, self._trailer = 0, True


def read_head(text: bytes) -> _Head:
    """The line and headers of a request. Raises `Refused`."""
    first, *lines = text.split(b"\r\n")
    parts = first.split(b" ")
    if len(parts) != 3 or not _TOKEN.fullmatch(parts[0]) or not parts[1].isascii() or not parts[2].startswith(b"HTTP/"):
        raise Refused(400, "not an HTTP request")
    if parts[2] not in (b"HTTP/1.1", b"HTTP/1.0"):
        raise Refused(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
    headers: dict[bytes, bytes] = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if not colon or not _TOKEN.fullmatch(name):
            raise Refused(400, "a malformed header")
        name, value = name.lower(), value.strip(b" \t")
        if headers.get(name, value) != value and name in (b"content-length", b"transfer-encoding", b"host"):
            raise Refused(400, f"two headers {name.decode()}")
        headers[name] = value
    if parts[2] == b"HTTP/1.1" and b"host" not in headers:
        raise Refused(400, "no header host")
    return _Head(parts[0].decode(), parts[1].decode(), parts[2], headers, _length(headers))


def _length(headers: dict[bytes, bytes]) -> int | None:
    coding, length = headers.get(b"transfer-encoding"), headers.get(b"content-length")
    if coding is not None:
        if length is not None:
            raise Refused(400, "both content-length and transfer-encoding")
        if coding.lower() != b"chunked":
            raise Refused(501, "of transfer-encodings only chunked is known")
        return None
    if length is None:
        return 0
    if not re.fullmatch(rb"\d{1,18}", length):
        raise Refused(400, "a malformed content-length")
    return int(length)
