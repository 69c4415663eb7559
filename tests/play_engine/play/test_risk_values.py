"""What the sections `risk_model`, `risk` and `entry` become."""

import pytest

from play_engine.play.model import BreakEven, EntryOrder, Sizing, StopRule, TargetRule, Trailing
from play_engine.rules.expression import Reference
from tests.play_engine.play.documents import codes_of, document, load

MODEL = "risk_model:\n  stop_loss: {%s}\n  take_profit: {%s}\n  sizing: {%s}"
ATR = Reference("atr_14", "value", "FLOAT")
TREND = Reference("st", "trend", "FLOAT")
LOW, HIGH = Reference("sw", "low_level", "FLOAT"), Reference("sw", "high_level", "FLOAT")


def with_model(stop: str = "type: percent, value: 1", target: str = "type: percent, value: 2",
               sizing: str = "model: percent_equity, value: 10", more: str = "", **sections: str) -> str:  # fmt: skip
    """A Play with this risk model."""
    risk_model = MODEL % (stop, target, sizing) + (f"\n  {more}" if more else "")
    return document(risk_model=risk_model, **({"risk": ""} | sections))


@pytest.mark.parametrize(
    ("max_leverage", "leverage"), [("", 3.0), (", max_leverage: 2", 2.0), (", max_leverage: 5", 3.0)]
)
def test_the_leverage_is_the_lower_one(max_leverage: str, leverage: float) -> None:
    assert load(with_model(sizing=f"model: fixed_usdt, value: 50{max_leverage}")).leverage == leverage


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("type: percent, value: 2", StopRule(type="percent", value=2.0)),
        ("type: price_percent, value: 2", StopRule(type="price_percent", value=2.0)),
        ("type: fixed_points, value: 150", StopRule(type="fixed_points", value=150.0)),
        (
            "type: atr_multiple, value: 1.5, atr_feature_id: atr_14, buffer_pct: 0.1",
            StopRule(type="atr_multiple", value=1.5, atr=ATR, buffer_pct=0.1),
        ),
        (
            "type: atr_multiple, value: 1, atr_feature_id: {feature_id: st, field: trend, offset: 1}",
            StopRule(type="atr_multiple", value=1.0, atr=Reference("st", "trend", "FLOAT", 1)),
        ),
        (
            "type: atr_multiple, value: 1, atr_feature_id: macd_x_signal",
            StopRule(type="atr_multiple", value=1.0, atr=Reference("macd_x", "signal", "FLOAT")),
        ),
        ("type: structure, level: sw.low_level", StopRule(type="structure", level_long=LOW, level_short=LOW)),
        (
            "type: structure, level: {long: sw.low_level, short: {feature_id: sw, field: high_level}}, buffer_pct: 1",
            StopRule(type="structure", buffer_pct=1.0, level_long=LOW, level_short=HIGH),
        ),
    ],
)
def test_stop_rules(written: str, rule: StopRule) -> None:
    assert load(with_model(stop=written)).stop == rule


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("type: rr_ratio, value: 3", TargetRule(type="rr_ratio", value=3.0)),
        ("type: percent, value: 10000", TargetRule(type="percent", value=10_000.0)),
        ("type: atr_multiple, value: 2, atr_feature_id: atr_14", TargetRule(type="atr_multiple", value=2.0, atr=ATR)),
        ("type: fixed_points, value: 150", TargetRule(type="fixed_points", value=150.0)),
    ],
)
def test_target_rules(written: str, rule: TargetRule) -> None:
    assert load(with_model(target=written)).target == rule


