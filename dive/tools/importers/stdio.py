"""Standard input and output of an MCP server as a transport of the SDK.

The SDK's own transport starts a server in a session of its own, where the end of a host that is killed would not reach
it. Here a server stays in the process group of its host and ends with it. What is no message on its standard output is
passed over, since servers print; standard error is kept for the account of a failure.
"""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import IO, Any

import anyio
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

MAX_MESSAGE_BYTES = 64_000_000
"""Longest message of a server; a longer one ends the connection."""
EXIT_SECONDS = 1.0
"""How long a server may take to end once its input is closed."""


@asynccontextmanager
async def started(
    command: Sequence[str], environment: Mapping[str, str], folder: str | None, errors: IO[bytes]
) -> AsyncIterator[tuple[Any, Any]]:
    """Start a server; yields the streams that a client reads from and writes to. Raises `OSError` where it cannot start."""
    process = await anyio.open_process(list(command), env=dict(environment), cwd=folder, stderr=errors)
    incoming, received = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, to_send = anyio.create_memory_object_stream[SessionMessage](0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_read, process, incoming)
        tasks.start_soon(_write, process, to_send, incoming)
        try:
            yield received, outgoing
        finally:
            with anyio.CancelScope(shield=True):
                await _stop(process)
            for stream in (incoming, received, outgoing, to_send):
                stream.close()
            tasks.cancel_scope.cancel()


async def _read(process: Any, incoming: Any) -> None:
    rest = bytearray()
    with suppress(anyio.ClosedResourceError, anyio.BrokenResourceError, anyio.EndOfStream, OSError):
        async for chunk in process.stdout:
            rest += chunk
            if b"\n" in chunk:
                *lines, tail = bytes(rest).split(b"\n")
                rest = bytearray(tail)
                for line in lines:
                    if message := _message(line):
                        await incoming.send(message)
            if len(rest) > MAX_MESSAGE_BYTES:
                break
    with suppress(ProcessLookupError):
        process.kill()  # without its output it is of no use
    await incoming.aclose()


def _message(line: bytes) -> SessionMessage | None:
    if not line.strip():
        return None
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(line.decode("utf-8", errors="replace"), by_name=False))
    except ValueError:
        return None


async def _write(process: Any, to_send: Any, incoming: Any) -> None:
    try:
        async for sent in to_send:
            text = sent.message.model_dump_json(by_alias=True, exclude_unset=True)
            await process.stdin.send(text.encode() + b"\n")
    except (anyio.ClosedResourceError, anyio.BrokenResourceError, OSError):
        await incoming.aclose()


async def _stop(process: Any) -> None:
    with suppress(OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
        await process.stdin.aclose()
    with anyio.move_on_after(EXIT_SECONDS):
        while process.returncode is None:
            await anyio.sleep(0.01)
    with suppress(ProcessLookupError):
        if process.returncode is None:
            os.kill(process.pid, 9)
    transport = getattr(getattr(process, "_process", None), "_transport", None)
    if transport is not None:
        transport.close()
