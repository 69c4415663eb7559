"""Acknowledgements of requests. They say that the venue has taken a request, not what becomes of it."""

import attrs
import msgspec

from exchange.bybit.wire import Whole, understood
from exchange.orders import OrderName
from exchange.reports import Accepted


@attrs.frozen(kw_only=True)
class BatchItem:
    """The answer to one order of a batch, in its order; `code` 0 is an acknowledgement."""

    code: int
    message: str
    order_id: str
    link_id: str


class Names(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The names of the order that a request was about; a request about no order has none."""

    order_id: str = ""
    order_link_id: str = ""


class NameList(msgspec.Struct, frozen=True, kw_only=True):
    """The orders of a batch, or those that were cancelled."""

    list: tuple[Names, ...] = ()


class ItemState(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one order of a batch."""

    code: Whole
    msg: str = ""


class ItemStates(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the orders of a batch, in their order."""

    list: tuple[ItemState, ...] = ()


class _Acknowledged(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    ret_code: Whole
    result: Names | None = None


class _Cancelled(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    ret_code: Whole
    result: NameList


class _Batch(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    ret_code: Whole
    result: NameList
    ret_ext_info: ItemStates


_ACKNOWLEDGED = msgspec.json.Decoder(_Acknowledged)
_CANCELLED = msgspec.json.Decoder(_Cancelled)
_BATCH = msgspec.json.Decoder(_Batch)


def decode_ack(body: bytes) -> Accepted:
    """The names of the order that a request was about; empty ones for a request about no order."""
    with understood(body):
        names = _ACKNOWLEDGED.decode(body).result or Names()
        return Accepted(order_id=names.order_id, link_id=names.order_link_id)


def decode_cancelled(body: bytes) -> tuple[OrderName, ...]:
    """The orders that a request to cancel all of them has met."""
    with understood(body):
        names = _CANCELLED.decode(body).result.list
        return tuple(OrderName(order_id=name.order_id, link_id=name.order_link_id) for name in names)


def decode_batch(body: bytes) -> tuple[BatchItem, ...]:
    """The answers to the orders of a batch, in their order."""
    with understood(body):
        batch = _BATCH.decode(body)
        return batch_items(batch.result, batch.ret_ext_info)


def batch_items(names: NameList, states: ItemStates) -> tuple[BatchItem, ...]:
    """The answers, out of the two lists that the venue writes. Raises ValueError unless they fit together."""
    if len(names.list) != len(states.list):
        raise ValueError(f"a batch of {len(names.list)} orders has {len(states.list)} codes")
    return tuple(
        BatchItem(code=state.code, message=state.msg, order_id=name.order_id, link_id=name.order_link_id)
        for name, state in zip(names.list, states.list, strict=True)
    )
