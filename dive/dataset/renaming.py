"""The same schema with other names of properties, and the same JSON text with other keys.

Names are exchanged in pairs: the old one becomes the new one, and what bears the new one by chance becomes the old one. So
nothing can run together, the exchange undoes itself, and a call that uses an old name under new ones fails as it should. A
text is changed key by key where it stands, so spaces, escapes, order, repeated keys and the form of numbers stay, and a malformed
text is treated by the same rule as a sound one, as far as its brackets tell where a key stands.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dive.dataset.schemas import Place, place_of, referred
from dive.types import Json

SCHEMAS = frozenset({
    "items", "additionalProperties", "contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems", "additionalItems",
})  # fmt: skip
SAME_PLACE = frozenset({"if", "then", "else", "not", "allOf", "anyOf", "oneOf"})
NAMED_SCHEMAS = frozenset({"$defs", "definitions", "patternProperties"})
VALUES = frozenset({"default", "const", "enum", "examples", "example"})

# Schemas ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restating:
    """How a schema is restated."""

    names: Mapping[str, str]
    """New name of each property that gets one."""
    describe: Callable[[str, str], str]
    """A description in other words; the second argument is the property that it describes, or an empty text."""


def restated(schema: Json, place: Place, how: Restating) -> Json:
    """The schema, read at `place`, with new names of properties and other descriptions; the order of keys stays."""
    return _schema(place.root, place, how, "") if isinstance(schema, dict) else schema


def _schema(part: Json, place: Place, how: Restating, name: str) -> Json:
    if isinstance(part, list):
        return [_schema(item, place, how, name) for item in part]
    if not isinstance(part, dict):
        return part
    return {key: _keyword(key, value, place, how, name) for key, value in part.items()}


def _property(part: Json, place: Place, how: Restating, name: str) -> Json:
    made = _schema(part, place, how, name)
    if isinstance(made, dict) and "description" not in made and (added := how.describe("", name)):
        made["description"] = added
    return made


def _keyword(key: str, value: Json, place: Place, how: Restating, name: str) -> Json:
    """The value of one keyword of a schema."""
    new = how.names.get
    if key == "properties" and isinstance(value, dict):
        return {new(own, own): _property(part, place.child(own), how, own) for own, part in value.items()}
    if key in ("dependentRequired", "dependentSchemas", "dependencies") and isinstance(value, dict):
        return {new(own, own): _dependent(part, place, how) for own, part in value.items()}
    if key == "required" and isinstance(value, list):
        return [new(own, own) if isinstance(own, str) else own for own in value]
    if key in SAME_PLACE:
        return _schema(value, place, how, "")
    if key in NAMED_SCHEMAS and isinstance(value, dict):
        return {own: _standing(part, place, how) for own, part in value.items()}
    if key in SCHEMAS:
        return [_standing(part, place, how) for part in value] if isinstance(value, list) else _standing(value, place, how)
    if key == "prefixItems" and isinstance(value, list):
        return [_standing(part, place, how) for part in value]
    if key == "$ref" and isinstance(value, str):
        return _reference(value, place.root, how.names)
    if key in VALUES:
        return _value(value, key, place, how.names)
    if key == "description" and isinstance(value, str):
        return how.describe(value, name)
    if key == "title" and isinstance(value, str) and name in how.names:
        return _titled(value, name, how.names[name])
    if key == "discriminator" and isinstance(value, dict):
        return {own: new(part, part) if own == "propertyName" else part for own, part in value.items()}
    return value


def _dependent(part: Json, place: Place, how: Restating) -> Json:
    if isinstance(part, list):
        return [how.names.get(own, own) if isinstance(own, str) else own for own in part]
    return _schema(part, place, how, "")


def _standing(part: Json, place: Place, how: Restating) -> Json:
    """A subschema for another place, which it describes alone."""
    return _schema(part, place_of([part], place.root), how, "")


def _titled(title: str, name: str, new: str) -> str:
    """A title that only repeats the name repeats the new one."""
    return new if re.sub(r"\W|_", "", title).lower() == re.sub(r"\W|_", "", name).lower() else title


def _value(value: Json, key: str, place: Place, names: Mapping[str, str]) -> Json:
    """A value that stands in a schema, with the keys of its objects renamed."""
    if key in ("enum", "examples") and isinstance(value, list):
        return [_value(item, "", place, names) for item in value]
    if not isinstance(value, dict | list):
        return value
    return json.loads(exchanged(json.dumps(value), place, Pairs.of(names)))


def _reference(reference: str, root: Mapping[str, Json], names: Mapping[str, str]) -> str:
    """A reference that leads past properties, by their new names."""
    if "/properties/" not in reference or not isinstance(referred(reference, root), dict | bool):
        return reference
    tokens, told, is_name = reference.split("/"), list[str](), False
    for token in tokens:
        plain = token.replace("~1", "/").replace("~0", "~")
        told.append(names[plain] if is_name and told[-1] == "properties" and plain in names else token)
        is_name = not is_name and token in ("properties", "dependentSchemas", *NAMED_SCHEMAS)
    return "/".join(told)


# JSON text ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pairs:
    """Names that are exchanged, as they are spelled between the quotes of a key."""

    spelled: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Spelling -> the spelling that takes its place, and the old name of the pair."""

    @classmethod
    def of(cls, names: Mapping[str, str]) -> "Pairs":
        """Pairs of old and new names. A name that has letters beyond ASCII is spelled in two ways; the new name of the escaped
        spelling begins with an escape too, so that it leads back to it.
        """
        spelled: dict[str, tuple[str, str]] = {}
        for old, new in names.items():
            plain, escaped = json.dumps(old, ensure_ascii=False)[1:-1], json.dumps(old)[1:-1]
            spelled[plain], spelled[new] = (new, old), (plain, old)
            if escaped != plain:
                marked = f"\\u{ord(new[0]):04x}{new[1:]}"
                spelled[escaped], spelled[marked] = (marked, old), (escaped, old)
        return cls(spelled)


