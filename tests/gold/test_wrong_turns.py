"""Wrong turns come back with the error that the tool or the rollout really gives."""

import random

import pytest
from toyworld import CHAIN, TOOLS, call, making

from dive.errors import ToolError
from dive.gold.wrong_turns import Spot, WrongTurn, wrong_turn
from dive.rollout import unknown_tool
from dive.runs import steps_of

ISLAND, BOATS, ROPE = steps_of(CHAIN)
USED = frozenset({"island_facts", "harbour_boats", "rope_cost"})


def drawn(step, kind, **made_with) -> list[WrongTurn]:
    spot = Spot(step, tuple(TOOLS), USED)
    turns = [wrong_turn(spot, making(**made_with), (kind,), random.Random(seed)) for seed in range(30)]
    return [turn for turn in turns if turn is not None]


@pytest.mark.parametrize(("kind", "step"), [("parameter", ROPE), ("parameter", ISLAND), ("value", ROPE), ("value", ISLAND)])
def test_faults_of_arguments_are_told_by_the_tool_itself(kind, step):
    turns = drawn(step, kind, live=False)
    assert turns
    for turn in turns:
        assert turn.made.arguments != step.arguments and turn.made.result is None
        with pytest.raises(ToolError) as error:
            TOOLS[step.tool].call(turn.made.arguments)
        assert turn.made.failure is not None
        assert (turn.made.failure.code, turn.made.failure.message) == (error.value.code, error.value.message)


def test_a_required_parameter_is_left_out_and_others_are_misnamed():
    remarks = {turn.remark for turn in drawn(ROPE, "parameter")}
    assert any("`length`" in remark and "not" not in remark for remark in remarks)
    assert any(remark.startswith("The parameter is called `quality`, not `") for remark in remarks)


def test_values_of_a_wrong_type_or_outside_of_the_choices():
    values = [turn.made.arguments for turn in drawn(ROPE, "value")]
    assert {"length": 30.1, "quality": "WAXED"} in values
    assert {"length": "30.1 units", "quality": "waxed"} in values


def test_without_the_tool_at_hand_there_are_no_faults_of_arguments():
    assert drawn(ROPE, "parameter", at_hand=False) == drawn(ROPE, "value", at_hand=False) == []


def test_a_misremembered_tool_is_unknown_as_in_a_rollout():
    for turn in drawn(ISLAND, "name", at_hand=False, live=False):
        assert turn.made.tool not in TOOLS
        assert turn.made.failure == unknown_tool(turn.made.tool, tuple(TOOLS))
        assert turn.remark == "The tool is called `island_facts`."


def test_a_misspelled_entity_has_no_entry():
    turns = drawn(ISLAND, "entity")
    assert {turn.made.arguments["island"] for turn in turns} == {"Ararn"}
    assert turns[0].made.failure == call("island_facts", turns[0].made.arguments).failure
    assert drawn(ISLAND, "entity", live=False) == []
    assert drawn(ISLAND, "entity", stateful=("island_facts",)) == []


def test_a_detour_is_a_related_tool_that_the_task_does_not_need():
    turns = drawn(ISLAND, "detour")
    assert {turn.made.tool for turn in turns} == {"island_weather"} and all(turn.detour for turn in turns)
    assert turns[0].made.result == {"value": "rain"}
    assert drawn(BOATS, "detour") == drawn(ISLAND, "detour", live=False) == []
    assert drawn(ISLAND, "detour", stateful=("island_weather",)) == []


def test_malformed_arguments_are_kept_as_none():
    turns = drawn(ISLAND, "json")
    assert all(turn.made.arguments == {} and "not valid JSON" in turn.made.failure.message for turn in turns)
