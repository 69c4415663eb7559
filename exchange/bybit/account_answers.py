"""Answers about an account itself: its margin mode, what its API key may do, cancelling when it is not heard from."""

from collections.abc import Mapping

import attrs
import msgspec

from exchange.bybit.answers import Answer, succeeded
from exchange.bybit.decimals import number
from exchange.bybit.wire import Whole, understood

_DERIVATIVES = "DERIVATIVES"


@attrs.frozen(kw_only=True)
class AccountInfo:
    """`margin_mode` is `ISOLATED_MARGIN`, `REGULAR_MARGIN` (cross) or `PORTFOLIO_MARGIN`; `kind` is the venue's number
    for the kind of account."""

    margin_mode: str
    kind: int


@attrs.frozen(kw_only=True)
class KeyInfo:
    """What an API key may do. `days_left` is below 0 for a key that does not end; `ips` are the addresses that it is
    bound to, none for all."""

    is_read_only: bool
    permissions: Mapping[str, tuple[str, ...]]
    ips: tuple[str, ...]
    days_left: int
    user_id: int


class _AccountRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    margin_mode: str
    unified_margin_status: Whole


class _KeyRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    read_only: Whole
    permissions: dict[str, tuple[str, ...]]
    ips: tuple[str, ...] = ()
    deadline_day: Whole = -1
    user_id: Whole = msgspec.field(default=0, name="userID")


class _CancelRow(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    product: str
    dcp_status: str
    time_window: str


class _CancelRows(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    dcp_infos: tuple[_CancelRow, ...] = ()


_ACCOUNT = msgspec.json.Decoder(Answer[_AccountRow])
_KEY = msgspec.json.Decoder(Answer[_KeyRow])
_CANCELS = msgspec.json.Decoder(Answer[_CancelRows])


def decode_account_info(body: bytes) -> AccountInfo:
    """The account's kind and margin mode."""
    with understood(body):
        row = succeeded(_ACCOUNT.decode(body)).result
        return AccountInfo(margin_mode=row.margin_mode, kind=row.unified_margin_status)


def decode_key_info(body: bytes) -> KeyInfo:
    """What the key that signed the request may do."""
    with understood(body):
        row = succeeded(_KEY.decode(body)).result
        return KeyInfo(
            is_read_only=row.read_only != 0,
            permissions=row.permissions,
            ips=row.ips,
            days_left=row.deadline_day,
            user_id=row.user_id,
        )


def decode_disconnect_cancel(body: bytes) -> float | None:
    """Seconds without a sign of life after which the venue cancels derivative orders; None if it does not."""
    with understood(body):
        rows = succeeded(_CANCELS.decode(body)).result.dcp_infos
        on = [row for row in rows if row.product == _DERIVATIVES and row.dcp_status == "ON"]
        return number(on[0].time_window) if on else None
