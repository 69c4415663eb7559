"""What each setting of a run means, in words, for the value that it has."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import attrs

from charts.report.wording import duration, percent, plain, ratio, usdt

# How the result differs from what the same trading would bring: too good, too bad, one or the other, not at all.
Lean = Literal["in favour", "against", "either way", "neither way", "unknown"]
IN_FAVOUR, AGAINST, EITHER, NEITHER = "in favour", "against", "either way", "neither way"


@attrs.frozen
class Meaning:
    """A value in words, a sentence on it, and which way it bends the result."""

    value: str
    sentence: str
    lean: Lean


def _bps(value: float) -> str:
    return f"{plain(value)} bps ({plain(value / 100.0)} %)"


def _money(sentence: str) -> Callable[[Any], Meaning]:
    return lambda value: Meaning(f"{usdt(value)} USDT", sentence, NEITHER)


def _choice(**meanings: tuple[str, Lean]) -> Callable[[Any], Meaning]:
    """A setting that is one of a few words."""
    unknown: tuple[str, Lean] = ("A choice that this report does not know.", "unknown")
    return lambda value: Meaning(plain(value), *meanings.get(str(value), unknown))


def _leverage(value: float) -> Meaning:
    sentence = "The margin of a position is its value divided by this. The higher, the nearer is liquidation."
    return Meaning(f"{ratio(value)}×", sentence, NEITHER)


def _taker_fee(value: float) -> Meaning:
    if value == 0.0:
        return Meaning(_bps(value), "Orders that take from the book are free; real ones are not.", IN_FAVOUR)
    return Meaning(_bps(value), "Paid on the value of market orders, stops and market targets.", NEITHER)


def _maker_fee(value: float) -> Meaning:
    if value < 0.0:
        return Meaning(_bps(value), "A rebate for limit orders that wait in the book. Few accounts have it.", IN_FAVOUR)
    return Meaning(_bps(value), "Paid on the value of limit orders that waited in the book.", NEITHER)


def _slippage(value: float) -> Meaning:
    if value == 0.0:
        sentence = "Market orders and stops fill at the very price that was seen: no spread, no impact."
        return Meaning(_bps(value), sentence, IN_FAVOUR)
    sentence = "Market orders and stops fill this much worse than the price, which is too little for large ones."
    return Meaning(_bps(value), sentence, EITHER)


def _slippage_jitter(value: float) -> Meaning:
    if value == 0.0:
        return Meaning(_bps(value), "Slippage is the same in every fill.", NEITHER)
    return Meaning(_bps(value), "Slippage of each fill is drawn from this much around its usual size.", EITHER)


def _latency(value: float) -> Meaning:
    if value == 0.0:
        sentence = "Decisions reach the exchange at once: orders meet the very next price. Real ones come later."
        return Meaning("0 ms", sentence, IN_FAVOUR)
    return Meaning(duration(value), "The time from a decision until its order meets the market.", EITHER)


def _latency_jitter(value: float) -> Meaning:
    if value == 0.0:
        return Meaning("0 ms", "Every order takes equally long.", NEITHER)
    return Meaning(duration(value), "Up to this much is added to the way of each order, by lot.", EITHER)


def _participation(value: float | None) -> Meaning:
    if value is None:
        sentence = "Orders of any size fill at once, however little was traded in their minute."
        return Meaning("no cap", sentence, IN_FAVOUR)
    return Meaning(percent(value), "Orders take at most this share of what was traded in a minute.", EITHER)


def _drawdown(value: float) -> Meaning:
    if value >= 100.0:
        return Meaning("off", "The run goes on, however much was lost.", NEITHER)
    return Meaning(percent(value / 100.0), "A fall from the peak by this much halts the Play.", NEITHER)


def _position_share(value: float) -> Meaning:
    return Meaning(percent(value / 100.0), "At most this share of the free equity is put into one position.", NEITHER)


def _sizing_buffer(value: float) -> Meaning:
    return Meaning(_bps(value), "Kept back when sizing, for what the price does until the order fills.", NEITHER)


def _shared_symbol(value: bool) -> Meaning:
    sentence = "Plays may trade the same symbol, one at a time." if value else "Each symbol belongs to one Play."
    return Meaning(plain(value), sentence, NEITHER)


def _seed(value: int) -> Meaning:
    return Meaning(str(value), "Decides the draws of slippage and latency. Another seed gives another result.", EITHER)


# A word of the language, which cannot name an argument.
_GOES_ON: dict[str, tuple[str, Lean]] = {"continue": ("The Play goes on after a liquidation.", NEITHER)}
SETTINGS: Mapping[str, Callable[[Any], Meaning]] = {
    "capital_usdt": _money("The wallet begins with this; sizes follow the equity."),
    "leverage": _leverage,
    "margin_mode": _choice(
        isolated=("A position can lose its own margin and no more.", NEITHER),
        cross=("All positions stand on the whole wallet: liquidation comes later, and takes everything.", NEITHER),
    ),
    "taker_fee_bps": _taker_fee,
    "maker_fee_bps": _maker_fee,
    "slippage_bps": _slippage,
    "slippage_jitter_bps": _slippage_jitter,
    "latency_ms": _latency,
    "latency_jitter_ms": _latency_jitter,
    "limit_fill": _choice(
        touch=("A limit order fills when the price reaches it, as if nobody stood before it in the queue.", IN_FAVOUR),
        through=("A limit order fills only when the price passes it by a tick; some real ones fill before.", AGAINST),
    ),
    "tp_gap_fill": _choice(
        market=("A target that the open jumps over fills at the open, better than asked, as on the exchange.", NEITHER),
        level=("A target that the open jumps over fills at its level; the exchange would give the open.", AGAINST),
    ),
    "intrabar_path": _choice(
        adverse=("Within a bar a position meets the extreme against it first: stops before targets.", AGAINST),
        nearest=("Within a bar the price goes to the extreme nearer to the open first.", EITHER),
    ),
    "participation_rate": _participation,
    "funding": _choice(
        on=("Funding is paid and received at its instants, as far as rates are known.", NEITHER),
        off=("No funding is paid or received; most of the time that flatters long positions.", EITHER),
    ),
    "max_drawdown_pct": _drawdown,
    "on_drawdown": _choice(
        halt=("After that no entries; what is open runs on to its exits.", NEITHER),
        flatten=("After that no entries, and what is open is closed at the market.", NEITHER),
    ),
    "drawdown_check": _choice(
        exec_close=("The drawdown is looked at when a bar of the exec timeframe closes, not in between.", EITHER),
        minute=("The drawdown is looked at every minute.", NEITHER),
    ),
    "on_liquidation": _choice(
        halt=("A liquidation halts the Play.", NEITHER),
        **_GOES_ON,
    ),
    "max_position_equity_pct": _position_share,
    "sizing_price_buffer_bps": _sizing_buffer,
    "min_trade_notional_usdt": _money("Smaller entries are refused."),
    "on_sl_beyond_liq": _choice(
        reject=("An entry whose stop lies beyond the liquidation price is refused.", NEITHER),
        adjust=("A stop beyond the liquidation price is moved before it.", NEITHER),
        warn=("An entry whose stop lies beyond the liquidation price is sent, and counted.", NEITHER),
    ),
    "allow_shared_symbol": _shared_symbol,
    "seed": _seed,
}
