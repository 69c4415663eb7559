"""What the page does by itself in the browser: it draws what is in view, fits the heights to it, and reads out the bar
under the pointer."""

from collections.abc import Mapping, Sequence
from typing import Any

from bokeh.events import MouseLeave, MouseMove
from bokeh.models import CustomJS, Div, Range1d

from charts.parts import Bars, Part
from charts.series import PRICE_PANE, VOLUME_PANE, Pane, Series

# Bars in view from which several become one candle, from which labels are left out, and most points of a kind in view.
_MOST_CANDLES, _MOST_LABELLED, _MOST_POINTS = 2_400, 1_000, 2_000
# Spans that are narrower than this part of the view, less a bar, are not seen.
_NARROWEST_PART = 1 / 700
# How far lines over the candles may stretch the price axis on either side, as a share of the candles' own height.
_MOST_STRETCH = 0.35
_BODY_WIDTH = 0.72

_FILL_AND_FIT = """
const start = times.start, end = times.end, span = end - start;
const memory = (times.memory ??= {});
if (cb_obj === times && memory.start === start && memory.end === end) return;
memory.start = start; memory.end = end;

const row_at = (x, ts) => {
  let low = 0, high = x.length;
  while (low < high) { const middle = (low + high) >> 1; if (x[middle] < ts) low = middle + 1; else high = middle; }
  return low;
};

// The store holds everything, the view what lies within half a span of what is seen.
const merged = (column, name, first, count, factor, last) => {
  const out = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const from = first + k * factor, to = Math.min(from + factor, last);
    let value = column[to - 1];
    if (name === "open") value = column[from];
    else if (name === "x") value = (column[from] + column[to - 1]) / 2;
    else if (name === "high") for (let row = from; row < to; row++) value = Math.max(value, column[row]);
    else if (name === "low") for (let row = from; row < to; row++) value = Math.min(value, column[row]);
    else if (name === "volume") { value = 0; for (let row = from; row < to; row++) value += column[row]; }
    out[k] = value;
  }
  return out;
};
// Columns are arrays of the library's own kind, of which a subarray cannot be taken.
const part_of = (column, first, last) => new Float64Array(column.buffer, column.byteOffset + 8 * first, last - first);
const fill_bars = (from, to) => {
  const columns = store.data;
  const factor = Math.max(1, Math.ceil(span / interval_ms / most_candles));
  const first = Math.floor(Math.max(0, row_at(columns.x, from) - 1) / factor) * factor;
  const last = Math.min(columns.x.length, row_at(columns.x, to) + 1);
  const count = Math.ceil((last - first) / factor);
  const data = {};
  for (const [name, column] of Object.entries(columns))
    data[name] = factor === 1 ? part_of(column, first, last) : merged(column, name, first, count, factor, last);
  data.width = new Float64Array(count).fill(factor * interval_ms * body_width);
  data.middle = data.open.map((price, row) => (price + data.close[row]) / 2);
  data.height = data.open.map((price, row) => Math.abs(price - data.close[row]));
  data.rises = data.open.map((price, row) => price <= data.close[row] ? 1 : 0);
  for (const name of signs) data[name + " rises"] = data[name].map((value) => value >= 0 ? 1 : 0);
  view.data = data;
};
const fill_part = (part, from, to) => {
  const columns = part.store.data, left = columns[part.left], right = columns[part.right];
  const narrowest = part.rule === "spans" ? span * narrowest_part - interval_ms : -Infinity;
  let rows = [];
  if (part.rule !== "labels" || span <= most_labelled * interval_ms)
    for (let row = 0; row < left.length; row++)
      if (right[row] >= from && left[row] <= to && right[row] - left[row] >= narrowest) rows.push(row);
  if (part.rule === "points" && rows.length > most_points) rows = [];
  const data = {};
  for (const name of Object.keys(columns)) {
    const column = columns[name];
    data[name] = Array.isArray(column) ? rows.map((row) => column[row]) : Float64Array.from(rows, (row) => column[row]);
  }
  part.view.data = data;
};
const is_filled = memory.from <= start && end <= memory.to && memory.span / 1.5 <= span && span <= memory.span * 1.5;
if (!is_filled) {
  memory.span = span; memory.from = start - span / 2; memory.to = end + span / 2;
  fill_bars(memory.from, memory.to);
  for (const part of parts) fill_part(part, memory.from, memory.to);
}

const x = view.data.x, first = row_at(x, start), last = row_at(x, end);
const reach = (names) => {
  let low = Infinity, high = -Infinity;
  for (const name of names) {
    const column = view.data[name];
    for (let row = first; row < last; row++) {
      if (column[row] < low) low = column[row];
      if (column[row] > high) high = column[row];
    }
  }
  return [low, high];
};
const fit = (range, low, high, above, below) => {
  if (!(high >= low)) return;
  const height = (high - low) || Math.abs(high) * 0.01 || 1;
  range.setv({start: low - below * height, end: high + above * height});
};
let [low, high] = reach(["low", "high"]);
if (high >= low) {
  const stretch = (high - low) * most_stretch;
  let [least, most] = reach(over_price.filter(([, renderer]) => renderer.visible).map(([name]) => name));
  for (const levels of standing) {
    if (!levels.visible) continue;
    const {x0, x1, y} = levels.data_source.data;
    for (let row = 0; row < y.length; row++)
      if (x1[row] >= start && x0[row] <= end) { least = Math.min(least, y[row]); most = Math.max(most, y[row]); }
  }
  if (most >= least) {
    low = Math.min(low, Math.max(least, low - stretch));
    high = Math.max(high, Math.min(most, high + stretch));
  }
  fit(price, low, high, 0.07, 0.07);
}
fit(volume, 0, reach(["volume", ...over_volume])[1], 0.08, 0);
for (const [range, names, with_zero] of panes) {
  let [least, most] = reach(names);
  if (with_zero && most >= least) { least = Math.min(least, 0); most = Math.max(most, 0); }
  fit(range, least, most, 0.08, 0.08);
}
"""

