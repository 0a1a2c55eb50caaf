"""The limits and layers of the code, as CONTRIBUTING.md states them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "dive").rglob("*.py"))
FILE_LINES, FUNCTION_LINES, CLASS_LINES, PARAMETERS = 400, 60, 200, 7
TABLES = {"dive/tools/semantics.py"}
"""Files that are mostly data; they may be longer."""
BANNED = {"utils", "helpers", "manager", "common", "base", "misc"}
LAYERS = [
    "errors", "types", "chat", "units", "values", "statements", "readings", "listings", "names", "answers", "functions",
    "grammar", "expressions", "parallel", "tools", "models", "config", "runs", "seeds", "exemplars", "prompts", "views",
    "rollout", "analysis", "solving", "synthesis", "gold", "verify", "dataset", "fake", "commands", "cli",
]  # fmt: skip
"""Top-level modules and packages in reading order: each may import only itself and what stands before it."""


def modules_imported(tree: ast.AST) -> Iterator[str]:
    """Dotted names of ours that a module imports, wherever in the file; imports for type checkers are left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dive"):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("dive"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_sizes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    name = str(path.relative_to(ROOT))
    assert name in TABLES or len(text.splitlines()) <= FILE_LINES
    assert path.stem not in BANNED
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{name} has no module docstring"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < FUNCTION_LINES, f"{name}:{node.lineno} {node.name} is too long"
            arguments = [a for a in (*node.args.posonlyargs, *node.args.args) if a.arg not in ("self", "cls")]
            is_decorator_of_keywords = bool(node.args.kwonlyargs)
            assert is_decorator_of_keywords or len(arguments) <= PARAMETERS, f"{name}:{node.lineno} {node.name}"
        elif isinstance(node, ast.ClassDef):
            assert (node.end_lineno or 0) - node.lineno < CLASS_LINES, f"{name}:{node.lineno} {node.name} is too long"


def test_layers() -> None:
    faults = []
    for path in FILES:
        own = dotted(path).split(".")
        if len(own) < 2:
            continue  # the package itself only re-exports
        place = LAYERS.index(own[1])
        for imported in modules_imported(ast.parse(path.read_text(encoding="utf-8"))):
            parts = imported.split(".")
            if len(parts) > 1 and LAYERS.index(parts[1]) > place:
                faults.append(f"{dotted(path)} imports {imported}")
    assert faults == []


def test_no_import_cycles() -> None:
    graph: dict[str, set[str]] = {}
    known = {dotted(path) for path in FILES}
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        graph[dotted(path)] = {m for m in modules_imported(tree) if m in known and m != dotted(path)} - {"dive"}
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join((*trail, module))
        if module not in done:
            for imported in sorted(graph[module]):
                visit(imported, (*trail, module))
            done.add(module)

    for module in sorted(graph):
        visit(module, ())


def test_the_ci_script_and_licence_are_there() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
