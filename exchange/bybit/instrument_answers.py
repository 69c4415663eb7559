"""Answers that make an instrument: order filters, risk tiers and the account's fees."""

import attrs
import msgspec

from exchange.bybit.answers import Answer, ListOf, page, succeeded
from exchange.bybit.decimals import number, whole
from exchange.bybit.wire import Page, Whole, named, understood
from exchange.instruments import Instrument, Tier

_TRADING = "Trading"
# initial margin rate × largest leverage: 1 if rates are fractions, 100 if they are in percent. The venue has both.
_PERCENT_FROM = 10.0


@attrs.frozen(kw_only=True)
class ListedContract:
    """A contract's order filters; steps are decimal texts. `delivery_ms` is 0 for one that does not end."""

    symbol: str
    contract: str
    status: str
    tick_size: str
    qty_step: str
    min_qty: float
    max_qty: float
    max_market_qty: float
    min_notional: float
    min_price: float
    max_price: float
    max_leverage: float
    leverage_step: float
    funding_interval_min: int
    delivery_ms: int

    @property
    def is_trading(self) -> bool:
        """Whether orders are taken."""
        return self.status == _TRADING


@attrs.frozen(kw_only=True)
class Fees:
    """The account's fees for a symbol, as fractions of the executed value; below 0 is paid to us."""

    symbol: str
    taker: float
    maker: float


class _LeverageRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    max_leverage: str
    leverage_step: str


class _PriceRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    min_price: str
    max_price: str
    tick_size: str


class _LotRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    min_order_qty: str
    max_order_qty: str
    qty_step: str
    max_mkt_order_qty: str
    min_notional_value: str


class _ContractRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    symbol: str
    contract_type: str
    status: str
    leverage_filter: _LeverageRow
    price_filter: _PriceRow
    lot_size_filter: _LotRow
    funding_interval: Whole
    delivery_time: str = "0"


class _TierRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    symbol: str
    risk_limit_value: str | Whole | float
    maintenance_margin: str | Whole | float
    initial_margin: str | Whole | float
    max_leverage: str | Whole | float
    mm_deduction: str | Whole | float | None = None


class _FeeRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    symbol: str
    taker_fee_rate: str
    maker_fee_rate: str


_CONTRACTS = msgspec.json.Decoder(Answer[ListOf[_ContractRow]])
_TIERS = msgspec.json.Decoder(Answer[ListOf[_TierRow]])
_FEES = msgspec.json.Decoder(Answer[ListOf[_FeeRow]])


def decode_instruments(body: bytes) -> Page[ListedContract]:
    """A page of contracts."""
    return page(body, _CONTRACTS.decode, _contract)


def decode_fee_rates(body: bytes) -> Page[Fees]:
    """The account's fees, one for each symbol."""
    return page(body, _FEES.decode, _fees)


def decode_tiers(body: bytes, symbol: str) -> tuple[Tier, ...]:
    """The risk tiers of a symbol, from the lowest up. A deduction that the venue does not say is the one that keeps
    maintenance continuous where tiers meet."""
    with understood(body):
        rows = [row for row in succeeded(_TIERS.decode(body)).result.list if row.symbol == symbol]
        tiers: list[Tier] = []
        for row in sorted(rows, key=lambda row: _value(row.risk_limit_value)):
            tiers.append(_tier(row, tiers[-1] if tiers else None))
        if not tiers:
            raise ValueError(f"the answer has no risk tiers of {symbol}")
        return tuple(tiers)


def instrument_of(contract: ListedContract, tiers: tuple[Tier, ...], fees: Fees, source: str) -> Instrument:
    """The instrument. `source` says where and when it was read. Raises ValueError as Instrument does."""
    return Instrument(
        symbol=contract.symbol,
        tick_size=contract.tick_size,
        qty_step=contract.qty_step,
        min_qty=contract.min_qty,
        max_qty=contract.max_qty,
        max_market_qty=contract.max_market_qty,
        min_notional=contract.min_notional,
        min_price=contract.min_price,
        max_price=contract.max_price,
        max_leverage=contract.max_leverage,
        leverage_step=contract.leverage_step,
        taker=fees.taker,
        maker=fees.maker,
        tiers=tiers,
        source=source,
    )


def _contract(row: _ContractRow) -> ListedContract:
    prices, lots, leverage = row.price_filter, row.lot_size_filter, row.leverage_filter
    return ListedContract(
        symbol=named(row.symbol, "symbol"),
        contract=row.contract_type,
        status=row.status,
        tick_size=_step(prices.tick_size),
        qty_step=_step(lots.qty_step),
        min_qty=number(lots.min_order_qty),
        max_qty=number(lots.max_order_qty),
        max_market_qty=number(lots.max_mkt_order_qty),
        min_notional=number(lots.min_notional_value),
        min_price=number(prices.min_price),
        max_price=number(prices.max_price),
        max_leverage=number(leverage.max_leverage),
        leverage_step=number(leverage.leverage_step),
        funding_interval_min=row.funding_interval,
        delivery_ms=whole(row.delivery_time or "0"),
    )


def _step(text: str) -> str:
    if number(text) <= 0.0:
        raise ValueError(f"a step is {text}; it must be above 0")
    return text


def _tier(row: _TierRow, lower: Tier | None) -> Tier:
    leverage, initial, rate = _value(row.max_leverage), _value(row.initial_margin), _value(row.maintenance_margin)
    scale = 0.01 if initial * leverage >= _PERCENT_FROM else 1.0
    stated = row.mm_deduction
    continuous = lower.deduction + lower.limit * (rate * scale - lower.maintenance_rate) if lower else 0.0
    return Tier(
        limit=_value(row.risk_limit_value),
        maintenance_rate=rate * scale,
        initial_rate=initial * scale,
        max_leverage=leverage,
        deduction=continuous if stated is None or stated == "" else _value(stated),
    )


def _value(cell: str | float) -> float:
    """The venue writes these as texts or as numbers."""
    return number(cell) if isinstance(cell, str) else float(cell)


def _fees(row: _FeeRow) -> Fees:
    return Fees(symbol=named(row.symbol, "symbol"), taker=number(row.taker_fee_rate), maker=number(row.maker_fee_rate))
