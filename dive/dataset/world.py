"""The world of an exported environment: it answers tool calls and scores replies where a policy is trained.

An export carries the snapshots of its runs, so that it can be moved to another machine; `world.json` says how they are replayed
and can be changed by hand. `strict` needs no tool installed; `widen` and `live` run the tools of the pool in processes of their
own. A result is shown as it is to a solver. Everything here may be called from several threads.
"""

import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from pydantic import Field, ValidationError

from dive.errors import DiveError
from dive.rollout import Limits, read_arguments, unknown_tool
from dive.runs import read_config_of, read_json, stateful_of
from dive.solving.conversation import MARK, definition
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool
from dive.tools.session import History, Session
from dive.tools.snapshot import Caller, Mode, Snapshot, replaying
from dive.types import Answer, Json, Record
from dive.views import failure_view, view

if TYPE_CHECKING:
    from dive.dataset.skins import Skin

SETTINGS = "world.json"
FOLDER = "world"
"""Where the runs of an export lie, below its folder."""


class WorldSettings(Record):
    """How an environment answers and scores."""

    replay: Mode = "strict"
    """`strict`, `widen` or `live`; see `dive.tools.snapshot`."""
    format_weight: float = Field(default=0.1, ge=0)
    """Alpha in `reward = alpha * format + correct`."""
    result_chars: int = Field(default=Limits().result_chars, ge=100)
    """Characters of a result that the model sees."""
    runs: tuple[str, ...]
    """Names of the runs, which are folders below `world/`."""


class Score(Record):
    """What a reply is worth."""

    reward: float
    format: float
    """1 where the reply states its final answer on a line of its own, else 0."""
    correct: float
    """1 where that is right, else 0."""
    reason: str = ""


class World:
    """The runs of an export, and their tools where calls run live."""

    def __init__(self, folder: Path) -> None:
        try:
            text = (folder / SETTINGS).read_text(encoding="utf-8")
            self.settings = WorldSettings.model_validate_json(text)
        except OSError:
            raise DiveError(f"{folder} holds no environment: it has no {SETTINGS}") from None
        except ValidationError as error:
            raise DiveError(f"{folder / SETTINGS} is damaged: {error.errors()[0]['msg']}") from None
        self._runs = {name: _Run(folder / FOLDER / name, self.settings.replay) for name in self.settings.runs}

    def rollout(self, run: str, worn: Json = None, toolset: Sequence[str] | None = None) -> "Rollout":
        """A fresh state of the tools of a run. `worn` says how a row renames them, `toolset` which names it offers."""
        if run not in self._runs:
            raise DiveError(f"no run is named {run!r}; there are {', '.join(self._runs)}")
        return Rollout(self._runs[run], self.settings, worn, toolset)

    def answer_anywhere(self, name: str, arguments: Mapping[str, Json], worn: Json = None) -> str:
        """What a call comes to in the first run that knows it; for stateless tools of a registry that serves all rows."""
        text = ""
        for run in self.settings.runs:
            said, failed = self.rollout(run, worn).answer(name, arguments)
            text = said if not failed else text or said
            if not failed:
                break
        return text

    def score(self, answer: Json, reply: str) -> Score:
        """What a reply is worth; `answer` is that of the row, as a mapping or JSON text."""
        gold = Answer.model_validate_json(answer) if isinstance(answer, str) else Answer.model_validate(answer)
        return scored(gold, reply, self.settings.format_weight)

    def close(self) -> None:
        """End the processes that run tools."""
        for run in self._runs.values():
            run.close()


