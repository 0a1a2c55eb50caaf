"""Plug-ins: installed distributions that bring tools and seeds, found by the entry-point group `dive.tools`.

An entry point names a module, whose tools are all taken, or an attribute of one: a tool or several. Nothing is looked
for before a pool is asked for. A plug-in joins whole or not at all; one that fails is reported with the reason, and
the others and the built-in tools are there all the same.
"""

import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from dive.errors import DiveError
from dive.tools.brought import Brought, checked_seeds, gathered, own_tools, told
from dive.tools.semantics import SEMANTICS
from dive.tools.tool import Tool

GROUP = "dive.tools"
_LOADED: dict[tuple[str, str], Brought] = {}
"""What entry points have brought to this process."""
_LOG = logging.getLogger("dive.plugins")


@dataclass(frozen=True)
class PlugIn:
    """An entry point of a distribution, and what it brings or why it brings nothing."""

    distribution: str
    """Name and version, such as `cellar==0.3`."""
    name: str
    target: str
    """The module, or `module:attribute`."""
    brought: Brought | None = None
    reason: str = ""

    def __str__(self) -> str:
        return f"plug-in {self.name!r} of {self.distribution}"


def entries() -> list[PlugIn]:
    """The plug-ins of all installed distributions, by name and not loaded."""
    found = {
        PlugIn(f"{e.dist.name}=={e.dist.version}" if e.dist else "an unknown distribution", e.name, e.value)
        for e in entry_points(group=GROUP)
    }
    return sorted(found, key=lambda p: (p.distribution, p.name, p.target))


def load_plugins(built_in: Iterable[Tool]) -> list[PlugIn]:
    """All plug-ins, loaded; those that fail are reported to the log, with distribution and reason."""
    taken = {tool.name: "a built-in tool" for tool in built_in}
    done: list[PlugIn] = []
    for entry in entries():
        types = dict(SEMANTICS)
        try:
            brought = brought_by_plugin(entry.target, entry.distribution)
            for name in brought.tools:
                if name in taken:
                    raise DiveError(f"its tool {name!r} has the name of {taken[name]}")
        except (Exception, SystemExit) as error:  # the boundary to foreign code
            SEMANTICS.clear()
            SEMANTICS.update(types)
            done.append(PlugIn(entry.distribution, entry.name, entry.target, reason=str(error) or type(error).__name__))
            _LOG.warning("%s is left out: %s", entry, done[-1].reason)
            continue
        taken.update(dict.fromkeys(brought.tools, f"a tool of the {entry}"))
        done.append(PlugIn(entry.distribution, entry.name, entry.target, brought))
    return done


def brought_by_plugin(target: str, edition: str) -> Brought:
    """What an entry point brings. Raises `DiveError` where it cannot be imported or brings something else."""
    if (target, edition) not in _LOADED:
        _LOADED[target, edition] = _loaded(target, edition)
    return _LOADED[target, edition]


def plugin_of(tool: Tool) -> str:
    """The entry point that this process has the tool from, if it is one and the tool is as it was loaded."""
    return next((target for (target, _), brought in _LOADED.items() if brought.tools.get(tool.name) is tool), "")


def _loaded(target: str, edition: str) -> Brought:
    types = set(SEMANTICS)
    try:
        thing = EntryPoint("", target, GROUP).load()
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        raise DiveError(f"{target} cannot be loaded: {told(error)}") from None
    if isinstance(thing, ModuleType):
        return gathered(vars(thing), edition, target, types)
    if not isinstance(thing, Iterable | Tool):
        raise DiveError(f"{target} is a {type(thing).__name__}; name a module, a tool, or a list of tools")
    tools = own_tools([thing] if isinstance(thing, Tool) else list(thing), edition, target)
    seeds = checked_seeds(vars(sys.modules[target.partition(":")[0].strip()]).get("seeds", ()), target)
    if not tools and not seeds:
        raise DiveError(f"{target} brings neither tools nor seeds")
    return Brought(tools, seeds, edition)
