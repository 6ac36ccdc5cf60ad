"""Confidence is what was measured: the writer's word where nothing was, the counts where there are many."""

from __future__ import annotations

from numgraph.extraction.calibration import OPTIMISM, calibrated


def test_a_rule_that_was_never_seen_is_a_little_less_sure_than_its_writer():
    assert calibrated("no.such_rule", 0.9) == round(0.9 * OPTIMISM, 2)


def test_a_rule_that_was_often_right_is_surer_than_one_that_was_often_wrong():
    assert calibrated("text.title", 0.9) > calibrated("no.such_rule", 0.9) > calibrated("funding.time", 0.9)


def test_confidence_is_a_share():
    assert all(0 <= calibrated(rule, stated) <= 1 for rule in ("funding.time", "text.title") for stated in (0.0, 1.0))
