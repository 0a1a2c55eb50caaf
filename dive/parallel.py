"""The only scheduler: an ordered, bounded map, over worker processes or over coroutines.

Items are worked on in any order and come back in the order in which they went in. `Workers` are for work that needs a
processor: each process builds its state once (`setup`) and is told items after that; with one worker everything happens
in this process. Workers ignore Ctrl-C (their parent decides) and end by themselves when the parent is gone, however it
died. `Slots` are for work that waits, for models and tools: coroutines in one event loop, in a thread beside the caller's.
"""

import asyncio
import gc
import os
import re
import signal
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any, Generic, TypeVar, cast

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


class Slots(Generic[Item, Answer]):
    """Coroutines that all run the function which `setup()` opens, at most `count` of them at once.

    The event loop is in a thread of its own. What `setup()` opened is closed there when the block ends, after whatever is
    still going on was cancelled.
    """

    def __init__(self, setup: Callable[[], AbstractAsyncContextManager[Callable[[Item], Awaitable[Answer]]]], count: int) -> None:
        if count < 1:
            raise DiveError(f"{count} slots are too few; give 1 or more")
        self.count = count
        self._setup = setup
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="slots", daemon=True)
        self._stack = AsyncExitStack()
        self._running: set[Future[Answer]] = set()
        self._threshold = gc.get_threshold()

    def __enter__(self) -> "Slots[Item, Answer]":
        self._thread.start()
        try:
            self._work: Callable[[Item], Awaitable[Answer]] = self._await(self._stack.enter_async_context(self._setup()))
            self._free = self._await(_made(lambda: asyncio.Semaphore(self.count)))
            gc.collect()
            gc.freeze()  # what is set up stays; collections need not walk over it again
            gc.set_threshold(50_000, 20, 25)  # conversations are many objects, none of which is garbage
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for future in list(self._running):
                future.cancel()
            self._await(_cancelled())
            self._await(self._stack.aclose())
        finally:
            self._end()
            gc.unfreeze()
            gc.set_threshold(*self._threshold)

    def map(self, items: Iterable[Item], ahead: int) -> Iterator[Answer]:
        """Answers in the order of the items, of which at most `ahead` are drawn before their answers are taken."""
        waiting: deque[Future[Answer]] = deque()
        for item in items:
            waiting.append(self._submit(item))
            while len(waiting) >= ahead or (waiting and waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _submit(self, item: Item) -> "Future[Answer]":
        future = asyncio.run_coroutine_threadsafe(self._one(item), self._loop)
        self._running.add(future)
        future.add_done_callback(self._running.discard)
        return future

    async def _one(self, item: Item) -> Answer:
        async with self._free:
            return await self._work(item)

    def _await(self, work: Awaitable[Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(_awaited(work), self._loop).result()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


def new_loop() -> asyncio.AbstractEventLoop:
    """An event loop; uvloop's, which is faster, where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return cast(asyncio.AbstractEventLoop, uvloop.new_event_loop())


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


async def _made(make: Callable[[], Any]) -> Any:
    """What is made inside of the loop that it belongs to."""
    return make()


async def _cancelled() -> None:
    """Wait until whatever else runs in this loop has been cancelled."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def gathered(makers: Iterable[Callable[[], Awaitable[Answer]]]) -> list[Answer]:
    """The answers of coroutines that run side by side, in order; the first that fails cancels the others."""
    every = list(makers)
    if len(every) == 1:
        return [await every[0]()]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_awaited(make())) for make in every]
    return [task.result() for task in tasks]


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
