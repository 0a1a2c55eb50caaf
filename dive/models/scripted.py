"""A model that is a Python function: free, deterministic, and what tests put in a model's place.

A script is a function from the request to the reply, or the replies of a conversation by turn. Nothing is counted between
requests, so that conversations at the same time do not disturb each other. `scripted:module:function` names a function of an
installed module, `scripted:FILE.py:function` one of a file.
"""

import hashlib
import inspect
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import cast

from dive.chat import Finish, Message, ModelError, Reply, Request, ToolCall, Usage
from dive.errors import DiveError
from dive.models.spec import ModelConfig
from dive.types import Json, canonical, digest

Outcome = Reply | ModelError
Script = Callable[[Request], Outcome | Awaitable[Outcome]]
"""May raise `ModelError` as well as return it."""


def said(text: str, *, reasoning: str = "", usage: Usage | None = None, finish: Finish = "stop") -> Reply:
    """A reply in words."""
    message = Message(role="assistant", content=text, reasoning=reasoning)
    return Reply(message=message, finish=finish, usage=usage or Usage(), model="scripted")


def called(*calls: tuple[str, dict[str, Json] | str], text: str = "", reasoning: str = "", usage: Usage | None = None) -> Reply:
    """A reply that calls tools, each given as its name with arguments, or with the text that stands for them, broken or not."""
    asked = tuple(
        ToolCall(
            id=f"call_{digest([place, name, given])[:8]}",
            name=name,
            arguments=given if isinstance(given, str) else canonical(given),
        )
        for place, (name, given) in enumerate(calls)
    )
    message = Message(role="assistant", content=text, reasoning=reasoning, tool_calls=asked)
    return Reply(message=message, finish="tool_calls", usage=usage or Usage(), model="scripted")


class ScriptedModel:
    """A model that says what its script says."""

    def __init__(
        self, script: Script | Sequence[Outcome], name: str = "scripted", *, identity: Json = None, keep: int = 0
    ) -> None:
        """`identity` stands for what the script says, where its name does not; the last `keep` requests are in `seen`."""
        self._script = script if callable(script) else by_turn(script)
        self._name = name
        self._identity = identity if identity is not None else {"backend": "scripted", "name": name}
        self.asked = 0
        """How many requests came."""
        self.seen: deque[Request] = deque(maxlen=keep)

    @property
    def name(self) -> str:
        return self._name

    @property
    def identity(self) -> Json:
        return self._identity

    async def complete(self, request: Request) -> Reply:
        """What the script says to it. Raises `ModelError` where that is what it says."""
        self.asked += 1
        self.seen.append(request)
        outcome = self._script(request)
        if inspect.isawaitable(outcome):
            outcome = await outcome
        if isinstance(outcome, ModelError):
            raise outcome
        if not isinstance(outcome, Reply):
            raise TypeError(f"the script {self._name} gave {outcome!r}, which is no Reply")
        return outcome

    async def close(self) -> None:
        """There is nothing to let go of."""


def by_turn(replies: Sequence[Outcome]) -> Script:
    """The script that says these one after another; a turn is counted by what the assistant has said so far."""

    def script(request: Request) -> Outcome:
        turn = sum(message.role == "assistant" for message in request.messages)
        if turn < len(replies):
            return replies[turn]
        return ModelError("bad_request", f"the script has {len(replies)} turns, and turn {turn + 1} is asked for")

    return script


def scripted(config: ModelConfig) -> ScriptedModel:
    """The model whose function a configuration names. Raises `DiveError` where there is none.

    The text of the function's file is part of the identity: replies of a script that was changed are not those it gives.
    """
    where, colon, function = config.name.rpartition(":")
    if not colon or not where:
        raise DiveError(f"scripted model {config.name!r} names no function; write scripted:MODULE:FUNCTION")
    module = _file(Path(where)) if where.endswith(".py") else _module(where)
    script = getattr(module, function, None)
    if not callable(script):
        names = sorted(name for name, value in vars(module).items() if inspect.isfunction(value) and not name.startswith("_"))
        raise DiveError(f"{where} has no function {function!r}; it has {', '.join(names) or 'none'}")
    source = Path(module.__file__ or "")
    text = hashlib.sha256(source.read_bytes()).hexdigest()[:16] if source.is_file() else ""
    identity = config.identity | {"name": f"{source.name}:{function}", "source": text}  # wherever the file lies
    return ScriptedModel(cast(Script, script), config.name, identity=identity)


def _module(name: str) -> ModuleType:
    try:
        if find_spec(name) is None:
            raise DiveError(f"there is no module {name!r} for a scripted model; a file is written FILE.py:FUNCTION")
    except (ModuleNotFoundError, ValueError):  # its package is missing, or it has no spec
        raise DiveError(f"there is no module {name!r} for a scripted model; a file is written FILE.py:FUNCTION") from None
    return import_module(name)


def _file(path: Path) -> ModuleType:
    if not path.is_file():
        raise DiveError(f"there is no file {path} for a scripted model")
    place = path.resolve()
    name = f"dive_script_{hashlib.sha256(str(place).encode()).hexdigest()[:12]}"
    if name not in sys.modules:
        spec = spec_from_file_location(name, place)
        assert spec is not None and spec.loader is not None
        module = sys.modules[name] = module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:  # the boundary to foreign code
            del sys.modules[name]
            raise DiveError(f"{path} cannot be loaded: {type(error).__name__}: {error}") from None
    return sys.modules[name]
