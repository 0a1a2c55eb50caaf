"""A model behind any server that speaks the chat completions API of OpenAI, hosted or on this machine.

One `complete` is one try; what comes back is a `Reply` or a `ModelError` with a code that says whether trying again
helps, which is for `dive.models.endpoint` to do. A server that refuses a field of the body is asked again at once without
it, and never sent it again: structured output steps down (`dive.models.structured`), `max_tokens` becomes
`max_completion_tokens`, and the reasoning of earlier messages is left out.
"""

from dive.chat import Reply, Request
from dive.models.body import Adaptation, Encoder
from dive.models.faults import complaint, fault_of
from dive.models.replies import read_reply
from dive.models.spec import ModelConfig
from dive.models.structured import WAYS, is_about_format
from dive.models.wire import Wire, open_wire
from dive.types import Json


class OpenAIModel:
    """Implements `dive.chat.Model`. Belongs to the event loop in which it is first asked."""

    def __init__(self, config: ModelConfig, wire: Wire | None = None) -> None:
        """With a `wire`, connections are shared with other models, and whoever opened it closes it."""
        self._config = config
        self._identity = config.identity
        self._owns = wire is None
        self._wire = wire or open_wire(config)
        self._encoder = Encoder()
        self._adapted = Adaptation(way="schema" if config.structured == "auto" else config.structured)

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def identity(self) -> Json:
        return self._identity

    async def complete(self, request: Request) -> Reply:
        """The next message, in one try. Raises `ModelError`."""
        while True:
            tried = Adaptation(**vars(self._adapted))
            answer = await self._wire.post(self._encoder.body(request, self._config, tried), self._config.timeout)
            if answer.status == 200:
                return read_reply(answer.body, self._wire.key)
            error = fault_of(answer.status, answer.headers, answer.body, self._wire.key)
            if error.code != "bad_request" or not self._adapt(request, tried, complaint(answer.body)):
                raise error

    def _adapt(self, request: Request, tried: Adaptation, said: str) -> bool:
        """Whether the body can be put in another way that the complaint asks for; if so, it is from now on."""
        now = self._adapted
        if tried.limit_name == "max_tokens" and self._config.max_tokens is not None and "max_completion_tokens" in said:
            now.limit_name = "max_completion_tokens"
        elif tried.takes_reasoning and "reasoning_content" in said and any(one.reasoning for one in request.messages):
            now.takes_reasoning = False
        elif request.format is not None and self._config.structured == "auto" and tried.way != WAYS[-1] and is_about_format(said):
            now.way = max(now.way, WAYS[WAYS.index(tried.way) + 1], key=WAYS.index)
        else:
            return False
        return True

    async def close(self) -> None:
        if self._owns:
            await self._wire.close()
