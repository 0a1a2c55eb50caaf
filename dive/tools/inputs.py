"""Inputs of a tool, made from its schema and its semantic types: those that a person would give, and hostile ones."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from dive.tools.fields import Parameter, ResultField
from dive.tools.tool import Tool
from dive.types import Json, canonical

Values = dict[str, list[Json]]
"""Known values by semantic type."""
MOST = 600
"""Values kept of a semantic type."""
HOSTILE = (
    "", " ", "\x00", "a\x00b", "../../../etc/passwd", "/etc/passwd", "'; DROP TABLE x; --", "{}", "%s%s%n", "<script>", "\ud7ff",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\u202eabc", "é" * 50, "A" * 1000, "(" * 100, "9" * 100, "-1", "1e308", "NaN", "nan", "inf", "None", "null", "0",
    "2024-02-30", "0000-00-00", "9999-12-31", "__import__('os').system('true')", "a" * 60 + "!", "\n\n", "١٢٣",
)  # fmt: skip
"""Texts that programs are known to trip over."""
NUMBERS: tuple[Json, ...] = (0, -1, 1, 2, 10**6, -(10**6), 2**31, 2**63, 10**30, 0.0, -0.0, 1e-300, 1e300, -1e300, 0.1, 0.5)


class KnownValues:
    """Values that are known of each semantic type: those given, those that tools name, and those found in results."""

    def __init__(self, values: Mapping[str, Iterable[Json]] | None = None) -> None:
        self.values: Values = {}
        for semantic, items in (values or {}).items():
            for value in items:
                self.add(semantic, value)

    def add(self, semantic: str, value: Json) -> None:
        """Keep a value, unless there are enough of its type."""
        known = self.values.setdefault(semantic, [])
        if len(known) < MOST and value is not None and value not in known:
            known.append(value)

    def add_tool(self, tool: Tool) -> None:
        """The values that a tool's parameters and examples name."""
        for parameter in tool.parameters.values():
            if parameter.semantic:
                given = [example[parameter.name] for example in tool.examples if parameter.name in example]
                for value in [*given, *parameter.among]:
                    for item in value if isinstance(value, list) else (value,):
                        self.add(parameter.semantic, item)

    def add_result(self, tool: Tool, result: Json) -> None:
        """The values of a result that have a semantic type."""
        for semantic, value in typed_values(tool.results, result):
            self.add(semantic, value)


def typed_values(fields: Iterable[ResultField], result: Json) -> Iterator[tuple[str, Json]]:
    """Every value in a result that has a semantic type, with that type."""
    for spec in fields:
        value = result.get(spec.name) if isinstance(result, dict) else None
        if value is None:
            continue
        parts = value if spec.kind == "list" and isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, dict):
                yield from typed_values(spec.fields, part)
            elif spec.semantic and not isinstance(part, list):
                yield spec.semantic, part


def likely(
    tool: Tool, known: KnownValues, count: int, rng: random.Random, worked: Sequence[Mapping[str, Json]] = ()
) -> Iterator[dict[str, Json]]:
    """Up to `count` different sets of arguments of the kind that a person would give, after the tool's examples.

    Arguments that are drawn one by one seldom go together: a currency, and a day on which it had a rate. So every second
    draw takes an example, or an input that `worked`, and puts something else for one of its parameters. The caller may
    add to `worked` while inputs are drawn.
    """
    made = {canonical(dict(example)): dict(example) for example in tool.examples}
    yield from list(made.values())
    for _ in range(4 * count):
        if len(made) >= count + len(tool.examples):
            break
        going = [*tool.examples, *worked]
        bound = _varied(tool, known, rng.choice(going), rng) if going and rng.random() < 0.5 else _bound(tool, known, rng)
        if bound is None:
            break
        if canonical(bound) not in made:
            made[canonical(bound)] = bound
            yield bound


def _bound(tool: Tool, known: KnownValues, rng: random.Random) -> dict[str, Json] | None:
    """Each argument drawn by itself; None where there is nothing to put for one that is required."""
    bound: dict[str, Json] = {}
    for name, parameter in tool.parameters.items():
        choices = _choices(tool, parameter, known)
        if not parameter.required and (not choices or rng.random() < 0.6):
            continue
        if not choices:
            return None
        bound[name] = _drawn(parameter, choices, rng)
    return bound


def _varied(tool: Tool, known: KnownValues, like: Mapping[str, Json], rng: random.Random) -> dict[str, Json]:
    """The same arguments but for one."""
    choices = {name: found for name, p in tool.parameters.items() if (found := _choices(tool, p, known))}
    if not choices:
        return dict(like)
    name = rng.choice(list(choices))
    return {**like, name: _drawn(tool.parameters[name], choices[name], rng)}


def _choices(tool: Tool, parameter: Parameter, known: KnownValues) -> list[Json]:
    return choices_of(parameter, known) or [e[parameter.name] for e in tool.examples if parameter.name in e]


