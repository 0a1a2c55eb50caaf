"""`dive solve`."""

import sys
from pathlib import Path
from typing import Any

import click

from dive.commands.options import files_option, given, json_option, options_of, pool_with, print_json
from dive.commands.progress import progress_bar, resumable
from dive.commands.synth import print_estimate
from dive.config import made_of
from dive.runs import count_lines, read_config_of
from dive.solving.solve import Advance, SolveConfig, SolveReport, preview_solving, solve
from dive.tools.pool import ToolPool


@click.command("solve")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--gold", is_flag=True, help="No model: replay each derivation into conversations, one or --samples a task.")
@click.option(
    "--wrong-turns",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="With --gold: how often a call is got wrong first, and mended.",
)
@click.option("--dry-run", "sampled", type=click.IntRange(min=1), metavar="N", help="Make N attempts and say what all will cost.")
@options_of(SolveConfig)
@files_option
@json_option
def solve_command(
    run: Path, gold: bool, wrong_turns: float, sampled: int | None, files: tuple[Path, ...], as_json: bool, **options: Any
) -> None:
    """Let a model try each task of a run, several times, with the task's own tools.

    Every attempt is a conversation with tool calls, kept whole in RUN/solutions.jsonl. The command can be stopped and goes on
    where it stopped; replies that came are not asked for again. Then `dive verify RUN` says which attempts are right.

    \b
    Examples:
      dive solve runs/first --model openai:qwen3-8b@http://127.0.0.1:8000/v1 --samples 8
      dive solve runs/first --model "openai:gpt-5-mini?price_in=0.25&price_out=2" --max-cost 5 --in-flight 32
      dive solve runs/first --model openai:m@http://127.0.0.1:8000/v1 --no-tools --samples 4
      dive solve runs/first --gold --samples 2 --wrong-turns 0.1
    """
    tools = pool_with(files, read_config_of(run).only) if files else None
    if gold:
        _write_gold(run, given(options).get("samples", 1), wrong_turns, tools, as_json)
        return
    config = made_of(SolveConfig, given(options))
    if sampled is not None:
        likely = preview_solving(run, config, sampled, tools)
        print_json(likely.model_dump(mode="json")) if as_json else print_estimate(likely, f"solving {run}")
        return
    total = min(config.limit or sys.maxsize, count_lines(run / "tasks.jsonl")) * config.samples
    with resumable(run), progress_bar("attempts", total, quiet=as_json) as show:
        report = solve(run, config, tools, None if show is None else lambda now: show(now.done, _said(now)))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_report(report)


def _write_gold(run: Path, samples: int, wrong_turns: float, tools: ToolPool | None, as_json: bool) -> None:
    from dive.gold.trajectories import GoldOptions
    from dive.gold.write import write_gold

    with progress_bar("conversations", count_lines(run / "tasks.jsonl") * samples, quiet=as_json) as show:
        told = None if show is None else lambda count: show(count, "")
        options = GoldOptions.model_validate({"wrong_turns": wrong_turns})
        report = write_gold(run, samples, options, tools=tools, progress=told)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        click.echo(f"{report.solutions} gold solutions of {report.tasks} tasks in {run} ({report.added} new)")


def _said(now: Advance) -> str:
    others = {ending: count for ending, count in now.endings.items() if ending != "answered"}
    return ", ".join([*(f"{count} {ending}" for ending, count in others.items()), *([now.spent] if now.spent else [])])


def print_report(report: SolveReport) -> None:
    """How the attempts ended."""
    endings = ", ".join(f"{count} {ending}" for ending, count in sorted(report.endings.items(), key=lambda pair: -pair[1]))
    click.echo(f"{report.solver}: {report.solutions} attempts at {report.tasks} tasks of {report.path} ({endings})")
    click.echo(f"`dive verify {report.path}` says which of them are right")
