"""The formats by name, and the one function that writes any of them."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from dive.dataset.export.axolotl import write_axolotl
from dive.dataset.export.jsonl import write_jsonl
from dive.dataset.export.llama_factory import write_llama_factory
from dive.dataset.export.nemo_gym import write_nemo_gym
from dive.dataset.export.parquet import write_parquet
from dive.dataset.export.trl import write_trl
from dive.dataset.export.verifiers import write_verifiers
from dive.dataset.export.verl import write_verl
from dive.dataset.export.writing import Build, Export, ExportOptions, Splits, building, checked_splits, read_report
from dive.dataset.published import write_published
from dive.dataset.rows import Row
from dive.errors import DiveError

FORMATS: dict[str, Callable[[Splits, Build], None]] = {
    "jsonl": write_jsonl,
    "trl": write_trl,
    "parquet": write_parquet,
    "llama_factory": write_llama_factory,
    "axolotl": write_axolotl,
    "verl": write_verl,
    "nemo_gym": write_nemo_gym,
    "verifiers": write_verifiers,
    "published": write_published,
}


def export(rows: Iterable[Row] | Splits, format: str, folder: Path, options: ExportOptions | None = None) -> Export:
    """Write rows in a format to a folder: those of one split, `train`, or of several by name. Raises `DiveError` for an
    unknown format, a folder that is taken, and rows that the format cannot hold together.
    """
    if format not in FORMATS:
        raise DiveError(f"unknown format {format!r}; known are {', '.join(FORMATS)}")
    splits = checked_splits(rows if isinstance(rows, Mapping) else {"train": rows})
    with building(format, folder, options or ExportOptions()) as build:
        build.rows.update(dict.fromkeys(splits, 0))
        FORMATS[format](splits, build)
    return read_report(folder)
