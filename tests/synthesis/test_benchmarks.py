"""The gate `clean` and the benchmark questions on disk that it knows, in files of every kind and in every state."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from dive.errors import DiveError
from dive.synthesis.benchmarks import benchmark_grams, texts_in, without_overlap
from dive.synthesis.gates import Draft, clean
from dive.types import Answer, Derivation

QUERY = "By how much does the molar mass of caffeine exceed that of theobromine? Round to two decimal places."

QUESTION = "What is the boiling point of the lightest noble gas in kelvin at one atmosphere?"
SHARED = "Say what is the boiling point of the lightest noble metal."


def asking(query: str) -> Draft:
    return Draft(query, Answer(type="number", value=14.03), Derivation(steps=(), answer="e1.value"), (), {})


def written(folder, name: str, text: str):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def as_csv(folder):
    path = folder / "questions.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["id", "question"], ["1", QUESTION], ["2", 'with "quotes",\nand lines']])
    return path


FILES: dict[str, Callable] = {
    "jsonl": lambda f: written(f, "q.jsonl", "\n" + json.dumps({"id": 1, "turns": [{"text": QUESTION}]}) + "\n\n[1, null]\n"),
    "lines": lambda f: written(f, "lines.json", json.dumps({"q": 1}) + "\n" + json.dumps({"turns": [QUESTION]}) + "\n"),
    "json": lambda f: written(f, "q.json", json.dumps({"data": [{"q": QUESTION, "n": 1.5, "none": None}]})),
    "csv": as_csv,
    "txt": lambda f: written(f, "q.txt", f"1. {QUESTION.upper()}\n2. Another one"),
    "no suffix": lambda f: written(f, "questions", QUESTION),
    "folder": lambda f: written(f, "a/b/q.md", QUESTION).parent.parent,
}


@pytest.mark.parametrize("kind", FILES)
def test_benchmark_questions_are_found_in_files_of_each_kind(tmp_path, kind):
    grams = benchmark_grams([FILES[kind](tmp_path)])
    assert "what is the boiling point of the lightest" in clean(asking(SHARED), grams)
    assert clean(asking(QUERY), grams) is None
    assert clean(asking("What is the boiling point of the heaviest noble gas?"), grams) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [("q.jsonl", '{"q": "cut'), ("q.jsonl", "plain words"), ("q.json", "[1,"), ("q.json", ""), ("q.json", "[" * 100_000)],
)
def test_a_damaged_benchmark_file_is_named(tmp_path, name, text):
    path = written(tmp_path, name, text)
    with pytest.raises(DiveError, match=f"{name} cannot be read"):
        benchmark_grams([path])


def test_an_unreadable_benchmark_file_is_named(tmp_path):
    for path in (tmp_path / "missing.jsonl", written(tmp_path, "file", "x") / "below"):
        with pytest.raises(DiveError, match=f"benchmark file {path} cannot be read"):
            benchmark_grams([path])
    cell = written(tmp_path, "wide.csv", "a" * 200_000)
    with pytest.raises(DiveError, match=r"wide\.csv cannot be read"):
        benchmark_grams([cell])


def test_odd_benchmark_files_are_read(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes(b"\xff\xfe\x00 " + QUESTION.encode())
    assert clean(asking(SHARED), benchmark_grams([path]))
    assert benchmark_grams([written(tmp_path, "empty.jsonl", "\n \n")]) == frozenset()
    assert benchmark_grams([written(tmp_path, "short.txt", "only seven words are in this file")]) == frozenset()
    separated = written(tmp_path, "line_separator.jsonl", json.dumps(f"a\u2028\x85{QUESTION}", ensure_ascii=False))
    assert clean(asking(SHARED), benchmark_grams([separated]))
    folded = QUESTION.replace(" of ", "\nof ")
    assert clean(asking(SHARED), benchmark_grams([written(tmp_path, "folded.csv", f'1,"{folded}"\n')]))
    deep = written(tmp_path, "deep.json", '{"a":' * 200 + json.dumps(QUESTION) + "}" * 200)
    assert list(texts_in(deep)) == [QUESTION]


def test_seeds_and_exemplars_that_share_words_with_a_benchmark_are_left_out(tmp_path):
    grams = benchmark_grams([written(tmp_path, "q.txt", QUESTION)])
    texts = [SHARED, QUERY, "short", QUESTION]
    assert without_overlap(texts, grams, str) == [QUERY, "short"]
    assert without_overlap(texts, frozenset(), str) == texts


def test_the_reason_does_not_depend_on_the_hash_seed(tmp_path):
    program = (
        "import pathlib, sys; from dive.synthesis.benchmarks import benchmark_grams\n"
        "from dive.synthesis.gates import clean, Draft; from dive.types import Answer, Derivation\n"
        "grams = benchmark_grams([pathlib.Path(sys.argv[1])])\n"
        "print(clean(Draft(sys.argv[2], Answer(type='text', value='x'), Derivation(steps=(), answer='1'), (), {}), grams))"
    )
    path = written(tmp_path, "q.txt", QUESTION)
    reasons = {
        subprocess.run(
            [sys.executable, "-c", program, str(path), QUESTION],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)}, check=True, capture_output=True,
        ).stdout
        for seed in "01234"
    }  # fmt: skip
    assert reasons == {b"shares 'what is the boiling point of the lightest' with a benchmark\n"}
