"""Random order flow through the compiled loop and through the slow exchange: the same fills, orders and equity."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.simulated import codes
from exchange.simulated.records import Records
from tests.exchange.simulated.order_flow import Case
from tests.exchange.simulated.slow_exchange import SlowExchange


def fills_of(rows: Records) -> list[tuple[Any, ...]]:
    kinds = {int(row["order_id"]): codes.ORDER_KINDS[int(row["kind"])] for row in rows.orders}
    return [
        (
            int(row["order_id"]),
            kinds.get(int(row["order_id"])),
            int(row["side"]),
            float(row["qty"]),
            float(row["price"]),
            int(row["ts"]),
            bool(row["liquidity"] == codes.MAKER),
            codes.FILL_REASONS[int(row["reason"])],
        )
        for row in rows.fills
    ]


def ended_of(rows: Records) -> dict[int, tuple[str, str, str]]:
    return {
        int(row["order_id"]): (
            codes.ORDER_KINDS[int(row["kind"])],
            codes.ORDER_STATES[int(row["status"])],
            codes.ORDER_REASONS.get(int(row["reason"]), ""),
        )
        for row in rows.orders
    }


def compare(seed: int) -> None:
    case = Case(seed)
    rows, account = case.run([])
    slow = SlowExchange(case.play, case.overrides)
    slow.run(case.bars, case.instants, case.atr)
    mine = fills_of(rows)
    assert len(mine) == len(slow.fills)
    for left, right in zip(mine, slow.fills, strict=True):
        # The kind of an order that has not ended is not in the rows yet.
        assert left[0] == right[0]
        assert left[1] in (None, right[1])
        assert left[2:4] == pytest.approx(right[2:4], abs=1e-9)
        assert left[4] == pytest.approx(right[4], abs=1e-9)
        assert left[5:] == right[5:]
    assert ended_of(rows) == slow.ended
    assert account.gate_refusals() == slow.refusals
    assert float(account._books["account"]["wallet"]) == pytest.approx(slow.wallet, abs=1e-6)
    # The newest point is held back.
    points = np.concatenate([rows.equity, account._held])[1:]
    for point, (ts, equity, reserve) in zip(points, slow.equity, strict=True):
        assert point["ts"] == ts
        assert (point["equity"], point["order_reserve"]) == pytest.approx((equity, reserve), abs=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_the_compiled_loop_agrees_with_the_slow_exchange(seed):
    compare(seed)


@settings(deadline=None, max_examples=10)
@given(st.integers(1_000, 10**6))
def test_it_agrees_on_any_order_flow(seed):
    compare(seed)
