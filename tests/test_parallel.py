"""The scheduler: order, bounds, and what happens when a worker fails, dies or loses its parent."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dive.errors import DiveError
from dive.parallel import Workers


def doubling():
    return lambda n: 2 * n


def uneven():
    """The first items take longest, so that later ones are done before them."""

    def work(n):
        time.sleep(0.05 * max(0, 4 - n))
        return n, os.getpid()

    return work


def failing():
    def work(n):
        if n == 3:
            raise LookupError(f"no answer to {n}")
        return n

    return work


def dying():
    def work(n):
        if n == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return n

    return work


class Drawn:
    """Whole numbers, and how many were drawn."""

    def __init__(self, count: int) -> None:
        self.count = 0
        self.last = count

    def __iter__(self) -> Iterator[int]:
        while self.count < self.last:
            self.count += 1
            yield self.count - 1


@pytest.mark.parametrize("count", [0, -1])
def test_no_workers_are_refused(count):
    with pytest.raises(DiveError, match=f"workers is {count}"):
        Workers(doubling, count)


@pytest.mark.parametrize("count", [1, 2])
def test_an_exception_of_an_item_comes_out_in_its_place(count):
    answers = []
    with Workers(failing, count) as workers, pytest.raises(LookupError, match="no answer to 3"):
        answers.extend(workers.map(range(6), ahead=6))
    assert answers == [0, 1, 2]


def test_a_worker_that_dies_is_one_clear_error():
    with Workers(dying, 2) as workers, pytest.raises(DiveError) as caught:
        list(workers.map(range(50), ahead=50))
    assert str(caught.value) == "a worker process died (SIGKILL(-9)); run the same command again to go on"


def test_a_worker_that_died_before_the_next_item_is_given_is_the_same_error():
    def items():
        yield from (0, 1)
        time.sleep(1.5)
        yield from range(2, 50)

    with Workers(dying, 2) as workers, pytest.raises(DiveError, match="a worker process died"):
        list(workers.map(items(), ahead=50))


def test_a_setup_that_fails_is_an_error_and_not_a_wait_for_ever():
    def broken():
        raise LookupError("nothing to set up")

    with pytest.raises(LookupError, match="nothing to set up"):
        Workers(broken, 1)
    with Workers(broken, 2) as workers, pytest.raises(DiveError, match="a worker process died"):
        list(workers.map(range(3), ahead=3))


def test_one_worker_is_this_process_and_draws_one_item_at_a_time():
    drawn = Drawn(5)
    with Workers(uneven, 1) as workers:
        answers = workers.map(drawn, ahead=64)
        assert drawn.count == 0
        assert next(answers) == (0, os.getpid())
        assert drawn.count == 1
        assert [n for n, _ in answers] == [1, 2, 3, 4]


def test_answers_come_in_the_order_of_the_items_from_all_workers():
    with Workers(uneven, 2) as workers:
        answers = list(workers.map(range(40), ahead=40))
    assert [n for n, _ in answers] == list(range(40))
    pids = {pid for _, pid in answers}
    assert len(pids) == 2 and os.getpid() not in pids
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.parametrize(("ahead", "most"), [(1, 1), (3, 3), (64, 8)])
def test_look_ahead_is_bounded(ahead, most):
    drawn = Drawn(30)
    with Workers(doubling, 2) as workers:
        for place, answer in enumerate(workers.map(drawn, ahead=ahead)):
            assert answer == 2 * place
            assert drawn.count <= place + most


def test_no_items_and_a_consumer_that_stops_early():
    with Workers(doubling, 2) as workers:
        assert list(workers.map([], ahead=4)) == []
        for answer in workers.map(Drawn(1000), ahead=4):
            if answer == 10:
                break
        assert list(workers.map([7], ahead=4)) == [14]


def test_a_state_is_built_once_a_worker():
    def setup():
        calls = []

        def work(n):
            calls.append(n)
            return len(calls), os.getpid()

        return work

    with Workers(setup, 2) as workers:
        seen: dict[int, int] = {}
        for calls, pid in workers.map(range(20), ahead=20):
            seen[pid] = max(calls, seen.get(pid, 0))
    assert sum(seen.values()) == 20


ORPHANS = """
import os, sys, time
from dive.parallel import Workers

def setup():
    def work(n):
        print(os.getpid(), flush=True)
        time.sleep(600)
    return work

with Workers(setup, 2) as workers:
    list(workers.map(range(8), ahead=8))
"""


STOPPED = """
import itertools, sys, time
print("begun", flush=True)
try:
    from dive.parallel import Workers

    def setup():
        def work(n):
            time.sleep(0.01)
            return n
        return work

    with Workers(setup, 2) as workers:
        for answer in workers.map(itertools.count(), ahead=8):
            pass
except KeyboardInterrupt:
    print("stopped")
"""


@pytest.mark.slow
def test_ctrl_c_at_any_moment_ends_everything_without_noise():
    rng = random.Random(1)
    for _ in range(16):
        process = started(STOPPED)
        assert process.stdout.readline() == "begun\n"
        time.sleep(rng.uniform(0.1, 1.2))
        os.killpg(process.pid, signal.SIGINT)
        try:
            assert process.communicate(timeout=30) == ("stopped\n", "")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def started(program: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-u", "-c", program],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True,
    )  # fmt: skip


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ended(pids: list[int], within: float) -> bool:
    until = time.monotonic() + within
    while any(map(running, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(running, pids))


def test_workers_end_when_their_parent_is_killed():
    parent = started(ORPHANS)
    deadline = threading.Timer(60, parent.kill)
    deadline.start()
    try:
        pids = [int(parent.stdout.readline()) for _ in range(2)]
        assert all(map(running, pids))
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        assert ended(pids, within=20)
    finally:
        deadline.cancel()
        parent.kill()
        parent.communicate()
