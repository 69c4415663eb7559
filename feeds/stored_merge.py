"""New rows among those that the store has: what is published once stays as it is, what a gap filler made gives way."""

import attrs
import numpy as np
from numpy.typing import NDArray

from feeds.stored_rows import StoredRows, joined
from play_engine.errors import DataError
from play_engine.instants import iso


@attrs.frozen(kw_only=True)
class Merged:
    """All rows in order, and how many of the given ones were `added` or took the place of a synthetic one."""

    rows: StoredRows
    added: int
    replaced: int


def merged(place: str, present: StoredRows, given: StoredRows) -> Merged:
    """Both as one series.

    A row that both have must be the same in both, unless a gap filler made one of them: a given real row replaces a
    synthetic one, a given synthetic row replaces only a synthetic one. Raises DataError, naming `place`, time, column
    and both values, where two real rows differ.
    """
    _, mine, theirs = np.intersect1d(present.ts, given.ts, assume_unique=True, return_indices=True)
    differs = np.zeros(len(mine), dtype=np.bool_)
    both_real = ~present.synthetic[mine] & ~given.synthetic[theirs]
    for name, column in present.values.items():
        unequal: NDArray[np.bool_] = column[mine] != given.values[name][theirs]
        if (unequal & both_real).any():
            i = int(np.flatnonzero(unequal & both_real)[0])
            raise _conflict(place, name, present.taken(mine[i : i + 1]), given.taken(theirs[i : i + 1]))
        differs |= unequal
    gives_way = present.synthetic[mine] & (differs | ~given.synthetic[theirs])
    new = np.setdiff1d(np.arange(len(given)), theirs, assume_unique=True)
    replaced = int(gives_way.sum())
    if len(new) + replaced == 0:
        return Merged(rows=present, added=0, replaced=0)
    kept = np.setdiff1d(np.arange(len(present)), mine[gives_way], assume_unique=True)
    both = joined([present.taken(kept), given.taken(np.concatenate((new, theirs[gives_way])))])
    return Merged(rows=both.taken(np.argsort(both.ts, kind="stable")), added=len(new), replaced=replaced)


def _conflict(place: str, name: str, present: StoredRows, given: StoredRows) -> DataError:
    ts_ms = int(present.ts[0])
    mine, theirs = float(present.values[name][0]), float(given.values[name][0])
    return DataError(
        f"{place}: row {ts_ms} ({iso(ts_ms)}), column {name}: the store has {mine!r}, the new data {theirs!r}. "
        "Nothing was written. Find out which is right; to take the new one, delete the partition and import again."
    )
