"""What the assistant says beside its calls: what it found that the calls rest on, and which tools it turns to.

Only recorded values and names of tools are stated. Where a turn rests on many findings none of them is told; they stand in
the arguments.
"""

import random
from collections.abc import Sequence

from dive.expressions import parse
from dive.gold.explain import decision
from dive.gold.story import Story
from dive.gold.vocabulary import ended, is_short, told, with_unit
from dive.synthesis.symbolic import words
from dive.types import Evidence

_FIRST = ("I'll start with {}.", "First, {}.", "Let me begin with {}.")
_LATER = ("Next, {}.", "Now {}.", "I go on with {}.", "Then {}.")
_FINDINGS = 2
"""Findings that one turn tells."""
_SUBJECTS = 8
"""Things that one sentence names."""


def before_calls(story: Story, turn: Sequence[Evidence], first: bool, rng: random.Random) -> str:
    """What is said with the calls of a turn."""
    intent = rng.choice(_FIRST if first else _LATER).format(words.series(_intents(story, turn)))
    return f"{_findings(story, turn, rng)} {intent}".strip()


def _intents(story: Story, turn: Sequence[Evidence]) -> list[str]:
    """Each tool of a turn once, with what it is called for: "`airport_by_iata` for DOH and SAV"."""
    calls: dict[str, list[Evidence]] = {}
    for call in turn:
        calls.setdefault(call.tool, []).append(call)
    subjects = {tool: _subjects(story, made) for tool, made in calls.items()}
    if len(calls) > 1 and len(set(subjects.values())) == 1:
        return [f"{words.series([f'`{tool}`' for tool in calls])}{next(iter(subjects.values()))}"]
    return [f"`{tool}`{said}" for tool, said in subjects.items()]


def _subjects(story: Story, calls: Sequence[Evidence]) -> str:
    """What calls of one tool are made for: their first argument in words, one that differs where there are several."""
    many = f" ({len(calls)} calls)" if len(calls) > 1 else ""
    for name in story.vocabulary.naming(calls[0]):
        values = [call.arguments.get(name) for call in calls]
        shown = [story.vocabulary.argument(call.tool, name, value) for call, value in zip(calls, values, strict=True)]
        if len(set(shown)) == len(calls) and all(isinstance(value, str) and is_short(value) for value in values):
            if len(shown) > _SUBJECTS or any(";" in one for one in shown):
                return many
            return f" for {'; '.join(shown) if any(', ' in one for one in shown) else words.series(shown)}"
    return many


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
    return ended(f"the {story.vocabulary.noun(*leaf)} is {with_unit(told(value), story.unit(node))}")
