"""The gates: what a draft must pass to become a task.

Each gate is a function from a draft to None, or to the reason why it fails. They look at the draft alone, not at
whoever made it, so a task can be proven again at any time; `executed`, which stands in `dive.synthesis.replay`, is also
given something that runs or replays calls, `novel` what came before, and `clean` the benchmark questions on disk.
`first_failure` runs them in their order.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from dive.errors import ExpressionError
from dive.expressions import evaluate, literals_in, names_in
from dive.synthesis.draft import Draft, cited_in, same, silent_in
from dive.synthesis.mentions import folded, mentions, mentions_text, numbers_in
from dive.synthesis.perturb import perturbations
from dive.synthesis.replay import Fresh, executed, first_again
from dive.tools.snapshot import Caller
from dive.types import GATES, Answer, Derivation, Gate, Json, canonical

__all__ = ["Draft", "Novelty", "clean", "closed", "entailed", "executed", "first_failure", "necessary", "no_leak", "well_formed"]

MAX_QUERY_CHARS = 1_200
MAX_ANSWER_CHARS = 400


Check = Callable[[Draft], str | None]


def entailed(draft: Draft) -> str | None:
    """Arguments and answer are what their expressions say over the recorded results."""
    known: dict[str, Json] = {}
    recorded = {e.id: e for e in draft.evidence if e.failure is None}
    try:
        for step in draft.derivation.steps:
            if step.id in known:
                return f"two steps are named {step.id}"
            if step.id not in recorded:
                return f"step {step.id} has no recorded result"
            arguments = {name: evaluate(expression, known) for name, expression in step.arguments.items()}
            if not same(arguments, recorded[step.id].arguments):
                return f"step {step.id}: the argument expressions give {canonical(arguments)[:200]}, not the recorded arguments"
            known[step.id] = recorded[step.id].result
        value = evaluate(draft.derivation.answer, known)
    except ExpressionError as error:
        return str(error)
    if not same(value, draft.answer.value):
        return f"the expression gives {canonical(value)[:200]}, the answer is {str(draft.answer.value)[:200]}"
    return None


def closed(draft: Draft) -> str | None:
    """Every literal of the derivation is in the query or a declared default; every name is an earlier step."""
    before: set[str] = set()
    for step in draft.derivation.steps:
        defaults = draft.defaults.get(step.tool, {})
        for name, expression in step.arguments.items():
            if names_in(expression) - before:
                return f"step {step.id}: {expression!r} uses what is not an earlier step"
            if name in defaults and _is_default(expression, defaults[name]):
                continue
            for value in literals_in(expression, draft.words.get(step.tool, ())):
                if not mentions(draft.query, value):
                    return f"step {step.id}: {name}={value!r} is neither in the query nor a default"
        before.add(step.id)
    if names_in(draft.derivation.answer) - before:
        return "the answer expression uses what is not a step"
    for value in literals_in(draft.derivation.answer):
        if not mentions(draft.query, value) and not _structural(draft, value):
            return f"the answer rests on {value!r}, which the query does not state"
    return None


def _is_default(expression: str, default: Json) -> bool:
    """Whether an argument is the declared default as a whole; a default inside of a larger expression is a hidden number."""
    try:
        value = evaluate(expression, {})
    except ExpressionError:
        return False
    return bool(value == default) and isinstance(value, bool) is isinstance(default, bool)


def _structural(draft: Draft, value: Json) -> bool:
    """Literals that say how an answer is written down: flags, zero as an index, the field names of a record."""
    if isinstance(value, bool) or value == 0:
        return True
    return isinstance(value, str) and isinstance(draft.answer.value, dict) and value in draft.answer.value


def necessary(draft: Draft) -> str | None:
    """Each step is cited, and some change of what is cited of it changes the answer or makes it undefined. A step that may
    only change a state is left to `dive.synthesis.replay.effective`.
    """
    results = draft.results
    if not draft.derivation.steps:
        return "there is no step"
    cited, silent = cited_in(draft.derivation), silent_in(draft)
    for step in draft.derivation.steps:
        if step.id in silent:
            continue
        if step.id not in cited:
            return f"step {step.id} ({step.tool}) is not used"
        if not any(_changes(draft, results, step.id, other) for other in perturbations(draft.derivation, step.id, results)):
            return f"step {step.id} ({step.tool}) does not affect the answer"
    return None


def _changes(draft: Draft, results: Mapping[str, Json], step_id: str, other: Json) -> bool:
    """Whether the answer differs, or a later call would have other arguments, when one result is another."""
    changed = {**results, step_id: other}
    try:
        for step in draft.derivation.steps:
            for expression in step.arguments.values():
                if step_id in names_in(expression) and evaluate(expression, changed) != evaluate(expression, results):
                    return True
        if step_id in names_in(draft.derivation.answer):
            return canonical(evaluate(draft.derivation.answer, changed)) != canonical(draft.answer.value)
    except ExpressionError:
        return True
    return False


def no_leak(draft: Draft) -> str | None:
    """The answer cannot be read off the query, and is not one of a few values that could be guessed."""
    value, kind = draft.answer.value, draft.answer.type
    if isinstance(value, bool) or (isinstance(value, str) and value.casefold() in ("yes", "no", "true", "false")):
        return None if draft.allow_boolean else "a yes or no answer can be guessed"
    if kind == "integer" and isinstance(value, int) and abs(value) <= 2 and not draft.allow_boolean:
        return f"the answer {value} can be guessed"
    if kind in ("number", "integer") and isinstance(value, int | float) and float(value) in numbers_in(draft.query):
        return f"the answer {value} is in the query"
    if kind in ("text", "date", "sequence") and mentions_text(draft.query, str(value)):
        options = _options(draft)
        if value not in options or len(options) < 4:
            return f"the answer {value!r} is in the query"
    if isinstance(value, list) and all(mentions(draft.query, item) for item in value) and len(_options(draft)) < 3:
        return "the answer is in the query"
    if isinstance(value, dict) and all(mentions(draft.query, item) for item in value.values()):
        return "every value of the answer is in the query"
    return None


def _options(draft: Draft) -> list[Json]:
    """Literals of the answer expression that the query names: what one may choose from."""
    return [
        value for value in literals_in(draft.derivation.answer) if isinstance(value, str) and mentions_text(draft.query, value)
    ]


_STEP = re.compile(r"\be\d{1,2}\b(?!-)")
_SPACING = re.compile(r"  | ,| [.?](?=\s|$)")
_SNAKE = re.compile(r"\b[a-z]+_[a-z_]+\b")
_PATH = re.compile(r"(?:^|[\s\"'(])(?:/[\w.-]+){2,}|\b[A-Za-z]:\\|\.\w+/")
_PLACEHOLDER = re.compile(r"\{\w*\}|\b(?:None|null|NaN|TODO|undefined)\b|<[a-z_ ]+>")


def well_formed(draft: Draft) -> str | None:
    """A typed, finite, concise answer; a query in whole sentences, free of step ids, paths and schema names."""
    query = draft.query
    if not 20 <= len(query) <= MAX_QUERY_CHARS:
        return f"a query of {len(query)} characters"
    if not query[0].isupper() and not query[0].isdigit():
        return "the query does not begin like a sentence"
    if query[-1] not in ".?" or _SPACING.search(query):
        return "the query does not read as whole sentences"
    stated = {str(value) for step in draft.derivation.steps for e in step.arguments.values() for value in literals_in(e)}
    text = query
    for value in sorted(stated, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", " ", text) if value else text
    for name, pattern in (
        ("a step id", _STEP),
        ("a schema name", _SNAKE),
        ("a file path", _PATH),
        ("a placeholder", _PLACEHOLDER),
    ):
        if hit := pattern.search(text):
            return f"the query holds {name}: {hit.group().strip()!r}"
    return _answer_fault(draft.answer)


_TYPES: dict[str, tuple[type, ...]] = {
    "number": (int, float), "integer": (int,), "date": (str,), "text": (str,), "sequence": (str,),
    "set": (list,), "list": (list,), "record": (dict,),
}  # fmt: skip


def _answer_fault(answer: Answer) -> str | None:
    value = answer.value
    if isinstance(value, bool) or not isinstance(value, _TYPES[answer.type]):
        return f"a {answer.type} answer cannot be {value!r}"[:200]
    try:
        text = canonical(value)
    except ValueError:
        return f"the answer {value!r} is not finite"
    parts: list[Any] = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
    if not parts or any(part in (None, [], {}) or (isinstance(part, str) and not part.strip()) for part in parts):
        return "the answer is empty or has an empty part"
    if any(isinstance(part, dict | list) for part in parts):
        return "the answer is nested"
    return f"an answer of {len(text)} characters" if len(text) > MAX_ANSWER_CHARS else None


class Novelty:
    """What the run has kept so far, for the gate `novel`: 8-grams and derivations.

    Cost and memory are linear in the tasks: a gram that many tasks share says nothing and keeps only its first `CAP`
    holders.
    """

    CAP = 24
    CONTAINMENT = 0.7

    def __init__(self) -> None:
        self._holders: dict[int, list[int]] = {}
        self._derivations: set[str] = set()
        self._count = 0

    def novel(self, draft: Draft) -> str | None:
        """Why the draft is a duplicate or near-duplicate, if it is."""
        if derivation_key(draft.derivation) in self._derivations:
            return "the same derivation as an earlier task"
        grams = ngrams(draft.query)
        shared: dict[int, int] = {}
        for gram in grams:
            for holder in self._holders.get(hash_of(gram), ()):
                shared[holder] = shared.get(holder, 0) + 1
        most = max(shared.values(), default=0)
        if grams and most / len(grams) >= self.CONTAINMENT:
            return f"{most} of its {len(grams)} 8-grams are in one earlier task"
        return None

    def add(self, query: str, derivation: Derivation) -> None:
        """Remember a kept task."""
        self._derivations.add(derivation_key(derivation))
        for gram in ngrams(query):
            holders = self._holders.setdefault(hash_of(gram), [])
            if len(holders) < self.CAP:
                holders.append(self._count)
        self._count += 1


def ngrams(text: str, size: int = 8) -> tuple[tuple[str, ...], ...]:
    """The word n-grams of a text in order, once each; a shorter text is one gram."""
    words = re.findall(r"\w+", folded(text))
    return tuple(dict.fromkeys(tuple(words[n : n + size]) for n in range(max(1, len(words) - size + 1)))) if words else ()


def hash_of(gram: tuple[str, ...]) -> int:
    """A 64-bit number of a gram, the same in every process."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(" ".join(gram).encode(), digest_size=8).digest(), "big")


