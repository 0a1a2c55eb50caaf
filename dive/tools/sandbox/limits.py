"""The nouns of the sandbox: what a call may use, and what it comes to."""

from dataclasses import dataclass
from typing import Literal

from dive.types import Json

MEBIBYTE = 1 << 20

End = Literal["", "deadline", "memory", "cpu", "disk", "output", "died", "protocol"]
"""Why an interpreter ended in a call; empty where it lives on. `died`: by its own doing, such as `os._exit`.
`protocol`: it sent what is not an answer.
"""


@dataclass(frozen=True)
class Limits:
    """What untrusted code may use. Memory, processor time and processes are bounded for all its processes together."""

    seconds: float = 10.0
    """Wall-clock time of one call."""
    cpu_seconds: float = 120.0
    """Processor time of an interpreter over all calls."""
    memory: int = 1024 * MEBIBYTE
    """Bytes: of address space for each process, and of resident memory for all together."""
    processes: int = 32
    """Processes and threads alive at once."""
    open_files: int = 128
    """Descriptors of one process."""
    file_bytes: int = 32 * MEBIBYTE
    """Size of one file."""
    disk_bytes: int = 64 * MEBIBYTE
    """Size of all files together."""
    files: int = 20_000
    """Number of files, which take memory even if they are empty. Seen to by bubblewrap only."""
    output_chars: int = 20_000
    """Kept of what one call prints, and the longest JSON text of a value; the rest is dropped and `truncated` is set."""


@dataclass(frozen=True)
class Fault:
    """The exception that ended a call."""

    type: str
    message: str
    line: int | None
    """Line of the code of this call, where one is known."""


@dataclass(frozen=True)
class Result:
    """What a call came to."""

    stdout: str = ""
    """What was written to standard output and standard error, in order."""
    value: Json = None
    """The value of the last statement, if it is an expression whose value has a JSON form."""
    type: str = ""
    """The name of that value's type; empty if the last statement is no expression."""
    error: Fault | None = None
    truncated: bool = False
    """Whether some of the output, or the value, was too long and left out."""
    ended: End = ""
    """Why the interpreter ended, and with it the variables and files of the episode."""
    fresh: bool = False
    """Whether the call began in a new interpreter because an earlier call ended the one before."""
    seconds: float = 0.0
