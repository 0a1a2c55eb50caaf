"""Tools for many conversations at once: a few hosts, whose turn each call waits for, behind an asynchronous caller.

Tools without a state share the hosts of a runner, and their answers are remembered. A conversation that calls stateful tools
gets a host of its own for them, so that its state is nobody else's. `recorded` puts a snapshot in front of a caller.
"""

import asyncio
import json
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from dive.tools.host import Outcome, ToolHost
from dive.tools.pool import ToolPool
from dive.tools.session import History, stateful_in
from dive.tools.snapshot import Mode, Replay, Snapshot, missed, unsendable
from dive.types import Failure, Json, canonical

AsyncCaller = Callable[[str, Mapping[str, Json]], Awaitable[Outcome]]
"""Whatever answers a tool call, once it has an answer."""
REMEMBERED = 32 << 20
"""Bytes of packed answers of tools without a state that a runner remembers."""
PASSING = ("unavailable", "timeout")
"""Failures that may not come again, so they are not remembered."""


class ToolRunner:
    """The hosts of one pool. Made and used within one event loop."""

    def __init__(self, pool: ToolPool, hosts: int, hash_seed: int = 1) -> None:
        self.stateful = stateful_in(pool)
        self.names = tuple(tool.name for tool in pool)
        self._pool, self._hash_seed = pool, hash_seed
        pure = pool.without(self.stateful)
        self._hosts = [ToolHost(pure, hash_seed) for _ in range(hosts)]
        self._free: asyncio.LifoQueue[ToolHost] = asyncio.LifoQueue()  # the last one used has its libraries loaded
        for host in self._hosts:
            self._free.put_nowait(host)
        self._threads = ThreadPoolExecutor(max(hosts, 1) + 32, thread_name_prefix="tools")
        self._answers: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    async def call(self, name: str, arguments: Mapping[str, Json]) -> Outcome:
        """Run a tool that keeps no state; see `ToolHost.call`."""
        try:
            key = f"{name} {canonical(dict(arguments))}"
        except (TypeError, ValueError, RecursionError) as error:
            return Outcome(failure=unsendable(error))
        if key in self._answers:
            self._answers.move_to_end(key)
            return unpacked(self._answers[key])
        host = await self._free.get()
        work = asyncio.get_running_loop().run_in_executor(self._threads, host.call, name, arguments)
        work.add_done_callback(lambda _: self._free.put_nowait(host))  # a cancelled caller does not free a busy host
        outcome = await asyncio.shield(work)
        if (outcome.failure is None or outcome.failure.code not in PASSING) and key not in self._answers:
            self._answers[key] = packed(outcome)
            self._size += len(self._answers[key])
            while self._size > REMEMBERED:
                self._size -= len(self._answers.popitem(last=False)[1])
        return outcome

    @asynccontextmanager
    async def episode(self) -> AsyncIterator[AsyncCaller]:
        """The tools as one conversation sees them: stateful ones begin anew, in a host that ends with the block."""
        own: list[ToolHost] = []
        turn = asyncio.Lock()

        async def call(name: str, arguments: Mapping[str, Json]) -> Outcome:
            if name not in self.stateful:
                return await self.call(name, arguments)
            async with turn:
                if not own:
                    own.append(ToolHost(ToolPool(self._pool[name] for name in self.stateful), self._hash_seed))
                work = asyncio.get_running_loop().run_in_executor(self._threads, own[0].call, name, arguments)
                return await asyncio.shield(work)

        try:
            yield call
        finally:
            for host in own:
                await asyncio.get_running_loop().run_in_executor(self._threads, host.close)

    async def close(self) -> None:
        """End all hosts."""
        loop = asyncio.get_running_loop()
        await asyncio.gather(*(loop.run_in_executor(self._threads, host.close) for host in self._hosts))
        self._threads.shutdown(wait=False, cancel_futures=True)


def packed(outcome: Outcome) -> bytes:
    """An outcome in little room; results as objects take ten times as much."""
    failure = None if outcome.failure is None else [outcome.failure.code, outcome.failure.message]
    return zlib.compress(json.dumps([outcome.result, failure]).encode(), 1)


def unpacked(kept: bytes) -> Outcome:
    """The outcome that was packed; it took no time now."""
    result, failure = json.loads(zlib.decompress(kept))
    return Outcome(result=result, failure=None if failure is None else Failure(code=failure[0], message=failure[1]))


def recorded(
    snapshot: Snapshot, versions: Mapping[str, str], mode: Mode, live: AsyncCaller | None, history: History
) -> AsyncCaller:
    """As `dive.tools.snapshot.replaying`, for callers that are waited for."""
    replay = Replay(snapshot, versions, mode, history, live is not None)

    async def call(tool: str, arguments: Mapping[str, Json]) -> Outcome:
        outcome, before = replay.known(tool, arguments)
        if outcome is not None or live is None:
            return outcome or Outcome(failure=missed(tool, arguments, before))
        return replay.ran(tool, arguments, before, await live(tool, arguments))

    return call
