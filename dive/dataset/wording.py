"""Descriptions in other words: another opening, other phrases that mean the same, other joints between clauses.

Phrases are replaced from a closed table, so a fact cannot get lost: numbers, units, names, quoted terms, formulas and examples
are never looked at. What follows `such as` is an example and stays letter by letter.
"""

import random
import re
from collections.abc import Sequence
from functools import cache, lru_cache

from dive.dataset.vocabulary import vocabulary

Piece = str | tuple[str, ...]
"""A part of a text that stays, or the ways in which it may be put."""

OPENED = 0.75
"""Share of the descriptions of tools that get another opening."""


def reworded(text: str, rng: random.Random, opened: bool = False) -> str:
    """The text in other words; with `opened` it is the description of a tool, and may begin another way."""
    told = "".join(piece if isinstance(piece, str) else rng.choice(piece) for piece in _pieces(text))
    if opened and rng.random() < OPENED:
        return _opened(told, rng)
    return told


def with_words(text: str, words: Sequence[str], rng: random.Random) -> str:
    """The text with the words of a name that says nothing any more, unless it has them all."""
    lower = text.lower()
    if not words or all(re.search(rf"(?<!\w){re.escape(word)}", lower) for word in words):
        return text
    said = " ".join(words)
    capital = said[0].upper() + said[1:]
    if not text:
        return capital
    whole = text[-1] in ".!?"
    return rng.choice((f"{capital}: {text}", f"{text} ({said})" if not whole else f"{capital}. {text}"))


@cache
def _phrases() -> re.Pattern[str]:
    """Quoted terms, brackets and examples, which stay, then the phrases of the table, the longest first."""
    table = "|".join(map(re.escape, sorted((p for p in vocabulary().phrases if p != "such as"), key=len, reverse=True)))
    tail = r"(?=[.]?\s*$|; |\. )"
    return re.compile(
        r"""(?P<kept>"[^"]*"|(?<!\w)'[^']*'(?!\w)|`[^`]*`|\([^()]*\))"""
        rf"""|(?P<instance>, such as (?P<plain>[^;()]+?){tail})"""
        rf"""|(?P<example>\bsuch as )(?P<rest>[^;]+?){tail}"""
        r"""|(?P<joint>; (?=[a-z]))"""
        rf"""|(?<![\w-])(?P<phrase>{table})(?![\w-])"""
    )


@lru_cache(maxsize=16_384)
def _pieces(text: str) -> tuple[Piece, ...]:
    """The text in parts."""
    pieces: list[Piece] = []
    place = 0
    for beginning, like in vocabulary().beginnings.items():
        if re.match(rf"{beginning}\b(?!-)", text):
            pieces.append((beginning, *like))
            place = len(beginning)
            break
    for match in _phrases().finditer(text, place):
        pieces.append(text[place : match.start()])
        pieces.extend(_ways(match))
        place = match.end()
    return (*pieces, text[place:])


def _ways(match: re.Match[str]) -> tuple[Piece, ...]:
    """The ways to put what was found."""
    like = vocabulary().phrases
    if match["instance"]:
        return (_instances(match["plain"]),)
    if match["example"]:
        return (tuple(f"{way} " for way in ("such as", *like["such as"])), match["rest"])
    if match["joint"]:
        return (("; ", "; ", ". Note: "),)
    if match["phrase"]:
        return ((match["phrase"], *like[match["phrase"]]),)
    return (match[0],)


def _instances(example: str) -> tuple[str, ...]:
    ways = ("such as", *vocabulary().phrases["such as"])
    return (*(f", {way} {example}" for way in ways), f" (e.g. {example})", f" (for example {example})")


def _opened(text: str, rng: random.Random) -> str:
    """The text as a sentence of another form, by the class of its first word."""
    found = vocabulary()
    first = re.match(r"([A-Za-z][a-z-]*)(?![\w'’-])", text)
    kind = found.starts.get(first[1].lower(), "other") if first else "other"
    if first and kind == "verb" and text[first.end() :].startswith(","):
        kind = "other"
    if kind != "other":
        return rng.choice(found.openers[kind]).format("{}").replace("{}", text[0].lower() + text[1:])
    return rng.choice(found.openers["other"]).replace("{}", text) if rng.random() < 0.5 else text
