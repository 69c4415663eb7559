"""The indicators that a Play may declare, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from play_engine.declaration import Indicator
from play_engine.indicators.averages import AVERAGES
from play_engine.indicators.differences import DIFFERENCES
from play_engine.indicators.oscillators import OSCILLATORS
from play_engine.indicators.volatility import VOLATILITY

INDICATORS: Mapping[str, Indicator] = MappingProxyType(
    {indicator.name: indicator for indicator in (*AVERAGES, *OSCILLATORS, *DIFFERENCES, *VOLATILITY)}
)
