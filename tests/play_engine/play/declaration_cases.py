"""Damaged features and structures.

Each row: a text with a mark where the problem is, its code, and its key path.
"""

from tests.play_engine.play.documents import document


def features(line: str) -> str:
    """A Play with one more feature."""
    names = {"ema_fast": "ema", "rsi_14": "rsi", "macd_x": "macd", "atr": "atr"}
    text = "".join(f"  {name}: {{indicator: {indicator}}}\n" for name, indicator in names.items())
    return document(features=f"features:\n{text}  slow: {{indicator: ema, tf: 4h}}\n  {line}")


def structures(*lines: str) -> str:
    """A Play with these structures on the exec timeframe, after a swing `sw`."""
    first = "{type: swing, key: sw, params: {left: 3, right: 3}}"
    listed = "\n".join(f"    - {line}" for line in (first, *lines))
    slower = "high_tf: [{type: swing, key: sw_4h, params: {left: 3, right: 3}}]"
    return document(structures=f"structures:\n  {slower}\n  exec:\n{listed}")


DECLARATIONS = [
    (
        document(features="", structures="", actions='actions: {entry_long: ["close", ">", "open"]}'),
        "MISSING_REQUIRED_FIELD",
        "features",
    ),
    (features("¦x: {params: {length: 3}}"), "MISSING_REQUIRED_FIELD", "features.x.indicator"),
    (features("x: {indicator: ¦emma}"), "UNSUPPORTED_INDICATOR", "features.x.indicator"),
    (features("x: {indicator: ¦kma}"), "UNSUPPORTED_INDICATOR", "features.x.indicator"),
    (features("x: {indicator: ema, ¦len: 3}"), "UNKNOWN_KEY", "features.x.len"),
    (features("x: {indicator: ema, params: {¦lenght: 3}}"), "INVALID_PARAM", "features.x.params.lenght"),
    (features("x: {indicator: ema, params: {length: ¦true}}"), "INVALID_PARAM", "features.x.params.length"),
    (features("x: {indicator: ema, params: {length: ¦14.5}}"), "INVALID_PARAM", "features.x.params.length"),
    (features("x: {indicator: ema, params: {length: ¦0}}"), "INVALID_PARAM", "features.x.params.length"),
    (features("x: {indicator: ema, params: {length: ¦'30'}}"), "INVALID_PARAM", "features.x.params.length"),
    (features("x: {indicator: ema, params: ¦[3]}"), "INVALID_PARAM", "features.x.params"),
    (features("x: {indicator: macd, ¦params: {fast: 30, slow: 20}}"), "INVALID_PARAM", "features.x.params"),
    (features("x: {indicator: ema, source: ¦clsoe}"), "INVALID_VALUE", "features.x.source"),
    (features("x: {indicator: ema, source: ¦macd_x.line}"), "UNKNOWN_FIELD", "features.x.source"),
    (features("x: {indicator: ema, source: ¦slow}"), "INVALID_DEPENDENCY", "features.x.source"),
    (features("x: {indicator: ema, source: ¦x}"), "INVALID_DEPENDENCY", "features.x.source"),
    (features("x: {indicator: atr, ¦source: close}"), "INVALID_PARAM", "features.x.source"),
    (
        features("x: {indicator: ema, source: ¦y}\n  y: {indicator: ema, source: x}"),
        "INVALID_DEPENDENCY",
        "features.x.source",
    ),
    (features("¦close: {indicator: ema}"), "INVALID_ID", "features.close"),
    (features("¦14_ema: {indicator: ema}"), "INVALID_ID", "features.14_ema"),
    (features("x: ¦ema"), "INVALID_TYPE", "features.x"),
    (document(features="features: ¦[1]"), "INVALID_TYPE", "features"),
    (structures("¦{key: x}"), "MISSING_REQUIRED_FIELD", "structures.exec[1].type"),
    (structures("¦{type: trend, uses: sw}"), "MISSING_REQUIRED_FIELD", "structures.exec[1].key"),
    (structures("{type: ¦trnd, key: x}"), "UNSUPPORTED_STRUCTURE", "structures.exec[1].type"),
    (structures("{type: ¦5, key: x}"), "INVALID_TYPE", "structures.exec[1].type"),
    (structures("{type: swing, key: ¦5, params: {left: 3, right: 3}}"), "INVALID_TYPE", "structures.exec[1].key"),
    (structures("{type: swing, key: ¦1st, params: {left: 3, right: 3}}"), "INVALID_ID", "structures.exec[1].key"),
    (structures("{type: fibonacci, key: x, uses: sw, ¦params: {}}"), "INVALID_PARAM", "structures.exec[1].params"),
    (
        structures("{type: fibonacci, key: x, uses: sw, ¦params: {levels: [1, 1.0]}}"),
        "INVALID_PARAM",
        "structures.exec[1].params",
    ),
    (
        structures("{type: fibonacci, key: x, uses: ¦sw, params: {levels: [1], use_trend_anchor: true}}"),
        "INVALID_DEPENDENCY",
        "structures.exec[1].uses",
    ),
    (structures("{type: swing, key: x, ¦params: {left: 3}}"), "INVALID_PARAM", "structures.exec[1].params"),
    (
        structures("{type: swing, key: x, params: {left: 3, right: ¦999}}"),
        "INVALID_PARAM",
        "structures.exec[1].params.right",
    ),
    (structures("¦{type: trend, key: x}"), "INVALID_DEPENDENCY", "structures.exec[1]"),
    (structures("{type: trend, key: x, uses: ¦nothing}"), "INVALID_DEPENDENCY", "structures.exec[1].uses"),
    (structures("{type: trend, key: x, uses: ¦sw_4h}"), "INVALID_DEPENDENCY", "structures.exec[1].uses"),
    (structures("{type: trend, key: x, uses: ¦x}"), "INVALID_DEPENDENCY", "structures.exec[1].uses"),
    (structures("{type: trend, key: ¦sw, uses: sw}"), "DUPLICATE_ID", "structures.exec[1].key"),
    (structures("{type: trend, key: ¦ema_fast, uses: sw}"), "DUPLICATE_ID", "structures.exec[1].key"),
    (structures("{type: trend, key: ¦volume, uses: sw}"), "INVALID_ID", "structures.exec[1].key"),
    (
        structures("{type: swing, key: x, params: {left: 3, right: 3, atr_key: ¦nothing}}"),
        "UNDECLARED_FEATURE",
        "structures.exec[1].params.atr_key",
    ),
    (
        structures("{type: swing, key: x, params: {left: 3, right: 3, atr_key: ¦ema_slow}}"),
        "UNDECLARED_FEATURE",
        "structures.exec[1].params.atr_key",
    ),
    (
        structures("{type: swing, key: x, params: {left: 3, right: 3, atr_key: ¦macd_x.line}}"),
        "UNKNOWN_FIELD",
        "structures.exec[1].params.atr_key",
    ),
    (
        structures("{type: swing, key: x, ¦atr_key: atr_14, params: {left: 3, right: 3}}"),
        "UNKNOWN_KEY",
        "structures.exec[1].atr_key",
    ),
    (document(structures="structures:\n  ¦low: []"), "UNKNOWN_KEY", "structures.low"),
    (document(structures="structures:\n  exec: {¦1d: []}"), "INVALID_TIMEFRAME_VALUE", "structures.exec.1d"),
    (
        document(structures="structures:\n  exec: ¦{type: swing, key: sw, params: {left: 3, right: 3}}"),
        "INVALID_TYPE",
        "structures.exec",
    ),
    (document(structures="structures:\n  exec: ¦swing"), "INVALID_TYPE", "structures.exec"),
]
