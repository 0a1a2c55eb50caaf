"""Chance without state: a number is drawn from a digest of what it is drawn for, so that concurrency changes nothing."""

import hashlib
import random


def share(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts alone."""
    return _number(parts) / 2**64


def dice(*parts: object) -> random.Random:
    """A generator whose numbers depend on the parts alone."""
    return random.Random(_number(parts))


def _number(parts: tuple[object, ...]) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()[:8], "big")


def delay(median: float, sigma: float, *parts: object) -> float:
    """Seconds that a reply takes: the median itself, or drawn from a lognormal distribution around it."""
    if not median or not sigma:
        return median
    return median * dice("latency", *parts).lognormvariate(0.0, sigma)
