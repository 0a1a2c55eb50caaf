"""The tool file: imported definitions as one readable YAML file, written by an import and edited by its user.

It holds all that a call needs except secrets, of which it names the environment variables.
"""

from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import yaml
from pydantic import Field, ValidationError, model_validator

from dive.errors import DiveError
from dive.tools.tool import NAME
from dive.types import Json, Kind, Record

Place = Literal["path", "query", "header", "cookie", "body"]
Style = Literal["simple", "form", "spaceDelimited", "pipeDelimited", "deepObject", "json"]
MAX_FILE_BYTES = 50_000_000
SHOWN = ("name", "description", "domain", "kind", "volatile", "deadline")
"""Settings of a tool that are written even where they are the defaults, for whoever edits the file."""
Kept = TypeVar("Kept", bound=Record)


class Key(Record):
    """A secret that goes with every request."""

    variable: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """The environment variable that holds it."""
    place: Literal["header", "query", "cookie"] = "header"
    name: str = "Authorization"
    """Name of the header, query parameter or cookie."""
    prefix: str = ""
    """What stands before the secret, such as `Bearer `."""


class Api(Record):
    """Where HTTP requests go."""

    url: str = Field(pattern=r"^https?://[^/]")
    """What a path is appended to."""
    keys: tuple[Key, ...] = ()
    headers: dict[str, str] = Field(default_factory=dict)
    """Sent with every request; no secrets."""
    rates: dict[str, float] = Field(default_factory=dict)
    """Requests per second by rate group, over all processes of this machine."""

    @model_validator(mode="after")
    def _without_secret(self) -> "Api":
        _check_url(self.url)
        return self


def _check_url(url: str) -> None:
    if "@" in urlsplit(url).netloc:
        raise ValueError("the url holds a user name or password; name the environment variable under keys instead")


class Server(Record):
    """An MCP server: a command that is started, or a URL."""

    command: tuple[str, ...] = ()
    """The command; `{state}` stands for a folder that begins anew with every task."""
    url: str = ""
    environment: dict[str, str] = Field(default_factory=dict)
    """Variables set for the command; `{state}` as above; no secrets."""
    variables: tuple[str, ...] = ()
    """Names of environment variables handed on to the command."""
    keys: tuple[Key, ...] = ()
    """Secrets sent as headers to `url`."""
    stateful: bool = True
    """Whether what a call answers may depend on earlier calls."""
    template: str = ""
    """Folder that is copied to `{state}`; relative to the tool file."""

    @model_validator(mode="after")
    def _one_way(self) -> "Server":
        if bool(self.command) == bool(self.url):
            raise ValueError("a server has either a command or a url")
        _check_url(self.url)
        return self


class Argument(Record):
    """Where an argument goes in a request."""

    place: Place
    name: str
    style: Style = "simple"
    explode: bool = False


class Operation(Record):
    """An HTTP request, by the arguments that fill it."""

    method: str = Field(pattern=r"^[A-Z]+$")
    path: str
    arguments: dict[str, Argument] = Field(default_factory=dict)
    body: Literal["", "json", "form"] = ""
    """How the argument placed in the body is written."""
    fixed: dict[str, Json] = Field(default_factory=dict)
    """Query parameters sent with every call."""


class Definition(Record):
    """One tool."""

    name: str = Field(pattern=f"^{NAME.pattern}$")
    description: str
    domain: str = "general"
    kind: Kind = "retrieval"
    volatile: bool = True
    """Whether the same call may answer differently tomorrow."""
    deadline: float = Field(default=30.0, gt=1)
    """Seconds that a call may take."""
    rate: str = ""
    """Rate group of `api.rates`."""
    safe: bool = False
    """Whether a call changes nothing and may be made again."""
    operation: Operation | None = None
    """The request, of an HTTP API."""
    remote: str = ""
    """The server's own name of the tool, of an MCP server."""
    parameters: dict[str, Json]
    """Closed JSON Schema of the arguments."""
    examples: tuple[dict[str, Json], ...] = ()
    """Arguments that work."""
    result: dict[str, Json] = Field(default_factory=dict)
    """JSON Schema inferred from results that were seen (`dive tools learn`)."""


class ToolFile(Record):
    """What is saved."""

    dive_tools: Literal[1] = 1
    """Version of this format."""
    provider: str
    """The service behind the tools."""
    version: str = ""
    """Its version, as it says itself."""
    source: str = ""
    """Where the definitions come from."""
    api: Api | None = None
    server: Server | None = None
    tools: tuple[Definition, ...]

    @model_validator(mode="after")
    def _whole(self) -> "ToolFile":
        if (self.api is None) == (self.server is None):
            raise ValueError("a tool file has either an api or a server")
        for tool in self.tools:
            if self.api is not None and tool.operation is None:
                raise ValueError(f"{tool.name} has no operation")
            if self.server is not None and not tool.remote:
                raise ValueError(f"{tool.name} has no remote name")
            if self.api is not None and tool.rate and tool.rate not in self.api.rates:
                raise ValueError(f"{tool.name} is of the rate group {tool.rate!r}; api.rates knows {sorted(self.api.rates)}")
        return self


def read_tool_file(path: Path) -> ToolFile:
    """Read a tool file. Raises `DiveError` with every fault on one line."""
    return read_record(path, ToolFile)


def read_record(path: Path, kind: type[Kept]) -> Kept:
    """Read a YAML file as a record. Raises `DiveError` where it is missing, too large or damaged."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DiveError(f"{path} has more than {MAX_FILE_BYTES:,} bytes")
        loaded: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError, ValueError) as error:
        raise DiveError(f"{path} cannot be read as YAML: {' '.join(str(error).split())[:300]}") from None
    try:
        return kind.model_validate({} if loaded is None else loaded)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
        raise DiveError(f"{path}: {'; '.join(faults[:5])}") from None


def write_tool_file(path: Path, made: ToolFile) -> None:
    """Write a tool file whole. Raises `DiveError` where that is not possible."""
    kept = {"dive_tools": made.dive_tools, **made.model_dump(mode="json", exclude_defaults=True)}
    if made.server is not None:
        kept["server"]["stateful"] = made.server.stateful
    kept["tools"] = [
        {**{name: getattr(tool, name) for name in SHOWN}, **shown} for tool, shown in zip(made.tools, kept["tools"], strict=True)
    ]
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise DiveError(f"cannot write {path}: {error.strerror or error}") from None
