"""The row: one example of a data set in the canonical form, from which every export is made.

`messages` and `tools` are in the form of the chat completions API, with call arguments as JSON text. A row for supervised
training holds a whole conversation; a row for reinforcement learning ends with the question, and carries the gold answer.
"""

from typing import Literal

from dive.types import Answer, Json, Record

Purpose = Literal["sft", "rl"]


class Row(Record):
    """One example."""

    id: str
    """Key of the solution (`sft`) or of the task (`rl`)."""
    task: str
    """Key of the task."""
    purpose: Purpose
    messages: tuple[Json, ...]
    """`{"role", "content", "reasoning_content"?, "tool_calls"?, "tool_call_id"?}`; a call is `{"id", "type": "function",
    "function": {"name", "arguments"}}` with the arguments as JSON text.
    """
    tools: tuple[Json, ...]
    """`{"type": "function", "function": {"name", "description", "parameters"}}`, in the order in which a model sees them."""
    query: str
    answer: Answer
    domain: str
    variant: str
    shape: str
    seed: str
    """Key of the seed, `semantic:value`."""
    tool_names: Json = None
    """Where tools are renamed: the original name of each by its name in this row."""
    used: tuple[str, ...] = ()
    """Original names of the tools that the derivation uses."""
    solver: str = ""
    """Who wrote the conversation of an `sft` row."""
    samples: int = 0
    """Scored solutions of the task."""
    passes: int = 0
    """Of those, the correct ones."""
    run: str = ""
    """Name of the run that the task comes from."""
