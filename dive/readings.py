"""Reading free text: the final answer in a reply, and the numbers and dates in it.

Every reader is strict where text is ambiguous: it returns all that could be meant, and the caller accepts an answer
only if everything it says agrees. So `12.5 kDa (12500 Da)` is one answer, `3 or 5` is none, and so is the date
`04/03/2021`. A comma before exactly three digits separates thousands (`1,234`), any other single comma is a decimal
comma (`1 234,5`), and a single point is a decimal point. Time and memory are linear in the text; numbers beyond 400
digits or powers of ten beyond 400 are not read.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from dive.units import CURRENCIES, CURRENCY_SIGNS, Unit, plain, read_unit

MAX_NUMBERS = 20
"""A text with more numbers than this is no answer to a question for one."""
MAX_DIGITS = 400
MAX_STATEMENT = 2_000
"""A longer text states no single number or date."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what stands beside it."""

    value: Fraction
    unit: Unit | None = None
    after: str = ""
    """The words that follow, with which a unit begins that the table does not know."""
    sign: str = ""
    """A currency sign that stands before."""


# The final answer ---------------------------------------------------------------------------------------------------

_MARKER = re.compile(r"(?:\b|_)answers?\**(?: +(?:is|are)\b| *[:=])[ :*]*", re.IGNORECASE)
_LATEX = (
    (re.compile(r"\\(?:text|mathrm|mathbf|mathit|textbf)\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\^\{([^{}]*)\}"), r"^\1"),
    (re.compile(r"\\(?:times|cdot)\b"), "×"),
    (re.compile(r"\\([%$&#_{}])"), r"\1"),
    (re.compile(r"\\[,;! ]"), " "),
)


def final_text(text: str) -> str:
    """The answer in a reply: what is in `\\boxed{}`, in `<answer>` tags, after the last "answer is", or all of it."""
    text = _between(_between(text, "\\boxed{", "{", "}"), "<answer>", "<answer>", "</answer>")
    ends = [mark.end() for mark in _MARKER.finditer(text)]
    if ends and text[ends[-1] :].strip(" .*"):
        text = text[ends[-1] :]
    return bare(text)


def bare(text: str) -> str:
    """A statement without LaTeX, a fence of code, emphasis and quotes around it, and the full stop at its end."""
    if "\\" in text or "^{" in text:
        for pattern, replacement in _LATEX:
            text = pattern.sub(replacement, text)
    return stripped(re.sub(r"^```[a-z]*\n|\n?```$", "", text.strip()))


def _between(text: str, opening: str, nested: str, closing: str) -> str:
    """The text in the last brackets of a kind, or all of it."""
    _, found, inside = text.rpartition(opening)
    if not found:
        return text
    depth = 1
    for mark in re.finditer(f"{re.escape(nested)}|{re.escape(closing)}", inside):
        depth += 1 if mark[0] == nested else -1
        if depth == 0:
            return inside[: mark.start()]
    return text


def stripped(text: str) -> str:
    """Without surrounding space, emphasis, quotes, and the full stop at the end."""
    text = text.strip().strip("*`").strip()
    if len(text) > 1 and text[0] == text[-1] == "$":
        text = text.strip("$")
    text = text.removesuffix(".").strip().strip("*`")
    for pair in ('""', "''", "“”", "‘’"):
        if len(text) > 1 and text[0] == pair[0] and text[-1] == pair[1] and pair[1] not in text[1:-1]:
            text = text[1:-1]
    return text.strip()


# Numbers ------------------------------------------------------------------------------------------------------------

_SIGNS = "".join(CURRENCY_SIGNS)
_NUMBER = re.compile(
    r"(?<![\w.^])(?<!\^[-+])(?<![A-Za-z]-)"  # no part of a word, of a power, or of a name such as IL-2
    rf"(?P<minus>[-+])?(?P<money>[{_SIGNS}] ?)?(?P<inner>[-+])?"
    r"(?P<digits>\d+(?:[.,]\d+|[ '’_]\d{3}(?!\d))*|\.\d+)"
    r"(?:[eE](?P<e>[-+]?\d+)| ?[x×*·⋅] ?10 ?(?:(?:\^|\*\*) ?\(?(?P<ten>[-+]?\d+)\)?|(?P<lost>[-+]\d+))"
    r"|(?:\^|\*\*)\(?(?P<raised>[-+]?\d+)\)?)?",
)
_FRACTION = re.compile(r"([-+]?)(?:(\d{1,20})[ -])?(\d{1,20}) ?[/⁄] ?(\d{1,20})(?=$| [^\d/]*$)")
_LATEX_FRACTION = re.compile(r"\\[dt]?frac\{(\d{1,20})\}\{(\d{1,20})\}")
_MINUS = re.compile(r"\b(?:minus|negative) (?=[\d.$€£¥])", re.IGNORECASE)
_TYPED = str.maketrans({"٫": ".", "٬": ",", "،": ","})
_ROUNDING = re.compile(r"\(?\b(?:rounded |correct )?to (?:\d+|[a-z]+) (?:decimal|significant|d\.?p|s\.?f)[^,;)]*\)?")
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "bn": 9, "trillion": 12}
_MODIFIERS = {*_SCALES, "half", "halves", "third", "thirds", "quarter", "quarters", "dozen", "or"}
_MONEY_SCALES = {"K": 3, "k": 3, "M": 6, "B": 9}
_WORDS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_BEFORE_WORDS = {"there", "are", "is", "it", "a", "the", "total", "of", "number", "count", "exactly", "about", "only", "just"}


