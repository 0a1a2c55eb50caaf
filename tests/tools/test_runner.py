"""Tools for many conversations at once: shared hosts, states that are nobody else's, and the snapshot in front of them."""

import asyncio
from pathlib import Path

import pytest

from dive.errors import DiveError
from dive.tools.host import Outcome
from dive.tools.pool import ToolPool
from dive.tools.runner import ToolRunner, recorded
from dive.tools.session import History
from dive.tools.snapshot import Snapshot
from dive.types import Evidence, Failure

DESK = Path(__file__).parent.parent / "toys" / "desk.py"


@pytest.fixture(scope="module")
def desk() -> ToolPool:
    return ToolPool.load(DESK)


def within(pool, use, hosts=2):
    async def run():
        runner = ToolRunner(pool, hosts)
        try:
            return await use(runner)
        finally:
            await runner.close()

    return asyncio.run(run())


@pytest.mark.slow
def test_conversations_at_the_same_time_have_states_of_their_own(desk):
    async def one(runner, notes):
        async with runner.episode() as call:
            for topic in ("river maps", "garden songs", "harbour plans")[:notes]:  # all of them go into the oak drawer
                assert (await call("file_note", {"topic": topic})).failure is None
            return (await call("drawer_load", {"drawer": "oak"})).result["weight"]

    async def use(runner):
        return await asyncio.gather(*(one(runner, n) for n in (1, 3, 2)))

    assert within(desk, use) == [310.5 + 12.25 * n for n in (1, 3, 2)]


@pytest.mark.slow
def test_equal_calls_are_made_once_and_a_cancelled_caller_leaves_its_host_to_the_next(desk):
    async def use(runner):
        first = await runner.call("drawer_size", {"drawer": "oak"})
        again = await runner.call("drawer_size", {"drawer": "oak"})
        assert (again.result, again.seconds) == (first.result, 0.0)  # it was remembered
        waiting = asyncio.create_task(runner.call("drawer_size", {"drawer": "brass"}))
        await asyncio.sleep(0)
        waiting.cancel()
        again = await asyncio.wait_for(runner.call("drawer_size", {"drawer": "cedar"}), 60)
        assert (await runner.call("no_such_tool", {})).failure.code == "not_found"
        assert (await runner.call("drawer_size", {"drawer": float("nan")})).failure.code == "bad_arguments"
        return again

    assert within(desk, use, hosts=1).result == {"value": 26.0}


def test_a_snapshot_answers_first_and_is_widened(tmp_path):
    asked = []

    async def live(tool, arguments):
        asked.append(arguments)
        return Outcome(result={"v": 1}) if arguments["a"] else Outcome(failure=Failure(code="not_found", message="none"))

    snapshot = Snapshot(tmp_path / "s.sqlite")
    snapshot.add([Evidence(id="e1", tool="t", version="1", arguments={"a": 1}, result={"v": 9})])

    def caller(mode, source=live):
        return recorded(snapshot, {"t": "1"}, mode, source, History({}))

    def ask(mode, a, source=live):
        return asyncio.run(caller(mode, source)("t", {"a": a}))

    assert ask("strict", 1, None).result == {"v": 9}
    assert ask("strict", 2, None).failure.code == "not_found"
    assert ask("widen", 1).result == {"v": 9}
    assert asked == []
    assert ask("widen", 2).result == {"v": 1}
    assert ask("strict", 2, None).result == {"v": 1}  # it was recorded
    assert ask("widen", 0).failure.code == "not_found"
    assert ask("strict", 0, None).failure.code == "not_found"  # a failure is not
    assert ask("live", 1).result == {"v": 1}
    assert asyncio.run(caller("strict", None)("t", {"a": float("nan")})).failure.code == "bad_arguments"
    with pytest.raises(DiveError, match="needs tools"):
        caller("widen", None)


def test_stateful_calls_are_looked_up_by_what_came_before(tmp_path):
    snapshot = Snapshot(tmp_path / "s.sqlite")
    history = History({"t": "desk"})
    call = Evidence(id="e1", tool="t", version="1", arguments={"a": 1}, result={"n": 1})
    snapshot.add([call], {"e1": history.before("t")})
    caller = recorded(snapshot, {"t": "1"}, "strict", None, history)
    assert asyncio.run(caller("t", {"a": 1})).result == {"n": 1}
    assert "after these calls" in asyncio.run(caller("t", {"a": 1})).failure.message
