"""What the policy makes of an intent; numbers are worked by hand."""

from typing import Any

import attrs
import numpy as np
import pytest

from exchange.policy import (
    ENTRY_LONG,
    ENTRY_SHORT,
    EXIT_ALL,
    EXIT_LONG,
    EXIT_SHORT,
    REFUSALS,
    close_qty,
    levels,
    may_enter,
    may_exit,
    plan_entry,
    policy_rules,
)
from play_engine.play.model import EntryOrder, PositionPolicy, Sizing, StopRule, TargetRule
from tests.exchange.simulated.sim_driver import INSTRUMENT, NAN, play, settings

ONE_TIER = attrs.evolve(INSTRUMENT, tiers=(attrs.evolve(INSTRUMENT.tiers[0], limit=np.inf),))


def plan(of: Any, side: int = 1, price: float = 100.0, stop: float = NAN, target: float = NAN, **money: Any):
    equity = money.get("equity", 10_000.0)
    free = money.get("free", equity)
    chosen = settings(of, money.get("overrides"), ONE_TIER).to_record()
    rules, instrument = policy_rules(of), ONE_TIER.to_record()
    return plan_entry(rules[0], chosen[0], instrument[0], side, price, stop, target, equity, free)


def stop_and_target(of: Any, side: int, price: float, stop: float = NAN, target: float = NAN) -> tuple[float, float]:
    return levels(policy_rules(of)[0], of.leverage, ONE_TIER.to_record()[0], side, price, stop, target)


def ruled(stop: StopRule | None, target: TargetRule | None, **changes: Any) -> Any:
    return attrs.evolve(play(**changes), stop=stop, target=target)


def test_percent_is_a_return_on_margin():
    of = ruled(StopRule(type="percent", value=3), TargetRule(type="percent", value=6), leverage=5.0)
    assert stop_and_target(of, 1, 200.0) == (198.8, 202.4)
    assert stop_and_target(of, -1, 200.0) == (201.2, 197.6)


def test_price_percent():
    of = ruled(StopRule(type="price_percent", value=3), TargetRule(type="price_percent", value=3), leverage=5.0)
    assert stop_and_target(of, 1, 200.0) == (194.0, 206.0)
    assert stop_and_target(of, -1, 200.0) == (206.0, 194.0)


def test_atr_stop_with_a_target_in_multiples_of_its_distance():
    of = ruled(StopRule(type="atr_multiple", value=1.5, buffer_pct=0.1), TargetRule(type="rr_ratio", value=2))
    assert stop_and_target(of, 1, 200.0, stop=2.0) == (196.8, 206.0)
    assert REFUSALS[plan(of, 1, 200.0, stop=0.0).refusal] == "STOP_UNAVAILABLE"
    assert REFUSALS[plan(of, 1, 200.0).refusal] == "STOP_UNAVAILABLE"


def test_structure_stop():
    of = ruled(StopRule(type="structure", buffer_pct=0.1), TargetRule(type="rr_ratio", value=2))
    assert stop_and_target(of, 1, 200.0, stop=195.0) == (194.8, 210.0)
    assert REFUSALS[plan(of, 1, 200.0, stop=203.0).refusal] == "SL_SIDE"


def test_atr_target():
    of = ruled(None, TargetRule(type="atr_multiple", value=2))
    assert stop_and_target(of, -1, 200.0, target=3.0)[1] == 194.0
    assert REFUSALS[plan(of, -1, 200.0).refusal] == "TARGET_UNAVAILABLE"
    assert REFUSALS[plan(of, -1, 200.0, target=150.0).refusal] == "TARGET_UNAVAILABLE"


def test_levels_are_snapped_towards_the_entry():
    of = ruled(StopRule(type="fixed_points", value=1.005), TargetRule(type="fixed_points", value=1.005))
    assert stop_and_target(of, 1, 100.0) == (99.0, 101.0)
    assert stop_and_target(of, -1, 100.0) == (101.0, 99.0)


def test_a_target_within_the_slippage_is_on_the_wrong_side():
    of = ruled(None, TargetRule(type="fixed_points", value=0.01), slippage_bps=10.0)
    assert REFUSALS[plan(of).refusal] == "TP_SIDE"


@pytest.mark.parametrize(
    ("sizing", "leverage", "price", "stop", "side", "value"),
    [
        (Sizing(model="percent_equity", value=20.0), 10.0, 100.0, None, 1, 20000.0),
        (Sizing(model="risk_based", value=1.0), 3.0, 200.0, 3.2, 1, 6250.0),
        (Sizing(model="risk_based", value=2.0), 1.0, 200.0, 3.0, 1, 9500.0),
        (Sizing(model="fixed_usdt", value=50.0), 1.0, 100.0, None, 1, 50.0),
        (Sizing(model="percent_equity", value=100.0), 50.0, 100.0, None, 1, 471821.74),
        (Sizing(model="percent_equity", value=100.0), 50.0, 100.0, None, -1, 471330.05),
    ],
)
def test_size(sizing, leverage, price, stop, side, value):
    got = plan(play(stop=stop, sizing=sizing, leverage=leverage), side, price)
    assert got.refusal == 0
    assert value - 0.001 * price - 0.01 < got.qty * price <= value + 0.01


