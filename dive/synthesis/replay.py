"""The gates that make calls again: the gate `executed`, and what the gate `necessary` asks of steps that change a state.

Results of a stateful tool rest on the calls before. So a derivation is followed in its order from a fresh state: one that
leaves out a call which mattered has other results then. Two more things are asked of it, by following it in other ways:
a step that no expression cites must be needed for the answer, and calls that do not rest on one another may be made in
the reverse order, since a query does not say who comes first. Both need tools that run; a snapshot knows one order.
"""

from collections.abc import Callable, Sequence

from dive.errors import ExpressionError
from dive.expressions import evaluate, names_in
from dive.synthesis.draft import Draft, same, silent_in
from dive.tools.snapshot import Caller
from dive.types import Gate, Step, canonical

Fresh = Callable[[], None]
"""Lets stateful tools forget what was done before."""


def first_again(draft: Draft, again: Caller, fresh: Fresh | None = None) -> tuple[Gate, str] | None:
    """The first gate that a draft fails when its calls are made again, and the reason."""
    if fresh is not None:
        fresh()
    if reason := executed(draft, again):
        return "executed", reason
    if fresh is None or not any(step.tool in draft.stateful for step in draft.derivation.steps):
        return None
    if reason := orderless(draft, again, fresh):
        return "executed", reason
    reason = effective(draft, again, fresh)
    return ("necessary", reason) if reason else None


def executed(draft: Draft, again: Caller) -> str | None:
    """Every step was recorded as a success, with these arguments, and gives the same result once more, in the order of the
    derivation. Where tools are stateful, their state must be fresh.
    """
    recorded = {e.id: e for e in draft.evidence}
    for step in draft.derivation.steps:
        call = recorded.get(step.id)
        if call is None or call.tool != step.tool:
            return f"step {step.id} ({step.tool}) was not recorded"
        if call.failure is not None:
            return f"step {step.id} ({step.tool}) failed: {call.failure.message}"
        if step.tool in draft.volatile:
            continue
        outcome = again(call.tool, call.arguments)
        if outcome.failure is not None:
            return f"step {step.id} ({step.tool}) fails when run again: {outcome.failure.message}"
        if not same(outcome.result, call.result):
            return f"step {step.id} ({step.tool}) gives another result when run again"
    return None


def orderless(draft: Draft, again: Caller, fresh: Fresh) -> str | None:
    """The answer is the same when calls that do not rest on one another are made in the reverse order."""
    backwards = _backwards(draft)
    steps = draft.derivation.steps
    if [s for s in backwards if s.tool in draft.stateful] == [s for s in steps if s.tool in draft.stateful]:
        return None
    fresh()
    if _answer(draft, backwards, again) != canonical(draft.answer.value):
        return f"the answer is another one when calls are made in the order {', '.join(step.id for step in backwards)}"
    return None


def effective(draft: Draft, again: Caller, fresh: Fresh) -> str | None:
    """Without a step that changes a state and that no expression cites, there is another answer, or none."""
    for silent in silent_in(draft):
        fresh()
        others = [step for step in draft.derivation.steps if step.id != silent]
        if _answer(draft, others, again) == canonical(draft.answer.value):
            return f"step {silent} is not used: the answer is the same without it"
    return None


def _answer(draft: Draft, steps: Sequence[Step], again: Caller) -> str:
    """The answer as JSON text when these steps are followed; empty where there is none."""
    results = draft.results
    known = {step.id: results[step.id] for step in steps if step.tool in draft.volatile}
    try:
        for step in steps:
            if step.id not in known:
                arguments = {name: evaluate(expression, known) for name, expression in step.arguments.items()}
                outcome = again(step.tool, arguments)
                known[step.id] = outcome.result if outcome.failure is None else None
        return canonical(evaluate(draft.derivation.answer, known))
    except (ExpressionError, ValueError):
        return ""


def _backwards(draft: Draft) -> list[Step]:
    """The steps in the reverse order, but each after what it cites, and in the given order with regard to steps that
    nothing cites, since those are there for their place in it.
    """
    waiting, done = list(draft.derivation.steps), list[Step]()
    silent = set(silent_in(draft))
    while waiting:
        ready = (n for n in reversed(range(len(waiting))) if _may_come(draft, waiting[n], waiting[:n], silent))
        done.append(waiting.pop(next(ready, 0)))
    return done


def _may_come(draft: Draft, step: Step, earlier: Sequence[Step], silent: set[str]) -> bool:
    """Whether a step may be made before those that stand earlier."""
    cites = {name for expression in step.arguments.values() for name in names_in(expression)}
    provider = draft.stateful.get(step.tool, "")
    return not any(
        other.id in cites
        or (provider and provider == draft.stateful.get(other.tool) and (step.id in silent or other.id in silent))
        for other in earlier
    )
