"""The models of one run directory, opened together: they share a cache, a meter and, at one address, an endpoint."""

import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from dive.chat import Model, Reply, Request, Usage
from dive.models.cache import ResponseCache
from dive.models.estimate import ItemUsage
from dive.models.meter import Meter, Prices
from dive.models.opening import open_model
from dive.models.served import Endpoints
from dive.models.spec import ModelConfig
from dive.types import Json

CACHE = "responses.sqlite"
Done = TypeVar("Done")


class Desk:
    """Where a command gets its models, and what they have cost."""

    def __init__(self, folder: Path, max_cost: float | None = None, max_tokens: int | None = None) -> None:
        self.folder, self.max_cost, self.max_tokens = folder, max_cost, max_tokens
        self.meter = Meter(max_cost, max_tokens)
        self.endpoints = Endpoints(())
        """Those that are in use, for progress and reports."""
        self.used, self.value = Usage(), 0.0
        """Tokens of all replies since the desk was made, cached ones included, and what they cost or would have cost."""

    @asynccontextmanager
    async def opened(self, roles: Mapping[str, ModelConfig]) -> AsyncIterator[dict[str, Model]]:
        """The model of each role, until the block ends. Raises `DiveError` where one cannot be opened."""
        self.folder.mkdir(parents=True, exist_ok=True)
        cache = ResponseCache(self.folder / CACHE)
        self.meter = Meter(self.max_cost, self.max_tokens, cache.totals())
        self.endpoints = Endpoints(roles.values())
        models: dict[str, Model] = {}
        try:
            for role, config in roles.items():
                model = open_model(config, role, cache=cache, meter=self.meter, endpoints=self.endpoints)
                models[role] = Counted(model, Prices.of(config), self)
            yield models
        finally:
            for model in models.values():
                await model.close()
            await self.endpoints.close()
            cache.close()

    def line(self) -> str:
        """What was paid so far, in a few words; empty where nothing was."""
        if not self.meter.tokens:
            return ""
        return f"{self.meter.tokens:,} tokens" + (f", {self.meter.cost:.2f} spent" if self.meter.cost else "")

    def report(self) -> Json:
        """What `usage.json` holds."""
        return self.meter.report()

    def each(self, done: Iterable[Done]) -> Iterator[tuple[Done, ItemUsage]]:
        """What is done one after the other, each with what it took."""
        start, used, value = time.perf_counter(), self.used, self.value
        for one in done:
            now = time.perf_counter()
            usage = Usage(
                prompt=self.used.prompt - used.prompt, cached=self.used.cached - used.cached,
                completion=self.used.completion - used.completion, reasoning=self.used.reasoning - used.reasoning,
            )  # fmt: skip
            yield one, ItemUsage(usage, self.value - value, now - start)
            start, used, value = time.perf_counter(), self.used, self.value


class Counted:
    """A model whose replies are counted at the desk, wherever they come from."""

    def __init__(self, model: Model, prices: Prices, desk: Desk) -> None:
        self._model, self._prices, self._desk = model, prices, desk

    @property
    def name(self) -> str:
        """What records call it."""
        return self._model.name

    @property
    def identity(self) -> Json:
        """What its replies depend on."""
        return self._model.identity

    async def complete(self, request: Request) -> Reply:
        """The model's reply. Raises `ModelError`."""
        reply = await self._model.complete(request)
        self._desk.used += reply.usage
        self._desk.value += self._prices.cost(reply.usage)
        return reply

    async def close(self) -> None:
        """Close the model."""
        await self._model.close()
