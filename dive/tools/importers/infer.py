"""Result schemas from evidence: what the results of a tool have looked like.

A schema of this kind says what to expect and refuses nothing: objects stay open, and a field is required only where
every result had it. Texts are not told apart further; the more results are seen, the better it is.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from dive.tools.host import ToolHost
from dive.tools.importers.file import Definition, ToolFile
from dive.tools.importers.load import tools_of
from dive.tools.pool import ToolPool
from dive.types import Json

MAX_FIELDS = 200
"""Different keys of an object beyond which it is taken for a table of entries, not for a record."""
MAX_DEPTH = 12


def inferred(values: Sequence[Json], depth: int = 0) -> dict[str, Json]:
    """The JSON Schema that all values meet."""
    kinds = sorted({_kind(value) for value in values})
    if "integer" in kinds and "number" in kinds:
        kinds.remove("integer")
    if not kinds or depth >= MAX_DEPTH:
        return {}
    made: dict[str, Json] = {"type": kinds[0] if len(kinds) == 1 else kinds}
    records = [value for value in values if isinstance(value, dict)]
    if records:
        names = list(dict.fromkeys(name for record in records for name in record))
        if len(names) <= MAX_FIELDS:
            made["properties"] = {n: inferred([r[n] for r in records if n in r], depth + 1) for n in names}
            always = [n for n in names if all(n in record for record in records)]
            if always:
                made["required"] = always
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        made["items"] = inferred(items, depth + 1)
    return made


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def learned(made: ToolFile, folder: Path) -> tuple[ToolFile, dict[str, str]]:
    """The tool file with result schemas inferred from calls with every example, and why tools have none. Calls are made;
    of tools that change something too, so it is for their user to give those examples.
    """
    definitions: list[Definition] = []
    reasons: dict[str, str] = {}
    with ToolHost(ToolPool(tools_of(made, folder))) as host:
        for definition in made.tools:
            results: list[Json] = []
            for example in _examples(definition):
                outcome = host.call(definition.name, example)
                if outcome.failure is None:
                    results.append(outcome.result)
                else:
                    reasons[definition.name] = f"{outcome.failure.code}: {outcome.failure.message}"
            if results:
                reasons.pop(definition.name, None)
                definitions.append(definition.model_copy(update={"result": inferred(results)}))
            else:
                reasons.setdefault(definition.name, "it has no examples of arguments")
                definitions.append(definition)
    return made.model_copy(update={"tools": tuple(definitions)}), reasons


def _examples(definition: Definition) -> Iterable[dict[str, Json]]:
    """Its examples; of a safe tool that needs no arguments the empty ones."""
    needs_none = definition.safe and not definition.parameters.get("required")
    return definition.examples or (({},) if needs_none else ())
