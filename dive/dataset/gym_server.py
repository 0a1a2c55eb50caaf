"""A resources server in the protocol of NeMo Gym, which answers from the world of an export.

A session is one rollout, known by a cookie. Failures of tools are answers for the model, with status 200; only a call without a
session, or a row that is none of this export, is an error of the client. Sessions end with `/verify`; of those that never come to
it the oldest are forgotten.
"""

import threading
import uuid
from collections import OrderedDict
from pathlib import Path
from typing import Any

from dive.dataset.world import Rollout, World
from dive.errors import DiveError, need_extra
from dive.types import Json

COOKIE = "dive_session"
MOST_SESSIONS = 20_000


def app_of(world: World) -> Any:
    """The server as an ASGI application."""
    need_extra("gym", "starlette")
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    sessions = _Sessions()

    async def seed(request: Request) -> Response:
        row = await request.json()
        names = [tool["name"] for tool in row["responses_create_params"].get("tools") or ()]
        response = JSONResponse({})
        response.set_cookie(COOKIE, sessions.add(world.rollout(row["run"], row["worn"], names)))
        return response

    async def call(request: Request) -> Response:
        rollout = sessions.get(request.cookies.get(COOKIE, ""))
        if rollout is None:
            return JSONResponse({"error": "no session; POST the row to /seed_session first and send its cookie"}, 400)
        text = (await request.body()).decode(errors="replace")
        answer = await run_in_threadpool(rollout.call, request.path_params["tool"], text)
        return Response(answer, media_type="application/json")

    async def verify(request: Request) -> Response:
        body = await request.json()
        score = await run_in_threadpool(world.score, body["answer"], final_text_of(body["response"]))
        await run_in_threadpool(sessions.end, request.cookies.get(COOKIE, ""))
        return JSONResponse({**body, **score.model_dump()})

    async def root(_: Request) -> Response:
        return JSONResponse({"runs": list(world.settings.runs), "replay": world.settings.replay, "sessions": len(sessions)})

    async def refused(_: Request, error: Exception) -> Response:
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        return JSONResponse({"error": what}, 400)

    routes = [
        Route("/", root),
        Route("/seed_session", seed, methods=["POST"]),
        Route("/verify", verify, methods=["POST"]),
        Route("/{tool}", call, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers={DiveError: refused, KeyError: refused, ValueError: refused})


def serve(folder: Path, host: str, port: int) -> None:
    """Serve an export until interrupted."""
    need_extra("gym", "starlette", "uvicorn")
    import uvicorn

    world = World(folder)
    try:
        uvicorn.run(app_of(world), host=host, port=port, log_level="warning")
    finally:
        world.close()


def final_text_of(response: Json) -> str:
    """The text of the last message of a Responses object; empty where it ends with a call."""
    last: Json = next((item for item in reversed(response.get("output") or ()) if item.get("type") != "reasoning"), {})
    if last.get("type") != "message":
        return ""
    content = last.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


class _Sessions:
    """Rollouts by cookie, the oldest first."""

    def __init__(self) -> None:
        self._rollouts: OrderedDict[str, Rollout] = OrderedDict()
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._rollouts)

    def add(self, rollout: Rollout) -> str:
        key = uuid.uuid4().hex
        with self._turn:
            self._rollouts[key] = rollout
            old = self._rollouts.popitem(last=False)[1] if len(self._rollouts) > MOST_SESSIONS else None
        if old is not None:
            old.close()
        return key

    def get(self, key: str) -> Rollout | None:
        return self._rollouts.get(key)

    def end(self, key: str) -> None:
        with self._turn:
            rollout = self._rollouts.pop(key, None)
        if rollout is not None:
            rollout.close()
