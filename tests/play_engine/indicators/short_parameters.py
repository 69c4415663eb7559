"""Parameters with short windows, so that short markets reach past them."""

from typing import Any

_LENGTH_4 = """
ema sma wma trima zlma alma rma vwma linreg hma stddev percentrank highest lowest cci willr roc mom mfi cmo atr natr
midprice dm aroon vortex cmf chop
"""

SHORT: dict[str, dict[str, Any]] = {
    **{name: {"length": 4} for name in _LENGTH_4.split()},
    "dema": {"length": 3},
    "tema": {"length": 3},
    "rsi": {"length": 3},
    "adx": {"length": 3},
    "zscore": {"length": 4, "ddof": 1},
    "kama": {"length": 3, "fast": 2, "slow": 5},
    "uo": {"fast": 2, "medium": 3, "slow": 5},
    "stoch": {"k": 4, "smooth_k": 2, "d": 3},
    "stochrsi": {"length": 4, "rsi_length": 3, "k": 2, "d": 2},
    "fisher": {"length": 3, "signal": 2},
    "tsi": {"fast": 2, "slow": 4, "signal": 3},
    "kvo": {"fast": 2, "slow": 4, "signal": 3},
    "ao": {"fast": 2, "slow": 5},
    "macd": {"fast": 2, "slow": 5, "signal": 3},
    "ppo": {"fast": 2, "slow": 5, "signal": 3},
    "trix": {"length": 2, "signal": 3},
    "squeeze": {"bb_length": 4, "kc_length": 5, "mom_length": 3, "mom_smooth": 2},
    "bbands": {"length": 4, "std": 1.5, "ddof": 1},
    "kc": {"length": 3, "scalar": 1.5},
    "donchian": {"lower_length": 3, "upper_length": 5},
    "supertrend": {"length": 3, "multiplier": 1.5},
    "chandelier": {"length": 3, "atr_length": 4, "multiplier": 1.5},
    "psar": {},
    "ichimoku": {"tenkan": 2, "kijun": 4, "senkou": 6, "displacement": 3},
    "ohlc4": {},
    "obv": {},
    "vwap": {},
    "session_levels": {},
    "anchored_vwap": {},
    "volume_profile": {"num_buckets": 6, "lookback": 5},
    "anchored_volume_profile": {"num_buckets": 6, "lookback": 5},
}
