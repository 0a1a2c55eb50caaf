"""Formats of files: each is read back by its own rules, and gives the rows that went in."""

import json
from collections import Counter

import pytest
import yaml
from nasty_rows import HARD_TEXT, PARALLEL, QUESTION, SYSTEM, TOOLS, call, result, row, rows

from dive.answers import answers_match
from dive.dataset.export import llama_factory
from dive.dataset.export.axolotl import columns as axolotl_columns
from dive.dataset.export.formats import export
from dive.dataset.export.parquet import read_parquet
from dive.dataset.export.trl import environment_of, read_environments
from dive.dataset.export.writing import ExportOptions
from dive.dataset.published import read_published, stated
from dive.errors import DiveError
from dive.types import Answer


def lines(path):
    with path.open(encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


# Parquet ------------------------------------------------------------------------------------------------------------


def test_parquet_rows_come_back_and_groups_are_small(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    written = [*rows(25), *rows(5, "rl")]
    export(written, "parquet", tmp_path / "out", ExportOptions(rows_per_group=10))
    assert list(read_parquet(tmp_path / "out" / "train.parquet")) == written
    assert pq.ParquetFile(tmp_path / "out" / "train.parquet").num_row_groups == 3
    assert export([], "parquet", tmp_path / "empty").rows == {"train": 0}
    assert list(read_parquet(tmp_path / "empty" / "train.parquet")) == []


@pytest.mark.slow
def test_datasets_reads_parquet_exactly(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    export(rows(25), "parquet", tmp_path / "out")
    loaded = datasets.load_dataset(
        "parquet", data_files=str(tmp_path / "out" / "*.parquet"), cache_dir=str(tmp_path), split="train"
    )
    assert [json.loads(one["messages"]) for one in loaded] == [list(one.messages) for one in rows(25)]
    assert loaded["run"] == ["2026-11-20"] * 25


# TRL ----------------------------------------------------------------------------------------------------------------


def test_trl_rows_name_a_toolset_that_can_be_found(tmp_path):
    written = rows(30, "rl")
    export({"train": written[:20], "eval": written[20:]}, "trl", tmp_path / "out")
    tools_of = read_environments(tmp_path / "out")
    read = lines(tmp_path / "out" / "train.jsonl") + lines(tmp_path / "out" / "eval.jsonl")
    for one, source in zip(read, written, strict=True):
        assert tools_of(one["environment"]) == list(source.tools)
        assert one["prompt"] == list(source.messages)
        assert Answer.model_validate_json(one["answer"]) == source.answer
        assert json.loads(one["tool_names"]) == source.tool_names and json.loads(one["origin"]) == {"run": source.run}
    assert len(json.loads((tmp_path / "out" / "tools.json").read_text())) == 50
    assert len(lines(tmp_path / "out" / "environments.jsonl")) == len({environment_of(one) for one in written}) < 30


def test_toolsets_of_equal_names_that_mean_different_tools_differ():
    assert environment_of(row(0, "rl", tool_names=None)) != environment_of(row(0, "rl", tool_names={"tool_1": "other"}))


def test_trl_supervised_rows(tmp_path):
    export(rows(9), "trl", tmp_path / "out")
    assert [json.loads(one["tools"]) for one in lines(tmp_path / "out" / "train.jsonl")] == [list(one.tools) for one in rows(9)]
    assert not (tmp_path / "out" / "environments.jsonl").exists()
    with pytest.raises(DiveError, match="no rows for GRPO"):
        read_environments(tmp_path / "out")


# LLaMA-Factory ------------------------------------------------------------------------------------------------------


def unread(said):
    """The turns that entries of the format stand for: role, reasoning, text, calls, results."""
    turns = []
    for entry in said:
        text, reasoning = entry["value"], ""
        if entry["from"] in ("gpt", "function_call") and text.startswith("<think>\n"):
            reasoning, text = text.removeprefix("<think>\n").split("\n</think>\n\n", 1)
        if entry["from"] == "function_call":
            beside, _, text = text.removesuffix("</tool_call>").rpartition("<tool_call>")
            asked = json.loads(text)
            turns.append(["call", reasoning, beside, asked if isinstance(asked, list) else [asked]])
        elif entry["from"] == "observation":
            turns.append(["results", "", "", text.split(llama_factory.BETWEEN)])
        else:
            turns.append([entry["from"], reasoning, text, []])
    return turns


def expected(messages):
    turns = []
    for message in messages:
        if message["role"] == "tool":
            if turns[-1][0] != "results":
                turns.append(["results", "", "", []])
            turns[-1][3].append(message["content"])
        elif message["role"] != "system":
            calls = [
                {"name": c["function"]["name"], "arguments": json.loads(c["function"]["arguments"])}
                for c in message.get("tool_calls", ())
            ]
            kind = "human" if message["role"] == "user" else "call" if calls else "gpt"
            turns.append([kind, message.get("reasoning_content", ""), message["content"], calls])
    return turns


def test_llama_factory_holds_every_turn(tmp_path):
    written = rows(20)
    report = export({"train": written, "eval": rows(2)}, "llama_factory", tmp_path / "out", ExportOptions(name="mine"))
    for one, source in zip(lines(tmp_path / "out" / "train.jsonl"), written, strict=True):
        assert unread(one["conversations"]) == expected(source.messages)
        assert one["system"] == (source.messages[0]["content"] if source.messages[0]["role"] == "system" else "")
        assert json.loads(one["tools"]) == [tool["function"] for tool in source.tools]
        roles = [entry["from"] for entry in one["conversations"]]
        assert all(role in (("human", "observation"), ("function_call", "gpt"))[n % 2] for n, role in enumerate(roles))
        assert len(roles) % 2 == 0
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text())
    assert info["mine_eval"]["file_name"] == "eval.jsonl" and info["mine_train"]["columns"]["tools"] == "tools"
    assert report.changed == {"turns with results joined": 8, "turns with text beside calls": 8}


def test_llama_factory_can_make_calls_one_by_one(tmp_path):
    report = export([row(0)], "llama_factory", tmp_path / "out", ExportOptions(parallel="serial"))
    [one] = lines(tmp_path / "out" / "train.jsonl")
    kinds = [(turn[0], len(turn[3]), bool(turn[1])) for turn in unread(one["conversations"])]
    calls = [("call", 1, True), ("results", 1, False), ("call", 1, False), ("results", 1, False), ("call", 1, False)]
    assert kinds == [("human", 0, False), *calls, ("results", 1, False), ("gpt", 0, True)]
    assert report.changed == {"turns with parallel calls made one by one": 1}


def sft(*messages):
    return row(0, messages=messages)


ASKED = {"role": "assistant", "content": "", "tool_calls": [call(1, "tool_1", {}), call(2, "tool_2", {})]}
SAID = {"role": "assistant", "content": "yes"}


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (row(0, "rl"), "not for sft"),
        (sft(QUESTION), "no answer at the end"),
        (sft(QUESTION, ASKED, result(1, "a"), result(2, "b")), "no answer at the end"),
        (sft(QUESTION, ASKED, result(1, "a"), SAID), "calls and results that do not pair"),
        (sft(QUESTION, ASKED, result(1, "a"), result(3, "b"), SAID), "calls and results that do not pair"),
        (sft(QUESTION, QUESTION, SAID), "turns that do not alternate"),
        (sft(SAID, QUESTION, SAID), "turns that do not alternate"),
        (sft(QUESTION, SYSTEM, SAID), "a system message out of place"),
        (sft(QUESTION, {**SAID, "content": "</think> x"}), "text that holds tags of the format"),
        (sft(QUESTION, {**SAID, "reasoning_content": "a </think> b"}), "text that holds tags of the format"),
        (
            sft(QUESTION, ASKED, result(1, llama_factory.BETWEEN), result(2, "b"), SAID),
            "results that hold tags of the format",
        ),
    ],
)
def test_llama_factory_refuses_what_it_would_lose(tmp_path, odd, reason):
    report = export([odd, row(2)], "llama_factory", tmp_path / "out")
    assert report.dropped == {reason: 1} and report.rows == {"train": 1}


