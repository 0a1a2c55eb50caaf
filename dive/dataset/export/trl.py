"""TRL: rows for `SFTTrainer` (`messages`, `tools`), and for `GRPOTrainer` with a toolset for each row.

A row for GRPO names its toolset by a key in the column `environment`, as the trainer wants it; `environments.jsonl` says which
tools that is, and `tools.json` holds each distinct definition once. Where runs are given, their snapshots are put beside the rows
(`dive.dataset.world`), and `worn` says how a row renames their tools. Call arguments and tools are JSON text, which the trainer
and the templates of Qwen read; for templates that want arguments as objects there is `lists`, at the price that `datasets`
rounds their floats.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path

from dive.dataset.export.environments import Runs
from dive.dataset.export.jsonl import objects_in
from dive.dataset.export.turns import Unfit
from dive.dataset.export.writing import Build, Splits, compact
from dive.dataset.rows import Row
from dive.errors import DiveError
from dive.types import Json, digest


def write_trl(splits: Splits, build: Build) -> None:
    """Write a file for each split; for GRPO also the toolsets."""
    tools: dict[str, Json] = {}
    known = set[str]()
    runs = Runs(build) if build.options.runs else None
    with build.lines("environments.jsonl") as add_environment:
        for split, rows in splits.items():
            with build.lines(f"{split}.jsonl") as add:
                for row in build.one_purpose(rows, split):
                    try:
                        add(_sft(row, build.options.lists) if row.purpose == "sft" else _grpo(row, runs))
                    except Unfit as reason:
                        build.dropped[str(reason)] += 1
                        continue
                    build.rows[split] += 1
                    if row.purpose == "rl" and (key := environment_of(row)) not in known:
                        known.add(key)
                        keyed = {digest(tool): tool for tool in row.tools}
                        tools.update(keyed)
                        add_environment({"environment": key, "tools": list(keyed)})
    if known:
        build.json("tools.json", tools)
        if runs is not None:
            runs.copy()
    else:
        (build.place / "environments.jsonl").unlink()


def environment_of(row: Row) -> str:
    """The key of a row's toolset as the model sees it, and of what its names stand for."""
    return digest([list(row.tools), row.tool_names])


def read_environments(folder: Path) -> Callable[[str], list[Json]]:
    """A function from the key of a toolset to its tool definitions. Raises `DiveError` where the files are missing."""
    try:
        tools = json.loads((folder / "tools.json").read_text(encoding="utf-8"))
        with (folder / "environments.jsonl").open(encoding="utf-8", newline="\n") as lines:
            listed = map(json.loads, lines)
            environments = {entry["environment"]: tuple(map(sys.intern, entry["tools"])) for entry in listed}
    except OSError as error:
        raise DiveError(f"{folder} holds no rows for GRPO: {error}") from None
    return lambda key: [tools[name] for name in environments[key]]


def _sft(row: Row, lists: bool) -> dict[str, Json]:
    messages = [objects_in(message) for message in row.messages] if lists else list(row.messages)
    return {"messages": messages, "tools": list(row.tools) if lists else compact(list(row.tools)), "id": row.id, "task": row.task}


def _grpo(row: Row, runs: Runs | None) -> dict[str, Json]:
    run = row.run if runs is None else runs.name_of(row)
    written = {
        "prompt": list(row.messages), "environment": environment_of(row), "answer": compact(row.answer.model_dump(mode="json")),
        "tool_names": compact(row.tool_names), "task": row.task, "domain": row.domain, "origin": compact({"run": run}),
    }  # fmt: skip
    return written if runs is None else {**written, "worn": compact(runs.worn(row))}
