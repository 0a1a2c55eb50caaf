"""Names of properties in JSON Schemas and in the JSON that follows them: which there are, and the same with others.

A `Place` is what a schema says of one spot of a value: every subschema that holds there, through `$ref`, `allOf`, `anyOf` and the
like. It tells which keys of an object are names that the schema declares. Keys under `additionalProperties` alone are data, and
stay; those of an object with `patternProperties` or `propertyNames` stay too, since a rule on names holds for them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import unquote

from dive.types import Json

IN_PLACE_LISTS = ("allOf", "anyOf", "oneOf")
IN_PLACE = ("if", "then", "else", "not")
MAPS = ("$defs", "definitions", "patternProperties")
"""Keywords under which schemas stand by a name that is no property's."""
MOVING = ("$dynamicRef", "$recursiveRef")


@dataclass(frozen=True, eq=False)
class Place:
    """The subschemas that hold for one spot of a value."""

    views: tuple[Mapping[str, Json], ...]
    root: Mapping[str, Json]
    _children: dict[str | int, "Place"] = field(default_factory=dict, repr=False)

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """Names that are declared or required here, in their order."""
        names = dict[str, None]()
        for view in self.views:
            names.update(dict.fromkeys(_names_in(view)))
        return tuple(names)

    @cached_property
    def ruled(self) -> bool:
        """Whether a rule holds for names here."""
        return any("patternProperties" in view or "propertyNames" in view for view in self.views)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names that may be replaced."""
        return frozenset() if self.ruled else frozenset(self.declared)

    def child(self, name: str) -> "Place":
        """The place of a property's value."""
        if name in self._children:
            return self._children[name]
        found = place_of([part for view in self.views for part in _under(view, name)], self.root)
        if name in self.names:
            self._children[name] = found
        return found

    @cached_property
    def arity(self) -> int:
        """How many first items of an array have a schema of their own."""
        return max((len(_first_items(view)) for view in self.views), default=0)

    def item(self, index: int) -> "Place":
        """The place of an array's item."""
        index = min(index, self.arity)
        if index not in self._children:
            self._children[index] = place_of([part for view in self.views for part in _at(view, index)], self.root)
        return self._children[index]


def place_of(parts: Iterable[Json], root: Mapping[str, Json]) -> Place:
    """The place at which some subschemas hold, with all that they refer to."""
    views: dict[int, Mapping[str, Json]] = {}
    waiting = list(parts)
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, Mapping) and id(part) not in views:
            views[id(part)] = part
            waiting.extend(_applied(part, root))
    return Place(tuple(views.values()), root)


def _applied(part: Mapping[str, Json], root: Mapping[str, Json]) -> Iterator[Json]:
    if isinstance(part.get("$ref"), str):
        yield referred(part["$ref"], root)
    for key in IN_PLACE_LISTS:
        yield from _list(part.get(key))
    for key in IN_PLACE:
        yield part.get(key)
    for key in ("dependentSchemas", "dependencies"):
        yield from _map(part.get(key)).values()


def referred(reference: str, root: Mapping[str, Json]) -> Json:
    """The subschema that a reference within the schema names; None where it leads nowhere."""
    if not reference.startswith("#"):
        return None
    part: Json = root
    for token in reference[1:].split("/")[1:]:
        token = unquote(token).replace("~1", "/").replace("~0", "~")
        if isinstance(part, list) and token.isdigit() and int(token) < len(part):
            part = part[int(token)]
        elif isinstance(part, Mapping) and token in part:
            part = part[token]
        else:
            return None
    return part if reference in ("#", "") or reference.startswith("#/") else None


def _names_in(view: Mapping[str, Json]) -> Iterator[str]:
    yield from _map(view.get("properties"))
    yield from (name for name in _list(view.get("required")) if isinstance(name, str))
    for key in ("dependentRequired", "dependentSchemas", "dependencies"):
        for name, wanted in _map(view.get(key)).items():
            yield name
            yield from (other for other in _list(wanted) if isinstance(other, str))


def _under(view: Mapping[str, Json], name: str) -> Iterator[Json]:
    known = _map(view.get("properties"))
    matching = [part for pattern, part in _map(view.get("patternProperties")).items() if _matches(pattern, name)]
    yield from ([known[name]] if name in known else [])
    yield from matching
    if name not in known and not matching:
        yield view.get("additionalProperties")
        yield view.get("unevaluatedProperties")


def _at(view: Mapping[str, Json], index: int) -> Iterator[Json]:
    first, items = _first_items(view), view.get("items")
    if index < len(first):
        yield first[index]
    else:
        yield items if isinstance(items, Mapping) else view.get("additionalItems")
    yield view.get("contains")
    yield view.get("unevaluatedItems")


def _first_items(view: Mapping[str, Json]) -> list[Json]:
    return _list(view.get("prefixItems")) or _list(view.get("items"))


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:  # a pattern of another dialect may match anything
        return True


def _list(part: Json) -> list[Json]:
    return part if isinstance(part, list) else []


def _map(part: Json) -> dict[str, Json]:
    return part if isinstance(part, dict) else {}


@dataclass(frozen=True, eq=False)
class Reading:
    """What is known of a schema."""

    place: Place
    names: tuple[str, ...]
    """All names of properties, those of nested objects too."""
    kept: frozenset[str]
    """Of those, the ones that must stay."""


def reading(schema: Json) -> Reading:
    """What is known of a schema; readings of equal schemas are shared."""
    return _reading(json.dumps(schema))


@lru_cache(maxsize=4_096)
def _reading(text: str) -> Reading:
    schema = json.loads(text)
    root = schema if isinstance(schema, dict) else {}
    names, kept, seen = dict[str, None](), set[str](), set[frozenset[int]]()
    waiting = [place_of([root], root)]
    while waiting:
        place = waiting.pop(0)
        key = frozenset(map(id, place.views))
        if not place.views or key in seen:
            continue
        seen.add(key)
        names.update(dict.fromkeys(place.declared))
        kept.update(place.declared if place.ruled else ())
        waiting.extend(_below(place))
    if not _is_whole(root, root):
        kept.update(names)
    return Reading(place_of([root], root), tuple(names), frozenset(kept))


def _below(place: Place) -> Iterator[Place]:
    yield from map(place.child, place.declared)
    for view in place.views:
        others = [
            view.get("additionalProperties"),
            view.get("unevaluatedProperties"),
            *_map(view.get("patternProperties")).values(),
        ]
        yield from (place_of([other], place.root) for other in others if isinstance(other, Mapping))
    yield from (place.item(index) for index in range(place.arity + 1) if any(map(_holds_items, place.views)))


def _holds_items(view: Mapping[str, Json]) -> bool:
    return any(key in view for key in ("items", "prefixItems", "contains", "additionalItems", "unevaluatedItems"))


def _is_whole(part: Json, root: Mapping[str, Json]) -> bool:
    """Whether every reference in a schema leads to a part of it."""
    if isinstance(part, list):
        return all(_is_whole(item, root) for item in part)
    if not isinstance(part, dict):
        return True
    if any(key in part for key in MOVING) or ("$id" in part and part is not root and isinstance(part["$id"], str)):
        return False
    named = part.get("$ref")
    if isinstance(named, str) and not isinstance(referred(named, root), dict | bool):
        return False
    return all(_is_whole(item, root) for item in part.values())
