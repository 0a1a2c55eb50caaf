"""Rows out of what was selected: lines of tasks and solutions are read again, one at a time, in the order of the selection."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import IO

from dive.chat import Message, Solution, as_sent
from dive.dataset.fit import group_of, rate_of
from dive.dataset.passes import Passes
from dive.dataset.read import Source, line_at
from dive.dataset.rows import Purpose, Row
from dive.dataset.select import Chosen
from dive.solving.conversation import definitions, opening, solver_prompts
from dive.types import Task


def rows_of(purpose: Purpose, chosen: Sequence[Chosen], sources: Sequence[Source], passes: Passes, solver: str) -> Iterator[Row]:
    """The rows of the chosen tasks: one for each conversation (`sft`), or one for each task (`rl`)."""
    prompts = solver_prompts()
    with ExitStack() as stack:
        tasks = [stack.enter_context((source.path / "tasks.jsonl").open("rb")) for source in sources]
        solutions: list[IO[bytes]] = []
        if purpose == "sft":
            solutions = [stack.enter_context((source.path / "solutions.jsonl").open("rb")) for source in sources]
        for each in chosen:
            source, tally = sources[each.task.source], passes.of(each.task.number)
            task = line_at(tasks[each.task.source], each.task.start, Task)
            if purpose == "rl":
                rate = rate_of(tally, solver)
                yield _row(purpose, task, source, opening(task.query, prompts), rate)
            for take in each.takes if purpose == "sft" else ():
                solution = line_at(solutions[each.task.source], take.start, Solution)
                rate = rate_of(tally, group_of(tally, take))
                row = _row(purpose, task, source, solution.trace.messages, rate)
                yield row.model_copy(update={"id": solution.key, "solver": solution.solver})


def _row(purpose: Purpose, task: Task, source: Source, messages: Sequence[Message], rate: tuple[int, int]) -> Row:
    return Row(
        id=task.key, task=task.key, purpose=purpose, messages=tuple(as_sent(message) for message in messages),
        tools=definitions(source.tools.values(), task.toolset), query=task.query, answer=task.answer,
        domain=task.domain, variant=task.variant, shape=task.shape, seed=task.seed.key,
        used=tuple(dict.fromkeys(step.tool for step in task.derivation.steps)),
        samples=rate[0], passes=rate[1], run=source.name,
    )  # fmt: skip
