"""Replies are paid for once: a file of them, by what was asked of whom.

The key is a digest of the model's identity and of all that is sent, in the order in which it is sent, since a model sees the
order too. A reply is on disk before anybody uses it, so that a run that is killed and resumed asks for nothing twice. The
same rows say what was paid, by role and model. The key leaves out where a model is served and what it costs.
"""

import asyncio
import hashlib
import json
import sqlite3
import threading
import weakref
import zlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from dive.chat import Message, Model, Reply, Request, Usage
from dive.errors import DiveError
from dive.models.meter import FREE, Meter, Prices, Total
from dive.types import Json, canonical

FILE = "responses.sqlite"
"""Its name in a run directory."""
SHORT = 2_000
"""Characters below which a reply is kept as it is; longer ones are compressed."""
TOOLSETS = 1_000
"""Tuples of tool definitions whose digests are kept at hand."""
COUNTS = ("requests", "prompt", "cached", "completion", "reasoning", "cost")
COLUMNS = ("key", "role", "model", *COUNTS, "reply")
PUT = (
    f"INSERT INTO replies ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))}) "
    f"ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = {name} + excluded.{name}' for name in COUNTS)}"
)
TOTALS = f"SELECT role, model, {', '.join(f'sum({name})' for name in COUNTS)} FROM replies GROUP BY role, model"


