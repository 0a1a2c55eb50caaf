"""Seeding: whether a tool answers for an entity, asked by whoever builds seeds of the tables behind the tools."""

from collections.abc import Mapping

from dive.errors import ToolError
from dive.tools.tool import Tool
from dive.types import Json


def answered(tool: Tool, arguments: Mapping[str, Json]) -> Json | None:
    """The result of a call, or None where the tool has no answer; a bug is raised."""
    try:
        return tool.call(arguments)
    except ToolError as error:
        if error.code == "bug":
            raise
        return None
