"""`dive show`."""

from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from dive.chat import Solution, Verdict
from dive.commands.options import json_option, print_json
from dive.errors import DiveError
from dive.runs import SOLUTIONS, VERDICTS, read_lines, read_tasks
from dive.types import Task, canonical


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--task", "key", help="Only the task with this key, in full.")
@click.option("--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many tasks to print.")
@click.option("--full", is_flag=True, help="Print calls and derivations too.")
@click.option("--solutions", is_flag=True, help="Print attempts at tasks as conversations, with their verdicts.")
@json_option
def show(run: Path, key: str | None, limit: int, full: bool, solutions: bool, as_json: bool) -> None:
    """Print tasks of a run for reading, or attempts at them.

    \b
    Examples:
      dive show runs/first --limit 3 --full
      dive show runs/first --solutions --limit 2
    """
    if solutions:
        show_solutions(run, key, limit, as_json)
        return
    tasks = read_tasks(run)
    chosen = [t for t in tasks if t.key.startswith(key)] if key else list(islice(tasks, limit))
    if key and not chosen:
        raise DiveError(f"no task of {run} has the key {key!r}; `dive show {run}` prints keys")
    if as_json:
        print_json([task.model_dump(mode="json") for task in chosen])
        return
    console = Console(highlight=False)
    for task in chosen:
        print_task(task, console, full or key is not None)


def print_task(task: Task, console: Console, full: bool) -> None:
    """A task: query and answer, and in full its calls, derivation and rounds."""
    console.print(f"[bold]{task.key}[/]  {task.domain} · {task.variant} · {task.shape} · {len(task.toolset)} tools offered")
    console.print(f"  [cyan]Q[/] {escape(task.query)}", soft_wrap=True)
    console.print(f"  [green]A[/] {escape(answer_text(task))}", soft_wrap=True)
    if full:
        results = {e.id: e for e in task.evidence}
        for step in task.derivation.steps:
            arguments = ", ".join(f"{name}={expression}" for name, expression in step.arguments.items())
            console.print(f"    {step.id} = {step.tool}({escape(arguments)})", soft_wrap=True)
            text = canonical(results[step.id].result)
            console.print(f"       [dim]{escape(text if len(text) <= 300 else text[:300] + ' …')}[/]", soft_wrap=True)
        console.print(f"    answer = {escape(task.derivation.answer)}", soft_wrap=True)
        for number, earlier in enumerate(task.rounds[:-1], 1):
            console.print(f"    [dim]round {number}: {escape(earlier.query)}[/]", soft_wrap=True)
    console.print()


def show_solutions(run: Path, key: str | None, limit: int, as_json: bool) -> None:
    """Print attempts; those at one task where its key is given."""
    if not (run / SOLUTIONS).exists():
        raise DiveError(f"{run} has no solutions; `dive solve {run} --model ...` makes them")
    wanted = (s for s in read_lines(run / SOLUTIONS, Solution) if key is None or s.task.startswith(key))
    chosen = list(islice(wanted, limit))
    if key and not chosen:
        raise DiveError(f"{run} has no solution of a task with the key {key!r}")
    if as_json:
        print_json([solution.model_dump(mode="json") for solution in chosen])
        return
    path = run / VERDICTS
    rulings = {v.solution: v for v in read_lines(path, Verdict)} if path.exists() else {}
    console = Console(highlight=False)
    for solution in chosen:
        print_solution(solution, rulings.get(solution.key), console)


def print_solution(solution: Solution, verdict: Verdict | None, console: Console) -> None:
    """An attempt as a conversation, long results cut."""
    ruled = f" · {verdict.ruling}{f' ({verdict.reason})' if verdict.reason else ''}" if verdict else ""
    ending = solution.trace.ending
    console.print(f"[bold]{solution.task}[/]  {escape(solution.solver)} · sample {solution.sample} · {ending}{escape(ruled)}")
    for message in solution.trace.messages[1:]:
        if message.content:
            text = message.content if message.role != "tool" or len(message.content) <= 300 else message.content[:300] + " …"
            style = {"user": "cyan", "assistant": "green"}.get(message.role, "dim")
            console.print(f"  [{style}]{message.role}[/] {escape(text)}", soft_wrap=True)
        for call in message.tool_calls:
            console.print(f"  [yellow]call[/] {escape(call.name)}({escape(call.arguments)})", soft_wrap=True)
    console.print()


def answer_text(task: Task) -> str:
    """The answer as a person writes it."""
    value, unit = task.answer.value, task.answer.unit
    if isinstance(value, dict):
        return "; ".join(f"{name}: {part}{' ' + unit if unit else ''}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value} {unit}".strip()
