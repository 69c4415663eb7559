"""What `venue` tells of itself: addresses and markets when it serves, and the hours that go by."""

import math
from collections.abc import Callable, Mapping, Sequence

import attrs

from commands.failure import print_json
from commands.presentation import show
from commands.times import show_span
from commands.venue_market import Recording
from commands.venue_options import AccountWish
from exchange.venue.control.state import speed_text
from exchange.venue.market.market import VenueMarket
from play_engine.instants import iso
from play_engine.intervals import MINUTE_MS, interval_name
from play_engine.market import MarketSlice

_HOUR_MS = 60 * MINUTE_MS
# The account of a venue for which none was named. It is no secret, for it opens nothing but this.
_KNOWN_TO_ALL = "venue-secret"
ANYBODY = AccountWish(api_key="venue-key", secret=_KNOWN_TO_ALL)


class MarketHours:
    """Stands among the accounts, and tells of every market hour."""

    def __init__(self, market: VenueMarket, tell: Callable[[str], None]) -> None:
        self._market, self._tell = market, tell
        self._hour = market.now_ms // _HOUR_MS

    def advance(self, market: Mapping[str, MarketSlice]) -> None:
        """A step has been played."""
        del market
        hour = self._market.now_ms // _HOUR_MS
        if hour == self._hour:
            return
        self._hour = hour
        prices = ", ".join(f"{symbol} {self._market.last(symbol):g}" for symbol in self._market.symbols)
        self._tell(f"{iso(self._market.now_ms)}  {prices}")


@attrs.frozen(kw_only=True)
class Served:
    """What is served, and where; without a control its port is None."""

    market: VenueMarket
    recordings: Sequence[Recording]
    accounts: Sequence[AccountWish]
    speed: float | None
    port: int
    control_port: int | None


def tell(served: Served, *, as_json: bool) -> None:
    """The addresses and what is served, on stdout."""
    market, speed = served.market, served.speed
    addresses = _addresses(served.port, served.control_port)
    if as_json:
        accounts = [{"api_key": one.api_key, "usdt": one.usdt} for one in served.accounts]
        symbols = [_symbol_document(one) for one in served.recordings]
        clock = {"now_ms": market.now_ms, "end_ms": market.end_ms, "step_ms": market.step_ms}
        print_json({**addresses, **clock, "speed": speed_text(speed), "accounts": accounts, "symbols": symbols})
        return
    for name, address in addresses.items():
        show(f"{name:<10} {address}")
    for one in served.accounts:
        secret = f", secret {one.secret}" if one is ANYBODY else ""
        show(f"account    {one.api_key}{secret}, {one.usdt:,.2f} USDT")
    for one in served.recordings:
        bars = one.tape.bars
        span = show_span(int(bars.ts[0]), bars.end_ms)
        show(f"{one.tape.symbol:<10} {len(bars):,} bars of {interval_name(bars.interval_ms)}, {span}; {one.source}")
    show(f"clock      {iso(market.now_ms)}, steps of {market.step_ms / 1000:g} s, {_pace_text(speed)}")


def _pace_text(speed: float | None) -> str:
    if speed is None:
        return "standing until somebody joins"
    return "as fast as it goes" if speed == math.inf else f"{speed:g} s a second"


def _addresses(port: int, control_port: int | None) -> dict[str, str]:
    host = f"127.0.0.1:{port}"
    addresses = {
        "rest": f"http://{host}",
        "public": f"ws://{host}/v5/public/linear",
        "private": f"ws://{host}/v5/private",
        "trade": f"ws://{host}/v5/trade",
    }
    return addresses if control_port is None else {**addresses, "control": f"http://127.0.0.1:{control_port}"}


def _symbol_document(one: Recording) -> dict[str, object]:
    bars = one.tape.bars
    return {
        "symbol": one.tape.symbol,
        "bars": len(bars),
        "interval_ms": bars.interval_ms,
        "start_ms": int(bars.ts[0]),
        "end_ms": bars.end_ms,
        "source": one.source,
        "instrument": one.tape.instrument.source,
    }
