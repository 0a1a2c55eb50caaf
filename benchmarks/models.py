"""How well slots are used against a model server that takes its time, and what the server sees.

    python benchmarks/models.py [efficiency] [cap] [memory] [--json FILE]

The server is `dive-fake-llm` in a process of its own. A task of `efficiency` makes 26 requests and 18 tool calls, through the
parts that `dive synth` and `dive solve` use: three rounds of collection (four turns with a call, one text) and derivation, a
solution (six turns with a call, one answer), a verdict. Tools are real ones of Biopython, called in this process, and
0.2 s are added to each call. Slot efficiency is the time that requests and calls took, over wall time x slots.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dive.chat import Format, Message, Model, Request
from dive.fake.process import FakeServer, fake_server
from dive.models.roles import Desk
from dive.models.spec import read_model
from dive.parallel import Slots
from dive.rollout import Limits, Tools, rollout
from dive.solving.conversation import definition
from dive.tools.host import Outcome, answer_call
from dive.tools.pool import ToolPool
from dive.tools.runner import AsyncCaller
from dive.types import Failure, Json

MEDIAN, SIGMA, DELAY = 0.5, 0.4, 0.2
LIMITS = Limits(turns=10)
DRAFT = Format(
    name="draft",
    definition={
        "type": "object",
        "properties": {"query": {"type": "string"}},
        "required": ["query"],
        "additionalProperties": False,
    },
)
VERDICT = Format(
    name="verdict",
    definition={
        "type": "object", "properties": {"correct": {"type": "boolean"}}, "required": ["correct"], "additionalProperties": False,
    },
)  # fmt: skip


@dataclass
class Delayed:
    """Tools that take a fixed time more."""

    call: AsyncCaller
    seconds: float = DELAY
    busy: float = 0.0
    calls: int = 0

    async def __call__(self, tool: str, arguments: Mapping[str, Json]) -> Outcome:
        start = time.perf_counter()
        await asyncio.sleep(self.seconds)
        outcome = await self.call(tool, arguments)
        self.busy += time.perf_counter() - start
        self.calls += 1
        return outcome


@dataclass
class Bench:
    """Tasks of a fixed script against one server."""

    server: FakeServer
    slots: int
    folder: Path
    delay: float = DELAY
    connections: int = 0
    """Most requests at once; as many as there are slots where none is given."""
    tools: Delayed | None = field(default=None)
    peak: int = 0
    _now: int = 0

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Callable[[int], Awaitable[int]]]:
        """The function that works on one task."""
        config = read_model(f"openai:fake@{self.server.url}?concurrency={self.connections or self.slots}&timeout=60")
        pool = ToolPool.default().where(domain="biological", provider="biopython").plannable()
        offered = [definition({"name": t.name, "description": t.description, "parameters": t.schema}) for t in pool]
        tools = {tool.name: tool for tool in pool}

        async def direct(name: str, arguments: Mapping[str, Json]) -> Outcome:
            answer = answer_call(tools, name, arguments)
            failure = Failure.model_validate(answer["failure"]) if "failure" in answer else None
            return Outcome(result=answer.get("result"), failure=failure)

        self.tools = Delayed(direct, self.delay)
        async with Desk(self.folder).opened({"model": config}) as models:

            async def work(number: int) -> int:
                self._now += 1
                self.peak = max(self.peak, self._now)
                first = number * 7 % max(1, len(offered) - 32)
                await self._task(models["model"], tuple(offered[first : first + 32]), number)
                self._now -= 1
                return number

            yield work

    async def _task(self, model: Model, offered: tuple[Json, ...], number: int) -> None:
        assert self.tools is not None
        tools = Tools(offered, self.tools)
        talk = [Message(role="system", content="You answer questions with the help of tools.")]
        for turn in range(1, 4):
            asked = f"Explore a topic with the tools.\n\nTopic: topic {number}\nRound {turn} of 3."
            trace = await rollout(model, [*talk, Message(role="user", content=asked)], tools, LIMITS, round=turn)
            talk = list(trace.messages)
            talk.append(Message(role="user", content=f"Write the question of round {turn} of 3."))
            reply = await model.complete(Request(messages=tuple(talk), tools=offered, may_call=False, format=DRAFT))
            talk.append(reply.message)
        question = Message(role="user", content=f"What about topic {number}?\n\nClose with a line that begins with Final answer:")
        trace = await rollout(model, [talk[0], question], tools, LIMITS)
        judged = Message(role="user", content=f"Question: {number}\nRight answer: 1\nGiven answer: {trace.final}")
        await model.complete(Request(messages=(judged,), format=VERDICT))


def run(slots: int, tasks: int, delay: float = DELAY, connections: int = 0, **settings: Json) -> dict[str, Json]:
    """Work on tasks and measure."""
    with tempfile.TemporaryDirectory() as folder, fake_server(**settings) as server:
        bench = Bench(server, slots, Path(folder), delay, connections=connections)
        before = resource.getrusage(resource.RUSAGE_SELF)
        with Slots(bench.opened, slots) as work:
            start = time.perf_counter()
            for done, _ in enumerate(work.map(range(tasks), slots + tasks), 1):
                if sys.stderr.isatty():
                    print(f"\r{done}/{tasks}", end="", file=sys.stderr)
            wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_SELF)
        assert bench.tools is not None
        seen = server.totals(warm_up=min(20.0, wall / 4))
        model_busy = sum(entry.t1 - entry.t0 for entry in server.log() if entry.phase)
        busy = model_busy + bench.tools.busy
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {
            "slots": slots, "tasks": tasks, "wall_s": round(wall, 1), "tasks_per_minute": round(60 * tasks / wall, 1),
            "efficiency": round(busy / (wall * slots), 4), "requests_per_task": round(seen.requests / tasks, 2),
            "calls_per_task": round(bench.tools.calls / tasks, 2), "connections": seen.connections,
            "limited_share": round(seen.limited_share, 4), "by_status": seen.by_status,
            "prefix_share": round(seen.prefix_share, 4), "prefix_share_in_task": round(seen.prefix_share_in_task, 4),
            "cpu_s": round(cpu, 1), "cpu_ms_per_request": round(1000 * cpu / max(1, seen.requests), 2),
            "peak_rss_mb": round(after.ru_maxrss / 1024), "peak_in_flight": bench.peak, "load": os.getloadavg()[0],
        }  # fmt: skip


def efficiency(sizes: list[tuple[int, int]]) -> list[dict[str, Json]]:
    """Slots and tasks against log-normal latency."""
    return [shown(run(slots, tasks, latency=MEDIAN, sigma=SIGMA, strict=False)) for slots, tasks in sizes]


def cap() -> list[dict[str, Json]]:
    """A server that takes four requests at once, and sixteen slots."""
    return [shown(run(16, 24, latency=MEDIAN, sigma=SIGMA, max_in_flight=4))]


def memory() -> list[dict[str, Json]]:
    """Ten thousand tasks in flight at once over 512 connections. All get on side by side, so that all are long at the end."""
    return [shown(run(10_000, 10_000, connections=512, latency=0.1, sigma=0.1))]


def shown(figures: dict[str, Json]) -> dict[str, Json]:
    """Print what was measured as it comes."""
    print("  ".join(f"{name}={value}" for name, value in figures.items()), flush=True)
    return figures


def main() -> None:
    """Run the parts that are named, or all but the long ones."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["efficiency", "cap"])
    parser.add_argument("--sizes", default="4:40,16:160,64:640,512:5120", help="slots:tasks, separated by commas")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    sizes = [(int(a), int(b)) for a, b in (pair.split(":") for pair in arguments.sizes.split(","))]
    parts = {"efficiency": lambda: efficiency(sizes), "cap": cap, "memory": memory}
    figures = {part: parts[part]() for part in arguments.parts}
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
