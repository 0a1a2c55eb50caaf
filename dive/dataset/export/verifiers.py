"""verifiers: one package that is a v1 taskset for verifiers 0.4 and later and a v0 environment for versions before.

The v1 taskset has one shared MCP server whose list of tools is that of the rollout's row; the v0 environment gives each row its
`tool_defs`. Both answer from the package's world and score with the one grader. Install the folder beside verifiers and dive.
"""

import keyword
import sys
from string import Template

from dive.dataset.export.environments import Runs, template
from dive.dataset.export.turns import Unfit
from dive.dataset.export.writing import Build, Splits, compact
from dive.dataset.rows import Row
from dive.errors import DiveError
from dive.types import Json

FILES = {
    "__init__.py": "verifiers_init",
    "taskset.py": "verifiers_taskset",
    "tools.py": "verifiers_tools",
    "legacy.py": "verifiers_legacy",
}

TAKEN = ("dive", "verifiers", "datasets", "mcp")
"""Packages that the exported one imports."""


def write_verifiers(splits: Splits, build: Build) -> None:
    """Write the package, with rows for reinforcement learning in a file for each split."""
    runs, name = Runs(build), build.options.name
    if keyword.iskeyword(name) or name in sys.stdlib_module_names or name in TAKEN:
        raise DiveError(f"{name!r} cannot name a package, which it would hide; choose another name")
    for split, rows in splits.items():
        with build.lines(f"{name}/rows/{split}.jsonl") as add:
            for row in build.whole(rows, "rl"):
                try:
                    add(columns(row, runs.name_of(row), runs.worn(row)))
                except Unfit as reason:
                    build.dropped[str(reason)] += 1
                    continue
                build.rows[split] += 1
    runs.copy(build.place / name)
    slots = {
        "package": name,
        "class": "".join(part.capitalize() for part in name.split("_")),
        "distribution": name.replace("_", "-"),
    }
    for file, source in FILES.items():
        build.text(f"{name}/{file}", Template(template(source)).substitute(slots))
    build.text("pyproject.toml", Template(template("verifiers_pyproject")).substitute(slots))


def columns(row: Row, run: str, worn: Json) -> dict[str, Json]:
    """A row as it is written. Raises `Unfit` for a prompt that is more than a question with a system prompt before it."""
    messages = list(row.messages)
    system = messages.pop(0)["content"] if messages[0]["role"] == "system" else ""
    if [message["role"] for message in messages] != ["user"]:
        raise Unfit("a prompt that is more than a question")
    return {
        "name": row.id, "system": system, "question": messages[0]["content"],
        "answer": compact(row.answer.model_dump(mode="json")), "tools": [tool["function"] for tool in row.tools],
        "worn": worn, "run": run, "domain": row.domain,
    }  # fmt: skip
