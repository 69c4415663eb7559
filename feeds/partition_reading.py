"""Reading partitions while a writer replaces them."""

from collections.abc import Callable
from typing import TypeVar

from feeds.partitions import Partition, SeriesFolder

T = TypeVar("T")


def newest(series: SeriesFolder, partition: Partition, read: Callable[[Partition], T]) -> T | None:
    """What `read` makes of the partition, or of its successor when a writer has replaced and deleted it meanwhile.

    `read` must open the file once, because then its name may go. None when the period has no partition any more.
    """
    while True:
        try:
            return read(partition)
        except FileNotFoundError:
            present = series.partitions(*series.span_ms(partition.period))
            if not present or present[0] == partition:
                return None
            partition = present[0]
