"""The skin of a sample: new names and descriptions for its tools, and what it takes to undo them.

A function of definitions, seed and options. Within a sample a name of a parameter has one new name in all tools, so that texts
can mention it; across samples each tool has thousands. `dive.dataset.skins` puts a skin on rows, calls and results.
"""

import random
import re
from collections.abc import Callable, Collection, Mapping, Sequence

from pydantic import Field

from dive.dataset.distractors import distractors
from dive.dataset.mentions import Mentions, retold
from dive.dataset.names import MEANINGLESS, Namer, Style, words_of
from dive.dataset.renaming import Restating, restated
from dive.dataset.schemas import Place, Reading, reading
from dive.dataset.wording import reworded, with_words
from dive.errors import DiveError
from dive.types import Json, Record

MIX: dict[Style, float] = {"snake": 2, "camel": 2, "verb_noun": 2, "vendor": 2, "terse": 1, "opaque": 1}
FEW_WORDS = 4
"""Words below which a description does not stand for a name that says nothing."""


class SkinOptions(Record):
    """What a skin changes."""

    mix: dict[Style, float] = Field(default_factory=lambda: dict(MIX))
    """Weight of each style of names: snake, camel, verb_noun, vendor, terse, opaque."""
    uniform: float = Field(default=0.5, ge=0, le=1)
    """Share of the samples in which all names have one style; in the others each tool draws its own."""
    tools: bool = True
    """Rename tools."""
    parameters: bool = True
    """Rename parameters, those of nested objects too."""
    results: bool = False
    """Rename the fields of results too, as far as the result's schema tells them; never to names without meaning."""
    descriptions: bool = True
    """Put descriptions in other words."""
    distractors: int = Field(default=0, ge=0)
    """Tools of the pool to add to each sample."""
    total: int = Field(default=128, ge=1)
    """Most tools of a sample; a toolset that is larger as it is gets no distractors."""
    distant: bool = True
    """Keep out distractors of the same provider and kind as a tool that the task uses, and those with nearly its description."""
    shuffle: bool = True
    """Shuffle the tools of each sample."""
    original: bool = False
    """Keep the row as it was before its skins."""


class Skin(Record):
    """New names and descriptions for the tools of one sample, and the old ones."""

    label: str = ""
    """Told after `#` in the row's id."""
    names: dict[str, str]
    """Old name of each tool -> the new one, in the order in which a model sees them."""
    fields: dict[str, str]
    """Old name of each parameter (and field of results) -> the new one; those that stay are left out."""
    originals: tuple[Json, ...]
    """The sample's own definitions, in the order of its row."""
    added: tuple[Json, ...] = ()
    """Definitions of the distractors."""
    tools: tuple[Json, ...]
    """The definitions as a model sees them."""
    results: dict[str, Json] = Field(default_factory=dict)
    """Old name of a tool -> JSON Schema of its result, where fields of results are renamed."""


def make_skin(
    definitions: Sequence[Json], seed: int | str, options: SkinOptions | None = None, pool: Sequence[Json] = (),
    used: Collection[str] = (), label: str = "",
) -> Skin:  # fmt: skip
    """A skin for some tools, given in the form of the API or as a run saves them. The pool, best as runs save it, gives
    distractors, schemas of results, and names that no tool gets. `used` names the tools that the task needs.
    """
    options = options or SkinOptions()
    rng = random.Random(seed)
    own, saved = [_function(tool) for tool in definitions], [_function(tool) for tool in pool]
    _check(own)
    room = min(options.distractors, options.total - len(own))
    added = distractors(saved, own, used, room, options.distant, rng)
    every = [*own, *added]
    results = _results(every, saved) if options.results else {}
    readings = {tool["name"]: reading(tool.get("parameters") or {}) for tool in every}
    read = [*readings.values(), *map(reading, results.values())]
    fields = dict.fromkeys(name for each in read for name in each.names)
    kept = {name for each in read for name in each.kept} | {
        name for tool in every for name in _symbols(tool, readings[tool["name"]])
    }
    namer = Namer(rng, readings, fields, (tool["name"] for tool in saved))
    draw = _styles(options, rng)
    styles = {name: draw() for name in readings}
    names = {
        name: namer.tool(name, styles[name], readings[name].place.declared) if options.tools else name for name in readings
    }  # fmt: skip
    shown = {name for schema in results.values() for name in reading(schema).names}
    new, blank = _new_fields([name for name in fields if name not in kept] if options.parameters else [], shown, namer, draw)
    wording = _Wording(rng, options, new, blank, Mentions.of(names if options.tools else {}, new))
    told = [wording.told(tool, names[tool["name"]], styles[tool["name"]], readings[tool["name"]].place) for tool in every]
    if options.shuffle:
        rng.shuffle(told)
    olds = {new_name: old for old, new_name in names.items()}
    order = {olds[tool["function"]["name"]]: tool["function"]["name"] for tool in told}
    return Skin(
        label=label, names=order, fields=new, originals=tuple(map(_as_api, definitions)), added=tuple(map(_as_api, added)),
        tools=tuple(told), results=results,
    )  # fmt: skip


