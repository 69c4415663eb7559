"""What a client's account is set up with: the simulator's settings for an instrument that no Play trades."""

import attrs

from exchange.instruments import Instrument
from exchange.settings import RunSettings
from exchange.simulated.setup import Listing


def listing_of(
    instrument: Instrument, *, margin_mode: str = "isolated", leverage: float = 10.0, slippage_bps: float = 0.0
) -> Listing:
    """An instrument at the fees that it names, with at most the leverage that it allows.

    A takeover does not stop the account. What belongs to the policy of a Play is never looked at.
    """
    settings = RunSettings(
        capital_usdt=1.0,
        margin_mode=margin_mode,
        leverage=min(leverage, instrument.max_leverage),
        taker_fee_bps=round(instrument.taker * 1e4, 10),
        maker_fee_bps=round(instrument.maker * 1e4, 10),
        slippage_bps=slippage_bps,
        slippage_jitter_bps=0.0,
        latency_ms=0,
        latency_jitter_ms=0,
        limit_fill="touch",
        tp_gap_fill="market",
        intrabar_path="adverse",
        participation_rate=None,
        funding="on",
        max_drawdown_pct=100.0,
        on_drawdown="halt",
        drawdown_check="exec_close",
        on_liquidation="continue",
        max_position_equity_pct=100.0,
        sizing_price_buffer_bps=0.0,
        min_trade_notional_usdt=0.0,
        on_sl_beyond_liq="warn",
        allow_shared_symbol=True,
        seed=0,
    )
    return Listing(instrument=instrument, settings=settings)


def charged(listing: Listing) -> Instrument:
    """The instrument with the fees that the account is charged."""
    settings = listing.settings
    return attrs.evolve(listing.instrument, taker=settings.taker_fee_bps / 1e4, maker=settings.maker_fee_bps / 1e4)
