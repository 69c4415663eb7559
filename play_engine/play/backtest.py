"""The sections `backtest`, `validation` and `deploy`: what simulated runs take from a Play, and what has no effect."""

import attrs

from play_engine.play.fields import Fields
from play_engine.play.ranges import NOT_NEGATIVE, POSITIVE

DEFAULT_PATTERN = "trend_up_clean"
# Price paths of runs on synthetic data.
_PATTERN_NAMES = """
trend_up_clean trend_down_clean trend_grinding trend_parabolic trend_exhaustion trend_stairs range_tight range_wide
range_ascending range_descending reversal_v_bottom reversal_v_top reversal_double_bottom reversal_double_top
breakout_clean breakout_false breakout_retest vol_squeeze_expand vol_spike_recover vol_spike_continue vol_decay
liquidity_hunt_lows liquidity_hunt_highs choppy_whipsaw accumulation distribution mtf_aligned_bull mtf_aligned_bear
mtf_pullback_bull mtf_pullback_bear displacement_impulse trending_with_gaps equal_highs_lows ob_retest trending
ranging volatile multi_tf_aligned
"""
PATTERNS = tuple(_PATTERN_NAMES.split())


@attrs.frozen(kw_only=True)
class SimulatedRun:
    """What a simulated run takes from the Play; None where the account decides."""

    equity_usdt: float | None
    slippage_bps: float | None
    pattern: str


def read_simulated_run(root: Fields) -> SimulatedRun:
    """The three sections, checked."""
    equity_usdt = slippage_bps = None
    backtest = root.mapping("backtest")
    if backtest is not None:
        equity_usdt = backtest.number("equity", None, POSITIVE)
        slippage_bps = backtest.number("slippage_bps", None, NOT_NEGATIVE)
        backtest.finish()
    pattern = _read_pattern(root)
    _check_deploy(root)
    return SimulatedRun(equity_usdt=equity_usdt, slippage_bps=slippage_bps, pattern=pattern)


def warn_of_no_effect(fields: Fields, name: str, hint: str) -> None:
    """Warns, if the key is written, that it is accepted and has no effect."""
    if fields.has(name):
        node = fields.node.fields[name]
        fields.problems.warn(node.key_spot, "INERT_KEY", found=f"{name}: {node.shown()}", hint=hint)


def _read_pattern(root: Fields) -> str:
    section = root.mapping("validation")
    if section is None:
        return DEFAULT_PATTERN
    pattern = section.choice("pattern", PATTERNS, DEFAULT_PATTERN)
    warn_of_no_effect(section, "bars", "no effect: the run decides how many bars it takes")
    warn_of_no_effect(section, "seed", "no effect: the run decides its seed")
    section.finish()
    return pattern


def _check_deploy(root: Fields) -> None:
    section = root.mapping("deploy")
    if section is None:
        return
    section.number("capital", None, POSITIVE)
    section.choice("settle_coin", ("USDT", "USDC"), None)
    section.integer("dcp_window", None)
    section.finish()
    warn_of_no_effect(root, "deploy", "no effect: the instance file decides")
