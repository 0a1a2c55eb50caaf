"""`dive exemplars`: list."""

from collections import Counter

import click

from dive.commands.options import json_option, print_json
from dive.errors import DiveError
from dive.exemplars import SHAPES, ExemplarPool


@click.group()
def exemplars() -> None:
    """The exemplar pool: queries whose form is imitated."""


@exemplars.command("list")
@click.option("--shape", default="", help="Only this shape.")
@click.option("--domain", default="", help="Only this domain.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="How many exemplars to print.")
@json_option
def list_exemplars(shape: str, domain: str, limit: int, as_json: bool) -> None:
    """Exemplars with their shape and manner, and how many there are of each."""
    if shape and shape not in SHAPES:
        raise DiveError(f"unknown shape {shape!r}; known are {', '.join(SHAPES)}")
    known = sorted({e.domain for e in ExemplarPool.default()})
    if domain and domain not in known:
        raise DiveError(f"no exemplars of domain {domain!r}; known are {', '.join(known)}")
    chosen = [e for e in ExemplarPool.default() if shape in ("", e.shape) and domain in ("", e.domain)]
    if as_json:
        print_json([exemplar.model_dump() for exemplar in chosen[:limit]])
        return
    for exemplar in chosen[:limit]:
        click.echo(f"[{exemplar.domain}, {exemplar.shape}, {exemplar.manner}] {exemplar.query}")
    for name in ("shape", "manner", "domain"):
        counts = Counter(getattr(e, name) for e in chosen)
        click.echo(f"{name}: {', '.join(f'{k} {v}' for k, v in counts.most_common())}")
