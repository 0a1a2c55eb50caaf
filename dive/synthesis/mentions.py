"""Whether a text states a value, in any of the ways in which a person writes it.

Used by the gates `closed` (every argument is in the query) and `no_leak` (the answer is not). Numbers are compared as
numbers, dates as dates, text without regard to case (but for codes of up to three capitals) and only as whole words.
"""

import math
import re
import unicodedata
from functools import lru_cache

from dive.types import Json

_NUMBER = re.compile(r"(?<![\w.])(?:[-+]|(?<!\d,))\d++(?:,\d++)*+(?:\.\d++)?+(?:[eE][-+]?\d++)?+(?!\w*\d)")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?!,)(?:\.|[eE]|$)")
_MINUS = str.maketrans("−–", "--")
_WORDS = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"once": 1, "twice": 2, "first": 1, "second": 2, "third": 3, "half": 0.5, "whole number": 0}
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_MONTHS = {
    month: n
    for n, month in enumerate("january february march april may june july august september october november december".split(), 1)
}
_MONTHS |= {month[:3]: n for month, n in _MONTHS.items()} | {"sept": 9}
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?={_DAY} (?:of )?([a-z]+)\.?,? (\d{{1,4}})\b|([a-z]+)\.? {_DAY},? (\d{{1,4}})\b|(\d{{4}})-(\d\d)-(\d\d)\b)"
)
_GAP = re.compile(r"[\W_]")


@lru_cache(maxsize=256)
def folded(text: str) -> str:
    """Text in one normal form: NFKC, no case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@lru_cache(maxsize=256)
def numbers_in(text: str) -> frozenset[float]:
    """All numbers of a text, small number words included."""
    digits: set[float] = set()
    for match in _NUMBER.finditer(text.translate(_MINUS)):
        run = match.group()
        digits.update(map(float, [run.replace(",", "")] if _GROUPED.match(run) else run.split(",")))
    words = {float(_WORDS[word]) for word in _WORD.findall(text.casefold())}
    return frozenset(digits | {abs(d) for d in digits} | words)


@lru_cache(maxsize=256)
def dates_in(text: str) -> frozenset[str]:
    """All dates of a text, as ISO dates."""
    found = set()
    for day, month, year, month2, day2, year2, iso_year, iso_month, iso_day in _DATE.findall(folded(text)):
        number = int(iso_month) if iso_month else _MONTHS.get(month or month2)
        if number is not None:
            found.add(f"{int(year or year2 or iso_year):04d}-{number:02d}-{int(day or day2 or iso_day):02d}")
    return frozenset(found)


def mentions(text: str, value: Json) -> bool:
    """Whether the text states the value; of a list or record, every part of it."""
    if value is None or isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return any(_same_number(number, value) for number in numbers_in(text))
    if isinstance(value, str):
        return mentions_text(text, value)
    parts = list(value.values()) if isinstance(value, dict) else value
    return all(mentions(text, part) for part in parts)


def _same_number(number: float, value: float) -> bool:
    """Equality up to the noise of computing a float, never that of whole numbers."""
    try:
        return number == float(value) if isinstance(value, int) else math.isclose(number, value, rel_tol=1e-9)
    except OverflowError:
        return False


def mentions_text(text: str, value: str) -> bool:
    """Whether the text holds the words of `value`, or the same date."""
    if value in dates_in(text):
        return True
    if len(value) <= 3 and value.isalpha() and value.isupper():  # a code: the country IS is not the word "is"
        return bool(re.search(rf"(?<![^\W_]){value}(?![^\W_])", text))
    whole, wanted = folded(text), folded(value)
    place = whole.find(wanted) if wanted else -1
    while place >= 0:
        end = place + len(wanted)
        if place and wanted[0].isalnum() and whole[place - 1].isalnum():
            gap = _GAP.search(whole, place)
            place = whole.find(wanted, gap.end()) if gap else -1
        elif wanted[-1].isalnum() and whole[end : end + 1].isalnum():
            place = whole.find(wanted, place + 1)
        else:
            return True
    return False
