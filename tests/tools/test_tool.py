"""What `@tool` refuses, what a call answers, and the schema that a signature gives."""

import datetime
import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, NotRequired, Optional

import numpy
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from dive.errors import DiveError, ToolError, bad_arguments, not_found
from dive.tools.tool import MAX_MESSAGE_CHARS, MAX_RESULT_CHARS, Among, Says, Semantic, Tool, tool


class Point(TypedDict):
    x: float
    y: Annotated[float, Field(ge=0)]


class Tree(TypedDict):
    children: "list[Tree]"


class Settings(BaseModel):
    depth: int = 3
    label: str


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Named(TypedDict):
    name: Annotated[str, Semantic("chem.name"), Says("name")]
    mass: Annotated[float | None, Says("molar mass", unit="g/mol", digits=2)]


@dataclass
class Plain:
    x: int


def made(function: Callable[..., Any], **options: Any) -> Tool:
    return tool(**{"domain": "general", "kind": "processing", **options})(function)


def answering(answer: Any) -> Tool:
    """A tool that gives whatever it is told to."""

    def give() -> Any:
        """Give it."""
        return answer() if callable(answer) else answer

    return made(give)


def failure(made_tool: Tool, arguments: Any) -> ToolError:
    with pytest.raises(ToolError) as caught:
        made_tool.call(arguments)
    return caught.value


# --- decoration: one clear error each ---------------------------------------------------------------------------------
def undocumented(x: int) -> int:
    return x


def untyped(x) -> int:
    """Doc."""
    return x


def no_return(x: int):
    """Doc."""
    return x


def returns_none(x: int) -> None:
    """Doc."""


def starred(*values: int) -> int:
    """Doc."""
    return sum(values)


def keyworded(**values: int) -> int:
    """Doc."""
    return sum(values.values())


def positional(x: int, /) -> int:
    """Doc."""
    return x


def underscored(_x: int) -> int:
    """Doc."""
    return _x


def gives_set() -> set[int]:
    """Doc."""
    return {1}


def gives_bytes() -> bytes:
    """Doc."""
    return b""


def gives_bytes_deep() -> dict[str, list[bytes]]:
    """Doc."""
    return {}


def gives_number_keys() -> dict[int, str]:
    """Doc."""
    return {}


def gives_dataclass() -> Plain:
    """Doc."""
    return Plain(1)


def gives_array() -> numpy.ndarray:
    """Doc."""
    return numpy.zeros(1)


def gives_text_or_bytes() -> str | bytes:
    """Doc."""
    return ""


def gives_iterator() -> Iterator[int]:
    """Doc."""
    yield 1


def gives_tree() -> Tree:
    """Doc."""
    return {"children": []}


def takes_object(x: object) -> int:
    """Doc."""
    return 1


def takes_list_of_bytes(x: list[bytes]) -> int:
    """Doc."""
    return 1


def takes_unknown_type(x: "Nowhere") -> int:  # noqa: F821
    """Doc."""
    return 1


def takes_unknown_semantic(x: Annotated[str, Semantic("chem.smile")]) -> int:
    """Doc."""
    return 1


def takes_unknown_semantics(x: list[Annotated[str, Semantic("no.such")]]) -> int:
    """Doc."""
    return 1


def gives_unknown_semantic() -> Annotated[str, Semantic("no.such")]:
    """Doc."""
    return ""


async def waits(x: int) -> int:
    """Doc."""
    return x


def Capital(x: int) -> int:
    """Doc."""
    return x


def ab(x: int) -> int:
    """Doc."""
    return x


