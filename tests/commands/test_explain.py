"""The command `explain`: a Play in words, and its rules at an instant."""

import json
from pathlib import Path

import numpy as np
import pytest

from commands.explain_run import PlayAt, play_at
from feeds.provider import MemoryProvider
from play_engine.bars import BarSeries
from play_engine.engine import Engine
from play_engine.intervals import MINUTE_MS
from play_engine.market import MarketSlice
from tests.commands.inputs import PLAY, ROOT, program, write_candles, write_play
from tests.play_engine.explanation.rules import TEXT, play_of
from tests.play_engine.minutes import MONDAY_MS, minute_bars, with_gaps

PLAYS = sorted((ROOT / "plays").glob("*.yml"))


def test_a_play_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "explain", write_play(tmp_path), "--set", "fast=7")
    assert printed.code == 0
    for line in (
        "cross  BTCUSDT",
        "evaluated    at every close of 15m",
        "stop         2 % of the price away",
        "target       4 % of the price away",
        "variables    fast 7",
        "  quick  ema(length 7) on 15m",
        "  enter long when",
        "    quick crosses above slow",
    ):
        assert line in printed.out.splitlines()
    assert "size         25 % of the equity as margin, a position of 50 % of the equity; at most" in printed.out


RULES_OF_ALL_KINDS = """\
  block enter, the first true case counts
    enter long when
      all of
        setup strong: all of
          setup up: tr.direction is 1
          close is above ema_fast 2 bars ago
        close crosses above ema_fast
        at least once in the last 6 bars: close is below ema_slow
    exit 50 % of the long position when
      any of
        at each of the last 3 closes of 15m: close is above ema_fast
        at least 2 times in the last 30m:
          any of: low is above ema_slow
        not: close is between ema_fast × 0.999 and ema_fast × 1.001
        sw.pair_direction is not bullish
        tr.direction is one of 1, -1
        close is within 0.5 % of ema_fast
    exit short when every case is false
"""


def test_rules_are_indented_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "explain", write_play(tmp_path, TEXT))
    assert RULES_OF_ALL_KINDS in printed.out
    assert "stop         at sw.low_level for long, sw.high_level for short positions" in printed.out


RISK = {
    "stop_loss: {type: percent, value: 3}": "stop         3 % of the margin away, at leverage 2 1.5 % of the price",
    "stop_loss: {type: trailing_pct, trail_pct: 1, activation_pct: 2}": (
        "trailing     the stop follows the best price at 1 %, once the price has moved 2 %"
    ),
    "stop_loss: {type: trailing_atr, atr_feature_id: quick, trail_pct: 1}": (
        "trailing     the stop follows the best price at 2 × quick, without it 1 %"
    ),
    "stop_loss: {type: atr_multiple, atr_feature_id: slow, value: 2, buffer_pct: 0.1}": (
        "stop         2 × slow away, and 0.1 % of the price beyond"
    ),
    "stop_loss: {type: fixed_points, value: 50}": "stop         50 USDT of price away",
    "stop_loss: {type: percent, value: 2}\n  anchor: fill": (
        "stop         2 % of the margin away, at leverage 2 1 % of the price; measured again from the average price "
        "of the fill"
    ),
    "stop_loss: {type: percent, value: 2}\n  break_even: {offset_pct: 0}": (
        "break-even   the stop moves to the entry once the price has moved 1 %"
    ),
}


@pytest.mark.parametrize(("stop", "line"), RISK.items())
def test_how_the_stop_moves(tmp_path: Path, capsys: pytest.CaptureFixture[str], stop: str, line: str) -> None:
    text = PLAY.replace("stop_loss: {type: price_percent, value: 2.0}", stop)
    printed = program(capsys, "explain", write_play(tmp_path, text))
    assert line in printed.out.splitlines()


def test_entry_drawdown_and_warnings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAY.replace("max_leverage: 2", "max_leverage: 2, max_drawdown_pct: 20") + (
        "entry: {order_type: LIMIT, limit_offset_pct: 0.2, expire_after_bars: 3}\nexpected: {}\n"
    )
    printed = program(capsys, "explain", write_play(tmp_path, text))
    assert "entry order  a limit 0.2 % better than the price of the decision, GTC, cancelled after 3 closes of 15m" in (
        printed.out
    )
    assert "drawdown     no entry any more once the equity is 20 % below its peak" in printed.out
    assert "warning INERT_KEY at expected" in printed.out


@pytest.mark.parametrize("path", PLAYS, ids=lambda path: path.stem)
def test_every_play_of_the_house(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "explain", path)
    assert (printed.code, printed.err) == (0, "")
    document = json.loads(program(capsys, "explain", path, "--json").out)
    assert document["id"] == path.stem
    assert document["warmup_bars"]
    assert all(case["when"]["text"] for block in document["rules"] for case in block["cases"])


