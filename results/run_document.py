"""The document that describes a run: what is written as run.json, and what a result prints from."""

import platform
from importlib.metadata import version
from typing import Any

import attrs

from results.hashes import SCHEMA
from results.summary import RunSummary

LIBRARIES = ("numba", "numpy", "pyarrow")


def run_document(summary: RunSummary, *, play_id: str, hashes: dict[str, Any]) -> dict[str, Any]:
    """The run as plain values for JSON; `hashes` are those of its inputs and of its result."""
    return {
        "schema": SCHEMA,
        "run_id": "",
        "mode": summary.mode,
        "play_id": play_id,
        "instances": [staged.instance for staged in summary.plays],
        "symbols": list(summary.instruments),
        "start_ms": summary.start_ms,
        "end_ms": summary.end_ms,
        "exec_ms": summary.exec_ms,
        "fill_bar_ms": summary.fill_bar_ms,
        "stop_reason": summary.stop_reason,
        "stop_ts": summary.stop_ms,
        "error": summary.error,
        "warnings": list(summary.warnings),
        "hashes": hashes,
        "settings": dict(summary.settings),
        "instruments": {symbol: attrs.asdict(used) for symbol, used in summary.instruments.items()},
        "data_source": summary.data_source,
        "series": [attrs.asdict(used) for used in summary.series],
        "mark_source": summary.mark_source,
        "warmup": dict(summary.warmup),
        "code_version": summary.code_version,
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
        "wall_s": dict(summary.wall_s),
    }
