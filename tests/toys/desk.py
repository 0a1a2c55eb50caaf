"""A filing desk: notes that are filed change what later calls answer."""

import os
from pathlib import Path
from typing import Annotated

from typing_extensions import TypedDict

from dive import Says, Seed, Semantic, semantic_type, tool

semantic_type("desk.topic", noun="topic", literal="the topic {}")
semantic_type("desk.drawer", noun="drawer", literal="the {} drawer")
TOPICS = [f"{a} {b}" for a in ("river", "garden", "harbour", "winter") for b in ("maps", "letters", "songs", "recipes", "plans")]
DRAWERS = ("oak", "brass", "cedar", "slate", "willow", "linen", "copper")
Topic, Drawer = Annotated[str, Semantic("desk.topic")], Annotated[str, Semantic("desk.drawer")]


def filed():
    book = Path(os.environ["DIVE_SCRATCH"]) / "book"
    return book.read_text().splitlines() if book.exists() else []


def drawer_of(topic):
    return DRAWERS[TOPICS.index(topic) * 3 % 7]


def notes_in(drawer):
    return sum(drawer_of(topic) == drawer for topic in filed())


class Filed(TypedDict):
    drawer: Annotated[str, Semantic("desk.drawer"), Says("drawer")]
    sheets: Annotated[int, Says("number of sheets")]
    page: Annotated[int, Says("page in the book of the desk")]


class Load(TypedDict):
    weight: Annotated[float, Says("weight", unit="g", digits=1)]
    depth: Annotated[float, Says("free depth", unit="mm", digits=1)]


@tool(domain="desk", kind="retrieval", provider="desk", about="{topic}", source="the desk", stateful=True)
def file_note(topic: Topic) -> Filed:
    """File a note on a topic; gives its drawer, its sheets and the page of the book where it is entered."""
    with (Path(os.environ["DIVE_SCRATCH"]) / "book").open("a") as book:
        book.write(topic + "\n")
    return {"drawer": drawer_of(topic), "sheets": 11 + TOPICS.index(topic) * 7 % 19, "page": 40 + 3 * notes_in(drawer_of(topic))}


@tool(domain="desk", kind="retrieval", provider="desk", about="{drawer}", source="the desk", stateful=True)
def drawer_load(drawer: Drawer) -> Load:
    """Weight and free depth of a drawer with the notes that were filed in it so far."""
    place, notes = DRAWERS.index(drawer), notes_in(drawer)
    return {"weight": 310.5 + 40 * place + 12.25 * notes, "depth": 90.5 + 3 * place - 5.5 * notes}


@tool(domain="desk", kind="processing", provider="desk", about="{drawer}", source="the desk")
def drawer_size(drawer: Drawer) -> Annotated[float, Says("width", unit="cm", digits=1)]:
    """Width of a drawer."""
    return 21.5 + 2.25 * DRAWERS.index(drawer)


seeds = [Seed(domain="desk", semantic="desk.topic", value=topic, source="the desk") for topic in TOPICS]
