"""Telling: the noun phrases of a query, and the sentences that introduce what they refer to.

People do not nest four genitives. A value whose description would nest too deeply is introduced in a sentence of its
own ("Take the country in which the bank with BIC DEUTDEFF is registered.") and referred back to ("that country",
"its"). Identifiers that only lead from one tool to the next are never mentioned: a compound's SMILES is told as the
compound. `Ambiguous` is raised where two things could not be told apart; the draft is then given up.
"""

import random

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.describe import Describer, owner_of
from dive.synthesis.symbolic.phrasing import Ambiguous, list_field, list_path, together
from dive.synthesis.symbolic.plan import Focus, Found, Known, Node, Picked, Tally, Winner, arguments_of, upstream
from dive.synthesis.symbolic.world import COORDINATES, entity_of, is_case, is_entity
from dive.tools.semantics import SEMANTICS

_TAKE = ("Take", "Find", "Look up", "Start from", "Identify", "Consider")
_THEN = ("Now take", "Then look up", "From there, find", "Next, take", "Then identify")


PLACED = frozenset(kind for pair in COORDINATES for kind in pair)


class Teller(Describer):
    """Tells one query: collects introducing sentences and keeps what each thing is called by now."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.sentences: list[str] = []
        self._names: dict[str, str] = {}
        self._nouns: dict[str, str] = {}
        self._latest = ""
        self._wanted: set[str] = set()
        self._each = ""
        """The root that stands for all branches of a fan, while it is told."""
        self.group = ""
        """What the branches of a fan are called together, while one of them is told for all."""

    # --- references ---------------------------------------------------------------------------------------------------

    def prepare(self, *nodes: Node) -> None:
        """Introduce, in the order in which they are reached, the intermediate things that the nodes speak of.

        Afterwards whatever is left without a name can be described on the spot, at most one deep.
        """
        for node in nodes:
            for above in spoken_of(node):
                self._prepare_one(above)

    def _prepare_one(self, node: Node) -> None:
        node = entity_of(node)
        if isinstance(node, Known) or node.expression in self._names:
            return
        if isinstance(node, Winner):
            self.refer(node)
            return
        self.prepare(node)
        plain = is_entity(node) and not isinstance(node, Picked | Tally) and self._simple(node) and not of_several(node)
        if not plain or node.expression in self._wanted or self.rng.random() < 0.5:
            self.introduce(node)
        self._wanted.add(node.expression)

    def refer(self, node: Node) -> str:
        """What to call a node here: by name, by pronoun phrase, or by a short description."""
        node = entity_of(node)
        key = node.expression
        if key in self._names:
            return self._names[key]
        if isinstance(node, Known):
            return self._literal(node)
        return self._winner(node) if isinstance(node, Winner) else self.the(node)

    def possessive(self, owner: Node) -> bool:
        """Whether the owner was just spoken of, so that "its" is clear; then it is said more often than not."""
        name = self._names.get(owner.expression)
        near = owner.expression in (self._latest, self._each)
        return name == "it" or (bool(name) and near and self.rng.random() < 0.6)

    def name(self, node: Node, text: str) -> None:
        """Call a node by the given text from here on."""
        self._names[entity_of(node).expression] = text

    def introduce(self, node: Node) -> None:
        """Describe a node in a sentence of its own, and call it "that ..." afterwards."""
        described = self.the(node)
        if self.group and not self.opened:
            opener = f"For each of {self.group}, {self.rng.choice(('take', 'find', 'look up', 'consider'))}"
            self.opened = True
        elif self.group:
            opener = f"For each, {self.rng.choice(('take', 'find', 'look up'))}"
        else:
            opener = self.rng.choice(_THEN if self.sentences else _TAKE)
        self.sentences.append(f"{opener} {described}.")
        self._call_back(node)

    def _call_back(self, node: Node) -> None:
        noun = self.noun(node)
        if self._each and noun == self._group_noun:
            raise Ambiguous(noun)
        if noun in self._nouns:
            earlier = self._nouns[noun]
            if self._names.get(earlier, "").startswith("the first "):
                raise Ambiguous(noun)
            self._names[earlier] = f"the first {noun}"
            self._names[entity_of(node).expression] = f"the second {noun}"
        else:
            self._names[entity_of(node).expression] = f"that {noun}"
        self._nouns[noun] = entity_of(node).expression
        self._latest = entity_of(node).expression

    _group_noun = ""
    opened = False
    """Whether a sentence has begun to tell the branches of the group."""

    def begin_group(self, focus: Focus) -> str:
        """Start telling the branches of a fan through their first one; returns what they are called together."""
        roots = [branch.root for branch in focus.branches]
        if focus.spread is not None:
            self.group = f"the {self.joined(self.collection(focus.spread))}"  # may tell of another group first
        else:
            self.group = together(roots)
        if isinstance(roots[0], Known) and is_case(roots[0]) and not (roots[0].says and roots[0].says.noun):
            raise Ambiguous("a circumstance that has no name")
        self._group_noun = self.noun(roots[0])
        self._tell_one(roots[0])
        return self.group

    def _tell_one(self, root: Node) -> None:
        """Let one branch's entity stand for all of the group."""
        self.opened = False
        self._each = entity_of(root).expression
        self.name(root, f"that {self._group_noun}" if self._group_noun != "value" else "it")

    def end_group(self, root: Node) -> None:
        """Stop telling one branch for all."""
        self.group = self._each = ""
        self._names.pop(entity_of(root).expression, None)

    def settle(self, root: Node) -> None:
        """From here on one branch's entity is the one that was singled out."""
        self.name(root, f"that {self.noun(root)}")
        self._latest = entity_of(root).expression

    def forget(self, node: Node) -> None:
        """Drop what was said for each branch on the way to a node; of the one singled out it has to be said again."""
        for above in upstream(node):
            self._names.pop(entity_of(above).expression, None)
            self._wanted.discard(entity_of(above).expression)
        self._nouns.clear()

    def _literal(self, node: Known) -> str:
        text = words.value(node.value, node.says.unit if node.says else "")
        if not node.semantic or not is_entity(node):
            return text
        noun = SEMANTICS[node.semantic].noun
        whole = SEMANTICS[node.semantic].literal.format(text)
        told = whole.startswith("the ") and not self.group and any(whole in sentence for sentence in self.sentences)
        free = noun not in self._nouns and f"that {noun}" not in self._names.values()
        return f"that {noun}" if told and free else whole

    def said(self, node: Node, text: str) -> None:
        """A stated entity has just been named in `text`; if no other is of its kind, say "its" from here on."""
        owner = entity_of(node)
        if isinstance(owner, Known) and self._literal(owner) in text and not self._names.get(owner.expression):
            self.name(owner, f"that {self.noun(owner)}")
            self._latest = owner.expression

    def _winner(self, node: Winner) -> str:
        key = f"winner {node.how} {node.entities[0].expression} {node.values[0].expression}"
        noun = self.noun(node.entities[0])
        if key not in self._names:
            self._tell_winner(node)
            self._names[key] = f"that {noun}"
            self._nouns[noun] = self._latest = key
        name = self._names[key]
        exit_ = entity_of(node.exits[0])
        if exit_ is entity_of(node.entities[0]):
            return name
        if f"{key} {exit_.expression}" not in self._names:
            self.name(node.entities[0], name)
            self.prepare(exit_)
            self.introduce(exit_)
            self._names[f"{key} {exit_.expression}"] = self._names[exit_.expression]
        return self._names[exit_.expression]

    def _tell_winner(self, node: Winner) -> None:
        spec = self.says(node.values[0])
        best = spec.high if node.how == "high" else spec.low
        spread = next((e for e in node.entities if isinstance(e, Found)), None)
        if spread is not None:
            path = list_path(spread.path)
            whole = Found(spread.call, path, list_field(spread.call.tool, path), [])
            self.prepare(whole)
            self.group = f"the {self.joined(self.collection(whole))}"
        else:
            self.group = together(node.entities)
        self._group_noun = self.noun(node.entities[0])
        root = node.entities[0]
        self._tell_one(root)
        self.prepare(node.values[0])
        phrase = self.phrase(node.values[0])
        if phrase.of is not None and entity_of(phrase.of) is entity_of(root) and not self.opened:
            start = self.rng.choice(("Of", "Among"))
            self.sentences.append(f"{start} {self.group}, take the one with the {best} {phrase.core}{phrase.tail}.")
        else:
            described = self.the(node.values[0])
            lead = "For each, look up" if self.opened else f"For each of {self.group}, look up"
            self.sentences.append(f"{lead} {described}. Take the {self._group_noun} for which this is {best}.")
        self.end_group(root)
        self.forget(node.values[0])

    def _simple(self, node: Node) -> bool:
        """Whether a node can be described without introducing or describing another."""
        if isinstance(node, Picked | Tally):
            return self._simple(node.items)
        if not isinstance(node, Found) or any(isinstance(part, int) for part in node.path):
            return False
        entities = [entity_of(item) for item in spoken_of(node)]
        return all(isinstance(entity, Known) or entity.expression in self._names for entity in entities)


def of_several(node: Node) -> bool:
    """Whether a description of the node names more than one thing."""
    return len([other for other in spoken_of(node) if is_entity(other)]) > 1


def spoken_of(node: Node) -> list[Node]:
    """The nodes that a description of `node` mentions."""
    if isinstance(node, Picked | Tally):
        return spoken_of(node.items)
    return [] if not isinstance(node, Found) else [part for argument in arguments_of(node.call) for part in in_words(argument)]


def in_words(argument: Node) -> list[Node]:
    """An argument as it is spoken of: one coordinate of a place is told with the other, as that place's coordinates."""
    placed = isinstance(argument, Found) and argument.semantic in PLACED and owner_of(argument) is not None
    return spoken_of(argument) if placed else [argument]
