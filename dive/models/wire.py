"""Sending a request's body to an endpoint and getting its answer's bytes back, once.

The official SDK says where to send and with which headers, so that its environment variables (organisation, project,
custom headers) hold. What goes over the wire is sent by aiohttp where it is installed, since the SDK's own path costs
three times the processor time for each request (see docs/models.md); otherwise the SDK sends. A wire belongs to the event
loop in which it first sends.
"""

import asyncio
import os
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from dive.chat import ModelError
from dive.errors import DiveError, need_extra
from dive.models.spec import ModelConfig

if TYPE_CHECKING:
    import aiohttp
    from openai import AsyncOpenAI

CONNECTING = 60.0
"""Seconds within which a connection must come about."""
NO_KEY = "none"
"""Sent to servers that want no key."""


class Answered(NamedTuple):
    """An HTTP answer, whole."""

    status: int
    headers: Mapping[str, str]
    """Names are found in any case."""
    body: bytes


class Wire(Protocol):
    """Something that posts bodies to one endpoint."""

    @property
    def key(self) -> str:
        """The secret that is sent, so that messages can be kept free of it; empty where there is none."""
        ...

    async def post(self, body: bytes, timeout: float) -> Answered:
        """One try. Raises `ModelError` (`timeout`, `unavailable`, `malformed`) where no whole HTTP answer came."""
        ...

    async def close(self) -> None: ...


def key_of(config: ModelConfig) -> str:
    """The key of a model's endpoint, from the environment; empty where there is none."""
    return os.environ.get(config.api_key_env, "").strip()


def open_wire(config: ModelConfig, slots: int | None = None) -> Wire:
    """A wire to the endpoint of a model, with at most `slots` connections. Raises `DiveError` where SDK or key is lacking."""
    need_extra("models", "openai")
    if config.base_url and not config.base_url.startswith(("http://", "https://")):
        raise DiveError(f"model {config.name!r}: base_url is {config.base_url!r}; it begins with http:// or https://")
    if "@" in urlsplit(config.base_url).netloc:
        raise DiveError(
            f"model {config.name!r}: base_url holds a user or password; put the key into {config.api_key_env} instead"
        )
    key = key_of(config)
    if not key and not config.base_url and not os.environ.get("OPENAI_BASE_URL"):
        raise DiveError(f"model {config.name!r}: no base_url is given and {config.api_key_env} is not set; set one of them")
    from openai import AsyncOpenAI

    client = AsyncOpenAI(api_key=key or NO_KEY, base_url=config.base_url or None, max_retries=0)
    count = slots or config.concurrency
    return LeanWire(client, key, count) if find_spec("aiohttp") else SdkWire(client, key, count)


class LeanWire:
    """Sends by aiohttp what the SDK addresses."""

    def __init__(self, client: "AsyncOpenAI", key: str, slots: int) -> None:
        self.key = key
        self._client, self._slots = client, slots
        self._url = f"{str(client.base_url).rstrip('/')}/chat/completions"
        self._proxy = _proxy(self._url)  # asked once: a session that trusts the environment asks a thread for each request
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, timeout: float) -> Answered:
        import aiohttp

        session = self._session or self._open()
        limits = aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECTING)
        try:
            async with session.post(self._url, data=body, timeout=limits, proxy=self._proxy, allow_redirects=False) as answer:
                return Answered(answer.status, answer.headers, await answer.read())
        except TimeoutError:
            raise _late(self._client, timeout) from None
        except aiohttp.ClientResponseError as error:
            raise ModelError("malformed", f"{_host(self._client)} does not speak HTTP: {error.message[:100]}") from None
        except (aiohttp.ClientError, OSError) as error:
            raise _lost(self._client, error) from None

    def _open(self) -> "aiohttp.ClientSession":
        import aiohttp

        headers = {name: value for name, value in _headers(self._client).items() if isinstance(value, str)}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._slots, ttl_dns_cache=300),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=headers,
        )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        await self._client.close()


class SdkWire:
    """Sends by the SDK."""

    def __init__(self, client: "AsyncOpenAI", key: str, slots: int) -> None:
        import openai

        names = [one.__module__.partition(".")[0] for one in openai.DefaultAsyncHttpxClient.__mro__]
        limits = import_module(next(name for name in names if name.startswith("httpx"))).Limits  # httpx2 from version 3 on
        pool = limits(max_connections=slots, max_keepalive_connections=slots)
        http = openai.DefaultAsyncHttpxClient(limits=pool, follow_redirects=False)
        self.key = key
        self._unused, self._client = client, client.with_options(http_client=http)
        self._field = "content" if "content" in signature(client.post).parameters else "body"

    async def post(self, body: bytes, timeout: float) -> Answered:
        import openai

        given: dict[str, Any] = {self._field: body}
        limits = openai.Timeout(timeout, connect=min(timeout, CONNECTING))
        try:
            async with asyncio.timeout(timeout):
                content = await self._client.post(
                    "/chat/completions",
                    cast_to=bytes,
                    options={"headers": {"Content-Type": "application/json"}, "timeout": limits},
                    **given,
                )
        except (TimeoutError, openai.APITimeoutError):
            raise _late(self._client, timeout) from None
        except openai.APIStatusError as error:
            return Answered(error.response.status_code, error.response.headers, error.response.content)
        except openai.APIConnectionError as error:
            raise _lost(self._client, error.__cause__ or error) from None
        return Answered(200, {}, content)

    async def close(self) -> None:
        await self._client.close()
        await self._unused.close()


def _headers(client: "AsyncOpenAI") -> dict[str, object]:
    """What the SDK would send, but for what it says about itself on each request."""
    own = {name: value for name, value in client.default_headers.items() if not name.lower().startswith("x-stainless-")}
    return {**client.auth_headers, **own, "Content-Type": "application/json"}


def _proxy(url: str) -> str | None:
    """The proxy that the environment wants for an address."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


def _host(client: "AsyncOpenAI") -> str:
    """Where it is sent."""
    parts = urlsplit(str(client.base_url))
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def _late(client: "AsyncOpenAI", timeout: float) -> ModelError:
    return ModelError("timeout", f"{_host(client)} gave no whole answer within {timeout:g} s")


def _lost(client: "AsyncOpenAI", error: BaseException) -> ModelError:
    return ModelError("unavailable", f"{_host(client)} cannot be reached or broke off ({type(error).__name__})")
