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
_PLAIN = (
    *("leverage", "slippage_bps", "slippage_jitter_bps", "max_drawdown_pct"),
    *("max_position_equity_pct", "sizing_price_buffer_bps", "min_trade_notional_usdt"),
)
SETTINGS = np.dtype(
    [
        *[(name, "<f8") for name in (*_PLAIN, "taker", "maker", "participation_rate")],
        *[(name, "<i8") for name in ("tp_gap_at_level", "flatten", "liquidation_halts", "on_sl_beyond_liq")],
        *[(name, "<i8") for name in ("limit_through", "nearest_first", "cross", "minute_drawdown")],
        *[(name, "<i8") for name in ("latency_ms", "latency_jitter_ms")],
        ("seed", "<u8"),
    ]
)
_MAX_SEED = 2**64 - 1
_MAX_LATENCY_MS = 86_400_000


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
class _Whole:
    """A whole number in [0, maximum]."""

    maximum: int

    def accepts(self, value: object) -> bool:
        """Whether `value` is a whole number in the range; flags are no numbers."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= self.maximum

    def text(self) -> str:
        """The range in words."""
        return f"a whole number from 0 to {self.maximum}"


@attrs.frozen
class _Flag:
    """True or false."""

    def accepts(self, value: object) -> bool:
        """Whether `value` is a flag."""
        return isinstance(value, bool)

    def text(self) -> str:
        """Both values."""
        return "true, false"


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


_Allowed = _Number | _Whole | _Flag | _Choice


def _setting(allowed: _Allowed, *, whole_account: bool = False, whole_symbol: bool = False) -> Any:
    return attrs.field(metadata={"allowed": allowed, "account": whole_account, "symbol": whole_symbol})


@attrs.frozen(kw_only=True)
class RunSettings:
    """What a simulated run assumes of one Play; money in USDT, rates in bps, shares in percent, times in ms.

    `tp_gap_fill` says whether a target that the open jumps over fills at the open (`market`) or at its level (`level`,
    the cautious view). `limit_fill` says whether the price must reach a standing limit (`touch`) or pass it by a tick
    (`through`, the cautious view). `intrabar_path` says which extreme of a minute a held position meets first: the one
    against it (`adverse`), or the one nearer to the open (`nearest`). `participation_rate` is the share of a minute's
    volume that orders may take, None for no cap. A negative maker fee is a rebate. An order arrives `latency_ms` after
    its decision, and up to `latency_jitter_ms` later; slippage varies by up to `slippage_jitter_bps` to both sides; the
    two jitters draw from `seed`. `funding` says whether positions pay and receive it. `on_drawdown` and
    `on_liquidation` say what follows a breach of `max_drawdown_pct`, which is looked at as `drawdown_check` says, and a
    takeover. `sizing_price_buffer_bps` is kept back for the way of the price between decision and fill.

    Some settings are the same for all Plays on an account, some for all Plays on one symbol of it: see
    `ACCOUNT_SETTINGS` and `SYMBOL_SETTINGS`.
    """

    capital_usdt: float = _setting(_Number(0.0, above=True))
    margin_mode: str = _setting(_Choice(("isolated", "cross")), whole_account=True)
    leverage: float = _setting(_Number(1.0), whole_symbol=True)
    taker_fee_bps: float = _setting(_Number(0.0, 1_000.0), whole_symbol=True)
    maker_fee_bps: float = _setting(_Number(-1_000.0, 1_000.0), whole_symbol=True)
    slippage_bps: float = _setting(_Number(0.0, 1_000.0), whole_symbol=True)
    slippage_jitter_bps: float = _setting(_Number(0.0, 1_000.0), whole_symbol=True)
    latency_ms: int = _setting(_Whole(_MAX_LATENCY_MS), whole_account=True)
    latency_jitter_ms: int = _setting(_Whole(_MAX_LATENCY_MS), whole_account=True)
    limit_fill: str = _setting(_Choice(("touch", "through")), whole_symbol=True)
    tp_gap_fill: str = _setting(_Choice(("market", "level")), whole_symbol=True)
    intrabar_path: str = _setting(_Choice(("adverse", "nearest")), whole_symbol=True)
    participation_rate: float | None = _setting(_Number(0.0, 1.0, above=True, optional=True), whole_symbol=True)
    funding: str = _setting(_Choice(("on", "off")), whole_account=True)
    max_drawdown_pct: float = _setting(_Number(0.0, above=True))
    on_drawdown: str = _setting(_Choice(("halt", "flatten")))
    drawdown_check: str = _setting(_Choice(("exec_close", "minute")))
    on_liquidation: str = _setting(_Choice(("halt", "continue")), whole_account=True)
    max_position_equity_pct: float = _setting(_Number(0.0, 100.0, above=True))
    sizing_price_buffer_bps: float = _setting(_Number(0.0))
    min_trade_notional_usdt: float = _setting(_Number(0.0))
    on_sl_beyond_liq: str = _setting(_Choice(("reject", "adjust", "warn")))
    allow_shared_symbol: bool = _setting(_Flag(), whole_account=True)
    seed: int = _setting(_Whole(_MAX_SEED), whole_account=True)

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
        row["cross"] = self.margin_mode == "cross"
        row["minute_drawdown"] = self.drawdown_check == "minute"
        for name in (*_PLAIN, "latency_ms", "latency_jitter_ms", "seed"):
            row[name] = getattr(self, name)
        return record


def _settings_with(scope: str) -> tuple[str, ...]:
    return tuple(name for name, field in attrs.fields_dict(RunSettings).items() if field.metadata[scope])


# Settings in which all Plays on an account agree, and those in which all Plays on one symbol of it do.
ACCOUNT_SETTINGS = _settings_with("account")
SYMBOL_SETTINGS = _settings_with("symbol")


def resolve_settings(play: Play, instrument: Instrument, overrides: Mapping[str, object]) -> RunSettings:
    """The settings of a run: `overrides` win over the Play and the instrument, these over the defaults.

    An override of None counts as not given. Raises ConfigError that names every unknown or impossible setting.
    """
    given: dict[str, Any] = {name: value for name, value in overrides.items() if value is not None}
    values = _defaults(play, instrument) | given
    fields = attrs.fields_dict(RunSettings)
    problems = [_unknown(play, name, list(fields)) for name in values if name not in fields]
    for name, field in fields.items():
        allowed: _Allowed = field.metadata["allowed"]
        if name == "leverage":
            allowed = _Number(1.0, instrument.max_leverage)
        if not allowed.accepts(values[name]):
            problems.append(_impossible(play, name, values[name], allowed.text()))
    if problems:
        raise ConfigError(problems)
    return RunSettings(**{name: _typed(fields[name].metadata["allowed"], value) for name, value in values.items()})


def _typed(allowed: _Allowed, value: Any) -> Any:
    """The value in the one type that its setting has, because settings are hashed."""
    if isinstance(allowed, _Whole):
        return int(value)
    return float(value) if isinstance(allowed, _Number) and value is not None else value


def _defaults(play: Play, instrument: Instrument) -> dict[str, Any]:
    return {
        "capital_usdt": play.starting_equity_usdt,
        "leverage": play.leverage,
        "taker_fee_bps": round(instrument.taker * 1e4, 10),
        "maker_fee_bps": round(instrument.maker * 1e4, 10),
        "slippage_bps": play.slippage_bps,
        "slippage_jitter_bps": 0.0,
        "margin_mode": "isolated",
        "latency_ms": 0,
        "latency_jitter_ms": 0,
        "funding": "on",
        "drawdown_check": "exec_close",
        "allow_shared_symbol": False,
        "seed": 0,
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
