"""Replies are paid for once: keys, kills, full disks, foreign files, and equal requests at the same time."""

import asyncio
import gc
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dive.chat import Format, Message, ModelError, Reply, Request, ToolCall, Usage
from dive.errors import DiveError
from dive.models.cache import Cached, ResponseCache
from dive.models.meter import Meter, Prices
from dive.models.scripted import ScriptedModel, called, said

TOOL = {
    "type": "function",
    "function": {"name": "add", "description": "Adds.", "parameters": {"type": "object", "properties": {}}},
}
USAGE = Usage(prompt=100, cached=40, completion=10, reasoning=4)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[ResponseCache]:
    made = ResponseCache(tmp_path / "responses.sqlite")
    yield made
    made.close()


def asking(text: str, sample: int = 0) -> Request:
    return Request(messages=(Message(role="user", content=text),), tools=(TOOL,), sample=sample)


# --- what goes wrong --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("content", [b"this is no database\n" * 100, b"\x00" * 4096, b"SQLite format 3\x00" + b"junk" * 2000])
def test_a_file_that_is_no_database(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(DiveError, match=r"notes\.txt cannot be opened as a cache of replies .*move it away or use another"):
        ResponseCache(path)
    assert path.read_bytes() == content, "a foreign file is left as it is"


@pytest.mark.parametrize("table", ["results (a)", "replies (key, role, reply)"])
def test_a_database_of_something_else(tmp_path, table):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute(f"CREATE TABLE {table}")
    other.close()
    before = path.read_bytes()
    with pytest.raises(DiveError, match=r"other\.sqlite cannot be opened as a cache of replies"):
        ResponseCache(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DiveError, match="cannot be opened"):
        ResponseCache(tmp_path / "no" / "responses.sqlite")


@pytest.mark.parametrize("damage", [b"junk", b"x\x9c\x4b", b""])
def test_a_damaged_reply(cache, damage):
    key = cache.key({}, asking("x"))
    cache.put(key, said("yes"), "solver", "m")
    other = sqlite3.connect(cache.path)
    with other:
        other.execute("UPDATE replies SET reply = ?", (damage,))
    other.close()
    with pytest.raises(DiveError, match=r"cannot be read .*; move it away, and replies are asked for again"):
        cache.get(key)


FILL = """
import resource, sys
from pathlib import Path
from dive.errors import DiveError
from dive.models.cache import ResponseCache
from dive.models.scripted import said

if sys.argv[2] == "limited":  # as a full disk, but needs no rights to mount one
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
cache = ResponseCache(Path(sys.argv[1]))
kept = 0
try:
    while kept < 10000:
        cache.put(kept.to_bytes(4, "big"), said("".join(chr(32 + hash((kept, i)) % 90) for i in range(3000))), "solver", "m", 0.5)
        kept += 1
except DiveError as error:
    print(kept)
    print(error)
print(len(cache), flush=True)
"""


def check_full(path: Path, how: str) -> None:
    done = subprocess.run([sys.executable, "-c", FILL, str(path), how], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept, message, entries = done.stdout.splitlines()
    assert "responses.sqlite cannot be written" in message
    assert "make room and run the same command again" in message
    assert int(entries) == int(kept) > 0
    copy = path.parent.parent / "copy"
    shutil.copytree(path.parent, copy)
    again = ResponseCache(copy / path.name)
    assert all(again.get(i.to_bytes(4, "big")) is not None for i in range(int(kept)))
    assert [total.cost for total in again.totals()] == [int(kept) / 2], "what was not kept is not counted"
    again.close()


def test_a_disk_that_is_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("cannot mount a small file system here")
    try:
        check_full(disk / "responses.sqlite", "small disk")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_file_that_may_not_grow(tmp_path):
    (tmp_path / "disk").mkdir()
    check_full(tmp_path / "disk" / "responses.sqlite", "limited")


PUT = """
import sys
from pathlib import Path
from dive.models.cache import ResponseCache
from dive.models.scripted import said

cache = ResponseCache(Path(sys.argv[1]))
for index in range(10**9):
    cache.put(str(index).encode(), said(f"reply {index} " * 50), "solver", "m", 0.25)
    print(index, flush=True)
"""


@pytest.mark.parametrize("after", [1, 300, 900])
def test_a_kill_loses_nothing_that_was_put(tmp_path, after):
    path = tmp_path / "responses.sqlite"
    process = subprocess.Popen([sys.executable, "-c", PUT, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(after):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    told = after + len([line for line in process.stdout.read().split("\n") if line])
    process.wait()
    process.stdout.close()
    again = ResponseCache(path)
    assert told - 1 <= len(again) <= told + 1  # the last line told may be torn, and a reply may be put and not told yet
    for index in range(told - 1):
        assert again.get(str(index).encode()) == said(f"reply {index} " * 50)
    assert [total.cost for total in again.totals()] == [len(again) / 4]
    again.close()


def test_an_error_is_not_kept(cache):
    outcomes = iter([ModelError("unavailable", "gone"), said("yes")])
    model = Cached(ScriptedModel(lambda _: next(outcomes)), cache, "solver")
    with pytest.raises(ModelError, match="gone"):
        asyncio.run(model.complete(asking("x")))
    assert len(cache) == 0
    assert asyncio.run(model.complete(asking("x"))).message.content == "yes"


# --- keys -------------------------------------------------------------------------------------------------------------
IDENTITY = {"backend": "openai", "name": "m", "temperature": 0.7}
CALL = ToolCall(id="c1", name="add", arguments="{}")
BASE = Request(messages=(Message(role="system", content="be brief"), Message(role="user", content="x")), tools=(TOOL,))


def with_last(**changes: object) -> Request:
    return BASE.model_copy(update={"messages": (BASE.messages[0], BASE.messages[1].model_copy(update=changes))})


OTHERS = {
    "text": with_last(content="y"),
    "speaker": with_last(role="assistant"),
    "reasoning": with_last(reasoning="hm"),
    "calls": with_last(tool_calls=(CALL,)),
    "call's arguments": with_last(tool_calls=(CALL.model_copy(update={"arguments": "{ }"}),)),
    "call's id": with_last(tool_calls=(CALL.model_copy(update={"id": "c2"}),)),
    "answered call": with_last(tool_call_id="c1"),
    "order": BASE.model_copy(update={"messages": BASE.messages[::-1]}),
    "one more message": BASE.model_copy(update={"messages": (*BASE.messages, BASE.messages[1])}),
    "no tools": BASE.model_copy(update={"tools": ()}),
    "one more tool": BASE.model_copy(update={"tools": (TOOL, TOOL)}),
    "order within a tool": BASE.model_copy(update={"tools": ({"function": TOOL["function"], "type": "function"},)}),
    "may not call": BASE.model_copy(update={"may_call": False}),
    "format": BASE.model_copy(update={"format": Format(name="draft", definition={"type": "object"})}),
    "other format": BASE.model_copy(update={"format": Format(name="draft", definition={"type": "array"})}),
    "sample": BASE.model_copy(update={"sample": 1}),
}


def test_whatever_is_sent_counts(cache):
    keys = {name: cache.key(IDENTITY, request) for name, request in OTHERS.items()}
    keys["base"] = cache.key(IDENTITY, BASE)
    keys["temperature"] = cache.key(IDENTITY | {"temperature": 0.8}, BASE)
    assert len(set(keys.values())) == len(keys)


def test_equal_requests_have_one_key_in_every_process(cache, tmp_path):
    again = Request.model_validate_json(BASE.model_dump_json())
    assert cache.key(dict(reversed(IDENTITY.items())), again) == cache.key(IDENTITY, BASE)
    code = (
        "import sys; from pathlib import Path; from dive.chat import Request; from dive.models.cache import ResponseCache\n"
        "print(ResponseCache(Path(sys.argv[1])).key(eval(sys.argv[2]), Request.model_validate_json(sys.argv[3])).hex())"
    )
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "b.sqlite"), repr(IDENTITY), BASE.model_dump_json()],
            env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert told.stdout.strip() == cache.key(IDENTITY, BASE).hex()


def test_keys_outlive_what_was_remembered_of_messages(cache, monkeypatch):
    """A message's place in memory is used again by others; its digest is not."""
    monkeypatch.setattr("dive.models.cache.TOOLSETS", 10)
    requests = [asking(str(index)).model_copy(update={"tools": ({"name": str(index)},)}) for index in range(50)]
    keys = {cache.key({}, asking(str(index))) for index in range(500)} | {cache.key({}, request) for request in requests}
    assert len(keys) == 550
    assert cache.key({}, asking("7")) in keys and cache.key({}, requests[0]) in keys
    gc.collect()
    assert len(cache._digests) <= 50 and len(cache._toolsets) <= 10  # of messages that are no longer in use nothing is kept


def test_what_is_put_is_got_back(cache):
    odd = "caffè ☕ \x00 \ud800 </tool_call>"  # a lone surrogate cannot be written as UTF-8
    reply = called(("add", {"a": "☕"}), ("add", "{broken"), text=odd, reasoning="hm", usage=USAGE)
    key = cache.key({}, asking(odd))
    assert cache.get(key) is None
    cache.put(key, reply, "solver", "m")
    assert cache.get(key) == reply


def test_the_first_reply_stays_and_both_are_counted(cache):
    key = cache.key({}, asking("x"))
    for text in ("first", "second"):
        cache.put(key, said(text, usage=USAGE), "solver", "m", 0.5)
    assert cache.get(key) == said("first", usage=USAGE)
    (total,) = cache.totals()
    assert (total.requests, total.cost, total.usage) == (2, 1.0, USAGE + USAGE)


# --- around a model ---------------------------------------------------------------------------------------------------
def test_a_resumed_run_asks_for_nothing_twice(tmp_path):
    for invocation in range(2):
        cache, meter = ResponseCache(tmp_path / "responses.sqlite"), Meter()
        inner = ScriptedModel(lambda request: said(request.messages[-1].content.upper(), usage=USAGE))
        model = Cached(inner, cache, "solver", meter, Prices(read=1e6, cached=0, written=1e6))
        replies = [asyncio.run(model.complete(asking(text))) for text in "abcab"]
        assert [reply.message.content for reply in replies] == list("ABCAB")
        assert inner.asked == (0 if invocation else 3)
        (total,) = cache.totals()
        assert (total.role, total.model, total.requests, total.cost) == ("solver", "scripted", 3, 3 * 70.0)
        assert (meter.totals[0].hits, meter.totals[0].saved) == ((5, 350.0) if invocation else (2, 140.0))
        cache.close()


def test_samples_are_asked_for_one_by_one(cache):
    count = iter(range(10))
    model = Cached(ScriptedModel(lambda _: said(str(next(count)))), cache, "solver")
    replies = [asyncio.run(model.complete(asking("x", sample))).message.content for sample in (0, 1, 2, 1, 0)]
    assert replies == ["0", "1", "2", "1", "0"]


class Slow:
    """A script that answers when it is let, and counts who began and who was cancelled."""

    def __init__(self, outcome: Reply | ModelError) -> None:
        self.outcome = outcome
        self.go = asyncio.Event()
        self.begun = self.cancelled = 0

    async def __call__(self, request: Request) -> Reply | ModelError:
        self.begun += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.outcome


async def started(model: Cached, count: int) -> list["asyncio.Task[Reply]"]:
    tasks = [asyncio.create_task(model.complete(asking("x"))) for _ in range(count)]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


def test_equal_requests_at_once_are_sent_once(cache):
    async def play() -> None:
        slow, meter = Slow(said("yes")), Meter()
        model = Cached(ScriptedModel(slow), cache, "solver", meter)
        tasks = await started(model, 50)
        slow.go.set()
        assert {reply.message.content for reply in await asyncio.gather(*tasks)} == {"yes"}
        assert slow.begun == 1 and len(cache) == 1
        assert meter.totals[0].hits == 49

    asyncio.run(play())


def test_an_error_reaches_all_who_wait_and_the_next_asks_anew(cache):
    async def play() -> None:
        slow = Slow(ModelError("unavailable", "gone"))
        model = Cached(ScriptedModel(slow), cache, "solver")
        tasks = await started(model, 3)
        slow.go.set()
        errors = await asyncio.gather(*tasks, return_exceptions=True)
        assert [str(error) for error in errors] == ["unavailable: gone"] * 3
        slow.outcome = said("yes")
        assert (await model.complete(asking("x"))).message.content == "yes"
        assert slow.begun == 2

    asyncio.run(play())


@pytest.mark.parametrize("gone", [(0,), (1,), (0, 1), (2, 0)])
def test_a_request_goes_on_while_anybody_waits(cache, gone):
    async def play() -> None:
        slow = Slow(said("yes"))
        tasks = await started(Cached(ScriptedModel(slow), cache, "solver"), 3)
        for index in gone:
            tasks[index].cancel()
        outcomes = await asyncio.gather(*(tasks[index] for index in gone), return_exceptions=True)
        assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
        slow.go.set()
        assert [(await task).message.content for i, task in enumerate(tasks) if i not in gone] == ["yes"] * (3 - len(gone))
        assert (slow.begun, slow.cancelled) == (1, 0), "nothing is paid for twice"

    asyncio.run(play())


def test_a_request_for_which_nobody_waits_ends_and_is_sent_anew(cache):
    async def play() -> None:
        slow = Slow(said("yes"))
        model = Cached(ScriptedModel(slow), cache, "solver")
        tasks = await started(model, 2)
        for task in tasks:
            task.cancel()
        late = asyncio.create_task(model.complete(asking("x")))  # before the cancelled one has come to its end
        await asyncio.gather(*tasks, return_exceptions=True)
        slow.go.set()
        assert (await late).message.content == "yes"
        assert len(cache) == 1
        assert slow.begun - slow.cancelled == 1

    asyncio.run(play())


def test_a_full_disk_reaches_all_who_wait(cache):
    async def play() -> None:
        slow = Slow(said("yes"))
        tasks = await started(Cached(ScriptedModel(slow), cache, "solver"), 2)
        cache._db.execute("PRAGMA query_only = ON")
        slow.go.set()
        errors = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(error, DiveError) and "cannot be written" in str(error) for error in errors)

    asyncio.run(play())


def test_totals_are_read_by_another_thread(cache):
    """The main thread shows progress while the loop's thread puts."""
    done = threading.Event()
    faults: list[BaseException] = []

    def read() -> None:
        last = 0
        try:
            while not done.is_set():
                now = sum(total.requests for total in cache.totals())
                assert now >= last
                last = now
        except BaseException as error:
            faults.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for index in range(300):
        cache.put(str(index).encode(), said("yes"), "solver", "m")
        assert cache.get(str(index).encode()) == said("yes")
    done.set()
    reader.join()
    assert faults == []


@pytest.mark.slow
def test_it_costs_little(cache):
    """CPU of a key with a get, and of a put, in milliseconds, for requests of 20 KB that grow by a turn each."""
    tools = tuple({**TOOL, "n": index, "text": "d" * 300} for index in range(20))
    messages = tuple(Message(role="tool", content=f"{index} " + "lorem ipsum é " * 70, tool_call_id="c") for index in range(18))
    requests = [Request(messages=(*messages, Message(role="user", content=str(index))), tools=tools) for index in range(300)]
    begun = time.process_time()
    keys = [cache.key({}, request) for request in requests]
    assert not any(map(cache.get, keys))
    got = time.process_time()
    for key in keys:
        cache.put(key, said("some words " * 60), "solver", "m")
    put = time.process_time()
    print(f"key and get {(got - begun) / 0.3:.3f} ms, put {(put - got) / 0.3:.3f} ms")
    assert (got - begun) / 300 < 0.0003 and (put - got) / 300 < 0.0003
