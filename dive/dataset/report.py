"""The report of a selection, `selection.json`: what the card says, and whether a folder holds the same selection."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import Field

from dive.analysis.diversity import Diversity, measure
from dive.dataset.config import DatasetConfig
from dive.dataset.coverage import Covered
from dive.dataset.decontaminate import Contamination
from dive.dataset.funnel import Dropped, Funnel
from dive.dataset.passes import Group
from dive.dataset.read import Source, tools_digest
from dive.dataset.select import Chosen, Selection
from dive.dataset.sources import Library, Origin, libraries_of, origins_of
from dive.models.spec import ModelConfig
from dive.types import Json, Record, digest

SHOWN = 30
"""Overlaps that the card shows; all are in `dropped.jsonl`."""


class Written(Record):
    """One format of one purpose, as it was written."""

    format: str
    purpose: str
    folder: str
    """Below the folder of the data set."""
    rows: dict[str, int]
    """Rows by split."""
    changed: dict[str, int] = Field(default_factory=dict)
    """What the format could not hold as it was, and how often."""
    dropped: dict[str, int] = Field(default_factory=dict)
    """Rows that the format cannot hold, by reason."""
    files: dict[str, str] = Field(default_factory=dict)
    """SHA-256 of each file."""


class Used(Record):
    """A run that was selected from."""

    name: str
    config: dict[str, Json]
    """Its options, where they are not the default ones; files by name."""
    tools: str
    """SHA-256 of its tools."""
    files: dict[str, str]
    """SHA-256 of its files."""


class Report(Record):
    """A selection, and what was written of it."""

    dive: str
    """Version of DIVE."""
    identity: str
    """Digest of all that the selection depends on."""
    config: dict[str, Json]
    runs: tuple[Used, ...]
    funnel: Funnel
    solutions: dict[str, int]
    """Solutions and verdicts, by what became of them."""
    solvers: tuple[Group, ...]
    """The solvers and settings that solutions are by."""
    solver: str
    """Whose pass rates are counted; empty for several solvers together."""
    pass_rates: dict[str, int]
    """Tasks by `correct/scored` samples, before any was dropped for its solutions."""
    tasks: dict[str, dict[str, int]]
    """Selected tasks by purpose and split."""
    lacking: dict[str, int]
    """How many tasks fewer there are than were asked for, by what they are for."""
    contamination: Contamination
    overlaps: tuple[Dropped, ...]
    """The first tasks that were dropped for an overlap with a benchmark."""
    diversity: dict[str, Diversity]
    """Of the training tasks, by purpose."""
    coverage: dict[str, tuple[Covered, ...]]
    """How the chosen tasks cover what there was, by purpose."""
    libraries: tuple[Library, ...]
    origins: tuple[Origin, ...]
    exports: tuple[Written, ...] = ()


def report_of(selection: Selection, sources: Sequence[Source], config: DatasetConfig) -> Report:
    """The report of a selection of which nothing is written yet."""
    used = sorted({tool for chosen in _all(selection) for tool in chosen.task.graph.labels})
    runs = tuple(
        Used(name=source.name, config=_options(source), tools=tools_digest(source), files=dict(sorted(source.digests.items())))
        for source in sources
    )
    contamination = selection.contamination
    identity = [config.identity, [run.model_dump(mode="json") for run in runs], [file.sha256 for file in contamination.files]]
    return Report(
        dive=_version(), identity=digest(identity), config=config.identity, runs=runs, funnel=selection.funnel,
        solutions=selection.passes.counts, solvers=selection.passes.groups, solver=selection.solver,
        pass_rates=selection.histogram,
        tasks={p: {where: len(chosen) for where, chosen in parts.items()} for p, parts in selection.parts.items()},
        lacking=selection.lacking, contamination=contamination,
        overlaps=tuple(each for each in selection.dropped if each.file)[:SHOWN],
        diversity={purpose: _diversity(parts["train"], sources) for purpose, parts in selection.parts.items()},
        coverage={str(purpose): covered for purpose, covered in selection.coverage.items()},
        libraries=libraries_of(used, sources), origins=origins_of(used),
    )  # fmt: skip


def _all(selection: Selection) -> list[Chosen]:
    return [chosen for parts in selection.parts.values() for part in parts.values() for chosen in part]


def _diversity(chosen: Sequence[Chosen], sources: Sequence[Source]) -> Diversity:
    kinds: dict[str, str] = {}
    providers: dict[str, str] = {}
    for source in reversed(sources):
        kinds |= source.kinds
        providers |= source.providers
    return measure(((each.task.graph, each.task.toolset) for each in chosen), kinds, providers)


def _options(source: Source) -> dict[str, Json]:
    """The options of a run that are not the default ones, without what says nothing elsewhere."""
    given = source.config.model_dump(exclude_defaults=True, exclude={"out", "workers"})
    return {name: _told(getattr(source.config, name)) for name in given}


def _told(value: object) -> Json:
    """An option as others may read it: of a path only its name, of a model only what its replies depend on."""
    if isinstance(value, Path):
        return value.name
    if isinstance(value, ModelConfig):
        return value.identity | ({"name": Path(value.name).name} if value.backend == "local" else {})
    if isinstance(value, Record):
        return {name: _told(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, tuple | list):
        return [_told(each) for each in value]
    return value


def _version() -> str:
    try:
        return version("dive-synthesis")
    except PackageNotFoundError:
        return "unknown"


def read_report(folder: Path) -> Report | None:
    """The report of a folder; None where it holds no data set."""
    try:
        return Report.model_validate_json((folder / "selection.json").read_bytes())
    except (OSError, ValueError):
        return None
