"""Secrets: read from the environment when a call is made, and taken out of whatever comes back."""

import base64
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

from dive.errors import ERROR_CODES, ToolError
from dive.types import Json


def secrets_of(variables: Iterable[str]) -> dict[str, str]:
    """The values of environment variables; `unavailable` names one that is not set."""
    found = {}
    for name in variables:
        value = os.environ.get(name, "").strip()
        if not value:
            raise ToolError("unavailable", f"the environment variable {name} is not set")
        if not value.isprintable() or not value.isascii():
            raise ToolError("unavailable", f"the environment variable {name} holds characters that no header may hold")
        found[name] = value
    return found


def redacted(value: Json, secrets: Mapping[str, str]) -> Json:
    """The value with every secret, as it is or as it is encoded in a URL or header, replaced by the variable's name."""
    if not secrets:
        return value
    if isinstance(value, str):
        for name, secret in secrets.items():
            for form in _forms(secret):
                value = value.replace(form, f"[{name}]")
        return value
    if isinstance(value, list):
        return [redacted(item, secrets) for item in value]
    if isinstance(value, dict):
        return {redacted(key, secrets): redacted(item, secrets) for key, item in value.items()}
    return value


@contextmanager
def nothing_told(secrets: Mapping[str, str]) -> Iterator[None]:
    """The boundary of an imported call: whatever is raised inside is a `ToolError` without a secret in its message."""
    try:
        yield
    except ToolError as error:
        code = error.code if error.code in ERROR_CODES else "bug"
        raise ToolError(code, str(redacted(error.message, secrets))) from None
    except Exception as error:  # the message may hold a secret, so it is redacted before it goes on
        raise ToolError("bug", str(redacted(f"{type(error).__name__}: {error}", secrets))) from None


def _forms(secret: str) -> list[str]:
    encoded = base64.b64encode(secret.encode()).decode()
    return sorted({secret, quote(secret), quote(secret, safe=""), quote_plus(secret), encoded}, key=len, reverse=True)
