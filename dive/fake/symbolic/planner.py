"""Plans of the symbolic policy, made in a thread beside the server, with tools that run in processes of their own.

A plan is a function of the seed, the topic and the toolset, so a server that was started anew makes the same one.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dive.expressions import names_in
from dive.fake.draws import dice
from dive.fake.settings import FakeConfig
from dive.fake.symbolic.prompts import Key, Topic
from dive.tools.host import Outcome
from dive.types import Evidence, Json, Round, Seed, canonical

TRIES = 1
"""Plans that are tried before a topic is given up; one that is stuck is the slowest."""


@dataclass(frozen=True)
class Plan:
    """What the policy arrived at for a topic; no rounds where nothing could be asked."""

    topic: Topic
    rounds: tuple[Round, ...]
    evidence: tuple[Evidence, ...]
    stateful: frozenset[str]
    """Tools whose calls must be made one after the other."""

    def wanted(self, number: int, strays: int) -> list[Evidence]:
        """The calls that a round rests on, in the order of the derivation, then so many that nothing rests on."""
        if not self.rounds:
            return []
        by_id = {call.id: call for call in self.evidence}
        steps = [by_id[step.id] for step in self.rounds[min(number, len(self.rounds)) - 1].derivation.steps if step.id in by_id]
        used = {step.id for step in self.rounds[-1].derivation.steps}
        return steps + [call for call in self.evidence if call.id not in used and call.round == number][:strays]

    def needs(self, call: Evidence) -> set[str]:
        """The calls that a call takes values from."""
        for step in self.rounds[-1].derivation.steps:
            if step.id == call.id:
                return {name for expression in step.arguments.values() for name in names_in(expression)}
        return set()

    def covered(self, calls: Mapping[Key, str]) -> int:
        """How many of the calls it rests on are among these."""
        used = {step.id for step in self.rounds[-1].derivation.steps} if self.rounds else set()
        return sum(key(call) in calls for call in self.evidence if call.id in used)


def key(call: Evidence) -> Key:
    """A recorded call by tool and canonical arguments."""
    return call.tool, canonical(call.arguments)


class Ended(Exception):
    """The server ends, and with it the plan that is being made."""


class Planner:
    """Makes a plan per topic, one at a time, and remembers it."""

    def __init__(self, settings: FakeConfig) -> None:
        self._settings = settings
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="planner")
        self._ready = self._thread.submit(_Maker, settings)
        self._plans: dict[Topic, asyncio.Future[Plan]] = {}
        self._closed = False

    async def plan(self, topic: Topic) -> Plan:
        """The plan of a topic."""
        if topic not in self._plans:
            self._plans[topic] = asyncio.get_running_loop().run_in_executor(self._thread, self._make, topic)
            self._plans[topic].add_done_callback(lambda made: made.cancelled() or made.exception())  # nobody may be waiting
        return await asyncio.shield(self._plans[topic])  # a client that hangs up does not spoil it for its next try

    def known(self) -> list[Plan]:
        """The plans that are made."""
        return [made.result() for made in self._plans.values() if made.done() and not made.cancelled() and not made.exception()]

    def _make(self, topic: Topic) -> Plan:
        return self._ready.result().make(topic, self)

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """End the thread and the processes of its tools; a plan in the making is given up at its next call."""
        self._closed = True
        self._thread.submit(lambda: self._ready.result().close())
        self._thread.shutdown(wait=True)


class _Maker:
    """What plans are made with: tools, seeds, exemplars. Built in the planner's thread, since that takes a second."""

    def __init__(self, settings: FakeConfig) -> None:
        from dive.exemplars import ExemplarPool
        from dive.seeds import SeedPool
        from dive.synthesis.item import Remembering
        from dive.synthesis.symbolic.policy import SymbolicPolicy
        from dive.synthesis.symbolic.words import article
        from dive.tools.brought import seeds_of
        from dive.tools.pool import ToolPool
        from dive.tools.session import Session

        article("plan")  # loads the library of words, which takes seconds, before somebody waits for it
        self._seed = settings.seed
        self._pool = ToolPool.of_files(settings.tools, settings.only).plannable()
        seeds = SeedPool(()) if settings.only else SeedPool.default()
        self._policy = SymbolicPolicy(seeds + seeds_of(settings.tools))
        self._exemplars = ExemplarPool.default()
        self._session = Session(self._pool, hash_seed=1)
        self._call = Remembering(self._session.call, self._session.stateful)

    def make(self, topic: Topic, planner: Planner) -> Plan:
        """The plan of a topic; without rounds where no try comes to one."""
        from dive.synthesis.sample import Setting

        def call(tool: str, arguments: Mapping[str, Json]) -> Outcome:
            if planner.closed:
                raise Ended
            return self._call(tool, arguments)

        toolset = tuple(self._pool[name] for name in topic.tools if name in self._pool)
        stateful = frozenset(tool.name for tool in toolset if tool.stateful)
        seed = Seed(domain=topic.domain, semantic=topic.semantic, value=topic.value, source="the request")
        for number in range(TRIES):
            rng = dice("plan", self._seed, topic, number)
            exemplars = tuple(self._exemplars.sample(4, rng, lambda exemplar: 2.0 if exemplar.domain == topic.domain else 1.0))
            self._session.fresh()
            setting = Setting(0, topic.domain, "expert", seed, toolset, exemplars, {})
            if toolset and (found := self._policy.run(setting, topic.rounds, call, rng)).rounds:
                return Plan(topic, found.rounds, found.evidence, stateful)
        return Plan(topic, (), (), stateful)

    def close(self) -> None:
        self._session.close()
