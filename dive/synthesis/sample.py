"""Sampling: what one item starts from. A seed, a toolset and exemplars, drawn from the three decoupled pools.

`uniform` draws everything evenly, as the paper does. `coverage` weighs each draw by how little its kind has been used
in earlier batches: tools, seed types and shapes. What it may look at is fixed by the item's index (`Usage` of all
batches but the last two), so the draw is the same for any number of workers.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.exemplars import SHAPES, ExemplarPool
from dive.seeds import SeedPool
from dive.synthesis import aim
from dive.synthesis.aim import Aim, Aims
from dive.tools.pool import ToolPool
from dive.tools.semantics import TIMES
from dive.tools.tool import Tool
from dive.types import Exemplar, Rejection, Seed, Task

VARIANTS = ("expert", "expert_general", "cross")
EXEMPLARS = (3, 5)
"""Fewest and most exemplars offered to a task."""
GENERAL = "general"
AIMED = 0.3
"""How many items are planned around a tool that no task uses, while there are such tools."""
FEW = 25
"""A seed type that leads to this many tools is half as much wanted as one that leads to all."""


@dataclass
class Usage:
    """What earlier batches used; the state that `coverage` steers by."""

    tools: Counter[str] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)
    seeds: Counter[str] = field(default_factory=Counter)
    aims: Counter[str] = field(default_factory=Counter)

    def add(self, record: Task | Rejection) -> None:
        """Count a committed item; a seed counts as used also where nothing came of it."""
        self.seeds[record.seed.semantic] += 1
        self.aims[record.aim] += 1
        if isinstance(record, Task):
            self.tools.update({step.tool for step in record.derivation.steps})
            self.shapes[record.shape] += 1

    def copy(self) -> "Usage":
        """A copy that later batches do not change."""
        return Usage(Counter(self.tools), Counter(self.shapes), Counter(self.seeds), Counter(self.aims))


@dataclass(frozen=True)
class Setting:
    """What one item starts from."""

    index: int
    domain: str
    variant: str
    seed: Seed
    toolset: tuple[Tool, ...]
    exemplars: tuple[Exemplar, ...]
    weights: Mapping[str, float]
    """How much each tool is wanted; empty for `uniform`."""
    aim: Aim | None = None
    """The tool that the plan is to use; it is in the toolset with those on the way to it."""

    @property
    def aim_name(self) -> str:
        """The name of that tool, or an empty string."""
        return self.aim.tool.name if self.aim is not None else ""


@dataclass(frozen=True)
class _Start:
    """What a toolset is drawn around: types of values at hand, and tools that must be in it."""

    semantics: frozenset[str]
    tools: tuple[Tool, ...] = ()


def _start(aimed: Aim) -> _Start:
    """Around an aim: its seed's type, or what the stated case is about, and the tools on the way."""
    first = aimed.way.tools[0]
    at_hand = {aimed.way.semantic} if aimed.way.semantic else {s for s in first.takes if s not in TIMES}
    return _Start(frozenset(at_hand), aimed.way.tools)


