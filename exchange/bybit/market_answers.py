"""Answers about markets: prices, the venue's clock, maintenance. Candles and funding are read where they are stored."""

import msgspec

from exchange.bybit.answers import Answer, ListOf, decode_envelope, page, succeeded
from exchange.bybit.market_events import MaintenanceEvent
from exchange.bybit.market_rows import MaintenanceRow, maintenance_event
from exchange.bybit.tickers import TickerEvent, TickerRow, ticker_event
from exchange.bybit.wire import Page, understood

_TICKERS = msgspec.json.Decoder(Answer[ListOf[TickerRow]])
_MAINTENANCE = msgspec.json.Decoder(Answer[ListOf[MaintenanceRow]])


def decode_server_time(body: bytes) -> int:
    """The venue's clock, in ms since the epoch, UTC."""
    time_ms = decode_envelope(body).time_ms
    with understood(body):
        if time_ms <= 0:
            raise ValueError(f"the venue's time is {time_ms}")
    return time_ms


def decode_tickers(body: bytes) -> Page[TickerEvent]:
    """Tickers as they stood when the venue answered."""
    time_ms = decode_envelope(body).time_ms
    return page(body, _TICKERS.decode, lambda row: ticker_event(row, snapshot=True, ts_ms=time_ms))


def decode_system_status(body: bytes) -> tuple[MaintenanceEvent, ...]:
    """Maintenance that is announced, under way or over, newest first."""
    with understood(body):
        rows = succeeded(_MAINTENANCE.decode(body)).result.list
        return tuple(maintenance_event(row) for row in rows)
