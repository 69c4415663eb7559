"""Numbers and instants as the pointer shows them."""

import numpy as np


def price_text(price: float) -> str:
    """A price with the digits that matter: two decimals from 1,000 on, more below."""
    size = abs(price)
    decimals = 2 if size >= 1_000 else 3 if size >= 100 else 4 if size >= 1 else 6
    text = f"{price:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def range_text(lower: float, upper: float) -> str:
    """A price range."""
    return f"{price_text(lower)} – {price_text(upper)}"


def time_text(ts_ms: float) -> str:
    """`2023-07-20 10:15`, UTC."""
    return str(np.datetime64(int(ts_ms), "ms").astype("datetime64[m]")).replace("T", " ")
