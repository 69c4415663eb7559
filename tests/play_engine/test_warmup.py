"""How many bars must be fed before the first decision."""

import pytest

from play_engine.indicators import INDICATORS
from play_engine.indicators.settling import settling_ema, settling_rma
from play_engine.intervals import DAY_MS, INTERVALS, MINUTE_MS
from play_engine.play.model import StructureSpec
from play_engine.warmup import Warmups, feed_start, warmup_bars
from tests.play_engine.minutes import MONDAY_MS
from tests.play_engine.plays import feature, make_play, swing, trend

HOUR_MS = INTERVALS["1h"]


def test_the_feed_begins_where_the_slowest_warm_up_begins() -> None:
    # Exec 5m with 60 bars, 4h with 30 bars: five hours and five days.
    play = make_play("5m", features=(feature("fast", "sma", "5m", 61), feature("slow", "sma", "4h", 31)))
    start_ms = MONDAY_MS + 69 * DAY_MS
    assert warmup_bars(play) == {INTERVALS["5m"]: 60, INTERVALS["4h"]: 30}
    assert feed_start(play, start_ms) == start_ms - 5 * DAY_MS


def test_each_timeframe_counts_from_its_own_boundary() -> None:
    play = make_play("5m", features=(feature("slow", "sma", "4h", 3),))
    start_ms = MONDAY_MS + 9 * HOUR_MS + 7 * MINUTE_MS
    assert feed_start(play, start_ms) == MONDAY_MS
    weekly = make_play("5m", features=(feature("slow", "sma", "W", 1),))
    assert feed_start(weekly, MONDAY_MS + 3 * DAY_MS) == MONDAY_MS


def test_without_declarations_the_exec_bar_of_the_start_is_fed() -> None:
    play = make_play("15m")
    assert warmup_bars(play) == {INTERVALS["15m"]: 0}
    assert feed_start(play, MONDAY_MS + 22 * MINUTE_MS) == MONDAY_MS + 15 * MINUTE_MS


def test_exec_counts_even_where_all_declarations_are_faster() -> None:
    play = make_play("1h", features=(feature("x", "sma", "1m", 3),))
    assert warmup_bars(play) == {HOUR_MS: 0, MINUTE_MS: 2}
    assert feed_start(play, MONDAY_MS + 90 * MINUTE_MS) == MONDAY_MS + 60 * MINUTE_MS
    assert feed_start(play, MONDAY_MS) == MONDAY_MS - 2 * MINUTE_MS


def test_the_largest_warm_up_of_a_timeframe_counts_used_or_not() -> None:
    features = (feature("a", "sma", "5m", 3), feature("b", "sma", "5m", 40), feature("c", "sma", "5m", 7))
    assert warmup_bars(make_play("5m", features=features)) == {INTERVALS["5m"]: 39}


def test_a_feature_of_a_feature_waits_for_its_source() -> None:
    features = (
        feature("rsi", "rsi", "5m", 14),
        feature("smooth", "ema", "5m", 9, source="rsi", source_output="value"),
        feature("twice", "sma", "5m", 5, source="smooth", source_output="value"),
    )
    play = make_play("5m", features=features)
    warmups = Warmups(play)
    rsi = 14 + settling_rma(14)
    smooth = rsi + 8 + settling_ema(9)
    assert warmups.of_feature("rsi") == {"value": rsi}
    assert warmups.of_feature("smooth") == {"value": smooth}
    assert warmups.of_feature("twice") == {"value": smooth + 4}
    assert warmup_bars(play)[INTERVALS["5m"]] == smooth + 4


def test_a_source_counts_with_the_output_that_is_read() -> None:
    macd = feature("macd", "macd", "5m", params={"fast": 3, "slow": 5, "signal": 4})
    of: dict[str, int] = {}
    for output in ("macd", "signal"):
        average = feature("x", "sma", "5m", 1, source="macd", source_output=output)
        of[output] = Warmups(make_play("5m", features=(macd, average))).of_feature("x")["value"]
    own = INDICATORS["macd"].warmup(macd.params, 0)
    assert of == {"macd": own["macd"], "signal": own["signal"]}
    assert of["macd"] < of["signal"]
    assert warmup_bars(make_play("5m", features=(macd,)))[INTERVALS["5m"]] == own["signal"]


def measured(key: str, tf: str, atr: str) -> StructureSpec:
    params = swing(key, tf, atr_key=atr, min_atr_move=1.0).params
    return StructureSpec(key=key, type="swing", params=params, interval_ms=INTERVALS[tf], atr=(atr, "value"))


@pytest.mark.parametrize("order", [1, -1])
def test_structures_wait_for_the_features_that_they_and_what_they_use_read(order: int) -> None:
    structures = (measured("sw", "5m", "atr"), trend("tr", "5m", "sw"))[::order]
    play = make_play("5m", features=(feature("atr", "atr", "5m", 10),), structures=structures)
    # Two bars on either side: pivots are five bars apart.
    atr = 10 + settling_rma(10)
    assert Warmups(play).of_structure("sw") == atr + 5 * 5
    assert Warmups(play).of_structure("tr") == atr + 10 * 5
    assert warmup_bars(play) == {INTERVALS["5m"]: atr + 50}


def test_a_structure_without_features_has_its_own_warm_up() -> None:
    play = make_play(
        "5m", features=(feature("atr", "atr", "1h", 10),), structures=(swing("sw", "1h", left=3, right=4),)
    )
    assert Warmups(play).of_structure("sw") == 5 * 8
    assert warmup_bars(play) == {INTERVALS["5m"]: 0, HOUR_MS: 10 + settling_rma(10)}
