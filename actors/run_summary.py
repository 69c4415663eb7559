"""What is known about a run before it begins, in the words of its record."""

import math
from typing import Any

import attrs

from actors.instance import PreparedInstance
from actors.run_window import earliest_start, warmup_text
from exchange.instruments import Instrument
from play_engine.instants import iso
from play_engine.intervals import interval_name
from play_engine.play.model import Play
from play_engine.rules.walk import references_of
from play_engine.timeline import WITHOUT_DATA
from play_engine.warmup import warmup_bars
from results.hashes import code_hash, package_version
from results.labels import Labels
from results.summary import InstrumentUsed, RunSummary, StagedPlay

# The exchange has one instrument and one Play on an account, and gives both this number in its rows.
_ONLY = 0


def labels_of(prepared: PreparedInstance) -> Labels:
    """The names behind the numbers in the rows of an instance."""
    return Labels(symbols={_ONLY: prepared.play.symbol}, plays=(prepared.id,))


@attrs.frozen(kw_only=True)
class CodeUsed:
    """The version of the program, and the hash of all of it that decides results."""

    version: str
    sha256: str


def code_used() -> CodeUsed:
    """The code that runs now; reads every source file, so once for all runs of a stage."""
    version = package_version()
    return CodeUsed(version=version, sha256=code_hash(version))


def summary_of(prepared: PreparedInstance, data_source: str, code: CodeUsed) -> RunSummary:
    """The summary of a run on bars from `data_source`, with what only its end brings left empty."""
    play, window = prepared.play, prepared.window
    record = InstrumentUsed(record=_plain_record(prepared.instrument), source=prepared.instrument.source)
    return RunSummary(
        mode="backtest",
        plays=(StagedPlay(instance=prepared.id, play=play),),
        settings=prepared.settings.as_dict(),
        instruments={play.symbol: record},
        start_ms=window.start_ms,
        end_ms=window.end_ms,
        exec_ms=play.exec_ms,
        fill_bar_ms=prepared.coverage.interval_ms,
        series=(),
        data_source=data_source,
        mark_source="last",
        warmup={interval_name(length): bars for length, bars in sorted(warmup_bars(play).items())},
        stop_reason="",
        stop_ms=0,
        warnings=(
            *(warning.text() for warning in play.warnings),
            *_data_warnings(play),
            *_unsettled_warning(prepared),
            *_gap_warning(prepared),
        ),
        code_version=code.version,
        code_hash=code.sha256,
    )


def _plain_record(instrument: Instrument) -> dict[str, Any]:
    """An instrument as JSON can hold it: a limit that does not exist is None, not infinity."""
    return attrs.asdict(
        instrument,
        value_serializer=lambda _record, _field, value: None if value == math.inf else value,
    )


def _data_warnings(play: Play) -> tuple[str, ...]:
    """What the Play reads and the data do not bring, in one sentence each."""
    read = {reference.series for reference in references_of(play)}
    missing = [f"{name} is missing throughout: the data have none" for name in sorted(read & WITHOUT_DATA)]
    instead = ["mark_price is the last price: the data have no mark prices"] if "mark_price" in read else []
    return tuple(f"{play.symbol}: {sentence}" for sentence in (*missing, *instead))


def _unsettled_warning(prepared: PreparedInstance) -> tuple[str, ...]:
    """What a run lacks that began before its warm-up was over, in one sentence; nothing otherwise."""
    play, start_ms = prepared.play, prepared.window.start_ms
    settled_ms = earliest_start(play, prepared.coverage.start_ms)
    if start_ms >= settled_ms:
        return ()
    needs = f"{warmup_text(play)} before the first decision at {iso(start_ms)}"
    return (f"{play.symbol}: values are not settled before {iso(settled_ms)}: {play.id} needs {needs}",)


def _gap_warning(prepared: PreparedInstance) -> tuple[str, ...]:
    """The gaps of the data inside what the run reads, in one sentence; nothing without any."""
    reads = prepared.feed_from_ms, prepared.window.end_ms
    gaps = [gap for gap in prepared.coverage.gaps if gap.end_ms > reads[0] and gap.start_ms < reads[1]]
    if not gaps:
        return ()
    missing = sum(gap.missing_bars for gap in gaps)
    longest = max(gaps, key=lambda gap: gap.missing_bars)
    where = f"{longest.missing_bars} bars from {iso(longest.start_ms)}"
    return (f"{prepared.play.symbol}: {missing} bars are missing in {len(gaps)} gaps, the longest {where}",)
