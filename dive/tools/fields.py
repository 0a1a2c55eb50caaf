"""What a tool's parameters and result fields mean: the marks in `Annotated`, read once into flat descriptions.

The planner, the realiser and validation see a tool only through `Parameter` and `ResultField`; none of them looks at
a type.
"""

import inspect
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

from dive.errors import DiveError
from dive.tools.semantics import SEMANTICS
from dive.types import Json, canonical

FieldKind = Literal["number", "integer", "text", "boolean", "record", "list"]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
"""What may be done with numbers (Stevens 1946, Science 103:677): tell apart, also order, also subtract and average, also
divide and add up."""
_PLAIN: dict[Any, FieldKind] = {float: "number", int: "integer", str: "text", bool: "boolean"}


@dataclass(frozen=True)
class Semantic:
    """The semantic type of a parameter or result field; shown as JSON Schema `format`."""

    name: str

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Json]:
        schema: dict[str, Json] = handler(core)
        schema["format"] = self.name
        return schema


@dataclass(frozen=True)
class Says:
    """How a person speaks of a parameter's value or of a result field.

    Of a result field `noun` is a noun phrase without article: "molar mass", or with slots for parameters and then
    complete: "exchange rate from {base} to {quote}". Without slots the tool's `about` is added: "molar mass of
    caffeine". Of a list, `noun` is one item in the singular: "naturally occurring isotope". Of a boolean, a predicate
    after "is": "radioactive".
    """

    noun: str
    unit: str = ""
    """Unit as written after a number, "g/mol"; of a parameter it is written after a literal value."""
    digits: int | None = None
    """Decimals to which a number is asked for; None leaves it to its size."""
    same_as: str = ""
    """The parameter whose entity this field names by another identifier: a compound's SMILES is `same_as="name"`."""
    high: str = "highest"
    low: str = "lowest"
    """Superlatives: longest and shortest, latest and earliest."""
    ask: bool = True
    """Whether it makes a good answer; False for running text, long codes and echoes of the input."""
    names: bool = False
    """In a list of records: whether this field is the name by which a person tells the items apart."""
    groups: bool = False
    """In a list of records: whether items can be filtered by equality with it ("whose type is large airport")."""
    plural: str = ""
    scale: Scale | None = None
    """What may be done with the numbers of several entities; None leaves it to `ResultField.scale`."""
    counted: bool = True
    """Of a list: whether how many items it has says something; False where that is always the same."""
    passed_on: bool = True
    """Whether a person would look it up to go on from it; False for a day that is only worth knowing."""


@dataclass(frozen=True)
class Among:
    """Literal values that a person would plausibly state for a parameter."""

    values: tuple[Json, ...]


@dataclass(frozen=True)
class Parameter:
    """One parameter: what it accepts and how it is put."""

    name: str
    kind: FieldKind
    schema: dict[str, Json]
    semantic: str = ""
    """Semantic type of the value, or of each item of a list."""
    says: Says | None = None
    among: tuple[Json, ...] = ()
    required: bool = True
    default: Json = None

    @cached_property
    def role(self) -> str:
        """What parameters of several tools have in common that ask for the same circumstance, such as a patient's age."""
        return f"{self.name} {canonical(self.schema)}"


@dataclass(frozen=True)
class ResultField:
    """One field of a result, or the items of a list (named "")."""

    name: str
    kind: FieldKind
    semantic: str = ""
    says: Says | None = None
    fields: tuple["ResultField", ...] = ()
    """Fields of a record, or of each record of a list."""
    item: "ResultField | None" = None
    """What each item of a list of plain values is."""
    optional: bool = False

    @property
    def scale(self) -> Scale:
        """The scale that its mark gives; else by unit and kind: counts and most quantities are ratios, temperatures,
        percentages and numbers without a unit are not, and years, angles and numbers like an oxidation state can only be ordered.
        """
        unit, noun = (self.says.unit, self.says.noun) if self.says else ("", "")
        if self.says and self.says.scale:
            return self.says.scale
        if self.semantic in ("geo.longitude", "aca.right_ascension"):
            return "nominal"
        if self.semantic == "time.year" or unit == "°":
            return "ordinal"
        if unit in ("°C", "°F", "%", "percentage points", "points"):
            return "interval"
        if unit or noun.startswith("number of"):
            return "ratio"
        return "ordinal" if self.kind == "integer" else "interval"


def parameter_of(name: str, hint: Any, schema: dict[str, Json], default: Any) -> Parameter:
    """Read one parameter of a signature."""
    inner, marks, _ = _present(hint)
    kind, item = _kind(inner)
    semantic, says = _semantic(marks), _mark(marks, Says)
    if kind == "list" and item is not None and not semantic:
        of_items = _field("", item)
        semantic, says = of_items.semantic, says or of_items.says
    among = _mark(marks, Among)
    values = tuple(among.values) if among else _choices(inner)
    required = default is inspect.Parameter.empty
    return Parameter(name, kind, schema, semantic, says, values, required, None if required else default)


