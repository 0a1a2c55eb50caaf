"""`dive solve`."""

import sys
from pathlib import Path
from typing import Any

import click

from dive.chat import ModelError
from dive.commands.options import files_option, given, json_option, options_of, pool_with, print_json
from dive.commands.progress import progress_bar
from dive.config import made_of
from dive.errors import DiveError
from dive.runs import read_config_of
from dive.solving.solve import Advance, SolveConfig, SolveReport, solve


@click.command("solve")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--gold", is_flag=True, help="No model: replay each task's derivation into `samples` gold trajectories.")
@options_of(SolveConfig)
@files_option
@json_option
def solve_command(run: Path, gold: bool, files: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Let a model try each task of a run, several times, with the task's own tools.

    Every attempt is a conversation with tool calls, kept whole in RUN/solutions.jsonl. The command can be stopped and goes on
    where it stopped; replies that came are not asked for again. Then `dive verify RUN` says which attempts are right.

    \b
    Examples:
      dive solve runs/first --model openai:qwen3-8b@http://127.0.0.1:8000/v1 --samples 8
      dive solve runs/first --model "openai:gpt-5-mini?price_in=0.25&price_out=2" --max-cost 5 --in-flight 32
      dive solve runs/first --model openai:m@http://127.0.0.1:8000/v1 --no-tools --samples 4
    """
    config = made_of(SolveConfig, given(options))
    tools = pool_with(files, read_config_of(run).only) if files else None
    total = (config.limit or _tasks_in(run)) * config.samples
    try:
        with progress_bar("attempts", total, quiet=as_json) as show:
            report = solve(run, config, tools, None if show is None else lambda now: show(now.done, _said(now)))
    except ModelError as error:
        raise DiveError(f"{error}; what was solved is kept, and the same command goes on") from None
    except KeyboardInterrupt:
        click.echo(f"\nstopped; the same command goes on with {run}", err=True)
        sys.exit(130)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_report(report)


def _tasks_in(run: Path) -> int:
    from dive.runs import read_tasks

    return sum(1 for _ in read_tasks(run))


def _said(now: Advance) -> str:
    others = {ending: count for ending, count in now.endings.items() if ending != "answered"}
    return ", ".join([*(f"{count} {ending}" for ending, count in others.items()), *([now.spent] if now.spent else [])])


def print_report(report: SolveReport) -> None:
    """How the attempts ended."""
    endings = ", ".join(f"{count} {ending}" for ending, count in sorted(report.endings.items(), key=lambda pair: -pair[1]))
    click.echo(f"{report.solver}: {report.solutions} attempts at {report.tasks} tasks of {report.path} ({endings})")
    click.echo(f"`dive verify {report.path}` says which of them are right")
