"""Long commands: a live bar with how far, how fast, what it cost and how long still; and how they end when they are stopped."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dive.chat import ModelError
from dive.errors import DiveError

Show = Callable[[int, str], None]
"""Told how much is done, and what else to say of it."""


@contextmanager
def progress_bar(what: str, total: int, quiet: bool) -> Iterator[Show | None]:
    """A bar on standard error for `total` of `what`; None where nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[note]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        line = bar.add_task(what, total=total, rate="", note="")

        def show(done: int, note: str) -> None:
            speed = bar.tasks[0].speed
            bar.update(line, completed=done, rate=f"{60 * speed:.0f}/min" if speed else "", note=note)

        yield show


@contextmanager
def resumable(kept: Path) -> Iterator[None]:
    """A command that goes on where it was stopped: by a model that cannot be asked any more, a `DiveError`, or by Ctrl-C."""
    try:
        yield
    except ModelError as error:
        raise DiveError(f"{error}; what was made is kept in {kept}, and the same command goes on") from None
    except KeyboardInterrupt:
        click.echo(f"\nstopped; the same command goes on with {kept}", err=True)
        sys.exit(130)
