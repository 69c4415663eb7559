"""The names behind the numbers in a run's rows."""

from collections.abc import Mapping

import attrs


@attrs.frozen(kw_only=True)
class Labels:
    """What the rows leave out because it is the same in all of them, or only number.

    `symbols` by instrument id; `plays` are the instance names on the account, in the order of their codes.
    """

    symbols: Mapping[int, str]
    plays: tuple[str, ...]
