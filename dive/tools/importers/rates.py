"""Rate groups: all processes of a user on this machine together keep to so many requests a second.

A group is a small locked file that holds the time of the next free slot.
"""

import fcntl
import hashlib
import os
import tempfile
import time
from pathlib import Path

from dive.errors import ToolError


def wait_for_slot(group: str, per_second: float, until: float) -> None:
    """Wait for the group's next slot. Raises `unavailable` where that is after the monotonic time `until`; the slot is
    then left to others.
    """
    if per_second <= 0:
        return
    folder = Path(tempfile.gettempdir()) / f"dive-rates-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / hashlib.sha256(group.encode()).hexdigest()[:16]).open("a+") as slots:
        fcntl.flock(slots, fcntl.LOCK_EX)
        slots.seek(0)
        text, now = slots.read(), time.time()
        try:
            slot = min(max(now, float(text or 0)), now + 3600)
        except ValueError:
            slot = now
        wait = slot - now
        if wait > until - time.monotonic():
            raise ToolError("unavailable", f"the next request of this rate group may be sent in {wait:.1f} s, past the deadline")
        slots.truncate(0)
        slots.write(repr(slot + 1 / per_second))
        slots.flush()
    time.sleep(wait)
