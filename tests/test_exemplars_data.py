"""The shipped exemplars: enough of them, well labelled, evenly spread, and no two alike."""

import json
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

import dive
from dive.synthesis.gates import ngrams
from dive.types import Exemplar

PATH = Path(dive.__file__).parent / "data" / "exemplars.jsonl"
DOMAINS = {"general", "academic", "biological", "financial", "medical"}
SHAPES = {
    "lookup", "chain", "compare", "superlative", "aggregate", "filter",
    "conditional", "arithmetic", "join", "ranking", "table", "constraints",
}  # fmt: skip
MANNERS = {"question", "request", "scenario", "constraints", "table", "follow_up"}


@pytest.fixture(scope="module")
def exemplars() -> list[Exemplar]:
    lines = PATH.read_text(encoding="utf-8").splitlines()
    return [Exemplar(**json.loads(line)) for line in lines]


def shared_runs(texts: list[str], size: int = 8) -> list[tuple[str, str, str]]:
    """Every run of `size` words that two of the texts have in common, with the two texts."""
    first: dict[tuple[str, ...], str] = {}
    shared = []
    for text in texts:
        for gram in ngrams(text, size):
            if len(gram) == size and first.setdefault(gram, text) != text:
                shared.append((" ".join(gram), first[gram], text))
    return shared


def test_there_are_enough(exemplars: list[Exemplar]) -> None:
    assert len(exemplars) >= 1000


def test_each_is_unique(exemplars: list[Exemplar]) -> None:
    counts = Counter(" ".join(e.query.lower().split()) for e in exemplars)
    assert [query for query, n in counts.items() if n > 1] == []
    assert len({e.key for e in exemplars}) == len(exemplars)


def test_labels_are_known(exemplars: list[Exemplar]) -> None:
    assert {e.domain for e in exemplars} == DOMAINS
    assert {e.shape for e in exemplars} == SHAPES
    assert {e.manner for e in exemplars} == MANNERS


def test_every_shape_is_there_in_every_domain(exemplars: list[Exemplar]) -> None:
    counts = Counter((e.shape, e.domain) for e in exemplars)
    assert {cell: counts[cell] for cell in product(SHAPES, DOMAINS) if counts[cell] < 15} == {}


def test_every_manner_is_there_in_every_domain(exemplars: list[Exemplar]) -> None:
    counts = Counter((e.manner, e.domain) for e in exemplars)
    assert {cell: counts[cell] for cell in product(MANNERS, DOMAINS) if counts[cell] < 20} == {}


def test_length_is_bounded(exemplars: list[Exemplar]) -> None:
    assert [e.query for e in exemplars if not 60 <= len(e.query) <= 450] == []


def test_text_is_clean(exemplars: list[Exemplar]) -> None:
    for e in exemplars:
        assert e.query == e.query.strip()
        assert e.query[-1] in ".?", e.query
        assert "  " not in e.query, e.query


def test_lengths_are_spread(exemplars: list[Exemplar]) -> None:
    lengths = sorted(len(e.query) for e in exemplars)
    tenth = len(lengths) // 10
    assert lengths[tenth] < 100
    assert lengths[-tenth] > 200


def test_openings_vary(exemplars: list[Exemplar]) -> None:
    openings = Counter(" ".join(e.query.lower().split()[:4]) for e in exemplars)
    assert {opening: n for opening, n in openings.items() if n > 3} == {}


def test_no_word_opens_too_many(exemplars: list[Exemplar]) -> None:
    first = Counter(e.query.split()[0].lower() for e in exemplars)
    assert {word: n for word, n in first.items() if n > 0.12 * len(exemplars)} == {}


def test_no_two_share_a_run_of_eight_words(exemplars: list[Exemplar]) -> None:
    assert shared_runs([e.query for e in exemplars]) == []


def test_a_shared_run_is_noticed_whatever_its_case_and_punctuation() -> None:
    texts = ["One two three, four five six seven EIGHT nine?", "Zero: one two three four (five) six seven eight."]
    assert [run for run, _, _ in shared_runs(texts)] == ["one two three four five six seven eight"]
    assert shared_runs([texts[0], "two three four five six seven eight one"]) == []
