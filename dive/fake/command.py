"""`dive-fake-llm`: the fake language model from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

import click

from dive.errors import DiveError
from dive.fake.log import read_log
from dive.fake.process import serve
from dive.fake.scripted import Script
from dive.fake.server import Policy
from dive.fake.settings import FakeConfig, read_settings
from dive.fake.totals import totals

BY_FILE_ONLY = ("faults", "phases")


def _options(function: Callable[..., None]) -> Callable[..., None]:
    """One option per setting; those that are not given arrive as None or ()."""
    for name, field in reversed(FakeConfig.model_fields.items()):
        if name in BY_FILE_ONLY:
            continue
        kind, flag = field.annotation, f"--{name.replace('_', '-')}"
        settings: dict[str, Any] = {"default": None, "help": (field.description or "").replace("\n", " ").replace("`", "")}
        if kind is bool:
            flag = f"{flag}/--no-{name.replace('_', '-')}" if field.default else flag
            settings |= {"is_flag": True}
        elif get_origin(kind) is tuple:
            settings |= {"multiple": True, "type": click.Path(path_type=Path), "default": ()}
        elif name == "policy":
            settings |= {"type": click.Choice(get_args(kind))}
        else:
            settings |= {"type": kind if kind in (int, float, str) else click.Path(path_type=Path)}
        function = click.option(flag, name, **settings)(function)
    return function


def rates(given: tuple[str, ...]) -> dict[str, float]:
    """Faults as they are written on the command line, `NAME=RATE`."""
    found = {}
    for text in given:
        name, _, rate = text.partition("=")
        try:
            found[name] = float(rate or 1)
        except ValueError:
            raise DiveError(f"--fault {text}: write NAME=RATE, such as rate_limited=0.1") from None
    return found


def policy_of(settings: FakeConfig) -> Policy:
    """The policy that the settings name."""
    if settings.policy == "script":
        return Script()
    from dive.fake.symbolic.policy import Symbolic

    return Symbolic(settings)


@click.command()
@click.option("--settings", "path", type=click.Path(path_type=Path), help="A JSON or YAML file of settings; flags come over it.")
@click.option("--fault", "faults", multiple=True, help="A fault and its rate, such as rate_limited=0.1; repeatable.")
@click.option("--totals", "totals_of", type=click.Path(path_type=Path), help="Print the figures of a log as JSON, and end.")
@click.option("--warm-up", type=float, default=0.0, help="With --totals: seconds left out of the share of 429.")
@click.option("--samples", type=int, default=1, help="With --totals: equal requests to solve that are no duplicates.")
@click.option("--with-parent", is_flag=True, help="End when standard input ends.")
@_options
def main(
    path: Path | None,
    faults: tuple[str, ...],
    totals_of: Path | None,
    warm_up: float,
    samples: int,
    with_parent: bool,
    **flags: Any,
) -> None:
    """A fake language model: the chat completions API on loopback. Prints its address and answers until it is told to end."""
    try:
        if totals_of is not None:
            click.echo(totals(read_log(totals_of), warm_up, samples).model_dump_json(indent=2))
            return
        given = {name: value for name, value in flags.items() if value not in (None, ())}
        settings = read_settings(path, {**given, **({"faults": rates(faults)} if faults else {})})
        serve(settings, policy_of(settings), with_parent)
    except DiveError as error:
        raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
