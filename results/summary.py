"""What the stage knows about a run when it is over."""

from collections.abc import Mapping
from typing import Any

import attrs

from play_engine.play.model import Play
from results.benchmark import BenchmarkAccumulator
from results.hashes import SeriesUsed, data_hash, input_hash, play_hash, play_text_hash, settings_hash


@attrs.frozen(kw_only=True)
class StagedPlay:
    """A Play and the name of the instance that played it."""

    instance: str
    play: Play


@attrs.frozen(kw_only=True)
class InstrumentUsed:
    """An instrument record as the run used it, where it came from and when (ms; None: not dated)."""

    record: Mapping[str, Any]
    source: str
    as_of_ms: int | None = None


@attrs.frozen(kw_only=True, eq=False)
class RunSummary:
    """Everything about a run that is not in its records.

    `plays` are in the order of their codes; `settings` and the instrument records hold plain finite values of fixed
    types, since they are hashed. `warmup` says per timeframe how many bars were used before the start. `stop_ms` is the
    instant at which the run stopped, `error` the text of what made it fail;
    `data_source` says where the bars came from. `counters` are those of `results.counters`;
    `benchmark` has seen the bars of the window. `wall_s` and `warnings` are recorded and not hashed.
    """

    mode: str
    plays: tuple[StagedPlay, ...]
    settings: Mapping[str, Any]
    instruments: Mapping[str, InstrumentUsed]
    start_ms: int
    end_ms: int
    exec_ms: int
    fill_bar_ms: int
    series: tuple[SeriesUsed, ...]
    data_source: str = ""
    mark_source: str
    warmup: Mapping[str, int]
    stop_reason: str
    stop_ms: int
    error: str = ""
    counters: Mapping[str, Any] = attrs.field(factory=dict)
    benchmark: BenchmarkAccumulator | None = None
    wall_s: Mapping[str, float] = attrs.field(factory=dict)
    warnings: tuple[str, ...] = ()
    code_version: str
    code_hash: str

    def input_hashes(self) -> dict[str, Any]:
        """The hashes of what went in: of each Play by instance, of settings, data and code, and of all together."""
        plays = {staged.instance: play_hash(staged.play.resolved) for staged in self.plays}
        records = {symbol: used.record for symbol, used in self.instruments.items()}
        settings, data = settings_hash(self.settings, records), data_hash(self.series)
        return {
            "play_hash": plays,
            "play_text_hash": {staged.instance: play_text_hash(staged.play.text) for staged in self.plays},
            "settings_hash": settings,
            "data_hash": data,
            "code_hash": self.code_hash,
            "input_hash": input_hash(
                plays=list(plays.values()),
                settings=settings,
                start_ms=self.start_ms,
                end_ms=self.end_ms,
                data=data,
                code=self.code_hash,
            ),
        }
