"""A request as the bytes of a chat completions body.

Conversations only grow, and tools are the same for all turns of a task, so the JSON text of each message and each list of
tools is kept for the next time; that halves the processor time of a request. A message's text depends on nothing but the
message, so equal conversations are equal bytes and a server's prefix cache holds.
"""

import json
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from dive.chat import Message, Request, as_sent
from dive.models.spec import ModelConfig
from dive.models.structured import Way, in_words, response_format
from dive.types import Json

KEPT_BYTES = 64 << 20
"""Most memory for text that is kept for the next time."""
ENTRY_BYTES = 1_500
"""What an entry takes beside its text, the message that it keeps alive included."""


@dataclass
class Adaptation:
    """What one model at one endpoint turned out not to take. Grows as its complaints come in."""

    way: Way = "schema"
    """How replies are held to a schema."""
    takes_reasoning: bool = True
    """Whether earlier messages may carry `reasoning_content`."""
    limit_name: str = "max_tokens"
    """What the field for the most tokens of a reply is called."""


@dataclass
class Encoder:
    """Makes bodies; remembers the text of messages and tools."""

    _texts: "OrderedDict[Hashable, tuple[bytes, object]]" = field(default_factory=OrderedDict)
    _size: int = 0
    _fields: dict[tuple[int, int, str], tuple[ModelConfig, list[bytes]]] = field(default_factory=dict)

    def body(self, request: Request, config: ModelConfig, adapted: Adaptation) -> bytes:
        """The body, its fields always in the same order."""
        messages, form = request.messages, None
        if request.format is not None:
            form = response_format(request.format, adapted.way)
            messages = messages if adapted.way == "schema" else in_words(messages, request.format)
        parts = [*self._settings(request.sample if config.seed is not None else 0, config, adapted.limit_name)]
        if request.tools:
            parts.append(b'"tools":%s' % self._tools(request.tools))
            if not request.may_call:
                parts.append(b'"tool_choice":"none"')
        if form is not None:
            parts.append(b'"response_format":%s' % _text(form))
        parts.append(b'"messages":[%s]' % b",".join(self._message(one, adapted.takes_reasoning) for one in messages))
        return b"{%s}" % b",".join(parts)

    def _settings(self, sample: int, config: ModelConfig, limit_name: str) -> list[bytes]:
        """The fields that are the same in every request of a model, and of a sample where it has a seed."""
        key = (id(config), sample, limit_name)
        if key not in self._fields:
            fields = _settings(sample, config, limit_name)
            self._fields[key] = (config, [b"%s:%s" % (_text(name), _text(value)) for name, value in fields])
        return self._fields[key][1]

    def _message(self, message: Message, reasoning: bool) -> bytes:
        key = (id(message), reasoning)  # what is kept is held, so that nothing else has its id
        return self._kept(key) or self._keep(key, _text(as_sent(message, reasoning)), message)

    def _tools(self, tools: tuple[Json, ...]) -> bytes:
        key = tuple(map(id, tools))
        return self._kept(key) or self._keep(key, _text(tools), tools)

    def _kept(self, key: Hashable) -> bytes:
        """The text of something met before, else nothing."""
        known = self._texts.get(key)
        if known is None:
            return b""
        self._texts.move_to_end(key)
        return known[0]

    def _keep(self, key: Hashable, text: bytes, source: object) -> bytes:
        self._texts[key] = (text, source)
        self._size += len(text) + ENTRY_BYTES
        while self._size > KEPT_BYTES:
            self._size -= len(self._texts.popitem(last=False)[1][0]) + ENTRY_BYTES
        return text


def _settings(sample: int, config: ModelConfig, limit_name: str) -> Iterable[tuple[str, Json]]:
    """The model's name and sampling, and the fields of `extra`, which come last and override."""
    fields: dict[str, Json] = {
        "model": config.name, "temperature": config.temperature, "top_p": config.top_p, limit_name: config.max_tokens,
        "seed": None if config.seed is None else config.seed + sample,
    }  # fmt: skip
    return ({name: value for name, value in fields.items() if value is not None} | config.extra).items()


def _text(value: Json) -> bytes:
    """JSON; half a surrogate pair, which is no text, becomes a question mark."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