@lru_cache(maxsize=256)
def read_quantities(text: str) -> tuple[Quantity, ...]:
    """All numbers of a text; empty where there is none, too many, or one that is a bound (`< 5`) or cannot be read."""
    if len(text) > MAX_STATEMENT:
        return ()
    text = _LATEX_FRACTION.sub(r" \1/\2", re.sub(r"(?<=\d)(?=[¼-¾⅐-⅞])", " ", text.translate(_TYPED)))
    text = _ROUNDING.sub(" ", " ".join(plain(text).split())).replace("US$", "$").strip()
    text = _MINUS.sub("-", text)
    fraction = _FRACTION.match(text)
    if fraction and int(fraction[4]):
        return (_fraction(fraction, text),)
    found: list[Quantity] = []
    for match in _NUMBER.finditer(text):
        quantity = _quantity(match, text)
        if quantity is None or len(found) == MAX_NUMBERS:
            return ()
        found.append(quantity)
    if not found:
        return _spelled(re.findall(r"[^\W\d_]+", text.casefold()))
    return tuple(found)


def _fraction(match: re.Match[str], text: str) -> Quantity:
    """`3/4`, `1 1/2` or `1/2 kg`, where it is all that a text states."""
    value = int(match[2] or 0) + Fraction(int(match[3]), int(match[4]))
    after = text[match.end() :].strip()
    return Quantity(-value if match[1] == "-" else value, unit_before(after), after)


def _spelled(words: list[str]) -> tuple[Quantity, ...]:
    """A number in words (`three enzymes`, `there are thirty-six`), where nothing else is a number or changes it."""
    start = 0
    while start < len(words) and words[start] in _BEFORE_WORDS:
        start += 1
    sign = -1 if words[start : start + 1] in (["minus"], ["negative"]) else 1
    value, used = _number_words(words[start + (sign < 0) :])
    rest = words[start + (sign < 0) + used :]
    if not used or any(word in _WORDS or word in _TENS or word in _MODIFIERS for word in rest):
        return ()
    after = " ".join(rest)
    return (Quantity(Fraction(sign * value), unit_before(after), after),)


def _number_words(words: list[str]) -> tuple[int, int]:
    """The number that a list of words begins with, below a thousand million, and how many words it takes."""
    total = current = used = 0
    room = 100  # what follows must be smaller: after `forty` a digit, after `four` nothing
    for place, word in enumerate(words):
        value = _WORDS.index(word) if word in _WORDS else 10 * (_TENS.index(word) + 2) if word in _TENS else None
        if value is not None and value < room and (value or not used):
            current, room = current + value, 10 if word in _TENS else 1
        elif word == "hundred" and 0 < current < 10:
            current, room = 100 * current, 100
        elif word in ("thousand", "million") and current and total % (1000 * 10 ** _SCALES[word]) == 0:
            total, current, room = total + current * 10 ** _SCALES[word], 0, 100
        elif word == "and" and used and room == 100:
            continue
        else:
            break
        used = place + 1
    return total + current, used


def _quantity(match: re.Match[str], text: str) -> Quantity | None:
    before = text[max(0, match.start() - 4) : match.start()].rstrip()
    if before.endswith(("<", ">", "≤", "≥", ">=", "<=")) and not before.endswith(("->", "=>")):
        return None
    value, power = _plain_number(match["digits"]), _power_of_ten(match)
    if value is None or power is None:
        return None
    if match["raised"]:
        value = Fraction(1)
    money = (match["money"] or "").strip()
    after = text[match.end() : match.end() + 60].removeprefix("-").strip()
    if _glued(text[match.end() : match.end() + 12], after, bool(money)):
        return None
    while (word := re.match(r"[A-Za-z]+\b", after)) is not None:
        scale = _SCALES.get(word[0].casefold()) or (_MONEY_SCALES.get(word[0]) if money else None)
        if scale is None:
            break
        power, after = power + scale, after[word.end() :].strip()
    if "-" in (match["minus"], match["inner"]):
        value = -value
    unit = read_unit(before[-3:]) if before[-3:] in CURRENCIES else unit_before(after)
    return Quantity(value * Fraction(10) ** power, unit, after, money)


