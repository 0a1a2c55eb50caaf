"""A session: the tools of a pool as one item or one proof sees them, with a state that begins anew.

Stateful tools run in a host of their own, so that a fresh state does not cost the libraries that the others have loaded.
`History` is what was done to a state since it began, in one word per provider: tools share a state within a provider.
"""

from collections.abc import Mapping

from dive.tools.host import Outcome, ToolHost
from dive.tools.pool import ToolPool
from dive.types import Json, digest


class Session:
    """Two hosts, of stateful tools and of the others."""

    def __init__(self, pool: ToolPool, hash_seed: int) -> None:
        self.stateful = stateful_in(pool)
        self._pure = ToolHost(pool.without(self.stateful), hash_seed)
        self._stateful = ToolHost(ToolPool(pool[name] for name in self.stateful), hash_seed)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, name: str, arguments: Mapping[str, Json]) -> Outcome:
        """Run a tool; see `ToolHost.call`."""
        return (self._stateful if name in self.stateful else self._pure).call(name, arguments)

    def fresh(self) -> None:
        """Let stateful tools forget what was done before."""
        self._stateful.fresh()

    def close(self) -> None:
        """End both hosts."""
        self._pure.close()
        self._stateful.close()


def stateful_in(pool: ToolPool) -> dict[str, str]:
    """The stateful tools of a pool, with their providers."""
    return {tool.name: tool.provider for tool in pool if tool.stateful}


class History:
    """What stateful tools were called with since their state began. `stateful` gives the provider of each."""

    def __init__(self, stateful: Mapping[str, str]) -> None:
        self._stateful = stateful
        self._done: dict[str, str] = {}

    def before(self, tool: str) -> str | None:
        """A digest of the calls before; empty where there was none, None where the tool has no state."""
        return self._done.get(self._stateful[tool], "") if tool in self._stateful else None

    def add(self, tool: str, arguments: Mapping[str, Json]) -> None:
        """Note a call."""
        if tool in self._stateful:
            provider = self._stateful[tool]
            self._done[provider] = digest([self._done.get(provider, ""), tool, dict(arguments)])

    def clear(self) -> None:
        """A state that begins anew."""
        self._done.clear()
