"""Arrow arrays of a candle table as NumPy columns: prices as float64, open times as int64 ms UTC."""

import re
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from feeds.bad_cell import BadCell
from play_engine.bars import Floats, Ints

_NUMBER = "a number"
_TIME = "an integer or ISO 8601 time (s, ms, µs or ns since the epoch, UTC), exact to the ms"
_TIME_REMEDY = "Write the open time of each bar in one of these forms"
# An integer time is told by its size: the years 1973 to 5138 do not overlap between units.
_SMALLEST_S, _SMALLEST_MS, _SMALLEST_US, _SMALLEST_NS = 10**8, 10**11, 10**14, 10**17


def floats(column: str, values: Any) -> Floats:
    """A price or volume column as float64, without copying where Arrow holds it so; missing values become NaN.

    Text is read as numbers. Raises BadCell at the first text that is none.
    """
    if values.type != pa.float64():
        values = _cast(column, values, pa.float64(), _NUMBER, "Correct the value, or remove the row")
    return values.to_numpy(zero_copy_only=values.null_count == 0)


def epoch_ms(values: Any) -> Ints:
    """Open times as int64 ms since the epoch, UTC.

    Takes integers and whole floats (unit by size: below 10¹¹ s, 10¹⁴ ms, 10¹⁷ µs, else ns), Arrow timestamps and
    dates, and text: numbers or ISO 8601 (without a zone it is UTC). Raises BadCell at the first value that is no such
    time, is missing, or is not a whole number of ms.
    """
    if values.null_count:
        index = int(np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False))[0])
        raise BadCell(index, "ts", "nothing", _TIME, _TIME_REMEDY)
    if pa.types.is_temporal(values.type):
        return _from_timestamps(values)
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        return _from_text(values)
    kind = pa.float64() if pa.types.is_floating(values.type) else pa.int64()
    # Arrow's cast loads its compute library, which takes longer than reading a year of minutes: only where needed.
    return _from_numbers((values if values.type == kind else values.cast(kind)).to_numpy())


def _from_timestamps(values: Any) -> Ints:
    zone = getattr(values.type, "tz", None)
    nanoseconds = getattr(values.type, "unit", "ms") == "ns"
    fine = values.cast(pa.timestamp("ns" if nanoseconds else "us", zone)).cast(pa.int64()).to_numpy()
    return _divided(fine, 10**6 if nanoseconds else 10**3)


def _from_text(values: Any) -> Ints:
    texts = values.cast(pa.string())
    first = texts[0].as_py() if len(texts) else ""
    if re.fullmatch(r"-?\d+(\.\d*)?", first):
        kind = pa.float64() if "." in first else pa.int64()
        return _from_numbers(_cast("ts", texts, kind, _TIME, _TIME_REMEDY).to_numpy())
    # A zone (`Z`, `+01:00`) can only stand after the time of day.
    zoned = any(mark in first[10:] for mark in "Zz+-")
    kind = pa.timestamp("us", "UTC" if zoned else None)
    return _from_timestamps(_cast("ts", texts, kind, _TIME, _TIME_REMEDY))


def _from_numbers(numbers: NDArray[Any]) -> Ints:
    if len(numbers) == 0:
        return numbers.astype(np.int64)
    size = abs(numbers[0])
    if not size >= _SMALLEST_S:
        raise BadCell(0, "ts", str(numbers[0]), _TIME, "The number is too small for a time; " + _TIME_REMEDY.lower())
    if size >= _SMALLEST_US:
        return _divided(numbers, 10**6 if size >= _SMALLEST_NS else 10**3)
    return _divided(numbers if size >= _SMALLEST_MS else numbers * 1000, 1)


def _divided(numbers: NDArray[Any], divisor: int) -> Ints:
    """numbers / divisor as int64; raises BadCell where that is not a whole number."""
    if divisor == 1 and numbers.dtype == np.int64:
        return numbers
    broken = ~(numbers % divisor == 0)
    if broken.any():
        index = int(np.flatnonzero(broken)[0])
        raise BadCell(index, "ts", str(numbers[index]), _TIME, "Round the times to whole ms, on the grid of the bars")
    return (numbers // divisor).astype(np.int64)


def _cast(column: str, values: Any, kind: Any, allowed: str, remedy: str) -> Any:
    """Arrow's cast, with the first value that fails named."""
    try:
        return values.cast(kind)
    except pa.ArrowException:
        index = next(i for i in range(len(values)) if not _casts(values.slice(i, 1), kind))
        raise BadCell(index, column, repr(values[index].as_py()), allowed, remedy) from None


def _casts(value: Any, kind: Any) -> bool:
    try:
        value.cast(kind)
    except pa.ArrowException:
        return False
    return True
