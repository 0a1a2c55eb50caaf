"""`dive dataset`."""

from pathlib import Path
from typing import Any

import click

from dive.commands.options import given, json_option, options_of, print_json
from dive.config import made_of
from dive.dataset.config import DatasetConfig
from dive.dataset.report import Report


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@options_of(DatasetConfig)
@json_option
def dataset(runs: tuple[Path, ...], as_json: bool, **options: Any) -> None:
    """Select tasks of solved and verified runs and write them as a data set.

    Duplicates, overlaps with benchmarks and tasks that need no tools are dropped first; then verified conversations (sft) or
    tasks in a band of pass rates (rl) are kept, evaluation is set aside, and --size tasks are chosen. Every step is counted; the
    folder gets a card, the rows in each format, and the dropped tasks with their reasons.

    \b
    Examples:
      dive dataset runs/a --out data/sft
      dive dataset runs/a runs/b --out data/sft --size 10000 --gold fill --eval 0.05
      dive dataset runs/rl --out data/rl --purpose rl --band 1:5 --solver my-model --against benchmarks/
      dive dataset runs/eval --out data/eval --purpose rl --band all --eval-per-variant 100 --eval-from all
    """
    from dive.dataset.build import build
    from dive.dataset.exporting import check_formats, exporter_of

    config = made_of(DatasetConfig, given(options))
    check_formats(config.format)
    report = build(runs, config, exporter_of(config))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_report(report, config.out)


def print_report(report: Report, out: Path) -> None:
    """The funnel and what was written, as tables."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    funnel = Table("step", "purpose", "given", "kept", "set aside", "dropped", title="selection", title_justify="left")
    for stage in report.funnel.stages:
        dropped = ", ".join(f"{reason} {count:,}" for reason, count in stage.dropped.items())
        funnel.add_row(stage.step, stage.purpose, f"{stage.given:,}", f"{stage.kept:,}", f"{stage.aside or '':}", escape(dropped))
    files = Table("folder", "split", "rows", "left out", title=str(out), title_justify="left")
    for written in report.exports:
        for split, rows in written.rows.items():
            files.add_row(
                written.folder, split, f"{rows:,}", escape(", ".join(f"{why} {n:,}" for why, n in written.dropped.items()))
            )
    console = Console()
    console.print(funnel, files)
    for what, count in report.lacking.items():
        console.print(f"{escape(what)} has {count:,} tasks fewer than asked for: there are no more")
