"""Rows of one symbol in a table of several, whatever way the symbol is spelled."""

import re
from typing import Any

import numpy as np
import pyarrow as pa


def rows_of_symbol(values: Any, symbol: str) -> Any:
    """The indices (`pyarrow.Array`) of the values that name `symbol`."""
    encoded = values.cast(pa.string()).dictionary_encode()
    ours = np.array([is_symbol(name, symbol) for name in encoded.dictionary.to_pylist()], dtype=np.bool_)
    codes = encoded.indices.fill_null(len(ours)).to_numpy(zero_copy_only=False)
    return pa.array(np.flatnonzero(np.append(ours, False)[codes]))


def symbols_in(values: Any) -> list[str]:
    """The symbols that the values name, as they are written."""
    return [str(name) for name in values.cast(pa.string()).unique().to_pylist()]


def is_symbol(name: str | None, symbol: str) -> bool:
    """Whether a spelling (`BTC/USDT`, `btc-usdt`, `BTC/USDT:USDT`) means a symbol (`BTCUSDT`)."""
    return name is not None and (name == symbol or re.sub(r"[/_\-]", "", name.split(":")[0]).upper() == symbol)
