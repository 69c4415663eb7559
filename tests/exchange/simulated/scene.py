"""A scene on the exchange as plain data, and what came out of it, from the compiled exchange and from the slow one."""

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from exchange.instruments import Instrument
from exchange.orders import NewOrder
from exchange.settings import RunSettings
from exchange.simulated import codes
from exchange.simulated.exchange import SimulatedExchange
from exchange.simulated.records import Records
from exchange.simulated.setup import Listing, Seat
from play_engine.bars import BarSeries
from play_engine.market import NO_READINGS, MarketSlice, Readings
from play_engine.play.model import Play
from tests.exchange.simulated.sim_driver import INSTRUMENT, MINUTE, NAN, TABLES, At, batch, joined, play, settings
from tests.exchange.simulated.slow_exchange import SlowExchange

Bar = Sequence[float]


@attrs.frozen
class Act:
    """Something that a client does: `what` is an order, or the name of a method with its arguments in `of`."""

    arrival: int
    what: NewOrder | str
    of: tuple[Any, ...] = ()
    named: dict[str, Any] = attrs.field(factory=dict)
    desk: int = 0


@attrs.frozen(kw_only=True)
class Market:
    """The bars of one instrument, one row for each minute from `start` on (None: no bar), and what goes with them."""

    bars: Sequence[Bar | None]
    marks: Sequence[Bar | None] | None = None
    volume: Any = 1000.0
    funding: Sequence[tuple[int, float]] = ()
    instrument: Instrument = INSTRUMENT
    leverage: float = 10.0


@attrs.frozen
class Player:
    """A Play on the market of the given number, what it decides, and the ATR that its trailing stop reads by bar."""

    play: Play
    instants: Sequence[At]
    desk: int = 0
    atr: Any = None


@attrs.frozen(kw_only=True)
class Scene:
    """Instruments and their markets, acts of a client in order of their ids, and Plays with their decisions.

    `settings` override the defaults: no slippage, all else as usual.
    """

    markets: Sequence[Market]
    acts: Sequence[Act] = ()
    seats: Sequence[Player] = ()
    wallet: float = 10_000.0
    settings: dict[str, Any] = attrs.field(factory=dict)
    start: int = 0
    interval_ms: int = MINUTE
    end: str = ""
    # How many minutes of the markets the scene lasts; 0 for all.
    length: int = 0

    def symbol(self, desk: int) -> str:
        """The symbol of a market; instruments may be alike but for it."""
        return f"T{desk}USDT"

    def instrument(self, desk: int) -> Instrument:
        """The instrument of a market under its symbol."""
        return attrs.evolve(self.markets[desk].instrument, symbol=self.symbol(desk))

    def resolved(self, desk: int, of: Play | None = None) -> RunSettings:
        """The settings of a market, and those of a Play on it."""
        market = self.markets[desk]
        plain = play(leverage=market.leverage, starting_equity_usdt=self.wallet)
        return settings(of or plain, {"leverage": market.leverage} | self.settings, market.instrument)

    def slices(self) -> list[MarketSlice]:
        """The whole market of each instrument."""
        return [self._slice(k, market) for k, market in enumerate(self.markets)]

    def _slice(self, desk: int, market: Market) -> MarketSlice:
        there = [k for k, bar in enumerate(market.bars) if bar is not None]
        ts = np.array(there, dtype=np.int64) * self.interval_ms + self.start
        volume = np.broadcast_to(np.asarray(market.volume, dtype=np.float64), len(market.bars))[there]
        funding = NO_READINGS
        if market.funding:
            funding = Readings(
                ts=np.array([at for at, _ in market.funding], dtype=np.int64),
                values=np.array([rate for _, rate in market.funding], dtype=np.float64),
            )
        marks = None if market.marks is None else self._series(desk, market.marks, ts, volume)
        return MarketSlice(bars=self._series(desk, market.bars, ts, volume), mark=marks, funding=funding)

    def _series(self, desk: int, rows: Sequence[Bar | None], ts: Any, volume: Any) -> BarSeries:
        table = np.array([row for row in rows if row is not None], dtype=np.float64).reshape(-1, 4)
        columns = {name: table[:, k].copy() for k, name in enumerate(("open", "high", "low", "close"))}
        return BarSeries(symbol=self.symbol(desk), interval_ms=self.interval_ms, ts=ts, volume=volume.copy(), **columns)

    @property
    def minutes(self) -> int:
        """How many minutes the scene lasts."""
        return self.length or max(len(market.bars) for market in self.markets)


