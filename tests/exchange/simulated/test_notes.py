"""What the metadata of intents read at their decisions, and where it is stored."""

import json
from typing import Any

import numpy as np
import pytest

from exchange.simulated.notes import plain_value
from play_engine.play.model import IntentSpec, Note
from play_engine.rules.expression import Reference
from tests.exchange.simulated.sim_driver import FLAT, MINUTE, TABLES, At, candles, exchange, joined, play, play_out

RSI = Reference("rsi", "value", "FLOAT")
TREND = Reference("trend", "direction", "ENUM")
ENTER = IntentSpec(
    block="in",
    action="entry_long",
    metadata=(Note(name="why", value="dip"), Note(name="rsi", value=RSI), Note(name="n", value=2)),
)
LEAVE = IntentSpec(block="out", action="exit_all", metadata=(Note(name="trend", value=TREND, labels=("up", "down")),))
BARE = IntentSpec(block="out", action="exit_all")
NOTED = play(stop=5.0, target=20.0, intents=(ENTER, LEAVE, BARE))

INSTANTS = [
    At(0, (("entry_long", 100.0, 0),), noted=(31.5, 0.0)),
    At(MINUTE, (("exit_all", 50.0, 1),), noted=(60.0, 1.0)),
    At(2 * MINUTE, (("exit_all", 100.0, 2),), noted=(61.0, 0.0)),
]
BARS = candles(FLAT, FLAT, FLAT, FLAT)


def texts(rows: Any, numbers: Any) -> list[Any]:
    """The notes behind the numbers; None where there is none."""
    return [json.loads(rows.notes[number]) if number in rows.notes else None for number in numbers.tolist()]


def test_metadata_goes_with_order_fills_and_trade():
    rows = joined(play_out(exchange(NOTED), BARS, INSTANTS, []))
    entered, left = {"n": 2, "rsi": 31.5, "why": "dip"}, {"trend": "down"}
    assert texts(rows, rows.orders["metadata"]) == [entered, left, None, None, None]
    assert texts(rows, rows.fills["metadata"]) == [entered, left, None]
    assert texts(rows, rows.trades["metadata"]) == [entered]
    assert texts(rows, rows.trades["exit_metadata"]) == [None]
    assert rows.notes[int(rows.trades["metadata"][0])] == '{"n":2,"rsi":31.5,"why":"dip"}'


def test_a_trade_has_the_metadata_of_the_last_exit_that_was_asked_for():
    stopped = candles(FLAT, FLAT, (100, 100, 94, 94))
    rows = joined(play_out(exchange(NOTED), stopped, INSTANTS[:2], []))
    assert texts(rows, rows.trades["exit_metadata"]) == [{"trend": "down"}]


def test_metadata_does_not_depend_on_cuts():
    whole, single = exchange(NOTED), exchange(NOTED)
    rows = joined(play_out(whole, BARS, INSTANTS, []))
    again = joined(play_out(single, BARS, INSTANTS, [1, 2, 3]))
    assert rows.notes == again.notes
    assert whole.state_bytes() == single.state_bytes()
    for name in TABLES:
        assert getattr(rows, name).tobytes() == getattr(again, name).tobytes()


def test_only_what_is_alive_is_remembered():
    account = exchange(NOTED)
    parts = play_out(account, BARS, INSTANTS, [1, 2, 3])
    assert [len(part.notes) for part in parts] == [2, 2, 2, 0]
    assert account.state_bytes().endswith(b"{}")


def test_missing_is_null():
    instants = [At(0, (("entry_long", 100.0, 0),), noted=(np.nan, np.nan))]
    account = exchange(NOTED)
    play_out(account, BARS.rows(0, 1), instants, [])
    rows = account.finish()
    assert texts(rows, rows.trades["metadata"]) == [{"n": 2, "rsi": None, "why": "dip"}]


def test_a_refused_entry_leaves_no_note():
    too_large = play(stop=5.0, intents=(ENTER, LEAVE), starting_equity_usdt=0.5)
    account = exchange(too_large)
    (rows,) = play_out(account, BARS.rows(0, 1), INSTANTS[:1], [])
    assert (account.gate_refusals(), dict(rows.notes)) == ({"SIZE_TOO_SMALL": 1}, {})


def test_a_play_without_metadata_has_no_notes():
    (rows,) = play_out(exchange(play()), BARS.rows(0, 1), [At(0, ("entry_long",))], [])
    assert (dict(rows.notes), rows.orders["metadata"].tolist()) == ({}, [0])


@pytest.mark.parametrize(
    ("kind", "read", "plain"),
    [("FLOAT", 2.0, 2.0), ("INT", -3.0, -3), ("BOOL", 1.0, True), ("BOOL", 0.0, False), ("INT", np.nan, None)],
)
def test_values_keep_their_kind(kind, read, plain):
    got = plain_value(Reference("x", "value", kind), (), read)
    assert (got, type(got)) == (plain, type(plain))


def test_an_enum_is_its_label():
    assert plain_value(TREND, ("up", "down"), 1.0) == "down"
    assert plain_value(TREND, ("up", "down"), np.inf) is None
