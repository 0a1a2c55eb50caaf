"""`ToolPool`: the tools that toolsets are sampled from.

A pool is a dict from name to tool. It says which tools cannot run here and why; sampling never hides a broken tool. The
built-in pool is found by walking the domain packages, so adding a module adds its tools; plug-ins and files of the user
(`dive.tools.brought`) add to it.
"""

import base64
import os
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import cloudpickle

from dive.errors import DiveError
from dive.tools.brought import SUFFIX, brought_by, file_behind, file_of, is_built_in, tool_in
from dive.tools.plugins import PlugIn, brought_by_plugin, load_plugins, plugin_of
from dive.tools.tool import Tool
from dive.types import Seed

DOMAINS: tuple[str, ...] = ("general", "academic", "biological", "financial", "medical")
"""The built-in domains; a user's tool may bring another."""


class ToolPool:
    """Tools by name, in a fixed order."""

    def __init__(self, tools: Iterable[Tool] = ()) -> None:
        self._tools: dict[str, Tool] = {}
        for tool in tools:
            if not isinstance(tool, Tool):
                raise DiveError(f"{tool!r} is not a tool; put @tool(domain=..., kind=...) above the function")
            if tool.name in self._tools:
                raise DiveError(f"two tools are named {tool.name!r}: rename one of them")
            self._tools[tool.name] = tool

    @classmethod
    def default(cls) -> "ToolPool":
        """All built-in tools, and those of plug-ins."""
        brought = [plugin.brought for plugin in plugins() if plugin.brought]
        return cls([*built_in_tools(), *(tool for each in brought for tool in each.tools.values())])

    @classmethod
    def load(cls, path: Path | str) -> "ToolPool":
        """The tools of a Python file, or of a file that `dive tools import` wrote. Raises `DiveError` where it is damaged."""
        file = Path(path)
        if file.suffix == SUFFIX:
            return cls(brought_by(file).tools.values())
        if file.suffix not in (".yaml", ".yml"):
            raise DiveError(f"{file} is neither a Python file (.py) nor a tool file of `dive tools import` (.yaml)")
        from dive.tools.importers.load import load_tools

        return cls(load_tools(file))

    @classmethod
    def of_files(cls, files: Iterable[Path], only: bool = False) -> "ToolPool":
        """The default pool, or with `only` an empty one, and the tools of files."""
        return (cls() if only else cls.default()).with_files(files)

    def with_files(self, files: Iterable[Path]) -> "ToolPool":
        """The pool and the tools of files. Raises `DiveError` where a tool has the name of another."""
        pool = self
        for file in files:
            added = ToolPool.load(file)
            for tool in added:
                if tool.name in pool:
                    raise DiveError(f"{file}: its tool {tool.name!r} has the name of {_whose(pool[tool.name])}; rename it")
            pool = pool + added
        return pool

    def __iter__(self) -> Iterator[Tool]:
        return iter(self._tools.values())

    def __len__(self) -> int:
        return len(self._tools)

    def __contains__(self, name: object) -> bool:
        return name in self._tools

    def __getitem__(self, name: str) -> Tool:
        if name not in self._tools:
            raise DiveError(f"unknown tool {name!r}{self._nearest(name)}; `dive tools list` shows all {len(self)}")
        return self._tools[name]

    def __add__(self, tools: Iterable[Tool]) -> "ToolPool":
        return ToolPool([*self, *tools])

    @cached_property
    def missing(self) -> dict[str, str]:
        """Tools that cannot run here, each with the reason."""
        return {tool.name: reason for tool in self if (reason := why_missing(tool))}

    @cached_property
    def domains(self) -> tuple[str, ...]:
        """The domains that have tools."""
        return tuple(dict.fromkeys(tool.domain for tool in self))

    def where(self, domain: str = "", kind: str = "", provider: str = "") -> "ToolPool":
        """The tools of a domain, kind and provider; an unknown domain is answered with the known ones."""
        if domain and domain not in self.domains:
            raise DiveError(f"unknown domain {domain!r}; known are {', '.join(self.domains)}")
        known = tuple(dict.fromkeys(tool.provider for tool in self))
        if provider and provider not in known:
            raise DiveError(f"unknown provider {provider!r}; known are {', '.join(known)}")
        wanted = {"domain": domain, "kind": kind, "provider": provider}
        return ToolPool(t for t in self if all(not v or getattr(t, k) == v for k, v in wanted.items()))

    def runnable(self) -> "ToolPool":
        """The tools that can run here."""
        return ToolPool(tool for tool in self if tool.name not in self.missing)

    def plannable(self) -> "ToolPool":
        """Of the tools that can run here, those that the symbolic planner can call: it finds or states values for every
        required parameter.
        """
        return ToolPool(tool for tool in self if tool.bindable).runnable()

    def without(self, names: Iterable[str]) -> "ToolPool":
        """The tools that are not named."""
        left_out = set(names)
        return ToolPool(tool for tool in self if tool.name not in left_out)

    def _nearest(self, name: str) -> str:
        from difflib import get_close_matches

        near = get_close_matches(name, self._tools, n=3)
        return f" (did you mean {', '.join(near)}?)" if near else ""