def test_free_margin_caps_the_size():
    of = play(sizing=Sizing(model="percent_equity", value=100.0), leverage=1.0)
    assert plan(of, free=1000.0).qty == 9.5
    assert REFUSALS[plan(of, free=0.0).refusal] == "SIZE_TOO_SMALL"
    assert REFUSALS[plan(of, equity=-1.0, free=10.0).refusal] == "SIZE_TOO_SMALL"
    assert REFUSALS[plan(play(sizing=Sizing(model="fixed_usdt", value=9.99))).refusal] == "SIZE_TOO_SMALL"


def test_stop_against_liquidation():
    assert plan(play(stop=9.53)).refusal == 0
    assert REFUSALS[plan(play(stop=9.54)).refusal] == "SL_BEYOND_LIQUIDATION"
    adjusted = plan(play(stop=9.54), overrides={"on_sl_beyond_liq": "adjust"})
    assert (adjusted.refusal, adjusted.stop, adjusted.warned) == (0, 90.47, False)
    warned = plan(play(stop=9.54), overrides={"on_sl_beyond_liq": "warn"})
    assert (warned.refusal, warned.stop, warned.warned) == (0, 90.46, True)


@pytest.mark.parametrize("how", ["reject", "adjust", "warn"])
def test_a_stop_at_zero_is_refused_in_any_case(how):
    got = plan(play(stop=100.0, leverage=1.0), overrides={"on_sl_beyond_liq": how})
    assert REFUSALS[got.refusal] == "SL_BEYOND_LIQUIDATION"


def rules(mode: str, allow_flip: bool = False) -> Any:
    policy = PositionPolicy(mode=mode, exit_mode="signal", allow_flip=allow_flip)  # type: ignore[arg-type]
    return policy_rules(play(policy=policy))[0]


def test_sides_that_the_mode_allows():
    assert may_enter(rules("long_only"), ENTRY_LONG, 0, 0, 0)
    assert not may_enter(rules("long_only"), ENTRY_SHORT, 0, 0, 0)
    assert not may_enter(rules("short_only"), ENTRY_LONG, 0, 0, 0)
    assert may_enter(rules("short_only"), ENTRY_SHORT, 0, 0, 0)


def test_entries_in_a_position_need_a_flip():
    assert not may_enter(rules("long_short"), ENTRY_SHORT, 1, 0, 0)
    assert may_enter(rules("long_short", allow_flip=True), ENTRY_SHORT, 1, 0, 0)
    assert not may_enter(rules("long_short", allow_flip=True), ENTRY_LONG, 1, 0, 0)
    assert not may_enter(rules("long_short", allow_flip=True), ENTRY_SHORT, 1, 0, 1)
    assert not may_enter(rules("long_short"), ENTRY_LONG, 0, 1, 0)


def test_a_flip_does_not_wait_for_the_rest_of_the_entry():
    assert may_enter(rules("long_short", allow_flip=True), ENTRY_SHORT, 1, 1, 0)


@pytest.mark.parametrize(("side", "offset", "limit"), [(1, 0.333, 99.66), (-1, 0.333, 100.34), (1, -1.0, 101.0)])
def test_limits_are_never_more_aggressive_than_asked(side, offset, limit):
    entry = EntryOrder(type="LIMIT", limit_offset_pct=offset)
    assert plan(play(entry=entry), side).limit == limit


def test_a_limit_entry_is_sized_at_its_limit():
    entry = EntryOrder(type="LIMIT", limit_offset_pct=5.0)
    half = Sizing(model="percent_equity", value=50.0)
    assert plan(play(entry=entry, sizing=half, leverage=1.0)).qty == 52.631
    risky = Sizing(model="risk_based", value=1.0)
    # One percent of the equity over the three between limit and stop.
    assert plan(play(entry=entry, stop=8.0, sizing=risky, leverage=10.0)).qty == 33.333
    assert np.isnan(plan(play()).limit)


def test_a_limit_of_nothing_is_refused():
    entry = EntryOrder(type="LIMIT", limit_offset_pct=100.0)
    assert REFUSALS[plan(play(entry=entry)).refusal] == "SIZE_TOO_SMALL"


def test_exits_name_the_side_held():
    assert may_exit(EXIT_ALL, 1, 0)
    assert may_exit(EXIT_ALL, -1, 0)
    assert may_exit(EXIT_LONG, 1, 0)
    assert not may_exit(EXIT_LONG, -1, 0)
    assert may_exit(EXIT_SHORT, -1, 0)
    assert not may_exit(EXIT_SHORT, 0, 0)
    assert not may_exit(EXIT_ALL, 1, 1)


@pytest.mark.parametrize(
    ("qty", "percent", "closed"),
    [(10.0, 50.0, 5.0), (10.0, 100.0, 10.0), (10.0, 99.9999, 10.0), (0.003, 50.0, 0.001), (0.001, 50.0, 0.0)],
)
def test_part_of_a_close(qty, percent, closed):
    assert close_qty(INSTRUMENT.to_record()[0], qty, percent) == closed


def test_a_rest_below_the_minimum_is_closed_too():
    assert close_qty(attrs.evolve(INSTRUMENT, min_qty=0.01).to_record()[0], 0.015, 50.0) == 0.015
