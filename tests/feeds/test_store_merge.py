"""What may take the place of what in the store: real rows stay, those of a gap filler give way."""

from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.store import CandleStore
from feeds.stored_merge import merged
from feeds.stored_rows import StoredRows
from play_engine.bars import BarSeries
from play_engine.errors import DataError
from play_engine.intervals import MINUTE_MS
from tests.feeds.candles import EVER, START_MS, read_all, same, walk

WHERE = {"venue": "bybit", "symbol": "BTCUSDT", "interval_ms": MINUTE_MS}
BARS = walk(60)


def flat(start: int, stop: int, price: float = 100.0) -> BarSeries:
    """What a gap filler makes: bars at one price, without volume."""
    bars = BARS.rows(start, stop)
    prices = dict.fromkeys(("open", "high", "low", "close"), np.full(stop - start, price))
    return attrs.evolve(bars, **prices, volume=np.zeros(stop - start))


def counts(store: CandleStore, bars: BarSeries, *, synthetic: bool = False) -> tuple[int, int, int]:
    given = {"synthetic": bars.ts} if synthetic else {}
    report = store.add([bars], **WHERE, **given)
    return report.rows_added, report.rows_replaced, report.rows_skipped


def made(store: CandleStore, span: tuple[int, int] = EVER) -> list[int]:
    ts = store.provider("bybit", MINUTE_MS).synthetic("BTCUSDT", *span)
    assert ts.dtype == np.int64
    return [(int(one) - START_MS) // MINUTE_MS for one in ts]


def test_a_filled_gap_is_marked_until_the_real_bars_come(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    counts(store, BARS.rows(0, 20))
    counts(store, BARS.rows(26, 60))
    assert counts(store, flat(20, 26), synthetic=True) == (6, 0, 0)
    assert made(store) == [20, 21, 22, 23, 24, 25]
    assert made(store, (START_MS + 21 * MINUTE_MS, START_MS + 23 * MINUTE_MS)) == [21, 22]
    entry = store.series()[0]
    assert (entry.rows, entry.synthetic_rows, entry.gaps) == (60, 6, ())
    assert counts(store, BARS.rows(18, 23)) == (0, 3, 2)
    assert made(store) == [23, 24, 25]
    assert counts(store, BARS) == (0, 3, 57)
    assert made(store) == []
    assert store.series()[0].synthetic_rows == 0
    assert same(read_all(store.provider("bybit", MINUTE_MS)), BARS)


def test_a_real_bar_equal_to_a_synthetic_one_makes_it_real(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    counts(store, flat(0, 5), synthetic=True)
    assert counts(store, flat(0, 5)) == (0, 5, 0)
    assert made(store) == []


def test_a_synthetic_bar_never_takes_the_place_of_a_real_one(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    counts(store, BARS)
    assert counts(store, flat(10, 20), synthetic=True) == (0, 0, 10)
    assert made(store) == []
    assert same(read_all(store.provider("bybit", MINUTE_MS)), BARS)


def test_a_gap_filler_may_change_its_mind(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    counts(store, flat(0, 5, price=100.0), synthetic=True)
    assert counts(store, flat(0, 5, price=100.0), synthetic=True) == (0, 0, 5)
    assert counts(store, flat(3, 5, price=101.0), synthetic=True) == (0, 2, 0)
    assert made(store) == [0, 1, 2, 3, 4]
    closes = np.concatenate([bars.close for bars in read_all(store.provider("bybit", MINUTE_MS))])
    assert closes.tolist() == [100.0, 100.0, 100.0, 101.0, 101.0]


def test_only_the_bars_named_are_synthetic(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    store.add([BARS], **WHERE, synthetic=BARS.ts[[7, 30]])
    assert made(store) == [7, 30]


def test_a_real_bar_still_refuses_another_beside_synthetic_ones(tmp_path: Path) -> None:
    store = CandleStore(tmp_path)
    store.add([BARS], **WHERE, synthetic=BARS.ts[:10])
    close = BARS.close.copy()
    close[40] = BARS.open[40]
    with pytest.raises(DataError, match=r"column close: the store has .* Nothing was written"):
        counts(store, attrs.evolve(BARS, close=close))
    assert made(store) == list(range(10))


cells = st.none() | st.tuples(st.integers(1, 2), st.booleans())
tables = st.lists(cells, min_size=1, max_size=12).filter(any)


def rows(table: list[tuple[int, bool] | None]) -> StoredRows:
    present = [(ts, *cell) for ts, cell in enumerate(table) if cell]
    ts, values, synthetic = zip(*present, strict=True)
    return StoredRows(
        ts=np.array(ts), values={"value": np.array(values, dtype=float)}, synthetic=np.array(synthetic, dtype=bool)
    )


@given(tables, tables)
def test_merging_follows_the_rule_row_by_row(present: list, new: list) -> None:
    size = max(len(present), len(new))
    pairs = [
        (one[ts] if ts < len(one) else None, two[ts] if ts < len(two) else None)
        for one, two in [(present, new)]
        for ts in range(size)
    ]
    if any(mine and theirs and not mine[1] and not theirs[1] and mine[0] != theirs[0] for mine, theirs in pairs):
        with pytest.raises(DataError):
            merged("here", rows(present), rows(new))
        return
    expected = [theirs if theirs and (mine is None or mine[1]) else mine for mine, theirs in pairs]
    result = merged("here", rows(present), rows(new))
    wanted = rows(expected)
    assert result.rows.ts.tolist() == wanted.ts.tolist()
    assert result.rows.values["value"].tolist() == wanted.values["value"].tolist()
    assert result.rows.synthetic.tolist() == wanted.synthetic.tolist()
    assert result.added == sum(mine is None and theirs is not None for mine, theirs in pairs)
    assert result.replaced == sum(bool(mine and theirs and mine[1] and mine != theirs) for mine, theirs in pairs)
