"""`dive tools import`, `learn` and `serve`: tools from elsewhere, and the pool for others."""

import re
from collections.abc import Mapping
from os.path import relpath
from pathlib import Path

import click

from dive.commands.options import files_option, only_option, pool_with
from dive.errors import DiveError, need_extra
from dive.tools.host import Outcome, ToolHost
from dive.tools.importers.file import Key, Server, read_record, read_tool_file, write_tool_file
from dive.tools.importers.openapi import Imported
from dive.tools.importers.overlay import Overlay
from dive.tools.pool import ToolPool
from dive.tools.snapshot import Caller, Mode, replaying
from dive.types import Json

overlay_option = click.option("--overlay", type=click.Path(path_type=Path), help="YAML with names, defaults, kinds, rates, keys.")
out_option = click.option("--out", type=click.Path(path_type=Path), required=True, help="The tool file to write.")

SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
"""Names of variables whose values are not written to a file."""


@click.group("import")
def imports() -> None:
    """Make tools of an HTTP API or of an MCP server, and write them to a tool file."""


@imports.command("openapi")
@click.argument("spec")
@overlay_option
@click.option("--allow", multiple=True, metavar="METHOD:PATH", help="Also take this operation, which is no GET; repeatable.")
@click.option("--url", default="", help="Base URL, where the description states none or another one.")
@out_option
def import_openapi_command(spec: str, overlay: Path | None, allow: tuple[str, ...], url: str, out: Path) -> None:
    """Import the GET operations of SPEC, an OpenAPI 3.x or Swagger 2.0 description (a file or a URL).

    \b
    Example:
      dive tools import openapi openapi.yaml --allow POST:/search --out tools/library.yaml
    """
    need_extra("import", "jsonschema", "httpx")
    from dive.tools.importers.openapi import import_openapi
    from dive.tools.importers.specs import read_spec

    settings = _overlay(overlay)
    settings = settings.model_copy(update={"url": url}) if url else settings
    _saved(import_openapi(read_spec(spec), spec, settings, allow), out)


@imports.command("mcp")
@click.argument("command", nargs=-1)
@click.option("--env", multiple=True, metavar="NAME[=VALUE]", help="Hand a variable on to the server, or set it; repeatable.")
@click.option("--key", default="", metavar="NAME", help="With a URL: variable whose value is sent as `Authorization: Bearer`.")
@click.option("--template", type=click.Path(path_type=Path), help="Folder copied to {state} for every task.")
@click.option("--prefix", default="", help="Put before every tool's name.")
@overlay_option
@out_option
def import_mcp_command(
    command: tuple[str, ...], env: tuple[str, ...], key: str, template: Path | None, prefix: str, overlay: Path | None, out: Path
) -> None:
    """Import the tools of an MCP server: a command after `--`, or a URL
    (streamable HTTP). `{state}` in the command stands for a folder
    that begins anew with every task.

    \b
    Examples:
      dive tools import mcp --out tools/files.yaml -- npx -y @modelcontextprotocol/server-filesystem {state}
      dive tools import mcp --key MY_TOKEN --out tools/remote.yaml http://127.0.0.1:8000/mcp
    """
    need_extra("import", "jsonschema", "mcp")
    from dive.tools.importers.mcp import import_mcp

    if not command:
        raise DiveError("give the server: a command after `--`, or a URL")
    url = command[0] if len(command) == 1 and command[0].startswith(("http://", "https://")) else ""
    if template is not None and not template.is_dir():
        raise DiveError(f"--template {template} is no folder")
    settings = _overlay(overlay)
    given = [Key(variable=key, prefix="Bearer ")] if key else []
    server = Server(
        command=() if url else command, url=url, environment=dict(_pair(e) for e in env if "=" in e),
        variables=tuple(e for e in env if "=" not in e), keys=(*settings.keys, *given),
        template=str(template.resolve()) if template else "",
    )  # fmt: skip
    made = import_mcp(server, settings, prefix)
    if template is not None and made.file.server is not None:
        beside = made.file.server.model_copy(update={"template": relpath(template, out.parent)})
        made = Imported(made.file.model_copy(update={"server": beside}), made.skipped)
    _saved(made, out)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def learn(file: Path) -> None:
    """Call the tools of a tool file with their examples, and note in it what their results look like."""
    from dive.tools.importers.infer import learned

    made = read_tool_file(file)
    need_extra("import", "jsonschema", "httpx" if made.api is not None else "mcp")
    made, reasons = learned(made, file.parent)
    write_tool_file(file, made)
    for name, reason in reasons.items():
        click.echo(f"{name}: nothing learned ({reason})")
    click.echo(f"{len(made.tools) - len(reasons)} of {len(made.tools)} tools have shown their results")


