"""Rows of the simulator's tables for tests: written by hand where they matter, zero elsewhere."""

import numpy as np

from exchange.simulated import records
from play_engine.intervals import DAY_MS, MINUTE_MS

GOLDEN_DAYS = (10000, 10100, 10050, 10200, 9900, 9950, 10300, 10250, 10400, 10380, 10600)
GOLDEN_NETS = (120, -80, 60, -40, 200, -30)
DTYPES = {
    "trades": records.TRADE,
    "orders": records.ORDER,
    "fills": records.FILL,
    "ledger": records.LEDGER,
    "equity": records.EQUITY,
}


def rows(table, count, **columns):
    """`count` rows of `table` with the given columns."""
    made = np.zeros(count, dtype=DTYPES[table])
    for name, values in columns.items():
        made[name] = values
    return made


def equity(values, step_ms=DAY_MS, **columns):
    """Equity points `step_ms` apart from time 0."""
    values = np.array(values, dtype=float)
    ts = np.arange(len(values)) * step_ms
    return rows("equity", len(values), ts=ts, equity=values, wallet=values, equity_low=values, **columns)


def trades(nets, **columns):
    """One trade for each net result, long, with a stop and exit by signal."""
    count, ids = len(nets), np.arange(len(nets))
    defaults = {
        "trade_id": ids + 1,
        "instrument_id": 1,
        "side": 1,
        "entry_ts": ids * MINUTE_MS,
        "exit_ts": (ids + 1) * MINUTE_MS,
        "gross_pnl": nets,
        "net_pnl": nets,
        "r_multiple": np.array(nets) / 100,
        "return_on_value": np.array(nets) / 1000,
        "exit_reason": 5,
        "duration_ms": MINUTE_MS,
    }
    return rows("trades", count, **(defaults | columns))


def with_plays(made, codes):
    """The rows with a Play's code each, as on an account that several Plays share."""
    names = [name for name in made.dtype.names if name != "play"]
    shared = np.zeros(len(made), dtype=[*((name, made.dtype[name]) for name in names), ("play", "<i4")])
    for name in names:
        shared[name] = made[name]
    shared["play"] = codes
    return shared


def run_records(**tables):
    """Records with the given tables; the others are empty."""
    return records.Records(**{name: tables.get(name, rows(name, 0)) for name in DTYPES})


def simulated(count, seed=0):
    """Records of a lively run of `count` minutes: every table has rows, every column some variety."""
    draw = np.random.default_rng(seed)
    made = {}
    for name, size in (("trades", count // 8), ("orders", count // 3), ("fills", count // 4), ("ledger", count // 2)):
        made[name] = rows(name, size)
        for column, (dtype, _) in DTYPES[name].fields.items():
            values = draw.normal(0, 50, size) if dtype.kind == "f" else draw.integers(0, 2, size)
            made[name][column] = values
    made["trades"]["exit_reason"] = draw.choice([1, 2, 5], count // 8)
    made["orders"]["status"] = draw.choice([5, 6, 7], count // 3)
    made["orders"]["reason"] = np.where(made["orders"]["status"] == 5, 0, 16)
    made["ledger"]["reason"] = draw.choice([2, 3], count // 2)
    made["equity"] = equity(1e4 * np.exp(np.cumsum(draw.normal(0, 1e-3, count))), step_ms=MINUTE_MS)
    return records.Records(**made)


def cut(whole, pieces):
    """The same records in `pieces` chunks of about equal length."""
    tables = {name: np.array_split(getattr(whole, name), pieces) for name in DTYPES}
    return [records.Records(**{name: parts[i] for name, parts in tables.items()}) for i in range(pieces)]
