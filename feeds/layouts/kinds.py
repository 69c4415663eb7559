"""What the name of a file, and the folders in which an archive keeps it, say about what is in it."""

import re
from pathlib import Path

_WORDS = {
    "mark": r"(?<![a-z])mark(?![a-z])|mark_?price",
    "funding": r"(?<![a-z])funding(_?rates?)?(?![a-z])",
    "open_interest": r"open_?interest",
}
# Binance: markPriceKlines/BTCUSDT/1m/BTCUSDT-1m-2024-01.zip. Other folders say nothing: they are the user's.
_FOLDERS = {
    "markPriceKlines": "mark",
    "fundingRate": "funding",
    "indexPriceKlines": "index",
    "premiumIndexKlines": "index",
    "premium_index": "index",
    "spot_index": "index",
}


def kind_in_name(path: Path) -> str | None:
    """`mark`, `funding`, `open_interest`; `index` for prices that are none of ours; None where nothing is said."""
    for folder in reversed(path.absolute().parent.parts):
        if folder in _FOLDERS:
            return _FOLDERS[folder]
    # Words in camel case begin with a capital: BTCUSDT-fundingRate-2024-01.zip.
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", path.name).lower()
    return next((kind for kind, words in _WORDS.items() if re.search(words, name)), None)
