"""HTTP requests of imported tools: sent, bounded, tried again where that is safe, and answered as JSON or coded errors.

A request is tried again when nothing was sent, or when it changes nothing and the server asks for patience
(429, 502, 503, 504) or the connection broke; `Retry-After` is honoured within the deadline. Redirects are followed
within the same origin and by requests that change nothing, so that a key never goes to another host.
"""

import email.utils
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from dive.errors import ErrorCode, ToolError
from dive.types import Json

MAX_BODY_BYTES = 4_000_000
"""Bytes of an answer that are read, after decompression; a longer one is `too_large`."""
ATTEMPTS = 3
MAX_REDIRECTS = 5
BACKOFF_SECONDS = 0.5
AGAIN = frozenset({429, 502, 503, 504})
_CODES: dict[int, ErrorCode] = {
    401: "denied", 402: "denied", 403: "denied", 404: "not_found", 407: "denied", 408: "unavailable", 410: "not_found",
    425: "unavailable", 429: "unavailable", 451: "denied",
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What is sent. `safe` says that sending it twice does no harm."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    safe: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(request: Request, until: float) -> Json:
    """The answer as JSON, by the monotonic time `until`. Raises `ToolError`."""
    answer = exchanged(request, until)
    if answer.status >= 400 or answer.status < 200:
        code = _CODES.get(answer.status) or ("unavailable" if answer.status >= 500 else "bad_arguments")
        raise ToolError(code, f"status {answer.status}{_said(answer)}")
    if answer.status >= 300:
        raise ToolError("unavailable", f"redirects with status {answer.status} to {answer.headers.get('location', 'nowhere')!r}")
    return read_body(answer)


def exchanged(request: Request, until: float, limit: int = MAX_BODY_BYTES) -> Answer:
    """Send a request, again where that is safe, and follow redirects within the origin. Raises `ToolError`."""
    attempt = redirects = 0
    while True:
        attempt += 1
        try:
            answer = _sent(request, until, limit)
        except ToolError as error:
            _wait(attempt, None, until, error)
            continue
        if answer.status in AGAIN and request.safe and attempt < ATTEMPTS:
            code = f"status {answer.status}{_said(answer)}"
            _wait(attempt, answer.headers.get("retry-after"), until, ToolError("unavailable", code))
            continue
        if answer.status in (301, 302, 303, 307, 308) and request.safe and "location" in answer.headers:
            target = urljoin(request.url, answer.headers["location"])
            redirects += 1
            if not _same_origin(request.url, target) or redirects > MAX_REDIRECTS:
                return answer
            request, attempt = replace(request, url=target), 0
            continue
        return answer


class _Lost(ToolError):
    """A request that may be sent again."""


def _sent(request: Request, until: float, limit: int) -> Answer:
    import httpx

    left = until - time.monotonic()
    if left <= 0:
        raise ToolError("timeout", "the deadline passed")
    host = urlsplit(request.url).netloc
    try:
        with _client().stream(
            request.method, request.url, headers=dict(request.headers), content=request.body or None, timeout=left
        ) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > limit:
                    raise ToolError("too_large", f"the answer has more than {limit:,} bytes")
                if time.monotonic() > until:
                    raise ToolError("timeout", "the answer did not end before the deadline")
            return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, bytes(body))
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise _Lost("unavailable", f"{host} cannot be reached: {error}") from None
    except httpx.TimeoutException:
        raise ToolError("timeout", f"{host} gave no answer in {left:.1f} s") from None
    except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
        kind = _Lost if request.safe else ToolError
        raise kind("unavailable", f"{host} broke the connection: {error}") from None
    except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError) as error:
        raise ToolError("bad_arguments", f"the arguments make no valid request: {error}") from None
    except httpx.DecodingError as error:
        raise ToolError("unavailable", f"{host} sent a body that cannot be decoded: {error}") from None
    except httpx.HTTPError as error:
        raise ToolError("unavailable", f"{host}: {type(error).__name__}: {error}") from None


@cache
def _client() -> Any:
    import httpx

    return httpx.Client(follow_redirects=False, headers={"user-agent": "dive-tools", "accept": "application/json, */*;q=0.5"})


def _wait(attempt: int, retry_after: str | None, until: float, error: ToolError) -> None:
    """Wait before another attempt, or raise the error where there is none."""
    may = isinstance(error, _Lost) or retry_after is not None or error.message.startswith("status ")
    pause = _seconds(retry_after) if retry_after is not None else BACKOFF_SECONDS * 2 ** (attempt - 1)
    if not may or attempt >= ATTEMPTS:
        raise error
    if time.monotonic() + pause >= until:
        raise ToolError(error.code, f"{error.message}; it may be tried again in {pause:.0f} s, past the deadline")
    time.sleep(pause)


def _seconds(retry_after: str) -> float:
    """Seconds to wait: a number of them, or a date of HTTP."""
    text = retry_after.strip()
    if text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return BACKOFF_SECONDS


def _same_origin(one: str, other: str) -> bool:
    first, second = urlsplit(one), urlsplit(other)
    upgraded = (first.scheme, second.scheme) == ("http", "https") and first.netloc == second.netloc
    return upgraded or (first.scheme, first.netloc) == (second.scheme, second.netloc)


def read_body(answer: Answer) -> Json:
    """An answer's body as JSON data; text that is no JSON is `{"text": ...}`. Raises `ToolError`."""
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if not answer.body.strip():
        return {}
    is_json = kind == "application/json" or kind.endswith("+json")
    try:
        text = answer.body.decode("utf-8-sig" if is_json else _charset(answer))
    except (UnicodeDecodeError, LookupError):
        what = f"{len(answer.body):,} bytes of {kind or 'no stated type'}"
        raise ToolError("unavailable", f"answered with {what}, which is neither JSON nor text") from None
    if is_json or text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            if is_json:
                raise ToolError("unavailable", f"answered with broken JSON: {str(error)[:100]}") from None
    if "\x00" in text:
        raise ToolError("unavailable", f"answered with binary data ({kind or 'no stated type'})")
    return {"text": text}


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _charset(answer: Answer) -> str:
    for part in answer.headers.get("content-type", "").split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")
    return "utf-8"


def _said(answer: Answer) -> str:
    text = " ".join(answer.body[:2000].decode("utf-8", errors="replace").split())
    return f": {text[:300]}" if text else ""
