"""A live bar for long commands: how far, how fast, what it cost, how long still."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
