"""Whole runs through the actors: several instances, failures of each actor, early ends."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from actors.harness import RunFailed, backtest
from actors.instance import Instance
from actors.performance import run_instances
from actors.stage import Progress
from exchange.simulated.exchange import SimulatedExchange
from feeds.provider import MemoryProvider
from play_engine.bars import BarSeries
from play_engine.engine import Engine
from play_engine.errors import ConfigError, DataError, Gap
from play_engine.play import load_play
from play_engine.play.model import Play
from results.recorder import MemoryRecorder
from tests.laws.market import market, performable

ROOT = Path(__file__).parents[2]
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def plays() -> dict[str, Play]:
    return {path.stem: load_play(path) for path in performable()}


@pytest.fixture(scope="module")
def provider(plays: dict[str, Play]) -> MemoryProvider:
    return MemoryProvider([market(symbol) for symbol in sorted({play.symbol for play in plays.values()})])


def instances_of(plays: dict[str, Play]) -> list[Instance]:
    return [Instance(id=name.replace("_", "-"), play=play, feed="memory") for name, play in plays.items()]


def test_instances_side_by_side_have_the_results_that_they_have_alone(
    plays: dict[str, Play], provider: MemoryProvider
) -> None:
    some = dict(list(plays.items())[:4])
    together = run_instances(instances_of(some), {"memory": provider}, runs_dir=None)
    alone = [backtest(play, provider).result_hash for play in some.values()]
    assert [outcome.error for outcome in together] == [""] * len(some)
    assert [outcome.result.result_hash for outcome in together if outcome.result] == alone


def test_artefacts_and_memory_give_the_same_result(
    plays: dict[str, Play], provider: MemoryProvider, tmp_path: Path
) -> None:
    play = plays["supertrend_mtf"]
    kept, written = backtest(play, provider), backtest(play, provider, runs_dir=tmp_path)
    assert written.result_hash == kept.result_hash
    assert written.input_hash == kept.input_hash
    assert written.metrics == kept.metrics
    assert written.path is not None
    assert written.trades.to_pylist() == kept.trades.to_pylist()


def test_progress_is_told_up_to_the_end(plays: dict[str, Play], provider: MemoryProvider) -> None:
    seen: list[Progress] = []
    result = backtest(plays["ema_cross"], provider, on_progress=seen.append)
    assert result.stop_reason == "completed"
    assert [progress.bars for progress in seen] == sorted({progress.bars for progress in seen})
    assert seen[-1].until_ms == seen[-1].end_ms


def test_settings_and_variables_change_the_run(plays: dict[str, Play], provider: MemoryProvider) -> None:
    path = ROOT / "plays" / "ema_cross.yml"
    plain = backtest(path, provider)
    other = backtest(path, provider, variables={"fast": 5})
    free = backtest(path, provider, settings={"slippage_bps": 0, "taker_fee_bps": 0})
    assert len({plain.result_hash, other.result_hash, free.result_hash}) == 3
    assert len({plain.input_hash, other.input_hash, free.input_hash}) == 3
    assert free.metrics["values"]["fees_total"] == 0
    with pytest.raises(ConfigError, match="slippage_bp"):
        backtest(path, provider, settings={"slippage_bp": 0})


def test_an_account_that_halts_ends_its_run_and_no_other(plays: dict[str, Play], provider: MemoryProvider) -> None:
    halting = Instance(
        id="halting",
        play=plays["ema_cross"],
        feed="memory",
        overrides={"max_drawdown_pct": 1.0, "on_drawdown": "flatten"},
    )
    steady = Instance(id="steady", play=plays["ema_cross"], feed="memory")
    first, second = run_instances([halting, steady], {"memory": provider}, runs_dir=None)
    assert first.result is not None
    assert second.result is not None
    assert first.result.stop_reason == "max_drawdown"
    assert first.result.run["stop_ts"] < second.result.run["stop_ts"]
    assert second.result.result_hash == backtest(plays["ema_cross"], provider).result_hash


@pytest.mark.parametrize("on_drawdown", ["halt", "flatten"])
def test_a_run_that_stops_early_does_not_depend_on_the_chunks(
    plays: dict[str, Play], provider: MemoryProvider, monkeypatch: pytest.MonkeyPatch, on_drawdown: str
) -> None:
    settings = {"max_drawdown_pct": 3.0, "on_drawdown": on_drawdown}
    found: list[tuple[str, str, object]] = []
    for chunk_bars in (32_768, 1_777):
        monkeypatch.setattr("actors.feed.CHUNK_BARS", chunk_bars)
        result = backtest(plays["ema_cross"], provider, settings=settings)
        found.append((result.result_hash, result.input_hash, result.metrics))
    assert result.stop_reason == "max_drawdown"
    assert found[0] == found[1]


def test_another_result_of_the_same_inputs_is_kept_and_reported(
    plays: dict[str, Play], provider: MemoryProvider, tmp_path: Path
) -> None:
    first = backtest(plays["ema_cross"], provider, runs_dir=tmp_path)
    assert first.path is not None
    run = json.loads((first.path / "run.json").read_text())
    run["hashes"]["result_hash"] = "0" * 64
    (first.path / "run.json").write_text(json.dumps(run))
    instances = instances_of(plays)
    outcomes = run_instances(instances, {"memory": provider}, runs_dir=tmp_path)
    errors = {outcome.account: outcome.error for outcome in outcomes}
    assert errors["ema-cross"].startswith("DETERMINISM: the same inputs gave another result")
    assert [name for name, error in errors.items() if error] == ["ema-cross"]
    assert all(outcome.result is not None and outcome.result.path is not None for outcome in outcomes)


# Failures: each actor of one instance breaks in the middle; the other instance must not notice.


def fails_at(call: int, method: Callable[..., Any], only: Callable[[Any], bool]) -> Callable[..., Any]:
    """`method`, raising at its `call`-th call on an object that `only` selects."""
    calls = {"made": 0}

    def replacement(self: Any, *arguments: Any) -> Any:
        if only(self):
            calls["made"] += 1
            if calls["made"] == call:
                raise ArithmeticError("broken on purpose")
        return method(self, *arguments)

    return replacement


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.feed.CHUNK_BARS", 4_000)


@pytest.mark.usefixtures("small_chunks")
def test_a_play_that_raises_ends_alone(
    plays: dict[str, Play], provider: MemoryProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = attrs.evolve(plays["ema_cross"], id="broken")

    def is_broken(engine: Engine) -> bool:
        return engine.play is broken and engine.base_ms == 60_000

    monkeypatch.setattr(Engine, "process", fails_at(7, Engine.process, is_broken))
    instances = [
        Instance(id="broken", play=broken, feed="memory"),
        Instance(id="sound", play=plays["ema_cross"], feed="memory"),
    ]
    failed, sound = run_instances(instances, {"memory": provider}, runs_dir=tmp_path)
    assert failed.error == "play broken: ArithmeticError: broken on purpose"
    assert failed.result is not None
    assert failed.result.stop_reason == "failed"
    assert failed.result.run["error"] == failed.error
    assert failed.result.path is not None
    assert sound.error == ""
    assert sound.result is not None
    assert sound.result.result_hash == backtest(plays["ema_cross"], provider).result_hash


@pytest.mark.usefixtures("small_chunks")
def test_a_gateway_that_raises_ends_its_instance(
    plays: dict[str, Play], provider: MemoryProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first two calls are those of the rehearsal.
    monkeypatch.setattr(SimulatedExchange, "advance", fails_at(5, SimulatedExchange.advance, lambda _: True))
    with pytest.raises(RunFailed, match="gateway ema_cross: ArithmeticError: broken on purpose") as caught:
        backtest(plays["ema_cross"], provider)
    assert caught.value.result is not None
    assert caught.value.result.stop_reason == "failed"


class BreakingProvider(MemoryProvider):
    """Its bars end in an error."""

    def bars(self, symbol: str, start_ms: int, end_ms: int, chunk_bars: int) -> Iterator[BarSeries]:
        for number, bars in enumerate(super().bars(symbol, start_ms, end_ms, chunk_bars)):
            if number == 5 and chunk_bars == 4_000:
                raise DataError("the disk has gone")
            yield bars


@pytest.mark.usefixtures("small_chunks")
def test_a_feed_that_raises_ends_its_instances_with_what_they_did(plays: dict[str, Play]) -> None:
    provider = BreakingProvider([market("BTCUSDT")])
    with pytest.raises(RunFailed, match="feed bars: DataError: the disk has gone") as caught:
        backtest(plays["ema_cross"], provider)
    assert caught.value.result is not None
    assert caught.value.result.equity.num_rows > 100


def test_a_recorder_that_raises_stops_everything(
    plays: dict[str, Play], provider: MemoryProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MemoryRecorder, "add", fails_at(1, MemoryRecorder.add, lambda _: True))
    with pytest.raises(ArithmeticError, match="broken on purpose"):
        run_instances(instances_of(plays), {"memory": provider}, runs_dir=None)


def test_books_that_do_not_close_are_a_failure_with_its_own_reason(
    plays: dict[str, Play], provider: MemoryProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first call is that of the rehearsal.
    monkeypatch.setattr(SimulatedExchange, "_close_out", fails_at(2, SimulatedExchange._close_out, lambda _: True))
    with pytest.raises(RunFailed, match="gateway ema_cross: ArithmeticError: broken on purpose") as caught:
        backtest(plays["ema_cross"], provider)
    assert caught.value.result is not None
    assert caught.value.result.stop_reason == "failed"


# Accounts that several Plays share.


def duo(plays: dict[str, Play], **fields: Any) -> list[Instance]:
    """Two instances on one account, on different symbols."""
    names = ("ema_cross", "rsi_reversion")
    return [Instance(id=name, play=plays[name], feed="memory", account="duo", **fields) for name in names]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("broken", ["ema_cross", "rsi_reversion"])
def test_a_play_that_raises_ends_its_account_and_no_other(
    plays: dict[str, Play], provider: MemoryProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str
) -> None:
    def is_broken(engine: Engine) -> bool:
        return engine.play.id == broken and not engine.play.description

    monkeypatch.setattr(Engine, "process", fails_at(9, Engine.process, is_broken))
    shared = [attrs.evolve(instance, play=attrs.evolve(instance.play, description="")) for instance in duo(plays)]
    alone = Instance(id="alone", play=plays["ema_cross"], feed="memory")
    failed, sound = run_instances([*shared, alone], {"memory": provider}, runs_dir=tmp_path)
    assert (failed.account, failed.error) == ("duo", f"play {broken}: ArithmeticError: broken on purpose")
    assert failed.result is not None
    assert failed.result.path is not None
    assert failed.result.stop_reason == "failed"
    assert failed.result.run["error"] == failed.error
    assert failed.result.run["instances"] == ["ema_cross", "rsi_reversion"]
    assert sound.error == ""
    assert sound.result is not None
    assert sound.result.result_hash == backtest(plays["ema_cross"], provider).result_hash


@pytest.mark.usefixtures("small_chunks")
def test_a_feed_that_raises_ends_the_account_that_needs_it(plays: dict[str, Play], provider: MemoryProvider) -> None:
    first, second = duo(plays)
    feeds = {"memory": provider, "breaking": BreakingProvider([market("ETHUSDT")])}
    instances = [first, attrs.evolve(second, feed="breaking"), attrs.evolve(first, id="alone", account="")]
    failed, sound = run_instances(instances, feeds, runs_dir=None)
    assert (failed.account, failed.error) == ("duo", "feed breaking: DataError: the disk has gone")
    assert failed.result is not None
    assert failed.result.equity.num_rows > 100
    assert sound.error == ""


def test_progress_of_a_shared_account_counts_the_bars_of_all_symbols(
    plays: dict[str, Play], provider: MemoryProvider
) -> None:
    seen: list[Progress] = []
    run_instances(duo(plays), {"memory": provider}, runs_dir=None, on_progress=seen.append)
    assert {progress.account for progress in seen} == {"duo"}
    assert [progress.until_ms for progress in seen] == sorted({progress.until_ms for progress in seen})
    assert seen[-1].until_ms == seen[-1].end_ms
    window = seen[-1].start_ms, seen[-1].end_ms
    assert seen[-1].bars == sum(len(market(symbol).between(*window)) for symbol in ("BTCUSDT", "ETHUSDT"))


def test_an_account_is_told_apart_by_what_its_plays_are_set_to(
    plays: dict[str, Play], provider: MemoryProvider
) -> None:
    plain, rich = (
        run_instances(duo(plays, overrides=overrides), {"memory": provider}, runs_dir=None)[0].result
        for overrides in ({}, {"capital_usdt": 20_000})
    )
    assert plain is not None
    assert rich is not None
    assert plain.input_hash != rich.input_hash
    assert [play["capital_usdt"] for play in rich.run["settings"]["plays"]] == [20_000, 20_000]
    assert set(rich.run["settings"]["symbols"]) == {"BTCUSDT", "ETHUSDT"}


# What cannot be run is refused before anything starts.


@pytest.mark.parametrize(
    ("bounds", "error", "text"),
    [
        ((5, 5), DataError, "is empty: its end must come after its start"),
        ((400, None), DataError, "leaves the data, which cover 2024-01-01"),
        ((None, 400), DataError, "leaves the data"),
        ((21.55, 21.6), Gap, "holds no bar; the data have a gap"),
        ((0, None), Gap, "needs 262 bars of 15m before 2024-01-01T00:00:00Z"),
        ((None, 1), Gap, "before the warm-up of ema_cross is over at 2024-01-03T17:30:00Z"),
    ],
)
def test_windows_that_cannot_be_run(
    plays: dict[str, Play], bounds: tuple[float | None, float | None], error: type[Exception], text: str
) -> None:
    bars = market("BTCUSDT")
    start_ms, end_ms = (None if day is None else int(bars.ts[0] + day * DAY_MS) for day in bounds)
    with pytest.raises(error, match=text):
        backtest(plays["ema_cross"], bars, start_ms=start_ms, end_ms=end_ms)


def test_a_start_that_is_not_settled_must_be_accepted_and_is_told(plays: dict[str, Play]) -> None:
    bars = market("BTCUSDT")
    start_ms, end_ms = int(bars.ts[0]), int(bars.ts[0]) + DAY_MS
    with pytest.raises(Gap, match="or accept a start that is not settled"):
        backtest(plays["ema_cross"], bars, start_ms=start_ms, end_ms=end_ms)
    result = backtest(plays["ema_cross"], bars, start_ms=start_ms, end_ms=end_ms, accept_unsettled=True)
    assert result.stop_reason == "completed"
    assert any("values are not settled before 2024-01-03T17:30:00Z" in text for text in result.run["warnings"])


def test_bars_too_coarse_for_the_play(plays: dict[str, Play]) -> None:
    minutes = market("BTCUSDT")
    hourly = attrs.evolve(
        minutes.rows(0, 600), interval_ms=3_600_000, ts=minutes.ts[0] + 60 * (minutes.ts[:600] - minutes.ts[0])
    )
    with pytest.raises(DataError, match="works on 15m bars, which cannot be built from the 1h bars given"):
        backtest(plays["ema_cross"], hourly)
