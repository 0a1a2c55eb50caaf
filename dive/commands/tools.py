"""`dive tools`: list, show, call; import, learn and serve stand in `dive.commands.imports`."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import click

from dive.commands.graph import graph_tools
from dive.commands.imports import imports, learn, serve
from dive.commands.options import files_option, json_option, only_option, pool_with, print_json
from dive.commands.table import table_of_tools
from dive.commands.validate import validate_tools
from dive.errors import DiveError
from dive.tools.fields import ResultField
from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool, plugins, why_missing
from dive.tools.tool import Tool


@click.group()
def tools() -> None:
    """The tool pool: what there is, what a tool takes and gives, and one call from the shell."""


for command in (graph_tools, imports, learn, serve, table_of_tools, validate_tools):
    tools.add_command(command)


@tools.command("list")
@click.option("--domain", default="", help="Only this domain.")
@click.option("--kind", type=click.Choice(("retrieval", "processing")), default=None, help="Only this kind.")
@click.option("--provider", default="", help="Only this library or service.")
@files_option
@only_option
@json_option
def list_tools(domain: str, kind: str | None, provider: str, files: tuple[Path, ...], only: bool, as_json: bool) -> None:
    """The tools by domain, kind and provider; those that cannot run here, and plug-ins that are left out, say why.

    \b
    Examples:
      dive tools list --domain biological --kind retrieval
      dive tools list --tools cellar.py --only
    """
    pool = pool_with(files, only)
    chosen = pool.where(domain, kind or "", provider)
    if as_json:
        print_json([{**_summary(tool), "missing": pool.missing.get(tool.name)} for tool in chosen])
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    table = Table("tool", "domain", "kind", "provider", Column("what it does", overflow="fold"))
    for tool in chosen:
        reason = pool.missing.get(tool.name)
        note = f"[red]{escape(reason)}[/]" if reason else escape(tool.description.split(". ")[0])
        table.add_row(tool.name, tool.domain, tool.kind, tool.provider, note)
    console = Console()
    console.print(table)
    kinds = Counter((tool.domain, tool.kind) for tool in chosen if tool.name not in pool.missing)
    for name in chosen.domains:
        console.print(f"{name}: {kinds[name, 'retrieval']} retrieval, {kinds[name, 'processing']} processing")
    can = sum(tool.name not in pool.missing for tool in chosen)
    console.print(f"{len(chosen)} tools, {can} of them can run here")
    for plugin in () if only else plugins():
        brought = plugin.brought
        fate = f"{len(brought.tools)} tools, {len(brought.seeds)} seeds" if brought else f"left out: {plugin.reason}"
        console.print(f"{plugin}: {fate}", markup=False, highlight=False, soft_wrap=True)


@tools.command("show")
@click.argument("name")
@files_option
@json_option
def show_tool(name: str, files: tuple[Path, ...], as_json: bool) -> None:
    """A tool's schema, results, example and source.

    \b
    Examples:
      dive tools show molecular_descriptors
      dive tools show wine_label --tools cellar.py
    """
    tool = pool_with(files)[name]
    if as_json:
        print_json(
            {
                **_summary(tool),
                "parameters": tool.schema,
                "result": tool.result_schema,
                "examples": [dict(e) for e in tool.examples],
            }
        )
        return
    click.echo(
        f"{tool.name}  ({tool.domain}, {tool.kind}, {tool.provider}, {tool.version})\n{tool.description}\nsource: {tool.source}"
    )
    if tool.programs:
        click.echo("it may start other programs")
    click.echo("\nparameters:")
    for parameter in tool.parameters.values():
        rule = "required" if parameter.required else f"default {parameter.default!r}"
        semantic = f" <{parameter.semantic}>" if parameter.semantic else ""
        click.echo(f"  {parameter.name}: {parameter.kind}{semantic}, {rule}. {parameter.schema.get('description', '')}")
    click.echo("results:")
    for line in _result_lines(tool.results, "  "):
        click.echo(line)
    for example in tool.examples[:1]:
        arguments = " ".join(f"{k}={v if isinstance(v, str) else json.dumps(v)}" for k, v in example.items())
        source = "".join(f" --tools {file}" for file in files)
        click.echo(f"\nexample: dive tools call {tool.name} {arguments}{source}")


@tools.command("call")
@click.argument("name")
@click.argument("arguments", nargs=-1)
@files_option
def call_tool(name: str, arguments: tuple[str, ...], files: tuple[Path, ...]) -> None:
    """Call a tool with NAME=VALUE arguments; values are JSON where the parameter is not text.

    \b
    Examples:
      dive tools call molecular_weight smiles=CCO
      dive tools call wine_label wine=Rioja --tools cellar.py
    """
    tool = pool_with(files)[name]
    if reason := why_missing(tool):
        raise DiveError(f"{name} cannot run here: {reason}")
    given = dict(_argument(tool, text) for text in arguments)
    with ToolHost(ToolPool([tool])) as host:
        outcome = host.call(name, given)
    if outcome.failure is not None:
        raise DiveError(f"{name}: {outcome.failure.code}: {outcome.failure.message}")
    print_json(outcome.result)


def _argument(tool: Tool, text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise DiveError(f"{text!r} is not NAME=VALUE; {tool.name} takes {', '.join(tool.parameters)}")
    if name not in tool.parameters:
        raise DiveError(f"{tool.name} has no parameter {name!r}; it takes {', '.join(tool.parameters)}")
    if tool.parameters[name].kind == "text":
        return name, value
    try:
        return name, json.loads(value)
    except ValueError:
        raise DiveError(
            f"{name}={value!r} is not JSON, and {tool.name} takes {tool.parameters[name].kind} values there"
        ) from None


def _summary(tool: Tool) -> dict[str, Any]:
    return {
        "name": tool.name, "domain": tool.domain, "kind": tool.kind, "provider": tool.provider, "version": tool.version,
        "description": tool.description, "source": tool.source, "programs": tool.programs,
    }  # fmt: skip


def _result_lines(fields: tuple[ResultField, ...], indent: str) -> list[str]:
    lines = []
    for spec in fields:
        semantic = f" <{spec.semantic}>" if spec.semantic else ""
        said = f", {spec.says.noun}{f' in {spec.says.unit}' if spec.says.unit else ''}" if spec.says else ""
        lines.append(f"{indent}{spec.name}: {spec.kind}{semantic}{said}")
        lines.extend(_result_lines(spec.fields, indent + "  "))
    return lines
