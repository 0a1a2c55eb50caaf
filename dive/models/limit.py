"""How many requests an endpoint takes at once, found out by trying.

It begins at the configured most, since a server that keeps up should be used from the first moment. A refusal counts as evidence of
a lower limit only where requests sent at the same level of concurrency (how many were under way, this one included) are mostly refused
as well: a server that turns away one in ten at random is not helped by fewer requests, one that takes four at once refuses
the fifth and never the fourth. The level at which refusals came is remembered. Below it the limit grows quickly, doubling and then
by one for each full window; at it, one more is tried rarely, and the more rarely the more often that failed, so that a known limit
costs less than one refusal in a hundred requests.

Arithmetic only; waiting, retries and pauses are in `dive.models.endpoint`.
"""

from collections import Counter, deque
from dataclasses import dataclass, field

FIRST_PROBE = 150
"""Successes at a known limit after which one more is tried."""
LAST_PROBE = 2400
"""The same after probes that failed, each of which doubles it, at most."""
REMEMBERED = 8
"""Fewest outcomes from which levels are judged; twice the limit where that is more."""


@dataclass
class Limit:
    """The limit now, and what is known about it."""

    maximum: int
    now: int = field(init=False)
    epoch: int = field(default=0, init=False)
    """Number of changes so far. An outcome counts only where its request was sent since the last one, as what was on its way
    before says nothing about the new limit.
    """
    ceiling: int = field(init=False)
    """The lowest level known to be refused; one above the maximum where none is."""
    _probe_after: int = field(default=FIRST_PROBE, init=False)
    _passed: int = field(default=0, init=False)
    _full: bool = field(default=False, init=False)
    _pending: Counter[int] = field(default_factory=Counter, init=False)
    _recent: deque[tuple[int, bool]] = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.maximum
        self.ceiling = self.maximum + 1
        self._recent = deque(maxlen=max(REMEMBERED, 2 * self.maximum))

    def sent(self, level: int) -> int:
        """Note a request sent as one of `level` under way; returns the epoch, to be given back with the outcome."""
        self._pending[level] += 1
        self._full = self._full or level >= self.now
        return self.epoch

    def dropped(self, level: int) -> None:
        """Note that a request came to an end that says nothing."""
        self._pending[level] -= 1

    def accepted(self, level: int, epoch: int) -> None:
        """Note a request that the server worked on."""
        self._ended(level, True)
        if epoch == self.epoch:
            self._passed += 1
            if self._full and self._passed >= self.now and self.now < self.maximum:
                self._grow()

    def refused(self, level: int, epoch: int, lasting: bool) -> None:
        """Note a request that was refused, or lost. A `lasting` refusal tells of the server's limit (429); others (timeouts,
        broken connections) make room, but once it is better they are forgotten.
        """
        self._ended(level, False)
        if epoch != self.epoch:
            return
        lowest = min(at for at, taken in self._recent if not taken)
        refusals = sum(at >= lowest and not taken for at, taken in self._recent)
        others = sum(at >= lowest and taken for at, taken in self._recent)
        others += sum(count for at, count in self._pending.items() if at >= lowest)
        if refusals > others:
            self._shrink(lowest, lasting)

    def _ended(self, level: int, taken: bool) -> None:
        self._pending[level] -= 1
        self._recent.append((level, taken))
        while len(self._recent) > max(REMEMBERED, 2 * self.now):
            self._recent.popleft()

    def _shrink(self, refused_at: int, lasting: bool) -> None:
        probing = self.now >= self.ceiling
        lower = max(1, refused_at - 1, self.now // 2)
        if lasting:
            self._probe_after = min(2 * self._probe_after, LAST_PROBE) if probing else FIRST_PROBE
            self.ceiling = max(refused_at, lower + 1)
        if lower < self.now:
            self._change(lower)

    def _grow(self) -> None:
        if self.now >= self.ceiling:  # the probe went well: what was known holds no longer
            self.ceiling = min(2 * self.now, self.maximum + 1)
            self._probe_after = FIRST_PROBE
        if self.now + 1 < self.ceiling:
            self._change(max(self.now + 1, min(2 * self.now, self.ceiling // 2)))
        elif self._passed >= self._probe_after:
            self._change(self.now + 1)

    def _change(self, now: int) -> None:
        self.now = min(now, self.maximum)
        self.epoch += 1
        self._passed, self._full = 0, False
        self._recent.clear()
