"""The figures of a log against examples that were counted by hand, and what a server writes into it."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from fake_clients import TOOL, message, post, request

from dive.errors import DiveError
from dive.fake import fake_server
from dive.fake.command import main
from dive.fake.log import Entry, read_log
from dive.fake.prefixes import Prefixes, common_prefix
from dive.fake.totals import totals

ROWS = [  # t0, t1, phase, task, key, status, written, connection, prompt, prefix, fault
    (0.0, 2.0, "collect", "a", "k1", 200, True, 1, 100, 0, ""),
    (1.0, 3.0, "collect", "a", "k2", 200, True, 2, 200, 100, ""),
    (1.5, 1.5, "", "", "k3", 429, True, 3, 0, 0, "max_in_flight"),
    (2.0, 4.0, "collect", "b", "k1", 200, True, 1, 100, 100, ""),  # a duplicate of the first
    (6.0, 7.0, "solve", "c", "k4", 200, True, 2, 300, 20, ""),
    (6.5, 7.0, "solve", "c", "k4", 200, True, 3, 300, 300, ""),
    (7.0, 8.0, "solve", "c", "k4", 200, True, 3, 300, 300, ""),  # the third of two samples
    (8.0, 8.5, "collect", "a", "k2", 200, False, 2, 200, 200, "disconnect"),  # not answered, so no duplicate
    (8.5, 9.0, "collect", "a", "k2", 200, True, 2, 200, 200, "truncated+no_usage"),  # nor this
    (9.0, 9.5, "collect", "a", "k2", 0, False, 2, 200, 200, ""),
    (9.5, 10.0, "", "", "k5", 429, True, 2, 0, 0, "rate_limited"),
]


def entries() -> list[Entry]:
    names = ("t0", "t1", "phase", "task", "key", "status", "written", "connection", "prompt_chars", "prefix_chars", "fault")
    return [Entry(**dict(zip(names, row, strict=True))) for row in ROWS]


def test_totals_are_those_counted_by_hand():
    found = totals(reversed(entries()), warm_up=5.0, samples=2)
    assert (found.requests, found.answered, found.lost, found.connections) == (11, 6, 1, 3)
    assert found.by_status == {"0": 1, "200": 8, "429": 2}
    assert found.by_phase == {"collect": 6, "none": 2, "solve": 3}
    assert found.by_fault == {"disconnect": 1, "max_in_flight": 1, "no_usage": 1, "rate_limited": 1, "truncated": 1}
    assert found.limited_share == pytest.approx(1 / 7)  # of the seven from second 5 on
    assert found.duplicates == 2
    assert (found.span, found.busy, found.peak_in_flight) == (10.0, 8.0, 2)  # 0 to 4 and 6 to 10
    assert found.mean_in_flight == pytest.approx((2 + 2 + 0 + 2 + 1 + 0.5 + 1 + 0.5 * 4) / 10)
    assert found.per_second == pytest.approx(0.6)
    assert found.prompt_chars == 1900
    assert found.prefix_share == pytest.approx((100 + 100 + 20 + 300 + 300 + 200 * 3) / 1900)
    assert found.prefix_share_in_task == pytest.approx((100 + 300 + 300 + 200 * 3) / (200 + 300 + 300 + 200 * 3))


def test_totals_of_nothing():
    found = totals([])
    assert (found.requests, found.span, found.busy, found.limited_share, found.prefix_share) == (0, 0, 0, 0, 0)


def test_prefixes_are_counted_in_characters():
    seen = Prefixes(recent=3)
    assert seen.add(("system", "one", "two")) == 0
    assert seen.add(("system", "one", "tea")) == len("systemonet")
    assert seen.add(("system", "one", "tea", "more")) == len("systemonetea")
    assert seen.add(("systole",)) == len("syst")  # the first prompt is forgotten with this one
    assert seen.add(("system", "one", "two")) == len("systemonet")
    assert seen.add(("x",)) == 0


def test_prefixes_agree_with_a_plain_search():
    import random

    rng = random.Random(3)
    seen, prompts = Prefixes(recent=20), list[tuple[str, ...]]()
    for _ in range(300):
        prompt = tuple("".join(rng.choices("ab", k=2)) for _ in range(rng.randint(1, 5)))
        plain = max((common_segments(prompt, other) for other in prompts[-20:]), default=0)
        assert seen.add(prompt) == plain
        prompts.append(prompt)


def common_segments(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Whole segments that are alike, and characters of the first that differs; segments here have two."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            return count + common_prefix(left, right)
        count += len(left)
    return count


def test_a_server_writes_what_happened(tmp_path):
    path = tmp_path / "logs" / "log.jsonl"
    with fake_server(log=path, latency=0.2) as server:
        first = request("Topic: tin\nRound 1 of 3.", tools=[TOOL])
        made = message(server.port, first)
        answer = {"role": "tool", "tool_call_id": made["tool_calls"][0]["id"], "content": '{"weight": 4}'}
        second = {**first, "messages": [*first["messages"], made, answer]}
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: message(server.port, second), range(3)))
        post(server.port, b"{}")
        one, *three, bad = server.log()
        found = server.totals()
    assert (one.phase, one.seen, one.sample, one.status, one.written, one.in_flight) == ("collect", 0, 0, 200, True, 1)
    assert one.bytes_in == len(json.dumps(first)) and one.bytes_out > 300 and one.prefix_chars == 0
    assert 0.19 < one.t1 - one.t0 < 2
    assert sorted(entry.sample for entry in three) == sorted(entry.seen for entry in three) == [0, 1, 2]
    assert len({entry.key for entry in three}) == len({entry.task for entry in (one, *three)}) == 1
    assert sorted(entry.in_flight for entry in three) == [1, 2, 3]
    by_arrival = sorted(three, key=lambda entry: entry.seen)
    assert [entry.prefix_chars for entry in by_arrival] == [one.prompt_chars] + [three[0].prompt_chars] * 2
    assert (bad.status, bad.phase, bad.prompt_chars) == (400, "", 0)
    assert (found.duplicates, found.peak_in_flight, found.connections) == (2, 3, 5)
    assert list(read_log(path)) == [one, *three, bad]
    printed = CliRunner().invoke(main, ["--totals", str(path)])
    assert json.loads(printed.output) == found.model_dump()


def test_a_torn_line_is_left_out_and_a_strange_one_is_named(tmp_path):
    path = tmp_path / "log.jsonl"
    whole = entries()[0].model_dump_json()
    path.write_text(f"{whole}\n{whole[:40]}")
    assert list(read_log(path)) == entries()[:1]
    path.write_text(f"{whole}\n{whole[:40]}\n")
    with pytest.raises(DiveError, match=r"log\.jsonl, line 2: "):
        list(read_log(path))
    with pytest.raises(DiveError, match="cannot be read"):
        list(read_log(tmp_path / "none"))


def test_usage_tells_cached_tokens_where_asked():
    with fake_server(cached_tokens=True) as server:
        text = "word " * 200
        first, second = (post(server.port, request(text))[1]["usage"] for _ in range(2))
    assert first["prompt_tokens_details"] == {"cached_tokens": 0}
    assert second["prompt_tokens_details"]["cached_tokens"] == second["prompt_tokens"] - 1 or (
        second["prompt_tokens_details"]["cached_tokens"] == second["prompt_tokens"]
    )
