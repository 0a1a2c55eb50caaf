"""One tool of an HTTP API: arguments in, a request out, its answer back.

Arguments are written into path, query, headers, cookies and body as the description says (the styles of OpenAPI 3).
Keys are added last and taken out of whatever comes back.
"""

import base64
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from dive.errors import bad_arguments
from dive.tools.importers.file import Api, Argument, Operation
from dive.tools.importers.http import Request, fetch
from dive.tools.importers.keys import nothing_told, redacted, secrets_of
from dive.tools.importers.rates import wait_for_slot
from dive.types import Json

MARGIN_SECONDS = 0.5
"""How long before its deadline a call gives up, so that the reason reaches the caller."""
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
MAX_URL_CHARS = 8_000


@dataclass(frozen=True)
class ApiCall:
    """The function of a tool: one operation of an API."""

    api: Api
    operation: Operation
    deadline: float
    rate: str = ""
    safe: bool = False

    def __call__(self, arguments: Mapping[str, Json]) -> Json:
        """The answer. Raises `ToolError`, never with a secret in its message."""
        until = time.monotonic() + self.deadline - MARGIN_SECONDS
        secrets = secrets_of(key.variable for key in self.api.keys)
        with nothing_told(secrets):
            request = self.request(arguments, secrets)
            if self.rate:
                wait_for_slot(f"{self.api.url} {self.rate}", self.api.rates[self.rate], until)
            answer = fetch(request, until)
        return redacted(answer, secrets)

    def request(self, arguments: Mapping[str, Json], secrets: Mapping[str, str]) -> Request:
        """The request that the arguments make."""
        operation = self.operation
        path, query, headers, cookies = operation.path, list(_pairs(operation.fixed)), dict(self.api.headers), {}
        body = b""
        for name, value in arguments.items():
            goes = operation.arguments[name]
            if goes.place == "path":
                path = path.replace("{" + goes.name + "}", _segment(name, goes, value))
            elif goes.place == "query":
                query.extend(_query(goes, value))
            elif goes.place == "header":
                headers[goes.name] = _header(name, _joined(goes, value, ","))
            elif goes.place == "cookie":
                cookies[goes.name] = quote(_joined(goes, value, ","), safe="")
            else:
                body, headers["content-type"] = _body(operation.body, value)
        for key in self.api.keys:
            secret = secrets[key.variable]
            if key.place == "query":
                query.append((key.name, key.prefix + secret))
            elif key.place == "cookie":
                cookies[key.name] = quote(key.prefix + secret, safe="")
            else:
                headers[key.name] = authorised(key.prefix, secret)
        if cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        url = self.api.url.rstrip("/") + path + (("&" if "?" in path else "?") + urlencode(query) if query else "")
        if len(url) > MAX_URL_CHARS:
            raise bad_arguments(f"the arguments make a URL of {len(url):,} characters")
        return Request(operation.method, url, headers, body, self.safe)


def authorised(prefix: str, secret: str) -> str:
    """The value of a header that carries a secret; `Basic ` is followed by `user:password` in base64."""
    if prefix.strip().lower() == "basic":
        return f"Basic {base64.b64encode(secret.encode()).decode()}"
    return prefix + secret


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _joined(goes: Argument, value: Json, separator: str) -> str:
    if goes.style == "json":
        return _text(value)
    if isinstance(value, list):
        return separator.join(map(_text, value))
    if isinstance(value, dict):
        pairs = [(n, _text(v)) for n, v in value.items() if v is not None]
        return separator.join(f"{n}={v}" if goes.explode else f"{n}{separator}{v}" for n, v in pairs)
    return _text(value)


def _segment(name: str, goes: Argument, value: Json) -> str:
    text = _joined(goes, value, ",")
    if text in ("", ".", ".."):
        raise bad_arguments(f"{name}: {text!r} cannot stand in a path")
    return quote(text, safe=",")


def _header(name: str, text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise bad_arguments(f"{name}: a header holds printable ASCII only")
    return text


def _query(goes: Argument, value: Json) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if goes.style == "deepObject" and isinstance(value, dict):
        yield from _deep(goes.name, value)
    elif goes.style == "json" or not isinstance(value, list | dict):
        yield goes.name, _text(value)
    elif goes.explode and isinstance(value, list):
        yield from ((goes.name, _text(item)) for item in value)
    elif goes.explode:
        yield from _pairs(value)
    else:
        yield goes.name, _joined(goes, value, _SEPARATORS.get(goes.style, ","))


def _deep(name: str, value: Json) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for part, item in value.items():
            yield from _deep(f"{name}[{part}]", item)
    elif isinstance(value, list):
        yield from ((name, _text(item)) for item in value)
    elif value is not None:
        yield name, _text(value)


def _pairs(value: Json) -> Iterator[tuple[str, str]]:
    for name, item in value.items():
        if isinstance(item, list):
            yield from ((name, _text(part)) for part in item)
        elif item is not None:
            yield name, _text(item)


def _body(form: str, value: Json) -> tuple[bytes, str]:
    if form == "form" and isinstance(value, dict):
        return urlencode(list(_pairs(value))).encode(), "application/x-www-form-urlencoded"
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode(), "application/json"
