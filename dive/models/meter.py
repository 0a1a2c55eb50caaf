"""What models cost: tokens and money by role and model, limits on both, and the report of a run.

A limit is checked before a request is sent. What requests in flight will cost is not known, so each is held at the mean
of its role so far, or at a guess from its length while there is none. A request that fits only if those cost less waits
for them; one that does not fit at all is refused. So a run ends over its limit by no more than what the requests in flight
cost above their means. Counted is what servers report for whole replies: nobody says what an attempt that failed has cost.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dive.chat import Model, ModelError, Reply, Request, Usage
from dive.errors import DiveError
from dive.models.spec import ModelConfig
from dive.types import Json

if TYPE_CHECKING:
    from rich.table import Table

MILLION = 1_000_000
CHARACTERS_PER_TOKEN = 3
"""Of a guess; English has four, JSON and numbers fewer."""
GUESSED_REPLY = 2048
"""Tokens that a reply is guessed to have, where no limit is set and none has come back."""


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in whatever currency they were given."""

    read: float = 0.0
    cached: float = 0.0
    written: float = 0.0

    @classmethod
    def of(cls, config: ModelConfig) -> "Prices":
        """The prices of a configuration; cached tokens cost what others do, where nothing else is said."""
        cached = config.price_in if config.price_cached is None else config.price_cached
        return cls(config.price_in, cached, config.price_out)

    def cost(self, usage: Usage) -> float:
        """What these tokens cost."""
        cached = min(usage.cached, usage.prompt)
        read = (usage.prompt - cached) * self.read + cached * self.cached
        return (read + usage.completion * self.written) / MILLION


FREE = Prices()


@dataclass(frozen=True)
class Total:
    """What one role has used of one model."""

    role: str
    model: str
    requests: int = 0
    """Whole replies that were paid for."""
    usage: Usage = field(default_factory=Usage)
    cost: float = 0.0
    hits: int = 0
    """Replies that came out of the cache, in this invocation."""
    reused: Usage = field(default_factory=Usage)
    """Their tokens."""
    saved: float = 0.0
    """What those would have cost."""

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.usage.prompt + self.usage.completion


@dataclass(frozen=True)
class Held:
    """What a request in flight is expected to take."""

    cost: float
    tokens: float


NOTHING = Held(0.0, 0.0)
"""What is held where there is no limit."""


class Meter:
    """The totals of a run and its limits. Whoever sends a request holds for it, and settles with what it took."""

    def __init__(self, max_cost: float | None = None, max_tokens: int | None = None, paid: Iterable[Total] = ()) -> None:
        """`paid` is what earlier invocations paid (`ResponseCache.totals`); limits bound all invocations together."""
        for name, limit in (("max_cost", max_cost), ("max_tokens", max_tokens)):
            if limit is not None and not limit > 0:
                raise DiveError(f"{name} is {limit}; give a number above 0, or none")
        self.max_cost = max_cost
        self.max_tokens = max_tokens
        self._totals = {(total.role, total.model): total for total in paid}
        self._held: list[Held] = []
        self._waiting: list[asyncio.Future[None]] = []

    @property
    def totals(self) -> list[Total]:
        """By role and model, in the order of their names."""
        return [total for _, total in sorted(self._totals.items())]

    @property
    def cost(self) -> float:
        """What was paid."""
        return sum(total.cost for total in list(self._totals.values()))

    @property
    def tokens(self) -> int:
        """What was read and written."""
        return sum(total.tokens for total in list(self._totals.values()))

    async def hold(self, role: str, model: str, guess: Callable[[], Held]) -> Held:
        """Make room for a request that is about to be sent, once those in flight leave some. Raises `ModelError` where none
        is left.

        What `guess` gives stands for a request while its role has paid for no reply of the model. It alone refuses nothing.
        """
        if self.max_cost is None and self.max_tokens is None:
            return NOTHING
        while True:
            total = self._total(role, model)
            known = total.requests > 0
            held = Held(total.cost / total.requests, total.tokens / total.requests) if known else guess()
            if limit := self._passed([held] if known else []):
                raise ModelError("budget", f"{limit}; raise the limit and run the same command again to go on")
            if not self._held or not self._passed([held, *self._held]):
                self._held.append(held)
                return held
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(change)
            await change

    def release(self, held: Held) -> None:
        """A request is no longer in flight."""
        if held is NOTHING:
            return
        self._held.remove(held)
        for change in self._waiting:
            if not change.done():
                change.set_result(None)
        self._waiting.clear()

    def counts_on(self, prices: Prices) -> bool:
        """Whether a limit rests on what a model with these prices says that it used."""
        return self.max_tokens is not None or (self.max_cost is not None and prices != FREE)

    def paid(self, role: str, model: str, usage: Usage, cost: float) -> None:
        """Count a whole reply."""
        total = self._total(role, model)
        self._totals[role, model] = replace(
            total, requests=total.requests + 1, usage=total.usage + usage, cost=total.cost + cost
        )  # fmt: skip

    def hit(self, role: str, model: str, usage: Usage, saved: float) -> None:
        """Count a reply that nobody had to pay for."""
        total = self._total(role, model)
        self._totals[role, model] = replace(
            total, hits=total.hits + 1, reused=total.reused + usage, saved=total.saved + saved
        )  # fmt: skip

    def report(self) -> Json:
        """What `usage.json` holds: limits, the sum, and a row for each role and model."""
        totals = self.totals
        whole = Total("", "", sum(t.requests for t in totals), sum((t.usage for t in totals), Usage()), self.cost)
        whole = replace(whole, hits=sum(t.hits for t in totals), saved=sum(t.saved for t in totals))
        return {
            "limits": {"max_cost": self.max_cost, "max_tokens": self.max_tokens},
            "total": _figures(whole),
            "roles": [{"role": total.role, "model": total.model} | _figures(total) for total in totals],
        }

    def _passed(self, held: Sequence[Held]) -> str:
        """The limit that is passed by what was spent and these, and how; empty where none is."""
        if self.max_cost is not None and self.cost + (cost := sum(each.cost for each in held)) > self.max_cost:
            return f"max_cost is {self.max_cost:g}; {self.cost:.6g} is spent and {cost:.6g} would be likely to follow"
        if self.max_tokens is not None and self.tokens + (tokens := sum(each.tokens for each in held)) > self.max_tokens:
            return f"max_tokens is {self.max_tokens:,}; {self.tokens:,} are spent and {tokens:,.0f} would be likely to follow"
        return ""

    def _total(self, role: str, model: str) -> Total:
        return self._totals.get((role, model), Total(role, model))