def _glued(rest: str, after: str, money: bool) -> bool:
    """Whether letters that are no unit stick to a number, as in `1O` or `3O8`: then it is not the number that it seems."""
    run = re.match(r"[^\W\d_]+", rest)
    if run is None or run[0] in ("x", "X") or (money and run[0] in _MONEY_SCALES):
        return False
    return (len(run[0]) < 3 or rest[run.end() : run.end() + 1].isdigit()) and unit_before(after) is None


def _plain_number(digits: str) -> Fraction | None:
    """The value of digits with separators, or None where the groups are not groups of thousands."""
    if len(digits) > MAX_DIGITS:
        return None
    digits = re.sub("[ '’_]", "", digits)
    comma, point = digits.count(","), digits.count(".")
    if comma and point:
        mark = "," if digits.rfind(",") > digits.rfind(".") else "."
    elif comma == 1 and not re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        mark = ","
    else:
        mark = "," if point > 1 else "."
    whole, _, rest = digits.partition(mark)
    group = "." if mark == "," else ","
    if group in rest or (group in whole and not _grouped(whole, group)):
        return None
    if mark in rest:
        return None
    return Fraction(f"{whole.replace(group, '') or '0'}.{rest or '0'}")


def _grouped(whole: str, group: str) -> bool:
    """Whether separators stand where people put them: every three digits, or in the Indian way (`1,23,456`)."""
    mark = re.escape(group)
    return re.fullmatch(rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+|[1-9]\d?(?:{mark}\d\d)*{mark}\d{{3}}", whole) is not None


def _power_of_ten(match: re.Match[str]) -> int | None:
    """The exponent in `3.2e-5`, `3.2 × 10^-5`, `3.2 × 10-5` (a superscript was lost) or `10^-5`."""
    exponent = match["e"] or match["ten"] or match["lost"] or match["raised"] or "0"
    if (match["raised"] and match["digits"] != "10") or len(exponent) > 5 or abs(int(exponent)) > MAX_DIGITS:
        return None
    return int(exponent)


def unit_before(after: str) -> Unit | None:
    """The unit that a text begins with: the longest run of up to five words that names one."""
    clause = re.split(r"[,;:!?=\"]|\. | \(|\)$", after, maxsplit=1)[0]
    words = clause.split()
    for length in range(min(len(words), 5), 0, -1):
        if words[length - 1] == "in" and length < len(words):
            continue  # "12 kg in total" and "12 in total"
        unit = read_unit(" ".join(words[:length]))
        if unit is not None:
            return unit
    return None


# Dates --------------------------------------------------------------------------------------------------------------

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DATES = (
    (re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)"), "y.md"),
    (re.compile(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?!\d)"), "ymd"),
    (re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)"), "dmy"),
    (re.compile(r"(?<!\d)(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?!\d)"), "?"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)?[ -]{_MONTH},?[ -]?(\d{{4}})(?!\d)", re.I), "dmy"),
    (re.compile(rf"\b{_MONTH} ?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})(?!\d)", re.I), "mdy"),
    (re.compile(rf"(?<!\d)(\d{{4}}),?[ -]{_MONTH}[ -](\d{{1,2}})(?!\d)", re.I), "ymd"),
)
_MORE_DAYS = re.compile(r"(?<![\d:])\d\d?(?:st|nd|rd|th)? ?(?:[-/&,]|and|or|to) ?\| |\|  ?(?:[-/&]|and|or|to) ?\d", re.IGNORECASE)
"""Another day beside one that was read, as in `4-5 March 2021`."""


def read_dates(text: str) -> list[set[date]]:
    """All dates of a text, each as the set of days it may mean: two for `04/03/2021`, none for `2021-02-30`."""
    return list(map(set, _dates(text))) if len(text) <= MAX_STATEMENT else []


@lru_cache(maxsize=256)
def _dates(text: str) -> tuple[frozenset[date], ...]:
    text, found = " ".join(plain(text).split()), list[frozenset[date]]()
    for pattern, order in _DATES:
        for match in pattern.finditer(text):
            orders = ["d.my", "m.dy"] if order == "?" else [order]
            days = (_day(dict(zip(names, match.groups(), strict=True))) for names in orders)
            found.append(frozenset(day for day in days if day is not None))
        text = pattern.sub(" | ", text)
    if _MORE_DAYS.search(text):
        found.append(frozenset())
    return tuple(found)


def _day(parts: dict[str, str]) -> date | None:
    month = parts["m"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    try:
        return date(int(parts["y"]), number, int(parts["d"]))
    except ValueError:
        return None
