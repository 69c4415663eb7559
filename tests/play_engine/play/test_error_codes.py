"""Every error has its code, its place and its key path, and one cause gives one report."""

import pytest

from tests.play_engine.play.action_cases import ACTIONS, case
from tests.play_engine.play.comparison_cases import COMPARISONS
from tests.play_engine.play.condition_cases import CONDITIONS, VARIABLES
from tests.play_engine.play.declaration_cases import DECLARATIONS, features, structures
from tests.play_engine.play.documents import MARK, document, errors_of, load, marked_place
from tests.play_engine.play.risk_cases import RISK, model
from tests.play_engine.play.root_cases import ROOT, TIMEFRAMES

# All codes but those of a file that is no YAML and of a value from outside.
CODES = """
DUPLICATE_KEY UNKNOWN_KEY INVALID_TYPE INVALID_VALUE MISSING_REQUIRED_FIELD INVALID_ACCOUNT_FIELD
INVALID_TIMEFRAME_VALUE INVALID_EXEC_POINTER UNRESOLVED_VARIABLE DUPLICATE_ID INVALID_ID UNSUPPORTED_INDICATOR
UNSUPPORTED_STRUCTURE INVALID_PARAM INVALID_DEPENDENCY UNDECLARED_FEATURE UNKNOWN_FIELD INVALID_CONDITION
MULTIPLE_LOGIC_KEYS UNKNOWN_OPERATOR INVALID_TOLERANCE INVALID_WINDOW TYPE_MISMATCH FLOAT_EQUALITY UNKNOWN_LITERAL
UNDECLARED_SETUP CIRCULAR_SETUP SETUP_IN_WINDOW UNKNOWN_ACTION INVALID_PERCENT EXIT_MODE_REQUIRES_SL_TP
EXIT_MODE_NO_SIGNAL_EXIT EXIT_MODE_FIRST_HIT_NO_EXITS UNSUPPORTED_POLICY INVALID_RISK
"""
CASES = [*ROOT, *TIMEFRAMES, *DECLARATIONS, *COMPARISONS, *CONDITIONS, *ACTIONS, *RISK, *VARIABLES]


@pytest.mark.parametrize(("marked", "code", "path"), CASES)
def test_error_stands_at_its_cause(marked: str, code: str, path: str) -> None:
    text, line, column = marked_place(marked) if MARK in marked else (marked, 1, 1)
    errors = errors_of(text)
    assert [(error.line, error.column, error.code, error.path) for error in errors] == [(line, column, code, path)]
    assert errors[0].found
    assert errors[0].allowed or errors[0].hint


def test_the_undamaged_documents_load() -> None:
    assert load(document()).warnings == ()
    assert errors_of(case("{when: ['close', '>', 5], emit: [entry_long]}")) == []
    assert errors_of(model()) == []
    assert errors_of(structures("{type: trend, key: tr, uses: sw}")) == []
    assert errors_of(features("x: {indicator: ema, source: macd_x.signal}")) == []


def test_every_code_of_the_language_has_a_case() -> None:
    assert {code for _, code, _ in CASES} >= set(CODES.split())
