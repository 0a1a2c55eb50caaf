"""One endpoint and everything that asks it: how many requests are under way, in which order, and what happens when one
fails.

All models behind the same address and key share one `Endpoint`. It admits requests first come, first served, as many as
`dive.models.limit` finds that the server takes; tries failed ones again, with pauses that are drawn at random and grow;
waits as a server asks; and stops asking one that is gone or does not know the key. Retries are made nowhere else, and a
request that waits for its next try holds no slot. It belongs to the event loop in which it is first used.
"""

import asyncio
import heapq
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from dive.chat import ModelError, ModelErrorCode, Reply
from dive.models.limit import Limit, Sent

RETRIABLE: frozenset[ModelErrorCode] = frozenset({"rate_limited", "timeout", "unavailable", "malformed"})
LOST: frozenset[ModelErrorCode] = frozenset({"timeout", "unavailable"})
"""Failures that may mean that the server is gone."""


@dataclass(frozen=True)
class Patience:
    """How long one request is tried. Seconds throughout."""

    attempts: int = 8
    deadline: float = 3600.0
    """From the start of the first try; the wait for a slot before it does not count."""
    first_pause: float = 0.5
    """A pause before the next try is drawn evenly from 0 up to this, doubled with each try."""
    longest_pause: float = 30.0


@dataclass(frozen=True)
class Breaker:
    """When a server counts as gone, and for how long."""

    failures: int = 16
    """Timeouts and broken connections in a row, with no success between them, ..."""
    seconds: float = 15.0
    """... over at least so long, so that a burst that fails at once is not yet a server that is gone."""
    cool_down: float = 30.0
    """Seconds for which requests then fail at once; after that one is let through, and the others wait for how it fares."""
    longest_wait: float = 600.0
    """Where a server asks for a longer wait than this, requests fail at once until it is over."""
    denials: int = 3
    """Refusals of the key in a row after which it is not tried again; the first one suffices where nothing ever succeeded."""


@dataclass
class Counts:
    """What went on, for progress and reports."""

    requests: int = 0
    """Tries, retries included."""
    retries: int = 0
    rate_limited: int = 0
    failures: int = 0
    """Tries that failed otherwise."""
    peak: int = 0
    """Most requests that were under way at once."""


