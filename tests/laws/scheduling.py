"""Trio's scheduler under a seed. The one place that touches this private corner of Trio; a test watches it."""

import random  # noqa: TID251
from collections.abc import Iterator
from contextlib import contextmanager

import trio
from trio._core import _run


@contextmanager
def scheduler_seed(seed: int) -> Iterator[None]:
    """Within it, ready tasks run in the order that `seed` gives."""
    before = _run._ALLOW_DETERMINISTIC_SCHEDULING, _run._r
    _run._ALLOW_DETERMINISTIC_SCHEDULING = True
    _run._r = random.Random(seed)
    try:
        yield
    finally:
        _run._ALLOW_DETERMINISTIC_SCHEDULING, _run._r = before


def order_of_tasks(seed: int, count: int = 12) -> list[int]:
    """The order in which that many ready tasks run under `seed`."""
    order: list[int] = []

    async def note(number: int) -> None:
        await trio.lowlevel.checkpoint()
        order.append(number)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for number in range(count):
                nursery.start_soon(note, number)

    with scheduler_seed(seed):
        trio.run(main)
    return order
