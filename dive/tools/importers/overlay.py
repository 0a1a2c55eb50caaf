"""The overlay: what a description cannot know of its tools, stated by who imports them.

It names operations by `METHOD /path` or operation id, or tools of an MCP server by their own names. A name that the
description does not have is an error, so that a renamed operation does not lose its settings unnoticed.
"""

from collections.abc import Collection
from difflib import get_close_matches

from pydantic import Field

from dive.errors import DiveError
from dive.tools.importers.file import Key
from dive.types import Json, Kind, Record


class ToolOverlay(Record):
    """Settings of one tool; those left out stay as imported."""

    name: str = ""
    description: str = ""
    domain: str = ""
    kind: Kind | None = None
    volatile: bool | None = None
    deadline: float | None = Field(default=None, gt=1)
    """Seconds that a call may take."""
    rate: str = ""
    """Rate group."""
    skip: bool = False
    """Leave it out."""
    defaults: dict[str, Json] = Field(default_factory=dict)
    """Defaults of arguments, which become optional by it."""
    fixed: dict[str, Json] = Field(default_factory=dict)
    """Arguments that are always sent and that no caller sees."""
    formats: dict[str, str] = Field(default_factory=dict)
    """Semantic types of arguments, such as `chem.smiles`."""
    examples: tuple[dict[str, Json], ...] = ()
    """Arguments that work."""


class Overlay(Record):
    """Settings of a whole import."""

    provider: str = ""
    url: str = ""
    """Base URL in place of the description's first server."""
    domain: str = ""
    keys: tuple[Key, ...] = ()
    """Secrets and where they go."""
    headers: dict[str, str] = Field(default_factory=dict)
    rates: dict[str, float] = Field(default_factory=dict)
    """Requests per second by rate group; the group `default` holds for tools that name none."""
    stateful: bool | None = None
    """Of an MCP server: whether calls depend on earlier calls."""
    tools: dict[str, ToolOverlay] = Field(default_factory=dict)


def check_names(overlay: Overlay, known: Collection[str], what: str) -> None:
    """Raise `DiveError` where the overlay names what is not there."""
    for name in overlay.tools:
        if name not in known:
            near = get_close_matches(name, known, n=3)
            hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise DiveError(f"the overlay names {name!r}, which is no {what}{hint}")


def check_settings(overlay: Overlay, unknown: Collection[str], what: str) -> None:
    """Raise `DiveError` where the overlay states what this kind of import does not know."""
    for name in unknown:
        if getattr(overlay, name) not in ("", None, {}, ()):
            raise DiveError(f"the overlay states `{name}`, which {what} does not have")
    for key, tool in overlay.tools.items():
        if "rates" in unknown and (tool.rate or tool.fixed):
            raise DiveError(f"the overlay states `{'rate' if tool.rate else 'fixed'}` of {key!r}, which {what} does not have")
