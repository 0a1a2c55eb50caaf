"""Comparing answers: every way to state the right one, ways to be wrong, and input that means harm."""

import json
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dive.answers import answers_match, explain_match, tolerance_for
from dive.names import folded
from dive.readings import final_text, read_dates, read_quantities
from dive.types import Answer, Json


def gold(kind: Any, value: Json, unit: str = "", tolerance: float = 0.0) -> Answer:
    return Answer(type=kind, value=value, unit=unit, tolerance=tolerance)


TINY = gold("number", 0.000032)
MASS = gold("number", 12_500, "Da")
PRICE = gold("number", 1_500_000, "USD")
SHARE, PERCENT = gold("number", 0.45), gold("number", 45, "%")
ROUNDED = gold("number", 2.68, tolerance=tolerance_for(2))
WHOLE = gold("integer", 1234)
DAY = gold("date", "2021-03-04")
ENZYME = gold("text", "EcoRI")
DNA = gold("sequence", "GAATTC")
ENZYMES = gold("set", ["EcoRI", "BamHI", "HindIII"])
ORDER = gold("list", ["Alpha", "Beta"])
TABLE = gold("record", {"caffeine": 1.2, "theobromine": 3}, "g")

RIGHT: list[tuple[Answer, list[Json]]] = [
    (TINY, ["3.2e-5", "3.2E-05", "0.000032", "3.2 × 10^-5", "3.2×10⁻⁵", "3.2x10-5", "3.2 * 10**-5", ".000032"]),
    (TINY, ["0,000032"]),
    (TINY, [r"$3.2 \times 10^{-5}$", r"So \boxed{3.2 \times 10^{-5}}.", "3.2e−5", "about 3.2e-5", 3.2e-5, "32e-6"]),
    (gold("number", -5), ["−5", "-5", "–5.0", "-5.", -5, "minus: -5"]),
    (gold("number", 1234.5), ["1,234.5", "1 234,5", "1.234,5", "1'234.5", "1 234.5", "1234.5", "$1,234.50"]),
    (gold("number", 1234.5), ["1_234.5"]),
    (gold("number", 1234567), ["1,234,567", "1.234.567", "12,34,567", "1.234567 million", "１２３４５67"]),
    (gold("number", "12.5 kg", "kg"), ["12.5", 12500.0e-3]),
    (gold("text", ["a", "b"]), [["A", "B"]]),
    (gold("number", 0.75), ["3/4", "¾", "75%", "0,75"]),
    (gold("number", 1234.5, "g/mol"), ["The final answer is: 1,234.5 g/mol", "**1234.5** grams per mole"]),
    (gold("number", 1234.5, "g/mol"), ["1.2345 kDa", "final_answer: 1234.5"]),
    (MASS, ["12.5 kDa", "12500 Da", "12.5kDa", "12.5-kDa", "12500", "12.5 kilodaltons", "12.5 kDa (12500 Da)"]),
    (MASS, ["12500 g/mol"]),
    (MASS, [{"value": 12.5, "unit": "kDa"}, {"answer": 12500}, '{"answer": "12.5 kDa"}', [12500]]),
    (MASS, ["12.5 kDa in total"]),
    (PRICE, ["$1.5M", "$1.5 million", "US$1.5 million", "USD 1,500,000", "1.5 million dollars", "1500000 USD"]),
    (PRICE, ["1.5e6"]),
    (gold("number", 5, "AUD"), ["$5", "AUD 5", "5"]),
    (gold("number", 5, "USD/kg"), ["$5/kg", "5 USD per kg", "$5 per kilogram"]),
    (SHARE, ["45%", "0.45", "45 percent", "45 %"]),
    (PERCENT, ["45%", "45", "45 percent", 45, "45 percentage points"]),
    (gold("number", 298.15, "K"), ["25 °C", "25°C", "298.15 K", "25 degrees Celsius", "77 °F", 298.15]),
    (gold("number", 2.5, "kg/m^3"), ["2.5 kg/m³", "2.5 kg m^-3", "0.0025 g/cm3", "2.5 kg/m^3."]),
    (gold("number", 72, "beats per minute"), ["72 bpm", "72 beats per minute", "72"]),
    (ROUNDED, ["2.68", "2.675", "2.6849", "2.68 (rounded to two decimal places)", 2.68]),
    (WHOLE, ["1,234", "1234.0", "1 234", 1234.0, "1.234e3", "1234 genes", "There are 1,234 of them."]),
    (gold("integer", 3), ["three", "Three enzymes", "3 of them", "3"]),
    (gold("integer", 302), ["302 days", "302"]),
    (gold("integer", 1200, "bp"), ["1.2 kb", "1200 nucleotides", "1,200 bp"]),
    (DAY, ["2021-03-04", "4 March 2021", "March 4, 2021", "Thursday, 4th of March, 2021", "Mar. 4 2021"]),
    (DAY, ["4-Mar-2021"]),
    (DAY, ["2021/3/4", "20210304", "04.03.2021", "2021-03-04T12:00:00Z", "It was on March 4th, 2021."]),
    (DAY, ["2021 March 4"]),
    (gold("date", "2021-03-13"), ["13/03/2021", "03/13/2021", "3-13-2021"]),
    (gold("date", "2021-03-03"), ["03/03/2021"]),
    (ENZYME, ["ecori", "EcoRI.", " 'EcoRI' ", "The final answer is: **EcoRI**", "Eco RI", "ＥｃｏＲＩ", "`EcoRI`"]),
    (ENZYME, ['"EcoRI"']),
    (ENZYME, [r"Thus \boxed{\text{EcoRI}}", "<answer>EcoRI</answer>", {"answer": "EcoRI"}, ["EcoRI"]]),
    (ENZYME, ["Answer: EcoRI"]),
    (gold("text", "São Tomé & Príncipe"), ["sao tome and principe"]),
    (gold("text", "The Netherlands"), ["Netherlands", "the netherlands"]),
    (gold("text", "α-tocopherol"), ["alpha-tocopherol", "Alpha tocopherol"]),
    (gold("text", "(-)-catechin"), ["(−)-Catechin"]),
    (gold("text", "58-08-2"), ["58–08–2"]),
    (gold("text", "C8H10N4O2"), ["C₈H₁₀N₄O₂"]),
    (gold("text", "CC(=O)O"), ["CC(=O)O", "`CC(=O)O`"]),
    (gold("text", "yes"), ["Yes.", True, "true", "YES"]),
    (gold("text", "42"), [42, 42.0, "42"]),
    (gold("text", "Hf"), ["HF"]),  # case is not compared: the module says so
    (DNA, ["gaattc", "GAA TTC", "5'-GAATTC-3'", ">site\nGAA\nTTC", "The answer is GAATTC."]),
    (ENZYMES, ["EcoRI, BamHI and HindIII", "HindIII, EcoRI, and BamHI.", "- BamHI\n- EcoRI\n- HindIII"]),
    (ENZYMES, ["BamHI; EcoRI; HindIII"]),
    (ENZYMES, [["HindIII", "EcoRI", "BamHI", "ecori"], '["BamHI", "EcoRI", "HindIII"]']),
    (ENZYMES, ["['BamHI', 'EcoRI', 'HindIII']"]),
    (ENZYMES, ["The answers are:\n\n1. BamHI\n2. EcoRI\n3. HindIII", "{EcoRI, BamHI, HindIII}"]),
    (ENZYMES, ["EcoRI & BamHI & HindIII"]),
    (gold("set", [1234, 5]), ["1,234 and 5", "5, 1234", [5, 1234.0]]),
    (gold("set", [1, 2, 3]), ["{3, 2, 1}", "1,2,3", "3 and 1 and 2"]),
    (gold("set", ["Trinidad and Tobago", "France"]), ["Trinidad and Tobago, and France"]),
    (gold("set", ["Trinidad and Tobago", "France"]), ["France; Trinidad and Tobago"]),
    (gold("set", ["2021-03-04", "2020-01-01"]), ["March 4, 2021; January 1, 2020", "2020-01-01 and 2021-03-04"]),
    (gold("set", []), ["[]", []]),
    (ORDER, ["1. Alpha\n2. Beta", "Alpha, Beta", "Alpha > Beta", "Alpha → Beta", "1. Alpha, 2. Beta"]),
    (ORDER, ['["Alpha", "Beta"]']),
    (gold("list", [5, 7.25]), ["1. 5\n2. 7.25", "5, 7.25", [5, 7.25]]),
    (TABLE, ['{"caffeine": 1.2, "theobromine": 3}', "Caffeine: 1.2\nTheobromine: 3"]),
    (TABLE, ["caffeine = 1.2 g, theobromine = 3000 mg"]),
    (TABLE, ["- **Theobromine**: 3 g\n- **Caffeine**: 1.2 g", "{'caffeine': '1.2 g', 'theobromine': 3}"]),
    (TABLE, [{"answer": {"Caffeine": "1.2", "theobromine": 3.0}}, {"theobromine": 3, "caffeine": 1.2}]),
    (gold("record", {"name": "x", "parts": [1, {"a": "b"}]}), [{"parts": [1, {"A": "B"}], "name": "X"}]),
]
WRONG: list[tuple[Answer, list[Json]]] = [
    (TINY, ["3.2e-4", "3.2", "3.2 × 10^5", "3.2 × 105", "3.3e-5", "-3.2e-5"]),
    (gold("number", 3), ["3 or 5", "3-5", "< 3", "≥ 3", "-3", "C3", "IL-3", "x^3", "3^2", "3,3", True, None, [3, 3]]),
    (gold("number", 3), [{"x": 3}]),
    (gold("number", 5, "kg"), ["5 m", "5 g", "$5", "5 °C", "5%"]),
    (gold("number", 5), ["5 kg", "5%", "five or six", "five hundred", "five thirds", "five or so"]),
    (MASS, ["12.5", "12.5 kg", "12.5 Da", "12500 kDa"]),
    (PRICE, ["€1.5M", "1.5 million EUR", "$1.5", "$1.5 billion"]),
    (PERCENT, ["0.45", "4.5%"]),
    (SHARE, ["45", 45]),
    (ROUNDED, ["2.6749", "2.69", "2.67", "2.6851"]),
    (gold("number", "abc"), ["abc", 5]),
    (gold("record", 5), [{"a": 5}, 5]),
    (gold("date", "March 2021"), ["2021-03-04"]),
    (gold("number", 0), ["0.001", "1e-9", ""]),
    (WHOLE, ["1235", "1234.5", "1234 or 1235", "123", "12,34", "1,2,3,4"]),
    (gold("integer", 10_000_001), ["10000002", 10_000_002]),
    (gold("integer", 1200, "bp"), ["1200 aa", "1200 kb"]),
    (DAY, ["December 31, 2021", "04/03/2021", "2021-03-05", "2021", "March 2021", "2021-03-04 or 2021-03-05"]),
    (DAY, ["4 March"]),
    (DAY, ["2021-02-30", "4 March 21", "2021-13-04", "20210305", 2021, None]),
    (ENZYME, ["EcoRI or BamHI", "EcoRV", "", "Eco", "not EcoRI", None, 5, {"enzyme": "EcoRI"}, ["EcoRI", "BamHI"]]),
    (gold("text", "(+)-catechin"), ["(-)-catechin", "catechin"]),
    (gold("text", "E11.9"), ["E119"]),
    (gold("text", "1.5"), ["15"]),
    (gold("text", "A-12"), ["12"]),
    (gold("text", "Ca2+"), ["Ca2", "Ca2-"]),
    (gold("text", "c1ccccc1"), ["C1CCCCC1"]),
    (gold("text", "CC(=O)O"), ["CC(O)=O", "cc(=o)o"]),
    (gold("text", "none"), ["{broken", "[1", ""]),
    (DNA, ["GAATTCC", "GAATT", "GAATTN", "", None, "CTTAAG"]),
    (ENZYMES, ["EcoRI, BamHI", "EcoRI, BamHI, HindIII, XhoI", "", [], "EcoRI", None, {"EcoRI": 1}]),
    (ENZYMES, [["EcoRI", ["BamHI"]]]),
    (gold("set", []), ["EcoRI", [1]]),
    (gold("set", [10_000_001, 5]), [[10_000_002, 5]]),
    (ORDER, ["Beta, Alpha", "Alpha", ["Alpha", "Beta", "Gamma"], "Alpha < Beta", ["Beta", "Alpha"]]),
    (TABLE, ["caffeine: 1.2", "caffeine: 1.3, theobromine: 3", "caffeine: 1.2, theobromine: 3, x: 1", "1.2, 3", []]),
    (TABLE, [{"caffeine": 1.2, "theobromine": "3 m"}, "caffeine: 3, theobromine: 1.2", {1: 2}]),
    (TABLE, ["caffeine: 1.2, caffeine: 3"]),
]


