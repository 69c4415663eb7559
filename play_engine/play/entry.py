"""The section `entry`: how the entry order goes out."""

from play_engine.play.fields import Fields
from play_engine.play.ranges import NOT_NEGATIVE, Range


def check_entry(root: Fields) -> None:
    """Checks the section; this version sends market orders only."""
    section = root.mapping("entry")
    if section is None:
        return
    order_type = section.choice("order_type", ("MARKET", "LIMIT"), "MARKET", any_case=True)
    section.number("limit_offset_pct", 0.0, NOT_NEGATIVE)
    section.choice("time_in_force", ("GTC", "IOC", "FOK", "PostOnly"), "GTC")
    section.integer("expire_after_bars", 0, Range(0))
    section.finish()
    if order_type == "LIMIT":
        sentence = "limit entries cannot be placed yet: write order_type: MARKET"
        node = section.node.fields["order_type"]
        section.problems.not_built(node.spot, f"order_type: {node.shown()}", sentence)
