"""The section `entry`: how the entry order goes out."""

from typing import Literal, cast

from play_engine.play.fields import Fields
from play_engine.play.model import EntryOrder
from play_engine.play.ranges import NOT_NEGATIVE, Range

_DEFAULT = EntryOrder()


def read_entry(root: Fields) -> EntryOrder:
    """The entry order of the Play, at the market unless it says otherwise."""
    section = root.mapping("entry")
    if section is None:
        return _DEFAULT
    order_type = section.choice("order_type", ("MARKET", "LIMIT"), _DEFAULT.type, any_case=True)
    limit_offset_pct = section.number("limit_offset_pct", _DEFAULT.limit_offset_pct, NOT_NEGATIVE)
    time_in_force = section.choice("time_in_force", ("GTC", "IOC", "FOK", "PostOnly"), _DEFAULT.time_in_force)
    expire_after_bars = section.integer("expire_after_bars", _DEFAULT.expire_after_bars, Range(0))
    section.finish()
    return EntryOrder(
        type=cast(Literal["MARKET", "LIMIT"], order_type),
        limit_offset_pct=limit_offset_pct,
        time_in_force=cast(Literal["GTC", "IOC", "FOK", "PostOnly"], time_in_force),
        expire_after_bars=expire_after_bars,
    )
