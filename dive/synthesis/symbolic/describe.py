"""Describing: the noun phrase of a value, made of what its tool says of its results and of what its arguments are called.

A `Describer` knows how things are put, not what they are called at this point of a text; that is for whoever tells it
(`refer` and `possessive`), here the `Teller`.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace

from dive.synthesis.symbolic import words
from dive.synthesis.symbolic.phrasing import (
    COORDINATES,
    TWICE,
    Ambiguous,
    kind_again,
    superlative,
    together,
    without_kind,
    without_measure,
)
from dive.synthesis.symbolic.plan import Condition, Found, Known, Node, Picked, Tally
from dive.synthesis.symbolic.quantities import heading
from dive.synthesis.symbolic.world import entity_of, is_case, is_entity
from dive.tools.fields import ResultField, Says
from dive.tools.semantics import SEMANTICS

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Phrase:
    """A noun phrase without its article: `core` of `of`, then `tail`. `of` is None where the core is complete."""

    core: str
    of: Node | None = None
    tail: str = ""


def owner_of(found: Found) -> Node | None:
    """The one thing that a tool's results are attributes of: the only one that its description mentions."""
    slots = SLOT.findall(found.call.tool.about)
    argument = found.call.arguments.get(slots[0]) if len(slots) == 1 else None
    return None if isinstance(argument, tuple) else argument


def identifies(node: Picked) -> bool:
    """Whether what is taken of an item is the item itself: its name, or the first of its fields that is an entity."""
    if node.exit.says and node.exit.says.names:
        return True
    entities = [f for f in node.items.field.fields if f.semantic and SEMANTICS[f.semantic].entity]
    kind = SEMANTICS[node.exit.semantic].noun if node.exit.semantic else ""
    return node.exit in entities and kind == SEMANTICS[entities[0].semantic].noun


