"""Tools as an MCP server, so that any MCP client can use them: over standard input and output, or HTTP on loopback.

A tool is offered with the schema that a model sees elsewhere. A result is given both as structured content and as its
JSON text; a failure is an error result that begins with its code. Calls run on one thread, one at a time and in order.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any

from dive.tools.pool import ToolPool
from dive.tools.snapshot import Caller
from dive.types import canonical

HOST = "127.0.0.1"


def server_of(pool: ToolPool, call: Caller) -> Any:
    """An MCP server of the SDK that offers the tools of a pool and answers by `call`."""
    from mcp.server import Server
    from mcp_types import CallToolResult, ListToolsResult, TextContent

    listed = ListToolsResult(tools=[_described(tool) for tool in pool])
    thread = ThreadPoolExecutor(1, "calls")

    async def list_tools(_context: Any, _request: Any) -> ListToolsResult:
        return listed

    async def call_tool(_context: Any, request: Any) -> CallToolResult:
        outcome = await asyncio.wrap_future(thread.submit(call, request.name, request.arguments or {}))
        if outcome.failure is not None:
            said = f"{outcome.failure.code}: {outcome.failure.message}"
            return CallToolResult(content=[TextContent(type="text", text=said)], is_error=True)
        text = TextContent(type="text", text=canonical(outcome.result))
        return CallToolResult(content=[text], structured_content=outcome.result)

    return Server("dive", version=version("dive-synthesis"), on_list_tools=list_tools, on_call_tool=call_tool)


def _described(tool: Any) -> Any:
    from mcp_types import Tool as Offered
    from mcp_types import ToolAnnotations

    is_safe = not tool.stateful and getattr(tool.function, "safe", True)
    hints = ToolAnnotations(read_only_hint=is_safe, open_world_hint=tool.volatile)
    return Offered(name=tool.name, description=tool.description, input_schema=tool.schema, annotations=hints)


def serve_stdio(pool: ToolPool, call: Caller) -> None:
    """Serve over standard input and output until the input ends."""
    from mcp.server.stdio import stdio_server

    server = server_of(pool, call)

    async def serve() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    asyncio.run(serve())


def serve_http(pool: ToolPool, call: Caller, port: int) -> None:
    """Serve streamable HTTP at `http://127.0.0.1:PORT/mcp` until interrupted."""
    import uvicorn

    app = server_of(pool, call).streamable_http_app(host=HOST)
    uvicorn.run(app, host=HOST, port=port, log_level="warning")
