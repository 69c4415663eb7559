"""A Play as the program knows it after loading: resolved, checked, immutable."""

from typing import Any, Literal

import attrs

from play_engine.declaration import Indicator
from play_engine.errors import Problem
from play_engine.rules.expression import Condition, Reference

PRICE_SOURCES = ("open", "high", "low", "close", "volume", "hl2", "hlc3", "ohlc4")


@attrs.frozen(kw_only=True)
class FeatureSpec:
    """A declared indicator. `params` hold every parameter, defaults filled in; `source` is None for an indicator
    without a replaceable input, a price source, or (`source_output` set) the id of another feature. `swing` is the key
    of the swing that the feature is anchored to, None without one."""

    id: str
    indicator: Indicator
    params: dict[str, Any]
    interval_ms: int
    source: str | None = None
    source_output: str | None = None
    swing: str | None = None


@attrs.frozen(kw_only=True)
class StructureSpec:
    """A declared market structure. `uses` are keys of structures of the same timeframe, `atr` the feature output
    (id, output) that it measures in, None without one."""

    key: str
    type: str
    params: dict[str, Any]
    interval_ms: int
    uses: tuple[str, ...] = ()
    atr: tuple[str, str] | None = None


@attrs.frozen(kw_only=True)
class Note:
    """One entry of an intent's metadata: a constant, or what a reference reads at the decision. `labels` are those of
    an ENUM output."""

    name: str
    value: str | float | int | bool | Reference | None
    labels: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class IntentSpec:
    """An action that a block may emit; `percent` of the present quantity, for exits. `block` is where it stands,
    `metadata` what is stored with its order."""

    block: str
    action: str
    percent: float = 100.0
    metadata: tuple[Note, ...] = ()


@attrs.frozen(kw_only=True)
class Case:
    """A condition and the intents (numbers in `Play.intents`) that it emits."""

    when: Condition
    emit: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Block:
    """Cases in order: the first true one emits; `otherwise` emits when every case is false."""

    id: str
    cases: tuple[Case, ...]
    otherwise: tuple[int, ...] = ()


@attrs.frozen(kw_only=True)
class Account:
    """Money and cost settings of the Play; rates in bps, money in USDT, `max_leverage` a factor."""

    starting_equity_usdt: float = 10_000.0
    max_leverage: float = 1.0
    max_drawdown_pct: float = 100.0
    taker_bps: float = 5.5
    maker_bps: float = 2.0
    slippage_bps: float = 2.0
    min_trade_notional_usdt: float = 10.0
    maintenance_margin_rate: float = 0.005
    mm_deduction: float = 0.0
    on_sl_beyond_liq: Literal["reject", "adjust", "warn"] = "reject"
    risk_per_trade_pct: float | None = None


@attrs.frozen(kw_only=True)
class StopRule:
    """How the stop price of an entry is computed. `atr` is the feature output of `atr_multiple` and `trailing_atr`;
    `level_long` and `level_short` those of `structure`. `value` is in percent, ATRs or price units by type; for
    `trailing_pct` it is `trail_pct`, for `trailing_atr` it is `atr_multiplier`, and how the stop then moves is
    `Play.trailing`."""

    type: Literal[
        "percent", "price_percent", "atr_multiple", "fixed_points", "structure", "trailing_pct", "trailing_atr"
    ]
    value: float = 0.0
    buffer_pct: float = 0.0
    atr: Reference | None = None
    level_long: Reference | None = None
    level_short: Reference | None = None


@attrs.frozen(kw_only=True)
class TargetRule:
    """How the target price of an entry is computed."""

    type: Literal["percent", "price_percent", "rr_ratio", "atr_multiple", "fixed_points"]
    value: float
    atr: Reference | None = None


@attrs.frozen(kw_only=True)
class Trailing:
    """How the stop follows the best price of a position. The distance is `atr_multiplier` times the ATR where there is
    one, else `trail_pct` percent of the best price; `activation_pct` is the move from entry that switches it on."""

    atr_multiplier: float = 2.0
    atr: Reference | None = None
    trail_pct: float | None = None
    activation_pct: float = 0.0


@attrs.frozen(kw_only=True)
class BreakEven:
    """From a move of `activation_pct` percent on, the stop lies `offset_pct` percent beyond the entry; once."""

    activation_pct: float = 1.0
    offset_pct: float = 0.1


@attrs.frozen(kw_only=True)
class EntryOrder:
    """How the entry order goes out. A limit lies `limit_offset_pct` percent on the better side of the decision price;
    after `expire_after_bars` exec closes (0: never) what is unfilled is cancelled."""

    type: Literal["MARKET", "LIMIT"] = "MARKET"
    limit_offset_pct: float = 0.0
    time_in_force: Literal["GTC", "IOC", "FOK", "PostOnly"] = "GTC"
    expire_after_bars: int = 0


@attrs.frozen(kw_only=True)
class Sizing:
    """Model and value of the position size; percent of equity, percent at risk, or USDT."""

    model: Literal["percent_equity", "risk_based", "fixed_usdt"] = "percent_equity"
    value: float = 1.0


@attrs.frozen(kw_only=True)
class PositionPolicy:
    """Which sides may be opened, and whether an opposite entry turns the position over."""

    mode: Literal["long_only", "short_only", "long_short"] = "long_only"
    exit_mode: Literal["sl_tp_only", "signal", "first_hit"] = "sl_tp_only"
    allow_flip: bool = False


@attrs.frozen(kw_only=True)
class Play:
    """A strategy. Everything that the engine, the policy and the simulator need to know about it.

    `intents` is the list that `Case.emit` and `IntentBatch.intent` count in. `starting_equity_usdt`, `slippage_bps` and
    `leverage` are resolved (sections `backtest` and `risk_model` of the file included). `limit_target` says that the
    target is a resting limit order. `pattern` names
    the price path of a run on synthetic data. `resolved` is the document after substitution of variables, for
    hashing; `text` the file's bytes.
    """

    id: str
    name: str
    description: str = ""
    symbol: str
    exec_ms: int
    roles: dict[str, int]
    minute_mode: bool = False
    account: Account
    starting_equity_usdt: float
    slippage_bps: float
    leverage: float
    features: tuple[FeatureSpec, ...] = ()
    structures: tuple[StructureSpec, ...] = ()
    blocks: tuple[Block, ...] = ()
    intents: tuple[IntentSpec, ...] = ()
    policy: PositionPolicy = attrs.field(factory=PositionPolicy)
    stop: StopRule | None = None
    target: TargetRule | None = None
    trailing: Trailing | None = None
    break_even: BreakEven | None = None
    limit_target: bool = False
    entry: EntryOrder = attrs.field(factory=EntryOrder)
    sizing: Sizing = attrs.field(factory=Sizing)
    anchor: Literal["decision", "fill"] = "decision"
    pattern: str = "trend_up_clean"
    resolved: dict[str, Any] = attrs.field(factory=dict, repr=False)
    text: bytes = attrs.field(default=b"", repr=False)
    file: str = ""
    warnings: tuple[Problem, ...] = attrs.field(default=(), repr=False)
