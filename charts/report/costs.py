"""Where the money went between the prices that were seen and the wallet."""

from charts.report import wording
from charts.report.markup import Cell, Piece, Row, side_by_side, table
from charts.report.metric_names import Metrics, label_of
from charts.report.wording import words

# Rounding of sums of many amounts of eight decimals; a smaller difference is none.
_SMALLEST_REST = 0.005
_TRADED = ("volume", "turnover", "maker_share", "cost_share")
# Movements of the wallet that belong to no trade and seldom occur.
_RARE = {
    "bankruptcy_credit": "made good by the exchange, which never lets a wallet stay below 0",
    "liquidation_residue": "left over by rounding when everything was taken over",
}


def costs(metrics: Metrics) -> list[Piece]:
    """What was paid, and how much was traded for it."""
    traded = [(label_of(name), metrics.cell(name)) for name in _TRADED if name in metrics.values]
    return side_by_side([_steps_table(metrics)], [table(("traded", ""), traded)])


def _steps_table(metrics: Metrics) -> str:
    """From the PnL at undisturbed prices down to the net PnL; bars are shares of the largest amount."""
    steps = _steps(metrics)
    largest = max((abs(amount) for _, amount, _ in steps), default=0.0)
    rows = [_row(name, amount, remark, largest) for name, amount, remark in steps]
    return table(("from prices to the wallet", "USDT"), rows)


def _steps(metrics: Metrics) -> list[tuple[str, float, str]]:
    values = {name: value or 0.0 for name, value in metrics.values.items()}
    gross, slippage, net = values["gross_pnl"], values["slippage_cost"], values["net_pnl"]
    steps = [
        ("PnL of trades before all costs", gross + slippage, "at the prices of the path, without slippage"),
        ("slippage", -slippage, "taker fills only"),
        ("taker fees", -values["fees_taker"], ""),
        ("maker fees", -values["fees_maker"], ""),
        ("funding paid", -values["funding_paid"], ""),
        ("funding received", values["funding_received"], ""),
    ]
    steps += [(words(name), values[name], why) for name, why in _RARE.items() if values.get(name)]
    rest = net - sum(amount for _, amount, _ in steps)
    if abs(rest) >= _SMALLEST_REST:
        steps.append(("everything else", rest, "positions that were still open at the end"))
    return [*steps, ("net PnL", net, "")]


def _row(name: str, amount: float, remark: str, largest: float) -> Row:
    share = abs(amount) / largest if largest else 0.0
    tone = f"{wording.signed(amount)} total".strip() if name == "net PnL" else wording.signed(amount)
    return Cell(name, remark, "total" if name == "net PnL" else ""), Cell(wording.signed_usdt(amount), "", tone, share)
