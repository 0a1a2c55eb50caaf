"""Descriptions in other words: what is quoted, in brackets or an example stays; the sentence stays one."""

import random

import pytest

from dive.dataset.names import words_of
from dive.dataset.wording import reworded, with_words


def ways(text: str, opened: bool = False) -> set[str]:
    return {reworded(text, random.Random(seed), opened) for seed in range(300)}


@pytest.mark.parametrize(
    "text",
    [
        "Text with 'at most 5' and \"at least 3\" and `time zone`",
        "A quantity (at least 5; at most 9) of it",
        "GFR in mL/min/1.73 m²",
        "",
        "x",
    ],
)
def test_what_is_quoted_or_in_brackets_stays(text: str) -> None:
    assert ways(text) == {text}


def test_an_example_stays_letter_by_letter() -> None:
    told = ways("Name of a series, such as largest different time zone")
    assert len(told) > 4
    assert all("largest different time zone" in way for way in told)
    assert "Name of a series (e.g. largest different time zone)" in told


def test_phrases_are_replaced_by_what_means_the_same() -> None:
    assert ways("Rows at most 5") == {"Rows at most 5", "Rows no more than 5"}
    assert "Date in the form YYYY-MM-DD" in ways("Date as YYYY-MM-DD")


@pytest.mark.parametrize(
    ("text", "way", "never"),
    [
        ("The sum of it.", "Returns the sum of it.", "Use this to the sum of it."),
        ("How many there are.", "Tells how many there are.", "Get how many there are."),
        ("Search a table.", "Use this to search a table.", "Returns search a table."),
        ("Gini coefficient of it.", "Gini coefficient of it.", "Returns gini coefficient of it."),
        ("GFR of it.", "About: GFR of it.", "Returns gFR of it."),
    ],
)
def test_a_description_begins_as_its_first_word_allows(text: str, way: str, never: str) -> None:
    told = ways(text, opened=True)
    assert way in told
    assert never not in told


def test_words_of_a_name_are_told_only_where_they_lack() -> None:
    rng = random.Random(0)
    assert with_words("First date", words_of("date"), rng) == "First date"
    assert with_words("", words_of("toLatitude"), rng) == "To latitude"
    assert with_words("A day", words_of("start_day"), rng) in ("Start day: A day", "A day (start day)")
    assert words_of("airportByIATA_code2") == ("airport", "by", "iata", "code2")
