"""Opening the model of a role: its backend, and what stands around it.

From the outside in: the cache, the meter, the endpoint with its limits and retries, and the model that asks once. So what is
kept costs nothing and waits for nothing, and a limit on costs refuses before anything is sent. Where there is no cache or no
meter, that layer is left out.
"""

import ipaddress
import os
from urllib.parse import urlsplit

from dive.chat import Model
from dive.errors import DiveError, need_extra
from dive.models.cache import Cached, ResponseCache
from dive.models.meter import Meter, Metered, Prices
from dive.models.scripted import scripted
from dive.models.served import Endpoints
from dive.models.spec import ModelConfig
from dive.models.wire import key_of

OPENAI = "https://api.openai.com/v1"
INSIDE = (".local", ".internal", ".lan", ".localhost")
"""Ends of names that only a network of one's own knows."""


def open_model(
    config: ModelConfig, role: str, *, cache: ResponseCache | None, meter: Meter | None, endpoints: Endpoints
) -> Model:
    """The model that a configuration names, ready for a role. Raises `DiveError` where it cannot be.

    Closing the models, the `endpoints` that they share and the cache is for who made them.
    """
    prices = Prices.of(config)
    if meter is not None and meter.max_cost is not None:
        check_prices(config, role)
    model = backend(config, endpoints)
    if meter is not None:
        model = Metered(model, role, prices, meter, config.max_tokens)
    return model if cache is None else Cached(model, cache, role, meter, prices)


def check_prices(config: ModelConfig, role: str) -> None:
    """Raise `DiveError` where a limit on costs could never bite, since nobody said what the model costs."""
    said = {"price_in", "price_out"} & config.model_fields_set
    if not (config.price_in or config.price_out or said):
        raise DiveError(
            f"max_cost is given, but the {role}'s model {config.name!r} has no prices: add price_in and price_out, "
            "for a million tokens each (0 where it is free), or limit max_tokens"
        )


def backend(config: ModelConfig, endpoints: Endpoints) -> Model:
    """The model itself; one behind an endpoint is tried as often as its configuration says."""
    if config.backend == "scripted":
        return scripted(config)
    if config.backend == "local":
        from dive.models.local import LocalModel

        return LocalModel(config)
    need_extra("models", "openai")
    address = (config.base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI).rstrip("/")
    if not is_own(address) and not key_of(config):
        raise DiveError(
            f"model {config.name!r} at {address} needs a key, and {config.api_key_env} is not set; set it, or name another "
            "variable as api_key_env"
        )
    return endpoints.model(config)


def is_own(address: str) -> bool:
    """Whether a server stands on this machine or in a network of one's own, where keys are not usual."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(INSIDE)