class Describer(ABC):
    """Noun phrases of values."""

    @abstractmethod
    def refer(self, node: Node) -> str:
        """What to call a node here."""

    @abstractmethod
    def possessive(self, owner: Node) -> bool:
        """Whether the owner was just spoken of, so that "its" is clear."""

    def the(self, node: Node) -> str:
        """A definite description: "the molar mass of caffeine", or "its molar mass"."""
        phrase = self.phrase(node)
        if phrase.of is not None and self.possessive(entity_of(phrase.of)):
            return f"its {phrase.core}{phrase.tail}"
        return f"the {self.joined(phrase)}"

    def phrase(self, node: Node) -> Phrase:
        """The noun phrase of a value."""
        if isinstance(node, Picked):
            return self._picked(node)
        if isinstance(node, Tally):
            return self._tallied(node)
        if isinstance(node, Found):
            if node.field.kind == "list":
                return self.collection(node)
            says = node.field.says or Says(node.field.name.replace("_", " "))
            return self._about(says.noun, node)
        return Phrase(self.refer(node))

    def collection(self, found: Found) -> Phrase:
        """The items of a list, in the plural."""
        says = found.field.says or Says(found.field.name.replace("_", " "))
        return self._about(says.plural or words.plural(says.noun), found)

    def _about(self, noun: str, node: Found) -> Phrase:
        tool, arguments = node.call.tool, node.call.arguments
        if SLOT.search(noun):
            return Phrase(self.filled(noun, node))
        given = f" {self.filled(tool.given, node)}" if tool.given else ""
        only = SLOT.fullmatch(tool.about)
        argument = arguments.get(only.group(1)) if only else None
        if only and argument is not None and not isinstance(argument, tuple):
            return Phrase(noun, argument, given)
        return Phrase(f"{noun} of {self.filled(tool.about, node)}{given}" if tool.about else f"{noun}{given}")

    def filled(self, template: str, node: Found) -> str:
        """A phrase with its slots filled by what the arguments are called."""
        parts: list[str] = []
        place = 0
        template = self._by_place(template, node)
        for slot in SLOT.finditer(template):
            text, before = self._slot(node, slot.group(1)), template[place : slot.start()]
            if before.endswith((" a ", " an ")):
                before, text = before.rstrip("an").rstrip() + " ", words.article(text)
            argument = node.call.arguments.get(slot.group(1))
            renamed = not isinstance(argument, tuple | Known | None) and isinstance(entity_of(argument), Known)
            parameter = node.call.tool.parameters[slot.group(1)]
            if isinstance(argument, Known) and is_case(argument) and text.startswith("that "):
                if not before.endswith(f"{text[5:]} "):
                    raise Ambiguous(f"{text} in {template!r}")
            elif isinstance(argument, Found) and not is_entity(argument) and text.startswith("that "):
                before = without_measure(before, text, parameter)
            if renamed or text.startswith(("that ", "the ")):
                before = without_kind(before, text, parameter.semantic)
            parts += [before, text]
            place = slot.end() + len(kind_again(template[slot.end() :], text, parameter.semantic))
        return TWICE.sub(r"\1\2", "".join([*parts, template[place:]]))

    def _by_place(self, template: str, node: Found) -> str:
        """Two coordinates that were found for one thing are told as its coordinates."""
        for pair in COORDINATES.finditer(template):
            first, second = (node.call.arguments.get(pair.group(n)) for n in (1, 2))
            together = isinstance(first, Found) and isinstance(second, Found) and first.call is second.call
            if together and isinstance(first, Found) and owner_of(first) is not None:
                return template.replace(pair.group(), f"the coordinates of {self.filled(first.call.tool.about, first)}")
        return template

    def _slot(self, node: Found, name: str) -> str:
        argument = node.call.arguments.get(name)
        parameter = node.call.tool.parameters[name]
        if argument is None:
            unit = parameter.says.unit if parameter.says else ""
            return words.value(parameter.default, unit)
        if isinstance(argument, tuple):
            entities = [entity_of(item) for item in argument]
            if all(isinstance(entity, Known) for entity in entities):
                return together(entities)
            return words.series([self.refer(entity) for entity in entities])
        return self.refer(argument)

    def joined(self, phrase: Phrase) -> str:
        """The whole noun phrase, without its article."""
        if phrase.of is None:
            return f"{phrase.core}{phrase.tail}"
        return f"{phrase.core} of {self.refer(phrase.of)}{phrase.tail}"

    def _picked(self, node: Picked) -> Phrase:
        best = superlative(node.by, node.how == "high")
        by = self.item_noun(node.by, node.items)
        says = node.items.field.says or Says("entry")
        item = self.joined(self._about(says.noun, node.items))
        told = f"{item} with the {best} {by}"
        if identifies(node):
            return Phrase(told)
        return Phrase(f"{self.item_noun(node.exit, node.items)} of the {told}")

    def _tallied(self, node: Tally) -> Phrase:
        items = self.collection(node.items)
        if node.over is None:
            return Phrase(f"number of {items.core}", items.of, items.tail)
        noun = self.item_noun(node.over, node.items)
        if node.op in ("max", "min"):
            return Phrase(f"{superlative(node.over, node.op == 'max')} {noun} among the {self.joined(items)}")
        word = {"mean": "average", "sum": "total"}[node.op]
        return Phrase(f"{word} {noun} of the {self.joined(items)}")

    def item_noun(self, spec: ResultField, items: Found) -> str:
        """What a field of a list's items is called."""
        return self.filled(spec.says.noun if spec.says else spec.name.replace("_", " "), items)

    def condition(self, where: Condition, items: Found) -> str:
        """A relative clause: " that are radioactive", " with a mass above 5 u"."""
        says = replace(where.field.says or Says(where.field.name), noun=self.item_noun(where.field, items))
        if isinstance(where.value, bool):
            return f" that are {says.noun}"
        if where.op == "==":
            return f" whose {says.noun} is {where.value}"
        side = "above" if where.op == ">" else "below"
        return f" with {words.article(says.noun)} {side} {words.value(where.value, says.unit)}"

    def noun(self, node: Node) -> str:
        """What kind of thing a node is, in a word or two."""
        if isinstance(node, Picked) and node.items.field.says:
            item = heading(node.items.field.says.noun).split(" from ")[0].split(" of ")[0]
            kind = SEMANTICS[node.semantic].noun.split()[-1] if node.semantic else item
            named = bool(node.exit.says and node.exit.says.names)
            if named and item and len(item.split()) <= 2 and kind not in item:
                return item
        if isinstance(node, Known) and node.says and is_case(node):
            return node.says.noun
        if node.semantic:
            return SEMANTICS[node.semantic].noun
        phrase_noun = self.says(node).noun
        head = SLOT.split(phrase_noun)[0].split(" of ")[0].strip()
        return head if head and len(head.split()) <= 3 else "value"

    def says(self, node: Node) -> Says:
        """How the quantity behind a node is put."""
        spec: ResultField | None = None
        if isinstance(node, Found):
            spec = node.field
        elif isinstance(node, Picked):
            spec = node.exit
        elif isinstance(node, Tally):
            spec = node.over
        return spec.says if spec and spec.says else Says("value")
