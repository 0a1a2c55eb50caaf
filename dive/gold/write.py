"""Gold solutions into a run: those that are not there yet, a line each, beside those of models."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from dive.chat import Solution
from dive.gold.trajectories import SOLVER, GoldOptions, gold_solutions, making_of
from dive.runs import SOLUTIONS, Lines, locked
from dive.tools.pool import ToolPool
from dive.tools.session import Session
from dive.types import Record


class GoldReport(Record):
    """What writing gold solutions came to."""

    path: Path
    tasks: int
    """Tasks that have one."""
    solutions: int
    """Gold solutions in the file with these options."""
    added: int


def write_gold(
    path: Path,
    samples: int,
    options: GoldOptions,
    seed: int = 0,
    tools: ToolPool | None = None,
    progress: Callable[[int], None] | None = None,
) -> GoldReport:
    """Add gold solutions to a run's `solutions.jsonl`. Tools run only for wrong turns that need them: an entity misspelled, a
    related tool called in vain.
    """
    pool = (tools if tools is not None else ToolPool.default()).runnable()
    with ExitStack() as stack:
        stack.enter_context(locked(path, ".solving.lock"))
        lines = stack.enter_context(Lines(path / SOLUTIONS))
        known = {solution.key for solution in lines.read(Solution) if solution.solver == SOLVER}
        session = stack.enter_context(Session(pool, hash_seed=1)) if options.wrong_turns else None
        making = making_of(path, pool, session.call if session else None)
        tasks, count, added = set[str](), 0, 0
        for solution in gold_solutions(path, samples, options, seed, making):
            tasks.add(solution.task)
            count += 1
            if solution.key not in known:
                lines.append(solution)
                added += 1
            if progress is not None:
                progress(count)
    return GoldReport(path=path, tasks=len(tasks), solutions=count, added=added)
