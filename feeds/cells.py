"""Arrow arrays of a candle table as NumPy columns: prices as float64, open times as int64 ms UTC."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from feeds.bad_cell import BadCell
from play_engine.bars import Floats, Ints

_NUMBER = "a number"
_TIME = "an integer or ISO 8601 time (s, ms, µs or ns since the epoch, UTC), exact to the ms"
_TIME_REMEDY = "Write the open time of each bar in one of these forms"
# A number is told by its size, each unit from its smallest: the years 1973 to 5138 do not overlap between units.
_UNITS = (("s", 10**8), ("ms", 10**11), ("µs", 10**14), ("ns", 10**17))
_SMALLEST = np.array([smallest for _, smallest in _UNITS], dtype=np.float64)
_NUMERIC = re.compile(r"-?\d+(\.\d*)?([eE]\+?\d+)?")
# A date whose parts are not joined by the hyphens of ISO 8601; the year must come first, so that it has one meaning.
_OTHER_DATE = re.compile(r"^(\d{4})[./](\d\d)[./](\d\d)")
_UTC_SUFFIX = " UTC"
# How times without a zone are described.
WITHOUT_ZONE = "taken as UTC"


def floats(column: str, values: Any) -> Floats:
    """A price or volume column as float64, without copying where Arrow holds it so; missing values become NaN.

    Text is read as numbers. Raises BadCell at the first text that is none.
    """
    if values.type != pa.float64():
        values = _cast(column, values, pa.float64(), _NUMBER, "Correct the value, or remove the row")
    return values.to_numpy(zero_copy_only=values.null_count == 0)


def epoch_ms(values: Any, *, exact: bool = True) -> Ints:
    """Times as int64 ms since the epoch, UTC.

    Takes integers and floats (unit by size: below 10¹¹ s, 10¹⁴ ms, 10¹⁷ µs, else ns), Arrow timestamps and dates, and
    text: numbers, ISO 8601 or 2024.01.31 12:00 (without a zone it is UTC). Raises BadCell at the first value that is
    no such time, is missing, or, where `exact`, is not a whole number of ms; else it is rounded down.
    """
    if values.null_count:
        index = int(np.flatnonzero(values.is_null().to_numpy(zero_copy_only=False))[0])
        raise BadCell(index, "ts", "nothing", _TIME, _TIME_REMEDY)
    if pa.types.is_temporal(values.type):
        return _from_timestamps(values, exact)
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        return _from_text(values, exact)
    kind = pa.float64() if pa.types.is_floating(values.type) else pa.int64()
    # Arrow's cast loads its compute library, which takes longer than reading a year of minutes: only where needed.
    return _from_numbers((values if values.type == kind else values.cast(kind)).to_numpy(), exact)


def time_columns(columns: Mapping[str, str]) -> list[str]:
    """The column that a table has its times in, and the one for the time of day, where that is another one."""
    return [columns[name] for name in ("ts", "clock") if name in columns]


def joined_times(values: Sequence[Any]) -> Any:
    """Times as one array: dates and times of day that stand in two columns are joined as text."""
    if len(values) == 1:
        return values[0]
    parts = (column.cast(pa.string()).to_pylist() for column in values)
    texts = [None if None in pair else " ".join(map(str, pair)) for pair in zip(*parts, strict=True)]
    return pa.array(texts, pa.string())


def time_form(values: Any) -> str:
    """How times are written, in words, by the first of them; nothing for values that `epoch_ms` does not take."""
    if pa.types.is_temporal(values.type):
        zone = getattr(values.type, "tz", None)
        return f"as timestamps ({zone or WITHOUT_ZONE})"
    first = str(values[0].as_py())
    if _NUMERIC.fullmatch(first):
        return next((f"in {unit}" for unit, smallest in reversed(_UNITS) if abs(float(first)) >= smallest), "")
    return "as text" if _is_zoned(first) else f"as text ({WITHOUT_ZONE})"


def _from_timestamps(values: Any, exact: bool) -> Ints:
    zone = getattr(values.type, "tz", None)
    nanoseconds = getattr(values.type, "unit", "ms") == "ns"
    fine = values.cast(pa.timestamp("ns" if nanoseconds else "us", zone)).cast(pa.int64()).to_numpy()
    return _divided(fine, 10**6 if nanoseconds else 10**3, exact)


def _from_text(values: Any, exact: bool) -> Ints:
    texts = values.cast(pa.string())
    first = texts[0].as_py() if len(texts) else ""
    if _NUMERIC.fullmatch(first):
        # Whole seconds among fractions of them are written without a point.
        kind = pa.int64() if _casts(texts, pa.int64()) else pa.float64()
        return _from_numbers(_cast("ts", texts, kind, _TIME, _TIME_REMEDY).to_numpy(), exact)
    if _OTHER_DATE.match(first) or first.endswith(_UTC_SUFFIX):
        texts = pa.array([_as_iso(text) for text in texts.to_pylist()], pa.string())
    kind = pa.timestamp("us", "UTC" if _is_zoned(first) else None)
    return _from_timestamps(_cast("ts", texts, kind, _TIME, _TIME_REMEDY), exact)


def _as_iso(text: str) -> str:
    text = _OTHER_DATE.sub(r"\1-\2-\3", text)
    return text.removesuffix(_UTC_SUFFIX) + "Z" if text.endswith(_UTC_SUFFIX) else text


def _is_zoned(text: str) -> bool:
    # A zone (`Z`, `+01:00`) can only stand after the time of day.
    return any(mark in text[10:] for mark in "Zz+-") or text.endswith(_UTC_SUFFIX)


def _from_numbers(numbers: NDArray[Any], exact: bool) -> Ints:
    if len(numbers) == 0:
        return numbers.astype(np.int64)
    sizes = np.abs(numbers)
    smallest, largest = sizes.min(), sizes.max()
    if not smallest >= _UNITS[0][1]:
        index = int(np.flatnonzero(~(sizes >= _UNITS[0][1]))[0])
        remedy = "The number is too small for a time; " + _TIME_REMEDY.lower()
        raise BadCell(index, "ts", str(numbers[index]), _TIME, remedy)
    # Where the unit changes in the middle of a table, each number is told by its own size.
    known = np.searchsorted(_SMALLEST, (smallest, largest), side="right") - 1
    units: Any = known[0] if known[0] == known[1] else np.searchsorted(_SMALLEST, sizes, side="right") - 1
    in_ms = numbers * 1000 if np.all(units == 0) else np.where(units == 0, numbers * 1000, numbers)
    return _divided(numbers if np.all(units == 1) else in_ms, 1000 ** np.maximum(units - 1, 0), exact)


def _divided(numbers: NDArray[Any], divisor: Any, exact: bool) -> Ints:
    """numbers / divisor as int64; raises BadCell where that is not a whole number and has to be."""
    if np.all(divisor == 1) and numbers.dtype == np.int64:
        return numbers
    rest = numbers % divisor
    broken = ~((rest == 0) if exact else (rest >= 0))
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
