"""MCP servers: their tools become definitions.

The server is started in a tool host, as it will be when the tools run, so that whatever it does the import ends. All
pages of its list are read. Descriptions and names are what the server says, bounded; its input schemas are closed.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dive.errors import DiveError, ToolError
from dive.tools.declared import Declared
from dive.tools.host import ToolHost
from dive.tools.importers.file import Definition, Server, ToolFile
from dive.tools.importers.inputs import check_schema
from dive.tools.importers.keys import redacted, secrets_of
from dive.tools.importers.naming import snake, tool_name
from dive.tools.importers.openapi import Imported
from dive.tools.importers.overlay import Overlay, ToolOverlay, check_names, check_settings
from dive.tools.importers.schemas import Unusable
from dive.tools.importers.session import session_of
from dive.tools.pool import ToolPool
from dive.tools.tool import Tool
from dive.types import Json, canonical

MAX_DESCRIPTION = 1_000
MAX_PAGES = 1_000
MAX_TOOLS = 2_000
START_SECONDS = 120.0
"""How long a server may take to start and list its tools; `npx` may have to install it first."""
_LISTED: dict[str, dict[str, Any]] = {}
"""What servers said, by server; kept in the process that asked."""


@dataclass(frozen=True)
class Listing:
    """The function of a tool that lists a server's tools: all names, or one tool by its place."""

    server: Server

    def __call__(self, arguments: Mapping[str, Json]) -> Json:
        """Names and server, or the description of the tool at `place`."""
        secrets = secrets_of((*self.server.variables, *(key.variable for key in self.server.keys)))
        key = canonical(self.server.model_dump(mode="json"))
        try:
            if key not in _LISTED:
                _LISTED[key] = session_of(self.server).ask(_listed, time.monotonic() + START_SECONDS - 1)
            listed = _LISTED[key]
        except ToolError as error:
            raise ToolError(error.code, str(redacted(error.message, secrets))) from None
        except Exception as error:  # whatever the SDK raises on what a server says
            said = " ".join(f"{type(error).__name__}: {error}".split())[:500]
            raise ToolError("unavailable", str(redacted(said, secrets))) from None
        if "place" in arguments:
            return redacted(listed["tools"][arguments["place"]], secrets)
        return redacted({"name": listed["name"], "version": listed["version"], "count": len(listed["tools"])}, secrets)


async def _listed(client: Any) -> dict[str, Any]:
    """What a server says of itself, with the tools of all pages."""
    tools: list[Json] = []
    cursor, seen = None, set()
    for _ in range(MAX_PAGES):
        page = await client.list_tools(cursor=cursor)
        tools.extend(_told(tool) for tool in page.tools)
        cursor = page.next_cursor
        if not cursor or cursor in seen or len(tools) > MAX_TOOLS:
            break
        seen.add(cursor)
    about = client.server_info
    named = {"name": about.name, "version": about.version} if about else {"name": "", "version": ""}
    return {**named, "tools": tools[:MAX_TOOLS]}


def _told(tool: Any) -> Json:
    hints = tool.annotations
    return {
        "name": tool.name, "description": " ".join((tool.description or tool.title or tool.name).split())[:MAX_DESCRIPTION],
        "schema": tool.input_schema, "read_only": bool(hints and hints.read_only_hint),
    }  # fmt: skip


