"""Where runs differ: in what went in, in their metrics, and from which trade on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from results.archive import KeptRun
from results.attempt import NOT_REPEATABLE

if TYPE_CHECKING:
    import pyarrow as pa

# What tells trades apart: when and why they were made, and at what prices. Ids are left out, since they only count.
DECISIONS = ("symbol", "side", "entry_ts", "exit_ts", "exit_reason")
EVERYTHING = (*DECISIONS, "entry_price", "exit_price", "qty", "gross_pnl", "fees", "funding", "net_pnl")


@attrs.frozen
class Difference:
    """A fact that is not the same for all runs: its name, and its value for each of them, None where it has none."""

    name: str
    values: tuple[Any, ...]


@attrs.frozen(kw_only=True)
class Parting:
    """The first trade at which two histories differ: its place from 0, and its row in each, None behind the last.

    `columns` are those in which the rows differ.
    """

    place: int
    rows: tuple[dict[str, Any] | None, dict[str, Any] | None]
    columns: tuple[str, ...]


def input_differences(runs: Sequence[KeptRun]) -> list[Difference]:
    """What differs in the inputs: Plays, window, settings, instruments, data, code, in this order."""
    facts = [dict(_facts(kept.run)) for kept in runs]
    names = dict.fromkeys(name for one in facts for name in one)
    found = (Difference(name, tuple(one.get(name) for one in facts)) for name in names)
    return [difference for difference in found if _differ(difference.values)]


def not_determined(one: KeptRun, other: KeptRun) -> bool:
    """Whether two runs had the same inputs and another result, although nobody halted them and nothing failed."""
    repeatable = not {one.run["stop_reason"], other.run["stop_reason"]} & set(NOT_REPEATABLE)
    same_inputs = one.hashes["input_hash"] == other.hashes["input_hash"]
    return repeatable and same_inputs and one.hashes["result_hash"] != other.hashes["result_hash"]


def metric_differences(runs: Sequence[KeptRun]) -> list[Difference]:
    """The metrics whose values are not the same in all runs, in the order of the first run that has them."""
    names = dict.fromkeys(name for kept in runs for name in kept.values)
    found = (Difference(name, tuple(kept.values.get(name) for kept in runs)) for name in names)
    return [difference for difference in found if _differ(difference.values)]


def first_parting(one: "pa.Table", other: "pa.Table", told_by: Sequence[str] = EVERYTHING) -> Parting | None:
    """The first place at which two tables of trades differ in these columns, in order of the exits; None if nowhere."""
    shared = min(one.num_rows, other.num_rows)
    place, columns = shared, list[str]()
    for name in told_by:
        apart = np.flatnonzero(_apart(_column(one, name, shared), _column(other, name, shared)))
        first = int(apart[0]) if len(apart) else shared
        if first < place:
            place, columns = first, []
        if first == place < shared:
            columns.append(name)
    if place == one.num_rows == other.num_rows:
        return None
    return Parting(place=place, rows=(_row(one, place), _row(other, place)), columns=tuple(columns))


def _facts(run: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    hashes = run["hashes"]
    yield from _of_each("play", hashes.get("play_hash", {}))
    yield from _of_each("text of play", hashes.get("play_text_hash", {}))
    for name in ("mode", "instances", "symbols", "start_ms", "end_ms", "exec_ms", "fill_bar_ms", "mark_source"):
        yield name, run[name]
    for section in ("settings", "instruments", "warmup"):
        yield from _flat(section, run.get(section, {}))
    for used in run["series"]:
        series = f"data.{used.get('symbol')}.{used.get('kind')}.{used.get('step_ms')}"
        yield from _flat(series, {name: used.get(name) for name in ("rows", "first_ts", "last_ts", "sha256")})
    yield "data_source", run.get("data_source")
    yield "code", hashes["code_hash"]
    yield "code_version", run.get("code_version")
    yield from _flat("versions", run.get("versions", {}))


def _of_each(what: str, of_instances: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A value of each Play by its place, because the same Play may go by another name."""
    for number, value in enumerate(of_instances.values(), start=1):
        yield what if len(of_instances) == 1 else f"{what} {number}", value


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _flat(f"{name}.{number}", inner)
    else:
        yield name, value


def _differ(values: tuple[Any, ...]) -> bool:
    return any(value != values[0] for value in values[1:])


def _column(trades: "pa.Table", name: str, rows: int) -> NDArray[Any]:
    column = trades[name].slice(0, rows)
    if name in ("symbol", "exit_reason"):
        return np.array(column.to_pylist(), dtype=object)
    return column.to_numpy()


def _apart(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.bool_]:
    # A missing number is NaN, which is not even equal to itself.
    return (one != other) & ~((one != one) & (other != other))


def _row(trades: "pa.Table", place: int) -> dict[str, Any] | None:
    return trades.slice(place, 1).to_pylist()[0] if place < trades.num_rows else None
