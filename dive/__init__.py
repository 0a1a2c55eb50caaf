"""DIVE: training tasks for tool-using models, made from real tool results and proven by them.

Importing this package loads nothing else; the public names are imported when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dive.config import SynthConfig as SynthConfig
    from dive.errors import DiveError as DiveError
    from dive.errors import ToolError as ToolError
    from dive.runs import read_tasks as read_tasks
    from dive.synthesis.synthesize import synthesize as synthesize
    from dive.tools.pool import ToolPool as ToolPool
    from dive.tools.semantics import semantic_type as semantic_type
    from dive.tools.tool import Among as Among
    from dive.tools.tool import Says as Says
    from dive.tools.tool import Semantic as Semantic
    from dive.tools.tool import Tool as Tool
    from dive.tools.tool import tool as tool
    from dive.types import Seed as Seed
    from dive.types import Task as Task

_HOMES = {
    "Among": "dive.tools.tool", "DiveError": "dive.errors", "Says": "dive.tools.tool", "Seed": "dive.types",
    "Semantic": "dive.tools.tool", "SynthConfig": "dive.config", "Task": "dive.types", "Tool": "dive.tools.tool",
    "ToolError": "dive.errors", "ToolPool": "dive.tools.pool", "read_tasks": "dive.runs",
    "semantic_type": "dive.tools.semantics", "synthesize": "dive.synthesis.synthesize", "tool": "dive.tools.tool",
}  # fmt: skip
__all__ = [*_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dive' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