@pytest.mark.parametrize(
    ("text", "sizing"),
    [
        (document(risk="risk: {stop_loss_pct: 2}"), Sizing(model="percent_equity", value=10.0)),
        (document(risk="risk: {max_position_pct: 25}"), Sizing(model="percent_equity", value=25.0)),
        (document(risk=""), Sizing(model="percent_equity", value=1.0)),
        (document(risk="", account="account: {risk_per_trade_pct: 95}"), Sizing(model="percent_equity", value=95.0)),
        (with_model(sizing="model: risk_based, value: 2"), Sizing(model="risk_based", value=2.0)),
    ],
)
def test_sizing(text: str, sizing: Sizing) -> None:
    assert load(text).sizing == sizing


def test_a_full_risk_model_takes_only_the_attachment_of_the_short_form() -> None:
    text = with_model(risk="risk: {stop_loss_pct: 50, anchor: fill}")
    assert (load(text).stop, load(text).anchor) == (StopRule(type="percent", value=1.0), "fill")
    assert codes_of(text) == ["INERT_KEY"]


@pytest.mark.parametrize(
    ("risk", "more", "codes", "attachment"),
    [
        ("tp_order_type: Limit", "", [], (True, "decision")),
        ("", "tp_order_type: Limit, anchor: fill", [], (True, "fill")),
        ("tp_order_type: Limit, anchor: fill", "tp_order_type: Market", ["INERT_KEY"], (False, "fill")),
        ("tp_order_type: Market", "tp_order_type: Limit", ["INERT_KEY"], (True, "decision")),
        ("anchor: fill", "anchor: decision", ["INERT_KEY"], (False, "decision")),
        ("sl_order_type: Limit", "", ["SL_ALWAYS_MARKET"], (False, "decision")),
        ("sl_order_type: Limit", "sl_order_type: Market", ["INERT_KEY"], (False, "decision")),
        ("sl_order_type: Market", "sl_order_type: Limit", ["INERT_KEY", "SL_ALWAYS_MARKET"], (False, "decision")),
    ],
)
def test_of_two_attachments_the_risk_model_wins(
    risk: str, more: str, codes: list[str], attachment: tuple[bool, str]
) -> None:
    text = with_model(more=more.replace(", ", "\n  "), risk=f"risk: {{{risk}}}")
    play = load(text)
    assert (play.limit_target, play.anchor) == attachment
    assert sorted(codes_of(text)) == codes


TRAILING_STOPS: list[tuple[str, StopRule, Trailing]] = [
    (
        "type: trailing_pct, trail_pct: 2",
        StopRule(type="trailing_pct", value=2.0),
        Trailing(trail_pct=2.0),
    ),
    (
        "type: trailing_pct, value: 2, activation_pct: 3",
        StopRule(type="trailing_pct", value=2.0),
        Trailing(trail_pct=2.0, activation_pct=3.0),
    ),
    (
        "type: trailing_atr, atr_feature_id: atr_14",
        StopRule(type="trailing_atr", value=2.0, atr=ATR),
        Trailing(atr=ATR),
    ),
    (
        "type: trailing_atr, atr_feature_id: st_trend, value: 3, trail_pct: 1",
        StopRule(type="trailing_atr", value=3.0, atr=TREND),
        Trailing(atr_multiplier=3.0, atr=TREND, trail_pct=1.0),
    ),
    (
        "type: trailing_atr, atr_feature_id: atr_14, atr_multiplier: 1.5, activation_pct: 1",
        StopRule(type="trailing_atr", value=1.5, atr=ATR),
        Trailing(atr_multiplier=1.5, atr=ATR, activation_pct=1.0),
    ),
]


@pytest.mark.parametrize(("written", "stop", "trailing"), TRAILING_STOPS)
def test_a_trailing_stop_says_where_it_begins_and_how_it_moves(
    written: str, stop: StopRule, trailing: Trailing
) -> None:
    for text in (with_model(stop=written), document(risk=f"risk: {{stop_loss: {{{written}}}, take_profit_pct: 3}}")):
        play = load(text)
        assert (play.stop, play.trailing) == (stop, trailing)
        assert codes_of(text) == []


