"""Models at the endpoints that they share.

Roles may use one server with several models or samplings; what they ask together must not be more than it takes. So all
models of a command with the same address and key share one `Endpoint`, and one set of connections, as many as it has
slots.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dive.chat import Reply, Request
from dive.models.endpoint import Endpoint, Patience
from dive.models.openai import OpenAIModel
from dive.models.spec import ModelConfig
from dive.models.wire import Wire, key_of, open_wire
from dive.types import Json


@dataclass(frozen=True)
class ServedModel:
    """A model whose requests go through an endpoint, with retries. Implements `dive.chat.Model`."""

    model: OpenAIModel
    endpoint: Endpoint
    patience: Patience

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def identity(self) -> Json:
        return self.model.identity

    async def complete(self, request: Request) -> Reply:
        """The next message, after as many tries as it takes. Raises `ModelError`; after one of `denied` every other comes to the
        same.
        """
        return await self.endpoint.run(lambda: self.model.complete(request), self.patience)

    async def close(self) -> None:
        """Let go of nothing: the connections are shared, and `Endpoints` closes them."""


class Endpoints:
    """The endpoints of all models of a command. Belongs to the event loop in which the first model is asked."""

    def __init__(self, configs: Iterable[ModelConfig]) -> None:
        """Where models at one endpoint disagree about its concurrency, the least of those that were given holds."""
        self._slots: dict[tuple[str, str], int] = {}
        for config in configs:
            place = _place(config)
            given = "concurrency" in config.model_fields_set
            known = self._slots.get(place)
            if given:
                self._slots[place] = config.concurrency if known is None else min(known, config.concurrency)
        self._opened: dict[tuple[str, str], tuple[Endpoint, Wire]] = {}

    def model(self, config: ModelConfig) -> ServedModel:
        """The model, at the endpoint that it shares with others. Raises `DiveError` where the SDK or a key is lacking."""
        place = _place(config)
        if place not in self._opened:
            slots = self._slots.get(place, config.concurrency)
            self._opened[place] = Endpoint(slots), open_wire(config, slots)
        endpoint, wire = self._opened[place]
        patience = Patience(attempts=config.attempts, deadline=config.attempts * config.timeout)
        return ServedModel(OpenAIModel(config, wire), endpoint, patience)

    @property
    def opened(self) -> dict[str, Endpoint]:
        """The endpoints in use by address, for progress and reports; those with different keys are numbered."""
        named: dict[str, Endpoint] = {}
        for (address, _), (endpoint, _) in self._opened.items():
            name = address or "OpenAI"
            named[name if name not in named else f"{name} ({len(named) + 1})"] = endpoint
        return named

    async def close(self) -> None:
        """Close all connections."""
        for _, wire in self._opened.values():
            await wire.close()


def _place(config: ModelConfig) -> tuple[str, str]:
    return config.base_url.rstrip("/"), key_of(config)