def cases(table: list[tuple[Answer, list[Json]]]) -> list[Any]:
    rows = [(answer, given) for answer, values in table for given in values]
    return [pytest.param(*row, id=f"{row[0].type} {row[0].value} {row[1]}"[:60]) for row in rows]


@pytest.mark.parametrize(("answer", "given"), cases(RIGHT))
def test_right(answer: Answer, given: Json) -> None:
    assert explain_match(answer, given).equal, explain_match(answer, given).reason


@pytest.mark.parametrize(("answer", "given"), cases(WRONG))
def test_wrong(answer: Answer, given: Json) -> None:
    comparison = explain_match(answer, given)
    assert not comparison.equal
    assert 0 < len(comparison.reason) < 300


ALL = [TINY, MASS, WHOLE, DAY, ENZYME, DNA, ENZYMES, ORDER, TABLE]
TEXTS = [
    "x" * 1_000_000, "1" * 19_999, "1e999999", "1e" + "9" * 400, "9" * 5_000, "[" * 19_999, '{"a":' * 3_999,
    "1," * 9_999, "1 " * 9_999, " " * 19_999, r"\boxed{" * 2_800, "answer " * 2_800, "answer" + " " * 19_000,
    r"\text{" * 3_000, "(" * 19_999, "-" * 19_999, "a\n" * 9_999, ":" * 19_999, "a: " * 6_000, "a = 1, " * 2_800,
    "\u0301\u0327" * 9_999, "ﷺ" * 19_999, "\0" * 999, "\ud800" * 19_999, '"' * 19_999, "*" * 19_999,
    "1 " + "m " * 9_000, "1^" * 9_999, "²" * 19_999, "to 2 decimal " * 1_500, "1 x 10 " * 2_800, "2021-03 " * 2_400,
    "March " * 3_000, "1/" * 9_999, "5'-" * 6_000, "<answer>" * 2_400, "^{" * 9_999, "inf", "nan", "-inf", "NaN",
    "Infinity", "1e400", "٣٫٥", "1/0", "½½", "$$$", "%", "1e-999", "[null]", '{"value": null}',
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:16].encode("unicode_escape").decode())
def test_hostile_texts_are_wrong_in_time(text: str) -> None:
    for answer in ALL:
        start = time.process_time()
        assert not answers_match(answer, text)
        assert time.process_time() - start < 0.5


