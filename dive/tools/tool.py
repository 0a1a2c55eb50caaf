"""`@tool`: a typed, documented function becomes a tool that checks its arguments and always answers.

The signature is the schema. A parameter's type gives its JSON Schema (through pydantic: nested objects, lists, enums,
defaults, bounds); the marks `Semantic`, `Says` and `Among` in `Annotated` add what it stands for, how a person puts
it and which values a person would state. A result is a record (a `TypedDict` whose fields carry the same marks) or
one bare value, which is wrapped as `{"value": ...}`. An imported tool has no signature; its `declared` JSON Schema
stands in for it. Nothing here starts a process or a clock: deadlines belong to `dive.tools.host`.
"""

import inspect
import json
import math
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model

from dive.errors import ERROR_CODES, DiveError, ToolError
from dive.tools.declared import Declared
from dive.tools.fields import Among, Parameter, ResultField, Says, Semantic, is_record, nested, parameter_of, result_fields
from dive.types import Json, Kind, canonical

__all__ = ["Among", "Says", "Semantic", "Tool", "tool"]

NAME = re.compile(r"[a-z][a-z0-9_]{2,47}")
MAX_RESULT_CHARS = 16_000
"""Longest canonical JSON of one result; a longer one is the error `too_large`."""
MAX_MESSAGE_CHARS = 1_000
NOT_COMPUTABLE = "nothing can be computed from these values"
"""What is said where arithmetic overflows, divides by zero or leaves the finite numbers."""
"""Longest message of an error; a longer one is cut."""


