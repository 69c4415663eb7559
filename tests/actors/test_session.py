"""Sessions at local venues: several accounts, ends of all kinds, and a venue that refuses."""

from pathlib import Path

import pytest

from actors.instance import Instance
from actors.messages import Outcome
from actors.preparing import prepare_accounts
from actors.session import run_sessions
from actors.venue_plan import VenuePlan
from exchange.bybit.adapter import BybitAdapter
from exchange.orders import NewOrder
from exchange.reports import Answer, Rejected, Unknown
from feeds.synthetic import SyntheticMarket
from play_engine.intervals import MINUTE_MS
from play_engine.play import load_play

START_MS = 1_704_067_200_000
MARKET = SyntheticMarket(symbols=("BTCUSDT", "ETHUSDT"), seed=7, start_ms=START_MS, days=8)
HOUR_MS = 60 * MINUTE_MS
BEGIN_MS = START_MS + 6 * 24 * HOUR_MS
PLAYS = Path(__file__).parents[2] / "plays"


def sessions(*names: str, hours: int = 6, plans: dict[str, VenuePlan] | None = None) -> list[Outcome]:
    """Each Play on an account and a feed of its own name, all at one venue unless told otherwise."""
    feeds = dict.fromkeys(names, MARKET)
    instances = [
        Instance(
            id=name,
            play=load_play(PLAYS / f"{name}.yml"),
            feed=name,
            start_ms=BEGIN_MS,
            end_ms=BEGIN_MS + hours * HOUR_MS,
            accept_unsettled=True,
        )
        for name in names
    ]
    plan = VenuePlan(name="here", speed=None)
    return run_sessions(prepare_accounts(instances, feeds), feeds, plans or dict.fromkeys(names, plan), runs_dir=None)


def test_accounts_with_other_symbols_share_a_venue() -> None:
    outcomes = sessions("ema_cross", "rsi_reversion")
    assert [outcome.account for outcome in outcomes] == ["ema_cross", "rsi_reversion"]
    for outcome in outcomes:
        assert outcome.error == ""
        assert outcome.result is not None
        assert outcome.result.run["stop_reason"] == "completed"
        assert outcome.result.equity.num_rows == 6 * 4 + 1


def test_accounts_may_have_venues_of_their_own() -> None:
    plans = {"ema_cross": VenuePlan(name="here", speed=None), "rsi_reversion": VenuePlan(name="there", speed=36_000.0)}
    assert [outcome.error for outcome in sessions("ema_cross", "rsi_reversion", hours=2, plans=plans)] == ["", ""]


def test_a_refused_leverage_ends_the_run_of_its_account_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(adapter: BybitAdapter, symbol: str, leverage: float) -> Answer:
        return (
            Rejected(code=110013, message="too high")
            if symbol == "ETHUSDT"
            else await set_leverage(adapter, symbol, leverage)
        )

    set_leverage = BybitAdapter.set_leverage
    monkeypatch.setattr(BybitAdapter, "set_leverage", refused)
    good, bad = sessions("ema_cross", "rsi_reversion", hours=2)
    assert good.error == ""
    assert "ETHUSDT: the venue refuses leverage" in bad.error
    assert "ExceptionGroup" not in bad.error


def test_an_order_whose_answer_is_lost_is_found_and_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    async def lost(adapter: BybitAdapter, symbol: str, order: NewOrder) -> Answer:
        sent.append(order.link_id)
        await submit(adapter, symbol, order)
        return Unknown(cause="the answer was lost")

    submit = BybitAdapter.submit
    monkeypatch.setattr(BybitAdapter, "submit", lost)
    (outcome,) = sessions("ema_cross", hours=12)
    assert outcome.error == ""
    assert outcome.result is not None
    assert len(sent) == len(set(sent)) >= 1
    assert outcome.result.fills.num_rows >= len(sent)
