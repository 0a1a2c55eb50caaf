"""Where the tools of a data set have their data and formulas from, and the licences of the libraries behind them.

Versions are those that the runs recorded. Licences are those that the installed libraries state of themselves; terms of the
data in them may differ, which docs/data-sources.md goes into.
"""

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, metadata

from dive.dataset.read import Source
from dive.tools.pool import ToolPool
from dive.types import Record

_LIBRARY = re.compile(r"(\S+)==(\S+)")
_LONGEST = 80


class Library(Record):
    """A library that results of used tools depend on."""

    name: str
    versions: tuple[str, ...]
    licence: str
    tools: int
    """Used tools that depend on it."""


class Origin(Record):
    """Where used tools have their data or formulas from."""

    source: str
    tools: tuple[str, ...]


def libraries_of(used: Iterable[str], sources: Sequence[Source]) -> tuple[Library, ...]:
    """The libraries behind the used tools, by name."""
    versions: dict[str, set[str]] = {}
    tools: dict[str, set[str]] = {}
    for tool in used:
        for source in sources:
            for name, version in _LIBRARY.findall(source.tools.get(tool, {}).get("version", "")):
                versions.setdefault(name, set()).add(version)
                tools.setdefault(name, set()).add(tool)
    return tuple(
        Library(name=name, versions=tuple(sorted(versions[name])), licence=licence_of(name), tools=len(tools[name]))
        for name in sorted(versions, key=str.casefold)
    )


def licence_of(library: str) -> str:
    """What an installed library states as its licence, in one line."""
    try:
        about = metadata(library)
    except PackageNotFoundError:
        return "not installed here"
    stated = about["License-Expression"] or about["License"] or ""
    if stated.strip() and len(stated) <= _LONGEST and "\n" not in stated.strip():
        return stated.strip()
    classes = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or [] if text.startswith("License :: ")]
    return " or ".join(classes) or "not stated"


def origins_of(used: Iterable[str], pool: ToolPool | None = None) -> tuple[Origin, ...]:
    """The sources that the used tools state; a tool that is not among the built-in ones and plug-ins states none here."""
    known = {tool.name: tool.source for tool in (ToolPool.default() if pool is None else pool)}
    tools: dict[str, list[str]] = {}
    for name in sorted(set(used)):
        tools.setdefault(known.get(name) or "not stated", []).append(name)
    return tuple(Origin(source=source, tools=tuple(names)) for source, names in sorted(tools.items()))
