"""Whether a text states a value, in any of the ways in which a person writes it.

Used by the gates `closed` (every argument is in the query) and `no_leak` (the answer is not). Numbers are compared as numbers, dates as dates,
text without regard to case and only as whole words.
"""

import re
import unicodedata
from functools import lru_cache

from dive.types import Json

_NUMBER = re.compile(r"(?<![\w.])[-−–+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w]*\d)")
_WORDS = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"once": 1, "twice": 2, "first": 1, "second": 2, "third": 3, "half": 0.5, "whole number": 0}
_MONTHS = {
    month: n
    for n, month in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}
_DATE = re.compile(r"\b(\d{1,2})\s+([a-z]+)\s+(\d{4})\b|\b([a-z]+)\s+(\d{1,2}),?\s+(\d{4})\b|\b(\d{4})-(\d{2})-(\d{2})\b")


@lru_cache(maxsize=256)
def folded(text: str) -> str:
    """Text in one normal form: NFKC, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=256)
def numbers_in(text: str) -> frozenset[float]:
    """All numbers of a text, small number words included."""
    digits = {float(m.group().replace(",", "").replace("−", "-").replace("–", "-")) for m in _NUMBER.finditer(text)}
    words = {float(n) for word, n in _WORDS.items() if re.search(rf"\b{word}\b", text.casefold())}
    return frozenset(digits | {abs(d) for d in digits} | words)


@lru_cache(maxsize=256)
def dates_in(text: str) -> frozenset[str]:
    """All dates of a text, as ISO dates."""
    found = set()
    for day, month, year, month2, day2, year2, iso_year, iso_month, iso_day in _DATE.findall(text.casefold()):
        if iso_year:
            found.add(f"{iso_year}-{iso_month}-{iso_day}")
        elif (month or month2) in _MONTHS:
            found.add(f"{year or year2}-{_MONTHS[month or month2]:02d}-{int(day or day2):02d}")
    return frozenset(found)


def mentions(text: str, value: Json) -> bool:
    """Whether the text states the value; of a list or record, every part of it."""
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return any(abs(number - value) <= 1e-9 * max(1.0, abs(value)) for number in numbers_in(text))
    if isinstance(value, str):
        return mentions_text(text, value)
    parts = list(value.values()) if isinstance(value, dict) else value
    return all(mentions(text, part) for part in parts)


def mentions_text(text: str, value: str) -> bool:
    """Whether the text holds the words of `value`, or the same date."""
    if value in dates_in(text):
        return True
    wanted = folded(value)
    if not wanted:
        return False
    place = folded(text).find(wanted)
    while place >= 0:
        before, after = folded(text)[:place][-1:], folded(text)[place + len(wanted) :][:1]
        if not (before.isalnum() and wanted[0].isalnum()) and not (after.isalnum() and wanted[-1].isalnum()):
            return True
        place = folded(text).find(wanted, place + 1)
    return False
