"""`dive tools validate`."""

import json
import sys
import time
from pathlib import Path

import click

from dive.commands.options import files_option, json_option, pool_with, print_json
from dive.seeds import SeedPool
from dive.tools.brought import seeds_of
from dive.tools.pool import ToolPool
from dive.tools.report import CHECKS, Report, ToolReport
from dive.tools.validate import DISTINCT, PASSES, validate
from dive.types import Json


@click.command("validate")
@click.option("--tool", "names", multiple=True, help="Only this tool; can be given more than once.")
@click.option("--domain", default="", help="Only this domain.")
@click.option("--live", is_flag=True, help="Also the tools that need the network.")
@click.option("--workers", type=click.IntRange(min=1), default=2, show_default=True, help="Processes that validate side by side.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for report.json and report.md.")
@files_option
@json_option
def validate_tools(
    names: tuple[str, ...], domain: str, live: bool, workers: int, out: Path | None, files: tuple[Path, ...], as_json: bool
) -> None:
    """Try every tool on itself: schemas, examples, purity, hostile inputs, repeatability, latency.

    \b
    A tool that fails a check is quarantined: `dive synth --validation FOLDER/report.json` leaves it out.
    Exits with status 1 where one is.

    \b
    Examples:
      dive tools validate --domain medical --out validation
      dive tools validate --tools cellar.py --domain cellar
    """
    pool = pool_with(files).where(domain)
    if names:
        pool = ToolPool(pool[name] for name in names)
    start = time.monotonic()
    report = _with_progress(pool, known_values(files), live, workers)
    report = report.model_copy(update={"seconds": round(time.monotonic() - start, 1)})
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "report.json").write_text(json.dumps(report.model_dump(mode="json"), indent=1) + "\n", encoding="utf-8")
        (out / "report.md").write_text(page(report), encoding="utf-8")
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        for line in summary(report):
            click.echo(line)
        if out is not None:
            click.echo(f"{out / 'report.md'} has every tool")
    if report.quarantined:
        sys.exit(1)


def known_values(files: tuple[Path, ...] = ()) -> dict[str, list[Json]]:
    """What a person would name, by semantic type: the seeds, built in and of tool files."""
    seeds = SeedPool.default() + seeds_of(files)
    return {semantic: [seed.value for seed in own] for semantic, own in seeds.by_semantic.items()}


def _with_progress(pool: ToolPool, values: dict[str, list[Json]], live: bool, workers: int) -> Report:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("validating"), BarColumn(), TextColumn("{task.percentage:.0f} %"), TimeElapsedColumn(),
        console=console, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=PASSES * len(pool))
        return validate(pool, values, live=live, workers=workers, progress=lambda done: bar.update(task, completed=done))


def summary(report: Report) -> list[str]:
    """What a run of validation came to, in lines."""
    lines = [f"{name}: {why}" for name, why in report.quarantined.items()]
    by_status = {
        status: sum(t.status == status for t in report.tools) for status in ("passed", "quarantined", "missing", "skipped")
    }
    told = ", ".join(f"{count} {status}" for status, count in by_status.items() if count)
    return [
        *lines,
        f"{len(report.tools)} tools: {told or 'none'}; {sum(t.calls for t in report.tools):,} calls in {report.seconds:.0f} s",
    ]


def page(report: Report) -> str:
    """The report as a page of Markdown."""
    lines = ["# Validation of the tool pool", "", *(f"{line}  " for line in summary(report)[-1:]), "", "## What is checked", ""]
    lines += ["| check | what holds | tools that fail |", "|---|---|--:|"]
    lines += [f"| {check} | {what} | {sum(check in t.faults for t in report.tools)} |" for check, what in CHECKS.items()]
    lines += [
        "",
        "## By domain",
        "",
        "| domain | passed | quarantined | missing | skipped | retrieval | processing |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for domain in dict.fromkeys(t.domain for t in report.tools):
        own = [t for t in report.tools if t.domain == domain]
        counts = [sum(t.status == s for t in own) for s in ("passed", "quarantined", "missing", "skipped")]
        kinds = [sum(t.kind == kind and t.status == "passed" for t in own) for kind in ("retrieval", "processing")]
        lines.append(f"| {domain} | {' | '.join(map(str, [*counts, *kinds]))} |")
    failed = [t for t in report.tools if t.faults]
    if failed:
        lines += ["", "## Quarantined", ""]
        lines += [f"- `{t.tool}`: " + "; ".join(f"**{check}** {escaped(why)}" for check, why in t.faults.items()) for t in failed]
    small = [t for t in report.tools if t.kind == "retrieval" and t.status == "passed" and t.distinct < DISTINCT]
    if small:
        lines += [
            "",
            "## Small tables",
            "",
            f"Retrieval tools with fewer than {DISTINCT} different answers, and inputs with a result:",
            "",
        ]
        lines += [f"- `{t.tool}`: {t.distinct} in {t.results}" for t in small]
    lines += [
        "",
        "## Every tool",
        "",
        "Milliseconds are of calls after the first, which may load a library. Characters are those of results.",
        "",
    ]
    lines += [
        "| tool | domain | kind | provider | status | calls | answers | ms p50 | ms p95 | first ms | characters p50 | max |"
    ]
    lines += ["|---|---|---|---|---|--:|--:|--:|--:|--:|--:|--:|", *map(row, report.tools)]
    return "\n".join(lines) + "\n"


def row(told: ToolReport) -> str:
    """One tool's line."""
    return (
        f"| `{told.tool}` | {told.domain} | {told.kind} | {told.provider} | {told.status} | {told.calls} | {told.distinct} "
        f"| {told.milliseconds.p50:.2f} | {told.milliseconds.p95:.2f} | {told.first_ms:.0f} | {told.characters.p50:.0f} "
        f"| {told.characters.max:.0f} |"
    )


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"
