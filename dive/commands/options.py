"""Options made from a configuration class: every field is a flag, its docstring is the help, the class checks the
value.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import click
from pydantic import BaseModel

from dive.errors import DiveError
from dive.tools.pool import ToolPool
from dive.types import Json

Function = TypeVar("Function", bound=Callable[..., Any])


def options_of(config: type[BaseModel]) -> Callable[[Function], Function]:
    """A decorator that gives a command one option per field; those not given arrive as None or ()."""

    def decorate(function: Function) -> Function:
        for name, field in reversed(config.model_fields.items()):
            function = click.option(f"--{name.replace('_', '-')}", name, **_settings(field))(function)
        return function

    return decorate


def given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that the user gave."""
    return {name: value for name, value in options.items() if value not in (None, ())}


def print_json(value: Json) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


files_option = click.option(
    "--tools", "files", multiple=True, type=click.Path(path_type=Path),
    help="Add the tools of a Python file, or of a file of `dive tools import`; repeatable.",
)  # fmt: skip
only_option = click.option("--only", is_flag=True, help="Leave out the tools that are built in or installed as plug-ins.")


def pool_with(files: Iterable[Path], only: bool = False) -> ToolPool:
    """The built-in tools, those of plug-ins and those of files; with `only` those of files alone."""
    if only and not files:
        raise DiveError("--only needs --tools")
    return ToolPool.of_files(files, only)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


def _settings(field: Any) -> dict[str, Any]:
    annotation, default = field.annotation, field.default
    help_text = (field.description or "").replace("\n", " ")
    if default not in (None, (), "") and annotation is not bool:
        help_text += f" [default: {', '.join(map(str, default)) if isinstance(default, tuple) else default}]"
    settings: dict[str, Any] = {"help": help_text, "default": None}
    if annotation is bool:
        return {**settings, "is_flag": True}
    if get_origin(annotation) is tuple:
        return {**settings, "multiple": True, "type": str, "default": ()}
    if get_origin(annotation) is Literal:
        return {**settings, "type": click.Choice(get_args(annotation))}
    return {**settings, "type": annotation if annotation in (int, float) else str}
