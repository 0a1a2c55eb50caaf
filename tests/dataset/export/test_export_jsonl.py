"""The canonical form: what is read back, by us and by `datasets`, is what was written."""

import json

import pytest
from nasty_rows import HARD_VALUES, row, rows

from dive.dataset.export.formats import export
from dive.dataset.export.jsonl import columns, read_rows, row_of
from dive.dataset.export.writing import ExportOptions
from dive.errors import DiveError

BOTH = pytest.mark.parametrize("lists", [False, True], ids=["text", "lists"])
PURPOSES = pytest.mark.parametrize("purpose", ["sft", "rl"])


@BOTH
@PURPOSES
def test_rows_come_back_as_they_were(tmp_path, lists, purpose):
    written = rows(20, purpose)
    report = export({"train": written[:15], "eval": written[15:]}, "jsonl", tmp_path / "out", ExportOptions(lists=lists))
    assert [*read_rows(tmp_path / "out"), *read_rows(tmp_path / "out", "eval")] == written
    assert report.rows == {"train": 15, "eval": 5} and not report.dropped and not report.changed


def test_damage_is_reported_with_its_line(tmp_path):
    export(rows(3), "jsonl", tmp_path / "out")
    path = tmp_path / "out" / "train.jsonl"
    lines = path.read_text().split("\n")
    path.write_text("\n".join([lines[0], lines[1][:-5], lines[2]]))
    with pytest.raises(DiveError, match=r"train\.jsonl:2 is damaged"):
        list(read_rows(tmp_path / "out"))
    with pytest.raises(DiveError, match="splits there are train"):
        list(read_rows(tmp_path / "out", "test"))


def test_arguments_that_are_no_object_stay_as_text_and_are_left_out_of_lists(tmp_path):
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"x": '}}
    broken = row(2, messages=({"role": "user", "content": "x"}, {"role": "assistant", "content": "", "tool_calls": [call]}))
    assert export([broken], "jsonl", tmp_path / "text").rows == {"train": 1}
    assert next(read_rows(tmp_path / "text")) == broken
    report = export([broken, row(0)], "jsonl", tmp_path / "lists", ExportOptions(lists=True))
    assert report.dropped == {"arguments that are not JSON": 1} and report.rows == {"train": 1}


@pytest.mark.slow
@PURPOSES
def test_datasets_loads_exactly_what_was_written(tmp_path, purpose, monkeypatch):
    """By its default way, `load_dataset(FOLDER)`; the run is named like a date, which guessing takes for one."""
    load = offline(monkeypatch)
    written = rows(60, purpose)
    export({"train": written[:40], "eval": written[40:]}, "jsonl", tmp_path / "out")
    loaded = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert [columns(one) for one in written[:40]] == list(loaded["train"])
    assert [row_of(one) for one in loaded["eval"]] == written[40:]


@pytest.mark.slow
def test_the_json_loader_without_the_card_gives_the_same(tmp_path, monkeypatch):
    load = offline(monkeypatch)
    export(rows(30), "jsonl", tmp_path / "out")
    file = str(tmp_path / "out" / "train.jsonl")
    assert list(load("json", data_files=file, cache_dir=str(tmp_path / "cache"), split="train")) == [columns(r) for r in rows(30)]


@pytest.mark.slow
def test_later_blocks_may_hold_keys_that_the_first_does_not(tmp_path, monkeypatch):
    load = offline(monkeypatch)
    written = [row(2) for _ in range(30)] + rows(30)
    export(written, "jsonl", tmp_path / "out")
    loaded = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"), split="train", chunksize=20_000)
    assert [row_of(one) for one in loaded] == written


@pytest.mark.slow
def test_why_arguments_are_text_by_default(tmp_path, monkeypatch):
    """`datasets` keeps ten digits of floats in objects; this fails when it no longer does, and lists can be the default."""
    load = offline(monkeypatch)
    export([row(0)], "jsonl", tmp_path / "out", ExportOptions(lists=True))
    [loaded] = load(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"), split="train")
    arguments = next(m for m in loaded["messages"] if m.get("tool_calls"))["tool_calls"][0]["function"]["arguments"]
    assert arguments["third"] != HARD_VALUES["third"] == pytest.approx(arguments["third"])
    assert {k: v for k, v in arguments.items() if k != "third"} == {k: v for k, v in HARD_VALUES.items() if k != "third"}
    text = json.loads(columns(row(0))["messages"][2]["tool_calls"][0]["function"]["arguments"])
    assert text == HARD_VALUES


def offline(monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", minversion="4.7")
    datasets.disable_progress_bars()
    return datasets.load_dataset