_READ = """
const data = store.data, x = data.x;
let row = x.length - 1;
if (cb_obj.event_name === "mousemove") {
  let low = 0, high = x.length;
  const edge = cb_obj.x - interval_ms / 2;
  while (low < high) { const middle = (low + high) >> 1; if (x[middle] < edge) low = middle + 1; else high = middle; }
  row = Math.min(low, x.length - 1);
}
const number = (value, digits) => value == null || Number.isNaN(value) ? "–"
  : value.toLocaleString("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits});
const free = (value) => {
  const size = Math.abs(value);
  return number(value, Number.isInteger(value) ? 0 : size >= 1000 ? 1 : size >= 10 ? 2 : 4);
};
const when = new Date(x[row] - interval_ms / 2).toISOString().slice(0, 16).replace("T", " ");
const words = [`<b>${when}</b>`];
for (const [letter, name] of [["O", "open"], ["H", "high"], ["L", "low"], ["C", "close"]])
  words.push(`${letter} <b>${number(data[name][row], decimals)}</b>`);
words.push(`V <b>${free(data.volume[row])}</b>`);
for (const [name, colour, renderer, is_price] of shown) {
  if (renderer != null && !renderer.visible) continue;
  const value = is_price ? number(data[name][row], decimals) : free(data[name][row]);
  words.push(`<span style="color: ${colour}; white-space: nowrap">${name} <b>${value}</b></span>`);
}
readout.text = words.join(" &nbsp; ");
"""

# A series and what draws it.
Drawn = tuple[Series, Any]


def fill_and_fit(
    figures: Mapping[str, Any],
    times: Range1d,
    bars: Bars,
    parts: Sequence[Part],
    drawn: Sequence[Drawn],
    panes: Mapping[str, Pane],
    standing: Sequence[Any],
) -> CustomJS:
    """Whenever the view moves, draw what is in it and fit the heights of the panes that have no scale of their own.

    `standing` are lines over the candles, stops and targets, that count for the height too.
    """
    names = {pane: [one.name for one, _ in drawn if one.pane == pane] for pane in figures}
    columns = {one.pane for one, _ in drawn if one.form == "columns"}
    callback = CustomJS(
        args={
            "times": times,
            "store": bars.store,
            "view": bars.view,
            "signs": list(bars.signs),
            "interval_ms": bars.interval_ms,
            "parts": [
                {"store": one.store, "view": one.view, "left": one.left, "right": one.right, "rule": one.rule}
                for one in parts
            ],
            "body_width": _BODY_WIDTH,
            "narrowest_part": _NARROWEST_PART,
            "most_candles": _MOST_CANDLES,
            "most_labelled": _MOST_LABELLED,
            "most_points": _MOST_POINTS,
            "most_stretch": _MOST_STRETCH,
            "over_price": [(one.name, renderer) for one, renderer in drawn if one.pane == PRICE_PANE],
            "over_volume": names[VOLUME_PANE],
            "price": figures[PRICE_PANE].y_range,
            "volume": figures[VOLUME_PANE].y_range,
            "panes": [
                (figures[name].y_range, names[name], name in columns)
                for name, pane in panes.items()
                if pane.scale is None
            ],
            "standing": list(standing),
        },
        code=_FILL_AND_FIT,
    )
    for edge in ("start", "end"):
        times.js_on_change(edge, callback)
    return callback


def read_out(
    figures: Mapping[str, Any],
    readout: Div,
    bars: Bars,
    drawn: Sequence[Drawn],
    left_out: Sequence[str],
    decimals: int,
) -> CustomJS:
    """Show the values of the bar under the pointer, those of hidden series left out; of the last bar without one."""
    shown = [(one.name, one.colour, renderer, one.pane == PRICE_PANE) for one, renderer in drawn]
    callback = CustomJS(
        args={
            "readout": readout,
            "store": bars.store,
            "shown": [*shown, *((name, "inherit", None, False) for name in left_out)],
            "interval_ms": bars.interval_ms,
            "decimals": decimals,
        },
        code=_READ,
    )
    for figure in figures.values():
        figure.js_on_event(MouseMove, callback)
        figure.js_on_event(MouseLeave, callback)
    return callback
