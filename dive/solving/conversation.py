"""How a task is put to a model: system prompt, question with the convention for final answers, and tool definitions.

One way for solvers, gold trajectories, training data and rewards. The order of the tools is that of the task, always, so that
the prompt's prefix is the same in every request.
"""

from collections.abc import Iterable, Mapping, Sequence

from dive.chat import Message
from dive.prompts import Prompts
from dive.types import Json

MARK = "Final answer:"
"""What the line with the answer begins with."""


def solver_prompts() -> Prompts:
    """The prompts of this package as they stand."""
    return Prompts("dive.solving")


def opening(query: str, prompts: Prompts) -> tuple[Message, Message]:
    """The first two messages of a solver's conversation."""
    return (
        Message(role="system", content=prompts.fill("system")),
        Message(role="user", content=prompts.fill("question", {"query": query})),
    )


def definitions(described: Iterable[Json], toolset: Sequence[str]) -> tuple[Json, ...]:
    """The tools of a task as the API takes them, from a run's `tools.json`. Raises `KeyError` for a tool that it lacks."""
    known: Mapping[str, Json] = {tool["name"]: tool for tool in described}
    return tuple(definition(known[name]) for name in toolset)


def definition(tool: Json) -> Json:
    """One tool, as it is saved with a run, in the form of the API."""
    function = {"name": tool["name"], "description": tool["description"], "parameters": tool["parameters"]}
    return {"type": "function", "function": function}
