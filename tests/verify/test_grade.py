"""The grader: every way to state the right answer, every trick, hostile input in linear time, and properties."""

import time
from datetime import date, timedelta
from typing import Any

import graded_replies as replies
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dive.names import folded
from dive.types import Answer
from dive.verify import grade
from dive.verify.final import final_answers
from dive.verify.grade import may_mean_it, stated_answer
from dive.verify.phrasings import WRAPPINGS, phrasings

gold = replies.gold


def rows(table: dict[str, list[tuple[Answer, list[str]]]]) -> list[Any]:
    found = [(kind, answer, reply) for kind, own in table.items() for answer, told in own for reply in told]
    return [
        pytest.param(answer, reply, id=f"{kind} {answer.type} {reply.encode('unicode_escape').decode()[:60]}")
        for kind, answer, reply in found
    ]


@pytest.mark.parametrize(("answer", "reply"), rows(replies.WRONG))
def test_tricks_are_wrong(answer: Answer, reply: str) -> None:
    graded = grade(answer, reply)
    assert graded.ruling == "wrong", graded
    assert 0 < len(graded.reason) < 400


@pytest.mark.parametrize(("answer", "reply"), rows(replies.RIGHT))
def test_right_answers_are_correct(answer: Answer, reply: str) -> None:
    graded = grade(answer, reply)
    assert graded.ruling == "correct", graded


def test_the_tables_hold_hundreds_of_different_cases() -> None:
    tricks = {(answer.model_dump_json(), reply) for own in replies.WRONG.values() for answer, told in own for reply in told}
    assert len(tricks) > 400
    assert len(replies.WRONG) >= 12


@pytest.mark.parametrize("answer", replies.ALL, ids=lambda answer: f"{answer.type} {str(answer.value)[:30]}")
def test_a_right_answer_is_no_other_right_answer(answer: Answer) -> None:
    told = {other.model_dump_json(): phrasings(other)[0] for other in replies.ALL}
    correct = [other for other, text in told.items() if grade(answer, f"Final answer: {text}").ruling == "correct"]
    assert correct == [answer.model_dump_json()]


# Properties ---------------------------------------------------------------------------------------------------------

NAMES = st.lists(st.text("abcdefgXYZéü", min_size=2, max_size=8), min_size=1, max_size=3).map(" ".join)
ITEMS = st.lists(NAMES, min_size=1, max_size=6, unique_by=folded)
NUMBERS = st.floats(-1e9, 1e9).map(lambda value: round(value, 4)).filter(lambda value: value == 0 or abs(value) > 1e-3)
UNITS = st.sampled_from(["", "kg", "mg/dL", "%", "USD", "people", "km/s", "kJ/mol", "years", "million km", "per 100,000 people"])
RECORDS = st.dictionaries(NAMES, NUMBERS | st.integers(0, 10**6) | NAMES, min_size=1, max_size=4).filter(
    lambda record: len(set(map(folded, record))) == len(record)
)
ANSWERS = st.one_of(
    st.builds(gold, st.just("number"), NUMBERS, UNITS, st.sampled_from([0.0, 0.00005])),
    st.builds(gold, st.just("integer"), st.integers(-(10**12), 10**12), st.sampled_from(["", "people", "words", "days"])),
    st.builds(gold, st.just("date"), st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat)),
    st.builds(gold, st.just("text"), NAMES),
    st.builds(gold, st.just("sequence"), st.text("ACGT", min_size=4, max_size=200)),
    st.builds(gold, st.sampled_from(["set", "list"]), ITEMS),
    st.builds(gold, st.just("record"), RECORDS),
)  # fmt: skip
BEFORE = st.sampled_from(
    ["", "I called three tools.\n\n", "First 12, then 13 or 14.\n", "Is it A or B?\n\n> quoted\n\n", "# Result\n"]
)


@given(ANSWERS, st.sampled_from(WRAPPINGS), BEFORE, st.data())
@settings(deadline=None, max_examples=400)
def test_every_phrasing_of_the_right_answer_is_correct(answer: Answer, wrapping: str, before: str, data: Any) -> None:
    told = phrasings(answer)
    assert grade(answer, wrapping.replace("{}", told[0])).ruling == "correct"
    text = data.draw(st.sampled_from(told))
    graded = grade(answer, f"{before}Final answer: {text}")
    assert graded.ruling == "correct", (text, graded)


