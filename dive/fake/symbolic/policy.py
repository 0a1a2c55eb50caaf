"""The policy `symbolic`, phase by phase. What it cannot do (a topic that no plan is found for, an unknown question) it does as
`script` does, which no gate lets pass.
"""

import json
import re

from dive.answers import explain_match
from dive.expressions import names_in
from dive.fake.asked import Asked
from dive.fake.draws import dice
from dive.fake.phases import Phase
from dive.fake.replies import Spoken
from dive.fake.scripted import scripted
from dive.fake.settings import FakeConfig
from dive.fake.symbolic.planner import Plan, Planner, key
from dive.fake.symbolic.prompts import Key, Topic, line_of, listed, made, round_of, topic_of
from dive.fake.symbolic.solving import Book, solved
from dive.fake.symbolic.wording import decimals, reworded, spoken
from dive.types import Answer, Evidence, Json

AT_ONCE = 8
"""Most calls of one turn."""
_QUANTITY = re.compile(r"([-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?)(\s?%|\s[^\s\d]\S{0,11}|)")


class Symbolic:
    """Holds the plans of the topics that came up, and the queries that it can solve."""

    def __init__(self, settings: FakeConfig) -> None:
        self._book = Book(settings.answers)
        self._planner = Planner(settings)

    async def close(self) -> None:
        """End the planner."""
        self._planner.close()

    async def reply(self, asked: Asked, phase: Phase, settings: FakeConfig) -> Spoken:
        """What is said next."""
        if phase == "collect" and (topic := topic_of(asked)) is not None:
            plan = await self._planned(topic)
            if plan.rounds:
                return collected(asked, plan, settings.strays)
        elif phase == "derive" and (plan_found := await self._plan_for(asked)) is not None:
            return drafted(asked, plan_found)
        elif phase == "rewrite":
            return rewritten(asked, settings)
        elif phase == "judge":
            return judged(asked)
        elif phase == "solve" and (known := self._book.find(asked)) is not None:
            return solved(asked, known, settings)
        return scripted(asked, phase, settings)

    async def _planned(self, topic: Topic) -> Plan:
        plan = await self._planner.plan(topic)
        self._book.add(plan)
        return plan

    async def _plan_for(self, asked: Asked) -> Plan | None:
        """The plan of the request's topic; where it names none, the one of which most calls are listed."""
        if (topic := topic_of(asked)) is not None:
            plan = await self._planned(topic)
            return plan if plan.rounds else None
        calls = listed(asked)
        best = max(self._planner.known(), key=lambda plan: (plan.covered(calls), repr(plan.topic)), default=None)
        return best if best is not None and best.covered(calls) else None


def collected(asked: Asked, plan: Plan, strays: int = 0) -> Spoken:
    """The next calls of the plan for this round: those that are not made yet, and need nothing that is not made yet."""
    if not asked.may_call:
        return Spoken(text="No call can be made now.")
    done = made(asked)
    wanted = plan.wanted(round_of(asked)[0], strays)
    missing = [call for call in wanted if key(call) not in done]
    open_ids = {call.id for call in missing}
    ready = [call for call in missing if not plan.needs(call) & open_ids]
    if any(call.tool in plan.stateful for call in missing):
        ready = missing[:1]  # a state takes the order of the plan
    if not ready:
        return Spoken(text=f"The {len(wanted)} calls of this round give enough to go on with.")
    calls = dict.fromkeys((call.tool, json.dumps(call.arguments, ensure_ascii=False)) for call in ready)
    return Spoken(calls=tuple(calls)[:AT_ONCE])


def drafted(asked: Asked, plan: Plan) -> Spoken:
    """The draft of the plan for this round, over the names that the listed calls have there."""
    last = plan.rounds[min(round_of(asked)[0], len(plan.rounds)) - 1]
    names, calls = listed(asked), {call.id: call for call in plan.evidence}
    draft: dict[str, Json] = {
        "query": last.query, "expression": renamed(last.derivation.answer, plan.evidence, names),
        "answer": spoken(last.answer), "type": last.answer.type, "unit": last.answer.unit, "decimals": decimals(last.answer),
        "choices": [
            {"call": names.get(key(calls[step.id]), step.id), "argument": name, "expression": renamed(text, plan.evidence, names)}
            for step in last.derivation.steps for name, text in step.arguments.items() if "(" in text and names_in(text)
        ],
    }  # fmt: skip
    return Spoken(text=json.dumps(draft, ensure_ascii=False))


def renamed(expression: str, evidence: tuple[Evidence, ...], names: dict[Key, str]) -> str:
    """An expression with the plan's calls under the names that are listed; what is not listed keeps its name."""
    by_id = {call.id: names.get(key(call), call.id) for call in evidence}
    pattern = re.compile(rf"(?<![\w.'\"])(?:{'|'.join(sorted(map(re.escape, by_id), key=len, reverse=True))})(?![\w'\"])")
    return pattern.sub(lambda found: by_id[found.group()], expression)


def rewritten(asked: Asked, settings: FakeConfig) -> Spoken:
    """The question with a sentence more."""
    query = line_of(asked, "Question")
    return Spoken(text=json.dumps({"query": reworded(query, dice("rewrite", settings.seed, query))}, ensure_ascii=False))


def judged(asked: Asked) -> Spoken:
    """Whether the two answers are the same by the rules of `dive.answers`."""
    compared = explain_match(read_answer(line_of(asked, "Right answer")), _unquoted(line_of(asked, "Given answer")))
    return Spoken(text=json.dumps({"correct": compared.equal, "reason": compared.reason}, ensure_ascii=False))


def read_answer(text: str) -> Answer:
    """An answer whose type is guessed from its text: JSON, a quantity, or a name."""
    text = _unquoted(text)
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if isinstance(value, list | dict):
        return Answer(type="list" if isinstance(value, list) else "record", value=value)
    if quantity := _QUANTITY.fullmatch(text):
        number = quantity[1].replace(",", "").replace("−", "-")
        return Answer(type="number", value=float(number), unit=quantity[2].strip())
    return Answer(type="text", value=text)


def _unquoted(text: str) -> str:
    """The text that a JSON string stands for; any other text as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
