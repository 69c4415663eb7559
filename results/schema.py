"""The columns of the five tables that a run leaves behind, and which of them the hashes cover.

Types are i8, i4, i1, u1 (integers of that many bytes), f8, b (flag) and d (text out of few). Prices are in USDT per
base unit, quantities in base units, money in USDT, times in ms since the epoch, UTC.
"""

TABLES = ("trades", "orders", "fills", "ledger", "equity")

_TRADES = """
    trade_id i8, instrument_id i4, symbol d, play d, side i1, entry_ts i8, exit_ts i8, entry_price f8,
    exit_price f8, qty f8, max_qty f8, entry_value f8, exit_value f8, leverage f8, gross_pnl f8, fees f8,
    funding f8, net_pnl f8, slippage_cost f8, return_on_value f8, return_on_margin f8, stop_loss f8, take_profit f8,
    initial_risk f8, r_multiple f8, mae f8, mfe f8, mae_usdt f8, mfe_usdt f8, fills i4, bars_held i4,
    duration_ms i8, ambiguous b, metadata d, exit_metadata d, exit_reason d
"""
_ORDERS = """
    order_id i8, link_id d, parent_id i8, instrument_id i4, symbol d, play d, kind d, side d, type d, tif d, qty f8,
    filled_qty f8, avg_price f8, price f8, trigger_price f8, trigger_direction i1, trigger_by d, reduce_only b,
    close_on_trigger b, tpsl_mode d, stop_loss f8, take_profit f8, status d, reason d, fees f8, created_ts i8,
    arrival_ts i8, updated_ts i8, amendments i4, metadata d
"""
_FILLS = """
    fill_id i8, order_id i8, trade_id i8, instrument_id i4, symbol d, play d, ts i8, seq i8, side i1, price f8,
    qty f8, value f8, fee f8, fee_rate f8, liquidity u1, exec_type u1, closing b, realised_pnl f8, ref_price f8,
    slippage_cost f8, mark_price f8, position_after f8, wallet_after f8, reason d, synthetic b, metadata d
"""
_LEDGER = """
    entry_id i8, seq i8, ts i8, instrument_id i4, play d, trade_id i8, order_id i8, fill_id i8, reason d, amount f8,
    wallet f8, qty f8, price f8, rate f8
"""
_EQUITY = """
    ts i8, equity f8, wallet f8, unrealised_pnl f8, position_margin f8, order_reserve f8, available f8,
    gross_value f8, net_value f8, equity_low f8, equity_high f8, drawdown f8
"""


def _columns(text: str) -> dict[str, str]:
    return dict(column.split() for column in text.split(","))


# Table → column → type, in the order of the files.
COLUMNS = {
    "trades": _columns(_TRADES),
    "orders": _columns(_ORDERS),
    "fills": _columns(_FILLS),
    "ledger": _columns(_LEDGER),
    "equity": _columns(_EQUITY),
}

# Integer columns in which 0 stands for "does not apply". An order_id of 0 in a fill is a takeover, and stays.
ZERO_IS_NULL = {
    "trades": (),
    "orders": ("parent_id", "trigger_direction"),
    "fills": (),
    "ledger": ("trade_id", "order_id", "fill_id"),
    "equity": (),
}

_IDS = (("trade_id", "<i8"), ("instrument_id", "<i4"))
# Table → (column, dtype text) that its hash covers, in order; text columns count by their codes.
HASHED = {
    "trades": (
        *_IDS,
        ("side", "|i1"),
        ("entry_ts", "<i8"),
        ("exit_ts", "<i8"),
        *((name, "<f8") for name in ("entry_price", "exit_price", "qty", "gross_pnl", "fees", "funding", "net_pnl")),
        ("exit_reason", "|u1"),
    ),
    "fills": (
        ("fill_id", "<i8"),
        ("order_id", "<i8"),
        *_IDS,
        ("ts", "<i8"),
        ("side", "|i1"),
        *((name, "<f8") for name in ("price", "qty", "fee")),
        *((name, "|u1") for name in ("liquidity", "exec_type", "closing")),
        ("realised_pnl", "<f8"),
    ),
    "equity": (("ts", "<i8"), *((name, "<f8") for name in ("equity", "wallet", "unrealised_pnl"))),
}
