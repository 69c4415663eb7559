"""Three truth values: True, False, and None for unknown."""

from collections.abc import Iterable

Truth = bool | None


def every(children: Iterable[Truth]) -> Truth:
    """False if one is false, else unknown if one is unknown, else true."""
    found = list(children)
    if any(truth is False for truth in found):
        return False
    return None if any(truth is None for truth in found) else True


def some(children: Iterable[Truth]) -> Truth:
    """True if one is true, else unknown if one is unknown, else false."""
    found = list(children)
    if any(truth is True for truth in found):
        return True
    return None if any(truth is None for truth in found) else False


def opposite(truth: Truth) -> Truth:
    """True and false change places; unknown stays."""
    return None if truth is None else not truth
