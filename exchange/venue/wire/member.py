"""Member: an API key of the venue with the account behind it."""

import attrs

from exchange.venue.accounts.account import VenueAccount
from exchange.venue.wire.auth import Key
from exchange.venue.wire.private_stream import PrivateStream


@attrs.frozen(kw_only=True)
class Member(Key):
    """Who may trade here. A `demo` account has no trade socket and no fee rates, as at Bybit's demo venue.

    Without `lists_funding` a list of executions leaves settlements out, unless it is asked for them: some clients take
    every execution for a trade.
    """

    account: VenueAccount
    stream: PrivateStream
    demo: bool = False
    lists_funding: bool = True