def a_name_that_is_longer_than_a_model_provider_accepts(x: int) -> int:
    """Doc."""
    return x


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (undocumented, "has no docstring"),
        (untyped, "parameter 'x' has no type; write x: str"),
        (no_return, "has no return type"),
        (returns_none, "has no return type"),
        (starred, "*values has no schema"),
        (keyworded, "*values has no schema"),
        (positional, "'x' cannot be given by name"),
        (underscored, "'_x' cannot be given by name"),
        (gives_set, "its result is not JSON: set"),
        (gives_bytes, "its result is not JSON: bytes"),
        (gives_bytes_deep, "its result is not JSON: bytes"),
        (gives_number_keys, "keys of dict[int, str] are not text"),
        (gives_dataclass, "its result is not JSON: Plain"),
        (gives_array, "its result is not JSON: ndarray"),
        (gives_text_or_bytes, "its result is not JSON: bytes"),
        (gives_iterator, "its result is not JSON"),
        (gives_tree, "its result contains itself"),
        (takes_object, "parameter 'x' is not JSON: object"),
        (takes_list_of_bytes, "parameter 'x' is not JSON: bytes"),
        (takes_unknown_type, "'Nowhere'"),
        (takes_unknown_semantic, "unknown semantic type 'chem.smile'"),
        (takes_unknown_semantics, "unknown semantic type 'no.such'"),
        (gives_unknown_semantic, "its result has an unknown semantic type 'no.such'"),
        (waits, "is async"),
        (Capital, "a name is 3 to 48"),
        (ab, "a name is 3 to 48"),
        (a_name_that_is_longer_than_a_model_provider_accepts, "a name is 3 to 48"),
        (lambda x: x, "a name is 3 to 48"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_decoration_refuses(function, message):
    with pytest.raises(DiveError) as caught:
        made(function)
    text = str(caught.value)
    assert message in text
    assert repr(function.__name__) in text, "the message names the tool"
    assert len(text) < 300
    assert "\n" not in text


def test_an_unknown_semantic_type_is_answered_with_near_ones():
    with pytest.raises(DiveError, match=r"chem\.smiles"):
        made(takes_unknown_semantic)


@pytest.mark.parametrize("option", [{"about": "{smiles}"}, {"given": "at {temperature}"}])
def test_a_phrase_slot_that_is_no_parameter_is_refused(option):
    def mass(name: str) -> float:
        """Mass."""
        return 1.0

    with pytest.raises(DiveError, match=r"slot \{\w+\} is not a parameter; there are \['name'\]"):
        made(mass, **option)


def test_a_slot_of_a_result_field_that_is_no_parameter_is_refused():
    def mass(name: str) -> Annotated[float, Says("mass of {compound}")]:
        """Mass."""
        return 1.0

    with pytest.raises(DiveError, match=r"\{compound\}"):
        made(mass)


def test_an_unknown_kind_is_refused():
    with pytest.raises(DiveError, match="'lookup' is neither of retrieval and processing"):
        made(gives_any, kind="lookup")


def gives_any() -> Any:
    """Doc."""
    return 1


# --- calls: arguments -------------------------------------------------------------------------------------------------
def area(
    corner: Point,
    sides: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1, max_length=3)],
    name: Annotated[str, Semantic("chem.name"), Says("name"), Field(min_length=2, description="who it is")],
    colour: Colour = Colour.RED,
    unit: Literal["cm", "inch"] = "cm",
    limit: int | None = None,
    settings: Settings | None = None,
) -> dict[str, Any]:
    """The area.

    Not for models.
    """
    return {"x": corner["x"], "sides": sides, "name": name, "colour": colour, "unit": unit, "limit": limit, "settings": settings}


AREA = made(area)
GOOD = {"corner": {"x": 1, "y": 0}, "sides": [1.5], "name": "ab"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"color": "red"}, "color: Extra inputs"),
        ({"corner": {"x": 1, "y": 0, "z": 0}}, "corner.z: Extra inputs"),
        ({"corner": {"x": 1}}, "corner.y: Field required"),
        ({"corner": {"x": 1, "y": -1}}, "corner.y: Input should be greater"),
        ({"corner": [1, 2]}, "corner: "),
        ({"sides": []}, "sides: "),
        ({"sides": [1, 2, 3, 4]}, "sides: "),
        ({"sides": [1, 0]}, "sides.1: "),
        ({"sides": "1"}, "sides: "),
        ({"name": "a"}, "name: "),
        ({"name": None}, "name: "),
        ({"name": 12}, "name: "),
        ({"colour": "green"}, "colour: "),
        ({"unit": "mile"}, "unit: "),
        ({"limit": "many"}, "limit: "),
        ({"limit": 1.5}, "limit: "),
        ({"settings": {"depth": 1}}, "settings.label: Field required"),
        ({"corner": {"x": "nan", "y": 0}}, "corner.x: Input should be a finite number"),
        ({"sides": ["inf"]}, "sides.0: "),
        ({"sides": [float("nan")]}, "arguments are not JSON"),
        ({"name": "\ud800\ud800"}, "arguments are not JSON"),
        ({"name": {"a", "b"}}, "arguments are not JSON"),
    ],
)
def test_arguments_that_do_not_fit(change, fault):
    error = failure(AREA, {**GOOD, **change})
    assert error.code == "bad_arguments"
    assert fault in error.message


