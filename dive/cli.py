"""`dive`: the names of the commands. Each is imported when it is called, so that `dive --help` answers at once."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import click

from dive.errors import DiveError

COMMANDS: dict[str, tuple[str, str]] = {
    "synth": ("dive.commands.synth:synth", "Make proven tasks into a run directory, or go on where a run stopped."),
    "show": ("dive.commands.show:show", "Print tasks of a run for reading, or attempts at them."),
    "check": ("dive.commands.check:check", "Prove every task of a run again, from its snapshot or by running the tools."),
    "solve": ("dive.commands.solve:solve_command", "Let a model try each task several times, with the task's own tools."),
    "verify": (
        "dive.commands.verify:verify",
        "Say which solutions are right, by comparison or by a judge.",
    ),
    "dataset": ("dive.commands.dataset:dataset", "Select tasks and solutions, and write them in the form that a trainer reads."),
    "tools": (
        "dive.commands.tools:tools",
        "List, describe and call the tools; import others; serve them to MCP clients.",
    ),
    "seeds": ("dive.commands.seeds:seeds", "List the seed entities, or rebuild them from the libraries' tables."),
    "exemplars": ("dive.commands.exemplars:exemplars", "List the queries whose form is imitated."),
}


class Lazy(click.Group):
    """A group whose commands are imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where the name is unknown."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        return getattr(import_module(module), attribute)  # type: ignore[no-any-return]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="dive-synthesis", prog_name="dive")
def cli() -> None:
    """Training tasks for tool-using language models: real tools run first, then question and answer are derived
    from what came back, and every task is proven.

    \b
    Try:
      dive synth --tasks 50 --out runs/first     make 50 tasks with the built-in tools, offline
      dive show runs/first                       read them
      dive check runs/first --live               prove them again by running the tools
      dive tools list --domain biological        what the tools are
    """


@contextmanager
def children_find_what_this_process_does() -> Iterator[None]:
    """Child processes look for modules where this one does: a `random.py` in the working directory is no library."""
    before = os.environ.get("PYTHONSAFEPATH")
    if before is None and not {"", os.getcwd()} & set(sys.path):
        os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("PYTHONSAFEPATH", None)


def main() -> None:
    """Entry point: a `DiveError` is one line on standard error and exit status 1."""
    try:
        with children_find_what_this_process_does():
            cli.main(standalone_mode=True)
    except DiveError as error:
        click.echo(f"dive: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
