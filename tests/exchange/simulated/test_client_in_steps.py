"""A client that sees what has become of its orders before it goes on: both exchanges step by step, side by side."""

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from exchange.orders import NewOrder
from tests.exchange.simulated.agreement import check_conservation, compare_outcomes
from tests.exchange.simulated.order_flow import Client, client_scene
from tests.exchange.simulated.scene import (
    Act,
    build,
    build_slow,
    outcome_of,
    perform,
    perform_slowly,
    slow_outcome,
)
from tests.exchange.simulated.sim_driver import MINUTE, NAN, joined

MINUTES = 60


class InSteps(RuleBasedStateMachine):
    """Minutes pass, and between them the client acts on what it holds."""

    @initialize(seed=st.integers(0, 2**40))
    def begin(self, seed: int) -> None:
        """Both accounts, with nothing done yet."""
        full = client_scene(seed, MINUTES)
        self.scene = type(full)(markets=full.markets, wallet=full.wallet, settings=full.settings)
        self.mine, self.theirs = build(self.scene, check=True), build_slow(self.scene)
        self.rest = self.scene.slices()
        self.minute = 0
        self.parts: list[Any] = []
        self.client = Client(np.random.default_rng(seed), list(full.markets), list(range(len(full.markets))))

    def do(self, act: Act) -> None:
        """The same on both, under the same number."""
        number = perform(self.mine, self.scene.symbol(act.desk), act)
        assert number == perform_slowly(self.theirs, act)

    @rule(count=st.integers(1, 6))
    def act(self, count: int) -> None:
        """Something random, about the minute that comes."""
        if self.minute < MINUTES:
            for _ in range(count):
                self.do(self.client.act(self.minute))

    @rule(share=st.sampled_from([0.5, 1.0, 2.0]), kind=st.sampled_from(["Market", "Limit", "stop"]))
    def close(self, share: float, kind: str) -> None:
        """A close of what is held, or of more."""
        for desk in range(len(self.scene.markets)):
            held = self.mine.position(self.scene.symbol(desk))
            if held.side == 0:
                continue
            of: dict[str, Any] = {"side": -held.side, "qty": round(held.qty * share, 3), "reduce_only": share <= 1.0}
            if kind == "Limit":
                of |= {"type": "Limit", "price": round(held.last * (1.0 + 0.002 * held.side), 2)}
            elif kind == "stop":
                direction = 2 if held.side > 0 else 1
                of |= {"trigger": round(held.last * (1.0 - 0.004 * held.side), 2), "trigger_direction": direction}
            self.do(Act(self.minute * MINUTE, NewOrder(**of), desk=desk))

    @rule(way=st.floats(0.001, 0.02), mark=st.booleans())
    def protect(self, way: float, mark: bool) -> None:
        """Stop and target around what is held."""
        for desk in range(len(self.scene.markets)):
            held = self.mine.position(self.scene.symbol(desk))
            if held.side:
                stop, target = (round(held.last * (1.0 + way * side * held.side), 2) for side in (-1, 1))
                named = {"stop_loss": stop, "take_profit": NAN if mark else target}
                named |= {"stop_by": "Mark" if mark else "Last"}
                self.do(Act(self.minute * MINUTE, "set_trading_stop", named=named, desk=desk))

    @rule(minutes=st.integers(1, 8))
    def pass_time(self, minutes: int) -> None:
        """Both play the same minutes."""
        self.minute = min(MINUTES, self.minute + minutes)
        split = [market.split(self.minute * MINUTE) for market in self.rest]
        now, self.rest = [part for part, _ in split], [part for _, part in split]
        self.parts.append(self.mine.advance({self.scene.symbol(k): part for k, part in enumerate(now)}, []))
        self.theirs.run(now)

    @invariant()
    def agree(self) -> None:
        """The same rows so far, and the same account."""
        if getattr(self, "parts", None):
            out = outcome_of(self.scene, joined(self.parts), self.mine)
            compare_outcomes(out, slow_outcome(self.theirs))
            check_conservation(self.scene, out)


InSteps.TestCase.settings = settings(deadline=None, max_examples=15, stateful_step_count=30)
TestInSteps = InSteps.TestCase


@pytest.mark.slow
class TestInManySteps(InSteps.TestCase):
    """The same at length."""

    settings = settings(deadline=None, max_examples=300, stateful_step_count=60)
