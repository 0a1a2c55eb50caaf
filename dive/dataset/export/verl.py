"""verl: Parquet rows, one registry of tools for all of them, a reward function and a rollout configuration.

verl keeps one global registry and lets a row choose by name, so a name that means different tools in different rows is written
with a number (`search_2`). Its model of a schema demands one plain type for each parameter and forgets what it does not know:
alternatives are simplified, and what is forgotten (items, bounds, nested properties) is said in the description. Every change is
counted. Function tools keep no state between calls, so rows with stateful tools are left out.
"""

from string import Template
from typing import Any

from dive.dataset.export.environments import Runs, template
from dive.dataset.export.parquet import table
from dive.dataset.export.writing import Build, Splits, compact
from dive.dataset.rows import Row
from dive.errors import DiveError, need_extra
from dive.types import Json, digest

KEPT = ("type", "description", "enum")
"""What verl's schema of a parameter holds."""
MOST_TOOLS = 20_000
"""Distinct tools of one registry; every worker of verl holds them all."""


def write_verl(splits: Splits, build: Build) -> None:
    """Write a Parquet file for each split, of rows for reinforcement learning, and what a training run needs beside them."""
    runs = Runs(build)
    registry = Registry(build, runs)
    for split, rows in splits.items():
        with table(build.place / f"{split}.parquet", schema(), build.options.rows_per_group) as add:
            for row in build.whole(rows, "rl"):
                if runs.is_stateful(row):
                    build.dropped["stateful tools"] += 1
                    continue
                selection = [registry.name_for(tool, row) for tool in row.tools]
                add(columns(row, selection, build.rows[split], split, build.options.name))
                build.rows[split] += 1
    runs.copy()
    build.json("tools.json", registry.entries)
    build.text("function_tools.py", template("verl_tools"))
    build.text("reward.py", template("verl_reward"))
    names = list(splits)
    files = {"train": names[0], "other": next((name for name in names[1:]), names[0])}
    build.text("rollout.yaml", Template(template("verl_rollout")).substitute(files))


def schema() -> Any:
    """The Arrow schema of the rows; every field is declared, so that nothing is guessed or merged."""
    need_extra("dataset", "pyarrow")
    import pyarrow as pa

    text = pa.string()
    message = pa.struct([("role", text), ("content", text)])
    extra = pa.struct([
        ("index", pa.int64()), ("split", text), ("tool_selection", pa.list_(text)), ("need_tools_kwargs", pa.bool_()),
        ("task", text), ("run", text), ("domain", text), ("shape", text),
    ])  # fmt: skip
    return pa.schema([
        ("data_source", text), ("agent_name", text), ("prompt", pa.list_(message)), ("ability", text),
        ("reward_model", pa.struct([("style", text), ("ground_truth", text)])), ("extra_info", extra),
    ])  # fmt: skip


def columns(row: Row, selection: list[str], index: int, split: str, source: str) -> dict[str, Json]:
    """A row as it is written."""
    return {
        "data_source": source,
        "agent_name": "tool_agent",
        "prompt": [{"role": message["role"], "content": message["content"]} for message in row.messages],
        "ability": row.domain,
        "reward_model": {"style": "rule", "ground_truth": compact(row.answer.model_dump(mode="json"))},
        "extra_info": {
            "index": index, "split": split, "tool_selection": selection, "need_tools_kwargs": False,
            "task": row.task, "run": row.run, "domain": row.domain, "shape": row.shape,
        },
    }  # fmt: skip


class Registry:
    """Distinct tools of all rows, under names of their own."""

    def __init__(self, build: Build, runs: Runs) -> None:
        self.entries: list[Json] = []
        """`{"schema", "tool": name in the row, "worn": how it is renamed there, or None}`."""
        self._build, self._runs = build, runs
        self._names: dict[str, str] = {}
        """Names by the digest of definition and meaning."""
        self._taken: set[str] = set()

    def name_for(self, tool: Json, row: Row) -> str:
        """The name under which a row finds a tool of its own."""
        shown = tool["function"]["name"]
        meaning = None if row.tool_names is None else row.tool_names.get(shown, shown)
        key = digest([tool, meaning])
        if key not in self._names:
            name, number = shown, 1
            while name in self._taken:
                number += 1
                name = f"{shown}_{number}"
            if name != shown:
                self._build.changed["tools renamed since their name means several"] += 1
            self._taken.add(name)
            self._names[key] = name
            if len(self.entries) == MOST_TOOLS:
                raise DiveError(
                    f"verl loads all tools of a data set, and these rows have over {MOST_TOOLS:,}; export them without skins"
                )
            schema = simple_tool(tool, name, self._build.changed)
            self.entries.append({"schema": schema, "tool": shown, "worn": self._runs.worn(row, [tool])})
        return self._names[key]


def simple_tool(tool: Json, name: str, changed: Any) -> Json:
    """A definition that verl's model takes. What was simplified is counted in `changed`."""
    function = tool["function"]
    parameters = function.get("parameters") or {}
    properties = {}
    for parameter, given in (parameters.get("properties") or {}).items():
        properties[parameter], how = simple_parameter(given)
        if how:
            changed[f"parameters {how}"] += 1
    described = {"type": "object", "properties": properties, "required": list(parameters.get("required", ()))}
    return {
        "type": "function",
        "function": {"name": name, "description": function.get("description") or "", "parameters": described},
    }


def simple_parameter(given: Json) -> tuple[dict[str, Json], str]:
    """The schema of a parameter in one plain type, and what became of it: nothing, words in the description, or another type."""
    types, how = types_of(given), ""
    if isinstance(given.get("type"), str):
        kind = given["type"]
    else:
        named = [name for name in types if name != "null"]
        kind, how = (named[0] if len(set(named)) == 1 else "string"), "given one type"
    simple: dict[str, Json] = {"type": kind}
    rest = {key: value for key, value in given.items() if key not in (*KEPT, "title")}
    words = given.get("description") or ""
    if rest:
        words, how = f"{words} JSON Schema: {compact(rest)}".strip(), how or "with bounds told in their description"
    if words:
        simple["description"] = words
    if "enum" in given:
        simple["enum"] = given["enum"]
    return simple, how


def types_of(given: Json) -> list[str]:
    """The types that a schema allows, alternatives included."""
    if isinstance(given.get("type"), list):
        return list(given["type"])
    if isinstance(given.get("type"), str):
        return [given["type"]]
    parts = [part for key in ("anyOf", "oneOf", "allOf") for part in given.get(key, ())]
    if parts:
        return [name for part in parts for name in types_of(part)]
    values = given.get("enum", [given["const"]] if "const" in given else [])
    return sorted({_TYPE.get(type(value), "string") for value in values})


_TYPE = {
    str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object", type(None): "null",
}  # fmt: skip