@given(
    NUMBERS,
    NUMBERS,
    st.sampled_from([" or ", "/", " / ", ", ", " and ", " to ", "; ", " or maybe ", " (or ", " - ", " vs ", "|", " "]),
)
@settings(deadline=None, max_examples=300)
def test_two_different_numbers_are_wrong(first: float, second: float, between: str) -> None:
    assume(abs(first - second) > 1e-3 * max(1, abs(first)))
    if between == "/":
        assume(second != 0 and abs(first / second - first) > 1e-3 * max(1, abs(first)))
    for right in (first, second):
        answer = gold("number", right)
        assert grade(answer, f"Final answer: {first}{between}{second}{')' if '(' in between else ''}").ruling == "wrong"
        assert grade(answer, f"Final answer: {first}\nFinal answer: {second}").ruling == "wrong"
        assert grade(answer, f"\\boxed{{{first}}} \\boxed{{{second}}}").ruling == "wrong"


@given(NAMES, NAMES, st.sampled_from([" or ", "/", ", ", " and ", "; ", " (or ", " | ", ", maybe ", " — ", ", not "]))
@settings(deadline=None, max_examples=300)
def test_two_different_names_are_wrong(first: str, second: str, between: str) -> None:
    assume(folded(first) != folded(second))
    for right in (first, second):
        answer = gold("text", right)
        assert grade(answer, f"Final answer: {first}{between}{second}{')' if '(' in between else ''}").ruling == "wrong"
        assert grade(answer, f"Final answer: {first}\nFinal answer: {second}").ruling == "wrong"
        assert not may_mean_it(answer, stated_answer(answer, f"Final answer: {first} or {second}"))


@given(ITEMS, NAMES, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=200)
def test_one_item_more_or_less_is_wrong_and_order_counts_in_lists(items: list[str], extra: str, random: Any) -> None:
    assume(folded(extra) not in set(map(folded, items)))
    mixed = random.sample(items, len(items))
    right_set, right_list = gold("set", items), gold("list", items)
    assert grade(right_set, f"Final answer: {'; '.join([*mixed, extra])}").ruling == "wrong"
    assert grade(gold("set", [*items, extra]), f"Final answer: {'; '.join(mixed)}").ruling == "wrong"
    assert (grade(right_list, f"Final answer: {'; '.join(mixed)}").ruling == "correct") is (mixed == items)


@given(NUMBERS, st.integers(0, 5), st.sampled_from([-1, 1]))
@settings(deadline=None, max_examples=200)
def test_a_number_beyond_its_tolerance_and_one_of_the_other_sign_are_wrong(value: float, digits: int, sign: int) -> None:
    assume(abs(value) < 1e7)
    tolerance = 0.5 * 10.0**-digits
    answer = gold("number", value, "kg", tolerance)
    assert grade(answer, f"Final answer: {value + sign * 1.2 * tolerance:.9f} kg").ruling == "wrong"
    if abs(value) > tolerance:
        assert grade(answer, f"Final answer: {-value} kg").ruling == "wrong"
        assert grade(answer, f"Final answer: {value} m").ruling == "wrong"


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(1, 400))
@settings(deadline=None)
def test_another_day_is_wrong(day: date, later: int) -> None:
    other = day + timedelta(days=later)
    for text in (other.isoformat(), f"{other:%d %B %Y}", f"{day.isoformat()} or {other.isoformat()}", f"not {day.isoformat()}"):
        assert grade(gold("date", day.isoformat()), f"Final answer: {text}").ruling == "wrong"


PIECES = [
    *"0123456789.,-+eE^×$%/:;<>*()[]{}'\"|\n `",
    "Final answer:",
    "\n\nFinal answer: ",
    "\\boxed{",
    "<answer>",
    "</think>",
    " or ",
    "not ",
    "is ",
]


