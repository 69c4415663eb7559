"""From bars through the engine to fills, with a Play that uses everything: cuts do not matter, metadata is written."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from actors.harness import backtest
from play_engine.bars import BarSeries
from play_engine.market import MarketSlice
from play_engine.play import load_play
from tests.laws.market import market
from tests.laws.performance import perform

PLAY = load_play(Path(__file__).parent / "everything.yml")
MINUTES = 14_000
CAPPED = {"participation_rate": 0.2, "limit_fill": "through"}


@pytest.fixture(scope="module")
def bars() -> BarSeries:
    return market("BTCUSDT").rows(34_000, 34_000 + MINUTES)


def test_cuts_do_not_matter(bars: BarSeries) -> None:
    whole = perform(PLAY, MarketSlice(bars=bars), cuts=[0, MINUTES], finish=True)
    draw = np.random.default_rng(1)
    few = [0, *sorted(set(draw.integers(1, MINUTES, 30).tolist())), MINUTES]
    single = [0, *range(MINUTES - 1_000, MINUTES + 1)]
    for cuts in (few, single):
        assert perform(PLAY, MarketSlice(bars=bars), cuts=cuts, finish=True).differences(whole) == []


def test_the_run_uses_everything(bars: BarSeries) -> None:
    result = backtest(PLAY, bars)
    orders, trades = result.orders.to_pydict(), result.trades.to_pydict()
    assert set(orders["kind"]) >= {"entry", "close", "target", "stop_loss"}
    assert set(orders["type"]) == {"Market", "Limit"}
    assert {"EXPIRED", "USER"} & set(orders["reason"])
    assert {"trailing_stop", "break_even", "take_profit"} <= set(trades["exit_reason"])
    assert any(amended > 0 for amended in orders["amendments"])


@pytest.mark.parametrize("on_disk", [False, True])
def test_metadata_is_in_the_tables(bars: BarSeries, tmp_path: Path, on_disk: bool) -> None:
    result = backtest(PLAY, bars, runs_dir=tmp_path if on_disk else None, settings=CAPPED)
    orders, fills, trades = result.orders.to_pydict(), result.fills.to_pydict(), result.trades.to_pydict()
    noted = dict(zip(orders["order_id"], orders["metadata"], strict=True))
    assert {kind for kind, text in zip(orders["kind"], orders["metadata"], strict=True) if text} >= {"entry", "close"}
    assert [noted[number] for number in fills["order_id"]] == fills["metadata"]
    entries = [json.loads(text) for text in trades["metadata"]]
    assert all(_is_entry(note) for note in entries)
    assert {note["why"] for note in entries} == {"up", "down"}
    assert any(trades["exit_metadata"])


def _is_entry(note: dict[str, Any]) -> bool:
    return isinstance(note["rsi"], float) and ("at" in note) == (note["why"] == "up") and type(note.get("at", 0)) is int


def test_memory_and_disk_hold_the_same(bars: BarSeries, tmp_path: Path) -> None:
    in_memory = backtest(PLAY, bars, settings=CAPPED)
    on_disk = backtest(PLAY, bars, settings=CAPPED, runs_dir=tmp_path)
    for table in ("trades", "orders", "fills"):
        assert getattr(in_memory, table).to_pydict() == getattr(on_disk, table).to_pydict()
    assert in_memory.result_hash == on_disk.result_hash
