"""One tool of an MCP server: arguments in, the server's content out as JSON, or a coded error.

The schema that a server states for its results is not enforced: a result that breaks it is still what the tool said. An
error that a server reports as a result is an error here; MCP gives it no code, so its words decide.
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dive.errors import ErrorCode, ToolError
from dive.tools.importers.file import Server
from dive.tools.importers.keys import nothing_told, redacted, secrets_of
from dive.tools.importers.session import session_of
from dive.types import Json

MARGIN_SECONDS = 0.7
"""How long before its deadline a call gives up, so that the reason reaches the caller."""
_WORDS: tuple[tuple[ErrorCode, str], ...] = (
    ("denied", r"denied|forbidden|unauthori[sz]ed|not (allowed|permitted)|permission|EACCES|outside (of )?(the )?allowed"),
    (
        "not_found",
        r"not found|no such|does(n't| not) exist|unknown (file|table|path|key)|ENOENT|(cannot|could not) find",
    ),
    ("bad_arguments", r"invalid|validation|required|must be|expected|-32602|malformed|missing|bad (request|argument)"),
    ("unavailable", r"timed? ?out|rate limit|unavailable|ECONN|network|try again|connection|50[0234]\b|429"),
)
_JSONRPC: dict[int, ErrorCode] = {-32602: "bad_arguments", -32600: "bad_arguments"}


@dataclass(frozen=True)
class ServerCall:
    """The function of a tool: one tool of a server."""

    server: Server
    remote: str
    deadline: float
    safe: bool = False

    def __call__(self, arguments: Mapping[str, Json]) -> Json:
        """The content of the answer. Raises `ToolError`, never with a secret in its message."""
        until = time.monotonic() + self.deadline - MARGIN_SECONDS
        secrets = secrets_of((*self.server.variables, *(key.variable for key in self.server.keys)))
        with nothing_told(secrets):
            try:
                answer = self._ask(arguments, until)
            except ToolError as error:
                if error.code != "unavailable" or self.server.stateful or not self.safe:
                    raise
                answer = self._ask(arguments, until)  # of a server that ended and keeps no state, another is started
        return redacted(answer, secrets)

    def _ask(self, arguments: Mapping[str, Json], until: float) -> Json:
        from mcp.shared.exceptions import MCPError
        from mcp_types import CallToolRequest, CallToolRequestParams, CallToolResult
        from pydantic import ValidationError

        request = CallToolRequest(params=CallToolRequestParams(name=self.remote, arguments=dict(arguments)))

        async def call(client: Any) -> Any:
            return await client.session.send_request(request, CallToolResult)

        session = session_of(self.server)
        try:
            answer = session.ask(call, until)
        except MCPError as error:
            code = _JSONRPC.get(error.code, "unavailable")
            if code == "unavailable" and "losed" in error.message:
                session.end("the MCP server ended; the state that it held is lost")
            raise ToolError(code, f"the MCP server answers with error {error.code}: {error.message}") from None
        except ValidationError as error:
            fault = error.errors()[0]["msg"]
            raise ToolError("unavailable", f"the MCP server's answer is no result of a tool: {fault}") from None
        return content_of(answer)


def content_of(answer: Any) -> Json:
    """The content of an MCP result as JSON: structured content as it is, JSON in text read, other text as `text`. Images
    and the like are named with their size, not given. Raises `ToolError` where the result is an error.
    """
    texts, others = _parts(answer.content)
    text = "\n".join(texts)
    if answer.is_error:
        raise ToolError(code_of(text), text.strip()[:1_000] or "the tool reports an error without saying which")
    if answer.structured_content is not None:
        return answer.structured_content
    if len(texts) == 1 and not others and text.lstrip()[:1] in ("{", "["):
        import json

        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
    return {"text": text, "attachments": others} if others else {"text": text}


def code_of(text: str) -> ErrorCode:
    """The code that the words of an error suggest; `bad_arguments` where they suggest none."""
    for code, words in _WORDS:
        if re.search(words, text[:2_000], re.IGNORECASE):
            return code
    return "bad_arguments"


def _parts(content: Any) -> tuple[list[str], list[Json]]:
    texts: list[str] = []
    others: list[Json] = []
    for block in content:
        resource: Any = getattr(block, "resource", None)
        if block.type == "text":
            texts.append(block.text)
        elif getattr(resource, "text", None) is not None:
            texts.append(resource.text)
        else:
            data = getattr(block, "data", None) or getattr(resource, "blob", None) or ""
            kind = getattr(block, "mime_type", None) or getattr(resource, "mime_type", None) or ""
            where = getattr(block, "uri", None) or getattr(resource, "uri", None)
            size = {"bytes": len(data) * 3 // 4 - data[-2:].count("=")} if data else {}
            others.append({"type": block.type, "mime_type": kind, **size, **({"uri": str(where)} if where else {})})
    return texts, others


def _refuse(constant: str) -> None:
    raise ValueError(constant)