def is_record(hint: Any) -> bool:
    """Whether a return type is a record of fields; any other result is wrapped as `value`."""
    return is_typeddict(_unwrap(hint)[0])


def result_fields(hint: Any, default_noun: str) -> tuple[ResultField, ...]:
    """Read a return type: the fields of a record, or the one field `value`. Raises `TypeError` where it is not JSON."""
    if is_record(hint):
        record = _unwrap(hint)[0]
        return tuple(_field(name, type_) for name, type_ in get_type_hints(record, include_extras=True).items())
    made = _field("value", hint)
    if made.says is None:
        made = ResultField("value", made.kind, made.semantic, Says(default_noun), made.fields, made.item, made.optional)
    return (made,)


def _field(name: str, hint: Any) -> ResultField:
    inner, marks, optional = _present(hint)
    kind, item = _kind(inner)
    fields: tuple[ResultField, ...] = ()
    item_field = None
    record = inner if kind == "record" else _unwrap(item)[0] if item is not None else None
    if is_typeddict(record):
        fields = tuple(_field(n, t) for n, t in get_type_hints(record, include_extras=True).items())
    elif kind == "list" and item is not None:
        item_field = _field("", item)
    semantic = _semantic(marks) or (item_field.semantic if item_field else "")
    return ResultField(name, kind, semantic, _mark(marks, Says), fields, item_field, optional)


def _kind(inner: Any) -> tuple[FieldKind, Any]:
    """The kind of a type, and the item type of a list."""
    origin = get_origin(inner)
    if inner in _PLAIN:
        return _PLAIN[inner], None
    if choices := _choices(inner):
        return _kind(type(choices[0]))
    if origin in (list, tuple) or inner is list:
        return "list", (get_args(inner) or (Any,))[0]
    if origin is dict and get_args(inner)[0] is not str:
        raise TypeError(f"the keys of {inner} are not text")
    if origin is dict:
        _field("", get_args(inner)[1])
    if is_typeddict(inner) or origin is dict or inner is dict or hasattr(inner, "model_fields"):
        return "record", None
    if origin in (Union, types.UnionType):
        first, *_ = [_kind(_unwrap(a)[0]) for a in get_args(inner) if a is not type(None)]
        return first
    if getattr(inner, "__name__", "") in ("date", "datetime"):
        return "text", None
    if inner is Any:
        return "text", None
    raise TypeError(f"{getattr(inner, '__name__', inner)} has no JSON form; use numbers, strings, booleans, lists or a TypedDict")


def _choices(inner: Any) -> tuple[Json, ...]:
    """The values of a `Literal` or an `Enum`."""
    if isinstance(inner, type) and issubclass(inner, Enum):
        return tuple(member.value for member in inner)
    return tuple(get_args(inner)) if get_origin(inner) is Literal else ()


def _present(hint: Any) -> tuple[Any, list[Any], bool]:
    """The type of a value that is there, its marks, and whether it may be None instead."""
    inner, marks = _unwrap(hint)
    others = [a for a in get_args(inner) if a is not type(None)]
    if get_origin(inner) not in (Union, types.UnionType) or len(others) == len(get_args(inner)):
        return inner, marks, False
    rest, more = _unwrap(Union[tuple(others)])  # noqa: UP007
    return rest, [*marks, *more], True


def _unwrap(hint: Any) -> tuple[Any, list[Any]]:
    marks: list[Any] = []
    while get_origin(hint) in (Annotated, NotRequired, Required, typing.NotRequired, typing.Required):
        if get_origin(hint) is Annotated:
            marks.extend(hint.__metadata__)
        hint = get_args(hint)[0]
    return hint, marks


def _mark(marks: list[Any], kind: type) -> Any:
    return next((m for m in marks if isinstance(m, kind)), None)


def _semantic(marks: list[Any]) -> str:
    mark = _mark(marks, Semantic)
    if mark is None:
        return ""
    if mark.name not in SEMANTICS:
        near = get_close_matches(mark.name, SEMANTICS, n=3)
        known = f"use {' or '.join(near)}" if near else "use one of dive.tools.semantics.SEMANTICS"
        raise DiveError(f"unknown semantic type {mark.name!r}; register it with semantic_type() or {known}")
    return str(mark.name)


def nested(fields: Iterable[ResultField]) -> Iterator[ResultField]:
    """The fields with all that are inside them."""
    for spec in fields:
        yield spec
        yield from nested((*spec.fields, *((spec.item,) if spec.item else ())))
