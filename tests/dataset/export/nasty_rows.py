"""Rows made by hand with what formats stumble over, and a small run directory whose tools answer them."""

import json
import shutil
from pathlib import Path

import yaml

from dive.config import SynthConfig
from dive.dataset.rows import Row
from dive.tools.pool import ToolPool
from dive.tools.snapshot import Snapshot
from dive.types import Answer, Evidence

TOYS = Path(__file__).parents[2] / "toys"
HARD_TEXT = "é\u2028ß \"double\" 'single' \\ back\nslash \t {{content}} $x 雪 \U0001f40d null </tool_call>"
HARD_VALUES = {
    "nothing": None, "deep": {"a": [{"b": {"c": None}}, []], "": {}}, "big": 2**53 + 1, "tiny": 1e-7, "third": 0.1234567890123456,
    "text": HARD_TEXT, "digits": "0042", "day": "2024-02-29", "yes": True, "empty": "", "list": [1, 2.5, "x", None],
}  # fmt: skip


def tool(number):
    """A tool whose parameters no other has."""
    kinds = [
        {"type": "number", "minimum": 1e-7, "maximum": 2**53 + 1}, {"type": "string", "enum": ["a", "b"]},
        {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}}, "minItems": 1},
        {"type": "object", "properties": {f"only_{number}": {"type": "boolean"}}}, {"type": ["string", "null"]}, {"const": 7},
    ]  # fmt: skip
    parameters = {
        "type": "object",
        "properties": {f"p{number}": kinds[number % len(kinds)] | {"description": f"Parameter {number}"}},
        "required": [f"p{number}"] if number % 2 else [],
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": f"tool_{number}", "description": HARD_TEXT, "parameters": parameters}}


TOOLS = tuple(tool(number) for number in range(50))


def call(number, name, arguments):
    return {
        "id": f"call_{number}",
        "type": "function",
        "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)},
    }


def result(number, content):
    return {"role": "tool", "content": content, "tool_call_id": f"call_{number}"}


SYSTEM = {"role": "system", "content": "Use tools.\n"}
QUESTION = {"role": "user", "content": f"What is it? {HARD_TEXT}"}
PARALLEL = (
    SYSTEM,
    QUESTION,
    {
        "role": "assistant",
        "content": "",
        "reasoning_content": "Two at once.\nYes.",
        "tool_calls": [call(1, "tool_1", HARD_VALUES), call(2, "tool_2", {})],
    },
    result(1, '{"x": 1e-07, "of": null}'),
    result(2, '"2024-02-29"'),
    {"role": "assistant", "content": "", "tool_calls": [call(3, "tool_3", {"p3": []})]},
    result(3, ""),
    {"role": "assistant", "content": "It is so.\n\nFinal answer: 42", "reasoning_content": "Done."},
)
TEXT_BESIDE = (
    QUESTION,
    {"role": "assistant", "content": "Let me look.", "tool_calls": [call(1, "tool_4", {"p4": {"only_4": True}})]},
    result(1, "{}"),
    {"role": "assistant", "content": "Final answer: none"},
)
PLAIN = (QUESTION, {"role": "assistant", "content": "Final answer: 2024-02-29"})
ANSWERS = (
    Answer(type="number", value=2.5, unit="kg", tolerance=1e-7),
    Answer(type="record", value={"2024-02-29": 1, "b": None}),
    Answer(type="text", value="2024-02-29"),
    Answer(type="integer", value=2**53 + 1),
    Answer(type="set", value=["b", "ä", "\u2028"]),
)


def row(number, purpose="sft", **changes):
    """One of an endless list of rows."""
    messages = (PARALLEL, TEXT_BESIDE, PLAIN)[number % 3] if purpose == "sft" else (SYSTEM, QUESTION)
    values = {
        "id": f"{number:016x}", "task": f"{number:015x}f", "purpose": purpose, "messages": messages,
        "tools": TOOLS[: 50 if number % 5 == 0 else 3 + number % 7], "query": QUESTION["content"], "answer": ANSWERS[number % 5],
        "domain": "medical", "variant": "expert_general" if number % 2 else "expert", "shape": "lookup", "seed": "a:b",
        "tool_names": {"tool_1": "original_1"} if number % 2 else None, "used": ("original_1",) if number % 3 else (),
        "samples": 8, "passes": 3, "run": "2026-11-20",
    }  # fmt: skip
    return Row.model_validate(values | changes)


def rows(count, purpose="sft"):
    return [row(number, purpose) for number in range(count)]


def toy_pool():
    return ToolPool.of_files([TOYS / "cellar.py", TOYS / "desk.py"], only=True)


def toy_definitions(pool, names):
    return tuple(
        {"type": "function", "function": {"name": n, "description": pool[n].description, "parameters": pool[n].schema}}
        for n in names
    )


def toy_run(folder):
    """A run directory with the results of two calls in its snapshot."""
    folder.mkdir(parents=True)
    for name in ("cellar.py", "desk.py", "shelf.py"):
        shutil.copy(TOYS / name, folder / name)
    pool = toy_pool()
    config = SynthConfig(tools=(folder / "cellar.py", folder / "desk.py"), only=True, toolset_min=1)
    (folder / "config.yaml").write_text(yaml.safe_dump(config.model_dump(mode="json")))
    tools = [
        {"name": t.name, "provider": t.provider, "version": t.version, "stateful": t.stateful, "description": t.description,
         "parameters": t.schema}
        for t in pool
    ]  # fmt: skip
    (folder / "tools.json").write_text(json.dumps(tools))
    snapshot = Snapshot(folder / "snapshot.sqlite")
    version = pool["wine_label"].version
    found = {"Rioja": {"country": "Spain", "alcohol": 13.5}, "Madeira": {"country": "Portugal", "alcohol": 19.0}}
    snapshot.add(
        Evidence(id=f"e{n}", tool="wine_label", version=version, arguments={"wine": wine}, result=label)
        for n, (wine, label) in enumerate(found.items())
    )
    snapshot.close()
    return folder


def toy_row(number=0, *, names=None, tools=("wine_label", "wine_country_code"), run="toy", **changes):
    """A row for reinforcement learning over the tools of `toy_run`; `names` gives other names to them."""
    shown = {original: name for name, original in (names or {}).items()}
    definitions = toy_definitions(toy_pool(), tools)
    renamed = tuple(
        {**d, "function": {**d["function"], "name": shown.get(d["function"]["name"], d["function"]["name"])}} for d in definitions
    )
    wine, alcohol = (("Rioja", 13.5), ("Madeira", 19.0))[number % 2]
    query = f"How strong is {wine}, in % by volume?"
    messages = (SYSTEM, {"role": "user", "content": query})
    answer = Answer(type="number", value=alcohol, unit="% by volume", tolerance=0.05)
    values = {"messages": messages, "tools": renamed, "tool_names": names, "query": query, "answer": answer, "run": run}
    return row(number, "rl").model_copy(update=values | changes)
