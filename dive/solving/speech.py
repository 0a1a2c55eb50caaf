"""What the assistant says beside its calls: what it found that the calls rest on, and which tools it turns to.

Only recorded values and names of tools are stated. Where a turn rests on many findings none of them is told; they stand in
the arguments.
"""

import random
from collections.abc import Sequence

from dive.expressions import parse
from dive.solving.explain import decision
from dive.solving.story import Story
from dive.solving.vocabulary import is_short, told, with_unit
from dive.synthesis.symbolic import words
from dive.types import Evidence, Json

_FIRST = ("I'll start with {}.", "First, {}.", "Let me begin with {}.")
_LATER = ("Next, {}.", "Now {}.", "I go on with {}.", "Then {}.")
_FINDINGS = 2
"""Findings that one turn tells."""
_SUBJECTS = 8
"""Things that one sentence names."""


def before_calls(story: Story, turn: Sequence[Evidence], first: bool, rng: random.Random) -> str:
    """What is said with the calls of a turn."""
    intent = rng.choice(_FIRST if first else _LATER).format(words.series(_intents(turn)))
    return f"{_findings(story, turn, rng)} {intent}".strip()


def _intents(turn: Sequence[Evidence]) -> list[str]:
    """Each tool of a turn once, with what it is called for: "`airport_by_iata` for DOH and SAV"."""
    calls: dict[str, list[Evidence]] = {}
    for call in turn:
        calls.setdefault(call.tool, []).append(call)
    return [f"`{tool}`{_subjects(made)}" for tool, made in calls.items()]


def _subjects(calls: Sequence[Evidence]) -> str:
    """What calls of one tool are made for: their first argument in words, one that differs where there are several."""
    names = [name for name, value in calls[0].arguments.items() if isinstance(value, str) and is_short(value)]
    columns = [[call.arguments.get(name) for call in calls] for name in names]
    differing = [column for column in columns if len({str(value) for value in column}) == len(calls)]
    subjects: list[Json] = differing[0] if differing else []
    if not subjects or len(subjects) > _SUBJECTS or not all(is_short(subject) for subject in subjects):
        return f" ({len(calls)} calls)" if len(calls) > 1 else ""
    shown = [told(subject) for subject in subjects]
    return f" for {'; '.join(shown) if any(', ' in one for one in shown) else words.series(shown)}"


def _findings(story: Story, turn: Sequence[Evidence], rng: random.Random) -> str:
    """The choices among earlier results that the calls of a turn rest on."""
    expressions = {step.id: step.arguments for step in story.derivation.steps}
    used = list(dict.fromkeys(text for call in turn for text in expressions[call.id].values()))
    made = [sentence for text in used if (sentence := decision(story, text, rng))]
    if made:
        return " ".join(made) if len(made) <= _FINDINGS else ""
    plain = [sentence for text in used if (sentence := _plain(story, text))]
    return plain[0] if len(turn) == 1 and len(plain) == 1 else ""


def _plain(story: Story, expression: str) -> str:
    """One earlier value that is passed on: "The country is QA."."""
    node = parse(expression)
    leaf = story.leaf(node)
    if leaf is None or not is_short(value := story.value(node)):
        return ""
    return f"The {story.vocabulary.noun(*leaf)} is {with_unit(told(value), story.unit(node))}."
