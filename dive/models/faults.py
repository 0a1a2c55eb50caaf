"""What an endpoint's answer means when it is not a reply: each HTTP status and each complaint becomes a `ModelError`
with a code.

Messages quote the server, shortened; whatever looks like the key is struck out, since servers echo it.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from dive.chat import ModelError, ModelErrorCode
from dive.types import Json

QUOTED = 300
"""Characters of a server's complaint that are passed on."""
_TOO_LONG = re.compile(
    r"context.?length|context.?window|context.?size|maximum.context|max_model_len|prompt is too long|input is too long"
    r"|too many (input |prompt )?tokens|longer than the model|reduce the length|`?inputs`? (tokens \+|must have)",
    re.IGNORECASE,
)
_NO_CREDIT = re.compile(r"insufficient_quota|insufficient.(balance|credit)", re.IGNORECASE)
_SECONDS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*")


def fault_of(status: int, headers: Mapping[str, str], body: bytes, key: str = "") -> ModelError:
    """The error that a status other than 200 stands for. `key` is the secret that must not be quoted."""
    said = f"moved to {headers.get('location', 'nowhere')}; mend base_url" if 300 <= status < 400 else complaint(body)
    code = _code_of(status, said)
    return ModelError(code, f"HTTP {status}: {without(key, said)[:QUOTED] or 'no reason given'}", retry_after(headers))


def _code_of(status: int, said: str) -> ModelErrorCode:
    if status == 402 or (status == 429 and _NO_CREDIT.search(said)):
        return "denied"
    if status in (401, 403):
        return "denied"
    if status == 429:
        return "rate_limited"
    if status == 408:
        return "timeout"
    if status in (409, 425) or status >= 500:
        return "unavailable"
    if status in (400, 413, 422) and _TOO_LONG.search(said):
        return "too_long"
    return "bad_request"


def complaint(body: bytes) -> str:
    """What a server says is wrong: the message, type, code and parameter of its error object, or the body's text."""
    text = body[:20_000].decode("utf-8", "replace")
    try:
        error = json.loads(text)
    except (ValueError, RecursionError):
        return " ".join(text.split())
    for name in ("error", "detail"):
        if isinstance(error, dict) and error.get(name):
            error = error[name]
    if not isinstance(error, dict):
        return " ".join((error if isinstance(error, str) else text).split())
    parts = [error.get(name) for name in ("message", "type", "code", "param")]
    told = [str(part) for part in parts if part]
    return " ".join(f"{told[0]} ({', '.join(told[1:])})".split()) if len(told) > 1 else " ".join("".join(told).split()) or text


def error_inside(answer: Json) -> ModelError | None:
    """Some servers answer 200 with an error object: that error, where its code is an HTTP status."""
    if not isinstance(answer, dict):
        return None
    error = answer if answer.get("object") == "error" else answer.get("error")
    status = error.get("code") if isinstance(error, dict) else None
    if isinstance(status, int) and 400 <= status < 600:
        return fault_of(status, {}, json.dumps({"error": error}).encode())
    return None


def without(key: str, text: str) -> str:
    """The text with the key struck out, and whatever begins as the key does."""
    return re.sub(re.escape(key[:8]) + r"[^\s\"',)]*", "***", text) if len(key) >= 8 else text


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date."""
    if milliseconds := _SECONDS.fullmatch(headers.get("retry-after-ms", "")):
        return float(milliseconds[1]) / 1000
    given = headers.get("retry-after", "")
    if seconds := _SECONDS.fullmatch(given):
        return float(seconds[1])
    try:
        when = parsedate_to_datetime(given)
    except (TypeError, ValueError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())
