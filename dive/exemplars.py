"""The exemplar pool: queries whose form is imitated. They carry no answers and no facts into a task, only shape and
manner.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from importlib import resources

from dive.types import Exemplar

SHAPES: tuple[str, ...] = (
    "lookup", "chain", "compare", "superlative", "aggregate", "filter",
    "conditional", "arithmetic", "join", "ranking", "table", "constraints",
)  # fmt: skip
MANNERS: tuple[str, ...] = ("question", "request", "scenario", "constraints", "table", "follow_up")


class ExemplarPool:
    """Exemplars in the order of their file."""

    def __init__(self, exemplars: Iterable[Exemplar]) -> None:
        self._exemplars = list(exemplars)

    @classmethod
    def default(cls) -> "ExemplarPool":
        """The built-in exemplars."""
        text = (resources.files("dive") / "data" / "exemplars.jsonl").read_text("utf-8")
        return cls(Exemplar.model_validate_json(line) for line in text.splitlines())

    def __iter__(self) -> Iterator[Exemplar]:
        return iter(self._exemplars)

    def __len__(self) -> int:
        return len(self._exemplars)

    def sample(self, count: int, rng: random.Random, weight: Callable[[Exemplar], float]) -> list[Exemplar]:
        """`count` different exemplars, drawn with the given weights."""
        keyed = [(rng.random() ** (1.0 / max(weight(e), 1e-9)), n) for n, e in enumerate(self._exemplars)]
        return [self._exemplars[n] for _, n in sorted(keyed, reverse=True)[:count]]
