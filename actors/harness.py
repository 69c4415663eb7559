"""The harness: run Plays over market data from Python, in a script, a notebook or a test."""

from collections.abc import Callable, Mapping, Sequence
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

# Where the market of one symbol may come from.
Market = BarSeries | DataProvider | Path | str


class RunFailed(PlayhouseError):
    """A run ended with an error after it had begun; `result` holds what was done until then, if anything."""

    def __init__(self, error: str, result: Result | None) -> None:
        super().__init__(error)
        self.result = result


def backtest(
    play: Play | Path | str,
    bars: Market,
    *,
    start_ms: int | None = None,
    end_ms: int | None = None,
    variables: Mapping[str, object] | None = None,
    settings: Mapping[str, object] | None = None,
    accept_unsettled: bool = False,
    accept_gaps: bool = False,
    runs_dir: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop_on_signals: bool = False,
) -> Result:
    """Run a Play over bars under the virtual clock and return its result.

    `play` is a Play or the path of its file; `variables` replace those that the file declares. `bars` are a series, a
    candle file, or any data provider; one-minute bars give minute fills, coarser ones are used as they are. The run
    covers start_ms to end_ms (ms since the epoch, UTC), by default all that the bars allow once every feature has had
    its warm-up; with `accept_unsettled` it may start before that, with a warning, and with
    `accept_gaps` it may cover gaps of more than a day. `settings` are simulation settings by
    name (`capital_usdt`, `slippage_bps` …). With `runs_dir` the run's artefacts are written below it, else the result
    is in memory only. `stop_on_signals`: see `run_instances`.

    The same arguments give the same `result_hash`, always. Raises ConfigError for a Play or setting that is wrong,
    DataError for bars that do not serve, RunFailed if the run broke off.
    """
    loaded = play if isinstance(play, Play) else load_play(Path(play), variables)
    instance = Instance(
        id=loaded.id,
        play=loaded,
        feed="bars",
        start_ms=start_ms,
        end_ms=end_ms,
        overrides=settings or {},
        accept_unsettled=accept_unsettled,
        accept_gaps=accept_gaps,
    )
    feeds = {"bars": _provider(bars, loaded.symbol)}
    return _run([instance], feeds, runs_dir, on_progress, stop_on_signals=stop_on_signals)


def backtest_account(
    plays: Mapping[str, Play | Path | str],
    bars: DataProvider | Sequence[BarSeries] | Mapping[str, Market],
    *,
    account: str = "account",
    start_ms: int | None = None,
    end_ms: int | None = None,
    settings: Mapping[str, object] | None = None,
    settings_of: Mapping[str, Mapping[str, object]] | None = None,
    accept_unsettled: bool = False,
    accept_gaps: bool = False,
    runs_dir: Path | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop_on_signals: bool = False,
) -> Result:
    """Run several Plays on one account under the virtual clock, and return its result.

    `plays` are by the names of their instances, in the order in which the account serves them. `bars` are a data
    provider with all of their symbols, series in memory, or a market for each symbol by its name. `settings` hold for
    all instances, those in `settings_of` for the instance of that name. All else is as in `backtest`; by default the
    run begins when the last of the Plays has warmed up.

    Raises ConfigError also where the instances disagree in what belongs to the account, or trade one symbol without
    the setting `allow_shared_symbol`.
    """
    loaded = {name: play if isinstance(play, Play) else load_play(Path(play)) for name, play in plays.items()}
    feeds = _feeds(bars, list(dict.fromkeys(play.symbol for play in loaded.values())))
    instances = [
        Instance(
            id=name,
            play=play,
            feed=play.symbol,
            start_ms=start_ms,
            end_ms=end_ms,
            overrides={**(settings or {}), **(settings_of or {}).get(name, {})},
            accept_unsettled=accept_unsettled,
            accept_gaps=accept_gaps,
            account=account,
        )
        for name, play in loaded.items()
    ]
    return _run(instances, feeds, runs_dir, on_progress, stop_on_signals=stop_on_signals)


def _run(
    instances: Sequence[Instance],
    feeds: Mapping[str, DataProvider],
    runs_dir: Path | None,
    on_progress: Callable[[Progress], None] | None,
    *,
    stop_on_signals: bool,
) -> Result:
    """Run the instances of one account."""
    outcome = run_instances(
        instances, feeds, runs_dir=runs_dir, on_progress=on_progress, stop_on_signals=stop_on_signals
    )[0]
    if outcome.error or outcome.result is None:
        raise RunFailed(outcome.error, outcome.result)
    return outcome.result


def _provider(bars: Market, symbol: str) -> DataProvider:
    if isinstance(bars, BarSeries):
        return MemoryProvider([bars])
    return CandleFile(bars, symbol) if isinstance(bars, (str, Path)) else bars


def _feeds(
    bars: DataProvider | Sequence[BarSeries] | Mapping[str, Market], symbols: Sequence[str]
) -> dict[str, DataProvider]:
    """The feed of each symbol; one that serves all stands under each of them."""
    if isinstance(bars, Mapping):
        return {symbol: _provider(bars[symbol], symbol) for symbol in symbols}
    return dict.fromkeys(symbols, MemoryProvider(bars) if isinstance(bars, Sequence) else bars)