def test_hostile_values_are_wrong() -> None:
    deep: Json = []
    for _ in range(50_000):
        deep = [deep]
    wide = {str(number): 1 for number in range(100_000)}
    values = [deep, {"answer": deep}, {"value": deep, "unit": deep}, [deep] * 9, list(range(100_000)), wide, {1: 2}]
    for value in (*values, 10**6000, float("inf"), float("nan"), b"EcoRI", object(), (1,), {1}):
        for answer in ALL:
            assert not answers_match(answer, value)


KEYS = st.sampled_from(["answer", "value", "unit", "caffeine"]) | st.text()
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=6,
)
PIECES = [*"0123456789.,-+eE^×$%/:;<>*()[]{}'\"\n ", "kDa", "answer is ", "March", "2021", "and "]
LIKELY = st.lists(st.sampled_from(PIECES))


@given(st.sampled_from(ALL), JSONS | LIKELY.map("".join))
@settings(max_examples=300, deadline=None)
def test_nothing_raises_and_json_text_means_its_value(answer: Answer, given: Json) -> None:
    assert isinstance(answers_match(answer, given), bool)
    if isinstance(given, list | dict):
        assert answers_match(answer, given) <= answers_match(answer, json.dumps(given))


NUMBERS = st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-9) | st.integers(-(10**15), 10**15)


