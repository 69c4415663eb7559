"""A position as the venue writes it. Answers and pushes have two names for its entry price."""

import attrs
import msgspec

from exchange.bybit.decimals import amount, level, number, optional, whole
from exchange.bybit.wire import Whole, named, side_of
from exchange.reports import PositionReport


@attrs.frozen(kw_only=True)
class HedgePosition:
    """One leg of a position in hedge mode: `index` 1 is the long one, 2 the short one. We trade in one-way mode, where
    a symbol has one position; this is none that we could act upon."""

    index: int
    position: PositionReport


class PositionRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The fields of a position that we read. Those without a default must be there."""

    symbol: str
    side: str
    size: str
    updated_time: str
    position_idx: Whole
    leverage: str | None = None
    category: str | None = None
    entry_price: str | None = None
    avg_price: str | None = None
    position_value: str | None = None
    position_im: str | None = msgspec.field(default=None, name="positionIM")
    liq_price: str | None = None
    mark_price: str | None = None
    unrealised_pnl: str | None = None
    cur_realised_pnl: str | None = None
    stop_loss: str | None = None
    take_profit: str | None = None
    trailing_stop: str | None = None
    position_status: str | None = None
    seq: Whole | None = None


def position_report(row: PositionRow) -> PositionReport | HedgePosition:
    """The position. Raises ValueError for numbers that are none, and for a size that its side does not fit."""
    qty = number(row.size)
    if qty < 0.0 or (qty > 0.0) != bool(row.side):
        raise ValueError(f"a position of side {row.side!r} cannot have a size of {row.size}")
    report = PositionReport(
        symbol=named(row.symbol, "symbol"),
        side=side_of(row.side) if row.side else 0,
        qty=qty,
        value=number(row.position_value or "") if qty else 0.0,
        entry_price=_entry_price(row) if qty else level(row.entry_price or row.avg_price),
        leverage=optional(row.leverage),
        margin=optional(row.position_im),
        liquidation=level(row.liq_price),
        mark=level(row.mark_price),
        unrealised_pnl=amount(row.unrealised_pnl),
        realised_pnl=amount(row.cur_realised_pnl),
        stop_loss=level(row.stop_loss),
        take_profit=level(row.take_profit),
        trailing=level(row.trailing_stop),
        status=row.position_status or "Normal",
        seq=row.seq or 0,
        updated_ms=whole(row.updated_time),
    )
    return HedgePosition(index=row.position_idx, position=report) if row.position_idx else report


def _entry_price(row: PositionRow) -> float:
    """The average entry price of an open position, without which it is worth nothing to us."""
    price = number(row.entry_price or row.avg_price or "")
    if price <= 0.0:
        raise ValueError(f"an open position cannot have an entry price of {price}")
    return price
