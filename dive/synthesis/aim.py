"""Aims: the tool that an item is planned around, and where a plan starts so that it gets there.

Toolsets that are drawn around a seed reach, again and again, the tools that chains lead to. An aim turns this round: a
tool that no task uses so far is chosen first, then a start from which it can be reached: a seed that it takes, a seed from
which one or two other tools lead to it, or a *case*, a first call whose arguments the query states (a patient, a loan, a
sample). Only values by semantic types are looked at; whether a plan succeeds is for the policy to find out.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dive.seeds import SeedPool
from dive.tools.fields import Parameter
from dive.tools.semantics import SEMANTICS, TIMES
from dive.tools.tool import Tool
from dive.types import Json, Seed

DETOUR = 2
"""Most tools between a start and the aim."""
LEAST = (3, 2, 1)
"""Fewest different tools of a task that uses its aim: at the first try, the second, and from then on."""
TRIES = 16
"""After so many in vain, a tool is no longer an aim."""
WEIGHTS = {"seed": 4.0, "path": 3.0, "case": 2.0, "time": 1.0}
"""How often each kind of start is chosen where a tool has several."""


@dataclass(frozen=True)
class Case:
    """A first call that the query states: the tool, and the parameter that the plan starts from, with its value."""

    tool: Tool
    parameter: Parameter
    value: Json

    @property
    def others(self) -> list[Json]:
        """Other values that the parameter might have; of a list there are none."""
        return [] if self.parameter.kind == "list" else [value for value in self.parameter.among if value != self.value]


@dataclass(frozen=True)
class Way:
    """How a tool is reached: the tools on the way, itself last, from a seed of a type or, where that is empty, a case."""

    tools: tuple[Tool, ...]
    semantic: str = ""

    @property
    def kind(self) -> str:
        """One of `WEIGHTS`."""
        if not self.semantic:
            return "case"
        return "path" if len(self.tools) > 1 else "time" if self.semantic in TIMES else "seed"


@dataclass(frozen=True)
class Aim:
    """The tool that an item is planned around: the way to it and the start of the plan."""

    way: Way
    seed: Seed
    case: Case | None = None
    least: int = 1
    """Fewest different tools of a task that uses it: fewer after it was tried in vain."""

    @property
    def tool(self) -> Tool:
        """The last one of the way."""
        return self.way.tools[-1]


class Aims:
    """The ways to the tools of one pool."""

    def __init__(self, pool: Sequence[Tool], seeds: SeedPool) -> None:
        self._seeds = seeds
        self._givers: dict[str, list[Tool]] = {}
        for tool in pool:
            for semantic in sorted(tool.gives.difference(TIMES)):
                self._givers.setdefault(semantic, []).append(tool)
        self._takers = Counter(semantic for tool in pool for semantic in tool.takes)
        self._roles = Counter(p.role for tool in pool for p in tool.parameters.values() if p.among)
        self._ways: dict[str, list[Way]] = {}

    def draw(self, tool: Tool, tried: int, rng: random.Random) -> Aim | None:
        """A start from which the tool, an aim `tried` times before, can be reached; None where there is none."""
        ways = self.ways(tool)
        kinds = list(dict.fromkeys(way.kind for way in ways))
        if not kinds:
            return None
        kind = rng.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]
        way = rng.choice([way for way in ways if way.kind == kind])
        least = min(LEAST[min(tried, len(LEAST) - 1)], len(way.tools) + self._company(tool))
        if way.semantic:
            seeds = self._seeds.by_domain.get(tool.domain, {}).get(way.semantic) or self._seeds.by_semantic[way.semantic]
            return Aim(way, rng.choice(seeds), least=least)
        first = way.tools[0]
        parameter = rng.choice(stated(first))
        value = rng.choice(parameter.among)
        seed = Seed(domain=tool.domain, semantic=parameter.semantic, value=str(value), source=f"stated for {first.name}")
        return Aim(way, seed, Case(first, parameter, value), least)

    def ways(self, tool: Tool) -> list[Way]:
        """All ways to a tool, of each kind the shortest."""
        if tool.name not in self._ways:
            self._ways[tool.name] = list(self._found(tool))
        return self._ways[tool.name]

    def _company(self, tool: Tool) -> int:
        """How many tools a plan can be expected to use beside it, of two: one that takes what it gives, and one that asks
        for the same of a case.
        """
        onward = any(self._takers[semantic] > (semantic in tool.takes) for semantic in tool.gives.difference(TIMES))
        beside = any(self._roles[p.role] > 1 for p in stated(tool))
        return onward + beside

    def _found(self, tool: Tool) -> Iterator[Way]:
        yield from (Way((tool,), semantic) for semantic in sorted(tool.takes) if semantic in self._seeds.by_semantic)
        if stated(tool) and self._statable(tool):
            yield Way((tool,))
        yield from self._detours(tool)

    def _detours(self, tool: Tool) -> Iterator[Way]:
        """Paths over the fewest tools that give what it takes."""
        paths: list[tuple[Tool, ...]] = [(tool,)]
        for _ in range(DETOUR):
            longer = [(giver, *path) for path in paths for giver in self._leading(path[0]) if giver not in path]
            started = [way for path in longer for way in self._started(path)]
            if started:
                yield from started
                return
            paths = longer[:400]

    def _leading(self, tool: Tool) -> Iterator[Tool]:
        """Tools whose results one of its parameters takes, where the others are found there as well or can be stated."""
        for semantic in sorted(tool.takes.difference(TIMES)):
            givers = (g for g in self._givers.get(semantic, ()) if _fits(g, tool, semantic))
            yield from (g for g in givers if self._statable(tool, g.gives))

    def _started(self, path: tuple[Tool, ...]) -> Iterator[Way]:
        first = path[0]
        entities = [s for s in sorted(first.takes.difference(TIMES)) if SEMANTICS[s].entity and s in self._seeds.by_semantic]
        yield from (Way(path, semantic) for semantic in entities)
        if not entities and stated(first) and self._statable(first):
            yield Way(path)

    def _statable(self, tool: Tool, found: frozenset[str] = frozenset()) -> bool:
        """Whether a person could state every required parameter, but those of types that are found."""
        required = [p for p in tool.parameters.values() if p.required]
        return all(p.among or p.semantic in found or p.semantic in self._seeds.by_semantic for p in required)


def stated(tool: Tool) -> list[Parameter]:
    """The parameters that a case can start from: those whose value a person would state as a number or in words, the
    required and named ones if there are any; switches and units do not describe anything.
    """
    named = [p for p in tool.parameters.values() if p.among and not _is_choice(p)]
    required = [p for p in named if p.required] or named
    return [p for p in required if is_named(tool, p)] or required


def is_named(tool: Tool, parameter: Parameter) -> bool:
    """Whether what the tool says of its results names the parameter before its value: "body weight {weight}"."""
    noun = parameter.says.noun if parameter.says else ""
    texts = [tool.about, tool.given, *(spec.says.noun for spec in tool.results if spec.says)]
    return bool(noun) and any(f"{noun}{of} {{{parameter.name}}}" in text for text in texts for of in ("", " of"))


def _is_choice(parameter: Parameter) -> bool:
    return parameter.kind == "boolean" or (not parameter.semantic and not parameter.says and "enum" in parameter.schema)


def _fits(giver: Tool, taker: Tool, semantic: str) -> bool:
    """Quantities are passed on within a domain only."""
    return giver is not taker and (SEMANTICS[semantic].entity or giver.domain == taker.domain)


def wanted(tools: Sequence[Tool], used: Mapping[str, int], tried: Mapping[str, int], rng: random.Random) -> Tool | None:
    """A tool that no task uses so far, those first that were seldom tried in vain; None where there is none."""
    rare = [tool for tool in tools if not used[tool.name] and tried[tool.name] < TRIES]
    return rng.choices(rare, [1.0 / (1 + tried[tool.name]) for tool in rare])[0] if rare else None
