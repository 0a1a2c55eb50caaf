"""Names: what a service calls its operations and parameters, as names of tools and arguments.

The same description always gives the same names, and a name does not depend on what else is imported unless two collide.
"""

import hashlib
import re
import unicodedata
from collections.abc import Container

MAX_NAME = 48
_DIGITS = 6


def snake(text: str) -> str:
    """Words of lower-case letters and digits joined by underscores: `getPetById` becomes `get_pet_by_id`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", plain)
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def tool_name(wanted: str, identity: str, taken: Container[str], prefix: str = "") -> str:
    """A free tool name of 3 to 48 characters. Where `wanted` is too long, too short or taken, digits of a hash of
    `identity` (what the operation is in its source) tell it apart.
    """
    name = "_".join(part for part in (snake(prefix), snake(wanted)) if part)
    if name[:1].isdigit():
        name = f"tool_{name}"
    if 3 <= len(name) <= MAX_NAME and name not in taken:
        return name
    for attempt in range(1_000):
        suffix = hashlib.sha256(f"{identity}{attempt or ''}".encode()).hexdigest()[:_DIGITS]
        made = f"{(name or 'tool')[: MAX_NAME - _DIGITS - 1].rstrip('_')}_{suffix}"
        if made not in taken:
            return made
    raise ValueError(f"no free name for {identity}")


def argument_name(wanted: str, place: str, taken: Container[str]) -> str:
    """A free argument name: the parameter's own where it is an identifier, else its words; the place tells apart."""
    own = wanted if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", wanted) else snake(wanted)
    name = free = own if own and not own[0].isdigit() else f"{place}_{own}".strip("_")
    number = 1
    while free in taken:
        free = f"{name}_{place}" if number == 1 else f"{name}_{place}_{number}"
        number += 1
    return free
