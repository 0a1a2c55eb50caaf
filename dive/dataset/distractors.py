"""Distractors: tools of the pool that a task does not need, added to its toolset.

None may be another good way to the answer. A tool of the same provider and kind as one that the derivation uses is left out,
and so is one whose description says nearly the same; a tool that keeps a state is never added, since it could change the task's
world.
"""

import random
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from dive.types import Json

ALIKE = 0.5
"""Share of common words from which on two descriptions say nearly the same."""
SMALL_WORDS = frozenset(
    "a an and are at by for from how in is it its many of on one or such that the their to which with".split()
)


def distractors(
    pool: Sequence[Mapping[str, Json]], present: Sequence[Mapping[str, Json]], used: Collection[str], count: int, distant: bool,
    rng: random.Random,
) -> list[Mapping[str, Json]]:  # fmt: skip
    """Up to `count` tools of the pool beside those present, as they stand in it. With `distant` they are not alike to the tools
    `used`, or to any present one where none is known to be used.
    """
    if count <= 0:
        return []
    names = {tool["name"] for tool in present}
    wanted = names & set(used) or names
    origins = {_origin(tool) for tool in pool if tool["name"] in wanted}
    telling = [_words(tool["name"], tool.get("description", "")) for tool in present if tool["name"] in wanted]
    found: list[Mapping[str, Json]] = []
    for tool in rng.sample(pool, len(pool)):
        if tool["name"] in names or tool.get("stateful"):
            continue
        if distant and (_origin(tool) in origins or _is_like(_words(tool["name"], tool.get("description", "")), telling)):
            continue
        found.append(tool)
        names.add(tool["name"])
        if len(found) == count:
            break
    return found


def _origin(tool: Mapping[str, Json]) -> tuple[str, str]:
    """Provider and kind; a tool that tells neither has an origin of its own."""
    provider, kind = tool.get("provider", ""), tool.get("kind", "")
    return (provider, kind) if provider else (tool["name"], "")


@lru_cache(maxsize=4_096)
def _words(name: str, description: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", f"{name} {description}".lower())) - SMALL_WORDS


def _is_like(words: frozenset[str], others: Iterable[frozenset[str]]) -> bool:
    return any(len(words & other) >= ALIKE * len(words | other) for other in others)
