"""The schema of the section `entry`."""

from play_engine.play.model import EntryOrder
from play_engine.play.ranges import NOT_NEGATIVE, Range
from play_engine.play.schema.keys import Schema, choice, default_of, integer, mapping, number, words_of


def entry_schemas() -> dict[str, Schema]:
    """The entry order."""
    return {
        "entry": mapping(
            "Entry order",
            "How the entry order goes out.",
            {
                "order_type": choice(
                    "At the market, or as a limit.", words_of(EntryOrder, "type"), default_of(EntryOrder, "type")
                ),
                "limit_offset_pct": number(
                    "How far the limit lies on the better side of the price, in percent.",
                    NOT_NEGATIVE,
                    default_of(EntryOrder, "limit_offset_pct"),
                ),
                "time_in_force": choice(
                    "How long the limit stands.",
                    words_of(EntryOrder, "time_in_force"),
                    default_of(EntryOrder, "time_in_force"),
                ),
                "expire_after_bars": integer(
                    "Exec closes after which what is unfilled is cancelled; 0 for never.",
                    Range(0),
                    default_of(EntryOrder, "expire_after_bars"),
                ),
            },
        )
    }
