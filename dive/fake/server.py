"""The server: takes requests, counts them, lets faults and limits have their say, asks the policy, and writes the log."""

import asyncio
import hashlib
import json
import logging
import re
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Protocol

from dive.errors import DiveError
from dive.fake.asked import Asked
from dive.fake.check import fault_in
from dive.fake.draws import delay
from dive.fake.faults import BROKEN, broken, drawn, in_place_of, limited, spoiled
from dive.fake.log import LogWriter
from dive.fake.phases import Phase, phase_of
from dive.fake.prefixes import Prefixes
from dive.fake.replies import Spoken, completion, error, tokens
from dive.fake.settings import FakeConfig, changed
from dive.fake.wire import Http, Incoming, Outgoing
from dive.types import Json

logger = logging.getLogger(__name__)
MINUTE = 60.0
_TOPIC = re.compile(r"^Topic: .*$", re.MULTILINE)


class Policy(Protocol):
    """Decides what is said."""

    async def reply(self, asked: Asked, phase: Phase, settings: FakeConfig) -> Spoken:
        """The next message of a conversation."""
        ...

    async def close(self) -> None:
        """Let go of threads and processes."""
        ...


class Server:
    """The state of a running server: what it has seen, what it works on, who is connected."""

    def __init__(self, settings: FakeConfig, policy: Policy) -> None:
        self.settings = settings
        self._policy = policy
        self._log = LogWriter(settings.log) if settings.log is not None else None
        self._prefixes = Prefixes()
        self._seen: Counter[str] = Counter()
        self._answered: Counter[str] = Counter()
        self._taken: deque[float] = deque()
        """When requests were taken, of the last minute."""
        self._in_flight = 0
        self._connections = 0
        self._open: set[Http] = set()
        self._noted: dict[int, dict[str, Json]] = {}
        """By connection: the log's line of the request in work."""

    def connect(self) -> Http:
        """The protocol of a new connection."""
        self._connections += 1
        made = _Counted(self._connections, self.handle, self.written, self.settings.max_body)
        made.open = self._open
        return made

    async def close(self) -> None:
        """Drop all connections and close the log."""
        for connection in list(self._open):
            connection.close()
        await asyncio.sleep(0)  # so that tasks that were cancelled write their lines
        await self._policy.close()
        if self._log is not None:
            self._log.close()

    async def handle(self, incoming: Incoming) -> Outgoing:
        """The answer to any request. A bug is answered with 500 and its trace goes to standard error."""
        try:
            return await self._routed(incoming)
        except Exception as bug:
            logger.exception("a request could not be answered")
            return Outgoing(500, error(f"a bug of this server: {bug!r}", "server_error"))

    def written(self, incoming: Incoming, outgoing: Outgoing, sent: int, whole: bool) -> None:
        """Note what became of an answer."""
        entry = self._noted.pop(incoming.connection, None)
        if entry is None:
            return
        self._in_flight -= 1
        if self._log is not None:
            entry.update(t1=time.time(), status=outgoing.status, bytes_out=sent, written=whole)
            self._log.write(entry)

    async def _routed(self, incoming: Incoming) -> Outgoing:
        path = incoming.path.partition("?")[0].rstrip("/")
        known: dict[str, tuple[str, Callable[[Incoming], Outgoing]]] = {
            "/health": ("GET", lambda _: Outgoing(200, b'{"status":"ok"}')),
            "/v1/models": ("GET", lambda _: Outgoing(200, self._models())),
            "/settings": ("POST", self._change),
        }
        if path == "/v1/chat/completions":
            if incoming.method == "POST":
                return await self._completed(incoming)
        elif path not in known:
            return Outgoing(404, error(f"unknown path {path}; known are /v1/chat/completions, {', '.join(known)}"))
        elif incoming.method in (known[path][0], "HEAD" if known[path][0] == "GET" else ""):
            return known[path][1](incoming)
        return Outgoing(405, error(f"{incoming.method} is not allowed on {path}"))

    def _models(self) -> bytes:
        one = {"id": self.settings.model, "object": "model", "created": 1_700_000_000, "owned_by": "dive"}
        return json.dumps({"object": "list", "data": [one]}).encode()

    def _change(self, incoming: Incoming) -> Outgoing:
        """Change settings; those that are not named stay. Also forgets what was seen, so that tests begin alike."""
        try:
            values = json.loads(incoming.body or b"{}")
            if not isinstance(values, dict):
                raise DiveError("settings are a JSON object")
            self.settings = changed(self.settings, values)
        except (ValueError, DiveError) as fault:
            return Outgoing(400, error(str(fault)))
        self._seen.clear()
        self._answered.clear()
        self._taken.clear()
        return Outgoing(200, self.settings.model_dump_json().encode())

    async def _completed(self, incoming: Incoming) -> Outgoing:
        settings = self.settings
        self._in_flight += 1
        key = hashlib.sha256(incoming.body).hexdigest()[:16]
        entry: dict[str, Json] = {
            "t0": incoming.t0, "t1": 0.0, "key": key, "bytes_in": len(incoming.body), "connection": incoming.connection,
            "in_flight": self._in_flight,
        }  # fmt: skip
        self._noted[incoming.connection] = entry
        if settings.api_key and incoming.headers.get(b"authorization", b"") != f"Bearer {settings.api_key}".encode():
            return Outgoing(401, error("Incorrect API key provided", code="invalid_api_key"))
        if (hit := self._limit(settings)) is not None:
            entry["fault"] = hit
            return limited(settings.retry_after)
        try:
            body = json.loads(incoming.body)
        except (ValueError, RecursionError):
            return Outgoing(400, error("the body is not JSON"))
        if reason := fault_in(body, settings.strict):
            return Outgoing(400, error(reason))
        return await self._said(self._counted(body, key), settings, entry)

    def _limit(self, settings: FakeConfig) -> str | None:
        """The limit that a request is over. One that is not counts for the minute."""
        if settings.max_in_flight and self._in_flight > settings.max_in_flight:
            return "max_in_flight"
        if settings.requests_per_minute:
            now = time.monotonic()
            while self._taken and self._taken[0] <= now - MINUTE:
                self._taken.popleft()
            if len(self._taken) >= settings.requests_per_minute:
                return "requests_per_minute"
            self._taken.append(now)
        return None

    def _counted(self, body: dict[str, Json], key: str) -> Asked:
        asked = Asked(body, key, self._seen[key])
        self._seen[key] += 1
        return asked

    async def _said(self, asked: Asked, settings: FakeConfig, entry: dict[str, Json]) -> Outgoing:
        """The reply to a request that was understood, with the faults that are drawn for it."""
        phase = phase_of(asked, settings.phases)
        size, common = sum(map(len, asked.segments)), self._prefixes.add(asked.segments)
        entry.update(phase=phase, task=task_of(asked), seen=asked.seen, prompt_chars=size, prefix_chars=common)
        if settings.context and tokens(size) > settings.context:
            reason = f"This model's maximum context length is {settings.context} tokens, but the messages have {tokens(size)}"
            return Outgoing(400, error(reason, code="context_length_exceeded"))
        hits = drawn(settings.faults, asked.key, asked.seen, settings.seed)
        if (stands := in_place_of(hits, asked)) is not None:
            entry["fault"] = stands[0]
            return stands[1]
        breaks = next((name for name in BROKEN if name in hits), None)
        if breaks is None and asked.body.get("seed") is None:
            asked.sample = self._answered[asked.key]
            self._answered[asked.key] += 1
        entry["sample"] = asked.sample
        if breaks == "hang":
            entry["fault"] = breaks
            await asyncio.Event().wait()
        if wait := delay(settings.latency, settings.sigma, settings.seed, asked.key, asked.seen):
            await asyncio.sleep(wait)
        spoken, happened = spoiled(hits, asked, await self._policy.reply(asked, phase, settings))
        made = completion(asked, spoken, settings.model, common if settings.cached_tokens else None)
        if "no_usage" in hits:
            del made["usage"]
            happened = (*happened, "no_usage")
        text = json.dumps(made, ensure_ascii=False).encode()
        entry["fault"] = "+".join([breaks, *happened] if breaks else happened)
        return Outgoing(200, text) if breaks is None else broken(breaks, text)


class _Counted(Http):
    """A connection that is in the set of open ones while it is open."""

    open: set[Http]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self.open.discard(self)


def task_of(asked: Asked) -> str:
    """What tells tasks apart: topic and tools where a topic is named, else the first line of the first user message."""
    first = next((text for role, text in asked.said if role == "user"), "")
    topic = _TOPIC.search(first) if "Topic: " in first else None
    mark = topic.group() + ",".join(tool["name"] for tool in asked.tools) if topic else first.partition("\n")[0]
    return hashlib.sha256(mark.encode()).hexdigest()[:16]
