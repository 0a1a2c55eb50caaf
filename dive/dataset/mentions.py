"""Names of tools and parameters that a text mentions, told by their new names.

Names are exchanged in pairs, old for new and new for old, so that doing it twice gives the text back. Which words are
names is decided by what stands around them and by the old name of the pair, never by the form of the new one: a name with an
underscore, a digit or a capital inside is one wherever it stands; an ordinary word is one where it is marked as code, and in the
error of a tool also where it begins a complaint or stands as its subject. Words of a query are never names.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dive.dataset.names import AFTER_A_NAME, BEFORE_A_NAME, distinctive

WORD = re.compile(r"\w+(?:-\w+)*")
RAW_WORD = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|(\w+(?:-\w+)*)", re.DOTALL)
"""A word within JSON text, whose escapes are no words."""
MARKS = re.compile('[`"=]')
"""Without one of these no ordinary word is marked as code."""
PLACE = re.compile(r"(?:^|; )([\w-]+(?:\.[\w-]+)*)(?=: )")
"""Where a complaint of a validator names the argument: `items.0.price: Field required`."""
QUOTED = re.compile(r"(?<!\w)'([^'\n]*)'(?!\w)|`([^`\n]*)`|\\\"(.*?)\\\"")


@dataclass(frozen=True)
class Mentions:
    """Names that texts of a sample may mention."""

    pairs: Mapping[str, str] = field(default_factory=dict)
    """Each name of a pair -> the other."""
    bare: frozenset[str] = frozenset()
    """Names that are such wherever they stand, both of each pair."""

    @classmethod
    def of(cls, *groups: Mapping[str, str]) -> "Mentions":
        """The names of groups of old and new names; where two groups have the same old name, the first one's counts."""
        pairs: dict[str, str] = {}
        bare: set[str] = set()
        for group in groups:
            for old, new in group.items():
                if old not in pairs and WORD.fullmatch(old):
                    pairs[old], pairs[new] = new, old
                    bare.update((old, new) if distinctive(old) else ())
        return cls(pairs, frozenset(bare))


def retold(text: str, mentions: Mentions) -> str:
    """Prose with its names exchanged."""
    if not MARKS.search(text) and mentions.bare.isdisjoint(WORD.findall(text)):
        return text

    def told(match: re.Match[str]) -> str:
        word = match[0]
        other = mentions.pairs.get(word)
        if other is None or not (word in mentions.bare or _is_marked(text, match.start(), match.end())):
            return word
        return other

    return WORD.sub(told, text)


def _is_marked(text: str, start: int, end: int) -> bool:
    """Whether a word stands as code: in backticks of its own, as a quoted key, or as the keyword of a call."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before == "`":
        return after in ("`", "(", "=")
    if before == '"':
        return after == '"' and text[end + 1 :].lstrip()[:1] == ":"
    return after == "=" and text[end + 1 : end + 2] != "=" and text[:start].rstrip()[-1:] in ("(", ",")


def complaint_retold(text: str, mentions: Mentions, given: frozenset[str] = frozenset()) -> str:
    """The message of a tool's error with its names exchanged, as it is spelled in JSON. A quoted text that is among those `given`
    as arguments is a value and no name.
    """
    named = [match.span(1) for match in PLACE.finditer(text)]
    quoted = [match.span(match.lastindex or 0) for match in QUOTED.finditer(text)]
    words = [match for match in RAW_WORD.finditer(text) if match[1]]
    told: list[str] = []
    done = 0
    for place, match in enumerate(words):
        other = mentions.pairs.get(match[1])
        if other is None:
            continue
        span = match.span(1)
        around = _containing(span, quoted)
        if around:
            is_name = (around == span and match[1] not in given and other not in given) or match[1] in mentions.bare
        else:
            is_name = (
                match[1] in mentions.bare or _containing(span, named) is not None or _is_subject(text, words, place, mentions)
            )
        if is_name:
            told.extend((text[done : span[0]], other))
            done = span[1]
    return "".join((*told, text[done:]))


def _containing(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    return next((found for found in spans if found[0] <= span[0] and span[1] <= found[1]), None)


def _is_subject(text: str, words: list[re.Match[str]], place: int, mentions: Mentions) -> bool:
    """Whether an ordinary word stands where a name would: first or after a word such as `than`, and before `must` or a stop."""
    match = words[place]
    before = text[words[place - 1].end() : match.start()] if place else text[: match.start()]
    after = text[match.end() : words[place + 1].start()] if place + 1 < len(words) else text[match.end() :]
    starts = (
        not place or before.strip() in (";", ".") or (before == " " and _is_among(words[place - 1][1], BEFORE_A_NAME, mentions))
    )
    if not starts:
        return False
    if place + 1 == len(words) or after != " ":
        return after.strip()[:1] in ("", ",", ";", ".")
    following = words[place + 1][1]
    return _is_among(following, AFTER_A_NAME, mentions) or (following[0].isdigit() and following not in mentions.pairs)


def _is_among(word: str, words: frozenset[str], mentions: Mentions) -> bool:
    """Whether a word, or the one that it is exchanged for, is among some."""
    return word in words or mentions.pairs.get(word, "") in words
