"""The command `backtest`: one Play over one file of candles."""

from collections.abc import Iterable
from pathlib import Path

import attrs
import click

from actors.harness import RunFailed, backtest
from commands.drawing_library import check_drawing_library
from commands.exit_codes import FAILED, INTERRUPTED, SUCCESS
from commands.failure import failure_document, print_json
from commands.folders import why_not_a_folder
from commands.plays import open_play
from commands.presentation import announce_compiling, say, show, show_problems
from commands.progress_display import ProgressDisplay
from commands.report import REPORT, write_run_report
from commands.result_tables import show_last_trades
from commands.setting_values import setting_values
from commands.times import show_span
from feeds.file_market import FileMarket
from feeds.provider import Coverage
from play_engine.play.model import Play
from results.result import Result

# Gaps that are named one by one.
_NAMED_GAPS = 5
_SHOWN_TRADES = 5


@attrs.frozen(kw_only=True)
class MarketFiles:
    """Candles, and what goes with them."""

    candles: Path
    mark: Path | None = None
    funding: Path | None = None
    open_interest: Path | None = None

    def open(self, symbol: str) -> FileMarket:
        """The market of a symbol in them."""
        return FileMarket(self.candles, symbol, mark=self.mark, funding=self.funding, open_interest=self.open_interest)


def run_backtest(
    play_name: str,
    files: MarketFiles,
    bounds_ms: tuple[int | None, int | None],
    assignments: Iterable[tuple[str, str]],
    settings: Iterable[tuple[str, str]],
    out: Path,
    *,
    accept_unsettled: bool,
    accept_gaps: bool,
    report: bool,
    as_json: bool,
) -> int:
    """Run the Play, show what came of it, and return the exit code.

    `bounds_ms` are start and end of the run (None: as far as the data reach); with `accept_unsettled` it may start
    before the warm-up is over. `assignments` are values of variables, `settings` of settings of the simulation, both
    by name. Artefacts go below `out`; with `report` its page lies beside them. Raises ConfigError or DataError, before
    anything is written, for what cannot be run.
    """
    if report:
        check_drawing_library("reports")
    if reason := why_not_a_folder(out):
        raise click.BadParameter(f"{reason}; name a folder", param_hint="--out")
    play = open_play(play_name, assignments)
    feed = files.open(play.symbol)
    coverage = feed.coverage(play.symbol)
    show_problems(play.warnings)
    _tell_gaps(files.candles, coverage)
    failure: RunFailed | None = None
    try:
        announce_compiling()
        with ProgressDisplay([play.id]) as progress:
            result = backtest(
                play,
                feed,
                start_ms=bounds_ms[0],
                end_ms=bounds_ms[1],
                settings=setting_values(settings),
                accept_unsettled=accept_unsettled,
                accept_gaps=accept_gaps,
                runs_dir=out,
                on_progress=progress,
                stop_on_signals=True,
            )
    except RunFailed as error:
        result, failure = error.result, error
    page = _write_page(result, feed) if report else None
    if as_json:
        print_json(_document(play, coverage, result, failure) | ({"report": str(page)} if page else {}))
    else:
        _show(result, failure)
        if page is not None:
            show(f"report: {page}")
    if failure is not None:
        return FAILED
    return INTERRUPTED if result is not None and result.stop_reason == "halted" else SUCCESS


def _tell_gaps(candles: Path, coverage: Coverage) -> None:
    span = show_span(coverage.start_ms, coverage.end_ms)
    say(f"{candles}: {coverage.rows:,} bars of {coverage.symbol}, {span}")
    for gap in coverage.gaps[:_NAMED_GAPS]:
        say(f"gap: {gap.missing_bars:,} bars missing, {show_span(gap.start_ms, gap.end_ms)}", "yellow")
    if len(coverage.gaps) > _NAMED_GAPS:
        missing = sum(gap.missing_bars for gap in coverage.gaps)
        say(f"{len(coverage.gaps):,} gaps in all, {missing:,} bars missing", "yellow")


def _show(result: Result | None, failure: RunFailed | None) -> None:
    if result is not None:
        show(str(result))
        show_last_trades(result, _SHOWN_TRADES)
        if result.path is not None:
            say(f"everything about this run is in {result.path}")
    if failure is not None:
        say(f"the run failed: {failure}", "bold red")


def _write_page(result: Result | None, feed: FileMarket) -> Path | None:
    """The report of the run, where it left anything behind."""
    if result is None or result.path is None:
        return None
    page = result.path / REPORT
    write_run_report(result, dict.fromkeys(result.run["symbols"], feed), page)
    return page


def _document(play: Play, coverage: Coverage, result: Result | None, failure: RunFailed | None) -> dict[str, object]:
    return {
        **(failure_document(failure) if failure is not None else {}),
        **(result.to_dict() if result is not None else {}),
        "play_warnings": [attrs.asdict(problem) for problem in play.warnings],
        "gaps": [attrs.asdict(gap) for gap in coverage.gaps],
    }