class Sampler:
    """Draws settings from the pools of one run."""

    def __init__(self, config: SynthConfig, tools: ToolPool, seeds: SeedPool, exemplars: ExemplarPool) -> None:
        self.config = config
        self.tools = tools.runnable() if config.explores else tools.plannable()
        self.seeds = seeds
        self.exemplars = exemplars
        self.domains = config.domain or tuple(d for d in self.tools.domains if d in seeds.by_domain)
        self._by_domain = {domain: list(self.tools.where(domain=domain)) for domain in self.tools.domains}
        self._taken_in = {d: frozenset(s for t in ts for s in t.takes) for d, ts in self._by_domain.items()}
        self._aims: dict[tuple[str, str], Aims] = {}
        reached = {semantic: self._reached(semantic) for semantic in seeds.by_semantic}
        self._open = {semantic: n / (n + FEW) if n > 1 else 0.0 for semantic, n in reached.items()}
        self._taken = frozenset(s for tool in self.tools for s in tool.takes)
        self._check()

    def _check(self) -> None:
        for domain in self.domains:
            self.tools.where(domain=domain)
            if domain not in self.seeds.by_domain:
                raise DiveError(
                    f"domain {domain!r} has no seeds; give some: Seed(domain={domain!r}, semantic=..., value=..., source=...)"
                )
        smallest = min((len(self._pool(d, v)) for d in self.domains for v in self._variants(d)), default=0)
        if self.config.toolset_min > smallest:
            raise DiveError(
                f"toolset_min is {self.config.toolset_min}, but the pool of {', '.join(self.domains)} "
                f"has {smallest} tools; lower --toolset-min"
            )

    def draw(self, index: int, usage: Usage) -> Setting:
        """The setting of an item: a function of configuration, index and usage."""
        rng = random.Random(f"{self.config.seed}/{index}")
        steer = self.config.sampling == "coverage"
        domain = self.domains[index % len(self.domains)] if steer else rng.choice(self.domains)
        variant = rng.choice(self._variants(domain))
        if not steer:
            toolset = self._toolset(domain, variant, {}, None, rng)
            seed = self._seed(domain, toolset, rng)
            return Setting(index, domain, variant, seed, toolset, self._exemplars(domain, None, rng), {})
        weights = self._wanted(usage)
        aimed = self._aim(domain, variant, usage, rng) if rng.random() < AIMED and not self.config.explores else None
        seed = self._steered_seed(domain, usage, rng) if aimed is None else aimed.seed
        start = _Start(frozenset({seed.semantic})) if aimed is None else _start(aimed)
        toolset = self._toolset(domain, variant, weights, start, rng)
        return Setting(index, domain, variant, seed, toolset, self._exemplars(domain, usage, rng), weights, aimed)

    def _exemplars(self, domain: str, usage: Usage | None, rng: random.Random) -> tuple[Exemplar, ...]:
        """A few exemplars; with `usage` of shapes that are under-used first of all."""
        count = rng.randint(*EXEMPLARS)
        shapes = {s: 1.0 / (1 + usage.shapes[s]) for s in SHAPES} if usage is not None else {}
        own = 2.0 if usage is None else 1.0
        other = 1.0 if usage is None else 0.7
        return tuple(
            self.exemplars.sample(count, rng, lambda e: shapes.get(e.shape, 1.0) * (own if e.domain == domain else other))
        )

    def _aim(self, domain: str, variant: str, usage: Usage, rng: random.Random) -> Aim | None:
        """A tool of the domain that no task uses, and a way to it."""
        pool = ("", variant) if variant == "cross" else (domain, variant)  # all domains have the same one
        if pool not in self._aims:
            self._aims[pool] = Aims(self._pool(domain, variant), self.seeds)
        tool = aim.wanted(self._by_domain[domain], usage.tools, usage.aims, rng)
        return None if tool is None else self._aims[pool].draw(tool, usage.aims[tool.name], rng)

    def _variants(self, domain: str) -> tuple[str, ...]:
        has_general = domain != GENERAL and GENERAL in self._by_domain
        return tuple(
            v for v in VARIANTS
            if v == "expert" or (v == "expert_general" and has_general) or (v == "cross" and len(self._by_domain) > 1)
        )  # fmt: skip

    def _reached(self, start: str) -> int:
        """How many tools a chain of three calls can use that starts from a value of this type; few for days and years,
        which hundreds of calls take that have nothing else in common.
        """
        if start in TIMES:
            return FEW // 4
        given, reached = {start}, set[str]()
        for _ in range(3):
            new = [tool for tool in self.tools if tool.name not in reached and given & tool.takes]
            reached |= {tool.name for tool in new}
            given |= {semantic for tool in new for semantic in tool.gives.difference(TIMES)}
        return len(reached)

    def _pool(self, domain: str, variant: str) -> list[Tool]:
        if variant == "cross":
            return list(self.tools)
        return self._by_domain[domain] + (self._by_domain[GENERAL] if variant == "expert_general" else [])

    def _wanted(self, usage: Usage) -> dict[str, float]:
        mean = sum(usage.tools.values()) / max(1, len(self.tools))
        return {t.name: min(8.0, max(0.125, (1 + mean) / (1 + usage.tools[t.name]))) for t in self.tools}

    def _toolset(
        self, domain: str, variant: str, weights: Mapping[str, float], start: _Start | None, rng: random.Random
    ) -> tuple[Tool, ...]:
        pool = self._pool(domain, variant)
        size = rng.randint(self.config.toolset_min, min(self.config.toolset_max, len(pool)))
        keyed = sorted(((rng.random() ** (1.0 / weights.get(t.name, 1.0)), n) for n, t in enumerate(pool)), reverse=True)
        order = [n for _, n in keyed]
        chosen = self._linked(pool, order, size, start) if start else set(order[:size])
        if variant == "cross" and not any(pool[n].domain == domain for n in chosen):
            chosen = {*sorted(chosen)[1:], rng.choice([n for n, t in enumerate(pool) if t.domain == domain])}
        return tuple(tool for n, tool in enumerate(pool) if n in chosen)

    def _linked(self, pool: list[Tool], order: list[int], size: int, start: _Start) -> set[int]:
        """The tools on the way to an aim, then up to three quarters tools that take what is at the start or chosen tools
        give, in the given order, of the first ones those that lead on before the others; then the rest of the order.
        """
        leading = frozenset(semantic for tool in pool for semantic in tool.takes).difference(start.semantics, TIMES)
        chosen = [n for n, tool in enumerate(pool) if tool in start.tools][:size]
        takers = [n for n in order if n not in chosen and not start.semantics.isdisjoint(pool[n].takes)]
        takers.sort(key=lambda n: pool[n].gives.isdisjoint(leading))
        given, chosen = set(start.semantics), chosen + takers[: max(2, size // 4)]
        for _ in range(3):
            given |= {semantic for n in chosen for semantic in pool[n].gives & leading}
            linked = [n for n in order if n not in chosen and given & pool[n].takes]
            chosen += linked[: max(0, min(size // 4, size * 3 // 4 - len(chosen)))]
        rest = [n for n in order if n not in chosen]
        return {*chosen[:size], *rest[: max(0, size - len(chosen))]}

    def _seed(self, domain: str, toolset: tuple[Tool, ...], rng: random.Random) -> Seed:
        """A seed that some tool of the set takes, where the domain has one; any seed otherwise."""
        accepted = frozenset(semantic for tool in toolset for semantic in tool.takes)
        by_type = self.seeds.by_domain[domain]
        types = [s for s in by_type if s in accepted] or [s for s in by_type if s in self._taken] or list(by_type)
        return rng.choice([seed for semantic in types for seed in by_type[semantic]])

    def _steered_seed(self, domain: str, usage: Usage, rng: random.Random) -> Seed:
        """A seed of a type that is under-used and leads to many tools, among the types that tools take."""
        by_type = self.seeds.by_domain[domain]
        types = [semantic for semantic in by_type if semantic in self._taken_in[domain]] or list(by_type)
        types = [semantic for semantic in types if self._open[semantic]] or types
        weights = [(self._open[s] or 1.0) * min(len(by_type[s]), 400) ** 0.5 / (1 + usage.seeds[s]) for s in types]
        return rng.choice(by_type[rng.choices(types, weights)[0]])
