"""The figures of a log: what was answered, what was refused, how busy the server was, what was asked twice for nothing."""

from collections import Counter
from collections.abc import Iterable

from dive.fake.log import Entry
from dive.types import Record


class Totals(Record):
    """Figures of one log."""

    requests: int
    answered: int
    """Requests of which the client got a whole, readable reply."""
    by_status: dict[str, int]
    by_phase: dict[str, int]
    by_fault: dict[str, int]
    limited_share: float
    """Share of 429 among the requests after the warm-up."""
    duplicates: int
    """Answered requests whose body had been answered as often as samples are wanted."""
    lost: int
    """Requests whose client was gone before the answer had left."""
    span: float
    """Seconds from the first request to the last answer."""
    busy: float
    """Of those, seconds with at least one request in work."""
    mean_in_flight: float
    """Requests in work, averaged over the span."""
    peak_in_flight: int
    per_second: float
    """Answered requests in a second of the span."""
    connections: int
    prompt_chars: int
    prefix_share: float
    """Share of prompt characters that stood at the beginning of an earlier prompt."""
    prefix_share_in_task: float
    """The same without the first request of each task, which has no earlier one."""


def totals(entries: Iterable[Entry], warm_up: float = 0.0, samples: int = 1) -> Totals:
    """The figures of a log. `warm_up` seconds are left out of `limited_share`; `samples` equal requests of the phase `solve` are
    no duplicates.
    """
    rows = sorted(entries, key=lambda entry: entry.t0)
    begin = rows[0].t0 if rows else 0.0
    late = [row for row in rows if row.t0 >= begin + warm_up]
    span = max((row.t1 for row in rows), default=begin) - begin
    answered = [row for row in rows if row.answered]
    followers = _followers(rows)
    return Totals(
        requests=len(rows), answered=len(answered), by_status=_counts(str(row.status) for row in rows),
        by_phase=_counts(row.phase or "none" for row in rows),
        by_fault=_counts(fault for row in rows for fault in row.fault.split("+") if fault),
        limited_share=_share(sum(row.status == 429 for row in late), len(late)),
        duplicates=_duplicates(answered, samples), lost=sum(row.status == 0 for row in rows),
        span=span, busy=_busy(rows), peak_in_flight=_peak(rows),
        mean_in_flight=_share(sum(row.t1 - row.t0 for row in rows), span),
        per_second=_share(len(answered), span), connections=len({row.connection for row in rows}),
        prompt_chars=sum(row.prompt_chars for row in rows), prefix_share=_prefix(rows), prefix_share_in_task=_prefix(followers),
    )  # fmt: skip


def _counts(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _prefix(rows: list[Entry]) -> float:
    return _share(sum(row.prefix_chars for row in rows), sum(row.prompt_chars for row in rows))


def _followers(rows: list[Entry]) -> list[Entry]:
    """Requests that were read, without the first of each task."""
    begun: set[str] = set()
    found = []
    for row in rows:
        if row.task in begun:
            found.append(row)
        elif row.prompt_chars:
            begun.add(row.task)
    return found


def _duplicates(answered: list[Entry], samples: int) -> int:
    often = Counter((row.key, row.phase) for row in answered)
    return sum(max(0, count - (samples if phase == "solve" else 1)) for (_, phase), count in often.items())


def _busy(rows: list[Entry]) -> float:
    """Length of the union of the spans from request to answer; `rows` in the order of their beginnings."""
    total, until = 0.0, float("-inf")
    for row in rows:
        total += max(0.0, row.t1 - max(row.t0, until))
        until = max(until, row.t1)
    return total


def _peak(rows: list[Entry]) -> int:
    """Most requests in work at one moment; one that ends when another begins is over by then."""
    changes = sorted([(row.t0, 1) for row in rows] + [(row.t1, -1) for row in rows])
    most = now = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most
