"""Many requests at one endpoint, in virtual time: how many are under way, in which order, and what failures lead to."""

import asyncio
import heapq
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from raw_server import completion, http, serving
from virtual_time import run

from dive.chat import Message, ModelError, ModelErrorCode, Reply, Request
from dive.errors import DiveError
from dive.models.endpoint import Breaker, Endpoint, Patience
from dive.models.served import Endpoints
from dive.models.spec import ModelConfig

REPLY = Reply(message=Message(role="assistant", content="Hi"), finish="stop")
LONG = Patience(deadline=1e9, attempts=50)


class Server:
    """Takes `cap` requests at once and refuses others, and of all refuses a share `noise` at random."""

    def __init__(self, cap: int = 10**9, noise: float = 0.0, retry_after: float | None = None) -> None:
        self.cap, self.noise, self.retry_after = cap, noise, retry_after
        self.rng = random.Random(7)
        self.under_way = 0
        self.busy = 0.0
        self.took: list[float] = []
        self.refused: list[bool] = []

    async def __call__(self) -> Reply:
        await asyncio.sleep(0.002)
        self.refused.append(self.under_way >= self.cap or self.rng.random() < self.noise)
        if self.refused[-1]:
            raise ModelError("rate_limited", "slow down", self.retry_after)
        self.under_way += 1
        try:
            took = 0.5 * self.rng.lognormvariate(0, 0.4)
            self.took.append(took)
            await asyncio.sleep(took)
            self.busy += took
            return REPLY
        finally:
            self.under_way -= 1


def at(endpoint: Endpoint, server: Callable[[], Awaitable[Reply]], tasks: int, workers: int, calls: int = 6) -> Any:
    """Tasks of `calls` requests each, worked on by so many at once; the seconds that it took."""

    async def worker(rest: Any) -> None:
        for _ in rest:
            for _ in range(calls):
                await endpoint.run(server)

    async def main() -> float:
        loop = asyncio.get_running_loop()
        start, rest = loop.time(), iter(range(tasks))
        await asyncio.gather(*(worker(rest) for _ in range(workers)))
        return loop.time() - start

    return main()


def endpoint(slots: int, patience: Patience = LONG, **more: Any) -> Endpoint:
    return Endpoint(slots, patience=patience, rng=random.Random(1), **more)


def failing(code: ModelErrorCode, times: int, retry_after: float | None = None) -> Callable[[], Awaitable[Reply]]:
    """An attempt that fails so often, then gives a reply; it takes a second."""
    left = [times]

    async def attempt() -> Reply:
        await asyncio.sleep(1)
        left[0] -= 1
        if left[0] >= 0:
            raise ModelError(code, "no luck", retry_after)
        return REPLY

    return attempt


@pytest.mark.parametrize(("slots", "tasks"), [(4, 40), (64, 640)])
def test_a_server_that_keeps_up_is_used_in_full_from_the_start(slots: int, tasks: int) -> None:
    point, server = endpoint(slots), Server()
    seconds = run(at(point, server, tasks, slots + 40, calls=1))
    ends = [0.0] * slots
    for took in server.took:
        heapq.heappush(ends, heapq.heappop(ends) + 0.002 + took)
    assert seconds <= 1.001 * max(ends), "no slot is ever idle while a request waits"
    assert server.busy / (slots * seconds) > (0.95 if slots == 4 else 0.85)  # the last request ends alone
    assert point.counts.peak == slots
    assert point.counts.requests == tasks
    assert point.in_flight == point.waiting == point.counts.retries == 0