def test_llama_factory_own_converter_and_formatter(tmp_path):
    converter = pytest.importorskip("llamafactory.data.converter", reason="llamafactory is not installed")
    formatter = pytest.importorskip("llamafactory.data.formatter")
    parser = pytest.importorskip("llamafactory.data.parser")
    written = rows(9)
    export(written, "llama_factory", tmp_path / "out")
    info = json.loads((tmp_path / "out" / "dataset_info.json").read_text())["dive_tasks_train"]
    attributes = parser.DatasetAttr("file", info["file_name"])
    attributes.join(info)
    convert = converter.SharegptDatasetConverter(attributes, None)
    shown = formatter.FunctionFormatter(slots=["{{content}}"], tool_format="qwen")
    words = {"thought_words": ("<think>\n", "\n</think>\n\n"), "tool_call_words": ("<tool_call>", "</tool_call>")}
    for one, source in zip(lines(tmp_path / "out" / "train.jsonl"), written, strict=True):
        made = convert(one)
        spoken = [*made["_prompt"], *made["_response"]]
        assert made["_tools"] == one["tools"] and len(spoken) == len(one["conversations"])
        texts = ["".join(shown.apply(content=m["content"], **words)) for m in spoken if m["role"] == "function"]
        for text, (_, reasoning, beside, calls) in zip(
            texts, [t for t in expected(source.messages) if t[0] == "call"], strict=True
        ):
            blocks = "\n".join(f"<tool_call>\n{json.dumps(c, ensure_ascii=False)}\n</tool_call>" for c in calls)
            assert text == (f"<think>\n{reasoning}\n</think>\n\n" if reasoning else "") + beside + blocks