def test_a_play_that_does_not_load(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = program(capsys, "explain", write_play(tmp_path, PLAY.replace("max_leverage", "max_leverge")))
    assert (printed.code, printed.out) == (2, "")
    assert "did you mean max_leverage?" in printed.err


def test_rules_at_an_instant(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    printed = program(capsys, "explain", play, "--candles", candles, "--at", "2024-01-05T12:07")
    assert printed.code == 0, printed.err
    first, price, *_ = printed.out.splitlines()
    assert first == "cross  BTCUSDT at 2024-01-05T12:00Z, the last evaluation before 2024-01-05T12:07Z"
    assert price.startswith("price ")
    assert "quick crosses above slow" in printed.out
    assert " (before " in printed.out
    assert "if flat" in printed.out
    assert "if short" not in printed.out


def test_rules_at_an_instant_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    entries = []
    for hour in range(0, 24, 3):
        at = f"2024-01-05T{hour:02}:00"
        document = json.loads(program(capsys, "explain", play, "--candles", candles, "--at", at, "--json").out)
        (block, _) = document["blocks"]
        verdict = block["cases"][0]["when"]["verdict"]
        emitted = [one["action"] for one in document["emitted"]]
        assert ("entry_long" in emitted) is verdict
        assert (document["decided"]["flat"] is not None) is verdict
        entries.append(verdict)
    assert set(entries) <= {True, False}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--at", "2024-01-05"), "belong together"),
        (("--candles", "candles.csv"), "belong together"),
        (("--candles", "candles.csv", "--at", "2023-01-05"), "2024-01-01T00:00Z to 2024-01-06T00:00Z"),
        (("--candles", "candles.csv", "--at", "2024-01-01T00:05"), "no bar of the exec timeframe"),
        (("--candles", "candles.csv", "--at", "noon"), "is not a time"),
    ],
)
def test_refusals(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_candles(tmp_path)
    printed = program(capsys, "explain", write_play(tmp_path), *options)
    assert printed.code == 2
    assert message in printed.err


def test_a_warm_up_is_mentioned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    play, candles = write_play(tmp_path), write_candles(tmp_path)
    printed = program(capsys, "explain", play, "--candles", candles, "--at", "2024-01-01T06:00")
    assert "still warming up" in printed.err
    assert "missing" not in program(capsys, "explain", play, "--candles", candles, "--at", "2024-01-05").err


BARS = minute_bars(with_gaps(900, seed=5, gaps=6, longest=12), seed=8)


def at_minute(bars: BarSeries, minute: int) -> PlayAt:
    """The Play of all kinds at a minute of the data."""
    feed = MemoryProvider([bars])
    return play_at(play_of(), feed, feed.coverage("BTCUSDT"), MONDAY_MS + minute * MINUTE_MS)


ANCHORED = '{holds_for: {bars: 2, anchor_tf: "4h", expr: {all: [["quick", "cross_above", "slow"], ["quick", ">", 1]]}}}'


def test_before_the_first_close_of_an_anchored_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAY.replace('    - ["quick", "cross_above", "slow"]', f"    - {ANCHORED}")
    options = (write_play(tmp_path, text), "--candles", write_candles(tmp_path), "--at", "2024-01-01T02:00")
    printed = program(capsys, "explain", *options).out
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert "false at each of the last 2 closes of 4h: 0 of 2 true" in lines
    assert "- all of no close of 4h yet" in lines
    assert "- quick crosses above slow" in lines
    assert "1969" not in printed
    document = json.loads(program(capsys, "explain", *options, "--json").out)
    window = document["blocks"][0]["cases"][0]["when"]
    (inner,) = window["children"]
    assert (inner["absent"], inner["verdict"], inner["instant_ms"]) == ("no close of 4h yet", None, None)


MOVED = {
    "trailing_pct": "{type: trailing_pct, trail_pct: 1}",
    "trailing_atr": "{type: trailing_atr, atr_feature_id: quick}",
}


@pytest.mark.parametrize("stop", MOVED.values(), ids=MOVED)
def test_a_trailing_stop_and_a_limit_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str], stop: str) -> None:
    text = PLAY.replace("{type: price_percent, value: 2.0}", stop)
    text += "entry: {order_type: LIMIT, limit_offset_pct: 0.2, expire_after_bars: 3}\n"
    options = (write_play(tmp_path, text), "--candles", write_candles(tmp_path), "--at", "2024-01-05T12:00")
    document = json.loads(program(capsys, "explain", *options, "--json").out)
    assert ("stop_long" in document["levels"]) is ("quick" in stop)
    assert set(document["decided"]) == {"flat", "long"}
    assert program(capsys, "explain", *options).code == 0


def test_any_instant_agrees_with_an_engine_that_has_seen_all_bars() -> None:
    engine = Engine(play_of(), base_ms=MINUTE_MS)
    engine.advance(MarketSlice(bars=BARS))
    ts = engine.timeline.ts.tolist()
    seen: set[bool | None] = set()
    for minute in range(100, 900, 61):
        found = at_minute(BARS, minute)
        row = ts.index(found.instant_ms)
        verdicts = [case.when.verdict for case in found.blocks[0].cases]
        assert verdicts == [(False, None, True)[int(column[row])] for column in engine.blocks[0].verdicts]
        # A bar without its last minutes may have closed at the instant, and be known one bar later.
        assert ts[row + 2] > found.asked_ms
        seen |= set(verdicts)
    assert seen == {True, False}


def test_a_bar_without_its_last_minutes_is_evaluated_once_a_later_one_has_come() -> None:
    lacking = minute_bars([minute for minute in range(200) if minute not in (103, 104)], seed=1)
    assert at_minute(lacking, 105).instant_ms == MONDAY_MS + 100 * MINUTE_MS
    assert at_minute(lacking, 106).instant_ms == MONDAY_MS + 105 * MINUTE_MS


def test_what_is_decided_depends_on_the_position() -> None:
    entered = [at_minute(BARS, minute) for minute in range(100, 900, 40)]
    for found in entered:
        actions = [intent.action for intent in found.emitted]
        assert found.decided["flat"] is None or found.decided["flat"].action == "entry_long"
        assert (found.decided["long"] is not None) is ("exit_long" in actions)
        assert (found.decided["short"] is not None) is ("exit_short" in actions)
    assert {name for found in entered for name, intent in found.decided.items() if intent is not None} >= {"long"}
    assert set(entered[0].levels) == {"stop_long", "stop_short"}
    assert np.isfinite(float(entered[-1].price or "nan"))
