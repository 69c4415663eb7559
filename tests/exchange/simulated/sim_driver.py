"""A small stage for the simulator's tests: a test instrument, plays by a few words, bars and decisions by hand."""

from typing import Any

import attrs
import numpy as np

from exchange.instruments import Instrument, Tier
from exchange.settings import RunSettings, resolve_settings
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.records import Records
from exchange.simulated.setup import Listing, Seat
from play_engine.bars import BarSeries
from play_engine.intents import ACTION_CODES, IntentBatch
from play_engine.market import MarketSlice
from play_engine.play.model import Account, Play, PositionPolicy, Sizing, StopRule, TargetRule

MINUTE = 60_000
NAN = float("nan")
TABLES = ("trades", "orders", "fills", "ledger", "equity", "answers")

TIERS = (
    Tier(limit=1_000_000.0, maintenance_rate=0.005, initial_rate=0.01, max_leverage=100.0),
    Tier(limit=2_000_000.0, maintenance_rate=0.01, initial_rate=0.02, max_leverage=50.0, deduction=5_000.0),
    Tier(limit=4_000_000.0, maintenance_rate=0.02, initial_rate=0.04, max_leverage=25.0, deduction=25_000.0),
)
INSTRUMENT = Instrument(
    symbol="TUSDT",
    tick_size="0.01",
    qty_step="0.001",
    min_qty=0.001,
    max_qty=100_000.0,
    max_market_qty=100_000.0,
    min_notional=5.0,
    min_price=0.01,
    max_price=1_000_000.0,
    max_leverage=100.0,
    taker=0.00055,
    maker=0.0002,
    tiers=TIERS,
    source="test",
)


def play(*, stop: Any = None, target: Any = None, qty: float = 10.0, **changes: Any) -> Play:
    """A play that trades both ways.

    Stop and target are rules, or distances in price from the decision; `qty` is at price 100.
    """
    if isinstance(stop, float):
        stop = StopRule(type="fixed_points", value=stop)
    if isinstance(target, float):
        target = TargetRule(type="fixed_points", value=target)
    values: dict[str, Any] = {
        "id": "t",
        "name": "t",
        "symbol": "TUSDT",
        "exec_ms": MINUTE,
        "roles": {},
        "account": Account(),
        "starting_equity_usdt": 10_000.0,
        "slippage_bps": 0.0,
        "leverage": 10.0,
        "policy": PositionPolicy(mode="long_short", exit_mode="signal"),
        "stop": stop,
        "target": target,
    }
    values |= changes
    # What a long of `qty` costs at the slipped price.
    size = Sizing(model="fixed_usdt", value=qty * 100.0 * (1.0 + values["slippage_bps"] / 1e4))
    return Play(**({"sizing": size} | values))


@attrs.frozen
class At:
    """An instant of decision with at most a few intents, each a name, (name, percent) or (name, percent, number)."""

    ts: int
    intents: tuple[Any, ...] = ()
    price: float = 100.0
    exec_close: bool = False
    stop: float = NAN
    target: float = NAN
    noted: tuple[float, ...] = ()


def batch(instants: list[At], bars: BarSeries | None = None, atr: Any = None) -> IntentBatch:
    """The instants as columns; `atr` is what a trailing stop reads at the closes of `bars`."""
    emitted = [
        [(*intent, 0)[:3] if isinstance(intent, tuple) else (intent, 100.0, 0) for intent in at.intents]
        for at in instants
    ]
    flat = [intent for intents in emitted for intent in intents]
    return IntentBatch(
        until_ms=instants[-1].ts if instants else 0,
        ts=np.array([at.ts for at in instants], dtype=np.int64),
        is_exec_close=np.array([at.exec_close for at in instants], dtype=np.uint8),
        price=np.array([at.price for at in instants], dtype=np.float64),
        first=np.cumsum([0, *map(len, emitted)], dtype=np.int64),
        action=np.array([ACTION_CODES[name] for name, _, _ in flat], dtype=np.int8),
        percent=np.array([percent for _, percent, _ in flat], dtype=np.float64),
        intent=np.array([number for _, _, number in flat], dtype=np.int32),
        stop_long=np.array([at.stop for at in instants], dtype=np.float64),
        stop_short=np.array([at.stop for at in instants], dtype=np.float64),
        target=np.array([at.target for at in instants], dtype=np.float64),
        noted=np.array([at.noted for at in instants], dtype=np.float64).reshape(len(instants), -1 if instants else 0),
        trail_ts=np.zeros(0, dtype=np.int64) if bars is None or atr is None else bars.ts + MINUTE,
        trail_atr=np.zeros(0) if atr is None else atr,
    )