@attrs.frozen(kw_only=True, eq=False)
class Outcome:
    """What came out of a scene: rows as dicts with names in place of codes, and the account at the end."""

    fills: list[dict[str, Any]]
    orders: dict[int, dict[str, Any]]
    trades: list[dict[str, Any]]
    ledger: list[dict[str, Any]]
    answers: list[tuple[int, int, str]]
    equity: list[dict[str, float]]
    refusals: dict[str, int]
    wallet: float
    available: float
    margin: float
    reserve: float
    positions: list[dict[str, float]]
    stop_reason: str = ""


# The compiled exchange.


def build(scene: Scene, **how: Any) -> SimulatedExchange:
    """A fresh account for the scene, with all acts of its client submitted."""
    listings = [Listing(instrument=scene.instrument(k), settings=scene.resolved(k)) for k in range(len(scene.markets))]
    seats = [
        Seat(instance=f"i{k}", play=of.play, symbol=scene.symbol(of.desk), settings=scene.resolved(of.desk, of.play))
        for k, of in enumerate(scene.seats)
    ]
    deposit = None if scene.seats else scene.wallet
    account = SimulatedExchange(listings, seats, scene.start, deposit_usdt=deposit, **how)
    for act in scene.acts:
        perform(account, scene.symbol(act.desk), act)
    return account


def perform(account: SimulatedExchange, symbol: str, act: Act) -> int:
    """Let the client do it; returns the id of the order or request."""
    if isinstance(act.what, str):
        if act.what == "set_trading_stop":
            return account.set_trading_stop(symbol, act.arrival, **act.named)
        return getattr(account, act.what)(symbol, *act.of, act.arrival, **act.named)
    return account.submit(symbol, act.what, act.arrival)


def pieces(scene: Scene, cuts: Sequence[int]) -> Iterator[tuple[dict[str, MarketSlice], list[Any]]]:
    """The market and the decisions of the scene, cut before the minutes of the given numbers."""
    rest = scene.slices()
    waiting = [list(of.instants) for of in scene.seats]
    atr = [of.atr for of in scene.seats]
    reached = 0
    for cut in [*cuts, scene.minutes]:
        until = scene.start + cut * scene.interval_ms
        split = [market.split(until) for market in rest]
        now, rest = [part for part, _ in split], [part for _, part in split]
        reached = max(reached, *(part.end_ms for part in now))
        intents = []
        for k, (of, mine) in enumerate(zip(scene.seats, waiting, strict=True)):
            due = [at for at in mine if at.ts <= reached]
            del mine[: len(due)]
            bars = now[of.desk].bars
            read = None if atr[k] is None else atr[k][: len(bars)]
            atr[k] = None if atr[k] is None else atr[k][len(bars) :]
            intents.append(batch(due, bars, read))
        yield {scene.symbol(k): part for k, part in enumerate(now)}, intents


def run(scene: Scene, cuts: Sequence[int] = (), **how: Any) -> tuple[Records, SimulatedExchange]:
    """All rows of the scene, finished if it says so, and the account."""
    account = build(scene, check=True, **how)
    parts = [account.advance(market, intents) for market, intents in pieces(scene, cuts)]
    if scene.end:
        parts.append(account.finish(scene.end))
    return joined(parts), account


def outcome_of(scene: Scene, rows: Records, account: SimulatedExchange) -> Outcome:
    """What the compiled exchange made of the scene."""
    balances = account.balances()
    positions = [account.position(scene.symbol(k)) for k in range(len(scene.markets))]
    ends = {int(row["order_id"]): _named(row, "orders") for row in rows.orders}
    held = [{name: getattr(at, name) for name in ("side", "qty", "value", "extra", "leverage")} for at in positions]
    for at, row in zip(positions, held, strict=True):
        row |= {"margin": at.margin, "liquidation": at.liquidation}
    return Outcome(
        fills=[_named(row, "fills") for row in rows.fills],
        orders=ends,
        trades=[_named(row, "trades") for row in rows.trades],
        ledger=[_named(row, "ledger") for row in rows.ledger],
        answers=[
            (int(row["request_id"]), int(row["ts"]), codes.ORDER_REASONS.get(int(row["reason"]), ""))
            for row in rows.answers
        ],
        equity=[_named(row, "equity") for row in rows.equity],
        refusals=account.gate_refusals(),
        wallet=balances.wallet,
        available=balances.available,
        margin=balances.position_margin,
        reserve=balances.order_reserve,
        positions=held,
        stop_reason=account.stop_reason,
    )


_NAMES: dict[str, dict[str, Any]] = {
    "orders": {"kind": codes.ORDER_KINDS, "type": codes.ORDER_TYPES, "tif": codes.TIMES_IN_FORCE}
    | {"status": codes.ORDER_STATES, "reason": codes.ORDER_REASONS, "tpsl_mode": codes.TPSL_MODES},
    "fills": {"reason": codes.FILL_REASONS},
    "ledger": {"reason": codes.LEDGER_REASONS},
    "trades": {"exit_reason": codes.EXIT_REASONS},
}


