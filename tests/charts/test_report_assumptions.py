"""Assumptions: every setting is shown, with its meaning and the way it errs; unknown ones plainly."""

import attrs
import pytest

from charts.report.assumed_settings import SETTINGS
from charts.report.assumptions import Owned, assumptions_table, settings_of
from exchange.settings import RunSettings
from tests.charts.report_runs import made_up


def run_with(**changes):
    """The document of a run whose settings are these."""
    return made_up().run | changes


@pytest.mark.parametrize("name", [field.name for field in attrs.fields(RunSettings)])
def test_every_setting_of_a_run_is_explained(name: str) -> None:
    assert name in SETTINGS


@pytest.mark.parametrize(
    ("name", "value", "lean"),
    [
        ("slippage_bps", 0.0, "in favour"),
        ("slippage_bps", 2.0, "either way"),
        ("taker_fee_bps", 0.0, "in favour"),
        ("taker_fee_bps", 5.5, "neither way"),
        ("maker_fee_bps", -1.0, "in favour"),
        ("latency_ms", 0, "in favour"),
        ("latency_ms", 250, "either way"),
        ("latency_jitter_ms", 5, "either way"),
        ("slippage_jitter_bps", 1.0, "either way"),
        ("limit_fill", "touch", "in favour"),
        ("limit_fill", "through", "against"),
        ("intrabar_path", "adverse", "against"),
        ("participation_rate", None, "in favour"),
        ("participation_rate", 0.1, "either way"),
        ("funding", "off", "either way"),
        ("margin_mode", "cross", "neither way"),
        ("drawdown_check", "exec_close", "either way"),
        ("on_liquidation", "continue", "neither way"),
        ("allow_shared_symbol", True, "neither way"),
        ("max_drawdown_pct", 100.0, "neither way"),
        ("limit_fill", "never heard of", "unknown"),
    ],
)
def test_which_way_a_setting_errs(name: str, value: object, lean: str) -> None:
    assert SETTINGS[name](value).lean == lean


def test_an_unknown_setting_is_shown_with_its_value() -> None:
    table = assumptions_table(run_with(settings={"frobnicate_pct": 3.5}))
    assert "frobnicate" in table
    assert "3.5" in table
    assert "does not know" in table


def test_settings_of_several_owners_are_one_where_they_agree() -> None:
    settings = {"seed": 1, "A": {"leverage": 2.0, "slippage_bps": 1.0}, "B": {"leverage": 2.0, "slippage_bps": 3.0}}
    assert settings_of(settings) == [
        ("seed", [Owned(1)]),
        ("leverage", [Owned(2.0)]),
        ("slippage_bps", [Owned(1.0, ("A",)), Owned(3.0, ("B",))]),
    ]


def test_a_setting_that_one_owner_lacks_names_the_others() -> None:
    assert settings_of({"A": {"leverage": 2.0}, "B": {}}) == [("leverage", [Owned(2.0, ("A",))])]


def test_a_seed_matters_only_to_draws() -> None:
    still = assumptions_table(run_with(settings={"seed": 9}))
    drawn = assumptions_table(run_with(settings={"seed": 9, "latency_jitter_ms": 5}))
    assert "Nothing is drawn by lot" in still
    assert "Another seed gives another result" in drawn


def test_funding_that_is_off_needs_no_rates() -> None:
    assert "The data have no rates" not in assumptions_table(run_with(settings={"funding": "off"}))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mark_source": "last"}, "The last price stands for them"),
        ({"mark_source": "mark_kline"}, "follow the exchange&#x27;s mark price"),
        ({"fill_bar_ms": 900_000}, "often a guess"),
        ({"stop_reason": "failed"}, "was not closed"),
        ({"settings": {"funding": "on"}}, "The data have no rates"),
        ({"warmup": {"15m": 1_262}}, "1,262 × 15m"),
    ],
)
def test_the_world_of_a_run(changes: dict[str, object], words: str) -> None:
    assert words in assumptions_table(run_with(**changes))
