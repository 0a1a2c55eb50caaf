"""LLaMA-Factory: ShareGPT files and `dataset_info.json`.

Turns alternate strictly: human, function_call, observation, ..., gpt. A function_call is a JSON list where several calls are made
at once, whose results are joined in one observation by the tags that templates of the Qwen family put between results; or, with
`parallel="serial"`, calls are made one after the other. Reasoning stands before a call or an answer in `<think>`. Text beside a
call is kept in a form that versions from 0.9.5 read. `<` inside calls is escaped, so that no tag is found there. Ids of calls are
lost, as the format has none.
"""

import json
from collections.abc import Iterator

from dive.dataset.export.turns import Call, Turn, Unfit, turns_of
from dive.dataset.export.writing import Build, Parallel, Splits, compact
from dive.dataset.rows import Row
from dive.types import Json

BETWEEN = "\n</tool_response>\n<tool_response>\n"
"""What stands between the results of parallel calls."""
THINK = ("<think>\n", "\n</think>\n\n")
_TAGS = ("<think>", "</think>", "<tool_call>", "</tool_call>")


def write_llama_factory(splits: Splits, build: Build) -> None:
    """Write a file for each split, of rows for supervised training, and `dataset_info.json`."""
    info: dict[str, Json] = {}
    for split, rows in splits.items():
        info[f"{build.options.name}_{split}"] = {
            "file_name": f"{split}.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "conversations", "system": "system", "tools": "tools"},
        }
        with build.lines(f"{split}.jsonl") as add:
            for row in build.whole(rows, "sft"):
                try:
                    written, changes = columns(row, build.options.parallel)
                except Unfit as reason:
                    build.dropped[str(reason)] += 1
                    continue
                add(written)
                build.rows[split] += 1
                build.changed.update(changes)
    build.json("dataset_info.json", info)


def columns(row: Row, parallel: Parallel) -> tuple[dict[str, Json], list[str]]:
    """A row as it is written, and what was changed in it. Raises `Unfit` where that would lose something."""
    system, turns = turns_of(row)
    changes: list[str] = []
    said: list[Json] = []
    for turn in turns:
        if turn.role == "user":
            said.append({"from": "human", "value": turn.content})
        else:
            said += _spoken(turn, parallel, changes)
    accepted = (("human", "observation"), ("function_call", "gpt"))
    if any(entry["from"] not in accepted[place % 2] for place, entry in enumerate(said)):
        raise Unfit("turns that do not alternate")
    if not said or said[-1]["from"] != "gpt":
        raise Unfit("no answer at the end")
    tools = compact([tool["function"] for tool in row.tools])
    return {"conversations": said, "system": system, "tools": tools, "id": row.id}, changes


def _spoken(turn: Turn, parallel: Parallel, changes: list[str]) -> Iterator[Json]:
    """The entries of a turn of the model, with the results of its calls."""
    if any(tag in part for tag in _TAGS for part in (turn.reasoning, turn.content)):
        raise Unfit("text that holds tags of the format")
    thought = turn.reasoning.join(THINK) if turn.reasoning else ""
    if not turn.calls:
        yield {"from": "gpt", "value": thought + turn.content}
        return
    if len(turn.calls) > 1:
        if parallel == "drop":
            raise Unfit("parallel calls")
        changes.append("turns with results joined" if parallel == "join" else "turns with parallel calls made one by one")
    if turn.content:
        changes.append("turns with text beside calls")
    groups = [turn.calls] if parallel == "join" else [(call,) for call in turn.calls]
    for place, calls in enumerate(groups):
        if len(calls) > 1 and any(BETWEEN.strip() in call.result for call in calls):
            raise Unfit("results that hold tags of the format")
        yield {"from": "function_call", "value": _asked(calls, thought, turn.content) if place == 0 else _asked(calls, "", "")}
        yield {"from": "observation", "value": BETWEEN.join(call.result for call in calls)}


def _asked(calls: tuple[Call, ...], thought: str, content: str) -> str:
    parts: list[Json] = [{"name": call.name, "arguments": call.arguments} for call in calls]
    text = json.dumps(parts[0] if len(parts) == 1 else parts, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    return f"{thought}{content}<tool_call>{text}</tool_call>" if content else thought + text
