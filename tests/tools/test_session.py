"""Sessions: a state that begins anew, libraries that stay loaded, and a history that tells states apart."""

import os
from pathlib import Path

from dive.tools.pool import ToolPool
from dive.tools.session import History, Session, stateful_in
from dive.tools.tool import tool


@tool(domain="toys", kind="retrieval", provider="jars", stateful=True)
def put_jar(jar: str) -> list[str]:
    """Put a jar on the shelf."""
    shelf = Path(os.environ["DIVE_SCRATCH"]) / "shelf"
    with shelf.open("a") as file:
        file.write(jar + "\n")
    return shelf.read_text().split()


@tool(domain="toys", kind="retrieval", provider="jars", stateful=True)
def folder_of_jars(below: str) -> str:
    """The folder of the shelf, and whether a path below it exists."""
    return f"{os.environ['DIVE_SCRATCH']}/shelf {Path(below).exists()}"


@tool(domain="toys", kind="retrieval")
def process_number() -> int:
    """The process that runs the tool."""
    return os.getpid()


POOL = ToolPool([put_jar, folder_of_jars, process_number])


def test_a_state_begins_anew_and_the_other_tools_stay_where_they_are():
    with Session(POOL, hash_seed=1) as session:
        process = session.call("process_number", {}).result
        assert [session.call("put_jar", {"jar": jar}).result["value"] for jar in "ab"] == [["a"], ["a", "b"]]
        session.fresh()
        assert session.call("put_jar", {"jar": "c"}).result == {"value": ["c"]}
        assert session.call("process_number", {}).result == process
        assert session.call("no_such_tool", {}).failure.code == "not_found"
    assert stateful_in(POOL) == {"put_jar": "jars", "folder_of_jars": "jars"}


def test_two_sessions_have_two_states():
    with Session(POOL, hash_seed=1) as one, Session(POOL, hash_seed=2) as other:
        assert one.call("put_jar", {"jar": "a"}).result == {"value": ["a"]}
        assert other.call("put_jar", {"jar": "b"}).result == {"value": ["b"]}


def test_the_folder_of_a_state_has_one_name_in_every_process():
    with Session(POOL, hash_seed=1) as session:
        told = set()
        for _ in range(2):
            session.fresh()
            session.call("put_jar", {"jar": "a"})
            told.add(session.call("folder_of_jars", {"below": "/dive-scratch/shelf"}).result["value"])
        assert told == {"/dive-scratch/shelf True"}, "in arguments as well"


def test_histories_are_told_apart_by_calls_and_their_order():
    def after(*calls: tuple[str, str]) -> str | None:
        history = History({"put": "jars", "look": "jars", "ring": "bells"})
        for name, jar in calls:
            history.add(name, {"jar": jar})
        return history.before("look")

    assert after() == after(("ring", "a")) == after(("label", "a")) == ""
    several = [after(("put", "a")), after(("put", "b")), after(("look", "a")), after(("put", "a"), ("put", "b")),
               after(("put", "b"), ("put", "a")), after(("put", "a"), ("put", "a"))]  # fmt: skip
    assert len(set(several)) == len(several) and "" not in several
    assert after(("put", "a"), ("ring", "x")) == after(("ring", "y"), ("put", "a")) == several[0]


def test_a_history_is_of_stateful_tools_alone_and_can_begin_anew():
    history = History({"put": "jars"})
    history.add("put", {"jar": "a"})
    assert history.before("label") is None and history.before("put")
    history.clear()
    assert history.before("put") == ""
