"""Candles and volume."""

from typing import Any

from bokeh.models import ColumnDataSource
from bokeh.transform import linear_cmap

from charts.colours import CANDLE_DOWN, CANDLE_UP, DOWN, UP, VOLUME_DOWN, VOLUME_UP


def draw_candles(price: Any, volume: Any, view: ColumnDataSource) -> None:
    """Draw the bars in view; a bar that closes where it opened counts as a rise."""
    edge, body, tint = (
        linear_cmap("rises", colours, 0, 1)
        for colours in ((DOWN, UP), (CANDLE_DOWN, CANDLE_UP), (VOLUME_DOWN, VOLUME_UP))
    )
    price.segment("x", "high", "x", "low", source=view, line_color=edge)
    price.rect("x", "middle", "width", "height", source=view, fill_color=body, line_color=edge)
    volume.vbar(x="x", top="volume", width="width", source=view, fill_color=tint, line_color=None)
