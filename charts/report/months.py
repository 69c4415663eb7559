"""Monthly returns as a table of years and months."""

from html import escape

import attrs
import numpy as np
import pyarrow as pa

from charts.report.wording import signed_percent
from results.equity_curve import EquityCurve

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# The strongest tint of a cell, and the return that has it at the least.
_MOST_TINT, _LEAST_SCALE = 0.62, 0.01


@attrs.frozen(kw_only=True)
class Month:
    """A calendar month, UTC: its number (0 … 11), return as a fraction, and whether the run covers all of it."""

    year: int
    month: int
    gain: float
    is_whole: bool


def monthly_returns(equity: pa.Table) -> list[Month]:
    """Return of each month from the same samples as the metrics: the start, UTC midnights, and the end."""
    curve = EquityCurve()
    rows = np.empty(equity.num_rows, dtype=[("ts", "<i8"), ("equity", "<f8"), ("equity_low", "<f8")])
    for name in rows.dtype.names or ():
        rows[name] = equity[name].to_numpy()
    curve.add(rows)
    days, ts = curve.daily(), curve.daily_ts()
    if len(days) < 2:
        return []
    # A midnight belongs to the month that it ends, hence the millisecond less.
    month = (ts - 1).astype("datetime64[ms]").astype("datetime64[M]")
    ends = [*(np.flatnonzero(month[1:-1] != month[2:]) + 1).tolist(), len(days) - 1]
    starts = [0, *ends[:-1]]
    return [_month(month[end], ts[[start, end]], days[[start, end]]) for start, end in zip(starts, ends, strict=True)]


def _month(month: np.datetime64, ts: np.ndarray, equity: np.ndarray) -> Month:
    number = int(month.astype(np.int64))
    first, after = (np.datetime64(number + step, "M").astype("datetime64[ms]").astype(np.int64) for step in (0, 1))
    return Month(
        year=1970 + number // 12,
        month=number % 12,
        gain=float(equity[1] / equity[0] - 1.0),
        is_whole=bool(ts[0] == first and ts[1] == after),
    )


def month_table(months: list[Month]) -> str:
    """A row for each year; tints grow with the size of the return, and a month in part has a star."""
    scale = max([_LEAST_SCALE, *(abs(one.gain) for one in months)])
    by_year: dict[int, dict[int, Month]] = {}
    for one in months:
        by_year.setdefault(one.year, {})[one.month] = one
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *_MONTHS, "year"))
    rows = "".join(_year(year, of_year, scale) for year, of_year in sorted(by_year.items()))
    return f"<div class='table'><table class='months'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"


def _year(year: int, months: dict[int, Month], scale: float) -> str:
    cells = "".join(_cell(months[number], scale) if number in months else "<td></td>" for number in range(12))
    gain = float(np.prod([1.0 + one.gain for one in months.values()])) - 1.0
    tone = "up" if gain > 0 else "down" if gain < 0 else ""
    return f"<tr><th>{year}</th>{cells}<td class='year {tone}'>{signed_percent(gain)}</td></tr>"


def _cell(one: Month, scale: float) -> str:
    tint = f"{_MOST_TINT * abs(one.gain) / scale:.3f}"
    colour = f"rgba(var(--{'up' if one.gain > 0 else 'down'}-rgb),{tint})" if one.gain else "none"
    part = "" if one.is_whole else "<sup title='the run covers a part of this month'>*</sup>"
    text = signed_percent(one.gain).removesuffix(" %")
    return f"<td style='background:{colour}'>{text}{part}</td>"
