"""The venue's answers to questions about the market: path and parameters in, the `result` object out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exchange.venue.faults.maintenance import Maintenance
from exchange.venue.market.candle_grid import INTERVAL_CODES, holds_whole_bars
from exchange.venue.market.candles import Candle
from exchange.venue.market.listing import instrument_row, price_limits, risk_rows
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.queries import SERVED_CATEGORY, Query, page, wrong_parameter
from exchange.venue.market.readings import INTEREST_PERIODS, funding_rows, interest_rows
from exchange.venue.market.system_status import status_rows
from exchange.venue.market.text import decimals, padded, rounded_and_trimmed, trimmed
from exchange.venue.market.ticker import Tickers
from exchange.venue.market.trades import trades_of

TIME_PATH = "/v5/market/time"
STATUS_PATH = "/v5/system/status"
_FOREVER_MS = 10**15
_PREMIUM_PLACES = 6
_TURNOVER_PLACES = 8
_MOST_CANDLES, _CANDLES = 1000, 200
_MOST_INSTRUMENTS, _INSTRUMENTS = 1000, 500
_MOST_LEVELS, _LEVELS = 1000, 25
_MOST_TRADES, _TRADES = 1000, 500
_MOST_READINGS, _READINGS = 200, 50
_SYMBOLS_OF_RISK_PAGE = 15
_KLINES = {
    "/v5/market/kline": "last",
    "/v5/market/mark-price-kline": "mark",
    "/v5/market/index-price-kline": "index",
    "/v5/market/premium-index-price-kline": "premium",
}

Answer = dict[str, Any]


class MarketRest:
    """Answers for one market. `now_ms` asks server time; `announced` the maintenance windows that clients may know."""

    def __init__(
        self,
        market: VenueMarket,
        now_ms: Callable[[], int],
        announced: Callable[[], Sequence[Maintenance]] = tuple,
    ) -> None:
        self._market = market
        self._now_ms = now_ms
        self._announced = announced
        self._tickers = Tickers(market)
        self._answers: dict[str, Callable[[Query], Answer]] = {
            TIME_PATH: self._time,
            STATUS_PATH: self._status,
            "/v5/market/instruments-info": self._instruments,
            "/v5/market/tickers": self._all_tickers,
            "/v5/market/orderbook": self._order_book,
            "/v5/market/recent-trade": self._recent_trades,
            "/v5/market/funding/history": self._funding,
            "/v5/market/open-interest": self._open_interest,
            "/v5/market/risk-limit": self._risk_limits,
            "/v5/market/price-limit": self._price_limit,
            "/v5/market/account-ratio": self._account_ratio,
            **{path: self._kline(price) for path, price in _KLINES.items()},
        }

    @property
    def paths(self) -> frozenset[str]:
        """The paths that have an answer."""
        return frozenset(self._answers)

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """The result object for one of `paths`; parameters are percent-decoded. Raises VenueRefusal."""
        return self._answers[path](Query(query))

    def envelope_ms(self, path: str) -> int:
        """The time of the envelope around an answer: market time, but server time for what is no market data."""
        return self._now_ms() if path in (TIME_PATH, STATUS_PATH) else self._market.now_ms

    def _time(self, _query: Query) -> Answer:
        now_ms = self._now_ms()
        return {"timeSecond": str(now_ms // 1000), "timeNano": str(now_ms * 1_000_000)}

    def _status(self, query: Query) -> Answer:
        rows = status_rows(self._announced(), self._now_ms())
        wanted = {name: query.text(name) for name in ("id", "state") if query.text(name)}
        return {"list": [row for row in rows if all(row[name] == text for name, text in wanted.items())]}

    def _kline(self, price: str) -> Callable[[Query], Answer]:
        def answer(query: Query) -> Answer:
            market, symbol = self._market, query.symbol(self._market.symbols)
            code = query.choice("interval", self._interval_codes(), "")
            span = query.number("start", 0), query.number("end", _FOREVER_MS)
            candles = market.candles(symbol, price, code, *span, query.limit(_MOST_CANDLES, _CANDLES))
            row = self._kline_row(symbol, price)
            return {"symbol": symbol, "category": SERVED_CATEGORY, "list": [row(candle) for candle in candles]}

        return answer

    def _interval_codes(self) -> list[str]:
        return [code for code in INTERVAL_CODES if holds_whole_bars(code, self._market.interval_ms)]

    def _kline_row(self, symbol: str, price: str) -> Callable[[Candle], list[str]]:
        instrument = self._market.tape(symbol).instrument
        places, qty_places = decimals(instrument.tick_size), decimals(instrument.qty_step)
        write = rounded_and_trimmed if price == "premium" else trimmed
        places = _PREMIUM_PLACES if price == "premium" else places

        def row(candle: Candle) -> list[str]:
            prices = (candle.open, candle.high, candle.low, candle.close)
            texts = [str(candle.start_ms), *(write(value, places) for value in prices)]
            if price == "last":
                texts += [trimmed(candle.volume, qty_places), rounded_and_trimmed(candle.turnover, _TURNOVER_PLACES)]
            return texts

        return row

    def _named(self, query: Query) -> list[str]:
        """The symbols that a question is about: one, or all of its category. Raises VenueRefusal for unknown ones."""
        if query.category() != SERVED_CATEGORY:
            return []
        return [query.symbol(self._market.symbols)] if query.text("symbol") else list(self._market.symbols)

    def _instruments(self, query: Query) -> Answer:
        rows = [instrument_row(self._market.tape(symbol)) for symbol in self._named(query)]
        names = {"status": "status", "baseCoin": "baseCoin"}
        rows = [row for row in rows if all(query.text(name) in ("", row[key]) for name, key in names.items())]
        shown, cursor = page(rows, query, query.limit(_MOST_INSTRUMENTS, _INSTRUMENTS))
        return {"category": query.category(), "list": list(shown), "nextPageCursor": cursor}

    def _all_tickers(self, query: Query) -> Answer:
        rows = [self._tickers.answered(symbol) for symbol in self._named(query)]
        return {"category": query.category(), "list": rows}

    def _order_book(self, query: Query) -> Answer:
        symbol = query.symbol(self._market.symbols)
        book, window = self._tickers.book(symbol), self._tickers.window(symbol, query.limit(_MOST_LEVELS, _LEVELS))
        now_ms = self._market.now_ms
        return {
            "s": symbol,
            "b": book.levels(window.bids()),
            "a": book.levels(window.asks()),
            "ts": now_ms,
            "u": now_ms // self._market.step_ms,
            "seq": now_ms,
            "cts": now_ms,
        }

    def _recent_trades(self, query: Query) -> Answer:
        symbol = query.symbol(self._market.symbols)
        limit = query.limit(_MOST_TRADES, _TRADES)
        instrument = self._market.tape(symbol).instrument
        trades = trades_of(self._market.played(symbol, limit), instrument.qty_step)[-limit:]
        rows = [
            {
                "execId": trade.trade_id(symbol),
                "symbol": symbol,
                "price": padded(trade.price, decimals(instrument.tick_size)),
                "size": padded(trade.qty, decimals(instrument.qty_step)),
                "side": trade.side,
                "time": str(trade.ts_ms),
                "isBlockTrade": False,
                "isRPITrade": False,
                "seq": str(trade.seq),
            }
            for trade in reversed(trades)
        ]
        return {"category": SERVED_CATEGORY, "list": rows}

    def _funding(self, query: Query) -> Answer:
        symbol = query.symbol(self._market.symbols)
        if query.text("startTime") and not query.text("endTime"):
            raise wrong_parameter("endTime", "", "an endTime with each startTime")
        until_ms = min(query.number("endTime", _FOREVER_MS), self._market.now_ms)
        span = query.number("startTime", 0), until_ms
        rows = funding_rows(self._market.tape(symbol), *span, query.limit(_MOST_READINGS, _MOST_READINGS))
        return {"category": SERVED_CATEGORY, "list": rows}

    def _open_interest(self, query: Query) -> Answer:
        symbol = query.symbol(self._market.symbols)
        period_ms = INTEREST_PERIODS[query.choice("intervalTime", tuple(INTEREST_PERIODS), "")]
        until_ms = min(query.number("endTime", _FOREVER_MS), self._market.now_ms)
        rows = interest_rows(self._market.tape(symbol), query.number("startTime", 0), until_ms, period_ms)
        shown, cursor = page(rows, query, query.limit(_MOST_READINGS, _READINGS))
        return {"symbol": symbol, "category": SERVED_CATEGORY, "list": list(shown), "nextPageCursor": cursor}

    def _risk_limits(self, query: Query) -> Answer:
        shown, cursor = page(self._named(query), query, _SYMBOLS_OF_RISK_PAGE)
        rows = [row for symbol in shown for row in risk_rows(self._market.tape(symbol))]
        return {"category": query.category(), "list": rows, "nextPageCursor": cursor}

    def _price_limit(self, query: Query) -> Answer:
        symbol = query.symbol(self._market.symbols)
        buy, sell = price_limits(self._market.tape(symbol), self._market.mark(symbol))
        return {"symbol": symbol, "buyLmt": buy, "sellLmt": sell, "ts": str(self._market.now_ms)}

    def _account_ratio(self, query: Query) -> Answer:
        query.symbol(self._market.symbols)
        return {"list": [], "nextPageCursor": ""}
