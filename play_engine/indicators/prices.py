"""Prices made of a bar's prices, and middles of windows: midprice, ohlc4, Ichimoku's lines."""

from play_engine.bars import Floats
from play_engine.compiled import compiled
from play_engine.declaration import Indicator, Output, Params
from play_engine.indicators.building_blocks import window_highest, window_lowest
from play_engine.indicators.parameters import bars_parameter


@compiled
def midprice_kernel(
    high: Floats, low: Floats, length: int, value: Floats, lowest: Floats, start: int, stop: int
) -> None:
    """value = (highest high + lowest low) / 2."""
    window_highest(high, length, value, start, stop)
    window_lowest(low, length, lowest, start, stop)
    values, lows = value[start:stop], lowest[start:stop]
    for i in range(stop - start):
        values[i] = (values[i] + lows[i]) / 2.0


@compiled
def ohlc4_kernel(open_: Floats, high: Floats, low: Floats, close: Floats, value: Floats, start: int, stop: int) -> None:
    """value = (open + high + low + close) / 4."""
    opens, highs, lows, closes = open_[start:stop], high[start:stop], low[start:stop], close[start:stop]
    values = value[start:stop]
    for i in range(stop - start):
        values[i] = (opens[i] + highs[i] + lows[i] + closes[i]) / 4.0


@compiled
def ichimoku_kernel(
    high: Floats,
    low: Floats,
    tenkan_length: int,
    kijun_length: int,
    senkou_length: int,
    displacement: int,
    tenkan: Floats,
    kijun: Floats,
    span_a: Floats,
    span_b: Floats,
    lead_a: Floats,
    lead_b: Floats,
    lowest: Floats,
    start: int,
    stop: int,
) -> None:
    """tenkan, kijun and lead_b are middles of windows, lead_a that of the first two; span_a and span_b are the leads
    of displacement − 1 bars before."""
    midprice_kernel(high, low, tenkan_length, tenkan, lowest, start, stop)
    midprice_kernel(high, low, kijun_length, kijun, lowest, start, stop)
    midprice_kernel(high, low, senkou_length, lead_b, lowest, start, stop)
    for t in range(start, stop):
        lead_a[t] = (tenkan[t] + kijun[t]) / 2.0
        span_a[t] = lead_a[t - displacement + 1]
        span_b[t] = lead_b[t - displacement + 1]


def _ichimoku_first(params: Params, _: int) -> dict[str, int]:
    tenkan, kijun, lead_b = params["tenkan"] - 1, params["kijun"] - 1, params["senkou"] - 1
    lead_a, later = max(tenkan, kijun), params["displacement"] - 1
    return {
        "tenkan": tenkan,
        "kijun": kijun,
        "span_a": lead_a + later,
        "span_b": lead_b + later,
        "lead_a": lead_a,
        "lead_b": lead_b,
    }


MIDPRICE = Indicator(
    name="midprice",
    summary="Middle between the highest high and the lowest low",
    formula="TA-Lib, MIDPRICE",
    inputs=("high", "low"),
    parameters=(bars_parameter("length", 14),),
    outputs=(Output(name="value", primary=True, meaning="middle of the window's range, in quote currency"),),
    hidden=("lowest",),
    lookback=lambda p: p["length"] - 1,
    first=lambda p, _: {"value": p["length"] - 1},
    warmup=lambda p, _: {"value": p["length"] - 1},
    kernel=midprice_kernel,
)

OHLC4 = Indicator(
    name="ohlc4",
    summary="Mean of a bar's open, high, low and close",
    formula="TA-Lib, AVGPRICE",
    inputs=("open", "high", "low", "close"),
    outputs=(Output(name="value", primary=True, meaning="mean price of the bar, in quote currency"),),
    lookback=lambda _: 0,
    first=lambda _, __: {"value": 0},
    warmup=lambda _, __: {"value": 0},
    kernel=ohlc4_kernel,
)

ICHIMOKU = Indicator(
    name="ichimoku",
    summary="Ichimoku's lines and cloud; every value is of this bar or before it",
    formula="Hosoda, Ichimoku Kinko Hyo, 1969",
    inputs=("high", "low"),
    parameters=(
        bars_parameter("tenkan", 9, "bars in the window of the tenkan line"),
        bars_parameter("kijun", 26, "bars in the window of the kijun line"),
        bars_parameter("senkou", 52, "bars in the window of the cloud's second edge"),
        bars_parameter("displacement", 26, "how far ahead the cloud is drawn, in bars, this bar counted"),
    ),
    outputs=(
        Output(name="tenkan", primary=True, meaning="middle of the short window, in quote currency"),
        Output(name="kijun", meaning="middle of the medium window, in quote currency"),
        Output(name="span_a", meaning="first edge of the cloud at this bar, in quote currency"),
        Output(name="span_b", meaning="second edge of the cloud at this bar, in quote currency"),
        Output(name="lead_a", meaning="first edge of the cloud displacement − 1 bars ahead, in quote currency"),
        Output(name="lead_b", meaning="second edge of the cloud displacement − 1 bars ahead, in quote currency"),
    ),
    hidden=("lowest",),
    lookback=lambda p: max(p["tenkan"], p["kijun"], p["senkou"], p["displacement"]) - 1,
    first=_ichimoku_first,
    warmup=_ichimoku_first,
    kernel=ichimoku_kernel,
)

PRICES = (MIDPRICE, OHLC4, ICHIMOKU)
