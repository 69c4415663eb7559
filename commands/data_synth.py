"""The command `data synth`: made-up markets into a file or into the candle store."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import click

from commands.exit_codes import SUCCESS
from commands.failure import print_json
from commands.output_file import check_output
from commands.plays import open_play
from commands.presentation import plain_table, say, show
from feeds.candle_export import check_export_path, write_bars
from feeds.pattern_market import PatternMarket
from feeds.patterns.registry import PATTERNS
from feeds.store import CandleStore
from feeds.synthetic import SyntheticMarket
from feeds.synthetic_days import MarketOfDays
from play_engine.intervals import MINUTE_MS

_CHUNK_BARS = 65_536
_EVER = (0, 1 << 62)
_SYMBOL = "BTCUSDT"


@attrs.frozen(kw_only=True)
class MarketWish:
    """Which market: `names` is one pattern, or with `realistic` the symbols; or the pattern that a Play names."""

    names: Sequence[str]
    play: str | None
    symbol: str | None
    realistic: bool
    seed: int
    start_ms: int
    days: int
    correlation: float
    funding: bool
    gaps_a_day: float


@attrs.frozen(kw_only=True)
class Target:
    """Where the market goes: a file, or a venue of a store."""

    out: Path | None
    store: Path | None
    venue: str
    force: bool


def run_list_patterns(*, as_json: bool) -> int:
    """Show every pattern, and return the exit code."""
    if as_json:
        fields = ("name", "family", "summary", "parameters")
        print_json({"patterns": [{name: getattr(one, name) for name in fields} for one in PATTERNS.values()]})
        return SUCCESS
    rows = [(one.name, _parameters(one.parameters), one.summary) for one in PATTERNS.values()]
    show(plain_table(("pattern", "parameters", "what it does"), rows, left=("pattern", "parameters", "what it does")))
    return SUCCESS


def run_synth(wish: MarketWish, target: Target, *, as_json: bool) -> int:
    """Make the market and keep it, and return the exit code.

    Raises click's errors for options that do not go together, ConfigError for the Play, DataError for a name that is no
    pattern and for a store that has other bars in the same places.
    """
    if (target.out is None) == (target.store is None):
        raise click.UsageError("where to? give --out FILE or --store DIR")
    symbols, market = _market(wish)
    if target.out is not None:
        check_export_path(target.out)
        check_output(target.out, target.out.parent, force=target.force)
        if len(symbols) > 1:
            raise click.BadParameter("a file has one symbol; keep several with --store", param_hint="--out")
        made = [_written(market, symbols[0], target.out)]
    else:
        made = _stored(market, symbols, CandleStore(target.store or Path()), target.venue)
    say(market.describe())
    if as_json:
        print_json({"market": market.describe(), "series": made})
    else:
        for series in made:
            show(f"{series['symbol']} {series['kind']}: {series['rows']:,} rows, {series['place']}")
    return SUCCESS


def _market(wish: MarketWish) -> tuple[list[str], SyntheticMarket | PatternMarket]:
    if wish.realistic:
        if not wish.names or wish.play or wish.symbol:
            raise click.UsageError("--realistic takes the symbols as arguments: data synth --realistic BTCUSDT ETHUSDT")
        symbols = list(dict.fromkeys(wish.names))
        return symbols, SyntheticMarket(
            symbols,
            wish.seed,
            wish.start_ms,
            wish.days,
            correlation=wish.correlation,
            funding=wish.funding,
            gaps_a_day=wish.gaps_a_day,
        )
    pattern, symbol = _pattern(wish)
    return [symbol], PatternMarket([symbol], pattern, wish.seed, wish.start_ms, wish.days)


def _pattern(wish: MarketWish) -> tuple[str, str]:
    if wish.play is not None:
        if wish.names:
            raise click.UsageError("--play names the pattern itself; leave PATTERN out")
        play = open_play(wish.play, ())
        return play.pattern, wish.symbol or play.symbol
    if len(wish.names) != 1:
        raise click.UsageError("give one PATTERN, --play PLAY, or --realistic SYMBOL...; --list shows the patterns")
    return wish.names[0], wish.symbol or _SYMBOL


def _written(market: MarketOfDays, symbol: str, out: Path) -> dict[str, Any]:
    rows = write_bars(out, market.bars(symbol, *_EVER, _CHUNK_BARS), "last")
    return {"symbol": symbol, "kind": "last", "rows": rows, "place": str(out)}


def _stored(market: MarketOfDays, symbols: Sequence[str], store: CandleStore, venue: str) -> list[dict[str, Any]]:
    reports: list[dict[str, Any]] = []
    for symbol in symbols:
        for kind, give in (("last", market.bars), ("mark", market.mark_bars)):
            if next(give(symbol, *_EVER, 1), None) is None:
                continue
            bars = give(symbol, *_EVER, _CHUNK_BARS)
            report = store.add(bars, venue=venue, symbol=symbol, interval_ms=MINUTE_MS, kind=kind)
            reports.append({"symbol": symbol, "kind": kind, "rows": report.rows_added, "place": f"added to {venue}"})
        rates = market.readings(symbol, "funding", *_EVER)
        if len(rates):
            report = store.add_readings(rates, venue=venue, symbol=symbol, kind="funding")
            row = {"symbol": symbol, "kind": "funding", "rows": report.rows_added, "place": f"added to {venue}"}
            reports.append(row)
    return reports


def _parameters(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
