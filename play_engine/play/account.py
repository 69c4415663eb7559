"""The section `account`: money and costs."""

from typing import Literal, cast

from play_engine.play.document import scalar_text
from play_engine.play.fields import Fields
from play_engine.play.model import Account
from play_engine.play.ranges import NOT_NEGATIVE, POSITIVE, Range
from play_engine.play.scalars import Codes

_DEFAULT = Account()
_CODES = Codes.both("INVALID_ACCOUNT_FIELD")
_MARGIN_MODE = "isolated_usdt"
_BELOW_ONE = Range(0, 1, open_high=True)


def read_account(root: Fields, *, list_defaults: bool) -> Account:
    """The account of the Play. With `list_defaults` every field that is not written is a warning."""
    section = root.require_mapping("account", "starting_equity_usdt, max_leverage, ...", _CODES)
    if section is None:
        return _DEFAULT
    _check_margin_mode(section)
    taker_bps, maker_bps = _fees(section, list_defaults=list_defaults)
    account = Account(
        starting_equity_usdt=section.number("starting_equity_usdt", _DEFAULT.starting_equity_usdt, POSITIVE),
        max_leverage=section.number("max_leverage", _DEFAULT.max_leverage, POSITIVE),
        max_drawdown_pct=section.number("max_drawdown_pct", _DEFAULT.max_drawdown_pct, POSITIVE),
        taker_bps=taker_bps,
        maker_bps=maker_bps,
        slippage_bps=section.number("slippage_bps", _DEFAULT.slippage_bps, NOT_NEGATIVE),
        min_trade_notional_usdt=section.number(
            "min_trade_notional_usdt", _DEFAULT.min_trade_notional_usdt, NOT_NEGATIVE
        ),
        maintenance_margin_rate=section.number("maintenance_margin_rate", _DEFAULT.maintenance_margin_rate, _BELOW_ONE),
        mm_deduction=section.number("mm_deduction", _DEFAULT.mm_deduction, NOT_NEGATIVE),
        on_sl_beyond_liq=_on_sl_beyond_liq(section),
        risk_per_trade_pct=section.number("risk_per_trade_pct", None, POSITIVE),
    )
    section.finish()
    if list_defaults:
        _list_defaults(section, _defaults())
    return account


def _check_margin_mode(section: Fields) -> None:
    node = section.get("margin_mode")
    if node is not None and node.text != _MARGIN_MODE:
        hint = f"margin_mode must be '{_MARGIN_MODE}'"
        section.problems.error(node.spot, section.codes.value, found=node.shown(), allowed=_MARGIN_MODE, hint=hint)


def _fees(section: Fields, *, list_defaults: bool) -> tuple[float, float]:
    fees = section.mapping("fee_model")
    if fees is None:
        return _DEFAULT.taker_bps, _DEFAULT.maker_bps
    taker_bps = fees.number("taker_bps", _DEFAULT.taker_bps, NOT_NEGATIVE)
    maker_bps = fees.number("maker_bps", _DEFAULT.maker_bps, NOT_NEGATIVE)
    fees.finish()
    if list_defaults:
        _list_defaults(fees, {"taker_bps": _DEFAULT.taker_bps, "maker_bps": _DEFAULT.maker_bps})
    return taker_bps, maker_bps


def _on_sl_beyond_liq(section: Fields) -> Literal["reject", "adjust", "warn"]:
    word = section.choice("on_sl_beyond_liq", ("reject", "adjust", "warn"), _DEFAULT.on_sl_beyond_liq)
    return cast(Literal["reject", "adjust", "warn"], word)


def _defaults() -> dict[str, object]:
    """What each key of the section is where it is not written."""
    fees = f"taker_bps {_DEFAULT.taker_bps}, maker_bps {_DEFAULT.maker_bps}"
    values: dict[str, object] = {"margin_mode": _MARGIN_MODE, "fee_model": fees}
    names = (
        "starting_equity_usdt",
        "max_leverage",
        "max_drawdown_pct",
        "slippage_bps",
        "min_trade_notional_usdt",
        "maintenance_margin_rate",
        "mm_deduction",
        "on_sl_beyond_liq",
        "risk_per_trade_pct",
    )
    return values | {name: getattr(_DEFAULT, name) for name in names}


def _list_defaults(section: Fields, defaults: dict[str, object]) -> None:
    for name, value in defaults.items():
        if not section.has(name):
            spot = section.node.key_spot.of(section.node.child_path(name))
            found = "not written; default " + ("none" if value is None else scalar_text(value))
            section.problems.warn(spot, "DEFAULTED_FIELD", found=f"{name} {found}")
