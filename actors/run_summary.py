"""What is known about a run before it begins, in the words of its record."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from actors.account import PreparedAccount, TradedSymbol
from actors.instance import PreparedInstance
from actors.run_window import earliest_start, warmup_text
from exchange.instruments import Instrument
from exchange.settings import ACCOUNT_SETTINGS, SYMBOL_SETTINGS
from feeds.beside_bars import NO_MARKS
from feeds.provider import DataProvider
from play_engine.instants import iso
from play_engine.intervals import interval_name
from play_engine.play.model import Play
from play_engine.published import MARK_PRICE, READINGS_OF
from play_engine.rules.walk import references_of
from play_engine.warmup import warmup_bars
from results.hashes import code_hash, package_version
from results.labels import Labels
from results.summary import InstrumentUsed, RunSummary, StagedPlay


def labels_of(account: PreparedAccount) -> Labels:
    """The names behind the numbers in the rows of an account."""
    symbols = {number: traded.symbol for number, traded in enumerate(account.symbols)}
    return Labels(symbols=symbols, plays=tuple(one.id for one in account.instances))


@attrs.frozen(kw_only=True)
class CodeUsed:
    """The version of the program, and the hash of all of it that decides results."""

    version: str
    sha256: str


def code_used() -> CodeUsed:
    """The code that runs now; reads every source file, so once for all runs of a stage."""
    version = package_version()
    return CodeUsed(version=version, sha256=code_hash(version))


def summary_of(account: PreparedAccount, feeds: Mapping[str, DataProvider], code: CodeUsed, *, mode: str) -> RunSummary:
    """The summary of a run on data from `feeds`, with what only its end brings left empty."""
    instances = account.instances
    instruments = {
        traded.symbol: InstrumentUsed(record=_plain_record(traded.instrument), source=traded.instrument.source)
        for traded in account.symbols
    }
    sources = dict.fromkeys(traded.feed for traded in account.symbols)
    return RunSummary(
        mode=mode,
        plays=tuple(StagedPlay(instance=one.id, play=one.play) for one in instances),
        settings=_settings(account),
        instruments=instruments,
        start_ms=account.window.start_ms,
        end_ms=account.window.end_ms,
        exec_ms=min(one.play.exec_ms for one in instances),
        fill_bar_ms=account.interval_ms,
        series=(),
        data_source="; ".join(feeds[name].describe() for name in sources),
        mark_source="mark_kline" if account.marked else "last",
        warmup=_warmup(one.play for one in instances),
        stop_reason="",
        stop_ms=0,
        warnings=tuple(dict.fromkeys(_warnings(account))),
        code_version=code.version,
        code_hash=code.sha256,
    )


def _settings(account: PreparedAccount) -> dict[str, Any]:
    """The settings of the one instance; of several those of the account, of its symbols, and of each instance."""
    instances = account.instances
    if len(instances) == 1:
        return instances[0].settings.as_dict()
    shared = {*ACCOUNT_SETTINGS, *SYMBOL_SETTINGS}
    whole = instances[0].settings.as_dict()
    return {
        "account": {name: whole[name] for name in ACCOUNT_SETTINGS},
        "symbols": {
            traded.symbol: {name: value for name, value in traded.settings.as_dict().items() if name in SYMBOL_SETTINGS}
            for traded in account.symbols
        },
        "plays": [
            {name: value for name, value in one.settings.as_dict().items() if name not in shared} for one in instances
        ],
    }


def _warmup(plays: Iterable[Play]) -> dict[str, int]:
    """Per timeframe, the bars that the slowest of the Plays used before the start."""
    most: dict[int, int] = {}
    for play in plays:
        for length, bars in warmup_bars(play).items():
            most[length] = max(bars, most.get(length, 0))
    return {interval_name(length): bars for length, bars in sorted(most.items())}


def _plain_record(instrument: Instrument) -> dict[str, Any]:
    """An instrument as JSON can hold it: a limit that does not exist is None, not infinity."""
    return attrs.asdict(
        instrument,
        value_serializer=lambda _record, _field, value: None if value == math.inf else value,
    )


def _warnings(account: PreparedAccount) -> Iterator[str]:
    """What a run wants its reader to know, a sentence each."""
    symbols = {traded.symbol: traded for traded in account.symbols}
    for one in account.instances:
        yield from (warning.text() for warning in one.play.warnings)
        yield from _missing_readings(one.play, symbols[one.play.symbol])
        yield from _unsettled(one)
    yield from _missing_marks(account)
    for traded in account.symbols:
        if traded.settings.funding == "on" and "funding" not in traded.readings:
            yield f"{traded.symbol}: no funding was charged: the data have no funding rates"
        yield from _gaps(traded, account.window.end_ms)


def _missing_readings(play: Play, traded: TradedSymbol) -> Iterator[str]:
    """What the Play reads and the data do not bring."""
    read = {reference.series for reference in references_of(play)}
    for name, kind in READINGS_OF.items():
        if name in read and kind not in traded.readings:
            yield f"{play.symbol}: {name} is missing throughout: the data have none"


def _missing_marks(account: PreparedAccount) -> Iterator[str]:
    """That the last price stands for the mark price, where somebody reads it or the data have some of it."""
    read = any(reference.series == MARK_PRICE for one in account.instances for reference in references_of(one.play))
    partly = len(account.unmarked) < len(account.symbols)
    for symbol, reason in account.unmarked.items():
        if read or partly or reason != NO_MARKS:
            yield f"{symbol}: mark_price is the last price: {reason}"


def _unsettled(prepared: PreparedInstance) -> Iterator[str]:
    """What a run lacks that began before its warm-up was over."""
    play, start_ms = prepared.play, prepared.window.start_ms
    settled_ms = earliest_start(play, prepared.coverage.start_ms)
    if start_ms < settled_ms:
        needs = f"{warmup_text(play)} before the first decision at {iso(start_ms)}"
        yield f"{play.symbol}: values are not settled before {iso(settled_ms)}: {play.id} needs {needs}"


def _gaps(traded: TradedSymbol, end_ms: int) -> Iterator[str]:
    """The gaps of the data inside what the run reads."""
    gaps = [gap for gap in traded.coverage.gaps if gap.end_ms > traded.feed_from_ms and gap.start_ms < end_ms]
    if gaps:
        missing = sum(gap.missing_bars for gap in gaps)
        longest = max(gaps, key=lambda gap: gap.missing_bars)
        where = f"{longest.missing_bars} bars from {iso(longest.start_ms)}"
        yield f"{traded.symbol}: {missing} bars are missing in {len(gaps)} gaps, the longest {where}"
