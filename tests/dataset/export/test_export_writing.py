"""Where an export may go, what remains of one that fails, and what its report says."""

import os

import pytest
from nasty_rows import row, rows

from dive.dataset.export.formats import FORMATS, export
from dive.dataset.export.jsonl import read_rows
from dive.dataset.export.writing import ExportOptions, read_report
from dive.errors import DiveError

OVER = ExportOptions(overwrite=True)


def test_an_unknown_format_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(DiveError, match=r"unknown format 'csv'; known are jsonl, trl, .*verifiers"):
        export(rows(1), "csv", tmp_path / "out")


def test_a_folder_of_other_things_is_never_touched(tmp_path):
    kept = tmp_path / "thesis.tex"
    kept.write_text("all of it")
    for options in (ExportOptions(), OVER):
        with pytest.raises(DiveError, match="holds no export"):
            export(rows(1), "jsonl", tmp_path, options)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_another_export_is_replaced_only_when_told(tmp_path):
    export(rows(3), "trl", tmp_path / "out")
    with pytest.raises(DiveError, match="have it overwritten"):
        export(rows(1), "jsonl", tmp_path / "out")
    assert read_report(tmp_path / "out").format == "trl"
    export(rows(1), "jsonl", tmp_path / "out", OVER)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["README.md", "export.json", "train.jsonl"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_export_that_fails_leaves_what_was_there(tmp_path):
    def torn():
        yield row(0)
        raise RuntimeError("the source is gone")

    with pytest.raises(RuntimeError):
        export(torn(), "jsonl", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    export(rows(2), "jsonl", tmp_path / "out")
    with pytest.raises(RuntimeError):
        export(torn(), "jsonl", tmp_path / "out", OVER)
    assert len(list(read_rows(tmp_path / "out"))) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["../train", "Train", "", "a b"])
def test_split_names_are_file_names(tmp_path, name):
    with pytest.raises(DiveError, match="cannot name a split"):
        export({name: rows(1)}, "jsonl", tmp_path / "out")


@pytest.mark.parametrize("format", ["jsonl", "trl"])
def test_purposes_are_not_mixed_where_columns_differ(tmp_path, format):
    with pytest.raises(DiveError, match="mix"):
        export([row(0), row(1, "rl")], format, tmp_path / "out")


def test_rows_that_cannot_be_written_are_counted(tmp_path):
    half = row(1, messages=({"role": "user", "content": "half a pair \ud83d"},))
    report = export([row(0), half, row(2, messages=())], "jsonl", tmp_path / "out")
    assert report.dropped == {"no messages": 1, "text that is not Unicode": 1}
    assert report.rows == {"train": 1}
    assert report.files["train.jsonl"] == os.path.getsize(tmp_path / "out" / "train.jsonl")


def test_rows_are_taken_one_at_a_time(tmp_path):
    """No format that needs no run holds the rows: each is let go before the next but a few is asked for."""
    import weakref

    for format in ("jsonl", "trl", "parquet", "llama_factory", "axolotl", "published"):
        alive: list[weakref.ref] = []
        most = 0

        def source(alive=alive):
            nonlocal most
            for number in range(40):
                one = row(number)
                alive.append(weakref.ref(one))
                most = max(most, sum(ref() is not None for ref in alive))
                yield one
                del one

        export(source(), format, tmp_path / format, ExportOptions(rows_per_group=4))
        assert most <= 3, format


def test_every_format_has_a_page_entry():
    from pathlib import Path

    page = (Path(__file__).parents[3] / "docs" / "exports.md").read_text(encoding="utf-8")
    for name in FORMATS:
        assert f"`{name}`" in page
