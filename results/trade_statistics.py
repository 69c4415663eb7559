"""What the closed trades say: rates, averages, streaks, durations, excursions, and each side by itself."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exchange.simulated.records import CODED_COLUMNS
from play_engine.bars import Floats
from results.measure import NO_TRADES, ZERO_VARIANCE, Measure, Measures, Undefined, mean, ratio

# The columns of the trades table that the metrics need; `play` counts the Plays of the account from 0.
TRADE_COLUMNS = np.dtype(
    [
        ("trade_id", "<i8"),
        ("play", "<i4"),
        ("side", "|i1"),
        ("entry_ts", "<i8"),
        ("exit_ts", "<i8"),
        ("gross_pnl", "<f8"),
        ("fees", "<f8"),
        ("funding", "<f8"),
        ("net_pnl", "<f8"),
        ("slippage_cost", "<f8"),
        ("return_on_value", "<f8"),
        ("r_multiple", "<f8"),
        ("mae", "<f8"),
        ("mfe", "<f8"),
        ("bars_held", "<i4"),
        ("duration_ms", "<i8"),
        ("ambiguous", "|u1"),
        ("exit_reason", "|u1"),
    ]
)
Trades = NDArray[Any]

_EXIT_REASONS = CODED_COLUMNS["trades"]["exit_reason"]
_NO_LOSER = Undefined("no losing trade")
_NO_WINNER = Undefined("no winning trade")


def kept_columns(trades: NDArray[Any]) -> Trades:
    """A copy of rows of the trades table with the columns that the metrics need; without `play` there is one Play."""
    kept = np.zeros(len(trades), dtype=TRADE_COLUMNS)
    for name in set(TRADE_COLUMNS.names or ()) & set(trades.dtype.names or ()):
        kept[name] = trades[name]
    return kept


def trade_metrics(trades: Trades) -> Measures:
    """Every metric that the trades alone decide; averages and ratios are undefined without trades."""
    return {
        **_results(trades["net_pnl"]),
        "expectancy_r": _expectancy_r(trades["r_multiple"]),
        "avg_trade_return": mean(trades["return_on_value"]),
        **_durations(trades),
        **_excursions(trades),
        **_side("long", trades[trades["side"] > 0]),
        **_side("short", trades[trades["side"] < 0]),
    }


def exits_by_reason(trades: Trades) -> dict[str, dict[str, float]]:
    """Trades, winners and net result in USDT by exit reason, for the reasons that occurred."""
    groups: dict[str, dict[str, float]] = {}
    for code in np.unique(trades["exit_reason"]).tolist():
        net = trades["net_pnl"][trades["exit_reason"] == code]
        groups[_EXIT_REASONS[code]] = {
            "trades": len(net),
            "wins": int(np.count_nonzero(net > 0)),
            "net_pnl": float(np.sum(net)),
        }
    return groups


def _results(net: Floats) -> Measures:
    won, lost = net[net > 0], net[net < 0]
    payoff = _payoff(net, won, lost)
    wins, losses = _longest_streaks(np.sign(net))
    return {
        "trades": len(net),
        "wins": len(won),
        "losses": len(lost),
        "breakeven": len(net) - len(won) - len(lost),
        "win_rate": ratio(len(won), len(net), NO_TRADES),
        "gross_profit": float(np.sum(won)),
        "gross_loss": float(np.sum(lost)),
        "profit_factor": profit_factor(net),
        "expectancy": mean(net),
        "avg_win": mean(won, _NO_WINNER),
        "avg_loss": mean(lost, _NO_LOSER),
        "largest_win": float(np.max(won)) if len(won) else _NO_WINNER,
        "largest_loss": float(np.min(lost)) if len(lost) else _NO_LOSER,
        "payoff_ratio": payoff,
        "sqn": _sqn(net),
        "kelly": _kelly(len(won), len(net), payoff),
        "max_consecutive_wins": wins,
        "max_consecutive_losses": losses,
    }


def profit_factor(net: Floats) -> Measure:
    """What the winners won over what the losers lost."""
    if len(net) == 0:
        return NO_TRADES
    return ratio(float(np.sum(net[net > 0])), -float(np.sum(net[net < 0])), _NO_LOSER)


def _payoff(net: Floats, won: Floats, lost: Floats) -> Measure:
    if len(lost) == 0:
        return _NO_LOSER if len(net) else NO_TRADES
    return float(np.mean(won)) / -float(np.mean(lost)) if len(won) else 0.0


def _sqn(net: Floats) -> Measure:
    """Van Tharp's system quality number, √N·mean/σ."""
    if len(net) < 2:
        return Undefined("fewer than 2 trades") if len(net) else NO_TRADES
    if np.ptp(net) == 0:
        return ZERO_VARIANCE
    return math.sqrt(len(net)) * float(np.mean(net)) / float(np.std(net, ddof=1))