def derivation_key(derivation: Derivation) -> str:
    """The derivation up to the names of its steps."""
    names = {step.id: f"s{n}" for n, step in enumerate(derivation.steps)}
    name = re.compile(rf"(?<![\w.'\"])(?:{'|'.join(map(re.escape, names)) or '$'})(?![\w'\"])")

    def renamed(expression: str) -> str:
        return name.sub(lambda m: names.get(m.group(), m.group()), expression)

    steps = [f"{s.tool}({', '.join(f'{k}={renamed(v)}' for k, v in sorted(s.arguments.items()))})" for s in derivation.steps]
    return "; ".join([*steps, renamed(derivation.answer)])


def clean(draft: Draft, benchmark_grams: frozenset[int]) -> str | None:
    """No 8 words in a row are shared with a benchmark question."""
    if benchmark_grams:
        for gram in ngrams(draft.query):
            if len(gram) == 8 and hash_of(gram) in benchmark_grams:
                return f"shares {' '.join(gram)!r} with a benchmark"
    return None


def first_failure(draft: Draft, again: Caller | None = None, fresh: Fresh | None = None) -> tuple[Gate, str] | None:
    """The first gate that a draft fails and the reason, of those that need only the draft; with something that runs
    calls again, `executed` too, and with something that begins a fresh state, what `dive.synthesis.replay` asks of it.
    """
    checks: dict[Gate, Check] = {
        "entailed": entailed, "closed": closed, "necessary": necessary, "no_leak": no_leak, "well_formed": well_formed,
    }  # fmt: skip
    for gate in GATES:
        if gate in checks and (reason := checks[gate](draft)):
            return gate, reason
    return None if again is None else first_again(draft, again, fresh)
