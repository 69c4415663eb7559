"""What a run's hashes are taken over: the Play, settings, data and code that went in, and the rows that came out."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import attrs

from exchange.canonical import canonical_hash

SCHEMA = 1


@attrs.frozen(kw_only=True)
class SeriesUsed:
    """A market series as a run read it, warm-up included; `kind` is last, mark or funding, `step_ms` 0 for funding.

    `first_ts` and `last_ts` are row times in ms; 0 without rows. `sha256` is the table hash of its rows.
    """

    symbol: str
    kind: str
    step_ms: int
    rows: int
    first_ts: int
    last_ts: int
    sha256: str


def play_hash(resolved: Mapping[str, Any]) -> str:
    """Hash of a resolved Play: comments and layout of its file do not matter."""
    return canonical_hash(resolved)


def play_text_hash(text: bytes) -> str:
    """Hash of a Play file's bytes."""
    return hashlib.sha256(text).hexdigest()


def settings_hash(settings: Mapping[str, Any], instruments: Mapping[str, Mapping[str, Any]]) -> str:
    """Hash of the resolved settings and the instrument records, by symbol."""
    return canonical_hash({"instruments": instruments, "settings": settings})


def data_hash(series: Iterable[SeriesUsed]) -> str:
    """Hash of all market data that a run read."""
    ordered = sorted(series, key=lambda used: (used.symbol, used.kind, used.step_ms))
    names = ("symbol", "kind", "step_ms", "sha256")
    return canonical_hash([{name: getattr(used, name) for name in names} for used in ordered])


def package_version() -> str:
    """The installed version, or `source` in a checkout that is not installed."""
    try:
        return version("playhouse")
    except PackageNotFoundError:
        return "source"


def code_hash(package_version: str) -> str:
    """Hash of everything that decides a result: the version, `play_engine/`, `exchange/simulated/` and the policy.

    The policy is every module that lies directly in `exchange/`. Files count in path order, each as path, 0x00, bytes.
    """
    exchange = files("exchange")
    sources = dict(_sources(files("play_engine"), "play_engine"))
    sources.update(_sources(exchange / "simulated", "exchange/simulated"))
    sources.update((f"exchange/{entry.name}", entry) for entry in exchange.iterdir() if entry.name.endswith(".py"))
    digest = hashlib.sha256(package_version.encode())
    for path in sorted(sources):
        digest.update(path.encode() + b"\0" + sources[path].read_bytes())
    return digest.hexdigest()


def _sources(folder: Traversable, path: str) -> Iterable[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        inner = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _sources(entry, inner)
        elif entry.name.endswith(".py"):
            yield inner, entry


def input_hash(*, plays: Sequence[str], settings: str, start_ms: int, end_ms: int, data: str, code: str) -> str:
    """Hash of everything that a run depends on; `plays` are play hashes in instance order."""
    return canonical_hash(
        {
            "schema": SCHEMA,
            "plays": list(plays),
            "settings": settings,
            "window": [start_ms, end_ms],
            "data": data,
            "code": code,
        }
    )


def result_hash(*, equity: str, fills: str, trades: str) -> str:
    """Hash of what a run did, from its table hashes."""
    return canonical_hash({"equity": equity, "fills": fills, "trades": trades})