@given(ANSWERS, st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
@settings(deadline=None, max_examples=400)
def test_it_never_raises_and_is_a_function(answer: Answer, reply: str) -> None:
    graded = grade(answer, reply)
    assert graded.ruling in ("correct", "wrong")
    assert graded == grade(answer, reply)


# Time ---------------------------------------------------------------------------------------------------------------

BAITS = [
    "a", " ", "\n", "1", "1,", "1 ", "or ", "not ", "(", "[", "{", "{'a':", '"', "*", "`", "\\boxed{", "<answer>", "</answer>",
    "Final answer:", "Final answer: 1\n", "\nFinal answer:\n", "the answer is ", "answer: ", "is ", "it is ", "a: ", "a = 1, ",
    "| a |\n", "|---|\n", "- a\n", "\n\n", "\u200b", "\u0301", "ﷺ", "\ud800", "²", "½", "1/", "March ", "2021-03-", "$",
    "\\text{",     "one hundred and ", "I think ", "not sure but ", "EcoRI, ", "EcoRI or ",
    "<|a|>", "</think>", "^{", "...", "1..", "?", "(a) ",
    "[a](http://", "the x ", "\t", "\r", "- - ", "# ", "n't ", "million ", "minus ",
]  # fmt: skip


@pytest.mark.parametrize("bait", BAITS, ids=lambda bait: bait.encode("unicode_escape").decode())
@pytest.mark.parametrize("before", ["", "Final answer: "])
def test_hostile_replies_take_linear_time(bait: str, before: str) -> None:
    for answer in (replies.MASS, replies.DAY, replies.ENZYME, replies.DNA, replies.NOTES, replies.COMMA):
        small, large = (timed(answer, before + bait * (size // len(bait))) for size in (1_900, 19_000))
        assert large < 0.05 + 30 * small


@pytest.mark.slow
def test_a_reply_of_a_megabyte_is_read_in_time() -> None:
    for bait in ("a ", "\\boxed{1} ", "Final answer: 1\n", "<answer>1</answer>", "1 or ", "(", "\u202e"):
        for answer in (replies.MASS, replies.ENZYME, replies.DNA, replies.NOTES, replies.COMMA):
            assert timed(answer, bait * (1_000_000 // len(bait))) < 1
    assert grade(replies.THREE, "x" * 5_000_000 + "\nFinal answer: 3").ruling == "wrong"
    assert grade(replies.THREE, "step by step, 5 or 6\n" * 40_000 + "\nFinal answer: 3").ruling == "correct"


def test_usual_replies_take_less_than_a_millisecond() -> None:
    told = [(answer, f"I looked it up.\n\nFinal answer: {phrasings(answer)[0]}") for answer in replies.ALL]
    for answer, reply in told:
        grade(answer, reply)
    spent = min(sum(timed(answer, f"{turn}{reply}") for answer, reply in told) for turn in range(5))
    assert spent / len(told) < 0.001


def timed(answer: Answer, reply: str) -> float:
    """Seconds of this process that a reply takes, the less of two tries."""
    spent = []
    for _ in range(2):
        start = time.process_time()
        assert grade(answer, reply).ruling in ("correct", "wrong")
        spent.append(time.process_time() - start)
    return min(spent)


# What is read -------------------------------------------------------------------------------------------------------


def test_what_is_marked_is_read_and_nothing_else() -> None:
    assert final_answers("5 or 6?\n\nFinal answer: 7").statements == ("7",)
    assert final_answers("Final answer: 7\nso it is").after == "so it is"
    assert final_answers("a \\boxed{x_{1}} b").statements == ("x_{1}",)
    assert final_answers("<answer>x").statements == ("x",)
    assert final_answers("Final answer: a\nb", lines=True).statements == ("a\nb",)
    assert final_answers("Final answer: a\n\nb", lines=True).after == "b"
    assert final_answers("I close with 'Final answer: 5'.\nFinal answer: 6").statements == ("6",)
    assert len(final_answers("Final answer: 1\nFinal answer: 2").statements) == 2


@pytest.mark.parametrize(
    ("answer", "reply", "may"),
    [
        (replies.ENZYME, "Final answer: Escherichia coli restriction enzyme I", True),
        (replies.DISEASE, "Final answer: MSUD", True),
        (replies.ENZYMES, "Final answer: the first, the second and the third", True),
        (replies.SHEET, "Final answer: a: 1, b: 2", True),
        (replies.REGION, "Final answer: cervicocephalic region or so", True),  # the right answer itself has an "or"
        (replies.ENZYME, "Final answer: this or that", False),
        (replies.ENZYME, "Final answer: not that one", False),
        (replies.ENZYME, "Final answer: which one?\nFinal answer: another", False),
        (replies.ENZYME, "Final answer:", False),
        (replies.ENZYME, "Final answer: Eco\u200bRI", False),
        (replies.THREE, "Final answer: a trio", False),
        (replies.DAY, "Final answer: Guy Fawkes Night 1993", False),
        (replies.DNA, "Final answer: two sites", False),
        (replies.NUMBERS, "Final answer: a trio and a quintet", False),
        (replies.MASSES, "Final answer: caffeine: a bit", False),
    ],
)
def test_only_names_in_words_are_left_to_a_judge(answer: Answer, reply: str, may: bool) -> None:
    assert grade(answer, reply).ruling == "wrong"
    assert may_mean_it(answer, stated_answer(answer, reply)) is may
