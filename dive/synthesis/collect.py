"""The two roles of a round: a collector extends the evidence, a deriver makes a query and its answer of it.

`E_k = collect(Q_{k-1}, E_{k-1} | toolset)`, `(Q_k, A_k) = derive(Q_{k-1}, E_k | exemplars)`. A policy fills both
roles for one item; the symbolic one (`dive.synthesis.symbolic`) is embedded.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dive.synthesis.sample import Setting
from dive.tools.snapshot import Caller
from dive.types import Evidence, Round


@dataclass(frozen=True)
class Collected:
    """What a policy arrived at for one item: its rounds, the last one being the task, and all evidence."""

    rounds: tuple[Round, ...]
    evidence: tuple[Evidence, ...]
    fault: tuple[str, str] | None = None
    """Where the last round is no task: the gate that it fails (or `stuck`, or `unavailable`) and the reason."""


class Policy(Protocol):
    """Runs the rounds of one item."""

    def run(self, setting: Setting, rounds: int, caller: Caller, rng: random.Random) -> Collected:
        """All `rounds` rounds; an empty tuple where one of them could not be derived."""
        ...


def extends(earlier: Sequence[Round], later: Round) -> bool:
    """Whether a round strictly extends the one before it: all of its steps and more."""
    if not earlier:
        return True
    before = {step.id for step in earlier[-1].derivation.steps}
    return before < {step.id for step in later.derivation.steps}
