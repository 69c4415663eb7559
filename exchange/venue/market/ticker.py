"""The ticker of a symbol: prices, the last day, funding and the best quotes, as the venue writes them."""

import numpy as np

from exchange.venue.market.book import Book, Window
from exchange.venue.market.candles import Day
from exchange.venue.market.market import VenueMarket
from exchange.venue.market.tape import Tape
from exchange.venue.market.text import decimals, padded, rounded, rounded_and_trimmed
from play_engine.intervals import MINUTE_MS

# Keys that a perpetual has in answers only, and those that it has nowhere a value for.
_EMPTY_EVERYWHERE = ("preOpenPrice", "preQty", "curPreListingPhase")
_EMPTY_IN_ANSWERS = ("predictedDeliveryPrice", "basisRate", "deliveryFeeRate", "basis", "basisRateYear")
_PUSHED_ALONE = ("tickDirection",)


class Tickers:
    """Tickers of all symbols of a market, as they stand. Order books are made once for each symbol."""

    def __init__(self, market: VenueMarket) -> None:
        self._market = market
        self._books = {symbol: _book(market, symbol) for symbol in market.symbols}

    def book(self, symbol: str) -> Book:
        """The order book of a symbol."""
        return self._books[symbol]

    def window(self, symbol: str, depth: int) -> Window:
        """Where the order book of a symbol stands."""
        return self._books[symbol].window(self._market.last(symbol), depth)

    def answered(self, symbol: str) -> dict[str, str]:
        """A ticker as REST answers it, with every key."""
        pushed = self.pushed(symbol)
        rest = {name: text for name, text in pushed.items() if name not in _PUSHED_ALONE}
        return rest | dict.fromkeys(_EMPTY_IN_ANSWERS, "") | {"deliveryTime": "0"}

    def pushed(self, symbol: str) -> dict[str, str]:
        """A ticker as the stream's snapshot has it."""
        market, tape = self._market, self._market.tape(symbol)
        places = decimals(tape.instrument.tick_size)
        last, mark = market.last(symbol), market.mark(symbol)
        ticker = {"symbol": symbol, "tickDirection": _direction(market, symbol)}
        ticker |= _day_texts(market.day(symbol), last, places)
        ticker |= {
            "lastPrice": padded(last, places),
            "markPrice": padded(mark, places),
            "indexPrice": padded(mark, places),
            **_open_interest(tape, market.now_ms, mark),
            **_funding(tape, market.now_ms),
            **self._quotes(symbol),
        }
        return ticker | dict.fromkeys(_EMPTY_EVERYWHERE, "")

    def _quotes(self, symbol: str) -> dict[str, str]:
        window = self.window(symbol, 1)
        ask, bid = self._books[symbol].levels(np.array([window.ask, window.bid]))
        # Without a price above zero there is nothing to bid.
        bid = bid if window.bid > 0 else ["", ""]
        return {"bid1Price": bid[0], "bid1Size": bid[1], "ask1Price": ask[0], "ask1Size": ask[1]}


def funding_rate(tape: Tape, now_ms: int) -> float:
    """The rate that was settled last; the venue's estimate of the next one is not recorded. 0 before the first."""
    settled = int(np.searchsorted(tape.funding.ts, now_ms, side="right"))
    return float(tape.funding.values[settled - 1]) if settled else 0.0


def next_funding_ms(tape: Tape, now_ms: int) -> int:
    """When funding is settled next."""
    interval_ms = tape.facts.funding_interval_min * MINUTE_MS
    return (now_ms // interval_ms + 1) * interval_ms


def _book(market: VenueMarket, symbol: str) -> Book:
    """A book whose sizes fit the volume of the bars before the replay, or of the first one if there are none."""
    tape = market.tape(symbol)
    before = max(1, int(np.searchsorted(tape.bars.ts, market.start_ms)))
    return Book(tape.instrument, float(np.mean(tape.bars.volume[:before])), market.seed)


def _direction(market: VenueMarket, symbol: str) -> str:
    bars = market.current[symbol].bars
    moved = float(bars.close[-1] - bars.open[0]) if len(bars) else 0.0
    if moved == 0.0:
        return "ZeroPlusTick"
    return "PlusTick" if moved > 0.0 else "MinusTick"


def _day_texts(day: Day | None, last: float, places: int) -> dict[str, str]:
    if day is None:
        day = Day(before=last, high=last, low=last, volume=0.0, turnover=0.0, hour_ago=last)
    return {
        "price24hPcnt": rounded(last / day.before - 1.0, 6),
        "prevPrice24h": padded(day.before, places),
        "highPrice24h": padded(day.high, places),
        "lowPrice24h": padded(day.low, places),
        "prevPrice1h": padded(day.hour_ago, places),
        "turnover24h": rounded(day.turnover, 4),
        "volume24h": rounded(day.volume, 4),
    }


def _open_interest(tape: Tape, now_ms: int, mark: float) -> dict[str, str]:
    known = int(np.searchsorted(tape.open_interest.ts, now_ms, side="right"))
    units = float(tape.open_interest.values[known - 1]) if known else 0.0
    return {"openInterest": rounded_and_trimmed(units, 8), "openInterestValue": rounded(units * mark, 2)}


def _funding(tape: Tape, now_ms: int) -> dict[str, str]:
    return {
        "fundingIntervalHour": rounded_and_trimmed(tape.facts.funding_interval_min / 60.0, 2),
        "fundingCap": rounded_and_trimmed(tape.facts.funding_cap, 8),
        "nextFundingTime": str(next_funding_ms(tape, now_ms)),
        "fundingRate": rounded_and_trimmed(funding_rate(tape, now_ms), 8),
    }
