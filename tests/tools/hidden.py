"""Runs tools where some distributions are hidden, as if they were not installed; a program of `test_missing_libraries`.

It reads `{"unseen": [...], "jobs": [{"seen": [...], "tools": [...]}]}` from standard input. First all of `unseen` is hidden
and the pool and the seed builders are imported. Then each job sees some of it again, in a process of its own, and runs the
examples of its tools. What came of it is written as JSON, a line for each job: `{"tool 0": {"result": ...}}`.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module, metadata
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from packaging.utils import canonicalize_name

HIDDEN: set[str] = set()
"""Normalised names of the distributions that are hidden now."""
OWNERS = {module: set(map(canonicalize_name, names)) for module, names in metadata.packages_distributions().items()}
"""The distributions that bring a module."""
discover = metadata.Distribution.discover


class Hiding:
    """A finder of modules that finds none of a hidden distribution."""

    def __init__(self, finder: Any) -> None:
        self._finder = finder
        if hasattr(finder, "find_distributions"):
            self.find_distributions = finder.find_distributions

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        top = name.partition(".")[0]
        hidden = top in OWNERS and OWNERS[top] <= HIDDEN
        return None if hidden else self._finder.find_spec(name, path, target)


def seen(cls: Any, **wanted: Any) -> Iterator[metadata.Distribution]:
    """The distributions that are not hidden."""
    return (found for found in discover(**wanted) if canonicalize_name(found.name or "") not in HIDDEN)


def answers(pool: Any, names: Iterable[str]) -> dict[str, Any]:
    """What the examples of tools give here, by name and number."""
    from dive.tools.host import answer_call

    tools = {tool.name: tool for tool in pool}
    examples = {f"{name} {number}": (name, given) for name in names for number, given in enumerate(tools[name].examples)}
    return {key: answer_call(tools, name, given) for key, (name, given) in examples.items()}


def run(pool: Any, job: dict[str, Any]) -> None:
    """One job in a child process, which writes its own line."""
    if child := os.fork():
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"ended": {"failure": {"code": "bug", "message": f"status {status}"}}}), flush=True)
        return
    HIDDEN.difference_update(job["seen"])
    line = json.dumps(answers(pool, job["tools"]))
    print(line, flush=True)
    os._exit(0)


def hide(distributions: Iterable[str]) -> None:
    """Hide distributions in this process."""
    HIDDEN.update(distributions)
    sys.meta_path[:] = [Hiding(finder) for finder in sys.meta_path]
    metadata.Distribution.discover = classmethod(seen)  # type: ignore[assignment, method-assign]


def main() -> None:
    """Hide, import, and do the jobs."""
    asked = json.loads(sys.stdin.read())
    hide(asked["unseen"])
    from dive.tools.pool import DOMAINS, ToolPool

    pool = ToolPool.default()
    for domain in DOMAINS:
        import_module(f"dive.tools.{domain}.seeds")
    print(json.dumps(pool.missing), flush=True)
    for job in asked["jobs"]:
        run(pool, job)


if __name__ == "__main__":
    main()