def import_mcp(server: Server, overlay: Overlay, prefix: str = "") -> Imported:
    """The tools of a server. Raises `DiveError` where it does not start, has no tools, or the overlay names others."""
    check_settings(overlay, ("url", "headers", "rates"), "an MCP server")
    about, listed, skipped = _asked(server)
    check_names(overlay, {tool["name"] for tool in listed}, "tool of this server")
    made: list[Definition] = []
    for tool in listed:
        settings = overlay.tools.get(tool["name"]) or ToolOverlay()
        try:
            if settings.skip:
                raise Unusable("the overlay leaves it out")
            made.append(_definition(tool, settings, overlay, {t.name for t in made}, prefix))
        except Unusable as error:
            skipped[tool["name"]] = str(error)
    if not made:
        why = "; ".join(f"{name}: {reason}" for name, reason in list(skipped.items())[:3]) or "it lists none"
        raise DiveError(f"no tool of the MCP server can be used ({why})")
    changing = any(not tool["read_only"] for tool in listed if tool["name"] not in skipped)
    stateful = changing if overlay.stateful is None else overlay.stateful
    provider = overlay.provider or snake(about["name"])[:40].strip("_") or "mcp"
    file = ToolFile(
        provider=provider, version=about["version"], source=f"MCP server {about['name'] or 'without a name'}",
        server=server.model_copy(update={"stateful": stateful}), tools=tuple(made),
    )  # fmt: skip
    return Imported(file, skipped)


def _asked(server: Server) -> tuple[dict[str, str], list[dict[str, Any]], dict[str, str]]:
    listing = Tool(
        name="list_tools", function=Listing(server), domain="general", kind="retrieval", provider="mcp", source="",
        deadline=START_SECONDS, repeat=False, stateful=True,
        declared=Declared("Lists the tools of a server.", {"type": "object"}, {}, ""),
    )  # fmt: skip
    tools: list[dict[str, Any]] = []
    skipped: dict[str, str] = {}
    with ToolHost(ToolPool([listing])) as host:
        about = host.call("list_tools", {})
        if about.failure is not None:
            raise DiveError(f"the MCP server {' '.join(server.command) or server.url} does not list its tools: "
                            f"{about.failure.message}")  # fmt: skip
        for place in range(about.result["count"]):
            told = host.call("list_tools", {"place": place})
            if told.failure is not None:
                skipped[f"tool {place + 1}"] = f"{told.failure.code}: {told.failure.message}"
            elif any(tool["name"] == told.result["name"] for tool in tools):
                skipped[f"tool {place + 1}"] = f"another tool is named {told.result['name']!r} as well"
            else:
                tools.append(told.result)
    return about.result, tools, skipped


def _definition(tool: Mapping[str, Any], settings: ToolOverlay, overlay: Overlay, taken: set[str], prefix: str) -> Definition:
    schema = _closed(tool["schema"], settings)
    check_schema(schema)
    safe = bool(tool["read_only"])
    return Definition(
        name=tool_name(settings.name or tool["name"], tool["name"], taken, prefix),
        description=settings.description or tool["description"], domain=settings.domain or overlay.domain or "general",
        kind=settings.kind or "retrieval", volatile=True if settings.volatile is None else settings.volatile,
        deadline=settings.deadline or 60.0, safe=safe, remote=tool["name"], parameters=schema, examples=settings.examples,
    )  # fmt: skip


def _closed(stated: Mapping[str, Any], settings: ToolOverlay) -> dict[str, Json]:
    """A server's input schema, closed at its head, with the overlay's defaults and semantic types."""
    if stated.get("type", "object") != "object" or not isinstance(stated.get("properties", {}), dict):
        raise Unusable("its input is not described as an object")
    kept = {key: value for key, value in stated.items() if key not in ("$schema", "title", "$id", "additionalProperties")}
    parts = {name: part if isinstance(part, dict) else {} for name, part in stated.get("properties", {}).items()}
    for name in (*settings.defaults, *settings.formats):
        if name not in parts:
            raise Unusable(f"the overlay names its argument {name!r}; it takes {', '.join(parts) or 'none'}")
    for name, value in settings.defaults.items():
        parts[name] = {**parts[name], "default": value}
    for name, semantic in settings.formats.items():
        parts[name] = {**parts[name], "format": semantic}
    required = [name for name in stated.get("required", ()) if name not in settings.defaults]
    kept |= {"type": "object", "properties": parts, "additionalProperties": False}
    kept.pop("required", None)
    return {**kept, "required": required} if required else kept
