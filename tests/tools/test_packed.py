"""Tables in little memory answer as the dicts, lists and libraries that they stand for."""

import random
import re

import pytest

from dive.tools.medical.tabular_list import TabularList
from dive.tools.packed import Packed, Texts


def test_texts_are_found_by_number() -> None:
    texts = Texts(["Zürich", "", "b"])
    assert list(texts) == ["Zürich", "", "b"]
    assert texts[0] == "Zürich"
    with pytest.raises(IndexError):
        texts[3]


def test_packed_answers_as_the_dict_does() -> None:
    entries = {"b": "2", "": "nothing", "ab": "é", "a": "", "abc": "3", "é": "4"}
    packed = Packed(entries)
    assert packed == entries
    assert list(packed) == sorted(entries)
    assert "ab" in packed and "ac" not in packed and "z" not in packed
    assert packed.get("abcd") is None


def test_packed_may_be_empty() -> None:
    assert Packed({}).get("a") is None


@pytest.mark.slow
def test_the_tabular_list_answers_as_its_library() -> None:
    import simple_icd_10_cm as library

    own = TabularList(library)
    names = library.get_all_codes()
    assert own.get_all_codes() == names
    blocks_of_one_category = ("B99", "C7A")
    for name in [*random.Random(0).sample(names, 500), *blocks_of_one_category, "9", "E08-E13", "E119"]:
        for question in ("is_chapter", "is_block", "is_category", "is_leaf", "get_description", "get_parent",
                         "get_ancestors", "get_children", "get_descendants"):  # fmt: skip
            assert getattr(own, question)(name) == getattr(library, question)(name), (question, name)
        for question in ("get_description", "get_children"):
            assert getattr(own, question)(name, True) == getattr(library, question)(name, True), (question, name)
        included = library.get_includes(name) + library.get_inclusion_term(name)
        assert own.get_notes(name) == (included, library.get_excludes1(name), library.get_excludes2(name))
    assert own.titled("GOUT, unspecified") == ["M10.9"]
    sepsis = re.compile(r"\bsepsis\b", re.IGNORECASE)
    found = {name for name in names if sepsis.search(library.get_description(name)) and library.is_category_or_subcategory(name)}
    assert own.codes(sepsis) == sorted(found)
    assert own.codes(sepsis, categories=True) == sorted(name for name in found if library.is_category(name))
    for name in ("E1", "E11.", "Z00.Z", ""):
        assert own.is_valid_item(name) is library.is_valid_item(name) is False