def _named(row: Any, table: str) -> dict[str, Any]:
    plain = {name: row[name].item() for name in row.dtype.names}
    for name, names in _NAMES.get(table, {}).items():
        plain[name] = names.get(plain[name], "")
    return plain


def same_bytes(left: Records, right: Records) -> None:
    """Both have the same rows, to the byte."""
    for name in TABLES:
        assert getattr(left, name).tobytes() == getattr(right, name).tobytes(), name


# The slow exchange.


def build_slow(scene: Scene) -> SlowExchange:
    """A fresh slow account for the scene, before its client has done anything."""
    listings = [(scene.instrument(k), scene.resolved(k)) for k in range(len(scene.markets))]
    seats = [(of.play, of.desk, scene.resolved(of.desk, of.play)) for of in scene.seats]
    return SlowExchange(listings, seats, scene.start, None if seats else scene.wallet)


def run_slow(scene: Scene) -> SlowExchange:
    """The same scene on the slow exchange."""
    slow = build_slow(scene)
    for act in scene.acts:
        perform_slowly(slow, act)
    until = scene.start + scene.minutes * scene.interval_ms
    markets = [market.split(until)[0] for market in scene.slices()]
    reached = max(market.end_ms for market in markets)
    instants = [[at for at in of.instants if at.ts <= reached] for of in scene.seats]
    slow.run(markets, instants, [of.atr for of in scene.seats])
    if scene.end:
        slow.finish(scene.end)
    return slow


_LEVELS = {"stop_loss": NAN, "take_profit": NAN}
_NAMED_ARGUMENTS = {
    "amend": {"qty": NAN, "price": NAN, "trigger": NAN} | _LEVELS,
    "set_trading_stop": _LEVELS | {"stop_by": "Last", "target_by": "Last", "trailing": NAN, "trailing_activation": NAN},
}
_ARGUMENTS = {"cancel": ("order_id",), "amend": ("order_id",), "set_leverage": ("leverage",), "add_margin": ("amount",)}


def perform_slowly(slow: SlowExchange, act: Act) -> int:
    """Let the client do it; returns the id of the order or request."""
    if not isinstance(act.what, str):
        return slow.submit(act.desk, act.what, act.arrival)
    of = dict(zip(_ARGUMENTS.get(act.what, ()), act.of, strict=True))
    return slow.request(act.desk, act.what, act.arrival, **of, **_NAMED_ARGUMENTS.get(act.what, {}) | act.named)


def slow_outcome(slow: SlowExchange) -> Outcome:
    """What the slow exchange made of its scene."""
    names = {"id": "order_id", "state": "status", "filled": "filled_qty", "parent": "parent_id", "ts": "updated_ts"}
    names |= {"mode": "tpsl_mode", "trigger": "trigger_price", "desk": "instrument_id", "avg": "avg_price"}
    of_trades = {"id": "trade_id", "net": "net_pnl", "gross": "gross_pnl", "entry": "entry_price", "exit": "exit_price"}
    of_trades |= {"slippage": "slippage_cost", "bars": "bars_held", "desk": "instrument_id", "stop": "stop_loss"}
    of_fills = {"desk": "instrument_id", "realised": "realised_pnl", "ref": "ref_price", "mark": "mark_price"}
    of_fills |= {"wallet": "wallet_after", "after": "position_after", "slippage": "slippage_cost"}
    fills = [_renamed(row, of_fills) for row in slow.fills]
    for row in fills:
        row["liquidity"] = int(codes.MAKER if row.pop("maker") else codes.TAKER)
        row["exec_type"] = int(codes.EXEC_BUST if row.pop("bust") else codes.EXEC_TRADE)
    of_equity = {"reserve": "order_reserve", "margin": "position_margin"}
    return Outcome(
        fills=fills,
        orders={row["id"]: _renamed(row, names) for row in slow.ended},
        trades=[_renamed(row, of_trades | {"target": "take_profit"}) for row in slow.trades],
        ledger=list(slow.ledger),
        answers=list(slow.answers),
        equity=[_renamed(row, of_equity) for row in slow.equity],
        refusals=slow.refusals,
        wallet=slow.wallet,
        available=slow.available(),
        margin=slow.margins(),
        reserve=slow.reserved(),
        positions=[_held(slow, desk) for desk in slow.desks],
        stop_reason=slow.last_halt,
    )


def _held(slow: SlowExchange, desk: Any) -> dict[str, float]:
    row = {name: getattr(desk, name) for name in ("side", "qty", "value", "extra", "leverage")}
    liquidation = desk.liquidation() if desk.side and not slow.cross else 0.0
    return row | {"margin": desk.margin(cross=slow.cross), "liquidation": liquidation}


def _renamed(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in row.items()}
