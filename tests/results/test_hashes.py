"""What the hashes tell apart and what they do not."""

import attrs

from play_engine.intervals import MINUTE_MS
from results import hashes
from results.summary import StagedPlay
from tests.results.runs import play, summary


def input_of(**fields):
    return summary(**fields).input_hashes()["input_hash"]


def test_each_input_changes_the_input_hash():
    base = summary()
    candle = (attrs.evolve(base.series[0], sha256="ac"),)
    variants = [
        {},
        {"start_ms": 60 * MINUTE_MS},
        {"settings": {"slippage_bps": 0.0}},
        {"series": candle},
        {"code_hash": "ce"},
        {"plays": (StagedPlay(instance="ema", play=play(resolved={"id": "other"})),)},
    ]
    assert len({input_of(**fields) for fields in variants}) == len(variants)


def test_what_is_only_recorded_does_not_change_the_input_hash():
    assert input_of(warnings=("odd",), wall_s={"run": 1.0}, mode="shadow", stop_reason="halted") == input_of()
    assert input_of(plays=(StagedPlay(instance="ema", play=play(text=b"# another layout")),)) == input_of()


def test_the_text_has_a_hash_of_its_own():
    changed = summary(plays=(StagedPlay(instance="ema", play=play(text=b"")),))
    text_hash = changed.input_hashes()["play_text_hash"]["ema"]
    assert text_hash == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_data_hash_does_not_depend_on_the_order_of_the_series():
    last = summary().series[0]
    mark = attrs.evolve(last, kind="mark")
    assert hashes.data_hash([last, mark]) == hashes.data_hash([mark, last])
    assert hashes.data_hash([last, mark]) != hashes.data_hash([last])


def test_code_hash_is_stable_and_counts_the_version():
    assert hashes.code_hash("1") == hashes.code_hash("1")
    assert hashes.code_hash("1") != hashes.code_hash("2")


def test_result_hash_is_that_of_its_three_parts():
    assert hashes.result_hash(equity="a", fills="b", trades="c") == hashes.canonical_hash(
        {"trades": "c", "fills": "b", "equity": "a"}
    )
