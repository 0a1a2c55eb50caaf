"""Duplicates over all runs that are given: the same question, the same derivation, or a question that holds another.

The gate `novel` looks at one run, in the order of its tasks. Here words are compared in one normal form, derivations up to the
names and the order of their steps, and containment is looked for in both directions. The first of several is kept. Cost and
memory are linear in the words: a gram that many tasks share says nothing, and keeps its first holders only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dive.synthesis.gates import Novelty, derivation_key, hash_of, ngrams
from dive.synthesis.mentions import folded
from dive.types import Derivation, digest

_WORD = re.compile(r"\w+")


def words_of(text: str) -> str:
    """The words of a text in one normal form, without punctuation."""
    return " ".join(_WORD.findall(folded(text)))


def derivation_form(derivation: Derivation, stateful: Iterable[str] = ()) -> str:
    """A digest of a derivation that is the same whatever its steps are called and in whichever order they stand.

    Where a stateful tool is called the order of calls means something, so it is kept.
    """
    tools = {step.tool for step in derivation.steps}
    if tools & set(stateful) or not derivation.steps:
        return digest(["ordered", derivation_key(derivation)])
    forms: dict[str, str] = {}
    for step in derivation.steps:
        arguments = {name: _renamed(expression, forms) for name, expression in step.arguments.items()}
        forms[step.id] = "s" + digest([step.tool, arguments])
    return digest(["free", sorted(forms.values()), _renamed(derivation.answer, forms)])


def _renamed(expression: str, forms: Mapping[str, str]) -> str:
    """An expression with the names of steps replaced."""
    if not forms:
        return expression
    name = re.compile(rf"(?<![\w.'\"])(?:{'|'.join(map(re.escape, forms))})(?![\w'\"])")
    return name.sub(lambda found: forms[found.group()], expression)


class Seen:
    """The questions and derivations that were kept so far, each under a number."""

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._forms: dict[str, int] = {}
        self._holders: dict[int, int | list[int]] = {}
        self._sizes: dict[int, int] = {}

    def twin(self, query: str, form: str) -> tuple[str, int] | None:
        """Why a task is a duplicate and of which earlier one, if it is."""
        if (twin := self._words.get(words_of(query))) is not None:
            return "the same question", twin
        if (twin := self._forms.get(form)) is not None:
            return "the same derivation", twin
        grams = _hashes(query)
        shared: Counter[int] = Counter()
        for gram in grams:
            holders = self._holders.get(gram, ())
            shared.update(holders if isinstance(holders, list | tuple) else (holders,))
        for number, count in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
            if count / min(len(grams), self._sizes[number]) >= Novelty.CONTAINMENT:
                return "nearly the same question", number
        return None

    def add(self, query: str, form: str, number: int) -> None:
        """Remember a kept task."""
        self._words[words_of(query)] = number
        self._forms[form] = number
        grams = _hashes(query)
        self._sizes[number] = len(grams)
        for gram in grams:
            holders = self._holders.setdefault(gram, number)
            if isinstance(holders, list):
                if len(holders) < Novelty.CAP:
                    holders.append(number)
            elif holders != number:
                self._holders[gram] = [holders, number]


def _hashes(query: str) -> Sequence[int]:
    return [hash_of(gram) for gram in ngrams(query)]
