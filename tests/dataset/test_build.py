"""The folder of a data set: whole or not at all, the same bytes each time, and rows that say what was selected."""

import hashlib
import json
from pathlib import Path

import pytest
import yaml
from fake_runs import TOOLS, plain, samples, solution, task, write_run

from dive.chat import Message
from dive.config import made_of
from dive.dataset.build import build
from dive.dataset.config import DatasetConfig
from dive.dataset.report import Report, read_report
from dive.dataset.rows import Row
from dive.errors import DiveError
from dive.solving.conversation import MARK

TASKS = [task(n) for n in range(30)]
OPTIONS = {"collector": "openai:large@http://10.1.2.3:8000/v1?temperature=0.5", "deriver": "local:/home/secret-user/weights"}


@pytest.fixture
def run(tmp_path) -> Path:
    gold = [(solution(each, solver="gold"), "correct") for each in TASKS]
    solved = [pair for n, each in enumerate(TASKS) for pair in samples(each, n % 9)]
    return write_run(
        tmp_path / "home" / "secret-user" / "run", TASKS, [*solved, *gold], **OPTIONS, benchmarks=(tmp_path / "mine.txt",)
    )


def made(run: Path, out: Path, **options: object) -> Report:
    return build([run], made_of(DatasetConfig, {"out": out, **options}), plain)


def rows(folder: Path, split: str = "train") -> list[Row]:
    return [Row.model_validate_json(line) for line in (folder / f"{split}.jsonl").read_text().splitlines()]


def contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_folder_of_something_else_is_never_touched(run, tmp_path):
    out = tmp_path / "thesis"
    out.mkdir()
    (out / "chapter.txt").write_text("dear")
    for force in (False, True):
        with pytest.raises(DiveError, match=r"is there and holds no data set of DIVE; choose another --out"):
            made(run, out, force=force)
    assert [path.name for path in out.iterdir()] == ["chapter.txt"]
    with pytest.raises(DiveError, match="holds no data set"):
        made(run, out / "chapter.txt")


def test_another_selection_is_replaced_on_demand_only(run, tmp_path):
    out = tmp_path / "data"
    made(run, out, per_task=1)
    before = contents(out)
    with pytest.raises(DiveError, match=r"holds another selection \(per_task was 1, now 2\); .* --force"):
        made(run, out, per_task=2)
    assert contents(out) == before
    made(run, out, per_task=1)
    assert contents(out) == before
    made(run, out, per_task=2, force=True)
    assert contents(out) != before
    with (run / "verdicts.jsonl").open("a") as file:
        file.write((run / "verdicts.jsonl").read_text().splitlines()[0] + "\n")
    with pytest.raises(DiveError, match="of other runs, or of runs that went on"):
        made(run, out, per_task=2)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_what_fails_half_way_leaves_nothing(run, tmp_path):
    out = tmp_path / "data"

    def broken(splits, format, folder, runs):
        plain(splits, format, folder, runs)
        raise DiveError("the format cannot hold this")

    with pytest.raises(DiveError, match="cannot hold this"):
        build([run], made_of(DatasetConfig, {"out": out}), broken)
    with pytest.raises(DiveError, match=r"the format none holds none of the rows \(unfit 1\)"):
        made(run, out, format=("none",))
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_the_same_runs_give_the_same_bytes_wherever_they_lie(run, tmp_path):
    options = {"purpose": "both", "eval": 0.2, "size": 8, "gold": "fill"}
    report = made(run, tmp_path / "a", **options)
    moved = tmp_path / "elsewhere" / "run"
    moved.parent.mkdir()
    run.rename(moved)
    made(moved, tmp_path / "other" / "b", **options)
    assert contents(tmp_path / "a") == contents(tmp_path / "other" / "b")
    assert read_report(tmp_path / "a") == report


def test_no_file_names_a_place_of_this_machine(run, tmp_path):
    made(run, tmp_path / "data", purpose="both", eval=4)
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            text = path.read_text()
            assert str(tmp_path) not in text and "secret-user" not in text and "10.1.2.3" not in text, path
    text = (tmp_path / "data" / "README.md").read_text()
    assert "  name: large\n  temperature: 0.5\n" in text and "  name: weights\n" in text


def test_rows_for_supervised_training_hold_the_whole_conversation(run, tmp_path):
    made(run, tmp_path / "data", gold="fill")
    found = rows(tmp_path / "data" / "jsonl" / "sft")
    assert [row.task for row in found] == [each.key for each in TASKS]
    row = found[3]
    assert (row.id, row.solver, row.samples, row.passes) == (solution(TASKS[3], 0).key, "model", 8, 3)
    assert [message["role"] for message in row.messages] == ["system", "user", "assistant", "tool", "assistant"]
    assert row.messages[2]["tool_calls"][0]["function"] == {"name": TASKS[3].toolset[0], "arguments": '{"p0": "amber"}'}
    assert [tool["function"]["name"] for tool in row.tools] == list(TASKS[3].toolset)
    known = {tool["name"]: tool for tool in TOOLS}
    assert all(tool["function"]["parameters"] == known[tool["function"]["name"]]["parameters"] for tool in row.tools)
    assert (row.seed, row.run, row.variant, row.answer) == (TASKS[3].seed.key, "run", TASKS[3].variant, TASKS[3].answer)
    gold = found[0]
    assert (gold.solver, gold.samples, gold.passes) == ("gold", 8, 0)


