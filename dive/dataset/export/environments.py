"""What exports with live tools share: the runs of their rows, put into the export, and how a row refers to them."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from dive.dataset.export.writing import Build
from dive.dataset.rows import Row
from dive.dataset.world import WorldSettings, copy_world
from dive.errors import DiveError
from dive.runs import read_json, stateful_of
from dive.types import Json


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
        tools = {name: read_json(path / "tools.json") for name, path in self._paths.items()}
        self._stateful = {name: stateful_of(listed) for name, listed in tools.items()}
        self._parameters = {name: {tool["name"]: tool["parameters"] for tool in listed} for name, listed in tools.items()}
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
        originals = row.tool_names or {}
        names = (tool["function"]["name"] for tool in row.tools)
        return any(originals.get(name, name) in self._stateful[self.name_of(row)] for name in names)

    def worn(self, row: Row, tools: Iterable[Json] | None = None) -> Json:
        """How a row, or some of its tools, are renamed: `{"names": {old: new}, "fields": {old: new}}`, or None.

        New names of parameters are found by laying the new schema beside that of the run, since their order stays. Raises
        `DiveError` where the run lacks the tool.
        """
        if row.tool_names is None:
            return None
        names, fields = dict[str, str](), dict[str, str]()
        for tool in row.tools if tools is None else tools:
            new = tool["function"]["name"]
            old = row.tool_names.get(new, new)
            names[old] = new
            try:
                fields.update(renamed_fields(self._parameters[self.name_of(row)][old], tool["function"]["parameters"]))
            except KeyError:
                raise DiveError(f"row {row.id} renames {old!r}, which the run {row.run!r} does not have") from None
        return {"names": names, "fields": fields}

    def copy(self, folder: Path | None = None) -> None:
        """Put the runs that rows use into the export, below `folder` or at its top."""
        options = self._build.options
        settings = WorldSettings(replay=options.replay, format_weight=options.format_weight, runs=tuple(self._used))
        copy_world([self._paths[name] for name in self._used], folder or self._build.place, settings)


def renamed_fields(old: Json, new: Json) -> Iterator[tuple[str, str]]:
    """The properties that have another name in a schema that is the same but for names and words, as old and new name."""
    if isinstance(old, dict) and isinstance(new, dict) and len(old) == len(new):
        for key, other in zip(old, new, strict=True):
            if key == "properties" == other and isinstance(old[key], dict) and isinstance(new[other], dict):
                yield from ((was, now) for was, now in zip(old[key], new[other], strict=True) if was != now)
            yield from renamed_fields(old[key], new[other])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for part, other in zip(old, new, strict=True):
            yield from renamed_fields(part, other)


def template(name: str) -> str:
    """The text of a file that an export holds as it is, or with `$slots`."""
    return (files("dive.dataset.export") / "templates" / f"{name}.txt").read_text(encoding="utf-8")
