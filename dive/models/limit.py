"""How many requests an endpoint takes at once, found out by trying.

It begins at the configured most, since a server that keeps up should be used from the first moment. A refusal counts as
evidence of a lower limit only where refusals outnumber successes at the same level of concurrency (how many requests were
under way when the answer came): a server that turns away one in ten at random is not helped by fewer requests, one that
takes four at once refuses at five and never at four. The level at which refusals came is remembered. Below it the limit
grows quickly, by doubling and then by one for each full window; at it, one more is tried rarely, and the more rarely the
more often that failed, so that a known limit costs less than one refusal in a hundred requests.

Arithmetic only; waiting, retries and pauses are in `dive.models.endpoint`.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import NamedTuple

FIRST_PROBE = 150
"""Successes at a known limit after which one more is tried."""
LAST_PROBE = 2400
"""The same after probes that failed, each of which doubles it, at most."""
SURPLUS = 3
"""By how many refusals must outnumber successes at a level and above; a single one suffices for a probe."""
REMEMBERED = 32
"""Fewest outcomes from which levels are judged; four times the limit where that is more."""


class Sent(NamedTuple):
    """Under which limit a request was sent."""

    epoch: int
    limit: int


@dataclass
class Limit:
    """The limit now, and what is known about it. Levels include the request that they are told for."""

    maximum: int
    now: int = field(init=False)
    ceiling: int = field(init=False)
    """The lowest level known to be refused; one above the maximum where none is."""
    _epoch: int = field(default=0, init=False)
    """Number of changes so far: a success shows that a limit can be raised only if it was sent under that limit."""
    _passed: int = field(default=0, init=False)
    _full: bool = field(default=False, init=False)
    _probe_after: int = field(default=FIRST_PROBE, init=False)
    _recent: deque[tuple[int, bool]] = field(default_factory=deque, init=False)

    def __post_init__(self) -> None:
        self.now = self.maximum
        self.ceiling = self.maximum + 1

    def sent(self) -> Sent:
        """To be given back with the outcome."""
        return Sent(self._epoch, self.now)

    def accepted(self, level: int, sent: Sent) -> None:
        """Note that the server worked on a request; `level` requests were under way when it was done."""
        self._remember(level, True)
        if sent.epoch == self._epoch and self.now < self.maximum:
            self._passed += 1
            self._full = self._full or level >= self.now
            if self._full and self._passed >= self.now:
                self._grow()

    def refused(self, level: int, sent: Sent, lasting: bool) -> None:
        """Note that a request was refused, or lost. A `lasting` refusal tells of the server's limit (429); others (timeouts,
        broken connections) make room, but do not set the ceiling.
        """
        self._remember(level, False)
        from_level, surplus = self._most_refused()
        if surplus >= (1 if self.now >= self.ceiling else SURPLUS):
            self._shrink(from_level, sent, lasting)

    def _remember(self, level: int, taken: bool) -> None:
        self._recent.append((level, taken))
        while len(self._recent) > max(REMEMBERED, 4 * self.now):
            self._recent.popleft()

    def _most_refused(self) -> tuple[int, int]:
        """The level from which on refusals outnumber successes most, and by how many."""
        surplus: Counter[int] = Counter()
        for level, taken in self._recent:
            surplus[level] += -1 if taken else 1
        best, most, total = 0, 0, 0
        for level in sorted(surplus, reverse=True):
            total += surplus[level]
            if total >= most:
                best, most = level, total
        return best, most

    def _shrink(self, refused_at: int, sent: Sent, lasting: bool) -> None:
        lower = max(1, refused_at - 1, sent.limit // 2)  # requests that were sent together halve it at most
        if lower >= self.now:
            return
        if lasting:
            self._probe_after = min(2 * self._probe_after, LAST_PROBE) if self.now >= self.ceiling else FIRST_PROBE
            self.ceiling = lower + 1
        self._change(lower)

    def _grow(self) -> None:
        if self.now >= self.ceiling:  # the probe went well: what was known holds no longer
            self.ceiling = min(2 * self.now, self.maximum + 1)
            self._probe_after = FIRST_PROBE
        if self.now + 1 < self.ceiling:
            by_doubling = self.maximum if self.ceiling > self.maximum else self.ceiling // 2
            self._change(max(self.now + 1, min(2 * self.now, by_doubling)))
        elif self._passed >= self._probe_after:
            self._change(self.now + 1)

    def _change(self, now: int) -> None:
        self.now = min(now, self.maximum)
        self._epoch += 1
        self._passed, self._full = 0, False
        self._recent = deque(one for one in self._recent if one[0] <= self.now)
