"""The documentation is true: its programs run, its commands parse, its links lead somewhere, its tables match the code."""

import ast
import inspect
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from dive.answers import answers_match, tolerance_for
from dive.cli import cli
from dive.commands.table import BEGIN, END
from dive.config import SynthConfig
from dive.errors import ERROR_CODES
from dive.exemplars import MANNERS, SHAPES, ExemplarPool
from dive.expressions import evaluate
from dive.functions import FUNCTIONS
from dive.runs import read_tasks
from dive.seeds import SeedPool
from dive.synthesis.gates import Draft, first_failure
from dive.synthesis.sample import VARIANTS
from dive.tools.fields import Says
from dive.tools.host import Outcome
from dive.tools.pool import DOMAINS, ToolPool
from dive.tools.report import CHECKS, Report, ToolReport, edges_between, pool_table
from dive.tools.tool import tool
from dive.types import GATES, Answer, Derivation, Evidence, Rejection, Step, Task

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [README, *DOCS, ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]


class Block(NamedTuple):
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str


def blocks(page: Path, language: str) -> list[Block]:
    text = page.read_text("utf-8")
    fences = re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    found = [Block(page, text.count("\n", 0, m.start()) + 1, m[1], m[2]) for m in fences]
    return [block for block in found if block.language == language]


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def table_under(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table after a heading, without its head."""
    rows = [line for line in text.split(heading, 1)[1].split("\n#")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[2:]]


@pytest.fixture(scope="module")
def pool() -> ToolPool:
    return ToolPool.default()


# Programs and commands ----------------------------------------------------------------------------------------------

PROGRAMS = [
    pytest.param(
        block,
        id=f"{block.page.name}:{block.line}",
        marks=[pytest.mark.slow] if "synthesize(" in block.text else [],
    )
    for path in PAGES
    for block in blocks(path, "python")
]


def run_program(block: Block, folder: Path) -> str:
    script = folder / "program.py"
    script.write_text(block.text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("block", PROGRAMS)
def test_program_runs(block, tmp_path):
    run_program(block, tmp_path)


@pytest.mark.slow
def test_own_tool_is_used_beside_built_in_ones(tmp_path, pool):
    [block] = blocks(README, "python")
    printed = run_program(block, tmp_path)
    tasks = list(read_tasks(tmp_path / "runs" / "cellar"))
    used = [{step.tool for step in task.derivation.steps} for task in tasks]
    assert len(tasks) == 6
    assert all(task.query in printed for task in tasks)
    assert all("wine_label" in tools for tools in used)
    assert any(name in pool for tools in used for name in tools)


def full_commands() -> list[tuple[str, str]]:
    """(where, command) for the lines of shell blocks and the examples of the table of commands."""
    lines = [(f"{b.page.name}:{b.line}", line) for path in PAGES for b in blocks(path, "bash") for line in b.text.splitlines()]
    examples = [("README.md, commands", row[2].strip("`")) for row in table_under(page("README.md"), "## Commands")]
    return [(where, line) for where, line in [*lines, *examples] if line.startswith("dive ")]


def mentioned_commands() -> list[tuple[str, str]]:
    return [(path.name, found) for path in PAGES for found in re.findall(r"`(dive [a-z][^`]*)`", path.read_text("utf-8"))]


def resolved(line: str) -> tuple[click.Command, list[str]]:
    """The command of a line, and the words that are left for it."""
    command: click.Command = cli
    words = shlex.split(line)[1:]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words[0])
        assert found is not None, f"{line!r}: no command {words[0]!r}"
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize(("where", "line"), full_commands())
def test_command_parses(where, line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command, words = resolved(line)
    assert command.make_context(command.name, words).params, where


@pytest.mark.parametrize(("where", "line"), sorted({*full_commands(), *mentioned_commands()}))
def test_options_and_tools_exist(where, line, pool):
    command, words = resolved(line)
    known = {"--help", "-h", *(option for parameter in command.params for option in parameter.opts)}
    assert {word.split("=")[0] for word in words if word.startswith("-")} <= known, where
    if command.name in ("call", "show") and "tools" in line and words and not words[0].isupper():
        given = {word.partition("=")[0] for word in words[1:] if not word.startswith("-")}
        assert given <= set(pool[words[0]].parameters), where


def test_every_command_has_an_example():
    shown = {row[0].strip("`") for row in table_under(page("README.md"), "## Commands")}
    every = set()
    for name in cli.list_commands(click.Context(cli)):
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        every |= {f"{name} {part}" for part in command.commands} if isinstance(command, click.Group) else {name}
    assert shown == every


def test_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    named = {name for path in PAGES for name in re.findall(r"(?:`|^)make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE)}
    assert named
    assert named <= targets


# Links and texts ----------------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text("utf-8")):
        if not re.match(r"[a-z]+://", link):
            target, _, anchor = link.partition("#")
            there = (path.parent / target).resolve() if target else path
            assert there.exists(), link
            assert not anchor or anchor in anchors(there.read_text("utf-8")), link


def test_every_page_is_linked_from_the_readme():
    assert [doc.name for doc in DOCS if f"(docs/{doc.name}" not in page("README.md")] == []


def test_readme_is_short():
    assert len(page("README.md").splitlines()) <= 200


def repository_files() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_machine():
    paths = "|".join(f"/{name}/" for name in ("wo" + "rk", "ro" + "ot"))
    registries = "|".join(("index" + "-url", "trusted" + "-host", r"https?://[\w.:-]+/(?:[\w-]+/)*simp" + r"le\b"))
    forbidden = re.compile(rf"(?<![\w.])(?:{paths})|{registries}", re.IGNORECASE)
    hits = []
    for path in repository_files():
        content = path.read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8", "replace")
            hits += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in forbidden.finditer(text)]
    assert hits == []


def test_citation_and_version():
    citation = page("CITATION.cff")
    number = tomllib.loads(page("pyproject.toml"))["project"]["version"]
    assert f"\nversion: {number}\n" in citation
    assert f"Version {number.rpartition('.')[0]} " in page("README.md")
    assert "2603.11076" in citation


# The README against the code ----------------------------------------------------------------------------------------


def test_tree_names_every_module():
    [tree] = [block.text for block in blocks(ROOT / "docs/layout.md", "text") if block.text.startswith("dive/")]
    modules = [path for path in (ROOT / "dive").rglob("*.py") if path.name != "__init__.py" and path.parent.name not in DOMAINS]
    commands = {path.stem for path in modules if path.parent.name == "commands"}
    named = set(re.findall(r"\b(\w+\.py)\b", tree))
    assert named == {path.name for path in modules if path.parent.name != "commands"} | {"options.py", "progress.py"}
    [line] = [line for line in tree.splitlines() if "commands/" in line]
    assert all(name in line for name in commands)
    assert all(f"{domain}/" in tree for domain in DOMAINS)


def test_printed_task_is_proven(pool):
    [text] = [block.text for block in blocks(README, "text") if "tools offered" in block.text]
    query = re.search(r"^  Q (.+)$", text, re.MULTILINE)[1]
    shown = re.search(r"^  A (.+)$", text, re.MULTILINE)[1]
    known, steps, evidence = {}, [], []
    for name, called, arguments, printed in re.findall(r"^    (e\d+) = (\w+)\((.*)\)\n +(\{.*\})$", text, re.MULTILINE):
        keywords = ast.parse(f"f({arguments})", mode="eval").body.keywords
        expressions = {keyword.arg: ast.unparse(keyword.value) for keyword in keywords}
        given = {parameter: evaluate(expression, known) for parameter, expression in expressions.items()}
        known[name] = pool[called].call(given)
        assert known[name] == json.loads(printed)
        steps.append(Step(id=name, tool=called, arguments=expressions))
        evidence.append(Evidence(id=name, tool=called, version=pool[called].version, arguments=given, result=known[name]))
    expression = re.search(r"^    answer = (.+)$", text, re.MULTILINE)[1]
    answer = Answer(type="number", value=evaluate(expression, known), unit=shown.split()[-1], tolerance=tolerance_for(2))
    assert answers_match(answer, shown)
    defaults = {t.name: {n: p.default for n, p in t.parameters.items() if not p.required} for t in pool}
    draft = Draft(query, answer, Derivation(steps=tuple(steps), answer=expression), tuple(evidence), defaults)
    assert first_failure(draft, lambda name, given: Outcome(result=pool[name].call(given))) is None


def test_gates_are_those_of_the_code():
    assert [row[0].strip("`") for row in table_under(page("README.md"), "## Gates")] == list(GATES)
    assert {row[0].strip("`") for row in table_under(page("docs/derivations.md"), "## Gates")} == set(GATES)


def test_counts_hold(pool):
    shipped = page("README.md") + page("CHANGELOG.md")
    claims = {"tools": len(pool), "seeds": len(SeedPool.default())}
    for what, count in claims.items():
        stated = [int(n.replace(",", "")) for n in re.findall(rf"\b[Oo]ver ([\d,]+) {what}", shipped)]
        assert stated
        assert all(n <= count < 2 * n for n in stated)
    assert f"{len(ExemplarPool.default())} exemplars" in shipped
    assert (len(SHAPES), len(MANNERS)) == (12, 6)


def test_table_of_the_pool_counts_its_tools(pool):
    every = [
        ToolReport(tool=t.name, domain=t.domain, kind=t.kind, provider=t.provider, version="", status="passed") for t in pool
    ]
    table = pool_table(Report(tools=every, edges=edges_between(pool)))
    assert f"{BEGIN}\n{table}\n{END}\n" in page("README.md"), "`make validate` says how to write it anew"
    rows = [[int(cell.replace(",", "")) for cell in row[1:]] for row in table_under(page("README.md"), "## The tools")]
    kinds = Counter((tool.domain, tool.kind) for tool in pool)
    assert [row[:3] for row in rows] == [
        *([kinds[d, "retrieval"] + kinds[d, "processing"], kinds[d, "retrieval"], kinds[d, "processing"]] for d in DOMAINS),
        [len(pool), kinds_of(pool, "retrieval"), kinds_of(pool, "processing")],
    ]


def kinds_of(pool: ToolPool, kind: str) -> int:
    return sum(tool.kind == kind for tool in pool)


def test_installing_brings_every_tool(pool):
    project = tomllib.loads(page("pyproject.toml"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["copyleft"], *extras["all-tools"]]
    assert "dive-synthesis[copyleft,validate]" in extras["all-tools"]
    names = {re.match(r"[\w.-]+", line)[0].casefold() for line in declared}
    assert sorted({name for tool in pool for name in tool.requires if name.casefold() not in names}) == []


# The pages against the code -----------------------------------------------------------------------------------------


def test_every_function_is_listed_with_its_arguments():
    rows = table_under(page("docs/derivations.md"), "## Functions")
    signatures = [re.findall(r"`(\w+)\(([^)]*)\)`", row[0]) for row in rows]
    assert [row[0][0] for row in signatures] == list(FUNCTIONS)
    for name, arguments in (signature for row in signatures for signature in row):
        size = len(arguments.split(", "))
        assert "..." in arguments or FUNCTIONS[name].least <= size <= FUNCTIONS[name].most, name
    for row in signatures:
        sizes = {len(arguments.split(", ")) for _, arguments in row}
        function = FUNCTIONS[row[0][0]]
        assert function.least in sizes
        assert function.most in sizes or function.most == 100


def test_every_option_is_listed():
    rows = table_under(page("docs/runs.md"), "## Options")
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row[0])} == set(SynthConfig.model_fields)


def test_every_field_of_a_line_is_listed():
    text = page("docs/runs.md")
    assert [name for name in (*Task.model_fields, *Rejection.model_fields) if f"`{name}`" not in text] == []


def test_marks_keywords_and_codes_are_listed():
    text = page("docs/adding-tools.md")
    keywords = [row[0] for row in table_under(text, "## The decorator")]
    assert {word.strip("`") for word in keywords} == set(inspect.signature(tool).parameters)
    assert f"{inspect.signature(tool).parameters['deadline'].default:g} if not given" in text
    said = " ".join(row[0] for row in table_under(text, "`Says(...)` says"))
    assert {re.sub(r"=.*", "", word) for word in re.findall(r"`([^`]+)`", said)} == set(Says.__dataclass_fields__)
    assert [row[0].strip("`") for row in table_under(text, "## Errors")] == list(ERROR_CODES)


def test_every_check_of_a_tool_is_listed():
    rows = table_under(page("docs/adding-tools.md"), "## Validation")
    assert {row[0].strip("`"): row[1] for row in rows} == CHECKS


def test_shapes_manners_and_variants_are_named():
    text = page("docs/concepts.md")
    assert [row[0].strip("`") for row in table_under(text, "## Sampling")] == list(VARIANTS)
    assert [name for name in (*SHAPES, *MANNERS) if name.replace("_", " ") not in text.replace("_", " ")] == []


def test_every_library_is_listed_and_every_listed_tool_exists(pool):
    text = page("docs/data-sources.md")
    listed = [row[0].strip("`") for row in table_under(text, "## Libraries")]
    assert set(listed) == {name for tool in pool for name in tool.requires}
    assert all(version(name) for name in listed)
    tools = text.split("## Tools by library")[1].split("## Seeds")[0]
    assert [name for name in re.findall(r"`(\w+)`", tools) if name not in pool] == []
