"""Axolotl: JSONL for `type: chat_template`, with call arguments and tool parameters as JSON text, and a piece of YAML.

The text keeps Arrow from merging the schemas of unlike tools; Axolotl parses it before the template sees it.
"""

from dive.dataset.export.turns import Unfit, arguments_of
from dive.dataset.export.writing import Build, Splits, compact
from dive.dataset.rows import Row
from dive.types import Json

CONFIG = """\
# The part of an Axolotl configuration that reads this export; the paths are relative to where axolotl is started.
datasets:
{datasets}
chat_template: tokenizer_default
train_on_inputs: false
"""
DATASET = """\
  - path: {path}
    ds_type: json
    type: chat_template
    field_messages: messages
    field_tools: tools
    message_property_mappings:
      role: role
      content: content
    roles_to_train: [assistant]
    train_on_eos: turn
"""


def write_axolotl(splits: Splits, build: Build) -> None:
    """Write a file for each split, of rows for supervised training, and `config.yaml`."""
    for split, rows in splits.items():
        with build.lines(f"{split}.jsonl") as add:
            for row in build.whole(rows, "sft"):
                try:
                    add(columns(row))
                except Unfit as reason:
                    build.dropped[str(reason)] += 1
                    continue
                build.rows[split] += 1
    entries = {split: DATASET.format(path=f"{split}.jsonl") for split in splits}
    text = CONFIG.format(datasets="".join(e for split, e in entries.items() if split == "train" or len(entries) == 1))
    tests = "".join(e for split, e in entries.items() if split != "train" and len(entries) > 1)
    build.text("config.yaml", text + (f"test_datasets:\n{tests}" if tests else ""))


def columns(row: Row) -> dict[str, Json]:
    """A row as it is written. Raises `Unfit` where arguments are no JSON object, since Axolotl would stop there."""
    for message in row.messages:
        for call in message.get("tool_calls") or []:
            arguments_of(call)
    tools = [
        {**tool, "function": {**tool["function"], "parameters": compact(tool["function"]["parameters"])}} for tool in row.tools
    ]  # fmt: skip
    return {"messages": list(row.messages), "tools": tools, "id": row.id}
