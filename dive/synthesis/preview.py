"""A look ahead: the first items of a run are made and not kept, to tell what all of it will take.

Replies go to the run's own cache, so that the run itself does not pay for them again.
"""

from dive.config import SynthConfig
from dive.errors import DiveError
from dive.models.estimate import Estimate, estimate
from dive.models.roles import Desk
from dive.synthesis.item import Job
from dive.synthesis.sample import Usage
from dive.synthesis.synthesize import makers, planned
from dive.tools.pool import ToolPool
from dive.types import Record, Rejection, Task


class Preview(Record):
    """What the first items of a run came to, and what all of it is likely to take."""

    fates: dict[str, int]
    """The items by fate: `kept`, or the gate that rejected them."""
    reasons: tuple[str, ...]
    """Why drafts were rejected, one a line."""
    queries: tuple[str, ...]
    """The questions that were kept."""
    estimate: Estimate | None
    """For as many tasks as are wanted; None where no item was kept."""


def preview(config: SynthConfig, items: int, tools: ToolPool | None = None) -> Preview:
    """Make `items` items one after the other. Raises `DiveError` where no model is part of the run."""
    if not config.models:
        raise DiveError("nothing is to be paid for: no role is filled by a model (--collector, --deriver, --rewriter)")
    desk = Desk(config.out, config.max_cost, config.max_tokens)
    alone = config.model_copy(update={"in_flight": 1, "workers": 1})
    fates: dict[str, int] = {}
    reasons, queries, usage = [], [], []
    with makers(alone, planned(alone, tools), desk) as make:
        for made, took in desk.each(make(Job(index, Usage()) for index in range(items))):
            record = made.record
            usage.append(took)
            fate = record.gate if isinstance(record, Rejection) else "kept"
            fates[fate] = fates.get(fate, 0) + 1
            if isinstance(record, Task):
                queries.append(record.query)
            else:
                reasons.append(f"{record.gate}: {record.reason}")
    kept = fates.get("kept", 0)
    wanted = max(items, round(config.tasks * items / kept)) if kept else 0
    likely = estimate(usage, wanted, config.in_flight) if kept else None
    return Preview(fates=fates, reasons=tuple(reasons), queries=tuple(queries), estimate=likely)
