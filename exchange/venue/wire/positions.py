"""Positions as the venue writes them, over HTTP and on the topic `position`."""

from typing import Any

from exchange.instruments import Instrument
from exchange.reports import PositionReport
from exchange.venue.accounts.values import PositionDetails
from exchange.venue.wire.orders import SIDES
from exchange.venue.wire.text import level_text, money_text


def position_row(details: PositionDetails, instrument: Instrument) -> dict[str, Any]:
    """A position as GET /v5/position/list has it, open or flat."""
    row = _shared(details.report, details, instrument)
    row["avgPrice"] = money_text(details.report.entry_price) or "0"
    row["openTime"] = details.opened_ms
    return row


def position_push(position: PositionReport, details: PositionDetails, instrument: Instrument) -> dict[str, Any]:
    """A position as a frame of the topic `position` holds it; `details` may be of a moment later."""
    row = _shared(position, details, instrument)
    row["entryPrice"] = money_text(position.entry_price) or "0"
    row["category"] = "linear"
    return row


def _shared(position: PositionReport, details: PositionDetails, instrument: Instrument) -> dict[str, Any]:
    tick = instrument.tick_size
    initial, maintenance = money_text(details.initial_margin), money_text(details.maintenance_margin)
    return {
        "symbol": position.symbol,
        "side": SIDES[position.side],
        "size": level_text(position.qty, instrument.qty_step, "0"),
        "positionIdx": 0,
        "tradeMode": 0,
        "riskId": _tier(position, instrument) + 1,
        "riskLimitValue": _limit_text(details.risk_limit),
        "positionValue": money_text(position.value) or "0",
        "positionStatus": position.status,
        "autoAddMargin": 0,
        "adlRankIndicator": 2 if position.side else 0,
        "leverage": money_text(position.leverage),
        "breakEvenPrice": money_text(details.break_even),
        "positionBalance": money_text(position.margin) or "0",
        "markPrice": level_text(position.mark, tick),
        "liqPrice": _liquidation_text(position, instrument),
        "bustPrice": "",
        "positionIM": initial,
        "positionMM": maintenance,
        "positionIMByMp": initial,
        "positionMMByMp": maintenance,
        "tpslMode": "Full",
        "takeProfit": level_text(position.take_profit, tick, "0"),
        "stopLoss": level_text(position.stop_loss, tick, "0"),
        "trailingStop": level_text(position.trailing, tick, "0"),
        "activePrice": level_text(details.trailing_activation, tick, "0"),
        "sessionAvgPrice": "",
        "unrealisedPnl": money_text(position.unrealised_pnl),
        "curRealisedPnl": money_text(position.realised_pnl),
        "cumRealisedPnl": money_text(details.cumulative_pnl),
        "createdTime": str(details.created_ms),
        "updatedTime": str(position.updated_ms),
        "seq": position.seq,
        "isReduceOnly": False,
        "mmrSysUpdatedTime": "",
        "leverageSysUpdatedTime": "",
    }


def _tier(position: PositionReport, instrument: Instrument) -> int:
    """The place of the risk tier that a position of this value is in."""
    last = len(instrument.tiers) - 1
    return next((place for place, tier in enumerate(instrument.tiers) if position.value <= tier.limit), last)


def _limit_text(limit: float) -> str:
    # An open tier has no limit that text could hold; this is more than any account of a venue has.
    return money_text(min(limit, 1e12))


def _liquidation_text(position: PositionReport, instrument: Instrument) -> str:
    if instrument.min_price <= position.liquidation <= instrument.max_price:
        return money_text(position.liquidation)
    return ""
