"""What `venue` replays: files and made-up markets as the tapes of a venue, and where the replay begins."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import attrs
import click

from exchange.instruments import Instrument, instrument_at_price, known_instrument
from exchange.venue.market.tape import Tape
from feeds.beside_bars import NO_MARKS, readings_for, why_no_marks
from feeds.file_market import FileMarket
from feeds.joining import concatenated
from feeds.mark_joining import with_marks
from feeds.provider import DataProvider
from feeds.synthetic import SyntheticMarket
from play_engine.play.model import Account

# Where made-up markets begin: 2024-01-01, as those of `data synth` do.
_SYNTHETIC_START_MS = 1_704_067_200_000
# Part of the movement that made-up markets have in common, as with `data synth`.
_CORRELATION = 0.6
# A client that trades on the newest bars wants so many behind it.
_HISTORY_BARS = 1000
_READ_BARS = 65_536


@attrs.frozen(kw_only=True)
class Recording:
    """A symbol that is replayed, where it is from, and the reason if its mark price is not used."""

    tape: Tape
    source: str
    unmarked: str


@attrs.frozen(kw_only=True)
class MarketWish:
    """What was typed: each file as `FILE` (of `symbol`) or `SYMBOL=FILE`, each made-up market as `SYMBOL:DAYS`."""

    symbol: str
    candles: Sequence[str]
    mark: Sequence[str]
    funding: Sequence[str]
    open_interest: Sequence[str]
    synthetic: Sequence[tuple[str, int]]
    seed: int


def recordings(wish: MarketWish) -> list[Recording]:
    """Every symbol that was asked for, once. Raises DataError for data that do not serve, and click's usage errors."""
    candles = _files(wish.candles, wish.symbol, "--candles")
    beside = {
        "mark": _files(wish.mark, wish.symbol, "--mark"),
        "funding": _files(wish.funding, wish.symbol, "--funding"),
        "open_interest": _files(wish.open_interest, wish.symbol, "--open-interest"),
    }
    for kind, files in beside.items():
        for symbol in files:
            if symbol not in candles:
                hint = f"--{kind.replace('_', '-')}"
                raise click.BadParameter(f"is for {symbol}, of which there are no --candles", param_hint=hint)
    made = dict(wish.synthetic)
    if len(made) < len(wish.synthetic) or candles.keys() & made.keys():
        raise click.BadParameter("a symbol is there twice; each can be replayed once", param_hint="--synthetic")
    if not candles and not made:
        raise click.UsageError("nothing to replay; give --candles FILE or --synthetic SYMBOL:DAYS")
    markets: dict[str, DataProvider] = {
        symbol: FileMarket(file, symbol, **{kind: files.get(symbol) for kind, files in beside.items()})
        for symbol, file in candles.items()
    }
    for symbol, days in made.items():
        markets[symbol] = SyntheticMarket(
            [symbol], wish.seed, _SYNTHETIC_START_MS, days, correlation=_CORRELATION, funding=True
        )
    return [_recording(symbol, market) for symbol, market in markets.items()]


def replay_start_ms(tapes: Sequence[Tape]) -> int:
    """The first instant at which every symbol has 1,000 bars behind it, or half of its bars where it has fewer."""
    return max(int(tape.bars.ts[min(_HISTORY_BARS, len(tape.bars) // 2)]) for tape in tapes)


def tapes_digest(tapes: Sequence[Tape], step_ms: int) -> str:
    """Tells apart what a saved state belongs to: the bars of every symbol, and the step."""
    digest = hashlib.sha256(str(step_ms).encode())
    for tape in sorted(tapes, key=lambda one: one.symbol):
        digest.update(tape.symbol.encode())
        for column in (tape.bars.ts, tape.bars.close):
            digest.update(column.tobytes())
    return digest.hexdigest()


def _files(texts: Sequence[str], symbol: str, option: str) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for text in texts:
        name, mark, path = text.partition("=")
        of, file = (name, path) if mark and name.isalnum() else (symbol, text)
        if of in files:
            raise click.BadParameter(f"{of} has a file already; write SYMBOL=FILE for others", param_hint=option)
        files[of] = Path(file)
    return files


def _recording(symbol: str, market: DataProvider) -> Recording:
    coverage = market.coverage(symbol)
    span = coverage.start_ms, coverage.end_ms
    unmarked = why_no_marks(market, coverage, *span)
    bars = market.bars(symbol, *span, _READ_BARS)
    if unmarked:
        last, mark = concatenated(list(bars)), None
    else:
        pairs = list(with_marks(bars, market.mark_bars(symbol, *span, _READ_BARS)))
        last, mark = concatenated([pair[0] for pair in pairs]), concatenated([pair[1] for pair in pairs])
    tape = Tape(
        instrument=_instrument(symbol, float(last.open[0])),
        bars=last,
        mark=mark,
        funding=readings_for(market, symbol, "funding", *span),
        open_interest=readings_for(market, symbol, "open_interest", *span),
    )
    return Recording(tape=tape, source=market.describe(), unmarked="" if unmarked == NO_MARKS else unmarked)


def _instrument(symbol: str, price: float) -> Instrument:
    """With the fees that an account has when a Play says nothing of them."""
    return known_instrument(symbol, Account()) or instrument_at_price(symbol, Account(), price)