class Endpoint:
    """The one way to an address."""

    def __init__(
        self,
        concurrency: int,
        *,
        patience: Patience | None = None,
        breaker: Breaker | None = None,
        rng: random.Random | None = None,
    ) -> None:
        """`concurrency` is the most requests at once. `rng` draws the pauses; they change no reply."""
        self.counts = Counts()
        self.in_flight = 0
        self._limit = Limit(concurrency)
        self._patience, self._breaker = patience or Patience(), breaker or Breaker()
        self._rng = rng or random.Random()
        self._tickets = count()
        self._queue: list[tuple[int, asyncio.Future[None]]] = []
        self._paused_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._denials = 0
        self._succeeded = False
        self._losses, self._losing_since = 0, 0.0
        self._shut: ModelError | None = None
        self._shut_until: float | None = None
        """None where it stays shut."""
        self._trial = False
        """Whether it was shut, and one request is to show that the server is back."""

    @property
    def limit(self) -> int:
        """Most requests at once, now."""
        return 1 if self._trial else self._limit.now

    @property
    def waiting(self) -> int:
        """Requests that wait for a slot."""
        return sum(not turn.done() for _, turn in self._queue)

    async def run(self, attempt: Callable[[], Awaitable[Reply]], patience: Patience | None = None) -> Reply:
        """What one try gives, after as many tries as it takes. Raises `ModelError` where none succeeds."""
        patience, ticket = patience or self._patience, next(self._tickets)
        loop = asyncio.get_running_loop()
        await self._turn(ticket)
        tries, end = 1, loop.time() + patience.deadline
        while True:
            try:
                with self._slot():
                    async with asyncio.timeout_at(end):
                        return await attempt()
            except TimeoutError:
                raise ModelError("timeout", f"no reply within {patience.deadline:g} s, after {tries} tries") from None
            except ModelError as error:
                if self._shut is not None:
                    raise _copy(self._shut) from None
                pause = self._pause(error, tries, patience)
                if error.code not in RETRIABLE or tries >= patience.attempts or loop.time() + pause >= end:
                    raise _told(error, tries) from None
            await asyncio.sleep(pause)
            await self._turn(ticket)
            self.counts.retries += 1
            tries += 1

    def _pause(self, error: ModelError, tries: int, patience: Patience) -> float:
        """Seconds until the next try: at random, but not before the server wants it."""
        drawn = self._rng.uniform(0, min(patience.longest_pause, patience.first_pause * 2.0 ** min(tries - 1, 30)))
        return max(drawn, error.retry_after or 0.0)

    # Admission

    async def _turn(self, ticket: int) -> None:
        """Wait for a slot, which is then this request's. Raises `ModelError` where the endpoint is shut."""
        self._check_shut()
        if not self._queue and self._is_free():
            self.in_flight += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (ticket, turn))
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.in_flight -= 1  # it was given the slot while it was being cancelled
                self._admit()
            raise

    def _is_free(self) -> bool:
        return self.in_flight < self.limit and asyncio.get_running_loop().time() >= self._paused_until

    def _admit(self) -> None:
        """Give free slots to those that have waited longest."""
        while self._queue and (self._queue[0][1].done() or self._is_free()):
            _, turn = heapq.heappop(self._queue)
            if not turn.done():
                self.in_flight += 1
                turn.set_result(None)
        if self._queue and self._timer is None and self.in_flight < self.limit:
            self._timer = asyncio.get_running_loop().call_at(self._paused_until, self._resume)

    def _resume(self) -> None:
        self._timer = None
        self._admit()

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """The slot's use: whatever happens within, it is given back, and the outcome noted."""
        sent = self._limit.sent()
        self.counts.requests += 1
        self.counts.peak = max(self.counts.peak, self.in_flight)
        try:
            yield
        except ModelError as error:
            self._note(error, sent)
            raise
        else:
            self._limit.accepted(self.in_flight, sent)
            self._losses, self._denials, self._succeeded, self._trial = 0, 0, True, False
        finally:
            self.in_flight -= 1
            self._admit()

    # What failures mean

    def _note(self, error: ModelError, sent: Sent) -> None:
        now = asyncio.get_running_loop().time()
        limited = error.code == "rate_limited"
        self.counts.rate_limited += limited
        self.counts.failures += not limited
        if limited or error.code in LOST:
            self._limit.refused(self.in_flight, sent, lasting=limited)
        else:
            self._limit.accepted(self.in_flight, sent)
        if error.retry_after and error.code in RETRIABLE:
            self._wait(error, now)
        if error.code in LOST:
            self._lose(error, now)
            return
        self._losses, self._trial = 0, False
        self._denials = self._denials + 1 if error.code == "denied" else 0
        if self._denials >= (self._breaker.denials if self._succeeded else 1):
            self._shut_for(error, None)

    def _wait(self, error: ModelError, now: float) -> None:
        """Pause the whole endpoint, as the server asks."""
        seconds = error.retry_after or 0.0
        if seconds > self._breaker.longest_wait:
            self._shut_for(ModelError("down", f"the server asks to wait {seconds:g} s ({error.message})"), now + seconds)
        self._paused_until = max(self._paused_until, now + min(seconds, self._breaker.longest_wait))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _lose(self, error: ModelError, now: float) -> None:
        """Count a lost request; shut the endpoint where there were many, or where the one that was to try it was lost."""
        if self._losses == 0:
            self._losing_since = now
        self._losses += 1
        gone = self._losses >= self._breaker.failures and now - self._losing_since >= self._breaker.seconds
        if self._trial or gone:
            told = f"{self._losses} requests in a row were lost, the last one: {error.message}"
            self._shut_for(ModelError("down", told), now + self._breaker.cool_down)

    def _shut_for(self, error: ModelError, until: float | None) -> None:
        """Let everything that waits fail, and everything that comes, until then."""
        if self._shut is None or (self._shut_until is not None and (until is None or until > self._shut_until)):
            self._shut, self._shut_until = error, until
        for _, turn in self._queue:
            if not turn.done():
                turn.set_exception(_copy(self._shut or error))
        self._queue.clear()

    def _check_shut(self) -> None:
        if self._shut is None:
            return
        if self._shut_until is None or asyncio.get_running_loop().time() < self._shut_until:
            raise _copy(self._shut)
        self._shut, self._trial = None, True


def _copy(error: ModelError) -> ModelError:
    """An exception of its own for each that it is raised in."""
    return ModelError(error.code, error.message)


def _told(error: ModelError, tries: int) -> ModelError:
    return error if tries == 1 else ModelError(error.code, f"{error.message} (after {tries} tries)", error.retry_after)
