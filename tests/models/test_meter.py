"""What models cost is counted, and limits hold: before the first reply, with many requests in flight, and after a resume."""

import asyncio
import json
import random
from pathlib import Path

import pytest
from rich.console import Console

from dive.chat import Message, ModelError, Reply, Request, Usage
from dive.errors import DiveError
from dive.models.cache import Cached, ResponseCache
from dive.models.meter import FREE, Meter, Metered, Prices, Total, guessed, usage_table
from dive.models.scripted import ScriptedModel, said
from dive.models.spec import read_model

DEAR = Prices(read=1e6, cached=1e6, written=1e6)
"""One for a token."""


def asking(text: str, sample: int = 0) -> Request:
    return Request(messages=(Message(role="user", content=text),), sample=sample)


class Talker:
    """Replies of random length after a while, and how many were in flight at most."""

    def __init__(self, least: int, most: int, fail_every: int = 0) -> None:
        self.random = random.Random(0)
        self.least, self.most, self.fail_every = least, most, fail_every
        self.count = self.now = self.peak = 0

    async def __call__(self, request: Request) -> Reply | ModelError:
        self.count += 1
        self.now += 1
        self.peak = max(self.peak, self.now)
        count, tokens = self.count, self.random.randint(self.least, self.most)
        try:
            await asyncio.sleep(self.random.random() / 200)
        finally:
            self.now -= 1
        if self.fail_every and count % self.fail_every == 0:
            return ModelError("unavailable", "gone")
        return said("yes", usage=Usage(prompt=tokens // 2, completion=tokens - tokens // 2))


def run_all(model: Metered | Cached, count: int, at_once: int) -> list[Reply | BaseException]:
    """Ask this often, with so many at once."""

    async def play() -> list[Reply | BaseException]:
        gate = asyncio.Semaphore(at_once)

        async def one(index: int) -> Reply:
            async with gate:
                return await model.complete(asking("x", index))

        return await asyncio.gather(*(one(index) for index in range(count)), return_exceptions=True)

    return asyncio.run(play())


# --- limits -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("limits", [{"max_cost": 0}, {"max_cost": -1.0}, {"max_cost": float("nan")}, {"max_tokens": 0}])
def test_a_limit_that_makes_no_sense(limits):
    with pytest.raises(DiveError, match=r"max_(cost|tokens) is .*; give a number above 0, or none"):
        Meter(**limits)


@pytest.mark.parametrize(("limits", "prices"), [({"max_tokens": 10}, FREE), ({"max_cost": 10}, DEAR)])
def test_a_server_that_does_not_say_what_it_used(limits, prices):
    """A limit that counts nothing would never bite."""
    (outcome,) = run_all(Metered(ScriptedModel(lambda _: said("yes")), "solver", prices, Meter(**limits)), 1, 1)
    assert isinstance(outcome, DiveError) and "scripted does not report what it used" in str(outcome)


@pytest.mark.parametrize(("limits", "prices"), [({}, DEAR), ({"max_cost": 10}, FREE)])
def test_what_was_used_does_not_matter_where_nothing_rests_on_it(limits, prices):
    (outcome,) = run_all(Metered(ScriptedModel(lambda _: said("yes")), "solver", prices, Meter(**limits)), 1, 1)
    assert isinstance(outcome, Reply)


@pytest.mark.parametrize("at_once", [1, 8, 64])
@pytest.mark.parametrize("limits", [{"max_cost": 5000.0}, {"max_tokens": 5000}])
def test_overshoot_is_bounded(at_once, limits):
    """By what the requests in flight cost above the mean, whatever their number."""
    talker = Talker(50, 150)
    meter = Meter(**limits)
    outcomes = run_all(Metered(ScriptedModel(talker), "solver", DEAR, meter), 200, at_once)
    refused = [outcome for outcome in outcomes if isinstance(outcome, ModelError)]
    assert len(refused) + talker.count == 200
    assert {error.code for error in refused} == {"budget"}
    assert meter.cost == meter.tokens <= 5000 + at_once * 50
    assert meter.cost > 5000 - 2 * 150, "and it is used up before anything is refused"
    assert meter._held == [] and meter._waiting == []


def test_near_the_limit_fewer_are_sent_at_once():
    """A request that fits only if others cost less waits for them, and is not refused."""
    talker = Talker(100, 100)
    meter = Meter(
        max_cost=1050, paid=[Total("solver", "scripted", 10, Usage(completion=500), 500)]
    )  # a mean of 50, half of the truth
    outcomes = run_all(Metered(ScriptedModel(talker), "solver", DEAR, meter), 20, 20)
    assert talker.peak == 11, "as many as would fit, if they cost the mean"
    assert sum(isinstance(outcome, Reply) for outcome in outcomes) == talker.count == 11


def test_a_guess_refuses_nothing():
    """The first requests of a role are held at a guess, which is far too high here."""
    talker = Talker(10, 10)
    meter = Meter(max_cost=1000)
    outcomes = run_all(Metered(ScriptedModel(talker), "solver", DEAR, meter), 64, 64)
    assert all(isinstance(outcome, Reply) for outcome in outcomes)
    assert meter.cost == 640


def test_failures_make_room_again():
    talker = Talker(10, 10, fail_every=2)
    meter = Meter(max_cost=1000)
    outcomes = run_all(Metered(ScriptedModel(talker), "solver", DEAR, meter), 60, 16)
    assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 30
    assert meter.cost == 300 and meter._held == []


def test_the_cancelled_make_room_again():
    async def play() -> None:
        async def never(request: Request) -> Reply:
            await asyncio.Event().wait()
            raise AssertionError

        def quickly(request: Request) -> Reply:
            return said("yes", usage=Usage(completion=2))

        meter = Meter(max_cost=10)
        stuck, quick = (Metered(ScriptedModel(script), "solver", DEAR, meter) for script in (never, quickly))
        first = asyncio.create_task(stuck.complete(asking("x")))
        await asyncio.sleep(0)
        waiting = [asyncio.create_task(quick.complete(asking("x"))) for _ in range(2)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        waiting[0].cancel()
        first.cancel()
        assert (await waiting[1]).message.content == "yes"
        await asyncio.gather(first, waiting[0], return_exceptions=True)
        assert meter._held == []

    asyncio.run(play())


def test_limits_bound_all_invocations_together(tmp_path):
    """An interrupted run has spent what it has spent; what is in the cache is free."""

    def invocation(count: int, limit: float) -> tuple[Meter, list[Reply | BaseException]]:
        cache = ResponseCache(tmp_path / "responses.sqlite")
        meter = Meter(max_cost=limit, paid=cache.totals())
        inner = Metered(ScriptedModel(Talker(10, 10)), "solver", DEAR, meter)
        outcomes = run_all(Cached(inner, cache, "solver", meter, DEAR), count, 4)
        assert meter.cost == sum(total.cost for total in cache.totals())
        cache.close()
        return meter, outcomes

    meter, outcomes = invocation(3, 100)
    assert meter.cost == 30
    meter, outcomes = invocation(20, 100)
    assert meter.cost == 100
    assert sum(isinstance(outcome, Reply) for outcome in outcomes) == 10, "3 of the cache and 7 new ones"
    meter, outcomes = invocation(20, 100)
    assert meter.cost == 100 and meter.totals[0].hits == 10
    message = str(next(outcome for outcome in outcomes if isinstance(outcome, ModelError)))
    assert message.startswith("budget: max_cost is 100; 100 is spent and 10 would be likely to follow; raise the limit")
    meter, outcomes = invocation(20, 1000)
    assert meter.cost == 200 and all(isinstance(outcome, Reply) for outcome in outcomes)


# --- counting ---------------------------------------------------------------------------------------------------------
def test_prices():
    usage = Usage(prompt=1000, cached=600, completion=100, reasoning=50)
    assert Prices.of(read_model("m?price_in=2&price_out=10")).cost(usage) == pytest.approx(0.002 + 0.001)
    assert Prices.of(read_model("m?price_in=2&price_cached=0.5&price_out=10")).cost(usage) == pytest.approx(
        0.0008 + 0.0003 + 0.001
    )
    assert Prices.of(read_model("m?price_in=2&price_cached=0&price_out=0")).cost(usage) == pytest.approx(0.0008)
    assert Prices.of(read_model("m")).cost(usage) == 0
    more_cached_than_read = Usage(prompt=10, cached=50)
    assert Prices.of(read_model("m?price_in=2")).cost(more_cached_than_read) == pytest.approx(2e-5), "never below nothing"


def test_the_report_adds_up():
    meter = Meter(max_cost=2.5)
    meter.paid("solver", "big", Usage(prompt=10, cached=4, completion=5, reasoning=2), 0.5)
    meter.paid("solver", "big", Usage(prompt=20, completion=5), 0.5)
    meter.paid("judge", "small", Usage(prompt=7, completion=1), 0.25)
    meter.hit("judge", "small", Usage(), 0.125)
    report = json.loads(json.dumps(meter.report()))
    assert report["limits"] == {"max_cost": 2.5, "max_tokens": None}
    assert [(row["role"], row["model"], row["requests"]) for row in report["roles"]] == [
        ("judge", "small", 1),
        ("solver", "big", 2),
    ]
    assert report["total"] == {
        "requests": 3, "prompt": 37, "cached": 4, "completion": 11, "reasoning": 2, "cost": 1.25, "hits": 1, "saved": 0.125,
    }  # fmt: skip
    for name, whole in report["total"].items():
        assert whole == sum(row[name] for row in report["roles"])


def test_the_table_has_a_row_for_each_role_and_one_for_all():
    meter = Meter()
    meter.paid("solver", "big", Usage(prompt=12345, completion=5), 0.5)
    assert usage_table(meter.report()).row_count == 1, "the sum of one is left out"
    meter.paid("judge", "small", Usage(), 0)
    console = Console(width=120)
    with console.capture() as captured:
        console.print(usage_table(meter.report()))
    header, *rows = captured.get().splitlines()
    assert header.split() == ["role", "model", "requests", "read", "cached", "written", "reasoning", "cost", "hits", "saved"]
    assert [row.split()[0] for row in rows] == ["judge", "solver", "all"]
    assert rows[2].split() == ["all", "2", "12,345", "0", "5", "0", "0.5000", "0", "0.0000"]


def test_a_guess_counts_everything_that_is_sent():
    plain = guessed(asking("x" * 300), None)
    assert plain == Usage(prompt=101, completion=2048)
    assert guessed(asking("x"), 100).completion == 100
    with_tools = Request(messages=asking("x" * 300).messages, tools=({"name": "y" * 600},))
    assert guessed(with_tools, None).prompt > 300


def test_nothing_is_counted_twice(tmp_path: Path):
    cache, meter = ResponseCache(tmp_path / "responses.sqlite"), Meter()
    inner = Metered(ScriptedModel(Talker(10, 10)), "solver", DEAR, meter)
    model = Cached(inner, cache, "solver", meter, DEAR)
    assert all(reply == said("yes", usage=Usage(prompt=5, completion=5)) for reply in run_all(model, 5, 5))
    run_all(model, 5, 5)
    (total,) = meter.totals
    assert (total.requests, total.hits, total.cost, total.saved) == (5, 5, 50, 50)
    cache.close()
