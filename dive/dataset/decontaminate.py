"""Tasks that overlap with benchmarks on the user's disk, and with which file.

Queries, exemplars and seeds are compared: 8 words in a row that a text of the benchmark holds too. A text of fewer than 8 words
matches where it is a whole text of the benchmark, after case, width and punctuation are put aside. A benchmark that mentions
Paris does not make a question about Paris contaminated, so for seeds such a match is noted, and drops the task only where that
is asked for. Paraphrases are not found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from dive.dataset.funnel import Why
from dive.dataset.read import Candidate, sha256_of
from dive.errors import DiveError
from dive.exemplars import ExemplarPool
from dive.synthesis.benchmarks import files_in, texts_in
from dive.synthesis.gates import hash_of, ngrams
from dive.types import Record

SIZE = 8
"""Words in a row that make an overlap."""
OPAQUE = 40
"""Characters of a text without a space that is no word."""


class BenchmarkFile(Record):
    """A file that tasks were compared with."""

    file: str
    """Its name below the folder that was given."""
    sha256: str = ""
    texts: int
    long_texts: int
    """Those of 8 words or more."""
    opaque: int = 0
    """Those of 40 characters or more without a space: encrypted, or in a script that sets no spaces."""
    tasks: int = 0
    """Tasks that were dropped for it."""
    seeds: int = 0
    """Tasks whose seed is a whole text of it."""

    @property
    def silent(self) -> bool:
        """Whether the comparison says nothing of it, as it has hardly any text with words."""
        return self.opaque >= self.long_texts


class Overlap(NamedTuple):
    """Where a text meets a benchmark."""

    file: int
    words: str
    whole: bool
    """Whether it is a text of fewer than 8 words, as a whole."""


@dataclass(frozen=True)
class Benchmarks:
    """All 8-grams and all short texts of the files."""

    files: tuple[BenchmarkFile, ...]
    grams: dict[int, int]
    """Number of the first file that holds a gram, by the gram's hash."""
    short: dict[int, int]
    """The same for texts of fewer than 8 words."""

    def overlap(self, text: str) -> Overlap | None:
        """Where a text meets a benchmark, if it does."""
        for gram in ngrams(text, SIZE):
            held = self.grams if len(gram) == SIZE else self.short
            if (file := held.get(hash_of(gram))) is not None:
                return Overlap(file, " ".join(gram), len(gram) < SIZE)
        return None


def read_benchmarks(paths: Sequence[Path]) -> Benchmarks:
    """The texts of all files. Raises `DiveError` where one cannot be read, or a folder has none."""
    files: list[BenchmarkFile] = []
    grams: dict[int, int] = {}
    short: dict[int, int] = {}
    for path in paths:
        parts = files_in(path)
        if not parts:
            raise DiveError(f"{path} holds no file of questions (.jsonl, .json, .csv, .txt, .md)")
        for part in parts:
            texts = long_texts = opaque = 0
            for text in texts_in(part):
                texts += 1
                found = ngrams(text, SIZE)
                opaque += len(text) >= OPAQUE and len(text.split()) == 1 and "://" not in text
                is_long = bool(found) and len(found[0]) == SIZE
                long_texts += is_long and len(text.split()) >= SIZE
                for gram in found:
                    (grams if is_long else short).setdefault(hash_of(gram), len(files))
            name = part.name if part == path else f"{path.resolve().name}/{part.relative_to(path).as_posix()}"
            files.append(BenchmarkFile(file=name, sha256=sha256_of(part), texts=texts, long_texts=long_texts, opaque=opaque))
    return Benchmarks(tuple(files), grams, short)


class Contamination(Record):
    """What the comparison with benchmarks came to."""

    files: tuple[BenchmarkFile, ...] = ()
    exemplars: int = 0
    """Exemplars whose text was compared."""
    exemplars_unknown: int = 0
    """Exemplars that tasks name but whose text is not among the built-in ones."""


def decontaminate(
    tasks: Sequence[Candidate], benchmarks: Benchmarks, drop_seeds: bool, exemplars: Iterable[tuple[str, str]] | None = None
) -> tuple[dict[int, Why], Contamination]:
    """Which tasks overlap and how, by their number; exemplars are pairs of key and text, the built-in ones by default."""
    texts = dict(exemplars if exemplars is not None else ((each.key, each.query) for each in ExemplarPool.default()))
    named = sorted({key for task in tasks for key in task.exemplars})
    unclean = {key: hit for key in named if key in texts and (hit := benchmarks.overlap(texts[key]))}
    why: dict[int, Why] = {}
    dropped = [0] * len(benchmarks.files)
    alike = [0] * len(benchmarks.files)
    for task in tasks:
        seed = benchmarks.overlap(task.seed_value)
        if seed and seed.whole:
            alike[seed.file] += 1
        found = _found(task, benchmarks, unclean, seed if seed and (drop_seeds or not seed.whole) else None)
        if found:
            where, hit = found
            dropped[hit.file] += 1
            why[task.number] = Why(
                f"its {where} overlaps with a benchmark", file=benchmarks.files[hit.file].file, words=hit.words
            )
    files = tuple(
        file.model_copy(update={"tasks": dropped[n], "seeds": alike[n]}) for n, file in enumerate(benchmarks.files)
    )  # fmt: skip
    known = sum(key in texts for key in named)
    return why, Contamination(files=files, exemplars=known, exemplars_unknown=len(named) - known)


def _found(
    task: Candidate, benchmarks: Benchmarks, unclean: dict[str, Overlap], seed: Overlap | None
) -> tuple[str, Overlap] | None:
    if hit := benchmarks.overlap(task.query):
        return "query", hit
    for key in task.exemplars:
        if key in unclean:
            return "exemplar", unclean[key]
    return ("seed", seed) if seed else None
