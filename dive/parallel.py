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
        self._local: Callable[[Item], Answer] | None = None
        self._executor: Any = None
        if count == 1:
            self._local = setup()
        else:
            from loky import ProcessPoolExecutor

            self._executor = ProcessPoolExecutor(
                count, initializer=_begin, initargs=(cloudpickle.dumps(setup), os.getpid()), timeout=600
            )

    def __enter__(self) -> "Workers[Item, Answer]":
        return self

    def __exit__(self, *_: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, kill_workers=True)

    def map(self, items: Iterable[Item], ahead: int) -> Iterator[Answer]:
        """Answers in the order of the items, of which at most `ahead` are drawn before their answers are taken."""
        if self._local is not None:
            yield from map(self._local, items)
            return
        waiting: deque[Any] = deque()
        try:
            for item in items:
                waiting.append(_alive(self._executor.submit, _run, item))
                if len(waiting) >= min(ahead, 4 * self.count):
                    yield _alive(waiting.popleft().result)
            while waiting:
                yield _alive(waiting.popleft().result)
        finally:
            waiting.clear()


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
