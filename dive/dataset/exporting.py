"""The seam to the exports: rows of a selection into a folder of the data set, in one of the formats that there are."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from dive.dataset.build import Exporter, Splits
from dive.dataset.config import DatasetConfig
from dive.dataset.export.formats import FORMATS, export
from dive.dataset.export.writing import REPORT, ExportOptions
from dive.dataset.report import Written
from dive.errors import DiveError


def check_formats(names: Iterable[str]) -> None:
    """Raise `DiveError` for a format that there is not."""
    for name in names:
        if name not in FORMATS:
            raise DiveError(f"unknown format {name!r}; known are {', '.join(FORMATS)}")


def exporter_of(config: DatasetConfig) -> Exporter:
    """What writes rows in a format. The export's own report is taken over and not left in the folder, as it names the folder."""

    def exporter(splits: Splits, format: str, folder: Path, runs: Sequence[Path]) -> Written:
        options = ExportOptions(runs=tuple(runs), replay=config.replay, name=config.package)
        made = export(splits, format, folder, options)
        (folder / REPORT).unlink()
        return Written(format=format, purpose="", folder="", rows=made.rows, changed=made.changed, dropped=made.dropped)

    return exporter
