"""`dive dataset` from the command line, and on a real little run."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from fake_runs import samples, solution, task, verdict, write_lines, write_run

from dive.commands.dataset import dataset
from dive.config import SynthConfig
from dive.dataset.export.jsonl import read_rows
from dive.errors import DiveError
from dive.runs import read_tasks
from dive.synthesis.synthesize import synthesize

TOYS = Path(__file__).parents[1] / "toys"
TASKS = [task(n) for n in range(30)]


def dive_dataset(*arguments: object) -> Result:
    return CliRunner().invoke(dataset, list(map(str, arguments)))


@pytest.fixture
def run(tmp_path) -> Path:
    return write_run(tmp_path / "run", TASKS, [pair for n, each in enumerate(TASKS) for pair in samples(each, n % 9)])


def test_the_funnel_is_printed_and_the_rows_can_be_read(run, tmp_path):
    ended = dive_dataset(run, "--out", tmp_path / "data", "--purpose", "both", "--size", 9, "--eval", 0.3)
    assert ended.exit_code == 0, ended.exception
    assert "solved too rarely 4" in ended.output and "no correct solution 4" in ended.output
    for purpose in ("sft", "rl"):
        train, held = (list(read_rows(tmp_path / "data" / "jsonl" / purpose, split)) for split in ("train", "eval"))
        assert len(train) == 9 and {row.purpose for row in train} == {purpose}
        assert not {row.seed for row in train} & {row.seed for row in held}


def test_json_says_the_same_as_the_file(run, tmp_path):
    ended = dive_dataset(run, "--out", tmp_path / "data", "--json", "--format", "trl", "--format", "jsonl")
    assert ended.exit_code == 0, ended.exception
    assert json.loads(ended.output) == json.loads((tmp_path / "data" / "selection.json").read_text())
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == [
        "README.md", "dropped.jsonl", "jsonl", "selection.json", "trl"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "xml"], "unknown format 'xml'; known are jsonl"),
        (["--size", "many"], "size: Input should be a valid integer"),
        (["--band", "1:9:2"], "band '1:9:2' is none"),
        (["--eval", "25"], "leaves none for training"),
        (["--against", "gone.jsonl"], "gone.jsonl cannot be read"),
        (["--format", "axolotl", "--purpose", "rl"], "the format axolotl holds none of the rows (not for sft"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(run, tmp_path, options, message):
    ended = dive_dataset(run, "--out", tmp_path / "data", *options)
    assert isinstance(ended.exception, DiveError) and message in str(ended.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.slow
def test_hugging_face_loads_the_folder(run, tmp_path):
    datasets = pytest.importorskip("datasets")
    dive_dataset(run, "--out", tmp_path / "data", "--purpose", "both", "--eval", 3)
    loaded = datasets.load_dataset(str(tmp_path / "data"), "sft", cache_dir=str(tmp_path / "cache"))
    rows = list(read_rows(tmp_path / "data" / "jsonl" / "sft"))
    assert {name: len(split) for name, split in loaded.items()} == {"train": len(rows), "eval": 3}
    assert loaded["train"][0]["messages"] == list(rows[0].messages)
    assert [json.loads(text) for text in loaded["train"]["tools"]] == [list(row.tools) for row in rows]
    assert len(datasets.load_dataset(str(tmp_path / "data"), "rl", cache_dir=str(tmp_path / "cache"))["train"]) > 9


@pytest.mark.slow
def test_a_real_little_run_becomes_a_data_set(tmp_path):
    for name in ("cellar.py", "shelf.py"):
        shutil.copy(TOYS / name, tmp_path / name)
    run = tmp_path / "made"
    config = SynthConfig(
        tasks=4, domain=("cellar",), toolset_min=1, rounds=2, workers=1, out=run, tools=(tmp_path / "cellar.py",), only=True
    )
    synthesize(config=config)
    tasks = list(read_tasks(run))
    solved = [*(solution(each, solver="gold") for each in tasks), solution(tasks[0]), solution(tasks[1], tools=False)]
    write_lines(run / "solutions.jsonl", solved)
    write_lines(run / "verdicts.jsonl", [verdict(each) for each in solved])
    ended = dive_dataset(run, "--out", tmp_path / "data", "--gold", "fill")
    assert ended.exit_code == 0, ended.exception
    rows = list(read_rows(tmp_path / "data" / "jsonl" / "sft"))
    assert [row.task for row in rows] == [each.key for each in tasks if each != tasks[1]]
    assert [row.solver for row in rows] == ["model", "gold", "gold"]
    text = (tmp_path / "data" / "README.md").read_text()
    assert yaml.safe_load(text.split("---\n")[1])["configs"][0]["config_name"] == "sft"
    assert "- cellar.py" in text and str(tmp_path) not in text
    assert "| closed book |  | 3 | solved without a tool 1 |" in text
