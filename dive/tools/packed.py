"""Big read-only tables in little memory.

A Python dict of short strings takes 200 bytes and more an entry, and a host keeps the tables of many libraries. `Texts`
is a list of strings and `Packed` a mapping of strings to strings in blocks of bytes; a key is found by bisection, in
some ten microseconds, and keys come out sorted. What is no table of strings is written as one by who packs it.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping


class Texts:
    """Strings by number."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._ends = array("I", [0])
        whole = bytearray()
        for text in texts:
            whole += text.encode()
            self._ends.append(len(whole))
        self._whole = bytes(whole)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __iter__(self) -> Iterator[str]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._whole[self._ends[place] : self._ends[place + 1]].decode()


class Packed(Mapping[str, str]):
    """A mapping of strings to strings that cannot change."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        keys = sorted(entries)
        self._keys = Texts(keys)
        self._values = Texts(entries[key] for key in keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __getitem__(self, key: str) -> str:
        place = bisect_left(self._keys, key)
        if place == len(self) or self._keys[place] != key:
            raise KeyError(key)
        return self._values[place]
