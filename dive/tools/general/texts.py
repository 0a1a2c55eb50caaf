"""Counting and comparing text: words, letters, edit distance and best match (rapidfuzz)."""

import re
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, tool

SOURCE = "Levenshtein (1966) edit distance; Winkler (1990) similarity, rapidfuzz"

Text = Annotated[
    str,
    Among(
        (
            "The quick brown fox jumps over the lazy dog.",
            "To be, or not to be, that is the question.",
            "All happy families are alike; each unhappy family is unhappy in its own way.",
            "It was the best of times, it was the worst of times.",
            "I think, therefore I am.",
            "Call me Ishmael.",
            "Not all those who wander are lost.",
        )
    ),
    Field(description="Text in a language that separates words by spaces", min_length=1, max_length=5000),
]
Word = Annotated[
    str,
    Among(("kitten", "colour", "intention", "Saturday", "Johansson", "necessary")),
    Field(description="Word or name", min_length=1, max_length=200),
]
OtherWord = Annotated[
    str,
    Among(("sitting", "color", "execution", "Sunday", "Jonson", "neccesary")),
    Field(description="Word or name to compare with", min_length=1, max_length=200),
]


class Counts(TypedDict):
    words: Annotated[int, Says('number of words in "{text}"', unit="words")]
    letters: Annotated[int, Says('number of letters in "{text}" (spaces and punctuation not counted)', unit="letters")]
    vowels: Annotated[int, Says('number of vowels (a, e, i, o, u) in "{text}"')]
    distinct_words: Annotated[int, Says('number of different words in "{text}", upper and lower case taken as the same')]
    longest_word: Annotated[str, Says('longest word in "{text}" (the first of equally long ones)')]


class Likeness(TypedDict):
    edits: Annotated[int, Says('Levenshtein distance between "{word}" and "{other}"')]
    jaro_winkler: Annotated[float, Says('Jaro-Winkler similarity (0 to 1) between "{word}" and "{other}"', digits=3)]
    common: Annotated[int, Says('length of the longest common subsequence of letters of "{word}" and "{other}"')]


class LetterCount(TypedDict):
    letter: Annotated[str, Says("letter", names=True)]
    count: Annotated[int, Says("number of occurrences")]


class Letters(TypedDict):
    letters: Annotated[list[LetterCount], Says('letter that occurs in "{text}"', plural='letters that occur in "{text}"')]


@tool(
    domain="general",
    kind="processing",
    source="letters and apostrophes between other signs make a word",
    about='"{text}"',
    examples=({"text": "Call me Ishmael."},),
)
def text_counts(text: Text) -> Counts:
    """Words, letters, vowels, different words and the longest word of a text; a hyphen separates words, an
    apostrophe does not."""
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text)
    if not words:
        raise bad_arguments("the text has no words")
    return {
        "words": len(words),
        "letters": sum(map(str.isalpha, text)),
        "vowels": sum(letter in "aeiou" for letter in text.lower()),
        "distinct_words": len({word.lower() for word in words}),
        "longest_word": max(words, key=len),
    }


@tool(
    domain="general",
    kind="processing",
    source="counting",
    about='"{text}"',
    examples=({"text": "I think, therefore I am."},),
)
def letter_frequencies(text: Text) -> Letters:
    """How often each letter occurs in a text, upper and lower case taken as the same, most frequent first."""
    letters = [letter for letter in text.lower() if letter.isalpha()]
    counts = sorted((-letters.count(letter), letter) for letter in set(letters))
    if not counts or len(counts) > 40:
        raise bad_arguments("the text must have from 1 to 40 different letters")
    return {"letters": [{"letter": letter, "count": -count} for count, letter in counts]}


@tool(
    domain="general",
    kind="processing",
    provider="rapidfuzz",
    source=SOURCE,
    about='"{word}" and "{other}"',
    requires=("RapidFuzz",),
    examples=({"word": "kitten", "other": "sitting"},),
)
def word_likeness(word: Word, other: OtherWord) -> Likeness:
    """Levenshtein distance, Jaro-Winkler similarity and longest common subsequence of two words, case regarded."""
    from rapidfuzz.distance import JaroWinkler, LCSseq, Levenshtein

    return {
        "edits": Levenshtein.distance(word, other),
        "jaro_winkler": round(JaroWinkler.similarity(word, other), 6),
        "common": LCSseq.similarity(word, other),
    }
