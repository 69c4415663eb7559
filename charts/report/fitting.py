"""Figures over time: whenever the view moves, heights are fitted to what is in it, and crowds of signs come and go."""

from typing import Any

import attrs
from bokeh.models import ColumnDataSource, CustomJS, Range1d

_FIT = """
const start = times.start, end = times.end;
const row_at = (x, ts) => {
  let low = 0, high = x.length;
  while (low < high) { const middle = (low + high) >> 1; if (x[middle] < ts) low = middle + 1; else high = middle; }
  return low;
};
for (const {range, source, low, high, with_zero} of fits) {
  const {ts, [low]: lows, [high]: highs} = source.data;
  const first = Math.max(0, row_at(ts, start) - 1), last = Math.min(ts.length, row_at(ts, end) + 1);
  let least = with_zero ? 0 : Infinity, most = with_zero ? 0 : -Infinity;
  for (let row = first; row < last; row++) {
    if (lows[row] < least) least = lows[row];
    if (highs[row] > most) most = highs[row];
  }
  // Nothing but 0 has no height; the one before will do.
  if (!(most >= least) || (with_zero && most === least)) continue;
  const margin = ((most - least) || Math.abs(most) * 0.01 || 1) * 0.06;
  range.setv({start: least < 0 || !with_zero ? least - margin : 0, end: most > 0 || !with_zero ? most + margin : 0});
}
for (const {renderer, most} of crowds) {
  const ts = renderer.data_source.data.ts;
  renderer.visible = row_at(ts, end) - row_at(ts, start) <= most;
}
"""


@attrs.frozen(kw_only=True, eq=False)
class Fit:
    """A figure that is as high as the columns `low` and `high` of its source, with the column `ts` in ascending order.

    `with_zero` keeps 0 in view.
    """

    figure: Any
    source: ColumnDataSource
    low: str
    high: str
    with_zero: bool = False


@attrs.frozen(kw_only=True, eq=False)
class Crowd:
    """Signs that are drawn only while at most `most` of them are in view; their column `ts` ascends."""

    renderer: Any
    most: int


def fit_heights(times: Range1d, fits: list[Fit], crowds: list[Crowd]) -> CustomJS:
    """Fit now (when the callback is run) and whenever `times` moves."""
    facts = [
        {
            "range": fit.figure.y_range,
            "source": fit.source,
            "low": fit.low,
            "high": fit.high,
            "with_zero": fit.with_zero,
        }
        for fit in fits
    ]
    signs = [{"renderer": crowd.renderer, "most": crowd.most} for crowd in crowds]
    callback = CustomJS(args={"times": times, "fits": facts, "crowds": signs}, code=_FIT)
    times.js_on_change("start", callback)
    times.js_on_change("end", callback)
    return callback
