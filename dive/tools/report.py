"""What validation found out about the tools of a pool."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from pydantic import Field

from dive.errors import DiveError
from dive.tools.chains import edges, flows
from dive.tools.tool import Tool
from dive.types import Record

CHECKS = {
    "schema": "its argument and result schemas are valid JSON Schema, and closed",
    "examples": "there is an example, and every example has a result",
    "conforms": "every result fits the declared schema and its bound on size",
    "repeatable": "the same call gives the same result in another process with another hash seed",
    "pure": "a processing tool reads only installed packages; none calls out, writes for good or, undeclared, starts a program",
    "answers": "any input, hostile ones included, is answered within the deadline with a result or a coded error",
    "concurrent": "32 calls at once, among those of its neighbours, change nothing",
    "distinct": "a retrieval tool has at least 20 different answers, or one for every second entry of a small table, and 5",
}
"""What is checked of a tool, in this order."""


class Percentiles(Record):
    """Median, 95th percentile and maximum."""

    p50: float = 0.0
    p95: float = 0.0
    max: float = 0.0


class ToolReport(Record):
    """What validation found out about a tool."""

    tool: str
    domain: str
    kind: str
    provider: str
    version: str
    status: str
    """`passed`, `quarantined`, `missing` (its libraries are) or `skipped` (it needs the network, and `live` is not set)."""
    faults: dict[str, str] = Field(default_factory=dict)
    """The reason for each check that failed."""
    calls: int = 0
    results: int = 0
    """Inputs of the kind that a person would give that had a result; of a retrieval tool with few answers, more are tried."""
    distinct: int = 0
    """Different results among those."""
    codes: dict[str, int] = Field(default_factory=dict)
    """Coded errors over all calls."""
    first_ms: float = 0.0
    """The first call, which may load libraries."""
    milliseconds: Percentiles = Percentiles()
    characters: Percentiles = Percentiles()
    """Size of results."""

    @property
    def unanswered(self) -> bool:
        """Whether a call was not answered in time, or its process ended."""
        return bool({"timeout", "unavailable"} & set(self.codes))


class Report(Record):
    """The validation of a pool."""

    tools: list[ToolReport]
    seconds: float = 0.0
    edges: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Typed edges between the tools that passed, by the domains of giver and taker."""

    @property
    def passed(self) -> list[str]:
        return [tool.tool for tool in self.tools if tool.status == "passed"]

    @property
    def quarantined(self) -> dict[str, str]:
        """Tools that failed, each with its first reason."""
        return {
            t.tool: next(f"{check}: {why}" for check, why in t.faults.items()) for t in self.tools if t.status == "quarantined"
        }


def pool_table(report: Report) -> str:
    """The tools that passed as a table of Markdown: counts by domain, and the typed edges between them."""
    passed = [tool for tool in report.tools if tool.status == "passed"]
    domains = list(dict.fromkeys(tool.domain for tool in passed))
    rows = [_row(name, [t for t in passed if t.domain == name], *_edges_of(report, name)) for name in domains]
    sums = [sum(numbers) for numbers in zip(*(_edges_of(report, name) for name in domains), strict=True)] or [0, 0]
    head = "| domain | tools | retrieval | processing | libraries and sources | edges within | edges to other domains |"
    return "\n".join([head, "|---|--:|--:|--:|--:|--:|--:|", *rows, _row("all", passed, *sums)])


def _row(name: str, tools: Sequence[ToolReport], within: int, outwards: int) -> str:
    kinds = [sum(tool.kind == kind for tool in tools) for kind in ("retrieval", "processing")]
    cells = [len(tools), *kinds, len({tool.provider for tool in tools}), within, outwards]
    return f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} |"


def _edges_of(report: Report, domain: str) -> tuple[int, int]:
    leading = report.edges.get(domain, {})
    within = leading.get(domain, 0)
    return within, sum(leading.values()) - within


def read_report(path: Path) -> Report:
    """A report.json of an earlier validation. Raises `DiveError` where it is none."""
    try:
        return Report.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DiveError(f"{path} is not a report.json of `dive tools validate`: {str(error).splitlines()[0]}") from None


def edges_between(tools: Iterable[Tool]) -> dict[str, dict[str, int]]:
    """How many typed edges lead from tools of one domain to tools of another."""
    found: dict[str, dict[str, int]] = {}
    for (giver, taker), count in sorted(flows(edges(tools)).items()):
        found.setdefault(giver, {})[taker] = count
    return found


def percentiles(values: Sequence[float]) -> Percentiles:
    """Median, 95th percentile (nearest rank) and maximum; zeros where there is nothing."""
    if not values:
        return Percentiles()
    ordered = sorted(values)
    rank = max(0, -(-95 * len(ordered) // 100) - 1)
    return Percentiles(p50=round(median(ordered), 3), p95=round(ordered[rank], 3), max=round(ordered[-1], 3))
