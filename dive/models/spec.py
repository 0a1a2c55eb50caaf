"""Which model fills a role, and how it is sampled: one frozen configuration, and a short way of writing it.

`openai:NAME@URL?temperature=0.7&max_tokens=4096` names a model behind an OpenAI-compatible endpoint; a YAML file may give
the same as a mapping. A key never stands in it, only the name of the environment variable that holds it.
"""

from typing import Any, Literal
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError

from dive.errors import DiveError
from dive.types import Json, Record

Backend = Literal["openai", "local", "scripted"]
Structured = Literal["auto", "schema", "object", "prompt"]
NOT_IDENTITY = frozenset({
    "base_url", "api_key_env", "concurrency", "timeout", "attempts", "price_in", "price_cached", "price_out",
})  # fmt: skip
"""Settings on which replies do not depend."""


class ModelConfig(Record):
    """A model and its sampling."""

    backend: Backend = "openai"
    """`openai` for any server with that API, `local` for weights on this machine, `scripted` for a Python function."""
    name: str
    """The model's name at the server, the folder or hub name of its weights, or `module:function`."""
    base_url: str = ""
    """Address of the API, such as http://127.0.0.1:8000/v1; OpenAI's own where none is given."""
    api_key_env: str = "OPENAI_API_KEY"
    """Environment variable that holds the key; local servers need none."""
    temperature: float | None = Field(None, ge=0, le=5)
    """Sampling temperature; the server's default where none is given."""
    top_p: float | None = Field(None, gt=0, le=1)
    """Nucleus sampling; the server's default where none is given."""
    max_tokens: int | None = Field(None, ge=1)
    """Most tokens of one reply, reasoning included."""
    seed: int | None = None
    """Sent with each request, where servers take one; the sample's number is added."""
    extra: dict[str, Json] = Field(default_factory=dict)
    """More fields of the request's body, such as {"top_k": 20}."""
    structured: Structured = "auto"
    """How replies are held to a JSON Schema: by the server (`schema`, `object`) or by words alone (`prompt`); `auto` tries in
    this order.
    """
    concurrency: int = Field(64, ge=1)
    """Most requests at once to this endpoint; fewer where it cannot keep up."""
    timeout: float = Field(300, gt=0)
    """Seconds after which a request is given up and tried again."""
    attempts: int = Field(8, ge=1)
    """How often a request is tried."""
    price_in: float = Field(0.0, ge=0)
    """Price of a million tokens read."""
    price_cached: float | None = Field(None, ge=0)
    """Price of a million tokens read from the server's cache; as those read where none is given."""
    price_out: float = Field(0.0, ge=0)
    """Price of a million tokens written."""

    @property
    def identity(self) -> dict[str, Json]:
        """What replies depend on."""
        return self.model_dump(mode="json", exclude=set(NOT_IDENTITY), exclude_defaults=True) | {"backend": self.backend}


def read_model(given: Any) -> ModelConfig:
    """A model's configuration from its short text or a mapping. Raises `DiveError` with what is wrong."""
    values = parsed(given) if isinstance(given, str) else given
    try:
        return ModelConfig.model_validate(values)
    except ValidationError as error:
        known = ", ".join(ModelConfig.model_fields)
        faults = "; ".join(
            f"unknown setting {fault['loc'][0]!r}, known are {known}"
            if fault["type"] == "extra_forbidden"
            else f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"
            for fault in error.errors()
        )
        raise DiveError(f"model {given!r}: {faults}") from None


def parsed(text: str) -> dict[str, Any]:
    """The settings in `BACKEND:NAME@URL?key=value&...`; a text without a known backend is the name of an `openai` model."""
    before, _, query = text.partition("?")
    backend, colon, rest = before.partition(":")
    if not colon or backend not in ("openai", "local", "scripted"):
        backend, rest = "openai", before
    name, _, url = rest.partition("@http")
    values: dict[str, Any] = {"backend": backend, "name": name, **({"base_url": f"http{url}"} if url else {})}
    if not name:
        raise DiveError(f"model {text!r} has no name; write openai:NAME@http://HOST:PORT/v1?temperature=0.7")
    values.update(parse_qsl(query, strict_parsing=True) if query else ())
    return values
