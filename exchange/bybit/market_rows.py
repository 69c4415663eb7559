"""Market data as the venue writes it: the fields that we read."""

import msgspec

from exchange.bybit.decimals import whole
from exchange.bybit.market_events import MaintenanceEvent
from exchange.bybit.wire import Whole


class CandleRow(msgspec.Struct, frozen=True, kw_only=True):
    """A candle; `end` is its last millisecond."""

    start: Whole
    end: Whole
    interval: str
    open: str
    high: str
    low: str
    close: str
    volume: str
    turnover: str
    confirm: bool


class TradeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trade, or a position that was taken over."""

    symbol: str = msgspec.field(name="s")
    side: str = msgspec.field(name="S")
    price: str = msgspec.field(name="p")
    qty: str = msgspec.field(name="v")
    traded_ms: Whole = msgspec.field(name="T")
    trade_id: str = msgspec.field(name="i", default="")


class BookRow(msgspec.Struct, frozen=True, kw_only=True):
    """Levels of an order book."""

    symbol: str = msgspec.field(name="s")
    bids: tuple[tuple[str, str], ...] = msgspec.field(name="b")
    asks: tuple[tuple[str, str], ...] = msgspec.field(name="a")
    update_id: Whole = msgspec.field(name="u")
    seq: Whole = 0


class LimitsRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The bounds of order prices."""

    symbol: str
    buy_lmt: str
    sell_lmt: str


class MaintenanceRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Maintenance, in answers and pushes alike."""

    state: str
    begin: str
    end: str
    title: str = ""
    service_types: tuple[Whole, ...] = ()


def maintenance_event(row: MaintenanceRow) -> MaintenanceEvent:
    """The event that a row is. Raises ValueError for instants that are none."""
    return MaintenanceEvent(
        title=row.title,
        state=row.state,
        begin_ms=whole(row.begin),
        end_ms=whole(row.end),
        services=row.service_types,
    )
