"""Numbers as the report prints them."""

import pytest

from charts.report import wording
from play_engine.intervals import DAY_MS, MINUTE_MS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (wording.usdt(-1234.5), "−1,234.50"),
        (wording.signed_usdt(3.0), "+3.00"),
        (wording.signed_usdt(-0.001), "0.00"),
        (wording.signed_percent(0.1234), "+12.34 %"),
        (wording.percent(-0.5), "−50.00 %"),
        (wording.signed_percent(0.0), "0.00 %"),
        (wording.in_risk(-1.0), "−1.00 R"),
        (wording.multiple(2.5), "2.50×"),
        (wording.count(12345), "12,345"),
        (wording.count(1.25), "1.2"),
        (wording.plain(None), "none"),
        (wording.plain(True), "yes"),
        (wording.plain(0.00055), "0.00055"),
        (wording.plain("touch"), "touch"),
        (wording.duration(3 * DAY_MS + 4 * 60 * MINUTE_MS), "3 d 4 h"),
        (wording.duration(90 * MINUTE_MS), "1 h 30 min"),
        (wording.duration(61_000), "1 min 1 s"),
        (wording.duration(250), "0.25 s"),
        (wording.instant(1_704_067_200_000), "2024-01-01 00:00"),
        (wording.words("SL_SIDE"), "stop side"),
        (wording.words("take_profit"), "take profit"),
    ],
)
def test_text(text: str, expected: str) -> None:
    assert text == expected


def test_tones() -> None:
    assert [wording.signed(value) for value in (1.0, -1.0, 0.0, None)] == ["up", "down", "", ""]
