"""How each type of structure is drawn: columns in, shapes out."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from charts.seen import Seen
from charts.shapes import Drawing
from charts.structures.blocks import breaker_blocks, fair_value_gaps, order_blocks
from charts.structures.breaks import breaks
from charts.structures.derived_zones import derived_zones
from charts.structures.displacements import displacements
from charts.structures.fibonacci import fibonacci_levels
from charts.structures.liquidity import liquidity_levels
from charts.structures.pivots import pivots
from charts.structures.premium import premium_and_discount
from charts.structures.waves import waves
from charts.structures.zones import zones

# Structure type → its shapes. A rolling window is a line of its own column and has none.
DRAWINGS: Mapping[str, Callable[[Seen], Drawing]] = MappingProxyType(
    {
        "swing": pivots,
        "trend": waves,
        "market_structure": breaks,
        "fibonacci": fibonacci_levels,
        "zone": zones,
        "derived_zone": derived_zones,
        "displacement": displacements,
        "fair_value_gap": fair_value_gaps,
        "order_block": order_blocks,
        "breaker_block": breaker_blocks,
        "liquidity_zones": liquidity_levels,
        "premium_discount": premium_and_discount,
    }
)
