"""Connections to MCP servers, one per server and process, for as long as the process lives.

The SDK is asynchronous and tools are plain functions, so a connection lives on a thread of its own that answers one job
at a time. A server that hangs or ends is given up. A stateless one is started again by the next call; of a stateful one
the state is lost, and calls fail until the host begins anew.
"""

import asyncio
import itertools
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import IO, Any

from dive.errors import ToolError
from dive.tools.importers.api_call import authorised
from dive.tools.importers.file import Server
from dive.tools.importers.keys import secrets_of
from dive.types import canonical

INHERITED = ("HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "SHELL", "TERM", "USER")
"""Environment variables that every server gets; others only where the tool file names them."""
SCRATCH = "DIVE_SCRATCH"
"""Names the folder that a host removes when it ends."""
Job = Callable[[Any], Awaitable[Any]]
_SESSIONS: dict[str, "Session"] = {}
_STATES = itertools.count(1)
_LOCK = threading.Lock()


class Session:
    """A connection to one server."""

    def __init__(self, server: Server) -> None:
        self.failed = ""
        """Why it is of no more use."""
        self._server = server
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the session
        self._jobs: asyncio.Queue[tuple[Job, Future[Any]] | None] = asyncio.Queue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True, name="mcp")
        self._thread.start()

    def ask(self, job: Job, until: float) -> Any:
        """Run a job on the connection by the monotonic time `until`. Raises `ToolError` `timeout` or `unavailable`, and
        what the job raises.
        """
        if self.failed:
            raise ToolError("unavailable", self.failed)
        done: Future[Any] = Future()
        self._loop.call_soon_threadsafe(self._jobs.put_nowait, (job, done))
        while (left := until - time.monotonic()) > 0:
            with suppress(FutureTimeout):
                return done.result(min(left, 0.5))
            if not self._thread.is_alive() and not done.done():
                raise ToolError("unavailable", self.failed)
        self.end("the MCP server gave no answer before the deadline and was stopped")
        raise ToolError("timeout", f"the MCP server gave no answer before the deadline{self._complaint()}")

    def end(self, reason: str = "the connection was closed") -> None:
        """Give the connection up."""
        self.failed = self.failed or reason
        self._loop.call_soon_threadsafe(self._jobs.put_nowait, None)
        self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
            reason = "the connection was closed"
        except BaseException as error:  # whatever ends a connection; a thread has nobody to raise it to
            reason = f"the MCP server cannot be used: {_first(error)}{self._complaint()}"
        self.failed = self.failed or reason
        while not self._jobs.empty():
            waiting = self._jobs.get_nowait()
            if waiting is not None and not waiting[1].done():
                waiting[1].set_exception(ToolError("unavailable", self.failed))

    async def _serve(self) -> None:
        from mcp import Client

        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(Client(await self._transport(stack), cache=None))
            while (waiting := await self._jobs.get()) is not None:
                job, done = waiting
                try:
                    answer = await job(client)
                except Exception as error:  # goes to whoever asked
                    if not done.done():
                        done.set_exception(error)
                except BaseException:
                    if not done.done():
                        done.set_exception(ToolError("unavailable", self.failed or "the connection was closed"))
                    raise
                else:
                    if not done.done():
                        done.set_result(answer)

    async def _transport(self, stack: AsyncExitStack) -> Any:
        server = self._server
        if server.url:
            return await self._remote(stack)
        from dive.tools.importers.stdio import started

        state = await asyncio.to_thread(_state, server)
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        if folder := os.environ.get(SCRATCH):
            environment["TMPDIR"] = folder
        environment |= {name: value.replace("{state}", state) for name, value in server.environment.items()}
        environment |= secrets_of(server.variables)
        command = [part.replace("{state}", state) for part in server.command]
        return started(command, environment, state or None, self._errors)

    async def _remote(self, stack: AsyncExitStack) -> Any:
        from httpx2 import AsyncClient
        from mcp.client.streamable_http import streamable_http_client

        values = secrets_of(key.variable for key in self._server.keys)
        headers = {key.name: authorised(key.prefix, values[key.variable]) for key in self._server.keys}
        client = await stack.enter_async_context(AsyncClient(headers=headers, timeout=30.0))
        return streamable_http_client(self._server.url, http_client=client)

    def _complaint(self) -> str:
        """The last line that the server wrote to standard error."""
        try:
            self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, self._errors.tell() - 4_000))
            lines = self._errors.read().decode("utf-8", errors="replace").split("\n")
        except (OSError, ValueError):
            return ""
        said = [" ".join(line.split()) for line in lines if line.strip()]
        return f"; it said: {said[-1][:300]}" if said else ""


def session_of(server: Server) -> Session:
    """This process's connection to a server."""
    key = canonical(server.model_dump(mode="json"))
    with _LOCK:
        session = _SESSIONS.get(key)
        if session is None or (session.failed and not server.stateful):
            session = _SESSIONS[key] = Session(server)
        return session


def _state(server: Server) -> str:
    """A folder of its own for the state, filled from the template; empty where the server names none."""
    if not server.template and not any("{state}" in part for part in (*server.command, *server.environment.values())):
        return ""
    if scratch := os.environ.get(SCRATCH):
        folder = f"{scratch}/state-{next(_STATES)}"  # the same name in every process
        os.mkdir(folder, 0o700)
    else:
        folder = tempfile.mkdtemp(prefix="dive-state-")
    if server.template:
        shutil.copytree(Path(server.template), folder, dirs_exist_ok=True, symlinks=True)
    return str(Path(folder).resolve())


def _first(error: BaseException) -> str:
    """The first cause within groups of exceptions."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    text = " ".join(str(error).split())[:300]
    return text or type(error).__name__
