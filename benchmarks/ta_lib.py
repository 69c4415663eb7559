"""What TA-Lib computes of each indicator at its default parameters, and how: for agreement and for speed.

Of several recipes the first is the one that a user of TA-Lib would take for the same outputs. Where a function of
TA-Lib lacks an output, NumPy makes it from the others.
"""

from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.recipe import Columns, Recipe

_MIDDLE = "Where a window does not move, here the middle of the scale, {}; TA-Lib gives {}."


def _same(program: str) -> tuple[Recipe, ...]:
    return (Recipe(program=program),)


def _flat(program: str, here: str, there: str) -> tuple[Recipe, ...]:
    """The same but in windows without movement."""
    return (Recipe(program=program, why=_MIDDLE.format(here, there)),)


RECIPES: Mapping[str, tuple[Recipe, ...]] = {
    "ema": _same("value = EMA(close, 20)"),
    "sma": _same("value = SMA(close, 20)"),
    "wma": _same("value = WMA(close, 20)"),
    "dema": _same("value = DEMA(close, 20)"),
    "tema": _same("value = TEMA(close, 20)"),
    "trima": _same("value = TRIMA(close, 20)"),
    "zlma": _same("value = ZLEMA(close, 20)"),
    "kama": (
        Recipe(
            program="value = KAMA(close, 10)",
            why="A market that does not move is not efficient: here its efficiency is 0 and the average hardly moves; "
            "TA-Lib takes 1, its fastest.",
        ),
    ),
    "linreg": _same("value = LINEARREG(close, 14)"),
    "hma": _same("value = HMA(close, 9)"),
    "vwma": (
        Recipe(
            program="value = VWMA(close, volume, 20)",
            why="Without any volume in the window, here the plain average; TA-Lib divides what rounding has left in "
            "its running sums.",
        ),
    ),
    "rma": _same("value = RMA(close, 14)"),
    "stddev": _same("value = STDDEV(close, 20)"),
    "zscore": (
        Recipe(
            program="value = (close - SMA(close, 20)) / STDDEV(close, 20)",
            pieces=True,
            why="Where a window does not move, here 0; the division by TA-Lib's deviation is one by 0.",
        ),
    ),
    "percentrank": (
        Recipe(
            program="value = PERCENTRANK(close, 100)",
            why="An earlier value that is equal counts here, as on TradingView; TA-Lib counts smaller ones only.",
        ),
    ),
    "highest": _same("value = MAX(high, 20)"),
    "lowest": _same("value = MIN(low, 20)"),
    "rsi": (
        Recipe(
            program="value = RSI(close, 14)",
            why="In a market that has not moved since its first bar, here the middle of the scale, 50; TA-Lib gives 0.",
        ),
    ),
    "cci": _same("value = CCI(high, low, close, 14)"),
    "willr": _flat("value = WILLR(high, low, close, 14)", "−50", "0, its upper end"),
    "roc": _same("value = ROC(close, 10)"),
    "mom": _same("value = MOM(close, 10)"),
    "mfi": (
        Recipe(
            program="value = MFI(high, low, close, volume, 14)",
            why="Where no money flows in a window, here the middle of the scale, 50; TA-Lib gives 0, also where the "
            "flow is below 1. It lets rounding decide between typical prices that are equal in decimals.",
        ),
    ),
    "cmo": (
        Recipe(program="value = CMOU(close, 14)"),
        Recipe(
            program="value = CMO(close, 14)",
            why="`CMO` smooths rises and falls as the RSI does; here they are summed over the window, as charts do.",
        ),
    ),
    "uo": _flat("value = ULTOSC(high, low, close, 7, 14, 28)", "50", "0"),
    "stoch": (
        Recipe(
            program="k, d = STOCH(high, low, close, 14, 3, 0, 3, 0)",
            why=f"`STOCH` withholds %K until %D exists. {_MIDDLE.format('50', '0')}",
        ),
        Recipe(program="k = STOCHF(high, low, close, 14, 3)[1]"),
    ),
    "stochrsi": _flat("k = STOCHRSI(close, 14, 14, 3)[1]\nd = SMA(k, 3)", "50", "0"),
    "tsi": _same("tsi = TSI(close, 25, 13)\nsignal = EMA(tsi, 13)"),
    "macd": (
        Recipe(
            program="macd, signal, histogram = MACD(close, 12, 26, 9)",
            why="`MACD` seeds its fast average only where the slow one begins, and withholds the line until the signal "
            "exists; here each begins as soon as it can, as on TradingView.",
        ),
        Recipe(
            program="macd = EMA(close, 12) - EMA(close, 26)\nsignal = EMA(macd, 9)\nhistogram = macd - signal",
            pieces=True,
        ),
    ),
    "ppo": (
        Recipe(program="ppo = PPO(close, 12, 26)\nsignal = EMA(ppo, 9)\nhistogram = ppo - signal"),
        Recipe(
            program="ppo = PPO(close, 12, 26, 0)\nsignal = EMA(ppo, 9)\nhistogram = ppo - signal",
            params={"ma_type": "sma"},
        ),
    ),
    "trix": (
        Recipe(
            program="trix = 10000 * MOM(EMA(EMA(EMA(LN(close), 18), 18), 18), 1)\nsignal = SMA(trix, 9)", pieces=True
        ),
        Recipe(
            program="trix = 100 * TRIX(close, 18)\nsignal = SMA(trix, 9)",
            why="`TRIX` is the percent change of the smoothed price; here it is the change of the smoothed logarithm, "
            "in basis points, as on TradingView. A threshold for `TRIX` is to be multiplied by 100.",
        ),
    ),
    "ao": _same("value = AO(high, low, 5, 34)"),
    "atr": _same("value = ATR(high, low, close, 14)"),
    "natr": _same("value = NATR(high, low, close, 14)"),
    "midprice": _same("value = MIDPRICE(high, low, 14)"),
    "ohlc4": _same("value = AVGPRICE(open, high, low, close)"),
    "bbands": (
        Recipe(
            program="upper, middle, lower = BBANDS(close, 20, 2.0, 2.0)\n"
            "bandwidth = 100 * (upper - lower) / middle\n"
            "percent_b = (close - lower) / (upper - lower)",
            why="Where the bands coincide, `percent_b` is the middle of the scale, 0.5; the quotient of TA-Lib's bands "
            "is a division by 0.",
        ),
    ),
    "kc": (
        Recipe(
            program="basis = EMA(close, 20)\nreach = 2.0 * EMA(TRANGE(high, low, close), 20)\n"
            "lower = basis - reach\nupper = basis + reach",
            pieces=True,
        ),
        Recipe(
            program="basis = EMA(close, 20)\nreach = 2.0 * RMA(TRANGE(high, low, close), 10)\n"
            "lower = basis - reach\nupper = basis + reach",
            params={"atr_length": 10},
            pieces=True,
        ),
        Recipe(
            program="upper, basis, lower = KC(high, low, close, 20, 20, 2.0)",
            why="`KC` averages the typical price; here the basis is an average of the source, by default the close, "
            "as on TradingView.",
        ),
    ),
    "donchian": _same("upper, middle, lower = DONCHIAN(high, low, 20)"),
    "supertrend": (
        Recipe(
            program="trend, side = SUPERTREND(high, low, close, 10, 3.0)\n"
            "direction = where(isnan(trend), nan, side)\n"
            "long = where(direction > 0, trend, nan)\nshort = where(direction < 0, trend, nan)",
            why="`SUPERTREND` begins on the side that is up; here the first side is down, as on TradingView. Equal as "
            "soon as both stand on the same side.",
        ),
    ),
    "psar": _same(
        "sar = SAREXT(high, low, 0, 0, 0.02, 0.02, 0.2, 0.02, 0.02, 0.2)\n"
        "long = where(sar > 0, sar, nan)\nshort = where(sar < 0, -sar, nan)\n"
        "reversal = where(isnan(sar), nan, sign(sar) * sign(back(sar, 1)) < 0)"
    ),
    "squeeze": (
        Recipe(
            program="sqz = SMA(MOM(close, 12), 6)\nupper, middle, lower = BBANDS(close, 20, 2.0, 2.0)\n"
            "reach = 1.5 * SMA(TRANGE(high, low, close), 20)\nvalid = where(isnan(reach), nan, 1)\n"
            "on = valid * (lower > middle - reach) * (upper < middle + reach)\n"
            "off = valid * (lower < middle - reach) * (upper > middle + reach)\nno_sqz = 1 - on - off",
            pieces=True,
        ),
        Recipe(
            program="middle = ((MAX(high, 20) + MIN(low, 20)) / 2 + SMA(close, 20)) / 2\n"
            "sqz = LINEARREG(close - middle, 20)",
            params={"momentum": "linreg"},
            pieces=True,
        ),
    ),
    "adx": (
        Recipe(
            program="adx = ADX(high, low, close, 14)\ndmp = PLUS_DI(high, low, close, 14)\n"
            "dmn = MINUS_DI(high, low, close, 14)\nadxr = ADXR(high, low, close, 14)",
            why="TA-Lib seeds its sums with 13 values of 14; here the seed is the mean of all 14, as Wilder wrote and "
            "TradingView does.",
        ),
        Recipe(
            program="range = RMA(TRANGE(high, low, close), 14)\ndmp = 100 * RMA(PLUS_DM(high, low, 1), 14) / range\n"
            "dmn = 100 * RMA(MINUS_DM(high, low, 1), 14) / range\n"
            "adx = RMA(100 * abs(dmp - dmn) / (dmp + dmn), 14)\nadxr = (adx + back(adx, 13)) / 2",
            pieces=True,
        ),
    ),
    "dm": (
        Recipe(
            program="dmp = PLUS_DM(high, low, 14) / 14\ndmn = MINUS_DM(high, low, 14) / 14",
            why="TA-Lib keeps a sum, here it is an average; and TA-Lib seeds it with 13 values of 14.",
        ),
        Recipe(program="dmp = RMA(PLUS_DM(high, low, 1), 14)\ndmn = RMA(MINUS_DM(high, low, 1), 14)", pieces=True),
    ),
    "aroon": _same("down, up = AROON(high, low, 14)\nosc = AROONOSC(high, low, 14)"),
    "vortex": _same("vip, vim = VORTEX(high, low, close, 14)"),
    "obv": (
        Recipe(
            program="value = OBV(close, volume)",
            why="`OBV` begins with the volume of the first bar; here the first bar has none before it to compare with.",
        ),
        Recipe(program="value = OBV(close, volume) - volume[0]"),
    ),
    "cmf": (
        Recipe(
            program="value = CMF(high, low, close, volume, 20)",
            why="Without any volume in the window, here 0; TA-Lib divides what rounding has left in its running sums.",
        ),
    ),
    "vwap": (
        Recipe(
            program="value = each_day(VWAP, high, low, close, volume)",
            pieces=True,
            why="On a day without volume until now, here no value; TA-Lib gives 0.",
        ),
        Recipe(program="value = VWAP(high, low, close, volume)", params={"anchor": None}),
    ),
    "kvo": (
        Recipe(
            program="change = MOM(high + low + close, 1)\n"
            "flow = where(isnan(change), nan, where(change < 0, -volume, volume))\n"
            "kvo = EMA(flow, 34) - EMA(flow, 55)\nsignal = EMA(kvo, 13)",
            pieces=True,
        ),
    ),
    "chandelier": (
        Recipe(
            program="reach = 3.0 * ATR(high, low, close, 22)\nlong = MAX(high, 22) - reach\n"
            "short = MIN(low, 22) + reach",
            pieces=True,
        ),
    ),
    "ichimoku": (
        Recipe(
            program="tenkan = MIDPRICE(high, low, 9)\nkijun = MIDPRICE(high, low, 26)\n"
            "lead_a = (tenkan + kijun) / 2\nlead_b = MIDPRICE(high, low, 52)\n"
            "span_a = back(lead_a, 25)\nspan_b = back(lead_b, 25)",
            pieces=True,
        ),
    ),
    "chop": (
        Recipe(
            program="range = MAX(high, 14) - MIN(low, 14)\n"
            "value = 100 * log10(SUM(TRANGE(high, low, close), 14) / range) / log10(14)",
            pieces=True,
            why="Where a window does not move, here 100, no direction at all; the quotient of its pieces is 0 by 0.",
        ),
    ),
}

# What TA-Lib has nothing for, and nothing to put it together from: an indicator, or one output of it.
WITHOUT: Mapping[str, str] = {
    "alma": "No average with weights of a bell curve.",
    "anchored_volume_profile": "No volume by price, and no swing to begin at.",
    "anchored_vwap": "Its functions know no time and no swing to begin at.",
    "fisher": "No Fisher transform.",
    "psar.af": "`SAREXT` keeps its acceleration to itself.",
    "session_levels": "Its functions know no time, so no day and no week.",
    "volume_profile": "No volume by price.",
}

# So much of these is done by NumPy that their speed would be its own.
_UNTIMED = {"chandelier", "chop", "ichimoku", "kc", "kvo", "squeeze", "vwap", "zscore"}

# What computes the outputs of an indicator, for the measurement of speed.
TA_LIB: Mapping[str, Callable[[Columns], Columns]] = {
    name: partial(Recipe.computed, recipes[0]) for name, recipes in RECIPES.items() if name not in _UNTIMED
}
