"""`dive synth`."""

from pathlib import Path
from typing import Any

import click

from dive.commands.options import given, json_option, options_of, print_json
from dive.commands.progress import progress_bar, resumable
from dive.config import SynthConfig, read_config
from dive.models.estimate import Estimate
from dive.synthesis.preview import Preview, preview
from dive.synthesis.synthesize import Progress, Summary, synthesize


@click.command()
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file with these options; flags win.",
)
@options_of(SynthConfig)
@click.option(
    "--dry-run", "sampled", type=click.IntRange(min=1), metavar="N", help="Make N items, keep none, and say what all will cost."
)
@json_option
def synth(config_file: Path | None, sampled: int | None, as_json: bool, **options: Any) -> None:
    """Make proven tasks into a run directory.

    For each task a seed, a toolset and a few exemplars are drawn; then, round by round, tools run and a question is
    derived from their results. Only what passes every gate is kept. The run can be stopped with Ctrl-C and resumed by
    the same command.

    \b
    Examples:
      dive synth --tasks 200 --out runs/demo
      dive synth --tasks 1000 --domain medical --toolset-min 15 --toolset-max 50 --seed 7 --out runs/a
      dive synth --config run.yaml --workers 8
      dive synth --tools cellar.py --domain cellar --toolset-min 1 --out runs/cellar
      dive synth --rewriter openai:qwen3-8b@http://127.0.0.1:8000/v1 --out runs/fluent
      dive synth --collector "openai:gpt-5?price_in=1.25&price_out=10" --deriver openai:gpt-5 --max-cost 20 --dry-run 5
    """
    config = read_config(config_file, given(options))
    if sampled is not None:
        print_preview(preview(config, sampled), config, as_json)
        return
    with resumable(config.out), progress_bar("tasks", config.tasks, quiet=as_json) as show:
        summary = synthesize(config=config, progress=None if show is None else lambda now: show(now.kept, _said(now)))
    if as_json:
        print_json(summary.model_dump(mode="json"))
    else:
        print_summary(summary)


def print_preview(seen: Preview, config: SynthConfig, as_json: bool) -> None:
    """What a look ahead came to, and what the run is likely to take."""
    if as_json:
        print_json(seen.model_dump(mode="json"))
        return
    for query in seen.queries:
        click.echo(f"kept: {query}")
    for reason in seen.reasons:
        click.echo(f"rejected: {reason}")
    if seen.estimate is None:
        click.echo("no item was kept, so nothing can be said of the run")
        return
    print_estimate(seen.estimate, f"{config.tasks} tasks")


def print_estimate(likely: Estimate, what: str) -> None:
    """What all items are likely to take, as a table."""
    from rich.console import Console
    from rich.table import Table

    title = f"{what}: {likely.items} items, from {likely.sampled} of them; {likely.method}"
    table = Table("figure", "likely", "at least", "at most", title=title, title_justify="left")
    for name, figure, form in (
        ("tokens read", likely.prompt, ",.0f"), ("tokens written", likely.completion, ",.0f"), ("cost", likely.cost, ",.2f"),
        ("seconds", likely.seconds, ",.0f"),
    ):  # fmt: skip
        table.add_row(name, *("?" if each is None else format(each, form) for each in (figure.likely, figure.low, figure.high)))
    Console().print(table)


def _said(now: Progress) -> str:
    return f"rejected {now.rejected}" + (f", {now.spent}" if now.spent else "")


def print_summary(summary: Summary) -> None:
    """The funnel and the diversity of a run, as tables."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    funnel = Table("fate", "items", title=f"{summary.path}: {summary.items} items", title_justify="left")
    for fate, count in sorted(summary.funnel.items(), key=lambda pair: (pair[0] != "kept", -pair[1])):
        funnel.add_row(fate if fate == "kept" else f"rejected: {fate}", str(count))
    d = summary.diversity
    shape = Table("measure", "value", title="diversity", title_justify="left")
    for name, value in (
        ("tools used", d.tools_covered), ("distinct tools per task", f"{d.tool_types_per_task:.2f}"),
        ("calls per task", f"{d.calls_per_task:.2f}"), ("unique toolsets", d.unique_toolsets),
        ("unique call sequences", d.unique_call_sequences), ("call-graph classes", d.call_graph_classes),
        ("R/P graph classes", d.rp_graph_classes), ("R/P topology classes", d.topology_classes),
        ("answers", ", ".join(f"{k} {v}" for k, v in summary.answers.items())),
        ("shapes", ", ".join(f"{k} {v}" for k, v in summary.shapes.items())),
    ):  # fmt: skip
        shape.add_row(name, str(value))
    console.print(funnel, shape)
    rate = f", {summary.tasks_per_minute:g} tasks a minute" if summary.seconds >= 1 else ""
    console.print(
        f"{summary.tasks} tasks in {summary.path} ({summary.seconds:g} s{rate}); `dive show {summary.path}` prints them"
    )