@dataclass(frozen=True)
class Tool:
    """A callable with a schema. `call` takes a JSON object and returns canonical JSON data or raises `ToolError`."""

    name: str
    function: Callable[..., Any]
    domain: str
    kind: Kind
    provider: str
    """The library or service behind it."""
    source: str
    """Where the formula or the data comes from."""
    about: str = ""
    """What the results are attributes of, with slots for parameters: `"{smiles}"`."""
    given: str = ""
    """The circumstances under which they hold: `"at {temperature}"`."""
    requires: tuple[str, ...] = ()
    """Distributions that must be installed."""
    needs: Callable[[], str] | None = None
    """Says what else is lacking to run it here, or an empty string."""
    examples: tuple[Mapping[str, Json], ...] = ()
    """Arguments that work; the first is shown in the documentation."""
    revision: int = 1
    """Counts changes of this tool's own code that change results."""
    volatile: bool = False
    """Whether the same call may answer differently tomorrow."""
    deadline: float = 60.0
    """Seconds after which a call is stopped."""
    repeat: bool = True
    """Whether a host makes a call that was lost a second time."""
    programs: bool = False
    """Whether a call may start another program."""
    stateful: bool = False
    """Whether what a call answers may depend on earlier calls; each task begins with a fresh state."""
    resets: bool = True
    """Whether its state begins anew with its process; that of a server elsewhere does not."""
    edition: str = ""
    """What stands for the code in its version: the file or the distribution that it was loaded from."""
    variables: tuple[str, ...] = ()
    """Environment variables that must be set, such as the key of an API."""
    hints: Mapping[str, Any] = field(default_factory=dict, repr=False)
    declared: Declared | None = field(default=None, repr=False)
    """The schema of a tool that has no signature; its function takes one mapping, the arguments."""

    @cached_property
    def description(self) -> str:
        """The first paragraph of the function's docstring, on one line."""
        if self.declared is not None:
            return self.declared.description
        paragraph = (inspect.getdoc(self.function) or "").split("\n\n")[0]
        return " ".join(paragraph.split())

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The parameters by name, in the order of the signature."""
        if self.declared is not None:
            return self.declared.parameters
        signature = inspect.signature(self.function)
        schemas = self.schema["properties"]
        return {
            name: parameter_of(name, self.hints[name], schemas[name], parameter.default)
            for name, parameter in signature.parameters.items()
        }

    @cached_property
    def results(self) -> tuple[ResultField, ...]:
        """The fields of the result record."""
        if self.declared is not None:
            return self.declared.results
        return result_fields(self.hints["return"], default_noun=self.name.replace("_", " "))

    @cached_property
    def takes(self) -> frozenset[str]:
        """The semantic types of its parameters."""
        return frozenset(p.semantic for p in self.parameters.values() if p.semantic)

    @cached_property
    def gives(self) -> frozenset[str]:
        """The semantic types in its result, those of items and of nested records included."""
        return frozenset(spec.semantic for spec in nested(self.results) if spec.semantic)

    @cached_property
    def bindable(self) -> bool:
        """Whether every required parameter has a semantic type or literals that a person would state."""
        return all(p.semantic or p.among for p in self.parameters.values() if p.required)

    @cached_property
    def _arguments(self) -> Any:
        fields: dict[str, Any] = {}
        for name, parameter in inspect.signature(self.function).parameters.items():
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[name] = (self.hints[name], default)
        config = ConfigDict(extra="forbid", allow_inf_nan=False, protected_namespaces=())
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Field name .* shadows")  # a parameter may be named `copy`
            return create_model(self.name, __config__=config, **fields)

    @cached_property
    def schema(self) -> dict[str, Json]:
        """JSON Schema of the arguments, closed, without titles."""
        if self.declared is not None:
            return dict(self.declared.schema)
        return _untitled(self._arguments.model_json_schema())

    @cached_property
    def result_schema(self) -> dict[str, Json]:
        """JSON Schema of the result record."""
        if self.declared is not None:
            return dict(self.declared.result) or {"type": "object"}
        made = _untitled(TypeAdapter(self.hints["return"]).json_schema())
        if is_record(self.hints["return"]):
            return made
        shared = made.pop("$defs", None)  # references to them are from the top
        return {"type": "object", "properties": {"value": made}, **({"$defs": shared} if shared else {})}

    @cached_property
    def version(self) -> str:
        """Revision and the versions of the libraries behind the result, such as `1 rdkit==2026.9.1`; a library that is
        not installed has none.
        """
        if self.declared is not None:
            return f"{self.revision} {self.declared.edition}"
        libraries = map(_edition, self.requires)
        return " ".join([str(self.revision), *libraries, *([self.edition] if self.edition else [])])

    @property
    def replayed(self) -> bool:
        """Whether its results are replayed instead of being made again: they change with time. Those of a stateful tool are
        made again, since a fresh state must lead to the same.
        """
        return self.volatile and not self.stateful

    def validate(self, arguments: Mapping[str, Json]) -> dict[str, Any]:
        """The arguments as the function takes them, defaults filled in; `bad_arguments` names every fault."""
        try:
            canonical(dict(arguments)).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise ToolError("bad_arguments", f"arguments are not JSON: {error}"[:MAX_MESSAGE_CHARS]) from None
        if self.declared is not None:
            return self.declared.checked(arguments)
        try:
            checked = self._arguments.model_validate(dict(arguments))
        except ValidationError as error:
            faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors()[:5])
            raise ToolError("bad_arguments", faults[:MAX_MESSAGE_CHARS]) from None
        return dict(checked)

    def call(self, arguments: Mapping[str, Json]) -> Json:
        """Run the tool. Any exception of the function that is not a `ToolError` is the coded error `bug`."""
        checked = self.validate(arguments)
        try:
            return self.plain(self.function(**checked) if self.declared is None else self.function(checked))
        except ToolError as error:
            code = error.code if error.code in ERROR_CODES else "bug"
            raise ToolError(code, str(error.message)[:MAX_MESSAGE_CHARS]) from error
        except MemoryError:
            raise ToolError("too_large", "the call ran out of memory") from None
        except ArithmeticError as error:
            raise ToolError("bad_arguments", f"{NOT_COMPUTABLE}: {error}"[:MAX_MESSAGE_CHARS]) from error
        except (Exception, SystemExit) as error:  # the boundary of a tool call
            raise ToolError("bug", f"{type(error).__name__}: {str(error)[:300]}") from error

    def plain(self, answer: Any) -> Json:
        """The result as bounded JSON data; what JSON cannot hold is the error `bug`."""
        if self.declared is not None:
            as_is = isinstance(answer, Mapping)
        else:
            as_is = is_record(self.hints["return"])
        record = answer if as_is else {"value": answer}
        if not isinstance(record, Mapping):
            raise ToolError("bug", f"result is declared as a record and is {type(record).__name__}")
        try:
            text = canonical(_jsonable(record))
            text.encode()
        except _NotFinite as error:
            raise ToolError("bad_arguments", f"{NOT_COMPUTABLE}: {error}") from None
        except RecursionError:
            raise ToolError("bug", "result is not JSON: it is nested too deeply, or within itself") from None
        except (TypeError, ValueError) as error:
            raise ToolError("bug", f"result is not JSON: {error}"[:MAX_MESSAGE_CHARS]) from None
        if len(text) > MAX_RESULT_CHARS:
            raise ToolError("too_large", f"result of {len(text):,} characters; the bound is {MAX_RESULT_CHARS:,}")
        return json.loads(text)


def tool(
    *, domain: str, kind: Kind, provider: str = "", source: str = "", about: str = "", given: str = "",
    requires: tuple[str, ...] = (), needs: Callable[[], str] | None = None, examples: tuple[Mapping[str, Json], ...] = (),
    revision: int = 1, volatile: bool = False, stateful: bool = False, deadline: float = 60.0, programs: bool = False,
) -> Callable[[Callable[..., Any]], Tool]:  # fmt: skip
    """Make a tool of a typed, documented function; the keywords are the fields of `Tool`.

    Raises `DiveError` at once, with the function's name, where a type or the documentation is missing.
    """

    def make(function: Callable[..., Any]) -> Tool:
        name = function.__name__
        if kind not in get_args(Kind):
            raise DiveError(f"tool {name!r}: kind {kind!r} is neither of {' and '.join(get_args(Kind))}")
        hints = _checked_hints(function)
        made = Tool(
            name=name, function=function, domain=domain, kind=kind, provider=provider or (requires or ("own",))[0],
            source=source, about=about, given=given, requires=requires, needs=needs, examples=examples, revision=revision,
            volatile=volatile, stateful=stateful, repeat=not stateful, deadline=deadline, programs=programs, hints=hints,
        )  # fmt: skip
        _check_slots(made, set(inspect.signature(function).parameters))
        return made

    return make


def _edition(distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{distribution}=={version(distribution)}"
    except PackageNotFoundError:
        return f"{distribution} not installed"


def _checked_hints(function: Callable[..., Any]) -> dict[str, Any]:
    name = function.__name__
    if not NAME.fullmatch(name):
        raise DiveError(f"tool {name!r}: a name is 3 to 48 lower-case letters, digits and underscores")
    if not inspect.getdoc(function):
        raise DiveError(f"tool {name!r} has no docstring; its first sentence is what a model reads")
    if inspect.iscoroutinefunction(function):
        raise DiveError(f"tool {name!r} is async; a tool is a plain function, which its host runs in a process of its own")
    try:
        hints = get_type_hints(function, include_extras=True)
    except NameError as error:
        raise DiveError(f"tool {name!r}: a type is not known where the tool stands ({error}); define it in the module") from None
    for parameter in inspect.signature(function).parameters.values():
        _check_parameter(name, parameter, hints)
    if hints.get("return", type(None)) is type(None):
        raise DiveError(f"tool {name!r} has no return type; annotate what it returns")
    try:
        result_fields(hints["return"], default_noun=name)
    except (TypeError, DiveError) as error:
        raise DiveError(f"tool {name!r}: its result {_fault(error)}") from None
    except RecursionError:
        raise DiveError(f"tool {name!r}: its result contains itself; give it a bounded depth") from None
    return hints


def _check_parameter(tool_name: str, parameter: inspect.Parameter, hints: Mapping[str, Any]) -> None:
    where = f"tool {tool_name!r}: parameter {parameter.name!r}"
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise DiveError(f"tool {tool_name!r}: *{parameter.name} has no schema; name each parameter")
    if parameter.kind is parameter.POSITIONAL_ONLY or parameter.name.startswith("_"):
        raise DiveError(f"{where} cannot be given by name; remove the `/` or the leading underscore")
    if parameter.name not in hints:
        raise DiveError(f"{where} has no type; write {parameter.name}: str, say")
    try:
        parameter_of(parameter.name, hints[parameter.name], {}, parameter.default)
    except (TypeError, DiveError) as error:
        raise DiveError(f"{where} {_fault(error)}") from None


def _fault(error: Exception) -> str:
    return f"has an {error}" if isinstance(error, DiveError) else f"is not JSON: {error}"


def _check_slots(made: Tool, names: set[str]) -> None:
    texts = [made.about, made.given, *(f.says.noun for f in made.results if f.says)]
    for slot in re.findall(r"\{(\w+)\}", " ".join(texts)):
        if slot not in names:
            raise DiveError(f"tool {made.name!r}: the phrase slot {{{slot}}} is not a parameter; there are {sorted(names)}")


class _NotFinite(ValueError):
    """A result is infinite or not a number."""


def _jsonable(value: Any) -> Json:
    """Numbers, strings, lists and records as they are; NaN, bytes and objects are refused with `TypeError`."""
    if isinstance(value, Enum):
        return _jsonable(value.value)
    if isinstance(value, BaseModel):
        return _jsonable(dict(value))
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _NotFinite(f"{value} is not a finite number")
        return value
    if isinstance(value, Mapping):
        return {_text_key(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        return _jsonable(value.item())  # a numpy scalar
    if hasattr(value, "isoformat"):
        if value != value:
            raise ValueError(f"{value} is not a date")
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")


def _text_key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"key {key!r} is not text")
    return key


def _untitled(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {k: _untitled(v) for k, v in schema.items() if not (k == "title" and isinstance(v, str))}
    return [_untitled(item) for item in schema] if isinstance(schema, list) else schema
