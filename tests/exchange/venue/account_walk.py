"""A long walk of an account made of a seed: a market that goes up and down, and a client who tries everything."""

from typing import Any

import numpy as np

_NAN = float("nan")


class Walk:
    """Draws one act after the other, near the price of the moment."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._price = 100.0

    def acts(self, count: int) -> list[Any]:
        return [self._act() for _ in range(count)]

    def _pick(self, *choices: Any) -> Any:
        return choices[int(self._rng.integers(len(choices)))]

    def _happens(self, share: float) -> bool:
        return float(self._rng.random()) < share

    def _act(self) -> Any:
        kinds = ("submit",) * 8 + ("play",) * 7 + ("cancel",) * 2 + ("amend",) * 2 + ("stop", "leverage", "cancel_all")
        price = self._price
        match self._pick(*kinds):
            case "submit":
                return ("submit", self._order())
            case "play":
                return self._bar()
            case "cancel":
                return ("cancel", self._pick(0, 1, 2, 3))
            case "amend":
                return ("amend", self._pick(0, 1, 2, 3), price + self._pick(-1.0, 1.0), self._pick(0.5, 1.0, 20.0))
            case "stop":
                return ("stop", price - 3.0, self._pick(_NAN, price + 3.0, 0.0), self._pick(_NAN, 0.0, 2.0))
            case "leverage":
                return ("leverage", self._pick(5.0, 10.0, 50.0))
            case _:
                return ("cancel_all",)

    def _order(self) -> dict[str, Any]:
        side, price = self._pick(1, -1), self._price
        order: dict[str, Any] = {"side": side, "qty": self._pick(0.1, 1.0, 20.0, 300.0), "at_once": self._happens(0.6)}
        if self._happens(0.45):
            order |= {"type": "Limit", "price": price + self._pick(-3.0, -1.0, 0.0, 1.0, 3.0)}
            order["tif"] = self._pick("GTC", "GTC", "IOC", "FOK", "PostOnly")
        elif self._happens(0.3):
            rises = self._happens(0.5)
            order |= {"trigger": price + (2.0 if rises else -2.0), "trigger_direction": 1 if rises else 2}
            order["trigger_by"] = self._pick("Last", "Mark")
        if self._happens(0.3):
            order["reduce_only"] = True
        elif self._happens(0.6):
            order |= {"stop_loss": price - side * self._pick(2.0, 4.0), "take_profit": price + side * 3.0}
            if self._happens(0.4):
                order[self._pick("stop_limit", "target_limit")] = price
            if self._happens(0.3):
                order["trailing"] = 2.0
        return order

    def _bar(self) -> Any:
        open_ = self._price
        close = max(50.0, open_ + float(np.round(self._rng.normal(0.0, 3.0), 2)))
        high, low = max(open_, close) + self._pick(0.0, 0.5, 6.0), min(open_, close) - self._pick(0.0, 0.5, 6.0)
        self._price = close
        return ("play", open_, high, low, close, self._pick(None, None, 0.001, -0.001))
