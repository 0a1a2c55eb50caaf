"""New names for tools and their parameters: in several styles, from the meaning of the old name or of no meaning at all.

`Namer` gives no name twice within a sample, none that another tool or parameter of the sample had, and none that exporters or
Python reserve; names are compared without case and underscores, so that two of them cannot be taken for each other.
"""

import keyword
import random
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal, get_args

from dive.dataset.vocabulary import vocabulary

Style = Literal["snake", "camel", "verb_noun", "vendor", "terse", "opaque"]
"""`airfield_by_iata`, `airfieldByIata`, `get_airfield_by_iata`, `orbit_airport_lookup`, `arpt2`, `fn_a41`."""
STYLES: tuple[Style, ...] = get_args(Style)
MEANINGLESS: frozenset[Style] = frozenset({"terse", "opaque"})
"""Styles of names that do not tell what they stand for, so that the description must."""
Group = Literal["tool", "field"]

NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,63}")
BEFORE_A_NAME: frozenset[str] = frozenset({"and", "or", "than", "before", "after", "from", "to", "between"})
AFTER_A_NAME: frozenset[str] = frozenset({
    "and", "or", "is", "are", "must", "may", "cannot", "should", "need", "needs", "has", "have", "lie", "lies", "to", "before",
    "after",
})  # fmt: skip
"""Words between which an ordinary word of an error text stands as the name of a parameter: `end must not be before start`."""
RESERVED: frozenset[str] = BEFORE_A_NAME | AFTER_A_NAME | {
    "verify", "seed_session", "aggregate_metrics", "mcp", "reset", "step", "state", "close", "self", "cls", "none", "true",
    "false", "error", "message",
}  # fmt: skip
"""Names that environments, Python or the reading of error texts give a meaning of their own."""
LONGEST = 40
"""Most characters of a name that is made of words."""
TRIES = 16


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """The words in a name, in lower case: `airportByIATA_code` -> airport, by, iata, code."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(word.lower() for word in re.findall(r"[^\W_]+", spaced))


@lru_cache(maxsize=65_536)
def folded(name: str) -> str:
    """A name as it is compared with others."""
    return "".join(c for c in name.lower() if c.isalnum())


@lru_cache(maxsize=65_536)
def distinctive(name: str) -> bool:
    """Whether a text with this word means the name and no ordinary word: it has an underscore, a digit or a capital inside."""
    return len(name) > 2 and (re.search(r"\w[_\d]|\d\w|[a-z][A-Z]", name) is not None)


class Namer:
    """New names for one sample."""

    def __init__(self, rng: random.Random, tools: Iterable[str], fields: Iterable[str], others: Iterable[str] = ()) -> None:
        self._rng = rng
        self._owners: dict[str, tuple[Group, str] | None] = {}
        for name in tools:
            self._own("tool", name)
        for name in fields:
            self._own("field", name)
        for other in others:
            self._owners.setdefault(folded(other), None)
        self._camel = rng.random() < 0.5
        self._vendors = rng.sample(vocabulary().names["vendors"], rng.randint(1, 4))

    def _own(self, group: Group, name: str) -> None:
        key = folded(name)
        self._owners[key] = None if key in self._owners else (group, name)

    def tool(self, original: str, style: Style, parameters: Sequence[str] = ()) -> str:
        """A new name for a tool; it is `distinctive`."""
        return self._first("tool", original, style, parameters)

    def field(self, original: str, style: Style) -> str:
        """A new name for a parameter or a field of results."""
        return self._first("field", original, style, ())

    def _first(self, group: Group, original: str, style: Style, parameters: Sequence[str]) -> str:
        telling = group == "tool" or distinctive(original)
        words = words_of(original) or ("value",)
        for attempt in range(TRIES):
            if style == "opaque":
                name = self._opaque(group)
            elif style == "terse":
                name = self._terse(words)
            elif group == "tool":
                name = self._of_words(words, style, parameters)
            else:
                name = self._field_of_words(words, style, attempt)
            if self._free(name, group, original, telling):
                break
        else:
            name = self._last_resort(group, original, telling)
        self._owners[folded(name)] = None
        return name

    def _free(self, name: str, group: Group, original: str, telling: bool) -> bool:
        key = folded(name)
        return (
            name != original
            and self._owners.get(key, (group, original)) == (group, original)
            and NAME.fullmatch(name) is not None
            and key not in RESERVED
            and name.lower() not in RESERVED
            and not keyword.iskeyword(name)
            and not name.startswith("__")
            and (not telling or distinctive(name))
        )

    def _last_resort(self, group: Group, original: str, telling: bool) -> str:
        number = len(self._owners)
        while not self._free(name := f"{'fn' if group == 'tool' else 'arg'}_{number}", group, original, telling):
            number += 1
        return name

    def _opaque(self, group: Group) -> str:
        rng = self._rng
        tail = f"{rng.choice('abcdefghjkmnpqrstuvwxyz')}{rng.randint(10, 999)}"
        head = ("fn", "tool", "op", "f", "api", "call", "svc") if group == "tool" else ("p", "arg", "x", "param", "in", "v", "k")
        return f"{rng.choice(head)}{'' if self._camel else '_'}{tail}"

    def _terse(self, words: Sequence[str]) -> str:
        rng = self._rng
        way = rng.randrange(3)
        if way == 0 or len(words) == 1:
            short = "".join(_shortened(word, 3 if len(words) < 3 else 2) for word in words[:4])
        elif way == 1:
            short = "_".join(_shortened(word, 4) for word in words[:3])
        else:
            short = "".join(word[0] for word in words)
        return short + (str(rng.randint(1, 9)) if rng.random() < 0.6 or len(short) < 3 else "")

    def _of_words(self, words: Sequence[str], style: Style, parameters: Sequence[str]) -> str:
        rng, names = self._rng, vocabulary().names
        parts = self._synonyms(words, leading=True)
        parts = [self._by(parts, i, parameters) if part == "by" else part for i, part in enumerate(parts)]
        is_verb = words[0] in vocabulary().verbs
        if style != "snake" and not is_verb and rng.random() < (0.9 if style == "verb_noun" else 0.3):
            parts = [*rng.choice(names["verbs"]).split("_"), *parts]
        elif not is_verb and rng.random() < 0.3:
            parts = [*parts, rng.choice(names["tails"])]
        parts = _bounded(parts)
        if style == "vendor":
            return rng.choice(self._vendors) + rng.choice(("_", "_", "__")) + self._joined(parts, self._camel)
        return self._joined(parts, style == "camel" or (style == "verb_noun" and self._camel))

    def _by(self, parts: Sequence[str], place: int, parameters: Sequence[str]) -> str:
        given = place + 1 < len(parts) and any(parts[place + 1] in words_of(p) for p in parameters)
        return self._rng.choice(("by", "from", "via", "using", "for")) if given else "by"

    def _field_of_words(self, words: Sequence[str], style: Style, attempt: int) -> str:
        rng = self._rng
        parts = self._synonyms(words, leading=False)
        if attempt > 2 or rng.random() < 0.3:
            affix = rng.choice(("value", "field", "item", "input", "arg", "param", "given", "the", "spec"))
            parts = [affix, *parts] if affix in ("given", "the", "input") else [*parts, affix]
        camel = style == "camel" or (style in ("verb_noun", "vendor") and self._camel)
        return self._joined(_bounded(parts), camel)

    def _synonyms(self, words: Sequence[str], leading: bool) -> list[str]:
        found, parts = vocabulary(), list[str]()
        for place, word in enumerate(words):
            like = found.verbs.get(word, ()) if leading and place == 0 and len(words) > 1 else ()
            like = like or found.words.get(word, ())
            parts.extend(self._rng.choice(like).split() if like and self._rng.random() < 0.65 else [word])
        return parts

    def _joined(self, parts: Sequence[str], camel: bool) -> str:
        plain = [part for part in (re.sub(r"[^a-z0-9]", "", part) for part in parts) if part] or ["item"]
        name = plain[0] + "".join(p[0].upper() + p[1:] for p in plain[1:]) if camel else "_".join(plain)
        return f"n{name}" if name[0].isdigit() else name


def _bounded(parts: Sequence[str]) -> list[str]:
    """As many of the words as fit."""
    kept: list[str] = []
    for part in parts:
        if kept and sum(map(len, kept)) + len(kept) + len(part) > LONGEST:
            break
        kept.append(part[:LONGEST])
    return kept


def _shortened(word: str, length: int) -> str:
    """The first letter and the consonants that follow."""
    plain = re.sub(r"[^a-z0-9]", "", word) or "x"
    return (plain[0] + re.sub(r"[aeiou]", "", plain[1:]))[:length]
