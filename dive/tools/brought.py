"""What users bring: the tools, semantic types and seeds of a Python file, or of a module that a plug-in names.

One rule for both. All tools in the namespace of the file or module are taken, imported ones included and DIVE's own
left out; types register themselves with `semantic_type`; seeds are the items of `seeds`. A file is loaded once in each
process, by its path, under a module name that is made of the path and is no other module's: its functions find their
globals, and other processes load it again instead of being sent pickled state. A digest of its text, or the version of
the distribution, becomes part of the version of its tools.
"""

import hashlib
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from dive.errors import DiveError
from dive.tools.semantics import SEMANTICS
from dive.tools.tool import Tool
from dive.types import Seed

SUFFIX = ".py"


@dataclass(frozen=True)
class Brought:
    """The tools by name, the seeds, and what stands for the code in the tools' versions."""

    tools: Mapping[str, Tool]
    seeds: tuple[Seed, ...]
    edition: str


_LOADED: dict[Path, Brought] = {}
"""The files that this process has loaded."""


def brought_by(path: Path) -> Brought:
    """What a Python file brings. Raises `DiveError` where it is missing, fails, or brings nothing."""
    place = path.resolve()
    if place not in _LOADED:
        _LOADED[place] = _loaded(path, place)
    return _LOADED[place]


def seeds_of(files: Iterable[Path]) -> list[Seed]:
    """The seeds of the Python files among those given."""
    return [seed for file in files if file.suffix == SUFFIX for seed in brought_by(file).seeds]


def file_of(tool: Tool) -> Path | None:
    """The file that this process has the tool from, if it is one and the tool is as it was loaded."""
    return next((path for path, brought in _LOADED.items() if brought.tools.get(tool.name) is tool), None)


def file_behind(tool: Tool) -> Path | None:
    """The file whose code a tool runs, also where it is another than the file has, such as one with a new deadline."""
    module = getattr(tool.function, "__module__", "") or ""
    return next((path for path in _LOADED if _module_name(path) == module), None)


def _module_name(place: Path) -> str:
    key = hashlib.sha256(str(place).encode()).hexdigest()[:12]
    return f"dive_file_{re.sub(r'[^A-Za-z0-9_]', '_', place.stem)}_{key}"


def tool_in(path: Path, name: str, edition: str) -> Tool:
    """A tool of a file. Raises `DiveError` where the file is not the one that another process has loaded."""
    brought = brought_by(path)
    if brought.edition != edition:
        raise DiveError(f"{path} has changed since it was loaded; start the command again")
    return brought.tools[name]


def _loaded(path: Path, place: Path) -> Brought:
    try:
        source = place.read_bytes()
    except OSError as error:
        raise DiveError(f"{path} cannot be read: {error.strerror or error}") from None
    module = ModuleType(_module_name(place))
    module.__file__ = str(place)
    types = set(SEMANTICS)
    sys.modules[module.__name__] = module
    if str(place.parent) not in sys.path:
        sys.path.append(str(place.parent))  # what lies beside it; at the end, so that it hides no library
    edition = f"{place.name}@{hashlib.sha256(source).hexdigest()[:12]}"
    try:
        exec(compile(source, str(place), "exec", dont_inherit=True), vars(module))
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        del sys.modules[module.__name__]
        raise DiveError(f"{path} cannot be loaded: {told(error, str(place))}") from None
    try:
        return gathered(vars(module), edition, str(path), types)
    except DiveError:
        del sys.modules[module.__name__]
        raise


def told(error: BaseException, file: str = "") -> str:
    """A failure of foreign code in one line, with the place: the last one in `file` that it came through, if any is."""
    frames = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((error.filename, error.lineno or 0))
    places = [place for place in frames if place[0] == file] or [p for p in frames if "importlib" not in p[0]]
    said = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())[:300]
    named = said if isinstance(error, DiveError) else f"{type(error).__name__}: {said}".removesuffix(": ")
    return f"line {places[-1][1]} of {places[-1][0]}: {named}" if places else named


def gathered(namespace: Mapping[str, Any], edition: str, where: str, types: Iterable[str] = ()) -> Brought:
    """The tools and seeds of a namespace. `types` are the semantic types that were known before it was filled."""
    tools = own_tools([value for value in namespace.values() if isinstance(value, Tool)], edition, where)
    seeds = checked_seeds(namespace.get("seeds", ()), where)
    if not tools and not seeds and SEMANTICS.keys() <= set(types):
        raise DiveError(
            f"{where} defines no tool: put @tool(domain=..., kind=..., about=..., source=...) above a function (nor has it "
            "`seeds`, a list of Seed)"
        )
    return Brought(tools, seeds, edition)


def own_tools(found: Iterable[Any], edition: str, where: str) -> dict[str, Tool]:
    """Tools by name, with their edition; DIVE's own are left out. Raises `DiveError` where two have one name."""
    tools: dict[str, Tool] = {}
    for tool in {id(value): value for value in found}.values():
        if not isinstance(tool, Tool):
            raise DiveError(f"{where} gives {tool!r}, which is not a tool; put @tool(domain=..., kind=...) above the function")
        if is_built_in(tool):
            continue
        if tool.name in tools:
            raise DiveError(f"{where} has two tools that are named {tool.name!r}: rename one of them")
        tools[tool.name] = replace(tool, edition=edition)
    return tools


def is_built_in(tool: Tool) -> bool:
    """Whether a tool is one of DIVE's own, as it stands there."""
    home = getattr(tool.function, "__module__", "") or ""
    return home.startswith("dive.tools.") and getattr(sys.modules.get(home), tool.name, None) is tool


def checked_seeds(given: Any, where: str) -> tuple[Seed, ...]:
    """The seeds of a list. Raises `DiveError` where it holds something else, or a seed of a type that is not known."""
    if isinstance(given, ModuleType):  # a package whose part has this name
        return ()
    if isinstance(given, str | bytes | Mapping | Seed) or not isinstance(given, Iterable):
        raise DiveError(
            f"{where}: `seeds` is a {type(given).__name__}; give a list of Seed(domain=..., semantic=..., value=..., ...)"
        )
    seeds = tuple(given)
    for number, seed in enumerate(seeds):
        if not isinstance(seed, Seed):
            raise DiveError(f"{where}: seeds[{number}] is a {type(seed).__name__}, not a Seed")
        if seed.semantic not in SEMANTICS:
            made = f"semantic_type({seed.semantic!r}, noun=...)"
            raise DiveError(f"{where}: seeds[{number}] is of the type {seed.semantic!r}, which nothing registers: {made}")
    return seeds