TOKEN = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^'"{}\[\]:,\\]*'|[{}\[\],:]|[^\s"'{}\[\],:]+|["'])(?=(\s*:)?)""", re.DOTALL)
"""A text, a bracket, a joint, or a run of anything else; whether a colon follows."""
WORDLIKE = re.compile(r"[\w-]+")
"""A name that may be a key without double quotes, in a malformed text."""


@dataclass
class _Frame:
    """An open bracket: where in the schema its container stands."""

    bracket: str
    place: Place
    index: int = 0
    value: Place | None = None
    """Of an object: the place of the value that comes next, once its key is read."""


def exchanged(text: str, place: Place, pairs: Pairs, back: bool = False) -> str:
    """A JSON text with the keys exchanged that the schema at `place` declares; `back` where the text has the new names."""
    told: list[str] = []
    done = 0
    frames: list[_Frame] = []
    for match in TOKEN.finditer(text):
        token = match[1]
        if token in "{[":
            frames.append(_Frame(token, _next_place(frames, place)))
        elif token in "}]":
            if frames:
                frames.pop()
        elif token == ",":
            if frames:
                frames[-1].index += 1
                frames[-1].value = None
        elif frames and frames[-1].bracket == "{" and frames[-1].value is None and match[2] is not None:
            quote = token[0] if token[0] in "\"'" and len(token) > 1 else ""
            spelled = token[1:-1] if quote else token
            new, old = pairs.spelled.get(spelled, (spelled, None))
            if old is None or old not in frames[-1].place.names or (quote != '"' and not WORDLIKE.fullmatch(old)):
                new = spelled
            frames[-1].value = frames[-1].place.child(_read(new if back else spelled))
            told.extend((text[done : match.start()], quote, new, quote))
            done = match.end(1)
    return "".join((*told, text[done:]))


def _next_place(frames: list[_Frame], place: Place) -> Place:
    """Where the value that begins here stands."""
    if not frames:
        return place
    frame = frames[-1]
    if frame.bracket == "[":
        return frame.place.item(frame.index)
    return frame.value or Place((), place.root)


def _read(spelled: str) -> str:
    try:
        return str(json.loads(f'"{spelled}"'))
    except ValueError:
        return spelled


def texts_in(text: str) -> frozenset[str]:
    """The texts in a JSON text that are no keys, as they are spelled."""
    return frozenset(match[1][1:-1] for match in TOKEN.finditer(text) if match[1][0] == '"' and match[2] is None)
