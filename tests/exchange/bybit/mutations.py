"""What can go wrong with a JSON message: every field of it dropped, emptied, of another type, or much too large."""

import copy
from collections.abc import Iterator
from typing import Any

import msgspec

# What a field can turn into.
VALUES: tuple[Any, ...] = (
    None,
    "",
    "x",
    "UNKNOWN",
    "-1",
    "1e5",
    "NaN",
    "9" * 400,
    "0" * 70,
    "\u0663",
    0,
    -1,
    1.5,
    10**19,
    True,
    [],
    {},
    [[[]]],
    {"list": [{}]},
)


def places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every field and element."""
    items: Any = ()
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, list):
        items = enumerate(tree)
    for key, value in items:
        yield (*path, key)
        yield from places(value, (*path, key))


def put(tree: Any, path: tuple[str | int, ...], value: Any) -> Any:
    """A copy of the message with another value in one place."""
    changed = copy.deepcopy(tree)
    parent(changed, path)[path[-1]] = value
    return changed


def drop(tree: Any, path: tuple[str | int, ...]) -> Any:
    """A copy of the message without one of its fields or elements."""
    changed = copy.deepcopy(tree)
    del parent(changed, path)[path[-1]]
    return changed


def parent(tree: Any, path: tuple[str | int, ...]) -> Any:
    for key in path[:-1]:
        tree = tree[key]
    return tree


def mutants(tree: Any) -> Iterator[bytes]:
    """The message with each field changed in each way, and cut off at some places."""
    for path in [*places(tree)]:
        yield msgspec.json.encode(drop(tree, path))
        holder, key = parent(tree, path), path[-1]
        kept = holder[key]
        for value in VALUES:
            holder[key] = value
            yield msgspec.json.encode(tree)
        holder[key] = kept
    whole = msgspec.json.encode(tree)
    yield from (whole[:size] for size in range(0, len(whole), 17))
