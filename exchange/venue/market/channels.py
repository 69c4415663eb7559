"""What is pushed on each kind of public topic: the first frames of a subscription, and those of a step."""

from typing import Any, Protocol

from exchange.venue.market.book import Levels, Window
from exchange.venue.market.candles import Candle
from exchange.venue.market.listing import price_limits
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.text import decimals, padded, rounded_and_trimmed, trimmed
from exchange.venue.market.ticker import Tickers
from exchange.venue.market.trades import PublicTrade, trades_of

_TURNOVER_PLACES = 4
_MOST_TRADES_OF_FRAME = 1024
# Liquidations between two pushes; more of them in one step are more than accounts can have.
_MOST_LIQUIDATIONS = 1000

Frame = dict[str, Any]


class Channel(Protocol):
    """One topic. It may be asked for `first` at any instant, and for `step` once after each step."""

    def first(self) -> list[Frame]:
        """What a new subscriber gets."""
        ...

    def step(self) -> list[Frame]:
        """What every subscriber gets after a step."""
        ...


class KlineChannel:
    """Candles of one interval: each that the step has closed, then the one under way."""

    def __init__(self, topic: str, market: VenueMarket, symbol: str, code: str) -> None:
        self._topic, self._market, self._symbol, self._code = topic, market, symbol, code
        instrument = market.tape(symbol).instrument
        self._places = decimals(instrument.tick_size), decimals(instrument.qty_step)

    def first(self) -> list[Frame]:
        """The candle under way, if there is one."""
        candle = self._market.open_candle(self._symbol, "last", self._code)
        return [self._frame(candle)] if candle is not None else []

    def step(self) -> list[Frame]:
        """Every candle that ended, then the one under way if anything was traded."""
        frames = [self._frame(candle) for candle in self._market.candles_ended(self._symbol, "last", self._code)]
        return [*frames, *self.first()] if len(self._market.current[self._symbol]) else frames

    def _frame(self, candle: Candle) -> Frame:
        price, qty = self._places
        now_ms = self._market.now_ms
        row = {
            "start": candle.start_ms,
            "end": candle.end_ms - 1,
            "interval": self._code,
            "open": trimmed(candle.open, price),
            "close": trimmed(candle.close, price),
            "high": trimmed(candle.high, price),
            "low": trimmed(candle.low, price),
            "volume": trimmed(candle.volume, qty),
            "turnover": rounded_and_trimmed(candle.turnover, _TURNOVER_PLACES),
            "confirm": candle.closed,
            "timestamp": min(now_ms, candle.end_ms) - 1,
        }
        return {"topic": self._topic, "data": [row], "ts": now_ms, "type": "snapshot"}


class TickerChannel:
    """The ticker: all of it first, then what has changed."""

    def __init__(self, topic: str, market: VenueMarket, tickers: Tickers, symbol: str) -> None:
        self._topic, self._market, self._tickers, self._symbol = topic, market, tickers, symbol
        self._known: dict[str, str] = {}

    def first(self) -> list[Frame]:
        """All of it."""
        self._known = self._tickers.pushed(self._symbol)
        return [self._frame("snapshot", self._known)]

    def step(self) -> list[Frame]:
        """What has changed; nothing if nothing has."""
        now = self._tickers.pushed(self._symbol)
        changed = {name: text for name, text in now.items() if self._known.get(name) != text}
        self._known = now
        return [self._frame("delta", {"symbol": self._symbol, **changed})] if changed else []

    def _frame(self, kind: str, data: dict[str, str]) -> Frame:
        now_ms = self._market.now_ms
        return {"topic": self._topic, "type": kind, "data": data, "cs": now_ms, "ts": now_ms}


