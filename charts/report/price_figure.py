"""The price with entries and exits."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from bokeh.models import ColumnDataSource, Range1d

from charts.colours import DOWN, UP
from charts.report.curves import Curve, column_of
from charts.report.fitting import Crowd, Fit
from charts.report.look import ENTRY_LONG, ENTRY_SHORT, GREY, add_legend, add_pointer, format_axis, over_time
from charts.report.price_path import PricePath
from play_engine.intervals import interval_name

_HEIGHT_PX = 380
# Size of the signs, by how many there are.
_FEW, _MANY = 120, 1_000
# The most entries, and exits, that are drawn at once.
_MOST_SIGNS = 1_500
_CROWDED = f"They are drawn once at most {_MOST_SIGNS:,} of a kind are in view."
# From this share of fills outside of the candles on, the candles are doubted.
_STRANGE_SHARE = 0.01
_NO_CANDLES = (
    "No candles were given: the line only joins the fills and knows nothing of the price between them. "
    "The command report draws candles with --candles FILE."
)
_HOW_TO_READ = "Filled signs are entries, hollow ones exits; blue is long, pink is short. Drag to zoom."


def price_curve(symbol: str, fills: pa.Table, trades: pa.Table, path: PricePath | None, times: Range1d) -> Curve | None:
    """Candles if there are any, else the path through the fills, with everything that was traded; None without both."""
    fills, trades = _of_symbol(fills, symbol), _of_symbol(trades, symbol)
    if path is None and fills.num_rows == 0:
        return None
    made = over_time(times, _HEIGHT_PX)
    source = _fills_line(made, fills) if path is None else _candles(made, path)
    format_axis(made.yaxis, "0,0.[00000000]")
    passages = _passages(made, trades)
    entries, exits = (_signs(made, fills, closing=closing) for closing in (False, True))
    add_legend(made, ("entries", [entries]), ("exits", [exits]), ("from entry to exit", [passages]))
    note = _NO_CANDLES if path is None else _about(path, fills)
    fit = Fit(figure=made, source=source, low="low", high="high")
    if fills.num_rows <= 2 * _MOST_SIGNS:
        return Curve(fit=fit, note=f"{_HOW_TO_READ} {note}")
    crowds = tuple(Crowd(renderer=one, most=_MOST_SIGNS) for one in (entries, exits, passages))
    return Curve(fit=fit, note=f"{_HOW_TO_READ} {_CROWDED} {note}", crowds=crowds)


def _of_symbol(table: pa.Table, symbol: str) -> pa.Table:
    return table.filter(pa.array([one == symbol for one in table["symbol"].to_pylist()], type=pa.bool_()))


def _candles(made: Any, path: PricePath) -> ColumnDataSource:
    ts = path.ts + path.interval_ms / 2.0
    source = ColumnDataSource({"ts": ts, "low": path.low, "high": path.high, "close": path.close})
    made.segment("ts", "low", "ts", "high", source=source, line_color=GREY, line_alpha=0.45)
    made.line("ts", "close", source=source, line_color=GREY, line_width=1.1)
    return source


def _fills_line(made: Any, fills: pa.Table) -> ColumnDataSource:
    price = column_of(fills, "price")
    source = ColumnDataSource({"ts": column_of(fills, "ts"), "low": price, "high": price, "close": price})
    made.line("ts", "close", source=source, line_color=GREY, line_width=1, line_alpha=0.6)
    return source


def _passages(made: Any, trades: pa.Table) -> Any:
    columns: dict[str, Any] = {
        "ts": column_of(trades, "entry_ts"),
        "end": column_of(trades, "exit_ts"),
        "from": column_of(trades, "entry_price"),
        "to": column_of(trades, "exit_price"),
        "colour": [UP if net > 0.0 else DOWN for net in trades["net_pnl"].to_pylist()],
    }
    look: dict[str, Any] = {"line_color": "colour", "line_width": 1.4, "line_alpha": 0.8}
    return made.segment("ts", "from", "end", "to", source=ColumnDataSource(columns), **look)


def _signs(made: Any, fills: pa.Table, *, closing: bool) -> Any:
    total = fills.num_rows
    size, alpha = (11, 0.95) if total <= _FEW else (7, 0.8) if total <= _MANY else (6, 0.7)
    fills = fills.filter(pa.array(fills["closing"].to_numpy() == closing))
    side = column_of(fills, "side")
    source = ColumnDataSource(_sign_columns(fills, -side if closing else side, points_up=side > 0.0))
    look: dict[str, Any] = {"line_color": "colour", "line_alpha": alpha, "fill_alpha": 0.0 if closing else alpha}
    signs = made.scatter("ts", "price", marker="sign", size=size, fill_color="colour", source=source, **look)
    add_pointer(
        made, signs, [("trade", "@trade @side, @reason"), ("", "@qty at @price{0,0.[00000000]}"), ("", "@ts{%F %T}")]
    )
    return signs


def _sign_columns(fills: pa.Table, side: Any, points_up: Any) -> dict[str, Any]:
    return {
        "ts": column_of(fills, "ts"),
        "price": column_of(fills, "price"),
        "qty": column_of(fills, "qty"),
        "trade": column_of(fills, "trade_id"),
        "side": ["long" if one > 0.0 else "short" for one in side],
        "colour": [ENTRY_LONG if one > 0.0 else ENTRY_SHORT for one in side],
        "sign": ["triangle" if up else "inverted_triangle" for up in points_up],
        "reason": pc.cast(fills["reason"], pa.string()).to_pylist(),
    }


def _about(path: PricePath, fills: pa.Table) -> str:
    note = f"The line joins {interval_name(path.interval_ms)} closes, bars reach from low to high."
    strange = path.strangers(fills["ts"].to_numpy(), column_of(fills, "ref_price"))
    if strange > _STRANGE_SHARE * fills.num_rows:
        note += f" {strange:,} of {fills.num_rows:,} fills lie outside of these candles: are they those of the run?"
    return note