@given(NUMBERS)
@settings(deadline=None)
def test_a_number_equals_itself_in_every_format(value: float) -> None:
    answer = gold("number", value, "kg")
    shown = [f"{value}", f"{value!r} kg", f"{value:.9e}", f"{value * 1000!r} g", f"The answer is: {value:,} kg."]
    shown += [f"**{value}**", f"{value:.12g}".replace("-", "−"), f"{value:,}".replace(",", " ")]
    for text in shown:
        assert answers_match(answer, text), text
    assert answers_match(answer, value)
    assert not answers_match(answer, f"{value + abs(value) * 0.001 + 1:.12g}")


@given(st.integers(-(10**18), 10**18))
@settings(deadline=None)
def test_an_integer_equals_itself_and_not_its_neighbour(value: int) -> None:
    for text in (
        f"{value}",
        f"{value:,}",
        f"{value}.0",
        f"{value:_}",
        f"{value:,}".replace(",", " "),
        f"{value:,}".replace(",", "'"),
    ):
        assert answers_match(gold("integer", value), text)
        assert not answers_match(gold("integer", value + 1), text)


@given(st.dates(date(1000, 1, 1)), st.dates(date(1000, 1, 1)))
@settings(deadline=None)
def test_a_day_equals_itself_only(day: date, other: date) -> None:
    for style in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%A, %d %B %Y", "%Y/%m/%d", "%d.%m.%Y", "%Y%m%d"):
        assert answers_match(gold("date", day.isoformat()), day.strftime(style))
        assert answers_match(gold("date", other.isoformat()), day.strftime(style)) is (day == other)


