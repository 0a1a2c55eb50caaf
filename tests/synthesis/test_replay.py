"""The gates that make calls again, on drafts made by hand over a toy store: what rests on a state must be shown."""

from dataclasses import replace

import pytest

from dive.synthesis.draft import Draft, silent_in
from dive.synthesis.gates import necessary
from dive.synthesis.replay import executed, first_again
from dive.tools.host import Outcome
from dive.types import Answer, Derivation, Evidence, Failure, Step


class Store:
    """A toy store in this process: `put` adds to a jar, `look` counts what is in it, `label` has no state."""

    def __init__(self) -> None:
        self.begun, self.calls = 0, 0
        self.fresh()

    def fresh(self) -> None:
        self.begun += 1
        self.put: list[str] = []

    def __call__(self, tool, arguments) -> Outcome:
        self.calls += 1
        if tool == "put":
            self.put.append(arguments["jar"])
            return Outcome(result={"jar": arguments["jar"], "place": len(self.put)})
        if tool == "look":
            if arguments["jar"] not in self.put:
                return Outcome(failure=Failure(code="not_found", message=f"no jar {arguments['jar']}"))
            return Outcome(result={"fruits": 10 + self.put.count(arguments["jar"]), "size": len(arguments["jar"])})
        return Outcome(result={"text": arguments["jar"].upper()})


STATEFUL = {"put": "store", "look": "store"}


def made(answer: str, *calls: tuple[str, str, str], stateful=STATEFUL, before: tuple[str, ...] = ()) -> Draft:
    """A draft of (id, tool, argument expression) calls, recorded in a store in which jars were put `before`."""
    from dive.expressions import evaluate

    store, known, evidence = Store(), {}, []
    store.put.extend(before)
    for name, tool, expression in calls:
        arguments = {"jar": evaluate(expression, known)}
        known[name] = store(tool, arguments).result
        evidence.append(Evidence(id=name, tool=tool, version="1", arguments=arguments, result=known[name]))
    steps = tuple(Step(id=name, tool=tool, arguments={"jar": expression}) for name, tool, expression in calls)
    value = Answer(type="integer", value=evaluate(answer, known))
    return Draft("How many?", value, Derivation(steps=steps, answer=answer), tuple(evidence), {}, stateful=stateful)


def failure(draft: Draft) -> tuple[str, str] | None:
    store = Store()
    store.put.append("left over by an earlier task")
    return first_again(draft, store, store.fresh)


CHAIN = (("e1", "put", "'plum'"), ("e2", "look", "e1.jar"))
WRITTEN = (("e1", "put", "'plum'"), ("e2", "look", "'plum'"))


def test_a_chain_over_a_state_holds():
    assert failure(made("e2.fruits", *CHAIN)) is None


def test_a_result_that_rests_on_a_write_that_is_left_out_is_rejected():
    draft = made("e2.fruits", *CHAIN, before=("plum",))
    assert draft.answer.value == 12
    assert failure(draft) == ("executed", "step e1 (put) gives another result when run again")
    draft = made("e2.fruits", ("e1", "put", "'pear'"), ("e2", "look", "e1.jar"))
    spoilt = draft.evidence[1].model_copy(update={"result": {"fruits": 12, "size": 4}})
    spoilt_draft = replace(draft, evidence=(draft.evidence[0], spoilt), answer=Answer(type="integer", value=12))
    assert failure(spoilt_draft) == ("executed", "step e2 (look) gives another result when run again")
    draft = made("e2.fruits", ("e2", "look", "'plum'"), before=("plum",))
    assert failure(draft) == ("executed", "step e2 (look) fails when run again: no jar plum")


def test_every_proof_begins_with_a_fresh_state():
    store, draft = Store(), made("e2.fruits", *CHAIN)
    assert [first_again(draft, store, store.fresh) for _ in range(3)] == [None] * 3
    assert executed(draft, store) == "step e1 (put) gives another result when run again", "not without one"


def test_a_write_that_no_expression_cites_is_necessary_where_the_answer_is_another_without_it():
    draft = made("e2.fruits", *WRITTEN)
    assert (silent_in(draft), necessary(draft), failure(draft)) == (["e1"], None, None)
    twice = made("e3.fruits", ("e1", "put", "'plum'"), ("e2", "put", "'plum'"), ("e3", "look", "'plum'"))
    assert (silent_in(twice), failure(twice)) == (["e2", "e1"], None)


def test_a_write_without_effect_on_the_answer_is_rejected():
    idle = made("e3.fruits", ("e1", "put", "'pear'"), ("e2", "put", "'plum'"), ("e3", "look", "e2.jar"))
    assert necessary(idle) is None, "it takes calls to say so"
    assert failure(idle) == ("necessary", "step e1 is not used: the answer is the same without it")
    other = made("e3.size", ("e1", "put", "'plum'"), ("e2", "put", "'plum'"), ("e3", "look", "'plum'"))
    assert failure(other) == ("necessary", "step e2 is not used: the answer is the same without it")


@pytest.mark.parametrize(
    ("answer", "calls", "stateful"),
    [
        ("e2.text", [("e1", "put", "'plum'"), ("e2", "label", "'plum'")], STATEFUL),  # another has no state
        ("e1.place", [("e1", "put", "'plum'"), ("e2", "look", "'plum'")], STATEFUL),  # it comes last
        ("e2.fruits", [*WRITTEN], {"put": "store", "look": "other"}),  # the states are two
        ("e2.fruits", [*WRITTEN], {}),
    ],
)
def test_a_step_that_is_not_cited_and_can_change_nothing_is_not_used(answer, calls, stateful):
    draft = made(answer, *calls, stateful=stateful)
    assert silent_in(draft) == []
    assert "is not used" in necessary(draft)


def test_an_answer_that_rests_on_an_order_which_nothing_fixes_is_rejected():
    calls = [("e1", "put", "'plum'"), ("e2", "put", "'pear'")]
    draft = made("e1.place - 3 * e2.place", *calls)
    assert failure(draft) == ("executed", "the answer is another one when calls are made in the order e2, e1")
    assert failure(made("e1.place + e2.place", *calls)) is None
    assert failure(made("e1.place - 3 * e2.place", *calls, stateful={})) is None, "tools without a state are not tried"


def test_an_order_that_expressions_or_writes_fix_is_kept():
    draft = made("e3.fruits", ("e1", "put", "'plum'"), ("e2", "put", "'plum'"), ("e3", "look", "'plum'"))
    assert failure(draft) is None
    both = [("e1", "put", "'plum'"), ("e2", "look", "e1.jar"), ("e3", "put", "'pear'"), ("e4", "look", "e3.jar")]
    assert failure(made("e2.fruits + e4.fruits", *both)) is None


def test_tools_without_a_state_are_asked_once():
    store, draft = Store(), made("e1.text", ("e1", "label", "'plum'"))
    assert first_again(draft, store, store.fresh) is None
    assert store.calls == 1


def test_without_a_fresh_state_only_the_recorded_order_is_tried():
    calls = [("e1", "put", "'plum'"), ("e2", "put", "'pear'")]
    assert first_again(made("e1.place - 3 * e2.place", *calls), Store()) is None
