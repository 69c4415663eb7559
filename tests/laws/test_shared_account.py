"""Three Plays on one account and two symbols: one result, however their data are cut, delivered and scheduled."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest

from actors.harness import backtest_account
from feeds.provider import DataProvider, MemoryProvider
from play_engine.market import MarketSlice
from results.result import Result
from tests.feeds.candles import without
from tests.laws.market import PLAYS, play_of, whole_market
from tests.laws.scheduling import scheduler_seed

ROOT = Path(__file__).parents[2]
# Two of them trade the same symbol, so they must agree on what its exchange does.
SHARED = ("ema_cross", "swing_breakout", "rsi_reversion")
SETTINGS = {"allow_shared_symbol": True, "leverage": 3, "slippage_bps": 2, "taker_fee_bps": 5.5, "maker_fee_bps": 2}
CHUNKS = "actors.feed.CHUNK_BARS"


def markets() -> dict[str, MarketSlice]:
    """The market of each symbol, with gaps that the other one has not, and everything beside bars."""
    whole = {symbol: whole_market(symbol) for symbol in ("BTCUSDT", "ETHUSDT")}
    other = whole["ETHUSDT"]
    assert other.mark is not None
    bars, mark = (without(series, 44_000, 44_090) for series in (other.bars, other.mark))
    return {**whole, "ETHUSDT": attrs.evolve(other, bars=bars, mark=mark)}


def provider(*wanted: MarketSlice) -> DataProvider:
    return MemoryProvider(
        [market.bars for market in wanted],
        mark=[market.mark for market in wanted if market.mark is not None],
        funding={market.symbol: market.funding for market in wanted},
    )


def run(bars: Any = None, **options: Any) -> Result:
    plays = {path.stem: play_of(path) for path in PLAYS if path.stem in SHARED}
    return backtest_account(plays, bars or provider(*markets().values()), settings=SETTINGS, **options)


@pytest.fixture(scope="module")
def whole() -> Result:
    return run()


def test_all_of_them_trade_and_nothing_is_left_out(whole: Result) -> None:
    assert whole.run["instances"] == sorted(SHARED)
    assert whole.run["symbols"] == ["BTCUSDT", "ETHUSDT"]
    assert set(whole.trades["play"].to_pylist()) == set(SHARED)
    assert set(whole.trades["symbol"].to_pylist()) == {"BTCUSDT", "ETHUSDT"}
    assert whole.run["mark_source"] == "mark_kline"
    assert whole.metrics["values"]["funding_missing"] > 0
    assert whole.metrics["values"]["initial_equity"] == 30_000
    kinds = [(series["symbol"], series["kind"]) for series in whole.run["series"]]
    assert kinds == [(symbol, kind) for symbol in ("BTCUSDT", "ETHUSDT") for kind in ("last", "mark", "funding")]


@pytest.mark.parametrize("chunk_bars", [20_000, 3_001, 611])
def test_any_cut_gives_the_same_result(whole: Result, monkeypatch: pytest.MonkeyPatch, chunk_bars: int) -> None:
    monkeypatch.setattr(CHUNKS, chunk_bars)
    found = run()
    assert (found.result_hash, found.input_hash) == (whole.result_hash, whole.input_hash)
    assert found.metrics == whole.metrics
    for table in ("trades", "orders", "fills", "ledger", "equity"):
        assert found.tables.read(table).to_pylist() == whole.tables.read(table).to_pylist()


@pytest.mark.parametrize("seed", range(4))
def test_any_schedule_gives_the_same_result(whole: Result, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(CHUNKS, 7_000)
    with scheduler_seed(seed):
        assert run().result_hash == whole.result_hash


@pytest.mark.parametrize("chunk_bars", [32_768, 5_003])
def test_a_feed_for_each_symbol_gives_the_same_result(
    whole: Result, monkeypatch: pytest.MonkeyPatch, chunk_bars: int
) -> None:
    monkeypatch.setattr(CHUNKS, chunk_bars)
    found = run({symbol: provider(market) for symbol, market in markets().items()})
    assert (found.result_hash, found.input_hash) == (whole.result_hash, whole.input_hash)


def test_artefacts_and_memory_give_the_same_result(whole: Result, tmp_path: Path) -> None:
    written = run(runs_dir=tmp_path, account="trio")
    assert written.path is not None
    assert written.path.parts[-3] == "trio"
    assert (written.result_hash, written.input_hash) == (whole.result_hash, whole.input_hash)
    assert written.metrics == whole.metrics
    for path in PLAYS:
        if path.stem in SHARED:
            assert (written.path / f"play-{path.stem}.yaml").read_bytes() == path.read_bytes()


def test_another_process_with_another_hash_seed_agrees(whole: Result) -> None:
    script = "import json; from tests.laws.test_shared_account import run; print(json.dumps(run().result_hash))"
    found = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "3", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(found.stdout) == whole.result_hash
