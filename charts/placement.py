"""Where the outputs of each indicator are drawn: over the candles, with their source, or in a pane of their own.

Declarations say what an output is but not which axis suits it, so this is a table; an indicator that is not in it, one
of the user's own, is placed by its values.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import attrs

# price: over the candles; source: where the source is drawn; own: in the feature's pane; read: in a pane of its own, if
# a rule of the Play reads it; none: nowhere, only its value is shown.
Place = Literal["price", "source", "own", "read", "none"]
# A step holds each value until the next one, a level does so without the risers between them.
Form = Literal["line", "step", "level", "dots", "columns"]


@attrs.frozen(kw_only=True)
class Placement:
    """How an indicator is drawn: the place of each output, and its form where that is not a line. `band` names two
    outputs with a tint between them, `guides` are the levels ruled in the pane, `scale` is its range where that is
    known. Outputs in a feature's own pane have colours of their own, those elsewhere share one, unless `is_motley`."""

    places: Mapping[str, Place]
    forms: Mapping[str, Form] = attrs.field(factory=dict[str, Form])
    band: tuple[str, str] | None = None
    guides: tuple[float, ...] = ()
    scale: tuple[float, float] | None = None
    is_motley: bool = False


_ZERO = (0.0,)
_PERCENT = (0.0, 100.0)


def _own(*outputs: str, guides: tuple[float, ...] = (), scale: tuple[float, float] | None = None) -> Placement:
    return Placement(places=dict.fromkeys(outputs or ("value",), "own"), guides=guides, scale=scale)


_AVERAGE = Placement(places={"value": "source"})
_AVERAGES = (
    *("ema", "sma", "rma", "vwma", "wma", "trima", "alma", "hma", "dema", "tema", "zlma", "kama"),
    *("linreg", "highest", "lowest", "vwap"),
)
_SIGNED = ["cci", "mom", "roc", "cmf"]
_UNSIGNED = ["stddev", "atr", "natr", "obv"]
_PROFILE = Placement(
    places={
        **dict.fromkeys(("poc", "vah", "val"), "price"),
        "poc_volume": "read",
        **dict.fromkeys(("above_poc", "in_value_area"), "none"),
    },
    forms=dict.fromkeys(("poc", "vah", "val"), "level"),
    band=("val", "vah"),
)
_DAYS = ("prev_day_high", "prev_day_low", "current_day_high", "current_day_low", "prev_week_high", "prev_week_low")

PLACEMENTS: Mapping[str, Placement] = MappingProxyType(
    {
        **dict.fromkeys(_AVERAGES, _AVERAGE),
        **dict.fromkeys(_UNSIGNED, _own()),
        **dict.fromkeys(_SIGNED, _own(guides=_ZERO)),
        "cci": _own(guides=(-100.0, 100.0)),
        "zscore": _own(guides=(-2.0, 0.0, 2.0)),
        "percentrank": _own(guides=(20.0, 80.0), scale=_PERCENT),
        "rsi": _own(guides=(30.0, 70.0), scale=_PERCENT),
        "cmo": _own(guides=(-50.0, 50.0), scale=(-100.0, 100.0)),
        "uo": _own(guides=(30.0, 70.0), scale=_PERCENT),
        "willr": _own(guides=(-80.0, -20.0), scale=(-100.0, 0.0)),
        "stoch": _own("k", "d", guides=(20.0, 80.0), scale=_PERCENT),
        "stochrsi": _own("k", "d", guides=(20.0, 80.0), scale=_PERCENT),
        "mfi": _own(guides=(20.0, 80.0), scale=_PERCENT),
        "chop": _own(guides=(38.2, 61.8)),
        "fisher": _own("fisher", "signal", guides=_ZERO),
        "tsi": _own("tsi", "signal", guides=_ZERO),
        "kvo": _own("kvo", "signal", guides=_ZERO),
        "trix": _own("trix", "signal", guides=_ZERO),
        "dm": _own("dmp", "dmn"),
        "adx": Placement(
            places={"adx": "own", "dmp": "own", "dmn": "own", "adxr": "none"},
            guides=(25.0,),
        ),
        "aroon": Placement(
            places={"up": "own", "down": "own", "osc": "read"},
            guides=(30.0, 70.0),
            scale=_PERCENT,
        ),
        "vortex": _own("vip", "vim", guides=(1.0,)),
        "ao": Placement(places={"value": "own"}, forms={"value": "columns"}, guides=_ZERO),
        "macd": Placement(
            places=dict.fromkeys(("macd", "signal", "histogram"), "own"),
            forms={"histogram": "columns"},
            guides=_ZERO,
        ),
        "ppo": Placement(
            places=dict.fromkeys(("ppo", "signal", "histogram"), "own"),
            forms={"histogram": "columns"},
            guides=_ZERO,
        ),
        "squeeze": Placement(
            places={"sqz": "own", "on": "none", "off": "none", "no_sqz": "none"},
            forms={"sqz": "columns"},
            guides=_ZERO,
        ),
        "bbands": Placement(
            places={"lower": "source", "middle": "source", "upper": "source", "bandwidth": "read", "percent_b": "read"},
            band=("lower", "upper"),
        ),
        "kc": Placement(places=dict.fromkeys(("lower", "basis", "upper"), "source"), band=("lower", "upper")),
        "donchian": Placement(places=dict.fromkeys(("lower", "middle", "upper"), "price"), band=("lower", "upper")),
        "supertrend": Placement(places={"trend": "none", "direction": "none", "long": "price", "short": "price"}),
        "chandelier": Placement(places={"long": "price", "short": "price"}),
        "psar": Placement(
            places={"long": "price", "short": "price", "af": "read", "reversal": "none"},
            forms={"long": "dots", "short": "dots"},
        ),
        "midprice": Placement(places={"value": "price"}),
        "ohlc4": Placement(places={"value": "price"}),
        "ichimoku": Placement(
            places={
                **dict.fromkeys(("tenkan", "kijun", "span_a", "span_b"), "price"),
                "lead_a": "none",
                "lead_b": "none",
            },
            band=("span_a", "span_b"),
            is_motley=True,
        ),
        "session_levels": Placement(places=dict.fromkeys(_DAYS, "price"), forms=dict.fromkeys(_DAYS, "level")),
        "anchored_vwap": Placement(places={"value": "source", "bars_since_anchor": "none"}),
        "volume_profile": _PROFILE,
        "anchored_volume_profile": attrs.evolve(_PROFILE, places={**_PROFILE.places, "bars_since_anchor": "none"}),
    }
)
