"""The only scheduler: an ordered, bounded map over worker processes.

Items are worked on in any order and come back in the order in which they went in. A worker builds its state once
(`setup`) and is told items after that. With one worker everything happens in this process. Workers ignore Ctrl-C
(their parent decides) and end by themselves when the parent is gone, however it died.
"""

import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import cloudpickle

from dive.errors import DiveError

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_work: Callable[[Any], Any] | None = None


class Workers(Generic[Item, Answer]):
    """Processes that all run the function which `setup()` returns."""

    def __init__(self, setup: Callable[[], Callable[[Item], Answer]], count: int) -> None:
        if count < 1:
            raise DiveError(f"workers is {count}; give 1 or more")
        self.count = count
        self._threads = set(threading.enumerate())
        self._local: Callable[[Item], Answer] | None = None
        self._executor: Any = None
        if count == 1:
            self._local = setup()
        else:
            from multiprocessing import resource_tracker

            from loky import ProcessPoolExecutor

            resource_tracker.ensure_running()  # when it is started later, it lets Ctrl-C through to workers that start
            self._executor = ProcessPoolExecutor(
                count, initializer=_begin, initargs=(cloudpickle.dumps(setup), os.getpid()), timeout=600
            )

    def __enter__(self) -> "Workers[Item, Answer]":
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)
            for thread in set(threading.enumerate()) - self._threads:
                thread.join(timeout=1)  # a queue's thread that the interpreter's end overtakes leaks a semaphore, with a warning

    def map(self, items: Iterable[Item], ahead: int) -> Iterator[Answer]:
        """Answers in the order of the items, of which at most `ahead` are drawn before their answers are taken."""
        if self._local is not None:
            yield from map(self._local, items)
            return
        waiting: deque[Any] = deque()
        try:
            for item in items:
                with _undisturbed():
                    waiting.append(_alive(self._executor.submit, _run, item))
                if len(waiting) >= min(ahead, 4 * self.count):
                    yield _alive(waiting.popleft().result)
            while waiting:
                yield _alive(waiting.popleft().result)
        finally:
            waiting.clear()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C has to wait: a process that is being started does not see it, and none is started that nobody would end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, Any]] = []
    before = signal.signal(signal.SIGINT, lambda *what: came.append(what))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
    if came and callable(before):
        before(*came[0])


def _alive(call: Callable[..., Any], *arguments: Any) -> Any:
    """What the call gives, where no worker has died."""
    from loky.process_executor import BrokenProcessPool

    try:
        return call(*arguments)
    except BrokenProcessPool as error:
        how = re.search(r"exit codes of the workers are {(.+?)}", str(error))
        how_said = how[1] if how else str(error).partition(".")[0]
        raise DiveError(f"a worker process died ({how_said}); run the same command again to go on") from None


def _begin(setup: bytes, parent: int) -> None:
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _work = cloudpickle.loads(setup)()


def _run(item: Any) -> Any:
    assert _work is not None
    return _work(item)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
