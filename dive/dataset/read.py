"""Runs as they are selected from: what is needed of each task in memory, and the place of its line in the file.

Files of runs may be far larger than memory. They are read once from end to end, hashed on the way, and single lines are read
again when rows are written.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeVar

from pydantic import BaseModel, ValidationError

from dive.analysis.graph import CallGraph, graph_key, graph_of, relabel, topology
from dive.config import SynthConfig
from dive.dataset.duplicates import derivation_form
from dive.errors import DiveError
from dive.runs import read_config_of, read_json
from dive.synthesis.mentions import folded
from dive.types import Json, Task, canonical

Line = TypeVar("Line", bound=BaseModel)


@dataclass(frozen=True)
class Source:
    """A run that tasks are taken from."""

    path: Path
    name: str
    """The name of its folder, made unique among those given."""
    config: SynthConfig
    tools: dict[str, Json]
    """Its tools by name, as they were saved."""
    summary: dict[str, Json]
    """What `dive synth` printed at the end; empty where the run was not finished."""
    digests: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the files that were read."""

    @property
    def kinds(self) -> dict[str, str]:
        """`R` or `P` by tool."""
        return {name: "R" if tool["kind"] == "retrieval" else "P" for name, tool in self.tools.items()}

    @property
    def providers(self) -> dict[str, str]:
        return {name: tool["provider"] for name, tool in self.tools.items()}

    @property
    def stateful(self) -> frozenset[str]:
        return frozenset(name for name, tool in self.tools.items() if tool.get("stateful"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """What selection needs to know of a task."""

    number: int
    """Its place among all tasks of all runs."""
    source: int
    """Number of its run."""
    start: int
    """Where its line begins in the file of tasks, in bytes."""
    key: str
    query: str
    form: str
    """Digest of its derivation up to names and order of steps."""
    domain: str
    variant: str
    seed: str
    """Key of its seed in one normal form."""
    seed_value: str
    exemplars: tuple[str, ...]
    toolset: tuple[str, ...]
    """Sorted."""
    graph: CallGraph
    features: tuple[tuple[str, str], ...]
    """What coverage is measured over: pairs of a family, such as `tool`, and a value."""

    @property
    def stratum(self) -> str:
        """Domain and variant."""
        return f"{self.domain}/{self.variant}"


def open_runs(paths: Sequence[Path]) -> list[Source]:
    """The runs in the given order. Raises `DiveError` where one is none, is not finished with its files, or is given twice."""
    if not paths:
        raise DiveError("no run is given: dive dataset RUN --out DIR")
    seen: dict[Path, Path] = {}
    names: list[str] = []
    for path in paths:
        if (real := path.resolve()) in seen:
            raise DiveError(f"{path} is given twice")
        seen[real] = path
        name, count = real.name, 1
        while name in names:
            count += 1
            name = f"{real.name}-{count}"
        names.append(name)
    return [_opened(path, name) for path, name in zip(paths, names, strict=True)]


def _opened(path: Path, name: str) -> Source:
    config = read_config_of(path)
    if not (path / "tasks.jsonl").exists():
        raise DiveError(f"{path} has no tasks; `dive synth` makes them")
    tools = {tool["name"]: tool for tool in read_json(path / "tools.json")}
    if not tools:
        raise DiveError(f"{path}/tools.json is missing or damaged; `dive synth` with the same options writes it again")
    return Source(path, name, config, tools, dict(read_json(path / "summary.json")))


def placed_lines(path: Path, kind: type[Line], note: Callable[[str], None]) -> Iterator[tuple[int, int, Line]]:
    """The records of a JSONL file with the start and the length of their lines; `note` is told the SHA-256 at the end.

    Raises `DiveError` with the line number of one that is damaged.
    """
    sha, start = hashlib.sha256(), 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            sha.update(line)
            try:
                yield start, len(line), kind.model_validate_json(line)
            except ValidationError as error:
                fault = "is torn: it was not written to its end" if not line.endswith(b"\n") else "is damaged"
                raise DiveError(f"{path}:{number} {fault}: {error.errors()[0]['msg']}") from None
            start += len(line)
    note(sha.hexdigest())


def line_at(file: IO[bytes], start: int, kind: type[Line]) -> Line:
    """The record whose line begins at `start` of an open binary file."""
    file.seek(start)
    return kind.model_validate_json(file.readline())


def read_candidates(sources: Sequence[Source]) -> list[Candidate]:
    """All tasks of the runs, in their order."""
    found: list[Candidate] = []
    features = Features()
    known: dict[str, str] = {}
    """Strings that many tasks hold, once each."""

    def once(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(known.setdefault(text, text) for text in texts)

    for number, source in enumerate(sources):
        stateful, kinds, providers = source.stateful, source.kinds, source.providers
        for start, _, task in placed_lines(source.path / "tasks.jsonl", Task, noting(source, "tasks.jsonl")):
            used = {step.tool for step in task.derivation.steps}
            if lacking := sorted((used | set(task.toolset)) - source.tools.keys()):
                raise DiveError(f"{source.path}: task {task.key} has the tool {lacking[0]}, which tools.json lacks")
            graph = graph_of(task.derivation)
            found.append(
                Candidate(
                    number=len(found), source=number, start=start, key=task.key, query=task.query,
                    form=derivation_form(task.derivation, stateful), domain=task.domain, variant=task.variant,
                    seed=folded(task.seed.key), seed_value=task.seed.value, exemplars=once(task.exemplars),
                    toolset=once(sorted(set(task.toolset))), graph=graph,
                    features=features.of(task, graph, kinds, providers),
                )
            )  # fmt: skip
    return found


class Features:
    """What coverage is measured over. The class of a graph is computed once."""

    def __init__(self) -> None:
        self._classes: dict[CallGraph, str] = {}

    def of(
        self, task: Task, graph: CallGraph, kinds: Mapping[str, str], providers: Mapping[str, str]
    ) -> tuple[tuple[str, str], ...]:
        """Pairs of a family and a value; a family may have several."""
        by_kind = relabel(graph, kinds)
        return (
            ("call graph", self._class(graph)), ("provider graph", self._class(relabel(graph, providers))),
            ("R/P graph", self._class(by_kind)), ("topology", str(topology(by_kind))),
            *(("tool", tool) for tool in sorted(set(graph.labels))),
            ("domain", task.domain), ("variant", f"{task.domain}/{task.variant}"),
            ("shape", task.shape), ("answer", task.answer.type),
        )  # fmt: skip

    def _class(self, graph: CallGraph) -> str:
        if graph not in self._classes:
            self._classes[graph] = graph_key(graph)
        return self._classes[graph]


def noting(source: Source, name: str) -> Callable[[str], None]:
    """Remember the SHA-256 of a file of the run."""

    def note(sha: str) -> None:
        source.digests[name] = sha

    return note


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def tools_digest(source: Source) -> str:
    """SHA-256 of the tools of the run as they were saved."""
    return hashlib.sha256(canonical(list(source.tools.values())).encode()).hexdigest()
