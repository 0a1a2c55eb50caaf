"""The library of pages: what is not there first, then search, links and reading against the docstrings themselves."""

import inspect
import os
import subprocess
import sys

import pytest

from dive.errors import ToolError
from dive.tools.general import library
from dive.tools.pool import domain_tools

TOOLS = {tool.name: tool for tool in domain_tools("general")}


def call(name, /, **arguments):
    return TOOLS[name].call(arguments)


def code(name, /, **arguments):
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("search_pages", {"words": "zzqx nothing"}, "not_found"),
        ("search_pages", {"words": '"*()'}, "bad_arguments"),
        ("search_pages", {"words": "word " * 13}, "bad_arguments"),
        ("page_facts", {"page": "scipy.signal.nope"}, "not_found"),
        ("page_facts", {"page": "/etc/passwd"}, "not_found"),
        ("page_facts", {"page": "os.system"}, "not_found"),
        ("read_page", {"page": "scipy.signal.butter", "section": "Nope"}, "not_found"),
        ("find_in_page", {"page": "scipy.signal.butter", "word": "(a+)+"}, "bad_arguments"),
        ("find_in_page", {"page": "scipy.signal.butter", "word": "zebra"}, "not_found"),
    ],
)
def test_errors(name, arguments, expected):
    assert code(name, **arguments) == expected


@pytest.mark.parametrize("words", ['path OR graph"', "NEAR(path graph)", "title: path", "path*", "-path", "path AND"])
def test_the_language_of_the_index_is_no_way_in(words):
    outcome = "a result"
    try:
        call("search_pages", words=words)
    except ToolError as error:
        outcome = error.code
    assert outcome in ("a result", "not_found")


def test_search_needs_all_words_and_knows_inflections():
    found = call("search_pages", words="shortest path")
    assert "shortest_path" in found["best"]
    texts = library.pages()
    assert all("path" in texts[row["title"]].text.lower() for row in found["pages"])
    assert found["count"] >= len(found["pages"]) == 10
    assert call("search_pages", words="butterworth filters")["best"].startswith("scipy.signal.")
    assert call("search_pages", words="path shortest")["count"] == found["count"]


def test_a_page_is_the_docstring():
    from scipy import signal

    text = inspect.getdoc(signal.butter)
    facts = call("page_facts", page="scipy.signal.butter")
    assert facts["words"] == len(text.split())
    assert facts["parameters"] == list(inspect.signature(signal.butter).parameters)
    assert facts["sections"][:3] == ["Summary", "Parameters", "Returns"]
    assert facts["examples"] == text.count(">>>")
    assert call("find_in_page", page="scipy.signal.butter", word="BUTTERWORTH")["count"] == text.lower().count("butterworth")


def test_links_go_both_ways():
    found = call("page_links", page="scipy.signal.butter")
    assert [row["title"] for row in found["links"]] == ["scipy.signal.buttord"]
    assert "scipy.signal.butter" in call("page_links", page="scipy.signal.buttord")["linked_from"]
    for title, targets in library.links().items():
        assert title not in targets
        assert all(title in library.back_links()[target] for target in targets)


def test_sections():
    made = library.sections_of("What it does.\n\nNotes\n-----\nFirst.\n\nSecond.\n\nSee Also\n--------\nother : text")
    assert made == {"Summary": "What it does.", "Notes": "First.\n\nSecond.", "See Also": "other : text"}
    page = library.Page("x", "", library.sections_of("S\n\nParameters\n----------\na, b : int\n    Text: c.\n*args : d\n"))
    assert library.parameters_of(page) == ["a", "b", "args"]
    text = call("read_page", page="networkx.pagerank", section="Notes")["text"]
    assert text in inspect.getdoc(__import__("networkx").pagerank.orig_func)


def test_pages_do_not_name_this_machine():
    assert not [title for title, page in library.pages().items() if "site-packages" in page.text]


def test_what_scipy_writes_anew_at_each_start_is_left_out():
    text = "A\n\n>>> X.sample(shape=(4,))\narray([1.5, 2., 3.])  # may vary\n>>> f([1])\narray([1.5])\n"
    assert library.settled(text) == "A\n\n>>> X.sample(shape=(4,))\n>>> f([1])\narray([1.5])"
    noted = "    Use of argument(s) ``{'weights', 'normalize'}`` by position is deprecated; one of {'b', 'a'}"
    assert library.settled(noted) == noted.replace("'weights', 'normalize'", "'normalize', 'weights'")
    assert ">>> X.sample(shape=(4,))" in library.pages()["scipy.stats.Normal"].text


@pytest.mark.slow
def test_pages_are_the_same_in_every_process():
    program = (
        "import hashlib; from dive.tools.general.library import pages; print(hashlib.sha256(repr(pages()).encode()).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True, timeout=120,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(made) == 1