class BookChannel:
    """The order book: all of it first, then the levels that came and went; a book of one level is always sent whole."""

    def __init__(self, topic: str, market: VenueMarket, tickers: Tickers, symbol: str, depth: int) -> None:
        self._topic, self._market, self._tickers = topic, market, tickers
        self._symbol, self._depth = symbol, depth
        self._known = Window(0, 0, 0)

    def first(self) -> list[Frame]:
        """All of it."""
        self._known = self._tickers.window(self._symbol, self._depth)
        book = self._tickers.book(self._symbol)
        return [self._frame("snapshot", book.levels(self._known.bids()), book.levels(self._known.asks()))]

    def step(self) -> list[Frame]:
        """What has changed; all of it where nothing of the book before is left."""
        known, now = self._known, self._tickers.window(self._symbol, self._depth)
        if self._depth == 1 or not now.meets(known):
            return self.first()
        if now == known:
            return []
        self._known = now
        book = self._tickers.book(self._symbol)
        bids, asks = book.changed(known.bids(), now.bids()), book.changed(known.asks(), now.asks())
        return [self._frame("delta", bids, asks)]

    def _frame(self, kind: str, bids: Levels, asks: Levels) -> Frame:
        now_ms = self._market.now_ms
        data = {"s": self._symbol, "b": bids, "a": asks, "u": now_ms // self._market.step_ms, "seq": now_ms}
        return {"topic": self._topic, "type": kind, "ts": now_ms, "data": data, "cts": now_ms}


class TradeChannel:
    """The trades of the market."""

    def __init__(self, topic: str, market: VenueMarket, symbol: str) -> None:
        self._topic, self._market, self._symbol = topic, market, symbol
        self._instrument = market.tape(symbol).instrument

    def first(self) -> list[Frame]:
        """Nothing: what was traded before is for REST."""
        return []

    def step(self) -> list[Frame]:
        """The trades of the step, in as many frames as it takes."""
        bars = self._market.current[self._symbol].bars
        rows = [self._row(trade) for trade in trades_of(bars, self._instrument.qty_step)]
        parts = (rows[first : first + _MOST_TRADES_OF_FRAME] for first in range(0, len(rows), _MOST_TRADES_OF_FRAME))
        envelope = {"topic": self._topic, "type": "snapshot", "ts": self._market.now_ms}
        return [{**envelope, "data": part} for part in parts]

    def _row(self, trade: PublicTrade) -> dict[str, Any]:
        return {
            "T": trade.ts_ms,
            "s": self._symbol,
            "S": trade.side,
            "v": padded(trade.qty, decimals(self._instrument.qty_step)),
            "p": padded(trade.price, decimals(self._instrument.tick_size)),
            "L": trade.direction,
            "i": trade.trade_id(self._symbol),
            "BT": False,
            "RPI": False,
            "seq": trade.seq,
        }


class LiquidationChannel:
    """Positions that the venue took over: the accounts' own, for no others are recorded."""

    def __init__(self, topic: str, market: VenueMarket, symbol: str) -> None:
        self._topic, self._market, self._symbol = topic, market, symbol
        self._pending: list[dict[str, Any]] = []

    def add(self, side: int, qty: float, price: float, ts_ms: int) -> None:
        """A position of this side (+1 long) and quantity was taken over at its bankruptcy price."""
        instrument = self._market.tape(self._symbol).instrument
        row = {
            "T": ts_ms,
            "s": self._symbol,
            "S": "Buy" if side > 0 else "Sell",
            "v": trimmed(qty, decimals(instrument.qty_step)),
            "p": rounded_and_trimmed(price, decimals(instrument.tick_size)),
        }
        self._pending = [*self._pending, row][-_MOST_LIQUIDATIONS:]

    def first(self) -> list[Frame]:
        """Nothing."""
        return []

    def step(self) -> list[Frame]:
        """Those since the step before."""
        rows, self._pending = self._pending, []
        return [{"topic": self._topic, "type": "snapshot", "ts": self._market.now_ms, "data": rows}] if rows else []


class PriceLimitChannel:
    """The highest price to buy and the lowest to sell at."""

    def __init__(self, topic: str, market: VenueMarket, symbol: str) -> None:
        self._topic, self._market, self._symbol = topic, market, symbol

    def first(self) -> list[Frame]:
        """The limits as they stand."""
        buy, sell = price_limits(self._market.tape(self._symbol), self._market.mark(self._symbol))
        data = {"symbol": self._symbol, "buyLmt": buy, "sellLmt": sell}
        return [{"topic": self._topic, "data": data, "ts": self._market.now_ms}]

    def step(self) -> list[Frame]:
        """The limits as they stand."""
        return self.first()


class SilentChannel:
    """A topic about which a replay has nothing to tell."""

    def first(self) -> list[Frame]:
        """Nothing."""
        return []

    def step(self) -> list[Frame]:
        """Nothing."""
        return []
