"""What an exchange reports of an account: its orders, executions, positions and money, as typed values.

Prices in USDT per base unit, quantities in base units, money in USDT, times in ms since the epoch, UTC. A level of NaN
is one that is not there; an empty text is a name or reason that does not apply. `side` is +1 to buy or long, −1 to sell
or short.
"""

import attrs

# States in which an order can still trade; every other one is final, but for names that we do not know.
LIVE_STATUSES = frozenset({"New", "PartiallyFilled", "Untriggered", "Triggered"})
FINAL_STATUSES = frozenset({"Filled", "Cancelled", "PartiallyFilledCanceled", "Rejected", "Deactivated"})

_NAN = float("nan")


@attrs.frozen(kw_only=True)
class OrderReport:
    """An order as it stands after an event.

    `status`, `create_type`, `cancel_type`, `reject_reason` and `stop_order_type` are the words of Bybit V5, kept as
    they came: an unknown one is data, and no final state. `qty` is the whole quantity, `filled_qty` what has been
    executed of it, at `avg_price` on average (NaN before a fill). `trigger_direction` is 1 to rise, 2 to fall, 0 for
    none.
    """

    symbol: str
    order_id: str
    link_id: str
    parent_link_id: str = ""
    side: int
    type: str
    tif: str
    status: str
    qty: float
    price: float = _NAN
    trigger: float = _NAN
    trigger_direction: int = 0
    trigger_by: str = ""
    stop_loss: float = _NAN
    take_profit: float = _NAN
    stop_by: str = ""
    target_by: str = ""
    tpsl_mode: str = ""
    stop_limit: float = _NAN
    target_limit: float = _NAN
    reduce_only: bool = False
    close_on_trigger: bool = False
    filled_qty: float = 0.0
    filled_value: float = 0.0
    avg_price: float = _NAN
    fees: float = 0.0
    create_type: str = ""
    cancel_type: str = ""
    reject_reason: str = ""
    stop_order_type: str = ""
    created_ms: int
    updated_ms: int
    closed_pnl: float = 0.0


@attrs.frozen(kw_only=True)
class ExecutionReport:
    """One execution. `exec_type` is `Trade`, `Funding`, `BustTrade` …; only some of them change a position.

    `fee` > 0 is paid; for `Funding` too. `closed_qty` is what of `qty` reduced a position, with `realised_pnl` (before
    fees) as its result. `leaves_qty` is what the order still had to fill afterwards. `seq` orders the events of a
    symbol.
    """

    symbol: str
    exec_id: str
    order_id: str
    link_id: str
    side: int
    price: float
    qty: float
    value: float
    fee: float
    fee_rate: float
    is_maker: bool
    exec_type: str
    closed_qty: float
    realised_pnl: float
    leaves_qty: float
    order_qty: float
    order_price: float = _NAN
    order_type: str = ""
    stop_order_type: str = ""
    create_type: str = ""
    mark_price: float = _NAN
    ts_ms: int
    seq: int


@attrs.frozen(kw_only=True)
class PositionReport:
    """A position after an event; `side` is 0 when flat. `value` is the entry value, `margin` what it binds,
    `liquidation` the mark price at which it is taken over (NaN for none). `seq` orders the events of a symbol."""

    symbol: str
    side: int
    qty: float
    value: float
    entry_price: float
    leverage: float
    margin: float = _NAN
    liquidation: float = _NAN
    mark: float = _NAN
    unrealised_pnl: float = 0.0
    realised_pnl: float = 0.0
    stop_loss: float = _NAN
    take_profit: float = _NAN
    trailing: float = _NAN
    status: str = "Normal"
    seq: int = 0
    updated_ms: int = 0


@attrs.frozen(kw_only=True)
class WalletReport:
    """The USDT of an account: `wallet` without, `equity` with unrealised results; `available` to new orders. What the
    exchange did not say is NaN."""

    wallet: float
    equity: float
    available: float
    position_margin: float = _NAN
    order_margin: float = _NAN
    unrealised_pnl: float = _NAN
    updated_ms: int = 0


@attrs.frozen(kw_only=True)
class StreamDown:
    """The stream of reports has been interrupted: what happens from now on may not be reported."""

    reason: str


@attrs.frozen(kw_only=True)
class StreamUp:
    """The stream of reports works, all its topics are acknowledged; what was missed must be asked for. `connections`
    counts from 1."""

    connections: int


@attrs.frozen(kw_only=True)
class FrameNotUnderstood:
    """A frame of the stream that could not be understood, kept as it came; the stream lives on."""

    frame: bytes
    error: str


Report = OrderReport | ExecutionReport | PositionReport | WalletReport | StreamDown | StreamUp | FrameNotUnderstood


@attrs.frozen(kw_only=True)
class Accepted:
    """The exchange has taken the request. For an order that is no promise: only its reports say what became of it."""

    order_id: str = ""
    link_id: str = ""


@attrs.frozen(kw_only=True)
class Rejected:
    """The exchange will not carry the request out, and has not: nothing has changed. `code` is its own."""

    code: int
    message: str


@attrs.frozen(kw_only=True)
class Gone:
    """The order that the request is about is not live any more; how it ended must be read."""

    code: int
    message: str


@attrs.frozen(kw_only=True)
class Unknown:
    """Whether the request was carried out is not known: it must be looked up, and never be repeated blindly."""

    cause: str


Answer = Accepted | Rejected | Gone | Unknown
