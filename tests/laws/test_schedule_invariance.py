"""Results do not depend on the order in which ready tasks run."""

from pathlib import Path

import pytest

from actors.harness import backtest
from tests.laws.market import market, performable, play_of
from tests.laws.scheduling import order_of_tasks, scheduler_seed


def test_the_seed_decides_the_order_of_tasks() -> None:
    assert order_of_tasks(1) == order_of_tasks(1)
    assert len({tuple(order_of_tasks(seed)) for seed in range(8)}) > 1


@pytest.mark.parametrize("path", performable(), ids=lambda path: path.stem)
def test_one_result_under_many_schedules(path: Path) -> None:
    play = play_of(path)
    hashes = set()
    for seed in range(8):
        with scheduler_seed(seed):
            result = backtest(play, market(play.symbol))
        hashes.add(result.result_hash)
    assert result.trades.num_rows > 0
    assert len(hashes) == 1
