"""Position, cash and trades from executions, however they are cut and in whatever order they come."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.grid import round8
from exchange.simulated.records import Records
from tests.exchange.simulated.sim_driver import play
from tests.exchange.trading.reported import SYMBOL, account_of, execution

# Side, quantity in steps and price in ticks of one execution.
FILL = st.tuples(st.sampled_from((1, -1)), st.integers(1, 9_000), st.integers(5_000, 20_000))
FILLS = st.lists(FILL, min_size=1, max_size=12)


def executions(fills: list[tuple[int, int, int]]) -> list[object]:
    return [
        execution(f"e{number}", f"hand-{number % 3}", side, steps / 1_000, ticks / 100, ts_ms=number)
        for number, (side, steps, ticks) in enumerate(fills)
    ]


def booked(reports: list[object]) -> tuple[float, float, Records]:
    """Position, wallet and rows."""
    account = account_of(play())
    for report in reports:
        account.take(report)  # type: ignore[arg-type]
    return account.position_qty(SYMBOL), account.wallet_usdt, account.finish("completed")


@given(FILLS)
@settings(max_examples=60, deadline=None)
def test_executions_add_up(fills: list[tuple[int, int, int]]):
    qty, wallet, rows = booked(executions(fills))
    steps = sum(side * count for side, count, _ in fills)
    assert round(qty * 1_000) == steps
    assert abs(wallet - rows.ledger["amount"].sum()) < 1e-6
    assert wallet == rows.ledger["wallet"][-1]
    signed = (rows.fills["side"] * rows.fills["qty"]).sum()
    assert round(float(signed) * 1_000) == steps
    assert (rows.fills["price"] > 0.0).all()
    fees = sum(float(round8(count / 1_000 * ticks / 100 * 0.00055)) for _, count, ticks in fills)
    assert abs(rows.fills["fee"].sum() - fees) < 1e-6


@given(FILLS)
@settings(max_examples=60, deadline=None)
def test_a_closed_account_has_the_cash_of_its_fills(fills: list[tuple[int, int, int]]):
    """Flat at the end: what was sold less what was bought less fees is the result, whichever trades it was."""
    rest = sum(side * count for side, count, _ in fills)
    if rest:
        fills = [*fills, (-1 if rest > 0 else 1, abs(rest), 10_000)]
    qty, wallet, rows = booked(executions(fills))
    cash = -sum(side * count / 1_000 * ticks / 100 for side, count, ticks in fills)
    assert qty == 0.0
    assert abs(wallet - (10_000.0 + cash - rows.fills["fee"].sum())) < 1e-5
    assert abs(rows.trades["net_pnl"].sum() - (wallet - 10_000.0)) < 1e-6


@given(FILLS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_repeats_change_nothing(fills: list[tuple[int, int, int]], draw: object):
    """Every execution is told again at any later time."""
    once = executions(fills)
    told: list[object] = []
    for number, report in enumerate(once):
        told += [report, *draw.sample(once[: number + 1], min(2, number + 1))]  # type: ignore[attr-defined]
    assert booked(told)[:2] == booked(once)[:2]


@given(FILLS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_result_of_a_flat_account_does_not_depend_on_the_order(fills: list[tuple[int, int, int]], draw: object):
    rest = sum(side * count for side, count, _ in fills)
    whole = executions([*fills, (-1 if rest > 0 else 1, abs(rest), 10_000)] if rest else fills)
    mixed = list(whole)
    draw.shuffle(mixed)  # type: ignore[attr-defined]
    (qty, wallet, _), (other_qty, other_wallet, _) = booked(whole), booked(mixed)
    assert qty == other_qty == 0.0
    assert abs(wallet - other_wallet) < 1e-5