def test_rows_for_reinforcement_learning_end_with_the_question(run, tmp_path):
    made(run, tmp_path / "data", purpose="rl")
    for row in rows(tmp_path / "data" / "jsonl" / "rl"):
        assert [message["role"] for message in row.messages] == ["system", "user"]
        assert row.query in row.messages[1]["content"] and MARK in row.messages[1]["content"]
        assert (row.id, row.solver, row.samples) == (row.task, "", 8) and 1 <= row.passes <= 5


def test_several_formats_hold_the_same_rows(run, tmp_path):
    report = made(run, tmp_path / "data", format=("jsonl", "trl"), purpose="both")
    assert [(each.folder, each.rows["train"]) for each in report.exports] == [
        ("jsonl/sft", 26), ("jsonl/rl", 17), ("trl/sft", 26), ("trl/rl", 17)
    ]  # fmt: skip
    for each in report.exports:
        for name, sha in each.files.items():
            assert hashlib.sha256((tmp_path / "data" / each.folder / name).read_bytes()).hexdigest() == sha


def test_skins_follow_their_row_in_training_only(run, tmp_path):
    report = made(run, tmp_path / "data", skins=2, eval=3)
    train = rows(tmp_path / "data" / "jsonl" / "sft")
    assert report.exports[0].rows == {"train": len(train), "eval": 3} and len(train) % 3 == 0
    assert [row.tool_names is None for row in train] == [True, False, False] * (len(train) // 3)
    assert all(row.tool_names is None for row in rows(tmp_path / "data" / "jsonl" / "sft", "eval"))
    worn = train[1]
    assert worn.id == f"{train[0].id}#s1" and worn.task == train[0].task
    assert sorted(worn.tool_names.values()) == sorted(tool["function"]["name"] for tool in train[0].tools)
    called = worn.messages[2]["tool_calls"][0]["function"]["name"]
    assert worn.tool_names[called] == train[0].messages[2]["tool_calls"][0]["function"]["name"] != called


def test_the_card_says_how_it_came_about(run, tmp_path):
    (tmp_path / "bench.txt").write_text("Note. " + TASKS[4].query)
    made(
        run,
        tmp_path / "data",
        purpose="both",
        against=(tmp_path / "bench.txt",),
        size=5,
        license="apache-2.0",
        title="Mine | yours",
    )
    text = (tmp_path / "data" / "README.md").read_text()
    head = yaml.safe_load(text.split("---\n")[1])
    assert (head["license"], head["pretty_name"], head["size_categories"]) == ("apache-2.0", "Mine | yours", ["n<1K"])
    assert "configs" not in head  # this exporter writes no card of its own
    assert "| items worked on |  | 33 |  |" in text and "| gate `stuck` |  |  | 3 |" in text
    assert f"| {TASKS[4].key} | its query overlaps with a benchmark | `bench.txt` | for the " in text
    assert "       3/8  ####" in text
    assert "| `pydantic` | 0.0, 1.0 | MIT |" in text
    options = "--purpose both --size 5 --against bench.txt --license apache-2.0 --title 'Mine | yours'"
    assert f"dive dataset run --out FOLDER {options}" in text
    assert "- mine.txt" in text
    dropped = [json.loads(line) for line in (tmp_path / "data" / "dropped.jsonl").read_text().splitlines()]
    assert {"task": TASKS[4].key, "file": "bench.txt"}.items() <= dropped[0].items()


def test_heads_of_exports_become_configurations(run, tmp_path):
    def with_card(splits, format, folder, runs):
        written = plain(splits, format, folder, runs)
        head = {"configs": [{"config_name": "default", "data_files": [{"split": s, "path": f"{s}.jsonl"} for s in splits]}]}
        (folder / "README.md").write_text(f"---\n{json.dumps(head)}\n---\n\n# rows\n")
        return written

    build([run], made_of(DatasetConfig, {"out": tmp_path / "data", "purpose": "both", "eval": 3}), with_card)
    head = yaml.safe_load((tmp_path / "data" / "README.md").read_text().split("---\n")[1])
    assert head["configs"][0] == {
        "config_name": "sft",
        "default": True,
        "data_files": [{"split": "train", "path": "jsonl/sft/train.jsonl"}, {"split": "eval", "path": "jsonl/sft/eval.jsonl"}],
    }
    assert head["configs"][1]["config_name"] == "rl" and "default" not in head["configs"][1]


def test_messages_that_are_not_ascii_stay_as_they_are(tmp_path):
    said = solution(
        TASKS[0], messages=(Message(role="user", content="Grüße 数"), Message(role="assistant", content="Final answer: ½"))
    )
    run = write_run(tmp_path / "run", TASKS[:1], [(said, "correct")])
    made(run, tmp_path / "data")
    assert rows(tmp_path / "data" / "jsonl" / "sft")[0].messages[0]["content"] == "Grüße 数"