@click.command()
@click.argument("run", required=False, type=click.Path(path_type=Path))
@click.option("--task", default="", metavar="KEY", help="Serve only the toolset of this task of RUN.")
@files_option
@only_option
@click.option("--replay", type=click.Choice(("live", "widen", "strict")), default="live", show_default=True,
              help="Answer from the snapshot of RUN: strictly, or running what it lacks.")  # fmt: skip
@click.option("--http", "port", type=click.IntRange(1, 65535), help="Serve streamable HTTP on this port of 127.0.0.1.")
def serve(run: Path | None, task: str, files: tuple[Path, ...], only: bool, replay: Mode, port: int | None) -> None:
    """Offer the pool, or the toolset of one task of RUN, to MCP clients (standard input and output, or --http).

    \b
    Examples:
      dive tools serve runs/first --task 0f3a... --replay strict
      dive tools serve --tools cellar.py --only
    """
    need_extra("import", "mcp")
    if run is None and (task or replay != "live"):
        raise DiveError("--task and --replay need the run directory: dive tools serve RUN --task KEY")
    pool = pool_with(files, only)
    pool = _toolset(pool, run, task) if run is not None and task else pool.runnable()
    from dive.tools.serve import serve_http, serve_stdio

    with ToolHost(pool) as host:
        call = host.call if run is None or replay == "live" else _replayed(run, replay, host.call)
        if port is None:
            serve_stdio(pool, call)
        else:
            serve_http(pool, call, port)


def _toolset(pool: ToolPool, run: Path, key: str) -> ToolPool:
    """The tools of one task; none may be missing."""
    from dive.runs import read_tasks

    found = [task for task in read_tasks(run) if task.key.startswith(key)]
    if len(found) != 1:
        raise DiveError(f"{len(found) or 'no'} tasks of {run} have a key that begins with {key!r}; `dive show {run}` lists them")
    chosen = ToolPool(pool[name] for name in found[0].toolset)
    if chosen.missing:
        raise DiveError("; ".join(f"{name} cannot run here: {reason}" for name, reason in chosen.missing.items()))
    return chosen


def _replayed(run: Path, mode: Mode, live: Caller) -> Caller:
    """Answers from the snapshot of a run; it is opened by the thread that first calls."""
    from dive.runs import read_json, read_snapshot, stateful_of
    from dive.tools.session import History

    described = read_json(run / "tools.json")
    versions, history = {tool["name"]: tool["version"] for tool in described}, History(stateful_of(described))
    read_snapshot(run).close()
    opened: list[Caller] = []

    def call(tool: str, arguments: Mapping[str, Json]) -> Outcome:
        if not opened:
            opened.append(replaying(read_snapshot(run), versions, mode, None if mode == "strict" else live, history))
        return opened[0](tool, arguments)

    return call


def _overlay(path: Path | None) -> Overlay:
    return read_record(path, Overlay) if path is not None else Overlay()


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if SECRET.search(name):
        raise DiveError(f"--env {name}=... would write a secret into the file; set the variable and give only --env {name}")
    return name, value


def _saved(made: Imported, out: Path) -> None:
    write_tool_file(out, made.file)
    for name, reason in made.skipped.items():
        click.echo(f"left out {name}: {reason}")
    click.echo(f"{len(made.file.tools)} tools of {made.file.provider} written to {out}")
