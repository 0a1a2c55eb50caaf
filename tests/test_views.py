"""Views stay within their limit, are JSON, say what they leave out, and cut the longest parts first."""

import json
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dive.types import Failure, Json
from dive.views import failure_view, view, was_cut

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=300)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=20), inner, max_size=12), max_leaves=80
)


@pytest.mark.slow
@given(values, st.integers(5, 3000))
@settings(max_examples=400, deadline=None)
def test_a_view_is_json_within_its_limit(value: Json, limit: int) -> None:
    text = view(value, limit)
    assert len(text) <= limit
    shown = json.loads(text)
    assert (shown == value) or was_cut(value, limit)
    assert text == view(value, limit)


@given(values)
@settings(max_examples=100, deadline=None)
def test_what_fits_is_shown_as_it_is(value: Json) -> None:
    whole = json.dumps(value, ensure_ascii=False)
    assert view(value, len(whole)) == whole
    assert not was_cut(value, len(whole))
    assert was_cut(value, len(whole) - 1)


@pytest.mark.parametrize("limit", [-3, 0, 1, 4])
def test_a_limit_too_small_for_json_is_kept_all_the_same(limit: int) -> None:
    assert view({"a": 1}, limit) == '{"a": 1}'[: max(limit, 0)]


def test_a_long_list_keeps_its_first_items_whole_and_counts_the_others() -> None:
    rows = [{"city": f"City {n}", "population": 1000 * n} for n in range(50)]
    shown = json.loads(view({"country": "Chile", "cities": rows}, 1000))
    *kept, note = shown["cities"]
    assert shown["country"] == "Chile"
    assert kept == rows[: len(kept)]
    assert note == f"... {50 - len(kept)} more items (50 in all)"
    assert len(kept) >= 18


def test_one_item_left_out_is_told_in_the_singular() -> None:
    shown = json.loads(view(["abcdefghi" * 3] * 20, 20 * 31 - 1))
    assert shown[-1].endswith(" more items (20 in all)") or shown[-1] == "... 1 more item (20 in all)"
    assert len(shown) >= 19


def test_a_long_text_says_how_much_follows() -> None:
    shown = json.loads(view("x" * 2000, 800))
    kept = shown.index(".")
    assert shown == "x" * kept + f"... ({2000 - kept:,} more characters)"
    assert 2000 - kept == 1229


def test_the_longest_parts_are_cut_and_the_others_stay() -> None:
    value = {"name": "n" * 90, "sequence": "ACGT" * 500, "numbers": list(range(1000)), "unit": "Da"}
    shown = json.loads(view(value, 1000))
    assert shown["name"] == value["name"] and shown["unit"] == "Da"
    assert shown["sequence"].startswith("ACGT" * 80)
    assert shown["numbers"][:80] == list(range(80))


def test_what_one_part_leaves_goes_to_the_next() -> None:
    shown = view({"rows": ["r" * 300] * 9, "text": "t" * 5000}, 1500)
    assert len(shown) > 1400


def test_a_few_long_items_are_all_shown() -> None:
    shown = json.loads(view([{"n": n, "text": "t" * 1000} for n in range(3)], 900))
    assert [item["n"] for item in shown] == [0, 1, 2]
    assert all("more characters" in item["text"] for item in shown)


def test_too_many_keys_are_counted_under_a_key_of_their_own() -> None:
    shown = json.loads(view({"...": 1, **{f"key {n}": "v" * 30 for n in range(100)}}, 600))
    assert shown["..."] == 1
    assert shown["...."] == f"{102 - len(shown)} more keys"
    assert len(shown) > 10


def test_depth_is_bounded_only_where_something_is_cut() -> None:
    deep: Json = "x" * 100
    for _ in range(60):
        deep = [deep]
    assert view(deep, 300) == json.dumps(deep)
    assert json.loads(view(deep, 150))


def test_a_number_too_long_to_show_becomes_a_text() -> None:
    assert json.loads(view(10**200, 60)) == "1" + "0" * 32 + "... (168 more characters)"


def test_escapes_count() -> None:
    text = view('"\n\x01' * 1000, 200)
    assert 180 <= len(text) <= 200
    json.loads(text)


def test_failures_are_told_with_code_and_message() -> None:
    told = json.loads(failure_view(Failure(code="not_found", message="no compound for 'Ü'")))
    assert told == {"error": {"code": "not_found", "message": "no compound for 'Ü'"}}


def test_a_large_value_takes_little_time() -> None:
    rows = [{"a": n, "b": [n] * 20, "c": "text" * 10} for n in range(2_000)]
    start = perf_counter()
    assert len(view(rows, 4000)) <= 4000
    assert perf_counter() - start < 5
