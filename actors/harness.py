"""The harness: run a Play over bars from Python, in a script, a notebook or a test."""

from collections.abc import Callable, Mapping
from pathlib import Path

from actors.instance import Instance
from actors.performance import run_instances
from actors.stage import Progress
from feeds.candle_file import CandleFile
from feeds.provider import DataProvider, MemoryProvider
from play_engine.bars import BarSeries
from play_engine.errors import PlayhouseError
from play_engine.play import load_play
from play_engine.play.model import Play
from results.result import Result


class RunFailed(PlayhouseError):
    """A run ended with an error after it had begun; `result` holds what was done until then, if anything."""

    def __init__(self, error: str, result: Result | None) -> None:
        super().__init__(error)
        self.result = result


def backtest(
    play: Play | Path | str,
    bars: BarSeries | DataProvider | Path | str,
    *,
    start_ms: int | None = None,
    end_ms: int | None = None,
    variables: Mapping[str, object] | None = None,
    settings: Mapping[str, object] | None = None,
    accept_unsettled: bool = False,
    runs_dir: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop_on_signals: bool = False,
) -> Result:
    """Run a Play over bars under the virtual clock and return its result.

    `play` is a Play or the path of its file; `variables` replace those that the file declares. `bars` are a series, a
    candle file, or any data provider; one-minute bars give minute fills, coarser ones are used as they are. The run
    covers start_ms to end_ms (ms since the epoch, UTC), by default all that the bars allow once every feature has had
    its warm-up; with `accept_unsettled` it may start before that, with a warning. `settings` are simulation settings by
    name (`capital_usdt`, `slippage_bps` …). With `runs_dir` the run's artefacts are written below it, else the result
    is in memory only. `stop_on_signals`: see `run_instances`.

    The same arguments give the same `result_hash`, always. Raises ConfigError for a Play or setting that is wrong,
    DataError for bars that do not serve, RunFailed if the run broke off.
    """
    loaded = play if isinstance(play, Play) else load_play(Path(play), variables)
    provider = _provider(bars, loaded.symbol)
    instance = Instance(
        id=loaded.id,
        play=loaded,
        feed="bars",
        start_ms=start_ms,
        end_ms=end_ms,
        overrides=settings or {},
        accept_unsettled=accept_unsettled,
    )
    outcome = run_instances(
        [instance], {"bars": provider}, runs_dir=runs_dir, on_progress=on_progress, stop_on_signals=stop_on_signals
    )[0]
    if outcome.error or outcome.result is None:
        raise RunFailed(outcome.error, outcome.result)
    return outcome.result


def _provider(bars: BarSeries | DataProvider | Path | str, symbol: str) -> DataProvider:
    if isinstance(bars, BarSeries):
        return MemoryProvider([bars])
    return CandleFile(bars, symbol) if isinstance(bars, (str, Path)) else bars
