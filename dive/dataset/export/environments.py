"""What exports with live tools share: the runs of their rows, put into the export, and how a row refers to them."""

from pathlib import Path

from dive.dataset.export.writing import Build
from dive.dataset.rows import Row
from dive.dataset.world import WorldSettings, copy_world
from dive.errors import DiveError
from dive.runs import read_json, stateful_of


class Runs:
    """The runs that an export was given, by name, and which of them its rows use."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._paths = {path.name: path for path in build.options.runs}
        if not self._paths:
            raise DiveError("an environment answers tool calls from the runs of its rows; name their directories (runs)")
        if len(self._paths) != len(build.options.runs):
            raise DiveError("two of the runs have the same name; rename the directory of one")
        for name, path in self._paths.items():
            if not (path / "snapshot.sqlite").is_file() or not (path / "tools.json").is_file():
                raise DiveError(f"{path} is no run directory with a snapshot and tools ({name})")
        self._stateful = {name: stateful_of(read_json(path / "tools.json")) for name, path in self._paths.items()}
        self._used: dict[str, None] = {}

    def name_of(self, row: Row) -> str:
        """The name of a row's run, which is noted as used. Raises `DiveError` where the export was not given that run."""
        name = row.run or (next(iter(self._paths)) if len(self._paths) == 1 else "")
        if name not in self._paths:
            raise DiveError(f"row {row.id} comes from the run {row.run!r}; given are {', '.join(self._paths)}")
        self._used[name] = None
        return name

    def is_stateful(self, row: Row) -> bool:
        """Whether a tool of the row keeps a state."""
        names = {tool["function"]["name"] for tool in row.tools}
        meant = {_original(row, name) for name in names}
        return not meant.isdisjoint(self._stateful[self.name_of(row)])

    def copy(self, folder: Path | None = None) -> None:
        """Put the runs that rows use into the export, below `folder` or at its top."""
        options = self._build.options
        settings = WorldSettings(replay=options.replay, format_weight=options.format_weight, runs=tuple(self._used))
        copy_world([self._paths[name] for name in self._used], folder or self._build.place, settings)


def _original(row: Row, name: str) -> str:
    from dive.dataset.world import original

    return original(row.tool_names, name, {})[0]


def template(name: str) -> str:
    """The text of a file that an export holds as it is, or with `$slots`."""
    from importlib.resources import files

    return (files("dive.dataset.export") / "templates" / f"{name}.txt").read_text(encoding="utf-8")
