"""Memory of a host that runs tools: `python benchmarks/memory.py [--top 10]`.

A host runs the first example of every tool, one after the other, and keeps what they load; its proportional set size at the
end is what a worker comes to that uses the whole pool. Then the tools of each provider run in a host of their own, which tells
what a library costs alone, with all that it brings (numpy, say, counts with everyone who needs it). Results go to standard
output as Markdown.
"""

import argparse
import gc
from pathlib import Path

from throughput import proportional

from dive.tools.host import ToolHost
from dive.tools.pool import ToolPool


def host_mib() -> float:
    """MiB of the one child of this process."""
    (children,) = [task.read_text().split() for task in Path("/proc/self/task").glob("*/children")]
    (child,) = children
    return proportional(Path(f"/proc/{child}/smaps_rollup"))


def used(pool: ToolPool, tools: ToolPool) -> tuple[float, float]:
    """MiB of a host of the pool at its start, and after the first example of each of the tools."""
    with ToolHost(pool) as host:
        host.call("date_facts", {})  # a call that is refused, so that the host is up
        start = host_mib()
        for tool in tools:
            outcome = host.call(tool.name, tool.examples[0])
            if outcome.failure is not None:
                raise SystemExit(f"{tool.name}: {outcome.failure.message}")
        return start, host_mib()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--top", type=int, default=10, help="providers to list")
    options = parser.parse_args()
    pool = ToolPool.default()
    tools = ToolPool(tool for tool in pool.runnable() if not tool.needs)
    start, everything = used(pool, tools)
    print(f"A host of {len(pool)} tools: {start:.0f} MiB at its start, {everything:.0f} MiB after {len(tools)} of them.\n")
    rows = []
    for provider in dict.fromkeys(tool.provider for tool in tools):
        gc.collect()
        own = tools.where(provider=provider)
        begun, ended = used(pool, own)
        rows.append((ended - begun, provider, len(own)))
    print("| provider | tools | MiB |\n|---|--:|--:|")
    for mib, provider, count in sorted(rows, reverse=True)[: options.top]:
        print(f"| {provider} | {count} | {mib:.0f} |")


if __name__ == "__main__":
    main()
