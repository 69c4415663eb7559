"""The command `chart`: what a Play saw and did, as one HTML file."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from actors.harness import backtest
from actors.run_window import check_interval, choose_window
from commands.drawing_library import check_drawing_library
from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.output_file import check_output
from commands.plays import open_play
from commands.presentation import announce_compiling, show, show_problems
from commands.progress_display import ProgressDisplay
from commands.times import show_span
from feeds.candle_file import CandleFile
from feeds.provider import Coverage, DataProvider
from play_engine.errors import DataError
from play_engine.play.model import Play
from play_engine.warmup import Window, feed_start

if TYPE_CHECKING:
    from charts.chart import Chart
    from results.result import Result

# Base bars read at a time.
_CHUNK_BARS = 65_536


@attrs.frozen(kw_only=True)
class Trades:
    """Where entries and exits come from: a run over the window (`run`), the folder of an earlier one, or nowhere."""

    run: bool = True
    folder: Path | None = None


def run_chart(
    play_name: str,
    candles: Path,
    out: Path,
    bounds_ms: tuple[int | None, int | None],
    assignments: Iterable[tuple[str, str]],
    only: str | None,
    trades: Trades,
    *,
    force: bool,
    as_json: bool,
) -> int:
    """Write the chart and return the exit code.

    `bounds_ms` are start and end of what is drawn (None: as far as the run, or without one the data, reach); `only`
    has the ids of the features and structures that are drawn, with commas between them. Raises ConfigError, DataError,
    RunFailed or a usage error, before anything is written, for what cannot be done.
    """
    check_drawing_library("charts")
    if trades.folder is not None and not trades.run:
        raise click.UsageError("--run and --no-run exclude each other; write one of them")
    check_output(out, candles, force=force)
    play = open_play(play_name, assignments)
    chosen = _chosen(play, only)
    feed = CandleFile(candles, play.symbol)
    coverage = feed.coverage(play.symbol)
    show_problems(play.warnings)
    announce_compiling()
    window, result = _window_and_result(play, feed, coverage, bounds_ms, trades)
    chart = _chart(play, feed, coverage, window, chosen, result)
    _write(chart, out)
    if as_json:
        print_json(_document(out, chart, window))
    else:
        size_mb = out.stat().st_size / 1e6
        show(f"{out}: {len(chart.columns['ts']):,} bars, {show_span(window.start_ms, window.end_ms)}, {size_mb:.1f} MB")
    return SUCCESS


def _chosen(play: Play, only: str | None) -> frozenset[str]:
    """The ids to draw; refuses one that the Play does not declare."""
    ids = [*(spec.id for spec in play.features), *(spec.key for spec in play.structures)]
    if only is None:
        return frozenset(ids)
    asked = [name.strip() for name in only.split(",") if name.strip()]
    unknown = [name for name in asked if name not in ids]
    if unknown:
        declared = ", ".join(ids) or "nothing"
        message = f"{', '.join(unknown)}: not declared by {play.id}, which has {declared}"
        raise click.BadParameter(message, param_hint="--only")
    return frozenset(asked)


def _window_and_result(
    play: Play,
    feed: DataProvider,
    coverage: Coverage,
    bounds_ms: tuple[int | None, int | None],
    trades: Trades,
) -> tuple[Window, "Result | None"]:
    """What is drawn, and the run whose trades are drawn over it."""
    if trades.folder is not None:
        return _earlier_run(play, coverage, bounds_ms, trades.folder)
    if not trades.run:
        return _bounded(coverage, bounds_ms, (coverage.start_ms, coverage.end_ms)), None
    window = choose_window(play, coverage, *bounds_ms)
    with ProgressDisplay([play.id]) as progress:
        result = backtest(play, feed, start_ms=bounds_ms[0], end_ms=bounds_ms[1], on_progress=progress)
    return window, result


def _earlier_run(
    play: Play, coverage: Coverage, bounds_ms: tuple[int | None, int | None], folder: Path
) -> tuple[Window, "Result"]:
    from results.result import open_result

    result = open_result(folder)
    if result.play_id != play.id:
        raise DataError(f"{folder} is a run of {result.play_id}, not of {play.id}; name a run of that Play")
    return _bounded(coverage, bounds_ms, result.window), result


def _bounded(coverage: Coverage, bounds_ms: tuple[int | None, int | None], whole: tuple[int, int]) -> Window:
    """The bounds asked for, by default `whole`, as far as there are bars."""
    start_ms, end_ms = (other if one is None else one for one, other in zip(bounds_ms, whole, strict=True))
    window = Window(max(start_ms, coverage.start_ms), min(end_ms, coverage.end_ms))
    if window.start_ms >= window.end_ms:
        have = show_span(coverage.start_ms, coverage.end_ms)
        raise DataError(f"nothing to draw in {show_span(start_ms, end_ms)}; the candles cover {have}")
    return window


def _chart(
    play: Play,
    feed: DataProvider,
    coverage: Coverage,
    window: Window,
    chosen: frozenset[str],
    result: "Result | None",
) -> "Chart":
    """The chart, from bars that begin early enough for every feature to be settled, where there are any."""
    from charts.assembly import make_chart

    check_interval(play, coverage)
    first_ms = max(coverage.start_ms, feed_start(play, window.start_ms))
    bars = feed.bars(play.symbol, first_ms, window.end_ms, _CHUNK_BARS)
    return make_chart(play, bars, coverage.interval_ms, window, chosen, result)


def _write(chart: "Chart", out: Path) -> None:
    """Write aside, then rename: the file appears whole or not at all."""
    from charts.page import write_page

    partial = out.with_name(f"{out.name}.partial")
    try:
        write_page(chart, partial)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _document(out: Path, chart: "Chart", window: Window) -> dict[str, object]:
    return {
        "file": str(out),
        "bars": len(chart.columns["ts"]),
        "start_ms": window.start_ms,
        "end_ms": window.end_ms,
        "notes": list(chart.notes),
    }
