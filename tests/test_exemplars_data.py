"""The shipped exemplars: enough of them, well labelled, evenly spread, and no two alike."""

import json
from collections import Counter
from itertools import combinations, product
from pathlib import Path

import pytest

import dive
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


def grams(text: str, size: int = 8) -> set[tuple[str, ...]]:
    """The word n-grams of a text, case and surrounding punctuation ignored."""
    words = [word.strip(".,;:?!()\"'|") for word in text.lower().split()]
    words = [word for word in words if word]
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


def test_there_are_enough(exemplars: list[Exemplar]) -> None:
    assert len(exemplars) >= 300


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
    assert {cell: counts[cell] for cell in product(SHAPES, DOMAINS) if counts[cell] < 4} == {}


def test_every_manner_is_there_in_every_domain(exemplars: list[Exemplar]) -> None:
    counts = Counter((e.manner, e.domain) for e in exemplars)
    assert {cell: counts[cell] for cell in product(MANNERS, DOMAINS) if counts[cell] < 6} == {}


def test_length_is_bounded(exemplars: list[Exemplar]) -> None:
    assert [e.query for e in exemplars if not 60 <= len(e.query) <= 450] == []


def test_text_is_clean(exemplars: list[Exemplar]) -> None:
    for e in exemplars:
        assert e.query == e.query.strip()
        assert e.query[-1] in ".?", e.query
        assert "  " not in e.query, e.query


def test_openings_vary(exemplars: list[Exemplar]) -> None:
    openings = Counter(" ".join(e.query.lower().split()[:4]) for e in exemplars)
    assert {opening: n for opening, n in openings.items() if n > 4} == {}


def test_no_two_are_near_duplicates(exemplars: list[Exemplar]) -> None:
    sets = [(e.query, found) for e in exemplars if (found := grams(e.query))]
    close = [(first, second) for (first, a), (second, b) in combinations(sets, 2) if len(a & b) >= 0.5 * min(len(a), len(b))]
    assert close == []
