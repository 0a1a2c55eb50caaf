"""Tasks that overlap with benchmark files, which file it is, and what cannot be compared."""

import json
from pathlib import Path

import pytest
from fake_runs import task, write_run

from dive.dataset.decontaminate import decontaminate, read_benchmarks
from dive.dataset.read import open_runs, read_candidates
from dive.errors import DiveError
from dive.exemplars import ExemplarPool
from dive.types import Seed

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "benchmarks"
LONG = "What is the boiling point of the lightest noble gas in kelvin at one atmosphere?"
SHORT = "Who wrote the Voynich manuscript?"


def candidates(tmp_path: Path, *tasks):
    return read_candidates(open_runs([write_run(tmp_path / "run", tasks)]))


def benchmarks(tmp_path: Path, **files: str):
    folder = tmp_path / "bench"
    folder.mkdir()
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return read_benchmarks([folder])


def test_eight_words_in_a_row_are_found_with_file_and_words(tmp_path):
    known = benchmarks(tmp_path, a_txt="nothing of note", b_jsonl=json.dumps({"turns": [LONG]}))
    query = "Say what is THE boiling-point of the lightest noble metal, of those in the table."
    why, table = decontaminate(candidates(tmp_path, task(1), task(2, query=query)), known, drop_seeds=False)
    assert list(why) == [1]
    assert (why[1].reason, why[1].file) == ("its query overlaps with a benchmark", "bench/b.jsonl")
    assert why[1].words == "what is the boiling point of the lightest"
    assert [(file.file, file.tasks) for file in table.files] == [("bench/a.txt", 0), ("bench/b.jsonl", 1)]


def test_a_short_question_matches_as_a_whole_only(tmp_path):
    known = benchmarks(tmp_path, a_jsonl=json.dumps([SHORT]))
    tasks = candidates(tmp_path, task(1, query="who wrote the VOYNICH manuscript"), task(2, query=f"{SHORT} Name one person."))
    why, _ = decontaminate(tasks, known, drop_seeds=False)
    assert {number: each.words for number, each in why.items()} == {0: "who wrote the voynich manuscript"}


def test_exemplars_and_long_seeds_are_compared_too(tmp_path):
    exemplar = next(iter(ExemplarPool.default()))
    known = benchmarks(tmp_path, a_txt=f"Earlier words. {exemplar.query} Later words.", b_txt=LONG)
    long_seed = Seed(domain="medical", semantic="x.title", value=f"Essay: {LONG}", source="s")
    tasks = candidates(tmp_path, task(1), task(2, exemplars=("unknown",)), task(3, exemplars=(), seed=long_seed))
    why, table = decontaminate(tasks, known, drop_seeds=False)
    assert {n: each.reason.split()[1] for n, each in why.items()} == {0: "exemplar", 2: "seed"}
    assert (table.exemplars, table.exemplars_unknown) == (1, 1)


def test_a_seed_that_a_benchmark_names_is_noted_and_dropped_on_demand(tmp_path):
    known = benchmarks(tmp_path, a_json=json.dumps({"location": "Paris"}))
    tasks = candidates(tmp_path, task(1, seed=Seed(domain="general", semantic="geo.city", value="PARIS", source="s")), task(2))
    why, table = decontaminate(tasks, known, drop_seeds=False)
    assert why == {} and table.files[0].seeds == 1
    why, table = decontaminate(tasks, known, drop_seeds=True)
    assert list(why) == [0] and table.files[0].tasks == 1


def test_what_has_no_words_is_said_to_be_silent(tmp_path):
    cipher = "pM3kq8/+c2J5FKH44HAStdTHZn2it+uq6slgEHNktfz1tpjLtZXnpfrNp6fFoeLwxtfdqsDOBFsIN0oqSJfpqKDv76O6"
    known = benchmarks(tmp_path, a_csv=f"id,prompt\n1,{cipher}\n", b_csv=f"id,prompt\n1,{LONG}\n")
    assert [(file.file, file.silent) for file in known.files] == [("bench/a.csv", True), ("bench/b.csv", False)]


def test_files_that_are_not_there_or_damaged_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DiveError, match="holds no file of questions"):
        read_benchmarks([tmp_path / "empty"])
    with pytest.raises(DiveError, match=r"benchmark file .*gone\.jsonl cannot be read"):
        read_benchmarks([tmp_path / "gone.jsonl"])


@pytest.mark.slow
@pytest.mark.skipif(not REAL.is_dir(), reason="the benchmark files are not there")
def test_questions_of_real_benchmarks_are_found_and_built_in_exemplars_are_clean(tmp_path):
    import csv

    known = read_benchmarks([REAL])
    with (REAL / "fab" / "v1_public.csv").open(encoding="utf-8", newline="") as file:
        question = max((cell for row in csv.reader(file) for cell in row[:3]), key=len)
    stolen = "Please tell me. " + " ".join(question.split()[:40])
    why, table = decontaminate(candidates(tmp_path, task(1), task(2, query=stolen)), known, drop_seeds=False)
    assert list(why) == [1] and why[1].file.startswith("benchmarks/fab/")
    assert any(file.silent for file in table.files if "xbench/DeepSearch" in file.file)
    assert not any(file.silent for file in table.files if "fab/" in file.file)
    assert [each.query for each in ExemplarPool.default() if known.overlap(each.query)] == []