class Rollout:
    """The tools of one row while a policy works on it; stateful tools keep their state until `close`."""

    def __init__(self, run: "_Run", settings: WorldSettings, worn: Json, toolset: Sequence[str] | None) -> None:
        self._run, self._settings, self._toolset = run, settings, toolset
        self._skin = run.skin(worn)
        self._history = History(run.stateful)
        self._session: Session | None = None
        self._turn = threading.Lock()

    def call(self, name: str, arguments: Json) -> str:
        """The text that the model sees. Arguments may be the JSON text that it wrote."""
        return self.answer(name, arguments)[0]

    def answer(self, name: str, arguments: Json) -> tuple[str, bool]:
        """The text that the model sees, and whether it tells of a failure; whatever is asked, nothing is raised."""
        given, fault = read_arguments(arguments if isinstance(arguments, str) else json.dumps(arguments))
        if self._toolset is not None and name not in self._toolset:
            fault = unknown_tool(name, self._toolset)
        if fault is not None:
            return failure_view(fault), True
        if self._skin is None:
            return self._said(name, given)
        from dive.dataset.skins import original_call, skinned_outcome

        tool, meant = original_call(self._skin, name, given)
        text, failed = self._said(tool, meant)
        return skinned_outcome(self._skin, text, tool, json.dumps(given, ensure_ascii=False)), failed

    def _said(self, tool: str, arguments: Mapping[str, Json]) -> tuple[str, bool]:
        with self._turn:
            outcome = self._run.caller(self._history, self._live)(tool, arguments)
        if outcome.failure is not None:
            return failure_view(outcome.failure), True
        return view(outcome.result, self._settings.result_chars), False

    def _live(self, tool: str, arguments: Mapping[str, Json]) -> Outcome:
        if tool not in self._run.stateful:
            return self._run.session.call(tool, arguments)
        self._session = self._session or self._run.own_session()
        return self._session.call(tool, arguments)

    def close(self) -> None:
        """Let the state go."""
        if self._session is not None:
            self._session.close()
            self._session = None


class _Run:
    """One run: its snapshot, opened in each thread, and its tools."""

    def __init__(self, folder: Path, mode: Mode) -> None:
        tools = read_json(folder / "tools.json")
        if not tools or not (folder / "snapshot.sqlite").is_file():
            raise DiveError(f"{folder} lacks its snapshot or its tools; export the data set again")
        self.stateful: dict[str, str] = stateful_of(tools)
        self._tools: dict[str, Json] = {tool["name"]: tool for tool in tools}
        self._versions: dict[str, str] = {tool["name"]: tool["version"] for tool in tools}
        self._folder, self._mode = folder, mode
        self._local = threading.local()
        self._starting = threading.Lock()
        self._session: Session | None = None

    def caller(self, history: History, live: Caller) -> Caller:
        """What answers calls in this thread."""
        if not hasattr(self._local, "snapshot"):
            self._local.snapshot = Snapshot(self._folder / "snapshot.sqlite")
        return replaying(self._local.snapshot, self._versions, self._mode, None if self._mode == "strict" else live, history)

    @property
    def session(self) -> Session:
        """The processes that run the stateless tools of all rollouts."""
        with self._starting:
            self._session = self._session or self.own_session()
            return self._session

    def skin(self, worn: Json) -> "Skin | None":
        """The skin that a row wears over these tools. Raises `DiveError` where it renames a tool that the run lacks."""
        if worn is None:
            return None
        if lacking := [name for name in worn["names"] if name not in self._tools]:
            raise DiveError(f"{self._folder.name} has no tool {lacking[0]!r}, which a row renames")
        from dive.dataset.skins import Skin

        known = [definition(self._tools[name]) for name in worn["names"]]
        return Skin(names=worn["names"], fields=worn["fields"], originals=tuple(known), tools=())

    def own_session(self) -> Session:
        config = read_config_of(self._folder)
        return Session(ToolPool.of_files(config.tools, config.only), hash_seed=0)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None


def copy_world(runs: Sequence[Path], folder: Path, settings: WorldSettings) -> None:
    """Put the snapshots and tools of runs into an export."""
    for run in runs:
        place = folder / FOLDER / run.name
        place.mkdir(parents=True)
        (place / "tools.json").write_bytes((run / "tools.json").read_bytes())
        config = read_config_of(run)
        here = [str(path.absolute()) if path.exists() else str(path) for path in config.tools]
        settled = {**config.model_dump(mode="json"), "tools": here}  # live calls may come from another folder
        (place / "config.yaml").write_text(yaml.safe_dump(settled, sort_keys=False), encoding="utf-8")
        with sqlite3.connect(run / "snapshot.sqlite") as source, sqlite3.connect(place / "snapshot.sqlite") as copy:
            source.backup(copy)
        source.close()
        copy.close()
    (folder / SETTINGS).write_text(settings.model_dump_json(indent=1) + "\n", encoding="utf-8")


def scored(gold: Answer, reply: str, weight: float) -> Score:
    """What a reply is worth, by the one grader."""
    from dive.verify import grade

    verdict = grade(gold, reply)
    correct = float(verdict.ruling == "correct")
    form = float(any(line.strip().startswith(MARK) for line in reply.splitlines()))
    return Score(reward=weight * form + correct, format=form, correct=correct, reason=verdict.reason)