def test_every_missing_argument_is_named():
    error = failure(AREA, {})
    assert error.code == "bad_arguments"
    assert all(f"{name}: Field required" in error.message for name in ("corner", "sides", "name"))


@pytest.mark.parametrize("arguments", [None, 3, [1, 2], "text"])
def test_arguments_that_are_no_object(arguments):
    assert failure(AREA, arguments).code == "bad_arguments"


def test_arguments_nested_too_deeply():
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    assert failure(AREA, {**GOOD, "sides": deep}).code == "bad_arguments"


def test_the_message_about_an_endless_argument_is_bounded():
    error = failure(AREA, {**GOOD, "x" * 100_000: 1})
    assert error.code == "bad_arguments"
    assert len(error.message) <= MAX_MESSAGE_CHARS


def test_arguments_reach_the_function_with_their_types_and_defaults():
    checked = AREA.validate({**GOOD, "colour": "blue", "settings": {"label": "b"}})
    assert checked["colour"] is Colour.BLUE
    assert checked["settings"] == Settings(depth=3, label="b")
    assert (checked["unit"], checked["limit"]) == ("cm", None)
    assert list(checked) == ["corner", "sides", "name", "colour", "unit", "limit", "settings"]
    answer = AREA.call({**GOOD, "settings": {"label": "b"}})["value"]
    assert answer["settings"] == {"depth": 3, "label": "b"}
    assert answer["colour"] == "red"


def test_dates_are_parsed():
    def year(day: datetime.date) -> int:
        """Year."""
        return day.year

    assert made(year).call({"day": "2024-02-29"}) == {"value": 2024}
    assert failure(made(year), {"day": "2023-02-29"}).code == "bad_arguments"


def test_a_default_is_not_shared_between_calls():
    def grow(items: list[int] = []) -> list[int]:  # noqa: B006
        """Grow."""
        items.append(1)
        return items

    growing = made(grow)
    assert growing.call({}) == growing.call({}) == {"value": [1]}


@pytest.mark.filterwarnings("error")
def test_parameters_may_be_named_like_the_methods_of_a_model():
    def shadow(copy: int, schema: int, json: int, model_dump: int, model_fields: int, title: str) -> int:
        """Shadow."""
        return copy + schema + json + model_dump + model_fields

    made_tool = made(shadow)
    arguments = {"copy": 1, "schema": 2, "json": 3, "model_dump": 4, "model_fields": 5, "title": "t"}
    assert made_tool.call(arguments) == {"value": 15}
    assert set(made_tool.schema["properties"]) == set(arguments)


# --- calls: failures of the function ----------------------------------------------------------------------------------
def raising(error: BaseException) -> Tool:
    def fail() -> int:
        """Fail."""
        raise error

    return made(fail)


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (not_found("compound", "unobtainium"), "not_found", "no compound for 'unobtainium'"),
        (bad_arguments("start is after end"), "bad_arguments", "start is after end"),
        (ToolError("denied", "no key"), "denied", "no key"),
        (ToolError("no_such_code", "what"), "bug", "what"),  # type: ignore[arg-type]
        (ZeroDivisionError("division by zero"), "bad_arguments", "nothing can be computed from these values: division by zero"),
        (OverflowError("too large"), "bad_arguments", "nothing can be computed from these values: too large"),
        (DiveError("a mistake"), "bug", "DiveError: a mistake"),
        (SystemExit(3), "bug", "SystemExit: 3"),
        (RecursionError("deep"), "bug", "RecursionError: deep"),
        (MemoryError(), "too_large", "ran out of memory"),
        (numpy.linalg.LinAlgError("singular"), "bug", "LinAlgError: singular"),
    ],
)
def test_an_exception_is_a_coded_error(error, code, message):
    caught = failure(raising(error), {})
    assert caught.code == code
    assert message in caught.message


def test_the_message_of_an_error_is_bounded():
    for error in (not_found("thing", "x" * 100_000), ValueError("x" * 100_000)):
        assert len(failure(raising(error), {}).message) <= MAX_MESSAGE_CHARS


def test_a_user_can_still_interrupt():
    with pytest.raises(KeyboardInterrupt):
        raising(KeyboardInterrupt()).call({})


def test_a_plain_list_of_records_has_a_schema_that_can_be_used():
    import jsonschema

    @made
    def several() -> list[Named]:
        """Compounds."""
        return []

    validator = jsonschema.Draft202012Validator(several.result_schema)
    assert validator.is_valid({"value": [{"name": "water", "mass": 18.0}]})
    assert not validator.is_valid({"value": [{"name": 3, "mass": 18.0}]})