# Axolotl ------------------------------------------------------------------------------------------------------------


def test_axolotl_rows_are_parsed_back(tmp_path):
    written = rows(12)
    export({"train": written[:10], "eval": written[10:]}, "axolotl", tmp_path / "out")
    for one, source in zip(lines(tmp_path / "out" / "train.jsonl"), written, strict=False):
        assert one["messages"] == list(source.messages)
        parsed = [
            {**t, "function": {**t["function"], "parameters": json.loads(t["function"]["parameters"])}} for t in one["tools"]
        ]
        assert parsed == list(source.tools)
    config = yaml.safe_load((tmp_path / "out" / "config.yaml").read_text())
    assert [entry["path"] for entry in config["datasets"]] == ["train.jsonl"]
    assert [entry["path"] for entry in config["test_datasets"]] == ["eval.jsonl"]
    assert {entry["type"] for entry in config["datasets"]} == {"chat_template"}


@pytest.mark.slow
def test_datasets_merges_nothing_in_axolotl_rows(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    datasets = pytest.importorskip("datasets", minversion="4.7")
    export(rows(12), "axolotl", tmp_path / "out")
    loaded = datasets.load_dataset(
        "json", data_files=str(tmp_path / "out" / "train.jsonl"), cache_dir=str(tmp_path), split="train"
    )
    assert list(loaded) == [axolotl_columns(one) for one in rows(12)]


def test_axolotl_leaves_out_arguments_that_would_stop_it(tmp_path):
    broken = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "[1]"}}
    odd = sft(QUESTION, {"role": "assistant", "content": "", "tool_calls": [broken]}, SAID)
    assert export([odd], "axolotl", tmp_path / "out").dropped == {"arguments that are not an object": 1}


# Published ----------------------------------------------------------------------------------------------------------


def test_published_rows_come_back(tmp_path):
    written = rows(10, "rl")
    report = export([*written, row(3, "rl")], "published", tmp_path / "out")
    assert report.dropped == {"another row of the same task": 1}
    for one, source in zip(read_published(tmp_path / "out" / "train.jsonl"), written, strict=True):
        assert (one.trace_id, one.query, one.tools) == (source.task, source.query, source.tools)
        assert answers_match(source.answer, one.answer), one.answer
        assert one.domain == ("medical_general" if source.variant == "expert_general" else "medical")


def test_placeholders_are_skipped_and_counted(tmp_path, caplog):
    good = {
        "trace_id": 7,
        "query": "Why?",
        "answer": 42,
        "tools": json.dumps(TOOLS[:2]),
        "metadata": json.dumps({"domain": "biology"}),
    }
    dotted = {"trace_id": "d", "query": HARD_TEXT, "answer": "x", "tools": None, "metadata.domain": "d", "extra": 1}
    bad = [
        {**good, "query": "Failed to evolve question"},
        {**good, "answer": " failed to derive answer."},
        {**good, "query": None},
    ]
    path, skipped = tmp_path / "rl.jsonl", Counter()
    path.write_text("".join(json.dumps(one) + "\n" for one in [good, *bad, dotted]))
    read = list(read_published(path, skipped))
    assert [(one.trace_id, one.answer, len(one.tools), one.domain) for one in read] == [
        ("7", "42", 2, "biology"),
        ("d", "x", 0, "d"),
    ]
    assert skipped == {"placeholder for the query": 1, "placeholder for the answer": 1, "empty query": 1}
    assert f"{path}:2 is skipped" in caplog.text
    path.write_text(json.dumps([good, dotted]))
    assert list(read_published(path)) == read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"query": "x"}', "column 'metadata.domain' is missing"),
        ('{"metadata": {}}', "column 'trace_id' is missing"),
        ("{", "is no JSON"),
        ("[{]", "is no JSON"),
        ('"x"', "is no row"),
        ("\xff", "is no JSON"),
    ],
)
def test_what_is_no_published_row_is_named(tmp_path, text, said):
    (tmp_path / "x.jsonl").write_text(text, encoding="latin-1")
    with pytest.raises(DiveError, match=said):
        list(read_published(tmp_path / "x.jsonl"))
    with pytest.raises(DiveError, match="cannot be read"):
        list(read_published(tmp_path / "y.jsonl"))


def test_an_answer_in_words_has_its_unit():
    assert stated(Answer(type="number", value=2.5, unit="kg")) == "2.5 kg"
    assert stated(Answer(type="list", value=["a", 1e-7])) == '["a", 1e-07]'
    assert len(PARALLEL) == 8
