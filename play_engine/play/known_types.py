"""The indicator and structure types that the language knows, whether this version can compute them or not."""

_INDICATORS = """
ema sma wma dema tema trima zlma kama alma linreg rsi cci willr roc mom mfi cmo uo stoch stochrsi fisher tsi kvo
macd ppo trix squeeze atr natr midprice ohlc4 bbands kc donchian supertrend psar adx dm aroon vortex obv cmf vwap
session_levels anchored_vwap volume_profile anchored_volume_profile hma vwma rma stddev zscore percentrank highest
lowest chandelier ichimoku ao chop
"""
KNOWN_INDICATORS = frozenset(_INDICATORS.split())

_STRUCTURES = """
swing trend market_structure fibonacci zone derived_zone rolling_window displacement fair_value_gap order_block
liquidity_zones premium_discount breaker_block
"""
KNOWN_STRUCTURES = frozenset(_STRUCTURES.split())