@pytest.mark.parametrize("retry_after", [None, 1.0])
@pytest.mark.parametrize(("slots", "cap", "workers"), [(16, 4, 16), (16, 4, 64), (64, 48, 64), (64, 16, 300)])
def test_a_limit_is_found_and_kept(slots: int, cap: int, workers: int, retry_after: float | None) -> None:
    point, server = endpoint(slots), Server(cap, retry_after=retry_after)
    seconds = run(at(point, server, 8 * workers, workers))
    settled = server.refused[len(server.refused) // 5 :]
    assert sum(settled) / len(settled) < 0.01
    assert sum(server.refused) / len(server.refused) < 0.05
    assert cap <= point.limit <= cap + 1
    assert server.busy / (cap * seconds) > 0.8
    assert point.counts.rate_limited == point.counts.retries == sum(server.refused)


def test_a_limit_that_rises_is_noticed() -> None:
    point, server = endpoint(32), Server(4)
    run(at(point, server, 32, 32))
    assert point.limit == 4
    server.cap = 10**9
    run(at(point, server, 1000, 64))
    assert point.limit == 32


def test_a_limit_that_falls_is_noticed() -> None:
    point, server = endpoint(16), Server(12)
    run(at(point, server, 64, 32))
    assert point.limit == 12
    server.cap = 3
    run(at(point, server, 100, 32))
    assert point.limit == 3


@pytest.mark.parametrize("slots", [4, 16, 64])
def test_refusals_at_random_do_not_slow_it_down(slots: int) -> None:
    point, server = endpoint(slots), Server(noise=0.1)
    run(at(point, server, 10 * slots, 2 * slots))
    assert point.limit >= 0.75 * slots


def test_first_come_first_served_and_retries_keep_their_place() -> None:
    order: list[str] = []

    async def main() -> None:
        point = endpoint(1, Patience(first_pause=0.001))
        tried: list[str] = []

        async def ask(name: str) -> None:
            async def attempt() -> Reply:
                await asyncio.sleep(1)
                tried.append(name)
                if tried == ["a"]:
                    raise ModelError("malformed", "odd")
                return REPLY

            await point.run(attempt)
            order.append(name)

        await asyncio.gather(*(ask(name) for name in "abcde"))

    run(main())
    assert order == ["b", "a", "c", "d", "e"]


def test_what_waits_for_its_next_try_holds_no_slot() -> None:
    async def main() -> None:
        point = endpoint(1, Patience(first_pause=100, longest_pause=100))
        waiting = asyncio.ensure_future(point.run(failing("malformed", 1)))
        await asyncio.sleep(1.5)
        assert point.in_flight == 0
        assert await point.run(failing("malformed", 0)) == REPLY
        assert not waiting.done()
        assert await waiting == REPLY

    run(main())


@pytest.mark.parametrize("code", ["rate_limited", "timeout", "unavailable", "malformed"])
def test_what_may_pass_is_tried_again_so_often(code: ModelErrorCode) -> None:
    point = endpoint(4, Patience(attempts=3))
    assert run(point.run(failing(code, 2))) == REPLY
    assert (point.counts.requests, point.counts.retries) == (3, 2)
    with pytest.raises(ModelError, match="after 3 tries") as told:
        run(endpoint(4, Patience(attempts=3)).run(failing(code, 3)))
    assert told.value.code == code


@pytest.mark.parametrize("code", ["bad_request", "denied", "too_long", "budget"])
def test_what_will_not_pass_is_not_tried_again(code: ModelErrorCode) -> None:
    point = endpoint(4)
    with pytest.raises(ModelError):
        run(point.run(failing(code, 1)))
    assert point.counts.requests == 1


def test_bugs_go_through_and_leave_no_slot_behind() -> None:
    async def bug() -> Reply:
        raise ZeroDivisionError

    async def main() -> None:
        point = endpoint(1)
        with pytest.raises(ZeroDivisionError):
            await point.run(bug)
        assert await point.run(failing("timeout", 0)) == REPLY

    run(main())


def test_pauses_grow_and_are_drawn_at_random() -> None:
    point = Endpoint(1, patience=Patience(first_pause=1, longest_pause=16), rng=random.Random(0))
    drawn = [[point._pause(ModelError("timeout", ""), tries, point._patience) for _ in range(300)] for tries in (1, 2, 5, 60)]
    for pauses, most in zip(drawn, (1, 2, 16, 16), strict=True):
        assert 0 <= min(pauses) < 0.1 * most
        assert 0.9 * most < max(pauses) <= most
    assert point._pause(ModelError("rate_limited", "", 40.0), 1, point._patience) == 40


def test_the_whole_endpoint_waits_as_asked() -> None:
    async def main() -> None:
        loop, point = asyncio.get_running_loop(), endpoint(8)
        refused = asyncio.ensure_future(point.run(failing("rate_limited", 1, retry_after=30)))
        await asyncio.sleep(2)
        await asyncio.gather(*(point.run(failing("timeout", 0)) for _ in range(3)))
        assert 32 <= loop.time() < 33
        await refused

    run(main())


def test_a_wait_for_hours_is_told_at_once() -> None:
    async def main() -> None:
        loop, point = asyncio.get_running_loop(), endpoint(8, Patience(deadline=600))
        for _ in range(2):
            with pytest.raises(ModelError) as told:
                await point.run(failing("rate_limited", 1, retry_after=7200))
            assert told.value.code == "down"
        assert "7200 s" in told.value.message
        assert loop.time() < 2
        await asyncio.sleep(7200)
        assert await point.run(failing("timeout", 0)) == REPLY

    run(main())


def test_the_deadline_holds_while_a_try_runs_and_between_tries() -> None:
    async def hangs() -> Reply:
        await asyncio.sleep(1000)
        return REPLY

    async def main() -> None:
        loop, point = asyncio.get_running_loop(), endpoint(1)
        with pytest.raises(ModelError, match="no reply within 20 s") as told:
            await point.run(hangs, Patience(deadline=20))
        assert told.value.code == "timeout"
        assert loop.time() == 20
        with pytest.raises(ModelError, match="no luck"):
            await point.run(failing("malformed", 100), Patience(deadline=30, attempts=100))
        assert loop.time() <= 50
        assert point.in_flight == 0

    run(main())


def test_a_wrong_key_stops_everything_at_once() -> None:
    async def main() -> None:
        point = endpoint(2)
        tasks = [asyncio.ensure_future(point.run(failing("denied", 100))) for _ in range(500)]
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert {getattr(result, "code", None) for result in results} == {"denied"}
        assert point.counts.requests == 2
        with pytest.raises(ModelError, match="no luck"):
            await point.run(failing("denied", 0))

    run(main())


def test_a_wrong_key_outlasts_a_lost_connection() -> None:
    async def main() -> None:
        point = endpoint(2, Patience(attempts=1), breaker=Breaker(failures=1, seconds=0, cool_down=5))
        denied = asyncio.ensure_future(point.run(failing("denied", 1)))
        await asyncio.sleep(0.5)
        lost = asyncio.ensure_future(point.run(failing("unavailable", 1)))
        await asyncio.wait([denied, lost])
        assert (denied.exception(), lost.exception()) != (None, None)
        await asyncio.sleep(100)
        with pytest.raises(ModelError) as told:
            await point.run(failing("timeout", 0))
        assert told.value.code == "denied"

    run(main())


def test_a_single_denial_after_success_stops_nothing() -> None:
    async def main() -> None:
        point = endpoint(2)
        for _ in range(5):
            assert await point.run(failing("timeout", 0)) == REPLY
            with pytest.raises(ModelError):
                await point.run(failing("denied", 1))
        for _ in range(2):
            with pytest.raises(ModelError):
                await point.run(failing("denied", 1))
        with pytest.raises(ModelError):
            await point.run(failing("timeout", 0))  # the third denial in a row was the last that it took

    run(main())


def test_a_server_that_is_gone_is_left_alone_and_found_again() -> None:
    there = False

    async def attempt() -> Reply:
        await asyncio.sleep(0.1)
        if not there:
            raise ModelError("unavailable", "nobody home")
        return REPLY

    async def main() -> None:
        nonlocal there
        point = endpoint(16, Patience(attempts=1000, deadline=1e9), breaker=Breaker(failures=10, seconds=5, cool_down=30))
        lost = await asyncio.gather(*(point.run(attempt) for _ in range(100)), return_exceptions=True)
        assert {getattr(result, "code", None) for result in lost} == {"down"}
        assert "in a row were lost, the last one: nobody home" in str(lost[0])
        asked = point.counts.requests
        with pytest.raises(ModelError):
            await point.run(attempt)
        assert point.counts.requests == asked
        await asyncio.sleep(31)
        more = await asyncio.gather(*(point.run(attempt) for _ in range(20)), return_exceptions=True)
        assert all(isinstance(result, ModelError) for result in more)
        assert point.counts.requests == asked + 1
        await asyncio.sleep(31)
        there = True
        assert await asyncio.gather(*(point.run(attempt) for _ in range(200))) == [REPLY] * 200
        assert point.limit == 16

    run(main())


def test_a_short_outage_costs_no_request() -> None:
    async def main() -> None:
        loop, point = asyncio.get_running_loop(), endpoint(32, Patience())

        async def attempt() -> Reply:
            await asyncio.sleep(0.2)
            if 5 < loop.time() < 12:
                raise ModelError("unavailable", "restarting")
            return REPLY

        async def worker() -> None:
            for _ in range(100):
                await point.run(attempt)

        await asyncio.gather(*(worker() for _ in range(32)))
        assert point.limit == 32

    run(main())


def test_cancelled_requests_give_their_slots_back() -> None:
    async def main() -> None:
        rng, point = random.Random(3), endpoint(3)
        server = Server(cap=2)
        tasks = [asyncio.ensure_future(point.run(server)) for _ in range(200)]
        while not all(task.done() for task in tasks):
            await asyncio.sleep(rng.uniform(0, 0.2))
            rng.choice(tasks).cancel()
            if rng.random() < 0.3:
                rng.choice(tasks).cancel()
        assert sum(task.cancelled() for task in tasks) > 20
        assert sum(not task.cancelled() for task in tasks) > 20
        assert point.in_flight == point.waiting == server.under_way == 0
        assert await point.run(failing("timeout", 0)) == REPLY

    run(main())


def test_a_slot_given_to_one_that_is_being_cancelled_goes_to_the_next() -> None:
    async def main() -> None:
        point = endpoint(1)
        first = asyncio.ensure_future(point.run(failing("timeout", 0)))
        await asyncio.sleep(0.5)
        second = asyncio.ensure_future(point.run(failing("timeout", 0)))
        third = asyncio.ensure_future(point.run(failing("timeout", 0)))
        await first  # its slot has been given to the second, which has not run since
        second.cancel()
        assert await third == REPLY
        assert second.cancelled()
        assert point.in_flight == 0

    run(main())


def test_no_more_connections_than_slots_for_all_models_together() -> None:
    async def main() -> None:
        async with serving(lambda number, body: completion({"content": body["model"]})) as server:
            configs = [ModelConfig(name=name, base_url=server.url + end) for name, end in [("one", ""), ("two", "/")]]
            configs.append(ModelConfig(name="three", base_url=server.url, concurrency=6))
            endpoints = Endpoints(configs)
            models = [endpoints.model(config) for config in configs]
            assert len({id(model.endpoint) for model in models}) == 1
            request = Request(messages=(Message(role="user", content="Hello"),))
            replies = await asyncio.gather(*(model.complete(request) for _ in range(40) for model in models))
            assert [reply.message.content for reply in replies] == ["one", "two", "three"] * 40
            assert models[0].endpoint.counts.peak == 6
            assert 1 <= server.connections <= 6
            assert list(endpoints.opened) == [server.url]
            await endpoints.close()

    asyncio.run(main())


def test_retries_over_the_wire() -> None:
    def answer(number: int, body: Any) -> bytes:
        return http(503, b"", "retry-after-ms: 10") if number < 3 else completion({"content": "Hi"})

    async def main() -> None:
        async with serving(answer) as server:
            config = ModelConfig(name="toy", base_url=server.url, attempts=3)
            endpoints = Endpoints([config])
            model = endpoints.model(config)
            model = type(model)(model.model, model.endpoint, Patience(attempts=3, first_pause=0.01))
            assert (await model.complete(Request(messages=(Message(role="user", content="Hello"),)))).message.content == "Hi"
            assert len(server.bodies) == 3
            await endpoints.close()

    asyncio.run(main())


def test_a_missing_key_is_told_before_anything_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOY_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    config = ModelConfig(name="toy", api_key_env="TOY_KEY")
    with pytest.raises(DiveError, match="TOY_KEY is not set"):
        Endpoints([config]).model(config)
