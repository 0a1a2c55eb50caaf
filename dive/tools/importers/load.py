"""Tools out of a tool file."""

from pathlib import Path

from dive.errors import DiveError, need_extra
from dive.tools.declared import Declared
from dive.tools.importers.api_call import ApiCall
from dive.tools.importers.file import Definition, Server, ToolFile, read_tool_file
from dive.tools.importers.inputs import check_schema
from dive.tools.importers.schemas import Unusable
from dive.tools.importers.server_call import ServerCall
from dive.tools.tool import Tool
from dive.types import digest


def load_tools(path: Path) -> list[Tool]:
    """The tools of a file. Raises `DiveError` where the file is damaged or the extra `import` is not installed."""
    made = read_tool_file(path)
    need_extra("import", "jsonschema", "httpx" if made.api is not None else "mcp")
    return tools_of(made, path.parent)


def tools_of(made: ToolFile, folder: Path = Path()) -> list[Tool]:
    """The tools of a tool file that lies in `folder`."""
    server = made.server
    if server is not None and server.template:
        template = (folder / server.template).resolve()
        if not template.is_dir():
            raise DiveError(f"{template}, the template of the state of {made.provider}, is no folder")
        server = server.model_copy(update={"template": str(template)})
    return [_tool(made, definition, server) for definition in made.tools]


def _tool(made: ToolFile, definition: Definition, server: Server | None) -> Tool:
    try:
        check_schema(definition.parameters)
    except Unusable as error:
        raise DiveError(f"tool {definition.name!r}: {error}") from None
    if definition.parameters.get("additionalProperties") is not False:
        raise DiveError(f"tool {definition.name!r}: its parameters need `additionalProperties: false`")
    named = set(definition.parameters.get("properties", {}))
    if definition.operation is not None and named != definition.operation.arguments.keys():
        wrong = ", ".join(sorted(named ^ definition.operation.arguments.keys()))
        raise DiveError(f"tool {definition.name!r}: {wrong} must stand both in its parameters and in its operation")
    function: ApiCall | ServerCall
    if made.api is not None and definition.operation is not None:
        function = ApiCall(made.api, definition.operation, definition.deadline, definition.rate, definition.safe)
        variables = tuple(key.variable for key in made.api.keys)
        where, library = made.api.url, "httpx"
    else:
        assert server is not None
        function = ServerCall(server, definition.remote, definition.deadline, definition.safe)
        variables = (*server.variables, *(key.variable for key in server.keys))
        where, library = " ".join(server.command) or server.url, "mcp"
    identity = definition.model_dump(mode="json", include={"operation", "remote", "parameters"})
    edition = f"{made.provider} {made.version or '-'} {digest([where, identity])[:8]}"
    return Tool(
        name=definition.name, function=function, domain=definition.domain, kind=definition.kind, provider=made.provider,
        source=made.source, requires=("jsonschema", library), examples=definition.examples, volatile=definition.volatile,
        deadline=definition.deadline, repeat=False, stateful=server is not None and server.stateful,
        resets=server is None or not server.url,
        variables=tuple(dict.fromkeys(variables)),
        declared=Declared(definition.description, definition.parameters, definition.result, edition),
    )  # fmt: skip