# --- calls: results ---------------------------------------------------------------------------------------------------
def endless() -> list[Any]:
    loop: list[Any] = []
    loop.append(loop)
    return loop


def nat() -> Any:
    import pandas

    return pandas.NaT


@pytest.mark.parametrize("answer", [float("nan"), float("-inf"), {"a": [1.0, float("nan")]}, numpy.float32("nan")])
def test_what_is_not_finite_cannot_be_computed(answer):
    @made
    def compute() -> Any:
        """Computes."""
        return answer

    caught = failure(compute, {})
    assert caught.code == "bad_arguments"
    assert "nothing can be computed from these values" in caught.message
    assert "not a finite number" in caught.message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"bytes", "bytes is not JSON"),
        (object, "object is not JSON"),
        ({1, 2}, "set is not JSON"),
        (iter([1]), "iterator is not JSON"),
        (1 + 2j, "complex is not JSON"),
        (numpy.array([1.0]), "ndarray is not JSON"),
        (datetime.timedelta(1), "timedelta is not JSON"),
        (nat, "NaT is not a date"),
        (Plain(1), "Plain is not JSON"),
        ({1: 2}, "key 1 is not text"),
        ({None: 2}, "key None is not text"),
        ({"a": {("b", "c"): 2}}, "key ('b', 'c') is not text"),
        (endless, "nested too deeply, or within itself"),
        ("\ud800", "surrogates not allowed"),
        ({"\ud800": 1}, "surrogates not allowed"),
        (10**5000, "limit (4300 digits)"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_what_json_cannot_hold_is_a_bug(answer, message):
    error = failure(answering(answer), {})
    assert error.code == "bug"
    assert "result is not JSON" in error.message
    assert message in error.message
    assert len(error.message) < 200


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (numpy.float64(1.5), 1.5),
        (numpy.float32(0.5), 0.5),
        (numpy.int64(-3), -3),
        (numpy.uint8(200), 200),
        (numpy.bool_(True), True),
        (numpy.str_("text"), "text"),
        (numpy.datetime64("2020-01-02"), "2020-01-02"),
        (datetime.date(2020, 1, 2), "2020-01-02"),
        (datetime.datetime(2020, 1, 2, 3, 4), "2020-01-02T03:04:00"),
        (Colour.RED, "red"),
        (Settings(label="x"), {"depth": 3, "label": "x"}),
        ((1, [2, (3,)]), [1, [2, [3]]]),
        ({"b": 1, "a": None}, {"a": None, "b": 1}),
        (-0.0, 0.0),
        (10**400, 10**400),
        ("ünï\x00", "ünï\x00"),
        (True, True),
    ],
)
def test_what_json_can_hold_is_plain(answer, expected):
    plain = answering(answer).call({})["value"]
    assert plain == expected
    assert type(plain) is type(expected)


def test_a_result_is_bounded_to_the_character():
    frame = len('{"value":""}')
    assert len(answering("x" * (MAX_RESULT_CHARS - frame)).call({})["value"]) == MAX_RESULT_CHARS - frame
    error = failure(answering("x" * (MAX_RESULT_CHARS - frame + 1)), {})
    assert error.code == "too_large"
    assert "16,001" in error.message


def test_a_record_is_not_wrapped_and_a_value_is():
    def caffeine() -> Named:
        """Caffeine."""
        return {"name": "caffeine", "mass": None}

    def marked() -> Annotated[Named, Says("compound")]:
        """Caffeine."""
        return {"name": "caffeine", "mass": 194.19}

    assert made(caffeine).call({}) == {"name": "caffeine", "mass": None}
    assert made(marked).call({})["mass"] == 194.19
    for one in (made(caffeine), made(marked)):
        assert [f.name for f in one.results] == ["name", "mass"]
        assert set(one.result_schema["properties"]) == {"name", "mass"}


def test_a_declared_record_that_is_none_is_a_bug():
    def caffeine() -> Named:
        """Caffeine."""
        return [1]  # type: ignore[return-value]

    assert "declared as a record and is list" in failure(made(caffeine), {}).message


def test_a_result_does_not_change_with_what_the_tool_keeps():
    kept = {"a": [1]}
    tool_of_kept = answering(lambda: kept)
    tool_of_kept.call({})["value"]["a"].append(2)
    assert tool_of_kept.call({}) == {"value": {"a": [1]}}


