"""Slots: order, bounds, failures, and what is left when a block ends early."""

import asyncio
import threading
from contextlib import asynccontextmanager

import pytest

from dive.errors import DiveError
from dive.parallel import Slots, gathered


class Seen:
    """What went on inside of a block."""

    def __init__(self) -> None:
        self.now = self.most = self.cancelled = 0
        self.closed = False


def opening(seen: Seen, work):
    @asynccontextmanager
    async def opened():
        async def counted(item):
            seen.now += 1
            seen.most = max(seen.most, seen.now)
            try:
                return await work(item)
            except asyncio.CancelledError:
                seen.cancelled += 1
                raise
            finally:
                seen.now -= 1

        try:
            yield counted
        finally:
            seen.closed = True

    return opened


async def uneven(n):
    await asyncio.sleep(0.02 * ((7 * n) % 5))
    return n * n


def test_answers_come_in_the_order_of_the_items_and_no_more_run_than_there_are_slots():
    seen = Seen()
    with Slots(opening(seen, uneven), 4) as slots:
        assert list(slots.map(range(30), ahead=12)) == [n * n for n in range(30)]
    assert seen.most == 4
    assert seen.closed


def test_no_more_items_are_drawn_than_may_be_ahead():
    drawn, taken, most = [0], [0], [0]

    def items():
        for n in range(40):
            drawn[0] += 1
            most[0] = max(most[0], drawn[0] - taken[0])
            yield n

    with Slots(opening(Seen(), uneven), 40) as slots:
        for _ in slots.map(items(), ahead=5):
            taken[0] += 1
    assert most[0] <= 6


def test_an_exception_reaches_the_caller_and_the_rest_is_cancelled():
    async def work(n):
        if n == 3:
            raise LookupError("no 3")
        await asyncio.sleep(0 if n < 3 else 60)
        return n

    seen = Seen()
    with pytest.raises(LookupError, match="no 3"), Slots(opening(seen, work), 8) as slots:
        list(slots.map(range(8), ahead=8))
    assert seen.closed and seen.now == 0 and seen.cancelled > 0


def test_a_block_that_ends_early_leaves_nothing_behind():
    async def forever(n):
        await asyncio.sleep(0 if n == 0 else 600)
        return n

    before = threading.active_count()
    seen = Seen()
    with Slots(opening(seen, forever), 8) as slots:
        assert next(slots.map(range(100), ahead=8)) == 0
    assert (seen.now, seen.closed) == (0, True)
    assert threading.active_count() == before


def test_a_set_up_that_fails_is_raised():
    @asynccontextmanager
    async def broken():
        raise DiveError("no such model")
        yield

    with pytest.raises(DiveError, match="no such model"), Slots(broken, 2):
        pass
    with pytest.raises(DiveError, match="0 slots"):
        Slots(broken, 0)


def test_gathered_keeps_the_order():
    async def late(n):
        await asyncio.sleep(0.01 * (3 - n))
        return n

    assert asyncio.run(gathered([lambda n=n: late(n) for n in range(4)])) == [0, 1, 2, 3]
