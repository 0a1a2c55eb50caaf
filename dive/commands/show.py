"""`dive show`."""

from itertools import islice
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from dive.commands.options import json_option, print_json
from dive.errors import DiveError
from dive.runs import read_tasks
from dive.types import Task, canonical


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--task", "key", help="Only the task with this key, in full.")
@click.option("--limit", type=click.IntRange(min=0), default=10, show_default=True, help="How many tasks to print.")
@click.option("--full", is_flag=True, help="Print calls and derivations too.")
@json_option
def show(run: Path, key: str | None, limit: int, full: bool, as_json: bool) -> None:
    """Print tasks of a run for reading."""
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


def answer_text(task: Task) -> str:
    """The answer as a person writes it."""
    value, unit = task.answer.value, task.answer.unit
    if isinstance(value, dict):
        return "; ".join(f"{name}: {part}{' ' + unit if unit else ''}" for name, part in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value} {unit}".strip()
