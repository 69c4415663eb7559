"""The function of TA-Lib that computes what an indicator computes, at the indicator's default parameters."""

from collections.abc import Callable, Mapping
from typing import Any

import talib
from numpy.typing import NDArray

_SMA, _EMA = talib.MA_Type.SMA, talib.MA_Type.EMA
Year = Mapping[str, NDArray[Any]]

TA_LIB: dict[str, Callable[[Year], object]] = {
    "ema": lambda y: talib.EMA(y["close"], 20),
    "sma": lambda y: talib.SMA(y["close"], 20),
    "wma": lambda y: talib.WMA(y["close"], 20),
    "dema": lambda y: talib.DEMA(y["close"], 20),
    "tema": lambda y: talib.TEMA(y["close"], 20),
    "trima": lambda y: talib.TRIMA(y["close"], 20),
    "zlma": lambda y: talib.ZLEMA(y["close"], 20),
    "kama": lambda y: talib.KAMA(y["close"], 10),
    "linreg": lambda y: talib.LINEARREG(y["close"], 14),
    "hma": lambda y: talib.HMA(y["close"], 9),
    "vwma": lambda y: talib.VWMA(y["close"], y["volume"], 20),
    "rma": lambda y: talib.RMA(y["close"], 14),
    "stddev": lambda y: talib.STDDEV(y["close"], 20),
    "percentrank": lambda y: talib.PERCENTRANK(y["close"], 100),
    "highest": lambda y: talib.MAX(y["high"], 20),
    "lowest": lambda y: talib.MIN(y["low"], 20),
    "rsi": lambda y: talib.RSI(y["close"], 14),
    "cci": lambda y: talib.CCI(y["high"], y["low"], y["close"], 14),
    "willr": lambda y: talib.WILLR(y["high"], y["low"], y["close"], 14),
    "roc": lambda y: talib.ROC(y["close"], 10),
    "mom": lambda y: talib.MOM(y["close"], 10),
    "mfi": lambda y: talib.MFI(y["high"], y["low"], y["close"], y["volume"], 14),
    "cmo": lambda y: talib.CMOU(y["close"], 14),
    "uo": lambda y: talib.ULTOSC(y["high"], y["low"], y["close"], 7, 14, 28),
    "stoch": lambda y: talib.STOCH(y["high"], y["low"], y["close"], 14, 3, _SMA, 3, _SMA),
    "stochrsi": lambda y: talib.STOCHRSI(y["close"], 14, 14, 3, _SMA),
    "tsi": lambda y: talib.TSI(y["close"], 25, 13),
    "macd": lambda y: talib.MACD(y["close"], 12, 26, 9),
    "ppo": lambda y: talib.PPO(y["close"], 12, 26, _EMA),
    "trix": lambda y: talib.TRIX(y["close"], 18),
    "ao": lambda y: talib.AO(y["high"], y["low"], 5, 34),
    "atr": lambda y: talib.ATR(y["high"], y["low"], y["close"], 14),
    "natr": lambda y: talib.NATR(y["high"], y["low"], y["close"], 14),
    "midprice": lambda y: talib.MIDPRICE(y["high"], y["low"], 14),
    "ohlc4": lambda y: talib.AVGPRICE(y["open"], y["high"], y["low"], y["close"]),
    "bbands": lambda y: talib.BBANDS(y["close"], 20, 2.0, 2.0, _SMA),
    "donchian": lambda y: talib.DONCHIAN(y["high"], y["low"], 20),
    "supertrend": lambda y: talib.SUPERTREND(y["high"], y["low"], y["close"], 10, 3.0),
    "psar": lambda y: talib.SAREXT(y["high"], y["low"], 0, 0, 0.02, 0.02, 0.2, 0.02, 0.02, 0.2),
    "adx": lambda y: [
        f(y["high"], y["low"], y["close"], 14) for f in (talib.ADX, talib.PLUS_DI, talib.MINUS_DI, talib.ADXR)
    ],
    "dm": lambda y: (talib.PLUS_DM(y["high"], y["low"], 14), talib.MINUS_DM(y["high"], y["low"], 14)),
    "aroon": lambda y: (talib.AROON(y["high"], y["low"], 14), talib.AROONOSC(y["high"], y["low"], 14)),
    "vortex": lambda y: talib.VORTEX(y["high"], y["low"], y["close"], 14),
    "obv": lambda y: talib.OBV(y["close"], y["volume"]),
    "cmf": lambda y: talib.CMF(y["high"], y["low"], y["close"], y["volume"], 20),
}
