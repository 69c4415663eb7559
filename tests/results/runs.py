"""Summaries of runs for tests."""

import shutil

from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.play.model import Account, Play
from results.artefacts import ArtefactRecorder
from results.hashes import SeriesUsed
from results.labels import Labels
from results.result import open_result
from results.summary import InstrumentUsed, RunSummary, StagedPlay

LABELS = Labels(symbols={0: "BTCUSDT", 1: "ETHUSDT"}, plays=("ema",))
TEXT = b"id: ema_cross  # comments and bytes \xc3\xa9\r\n"


def play(**fields):
    """A Play with just enough to be recorded."""
    defaults = {
        "id": "ema_cross",
        "name": "EMA cross",
        "symbol": "BTCUSDT",
        "exec_ms": MINUTE_MS,
        "roles": {"exec": MINUTE_MS},
        "account": Account(),
        "starting_equity_usdt": 10_000.0,
        "slippage_bps": 2.0,
        "leverage": 1.0,
        "resolved": {"id": "ema_cross", "sizing": {"value": 1.0}},
        "text": TEXT,
    }
    return Play(**(defaults | fields))


def summary(**fields):
    """The summary of a completed backtest of one Play."""
    defaults = {
        "mode": "backtest",
        "plays": (StagedPlay(instance="ema", play=play()),),
        "settings": {"slippage_bps": 2.0},
        "instruments": {"BTCUSDT": InstrumentUsed(record={"tick_size": "0.10"}, source="built in")},
        "start_ms": 0,
        "end_ms": 10 * DAY_MS,
        "exec_ms": MINUTE_MS,
        "fill_bar_ms": MINUTE_MS,
        "series": (
            SeriesUsed(
                symbol="BTCUSDT", kind="last", step_ms=MINUTE_MS, rows=3, first_ts=0, last_ts=120_000, sha256="ab"
            ),
        ),
        "mark_source": "last",
        "warmup": {"1m": 50},
        "stop_reason": "completed",
        "stop_ms": 10 * DAY_MS,
        "code_version": "0.1.0",
        "code_hash": "cd",
    }
    return RunSummary(**(defaults | fields))


def kept(runs_dir, records, play_id="ema_cross", **fields):
    """The result of a run that was put on disk below `runs_dir`."""
    recorder = ArtefactRecorder(runs_dir, play_id, LABELS)
    recorder.add(records)
    return recorder.finish(summary(**fields))


def copies(template, folder):
    """The runs below the folder `template`, copied below `folder`: quicker than to record them; oldest first."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    made = sorted(template.rglob("run.json"), key=lambda file: file.stat().st_mtime_ns)
    return [open_result(folder / file.parent.relative_to(template)) for file in made]
