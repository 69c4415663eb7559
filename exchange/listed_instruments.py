"""Instruments out of the documents that a venue's listing was stored as: real filters and risk tiers."""

from collections.abc import Mapping
from typing import Any

from exchange.instruments import Instrument, Tier
from play_engine.errors import DataError
from play_engine.play.model import Account

_NUMBERS = (
    "min_qty",
    "max_qty",
    "max_market_qty",
    "min_notional",
    "min_price",
    "max_price",
    "max_leverage",
    "leverage_step",
)
_MISTAKE = "Sync the instrument again, or delete the document"


def instrument_from_document(document: Mapping[str, Any], account: Account, source: str) -> Instrument:
    """The instrument that a document describes. Fees are the account's, because a listing has none.

    Numbers in it are decimal texts or numbers: `tick_size`, `qty_step`, `min_qty`, `max_qty`, `max_market_qty`,
    `min_notional`, `min_price`, `max_price`, `max_leverage`, `leverage_step`, and `tiers`, each with `limit`,
    `maintenance_rate`, `initial_rate`, `max_leverage` and `deduction` (None: computed, d_k = d_{k−1} +
    limit_{k−1}·(m_k − m_{k−1}), d_1 = 0). What else it has is passed over. `source` says where it is from and when it
    held. Raises DataError, naming `source` and field, for a document that lacks something or contradicts itself.
    """
    reader = _Reader(source)
    symbol = reader.text(document, "symbol")
    try:
        return Instrument(
            symbol=symbol,
            tick_size=reader.text(document, "tick_size"),
            qty_step=reader.text(document, "qty_step"),
            **{name: reader.number(document, name) for name in _NUMBERS},
            taker=account.taker_bps / 1e4,
            maker=account.maker_bps / 1e4,
            tiers=_tiers(reader, document),
            source=source,
        )
    except ValueError as error:
        raise DataError(f"{source}: {error}. {_MISTAKE}.") from error


def _tiers(reader: "_Reader", document: Mapping[str, Any]) -> tuple[Tier, ...]:
    rows = document.get("tiers")
    if not isinstance(rows, list):
        raise reader.mistake("tiers", rows, "a list of risk tiers")
    tiers: list[Tier] = []
    for row in rows:
        if not isinstance(row, Mapping):
            raise reader.mistake("tiers", row, "an object for each risk tier")
        limit, rate = reader.number(row, "limit"), reader.number(row, "maintenance_rate")
        stated = row.get("deduction")
        tiers.append(
            Tier(
                limit=limit,
                maintenance_rate=rate,
                initial_rate=reader.number(row, "initial_rate"),
                max_leverage=reader.number(row, "max_leverage"),
                deduction=_deduction(tiers, rate) if stated is None else reader.number(row, "deduction"),
            )
        )
    return tuple(tiers)


def _deduction(lower: list[Tier], rate: float) -> float:
    """What keeps maintenance continuous where the tiers meet."""
    if not lower:
        return 0.0
    return lower[-1].deduction + lower[-1].limit * (rate - lower[-1].maintenance_rate)


class _Reader:
    """Reads fields of a document whose place is known."""

    def __init__(self, source: str) -> None:
        self._source = source

    def text(self, fields: Mapping[str, Any], name: str) -> str:
        value = fields.get(name)
        if not isinstance(value, str) or not value:
            raise self.mistake(name, value, "a text")
        return value

    def number(self, fields: Mapping[str, Any], name: str) -> float:
        value = fields.get(name)
        try:
            if (
                isinstance(value, str | int | float)
                and not isinstance(value, bool)
                and 0 <= float(value) < float("inf")
            ):
                return float(value)
        except ValueError:
            pass
        raise self.mistake(name, value, "a finite number of 0 or more, as a decimal text")

    def mistake(self, name: str, found: object, allowed: str) -> DataError:
        return DataError(f"{self._source}, {name}: found {found!r}; allowed: {allowed}. {_MISTAKE}.")
