"""How the shapes of each type of structure look, beside the colours of their directions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import attrs

Dash = Literal["solid", "dashed", "dotted", "dotdash"]


@attrs.frozen(kw_only=True)
class Style:
    """How a type of structure looks.

    `fill_alpha` is the tint of a box before its first touch; a border, a hatch; width, alpha and dash of lines. Boxes
    and lines of fewer than `fewest_labelled_bars` bars have no label: it would stand over others. `has_signs`
    says whether marks have a sign beside their label, `shows_known` whether a faint cross shows where it became known.
    """

    fill_alpha: float = 0.16
    border_alpha: float = 0.45
    border_dash: Dash = "solid"
    hatch: str | None = None
    line_width: float = 1.2
    line_alpha: float = 0.7
    line_dash: Dash = "solid"
    fewest_labelled_bars: int = 2
    has_signs: bool = True
    shows_known: bool = False


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "swing": Style(line_width=1.0, line_alpha=0.45, shows_known=True),
        "trend": Style(line_width=2.2, line_alpha=0.55, has_signs=False),
        "market_structure": Style(line_width=1.4, line_alpha=0.9),
        "fibonacci": Style(line_width=1.0, line_alpha=0.65, line_dash="dotted", fewest_labelled_bars=9),
        "zone": Style(fill_alpha=0.14, fewest_labelled_bars=16),
        "derived_zone": Style(fill_alpha=0.14, border_dash="dotted"),
        "displacement": Style(fill_alpha=0.9, border_alpha=1.0),
        "fair_value_gap": Style(fill_alpha=0.2, border_alpha=0.0),
        "order_block": Style(fill_alpha=0.16, border_alpha=0.6),
        "breaker_block": Style(fill_alpha=0.1, border_alpha=0.7, border_dash="dashed", hatch="/"),
        "liquidity_zones": Style(line_width=1.3, line_alpha=0.75, line_dash="dashed"),
        "premium_discount": Style(fill_alpha=0.07, border_alpha=0.0, line_dash="dotted", line_width=1.0),
    }
)
