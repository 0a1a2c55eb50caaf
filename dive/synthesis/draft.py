"""A draft: what a deriver proposes and gates look at, and what can be said of its steps without running anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dive.expressions import names_in
from dive.types import Answer, Derivation, Evidence, Json, Task, canonical


@dataclass(frozen=True)
class Draft:
    """What a deriver proposes: a query, its answer, and the derivation over recorded evidence."""

    query: str
    answer: Answer
    derivation: Derivation
    evidence: tuple[Evidence, ...]
    defaults: Mapping[str, Mapping[str, Json]]
    """Declared parameter defaults by tool."""
    volatile: frozenset[str] = frozenset()
    """Tools that are replayed instead of run again."""
    allow_boolean: bool = False
    stateful: Mapping[str, str] = field(default_factory=dict)
    """Stateful tools, with their providers."""
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The names of fields in the schema of each tool, which an object argument must use."""

    @property
    def results(self) -> dict[str, Json]:
        """Recorded results of the steps, by step."""
        steps = {step.id for step in self.derivation.steps}
        return {e.id: e.result for e in self.evidence if e.id in steps and e.failure is None}


@dataclass(frozen=True)
class Rules:
    """What gates know of the tools of a run, and what the run allows; the fields are those of `Draft`."""

    defaults: Mapping[str, Mapping[str, Json]]
    words: Mapping[str, frozenset[str]]
    stateful: Mapping[str, str]
    allow_boolean: bool = False

    def draft(
        self, query: str, answer: Answer, derivation: Derivation, evidence: tuple[Evidence, ...], volatile: frozenset[str]
    ) -> Draft:
        """A draft under these rules."""
        return Draft(
            query, answer, derivation, evidence, self.defaults, volatile, self.allow_boolean, self.stateful, self.words
        )  # fmt: skip

    def draft_of(self, task: Task) -> Draft:
        """A task as the gates look at it; its volatile steps are not run again."""
        volatile = frozenset(step.tool for step in task.derivation.steps if step.id in task.volatile)
        return self.draft(task.query, task.answer, task.derivation, task.evidence, volatile)


def words_in(schema: Json) -> frozenset[str]:
    """The names of properties in a JSON Schema, at all depths."""
    if isinstance(schema, list):
        return frozenset().union(*map(words_in, schema))
    if not isinstance(schema, dict):
        return frozenset()
    own = schema.get("properties")
    return frozenset(own if isinstance(own, dict) else ()).union(*map(words_in, schema.values()))


def same(left: Json, right: Json) -> bool:
    """Whether two values are one JSON text; what has none (NaN) is the same as nothing."""
    try:
        return canonical(left) == canonical(right)
    except ValueError:
        return False


def cited_in(derivation: Derivation) -> set[str]:
    """The steps that the answer rests on by expressions."""
    cited = set(names_in(derivation.answer))
    for step in reversed(derivation.steps):
        if step.id in cited:
            cited |= {name for expression in step.arguments.values() for name in names_in(expression)}
    return cited


def silent_in(draft: Draft) -> list[str]:
    """The steps that no expression cites, but that may change the state which a later, cited step of the provider sees."""
    cited, seen, found = cited_in(draft.derivation), set[str](), list[str]()
    for step in reversed(draft.derivation.steps):
        provider = draft.stateful.get(step.tool, "")
        if step.id in cited:
            seen.add(provider)
        elif provider and provider in seen:
            found.append(step.id)
    return found
