"""What goes wrong on purpose: faults of the way (statuses, silence, broken bodies) and faults of what a model says.

A fault is drawn from the body, the seed and how often that body was seen, so equal loads have equal faults in whatever order
they come, and a request that is tried again may succeed. Of the faults of the way at most one happens to a request; those of
what is said happen where there is something to spoil.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from dive.fake.asked import Asked
from dive.fake.draws import share
from dive.fake.replies import Spoken, error
from dive.fake.settings import FaultName
from dive.fake.wire import Outgoing

AFTER = 1
"""Seconds in the Retry-After of `rate_limited_after`."""
HTML = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    b"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"
)
REFUSAL = "I'm sorry, but I can't help with that."
SHORT = "Rate limit reached for requests"


def limited(after: float = 0.0) -> Outgoing:
    """429, with Retry-After where a time is given."""
    headers = (("retry-after", f"{after:g}"),) if after else ()
    return Outgoing(429, error(SHORT, "rate_limit_error", "rate_limit_exceeded"), headers=headers)


IN_PLACE: Mapping[FaultName, Callable[[], Outgoing]] = {
    "rate_limited": limited,
    "rate_limited_after": lambda: limited(AFTER),
    "html_502": lambda: Outgoing(502, HTML, "text/html"),
    "server_error": lambda: Outgoing(500, error("The server had an error while processing your request", "server_error")),
}
"""Answers that stand in place of a reply."""
UNSTRUCTURED = Outgoing(
    400, error("'response_format' of type 'json_schema' is not supported with this model", code="unsupported_value")
)
BROKEN: tuple[FaultName, ...] = ("hang", "disconnect", "truncated")
"""Faults of a reply on its way."""


def drawn(rates: Mapping[FaultName, float], key: str, seen: int, seed: int) -> tuple[FaultName, ...]:
    """The faults that hit a request, in the order of `FaultName`."""
    return tuple(name for name in ORDER if rates.get(name) and share("fault", name, seed, key, seen) < rates[name])


def in_place_of(faults: tuple[FaultName, ...], asked: Asked) -> tuple[FaultName, Outgoing] | None:
    """The first of the faults that leaves no reply at all, and what is answered."""
    for name in faults:
        if name in IN_PLACE:
            return name, IN_PLACE[name]()
        if name == "no_structured" and asked.format == "json_schema":
            return name, UNSTRUCTURED
    return None


def broken(name: FaultName, body: bytes) -> Outgoing:
    """A reply of which only half arrives: the connection is cut, or the JSON is."""
    half = len(body) // 2
    return Outgoing(200, body, cut=half) if name == "disconnect" else Outgoing(200, body[:half])


def _refused(asked: Asked, spoken: Spoken) -> Spoken:
    return Spoken(refusal=REFUSAL) if asked.format == "json_schema" else Spoken(text=REFUSAL)


def _bad_tool(asked: Asked, spoken: Spoken) -> Spoken:
    """Names that no API accepts, with what models do to them: spaces, a namespace, an ending."""
    return replace(spoken, calls=tuple((f"functions.{name} v2!", arguments) for name, arguments in spoken.calls))


def _bad_arguments(asked: Asked, spoken: Spoken) -> Spoken:
    return replace(spoken, calls=tuple((name, arguments.rstrip("}") + ", 'unit: ") for name, arguments in spoken.calls))


def _double_encoded(asked: Asked, spoken: Spoken) -> Spoken:
    return replace(spoken, calls=tuple((name, json.dumps(arguments)) for name, arguments in spoken.calls))


def _fenced(asked: Asked, spoken: Spoken) -> Spoken:
    if asked.format == "text" and not spoken.text.startswith("{"):
        return spoken
    return replace(spoken, text=f"Here it is:\n```json\n{spoken.text}\n```\n") if spoken.text else spoken


SPOILED: Mapping[FaultName, Callable[[Asked, Spoken], Spoken]] = {
    "refusal": _refused,
    "empty": lambda asked, spoken: Spoken(),
    "bad_tool": _bad_tool,
    "bad_arguments": _bad_arguments,
    "double_encoded": _double_encoded,
    "fenced": _fenced,
}
ORDER: tuple[FaultName, ...] = (*IN_PLACE, "no_structured", *BROKEN, *SPOILED, "no_usage")


def spoiled(faults: tuple[FaultName, ...], asked: Asked, spoken: Spoken) -> tuple[Spoken, tuple[FaultName, ...]]:
    """What is said with the faults in it, and those that found something to spoil."""
    happened: list[FaultName] = []
    for name in faults:
        if name in SPOILED:
            other = SPOILED[name](asked, spoken)
            if other != spoken:
                spoken, happened = other, [*happened, name]
    return spoken, tuple(happened)
