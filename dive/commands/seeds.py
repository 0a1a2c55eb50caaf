"""`dive seeds`: list and build."""

from importlib import resources
from itertools import islice
from pathlib import Path

import click

from dive.commands.options import json_option, print_json
from dive.errors import DiveError
from dive.seeds import SeedPool, build_seeds
from dive.tools.brought import seeds_of
from dive.tools.pool import DOMAINS


@click.group()
def seeds() -> None:
    """The seed pool: typed entities to explore."""


@seeds.command("list")
@click.option("--domain", default="", help="Only this domain.")
@click.option("--semantic", default="", help="Only this semantic type.")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="How many seeds to print.")
@click.option(
    "--tools", "files", multiple=True, type=click.Path(path_type=Path), help="Add the seeds of a Python file; repeatable."
)
@json_option
def list_seeds(domain: str, semantic: str, limit: int, files: tuple[Path, ...], as_json: bool) -> None:
    """Seeds with their types and sources, and how many there are of each type.

    \b
    Examples:
      dive seeds list --semantic chem.name --limit 5
      dive seeds list --tools cellar.py --domain cellar
    """
    pool = SeedPool.default() + seeds_of(files)
    if domain and domain not in pool.by_domain:
        raise DiveError(f"unknown domain {domain!r}; known are {', '.join(pool.by_domain)}")
    if semantic and semantic not in pool.by_semantic:
        raise DiveError(f"no seeds of type {semantic!r}; there are {', '.join(sorted(pool.by_semantic))}")
    chosen = [s for s in pool if domain in ("", s.domain) and semantic in ("", s.semantic)]
    if as_json:
        print_json([seed.model_dump() for seed in islice(chosen, limit)])
        return
    for seed in islice(chosen, limit):
        click.echo(f"{seed.domain:<11} {seed.semantic:<18} {seed.value}   ({seed.source})")
    for name, types in pool.by_domain.items():
        if domain in ("", name):
            counts = ", ".join(f"{kind} {len(found)}" for kind, found in types.items())
            click.echo(f"{name}: {sum(map(len, types.values()))} seeds ({counts})")


@seeds.command("build")
@click.option("--domain", "domains", multiple=True, help="Only this domain; repeatable.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="Folder to write to [default: the package's]."
)
def build(domains: tuple[str, ...], out: Path | None) -> None:
    """Rebuild the seed files from the tables of the installed libraries."""
    folder = out or Path(str(resources.files("dive") / "data" / "seeds"))
    folder.mkdir(parents=True, exist_ok=True)
    for domain, count in build_seeds(folder, domains or DOMAINS).items():
        click.echo(f"{folder / domain}.jsonl: {count} seeds")
