"""Damaged root keys, accounts, run sections and timeframes.

Each row: a text with a mark where the problem is, its code, and its key path.
"""

from tests.play_engine.play.documents import document

ROOT = [
    (document(version=""), "MISSING_REQUIRED_FIELD", "version"),
    (document(version="version: ¦true"), "INVALID_TYPE", "version"),
    (document(version='version: ¦""'), "INVALID_VALUE", "version"),
    (document(name=""), "MISSING_REQUIRED_FIELD", "name"),
    (document(name="name: ¦7"), "INVALID_TYPE", "name"),
    (document(symbol=""), "MISSING_REQUIRED_FIELD", "symbol"),
    (document(symbol="symbol: ¦BTCUSD"), "INVALID_VALUE", "symbol"),
    (document(symbol="symbol_universe: ¦[BTCUSDT, ETHUSDT]"), "INVALID_VALUE", "symbol_universe"),
    (document(symbol="symbol_universe: ¦[]"), "INVALID_VALUE", "symbol_universe"),
    (document(symbol="symbol: A1USDT\n¦symbol_universe: [BTCUSDT]"), "INVALID_VALUE", "symbol_universe"),
    (document(more="¦exit: {order_type: MARKET}"), "UNKNOWN_KEY", "exit"),
    (document(more="¦symbol: BTCUSDT"), "DUPLICATE_KEY", "symbol"),
    (document(more="¦on: 1"), "INVALID_TYPE", ""),
    (document(more="description: ¦[1]"), "INVALID_TYPE", "description"),
    (document(account=""), "MISSING_REQUIRED_FIELD", "account"),
    (document(account="¦account: {}"), "MISSING_REQUIRED_FIELD", "account"),
    (document(actions=""), "MISSING_REQUIRED_FIELD", "actions"),
    (document(account="account: {¦max_leverge: 3}"), "UNKNOWN_KEY", "account.max_leverge"),
    (document(account="account: {max_leverage: ¦0}"), "INVALID_ACCOUNT_FIELD", "account.max_leverage"),
    (document(account="account: {max_leverage: ¦'3'}"), "INVALID_ACCOUNT_FIELD", "account.max_leverage"),
    (document(account="account: {max_leverage: ¦true}"), "INVALID_ACCOUNT_FIELD", "account.max_leverage"),
    (document(account="account: {margin_mode: ¦cross}"), "INVALID_ACCOUNT_FIELD", "account.margin_mode"),
    (
        document(account="account: {maintenance_margin_rate: ¦1}"),
        "INVALID_ACCOUNT_FIELD",
        "account.maintenance_margin_rate",
    ),
    (document(account="account: {slippage_bps: ¦.inf}"), "INVALID_ACCOUNT_FIELD", "account.slippage_bps"),
    (
        document(account="account: {fee_model: {taker_bps: ¦-1}}"),
        "INVALID_ACCOUNT_FIELD",
        "account.fee_model.taker_bps",
    ),
    (document(more="backtest: {equity: ¦0}"), "INVALID_VALUE", "backtest.equity"),
    (document(more="validation: {pattern: ¦trend_up}"), "INVALID_VALUE", "validation.pattern"),
    (document(more="deploy: {settle_coin: ¦USDX}"), "INVALID_VALUE", "deploy.settle_coin"),
    (document(more="entry: {order_type: ¦STOP}"), "INVALID_VALUE", "entry.order_type"),
    (document(more="entry: {time_in_force: ¦gtc}"), "INVALID_VALUE", "entry.time_in_force"),
]

TIMEFRAMES = [
    (document(timeframes=""), "MISSING_REQUIRED_FIELD", "timeframes"),
    (
        document(timeframes="¦timeframes: {low_tf: 5m, high_tf: 4h, exec: low_tf}"),
        "MISSING_REQUIRED_FIELD",
        "timeframes.med_tf",
    ),
    (
        document(timeframes="timeframes: {low_tf: ¦8h, med_tf: 1h, high_tf: 4h, exec: med_tf}"),
        "INVALID_TIMEFRAME_VALUE",
        "timeframes.low_tf",
    ),
    (
        document(timeframes="timeframes: {low_tf: ¦1M, med_tf: 1h, high_tf: 4h, exec: low_tf}"),
        "INVALID_TIMEFRAME_VALUE",
        "timeframes.low_tf",
    ),
    (
        document(timeframes="timeframes: {low_tf: ¦15, med_tf: 1h, high_tf: 4h, exec: low_tf}"),
        "INVALID_TIMEFRAME_VALUE",
        "timeframes.low_tf",
    ),
    (
        document(timeframes="timeframes: {low_tf: 5m, med_tf: 1h, high_tf: 4h, exec: ¦5m}"),
        "INVALID_EXEC_POINTER",
        "timeframes.exec",
    ),
    (
        document(features="features:\n  ema_fast: {indicator: ema, tf: ¦1d}\n  rsi_14: {indicator: rsi}"),
        "INVALID_TIMEFRAME_VALUE",
        "features.ema_fast.tf",
    ),
]
