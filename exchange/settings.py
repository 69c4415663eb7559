"""The settings of a simulated run: one resolved object, one place for defaults."""

import difflib
import math
from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from exchange.instruments import Instrument
from play_engine.errors import ConfigError, Problem
from play_engine.play.model import Play

REJECT, ADJUST, WARN = 1, 2, 3
_ON_SL_BEYOND_LIQ = {"reject": REJECT, "adjust": ADJUST, "warn": WARN}

# The settings as compiled functions read them; fees are fractions, the flags are 0 or 1, no participation rate is inf.
SETTINGS = np.dtype(
    [
        *[(name, "<f8") for name in ("leverage", "taker", "maker", "slippage_bps", "max_drawdown_pct")],
        *[(name, "<f8") for name in ("max_position_equity_pct", "sizing_price_buffer_bps", "min_trade_notional_usdt")],
        ("participation_rate", "<f8"),
        *[(name, "<i8") for name in ("tp_gap_at_level", "flatten", "liquidation_halts", "on_sl_beyond_liq")],
        *[(name, "<i8") for name in ("limit_through", "nearest_first")],
    ]
)


@attrs.frozen
class _Number:
    """A number in [minimum, maximum]; the minimum excluded if `above`, None allowed if `optional`."""

    minimum: float
    maximum: float = math.inf
    above: bool = False
    optional: bool = False

    def accepts(self, value: object) -> bool:
        """Whether `value` is a finite number in the range; flags are no numbers."""
        if value is None:
            return self.optional
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return False
        return self.minimum <= value <= self.maximum and not (self.above and value == self.minimum)

    def text(self) -> str:
        """The range in words."""
        lower = f"greater than {self.minimum:g}" if self.above else f"at least {self.minimum:g}"
        return f"a number {lower}" + ("" if self.maximum == math.inf else f" and at most {self.maximum:g}")


@attrs.frozen
class _Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def accepts(self, value: object) -> bool:
        """Whether `value` is one of the words."""
        return value in self.words

    def text(self) -> str:
        """The words."""
        return ", ".join(self.words)


def _setting(allowed: _Number | _Choice) -> Any:
    return attrs.field(metadata={"allowed": allowed})


@attrs.frozen(kw_only=True)
class RunSettings:
    """What a simulated run assumes; money in USDT, rates in bps, shares in percent.

    `tp_gap_fill` says whether a target that the open jumps over fills at the open (`market`) or at its level (`level`,
    the cautious view). `limit_fill` says whether the price must reach a standing limit (`touch`) or pass it by a tick
    (`through`, the cautious view). `intrabar_path` says which extreme of a minute a held position meets first: the one
    against it (`adverse`), or the one nearer to the open (`nearest`). `participation_rate` is the share of a minute's
    volume that orders may take, None for no cap. A negative maker fee is a rebate. `on_drawdown` and `on_liquidation`
    say what follows a breach of `max_drawdown_pct` and a takeover. `sizing_price_buffer_bps` is kept back for the way
    of the price between decision and fill.
    """

    capital_usdt: float = _setting(_Number(0.0, above=True))
    leverage: float = _setting(_Number(1.0))
    taker_fee_bps: float = _setting(_Number(0.0, 1_000.0))
    maker_fee_bps: float = _setting(_Number(-1_000.0, 1_000.0))
    slippage_bps: float = _setting(_Number(0.0, 1_000.0))
    limit_fill: str = _setting(_Choice(("touch", "through")))
    tp_gap_fill: str = _setting(_Choice(("market", "level")))
    intrabar_path: str = _setting(_Choice(("adverse", "nearest")))
    participation_rate: float | None = _setting(_Number(0.0, 1.0, above=True, optional=True))
    max_drawdown_pct: float = _setting(_Number(0.0, above=True))
    on_drawdown: str = _setting(_Choice(("halt", "flatten")))
    on_liquidation: str = _setting(_Choice(("halt", "continue")))
    max_position_equity_pct: float = _setting(_Number(0.0, 100.0, above=True))
    sizing_price_buffer_bps: float = _setting(_Number(0.0))
    min_trade_notional_usdt: float = _setting(_Number(0.0))
    on_sl_beyond_liq: str = _setting(_Choice(("reject", "adjust", "warn")))

    def as_dict(self) -> dict[str, Any]:
        """Every setting by name, for printing and hashing."""
        return attrs.asdict(self)

    def to_record(self) -> NDArray[Any]:
        """The settings that the policy and the simulator read, as one row of SETTINGS."""
        record = np.zeros(1, dtype=SETTINGS)
        row = record[0]
        row["taker"] = self.taker_fee_bps / 1e4
        row["maker"] = self.maker_fee_bps / 1e4
        row["participation_rate"] = math.inf if self.participation_rate is None else self.participation_rate
        row["limit_through"] = self.limit_fill == "through"
        row["nearest_first"] = self.intrabar_path == "nearest"
        row["tp_gap_at_level"] = self.tp_gap_fill == "level"
        row["flatten"] = self.on_drawdown == "flatten"
        row["liquidation_halts"] = self.on_liquidation == "halt"
        row["on_sl_beyond_liq"] = _ON_SL_BEYOND_LIQ[self.on_sl_beyond_liq]
        for name in ("leverage", "slippage_bps", "max_drawdown_pct", "max_position_equity_pct"):
            row[name] = getattr(self, name)
        for name in ("sizing_price_buffer_bps", "min_trade_notional_usdt"):
            row[name] = getattr(self, name)
        return record


