"""`dive verify`."""

import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import click
from pydantic import Field, field_validator
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dive.chat import Model
from dive.commands.options import given, json_option, options_of, print_json
from dive.commands.progress import progress_bar, resumable
from dive.config import made_of
from dive.errors import DiveError
from dive.models.roles import Desk
from dive.models.spec import ModelConfig, read_model
from dive.prompts import Prompts
from dive.runs import SOLUTIONS, count_lines, read_tasks, write_whole
from dive.types import Record
from dive.verify.judge import Seat
from dive.verify.phrasings import gold_faults
from dive.verify.report import Audit, SolverReport, Tally, VerifyReport
from dive.verify.run import VerifySettings, verify_run


class VerifyConfig(Record):
    """How `dive verify` rules."""

    judge: ModelConfig | None = None
    """Model that rules on names in other words, such as openai:NAME@http://HOST:PORT/v1."""
    audit: float = Field(0.0, ge=0, le=1)
    """Share of the solutions decided by comparison that the judge rules on as well; their verdicts stay."""
    seed: int = 0
    """Seed of the audit's draw."""
    again: bool = False
    """Make all verdicts again, with this judge and these settings."""
    prompts: Path | None = None
    """Folder with a judge.md of your own."""
    max_cost: float | None = Field(None, gt=0)
    """Most money to spend on models, in the unit of their prices, over all invocations for this run."""
    max_tokens: int | None = Field(None, gt=0)
    """Most tokens to read and write, likewise."""

    @field_validator("judge", mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        return read_model(given) if isinstance(given, str) else given


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@options_of(VerifyConfig)
@click.option("--gold", is_flag=True, help="Only check that the grader accepts every task's own answer, in many phrasings.")
@json_option
def verify(run: Path, gold: bool, as_json: bool, **options: Any) -> None:
    """Rule on every solution of a run: correct, wrong or unscored.

    Answers are compared by type. A judge is only asked about names that comparison finds different. Writes verdicts.jsonl and
    verdicts_summary.json into the run, and goes on where it was interrupted. With --gold it exits with status 1 where the
    grader does not accept an answer of a task's own.

    \b
    Examples:
      dive verify runs/first --gold
      dive verify runs/first
      dive verify runs/first --judge openai:judge@http://127.0.0.1:8000/v1 --audit 0.1
    """
    if gold:
        check_gold(run, as_json)
        return
    config = made_of(VerifyConfig, given(options))
    own = Prompts("dive.verify", config.prompts) if config.prompts is not None else None
    desk = Desk(run, config.max_cost, config.max_tokens)
    settings = VerifySettings(audit=config.audit, seed=config.seed, again=config.again)
    with resumable(run), progress_bar("verdicts", count_lines(run / SOLUTIONS), quiet=as_json) as show:
        told = None if show is None else lambda done: show(done, desk.line())
        report = verify_run(run, seat(config.judge, desk) if config.judge else None, settings, own, told)
    if config.judge:
        write_whole(run / "usage.json", json.dumps(desk.report(), indent=2) + "\n")
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print_report(report, Console(highlight=False))


def seat(config: ModelConfig, desk: Desk) -> Seat:
    """The judge of a configuration; its replies are kept in the run's cache."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Model]:
        async with desk.opened({"judge": config}) as models:
            yield models["judge"]

    return Seat(config.name, config.identity, opened)


def check_gold(run: Path, as_json: bool) -> None:
    """Print the answers of the run's own tasks that the grader does not accept. Exits with status 1 where there are any."""
    tasks = list(read_tasks(run))
    if not tasks:
        raise DiveError(f"{run} has no tasks")
    faults = list(gold_faults(tasks))
    failing = len({key for key, _, _ in faults})
    if as_json:
        print_json(
            {
                "tasks": len(tasks),
                "accepted": len(tasks) - failing,
                "faults": [{"task": key, "reply": reply, "reason": reason} for key, reply, reason in faults],
            }
        )
    else:
        for key, reply, reason in faults:
            click.echo(f"{key}: {reply!r} is not accepted: {reason}")
        click.echo(f"{len(tasks) - failing} of {len(tasks)} tasks have their own answer accepted in every phrasing")
    if faults:
        sys.exit(1)


def print_report(report: VerifyReport, console: Console) -> None:
    """The report in tables."""
    table = Table("solver", *TALLY, *(f"pass@{k}" for k in ks_of(report)), box=None, header_style="bold")
    for solver in report.solvers:
        table.add_row(escape(solver.solver), *cells(solver.overall), *passes(solver, ks_of(report)))
    console.print(table)
    for solver in report.solvers:
        print_solver(solver, console)
    if report.audit is not None:
        print_audit(report.audit, console)
    if report.overall.unscored:
        console.print(
            f"{report.overall.unscored} unscored: rollouts that were lost or a judge that did not say; they are in no share"
        )


TALLY = ("n", "correct", "wrong", "unscored", "accuracy", "95 %")


def ks_of(report: VerifyReport) -> list[int]:
    """The k for which any solver has an estimate."""
    return sorted({k for solver in report.solvers for k in solver.pass_at})


def passes(solver: SolverReport, ks: list[int]) -> list[str]:
    """The cells of pass@k."""
    return [share(solver.pass_at[k].value) if k in solver.pass_at else "" for k in ks]


def print_solver(solver: SolverReport, console: Console) -> None:
    """One solver by domain, type and shape, and its passes per task."""
    for title, tallies in (("domain", solver.by_domain), ("answer type", solver.by_type), ("shape", solver.by_shape)):
        console.print(table_of(f"{solver.solver}: {title}", tallies))
    counts = ", ".join(f"{passed} in {tasks} task{'s' * (tasks != 1)}" for passed, tasks in solver.passes.items())
    console.print(f"[bold]{escape(solver.solver)}[/] correct of scored: {counts}")
    if solver.endings:
        told = ", ".join(f"{escape(ending)} {count}" for ending, count in solver.endings.items())
        console.print(f"[bold]{escape(solver.solver)}[/] without an answer: {told}")
    console.print()


def table_of(title: str, tallies: Mapping[str, Tally]) -> Table:
    """Tallies, one a row."""
    table = Table(escape(title), *TALLY, box=None, header_style="bold")
    for name, tally in tallies.items():
        table.add_row(escape(name), *cells(tally))
    return table


def cells(tally: Tally) -> list[str]:
    """The cells of a tally."""
    between = f"{100 * tally.low:.1f}–{100 * tally.high:.1f} %" if tally.low is not None and tally.high is not None else ""
    return [str(tally.n), str(tally.correct), str(tally.wrong), str(tally.unscored), share(tally.accuracy), between]


def share(value: float | None) -> str:
    """A share in percent."""
    return "" if value is None else f"{100 * value:.1f} %"


def print_audit(audit: Audit, console: Console) -> None:
    """How far the judge agrees, and where it does not."""
    table = Table("audit", "judge: correct", "judge: wrong", box=None, header_style="bold")
    table.add_row("comparison: correct", str(audit.both_correct), str(audit.only_comparison))
    table.add_row("comparison: wrong", str(audit.only_judge), str(audit.both_wrong))
    console.print(table)
    agreement = f"{share(audit.agreement)} ({share(audit.low)} to {share(audit.high)})" if audit.judged else "unknown"
    kappa = "undefined" if audit.kappa is None else f"{audit.kappa:.2f}"
    console.print(f"agreement {agreement}, Cohen's kappa {kappa}; {audit.judged} judged, {audit.silent} without a ruling")
    for one in audit.disagreements:
        console.print(
            f"  {one.solution} (task {one.task}, {escape(one.solver)}) is {one.ruling}: {escape(one.reason)}", soft_wrap=True
        )