NAMES = st.lists(st.text("abcdefgXYZéü", min_size=2, max_size=8), min_size=1, max_size=5, unique_by=folded)


@given(NAMES, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_a_set_equals_itself_in_any_order_and_a_list_does_not(names: list[str], random: Any) -> None:
    mixed = random.sample(names, len(names))
    lines = "\n".join(f"- {name}" for name in mixed)
    for text in (", ".join(mixed), lines, json.dumps(mixed), " and ".join(mixed).upper()):
        assert answers_match(gold("set", names), text)
        assert answers_match(gold("list", names), text) is (names == mixed)
    assert not answers_match(gold("set", names), [*names, "zzzz"])
    assert not answers_match(gold("set", [*names, "zzzz"]), names)


@given(st.text(max_size=30))
@settings(deadline=None)
def test_a_text_equals_itself(text: str) -> None:
    assert answers_match(gold("text", text), text)
    assert answers_match(gold("text", text), {"answer": text})


ROUND = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))


@given(st.dictionaries(st.text("abcdef", min_size=2, max_size=6), ROUND, min_size=1))
@settings(deadline=None)
def test_a_record_equals_itself(record: dict[str, float]) -> None:
    lines = "\n".join(f"* {key.upper()}: {value}" for key, value in record.items())
    for given_ in (record, json.dumps(record), str(record), lines):
        assert answers_match(gold("record", record), given_)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
@settings(deadline=None)
def test_an_answer_with_more_digits_is_right_if_it_rounds_to_the_asked_one(value: float, digits: int) -> None:
    answer = gold("number", round(value, digits), tolerance=tolerance_for(digits))
    assert answers_match(answer, value)
    assert not answers_match(answer, round(value, digits) + 1.01 * 10**-digits)


def test_readers() -> None:
    assert final_text("x\nThe answer is 5.\nFinal Answer: **7**.") == "7"
    assert final_text(r"\boxed{1} then \boxed{\frac{2}{3}}") == r"\frac{2}{3}"
    assert final_text("```json\n[1]\n```") == "[1]"
    found = read_quantities("12.5 kDa (12500 Da), H2O, m^3, 10^-2")
    assert [float(quantity.value) for quantity in found] == [12.5, 12500, 0.01]
    assert read_dates("04/03/2021") == [{date(2021, 3, 4), date(2021, 4, 3)}]
    assert read_dates("2021-02-30") == [set()]