# --- what a signature says --------------------------------------------------------------------------------------------
def test_schema():
    schema = AREA.schema
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["corner", "sides", "name"]
    point = schema["$defs"]["Point"]
    assert point["additionalProperties"] is False
    assert point["properties"]["y"] == {"type": "number", "minimum": 0}
    properties = schema["properties"]
    assert properties["sides"] == {
        "type": "array",
        "items": {"type": "number", "exclusiveMinimum": 0},
        "minItems": 1,
        "maxItems": 3,
    }
    assert properties["name"] == {"type": "string", "format": "chem.name", "minLength": 2, "description": "who it is"}
    assert schema["$defs"]["Colour"]["enum"] == ["red", "blue"]
    assert (properties["unit"]["enum"], properties["unit"]["default"]) == (["cm", "inch"], "cm")
    assert properties["limit"] == {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None}
    assert schema["$defs"]["Settings"]["properties"]["depth"] == {"type": "integer", "default": 3}
    assert "title" not in str(schema)


def test_semantic_types_are_the_format_of_parameters_items_and_results():
    def weigh(
        names: list[Annotated[str, Semantic("chem.name")]],
        other: Annotated[str, Semantic("chem.smiles")] | None = None,
    ) -> list[Annotated[float, Semantic("chem.molar_mass")]]:
        """Weigh."""
        return [1.0 for _ in names]

    weighing = made(weigh)
    assert weighing.schema["properties"]["names"]["items"]["format"] == "chem.name"
    assert weighing.schema["properties"]["other"]["anyOf"][0]["format"] == "chem.smiles"
    assert weighing.result_schema["properties"]["value"]["items"]["format"] == "chem.molar_mass"
    assert {name: p.semantic for name, p in weighing.parameters.items()} == {"names": "chem.name", "other": "chem.smiles"}
    assert (weighing.results[0].semantic, weighing.results[0].kind) == ("chem.molar_mass", "list")


def test_parameters():
    parameters = AREA.parameters
    assert [p.kind for p in parameters.values()] == ["record", "list", "text", "text", "text", "integer", "record"]
    assert [p.required for p in parameters.values()] == [True, True, True, False, False, False, False]
    assert parameters["colour"].among == ("red", "blue")
    assert parameters["unit"].among == ("cm", "inch")
    assert (parameters["unit"].default, parameters["limit"].default) == ("cm", None)
    assert (parameters["name"].semantic, parameters["name"].says) == ("chem.name", Says("name"))


def test_among_and_optional_choices():
    def choose(
        year: Annotated[int, Among((1999, 2024))],
        side: Literal["left", "right"] | None = None,
        old: Optional[int] = None,  # noqa: UP045
    ) -> int:
        """Choose."""
        return year

    parameters = made(choose).parameters
    assert parameters["year"].among == (1999, 2024)
    assert (parameters["side"].among, parameters["side"].kind) == (("left", "right"), "text")
    assert parameters["old"].kind == "integer"


def test_result_fields():
    class Found(TypedDict):
        count: int
        best: Annotated[Named | None, Says("best match")]
        others: Annotated[list[Named], Says("other match", plural="other matches")]
        tags: list[str]
        exact: NotRequired[bool]

    def find() -> Found:
        """Find."""
        return {"count": 0, "best": None, "others": [], "tags": []}

    find.__annotations__["return"] = Found
    fields = {field.name: field for field in made(find).results}
    assert {n: f.kind for n, f in fields.items()} == {
        "count": "integer", "best": "record", "others": "list", "tags": "list", "exact": "boolean",
    }  # fmt: skip
    assert fields["best"].optional
    assert [f.name for f in fields["others"].fields] == ["name", "mass"]
    assert fields["others"].fields[1].optional
    assert fields["others"].fields[1].says == Says("molar mass", unit="g/mol", digits=2)
    assert fields["tags"].item is not None
    assert fields["tags"].item.kind == "text"


def test_description_is_the_first_paragraph_on_one_line():
    def weigh(name: str) -> float:
        """Molar mass of a compound,
        rounded.

        Not shown to models.
        """
        return 1.0

    assert made(weigh).description == "Molar mass of a compound, rounded."


def test_version_counts_revision_and_libraries():
    import pydantic

    versioned = made(gives_any, revision=4, requires=("pydantic", "typing-extensions"))
    assert versioned.version.startswith(f"4 pydantic=={pydantic.VERSION} typing-extensions==")
    assert replace(versioned, revision=5).version != versioned.version
    assert versioned.provider == "pydantic"
    assert made(gives_any).provider == "own"
