"""The schemas of the sections `backtest`, `validation` and `deploy`."""

from play_engine.play.backtest import DEFAULT_PATTERN, PATTERNS
from play_engine.play.ranges import NOT_NEGATIVE, POSITIVE
from play_engine.play.schema.keys import Schema, choice, integer, mapping, number, without_effect

_ANYTHING: Schema = {"description": "Accepted, without effect."}


def run_schemas() -> dict[str, Schema]:
    """What simulated runs take from a Play, and what the instance file decides."""
    return {
        "backtest": mapping(
            "Backtest",
            "What counts in simulated runs in place of the account's settings.",
            {
                "equity": number("Equity at the start, USDT.", POSITIVE),
                "slippage_bps": number("Slippage of market orders, bps of the price.", NOT_NEGATIVE),
            },
        ),
        "validation": mapping(
            "Validation",
            "The price path of a run on synthetic data, where one is asked for.",
            {
                "pattern": choice("Name of the price path.", PATTERNS, DEFAULT_PATTERN),
                "bars": without_effect(_ANYTHING),
                "seed": without_effect(_ANYTHING),
            },
        ),
        "deploy": mapping(
            "Deploy",
            "Checked, without effect: the instance file decides.",
            {
                "capital": number("Capital, USDT.", POSITIVE, 10_000.0),
                "settle_coin": choice("Coin of settlement.", ("USDT", "USDC"), "USDT"),
                "dcp_window": integer("Seconds after which a silent connection has its orders cancelled.", default=30),
            },
        ),
    }