@pytest.mark.parametrize(
    ("stop", "written", "trailing", "codes"),
    [
        ("type: percent, value: 1", "{trail_pct: 2}", Trailing(trail_pct=2.0), []),
        (
            "type: percent, value: 1",
            "{atr_feature_id: atr_14, atr_multiplier: 3, activation_pct: 1}",
            Trailing(atr=ATR, atr_multiplier=3.0, activation_pct=1.0),
            [],
        ),
        ("type: trailing_pct, trail_pct: 2", "{trail_pct: 1}", Trailing(trail_pct=1.0), []),
        (
            "type: trailing_pct, trail_pct: 2, activation_pct: 1",
            "{activation_pct: 4}",
            Trailing(trail_pct=2.0, activation_pct=4.0),
            ["INERT_KEY"],
        ),
        (
            "type: trailing_atr, atr_feature_id: atr_14, atr_multiplier: 3, trail_pct: 2",
            "{trail_pct: 1, atr_feature_id: st.trend}",
            Trailing(atr_multiplier=3.0, atr=TREND, trail_pct=1.0),
            ["INERT_KEY"],
        ),
        ("type: percent, value: 1", "null", None, []),
    ],
)
def test_trailing_goes_before_what_a_trailing_stop_says_of_its_moves(
    stop: str, written: str, trailing: Trailing | None, codes: list[str]
) -> None:
    text = with_model(stop=stop, more=f"trailing: {written}")
    assert load(text).trailing == trailing
    assert load(text).stop == load(with_model(stop=stop)).stop
    assert codes_of(text) == codes


@pytest.mark.parametrize(
    ("stop", "codes"),
    [
        ("type: trailing_pct, trail_pct: 2, value: 3", ["INERT_KEY"]),
        ("type: trailing_pct, trail_pct: 2, buffer_pct: 1, atr_feature_id: atr_14", ["INERT_KEY", "INERT_KEY"]),
        ("type: trailing_atr, atr_feature_id: atr_14, value: 1, atr_multiplier: 2, buffer_pct: 1", ["INERT_KEY"] * 2),
    ],
)
def test_keys_without_effect_beside_a_trailing_stop_are_warned_of(stop: str, codes: list[str]) -> None:
    assert codes_of(with_model(stop=stop)) == codes


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("{}", BreakEven(activation_pct=1.0, offset_pct=0.1)),
        ("{activation_pct: 2, offset_pct: 0}", BreakEven(activation_pct=2.0, offset_pct=0.0)),
        ("null", None),
    ],
)
def test_break_even(written: str, rule: BreakEven | None) -> None:
    assert load(with_model(more=f"break_even: {written}")).break_even == rule
    short = f"risk: {{stop_loss_pct: 1, take_profit_pct: 2, break_even: {written}}}"
    assert load(document(risk=short)).break_even == rule


def test_break_even_alone_is_a_risk_model() -> None:
    text = document(risk="risk: {break_even: {activation_pct: 2}}")
    assert load(text).sizing == Sizing(model="percent_equity", value=10.0)
    assert codes_of(text) == []


@pytest.mark.parametrize(
    ("written", "entry"),
    [
        ("", EntryOrder()),
        ("entry: null", EntryOrder()),
        ("entry: {order_type: market}", EntryOrder()),
        (
            "entry: {order_type: Limit, limit_offset_pct: 0.2, time_in_force: PostOnly, expire_after_bars: 3.0}",
            EntryOrder(type="LIMIT", limit_offset_pct=0.2, time_in_force="PostOnly", expire_after_bars=3),
        ),
        ("entry: {order_type: LIMIT, time_in_force: IOC}", EntryOrder(type="LIMIT", time_in_force="IOC")),
        ("entry: {order_type: LIMIT, time_in_force: FOK}", EntryOrder(type="LIMIT", time_in_force="FOK")),
    ],
)
def test_entry_orders(written: str, entry: EntryOrder) -> None:
    assert load(document(more=written)).entry == entry
