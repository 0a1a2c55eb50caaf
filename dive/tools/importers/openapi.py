"""OpenAPI 3.x: operations become definitions of tools.

GET operations are taken, others by an allow-list. Descriptions and input schemas come from the document, since a server
checks its input; output schemas do not, since servers do not keep to them. What cannot become a tool is left out with the
reason, never changed silently.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urljoin

from dive.errors import DiveError
from dive.tools.importers.file import Api, Definition, Operation, ToolFile
from dive.tools.importers.inputs import Inputs
from dive.tools.importers.naming import snake, tool_name
from dive.tools.importers.overlay import Overlay, ToolOverlay, check_names, check_settings
from dive.tools.importers.schemas import Unusable, followed
from dive.types import Json

METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH")
SAFE = ("GET", "HEAD", "OPTIONS")
MAX_DESCRIPTION = 1_000


@dataclass(frozen=True)
class Imported:
    """A tool file, and what was left out of it with the reasons."""

    file: ToolFile
    skipped: dict[str, str]


@dataclass(frozen=True)
class _Place:
    """An operation in the document."""

    method: str
    path: str
    item: Mapping[str, Json]
    operation: Mapping[str, Json]

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def id(self) -> str:
        return str(self.operation.get("operationId") or "")


def import_openapi(document: Mapping[str, Json], source: str, overlay: Overlay, allow: Sequence[str] = ()) -> Imported:
    """The tools of a document. Raises `DiveError` where the overlay or the allow-list names what is not there, the base
    URL is not known, or no tool comes out.
    """
    info = cast(dict[str, Any], document.get("info") if isinstance(document.get("info"), dict) else {})
    title = str(info.get("title") or "api")
    check_settings(overlay, ("stateful",), "an HTTP API")
    skipped: dict[str, str] = {}
    places = list(_places(document, skipped))
    allowed = {_allowed(entry, places) for entry in allow}
    check_names(overlay, {name for place in places for name in (place.key, place.id) if name}, "operation of this description")
    made: list[Definition] = []
    for place in places:
        try:
            if place.method != "GET" and place.key not in allowed:
                raise Unusable(f"not a GET operation; --allow {place.method}:{place.path} takes it")
            made.append(_definition(document, place, overlay, {tool.name for tool in made}))
        except (Unusable, RecursionError) as error:
            skipped[place.key] = str(error)
    if not made:
        why = "; ".join(f"{key}: {reason}" for key, reason in list(skipped.items())[:3]) or "it describes no operations"
        raise DiveError(f"{source}: no operation becomes a tool ({why})")
    api = Api(url=_base_url(document, source, overlay), keys=overlay.keys, headers=overlay.headers, rates=overlay.rates)
    provider = overlay.provider or snake(title)[:40].strip("_") or "api"
    origin = f"{title}, OpenAPI description {source.rsplit('/', 1)[-1]}"
    file = ToolFile(provider=provider, version=str(info.get("version") or ""), source=origin, api=api, tools=tuple(made))
    return Imported(file, skipped)


def _places(document: Mapping[str, Json], skipped: dict[str, str]) -> Iterator[_Place]:
    for path, described in document["paths"].items():
        try:
            item = followed(document, described)
        except Unusable as error:
            skipped[str(path)] = str(error)
            continue
        for method in METHODS:
            operation = item.get(method.lower())
            if isinstance(operation, dict):
                yield _Place(method, str(path), item, operation)
            elif operation is not None:
                skipped[f"{method} {path}"] = "it is not described by an object"


def _allowed(entry: str, places: Sequence[_Place]) -> str:
    method, _, path = entry.partition(":")
    key = f"{method.strip().upper()} {path.strip()}"
    if key not in {place.key for place in places}:
        near = [f"{p.method}:{p.path}" for p in places if p.path == path.strip() or p.method == method.strip().upper()][:5]
        hint = f"; there are {', '.join(near)}" if near else ""
        raise DiveError(f"--allow {entry!r} is no METHOD:PATH of the description{hint}")
    return key


def _definition(document: Mapping[str, Json], place: _Place, overlay: Overlay, taken: set[str]) -> Definition:
    settings = overlay.tools.get(place.key) or overlay.tools.get(place.id) or ToolOverlay()
    if settings.skip:
        raise Unusable("the overlay leaves it out")
    inputs = Inputs(document, place.path)
    inputs.add_parameters((place.item.get("parameters"), place.operation.get("parameters")))
    if "requestBody" in place.operation:
        inputs.add_body(place.operation["requestBody"])
    inputs.apply(settings)
    schema = inputs.schema()
    rate = settings.rate or ("default" if "default" in overlay.rates else "")
    if rate and rate not in overlay.rates:
        raise DiveError(f"the overlay puts {place.key} into the rate group {rate!r}, of which it states no rate")
    wanted = settings.name or place.id or f"{place.method}_{place.path.replace('{', 'by_')}"
    return Definition(
        name=tool_name(wanted, place.key, taken), description=settings.description or _description(place),
        domain=settings.domain or overlay.domain or "general", kind=settings.kind or "retrieval",
        volatile=True if settings.volatile is None else settings.volatile, deadline=settings.deadline or 30.0, rate=rate,
        safe=place.method in SAFE, examples=settings.examples, parameters=schema,
        operation=Operation(
            method=place.method, path=inputs.path, arguments=inputs.arguments, body=inputs.body, fixed=inputs.fixed
        ),
    )  # fmt: skip


def _description(place: _Place) -> str:
    said = [place.operation.get("summary"), place.operation.get("description"), place.item.get("summary")]
    lines = [re.sub(r"<[^>]{1,80}>", " ", part) for part in said if isinstance(part, str) and part.strip()]
    whole = dict.fromkeys(" ".join(line.split()).rstrip(".") for line in lines)
    text = ". ".join(line for line in whole if line) or place.key
    return f"{text}." if len(text) < MAX_DESCRIPTION else text[: MAX_DESCRIPTION - 1] + "…"


def _base_url(document: Mapping[str, Json], source: str, overlay: Overlay) -> str:
    url = overlay.url
    servers = document.get("servers")
    if not url and isinstance(servers, list) and servers and isinstance(servers[0], dict):
        url = str(servers[0].get("url") or "")
        for name, variable in (servers[0].get("variables") or {}).items():
            url = url.replace("{" + str(name) + "}", str(variable.get("default", "")))
        if source.startswith(("http://", "https://")):
            url = urljoin(source, url)
    if not re.match(r"https?://[^/{}]+[^{}]*$", url):
        raise DiveError(f"{source} does not say where the API is ({url or 'no servers'}); state it: --url https://...")
    return url.rstrip("/")
