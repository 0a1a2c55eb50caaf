"""One item: from a setting to a task or a rejected draft. This is what a worker process does.

A worker holds one session of tools, which runs the collector's calls; the state of stateful tools begins anew with every
item. The gate `executed` is not checked here: whoever commits the item runs its steps again in a session of another hash
seed, one for all workers. Results of other tools are pure, so their answers are remembered.
"""

import gc
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from dive.config import SynthConfig
from dive.exemplars import ExemplarPool
from dive.seeds import SeedPool
from dive.synthesis.collect import Collected
from dive.synthesis.draft import Rules, words_in
from dive.synthesis.gates import first_failure
from dive.synthesis.sample import Sampler, Setting, Usage
from dive.synthesis.symbolic.policy import SymbolicPolicy
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool, found
from dive.tools.semantics import SEMANTICS, SemanticType
from dive.tools.session import Session, stateful_in
from dive.tools.snapshot import Caller
from dive.types import Derivation, Exemplar, Json, Rejection, Seed, Task, canonical, digest

REMEMBERED = 1_000
"""Answers that a worker remembers per host."""


@dataclass(frozen=True)
class Job:
    """An item to make: its index and the usage that sampling may look at."""

    index: int
    usage: Usage


@dataclass(frozen=True)
class Made:
    """What became of an item, and where the time went."""

    record: Task | Rejection
    seconds: float
    tool_seconds: float


class Remembering:
    """A caller that remembers its last answers, but for those of stateful tools, and counts the seconds spent in tools."""

    def __init__(self, call: Caller, stateful: Collection[str] = ()) -> None:
        self._call = call
        self._stateful = stateful
        self._answers: OrderedDict[str, Outcome] = OrderedDict()
        self.seconds = 0.0

    def __call__(self, tool: str, arguments: Mapping[str, Json]) -> Outcome:
        if tool in self._stateful:
            outcome = self._call(tool, arguments)
            self.seconds += outcome.seconds
            return outcome
        key = f"{tool} {canonical(dict(arguments))}"
        if key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key]
        outcome = self._call(tool, arguments)
        self.seconds += outcome.seconds
        self._answers[key] = outcome
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return outcome


def worker(
    config: SynthConfig,
    tools: Sequence[Mapping[str, str]],
    seeds: Sequence[Seed] | None,
    exemplars: Sequence[Exemplar] | None,
    semantics: Mapping[str, SemanticType],
) -> Callable[[Job], Made]:
    """The function that a worker process runs on every job. None stands for the built-in seeds or exemplars.

    `semantics` are the types known to whoever started the run: a script's own are registered nowhere else.
    """
    SEMANTICS.update(semantics)
    pool = found(tools)
    seed_pool = SeedPool.built_in() if seeds is None else SeedPool(seeds)
    sampler = Sampler(config, pool, seed_pool, ExemplarPool.default() if exemplars is None else ExemplarPool(exemplars))
    session = Session(pool, hash_seed=1)
    host = Remembering(session.call, session.stateful)
    policy = SymbolicPolicy(seed_pool, config.allow_boolean)
    rules = rules_of(pool, config.allow_boolean)

    def make(job: Job) -> Made:
        start, before = time.perf_counter(), host.seconds
        session.fresh()
        setting = sampler.draw(job.index, job.usage)
        collected = policy.run(setting, config.rounds, host, random.Random(f"{config.seed}/{job.index}/policy"))
        record = judged(setting, collected, rules)
        return Made(record, time.perf_counter() - start, host.seconds - before)

    gc.collect()
    gc.freeze()  # the pools stay; a collection need not walk over them again
    return make


def judged(setting: Setting, collected: Collected, rules: Rules) -> Task | Rejection:
    """The task, if its last round passes the gates that look at it alone."""
    toolset = tuple(tool.name for tool in setting.toolset)
    if not collected.rounds or collected.fault is not None:
        gate, reason = collected.fault or ("stuck", "nothing could be asked about the seed with this toolset")
        draft = collected.rounds[-1] if collected.rounds else None
        steps = {step.id for step in draft.derivation.steps} if draft else set()
        return Rejection(
            index=setting.index, gate=gate, reason=reason, domain=setting.domain, seed=setting.seed, toolset=toolset,
            query=draft.query if draft else "", answer=draft.answer if draft else None,
            derivation=draft.derivation if draft else None,
            evidence=tuple(e for e in collected.evidence if e.id in steps), aim=setting.aim_name,
        )  # fmt: skip
    last = collected.rounds[-1]
    changing = {tool.name for tool in setting.toolset if tool.replayed}
    task = Task(
        key=key_of(last.query, last.derivation), index=setting.index, query=last.query,
        answer=last.answer, derivation=last.derivation, evidence=collected.evidence, toolset=toolset,
        domain=setting.domain, variant=setting.variant, shape=last.shape, seed=setting.seed,
        exemplars=tuple(e.key for e in setting.exemplars), rounds=collected.rounds,
        volatile=tuple(step.id for step in last.derivation.steps if step.tool in changing),
        aim=setting.aim_name,
    )  # fmt: skip
    failure = first_failure(rules.draft_of(task))
    return task if failure is None else rejected(task, *failure)


def key_of(query: str, derivation: Derivation) -> str:
    """The content key of a task."""
    return digest([query, derivation.model_dump(mode="json")])


def rejected(task: Task, gate: str, reason: str) -> Rejection:
    """What is kept of a draft that fails a gate: with the calls that it rests on, not those beside them."""
    steps = {step.id for step in task.derivation.steps}
    return Rejection(
        index=task.index, gate=gate, reason=reason, domain=task.domain, seed=task.seed, toolset=task.toolset,
        query=task.query, answer=task.answer, derivation=task.derivation,
        evidence=tuple(e for e in task.evidence if e.id in steps), aim=task.aim,
    )  # fmt: skip


def rules_of(pool: ToolPool, allow_boolean: bool = False) -> Rules:
    """What gates know of the tools of a pool."""
    defaults = {t.name: {n: p.default for n, p in t.parameters.items() if not p.required} for t in pool}
    return Rules(defaults, {t.name: words_in(t.schema) for t in pool}, stateful_in(pool), allow_boolean)
