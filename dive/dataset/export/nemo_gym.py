"""NeMo Gym: JSONL rows with tools and what the verifier needs, and a resources server beside them.

The protocol is spoken by NeMo RL, by the `nemo-gym` taskset of verifiers and by others: `POST /seed_session` with a row begins
a rollout, `POST /TOOL` with arguments calls a tool, `POST /verify` with the row and the response gives the reward. The server is
`dive.dataset.gym_server`; `server.py` starts it. Some tool names are paths of the protocol; rows with such tools are left out.
"""

from dive.dataset.export.environments import Runs, template
from dive.dataset.export.turns import Unfit
from dive.dataset.export.writing import Build, Splits
from dive.dataset.rows import Row
from dive.types import Json

RESERVED = frozenset({"verify", "seed_session", "aggregate_metrics", "mcp"})
"""Paths of the protocol, which no tool can have."""


def write_nemo_gym(splits: Splits, build: Build) -> None:
    """Write a file for each split, of rows for reinforcement learning, and the server with its world."""
    runs = Runs(build)
    for split, rows in splits.items():
        with build.lines(f"{split}.jsonl") as add:
            for row in build.whole(rows, "rl"):
                try:
                    add(columns(row, runs.name_of(row), runs.worn(row)))
                except Unfit as reason:
                    build.dropped[str(reason)] += 1
                    continue
                build.rows[split] += 1
    runs.copy()
    build.text("server.py", template("gym_server"))


def columns(row: Row, run: str, worn: Json) -> dict[str, Json]:
    """A row as it is written. Raises `Unfit` where a tool has a reserved name."""
    names = [tool["function"]["name"] for tool in row.tools]
    if taken := sorted(RESERVED.intersection(names)):
        raise Unfit(f"a tool with the reserved name {taken[0]}")
    messages = [{"role": message["role"], "content": message["content"]} for message in row.messages]
    tools = [{"type": "function", **tool["function"], "strict": False} for tool in row.tools]
    return {
        "responses_create_params": {"input": messages, "tools": tools, "parallel_tool_calls": True},
        "task": row.task, "run": run, "answer": row.answer.model_dump(mode="json"), "worn": worn,
        "query": row.query, "domain": row.domain, "shape": row.shape,
    }  # fmt: skip
