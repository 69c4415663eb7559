"""The page: one file without the network, with every bar and shape in its stores and nothing in view yet."""

import re
from pathlib import Path

import numpy as np
import pytest

from charts.chart import Chart, Sketch
from charts.executions import Execution, Executions, Level, Passage
from charts.figures import decimals_of
from charts.parts import make_bars, make_part
from charts.series import Lines, Pane, Series
from charts.shapes import Box, Drawing, Line, Mark
from tests.charts.columns import MINUTE_MS

pytest.importorskip("bokeh", reason="Bokeh is not installed")

BARS = 300


def a_chart(bars: int = BARS) -> Chart:
    """A chart with one of everything."""
    rows = np.arange(bars)
    prices = 100.0 + np.sin(rows / 9.0)
    columns = {
        "ts": rows * MINUTE_MS,
        "open": prices,
        "high": prices + 1.0,
        "low": prices - 1.0,
        "close": prices + 0.5,
        "volume": np.full(bars, 2.0),
        "ema": prices,
        "day": np.floor(prices),
        "macd": np.sin(rows / 5.0),
        "side": np.ones(bars),
    }
    box = Box(
        origin_ms=0,
        start_ms=60_000,
        end_ms=900_000,
        lower=99,
        upper=100,
        direction=1,
        touched_ms=120_000,
        label="b",
        text="a box",
    )
    line = Line(start_ms=0, start_price=99, end_ms=900_000, end_price=100, known_ms=900_000, label="l", text="a line")
    mark = Mark(ts_ms=30_000, price=101, known_ms=120_000, place=1, label="m", text="a mark <b>")
    fill = Execution(ts_ms=90_000, price=100, side=1, is_entry=True, text="an entry")
    return Chart(
        title="<play>",
        subtitle="window",
        notes=("A note.",),
        interval_ms=MINUTE_MS,
        columns=columns,
        lines=Lines(
            series=(
                Series(name="ema", group="ema", pane="price", form="line", colour="#123456"),
                Series(name="day", group="day", pane="price", form="level", colour="#123456"),
                Series(name="macd", group="macd", pane="macd", form="columns", colour="#123456"),
            ),
            panes={"macd": Pane(guides=(0.0,))},
            bands={"ema": ("ema", "day")},
            left_out=("side",),
        ),
        sketches=(
            Sketch(
                key="ob",
                type="order_block",
                interval_ms=MINUTE_MS,
                drawing=Drawing(boxes=(box,), lines=(line,), marks=(mark,), candles=(box,)),
            ),
        ),
        executions=Executions(
            fills=(fill,),
            levels=(Level(kind="stop", start_ms=0, end_ms=9, price=99, text="a stop"),),
            passages=(Passage(start_ms=0, start_price=1, end_ms=9, end_price=2, pnl=1.0),),
        ),
    )


def test_one_file_that_needs_no_network(tmp_path: Path) -> None:
    from charts.page import write_page

    path = tmp_path / "chart.html"
    write_page(a_chart(), path)
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<(script|link)[^>]*\s(src|href)=", text)
    for word in ("a box", "a line", "an entry", "a stop", "A note.", "ob", "macd"):
        assert word in text
    assert "<title>&lt;play&gt;</title>" in text


@pytest.mark.slow
def test_a_hundred_thousand_bars_are_arrays(tmp_path: Path) -> None:
    from charts.page import write_page

    small, large = tmp_path / "small.html", tmp_path / "large.html"
    write_page(a_chart(300), small)
    write_page(a_chart(30_300), large)
    columns = 6 + 4
    # Eight bytes a number, as base64; the levels have a line for each value that stays.
    assert large.stat().st_size - small.stat().st_size < 30_000 * columns * 8 * 4 / 3 * 1.25


def test_stores_hold_everything_and_views_nothing() -> None:
    part = make_part({"x": np.array([1.0, 2.0]), "colour": ["a", "b"]}, "x", "x", "points")
    assert part.store.data["colour"] == ["a", "b"]
    assert [len(values) for values in part.view.data.values()] == [0, 0]
    bars = make_bars(a_chart(10).columns, ("macd",), ("macd",), MINUTE_MS)
    assert bars.store.data["x"].tolist()[:2] == [30_000.0, 90_000.0]
    assert {"macd rises", "middle", "height", "width", "rises"} <= set(bars.view.data)


def test_decimals_are_those_of_the_finest_price() -> None:
    assert decimals_of(np.array([1.0, 2.0])) == 0
    assert decimals_of(np.array([1.25, 2.5])) == 2
    assert decimals_of(np.array([1 / 3])) == 8
