"""Output columns as structures declare them, with the values that they have before anything is known."""

from play_engine.declaration import Output

DIRECTIONS = ("none", "bullish", "bearish")
NONE, BULLISH, BEARISH = range(3)

ZONE_STATES = ("none", "active", "broken")
NO_ZONE, ACTIVE, BROKEN = range(3)


def level(name: str, meaning: str) -> Output:
    """A price or a ratio; NaN until known."""
    return Output(name=name, meaning=meaning)


def number(name: str, meaning: str) -> Output:
    """A count, version, direction or id; 0 before anything happened."""
    return Output(name=name, kind="INT", initial=0, meaning=meaning)


def bar_number(name: str, meaning: str) -> Output:
    """The bar of an event, or its age in bars; −1 without one."""
    return Output(name=name, kind="INT", initial=-1, meaning=meaning)


def flag(name: str, meaning: str) -> Output:
    """True or false."""
    return Output(name=name, kind="BOOL", initial=0, meaning=meaning)


def label(name: str, labels: tuple[str, ...], meaning: str) -> Output:
    """One of a few words, kept as its place in `labels`; the first of them before anything is known."""
    return Output(name=name, kind="ENUM", initial=0, labels=labels, meaning=meaning)
