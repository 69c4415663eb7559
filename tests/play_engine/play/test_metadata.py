"""The metadata of intents: constants, and references that are read at the decision."""

from play_engine.play.model import Note
from play_engine.rules.expression import Reference
from tests.play_engine.play.documents import codes_of, document, load

PAIR = Reference("sw", "pair_direction", "ENUM")


def test_metadata_holds_constants_and_references() -> None:
    written = """{rsi: {feature_id: rsi_14, offset: 1}, side: {feature_id: sw, field: pair_direction},
      line: {feature_id: macd_x}, note: rsi_14, n: 3, x: 1.5, flag: true, nothing: null, stop_loss: 5}"""
    case = f"{{when: [close, '>', 5], emit: [{{action: entry_long, metadata: {written}}}, exit_long]}}"
    text = document(actions=f"actions: [{{id: enter, cases: [{case}]}}]")
    enter, leave = load(text).intents
    assert enter.metadata == (
        Note(name="rsi", value=Reference("rsi_14", "value", "FLOAT", 1)),
        Note(name="side", value=PAIR, labels=("none", "bullish", "bearish")),
        Note(name="line", value=Reference("macd_x", "macd", "FLOAT")),
        Note(name="note", value="rsi_14"),
        Note(name="n", value=3),
        Note(name="x", value=1.5),
        Note(name="flag", value=True),
        Note(name="nothing", value=None),
        Note(name="stop_loss", value=5),
    )
    assert leave.metadata == ()
    assert codes_of(text) == ["PRIMARY_OUTPUT_ASSUMED"]


def test_names_in_metadata_do_not_ask_for_minutes() -> None:
    intent = "{action: entry_long, metadata: {p: {feature_id: last_price}, q: {feature_id: mark_price, offset: 3}}}"
    actions = f"actions: [{{id: a, cases: [{{when: [close, '>', 5], emit: [{intent}, exit_long]}}]}}]"
    play = load(document(actions=actions))
    assert not play.minute_mode
    assert [note.value for note in play.intents[0].metadata] == [
        Reference("last_price", "value", "FLOAT"),
        Reference("mark_price", "value", "FLOAT", 3),
    ]
