"""Damaged actions.

Each row: a text with a mark where the problem is, its code, and its key path.
"""

from tests.play_engine.play.documents import document


def case(text: str) -> str:
    """A Play with one block of one case."""
    leave = "{id: leave, cases: [{when: ['rsi_14', '>', 70], emit: [exit_long]}]}"
    return document(actions=f"actions:\n  - id: enter\n    cases:\n      - {text}\n  - {leave}")


def noted(text: str) -> str:
    """A Play with an intent of this metadata."""
    return case(f"{{when: ['close', '>', 5], emit: [{{action: entry_long, metadata: {text}}}]}}")


EMIT = "actions[0].cases[0].emit"
ACTIONS = [
    (document(actions="actions: ¦enter"), "INVALID_TYPE", "actions"),
    (document(actions="¦actions: []"), "MISSING_REQUIRED_FIELD", "actions"),
    (
        document(actions='actions:\n  ¦enter_long: ["close", ">", 5]\n  exit_long: ["close", ">", 5]'),
        "UNKNOWN_ACTION",
        "actions.enter_long",
    ),
    (
        document(actions="actions:\n  - ¦{cases: [{when: ['close', '>', 5], emit: [exit_long]}]}"),
        "MISSING_REQUIRED_FIELD",
        "actions[0].id",
    ),
    (document(actions="actions:\n  - ¦{id: enter}"), "MISSING_REQUIRED_FIELD", "actions[0].cases"),
    (document(actions="actions:\n  - {id: enter, cases: ¦5}"), "INVALID_TYPE", "actions[0].cases"),
    (document(actions="actions:\n  - ¦enter"), "INVALID_TYPE", "actions[0]"),
    (case("¦emit: [entry_long]"), "MISSING_REQUIRED_FIELD", "actions[0].cases[0].when"),
    (case("¦when: ['close', '>', 5]"), "MISSING_REQUIRED_FIELD", EMIT),
    (case("{when: ['close', '>', 5], emit: ¦entry_long}"), "INVALID_TYPE", EMIT),
    (case("{when: ['close', '>', 5], ¦emit: []}"), "MISSING_REQUIRED_FIELD", EMIT),
    (case("{when: ['close', '>', 5], emit: [¦buy]}"), "UNKNOWN_ACTION", f"{EMIT}[0]"),
    (case("{when: ['close', '>', 5], emit: [¦{percent: 50}]}"), "MISSING_REQUIRED_FIELD", f"{EMIT}[0].action"),
    (case("{when: ['close', '>', 5], emit: [{action: ¦buy}]}"), "UNKNOWN_ACTION", f"{EMIT}[0].action"),
    (
        case("{when: ['close', '>', 5], emit: [{action: exit_long, percent: ¦0.5}]}"),
        "INVALID_PERCENT",
        f"{EMIT}[0].percent",
    ),
    (
        case("{when: ['close', '>', 5], emit: [{action: exit_long, percent: ¦'50'}]}"),
        "INVALID_PERCENT",
        f"{EMIT}[0].percent",
    ),
    (case("{when: ['close', '>', 5], emit: [{action: exit_long, ¦note: x}]}"), "UNKNOWN_KEY", f"{EMIT}[0].note"),
    (noted("¦dip"), "INVALID_TYPE", f"{EMIT}[0].metadata"),
    (noted("{note: ¦[1]}"), "INVALID_TYPE", f"{EMIT}[0].metadata.note"),
    (noted("{x: ¦.nan}"), "INVALID_VALUE", f"{EMIT}[0].metadata.x"),
    (noted("{x: {feature_id: ¦rsi_15}}"), "UNDECLARED_FEATURE", f"{EMIT}[0].metadata.x"),
    (noted("{x: {feature_id: macd_x, field: ¦line}}"), "UNKNOWN_FIELD", f"{EMIT}[0].metadata.x"),
    (noted("{x: {feature_id: rsi_14, offset: ¦-1}}"), "INVALID_VALUE", f"{EMIT}[0].metadata.x.offset"),
    (noted("{x: {feature_id: rsi_14, ¦shift: 1}}"), "UNKNOWN_KEY", f"{EMIT}[0].metadata.x.shift"),
    (noted("{¦x: {field: value}}"), "MISSING_REQUIRED_FIELD", f"{EMIT}[0].metadata.x.feature_id"),
    (case("{when: ['close', '>', 5], emit: [¦5]}"), "INVALID_TYPE", f"{EMIT}[0]"),
    (
        case("{when: ['close', '>', 5], emit: [entry_long], ¦else: {emit: [exit_long]}}"),
        "UNKNOWN_KEY",
        "actions[0].cases[0].else",
    ),
    (
        case("{when: ['close', '>', 5], emit: [entry_long]}").replace("id: leave", "id: ¦enter"),
        "DUPLICATE_ID",
        "actions[1].id",
    ),
    (
        case("{when: ['close', '>', 5], emit: [entry_long]}").replace("id: leave", "id: ¦1st"),
        "INVALID_ID",
        "actions[1].id",
    ),
]
