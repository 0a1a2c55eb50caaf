"""What a text states: numbers, dates and words as people write them, and nothing that it only seems to state."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dive.synthesis.mentions import dates_in, mentions, mentions_text, numbers_in
from dive.synthesis.symbolic import words

SECONDS = 2.0
"""Within which the longest hostile text must be read, on a busy machine."""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It has 12 rows.", 1),
        ("It has 12 rows.", 2),
        ("It has 12 rows.", 12.5),
        ("a mass of 1,234.5 g", 1234),
        ("a mass of 1,234.5 g", 234.5),
        ("a mass of 1,234.5 g", 1),
        ("the code E11.9", 11.9),
        ("the code E11.9", 9),
        ("the enzyme B12", 12),
        ("the key a5b7", 5),
        ("at 5 degrees", -5),
        ("from 10–20 mg", -20),
        ("from 10-20 mg", -20),
        ("a leak of 3e-10", 2e-10),
        ("zero of them", 1e-12),
        ("It rose to 1000001.", 1000000),
        ("someone and none", 1),
        ("the tenth, the tents", 10),
        ("no number here", 0),
        ("", 0),
        ("half of it", 2),
        ("12345678901", 12345678902),
        ("10⁵ cells", 105),
        ("1.0000000001", 1),
    ],
)
def test_a_number_that_is_not_there(text, value):
    assert not mentions(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It has 12 rows.", 12),
        ("It has 12 rows.", 12.0),
        ("a mass of 1,234.5 g", 1234.5),
        ("population 1,234,567", 1234567),
        ("population 1234567", 1234567),
        ("a concentration of 3.2e-5 mol/L", 3.2e-5),
        ("a concentration of 3.2E-5 mol/L", 0.000032),
        ("a concentration of 3.2e−5 mol/L", 3.2e-5),
        ("a mean of -5", -5),
        ("a mean of −5", -5),
        ("a mean of –5", -5),
        ("(-5)", -5),
        ("between −5 and +7", 7),
        ("a fall of -5", 5),
        ("at 37°C", 37),
        ("at 5% interest", 5),
        ("about 20mg of it", 20),
        ("from 10–20 mg", 10),
        ("from 10–20 mg", 20),
        ("it is 5.", 5),
        ("$1,500", 1500),
        ("0.1 + 0.2", 0.1),
        ("1e3 of them", 1000),
        ("to two decimal places", 2),
        ("Twelve of them", 12),
        ("the SECOND one", 2),
        ("twice as long", 2),
        ("half of it", 0.5),
        ("full-width １２", 12),
        ("the whole number nearest to it", 0),
        ("0.30000000000000004", 0.3),
        ("(1,2,3.5)", 2),
        ("(1,-5)", -5),
        ("12345678901", 12345678901),
        ("10^-5 or 100000", 1e5),
    ],
)
def test_a_number_in_many_notations(text, value):
    assert mentions(text, value)


def test_all_numbers_of_a_text():
    assert numbers_in("From 1,000 to −2.5e3 in three steps") == {1000.0, -2500.0, 2500.0, 3.0}


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e308, -1e308], ids=["int", "-int", "float", "-float"])
def test_huge_numbers_are_compared_without_an_error(value):
    assert not mentions(f"1e400 or {'9' * 400}", value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on 4 March 2021", "2021-03-05"),
        ("on 4 March 2021", "2021-04-03"),
        ("on 2021-03-04", "2021-03-4"),
        ("on 12021-03-041", "2021-03-04"),
        ("on 4 Marsh 2021", "2021-03-04"),
        ("on 14 March 2021", "2021-03-04"),
        ("in March 2021", "2021-03-01"),
    ],
)
def test_a_date_that_is_not_there(text, value):
    assert not mentions(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "on 4 March 2021.",
        "on 04 march 2021",
        "March 4, 2021 was",
        "MARCH 4 2021",
        "(2021-03-04)",
        "4\u00a0March\n2021",
        "4th of March, 2021",
        "Mar. 4 2021",
        "3 March 4 March 2021",
    ],
)
def test_a_date_in_words_or_numbers(text):
    assert mentions(text, "2021-03-04")
    assert "2021-03-04" in dates_in(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the theobromine", "bromine"),
        ("caffeine-free", "caffein"),
        ("Paris", "Par"),
        ("E11.91", "E11.9"),
        ("AE11.9", "E11.9"),
        ("North Korean won", "North Korea"),
        ("the cat", ""),
        ("the cat", "   "),
        ("Straße", "Stra"),
        ("naïvety", "naï"),
        ("", "a"),
        ("東京都", "京"),
    ],
)
def test_a_part_of_a_word_is_not_stated(text, value):
    assert not mentions_text(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Consider Caffeine.", "caffeine"),
        ("the caffeine-free one", "caffeine"),
        ("code E11.9.", "E11.9"),
        ('"E11.9"', "e11.9"),
        ("bromine, not theobromine", "bromine"),
        ("theobromine, not bromine", "bromine"),
        ("côte d'ivoire and Mali", "Côte d'Ivoire"),
        ("co\u0302te", "c\u00f4te"),
        ("STRASSE", "straße"),
        ("the ﬁrst", "first"),
        ("New\n  York City", "new york"),
        ("New\u00a0York", "New York"),
        ("at (C)[N+] end", "(C)[N+]"),
        ("CC(=O)O.", "CC(=O)O"),
        ("C++ and C", "C++"),
        ("in 東京 today", "東京"),
        ("the 🧬 sign", "🧬"),
        ("İstanbul is", "İstanbul"),
    ],
)
def test_whole_words_in_any_case_and_form(text, value):
    assert mentions_text(text, value)


def test_every_part_of_a_list_or_record_must_be_there():
    text = "Compare 3, 4.5 and lead for the 2nd of 2021-03-04."
    assert mentions(text, [3, 4.5, "lead"])
    assert mentions(text, {"a": 3, "b": ["lead", {"c": "2021-03-04"}]})
    assert not mentions(text, [3, 4.5, "tin"])
    assert not mentions(text, {"a": 3, "b": ["lead", {"c": "2021-03-05"}]})


@pytest.mark.parametrize("value", [None, True, False, [1, None], {"a": True}])
def test_truth_values_and_nothing_are_never_stated(value):
    assert not mentions("None, true, yes, 1, no, false, 0", value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a" * 200_000, "aa"),
        ("a" * 200_000, "a" * 100_000),
        ("a " * 100_000, "a b"),
        ("-aa" * 60_000, "-a"),
        ("(" * 200_000, "(("),
        ("9" * 200_000 + "a1", 9),
        ("111," * 50_000 + "1111", 5),
        ("111," * 50_000 + "1a1", 5),
        ("1" + "a" * 200_000, 5),
        ("1a " * 70_000, 5),
        ("1,111" * 40_000, 5),
        ("1e" * 100_000, 5),
        ("1." * 100_000, 5),
        ("1" + " " * 200_000 + "x", "2021-03-04"),
        ("may " * 50_000, "2021-03-04"),
        ("1 may " * 40_000, "2021-03-04"),
        ("-" * 200_000, 5),
        ("\u0301" * 100_000, "é"),
        ("İ" * 100_000, "i"),
    ],
    ids=range(19),
)
def test_hostile_texts_are_read_in_bounded_time(text, value):
    start = time.process_time()
    mentions(text, value)
    assert time.process_time() - start < SECONDS


NUMBERS = st.one_of(st.integers(-(10**18), 10**18), st.floats(allow_nan=False, allow_infinity=False))
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
TEXTS = st.text(min_size=1, max_size=40).filter(lambda text: text.strip() and words.date(text) == text)
SCALARS = st.one_of(NUMBERS, DAYS, TEXTS)


@settings(max_examples=300, deadline=None)
@given(
    NUMBERS,
    st.sampled_from(["", "%", "°", "kg", "mL/min", "m2", "10^9/L"]),
    st.sampled_from(["It is {}.", "({})", "over {}, say", "{}?"]),
)
@example(1e16, "", "It is {}.")
@example(5e-324, "kg", "({})")
@example(1.7976931348623157e308, "", "{}?")
@example(1.2345678901234567e-7, "%", "({})")
def test_a_number_as_the_realiser_writes_it_is_stated(value, unit, sentence):
    assert mentions(sentence.format(words.value(value, unit)), value)


@settings(max_examples=300, deadline=None)
@given(DAYS)
@example("0500-01-01")
def test_a_day_as_the_realiser_writes_it_is_stated(day):
    assert mentions(f"It was on {words.value(day)}, a day.", day)
    next_day = date.fromisoformat(day) - timedelta(days=1) if day > "0001-01-01" else date(2000, 2, 2)
    assert not mentions(f"It was on {words.value(day)}, a day.", next_day.isoformat())


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_text_as_the_realiser_writes_it_is_stated(text):
    assert mentions(f"It is {words.value(text)}, I think.", text)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.lists(SCALARS, min_size=1, max_size=5), st.dictionaries(st.sampled_from("abcdef"), SCALARS, min_size=1)))
def test_a_list_or_record_as_the_realiser_writes_it_is_stated(value):
    assert mentions(f"Take {words.value(value)}.", value)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.one_of(SCALARS, st.text(max_size=30)))
def test_any_text_and_value_are_answered(text, value):
    assert mentions(text, value) in (True, False)


@pytest.mark.parametrize(
    ("text", "value", "stated"),
    [
        ("the country with ISO code IS has", "IS", True),
        ("Which one is it?", "IS", False),
        ("It is in Europe/IS_X.", "IS", True),
        ("This is HISTORY", "IS", False),
        ("the amount in usd", "USD", False),
        ("cut by ecori", "EcoRI", True),
        ("the enzyme BAMHI", "BamHI", True),
        ("the gene brca1", "BRCA1", True),
    ],
)
def test_short_codes_are_told_from_words(text, value, stated):
    assert mentions(text, value) == stated
