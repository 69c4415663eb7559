"""Runs for reports: trades one after the other, their fills, and the equity that they leave, made up from a seed."""

import numpy as np

from play_engine.intervals import MINUTE_MS
from results.labels import Labels
from results.recorder import MemoryRecorder
from results.result import Result
from results.summary import StagedPlay
from tests.results.rows import rows, run_records, with_plays
from tests.results.runs import play, summary

STEP_MS = 15 * MINUTE_MS


def made_up(*, trades=0, points=200, plays=1, start_ms=0, symbols=("BTCUSDT",), **fields) -> Result:
    """A run of `points` equity points, one each STEP_MS, with `trades` closed trades.

    `fields` are those of a summary.
    """
    draw = np.random.default_rng(1)
    ts = start_ms + np.arange(points) * STEP_MS
    closed = _trades(draw, trades, ts, plays, len(symbols))
    equity = _equity(ts, closed)
    names = tuple(f"play-{number}" for number in range(plays))
    recorder = MemoryRecorder("made_up", Labels(symbols=dict(enumerate(symbols)), plays=names))
    tables = {"trades": closed, "fills": _fills(closed), "equity": equity}
    recorder.add(run_records(**tables))
    whole = {
        "plays": tuple(StagedPlay(instance=name, play=play()) for name in names),
        "start_ms": start_ms,
        "end_ms": int(ts[-1]),
        "stop_ms": int(ts[-1]),
        "exec_ms": STEP_MS,
        "counters": {"gate_refusals": {"SL_SIDE": 3} if trades else {}, "gap_minutes": 7},
    }
    whole |= {"instruments": dict.fromkeys(symbols, summary().instruments["BTCUSDT"])}
    return recorder.finish(summary(**(whole | fields)))


def _trades(draw, count, ts, plays, symbols):
    minutes = np.arange(ts[0], ts[-1], MINUTE_MS)
    turns = np.sort(draw.choice(minutes, 2 * count, replace=False)) if count else np.zeros(0)
    price = 30_000.0 * np.exp(np.cumsum(draw.normal(0.0, 0.01, 2 * count)))
    side = draw.choice([-1, 1], count)
    entry, exit_ = price[::2], price[1::2]
    gross, fees = side * (exit_ - entry) * 0.01, (entry + exit_) * 0.01 * 0.00055
    risk = np.where(draw.random(count) < 0.9, 6.0, np.nan)
    made = rows(
        "trades",
        count,
        trade_id=np.arange(count) + 1,
        instrument_id=draw.integers(0, symbols, count),
        side=side,
        entry_ts=turns[::2],
        exit_ts=turns[1::2],
        entry_price=entry,
        exit_price=exit_,
        qty=0.01,
        gross_pnl=gross,
        fees=fees,
        net_pnl=gross - fees,
        return_on_value=(gross - fees) / entry / 0.01,
        initial_risk=risk,
        r_multiple=(gross - fees) / risk,
        mae=np.abs(draw.normal(0.0, 0.01, count)),
        mfe=np.abs(draw.normal(0.0, 0.012, count)),
        duration_ms=turns[1::2] - turns[::2],
        exit_reason=draw.choice([1, 2, 5], count),
    )
    return with_plays(made, draw.integers(0, plays, count))


def _fills(trades):
    """An entry and an exit for each trade, in order of time."""
    made = rows("fills", 2 * len(trades))
    made["fill_id"] = np.arange(len(made)) + 1
    for first, (ts, price) in enumerate((("entry_ts", "entry_price"), ("exit_ts", "exit_price"))):
        half = made[first::2]
        half["ts"], half["price"], half["ref_price"] = trades[ts], trades[price], trades[price]
        half["trade_id"], half["instrument_id"] = trades["trade_id"], trades["instrument_id"]
        half["side"], half["qty"] = trades["side"] * (-1 if first else 1), trades["qty"]
        half["closing"], half["reason"] = first, trades["exit_reason"] * first
        half["fee"], half["liquidity"], half["exec_type"] = trades["fees"] / 2, 2, 1
    return made


def _equity(ts, trades):
    booked = np.concatenate(([0.0], np.cumsum(trades["net_pnl"])))
    equity = 10_000.0 + booked[np.searchsorted(trades["exit_ts"], ts, side="right")]
    row = np.searchsorted(trades["entry_ts"], ts, side="right") - 1
    held = (row >= 0) & (ts < trades["exit_ts"][np.maximum(row, 0)]) if len(trades) else np.zeros(len(ts), dtype=bool)
    value = np.where(held, 3_000.0, 0.0)
    side = trades["side"][np.maximum(row, 0)] if len(trades) else 0
    drawdown = 1.0 - equity / np.maximum.accumulate(equity)
    tables = {"wallet": equity, "equity_low": equity - held * 20.0, "equity_high": equity + held * 20.0}
    return rows(
        "equity",
        len(ts),
        ts=ts,
        equity=equity,
        gross_value=value,
        net_value=value * side,
        drawdown=drawdown,
        **tables,
    )