def resolve_settings(play: Play, instrument: Instrument, overrides: Mapping[str, object]) -> RunSettings:
    """The settings of a run: `overrides` win over the Play and the instrument, these over the defaults.

    An override of None counts as not given. Raises ConfigError that names every unknown or impossible setting.
    """
    given: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
    values = _defaults(play, instrument) | given
    fields = attrs.fields_dict(RunSettings)
    problems = [_unknown(play, name, list(fields)) for name in values if name not in fields]
    for name, field in fields.items():
        allowed: _Number | _Choice = field.metadata["allowed"]
        if name == "leverage":
            allowed = _Number(1.0, instrument.max_leverage)
        if not allowed.accepts(values[name]):
            problems.append(_impossible(play, name, values[name], allowed.text()))
    if problems:
        raise ConfigError(problems)
    resolved: dict[str, Any] = {
        name: value if value is None or isinstance(value, str) else float(value) for name, value in values.items()
    }
    return RunSettings(**resolved)


def _defaults(play: Play, instrument: Instrument) -> dict[str, Any]:
    return {
        "capital_usdt": play.starting_equity_usdt,
        "leverage": play.leverage,
        "taker_fee_bps": round(instrument.taker * 1e4, 10),
        "maker_fee_bps": round(instrument.maker * 1e4, 10),
        "slippage_bps": play.slippage_bps,
        "limit_fill": "touch",
        "tp_gap_fill": "market",
        "intrabar_path": "adverse",
        "participation_rate": None,
        "max_drawdown_pct": play.account.max_drawdown_pct,
        "on_drawdown": "halt",
        "on_liquidation": "halt",
        "max_position_equity_pct": 95.0,
        "sizing_price_buffer_bps": 50.0,
        "min_trade_notional_usdt": play.account.min_trade_notional_usdt,
        "on_sl_beyond_liq": play.account.on_sl_beyond_liq,
    }


def _unknown(play: Play, name: str, known: list[str]) -> Problem:
    near = difflib.get_close_matches(name, known, n=3)
    return Problem(
        file=play.file,
        line=0,
        column=0,
        code="UNKNOWN_SETTING",
        path=f"settings.{name}",
        found=name,
        allowed=", ".join(known),
        hint=f"did you mean {' or '.join(near)}?" if near else "",
    )


def _impossible(play: Play, name: str, value: object, allowed: str) -> Problem:
    return Problem(
        file=play.file,
        line=0,
        column=0,
        code="SETTING_OUT_OF_RANGE",
        path=f"settings.{name}",
        found=repr(value),
        allowed=allowed,
    )