def _kelly(won: int, trades: int, payoff: Measure) -> Measure:
    """Kelly's fraction, win_rate − (1 − win_rate) / payoff."""
    if isinstance(payoff, Undefined):
        return payoff
    if won == 0:
        return _NO_WINNER
    rate = won / trades
    return rate - (1.0 - rate) / payoff


def _expectancy_r(multiples: Floats) -> Measure:
    known = multiples[np.isfinite(multiples)]
    return mean(known, Undefined("no trade with a stop") if len(multiples) else NO_TRADES)


def _longest_streaks(signs: Floats) -> tuple[int, int]:
    """Longest runs of +1 and of −1; a 0 ends both."""
    turns = np.flatnonzero(np.diff(signs)) + 1
    starts = np.concatenate(([0], turns))
    lengths = np.diff(np.concatenate((starts, [len(signs)])))
    of = signs[starts] if len(signs) else np.zeros(len(starts))
    return int(np.max(lengths[of > 0], initial=0)), int(np.max(lengths[of < 0], initial=0))


def _durations(trades: Trades) -> Measures:
    net = trades["net_pnl"]
    groups: tuple[tuple[str, Trades, Undefined], ...] = (
        ("trade", trades, NO_TRADES),
        ("win", trades[net > 0], _NO_WINNER),
        ("loss", trades[net < 0], _NO_LOSER),
    )
    measures: Measures = {}
    for name, group, otherwise in groups:
        lengths = group["duration_ms"]
        known = len(lengths) > 0
        measures[f"avg_{name}_duration_ms"] = mean(lengths, otherwise)
        measures[f"median_{name}_duration_ms"] = float(np.median(lengths)) if known else otherwise
        measures[f"max_{name}_duration_ms"] = int(np.max(lengths)) if known else otherwise
    return {**measures, "avg_bars_held": mean(trades["bars_held"])}


def _excursions(trades: Trades) -> Measures:
    adverse, favourable = trades["mae"], trades["mfe"]
    if len(trades) == 0:
        return dict.fromkeys(("mae_avg", "mae_max", "mfe_avg", "mfe_max", "edge_ratio"), NO_TRADES)
    average = float(np.mean(adverse)), float(np.mean(favourable))
    return {
        "mae_avg": average[0],
        "mae_max": float(np.max(adverse)),
        "mfe_avg": average[1],
        "mfe_max": float(np.max(favourable)),
        "edge_ratio": ratio(average[1], average[0], Undefined("no adverse excursion")),
    }


def _side(name: str, trades: Trades) -> Measures:
    net = trades["net_pnl"]
    sums = {column: float(np.sum(trades[column])) for column in ("net_pnl", "gross_pnl", "fees", "funding")}
    return {
        f"{name}_trades": len(trades),
        f"{name}_win_rate": ratio(int(np.count_nonzero(net > 0)), len(trades), NO_TRADES),
        **{f"{name}_{column}": total for column, total in sums.items()},
        f"{name}_profit_factor": profit_factor(net),
    }
