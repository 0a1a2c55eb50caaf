"""`dive check`."""

import sys
from pathlib import Path

import click

from dive.commands.options import files_option, json_option, pool_with, print_json
from dive.errors import DiveError
from dive.runs import read_config_of
from dive.synthesis.check import check_run


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--live", is_flag=True, help="Run the tools again instead of replaying the snapshot.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes that check side by side.")
@files_option
@json_option
def check(run: Path, live: bool, workers: int, files: tuple[Path, ...], as_json: bool) -> None:
    """Prove every task of a run again, in fresh processes.

    Every gate is applied to every task; calls are replayed strictly from the snapshot, or, with --live, run again. A run
    with tools of your own is replayed without them; to run them again, give them again. Exits with status 1 and names
    gate and task where one fails.

    \b
    Examples:
      dive check runs/first
      dive check runs/cellar --live --tools cellar.py
    """
    if files and not live:
        raise DiveError("--tools needs --live: the snapshot is replayed without tools")
    tools = pool_with(files, read_config_of(run).only) if files else None
    report = check_run(run, live, workers, tools)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        for fault in report.faults:
            click.echo(f"{fault.task}: fails {fault.gate}: {fault.reason}")
        how = "by running the tools again" if live else "by strict replay of the snapshot"
        click.echo(f"{report.tasks - len({f.task for f in report.faults})} of {report.tasks} tasks proven {how}")
    if report.faults:
        sys.exit(1)