def _drawn(parameter: Parameter, choices: list[Json], rng: random.Random) -> Json:
    value = rng.choice(choices)
    if parameter.kind == "list" and not isinstance(value, list):
        return rng.sample(choices, min(len(choices), rng.choice((2, 3, 4))))
    return value


def choices_of(parameter: Parameter, known: KnownValues) -> list[Json]:
    """What may be put for a parameter: its own literals and values of its type; items, where it is a list of those."""
    typed = known.values.get(parameter.semantic, []) if parameter.semantic else []
    return [*parameter.among, *(value for value in typed if value not in parameter.among)]


@contextmanager
def same_in_every_process() -> Iterator[None]:
    """Hypothesis without the constants that it reads out of the modules loaded so far: which those are depends on what a
    worker has done before, and so would the inputs.
    """
    from hypothesis.internal.conjecture import providers

    inside: Any = providers  # what it keeps to itself; where it has another name, nothing is changed
    before = getattr(inside, "_get_local_constants", None)
    if before is None:
        yield
        return
    nothing = inside.Constants()
    inside._get_local_constants = lambda: nothing
    try:
        yield
    finally:
        inside._get_local_constants = before


def any_arguments(tool: Tool, known: KnownValues) -> Any:
    """A hypothesis strategy of arguments: fitting ones, extreme ones, wrong ones and ones that nobody has asked for."""
    from hypothesis import strategies as st

    shared = tool.schema.get("$defs", {})
    required = {name: _any_value(p, known, shared) for name, p in tool.parameters.items() if p.required}
    optional = {name: _any_value(p, known, shared) for name, p in tool.parameters.items() if not p.required}
    fitting = st.fixed_dictionaries(required, optional=optional)
    spoilt = {name: st.one_of(value, _junk()) for name, value in (required | optional).items()}
    wrong = st.fixed_dictionaries({}, optional={**spoilt, "nobody_asked": _junk()})
    return st.one_of(fitting, fitting, fitting, wrong)


def _any_value(parameter: Parameter, known: KnownValues, shared: Json) -> Any:
    from hypothesis import strategies as st

    kinds = [of_schema(parameter.schema, shared)]
    choices = choices_of(parameter, known)
    if choices and parameter.kind == "list":
        kinds.append(st.lists(st.sampled_from(choices), max_size=6))
    elif choices:
        kinds += [st.sampled_from(choices)] * 2
    if parameter.kind == "text":
        kinds.append(st.sampled_from(HOSTILE))
    elif parameter.kind in ("number", "integer"):
        kinds.append(st.sampled_from([n for n in NUMBERS if parameter.kind == "number" or isinstance(n, int)]))
    return st.one_of(kinds)


def of_schema(schema: Mapping[str, Any], shared: Mapping[str, Any]) -> Any:
    """A hypothesis strategy of the values that fit a schema of the kind that a tool's arguments have; `shared` are the
    definitions that it refers to.
    """
    from hypothesis import strategies as st

    if "$ref" in schema:
        return st.deferred(lambda: of_schema(shared[schema["$ref"].rpartition("/")[2]], shared))
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return st.one_of([of_schema(part, shared) for part in schema[key]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    match schema.get("type"):
        case "integer":
            low, high = schema.get("minimum"), schema.get("maximum")
            low = schema["exclusiveMinimum"] + 1 if "exclusiveMinimum" in schema else low
            return st.integers(low, schema["exclusiveMaximum"] - 1 if "exclusiveMaximum" in schema else high)
        case "number":
            low, high = (
                schema.get("minimum", schema.get("exclusiveMinimum")),
                schema.get("maximum", schema.get("exclusiveMaximum")),
            )
            return st.floats(
                low, high, exclude_min="exclusiveMinimum" in schema, exclude_max="exclusiveMaximum" in schema,
                allow_nan=False, allow_infinity=False,
            )  # fmt: skip
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"])
        case "string":
            least = schema.get("minLength", 0)
            return st.text(min_size=least, max_size=max(least, min(schema.get("maxLength", 40), 40)))
        case "array":
            least = schema.get("minItems", 0)
            most = max(least, min(schema.get("maxItems", 8), least + 8))
            return st.lists(of_schema(schema.get("items", {}), shared), min_size=least, max_size=most)
        case "object" if "properties" in schema:
            parts = {name: of_schema(part, shared) for name, part in schema["properties"].items()}
            needed = {name: parts.pop(name) for name in schema.get("required", ())}
            return st.fixed_dictionaries(needed, optional=parts)
        case "object":
            return st.dictionaries(st.text(max_size=8), of_schema(schema.get("additionalProperties") or {}, shared), max_size=4)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return _junk()


def _junk() -> Any:
    from hypothesis import strategies as st

    plain = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(HOSTILE), st.text(max_size=8))
    return st.one_of(plain, st.lists(plain, max_size=3), st.dictionaries(st.text(max_size=4), plain, max_size=3))
