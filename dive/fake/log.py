"""The log of a fake server: a line of JSON per request, written when the answer has left or the client is gone."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from dive.errors import DiveError
from dive.types import Json, Record


class Entry(Record):
    """What became of one request for a completion."""

    t0: float
    """When its first byte came, in seconds since the epoch."""
    t1: float
    """When its answer had left, or the client was gone."""
    phase: str = ""
    """Empty where the request was not understood."""
    task: str = ""
    """Digest of what tells tasks apart; see `task_of`."""
    key: str = ""
    """Digest of the body's bytes."""
    seen: int = 0
    """How often the same body was taken before."""
    sample: int = 0
    """How often it was answered before."""
    status: int = 0
    """Status of the answer; 0 where the client was gone before there was one."""
    fault: str = ""
    """Faults that were put in, or the limit that was hit, joined by `+`."""
    bytes_in: int = 0
    bytes_out: int = 0
    """Bytes of bodies."""
    written: bool = False
    """Whether the whole answer left this process."""
    connection: int = 0
    in_flight: int = 0
    """Requests that were worked on when it came, itself included."""
    prompt_chars: int = 0
    prefix_chars: int = 0
    """Characters at the beginning of the prompt that one of the last prompts had as well."""

    @property
    def answered(self) -> bool:
        """Whether the client got a whole, readable reply."""
        return self.status == 200 and self.written and "truncated" not in self.fault.split("+")


class LogWriter:
    """Appends lines; each is on disk, as far as the system is concerned, when it is written."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise DiveError(f"the log {path} cannot be written: {error}") from None

    def write(self, entry: dict[str, Json]) -> None:
        """Append the fields of an `Entry`."""
        self._file.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")

    def close(self) -> None:
        self._file.close()


def read_log(path: Path) -> Iterator[Entry]:
    """The entries of a log, in the order in which answers were over; a torn last line is left out. Raises `DiveError`."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise DiveError(f"the log {path} cannot be read: {error}") from None
    for number, line in enumerate(text[: text.rfind(b"\n") + 1].splitlines(), 1):
        try:
            yield Entry.model_validate_json(line)
        except ValidationError as error:
            raise DiveError(f"{path}, line {number}: {error.errors()[0]['msg']}") from None