def candles(*rows: tuple[float, float, float, float], ts: list[int] | None = None, volume: Any = 1000.0) -> BarSeries:
    """Minutes from 0 on, each (open, high, low, close), with the same volume or one for each."""
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    times = np.arange(len(rows), dtype=np.int64) * MINUTE if ts is None else np.array(ts, dtype=np.int64)
    columns = {name: table[:, k].copy() for k, name in enumerate(("open", "high", "low", "close"))}
    return BarSeries(symbol="TUSDT", interval_ms=MINUTE, ts=times, volume=np.full(len(rows), 1.0) * volume, **columns)


def exchange(of: Play, overrides: dict[str, Any] | None = None, instrument: Instrument = INSTRUMENT, **how: Any) -> Any:
    """A fresh simulated account for the play."""
    resolved = settings(of, overrides, instrument)
    seat = Seat(instance="t", play=of, symbol=instrument.symbol, settings=resolved)
    return SimulatedExchange([Listing(instrument=instrument, settings=resolved)], [seat], 0, **how)


def settings(of: Play, overrides: dict[str, Any] | None = None, instrument: Instrument = INSTRUMENT) -> RunSettings:
    """The resolved settings of the play."""
    return resolve_settings(of, instrument, overrides or {})


def joined(parts: list[Records]) -> Records:
    """The rows of several calls as one."""
    notes = {number: text for part in parts for number, text in part.notes.items()}
    return Records(notes=notes, **{name: np.concatenate([getattr(part, name) for part in parts]) for name in TABLES})


def advance(account: Any, bars: BarSeries, instants: list[At], atr: Any = None) -> Records:
    """Feed bars of the last price and the instants up to their end."""
    return account.advance({bars.symbol: MarketSlice(bars=bars)}, [batch(instants, bars, atr)])


def play_out(account: Any, bars: BarSeries, instants: list[At], cuts: list[int], atr: Any = None) -> list[Records]:
    """Feed the bars in pieces that end at the rows `cuts` (and the last), each with the instants up to its end, and
    with what a trailing stop reads at the closes of all bars."""
    parts, start, done = [], 0, 0
    for stop in [*cuts, len(bars)]:
        piece = bars.rows(start, stop)
        end_ms = max(piece.end_ms, 0)
        due = [at for at in instants[done:] if at.ts <= end_ms] if stop > start else []
        read = None if atr is None else np.asarray(atr, dtype=np.float64)[start:stop]
        parts.append(advance(account, piece, due, read))
        start, done = stop, done + len(due)
    return parts


@attrs.frozen(eq=False)
class Run:
    """A run before its end: the account and every row so far."""

    account: Any
    rows: Records

    @property
    def wallet(self) -> float:
        """Wallet after the last movement."""
        return float(self.rows.ledger["wallet"][-1])

    @property
    def trade(self) -> Any:
        """The only trade."""
        assert len(self.rows.trades) == 1
        return self.rows.trades[0]

    @property
    def position(self) -> Any:
        """What is held of the test instrument."""
        return self.account.position(INSTRUMENT.symbol)

    @property
    def live(self) -> list[dict[str, Any]]:
        """The live orders of the test instrument."""
        return self.account.open_orders(INSTRUMENT.symbol)

    @property
    def stop(self) -> dict[str, Any] | None:
        """The live stop of the position, if there is one."""
        return next((order for order in self.live if order["kind"] == "stop_loss"), None)


FLAT = (100.0, 100.0, 100.0, 100.0)


def long(
    of: Play,
    *bars: tuple[float, ...],
    then: tuple[At, ...] = (),
    side: str = "entry_long",
    volume: Any = 1000.0,
    atr: Any = None,
    **how: Any,
) -> Run:
    """Run `bars` with an entry decided at price 100 that arrives with the first of them; then more decisions.

    Every run is made twice, as one call and minute by minute, and must be the same to the byte.
    """
    instants = [At(ts=0, intents=(side,)), *then]
    series = candles(*bars, volume=volume)  # type: ignore[arg-type]
    whole, single = exchange(of, **how), exchange(of, always_walk=True, **how)
    rows = joined(play_out(whole, series, instants, [], atr))
    again = joined(play_out(single, series, instants, list(range(1, len(series))), atr))
    assert whole.state_bytes() == single.state_bytes()
    for name in TABLES:
        assert getattr(rows, name).tobytes() == getattr(again, name).tobytes(), name
    return Run(whole, rows)
