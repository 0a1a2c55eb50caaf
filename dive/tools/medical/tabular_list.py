"""The tabular list of ICD-10-CM in little memory: what the tools ask of simple-icd-10-cm, from arrays and packed texts.

The library makes an object with twenty fields of each of its 98,000 chapters, blocks, categories and codes. Here they
are numbered in its order, each before its parts, and a part finds its whole by number. A block of one category has the
category's name (B99); the name stands for the category, and for the block where blocks are asked for first. Methods
that do what a function of the library does have its name.
"""

import json
import re
from array import array
from bisect import bisect_left, bisect_right
from typing import Any

from dive.tools.packed import Texts

CHAPTER, BLOCK, CATEGORY, SUBCATEGORY = range(4)


class TabularList:
    """Chapters, blocks, categories and codes by name; an unknown name is a `KeyError`."""

    def __init__(self, library: Any) -> None:
        names: list[str] = library.get_all_codes()
        block = [name == after for name, after in zip(names, [*names[1:], ""], strict=True)]
        self._names = Texts(names)
        self._titles = Texts(map(library.get_description, names, block))
        self._notes = Texts(map(_notes, [library] * len(names), names, block))
        self._kinds = bytes(BLOCK if first else _kind(library, name) for name, first in zip(names, block, strict=True))
        self._wholes = array("i")
        latest = {"": -1}
        for place, (name, first) in enumerate(zip(names, block, strict=True)):
            self._wholes.append(latest[library.get_parent(name, first)])
            latest[name] = place
        self._ends = array("I", range(1, len(names) + 1))
        for place in reversed(range(len(names))):
            if (whole := self._wholes[place]) >= 0:
                self._ends[whole] = max(self._ends[whole], self._ends[place])
        self._by_name = array("I", sorted(range(len(names)), key=names.__getitem__))
        self._by_title = array("I", sorted(range(len(names)), key=self._lower))

    def codes(self, title: re.Pattern[str] | None = None, categories: bool = False) -> list[str]:
        """All categories and codes, or categories alone, or those whose title has the pattern, in the order of the codes."""
        kinds = (CATEGORY,) if categories else (CATEGORY, SUBCATEGORY)
        places = (place for place, kind in enumerate(self._kinds) if kind in kinds)
        return sorted(self._names[place] for place in places if not title or title.search(self._titles[place]))

    def titled(self, title: str) -> list[str]:
        """The categories and codes with this title, in any case."""
        wanted = title.lower()
        first = bisect_left(self._by_title, wanted, key=self._lower)
        after = bisect_right(self._by_title, wanted, key=self._lower)
        return sorted(self._names[place] for place in self._by_title[first:after] if self._kinds[place] >= CATEGORY)

    def get_all_codes(self) -> list[str]:
        return list(self._names)

    def is_valid_item(self, name: str) -> bool:
        return self._found(name) is not None

    def is_chapter(self, name: str) -> bool:
        return self._kinds[self._place(name)] == CHAPTER

    def is_block(self, name: str) -> bool:
        return self._kinds[self._place(name, True)] == BLOCK

    def is_chapter_or_block(self, name: str) -> bool:
        return self.is_chapter(name) or self.is_block(name)

    def is_category(self, name: str) -> bool:
        return self._kinds[self._place(name)] == CATEGORY

    def is_leaf(self, name: str) -> bool:
        place = self._place(name)
        return self._ends[place] == place + 1

    def add_dot(self, name: str) -> str:
        return self._names[self._place(name)]

    def get_description(self, name: str, prioritize_blocks: bool = False) -> str:
        return self._titles[self._place(name, prioritize_blocks)]

    def get_notes(self, name: str) -> tuple[list[str], list[str], list[str]]:
        """Conditions named as included, Excludes1 and Excludes2."""
        included, excludes1, excludes2 = json.loads(self._notes[self._place(name)] or "[[], [], []]")
        return included, excludes1, excludes2

    def get_parent(self, name: str) -> str:
        whole = self._wholes[self._place(name)]
        return "" if whole < 0 else self._names[whole]

    def get_ancestors(self, name: str) -> list[str]:
        place, found = self._place(name), []
        while (place := self._wholes[place]) >= 0:
            found.append(self._names[place])
        return found

    def get_children(self, name: str, prioritize_blocks: bool = False) -> list[str]:
        whole = self._place(name, prioritize_blocks)
        place, found = whole + 1, []
        while place < self._ends[whole]:
            found.append(self._names[place])
            place = self._ends[place]
        return found

    def get_descendants(self, name: str) -> list[str]:
        place = self._place(name)
        return [self._names[below] for below in range(place + 1, self._ends[place])]

    def get_nearest_common_ancestor(self, first: str, second: str) -> str:
        others = [self.add_dot(second), *self.get_ancestors(second)]
        return next((name for name in (self.add_dot(first), *self.get_ancestors(first)) if name in others), "")

    def _lower(self, place: int) -> str:
        return self._titles[place].lower()

    def _place(self, name: str, prioritize_blocks: bool = False) -> int:
        place = self._found(name)
        if place is None:
            raise KeyError(name)
        return place - 1 if prioritize_blocks and place and self._names[place - 1] == self._names[place] else place

    def _found(self, name: str) -> int | None:
        for spelling in (name, f"{name[:3]}.{name[3:]}"):
            after = bisect_right(self._by_name, spelling, key=self._names.__getitem__)
            if after and self._names[self._by_name[after - 1]] == spelling:
                return self._by_name[after - 1]
        return None


def _kind(library: Any, name: str) -> int:
    kinds = {CHAPTER: library.is_chapter, CATEGORY: library.is_category, BLOCK: library.is_block}  # B99 is both of the last
    return next((kind for kind, is_of in kinds.items() if is_of(name)), SUBCATEGORY)


def _notes(library: Any, name: str, block: bool) -> str:
    included = library.get_includes(name, block) + library.get_inclusion_term(name, block)
    notes = (included, library.get_excludes1(name, block), library.get_excludes2(name, block))
    return json.dumps(notes) if any(notes) else ""
