"""Output columns as structures declare them, with the values that they have before anything is known."""

from play_engine.declaration import Output

DIRECTIONS = ("none", "bullish", "bearish")
NONE, BULLISH, BEARISH = range(3)


def level(name: str) -> Output:
    """A price or a ratio; NaN until known."""
    return Output(name=name)


def number(name: str) -> Output:
    """A count, version, direction or id; 0 before anything happened."""
    return Output(name=name, kind="INT", initial=0)


def bar_number(name: str) -> Output:
    """The bar of an event, or its age in bars; −1 without one."""
    return Output(name=name, kind="INT", initial=-1)


def flag(name: str) -> Output:
    """True or false."""
    return Output(name=name, kind="BOOL", initial=0)


def label(name: str, labels: tuple[str, ...]) -> Output:
    """One of a few words, kept as its place in `labels`; the first of them before anything is known."""
    return Output(name=name, kind="ENUM", initial=0, labels=labels)
