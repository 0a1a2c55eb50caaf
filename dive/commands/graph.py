"""`dive tools graph`."""

from collections import Counter
from math import cos, degrees, pi, sin
from pathlib import Path
from typing import Any

import click

from dive.commands.options import files_option, json_option, only_option, pool_with, print_json
from dive.errors import DiveError, need_extra
from dive.tools.chains import PLACES, Edge, crossing, edges, flows, places
from dive.tools.pool import ToolPool

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#666666")
"""Told apart by the colour-blind (Okabe and Ito)."""


@click.command("graph")
@click.option("--domain", default="", help="Only this domain.")
@click.option("--draw", type=click.Path(dir_okay=False, path_type=Path), help="Draw it into this file (.svg, .png or .pdf).")
@files_option
@only_option
@json_option
def graph_tools(domain: str, draw: Path | None, files: tuple[Path, ...], only: bool, as_json: bool) -> None:
    """Which tool can follow which: typed edges, within and between domains.

    \b
    An edge leads from a tool to another whose parameter takes, by semantic type, what the first one gives.
    The drawing shows libraries: as large as they have tools, joined as strongly as those fit.

    \b
    Examples:
      dive tools graph --draw tools.svg
      dive tools graph --tools cellar.py --domain cellar
    """
    pool = pool_with(files, only).where(domain).runnable()
    found = edges(pool)
    if draw is not None:
        drawn(pool, found, draw)
    if as_json:
        print_json(as_data(pool, found))
    else:
        print_tables(pool, found)
    if draw is not None:
        click.echo(f"drawn into {draw}", err=True)


def as_data(pool: ToolPool, found: list[Edge]) -> dict[str, Any]:
    """The graph with its counts, for other programs."""
    where = places(pool, found)
    return {
        "tools": [{"name": t.name, "domain": t.domain, "provider": t.provider, "place": where[t.name]} for t in pool],
        "edges": [{"from": e.giver.name, "to": e.taker.name, "semantics": list(e.semantics)} for e in found],
        "between_domains": crossing(found),
    }


def print_tables(pool: ToolPool, found: list[Edge]) -> None:
    """Edges from domain to domain, places in chains, and the types that join most."""
    from rich.console import Console
    from rich.table import Table

    console, between = Console(), flows(found)
    table = Table("from \\ to", *pool.domains, title="Typed edges between tools", title_justify="left")
    for giver in pool.domains:
        table.add_row(giver, *(f"{between[giver, taker]:,}" for taker in pool.domains))
    console.print(table)
    where = places(pool, found)
    counts = Counter((tool.domain, where[tool.name]) for tool in pool)
    table = Table("domain", *PLACES, title="Places in chains", title_justify="left")
    for name in pool.domains:
        table.add_row(name, *(str(counts[name, place]) for place in PLACES))
    console.print(table)
    types = Counter(semantic for edge in found for semantic in edge.semantics)
    console.print("Types that join most: " + ", ".join(f"{name} {count}" for name, count in types.most_common(8)))
    console.print(f"{len(pool)} tools, {len(found):,} edges, {crossing(found):,} of them between domains")


def drawn(pool: ToolPool, found: list[Edge], path: Path) -> None:
    """Draw the libraries on a circle, by domain, and how strongly their tools fit.

    Raises `DiveError` where matplotlib is missing or the file cannot be written.
    """
    need_extra("plots", "matplotlib")
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "dive"  # the same file again
    from matplotlib import pyplot

    sizes = Counter((tool.domain, tool.provider) for tool in pool)
    angles = _around([node for domain in pool.domains for node in sizes if node[0] == domain])
    figure, axes = pyplot.subplots(figsize=(11, 11))
    _draw_edges(axes, found, angles)
    for number, domain in enumerate(pool.domains):
        own = [node for node in angles if node[0] == domain]
        axes.scatter(
            [cos(angles[n]) for n in own], [sin(angles[n]) for n in own], s=[20 + 12 * sizes[n] for n in own],
            color=COLOURS[number % len(COLOURS)], edgecolors="white", zorder=2,
        )  # fmt: skip
        axes.scatter([], [], s=60, color=COLOURS[number % len(COLOURS)], label=domain)
    for node, angle in angles.items():
        left = cos(angle) < 0
        axes.text(
            1.08 * cos(angle), 1.08 * sin(angle), f"{node[1]} {sizes[node]}", fontsize=8, rotation_mode="anchor", va="center",
            ha="right" if left else "left", rotation=degrees(angle) + (180 if left else 0),
        )  # fmt: skip
    axes.legend(loc="lower left", bbox_to_anchor=(-0.3, -0.15), frameon=False)
    axes.set_axis_off()
    axes.set_aspect("equal")
    title = f"{len(pool)} tools of {len(sizes)} libraries: {len(found):,} typed edges, {crossing(found):,} between domains"
    axes.set_title(title, pad=90)
    try:
        figure.savefig(path, bbox_inches="tight", metadata={"Date": None} if path.suffix == ".svg" else None)
    except (OSError, ValueError) as error:
        raise DiveError(f"{path} cannot be drawn: {error}") from None
    finally:
        pyplot.close(figure)


Library = tuple[str, str]
"""Domain and provider."""


def _around(libraries: list[Library]) -> dict[Library, float]:
    """Angles in radians on a circle, with a gap of two places between domains."""
    domains = [domain for domain, _ in libraries]
    gaps = [2.0 if n and domains[n] != domains[n - 1] else 0.0 for n in range(len(domains))]
    steps = len(libraries) + sum(gaps) + 2
    return {library: 2 * pi * (n + sum(gaps[: n + 1])) / steps for n, library in enumerate(libraries)}


def _draw_edges(axes: Any, found: list[Edge], angles: dict[Library, float]) -> None:
    """A curve for each pair of libraries, as thick as the root of their number of edges."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    ends = Counter(
        tuple(sorted(((e.giver.domain, e.giver.provider), (e.taker.domain, e.taker.provider)), key=lambda end: angles[end]))
        for e in found
    )
    for (one, other), weight in ends.items():
        if one != other:
            (x, y), (u, v) = ((cos(angles[end]), sin(angles[end])) for end in (one, other))
            curve = Curve([(x, y), (0.15 * (x + u), 0.15 * (y + v)), (u, v)], [Curve.MOVETO, Curve.CURVE3, Curve.CURVE3])
            colour = "#777777" if one[0] == other[0] else "#222222"
            axes.add_patch(PathPatch(curve, fill=False, edgecolor=colour, alpha=0.3, linewidth=0.4 + 0.3 * weight**0.5, zorder=1))
