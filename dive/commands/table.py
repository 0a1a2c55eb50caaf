"""`dive tools table`: the validated pool in numbers, for a page.

A page that boasts of its tools holds the table between two marks, so that it is written by the program and never by hand.
"""

import re
from pathlib import Path

import click

from dive.errors import DiveError
from dive.tools.report import pool_table, read_report

BEGIN, END = "<!-- pool -->", "<!-- /pool -->"


@click.command("table")
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help=f"Write it into this page, between {BEGIN} and {END}.")
@click.option("--check", type=click.Path(path_type=Path), help="Exit with status 1 where this page has another one.")
def table_of_tools(report: Path, into: Path | None, check: Path | None) -> None:
    """The tools that passed, counted by domain, out of a report.json of `dive tools validate`.

    \b
    Example:
      dive tools table validation/report.json --into README.md
    """
    table = pool_table(read_report(report))
    if check is not None and with_table(check, table) != _text(check):
        click.echo(table)
        raise DiveError(f"{check} has another table; write this one with: dive tools table {report} --into {check}")
    if into is not None:
        into.write_text(with_table(into, table), encoding="utf-8")
    if check is None and into is None:
        click.echo(table)


def with_table(page: Path, table: str) -> str:
    """The text of a page with the table in its place. Raises `DiveError` where the page has none."""
    text = _text(page)
    place = re.compile(f"{BEGIN}\n.*?{END}", re.DOTALL)
    if len(place.findall(text)) != 1:
        raise DiveError(f"{page} has no place for the table: it needs a line {BEGIN} and below it a line {END}, once")
    return place.sub(lambda _: f"{BEGIN}\n{table}\n{END}", text)


def _text(page: Path) -> str:
    try:
        return page.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise DiveError(f"{page} cannot be read: {error}") from None
