"""How much of a prompt a server could take from its cache: the longest common prefix with the last prompts.

Prompts are kept as a tree of segments (system and tools, then message by message), so that a prompt is compared by whole
segments, and by characters only where it leaves what is known. Without a length limit per prompt; the last `RECENT` prompts
are remembered.
"""

from collections import deque
from dataclasses import dataclass, field

RECENT = 4_000
"""Prompts that are remembered."""
COMPARED = 8
"""Segments that are compared by characters at the point where a prompt leaves the tree, the latest first."""


@dataclass(slots=True)
class _Node:
    """A segment after those of its parents."""

    text: str
    parent: "_Node | None"
    after: dict[str, "_Node"] = field(default_factory=dict)
    prompts: int = 0
    """Remembered prompts that go through here."""


class Prefixes:
    """The last prompts."""

    def __init__(self, recent: int = RECENT) -> None:
        self._root = _Node("", None)
        self._order: deque[_Node] = deque()
        """The ends of prompts, whose parents are the prompts."""
        self._recent = recent

    def add(self, prompt: tuple[str, ...]) -> int:
        """Remember a prompt; the characters that it has in common with the beginning of one that is remembered."""
        node, common, leaves = self._root, 0, False
        for segment in prompt:
            known = node.after.get(segment)
            if known is None:
                if not leaves:
                    common += max((common_prefix(segment, other) for other in list(node.after)[-COMPARED:]), default=0)
                leaves = True
                known = node.after[segment] = _Node(segment, node)
            elif not leaves:
                common += len(segment)
            known.prompts += 1
            node = known
        self._order.append(node)
        if len(self._order) > self._recent:
            _forget(self._order.popleft())
        return common


def _forget(node: _Node) -> None:
    while node.parent is not None:
        node.prompts -= 1
        if not node.prompts:
            del node.parent.after[node.text]
        node = node.parent


def common_prefix(one: str, other: str) -> int:
    """Characters that two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