def _new_fields(
    fields: Sequence[str], shown: Collection[str], namer: Namer, draw: Callable[[], Style]
) -> tuple[dict[str, str], frozenset[str]]:
    """New names of fields, and which of them say nothing. A field that results show has no description, so its name tells."""
    new: dict[str, str] = {}
    blank: set[str] = set()
    for name in fields:
        style = draw()
        if style in MEANINGLESS and name in shown:
            style = "snake"
        new[name] = namer.field(name, style)
        if style in MEANINGLESS:
            blank.add(name)
    return new, frozenset(blank)


class _Wording:
    """Tells the definitions of one sample."""

    def __init__(
        self, rng: random.Random, options: SkinOptions, fields: Mapping[str, str], blank: frozenset[str], mentions: Mentions
    ) -> None:
        self._rng, self._options, self._blank, self._mentions = rng, options, blank, mentions
        self._schema = Restating(fields, self._field)

    def told(self, tool: Mapping[str, Json], name: str, style: Style, place: Place) -> Json:
        """A definition under its new name, in the form of the API."""
        text = tool.get("description") or ""
        if style in MEANINGLESS and self._options.tools and len(text.split()) < FEW_WORDS:
            text = with_words(text, words_of(tool["name"]), self._rng)
        made = dict(_inner(tool))
        made["name"] = name
        if text or "description" in tool:
            made["description"] = self._text(text, opened=True)
        if "parameters" in tool:
            made["parameters"] = restated(tool["parameters"], place, self._schema)
        return {"type": "function", "function": made}

    def _field(self, text: str, name: str) -> str:
        told = self._text(text, opened=False) if text else text
        return with_words(told, words_of(name), self._rng) if name in self._blank else told

    def _text(self, text: str, opened: bool) -> str:
        if self._options.descriptions:
            text = reworded(text, self._rng, opened)
        return retold(text, self._mentions)


def _styles(options: SkinOptions, rng: random.Random) -> Callable[[], Style]:
    """Draws a style: always the same, or one by one."""
    styles = [style for style, weight in options.mix.items() if weight > 0]
    weights = [options.mix[style] for style in styles]
    if not styles:
        raise DiveError(f"the mix {options.mix} of styles has no weight above 0; give one to a style, such as snake=1")
    if rng.random() < options.uniform:
        [one] = rng.choices(styles, weights)
        return lambda: one
    return lambda: rng.choices(styles, weights)[0]


def _symbols(tool: Mapping[str, Json], read: Reading) -> set[str]:
    """Parameters of one letter that texts of the tool use as a symbol (`a gas with molar mass a`), which must stay. An
    article `a` counts where another letter does.
    """
    letters = [name for name in read.names if len(name) == 1]
    if not letters:
        return set()
    parts = read.place.root.get("properties") or {}
    texts = [tool.get("description"), *(part.get("description") for part in parts.values() if isinstance(part, dict))]
    said = set(re.findall(r"(?<![\w'’-])\w(?![\w-])", " ".join(text for text in texts if isinstance(text, str))))
    return {*letters} if said & ({*letters} - {"a"}) else set()


def _results(tools: Sequence[Mapping[str, Json]], pool: Sequence[Mapping[str, Json]]) -> dict[str, Json]:
    known = {tool["name"]: tool["result"] for tool in (*pool, *tools) if isinstance(tool.get("result"), dict)}
    return {tool["name"]: known[tool["name"]] for tool in tools if tool["name"] in known}


def _function(tool: Json) -> Mapping[str, Json]:
    """What describes a tool, from either form."""
    function = tool.get("function", tool) if isinstance(tool, dict) else tool
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise DiveError(f"{str(tool)[:80]!r} is no tool definition; give {{'type': 'function', 'function': {{'name': ...}}}}")
    return function


SAVED = frozenset({"domain", "kind", "provider", "version", "result", "stateful"})
"""What a run saves of a tool that a model does not see."""


def _inner(tool: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in tool.items() if key not in SAVED}


def _as_api(tool: Json) -> Json:
    return tool if "function" in tool else {"type": "function", "function": _inner(tool)}


def _check(tools: Sequence[Mapping[str, Json]]) -> None:
    names = [tool["name"] for tool in tools]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DiveError(f"two tools of one sample are named {twice[0]!r}; rename one of them")
