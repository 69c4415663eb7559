"""The market structures that a Play may declare, by type."""

from collections.abc import Mapping
from types import MappingProxyType

from play_engine.declaration import Structure
from play_engine.structures.swing import SWING
from play_engine.structures.trend import TREND

STRUCTURES: Mapping[str, Structure] = MappingProxyType({structure.name: structure for structure in (SWING, TREND)})