def _whose(tool: Tool) -> str:
    if is_built_in(tool):
        return f"a built-in one ({tool.domain}, {tool.provider}), which --only leaves out"
    return f"one of {tool.edition or tool.provider}"


def why_missing(tool: Tool) -> str:
    """Why a tool cannot run here, or an empty string."""
    lacking = [name for name in tool.requires if not _installed(name)]
    if lacking:
        return f"needs {' and '.join(lacking)}: {_command(lacking)}"
    unset = [name for name in tool.variables if not os.environ.get(name)]
    if unset:
        return f"needs the environment variable {' and '.join(unset)}"
    return tool.needs() if tool.needs else ""


@cache
def plugins() -> tuple[PlugIn, ...]:
    """The plug-ins that are installed, those that are left out included. The first call in a process loads them."""
    return tuple(load_plugins(built_in_tools()))


def plugin_seeds() -> list[Seed]:
    """The seeds of plug-ins."""
    return [seed for plugin in plugins() if plugin.brought for seed in plugin.brought.seeds]


def built_in_tools() -> list[Tool]:
    """The tools of DIVE itself."""
    return [tool for domain in DOMAINS for tool in domain_tools(domain)]


def domain_tools(domain: str) -> list[Tool]:
    """The built-in tools of a domain, in the order of modules and definitions."""
    package = import_module(f"dive.tools.{domain}")
    found: list[Tool] = []
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        members = vars(import_module(f"dive.tools.{domain}.{module}")).values()
        found.extend(member for member in members if isinstance(member, Tool) and member not in found)
    return found


def _installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


def _command(lacking: Iterable[str]) -> str:
    """What installs distributions: extras of DIVE where they bring them, their own names where not."""
    brought = {name: extras_of_distributions().get(_normal(name), "") for name in lacking}
    extras = sorted({extra for extra in brought.values() if extra})
    wanted = [f"'dive-synthesis[{','.join(extras)}]'"] if extras else []
    return " ".join(["pip install", *(name for name, extra in brought.items() if not extra), *wanted])


@cache
def extras_of_distributions() -> dict[str, str]:
    """The first of DIVE's extras that brings a distribution, by its normalised name; an empty string for what comes with
    DIVE itself. Nothing is known where DIVE runs without being installed.
    """
    try:
        lines = requires("dive-synthesis") or ()
    except PackageNotFoundError:
        return {}
    found: dict[str, str] = {}
    for line in lines:
        name = re.match(r"[\w.-]+", line)
        extra = re.search(r"\bextra == ['\"]([\w-]+)['\"]", line)
        if name:
            found.setdefault(_normal(name[0]), extra[1] if extra else "")
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def addresses(pool: ToolPool) -> list[dict[str, str]]:
    """How another process finds each tool: by the module, file or plug-in that holds it, or, where none does (a notebook),
    as pickled code.
    """
    return [_address(tool) for tool in pool]


def _address(tool: Tool) -> dict[str, str]:
    if tool.edition and (file := file_of(tool)):
        return {"name": tool.name, "file": str(file), "edition": tool.edition}
    if tool.edition and (target := plugin_of(tool)):
        return {"name": tool.name, "plugin": target, "edition": tool.edition}
    module = tool.function.__module__
    if module != "__main__" and getattr(sys.modules.get(module), tool.name, None) is tool:
        return {"name": tool.name, "module": module}
    try:
        pickled = {"name": tool.name, "pickle": base64.b64encode(cloudpickle.dumps(tool)).decode()}
    except Exception as error:  # whatever the pickling of foreign objects raises
        reason = f"{type(error).__name__}: {error}"
        raise DiveError(f"tool {tool.name!r} cannot be sent to another process ({reason}); define it in a module") from None
    behind = file_behind(tool)
    return {**pickled, "beside": str(behind)} if behind else pickled


def found(addressed: Iterable[Mapping[str, str]]) -> ToolPool:
    """The tools behind addresses that another process gave."""
    return ToolPool(map(_found, addressed))


def _found(address: Mapping[str, str]) -> Tool:
    if "file" in address:
        return tool_in(Path(address["file"]), address["name"], address["edition"])
    if "plugin" in address:
        return brought_by_plugin(address["plugin"], address["edition"]).tools[address["name"]]
    if "module" in address:
        return getattr(import_module(address["module"]), address["name"])
    if "beside" in address:
        brought_by(Path(address["beside"]))
    return cloudpickle.loads(base64.b64decode(address["pickle"]))
