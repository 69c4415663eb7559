"""What was understood of a Play, in a few lines."""

from collections.abc import Mapping
from typing import Any

from play_engine.intervals import interval_name
from play_engine.play.model import FeatureSpec, IntentSpec, Play, StructureSpec
from play_engine.warmup import warmup_bars


def play_summary(play: Play) -> dict[str, Any]:
    """Symbol, timeframes, series, blocks with what they emit, and warm-up in bars by timeframe; plain values."""
    return {
        "id": play.id,
        "symbol": play.symbol,
        "exec": interval_name(play.exec_ms),
        "evaluated": "at every minute close" if play.minute_mode else "at every exec close",
        "timeframes": {role: interval_name(length) for role, length in play.roles.items()},
        "features": {spec.id: _feature(spec) for spec in play.features},
        "structures": {spec.key: _structure(spec) for spec in play.structures},
        "blocks": {block.id: _emitted(play, block.id) for block in play.blocks},
        "warmup_bars": {interval_name(length): bars for length, bars in sorted(warmup_bars(play).items())},
    }


def summary_text(play: Play) -> str:
    """The same for a terminal."""
    summary = play_summary(play)
    title = f"{play.id}  {play.symbol}, exec {summary['exec']}, decides {summary['evaluated']}"
    parts = {
        "timeframes": ", ".join(f"{role} {name}" for role, name in summary["timeframes"].items()),
        "features": _list(summary["features"]),
        "structures": _list(summary["structures"]),
        "blocks": _list({name: ", ".join(emitted) or "nothing" for name, emitted in summary["blocks"].items()}),
        "warm-up": ", ".join(f"{bars} bars of {name}" for name, bars in summary["warmup_bars"].items()),
    }
    return "\n".join([title, *(f"  {name:<11} {text}" for name, text in parts.items() if text)])


def _list(entries: Mapping[str, str]) -> str:
    return ("\n" + " " * 14).join(f"{name}: {text}" for name, text in entries.items())


def _feature(spec: FeatureSpec) -> str:
    source = f" of {spec.source}" if spec.source not in (None, "close") else ""
    field = f".{spec.source_output}" if spec.source_output not in (None, "value") else ""
    return f"{spec.indicator.name}({_params(spec.params)}){source}{field} on {interval_name(spec.interval_ms)}"


def _structure(spec: StructureSpec) -> str:
    uses = f" using {', '.join(spec.uses)}" if spec.uses else ""
    return f"{spec.type}({_params(spec.params)}){uses} on {interval_name(spec.interval_ms)}"


def _params(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in params.items() if value is not None)


def _emitted(play: Play, block_id: str) -> list[str]:
    return [_intent(intent) for intent in play.intents if intent.block == block_id]


def _intent(intent: IntentSpec) -> str:
    return intent.action if intent.percent == 100.0 else f"{intent.action} {intent.percent:g} %"
