"""Small runs written by hand: tasks, solutions and verdicts as records, with two dozen tools that nobody calls."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from dive.chat import Message, Ruling, Solution, ToolCall, Trace, Usage, Verdict
from dive.config import SynthConfig
from dive.dataset.build import Splits
from dive.dataset.report import Written
from dive.exemplars import ExemplarPool
from dive.tools.snapshot import Snapshot
from dive.types import Answer, Derivation, Evidence, Record, Round, Seed, Step, Task, digest

TOOLS = [
    {
        "name": f"tool_{n:02}", "domain": ("medical", "financial")[n % 2], "kind": ("retrieval", "processing")[n % 3 == 0],
        "provider": f"library{n % 4}", "version": f"1 pydantic=={n % 2}.0", "description": f"Tool {n}.",
        "parameters": {"type": "object", "properties": {f"p{n}": {"type": "string"}}, "required": [f"p{n}"]},
        "result": {"type": "object"},
    }
    for n in range(24)
]  # fmt: skip
WORDS = (
    "amber basil cedar dahlia elder fennel garnet hazel indigo juniper kelp laurel maple nettle ochre poplar quince russet "
    "saffron thyme umber violet willow yarrow zinnia"
).split()


def task(n: int, **changes: object) -> Task:
    """A task; `changes` replace fields. Queries of different tasks share no 8 words in a row."""
    a, b, c = (WORDS[(n // 25 + factor * n) % 25] for factor in (1, 3, 11))
    query = str(
        changes.pop("query", f"For the {a} {b} {c} sample, by how many {c} units does the {b} reading exceed the {a} one today?")
    )
    tools = changes.pop("tools", (f"tool_{n % 24:02}", f"tool_{(n * 7 + 1) % 24:02}"))
    steps = tuple(
        Step(id=f"e{k}", tool=tool, arguments={"p": f"'{a}-{b}-{c}'" if k == 1 else f"e{k - 1}.value"})
        for k, tool in enumerate(tools, 1)
    )  # fmt: skip
    derivation = Derivation(steps=steps, answer=f"round(e{len(steps)}.value, {n % 7})")
    answer = Answer(type="number", value=n + 0.5, unit="units", tolerance=0.01)
    offered = {
        name for step in steps for name in (step.tool, f"tool_{n % 24:02}", f"tool_{n * 5 % 24:02}", f"tool_{n * 11 % 24:02}")
    }
    values: dict[str, object] = {
        "key": digest([query, n]), "index": n, "query": query, "answer": answer, "derivation": derivation,
        "evidence": tuple(Evidence(id=s.id, tool=s.tool, version="1", arguments={"p": a}, result={"value": 1.5}) for s in steps),
        "toolset": tuple(sorted(offered)), "domain": ("medical", "financial")[n % 2], "variant": ("expert", "cross")[n // 2 % 2],
        "shape": ("chain", "compare", "lookup")[n % 3],
        "seed": Seed(domain="medical", semantic="x.name", value=f"{a} {n}", source="s"),
        "exemplars": (next(iter(ExemplarPool.default())).key,),
        "rounds": (Round(query=query, answer=answer, derivation=derivation, shape="chain"),),
    }  # fmt: skip
    return Task.model_validate(values | changes)


def solution(
    of: Task,
    sample: int = 0,
    *,
    solver: str = "model",
    turns: int = 3,
    tokens: int = 50,
    tools: bool = True,
    settings: str = "0",
    **trace: object,
) -> Solution:
    """A solution that calls one tool, or none."""
    question = (Message(role="system", content="Use tools."), Message(role="user", content=of.query))
    call = ToolCall(id="c1", name=of.toolset[0], arguments='{"p0": "amber"}')
    work = (
        Message(role="assistant", tool_calls=(call,)),
        Message(role="tool", content='{"value": 1.5}', tool_call_id="c1"),
    )
    final = Message(role="assistant", content=f"Sample {sample}.\nFinal answer: {of.answer.value}")
    made = Evidence(id="c1", tool=of.toolset[0], version="1", arguments={"p0": "amber"}, result={"value": 1.5})
    values: dict[str, object] = {
        "messages": (*question, *(work if tools else ()), final), "ending": "answered", "turns": turns,
        "usage": Usage(completion=tokens), "calls": (made,) if tools else (),
    }  # fmt: skip
    return Solution(
        key=digest([of.key, solver, settings, sample]), task=of.key, solver=solver, settings=settings, sample=sample,
        trace=Trace.model_validate(values | trace),
    )  # fmt: skip


def verdict(of: Solution, ruling: Ruling = "correct") -> Verdict:
    return Verdict(solution=of.key, task=of.task, solver=of.solver, sample=of.sample, ruling=ruling, method="comparison")


def samples(of: Task, right: int, count: int = 8, **options: object) -> list[tuple[Solution, Ruling]]:
    """`count` solutions, of which the first `right` are correct."""
    return [(solution(of, n, **options), "correct" if n < right else "wrong") for n in range(count)]  # type: ignore[arg-type]


def write_run(
    folder: Path, tasks: Sequence[Task], solved: Iterable[tuple[Solution, Ruling]] | None = None, **config: object
) -> Path:
    """A run directory; without `solved` it has neither solutions nor verdicts."""
    folder.mkdir(parents=True)
    made = SynthConfig.model_validate({"tasks": len(tasks), "out": folder, **config})
    (folder / "config.yaml").write_text(yaml.safe_dump(made.model_dump(mode="json"), sort_keys=False))
    (folder / "tools.json").write_text(json.dumps(TOOLS))
    (folder / "summary.json").write_text(json.dumps({"items": len(tasks) + 3, "funnel": {"kept": len(tasks), "stuck": 3}}))
    write_lines(folder / "tasks.jsonl", tasks)
    Snapshot(folder / "snapshot.sqlite").close()
    if solved is not None:
        pairs = list(solved)
        write_lines(folder / "solutions.jsonl", [each for each, _ in pairs])
        write_lines(folder / "verdicts.jsonl", [verdict(each, ruling) for each, ruling in pairs])
    return folder


def write_lines(path: Path, records: Iterable[Record]) -> None:
    path.write_text("".join(record.model_dump_json() + "\n" for record in records))


def plain(splits: Splits, format: str, folder: Path, runs: Sequence[Path]) -> Written:
    """An exporter that writes rows as they are; the format `none` holds nothing."""
    folder.mkdir(parents=True)
    counts = {}
    for split, rows in splits.items():
        lines = [row.model_dump_json() for row in rows]
        counts[split] = 0 if format == "none" else len(lines)
        if counts[split]:
            (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n")
    return Written(format=format, purpose="", folder="", rows=counts, dropped={"unfit": 1} if format == "none" else {})