def _figures(total: Total) -> dict[str, Json]:
    return {
        "requests": total.requests, **total.usage.model_dump(), "cost": round(total.cost, 6), "hits": total.hits,
        "saved": round(total.saved, 6),
    }  # fmt: skip


class Metered:
    """A model whose requests are held against limits and whose replies are counted."""

    def __init__(self, model: Model, role: str, prices: Prices, meter: Meter, longest: int | None = None) -> None:
        """`longest` is the limit on the tokens of a reply, where there is one."""
        self._model = model
        self._role = role
        self._prices = prices
        self._meter = meter
        self._longest = longest

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def identity(self) -> Json:
        return self._model.identity

    async def complete(self, request: Request) -> Reply:
        """The model's reply. Raises `ModelError`, with the code `budget` where it may not be asked."""
        held = await self._meter.hold(self._role, self.name, lambda: self._guess(request))
        try:
            reply = await self._model.complete(request)
        finally:
            self._meter.release(held)
        if not reply.usage.prompt and not reply.usage.completion and self._meter.counts_on(self._prices):
            raise DiveError(
                f"{self.name} does not report what it used, so that no limit on tokens or costs can hold; leave it out"
            )
        self._meter.paid(self._role, self.name, reply.usage, self._prices.cost(reply.usage))
        return reply

    def _guess(self, request: Request) -> Held:
        guess = guessed(request, self._longest)
        return Held(self._prices.cost(guess), guess.prompt + guess.completion)

    async def close(self) -> None:
        await self._model.close()


def guessed(request: Request, longest: int | None) -> Usage:
    """A guess at what a request takes, on the high side; `longest` limits the reply."""
    spoken = sum(
        len(message.content) + len(message.reasoning) + sum(len(call.arguments) for call in message.tool_calls)
        for message in request.messages
    )
    described = sum(len(str(tool)) for tool in request.tools)
    return Usage(
        prompt=(spoken + described) // CHARACTERS_PER_TOKEN + 1, completion=min(GUESSED_REPLY, longest or GUESSED_REPLY)
    )  # fmt: skip


def usage_table(report: Json) -> "Table":
    """A report as a table for the command line."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("role")
    table.add_column("model")
    for column in ("requests", "read", "cached", "written", "reasoning", "cost", "hits", "saved"):
        table.add_column(column, justify="right")
    whole = {"role": "all", "model": "", **report["total"]}
    for row in [*report["roles"], *([whole] if len(report["roles"]) > 1 else [])]:
        counts = [f"{row[name]:,}" for name in ("requests", "prompt", "cached", "completion", "reasoning")]
        table.add_row(row["role"], row["model"], *counts, f"{row['cost']:.4f}", f"{row['hits']:,}", f"{row['saved']:.4f}")
    return table
