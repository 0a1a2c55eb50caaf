"""The default install, measured from within: `make tiers` runs this with the Python of a fresh environment.

Prints what the environment's packages take on disk (what came with it, pip and setuptools, included), the largest of them,
and how many tools can run. Ends with status 1 where that is too much or too few.
"""

import os
import sys
import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path

import dive
from dive.tools.pool import ToolPool

MOST_MB, FEWEST_TOOLS = 1_200, 300


def megabytes(paths: list[Path]) -> float:
    """What files take on disk, in MB of a million bytes."""
    return sum(path.lstat().st_blocks * 512 for path in paths if path.exists()) / 1e6


def of(distribution: Distribution) -> float:
    """What the files of a distribution take."""
    return megabytes([Path(str(distribution.locate_file(file))) for file in distribution.files or ()])


def main() -> None:
    """Measure, print, judge."""
    site = Path(sysconfig.get_paths()["purelib"])
    if not Path(dive.__file__).is_relative_to(site):
        raise SystemExit(f"{dive.__file__} is not the installed package of {site}; run `make tiers`")
    size = megabytes([Path(folder) / name for folder, _, files in os.walk(site) for name in files])
    pool = ToolPool.default()
    able = pool.runnable()
    for mb, name in sorted(((of(d), d.name) for d in distributions(path=[str(site)])), reverse=True)[:12]:
        print(f"{mb:8.0f} MB  {name}")
    for domain in pool.domains:
        print(f"{domain}: {len(able.where(domain=domain))} of {len(pool.where(domain=domain))} tools")
    print(f"the default install: {size:.0f} MB, {len(able)} of {len(pool)} tools")
    if size > MOST_MB or len(able) < FEWEST_TOOLS:
        sys.exit(f"more than {MOST_MB} MB, or fewer than {FEWEST_TOOLS} tools")


if __name__ == "__main__":
    main()
