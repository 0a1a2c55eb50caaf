"""Parquet with a fixed schema: `messages` and `tools` are JSON text, so that no reader merges unlike objects.

Row groups are written as rows come, so that memory holds one group.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dive.dataset.export.jsonl import TEXTS
from dive.dataset.export.writing import Build, Splits, compact
from dive.dataset.rows import Row
from dive.errors import DiveError, need_extra
from dive.types import Json

JSON_COLUMNS = ("messages", *TEXTS)


def write_parquet(splits: Splits, build: Build) -> None:
    """Write a file for each split."""
    for split, rows in splits.items():
        with table(build.place / f"{split}.parquet", schema(), build.options.rows_per_group) as add:
            for row in build.whole(rows):
                add(_columns(row))
                build.rows[split] += 1


def schema() -> Any:
    """The Arrow schema of a row."""
    need_extra("dataset", "pyarrow")
    import pyarrow as pa

    types = {"used": pa.list_(pa.string()), "samples": pa.int64(), "passes": pa.int64()}
    return pa.schema([pa.field(name, types.get(name, pa.string()), nullable=False) for name in Row.model_fields])


@contextmanager
def table(path: Path, schema: Any, group: int) -> Iterator[Callable[[dict[str, Json]], None]]:
    """A Parquet file of that schema, given as the function that adds a row; `group` rows are written together."""
    need_extra("dataset", "pyarrow")
    import pyarrow as pa
    import pyarrow.parquet as pq

    held: list[dict[str, Json]] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:

        def flush() -> None:
            writer.write_table(pa.Table.from_pylist(held, schema=schema))
            held.clear()

        def add(row: dict[str, Json]) -> None:
            held.append(row)
            if len(held) == group:
                flush()

        yield add
        if held:
            flush()


def read_parquet(path: Path) -> Iterator[Row]:
    """The rows of a file that `write_parquet` wrote, one row group at a time."""
    need_extra("dataset", "pyarrow")
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except OSError as error:
        raise DiveError(f"{path} cannot be read as Parquet: {error}") from None
    with file:
        for index in range(file.num_row_groups):
            for values in file.read_row_group(index).to_pylist():
                yield Row.model_validate({**values, **{name: json.loads(values[name]) for name in JSON_COLUMNS}})


def _columns(row: Row) -> dict[str, Json]:
    values = row.model_dump(mode="json")
    return {**values, **{name: compact(values[name]) for name in JSON_COLUMNS}}
