"""The vocabulary of skins: what may stand for a word of a name, a phrase of a description or its beginning.

The table is a data file, made by hand for the words that the built-in tools use. Only such words stand in it as mean the same
in any context; a word that it lacks stays as it is.
"""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Vocabulary:
    """Alternatives, in the order of the file."""

    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Word of a name -> what may stand for it, of one word or more."""
    verbs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for the verb that a name begins with."""
    phrases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Phrase of a description -> what may stand for it."""
    beginnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The same for what a description begins with."""
    openers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Class of a description's first word (`noun`, `question`, `verb`, `other`) -> sentences with a slot for the description."""
    starts: dict[str, str] = field(default_factory=dict)
    """First word of a description, in lower case -> its class, for words that lose their capital within a sentence."""
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """`verbs`, `tails` and `vendors` that make up new names."""


@cache
def vocabulary() -> Vocabulary:
    """The table that comes with DIVE."""
    found = Vocabulary()
    text = (files("dive") / "data" / "skin_words.jsonl").read_text("utf-8")
    for line in map(json.loads, text.splitlines()):
        like = tuple(line.pop("like"))
        [(part, key)] = line.items()
        match part:
            case "word":
                found.words[key] = like
            case "verb":
                found.verbs[key] = like
            case "phrase":
                found.phrases[key] = like
            case "beginning":
                found.beginnings[key] = like
            case "opener":
                found.openers[key] = like
            case "starts":
                found.starts.update(dict.fromkeys(like, key))
            case "names":
                found.names[key] = like
    return found
