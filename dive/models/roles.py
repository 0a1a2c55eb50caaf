"""The models of one run directory, opened together: they share a cache, a meter and, at one address, an endpoint."""

import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from dive.chat import Model, Usage
from dive.models.cache import FILE, ResponseCache
from dive.models.estimate import ItemUsage
from dive.models.meter import Meter
from dive.models.opening import open_model
from dive.models.served import Endpoints
from dive.models.spec import ModelConfig
from dive.types import Json

Done = TypeVar("Done")


class Desk:
    """Where a command gets its models, and what they have cost."""

    def __init__(self, folder: Path, max_cost: float | None = None, max_tokens: int | None = None) -> None:
        self.folder, self.max_cost, self.max_tokens = folder, max_cost, max_tokens
        self.meter = Meter(max_cost, max_tokens)
        self.endpoints = Endpoints(())
        """Those that are in use, for progress and reports."""

    @asynccontextmanager
    async def opened(self, roles: Mapping[str, ModelConfig]) -> AsyncIterator[dict[str, Model]]:
        """The model of each role, until the block ends. Raises `DiveError` where one cannot be opened."""
        self.folder.mkdir(parents=True, exist_ok=True)
        cache = ResponseCache(self.folder / FILE)
        self.meter = Meter(self.max_cost, self.max_tokens, cache.totals())
        self.endpoints = Endpoints(roles.values())
        models: dict[str, Model] = {}
        try:
            for role, config in roles.items():
                models[role] = open_model(config, role, cache=cache, meter=self.meter, endpoints=self.endpoints)
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
        """What is done one after the other, each with what it took, replies out of the cache included."""
        start, before = time.perf_counter(), _used(self.meter)
        for one in done:
            now, after = time.perf_counter(), _used(self.meter)
            prompt, completion, cost = (late - early for late, early in zip(after, before, strict=True))
            yield one, ItemUsage(Usage(prompt=int(prompt), completion=int(completion)), cost, now - start)
            start, before = time.perf_counter(), after


def _used(meter: Meter) -> tuple[float, float, float]:
    """Tokens read and written so far, and what they cost or would have cost."""
    totals = meter.totals
    return (
        sum(total.usage.prompt + total.reused.prompt for total in totals),
        sum(total.usage.completion + total.reused.completion for total in totals),
        sum(total.cost + total.saved for total in totals),
    )
