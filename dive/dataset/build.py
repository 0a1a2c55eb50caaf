"""Building a data set: select, write every format into a folder beside the place, and move it there when it is whole."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import yaml

from dive.dataset.card import card
from dive.dataset.compose import rows_of
from dive.dataset.config import DatasetConfig
from dive.dataset.read import Source, open_runs, sha256_of
from dive.dataset.report import Report, Written, read_report, report_of
from dive.dataset.rows import Row
from dive.dataset.select import Selection, select
from dive.dataset.skins import SkinOptions, skinned
from dive.errors import DiveError
from dive.types import Json

Splits = Mapping[str, Iterable[Row]]


class Exporter(Protocol):
    """Writes rows in a named format into a new folder; the snapshots of `runs` answer the tool calls of environments."""

    def __call__(self, splits: Splits, format: str, folder: Path, runs: Sequence[Path]) -> Written: ...


def build(runs: Sequence[Path], config: DatasetConfig, exporter: Exporter) -> Report:
    """Make a data set of runs in `config.out`, which is written whole or not at all.

    The same runs and options give the same bytes.

    Raises:
        DiveError: the folder is taken, a run is not solved or not verified, nothing is left, or a format holds none of the rows.
    """
    _check_place(config.out)
    sources = open_runs(runs)
    selection = select(sources, config)
    report = report_of(selection, sources, config)
    _check_same(config, report)
    try:
        config.out.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=f".{config.out.name}.", dir=config.out.parent))
    except OSError as error:
        raise DiveError(f"cannot write {config.out}: {error.strerror or error}") from None
    try:
        place.chmod(0o755)
        report = report.model_copy(update={"exports": tuple(_exports(place, selection, sources, config, exporter))})
        _write(place, report, selection)
        _move(place, config.out)
    except OSError as error:
        raise DiveError(f"cannot write {config.out}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return report


def _exports(
    place: Path, selection: Selection, sources: Sequence[Source], config: DatasetConfig, exporter: Exporter
) -> Iterator[Written]:
    """Write every format of every purpose. A format that holds no row of a purpose leaves nothing of it."""
    options = SkinOptions.model_validate({"original": True, "distractors": config.distractors})
    pool = list({name: tool for source in sources for name, tool in source.tools.items()}.values())

    def worn(rows: Iterable[Row]) -> Iterator[Row]:
        return skinned(rows, config.skins, config.seed, options, pool)

    for format in config.format:
        found = []
        for purpose, parts in selection.parts.items():
            splits: dict[str, Iterable[Row]] = {}
            for where, chosen in parts.items():
                rows = rows_of(purpose, chosen, sources, selection.passes, selection.solver)
                if chosen:
                    splits[where] = worn(rows) if where == "train" else rows
            folder = place / format / purpose
            written = exporter(splits, format, folder, [source.path.resolve() for source in sources])
            empty = not any(written.rows.values())
            files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}
            found.append(
                written.model_copy(update={"purpose": purpose, "folder": f"{format}/{purpose}", "files": {} if empty else files})
            )
            if empty:
                shutil.rmtree(folder)
        if not any(any(written.rows.values()) for written in found):
            reasons = ", ".join(f"{why} {count}" for written in found for why, count in written.dropped.items())
            raise DiveError(f"the format {format} holds none of the rows ({reasons or 'there are none'})")
        yield from found


def _write(place: Path, report: Report, selection: Selection) -> None:
    """The card, the report and the dropped tasks."""
    with (place / "dropped.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for each in selection.dropped:
            file.write(each.model_dump_json(exclude_defaults=True) + "\n")
    (place / "selection.json").write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
    heads = {each.folder: head for each in report.exports if (head := head_of(place / each.folder / "README.md"))}
    (place / "README.md").write_text(card(report, heads), encoding="utf-8", newline="\n")


def head_of(page: Path) -> dict[str, Json]:
    """The head of a card that an export wrote; empty where there is no card or no `configs` in it."""
    if not page.is_file():
        return {}
    text = page.read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---\n")[1]) if text.startswith("---\n") else None
    return head if isinstance(head, dict) and "configs" in head else {}


def _check_place(out: Path) -> None:
    """Refuse a place that holds something else than a data set."""
    if not out.exists():
        return
    if not out.is_dir() or (any(out.iterdir()) and read_report(out) is None):
        raise DiveError(f"{out} is there and holds no data set of DIVE; choose another --out")


def _check_same(config: DatasetConfig, report: Report) -> None:
    """Refuse to replace another selection unasked."""
    before = read_report(config.out)
    if before is None or config.force or before.identity == report.identity:
        return
    was = before.config
    changed = [f"{name} was {was.get(name)!r}, now {value!r}" for name, value in report.config.items() if was.get(name) != value]
    what = "; ".join(changed[:5]) or "of other runs, or of runs that went on"
    raise DiveError(f"{config.out} holds another selection ({what}); choose another --out, or replace it with --force")


def _move(place: Path, out: Path) -> None:
    """Put the folder in its place; what was there is deleted after that."""
    if not out.exists():
        place.rename(out)
        return
    before = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    out.rename(before / "before")
    try:
        place.rename(out)
    except OSError:
        (before / "before").rename(out)
        raise
    finally:
        shutil.rmtree(before, ignore_errors=True)
