"""The indicators that a Play may declare, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from play_engine.declaration import Indicator
from play_engine.indicators.adaptive import KAMA
from play_engine.indicators.anchored_vwap import ANCHORED_VWAP
from play_engine.indicators.averages import AVERAGES
from play_engine.indicators.bands import BANDS
from play_engine.indicators.corrected_averages import CORRECTED_AVERAGES
from play_engine.indicators.differences import DIFFERENCES
from play_engine.indicators.directional import DIRECTIONAL
from play_engine.indicators.momentum import MOMENTUM
from play_engine.indicators.money_flow import MONEY_FLOW
from play_engine.indicators.oscillators import OSCILLATORS
from play_engine.indicators.prices import PRICES
from play_engine.indicators.profiles import PROFILES
from play_engine.indicators.psar import PSAR
from play_engine.indicators.regression import LINREG
from play_engine.indicators.sessions import SESSION_INDICATORS
from play_engine.indicators.squeeze import SQUEEZE
from play_engine.indicators.stochastics import STOCHASTICS
from play_engine.indicators.strength import TSI
from play_engine.indicators.trailing_stops import TRAILING_STOPS
from play_engine.indicators.trends import TRENDS
from play_engine.indicators.volatility import VOLATILITY
from play_engine.indicators.volume import VOLUME
from play_engine.indicators.weighted_averages import WEIGHTED_AVERAGES
from play_engine.indicators.window_statistics import WINDOW_STATISTICS

_FAMILIES = (
    *AVERAGES,
    *WEIGHTED_AVERAGES,
    *CORRECTED_AVERAGES,
    KAMA,
    LINREG,
    *WINDOW_STATISTICS,
    *OSCILLATORS,
    *MOMENTUM,
    *STOCHASTICS,
    TSI,
    *MONEY_FLOW,
    *DIFFERENCES,
    *VOLATILITY,
    *BANDS,
    *TRAILING_STOPS,
    PSAR,
    SQUEEZE,
    *PRICES,
    *DIRECTIONAL,
    *TRENDS,
    *VOLUME,
    *SESSION_INDICATORS,
    ANCHORED_VWAP,
    *PROFILES,
)

INDICATORS: Mapping[str, Indicator] = MappingProxyType({indicator.name: indicator for indicator in _FAMILIES})
