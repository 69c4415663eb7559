"""From a Play, bars and what a run did to a chart."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from charts.chart import Chart, Sketch
from charts.columns import ChartColumns, chart_columns
from charts.executions import Executions, executions_of
from charts.series import Lines, choose_lines
from charts.snapping import Snapping
from charts.structures import DRAWINGS
from charts.wording import time_text
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.instants import iso
from play_engine.intervals import interval_name
from play_engine.play.model import Play, StructureSpec
from play_engine.warmup import Window

if TYPE_CHECKING:
    from results.result import Result


def make_chart(
    play: Play,
    bars: Iterable[BarSeries],
    base_ms: int,
    window: Window,
    chosen: frozenset[str],
    result: "Result | None",
) -> Chart:
    """Feed `bars` (warm-up before the window included) to an engine and collect what is drawn of the window.

    `chosen` are ids of features and structures; `result` is the run whose trades are drawn, None for none. Raises
    DataError if no exec bar lies in the window.
    """
    computed = chart_columns(play, bars, base_ms, chosen)
    columns = computed.between(window.start_ms, window.end_ms)
    if not len(columns.get("ts", ())):
        name = interval_name(play.exec_ms)
        raise DataError(f"no {name} bar lies in {iso(window.start_ms)} to {iso(window.end_ms)}; choose another window")
    lines = choose_lines(play, chosen, columns)
    span = f"{time_text(window.start_ms)} to {time_text(window.end_ms)} UTC"
    return Chart(
        title=f"{play.id} · {play.symbol} · {interval_name(play.exec_ms)}",
        subtitle=span if result is None else f"{span} · {_summary(result)}",
        notes=_notes(play, chosen, lines),
        interval_ms=play.exec_ms,
        columns=columns,
        lines=lines,
        sketches=_sketches(play, computed, chosen, window),
        executions=Executions() if result is None else executions_of(result),
    )


def _sketches(play: Play, computed: ChartColumns, chosen: frozenset[str], window: Window) -> tuple[Sketch, ...]:
    sketches: list[Sketch] = []
    for spec in play.structures:
        if spec.key in chosen and spec.type in DRAWINGS:
            snapping = Snapping(columns=computed.exec, exec_ms=play.exec_ms, interval_ms=spec.interval_ms)
            drawing = snapping.snapped(DRAWINGS[spec.type](computed.seen[spec.key]))
            drawing = drawing.between(window.start_ms, window.end_ms)
            sketches.append(Sketch(key=spec.key, type=spec.type, interval_ms=spec.interval_ms, drawing=drawing))
    return tuple(sketches)


def _summary(result: "Result") -> str:
    trades = result.trades
    net = sum(trades["net_pnl"].to_pylist())
    return f"{trades.num_rows} trades, net {net:+,.2f} USDT"


def _notes(play: Play, chosen: frozenset[str], lines: Lines) -> tuple[str, ...]:
    """What is not drawn, and what of a drawing needs a word."""
    others = [*(one.id for one in play.features), *(one.key for one in play.structures)]
    hidden = [name for name in others if name not in chosen]
    notes = [f"Not chosen: {', '.join(hidden)}."] if hidden else []
    if lines.left_out:
        notes.append(f"Not drawn, only shown above for the bar under the pointer: {', '.join(lines.left_out)}.")
    pools = [spec.key for spec in play.structures if _is_drawn(spec, "liquidity_zones", chosen)]
    if pools:
        notes.append(f"{', '.join(pools)}: levels that were never the nearest one to price are not drawn.")
    slow = sorted({one.interval_ms for one in (*play.features, *play.structures) if one.interval_ms > play.exec_ms})
    if slow:
        names = ", ".join(interval_name(length) for length in slow)
        notes.append(f"Values of slower timeframes ({names}) are shown from the close of their bar on.")
    return tuple(notes)


def _is_drawn(spec: StructureSpec, type_: str, chosen: frozenset[str]) -> bool:
    return spec.type == type_ and spec.key in chosen
