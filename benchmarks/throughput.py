"""Speed and diversity of synthesis, side by side in one run: `python benchmarks/throughput.py [--sizes 1000,5000,20000]`.

Part 1 makes one run of the largest size and reads, at each size on the way, the wall time, the items and the peak memory
of the processes, so that the cost per task can be seen as a function of size. Part 2 makes a run of equal size with
`uniform` and with `coverage` sampling and compares what they cover. Results go to standard output as Markdown.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

from dive import SynthConfig, synthesize
from dive.synthesis.synthesize import Progress, Summary

TICK = os.sysconf("SC_CLK_TCK")


def proportional(rollup: Path) -> float:
    """The proportional set size of a process in MiB: pages that processes share are divided among them."""
    try:
        lines = rollup.read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def tree() -> tuple[float, float]:
    """MiB of the largest worker (a worker process with the host below it), and CPU seconds of all processes."""
    parents: dict[int, int] = {}
    resident: dict[int, float] = {}
    cpu: dict[int, float] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            times = status.with_name("stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(lines["Pid"])] = int(lines["PPid"])
        cpu[int(lines["Pid"])] = (int(times[11]) + int(times[12])) / TICK
        resident[int(lines["Pid"])] = proportional(status.with_name("smaps_rollup"))
    own = int(Path("/proc/self").resolve().name)

    def below(pid: int, what: dict[int, float]) -> float:
        return what[pid] + sum(below(child, what) for child, parent in parents.items() if parent == pid)

    workers = [below(child, resident) for child, parent in parents.items() if parent == own]
    return max(workers, default=0.0), below(own, cpu)


def curve(sizes: list[int], workers: int, folder: Path) -> None:
    """Time, items and memory at each size, in one run."""
    start, worst, last = time.perf_counter(), [0.0], [0.0]
    rows: list[tuple[int, float, int, float, float]] = []

    def report(now: Progress) -> None:
        if time.perf_counter() - last[0] > 2:
            last[0] = time.perf_counter()
            worst[0] = max(worst[0], tree()[0])
        if now.kept in sizes and (not rows or rows[-1][0] != now.kept):
            rows.append((now.kept, time.perf_counter() - start, now.kept + now.rejected, worst[0], tree()[1]))
            print_row(rows)

    print(f"\n## Cost by size ({workers} workers)\n")
    print(
        "| tasks | wall s | wall ms per task since the row above | CPU ms per task since the row above | items per task | MiB |"
    )
    print("|--:|--:|--:|--:|--:|--:|")
    summary = synthesize(config=SynthConfig(tasks=max(sizes), workers=workers, out=folder), progress=report)
    print(f"\nShare of the workers' time spent inside tools: {summary.tool_share:.0%}")
    print_diversity({"coverage": summary})


def print_row(rows: list[tuple[int, float, int, float, float]]) -> None:
    """The newest row of the curve; MiB are those of the largest worker so far."""
    tasks, seconds, items, memory, cpu = rows[-1]
    before = rows[-2] if len(rows) > 1 else (0, 0.0, 0, 0.0, 0.0)
    wall, busy = (1000 * (now - then) / (tasks - before[0]) for now, then in ((seconds, before[1]), (cpu, before[4])))
    print(f"| {tasks} | {seconds:.0f} | {wall:.0f} | {busy:.0f} | {items / tasks:.2f} | {memory:.0f} |", flush=True)


def print_diversity(summaries: dict[str, Summary]) -> None:
    """What runs cover, one column each."""
    print(f"\n| measure | {' | '.join(summaries)} |\n|---|{'--:|' * len(summaries)}")
    for name in (
        "tools_covered", "tool_types_per_task", "calls_per_task", "unique_call_sequences", "call_graph_classes",
        "rp_graph_classes", "topology_classes", "used_offered_ratio",
    ):  # fmt: skip
        values = [getattr(summary.diversity, name) for summary in summaries.values()]
        print(f"| {name} | {' | '.join(f'{v:.3g}' if isinstance(v, float) else str(v) for v in values)} |")
    print(f"| smallest shape | {' | '.join(str(min(s.shapes.values())) for s in summaries.values())} |")
    print(f"| items per task | {' | '.join(f'{s.items / s.tasks:.2f}' for s in summaries.values())} |")


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", default="1000,2000,5000,10000,20000")
    parser.add_argument("--compare", type=int, default=1000, help="size of the runs that are compared; 0 skips")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        curve([int(size) for size in given.sizes.split(",")], given.workers, Path(folder) / "curve")
        if given.compare:
            found = {}
            for sampling in ("uniform", "coverage"):
                out = Path(folder) / sampling
                config = SynthConfig(tasks=given.compare, workers=given.workers, sampling=sampling, out=out)
                found[sampling] = synthesize(config=config)
            print(f"\n## uniform against coverage, {given.compare} tasks each")
            print_diversity(found)
            print(json.dumps({name: summary.funnel for name, summary in found.items()}))


if __name__ == "__main__":
    main()
