"""However symbols and Plays arrive and are cut, stretches hold everything once, in order, up to common instants."""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.common_time import CommonTime, Reader, Source, Stretch
from play_engine.bars import BarSeries
from play_engine.errors import InternalError
from play_engine.intents import IntentBatch
from play_engine.market import MarketSlice, Readings
from tests.actors.bars import MINUTE, minutes
from tests.feeds.candles import without
from tests.play_engine.test_intents import batch

# Ten hours of each; the second symbol begins later, and both have gaps that the other has not.
SYMBOLS = {
    "AUSDT": without(without(minutes("AUSDT", 600), 100, 160), 590, 600),
    "BUSDT": without(minutes("BUSDT", 540, start_ms=60 * MINUTE), 300, 420),
}
STARTS = {"AUSDT": 0, "BUSDT": 60 * MINUTE}
READERS = (
    Reader(instance="one", symbol="AUSDT", start_ms=0),
    Reader(instance="late", symbol="AUSDT", start_ms=90 * MINUTE),
    Reader(instance="other", symbol="BUSDT", start_ms=60 * MINUTE),
)


def common_time() -> CommonTime:
    sources = [Source(symbol=symbol, start_ms=STARTS[symbol], interval_ms=MINUTE, marked=True) for symbol in SYMBOLS]
    return CommonTime(sources, READERS)


def slices(bars: BarSeries, cuts: Sequence[int]) -> list[MarketSlice]:
    """The bars as a feed cuts them, each slice with the readings up to its end: one at each full hour."""
    hours = np.arange(0, 11 * 60 * MINUTE, 60 * MINUTE)
    readings = Readings(ts=hours, values=hours / 1.0)
    edges = sorted({0, len(bars), *(cut for cut in cuts if cut < len(bars))})
    found: list[MarketSlice] = []
    for start, stop in pairwise(edges):
        piece = bars.rows(start, stop)
        since_ms = found[-1].end_ms if found else -1
        found.append(MarketSlice(bars=piece, mark=piece, funding=readings.after(since_ms, piece.end_ms)))
    return found


def intents_of(market: MarketSlice, start_ms: int) -> IntentBatch:
    """An intent at each close of five minutes."""
    closes = market.bars.ts + MINUTE
    wanted = closes[(closes % (5 * MINUTE) == 0) & (closes > start_ms)].tolist()
    return batch(wanted, [[ts // MINUTE % 100] for ts in wanted], until_ms=market.end_ms)


@settings(max_examples=80, deadline=None)
@given(
    cuts=st.tuples(*(st.lists(st.integers(1, 600), max_size=8) for _ in SYMBOLS)),
    order=st.lists(st.integers(0, 4), max_size=200),
)
def test_everything_comes_out_once_in_order_up_to_common_instants(
    cuts: tuple[list[int], ...], order: list[int]
) -> None:
    time = common_time()
    queues: dict[str, deque[MarketSlice]] = {
        symbol: deque(slices(bars, of)) for (symbol, bars), of in zip(SYMBOLS.items(), cuts, strict=True)
    }
    plays: dict[str, deque[MarketSlice]] = {
        reader.instance: deque(one for one in queues[reader.symbol] if one.end_ms > reader.start_ms)
        for reader in READERS
    }
    ended: set[str] = set()
    found: list[Stretch] = []

    def market(symbol: str) -> None:
        if queues[symbol]:
            time.add_market(queues[symbol].popleft())
        elif symbol not in ended:
            ended.add(symbol)
            time.end(symbol, whole=True)

    def intents(reader: Reader) -> None:
        if plays[reader.instance]:
            time.add_intents(reader.instance, intents_of(plays[reader.instance].popleft(), reader.start_ms))

    steps = [*(lambda symbol=symbol: market(symbol) for symbol in SYMBOLS)]
    steps += [*(lambda reader=reader: intents(reader) for reader in READERS)]
    for number in [*order, *(list(range(len(steps))) * 20)]:
        steps[number]()
        found += time.stretches()
    assert time.is_over
    assert time.is_empty
    check(found)


def check(found: list[Stretch]) -> None:
    ends = [stretch.until_ms for stretch in found]
    assert ends == sorted(set(ends))
    for before_ms, stretch in zip([-1, *ends], found, strict=False):
        for market in stretch.market.values():
            assert ((market.bars.ts >= before_ms) & (market.bars.ts < stretch.until_ms)).all()
            assert market.mark is not None
            assert market.mark.ts.tolist() == market.bars.ts.tolist()
        for intents in stretch.intents:
            assert ((intents.ts > before_ms) & (intents.ts <= stretch.until_ms)).all()
    for symbol, bars in SYMBOLS.items():
        ts = np.concatenate([stretch.market[symbol].bars.ts for stretch in found])
        assert ts.tolist() == bars.ts.tolist()
        published = np.concatenate([stretch.market[symbol].funding.ts for stretch in found])
        assert published.tolist() == list(range(0, bars.end_ms + 1, 60 * MINUTE))
    for number, reader in enumerate(READERS):
        ts = np.concatenate([stretch.intents[number].ts for stretch in found])
        whole = MarketSlice(bars=SYMBOLS[reader.symbol])
        assert ts.tolist() == intents_of(whole, reader.start_ms).ts.tolist()


def test_one_play_on_one_symbol_gets_its_chunks_as_they_came() -> None:
    time = CommonTime([Source(symbol="AUSDT", start_ms=0, interval_ms=MINUTE)], READERS[:1])
    for market in slices(SYMBOLS["AUSDT"], [100, 150, 151]):
        intents = intents_of(market, 0)
        time.add_intents("one", intents)
        assert list(time.stretches()) == []
        time.add_market(market)
        (stretch,) = time.stretches()
        assert stretch.market["AUSDT"] is market
        assert stretch.intents[0] is intents


def test_a_symbol_that_was_stopped_holds_the_others_where_it_stands() -> None:
    time = common_time()
    first, second = (slices(bars, [])[0] for bars in SYMBOLS.values())
    time.add_market(first)
    time.end("AUSDT", whole=True)
    early, _ = second.split(120 * MINUTE)
    time.add_market(early)
    time.end("BUSDT", whole=False)
    assert not time.is_over
    for reader, market in zip(READERS, (first, first, early), strict=True):
        time.add_intents(reader.instance, intents_of(market, reader.start_ms))
    assert [stretch.until_ms for stretch in time.stretches()] == [120 * MINUTE]
    assert time.is_over
    assert not time.is_empty


def test_intents_for_another_slice_are_a_defect() -> None:
    time = common_time()
    market = slices(SYMBOLS["AUSDT"], [200])[0]
    time.add_market(market)
    with pytest.raises(InternalError, match=f"one: intents up to 60000 for bars up to {market.end_ms}"):
        time.add_intents("one", batch([], [], until_ms=MINUTE))
