"""Distractors: tools that a task does not need and that are no other way to its answer."""

import json
from typing import Any

from dive.dataset.skin import SkinOptions, make_skin


def saved(name: str, provider: str, kind: str = "retrieval", description: str = "", **more: Any) -> Any:
    parameters = {"type": "object", "properties": {"x": {"type": "string"}}}
    told = description or f"Facts about {name}"
    return {"name": name, "provider": provider, "kind": kind, "description": told, "parameters": parameters, **more}


def as_api(tool: Any) -> Any:
    return {"type": "function", "function": {key: tool[key] for key in ("name", "description", "parameters")}}


POOL = [
    saved("alpha", "one", description="Height of a mountain by its name"),
    saved("beta", "one", description="Length of a river"),
    saved("gamma", "one", "processing", description="Sum of two numbers"),
    saved("delta", "two", description="The height of a mountain, by name"),
    saved("epsilon", "two", description="Colour of a bird"),
    saved("zeta", "three", description="Writes a note", stateful=True),
    *(saved(f"other_{number}", f"p{number}", description=f"Property {number} of thing {number * 7}") for number in range(30)),
]
OWN = (as_api(POOL[0]),)


def added(seed: int, **options: Any) -> set[str]:
    skin = make_skin(OWN, seed, SkinOptions(**options), POOL, used=("alpha",))
    assert len(skin.tools) == 1 + len(skin.added)
    return {tool["function"]["name"] for tool in skin.added}


def test_none_is_alike_to_a_tool_that_is_used_and_none_keeps_a_state() -> None:
    every = added(0, distractors=100)
    assert every == {tool["name"] for tool in POOL} - {"alpha", "beta", "delta", "zeta"}
    assert added(0, distractors=100, distant=False) == {tool["name"] for tool in POOL} - {"alpha", "zeta"}


def test_their_number_is_bounded_by_the_total() -> None:
    assert len(added(1, distractors=10)) == 10
    assert len(added(1, distractors=10, total=4)) == 3
    assert added(1, distractors=10, total=1) == set()
    assert added(1) == set()


def test_they_are_drawn_anew_for_each_seed_renamed_and_shuffled_in() -> None:
    assert added(1, distractors=5) == added(1, distractors=5)
    assert len({tuple(sorted(added(seed, distractors=5))) for seed in range(20)}) == 20
    places = set()
    for seed in range(40):
        skin = make_skin(OWN, seed, SkinOptions(distractors=5), POOL, used=("alpha",))
        assert {*skin.names.values()} == {tool["function"]["name"] for tool in skin.tools}
        assert {*skin.names.values()}.isdisjoint(tool["name"] for tool in POOL)
        places.add([*skin.names].index("alpha"))
    assert places == set(range(6))


def test_what_only_a_run_saves_is_not_shown() -> None:
    skin = make_skin(POOL[:2], 0, SkinOptions(distractors=3), POOL)
    assert all(
        set(tool["function"]) == {"name", "description", "parameters"} for tool in (*skin.tools, *skin.originals, *skin.added)
    )
    json.dumps(skin.model_dump())
