"""Solving known tasks: the derivation is followed over what the tools of the conversation return, level by level.

How often a task is solved is drawn from its query around the setting `skill`, and whether a sample is right from the sample,
so that tasks have pass rates from none to all. A wrong sample makes the same calls and concludes something else.
"""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dive.errors import ExpressionError
from dive.expressions import evaluate, names_in
from dive.fake.asked import Asked
from dive.fake.draws import dice, share
from dive.fake.replies import Spoken, identity
from dive.fake.settings import FakeConfig
from dive.fake.symbolic.planner import Plan
from dive.fake.symbolic.prompts import key_of, questions
from dive.fake.symbolic.wording import originals, spoken, wrong
from dive.types import Answer, Derivation, Evidence, Json, canonical

AT_ONCE = 8
"""Most calls of one turn."""
ASTRAY = 0.2
"""How often a solution begins with a call that fails."""
SPREAD = 2.0
"""Weight of the mean in the distribution of skills over tasks; the smaller, the more tasks are solved always or never."""


@dataclass(frozen=True)
class Known:
    """A query that can be solved."""

    query: str
    answer: Answer
    derivation: Derivation
    recorded: Mapping[str, Evidence]
    """By step: the call as it was recorded."""


class Book:
    """The queries that can be solved."""

    def __init__(self, runs: Iterable[Path]) -> None:
        from dive.runs import read_tasks

        self._by_query: dict[str, Known] = {}
        for run in runs:
            for task in read_tasks(run):
                self._add(task.query, task.answer, task.derivation, task.evidence)

    def add(self, plan: Plan) -> None:
        """Remember the queries of a plan."""
        for made in plan.rounds:
            self._add(made.query, made.answer, made.derivation, plan.evidence)

    def _add(self, query: str, answer: Answer, derivation: Derivation, evidence: Iterable[Evidence]) -> None:
        self._by_query[query.strip()] = Known(query, answer, derivation, {call.id: call for call in evidence})

    def find(self, asked: Asked) -> Known | None:
        """What the first message of the user asks, in its own words or reworded."""
        for text in questions(asked):
            for query in originals(text):
                if query in self._by_query:
                    return self._by_query[query]
        return None


def skill_at(known: Known, settings: FakeConfig) -> float:
    """The share of samples of a task that are right: beta-distributed over tasks around the mean `skill`."""
    if settings.skill in (0, 1):
        return settings.skill
    return dice("skill", settings.seed, known.query).betavariate(SPREAD * settings.skill, SPREAD * (1 - settings.skill))


def solved(asked: Asked, known: Known, settings: FakeConfig) -> Spoken:
    """The next turn of a solution."""
    sample = (settings.seed, known.query, identity(asked))
    names, pending = followed(asked, known)
    offered = {tool["name"] for tool in asked.tools} if asked.may_call else set[str]()
    pending = [(tool, arguments) for tool, arguments in pending if tool in offered]
    if pending:
        rng = dice("astray", *sample)
        if not asked.calls and rng.random() < ASTRAY:
            pending = [(pending[0][0], astray(pending[0][1], rng))]
        return Spoken(calls=tuple((tool, json.dumps(arguments, ensure_ascii=False)) for tool, arguments in pending[:AT_ONCE]))
    right = share("right", *sample) < skill_at(known, settings)
    stated = spoken(known.answer) if right else wrong(known.answer, seen_texts(names), dice("wrong", *sample))
    return Spoken(text=f"That settles it.\n\nFinal answer: {stated}")


def followed(asked: Asked, known: Known) -> tuple[dict[str, Json], list[tuple[str, dict[str, Json]]]]:
    """The results of the steps so far, and the calls that can be made next."""
    answers = {key: call.answer for call in asked.calls if (key := key_of(call.name, call.arguments)) is not None}
    names: dict[str, Json] = {}
    pending: list[tuple[str, dict[str, Json]]] = []
    for step in known.derivation.steps:
        recorded = known.recorded[step.id]
        needed = {name for expression in step.arguments.values() for name in names_in(expression)}
        if not needed <= names.keys():
            continue
        try:
            arguments = {name: evaluate(expression, names) for name, expression in step.arguments.items()}
        except ExpressionError:
            arguments = dict(recorded.arguments)
        key = (step.tool, canonical(arguments))
        if key in answers:
            names[step.id] = result_of(answers[key], recorded.result)
        elif (step.tool, arguments) not in pending:
            pending.append((step.tool, arguments))
    return names, pending


def result_of(text: str, recorded: Json) -> Json:
    """The result that a tool's message shows; the recorded one where it shows an error, or less than all."""
    try:
        value = json.loads(text)
    except ValueError:
        return recorded
    failed = isinstance(value, dict) and "error" in value
    return recorded if failed or len(canonical(value)) < len(canonical(recorded)) else value


def astray(arguments: dict[str, Json], rng: random.Random) -> dict[str, Json]:
    """Arguments that are most likely refused: one is left out, or a text in it is misspelled."""
    if not arguments:
        return {"query": "everything"}
    name = rng.choice(sorted(arguments))
    if isinstance(arguments[name], str) and rng.random() < 0.5:
        return {**arguments, name: f"{arguments[name]}?x"}
    return {other: value for other, value in arguments.items() if other != name}


def seen_texts(names: Mapping[str, Json]) -> list[Json]:
    """Short texts of the results, which a wrong answer may name."""
    found: list[Json] = []
    stack = list(names.values())
    while stack and len(found) < 100:
        value = stack.pop()
        if isinstance(value, dict | list):
            stack.extend(value.values() if isinstance(value, dict) else value)
        elif isinstance(value, str) and 1 < len(value) < 60 and value not in found:
            found.append(value)
    return found
