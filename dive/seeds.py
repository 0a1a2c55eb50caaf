"""The seed pool: typed entities to explore, one file a domain, built by code from the reference tables of the tools'
libraries.

`build_seeds` remakes the files; `SeedPool` loads and samples them. Sampling is even over semantic types first, so
that a domain with ten thousand banks and fifty currencies is not all banks.
"""

import random
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from importlib import import_module, resources
from pathlib import Path

from dive.errors import DiveError
from dive.tools.pool import plugin_seeds
from dive.types import Seed


class SeedPool:
    """Seeds by domain and semantic type, in the order of their files."""

    def __init__(self, seeds: Iterable[Seed]) -> None:
        self._seeds = list(seeds)

    @classmethod
    def default(cls) -> "SeedPool":
        """The built-in seeds of all domains, and those of plug-ins."""
        return cls.built_in() + plugin_seeds()

    @classmethod
    def built_in(cls) -> "SeedPool":
        """The built-in seeds of all domains."""
        folder = resources.files("dive") / "data" / "seeds"
        files = sorted((f for f in folder.iterdir() if f.name.endswith(".jsonl")), key=lambda f: f.name)
        return cls(Seed.model_validate_json(line) for f in files for line in f.read_text("utf-8").splitlines())

    def __iter__(self) -> Iterator[Seed]:
        return iter(self._seeds)

    def __len__(self) -> int:
        return len(self._seeds)

    def __add__(self, seeds: Iterable[Seed]) -> "SeedPool":
        return SeedPool([*self, *seeds])

    @cached_property
    def by_domain(self) -> dict[str, dict[str, list[Seed]]]:
        """domain -> semantic type -> seeds"""
        grouped: dict[str, dict[str, list[Seed]]] = {}
        for seed in self._seeds:
            grouped.setdefault(seed.domain, {}).setdefault(seed.semantic, []).append(seed)
        return grouped

    @cached_property
    def by_semantic(self) -> dict[str, list[Seed]]:
        """semantic type -> seeds of any domain"""
        grouped: dict[str, list[Seed]] = {}
        for seed in self._seeds:
            grouped.setdefault(seed.semantic, []).append(seed)
        return grouped

    def sample(self, domain: str, semantics: Collection[str], rng: random.Random) -> Seed | None:
        """A seed of the domain whose type is among `semantics`; None where there is none."""
        types = [s for s in self.by_domain.get(domain, {}) if s in semantics]
        return rng.choice(self.by_domain[domain][rng.choice(types)]) if types else None

    def siblings(self, seed: Seed, count: int, rng: random.Random) -> list[Seed]:
        """Up to `count` other seeds of the same domain and type."""
        others = self.by_domain.get(seed.domain, {}).get(seed.semantic, [])
        drawn = rng.sample(others, min(len(others), count + 1))
        return [other for other in drawn if other.value != seed.value][:count]


def build_seeds(folder: Path, domains: Iterable[str]) -> dict[str, int]:
    """Rebuild the seed files of the domains from the installed libraries; returns how many each has. A file is written only
    where every library of its domain is there.
    """
    counts: dict[str, int] = {}
    for domain in domains:
        try:
            builder = import_module(f"dive.tools.{domain}.seeds")
        except ModuleNotFoundError:
            raise DiveError(f"domain {domain!r} has no seed builder (dive/tools/{domain}/seeds.py)") from None
        try:
            lines = [seed.model_dump_json() for seed in builder.build()]
        except ImportError as error:
            raise DiveError(
                f"the seeds of {domain} need {error.name}, which is not installed: pip install 'dive-synthesis[all-tools]'"
            ) from None
        (folder / f"{domain}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        counts[domain] = len(lines)
    return counts
