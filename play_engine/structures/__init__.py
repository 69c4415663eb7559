"""The market structures that a Play may declare, by type."""

from collections.abc import Mapping
from types import MappingProxyType

from play_engine.declaration import Structure
from play_engine.structures.breaker_block import BREAKER_BLOCK
from play_engine.structures.derived_zone import DERIVED_ZONE
from play_engine.structures.displacement import DISPLACEMENT
from play_engine.structures.fair_value_gap import FAIR_VALUE_GAP
from play_engine.structures.fibonacci import FIBONACCI
from play_engine.structures.liquidity_zones import LIQUIDITY_ZONES
from play_engine.structures.market_structure import MARKET_STRUCTURE
from play_engine.structures.order_block import ORDER_BLOCK
from play_engine.structures.premium_discount import PREMIUM_DISCOUNT
from play_engine.structures.rolling_window import ROLLING_WINDOW
from play_engine.structures.swing import SWING
from play_engine.structures.trend import TREND
from play_engine.structures.zone import ZONE

_ALL = (
    SWING,
    TREND,
    MARKET_STRUCTURE,
    FIBONACCI,
    ZONE,
    DERIVED_ZONE,
    ROLLING_WINDOW,
    DISPLACEMENT,
    FAIR_VALUE_GAP,
    ORDER_BLOCK,
    LIQUIDITY_ZONES,
    PREMIUM_DISCOUNT,
    BREAKER_BLOCK,
)
STRUCTURES: Mapping[str, Structure] = MappingProxyType({structure.name: structure for structure in _ALL})
