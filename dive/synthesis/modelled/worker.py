"""Items of a run in which models fill roles: what the slots of a run work on.

With a collecting model an item begins as a job; with the symbolic collector it begins as what a worker process made of the
job, and models only derive from its evidence or reword its question.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dive.config import SYMBOLIC, SynthConfig
from dive.models.roles import Desk
from dive.prompts import Prompts
from dive.rollout import Limits, Tools
from dive.solving.conversation import definition, solver_prompts
from dive.synthesis.collect import Collected
from dive.synthesis.item import Job, Made, judged, rules_of
from dive.synthesis.modelled.policy import Cast, Item, ModelPolicy
from dive.synthesis.sample import Sampler, Setting
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool
from dive.tools.runner import AsyncCaller, ToolRunner
from dive.types import Failure, Json, Task

Work = Callable[[Job | Made], Awaitable[Made]]


@dataclass(frozen=True)
class Stage:
    """What the slots of a run are set up from."""

    config: SynthConfig
    pool: ToolPool
    sampler: Sampler
    prompts: Prompts
    desk: Desk

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Work]:
        """The function that makes items, with models and tools that are closed after it."""
        config = self.config
        async with self.desk.opened(config.models) as models:
            cast = Cast(models.get("collector"), models.get("deriver"), models.get("rewriter"))
            rules = rules_of(self.pool, config.allow_boolean)
            limits = Limits(turns=config.steps)
            policy = ModelPolicy(cast, self.prompts, rules, limits, solver_prompts().fill("system"))
            runner = ToolRunner(self.pool, config.workers if config.explores else 0)
            try:
                yield self._explored(policy, runner) if config.explores else self._continued(policy)
            finally:
                await runner.close()

    def _explored(self, policy: ModelPolicy, runner: ToolRunner) -> Work:
        async def make(job: Job | Made) -> Made:
            assert isinstance(job, Job)
            start = time.perf_counter()
            setting = self.sampler.draw(job.index, job.usage)
            spent = _Clock()
            async with runner.episode() as call:
                collected = await policy.run(item_of(setting, spent.timed(call)), self.config.rounds)
            return Made(judged(setting, collected, policy.rules), time.perf_counter() - start, spent.seconds)

        return make

    def _continued(self, policy: ModelPolicy) -> Work:
        by_key = {exemplar.key: exemplar for exemplar in self.sampler.exemplars}

        async def make(made: Job | Made) -> Made:
            assert isinstance(made, Made)
            task = made.record
            if not isinstance(task, Task):
                return made
            start = time.perf_counter()
            toolset = tuple(self.pool[name] for name in task.toolset)
            exemplars = tuple(by_key[key] for key in task.exemplars)
            setting = Setting(task.index, task.domain, task.variant, task.seed, toolset, exemplars, {})
            item, before = item_of(setting, _uncalled), Collected(task.rounds, task.evidence)
            if self.config.deriver == SYMBOLIC:
                after = await policy.reworded(item, before)
            else:
                after = await policy.run(item, len(task.rounds), task.evidence)
            record = judged(setting, after, policy.rules).model_copy(update={"aim": task.aim})
            return Made(record, made.seconds + time.perf_counter() - start, made.tool_seconds)

        return make


def item_of(setting: Setting, call: AsyncCaller) -> Item:
    """An item as a model is told of it."""
    tools = Tools(
        definitions=tuple(
            definition({"name": t.name, "description": t.description, "parameters": t.schema}) for t in setting.toolset
        ),
        call=call,
        versions={tool.name: tool.version for tool in setting.toolset},
        stateful=frozenset(tool.name for tool in setting.toolset if tool.stateful),
    )
    volatile = frozenset(tool.name for tool in setting.toolset if tool.replayed)
    return Item(setting.seed, setting.domain, setting.exemplars, tools, volatile)


class _Clock:
    """The seconds that an item spent in tools."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, call: AsyncCaller) -> AsyncCaller:
        """The caller, with its seconds counted."""

        async def counted(tool: str, arguments: Mapping[str, Json]) -> Outcome:
            outcome = await call(tool, arguments)
            self.seconds += outcome.seconds
            return outcome

        return counted


async def _uncalled(tool: str, arguments: Mapping[str, Json]) -> Outcome:
    return Outcome(failure=Failure(code="denied", message=f"{tool} cannot be called now"))
