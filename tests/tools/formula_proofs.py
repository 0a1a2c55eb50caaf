"""What is proven of a formula beside its examples: marks of the tests, from which `docs/formulas.md` is written."""

from collections import defaultdict
from collections.abc import Callable
from random import Random
from typing import Any, TypeVar

import pytest

from dive.errors import ToolError
from dive.tools.pool import ToolPool
from dive.tools.tool import Tool

TOOLS: dict[str, Tool] = {tool.name: tool for tool in ToolPool.default()}
AGAINST: dict[str, list[str]] = defaultdict(list)
"""Independent implementations by tool."""
HOLDS: dict[str, list[str]] = defaultdict(list)
"""Properties by tool."""
INPUTS = 200
"""Random arguments of each comparison; those that a tool refuses are drawn again."""
F = TypeVar("F", bound=Callable[..., object])


def call(name: str, /, **arguments: Any) -> Any:
    """The result record of a tool."""
    return TOOLS[name].call(arguments)


def computed(name: str, /, **arguments: Any) -> Any:
    """The result of a tool, or None where it answers with `bad_arguments`."""
    try:
        return call(name, **arguments)
    except ToolError as error:
        if error.code != "bad_arguments":
            raise
        return None


def against(implementation: str, *tools: str) -> Callable[[F], F]:
    """Marks a test that compares tools with another implementation."""
    return _marked(AGAINST, implementation, tools)


def holds(law: str, *tools: str) -> Callable[[F], F]:
    """Marks a test of a property that the tools' results must have."""
    return _marked(HOLDS, law, tools)


def _marked(kind: dict[str, list[str]], text: str, tools: tuple[str, ...]) -> Callable[[F], F]:
    for tool in tools:
        assert tool in TOOLS, tool
        kind[tool].append(text)
    return lambda test: test


def agree(
    draw: Callable[[Random], dict[str, Any]], name: str, other: Callable[..., Any], rel: float = 1e-9, ab: float = 1e-9
) -> None:
    """A tool and another implementation, which takes the same arguments, agree on `INPUTS` random arguments."""
    random, done = Random(name), 0
    for _ in range(20 * INPUTS):
        arguments = draw(random)
        found = computed(name, **arguments)
        if found is None:
            continue
        expected = other(**arguments)
        shown = {field: found[field] for field in expected} if isinstance(expected, dict) else found["value"]
        assert shown == pytest.approx(expected, rel=rel, abs=ab), arguments
        done += 1
        if done == INPUTS:
            return
    pytest.fail(f"{name} answered only {done} of {20 * INPUTS} random arguments")