class ResponseCache:
    """Replies in one file. Any thread may use it, but one process at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin one. Raises `DiveError` where it is something else."""
        self.path = path
        self._lock = threading.Lock()
        self._digests: dict[int, tuple[weakref.ref[Message], bytes]] = {}
        """Of messages that are still in use; conversations only grow, so that most of a request were in the last one."""
        self._toolsets: dict[tuple[int, ...], tuple[tuple[Json, ...], bytes]] = {}
        self._identities: dict[int, tuple[Json, bytes]] = {}
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            tables = [name for (name,) in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            if tables:  # a foreign file is found out before anything is written to it
                self._db.execute(f"SELECT {', '.join(COLUMNS)} FROM replies LIMIT 0")
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(f"CREATE TABLE IF NOT EXISTS replies (key BLOB PRIMARY KEY, {', '.join(COLUMNS[1:])})")
            self._here = {hash(key) for (key,) in self._db.execute("SELECT key FROM replies")}
        except sqlite3.Error as error:
            raise DiveError(f"{path} cannot be opened as a cache of replies ({error}); move it away or use another") from None

    def __len__(self) -> int:
        with self._lock:
            return int(self._db.execute("SELECT count(*) FROM replies").fetchone()[0])

    def key(self, identity: Json, request: Request) -> bytes:
        """What a reply is found by: a digest of a model's identity and a request."""
        known = self._identities.get(id(identity))
        if known is None or known[0] is not identity:
            known = self._identities[id(identity)] = (identity, canonical(identity).encode())
        whole = hashlib.sha256(known[1])
        for message in request.messages:
            whole.update(self._digest(message))
        shape = None if request.format is None else [request.format.name, request.format.definition]
        whole.update(self._toolset(request.tools))
        whole.update(json.dumps([request.may_call, shape, request.sample]).encode())
        return whole.digest()

    def _toolset(self, tools: tuple[Json, ...]) -> bytes:
        """The digest of tool definitions; those of a conversation are the same objects from its beginning to its end."""
        places = tuple(map(id, tools))  # the definitions are kept, so that no other object is where they are
        if places in self._toolsets:
            return self._toolsets[places][1]
        made = hashlib.sha256(json.dumps(tools).encode()).digest()
        if len(self._toolsets) >= TOOLSETS:
            self._toolsets.clear()
        self._toolsets[places] = (tools, made)
        return made

    def _digest(self, message: Message) -> bytes:
        known = self._digests.get(id(message))
        if known is not None and known[0]() is message:
            return known[1]
        made = hashlib.sha256(json.dumps(message.model_dump(exclude_defaults=True)).encode()).digest()
        place, digests = id(message), self._digests
        digests[place] = (weakref.ref(message, lambda _: digests.pop(place, None)), made)
        return made

    def get(self, key: bytes) -> Reply | None:
        """The reply, or None. Raises `DiveError` where the file is damaged."""
        if hash(key) not in self._here:
            return None
        try:
            with self._lock:
                row = self._db.execute("SELECT reply FROM replies WHERE key = ?", (key,)).fetchone()
            return None if row is None else Reply.model_validate(json.loads(_unpacked(row[0])))
        except (sqlite3.Error, zlib.error, ValueError, ValidationError) as error:
            raise DiveError(f"{self.path} cannot be read ({error}); move it away, and replies are asked for again") from None

    def put(self, key: bytes, reply: Reply, role: str, model: str, cost: float = 0.0) -> None:
        """Keep a reply that was paid for; once this returns, the end of the process does not lose it. Where two were paid
        for, the first is kept and both are counted. Raises `DiveError` on a full disk.
        """
        used = reply.usage
        text = json.dumps(reply.model_dump(exclude_defaults=True), separators=(",", ":"))
        counts = (1, used.prompt, used.cached, used.completion, used.reasoning, cost)
        row = (key, role, model, *counts, text if len(text) < SHORT else zlib.compress(text.encode("utf-8", "surrogatepass"), 1))
        try:
            with self._lock:
                self._db.execute(PUT, row)
            self._here.add(hash(key))
        except sqlite3.Error as error:
            raise DiveError(
                f"{self.path} cannot be written ({error}); make room and run the same command again: earlier replies are kept"
            ) from None

    def totals(self) -> list[Total]:
        """What was paid by each role for each model, in all invocations."""
        with self._lock:
            rows = self._db.execute(TOTALS).fetchall()
        return [
            Total(role, model, requests, Usage(prompt=prompt, cached=cached, completion=completion, reasoning=reasoning), cost)
            for role, model, requests, prompt, cached, completion, reasoning, cost in rows
        ]

    def close(self) -> None:
        """Close the file; what was put is on disk."""
        with self._lock:
            self._db.close()


def _unpacked(kept: str | bytes) -> str | bytes:
    return kept if isinstance(kept, str) else zlib.decompress(kept)


@dataclass
class Flight:
    """A request that is being answered, and how many wait for it."""

    task: "asyncio.Task[Reply]"
    waiting: int = 0


class Cached:
    """A model whose replies are kept. Equal requests at the same time are sent once.

    A request belongs to all who wait for it: it goes on while any of them is left, whoever was first.
    """

    def __init__(
        self, model: Model, cache: ResponseCache, role: str, meter: Meter | None = None, prices: Prices = FREE
    ) -> None:  # fmt: skip
        """`meter` counts hits alone; what is paid is counted by `dive.models.meter.Metered`, which stands inside."""
        self._model = model
        self._cache = cache
        self._role = role
        self._meter = meter
        self._prices = prices
        self._flights: dict[bytes, Flight] = {}
        self._identity = model.identity

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def identity(self) -> Json:
        return self._identity

    async def complete(self, request: Request) -> Reply:
        """The kept reply, or the model's. Raises `ModelError`; errors are not kept."""
        key = self._cache.key(self._identity, request)
        if (kept := self._cache.get(key)) is not None:
            self._hit(kept)
            return kept
        flight = self._flights.get(key)
        if flight is not None:
            reply = await self._landed(key, flight)
            self._hit(reply)
            return reply
        flight = self._flights[key] = Flight(asyncio.create_task(self._sent(key, request)))
        flight.task.add_done_callback(lambda task: self._done(key, task))
        return await self._landed(key, flight)

    async def _landed(self, key: bytes, flight: Flight) -> Reply:
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                del self._flights[key]  # whoever asks from now on asks anew
                flight.task.cancel()

    async def _sent(self, key: bytes, request: Request) -> Reply:
        reply = await self._model.complete(request)
        self._cache.put(key, reply, self._role, self.name, self._prices.cost(reply.usage))
        return reply

    def _done(self, key: bytes, task: "asyncio.Task[Reply]") -> None:
        if not task.cancelled():
            task.exception()  # asked for, since those who waited may all be gone
        if (flight := self._flights.get(key)) is not None and flight.task is task:
            del self._flights[key]

    def _hit(self, reply: Reply) -> None:
        if self._meter is not None:
            self._meter.hit(self._role, self.name, reply.usage, self._prices.cost(reply.usage))

    async def close(self) -> None:
        await self._model.close()
