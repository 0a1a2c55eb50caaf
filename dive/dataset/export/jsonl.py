"""The canonical form: one JSONL file for each split, which `datasets` loads as it was written.

`messages` (for reinforcement learning `prompt`) is a list of messages; `tools`, `answer`, `tool_names`, `origin` (run and solver)
and call arguments are JSON text. They are text because loading turns objects with unlike keys into records padded with nulls, or
into a type whose floats keep ten digits, and a column of names that look like days into times. The card, `README.md`, declares
the columns. With `lists`, tools are lists and arguments objects.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from dive.dataset.export.turns import Unfit, arguments_of
from dive.dataset.export.writing import Build, Splits, compact
from dive.dataset.rows import Purpose, Row
from dive.errors import DiveError
from dive.types import Json

TEXTS = ("tools", "answer", "tool_names")
"""Fields that are written as JSON text."""
ORIGIN = ("run", "solver")
"""Fields that stand together in the column `origin`."""
CONVERSATION: dict[Purpose, str] = {"sft": "messages", "rl": "prompt"}
"""The column that the messages stand in."""


def write_jsonl(splits: Splits, build: Build) -> None:
    """Write a file for each split, and the card."""
    purposes = set[Purpose]()
    for split, rows in splits.items():
        with build.lines(f"{split}.jsonl") as add:
            for row in build.one_purpose(rows, split):
                purposes.add(row.purpose)
                try:
                    add(columns(row, build.options.lists))
                except Unfit as reason:
                    build.dropped[str(reason)] += 1
                    continue
                build.rows[split] += 1
    if len(purposes) > 1:
        raise DiveError("splits mix rows for sft and rl; export them apart")
    build.text("README.md", card(splits, next(iter(purposes), "sft"), build.options.name, build.options.lists))


def columns(row: Row, lists: bool = False) -> dict[str, Json]:
    """A row as it is written. Raises `Unfit` where arguments shall be objects and are none."""
    written: dict[str, Json] = row.model_dump(mode="json")
    messages = [objects_in(message) for message in row.messages] if lists else list(row.messages)
    for name in TEXTS:
        if name != "tools" or not lists:
            written[name] = compact(written[name]) if written[name] is not None else ""
    origin = compact({name: written.pop(name) for name in ORIGIN})
    conversation = CONVERSATION[row.purpose]
    named = {conversation if name == "messages" else name: messages if name == "messages" else written[name] for name in written}
    return {**named, "origin": origin}


def objects_in(message: Json) -> Json:
    """A message with call arguments as objects."""
    if not message.get("tool_calls"):
        return message
    calls = [
        {**call, "function": {"name": call["function"]["name"], "arguments": arguments_of(call)}}
        for call in message["tool_calls"]
    ]  # fmt: skip
    return {**message, "tool_calls": calls}


def card(splits: Splits, purpose: Purpose, name: str, lists: bool = False) -> str:
    """The card of a data set, whose head tells `datasets.load_dataset(FOLDER)` the files and the types of their columns."""
    features = []
    for column, field in Row.model_fields.items():
        if column in ORIGIN:
            continue
        if column == "messages":
            features.append({"name": CONVERSATION[purpose], "list": "json"})
        elif column == "used" or (column == "tools" and lists):
            features.append({"name": column, "list": "json" if column == "tools" else "string"})
        else:
            features.append({"name": column, "dtype": "int64" if field.annotation is int else "string"})
    features.append({"name": "origin", "dtype": "string"})
    head = {
        "configs": [{"config_name": "default", "data_files": [{"split": s, "path": f"{s}.jsonl"} for s in splits]}],
        "dataset_info": {"features": features},
    }
    texts = "`answer`, `tool_names`, `origin`" + ("" if lists else ", `tools` and call arguments") + " are JSON text."
    return (
        f"---\n{json.dumps(head, indent=1)}\n---\n\n# {name}\n\nTasks for tool-using language models, made with DIVE. {texts}\n\n"
        '```python\nfrom datasets import load_dataset\n\nrows = load_dataset("FOLDER", split="train")\n```\n'
    )  # fmt: skip


def read_rows(folder: Path, split: str = "train") -> Iterator[Row]:
    """The rows of a canonical export, text or lists, one at a time. Raises `DiveError` with the line of a damaged one."""
    path = folder / f"{split}.jsonl"
    if not path.is_file():
        raise DiveError(f"{path} does not exist; splits there are {', '.join(sorted(p.stem for p in folder.glob('*.jsonl')))}")
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield row_of(json.loads(line))
            except (ValueError, KeyError, TypeError, ValidationError) as error:
                raise DiveError(f"{path}:{number} is damaged: {str(error).splitlines()[0]}") from None


def row_of(written: dict[str, Json]) -> Row:
    """The row that a line or a loaded record stands for."""
    values = {**written, **json.loads(written["origin"])}
    del values["origin"]
    values["messages"] = [_texts_in(message) for message in values.pop(CONVERSATION[values["purpose"]])]
    for name in TEXTS:
        if isinstance(values[name], str):
            values[name] = json.loads(values[name]) if values[name] else None
    return Row.model_validate(values)


def _texts_in(message: Json) -> Json:
    if not message.get("tool_calls"):
        return message
    calls = []
    for call in message["tool_calls"]:
        function = call["function"]
        given = function["arguments"]
        calls.append({**call, "function": {**function, "arguments": given if isinstance(given, str) else compact(given)}})
    return {**message, "tool_calls": calls}
