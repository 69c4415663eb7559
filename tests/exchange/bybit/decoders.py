"""Which decoder is for which recorded message."""

from collections.abc import Callable, Mapping
from typing import Any

from exchange.bybit import account_answers, acknowledgements, answers, instrument_answers, market_answers
from exchange.bybit.control_frames import decode_control
from exchange.bybit.private_frames import decode_private
from exchange.bybit.public_frames import decode_public
from exchange.bybit.trade_frames import decode_trade
from tests.feeds.bybit.recorded import FOLDER

Decoder = Callable[[bytes], Any]


def decode_tiers(body: bytes) -> Any:
    return instrument_answers.decode_tiers(body, "BTCUSD")


# Recorded answers that a client reads, by name.
ANSWERS: Mapping[str, Decoder] = {
    "rest_account_info": account_answers.decode_account_info,
    "rest_closed_pnl": answers.decode_closed_pnl,
    "rest_execution_list": answers.decode_executions,
    "rest_execution_list_funding_recorded": answers.decode_executions,
    "rest_execution_list_linear": answers.decode_executions,
    "rest_fee_rate": instrument_answers.decode_fee_rates,
    "rest_instruments_linear": instrument_answers.decode_instruments,
    "rest_instruments_linear_prelaunch": instrument_answers.decode_instruments,
    "rest_order_amend": acknowledgements.decode_ack,
    "rest_order_amend_batch": acknowledgements.decode_batch,
    "rest_order_cancel": acknowledgements.decode_ack,
    "rest_order_cancel_all": acknowledgements.decode_cancelled,
    "rest_order_cancel_batch_partial_error": acknowledgements.decode_batch,
    "rest_order_create": acknowledgements.decode_ack,
    "rest_order_create_batch": acknowledgements.decode_batch,
    "rest_order_history_postonly_cancelled": answers.decode_orders,
    "rest_order_history_two": answers.decode_orders,
    "rest_order_realtime": answers.decode_orders,
    "rest_order_realtime_tpsl": answers.decode_orders,
    "rest_order_realtime_two": answers.decode_orders,
    "rest_position_list_linear": answers.decode_positions,
    "rest_position_list_open_time": answers.decode_positions,
    "rest_query_dcp_info": account_answers.decode_disconnect_cancel,
    "rest_risk_limit": decode_tiers,
    "rest_set_dcp": acknowledgements.decode_ack,
    "rest_set_leverage": acknowledgements.decode_ack,
    "rest_switch_mode": acknowledgements.decode_ack,
    "rest_system_status": market_answers.decode_system_status,
    "rest_time": market_answers.decode_server_time,
    "rest_trading_stop": acknowledgements.decode_ack,
    "rest_user_query_api": account_answers.decode_key_info,
    "rest_wallet_balance": answers.decode_wallet,
    "rest_wallet_balance_three_coins": answers.decode_wallet,
}
FRAMES: Mapping[str, Decoder] = {
    "control": decode_control,
    "public": decode_public,
    "private": decode_private,
    "trade": decode_trade,
}
ALL: tuple[Decoder, ...] = (
    answers.decode_envelope,
    market_answers.decode_tickers,
    *dict.fromkeys(ANSWERS.values()),
    *FRAMES.values(),
)
_PRIVATE = (
    "ws_order_",
    "ws_execution_",
    "ws_position_",
    "ws_wallet",
    "ws_auth",
    "ws_pong_private",
    "ws_subscribe_ok_priv",
)


def recorded_names(prefix: str) -> list[str]:
    """Recorded messages that the venue sent; none where there are no recordings."""
    return [path.stem for path in sorted(FOLDER.glob(f"{prefix}*.json")) if "request" not in path.stem]


def frame_decoder(name: str) -> Decoder:
    """The decoder of the connection on which a recorded frame came."""
    if name.startswith("wstrade_"):
        return decode_trade
    is_book = name.startswith("ws_orderbook")
    return decode_private if name.startswith(_PRIVATE) and not is_book else decode_public
