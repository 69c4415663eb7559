"""What the venue that is measured replays, and who trades there; the same in both processes, since a seed makes it."""

from collections.abc import Sequence
from pathlib import Path

from actors.account import PreparedAccount
from actors.instance import Instance
from actors.preparing import prepare_accounts
from benchmarks.market import START_MS, SYMBOL
from feeds.synthetic import SyntheticMarket
from play_engine.intervals import DAY_MS, MINUTE_MS
from play_engine.play import load_play

FEED = "made up"
# The replay begins after a day, so that Plays have something to warm up on.
REPLAY_MS = START_MS + DAY_MS
TOPIC = f"kline.1.{SYMBOL}"
_PLAY = Path(__file__).parent / "turn_each_minute.yml"


def feeds(minutes: int) -> dict[str, SyntheticMarket]:
    """A made-up market that lasts for so many minutes of replay."""
    days = 2 + minutes * MINUTE_MS // DAY_MS
    return {FEED: SyntheticMarket([SYMBOL], 1, START_MS, days)}


def accounts(count: int, minutes: int) -> Sequence[PreparedAccount]:
    """So many accounts, `a0` and on, of one Play each, which has an order to send at the close of every minute."""
    play, end_ms = load_play(_PLAY), REPLAY_MS + minutes * MINUTE_MS
    instances = [
        Instance(id=f"a{number}", play=play, feed=FEED, start_ms=REPLAY_MS, end_ms=end_ms) for number in range(count)
    ]
    return prepare_accounts(instances, feeds(minutes))
