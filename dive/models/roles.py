"""The models of one run directory, opened together: they share a cache, a meter and, at one address, an endpoint."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from dive.chat import Model
from dive.models.cache import ResponseCache
from dive.models.endpoint import Endpoint
from dive.models.meter import Meter
from dive.models.opening import open_model
from dive.models.spec import ModelConfig
from dive.types import Json

CACHE = "responses.sqlite"


class Desk:
    """Where a command gets its models, and what they have cost."""

    def __init__(self, folder: Path, max_cost: float | None = None, max_tokens: int | None = None) -> None:
        self.folder, self.max_cost, self.max_tokens = folder, max_cost, max_tokens
        self.meter = Meter(max_cost, max_tokens)
        self.endpoints: dict[str, Endpoint] = {}

    @asynccontextmanager
    async def opened(self, roles: Mapping[str, ModelConfig]) -> AsyncIterator[dict[str, Model]]:
        """The model of each role, until the block ends. Raises `DiveError` where one cannot be opened."""
        cache = ResponseCache(self.folder / CACHE)
        self.meter = Meter(self.max_cost, self.max_tokens, cache.totals())
        models: dict[str, Model] = {}
        try:
            for role, config in roles.items():
                models[role] = open_model(config, role, cache=cache, meter=self.meter, endpoints=self.endpoints)
            yield models
        finally:
            for model in models.values():
                await model.close()
            cache.close()

    def line(self) -> str:
        """What was used so far, in a few words; empty where nothing was."""
        meter = self.meter
        if not meter.tokens:
            return ""
        return f"{meter.tokens:,} tokens" + (f", {meter.cost:.2f} spent" if meter.cost else "")

    def report(self) -> Json:
        """What `usage.json` holds."""
        return self.meter.report()
